use super::Function;
use crate::{
    random::Law,
    units::{Knob, KnobSpec, Level, Milliseconds, Seconds, SimTime},
};

/// Whether connections to other systems outlive a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// Made by an environment's first request, and used by all that follow.
    Kept,
    /// Made by each request anew.
    EachTime,
}

/// The one system that a request asks, apart from what it waits on besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dependency {
    /// Mean time of a call that is not slow; zero where there is no such system.
    pub latency: Milliseconds,
    /// Sigma of its lognormal law.
    pub spread: f64,
    /// Percent of its calls that are slow.
    pub slow_percent: f64,
    /// How many times as long a slow one takes.
    pub slow_factor: f64,
    /// Percent of its calls that fail, after they took their time.
    pub error_percent: f64,
    /// Percent of requests that a cache in front of it answers.
    pub hit_percent: f64,
    /// How long the cache takes.
    pub hit: Milliseconds,
    /// How often a failed call is tried again.
    pub retries: u32,
    /// The pause before the first further try; it doubles from try to try.
    pub backoff: Milliseconds,
    /// How long an environment remembers the answer; zero where it does not.
    pub remembered: Seconds,
}

impl Dependency {
    /// Whether there is such a system at all.
    pub fn is_there(&self) -> bool {
        self.latency.0 > 0.0
    }

    /// Seconds that a call takes that is not slow.
    pub fn law(&self) -> Law {
        Law::lognormal(self.latency.seconds(), self.spread)
    }
}

/// How a function behaves besides its work: what it depends on, how it connects, when it fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conduct {
    /// A call that takes longer is cut off, and its environment starts anew for the next one.
    pub timeout: Seconds,
    /// Percent of requests that the function itself fails, after all of their work.
    pub error_percent: f64,
    /// Name look-up, TCP and TLS, together.
    pub handshake: Milliseconds,
    /// Whether connections outlive a request.
    pub connections: Connections,
    /// What it asks.
    pub dependency: Dependency,
}

const HARDLY_EVER: f64 = 1e-18;

impl Function {
    /// Whether every request does just its work: it depends on nothing, makes no connection, never fails, and
    /// cannot reach the timeout.
    pub fn is_plain(&self) -> bool {
        let conduct = &self.conduct;
        let nothing_else =
            !conduct.dependency.is_there() && conduct.handshake.0 <= 0.0 && conduct.error_percent <= 0.0;
        nothing_else && self.longest_s() <= conduct.timeout.0
    }

    /// The longest that a request waits which starts an environment: less than one of 10¹⁸ waits longer.
    pub fn longest_answer(&self) -> SimTime {
        SimTime::from_secs(self.longest_s() + self.laws().init.quantile_above(HARDLY_EVER))
    }

    /// Seconds that no request's work exceeds.
    fn longest_s(&self) -> f64 {
        let laws = self.laws();
        laws.waiting.quantile_above(HARDLY_EVER) + laws.computing.quantile_above(HARDLY_EVER)
    }
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            timeout: Seconds(0.0),
            error_percent: 0.0,
            handshake: Milliseconds(0.0),
            connections: Connections::Kept,
            dependency: Dependency {
                latency: Milliseconds(0.0),
                spread: 0.0,
                slow_percent: 0.0,
                slow_factor: 1.0,
                error_percent: 0.0,
                hit_percent: 0.0,
                hit: Milliseconds(0.0),
                retries: 0,
                backoff: Milliseconds(0.0),
                remembered: Seconds(0.0),
            },
        }
    }
}

const ASSUMPTION: &str = "assumption";

