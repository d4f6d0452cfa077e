//! The answer within a frame: the day as slices, each in its own steady state, and latency as a mixture
//! of the warm and the cold law.
//!
//! # What is approximated
//! - Each slice of 10 minutes has the cold starts and the fleet that its mean rate would have for ever
//!   ([`kept_fleet`]); a rate that rises adds the environments that the fleet grows by.
//! - A send at one instant finds the mean fleet of its slice, or what an earlier one left.
//! - Target tracking goes by the simulation's own rules, and sees the use that each slice would have for ever.
//! - A queue is a fluid: what the bound on batches does not take, waits ([`fluid`]).
//! - Every environment is kept as long as [`KeepAlive::longest_idle`] says, whatever the policy.
//!
//! [`kept_fleet`]: crate::fleet::formula::kept_fleet
//! [`KeepAlive::longest_idle`]: crate::fleet::KeepAlive::longest_idle

mod fluid;
mod held;
mod latency;
mod slices;

use latency::Mixture;
use slices::{Day, Slice};

use super::{
    CauseShare, Counts, Fidelity, FleetUse, Outcome, Percentiles, QueueMode, Scenario, Tail,
    run::{bill_of, gateway_requests},
};
use crate::{
    fleet::long_poll,
    metrics::{CAUSES, Cause, CauseSums, Minute, SLICE_MINUTES, SLICES_PER_DAY, SliceLatency, Usage},
    units::{DAY, MINUTES_PER_DAY},
};

/// Answers a scenario by formulas, in a millisecond or two.
pub fn estimate(scenario: &Scenario) -> Outcome {
    let day = Day::of(scenario);
    let mixture = Mixture::of(&scenario.function.laws());
    let usage = usage(scenario, &day, &mixture);
    let counts = counts(scenario, &day);
    let latency = percentiles(&mixture, &day.waits, day.cold_share());
    Outcome {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        fidelity: Fidelity::Estimate,
        seed: scenario.seed,
        counts,
        latency,
        all: all(&mixture, &day),
        slowest: slowest(&mixture, &day, latency.p99_s, counts.answered),
        fleet: fleet_use(&day, &mixture),
        usage,
        bill: bill_of(scenario, &usage),
        minutes: day.minutes(),
        minute_causes_us: minute_causes_us(&mixture, &day),
        slices: slice_latencies(&mixture, &day),
    }
}

fn counts(scenario: &Scenario, day: &Day) -> Counts {
    let arrived = day.sum(|slice| slice.arrived).round() as u64;
    let throttled = (day.sum(|slice| slice.throttled).round() as u64).min(arrived);
    let waiting = (day.waiting_at_midnight.round() as u64).min(arrived - throttled);
    let answered = arrived - throttled - waiting;
    let queued = match scenario.queue_mode {
        QueueMode::Direct => 0,
        QueueMode::Queued => (day.waits.share_above_zero() * answered as f64).round() as u64,
    };
    let cold = (day.sum(|slice| slice.cold).round() as u64).min(answered);
    Counts { arrived, answered, throttled, waiting, cold, queued, ..Counts::default() }
}

fn usage(scenario: &Scenario, day: &Day, mixture: &Mixture) -> Usage {
    let answered = day.sum(|slice| slice.answered);
    let calls = answered / day.messages_per_call;
    let billing = scenario.billing();
    let work_ms = calls * mixture.rounded_up_mean(day.messages_per_call, billing.step_s()) * 1e3;
    let provisioned_ms = work_ms * day.provisioned_share;
    let cold_ms = day.sum(|slice| slice.cold) * mixture.init_mean() * billing.billed_start_share() * 1e3;
    let arrived = day.sum(|slice| slice.arrived);
    Usage {
        invocations: calls.round() as u64,
        on_demand_ms: (work_ms - provisioned_ms + cold_ms).round() as u64,
        provisioned_ms: provisioned_ms.round() as u64,
        provisioned_held_ms: day.provisioned_billed_ms,
        gateway_requests: gateway_requests(scenario, arrived.round() as u64),
        queue_requests: queue_requests(scenario, day, arrived, calls),
        ..Usage::default()
    }
}

fn queue_requests(scenario: &Scenario, day: &Day, arrived: f64, calls: f64) -> u64 {
    if scenario.queue_mode == QueueMode::Direct {
        return 0;
    }
    let empty_polls = day.idle_polling_s / long_poll().as_secs();
    (arrived + 2.0 * calls + empty_polls).round() as u64
}

fn percentiles(mixture: &Mixture, waits: &fluid::Waits, cold_share: f64) -> Percentiles {
    let at = |above| mixture.exceeded_by(above, cold_share, waits);
    Percentiles {
        mean_s: waits.mean_s() + mixture.work_mean() + cold_share * mixture.init_mean(),
        p50_s: at(0.5),
        p90_s: at(0.1),
        p95_s: at(0.05),
        p99_s: at(0.01),
        p999_s: at(0.001),
    }
}

