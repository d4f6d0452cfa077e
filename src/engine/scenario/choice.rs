use super::{QueueMode, Scenario, WayIn};
use crate::{
    fleet::KeepAlive,
    units::{Level, Seconds},
    workload::{runtime, runtimes},
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
        help: "What stands between callers and the function, and is paid for by the request.",
        level: Level::Expert,
        options: || vec![("function_url", "its own address (function URL)"), ("http_api", "an HTTP API")],
        get: |scenario| match scenario.way_in {
            WayIn::FunctionUrl => "function_url",
            WayIn::HttpApi => "http_api",
        },
        set: |scenario, name| {
            scenario.way_in = if name == "http_api" { WayIn::HttpApi } else { WayIn::FunctionUrl };
        },
    },
    Choice {
        key: "keep_alive",
        label: "when idle copies end",
        term: "keep-alive policy",
        help: "Each copy on its own after the time set, or as logs of real fleets of 2020 show.",
        level: Level::Expert,
        options: || vec![("fixed", "each on its own"), ("aws_2020", "as AWS did in 2020")],
        get: |scenario| match scenario.fleet.keep_alive {
            KeepAlive::Fixed { .. } => "fixed",
            KeepAlive::FunctionWide { .. } => "aws_2020",
        },
        set: |scenario, name| {
            let fixed = || match scenario.fleet.keep_alive {
                fixed @ KeepAlive::Fixed { .. } => fixed,
                KeepAlive::FunctionWide { function_idle, .. } => {
                    KeepAlive::Fixed { idle: Seconds(function_idle.0) }
                }
            };
            scenario.fleet.keep_alive = if name == "aws_2020" { KeepAlive::aws_2020() } else { fixed() };
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
