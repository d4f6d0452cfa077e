//! Days made up for tests: no simulator runs, so that a view or a chart is wrong by its own fault only.

use burstlab_engine::{
    metrics::{CAUSES, Cause, CauseSums, Minute, SLICES_PER_DAY, SliceLatency, Usage},
    pricing::{Bill, BillLine},
    scenario::{CauseShare, Counts, Fidelity, FleetUse, Outcome, Percentiles, QueueMode, Scenario, Tail},
    units::{MINUTES_PER_DAY, Usd},
};

/// An outcome with these minutes and slices, its sums to match.
pub fn outcome(minutes: Vec<Minute>, slices: Vec<Option<SliceLatency>>) -> Outcome {
    let worst = slices.iter().flatten().fold(0.0, |worst: f64, slice| worst.max(slice.p99_s));
    let latency = Percentiles { p50_s: 0.08, p99_s: worst, ..Percentiles::default() };
    Outcome {
        engine: "made up".to_owned(),
        fidelity: Fidelity::Exact,
        seed: 1,
        counts: counts(&minutes),
        latency,
        all: Tail::default(),
        slowest: Tail::default(),
        fleet: fleet(&minutes),
        usage: Usage::default(),
        weekend_usage: None,
        bill: Bill::default(),
        budget: None,
        business: Vec::new(),
        minute_causes_us: vec![CauseSums::default(); minutes.len()],
        minutes,
        slices,
    }
}

/// Every answered request of a minute takes so many seconds in line, starting, waiting and computing.
fn spend(day: &mut Outcome, seconds: impl Fn(usize) -> [f64; 4]) {
    for (minute, (spent, counted)) in day.minute_causes_us.iter_mut().zip(&day.minutes).enumerate() {
        for (cause, seconds) in TOLD.into_iter().zip(seconds(minute)) {
            let place = CAUSES.iter().position(|one| *one == cause).expect("a cause is among all");
            spent[place] = (seconds * 1e6) as u64 * u64::from(counted.answered);
        }
    }
}

/// The causes that days are made up of.
const TOLD: [Cause; 4] = [Cause::Queue, Cause::ColdStart, Cause::Waiting, Cause::Computing];

fn counts(minutes: &[Minute]) -> Counts {
    let sum = |count: fn(&Minute) -> u32| minutes.iter().map(|minute| u64::from(count(minute))).sum::<u64>();
    let (arrived, answered) = (sum(|minute| minute.arrived), sum(|minute| minute.answered));
    let throttled = sum(|minute| minute.throttled);
    let (failed, lost) = (sum(|minute| minute.failed), sum(|minute| minute.dropped));
    let waiting = arrived - answered - throttled - failed - lost;
    let cold = sum(|minute| minute.cold);
    Counts { arrived, answered, throttled, failed, lost, waiting, cold, ..Counts::default() }
}

fn fleet(minutes: &[Minute]) -> FleetUse {
    let mean = |gauge: fn(&Minute) -> u32| {
        minutes.iter().map(|minute| f64::from(gauge(minute))).sum::<f64>() / minutes.len().max(1) as f64
    };
    FleetUse {
        busy_mean: mean(|minute| minute.busy),
        idle_mean: mean(|minute| minute.idle),
        busy_most: minutes.iter().map(|minute| minute.busy_most).max().unwrap_or_default(),
        ..FleetUse::default()
    }
}

/// A scenario that keeps so many copies warm.
pub fn kept_warm(copies: u32) -> Scenario {
    let mut scenario = Scenario::silent();
    scenario.fleet.provisioned = copies;
    scenario
}

/// A scenario whose requests wait in line.
pub fn queued() -> Scenario {
    Scenario { queue_mode: QueueMode::Queued, ..Scenario::silent() }
}

/// Requests whose time went so: seconds in line, starting, waiting and computing.
fn tail(requests: u64, seconds: [f64; 4]) -> Tail {
    let mean_s = |cause| TOLD.iter().zip(seconds).find(|(told, _)| **told == cause).map_or(0.0, |(_, s)| s);
    Tail { requests, causes: CAUSES.map(|cause| CauseShare { cause, mean_s: mean_s(cause) }).to_vec() }
}

