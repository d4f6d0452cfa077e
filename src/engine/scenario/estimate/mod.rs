//! The answer within a frame: the day as slices, each in its own steady state, and latency as a mixture
//! of the warm and the cold law.
//!
//! # What is approximated
//! - Each slice of 10 minutes has the cold starts and the fleet that its mean rate would have for ever
//!   ([`kept_fleet`]); a rate that rises adds the environments that the fleet grows by.
//! - A send at one instant finds the mean fleet of its slice, or what an earlier one left.
//! - Bunches ([`Traffic::dispersion`]) are not in the formulas; the band that is stated is wider for them.
//! - Target tracking goes by the simulation's own rules, and sees the use that each slice would have for ever.
//! - A queue is a fluid: what the bound on batches does not take, waits ([`fluid`]).
//! - Where more can befall a request than its work, a few thousand of them are tried out ([`tried`]), each by
//!   itself: that many try again at once adds to nobody's wait.
//! - What the formulas do not hold for is said: [`beyond`].
//! - What is left of a send stays as long as [`KeepAlive::longest_idle`] says, whatever the policy.
//! - What chance adds, and so how far a day may be from the mean of all, is [`luck`]'s.
//!
//! [`Traffic::dispersion`]: crate::traffic::Traffic::dispersion
//! [`kept_fleet`]: crate::theory::kept_fleet
//! [`KeepAlive::longest_idle`]: crate::fleet::KeepAlive::longest_idle

mod band;
mod fluid;
mod held;
mod latency;
mod luck;
mod reach;
mod slices;
mod tried;
mod warm;

use latency::Mixture;
use luck::Luck;
pub use reach::Beyond;
use slices::{Day, Slice};
pub use warm::{NotByWarmth, WarmCopies, warm_copies_for};

use super::{
    Band, CauseShare, Counts, Fidelity, FleetUse, Outcome, Percentiles, QueueMode, Scenario, Tail,
    around::Passed,
    beside::{Missed, with_beside},
    join::meter_queue,
    week::{bill_of, bill_of_week, weekend_of, with_weekend},
};
use crate::{
    fleet::{long_poll, requests_for},
    metrics::{CAUSES, Cause, CauseSums, Minute, SLICE_MINUTES, SLICES_PER_DAY, SliceLatency, Usage},
    pricing::Bill,
    units::{DAY, MINUTE, MINUTES_PER_DAY, SimTime},
};

/// Answers a scenario by formulas, in a millisecond or two.
pub fn estimate(scenario: &Scenario) -> Outcome {
    Estimate::of(scenario).outcome
}

/// An answer by formulas, and how good they say it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// The answer.
    pub outcome: Outcome,
    /// Between which values a simulated day will be.
    pub band: Band,
    /// What the formulas do not reach; nothing where they hold.
    pub beyond: Vec<Beyond>,
}

/// The same, and how good the formulas say that it is.
pub fn estimate_with_band(scenario: &Scenario) -> Estimated {
    Estimator::default().estimate(scenario)
}

/// Estimates one scenario after the other, and takes over from the last what the next one leaves as it is.
#[derive(Default)]
pub struct Estimator {
    last: Option<(Scenario, Mixture)>,
}

impl Estimator {
    /// Of a scenario: the same whatever came before.
    pub fn estimate(&mut self, scenario: &Scenario) -> Estimated {
        let known = self.last.take().filter(|(last, _)| mix_alike(last, scenario));
        let mixture = known.map_or_else(|| Mixture::of(scenario), |(_, mixture)| mixture);
        let estimate = Estimate::with(scenario, mixture);
        let band = estimate.band(scenario);
        let Estimate { mixture, outcome, beyond, .. } = estimate;
        self.last = Some((scenario.clone(), mixture));
        Estimated { outcome, band, beyond }
    }
}

/// Whether requests of both take as long: they ask the same function, and nothing else is otherwise but how many come.
fn mix_alike(one: &Scenario, other: &Scenario) -> bool {
    let by_rate = one.function.conduct.dependency.remembered.0 > 0.0;
    let is_same = || Scenario { traffic: one.traffic.clone(), ..other.clone() } == *one;
    one.function == other.function
        && (!by_rate || one.traffic == other.traffic)
        && (one.is_plain() && other.is_plain() || is_same())
}

/// What an estimate of a scenario does not reach; nothing where its formulas hold.
pub fn beyond(scenario: &Scenario, estimate: &Outcome) -> Vec<Beyond> {
    match estimate.fidelity {
        Fidelity::Guess => Estimate::again(scenario, estimate).beyond,
        _ => Vec::new(),
    }
}

/// An answer by formulas, and what they made of it.
pub struct Estimate {
    mixture: Mixture,
    day: Day,
    beyond: Vec<Beyond>,
    outcome: Outcome,
}

