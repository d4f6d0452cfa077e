use std::sync::OnceLock;

use serde::Deserialize;

use crate::{
    facts,
    units::{Knob, KnobSpec, Level, Seconds},
};

/// When the provider ends an environment that waits for work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum KeepAlive {
    /// Each environment on its own, this long after its last request.
    Fixed {
        /// How long an idle environment is kept.
        idle: Seconds,
    },
    /// As request logs of real fleets show: a function at rest loses all environments at once, a busy
    /// one keeps surplus environments longer, and none outlives a maximum age.
    FunctionWide {
        /// How long a function without any request keeps its environments.
        function_idle: Seconds,
        /// How long an idle environment of a busy function is kept.
        surplus_idle: Seconds,
        /// The age at which an environment ends even when it is busy now and then.
        max_age: Seconds,
    },
}

/// The settings of a fleet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetSettings {
    /// When idle environments end.
    pub keep_alive: KeepAlive,
    /// Environments that are always ready and paid for.
    pub provisioned: u32,
    /// Requests that may run at once; one more is turned away.
    pub concurrency_limit: u32,
    /// New environments allowed per 10 s, refilled continuously and not banked.
    pub scaling_per_10_s: u32,
}

/// A queue (SQS) between the callers and the function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueueSettings {
    /// Messages handed to the function at once.
    pub batch_size: u32,
    /// Batches that may be worked on at once.
    pub max_concurrency: u32,
    /// How long a received message stays hidden from other receivers.
    pub visibility: Seconds,
}

/// A dated keep-alive policy of the catalog.
#[derive(Debug)]
pub struct KeepAlivePreset {
    /// Its name in files and links: the year in which it was seen.
    pub key: &'static str,
    /// Its name for people.
    pub label: String,
    /// The month since which it held: `2020-01`.
    pub from: String,
    /// The policy.
    pub policy: KeepAlive,
}

#[derive(Deserialize)]
struct PresetFacts {
    label: String,
    from: String,
    function_idle_s: f64,
    surplus_idle_s: f64,
    max_age_s: f64,
}

impl KeepAlivePreset {
    /// All policies of the catalog, the earliest first.
    pub fn all() -> &'static [Self] {
        static PRESETS: OnceLock<Vec<KeepAlivePreset>> = OnceLock::new();
        PRESETS.get_or_init(|| facts::names("limits/keep_alive").into_iter().map(Self::load).collect())
    }

    /// The policy of this name.
    pub fn named(key: &str) -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.key == key)
    }

    fn load(key: &'static str) -> Self {
        let read: PresetFacts = facts::read(&format!("limits/keep_alive/{key}"));
        let policy = KeepAlive::FunctionWide {
            function_idle: Seconds(read.function_idle_s),
            surplus_idle: Seconds(read.surplus_idle_s),
            max_age: Seconds(read.max_age_s),
        };
        Self { key, label: read.label, from: read.from, policy }
    }
}

impl KeepAlive {
    /// The policy fitted to request logs of AWS Lambda of 2020; see `catalog/limits/keep_alive/aws_2020.toml`.
    pub fn aws_2020() -> Self {
        KeepAlivePreset::named("aws_2020").expect("the catalog has the policy of 2020").policy
    }

    /// The longest that an environment can stay without work.
    pub fn longest_idle(self) -> Seconds {
        match self {
            Self::Fixed { idle } => idle,
            Self::FunctionWide { function_idle, surplus_idle, .. } => {
                Seconds(function_idle.0.max(surplus_idle.0))
            }
        }
    }
}