/// A bill of these labels and dollars; the last price is one that nobody has seen.
fn bill(charges: &[(&str, f64)]) -> Bill {
    let line = |(index, &(label, dollars)): (usize, &(&str, f64))| BillLine {
        label: label.to_owned(),
        quantity: 1_000.0 * dollars,
        unit: "units".to_owned(),
        rate: "$0.001".to_owned(),
        cost: Usd(dollars),
        source: "made up".to_owned(),
        as_of: "2026".to_owned(),
        verified: index + 1 < charges.len(),
        ..BillLine::default()
    };
    Bill {
        lines: charges.iter().enumerate().map(line).collect(),
        total: Usd(charges.iter().map(|charge| charge.1).sum()),
    }
}

/// A day of gentle traffic, slowest in the early afternoon, every answer in time.
pub fn quiet_day() -> Outcome {
    let minute = |minute: usize| {
        let rate = daily(minute, 2.0, 24.0);
        served(minute, rate, 0.002 * rate.sqrt())
    };
    let slice = |slice: usize| {
        let load = daily(slice * 10, 0.0, 1.0);
        let wobble = 1.0 + 0.06 * (slice as f64 * 2.3).sin();
        Some(latency(0.071, 0.11 + 0.05 * load * wobble, 0.19 + 0.28 * load * wobble))
    };
    let mut day =
        outcome((0..MINUTES_PER_DAY).map(minute).collect(), (0..SLICES_PER_DAY).map(slice).collect());
    spend(&mut day, |_| [0.0, 0.004, 0.061, 0.009]);
    day
}

/// A sale at noon: traffic jumps twentyfold, copies have to start, and the limit turns requests away.
pub fn burst() -> Outcome {
    let mut day = quiet_day();
    for (minute, shape) in day.minutes.iter_mut().enumerate().skip(720).take(90) {
        let rate = 30.0 + 420.0 * (-((minute - 720) as f64) / 25.0).exp();
        *shape = served(minute, rate, 0.06 * rate / (1.0 + (minute - 720) as f64));
        let refused = (60.0 * (rate - 300.0).max(0.0)) as u32;
        *shape = Minute {
            throttled: refused,
            answered: shape.arrived - refused,
            cold: shape.cold.min(shape.arrived - refused),
            ..*shape
        };
    }
    let started = |minute: usize| 1.2 * (-(minute.abs_diff(720) as f64) / 20.0).exp();
    spend(&mut day, |minute| [0.0, started(minute), 0.061, 0.009]);
    for (slice, waits) in day.slices.iter_mut().enumerate().skip(72).take(9) {
        let load = (-((slice - 72) as f64) / 2.0).exp();
        *waits = Some(latency(0.075 + 0.02 * load, 0.16 + 0.9 * load, 0.4 + 1.7 * load));
    }
    Outcome {
        all: tail(900_000, [0.0, 0.012, 0.061, 0.009]),
        slowest: tail(9_000, [0.0, 1.26, 0.09, 0.0007]),
        bill: bill(&[
            ("calls of the function", 6.2),
            ("time the function ran", 58.4),
            ("copies kept warm", 41.9),
            ("time the function ran in copies kept warm", 12.25),
            ("requests through the HTTP API", 30.8),
            ("requests to the queue", 0.0),
        ]),
        minute_causes_us: day.minute_causes_us,
        ..outcome(day.minutes, day.slices)
    }
}

/// A day on which the system that everyone asks is down around noon, and all causes of delay take a part.
pub fn failing() -> Outcome {
    let mut day = quiet_day();
    for minute in day.minutes.iter_mut().skip(690).take(60) {
        (minute.failed, minute.dropped) = (minute.arrived / 4, minute.arrived / 20);
        minute.answered = minute.arrived - minute.failed - minute.dropped;
        minute.cold = minute.cold.min(minute.answered);
    }
    let parts = [9_000, 25_000, 14_000, 30_000, 11_000, 45_000, 60_000, 24_000];
    let mut day = outcome(day.minutes, day.slices);
    for (minute, (spent, counted)) in day.minute_causes_us.iter_mut().zip(&day.minutes).enumerate() {
        let trouble = if (690..750).contains(&minute) { 4 } else { 1 };
        *spent = parts.map(|part| part * trouble * u64::from(counted.answered));
    }
    day
}

