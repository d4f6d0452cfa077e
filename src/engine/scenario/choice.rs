use super::{
    QueueMode, Scenario, WayIn,
    around::{Chosen, options},
    money::FREE_TIERS,
};
use crate::{
    fleet::{
        BillingRule, Failing, KeepAlive, KeepAlivePreset, Pollers, ProvisionedBy, RetryOn, ScalingRule,
        Statistic,
    },
    units::{Level, Seconds},
    workload::{Architecture, Connections, Network, PackageLaw, Packaging, runtime, runtimes},
};

/// Something of a scenario that is one of a few, by name.
#[derive(Debug)]
pub struct Choice {
    /// Its name in files and links.
    pub key: &'static str,
    /// The plain word that a person reads first.
    pub label: &'static str,
    /// The field's word, shown in brackets; empty when it is the same.
    pub term: &'static str,
    /// One sentence: what choosing does.
    pub help: &'static str,
    /// Who sees it.
    pub level: Level,
    /// The names that can be chosen, each with its words, the default first.
    pub options: fn() -> Choices,
    /// The name chosen.
    pub get: fn(&Scenario) -> &'static str,
    /// Chooses; a name that is not an option changes nothing.
    pub set: fn(&mut Scenario, &str),
}

/// Names with their words.
pub type Choices = Vec<(&'static str, &'static str)>;

impl Choice {
    /// Whether it is a switch: off or on.
    pub fn is_switch(&self) -> bool {
        (self.options)().iter().map(|option| option.0).eq(["off", "on"])
    }
}

fn on_off() -> Choices {
    vec![("off", "off"), ("on", "on")]
}

