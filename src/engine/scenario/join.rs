use serde::{Deserialize, Serialize};

use super::{
    CauseShare, Counts, Fidelity, FleetUse, Outcome, Percentiles, Piece, QueueMode, Scenario, Tail,
    around::Passed,
    beside::{Missed, with_beside},
    week::{bill_of, weekend_of, with_weekend},
};
use crate::{
    fleet::{DaySums, long_poll},
    metrics::{CAUSES, CauseSums, Histogram, Usage},
    units::{DAY, MINUTE, SimTime, sort_by_number},
};

/// What came of a piece of the days that answer a scenario. It crosses from where it was simulated to where the parts
/// are joined, and is kept nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub(super) piece: Piece,
    pub(super) fidelity: Fidelity,
    pub(super) sums: DaySums,
}

/// The answer from the parts of all pieces, in whatever order they were done.
pub fn join(scenario: &Scenario, mut parts: Vec<Part>) -> Outcome {
    sort_by_number(&mut parts, |part| part.piece.window.from_minute as f64);
    let (weekend, weekday): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.piece.is_weekend);
    let fidelity = weekday.first().map_or(Fidelity::Exact, |part| part.fidelity);
    let (weekday, weekend) = (added(&weekday), weekend_of(scenario).map(|day| (day, added(&weekend))));
    let outcome = outcome_of(scenario, fidelity, &weekday);
    let missed_weekend = weekend.as_ref().map(|(_, sums)| missed(scenario, sums));
    let weekend = weekend.map(|(day, sums)| day_usage(&day, &sums));
    let outcome = with_weekend(scenario, outcome, weekend);
    with_beside(scenario, outcome, missed(scenario, &weekday), missed_weekend)
}

/// What a day's answers cost the business by.
fn missed(scenario: &Scenario, sums: &DaySums) -> Missed {
    let slow = sums.latencies.longer_than(SimTime::from(scenario.money.slow_after));
    Missed { slow, lost: sums.totals.unanswered() as f64 }
}

fn added(parts: &[Part]) -> DaySums {
    let mut day = DaySums::default();
    parts.iter().for_each(|part| day.merge(&part.sums));
    day
}

/// The outcome of a day with all that was counted in it.
pub fn outcome_of(scenario: &Scenario, fidelity: Fidelity, sums: &DaySums) -> Outcome {
    let totals = sums.totals;
    let latencies = &sums.latencies;
    let usage = day_usage(scenario, sums);
    Outcome {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        fidelity,
        seed: scenario.seed,
        counts: Counts {
            arrived: totals.arrived,
            answered: latencies.count(),
            throttled: totals.throttled,
            failed: totals.failed,
            timed_out: totals.timed_out,
            dead_lettered: totals.dead_lettered,
            lost: totals.lost,
            waiting: totals.arrived - latencies.count() - totals.unanswered(),
            cold: totals.cold,
            queued: totals.queued,
            retried: totals.retried,
            duplicates: totals.duplicates,
            refused: totals.refused,
        },
        latency: percentiles(latencies),
        all: tail(latencies.count(), latencies.causes()),
        slowest: slowest(latencies),
        fleet: FleetUse {
            busy_mean: totals.busy_ns as f64 / DAY.0 as f64,
            idle_mean: totals.idle_ns as f64 / DAY.0 as f64,
            busy_most: totals.busy_most,
            started: totals.started,
        },
        usage,
        weekend_usage: None,
        bill: bill_of(scenario, &usage),
        budget: None,
        business: Vec::new(),
        minutes: sums.timeline.minutes().to_vec(),
        minute_causes_us: sums.timeline.causes_us(),
        slices: sums.timeline.latencies(),
    }
}

/// The calls' own usage, plus what stands beside them: copies held, the way in, the queue.
fn day_usage(scenario: &Scenario, sums: &DaySums) -> Usage {
    let totals = sums.totals;
    let mut usage = sums.usage;
    let hours = sums.timeline.minutes().chunks(60);
    let by_hour: Vec<f64> =
        hours.map(|hour| hour.iter().map(|minute| f64::from(minute.arrived)).sum()).collect();
    let wait_s = per_request(sums.latencies.causes().iter().sum(), sums.latencies.count());
    let messages = sums.latencies.count() + totals.unanswered() - totals.throttled + totals.retried;
    let worked = scenario.worked(usage.invocations, messages);
    let passed = Passed { arrived: totals.arrived, worked, by_hour: &by_hour, wait_s };
    scenario.meter_way_in(&passed, &mut usage);
    scenario.meter_around(&passed, &mut usage);
    if scenario.queue_mode == QueueMode::Queued {
        let empty_polls = totals.idle_polling_ns / long_poll().0;
        // One send a message, besides receives and deletions.
        meter_queue(scenario, &mut usage, totals.arrived + totals.queue_calls + empty_polls);
        let most_at_work = sums.timeline.minutes().iter().map(|minute| minute.busy_most);
        usage.queue_poller_ms = scenario.queue.poller_ms(most_at_work, MINUTE);
    }
    usage
}

/// Requests to the queue cost more where it keeps an order.
pub(super) fn meter_queue(scenario: &Scenario, usage: &mut Usage, requests: u64) {
    if scenario.queue.is_ordered() {
        usage.fifo_queue_requests = requests;
    } else {
        usage.queue_requests = requests;
    }
}

fn percentiles(latencies: &Histogram) -> Percentiles {
    let at = |share| latencies.quantile(share).as_secs();
    let total: u64 = latencies.causes().iter().sum();
    Percentiles {
        mean_s: per_request(total, latencies.count()),
        p50_s: at(0.5),
        p90_s: at(0.9),
        p95_s: at(0.95),
        p99_s: at(0.99),
        p999_s: at(0.999),
    }
}

fn slowest(latencies: &Histogram) -> Tail {
    let (requests, causes) = latencies.causes_above(0.99);
    tail(requests, causes)
}

fn tail(requests: u64, causes: CauseSums) -> Tail {
    let share = |(&cause, nanos): (_, u64)| CauseShare { cause, mean_s: per_request(nanos, requests) };
    Tail { requests, causes: CAUSES.iter().zip(causes).map(share).collect() }
}

fn per_request(nanos: u64, requests: u64) -> f64 {
    if requests == 0 { 0.0 } else { nanos as f64 / 1e9 / requests as f64 }
}
