use std::sync::OnceLock;

use serde::Deserialize;

use super::{Pollers, QueueSettings};
use crate::{
    facts,
    units::{MINUTE, SimTime},
};

/// How many batches the queue hands out at once, and how that grows.
///
/// While messages are left waiting the bound rises steadily, and while none are it falls at the same
/// pace. The rise is the provider's documented rule; that the fall mirrors it is an assumption. Calls that fail
/// or are refused take the bound back towards its start.
#[derive(Clone, Copy, Debug)]
pub struct Polling {
    initial: u32,
    /// Pollers that ask an empty queue.
    pollers: u32,
    most: u32,
    /// The time in which the bound rises by one batch; zero when it stands at `most` from the start.
    per_batch: SimTime,
    /// Rise above `initial` as time spent rising.
    risen: SimTime,
    since: SimTime,
}

/// How a bound on batches starts, rises and ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PollingRule {
    /// Batches at once at first.
    pub initial: u32,
    /// Batches more each minute while messages are left waiting.
    pub per_minute: f64,
    /// Batches at once at last.
    pub most: u32,
}

#[derive(Deserialize)]
struct Facts {
    polling: PollingFacts,
    polling_until_2023: PollingFacts,
    provisioned_pollers: ProvisionedFacts,
    low_traffic: LowTraffic,
    batches: BatchFacts,
    back_off: BackOffFacts,
    in_flight: InFlight,
    long_poll: LongPoll,
    receive: Receive,
}

#[derive(Clone, Copy, Deserialize)]
struct PollingFacts {
    initial_batches: f64,
    batches_per_minute: f64,
    most_batches: f64,
}

#[derive(Clone, Copy, Deserialize)]
struct ProvisionedFacts {
    batches_per_poller: f64,
    batches_per_minute: f64,
}

#[derive(Deserialize)]
struct LowTraffic {
    pollers: f64,
}

#[derive(Deserialize)]
struct BatchFacts {
    most_without_window: f64,
    large_window_s: f64,
}

#[derive(Deserialize)]
struct BackOffFacts {
    batches_per_failed_call: f64,
    rest_s: f64,
}

#[derive(Deserialize)]
struct InFlight {
    most_messages: f64,
}

#[derive(Deserialize)]
struct Receive {
    most_messages: f64,
}

#[derive(Deserialize)]
struct LongPoll {
    wait_s: f64,
}

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/sqs"))
}

impl PollingRule {
    /// The provider's rule since November 2023.
    pub fn today() -> Self {
        Self::of(facts().polling)
    }

    /// The provider's rule until November 2023.
    pub fn until_2023() -> Self {
        Self::of(facts().polling_until_2023)
    }

    /// Pollers of one's own, at least and at most so many.
    pub fn provisioned(least: u32, most: u32) -> Self {
        let ProvisionedFacts { batches_per_poller, batches_per_minute } = facts().provisioned_pollers;
        let batches = |pollers: u32| (f64::from(pollers) * batches_per_poller) as u32;
        let most = batches(most.max(least));
        Self { initial: batches(least), per_minute: batches_per_minute, most }
    }

    /// As the settings of a queue say.
    pub fn of_settings(settings: &QueueSettings) -> Self {
        let bounded = |rule: Self| Self { most: settings.max_concurrency.min(rule.most), ..rule };
        let rule = match settings.pollers {
            Pollers::Today => bounded(Self::today()),
            Pollers::Until2023 => bounded(Self::until_2023()),
            // Pollers of one's own cannot be had together with a maximum of concurrency.
            Pollers::Provisioned => Self::provisioned(settings.least_pollers, settings.most_pollers),
        };
        // A queue that keeps an order hands out one batch of a group at a time.
        if settings.is_ordered() {
            Self { most: rule.most.min(settings.message_groups), ..rule }
        } else {
            rule
        }
    }

    fn of(facts: PollingFacts) -> Self {
        Self {
            initial: facts.initial_batches as u32,
            per_minute: facts.batches_per_minute,
            most: facts.most_batches as u32,
        }
    }
}

/// How long a poll waits on an empty queue before it returns without a message.
pub fn long_poll() -> SimTime {
    SimTime::from_secs(facts().long_poll.wait_s)
}

