use std::sync::OnceLock;

use serde::Deserialize;

use super::{
    Holding, Plan, ScalingRate, Target,
    polling::{large_batch_window_s, most_per_plain_batch, pollers_for},
};
use crate::{
    facts,
    units::{Knob, KnobSpec, Level, Seconds, SimTime},
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

/// By which rule of the provider new environments may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalingRule {
    /// So many per 10 s and function.
    Today,
    /// A burst, then 500 a minute: the rule until November 2023.
    Until2023,
}

/// Who says how many environments are held ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvisionedBy {
    /// A plan of the day.
    Schedule,
    /// Their use: target tracking.
    TargetTracking,
}

/// What the use of environments held ready in a minute is told as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The mean of what its requests found.
    Average,
    /// The most that one of them found.
    Maximum,
}

/// The settings of a fleet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetSettings {
    /// When idle environments end.
    pub keep_alive: KeepAlive,
    /// Environments that are held ready and paid for.
    pub provisioned: u32,
    /// The hours of the day between which they are held; the first may be the later, over midnight.
    pub provisioned_hours: (f64, f64),
    /// Who says how many are held.
    pub provisioned_by: ProvisionedBy,
    /// Environments held at most where their use says how many.
    pub provisioned_most: u32,
    /// The share of the held environments that should be at work.
    pub provisioned_target: f64,
    /// What their use in a minute is told as.
    pub provisioned_statistic: Statistic,
    /// How long a request for more takes before they come.
    pub provisioned_preparation: Seconds,
    /// Requests of the whole account that may run at once; one more is turned away.
    pub concurrency_limit: u32,
    /// How many of them are set aside for this function, which then has these and no more; 0 for none.
    pub reserved: u32,
    /// How many of them other functions use, where none are set aside.
    pub used_by_others: u32,
    /// Requests a second that each of the function's places allows.
    pub requests_per_place: f64,
    /// By which rule new environments may start.
    pub scaling_rule: ScalingRule,
    /// New environments allowed per 10 s, refilled continuously and not banked.
    pub scaling_per_10_s: u32,
    /// New environments allowed at once by the rule until 2023.
    pub scaling_burst: u32,
}

impl FleetSettings {
    /// Requests of this function that may run at once.
    pub fn limit(&self) -> u32 {
        match self.reserved {
            0 => self.concurrency_limit.saturating_sub(self.used_by_others),
            reserved => reserved.min(self.concurrency_limit),
        }
    }

    /// Requests a second that may come in.
    pub fn most_requests_per_s(&self) -> f64 {
        self.requests_per_place * f64::from(self.limit())
    }

    /// How fast new environments may start.
    pub fn scaling(&self) -> ScalingRate {
        match self.scaling_rule {
            ScalingRule::Today => ScalingRate::new(self.scaling_per_10_s),
            ScalingRule::Until2023 => ScalingRate::until_2023_with(self.scaling_burst),
        }
    }

    /// New environments that may start at one instant after a rest.
    pub fn startable_at_once(&self) -> u32 {
        match self.scaling_rule {
            ScalingRule::Today => self.scaling_per_10_s,
            ScalingRule::Until2023 => self.scaling_burst,
        }
    }

    /// When environments are held ready: by the hour, or the least of them at all times where more are held by use.
    pub fn plan(&self) -> Plan {
        match self.provisioned_by {
            ProvisionedBy::Schedule => Plan::new(self.provisioned, self.provisioned_hours),
            ProvisionedBy::TargetTracking => Plan::always(self.target().least),
        }
    }

    /// How many environments are held ready, the clock's zero standing for a minute of the day.
    pub fn holding(&self, first_minute: usize) -> Holding {
        let preparation = SimTime::from(self.provisioned_preparation);
        match self.provisioned_by {
            ProvisionedBy::Schedule => Holding::planned(self.plan(), preparation, first_minute),
            ProvisionedBy::TargetTracking => Holding::tracked(self.target(), preparation),
        }
    }

    /// What target tracking is after. Without a single environment held there is no use to follow.
    fn target(&self) -> Target {
        let least = self.provisioned.max(1);
        Target {
            utilisation: self.provisioned_target,
            statistic: self.provisioned_statistic,
            least,
            most: self.provisioned_most.max(least),
        }
    }
}

/// Who asks the queue for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pollers {
    /// The provider's own, by the rule since November 2023.
    Today,
    /// The provider's own, by the rule before.
    Until2023,
    /// Pollers held for this queue alone (provisioned mode).
    Provisioned,
}

/// What the function's code does about a message of a batch that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It fails as a whole: the batch comes back.
    WholeBatch,
    /// It names the messages that failed: these come back.
    Partial,
    /// It goes on as if nothing had happened: the message is lost.
    Swallowed,
}

