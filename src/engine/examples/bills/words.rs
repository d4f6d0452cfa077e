//! What the services, their meters, and the lines of published bills are called.

use std::collections::BTreeSet;

use burstlab_engine::pricing::Meter::{self, *};

/// How a meter is spoken of in a case.
pub struct Name {
    /// The meter.
    pub meter: Meter,
    /// What the case must say of its service for this meter to be meant; words joined by `|` are alternatives.
    only: &'static str,
    /// Nouns of inputs that are its amount; `-` for an input that is only a unit: `hours`, `gb`, `gbs`.
    inputs: &'static str,
    /// Words that may name it in prices and in lines.
    words: &'static str,
}

const fn name(meter: Meter, only: &'static str, inputs: &'static str, words: &'static str) -> Name {
    Name { meter, only, inputs, words }
}

/// In the order in which an input that several could mean is given away.
const NAMES: &[Name] = &[
    name(LambdaRequests, "", "requests", "requests req calls invocations"),
    name(LambdaHeld, "x86", "held pc_held", "pc provisioned held concurrency x86"),
    name(LambdaHeldArm, "arm64", "held pc_held", "pc provisioned held concurrency arm"),
    name(
        LambdaProvisioned,
        "x86 pc|provisioned",
        "duration pc_duration",
        "pc provisioned duration compute x86",
    ),
    name(
        LambdaProvisionedArm,
        "arm64 pc|provisioned",
        "duration pc_duration",
        "pc provisioned duration compute arm",
    ),
    name(LambdaDuration, "x86", "- duration compute od", "compute duration od demand on x86 lambda"),
    name(
        LambdaDurationArm,
        "arm64",
        "- duration compute od",
        "compute duration od demand on arm arm64 lambda",
    ),
    name(LambdaAsyncExtra, "", "async_extra", "async chunks events extra req requests"),
    name(LambdaEphemeral, "", "ephemeral", "ephemeral tmp disk storage"),
    name(SnapshotsKept, "", "snapstart_cache snapshot_cache", "snapstart snapshot cache caching"),
    name(SnapshotsRestored, "", "snapstart_restore snapshot_restore", "snapstart snapshot restore restores"),
    name(LambdaStreamed, "", "stream streamed", "stream streaming streamed bandwidth"),
    name(QueuePollers, "sqs", "epu pollers", "epu esm sqs poller pollers provisioned hours"),
    name(ManagedRequests, "", "managed_requests", "requests req calls invocations managed"),
    name(ManagedInstances, "", "instance", "ec2 instance instances compute"),
    name(ManagedFee, "", "", "mgmt management fee"),
    name(DurableOperations, "", "ops operations", "ops operations durable"),
    name(DurableWritten, "", "written data_written", "data written durable write"),
    name(DurableStored, "", "", "storage stored durable retention data"),
    name(EdgeRequests, "", "requests", "requests req calls invocations edge"),
    name(EdgeDuration, "", "", "compute duration edge"),
    name(FunctionUrl, "url", "url_requests", "function url"),
    name(HttpApi, "http", "requests", "requests req calls http api"),
    name(RestApi, "rest", "requests", "requests req calls rest api"),
    name(
        WebSocketMessages,
        "websocket",
        "messages",
        "messages message msg ws websocket sent received transfer",
    ),
    name(
        WebSocketMinutes,
        "websocket",
        "minutes connection_minutes",
        "connection connections conn minutes minute min ws websocket",
    ),
    name(GatewayCacheHalf, "cache 0.5", "-", "cache hours"),
    name(GatewayCache, "cache 1.6", "-", "cache hours"),
    name(BalancerHours, "", "-", "hours hour alb balancer load fixed"),
    name(BalancerCapacity, "", "lcu", "lcu capacity units lcus hours"),
    name(CdnRequests, "", "requests", "requests req https"),
    name(CdnTransfer, "", "- transfer data_out", "transfer dto data out egress"),
    name(ObjectWrites, "", "puts writes", "put puts writes write list"),
    name(ObjectReads, "", "gets reads", "get gets reads read"),
    name(ObjectStorage, "", "- storage", "storage stored"),
    name(FifoQueueRequests, "fifo", "requests", "requests req calls sqs fifo"),
    name(QueueRequests, "", "requests", "requests req calls sqs standard"),
    name(FairQueueRequests, "fair", "fair_requests", "fair surcharge"),
    name(FifoNotifications, "fifo", "publishes requests", "publish publishes requests req fifo"),
    name(FifoNotificationData, "fifo", "-", "data payload fifo"),
    name(Notifications, "", "publishes requests", "publish publishes requests req sns"),
    name(WebDeliveries, "", "http_deliveries", "http deliveries web"),
    name(EmailDeliveries, "", "email_deliveries", "email deliveries"),
    name(ScheduledCalls, "scheduler", "requests", "scheduler scheduled requests req calls"),
    name(PipeEvents, "pipes", "requests events", "pipes events requests req"),
    name(BusEvents, "", "events requests", "events custom bus req"),
    name(CrossAccountEvents, "", "cross_account_events", "cross account events"),
    name(EventsArchived, "", "archived", "archived archive processing"),
    name(EventArchive, "", "archive", "archive storage"),
    name(ExpressRequests, "express", "requests", "requests req express workflows"),
    name(ExpressDuration, "express", "-", "duration compute express"),
    name(WorkflowTransitions, "", "transitions requests", "transitions transition state standard"),
    name(TableWrites, "", "wru writes", "wru writes write wrus"),
    name(TableReads, "", "rru reads", "rru reads read rrus"),
    name(TableWriteCapacity, "", "wcu", "wcu write capacity"),
    name(TableReadCapacity, "", "rcu", "rcu read capacity"),
    name(TableStorage, "", "- storage storage_billed", "storage stored"),
    name(StreamReads, "", "stream_reads", "streams stream reads"),
    name(RdsT4gSmall, "t4g small", "instance -", "instance hours database db"),
    name(RdsT4gMedium, "t4g medium", "instance -", "instance hours database db"),
    name(RdsT3MediumMysql, "t3 medium mysql", "instance -", "instance hours database db"),
    name(RdsT3MediumPostgresql, "t3 medium postgresql|postgres", "instance -", "instance hours database db"),
    name(RdsM6gLargeMysql, "m6g large mysql", "instance -", "instance hours database db"),
    name(RdsM6gLargePostgresql, "m6g large postgresql|postgres", "instance -", "instance hours database db"),
    name(RdsDisk, "", "storage", "storage disk gp3"),
    name(RdsProxy, "", "proxy_vcpu", "proxy vcpu"),
    name(AuroraCapacity, "", "acu", "acu capacity"),
    name(AuroraStorage, "", "storage", "storage"),
    name(AuroraOperations, "", "io ios", "io ios operations"),
    name(RedisRoom, "redis", "-", "storage room data redis"),
    name(RedisUnits, "redis", "ecpu", "ecpu ecpus redis"),
    name(ValkeyRoom, "valkey", "-", "storage room data valkey"),
    name(ValkeyUnits, "valkey", "ecpu", "ecpu ecpus valkey"),
    name(CacheT4gMicro, "t4g micro", "node -", "node nodes hours"),
    name(CacheT4gSmall, "t4g small", "node -", "node nodes hours"),
    name(CacheT4gMedium, "t4g medium", "node -", "node nodes hours"),
    name(CacheM7gLarge, "m7g large", "node -", "node nodes hours"),
    name(Logs, "", "- ingested logs ingest", "ingest ingested ingestion logs"),
    name(SeldomLogs, "", "seldom_ingested ia_ingested", "ia seldom ingest"),
    name(LogStorage, "", "stored storage logs_stored", "storage stored archive"),
    name(Metrics, "", "metrics", "metrics metric"),
    name(Traces, "", "traces", "traces recorded trace"),
    name(TracesRead, "", "traces_retrieved traces_scanned", "retrieved scanned traces"),
    name(NatHours, "nat", "nat -", "nat hours hour gateway"),
    name(NatData, "nat", "nat processed -", "nat data gb processed"),
    name(EndpointHours, "", "endpoint", "endpoint hours hour privatelink"),
    name(EndpointData, "", "endpoint", "endpoint data gb processed privatelink"),
    name(AddressHours, "", "ipv4 address", "ipv4 address hours"),
    name(NearRegionTransfer, "neighbouring", "-", "transfer region near"),
    name(RegionTransfer, "inter|region|regions", "-", "transfer region inter regions"),
    name(ZoneTransfer, "az|zone|zones", "-", "transfer zone az inter zones"),
    name(InternetTransfer, "", "- transfer data_out egress", "transfer dto data out egress internet"),
    name(FargateProcessors, "x86", "vcpu", "cpu vcpu"),
    name(FargateMemory, "x86", "memory", "memory mem gb"),
    name(FargateProcessorsArm, "arm64", "vcpu", "cpu vcpu arm"),
    name(FargateMemoryArm, "arm64", "memory", "memory mem gb arm"),
    name(FargateDisk, "", "ephemeral", "ephemeral storage disk"),
];

