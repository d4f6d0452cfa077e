//! What a queue carries through the day: whether the quick kernel may take it, and how far back its line can remember.

use super::{
    Scenario,
    fast::{holds_none, keeps_by_the_slot},
};
use crate::{
    fleet::{Polling, ScalingRule, most_in_flight},
    units::{MINUTES_PER_DAY, SECOND, SimTime},
};

/// Smaller days take a fraction of a second exactly.
const LEAST_MESSAGES: f64 = 300_000.0;

/// The line of a scenario's day as a fluid, second by second, a little more of it than is expected.
///
/// # What is approximated
/// - Chance: instead, every message takes longer by a margin, and a line that is gone within seconds counts as none.
pub struct Forecast<'a> {
    scenario: &'a Scenario,
    /// Expected messages of each second of the day.
    arrivals: Vec<f64>,
    /// The day after one of the same kind: seconds until the line of each second is gone.
    waits_s: Vec<f64>,
    /// Most batches that may be out at once.
    most_batches: f64,
    longest_line: f64,
}

const SECONDS_PER_DAY: usize = MINUTES_PER_DAY * 60;
/// Of the day before, what comes first.
const EVENING_S: usize = 2 * 3_600;
/// How much longer than expected work takes here.
const MARGIN: f64 = 1.1;
/// Batches that chance takes beyond those of the fluid.
const CHANCE_BATCHES: f64 = 30.0;
/// A line that is gone so soon carries nothing on.
const SHORT_S: f64 = 5.0;
/// No message waits longer than the run is long.
const RUN_S: f64 = 2.0 * SECONDS_PER_DAY as f64;
/// How long a run that starts with nothing may take to come to rest, the shortest first.
const SETTLING_MINUTES: [usize; 6] = [2, 5, 10, 20, 40, 80];

impl<'a> Forecast<'a> {
    /// Of the day that follows on one of the same kind; or of the first day there ever was.
    pub fn of(scenario: &'a Scenario) -> Self {
        let arrivals = scenario.traffic.expected_by_second();
        let mut fluid = Fluid::of(scenario);
        if !scenario.just_deployed {
            // Where the evening leaves no line, it is all that there is to know of the day before.
            fluid.day(&arrivals[SECONDS_PER_DAY - EVENING_S..]);
        }
        let mut waits_s = fluid.day(&arrivals);
        if !scenario.just_deployed && waits_s.last().is_some_and(|&wait_s| wait_s > SHORT_S) {
            waits_s = fluid.day(&arrivals);
        }
        let Fluid { most_batches, longest_line, .. } = fluid;
        Self { scenario, arrivals, waits_s, most_batches, longest_line }
    }

    /// Whether the quick kernel may take the day: it is large, and nothing but work can happen.
    pub fn is_for_the_quick_kernel(&self) -> bool {
        self.scenario.traffic.requests_per_day() >= LEAST_MESSAGES
            && self.is_plain()
            && holds_none(self.scenario)
            && keeps_by_the_slot(self.scenario, full_call_s(self.scenario))
    }

    /// How many minutes before a minute of the day a run has to start so that it finds the queue and the fleet that all
    /// the time before left, where an environment remembers so many.
    ///
    /// A queue carries nothing on that the fleet does not while it has no line. So this is the fleet's memory, and the
    /// time in which a run that starts with nothing comes to rest; a whole day where there was a line in all that
    /// time, or where messages may come back.
    pub fn lead_minutes(&self, minute: usize, remembered: usize) -> usize {
        if !self.is_plain() {
            return MINUTES_PER_DAY;
        }
        let leads = SETTLING_MINUTES.iter().map(|settling| settling + remembered);
        let mut found = leads.filter(|&lead| lead < MINUTES_PER_DAY);
        found.find(|&lead| self.rests(minute, lead, remembered)).unwrap_or(MINUTES_PER_DAY)
    }

    /// Whether there is no line from so many minutes before this one on, and a run that starts there with nothing has
    /// none in the last of them.
    fn rests(&self, minute: usize, lead: usize, last: usize) -> bool {
        let first = (minute + MINUTES_PER_DAY - lead) * 60;
        let seconds = || (first..first + lead * 60).map(|second| second % SECONDS_PER_DAY);
        if seconds().any(|second| self.waits_s[second] > SHORT_S) {
            return false;
        }
        let mut fluid = Fluid::of(self.scenario);
        let waits_s = seconds().map(|second| fluid.second(self.arrivals[second]));
        waits_s.skip((lead - last) * 60).all(|wait_s| wait_s <= SHORT_S)
    }

    /// Whether every message is handed over once, finds a place, and is done in time.
    fn is_plain(&self) -> bool {
        let Scenario { queue, function, fleet, .. } = self.scenario;
        let batch = f64::from(queue.messages_per_batch());
        let twice = !queue.is_ordered() && queue.duplicate_percent > 0.0;
        let call_s = longest_call_s(self.scenario);
        let batches = self.batches_at_once();
        let places = f64::from(fleet.limit().min(fleet.startable_at_once()));
        let in_flight = most_in_flight() as f64;
        function.is_plain()
            && !twice
            && call_s < queue.visibility.0.min(function.conduct.timeout.0)
            && self.waits_s.iter().all(|wait_s| (2.0 * wait_s + SHORT_S).min(RUN_S) < queue.retention.0)
            && fleet.scaling_rule == ScalingRule::Today
            && batches < places
            && batches * batch < in_flight
            && self.calls_per_s() < fleet.most_requests_per_s()
    }