/// Messages of a batch that need not be collected.
pub(super) fn most_per_plain_batch() -> u32 {
    facts().batches.most_without_window as u32
}

/// The shortest time in which a larger batch can be collected.
pub(super) fn large_batch_window_s() -> f64 {
    facts().batches.large_window_s
}

/// Pollers of one's own that so many batches need at once.
pub(super) fn pollers_for(batches: u32) -> u32 {
    batches.div_ceil(facts().provisioned_pollers.batches_per_poller as u32)
}

/// Messages that may be received and neither deleted nor visible again.
pub fn most_in_flight() -> u64 {
    facts().in_flight.most_messages as u64
}

/// How long a poller whose batch was refused rests.
pub(super) fn refusal_pause() -> SimTime {
    SimTime::from_secs(facts().back_off.rest_s)
}

/// Requests to the queue that receive, or delete, the messages of a batch.
#[inline]
pub fn requests_for(messages: u32) -> u64 {
    if messages <= 1 { u64::from(messages) } else { u64::from(messages.div_ceil(most_per_receive())) }
}

fn most_per_receive() -> u32 {
    facts().receive.most_messages as u32
}

impl Polling {
    /// As Lambda polls an SQS queue.
    pub fn sqs(settings: &QueueSettings) -> Self {
        let polling = Self::ramp(PollingRule::of_settings(settings));
        let few = facts().low_traffic.pollers as u32;
        match settings.pollers {
            Pollers::Provisioned => Self { pollers: settings.least_pollers, ..polling },
            // A maximum that is set keeps the provider from sending pollers away.
            Pollers::Today if settings.max_concurrency >= PollingRule::today().most => {
                Self { pollers: few.min(polling.most), ..polling }
            }
            _ => polling,
        }
    }

    /// A bound that rises by a rule.
    pub fn ramp(rule: PollingRule) -> Self {
        Self {
            initial: rule.initial.min(rule.most),
            pollers: rule.initial.min(rule.most),
            most: rule.most,
            per_batch: SimTime((MINUTE.0 as f64 / rule.per_minute) as u64),
            risen: SimTime::ZERO,
            since: SimTime::ZERO,
        }
    }

    /// A queue that hands out to a fixed number at once from the start, for checks against theory.
    pub fn ideal(servers: u32) -> Self {
        Self {
            initial: servers,
            pollers: servers,
            most: servers,
            per_batch: SimTime::ZERO,
            risen: SimTime::ZERO,
            since: SimTime::ZERO,
        }
    }

    /// Where the bound starts, and where it ends.
    pub fn ends(&self) -> (u32, u32) {
        (if self.per_batch == SimTime::ZERO { self.most } else { self.initial }, self.most)
    }

    /// The time in which it rises by one batch.
    pub(super) fn per_batch(&self) -> SimTime {
        self.per_batch
    }

    /// The bound now.
    #[inline]
    pub fn allowed(&self) -> u32 {
        if self.per_batch == SimTime::ZERO {
            return self.most;
        }
        self.most.min(self.initial + (self.risen.0 / self.per_batch.0) as u32)
    }

    /// Batches by which the bound rises, or falls, in a second.
    pub fn rise_per_s(&self) -> f64 {
        if self.per_batch == SimTime::ZERO { f64::INFINITY } else { 1.0 / self.per_batch.as_secs() }
    }

    /// Lets time pass, during which messages were left waiting or not.
    #[inline]
    pub fn pass(&mut self, now: SimTime, left_waiting: bool) {
        let span = now.since(self.since);
        self.since = now;
        let top = SimTime(u64::from(self.most - self.initial) * self.per_batch.0);
        self.risen = if left_waiting { (self.risen + span).min(top) } else { self.risen.since(span) };
    }

    /// Lets time pass, during which the bound was just what is asked of it, or fell towards that.
    pub fn follow(&mut self, now: SimTime, batches: f64) {
        let asked = (batches - f64::from(self.initial)).max(0.0) * self.per_batch.0 as f64;
        self.pass(now, false);
        let top = u64::from(self.most - self.initial) * self.per_batch.0;
        self.risen = self.risen.max(SimTime((asked as u64).min(top)));
    }