/// Services by the words that name them, and the file of the catalog that holds their rates.
const SERVICES: &[(&str, &str)] = &[
    ("lambda edge", "edge"),
    ("lambda", "lambda"),
    ("api gateway", "api_gateway"),
    ("alb", "alb"),
    ("load balancer", "alb"),
    ("cloudfront", "cloudfront"),
    ("s3", "s3"),
    ("sqs", "sqs"),
    ("sns", "sns"),
    ("eventbridge", "eventbridge"),
    ("step functions", "step_functions"),
    ("dynamodb", "dynamodb"),
    ("rds", "rds"),
    ("aurora", "aurora"),
    ("elasticache", "elasticache"),
    ("cloudwatch", "cloudwatch"),
    ("x ray", "xray"),
    ("xray", "xray"),
    ("privatelink", "vpc"),
    ("endpoint", "vpc"),
    ("nat", "vpc"),
    ("ipv4", "vpc"),
    ("egress", "transfer"),
    ("transfer", "transfer"),
    ("fargate", "fargate"),
];

/// What cases may ask for that is not charged here, by a word of the service, and why.
const OUT_OF_SCOPE: &[(&str, &str)] = &[
    ("microvms", "MicroVMs: whole machines, no functions"),
    ("microvm", "MicroVMs: whole machines, no functions"),
    ("tenant", "tenant isolation: an environment per tenant is not modelled"),
    ("kafka", "Kafka pollers: streams of Kafka are no way in here"),
    ("windows", "Windows: licences of an operating system are not modelled"),
];