/// A queue (SQS) between the callers and the function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueueSettings {
    /// Messages handed to the function at once.
    pub batch_size: u32,
    /// How long messages are collected until a batch is full.
    pub window: Seconds,
    /// Batches that may be worked on at once.
    pub max_concurrency: u32,
    /// How long a received message stays hidden from other receivers.
    pub visibility: Seconds,
    /// Who asks for messages.
    pub pollers: Pollers,
    /// Pollers of its own at least, in provisioned mode.
    pub least_pollers: u32,
    /// Pollers of its own at most, in provisioned mode.
    pub most_pollers: u32,
    /// What the function does about a message that fails.
    pub failing: Failing,
    /// How often a message is received before it becomes a dead letter; 0 where none does.
    pub max_receives: u32,
    /// The age at which a message is lost.
    pub retention: Seconds,
    /// Percent of messages that are delivered again though they are done.
    pub duplicate_percent: f64,
    /// Groups of messages that each keep their order; 0 for a queue that keeps none.
    pub message_groups: u32,
}

impl QueueSettings {
    /// Whether it keeps an order.
    pub fn is_ordered(&self) -> bool {
        self.message_groups > 0
    }

    /// Messages handed to the function at once: those of a large batch have to be collected, which a queue that
    /// keeps an order cannot.
    pub fn messages_per_batch(&self) -> u32 {
        if self.is_ordered() || !self.allows_large_batches() {
            self.batch_size.min(most_per_plain_batch())
        } else {
            self.batch_size
        }
    }

    /// How long messages are collected.
    pub fn collecting(&self) -> Seconds {
        if self.is_ordered() { Seconds(0.0) } else { self.window }
    }

    /// Whether the size of a batch and the time in which it is collected go together.
    pub fn batch_fits(&self) -> bool {
        self.batch_size <= most_per_plain_batch() || self.allows_large_batches()
    }

    /// Milliseconds of pollers of its own that are paid for, where so many batches were at work at most in each span
    /// of time: as many as are needed for these, within their bounds.
    pub fn poller_ms(&self, batches: impl Iterator<Item = u32>, each: SimTime) -> u64 {
        if self.pollers != Pollers::Provisioned {
            return 0;
        }
        let most = self.most_pollers.max(self.least_pollers);
        let held = batches.map(|batches| pollers_for(batches).clamp(self.least_pollers, most));
        held.map(|pollers| u64::from(pollers) * each.0 / 1_000_000).sum()
    }

    /// The shortest time in which batches of any size can be collected.
    pub fn shortest_large_window() -> Seconds {
        Seconds(large_batch_window_s())
    }

    /// Messages of a batch of any queue, whether they are collected or not.
    pub fn largest_plain_batch() -> u32 {
        most_per_plain_batch()
    }

    fn allows_large_batches(&self) -> bool {
        self.window.0 >= large_batch_window_s()
    }

    fn set_batch_size(&mut self, messages: u32) {
        self.batch_size = messages;
        if !self.batch_fits() {
            self.window = Seconds(large_batch_window_s());
        }
    }

    fn set_window(&mut self, window: Seconds) {
        self.window = window;
        if !self.batch_fits() {
            self.batch_size = most_per_plain_batch();
        }
    }
}