impl Estimate {
    /// Of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        Self::with(scenario, Mixture::of(scenario))
    }

    fn with(scenario: &Scenario, mixture: Mixture) -> Self {
        let day = Day::of(scenario, &mixture);
        let weekend = weekend_of(scenario).map(|weekend| (Day::of(&weekend, &mixture), weekend));
        let missed_weekend = weekend.as_ref().map(|(day, weekend)| missed(weekend, day, &mixture));
        let weekend = weekend.map(|(day, weekend)| usage(&weekend, &day, &mixture));
        let outcome = with_weekend(scenario, outcome_of(scenario, &day, &mixture), weekend);
        let missed = missed(scenario, &day, &mixture);
        let mut outcome = with_beside(scenario, outcome, missed, missed_weekend);
        let beyond = reach::beyond(scenario, &outcome, &mixture, &day);
        if !beyond.is_empty() {
            outcome.fidelity = Fidelity::Guess;
        }
        Self { mixture, day, beyond, outcome }
    }

    /// Of a scenario whose answer is known.
    pub fn again(scenario: &Scenario, outcome: &Outcome) -> Self {
        let mixture = Mixture::of(scenario);
        let day = Day::of(scenario, &mixture);
        let beyond = reach::beyond(scenario, outcome, &mixture, &day);
        Self { mixture, day, beyond, outcome: outcome.clone() }
    }

    /// How far it may be off.
    pub fn band(&self, scenario: &Scenario) -> Band {
        let luck = Luck::of(scenario, &self.mixture, &self.day, &self.outcome);
        band::of(scenario, &self.outcome, &self.beyond, &luck)
    }
}

/// A month's bill of a weekday that is known, and of the weekend's.
fn bill_of_days(scenario: &Scenario, day: &Day, mixture: &Mixture) -> Bill {
    let weekday = usage(scenario, day, mixture);
    let of_weekend = |weekend: Scenario| usage(&weekend, &Day::of(&weekend, mixture), mixture);
    match weekend_of(scenario).map(of_weekend) {
        Some(weekend) => bill_of_week(scenario, &weekday, &weekend),
        None => bill_of(scenario, &weekday),
    }
}

fn outcome_of(scenario: &Scenario, day: &Day, mixture: &Mixture) -> Outcome {
    let usage = usage(scenario, day, mixture);
    let counts = counts(scenario, day, mixture);
    let cold_share = mixture.cold_among_answered(day.cold_share());
    let latency = percentiles(mixture, &day.waits, cold_share);
    let minutes = day.minutes(mixture);
    Outcome {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        fidelity: Fidelity::Estimate,
        seed: scenario.seed,
        counts,
        latency,
        all: all(mixture, day),
        slowest: slowest(mixture, day, latency.p99_s, counts.answered),
        fleet: fleet_use(day, mixture),
        usage,
        weekend_usage: None,
        bill: bill_of(scenario, &usage),
        budget: None,
        business: Vec::new(),
        minute_causes_us: minute_causes_us(mixture, day, &minutes),
        minutes,
        slices: slice_latencies(mixture, day),
    }
}

fn counts(scenario: &Scenario, day: &Day, mixture: &Mixture) -> Counts {
    let arrived = day.sum(|slice| slice.arrived).round() as u64;
    let throttled = (day.sum(|slice| slice.throttled).round() as u64).min(arrived);
    let waiting = (day.waiting_at_midnight.round() as u64).min(arrived - throttled);
    let placed = arrived - throttled - waiting;
    let ends = mixture.ends(day.cold_share());
    let mut left = placed;
    let mut take = |share: f64| {
        let taken = ((share * placed as f64).round() as u64).min(left);
        left -= taken;
        taken
    };
    let [failed, timed_out] = [ends.failed, ends.timed_out].map(&mut take);
    let [dead_lettered, lost] = [ends.dead_lettered, ends.lost].map(&mut take);
    let answered = left;
    let queued = match scenario.queue_mode {
        QueueMode::Direct => 0,
        QueueMode::Queued => (day.waits.share_above_zero() * answered as f64).round() as u64,
    };
    let cold_share = mixture.cold_among_answered(day.cold_share());
    let cold = ((cold_share * answered as f64).round() as u64).min(answered);
    let retried = ((mixture.calls(day.cold_share()) - 1.0).max(0.0) * placed as f64).round() as u64;
    Counts {
        arrived,
        answered,
        throttled,
        failed,
        timed_out,
        dead_lettered,
        lost,
        waiting,
        cold,
        queued,
        retried,
        ..Counts::default()
    }
}

