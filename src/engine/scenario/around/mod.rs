//! What stands around the function, metered by the same arrivals: tables, databases, caches, logs, what is sent, what
//! is stored, and what passes requests on. Its settings are [`Around`], what they come to is in `meter.rs`.
//!
//! # What is left out
//! - It adds no wait: what the function waits for is set with the system it asks.
//! - Nothing is turned away where capacity was set too small by hand.
//! - Tries of a message after the first count, what is sent to a queue as several pieces does not.

mod meter;

pub use meter::{Passed, pieces};

use crate::units::{Knob, KnobSpec, Level};

/// Makes the settings and their knobs from one row each: key, label, term, unit, most, step, default, help.
macro_rules! amounts {
    ($($key:ident $label:literal $term:literal $unit:literal $most:literal $step:literal $default:literal $help:literal;)*) => {
        /// What stands around the function.
        #[derive(Clone, Debug, PartialEq)]
        #[expect(missing_docs, reason = "each knob's help says what the number is")]
        pub struct Around {
            $(pub $key: f64,)*
            pub(super) chosen: [usize; KINDS.len()],
        }

        impl Default for Around {
            fn default() -> Self {
                Self { $($key: $default,)* chosen: [0; KINDS.len()] }
            }
        }

        /// The numbers of it.
        pub const AROUND_KNOBS: &[Knob<Around>] = &[$(Knob {
            spec: KnobSpec {
                key: stringify!($key),
                label: $label,
                term: $term,
                unit: $unit,
                least: 0.0,
                most: $most,
                step: $step,
                whole: false,
                default: $default,
                help: $help,
                source: "assumption: a scene's own",
                level: Level::Expert,
            },
            get: |around| around.$key,
            set: |around, value| around.$key = value,
        }),*];
    };
}

amounts! {
    request_kb "what a request carries" "payload" "kilobytes" 10_240.0 1.0 0.0
        "A large one counts as several at gateways, on buses and as an event.";
    answer_kb "what an answer carries" "egress" "kilobytes" 20_480.0 1.0 0.0
        "Sent to the internet with each request that is worked on, through the content network where there is one.";
    sockets "connections held open" "WebSocket connections" "connections" 100_000.0 100.0 0.0
        "How many are open at a time, day and night; they are billed by the minute.";
    hop_steps "steps of the workflow" "state transitions" "steps" 100.0 1.0 4.0
        "How many steps a request takes through the workflow.";
    table_writes "writes to the table" "DynamoDB writes per request" "writes" 100.0 1.0 0.0
        "How many items a request writes. It adds no wait: that is set with the system it asks.";
    table_reads "reads from the table" "DynamoDB reads per request" "reads" 100.0 1.0 0.0
        "How many items a request reads so that the newest is seen; half as many where an older one will do.";
    item_kb "size of an item" "" "kilobytes" 400.0 1.0 1.0
        "Each 1 KB written and each 4 KB read counts as one.";
    table_write_capacity "writes a second held ready" "WCU" "units" 10_000.0 1.0 0.0
        "Paid for day and night, used or not; 0 holds what the busiest hour needs.";
    table_read_capacity "reads a second held ready" "RCU" "units" 10_000.0 1.0 0.0
        "Paid for day and night, used or not; 0 holds what the busiest hour needs.";
    table_gb "data in the table" "DynamoDB storage" "gigabytes" 10_000.0 1.0 0.0
        "What the table holds through the month.";
    stream_reads "reads of the table's changes" "DynamoDB Streams" "reads" 100.0 1.0 0.0
        "How often a request's changes are read from the stream; functions that it calls read for nothing.";
    database_gb "data in the database" "" "gigabytes" 10_000.0 1.0 20.0
        "What the database's disk holds through the month.";
    database_capacity "capacity of the database" "Aurora capacity units" "units" 256.0 0.5 0.5
        "Units in use on average, day and night.";
    database_operations "reads and writes of storage" "Aurora I/O per request" "operations" 100.0 1.0 0.0
        "How often a request makes the database go to its storage.";
    cache_nodes "nodes of the cache" "" "nodes" 20.0 1.0 1.0
        "How many are held, day and night. It adds no wait: that is set with the system it asks.";
    cache_gb "room in the cache" "" "gigabytes" 1_000.0 0.1 1.0
        "What a cache without nodes holds on average.";
    cache_kb "read from and written to the cache" "ECPU per request" "kilobytes" 1_024.0 1.0 1.0
        "Each kilobyte that a request moves is a unit of the cache's work.";
    object_writes "objects written" "S3 PUT per request" "writes" 100.0 1.0 0.0
        "How many objects a request writes or lists.";
    object_reads "objects read" "S3 GET per request" "reads" 100.0 1.0 0.0
        "How many objects a request reads.";
    object_gb "objects stored" "S3 storage" "gigabytes" 100_000.0 10.0 0.0
        "What is stored through the month.";
    log_kb "log lines" "CloudWatch Logs" "kilobytes" 1_024.0 1.0 0.0
        "What a request writes to the log.";
    log_days "days that logs are kept" "retention" "days" 3_653.0 1.0 30.0
        "Logs are kept compressed; what came in for so many days is paid for all the time.";
    metrics "metrics of one's own" "CloudWatch custom metrics" "metrics" 10_000.0 1.0 0.0
        "How many are kept, each paid for by the month.";
    traced_percent "requests traced" "X-Ray sampling" "percent" 100.0 1.0 0.0
        "The share of requests whose way is recorded.";
    region_kb "sent to another region" "cross-region transfer" "kilobytes" 131_072.0 1.0 0.0
        "With each request.";
    zone_kb "sent between zones" "cross-AZ transfer" "kilobytes" 131_072.0 1.0 0.0
        "With each request; what is sent and what is received both count.";
    nat_gateways "ways out of the private network" "NAT gateways" "gateways" 10.0 1.0 0.0
        "Each is paid for by the hour, with its public address.";
    nat_kb "sent through them" "NAT gateway data" "kilobytes" 131_072.0 1.0 0.0
        "With each request, whichever way it goes; to the internet it is paid for once more.";
    endpoints "private ways to services" "VPC endpoints" "endpoints" 50.0 1.0 0.0
        "One for each service and zone, paid for by the hour.";
    endpoint_kb "sent through those" "VPC endpoint data" "kilobytes" 131_072.0 1.0 0.0
        "With each request.";
}