/// More arrives in a queue than is worked on: waits of hours, and a rest at midnight.
pub fn backlog() -> Outcome {
    let minute = |minute: usize| {
        let mut shape = served(minute, daily(minute, 4.0, 40.0), 0.001);
        if minute > 1_200 {
            shape.answered = shape.arrived / 3;
        }
        let behind = minute.saturating_sub(600) as u32;
        Minute { queued: 130 * behind, oldest_ms: 11_000 * behind, ..shape }
    };
    let slice = |slice: usize| {
        let waits = 40.0 * (slice as f64 / 4.0).min(12.0).exp2() / 16.0;
        Some(latency(0.08 + waits / 4.0, 0.2 + waits / 2.0, 0.3 + waits))
    };
    let mut day =
        outcome((0..MINUTES_PER_DAY).map(minute).collect(), (0..SLICES_PER_DAY).map(slice).collect());
    spend(&mut day, |minute| [11.0 * minute.saturating_sub(600) as f64, 0.02, 0.06, 0.01]);
    Outcome {
        all: tail(1_500_000, [2_400.0, 0.02, 0.06, 0.01]),
        slowest: tail(15_000, [9_100.0, 0.3, 0.06, 0.01]),
        bill: bill(&[
            ("calls of the function", 0.000_2),
            ("time the function ran", 123_456.0),
            ("requests to the queue", 17.6),
        ]),
        ..day
    }
}

/// As much of everything as the counts can hold.
pub fn extreme() -> Outcome {
    let most = Minute {
        arrived: u32::MAX,
        answered: u32::MAX / 2,
        cold: u32::MAX / 4,
        throttled: u32::MAX / 4,
        failed: 0,
        dropped: 0,
        busy: u32::MAX / 2,
        idle: u32::MAX / 2,
        busy_most: u32::MAX,
        queued: u32::MAX,
        oldest_ms: u32::MAX,
    };
    let slices = vec![Some(latency(0.000_01, 86_400.0, 1e7)); SLICES_PER_DAY];
    Outcome {
        all: tail(1, [1e6, 1e-6, 1.0, 1e-4]),
        slowest: tail(1, [1e7, 10.0, 0.0, 0.001]),
        bill: bill(&[("calls of the function", 1e12), ("time the function ran", 1e-12)]),
        minute_causes_us: vec![[1 << 50; CAUSES.len()]; MINUTES_PER_DAY],
        ..outcome(vec![most; MINUTES_PER_DAY], slices)
    }
}

/// Nothing arrives.
pub fn silence() -> Outcome {
    outcome(vec![Minute::default(); MINUTES_PER_DAY], vec![None; SLICES_PER_DAY])
}

/// All that happens happens in one minute of the morning.
pub fn one_minute() -> Outcome {
    let mut day = silence();
    day.minutes[555] = Minute { cold: 400, ..served(555, 10.0, 0.0) };
    day.slices[55] = Some(latency(0.08, 0.5, 0.9));
    let mut day = outcome(day.minutes, day.slices);
    spend(&mut day, |_| [0.0, 0.4, 0.06, 0.01]);
    day
}

/// A rate that rises from the night's to the early afternoon's and falls again.
fn daily(minute: usize, night: f64, day: f64) -> f64 {
    let hour = minute as f64 / 60.0;
    let hump = (-((hour - 13.0) / 4.2).powi(2)).exp() + 0.55 * (-((hour - 20.0) / 1.8).powi(2)).exp();
    night + (day - night) * hump.min(1.0)
}

fn served(minute: usize, rate: f64, cold_share: f64) -> Minute {
    let arrived = (60.0 * rate * (1.0 + 0.05 * (minute as f64 * 1.7).sin())) as u32;
    let busy = (rate * 0.08) as u32;
    let cold = (f64::from(arrived) * cold_share.min(1.0)) as u32;
    let idle = (rate * 0.14 + 1.0) as u32;
    Minute {
        arrived,
        answered: arrived,
        cold,
        busy,
        idle,
        busy_most: busy + busy / 3 + 1,
        ..Minute::default()
    }
}

fn latency(p50_s: f64, p95_s: f64, p99_s: f64) -> SliceLatency {
    SliceLatency { p50_s, p95_s, p99_s }
}