/// What a day's answers cost the business by.
fn missed(scenario: &Scenario, day: &Day, mixture: &Mixture) -> Missed {
    if !scenario.money.is_business_asked() {
        return Missed::default();
    }
    let counts = counts(scenario, day, mixture);
    let cold_share = mixture.cold_among_answered(day.cold_share());
    let slow = mixture.above(scenario.money.slow_after.0, cold_share, &day.waits);
    Missed { slow: slow * counts.answered as f64, lost: (counts.unanswered() - counts.waiting) as f64 }
}

fn usage(scenario: &Scenario, day: &Day, mixture: &Mixture) -> Usage {
    let answered = day.sum(|slice| slice.answered);
    let calls = mixture.calls(day.cold_share()) * answered / day.messages_per_call;
    let billing = scenario.billing();
    let groups = answered / day.messages_per_call;
    let work_ms = groups * mixture.rounded_up_mean(day.messages_per_call, billing.step_s()) * 1e3;
    let provisioned_ms = work_ms * day.held_share();
    let cold_s = mixture.cold_extra_mean() - mixture.init_mean() * (1.0 - billing.billed_start_share());
    let cold_ms = day.sum(|slice| slice.cold) * cold_s * 1e3;
    let arrived = day.sum(|slice| slice.arrived);
    let mut usage = Usage {
        invocations: calls.round() as u64,
        on_demand_ms: (work_ms - provisioned_ms + cold_ms).round() as u64,
        provisioned_ms: provisioned_ms.round() as u64,
        provisioned_held_ms: day.provisioned_billed_ms,
        ..Usage::default()
    };
    let by_hour: Vec<f64> = day.arrived_by_minute.chunks(60).map(|hour| hour.iter().sum()).collect();
    let wait_s = day.waits.mean_s() + mixture.work_mean() + day.cold_share() * mixture.init_mean();
    let worked =
        scenario.worked(usage.invocations, (answered * mixture.calls(day.cold_share())).round() as u64);
    let passed = Passed { arrived: arrived.round() as u64, worked, by_hour: &by_hour, wait_s };
    scenario.meter_way_in(&passed, &mut usage);
    scenario.meter_around(&passed, &mut usage);
    if scenario.queue_mode == QueueMode::Queued {
        let at_work = day.slices.iter().map(|slice| slice.busy_most.round() as u32);
        let each = SimTime(SLICE_MINUTES as u64 * MINUTE.0);
        usage.queue_poller_ms = scenario.queue.poller_ms(at_work, each);
        meter_queue(scenario, &mut usage, queue_requests(day, arrived, calls));
    }
    usage
}

/// Sends, what receives and deletes the messages of each call, and receives without a message.
fn queue_requests(day: &Day, arrived: f64, calls: f64) -> u64 {
    let per_call = requests_for(day.messages_per_call.round() as u32) as f64;
    let empty_polls = day.idle_polling_s / long_poll().as_secs();
    (arrived + 2.0 * per_call * calls + empty_polls).round() as u64
}

fn percentiles(mixture: &Mixture, waits: &fluid::Waits, cold_share: f64) -> Percentiles {
    let at = |above| mixture.exceeded_by(above, cold_share, waits);
    Percentiles {
        mean_s: waits.mean_s() + mixture.mean_s(cold_share),
        p50_s: at(0.5),
        p90_s: at(0.1),
        p95_s: at(0.05),
        p99_s: at(0.01),
        p999_s: at(0.001),
    }
}

/// Mean seconds by cause as an outcome lists them, the queue besides the others.
fn causes(mut means_s: [f64; CAUSES.len()], queue_s: f64) -> Vec<CauseShare> {
    means_s[Cause::Queue as usize] += queue_s;
    CAUSES.iter().zip(means_s).map(|(&cause, mean_s)| CauseShare { cause, mean_s }).collect()
}

fn all(mixture: &Mixture, day: &Day) -> Tail {
    let cold_share = mixture.cold_among_answered(day.cold_share());
    Tail {
        requests: (day.sum(|slice| slice.answered) * mixture.ends(day.cold_share()).answered).round() as u64,
        causes: causes(mixture.causes_s(cold_share), day.waits.mean_s()),
    }
}

/// The slowest 1 %: as many cold ones among them as the mixture holds above its p99.
fn slowest(mixture: &Mixture, day: &Day, p99_s: f64, answered: u64) -> Tail {
    let cold_share = mixture.cold_among_answered(day.cold_share());
    let above = mixture.above(p99_s, cold_share, &day.waits);
    let cold_above = cold_share * mixture.above(p99_s, 1.0, &day.waits);
    let cold = if above > 0.0 { (cold_above / above).min(1.0) } else { 0.0 };
    let queue_s = day.waits.mean_above(0.01);
    let init_s = cold * mixture.init_mean();
    let rest_s = (p99_s - queue_s - init_s).max(mixture.mean_s(0.0));
    let mut means_s = mixture.parts_above(rest_s).map(|part| part * rest_s);
    means_s[Cause::ColdStart as usize] += init_s;
    Tail { requests: answered / 100, causes: causes(means_s, queue_s) }
}