/// One of a few: its name, its words, and the count of [`crate::metrics::Usage`] that it adds to, where one will do.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub name: &'static str,
    pub words: &'static str,
    pub count: &'static str,
}

/// What can be chosen, by its place in [`KINDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// What passes requests on.
    Hop,
    /// How a table is paid for.
    Table,
    /// The database.
    Database,
    /// The cache.
    Cache,
    /// The cache of a REST API.
    GatewayCache,
    /// Whether a proxy stands before the database.
    Proxy,
}

const fn kind(name: &'static str, words: &'static str, count: &'static str) -> Kind {
    Kind { name, words, count }
}

const NONE: Kind = kind("none", "none", "");

/// The options of each choice, the default first.
const KINDS: [&[Kind]; 6] = [
    &[
        NONE,
        kind("sns", "notifications (SNS)", "notifications"),
        kind("eventbridge", "an event bus (EventBridge)", "bus_events"),
        kind("scheduler", "a scheduler (EventBridge)", "scheduled_calls"),
        kind("pipes", "a pipe (EventBridge)", "pipe_events"),
        kind("step_functions", "a workflow (Step Functions)", "workflow_transitions"),
        kind("express", "a short workflow (Express)", "express_workflows"),
    ],
    &[
        kind("on_demand", "by the item (on demand)", ""),
        kind("provisioned", "by the capacity held ready (provisioned)", ""),
    ],
    &[
        NONE,
        kind("t4g_small", "db.t4g.small", "rds_t4g_small_ms"),
        kind("t4g_medium", "db.t4g.medium", "rds_t4g_medium_ms"),
        kind("t3_medium_mysql", "db.t3.medium, MySQL", "rds_t3_medium_mysql_ms"),
        kind("t3_medium_postgresql", "db.t3.medium, PostgreSQL", "rds_t3_medium_postgresql_ms"),
        kind("m6g_large_mysql", "db.m6g.large, MySQL", "rds_m6g_large_mysql_ms"),
        kind("m6g_large_postgresql", "db.m6g.large, PostgreSQL", "rds_m6g_large_postgresql_ms"),
        kind(AURORA, "one that grows and shrinks (Aurora Serverless)", "aurora_capacity_ms"),
    ],
    &[
        NONE,
        kind("t4g_micro", "cache.t4g.micro", "cache_t4g_micro_ms"),
        kind("t4g_small", "cache.t4g.small", "cache_t4g_small_ms"),
        kind("t4g_medium", "cache.t4g.medium", "cache_t4g_medium_ms"),
        kind("m7g_large", "cache.m7g.large", "cache_m7g_large_ms"),
        kind("valkey", "one without nodes (Valkey)", "valkey_units"),
        kind("redis", "one without nodes (Redis OSS)", "redis_units"),
    ],
    &[
        NONE,
        kind("half_gb", "0.5 GB", "gateway_cache_half_gb_ms"),
        kind("one_gb", "1.6 GB", "gateway_cache_ms"),
    ],
    &[kind("off", "off", ""), kind("on", "on", "rds_proxy_vcpu_ms")],
];

