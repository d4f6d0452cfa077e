use std::sync::OnceLock;

use serde::Deserialize;

use super::Unanswered;
use crate::{
    facts,
    units::{Knob, KnobSpec, Level, Milliseconds, Seconds, SimTime},
};

/// After what a caller tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryOn {
    /// When it is turned away.
    Throttles,
    /// Also when the function fails, or no answer comes in time.
    Anything,
}

/// What those do who send requests, when there is no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SenderSettings {
    /// How often a caller tries again.
    pub caller_retries: u32,
    /// The longest pause before the first further try; it doubles from try to try.
    pub caller_backoff: Milliseconds,
    /// After what a caller tries again.
    pub retry_on: RetryOn,
    /// How long a caller waits for its answer; zero for as long as it takes.
    pub patience: Seconds,
    /// How often a failed event is tried again.
    pub event_retries: u32,
    /// The age at which an event is given up.
    pub event_max_age: Seconds,
    /// Whether events that are given up are kept as dead letters.
    pub dead_letters: bool,
}

/// Who sent a request, and what happens when there is no answer.
#[derive(Clone, Copy, Debug)]
pub enum Sender {
    /// A caller, who waits.
    Caller(Caller),
    /// Nobody waits: it is an event in the provider's internal queue.
    Event(EventQueue),
}

/// A caller who waits for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// What the way in adds to the wait.
    pub way_in: SimTime,
    /// How long the answer may take, by the caller's patience and by what the way in allows.
    pub waits: SimTime,
    /// How often it tries again.
    pub retries: u32,
    /// The longest pause before the first further try.
    pub backoff: SimTime,
    /// Whether it also tries again when the function fails or no answer comes in time.
    pub retries_failures: bool,
}

/// The queue that the provider keeps for events.
#[derive(Clone, Copy, Debug)]
pub struct EventQueue {
    /// How often a failed event is tried again.
    pub retries: u32,
    /// The age at which one is given up.
    pub max_age: SimTime,
    /// Whether those given up are kept as dead letters.
    pub dead_letters: bool,
}

#[derive(Deserialize)]
struct Facts {
    events: EventFacts,
    caller: CallerFacts,
}

#[derive(Deserialize)]
struct EventFacts {
    first_retry_s: f64,
    second_retry_s: f64,
    least_refused_s: f64,
    most_refused_s: f64,
}

#[derive(Deserialize)]
struct CallerFacts {
    longest_pause_s: f64,
}

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/senders"))
}

/// How a try ended, for the one who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With an answer.
    Answered,
    /// With an error.
    Failed,
    /// With nothing, for too long.
    TimedOut,
}

impl Sender {
    /// What the way in adds to an answer.
    #[inline(always)]
    pub fn way_in(&self) -> SimTime {
        match self {
            Self::Caller(caller) => caller.way_in,
            Self::Event(_) => SimTime::ZERO,
        }
    }

    /// How a call that took so long ends for the one who waits.
    #[inline(always)]
    pub fn verdict(&self, stay: SimTime, cut_off: bool, succeeded: bool) -> End {
        let too_late = match self {
            Self::Caller(caller) => caller.hears_after(stay) > caller.waits,
            Self::Event(_) => false,
        };
        match (cut_off || too_late, succeeded) {
            (true, _) => End::TimedOut,
            (false, true) => End::Answered,
            (false, false) => End::Failed,
        }
    }

    /// How long after the beginning of a call without success the next try begins: so long for certain, and any
    /// part of so much more. None when there is no further try.
    pub fn after_failure(&self, stay: SimTime, tries: u32, failures: u32) -> Option<(SimTime, SimTime)> {
        match self {
            Self::Caller(caller) => {
                let longest = caller.pause(tries).filter(|_| caller.retries_failures)?;
                Some((caller.hears_after(stay).min(caller.waits), longest))
            }
            Self::Event(queue) => Some((stay + queue.failed_pause(failures)?, SimTime::ZERO)),
        }
    }

    /// What becomes of a request whose last try ended so.
    pub fn given_up(&self, end: End) -> Unanswered {
        match (self, end) {
            (Self::Event(queue), _) => queue.given_up(),
            (Self::Caller(_), End::TimedOut) => Unanswered::TimedOut,
            (Self::Caller(_), _) => Unanswered::Failed,
        }
    }
}

/// A pause that doubled so often.
fn doubled(pause: SimTime, times: u32) -> SimTime {
    SimTime(pause.0.saturating_mul(1_u64 << times.min(40)))
}

impl Caller {
    /// The longest pause after so many tries, of which any part is taken, as the provider's client libraries do;
    /// none when there is no further try.
    pub fn pause(&self, tries: u32) -> Option<SimTime> {
        let longest = SimTime::from_secs(facts().caller.longest_pause_s);
        (tries < self.retries).then(|| doubled(self.backoff, tries).min(longest))
    }

    /// When the caller hears of a call that takes so long.
    #[inline(always)]
    pub fn hears_after(&self, stay: SimTime) -> SimTime {
        stay.plus(self.way_in)
    }
}