/// Other words for those that meters ask for; an API that is of no kind is an HTTP API.
const SAID_OTHERWISE: &[(&str, &str)] = &[
    ("arm", "arm64"),
    ("graviton", "arm64"),
    ("websockets", "websocket"),
    ("sockets", "websocket"),
    ("socket", "websocket"),
];

/// Kinds of API; what the case is about is one of them.
const API_KINDS: [&str; 5] = ["http", "rest", "websocket", "cache", "private"];

/// A case's own words on what it is about.
pub struct Subject(BTreeSet<String>, Vec<&'static str>);

impl Subject {
    /// Reads the name of the service, and whatever texts describe it further.
    pub fn new(service: &str, texts: &[String]) -> Self {
        let lower = service.to_lowercase();
        let spaced = format!(" {} ", words(&lower).collect::<Vec<_>>().join(" "));
        let named = SERVICES.iter().filter(|(name, _)| spaced.contains(&format!(" {name} ")));
        let mut files: Vec<_> = named.map(|&(_, file)| file).collect();
        // The edge has rates of its own in place of the function's.
        if files.contains(&"edge") {
            files.retain(|&file| file != "lambda");
        }
        let mut said: BTreeSet<_> = words(&lower).map(str::to_owned).collect();
        for text in texts {
            let lower = text.to_lowercase();
            said.extend(words(&lower).map(str::to_owned));
            said.insert(lower);
        }
        for (other, word) in SAID_OTHERWISE {
            if said.contains(*other) {
                said.insert((*word).to_owned());
            }
        }
        if files.contains(&"api_gateway") && !API_KINDS.iter().any(|kind| said.contains(*kind)) {
            said.insert("http".to_owned());
        }
        if !said.contains("arm64") {
            said.insert("x86".to_owned());
        }
        Self(said, files)
    }

    /// Why this case is left out, where it is.
    pub fn out_of_scope(&self) -> Option<&'static str> {
        OUT_OF_SCOPE.iter().find(|(word, _)| self.0.contains(*word)).map(|&(_, reason)| reason)
    }

    /// Whether rates of a file of the catalog apply.
    pub fn is_about(&self, file: &str) -> bool {
        self.1.contains(&file)
    }

    /// Whether the case says this word.
    pub fn says(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// The names of the meters that the case can be about.
    pub fn names(&self) -> impl Iterator<Item = &'static Name> {
        NAMES.iter().filter(|name| self.means(name.meter))
    }

    /// Whether a meter fits the service and what is said of it.
    pub fn means(&self, meter: Meter) -> bool {
        let file = meter.key().split('.').next().unwrap_or_default();
        let said = |word: &str| word.split('|').any(|either| self.says(either));
        self.is_about(file) && Name::of(meter).only.split_whitespace().all(said)
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

impl Name {
    /// The name of a meter.
    pub fn of(meter: Meter) -> &'static Self {
        NAMES.iter().find(|name| name.meter == meter).expect("every meter has a name here")
    }

    /// The nouns of inputs that are its amount.
    pub fn nouns(&self) -> impl Iterator<Item = &'static str> {
        self.inputs.split_whitespace().map(|noun| if noun == "-" { "" } else { noun })
    }

    /// Whether words with `_` between them can mean it.
    pub fn fits(&self, noun: &str) -> bool {
        let known = |word: &str| self.words.split_whitespace().any(|own| own == word);
        noun.split('_').filter(|word| !word.is_empty()).all(known)
    }
}