    /// Takes back some of the rise after a call that failed or was refused.
    pub fn back_off(&mut self) {
        let fall = self.per_batch.0 as f64 * facts().back_off.batches_per_failed_call;
        self.risen = self.risen.since(SimTime(fall as u64));
    }

    /// When the bound rises next, if messages are left waiting.
    #[inline]
    pub fn next_rise(&self) -> SimTime {
        if self.per_batch == SimTime::ZERO || self.allowed() >= self.most {
            return SimTime::NEVER;
        }
        self.since + SimTime(self.per_batch.0 - self.risen.0 % self.per_batch.0)
    }

    /// Pollers that find nothing while `at_work` batches are out.
    #[inline]
    pub fn idle_pollers(&self, at_work: u32) -> u32 {
        self.allowed().saturating_sub(at_work).min(self.pollers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SECOND;

    #[test]
    fn the_bound_rises_by_the_rule_of_its_pollers() {
        let after_two_minutes = |pollers| {
            let mut polling = Polling::sqs(&QueueSettings { pollers, ..QueueSettings::default() });
            let first = polling.allowed();
            polling.pass(SimTime(2 * MINUTE.0), true);
            let second = polling.allowed();
            polling.pass(SimTime(60 * MINUTE.0), true);
            [first, second, polling.allowed(), polling.idle_pollers(0)]
        };
        assert_eq!(after_two_minutes(Pollers::Today), [5, 605, 1_250, 2]);
        assert_eq!(after_two_minutes(Pollers::Until2023), [5, 125, 1_250, 5]);
        assert_eq!(after_two_minutes(Pollers::Provisioned), [20, 2_000, 2_000, 2]);
    }

    #[test]
    fn a_failed_call_takes_one_batch_off_the_bound_down_to_its_start() {
        let mut polling = Polling::sqs(&QueueSettings::default());
        polling.pass(MINUTE, true);
        for expected in [304, 303, 302] {
            polling.back_off();
            assert_eq!(polling.allowed(), expected);
        }
        polling.pass(MINUTE + SECOND, true);
        assert_eq!(polling.allowed(), 307, "it rises as ever");
        (0..1_000).for_each(|_| polling.back_off());
        assert_eq!(polling.allowed(), 5);
    }

    #[test]
    fn an_ordered_queue_hands_out_one_batch_of_a_group_at_a_time() {
        for (groups, at_first, at_last) in [(0, 5, 1_250), (1, 1, 1), (3, 3, 3), (80, 5, 80)] {
            let settings = QueueSettings { message_groups: groups, ..QueueSettings::default() };
            let mut polling = Polling::sqs(&settings);
            let first = polling.allowed();
            polling.pass(SimTime(60 * MINUTE.0), true);
            assert_eq!([first, polling.allowed()], [at_first, at_last], "{groups} groups");
        }
    }

    #[test]
    fn an_empty_queue_is_asked_by_few_unless_its_concurrency_is_bounded() {
        for (pollers, max_concurrency, idle) in [
            (Pollers::Today, 1_250, 2),
            (Pollers::Today, 100, 5),
            (Pollers::Today, 3, 3),
            (Pollers::Until2023, 1_250, 5),
            (Pollers::Provisioned, 1_250, 2),
        ] {
            let settings = QueueSettings { pollers, max_concurrency, ..QueueSettings::default() };
            assert_eq!(Polling::sqs(&settings).idle_pollers(0), idle, "{pollers:?} {max_concurrency}");
        }
    }

    #[test]
    fn the_bound_rises_by_300_a_minute_and_falls_alike() {
        let settings = QueueSettings::default();
        let mut polling = Polling::sqs(&settings);
        let at = |seconds| SimTime(seconds * SECOND.0);
        for (until, waiting, allowed) in
            [(60, true, 305), (90, true, 455), (120, false, 305), (1_000, true, 1_250), (2_000, false, 5)]
        {
            polling.pass(at(until), waiting);
            assert_eq!(polling.allowed(), allowed, "at {until} s");
        }
        assert_eq!(Polling::sqs(&QueueSettings { max_concurrency: 2, ..settings }).allowed(), 2);
    }
}