const AURORA: &str = "aurora";

impl Around {
    /// What is chosen.
    pub fn kind(&self, of: Chosen) -> Kind {
        KINDS[of as usize][self.chosen[of as usize]]
    }

    /// Chooses; a name that is not an option changes nothing.
    pub fn choose(&mut self, of: Chosen, name: &str) {
        if let Some(place) = KINDS[of as usize].iter().position(|kind| kind.name == name) {
            self.chosen[of as usize] = place;
        }
    }

    /// The same for a part of the requests beside another part that has what is held.
    pub fn without_held(&self) -> Self {
        let none = Self::default();
        let mut part = Self {
            sockets: 0.0,
            table_gb: 0.0,
            object_gb: 0.0,
            metrics: 0.0,
            nat_gateways: 0.0,
            endpoints: 0.0,
            table_write_capacity: 0.0,
            table_read_capacity: 0.0,
            ..self.clone()
        };
        for of in [Chosen::Database, Chosen::Cache, Chosen::GatewayCache, Chosen::Proxy] {
            part.chosen[of as usize] = none.chosen[of as usize];
        }
        part
    }

    /// What a request and its answer carry together, where that is said.
    pub fn carried_kb(&self) -> Option<f64> {
        let kb = self.request_kb + self.answer_kb;
        (kb > 0.0).then_some(kb)
    }

    fn has_aurora(&self) -> bool {
        self.kind(Chosen::Database).name == AURORA
    }

    fn has_serverless_cache(&self) -> bool {
        self.kind(Chosen::Cache).count.ends_with("_units")
    }
}

/// The options of a choice, as a page shows them.
pub fn options(of: Chosen) -> Vec<(&'static str, &'static str)> {
    KINDS[of as usize].iter().map(|kind| (kind.name, kind.words)).collect()
}

/// Why a setting has no effect at present.
pub fn idle(key: &str, around: &Around) -> Option<&'static str> {
    let is_chosen = |of: Chosen| around.chosen[of as usize] > 0;
    let hop = around.kind(Chosen::Hop).name;
    let reason = match key {
        "hop_steps" => (hop != "step_functions", "no workflow passes requests on"),
        "item_kb" => (around.table_writes + around.table_reads <= 0.0, "there is no table"),
        "table" => (
            around.table_writes + around.table_reads <= 0.0
                && around.table_write_capacity + around.table_read_capacity <= 0.0,
            "there is no table",
        ),
        "table_write_capacity" | "table_read_capacity" => {
            (!is_chosen(Chosen::Table), "the table is paid for by the item")
        }
        "database_gb" => (!is_chosen(Chosen::Database), "there is no database"),
        "database_capacity" | "database_operations" => {
            (!around.has_aurora(), "there is no database that grows and shrinks")
        }
        "database_proxy" => {
            (!is_chosen(Chosen::Database) || around.has_aurora(), "there is no database of a fixed size")
        }
        "cache_nodes" => (!is_chosen(Chosen::Cache) || around.has_serverless_cache(), "there are no nodes"),
        "cache_gb" | "cache_kb" => (!around.has_serverless_cache(), "there is no cache without nodes"),
        "log_days" => (around.log_kb <= 0.0, "nothing is logged"),
        _ => return None,
    };
    reason.0.then_some(reason.1)
}