fn fleet_use(day: &Day, mixture: &Mixture) -> FleetUse {
    let busy_s = day.sum(|slice| slice.answered) * mixture.work_mean()
        + day.sum(|slice| slice.cold) * mixture.cold_extra_mean();
    FleetUse {
        busy_mean: busy_s / DAY.as_secs(),
        idle_mean: day.sum(|slice| slice.idle) / SLICES_PER_DAY as f64,
        busy_most: day.slices.iter().map(|slice| slice.busy_most).fold(0.0, f64::max).round() as u32,
        started: day.sum(|slice| slice.cold).round() as u64,
    }
}

/// The slices' causes, spread over their minutes by what is answered.
fn minute_causes_us(mixture: &Mixture, day: &Day, minutes: &[Minute]) -> Vec<CauseSums> {
    let of = |(slice, minutes): (&Slice, &[Minute])| {
        let mut means_s = mixture.causes_s(mixture.cold_among_answered(slice.cold_share()));
        means_s[Cause::Queue as usize] += slice.waits.mean_s();
        let of_minute = |minute: &Minute| {
            means_s.map(|mean_s| (mean_s * 1e6 * f64::from(minute.answered)).round() as u64)
        };
        minutes.iter().map(of_minute).collect::<Vec<_>>()
    };
    day.slices.iter().zip(minutes.chunks(SLICE_MINUTES)).flat_map(of).collect()
}

fn slice_latencies(mixture: &Mixture, day: &Day) -> Vec<Option<SliceLatency>> {
    let latency = |slice: &Slice| {
        let cold_share = mixture.cold_among_answered(slice.cold_share());
        let at = |above| mixture.exceeded_by(above, cold_share, &slice.waits);
        // A slice in which nothing is expected has no latency to show.
        (slice.answered >= 0.5).then(|| SliceLatency { p50_s: at(0.5), p95_s: at(0.05), p99_s: at(0.01) })
    };
    day.slices.iter().map(latency).collect()
}

impl Day {
    /// The slices' values spread over their minutes.
    fn minutes(&self, mixture: &Mixture) -> Vec<Minute> {
        let ends = self.slices.iter().map(|slice| mixture.ends(slice.cold_share())).collect::<Vec<_>>();
        let cold = self.slices.iter().map(|slice| mixture.cold_among_answered(slice.cold_share()));
        let cold = cold.collect::<Vec<_>>();
        let mut minutes = vec![Minute::default(); MINUTES_PER_DAY];
        for (index, minute) in minutes.iter_mut().enumerate() {
            let slice = &self.slices[index / SLICE_MINUTES];
            let (ends, cold) = (ends[index / SLICE_MINUTES], cold[index / SLICE_MINUTES]);
            let arrived = self.arrived_by_minute[index];
            let share = if slice.arrived > 0.0 { arrived / slice.arrived } else { 0.0 };
            *minute = Minute {
                arrived: arrived.round() as u32,
                answered: (slice.answered * share * ends.answered).round() as u32,
                failed: (slice.answered * share * (ends.failed + ends.timed_out)).round() as u32,
                dropped: (slice.answered * share * (ends.dead_lettered + ends.lost)).round() as u32,
                cold: (slice.answered * share * ends.answered * cold).round() as u32,
                throttled: (slice.throttled * share).round() as u32,
                busy_most: slice.busy_most.round() as u32,
                busy: slice.busy.round() as u32,
                idle: slice.idle.round() as u32,
                queued: self.queue_by_minute[index].round() as u32,
                oldest_ms: (self.oldest_by_minute[index] * 1e3).round() as u32,
            };
        }
        minutes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_estimator_took_over_does_not_show() {
        let mut estimator = Estimator::default();
        for link in [
            "situation=notifications",
            "situation=notifications&curve=12:9",
            "situation=notifications&curve=12:9&waiting_ms=20",
            "situation=notifications&error_percent=3",
            "situation=notifications&error_percent=3&caller_retries=2",
            "situation=notifications&error_percent=3&caller_retries=2&curve=6:1",
            "situation=notifications&dependency_ms=100&remembered_s=60",
            "situation=notifications&dependency_ms=100&remembered_s=60&curve=12:9",
            "situation=documents",
            "situation=documents&curve=12:9",
        ] {
            let scenario =
                Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
            assert_eq!(estimator.estimate(&scenario), estimate_with_band(&scenario), "{link}");
        }
    }
}