impl Default for QueueSettings {
    fn default() -> Self {
        let mut settings = Self {
            batch_size: 0,
            window: Seconds(0.0),
            max_concurrency: 0,
            visibility: Seconds(0.0),
            pollers: Pollers::Today,
            least_pollers: 0,
            most_pollers: 0,
            failing: Failing::WholeBatch,
            max_receives: 0,
            retention: Seconds(0.0),
            duplicate_percent: 0.0,
            message_groups: 0,
        };
        for knob in QUEUE_KNOBS {
            (knob.set)(&mut settings, knob.spec.default);
        }
        settings
    }
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
            key: "provisioned_from_h",
            label: "kept warm from",
            term: "scheduled provisioned concurrency",
            unit: "o'clock",
            least: 0.0,
            most: 24.0,
            step: 0.25,
            whole: false,
            default: 0.0,
            help: "The hour of the day at which the copies kept warm are switched on.",
            source: "AWS Lambda developer guide: scheduled scaling; held time is billed in steps of 5 minutes",
            level: Level::Expert,
        },
        get: |fleet| fleet.provisioned_hours.0,
        set: |fleet, value| fleet.provisioned_hours.0 = value,
    },
    Knob {
        spec: KnobSpec {
            key: "provisioned_to_h",
            label: "kept warm until",
            term: "scheduled provisioned concurrency",
            unit: "o'clock",
            least: 0.0,
            most: 24.0,
            step: 0.25,
            whole: false,
            default: 24.0,
            help: "The hour at which they are switched off; before the first hour, it is that of the next day.",
            source: "AWS Lambda developer guide: scheduled scaling; held time is billed in steps of 5 minutes",
            level: Level::Expert,
        },
        get: |fleet| fleet.provisioned_hours.1,
        set: |fleet, value| fleet.provisioned_hours.1 = value,
    },
    Knob {
        spec: KnobSpec {
            key: "provisioned_most",
            label: "most copies kept warm",
            term: "maximum capacity of target tracking",
            unit: "copies",
            least: 1.0,
            most: 900.0,
            step: 1.0,
            whole: true,
            default: 900.0,
            help: "Where use says how many are kept warm, never more than these; the copies kept warm are the least.",
            source: "AWS Lambda developer guide: unreserved concurrency less 100",
            level: Level::Expert,
        },
        get: |fleet| f64::from(fleet.provisioned_most),
        set: |fleet, value| fleet.provisioned_most = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "provisioned_target",
            label: "share of warm copies in use",
            term: "target utilisation",
            unit: "",
            least: 0.1,
            most: 0.9,
            step: 0.05,
            whole: false,
            default: 0.7,
            help: "More copies are kept warm while a larger share of them works, fewer while a smaller one does.",
            source: "AWS Lambda developer guide: 0.1 to 0.9, 0.7 in its example",
            level: Level::Expert,
        },
        get: |fleet| fleet.provisioned_target,
        set: |fleet, value| fleet.provisioned_target = value,
    },
    Knob {
        spec: KnobSpec {
            key: "provisioned_prepare_s",
            label: "warm copies are ready after",
            term: "allocation of provisioned concurrency",
            unit: "seconds",
            least: 60.0,
            most: 120.0,
            step: 5.0,
            whole: false,
            default: 90.0,
            help: "More copies kept warm are first prepared for so long, then come at 6,000 a minute, and work once all are there.",
            source: "AWS Lambda developer guide: 1 to 2 minutes; the middle of it",
            level: Level::Expert,
        },
        get: |fleet| fleet.provisioned_preparation.0,
        set: |fleet, value| fleet.provisioned_preparation = Seconds(value),
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
            key: "reserved_concurrency",
            label: "copies set aside for this function",
            term: "reserved concurrency",
            unit: "copies",
            least: 0.0,
            most: 100_000.0,
            step: 1.0,
            whole: true,
            default: 0.0,
            help: "The function always has room for these, and never for more; 0 sets none aside.",
            source: "AWS Lambda developer guide, reserved concurrency",
            level: Level::Expert,
        },
        get: |fleet| f64::from(fleet.reserved),
        set: |fleet, value| fleet.reserved = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "used_by_others",
            label: "copies that others use",
            term: "concurrency of other functions",
            unit: "copies",
            least: 0.0,
            most: 100_000.0,
            step: 1.0,
            whole: true,
            default: 0.0,
            help: "All functions of an account share its limit; what is set aside for this one is safe from them.",
            source: "AWS Lambda quotas: the limit is of the account and region",
            level: Level::Expert,
        },
        get: |fleet| f64::from(fleet.used_by_others),
        set: |fleet, value| fleet.used_by_others = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "requests_per_copy",
            label: "requests a second for each copy allowed",
            term: "request rate quota",
            unit: "requests per second",
            least: 1.0,
            most: 1_000.0,
            step: 1.0,
            whole: false,
            default: 10.0,
            help: "Times the most copies at once it bounds the requests of a second, which very short ones can reach.",
            source: "AWS Lambda quotas: 10 per second for each of the concurrency",
            level: Level::Expert,
        },
        get: |fleet| fleet.requests_per_place,
        set: |fleet, value| fleet.requests_per_place = value,
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
    Knob {
        spec: KnobSpec {
            key: "scaling_burst",
            label: "new copies at once until 2023",
            term: "burst concurrency",
            unit: "copies",
            least: 500.0,
            most: 3_000.0,
            step: 500.0,
            whole: true,
            default: 3_000.0,
            help: "How many copies could start at once by the rule before November 2023; 500 a minute followed.",
            source: "AWS Lambda developer guide of 2023: 500 to 3,000 by region",
            level: Level::Expert,
        },
        get: |fleet| f64::from(fleet.scaling_burst),
        set: |fleet, value| fleet.scaling_burst = value as u32,
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
            most: 10_000.0,
            step: 1.0,
            whole: true,
            default: 1.0,
            help: "The function handles the messages of a batch one after the other; all are done when the last is. More than 10 have to be collected for a second at least.",
            source: "AWS Lambda developer guide, services-sqs-configure: 1 to 10, to 10,000 with a window of a second or more",
            level: Level::Expert,
        },
        get: |queue| f64::from(queue.batch_size),
        set: |queue, value| queue.set_batch_size(value as u32),
    },
    Knob {
        spec: KnobSpec {
            key: "batch_window_s",
            label: "wait for a full batch",
            term: "batching window",
            unit: "seconds",
            least: 0.0,
            most: 300.0,
            step: 1.0,
            whole: false,
            default: 0.0,
            help: "Messages are collected for so long, or until a batch is full: fewer calls, and longer waits.",
            source: "AWS Lambda API, MaximumBatchingWindowInSeconds: 0 to 300",
            level: Level::Expert,
        },
        get: |queue| queue.window.0,
        set: |queue, value| queue.set_window(Seconds(value)),
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
            help: "A message not finished by then is handed out again, so that it is worked on twice; one that failed comes back then. Six times the function's longest time is advised.",
            source: "Amazon SQS: 30 s unless set, at most 12 h",
            level: Level::Expert,
        },
        get: |queue| queue.visibility.0,
        set: |queue, value| queue.visibility = Seconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "least_pollers",
            label: "pollers of its own, at least",
            term: "provisioned mode",
            unit: "pollers",
            least: 2.0,
            most: 200.0,
            step: 1.0,
            whole: true,
            default: 2.0,
            help: "Each hands out ten batches at once; only where the queue has pollers of its own.",
            source: "AWS Lambda developer guide, services-sqs-configure: 2 to 200 at least, 2 to 2,000 at most",
            level: Level::Expert,
        },
        get: |queue| f64::from(queue.least_pollers),
        set: |queue, value| queue.least_pollers = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "most_pollers",
            label: "pollers of its own, at most",
            term: "provisioned mode",
            unit: "pollers",
            least: 2.0,
            most: 2_000.0,
            step: 1.0,
            whole: true,
            default: 200.0,
            help: "How far they may grow, by 1,000 batches a minute; only where the queue has pollers of its own.",
            source: "AWS Lambda developer guide, services-sqs-configure: 2 to 200 at least, 2 to 2,000 at most",
            level: Level::Expert,
        },
        get: |queue| f64::from(queue.most_pollers),
        set: |queue, value| queue.most_pollers = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "max_receives",
            label: "tries before a message is put aside",
            term: "maximum receives, dead-letter queue",
            unit: "receives",
            least: 0.0,
            most: 1_000.0,
            step: 1.0,
            whole: true,
            default: 0.0,
            help: "A message handed out so often without success becomes a dead letter; one that found no copy free counts as handed out. 0 tries for as long as messages are kept.",
            source: "Amazon SQS API, maxReceiveCount: 1 to 1,000, 10 unless set; AWS Lambda developer guide, services-sqs-configure: 5 at least",
            level: Level::Expert,
        },
        get: |queue| f64::from(queue.max_receives),
        set: |queue, value| queue.max_receives = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "retention_s",
            label: "messages are kept for",
            term: "message retention period",
            unit: "seconds",
            least: 60.0,
            most: 1_209_600.0,
            step: 60.0,
            whole: false,
            default: 345_600.0,
            help: "A message not done by then is lost, and nobody is told.",
            source: "Amazon SQS API, MessageRetentionPeriod: 60 s to 14 days, 4 days unless set",
            level: Level::Expert,
        },
        get: |queue| queue.retention.0,
        set: |queue, value| queue.retention = Seconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "duplicate_percent",
            label: "messages that come twice",
            term: "at-least-once delivery",
            unit: "percent",
            least: 0.0,
            most: 100.0,
            step: 0.01,
            whole: false,
            default: 0.0,
            help: "How many of 100 messages are handed out again though they are done. It happens, but nobody has published how often.",
            source: "assumption; Amazon SQS developer guide: standard queues deliver at least once",
            level: Level::Expert,
        },
        get: |queue| queue.duplicate_percent,
        set: |queue, value| queue.duplicate_percent = value,
    },
    Knob {
        spec: KnobSpec {
            key: "message_groups",
            label: "groups that keep their order",
            term: "FIFO queue, message groups",
            unit: "groups",
            least: 0.0,
            most: 100_000.0,
            step: 1.0,
            whole: true,
            default: 0.0,
            help: "An ordered line hands out one batch of a group at a time, 10 messages at most and without collecting; it costs more. 0 keeps no order.",
            source: "AWS Lambda developer guide, services-sqs-scaling: no more batches at once than there are groups",
            level: Level::Expert,
        },
        get: |queue| f64::from(queue.message_groups),
        set: |queue, value| queue.message_groups = value as u32,
    },
];