/// The numbers of a fleet that people can change.
pub const FLEET_KNOBS: &[Knob<FleetSettings>] = &[
    Knob {
        spec: KnobSpec {
            key: "provisioned",
            label: "copies kept warm",
            term: "provisioned concurrency",
            unit: "copies",
            least: 0.0,
            most: 900.0,
            step: 1.0,
            whole: true,
            default: 0.0,
            help: "Copies kept warm never have to start, and are paid for day and night.",
            source: "AWS Lambda developer guide: unreserved concurrency less 100",
            level: Level::Basic,
        },
        get: |fleet| f64::from(fleet.provisioned),
        set: |fleet, value| fleet.provisioned = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "keep_alive_s",
            label: "idle copies stay for",
            term: "keep-alive",
            unit: "seconds",
            least: 1.0,
            most: 7_200.0,
            step: 10.0,
            whole: false,
            default: 640.0,
            help: "How long a copy without work is kept before it is thrown away; the provider decides it.",
            source: "measured: 5 to 7 minutes in 2021, about 10 in 2019 and 2020",
            level: Level::Expert,
        },
        get: |fleet| fleet.keep_alive.longest_idle().0,
        set: |fleet, value| {
            if let KeepAlive::Fixed { idle } = &mut fleet.keep_alive {
                *idle = Seconds(value);
            }
        },
    },
    Knob {
        spec: KnobSpec {
            key: "concurrency_limit",
            label: "most copies at once",
            term: "concurrency limit",
            unit: "copies",
            least: 1.0,
            most: 100_000.0,
            step: 1.0,
            whole: true,
            default: 1_000.0,
            help: "A request that would need one more copy is turned away (throttled).",
            source: "AWS Lambda quotas: 1,000 per account and region until raised",
            level: Level::Expert,
        },
        get: |fleet| f64::from(fleet.concurrency_limit),
        set: |fleet, value| fleet.concurrency_limit = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "scaling_per_10_s",
            label: "new copies per 10 seconds",
            term: "scaling rate",
            unit: "copies",
            least: 1.0,
            most: 100_000.0,
            step: 10.0,
            whole: true,
            default: 1_000.0,
            help: "How fast the provider starts new copies; what comes faster is turned away.",
            source: "AWS Lambda developer guide: 1,000 per 10 s and function",
            level: Level::Expert,
        },
        get: |fleet| f64::from(fleet.scaling_per_10_s),
        set: |fleet, value| fleet.scaling_per_10_s = value as u32,
    },
];

/// The numbers of a queue that people can change.
pub const QUEUE_KNOBS: &[Knob<QueueSettings>] = &[
    Knob {
        spec: KnobSpec {
            key: "batch_size",
            label: "messages per call",
            term: "batch size",
            unit: "messages",
            least: 1.0,
            most: 10.0,
            step: 1.0,
            whole: true,
            default: 1.0,
            help: "The function handles the messages of a batch one after the other; all are done when the last is.",
            source: "AWS Lambda developer guide: 1 to 10 without a batching window",
            level: Level::Expert,
        },
        get: |queue| f64::from(queue.batch_size),
        set: |queue, value| queue.batch_size = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "max_concurrency",
            label: "most batches at once",
            term: "maximum concurrency",
            unit: "batches",
            least: 2.0,
            most: 1_250.0,
            step: 1.0,
            whole: true,
            default: 1_250.0,
            help: "Holds the queue back so that it does not use up all copies; 1,250 is the provider's own ceiling.",
            source: "AWS Lambda developer guide: 2 to 1,000 when set, 1,250 when not",
            level: Level::Expert,
        },
        get: |queue| f64::from(queue.max_concurrency),
        set: |queue, value| queue.max_concurrency = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "visibility_s",
            label: "hidden while worked on",
            term: "visibility timeout",
            unit: "seconds",
            least: 1.0,
            most: 43_200.0,
            step: 1.0,
            whole: false,
            default: 30.0,
            help: "A message not finished by then is handed out again, so that it is worked on twice.",
            source: "Amazon SQS: 30 s unless set, at most 12 h",
            level: Level::Expert,
        },
        get: |queue| queue.visibility.0,
        set: |queue, value| queue.visibility = Seconds(value),
    },
];