/// Every choice, in the order in which a page shows them.
pub const CHOICES: &[Choice] = &[
    Choice {
        key: "queue",
        label: "a line to wait in",
        term: "SQS queue",
        help: "Requests wait for their turn instead of being turned away; the wait then counts until the work is done.",
        level: Level::Basic,
        options: on_off,
        get: |scenario| if scenario.queue_mode == QueueMode::Queued { "on" } else { "off" },
        set: |scenario, name| {
            scenario.queue_mode = if name == "on" { QueueMode::Queued } else { QueueMode::Direct };
        },
    },
    Choice {
        key: "runtime",
        label: "language",
        term: "runtime",
        help: "Some languages take longer to start than others.",
        level: Level::Basic,
        options: || runtimes().iter().map(|runtime| (runtime.key, runtime.label.as_str())).collect(),
        get: |scenario| scenario.function.runtime.key,
        set: |scenario, name| {
            if let Some(runtime) = runtime(name) {
                scenario.function.runtime = runtime;
            }
        },
    },
    Choice {
        key: "way_in",
        label: "way in",
        term: "gateway",
        help: "What stands between callers and the function: an API is paid for by the request, a load balancer by the hour and its load.",
        level: Level::Expert,
        options: || {
            vec![
                ("function_url", "its own address (function URL)"),
                ("http_api", "an HTTP API"),
                ("rest_api", "a REST API"),
                ("websocket", "connections that are held (WebSocket API)"),
                ("alb", "a load balancer (ALB)"),
                ("content_network", "a content network (CloudFront)"),
                ("event", "an event nobody waits for (asynchronous)"),
            ]
        },
        get: |scenario| match scenario.way_in {
            WayIn::FunctionUrl => "function_url",
            WayIn::HttpApi => "http_api",
            WayIn::RestApi => "rest_api",
            WayIn::WebSocket => "websocket",
            WayIn::Balancer => "alb",
            WayIn::ContentNetwork => "content_network",
            WayIn::Event => "event",
        },
        set: |scenario, name| {
            scenario.way_in = match name {
                "http_api" => WayIn::HttpApi,
                "rest_api" => WayIn::RestApi,
                "websocket" => WayIn::WebSocket,
                "alb" => WayIn::Balancer,
                "content_network" => WayIn::ContentNetwork,
                "event" => WayIn::Event,
                _ => WayIn::FunctionUrl,
            };
        },
    },
    Choice {
        key: "retry_on",
        label: "callers try again",
        term: "retry policy",
        help: "What a caller takes for a reason to try again, as often as is set.",
        level: Level::Expert,
        options: || {
            vec![
                ("throttles", "when they are turned away"),
                ("anything", "also when it fails or takes too long"),
            ]
        },
        get: |scenario| match scenario.sender.retry_on {
            RetryOn::Throttles => "throttles",
            RetryOn::Anything => "anything",
        },
        set: |scenario, name| {
            scenario.sender.retry_on =
                if name == "anything" { RetryOn::Anything } else { RetryOn::Throttles };
        },
    },
    Choice {
        key: "dead_letters",
        label: "keep events that are given up",
        term: "dead-letter queue",
        help: "Without one an event that failed after its last try is lost, and nobody is told.",
        level: Level::Expert,
        options: on_off,
        get: |scenario| if scenario.sender.dead_letters { "on" } else { "off" },
        set: |scenario, name| scenario.sender.dead_letters = name == "on",
    },
    Choice {
        key: "connections",
        label: "connections to other systems",
        term: "connection reuse",
        help: "Kept ones are made by the first request of a copy; else each request makes them anew.",
        level: Level::Expert,
        options: || vec![("kept", "kept by the copy"), ("each_time", "made by each request")],
        get: |scenario| match scenario.function.conduct.connections {
            Connections::Kept => "kept",
            Connections::EachTime => "each_time",
        },
        set: |scenario, name| {
            scenario.function.conduct.connections =
                if name == "each_time" { Connections::EachTime } else { Connections::Kept };
        },
    },
    Choice {
        key: "keep_alive",
        label: "when idle copies end",
        term: "keep-alive policy",
        help: "Each copy on its own after the time set, or as measurements of real fleets show of a year.",
        level: Level::Expert,
        options: || {
            let presets = KeepAlivePreset::all().iter().rev();
            let dated = presets.map(|preset| (preset.key, preset.label.as_str()));
            std::iter::once(("fixed", "each on its own")).chain(dated).collect()
        },
        get: |scenario| {
            let dated =
                KeepAlivePreset::all().iter().find(|preset| preset.policy == scenario.fleet.keep_alive);
            dated.map_or("fixed", |preset| preset.key)
        },
        set: |scenario, name| {
            scenario.fleet.keep_alive = match (KeepAlivePreset::named(name), scenario.fleet.keep_alive) {
                (Some(preset), _) => preset.policy,
                (None, fixed @ KeepAlive::Fixed { .. }) => fixed,
                (None, KeepAlive::FunctionWide { function_idle, .. }) => {
                    KeepAlive::Fixed { idle: Seconds(function_idle.0) }
                }
            };
        },
    },
    Choice {
        key: "provisioned_by",
        label: "who says how many are kept warm",
        term: "scheduled scaling or target tracking",
        help: "The hours set, or how many of them are in use: then the number follows the traffic, minutes behind it.",
        level: Level::Expert,
        options: || vec![("schedule", "the hours set"), ("target_tracking", "their use (target tracking)")],
        get: |scenario| match scenario.fleet.provisioned_by {
            ProvisionedBy::Schedule => "schedule",
            ProvisionedBy::TargetTracking => "target_tracking",
        },
        set: |scenario, name| {
            scenario.fleet.provisioned_by = match name {
                "target_tracking" => ProvisionedBy::TargetTracking,
                _ => ProvisionedBy::Schedule,
            };
        },
    },
    Choice {
        key: "provisioned_statistic",
        label: "how their use is told",
        term: "statistic of target tracking",
        help: "The mean of each minute, or its most, which keeps more copies warm where traffic comes in bursts.",
        level: Level::Expert,
        options: || vec![("average", "the mean of a minute"), ("maximum", "the most of a minute")],
        get: |scenario| match scenario.fleet.provisioned_statistic {
            Statistic::Average => "average",
            Statistic::Maximum => "maximum",
        },
        set: |scenario, name| {
            scenario.fleet.provisioned_statistic =
                if name == "maximum" { Statistic::Maximum } else { Statistic::Average };
        },
    },
    Choice {
        key: "scaling_rule",
        label: "how fast new copies may start",
        term: "scaling rule",
        help: "Today so many per 10 seconds and function; until November 2023 a burst at once, then 500 a minute.",
        level: Level::Expert,
        options: || vec![("today", "as it is today"), ("until_2023", "as it was until 2023")],
        get: |scenario| match scenario.fleet.scaling_rule {
            ScalingRule::Today => "today",
            ScalingRule::Until2023 => "until_2023",
        },
        set: |scenario, name| {
            scenario.fleet.scaling_rule =
                if name == "until_2023" { ScalingRule::Until2023 } else { ScalingRule::Today };
        },
    },
    Choice {
        key: "pollers",
        label: "who empties the line",
        term: "pollers of the event source mapping",
        help: "The provider's own pollers, by the rule of today or until 2023, or some held for this line alone and paid for by the hour.",
        level: Level::Expert,
        options: || {
            vec![
                ("today", "the provider's, as today"),
                ("until_2023", "the provider's, until 2023"),
                ("provisioned", "pollers of its own"),
            ]
        },
        get: |scenario| match scenario.queue.pollers {
            Pollers::Today => "today",
            Pollers::Until2023 => "until_2023",
            Pollers::Provisioned => "provisioned",
        },
        set: |scenario, name| {
            scenario.queue.pollers = match name {
                "until_2023" => Pollers::Until2023,
                "provisioned" => Pollers::Provisioned,
                _ => Pollers::Today,
            };
        },
    },
    Choice {
        key: "failing",
        label: "when a message fails",
        term: "partial batch responses",
        help: "The whole batch is tried again, or only what failed, or nothing: then the message is lost, and nobody is told.",
        level: Level::Expert,
        options: || {
            vec![
                ("whole_batch", "its whole batch comes back"),
                ("partial", "it comes back alone"),
                ("swallowed", "it is lost (error swallowed)"),
            ]
        },
        get: |scenario| match scenario.queue.failing {
            Failing::WholeBatch => "whole_batch",
            Failing::Partial => "partial",
            Failing::Swallowed => "swallowed",
        },
        set: |scenario, name| {
            scenario.queue.failing = match name {
                "partial" => Failing::Partial,
                "swallowed" => Failing::Swallowed,
                _ => Failing::WholeBatch,
            };
        },
    },
    Choice {
        key: "packaging",
        label: "how the code is packed",
        term: "zip or container image",
        help: "A container image starts more slowly, but its size hardly matters: only what is read is loaded.",
        level: Level::Expert,
        options: || vec![("zip", "a zip archive"), ("image", "a container image")],
        get: |scenario| match scenario.function.packaging {
            Packaging::Zip => "zip",
            Packaging::Image => "image",
        },
        set: |scenario, name| {
            scenario.function.packaging = if name == "image" { Packaging::Image } else { Packaging::Zip };
        },
    },
    Choice {
        key: "package_law",
        label: "what size adds to a start",
        term: "init per MB of zip",
        help: "The same for every MB, more for each further MB as measured in 2023, or as callers saw it in 2021.",
        level: Level::Expert,
        options: || {
            vec![
                ("straight", "the same for every MB"),
                ("bent_2023", "more for each MB (2023)"),
                ("response_2021", "as callers saw it (2021)"),
            ]
        },
        get: |scenario| match scenario.function.package_law {
            PackageLaw::Straight => "straight",
            PackageLaw::Bent => "bent_2023",
            PackageLaw::WholeResponse => "response_2021",
        },
        set: |scenario, name| {
            scenario.function.package_law = match name {
                "bent_2023" => PackageLaw::Bent,
                "response_2021" => PackageLaw::WholeResponse,
                _ => PackageLaw::Straight,
            };
        },
    },
    Choice {
        key: "architecture",
        label: "kind of processor",
        term: "architecture",
        help: "A second on Arm costs a fifth less, and most languages start a little sooner on it.",
        level: Level::Expert,
        options: || vec![("x86", "Intel or AMD (x86)"), ("arm64", "Arm (Graviton)")],
        get: |scenario| match scenario.function.architecture {
            Architecture::X86 => "x86",
            Architecture::Arm => "arm64",
        },
        set: |scenario, name| {
            scenario.function.architecture =
                if name == "arm64" { Architecture::Arm } else { Architecture::X86 };
        },
    },
    Choice {
        key: "network",
        label: "private network",
        term: "VPC",
        help: "Joining one no longer makes starts slower; in 2021 it took a quarter of a second, before September 2019 many.",
        level: Level::Expert,
        options: || {
            vec![
                ("public", "none"),
                ("vpc", "as it is today"),
                ("vpc_2021", "as it was in 2021"),
                ("vpc_2018", "as it was until 2019"),
            ]
        },
        get: |scenario| match scenario.function.network {
            Network::Public => "public",
            Network::Private => "vpc",
            Network::Private2021 => "vpc_2021",
            Network::PrivateUntil2019 => "vpc_2018",
        },
        set: |scenario, name| {
            scenario.function.network = match name {
                "vpc" => Network::Private,
                "vpc_2021" => Network::Private2021,
                "vpc_2018" => Network::PrivateUntil2019,
                _ => Network::Public,
            };
        },
    },
    Choice {
        key: "snapshot",
        label: "start from a snapshot",
        term: "SnapStart",
        help: "Copies are read back from memory that was saved after a start; only Java, Python and .NET from a zip archive.",
        level: Level::Expert,
        options: on_off,
        get: |scenario| if scenario.function.snapshot { "on" } else { "off" },
        set: |scenario, name| scenario.function.snapshot = name == "on",
    },
    Choice {
        key: "billing",
        label: "how time is billed",
        term: "billing granularity, INIT billing",
        help: "Starts became part of the bill in August 2025, single milliseconds in December 2020.",
        level: Level::Expert,
        options: || {
            vec![
                ("today", "as it is today"),
                ("until_2025", "as it was until August 2025"),
                ("until_2020", "as it was until December 2020"),
            ]
        },
        get: |scenario| match scenario.billing_rule {
            BillingRule::Today => "today",
            BillingRule::UntilAugust2025 => "until_2025",
            BillingRule::UntilDecember2020 => "until_2020",
        },
        set: |scenario, name| {
            scenario.billing_rule = match name {
                "until_2025" => BillingRule::UntilAugust2025,
                "until_2020" => BillingRule::UntilDecember2020,
                _ => BillingRule::Today,
            };
        },
    },
    Choice {
        key: "hop",
        label: "what passes requests on",
        term: "event hop",
        help: "Something between those who send and the function, paid for by what passes through; it adds no wait.",
        level: Level::Expert,
        options: || options(Chosen::Hop),
        get: |scenario| scenario.around.kind(Chosen::Hop).name,
        set: |scenario, name| scenario.around.choose(Chosen::Hop, name),
    },
    Choice {
        key: "gateway_cache",
        label: "cache of the REST API",
        term: "API Gateway cache",
        help: "Paid for by the hour, used or not; what it answers still counts as worked on.",
        level: Level::Expert,
        options: || options(Chosen::GatewayCache),
        get: |scenario| scenario.around.kind(Chosen::GatewayCache).name,
        set: |scenario, name| scenario.around.choose(Chosen::GatewayCache, name),
    },
    Choice {
        key: "table",
        label: "how the table is paid for",
        term: "DynamoDB capacity mode",
        help: "By each item read or written, or by what is held ready day and night; too little of it turns nothing away here.",
        level: Level::Expert,
        options: || options(Chosen::Table),
        get: |scenario| scenario.around.kind(Chosen::Table).name,
        set: |scenario, name| scenario.around.choose(Chosen::Table, name),
    },
    Choice {
        key: "database",
        label: "database",
        term: "RDS or Aurora",
        help: "One that is held day and night; it adds no wait: that is set with the system it asks.",
        level: Level::Expert,
        options: || options(Chosen::Database),
        get: |scenario| scenario.around.kind(Chosen::Database).name,
        set: |scenario, name| scenario.around.choose(Chosen::Database, name),
    },
    Choice {
        key: "database_proxy",
        label: "proxy before the database",
        term: "RDS Proxy",
        help: "Shares connections among copies, for a price by the hour.",
        level: Level::Expert,
        options: || options(Chosen::Proxy),
        get: |scenario| scenario.around.kind(Chosen::Proxy).name,
        set: |scenario, name| scenario.around.choose(Chosen::Proxy, name),
    },
    Choice {
        key: "cache",
        label: "cache",
        term: "ElastiCache",
        help: "One that is held day and night, or paid for by what is in it and moved.",
        level: Level::Expert,
        options: || options(Chosen::Cache),
        get: |scenario| scenario.around.kind(Chosen::Cache).name,
        set: |scenario, name| scenario.around.choose(Chosen::Cache, name),
    },
    Choice {
        key: "free_tier",
        label: "what providers give away",
        term: "free tier",
        help: "Takes the monthly allowances off: those that last, or also those of an account's first year.",
        level: Level::Expert,
        options: || FREE_TIERS.map(|(name, words, _)| (name, words)).into(),
        get: |scenario| {
            let chosen = FREE_TIERS.iter().find(|option| option.2 == scenario.money.terms.free_tier);
            chosen.map_or("off", |option| option.0)
        },
        set: |scenario, name| {
            if let Some(option) = FREE_TIERS.iter().find(|option| option.0 == name) {
                scenario.money.terms.free_tier = option.2;
            }
        },
    },
    Choice {
        key: "just_deployed",
        label: "just deployed",
        term: "empty fleet at midnight",
        help: "The day starts without any copy, instead of with those that the evening left.",
        level: Level::Expert,
        options: on_off,
        get: |scenario| if scenario.just_deployed { "on" } else { "off" },
        set: |scenario, name| scenario.just_deployed = name == "on",
    },
];
