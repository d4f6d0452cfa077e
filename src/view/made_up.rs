//! Days made up for tests: no simulator runs, so that a view or a chart is wrong by its own fault only.

use burstlab_engine::{
    metrics::{Minute, SLICES_PER_DAY, SliceLatency, Usage},
    pricing::Bill,
    scenario::{Counts, Fidelity, FleetUse, Outcome, Percentiles, Scenario, Tail},
    units::MINUTES_PER_DAY,
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
        bill: Bill::default(),
        minutes,
        slices,
    }
}

fn counts(minutes: &[Minute]) -> Counts {
    let sum = |count: fn(&Minute) -> u32| minutes.iter().map(|minute| u64::from(count(minute))).sum::<u64>();
    let (arrived, answered) = (sum(|minute| minute.arrived), sum(|minute| minute.answered));
    let throttled = sum(|minute| minute.throttled);
    let waiting = arrived - answered - throttled;
    Counts { arrived, answered, throttled, waiting, cold: sum(|minute| minute.cold), ..Counts::default() }
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
    outcome((0..MINUTES_PER_DAY).map(minute).collect(), (0..SLICES_PER_DAY).map(slice).collect())
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
    for (slice, waits) in day.slices.iter_mut().enumerate().skip(72).take(9) {
        let load = (-((slice - 72) as f64) / 2.0).exp();
        *waits = Some(latency(0.075 + 0.02 * load, 0.16 + 0.9 * load, 0.4 + 1.7 * load));
    }
    outcome(day.minutes, day.slices)
}

/// More arrives in a queue than is worked on: waits of hours, and a rest at midnight.
pub fn backlog() -> Outcome {
    let minute = |minute: usize| {
        let mut shape = served(minute, daily(minute, 4.0, 40.0), 0.001);
        if minute > 1_200 {
            shape.answered = shape.arrived / 3;
        }
        shape
    };
    let slice = |slice: usize| {
        let waits = 40.0 * (slice as f64 / 4.0).min(12.0).exp2() / 16.0;
        Some(latency(0.08 + waits / 4.0, 0.2 + waits / 2.0, 0.3 + waits))
    };
    outcome((0..MINUTES_PER_DAY).map(minute).collect(), (0..SLICES_PER_DAY).map(slice).collect())
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
    outcome(day.minutes, day.slices)
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