/// The numbers of a function's conduct that people can change.
pub const CONDUCT_KNOBS: &[Knob<Function>] = &[
    Knob {
        spec: KnobSpec {
            key: "timeout_s",
            label: "longest time allowed",
            term: "function timeout",
            unit: "seconds",
            least: 1.0,
            most: 900.0,
            step: 1.0,
            whole: false,
            default: 900.0,
            help: "A request that takes longer is cut off and paid for, and the next one on its copy waits for a new start.",
            source: "AWS Lambda quotas: 1 to 900; 3 unless set",
            level: Level::Expert,
        },
        get: |function| function.conduct.timeout.0,
        set: |function, value| function.conduct.timeout = Seconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "error_percent",
            label: "requests that fail",
            term: "function errors",
            unit: "percent",
            least: 0.0,
            most: 100.0,
            step: 0.1,
            whole: false,
            default: 0.0,
            help: "How many of 100 requests the code itself fails, after all of its work.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.error_percent,
        set: |function, value| function.conduct.error_percent = value,
    },
    Knob {
        spec: KnobSpec {
            key: "handshake_ms",
            label: "making a connection",
            term: "name look-up, TCP and TLS",
            unit: "milliseconds",
            least: 0.0,
            most: 2_000.0,
            step: 5.0,
            whole: false,
            default: 0.0,
            help: "What the first request of a copy pays to reach other systems, also on copies kept warm; 20 to 200 ms are usual, no measurement is known.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.handshake.0,
        set: |function, value| function.conduct.handshake = Milliseconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_ms",
            label: "the system it asks",
            term: "dependency latency",
            unit: "milliseconds",
            least: 0.0,
            most: 60_000.0,
            step: 5.0,
            whole: false,
            default: 0.0,
            help: "How long a call to the one system that each request asks takes on average, such as a database; 0 for none.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.latency.0,
        set: |function, value| function.conduct.dependency.latency = Milliseconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_spread",
            label: "unevenness of that system",
            term: "sigma of a lognormal law",
            unit: "",
            least: 0.0,
            most: 2.0,
            step: 0.05,
            whole: false,
            default: 0.25,
            help: "0 means that all of its calls that are not slow take equally long.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.spread,
        set: |function, value| function.conduct.dependency.spread = value,
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_slow_percent",
            label: "its slow calls",
            term: "latency tail",
            unit: "percent",
            least: 0.0,
            most: 100.0,
            step: 0.1,
            whole: false,
            default: 0.0,
            help: "How many of 100 calls to that system are slow ones.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.slow_percent,
        set: |function, value| function.conduct.dependency.slow_percent = value,
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_slow_factor",
            label: "a slow call takes",
            term: "latency tail",
            unit: "times as long",
            least: 1.0,
            most: 1_000.0,
            step: 1.0,
            whole: false,
            default: 10.0,
            help: "How many times as long as another call a slow one takes.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.slow_factor,
        set: |function, value| function.conduct.dependency.slow_factor = value,
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_error_percent",
            label: "its failing calls",
            term: "error rate",
            unit: "percent",
            least: 0.0,
            most: 100.0,
            step: 0.1,
            whole: false,
            default: 0.0,
            help: "How many of 100 calls to that system fail; when all tries fail, so does the request.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.error_percent,
        set: |function, value| function.conduct.dependency.error_percent = value,
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_retries",
            label: "tries again of a failed call",
            term: "retries",
            unit: "tries",
            least: 0.0,
            most: 10.0,
            step: 1.0,
            whole: true,
            default: 2.0,
            help: "How often the function tries a failed call again before it fails itself.",
            source: "AWS SDKs and tools reference guide, retry behavior: 3 attempts unless set",
            level: Level::Expert,
        },
        get: |function| f64::from(function.conduct.dependency.retries),
        set: |function, value| function.conduct.dependency.retries = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_backoff_ms",
            label: "pause before trying again",
            term: "back-off",
            unit: "milliseconds",
            least: 0.0,
            most: 60_000.0,
            step: 10.0,
            whole: false,
            default: 100.0,
            help: "The pause before the first further try; it doubles from try to try.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.backoff.0,
        set: |function, value| function.conduct.dependency.backoff = Milliseconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_hit_percent",
            label: "answers from a cache",
            term: "cache hit ratio",
            unit: "percent",
            least: 0.0,
            most: 100.0,
            step: 1.0,
            whole: false,
            default: 0.0,
            help: "How many of 100 requests a cache in front of that system answers.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.hit_percent,
        set: |function, value| function.conduct.dependency.hit_percent = value,
    },
    Knob {
        spec: KnobSpec {
            key: "dependency_hit_ms",
            label: "the cache takes",
            term: "cache latency",
            unit: "milliseconds",
            least: 0.0,
            most: 10_000.0,
            step: 0.5,
            whole: false,
            default: 1.0,
            help: "How long an answer of the cache takes.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.hit.0,
        set: |function, value| function.conduct.dependency.hit = Milliseconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "remembered_s",
            label: "a copy remembers the answer for",
            term: "in-memory cache",
            unit: "seconds",
            least: 0.0,
            most: 86_400.0,
            step: 10.0,
            whole: false,
            default: 0.0,
            help: "Within that time a copy does not ask that system again; a new copy knows nothing. 0 for never.",
            source: ASSUMPTION,
            level: Level::Expert,
        },
        get: |function| function.conduct.dependency.remembered.0,
        set: |function, value| function.conduct.dependency.remembered = Seconds(value),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_happen_besides_the_work_is_noticed() {
        let plain = Function::default();
        assert!(plain.is_plain());
        let changed = |change: fn(&mut Function)| {
            let mut function = plain;
            change(&mut function);
            function.is_plain()
        };
        let changes: [fn(&mut Function); 5] = [
            |function| function.conduct.dependency.latency = Milliseconds(5.0),
            |function| function.conduct.handshake = Milliseconds(1.0),
            |function| function.conduct.error_percent = 0.1,
            |function| function.conduct.timeout = Seconds(0.4),
            |function| function.waiting = Milliseconds(900_000.0),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            assert!(!changed(change), "change {index}");
        }
        assert!(changed(|function| function.conduct.timeout = Seconds(3.0)), "70 ms are far below 3 s");
    }
}