    /// More batches than are ever out at once.
    fn batches_at_once(&self) -> f64 {
        let (_, most) = Polling::sqs(&self.scenario.queue).ends();
        f64::from(most).min(MARGIN * self.most_batches + CHANCE_BATCHES)
    }

    /// More calls than a second ever has: not more than messages came, and not more than environments end.
    fn calls_per_s(&self) -> f64 {
        let messages = self.scenario.traffic.most_within(1.0) + MARGIN * self.longest_line;
        messages.min(MARGIN * self.batches_at_once() / work_s(self.scenario))
    }
}

/// The queue of a day, which takes what it can.
struct Fluid {
    polling: Polling,
    limit: f64,
    work_s: f64,
    now: SimTime,
    line: f64,
    most_batches: f64,
    longest_line: f64,
}

impl Fluid {
    fn of(scenario: &Scenario) -> Self {
        Self {
            polling: Polling::sqs(&scenario.queue),
            limit: f64::from(scenario.fleet.limit()),
            work_s: MARGIN * work_s(scenario),
            now: SimTime::ZERO,
            line: 0.0,
            most_batches: 0.0,
            longest_line: 0.0,
        }
    }

    /// Seconds in which so many arrive; after each, how long it takes until none of them waits.
    fn day(&mut self, arrivals: &[f64]) -> Vec<f64> {
        (self.most_batches, self.longest_line) = (0.0, 0.0);
        arrivals.iter().map(|&arrived| self.second(arrived)).collect()
    }

    /// A second in which so many arrive; how long it takes at this pace until none of them waits.
    fn second(&mut self, arrived: f64) -> f64 {
        let batches = f64::from(self.polling.allowed()).min(self.limit);
        let pace = batches / self.work_s;
        self.line = (self.line + arrived - pace).max(0.0);
        self.now += SECOND;
        self.polling.pass(self.now, self.line > 0.0);
        self.most_batches = self.most_batches.max(batches);
        self.longest_line = self.longest_line.max(self.line);
        self.line / pace.max(1e-9)
    }
}

/// Mean seconds of a message's work.
fn work_s(scenario: &Scenario) -> f64 {
    let laws = scenario.function.laws();
    (laws.waiting.mean() + laws.computing.mean()).max(1e-6)
}

/// Mean seconds of a call with a full batch, the start of its environment included.
fn full_call_s(scenario: &Scenario) -> f64 {
    f64::from(scenario.queue.messages_per_batch()) * work_s(scenario) + scenario.function.laws().init.mean()
}

/// Seconds that hardly a call with a full batch exceeds, the start of its environment included.
fn longest_call_s(scenario: &Scenario) -> f64 {
    let messages = f64::from(scenario.queue.messages_per_batch());
    let (longest, mean, others) =
        (scenario.function.longest_answer().as_secs(), work_s(scenario), messages - 1.0);
    // One message takes that long, and the others beyond their mean as much as chance adds to so many.
    longest + others * mean + others.sqrt() * (longest - mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(link: &str) -> Scenario {
        let link = format!("situation=steady-1000&queue=on{link}");
        Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
    }

    #[test]
    fn large_plain_days_in_which_every_batch_finds_a_place_are_for_the_quick_kernel() {
        for (link, expected) in [
            ("", true),
            ("&curve=12:4", true),
            ("&curve=12:3", false),
            ("&batch_size=10", true),
            ("&batch_size=100&batch_window_s=20&visibility_s=900&keep_alive_s=1800", true),
            ("&max_concurrency=20", true),
            ("&pollers=until_2023", true),
            ("&pollers=provisioned", true),
            ("&message_groups=300&duplicate_percent=1", true),
            ("&keep_alive=aws_2020", true),
            ("&spikes=12:5000", true),
            // Sooner or later a batch finds no place, or a call is cut off, or a message comes again.
            ("&concurrency_limit=100", false),
            ("&concurrency_limit=100&max_concurrency=90", true),
            ("&scaling_per_10_s=100", false),
            ("&requests_per_copy=1", false),
            ("&visibility_s=1&batch_size=10", false),
            ("&duplicate_percent=1", false),
            ("&error_percent=1", false),
            ("&retention_s=3600&max_concurrency=95", false),
            ("&provisioned=100", false),
            ("&keep_alive_s=5", false),
            ("&scaling_rule=until_2023", false),
        ] {
            assert_eq!(Forecast::of(&of(link)).is_for_the_quick_kernel(), expected, "{link}");
        }
    }

    #[test]
    fn a_queue_remembers_as_long_as_its_fleet_unless_there_is_a_line() {
        let day = MINUTES_PER_DAY;
        for (link, hour, expected) in [
            ("", 0, 26 + 2),
            ("", 12, 26 + 2),
            ("&batch_size=10", 0, 26 + 2),
            // A line from ten on, gone before the evening.
            ("&curve=6:100,12:1500,16:100&max_concurrency=110", 9, 26 + 2),
            ("&curve=6:100,12:1500,16:100&max_concurrency=110", 13, day),
            ("&curve=6:100,12:1500,16:100&max_concurrency=110", 0, 26 + 2),
            ("&spikes=23.9:500000&max_concurrency=110", 0, day),
            // It takes the bound a while to rise so far.
            ("&waiting_ms=500", 0, 26 + 5),
            ("&max_concurrency=90", 0, day),
            ("&error_percent=1", 0, day),
        ] {
            let scenario = of(link);
            assert_eq!(Forecast::of(&scenario).lead_minutes(60 * hour, 26), expected, "{link} at {hour}");
        }
    }
}