fn causes(queue_s: f64, init_s: f64, mixture: &Mixture, work_s: f64) -> Vec<CauseShare> {
    let waiting_s = work_s * mixture.waiting_share();
    let mean_s = |cause| match cause {
        Cause::Queue => queue_s,
        Cause::ColdStart => init_s,
        Cause::Waiting => waiting_s,
        Cause::Computing => work_s - waiting_s,
        Cause::WayIn | Cause::Retry | Cause::Handshake | Cause::Dependency => 0.0,
    };
    CAUSES.map(|cause| CauseShare { cause, mean_s: mean_s(cause) }).to_vec()
}

fn all(mixture: &Mixture, day: &Day) -> Tail {
    let init_s = day.cold_share() * mixture.init_mean();
    Tail {
        requests: day.sum(|slice| slice.answered).round() as u64,
        causes: causes(day.waits.mean_s(), init_s, mixture, mixture.work_mean()),
    }
}

/// The slowest 1 %: as many cold ones among them as the mixture holds above its p99.
fn slowest(mixture: &Mixture, day: &Day, p99_s: f64, answered: u64) -> Tail {
    let cold_share = day.cold_share();
    let above = mixture.above(p99_s, cold_share, &day.waits);
    let cold_above = cold_share * mixture.above(p99_s, 1.0, &day.waits);
    let cold = if above > 0.0 { (cold_above / above).min(1.0) } else { 0.0 };
    let queue_s = day.waits.mean_above(0.01);
    let init_s = cold * mixture.init_mean();
    let work_s = (p99_s - queue_s - init_s).max(mixture.work_mean());
    Tail { requests: answered / 100, causes: causes(queue_s, init_s, mixture, work_s) }
}

fn fleet_use(day: &Day, mixture: &Mixture) -> FleetUse {
    let busy_s = day.sum(|slice| slice.answered) * mixture.work_mean()
        + day.sum(|slice| slice.cold) * mixture.init_mean();
    FleetUse {
        busy_mean: busy_s / DAY.as_secs(),
        idle_mean: day.sum(|slice| slice.idle) / SLICES_PER_DAY as f64,
        busy_most: day.slices.iter().map(|slice| slice.busy_most).fold(0.0, f64::max).round() as u32,
        started: day.sum(|slice| slice.cold).round() as u64,
    }
}

/// The slices' causes, spread over their minutes by what is answered.
fn minute_causes_us(mixture: &Mixture, day: &Day) -> Vec<CauseSums> {
    let minutes = day.minutes();
    let of = |(index, minute): (usize, &Minute)| {
        let slice = &day.slices[index / SLICE_MINUTES];
        let cold_share = if slice.answered > 0.0 { slice.cold / slice.answered } else { 0.0 };
        let init_s = cold_share.min(1.0) * mixture.init_mean();
        let means = causes(slice.waits.mean_s(), init_s, mixture, mixture.work_mean());
        let mut sums = CauseSums::default();
        for (sum, share) in sums.iter_mut().zip(means) {
            *sum = (share.mean_s * 1e6 * f64::from(minute.answered)).round() as u64;
        }
        sums
    };
    minutes.iter().enumerate().map(of).collect()
}

fn slice_latencies(mixture: &Mixture, day: &Day) -> Vec<Option<SliceLatency>> {
    let latency = |slice: &Slice| {
        let cold_share = if slice.answered > 0.0 { slice.cold / slice.answered } else { 0.0 };
        let at = |above| mixture.exceeded_by(above, cold_share.min(1.0), &slice.waits);
        // A slice in which nothing is expected has no latency to show.
        (slice.answered >= 0.5).then(|| SliceLatency { p50_s: at(0.5), p95_s: at(0.05), p99_s: at(0.01) })
    };
    day.slices.iter().map(latency).collect()
}

impl Day {
    /// The slices' values spread over their minutes.
    fn minutes(&self) -> Vec<Minute> {
        let mut minutes = vec![Minute::default(); MINUTES_PER_DAY];
        for (index, minute) in minutes.iter_mut().enumerate() {
            let slice = &self.slices[index / SLICE_MINUTES];
            let arrived = self.arrived_by_minute[index];
            let share = if slice.arrived > 0.0 { arrived / slice.arrived } else { 0.0 };
            *minute = Minute {
                arrived: arrived.round() as u32,
                answered: (slice.answered * share).round() as u32,
                cold: (slice.cold * share).round() as u32,
                throttled: (slice.throttled * share).round() as u32,
                busy_most: slice.busy_most.round() as u32,
                busy: slice.busy.round() as u32,
                idle: slice.idle.round() as u32,
                queued: self.queue_by_minute[index].round() as u32,
                oldest_ms: (self.oldest_by_minute[index] * 1e3).round() as u32,
                ..Minute::default()
            };
        }
        minutes
    }
}