impl EventQueue {
    /// How long an event that was refused so often before stays away.
    pub fn refused_pause(&self, refused: u32) -> SimTime {
        let EventFacts { least_refused_s, most_refused_s, .. } = facts().events;
        doubled(SimTime::from_secs(least_refused_s), refused).min(SimTime::from_secs(most_refused_s))
    }

    /// How long an event that failed so often before stays away; none when it is not tried again.
    pub fn failed_pause(&self, failures: u32) -> Option<SimTime> {
        let EventFacts { first_retry_s, second_retry_s, .. } = facts().events;
        let pause = if failures == 0 { first_retry_s } else { second_retry_s };
        (failures < self.retries).then(|| SimTime::from_secs(pause))
    }

    /// What becomes of one that is given up.
    pub fn given_up(&self) -> Unanswered {
        if self.dead_letters { Unanswered::DeadLettered } else { Unanswered::Lost }
    }
}

impl Default for SenderSettings {
    fn default() -> Self {
        let mut sender = Self {
            caller_retries: 0,
            caller_backoff: Milliseconds(0.0),
            retry_on: RetryOn::Throttles,
            patience: Seconds(0.0),
            event_retries: 0,
            event_max_age: Seconds(0.0),
            dead_letters: false,
        };
        for knob in SENDER_KNOBS {
            (knob.set)(&mut sender, knob.spec.default);
        }
        sender
    }
}

impl SenderSettings {
    /// A caller through a way in that adds so much and allows so long.
    pub fn caller(&self, way_in: SimTime, way_in_allows: SimTime) -> Caller {
        let patience = if self.patience.0 > 0.0 { self.patience.into() } else { SimTime::NEVER };
        Caller {
            way_in,
            waits: patience.min(way_in_allows),
            retries: self.caller_retries,
            backoff: SimTime::from_secs(self.caller_backoff.seconds()),
            retries_failures: self.retry_on == RetryOn::Anything,
        }
    }

    /// The provider's queue of events.
    pub fn event_queue(&self) -> EventQueue {
        EventQueue {
            retries: self.event_retries,
            max_age: self.event_max_age.into(),
            dead_letters: self.dead_letters,
        }
    }
}

/// The numbers of senders that people can change.
pub const SENDER_KNOBS: &[Knob<SenderSettings>] = &[
    Knob {
        spec: KnobSpec {
            key: "caller_retries",
            label: "callers try again",
            term: "client retries",
            unit: "times",
            least: 0.0,
            most: 10.0,
            step: 1.0,
            whole: true,
            default: 0.0,
            help: "How often a caller who is turned away tries again.",
            source: "AWS SDKs and tools reference guide, retry behavior: 3 attempts unless set; a browser makes one",
            level: Level::Expert,
        },
        get: |sender| f64::from(sender.caller_retries),
        set: |sender, value| sender.caller_retries = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "caller_backoff_ms",
            label: "callers pause up to",
            term: "exponential back-off with full jitter",
            unit: "milliseconds",
            least: 0.0,
            most: 60_000.0,
            step: 50.0,
            whole: false,
            default: 1_000.0,
            help: "Before trying again a caller waits a random part of this; it doubles from try to try, up to 20 seconds.",
            source: "AWS SDKs and tools reference guide, retry behavior: a random part of 2 to the power of the try, in seconds",
            level: Level::Expert,
        },
        get: |sender| sender.caller_backoff.0,
        set: |sender, value| sender.caller_backoff = Milliseconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "patience_s",
            label: "callers wait at most",
            term: "client timeout",
            unit: "seconds",
            least: 0.0,
            most: 900.0,
            step: 1.0,
            whole: false,
            default: 0.0,
            help: "A caller who has no answer by then gives up, or sends again; the work goes on all the same. 0 for as long as it takes.",
            source: "assumption",
            level: Level::Expert,
        },
        get: |sender| sender.patience.0,
        set: |sender, value| sender.patience = Seconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "event_retries",
            label: "failed events are tried again",
            term: "maximum retry attempts",
            unit: "times",
            least: 0.0,
            most: 2.0,
            step: 1.0,
            whole: true,
            default: 2.0,
            help: "After one minute and after two more.",
            source: "AWS Lambda developer guide, invocation-async-error-handling: 0 to 2",
            level: Level::Expert,
        },
        get: |sender| f64::from(sender.event_retries),
        set: |sender, value| sender.event_retries = value as u32,
    },
    Knob {
        spec: KnobSpec {
            key: "event_max_age_s",
            label: "events are given up after",
            term: "maximum event age",
            unit: "seconds",
            least: 60.0,
            most: 21_600.0,
            step: 60.0,
            whole: false,
            default: 21_600.0,
            help: "An event that found no place, or failed, for so long is not tried again.",
            source: "AWS Lambda API, MaximumEventAgeInSeconds: 60 to 21,600",
            level: Level::Expert,
        },
        get: |sender| sender.event_max_age.0,
        set: |sender, value| sender.event_max_age = Seconds(value),
    },
];
