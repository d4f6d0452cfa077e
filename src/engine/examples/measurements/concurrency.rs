//! Requests at work at once: from rate and duration, from clients that wait, and against a limit.

use std::{cmp::Reverse, collections::BinaryHeap};

use burstlab_engine::{
    fleet::{
        Admission, Calendar, Called, Direct, FixedIdle, Fleet, FleetSettings, Observer, ScalingRate,
        Unanswered, WorkStream,
    },
    random::{Law, math::ln},
    scenario::Scenario,
    traffic::Poisson,
    units::{HOUR, SECOND, SimTime},
    workload::Laws,
};
use serde_json::Value;

use super::{
    entry::{Entry, Tolerance, numbers},
    report::{Outcome, Row},
};

const WITHIN: f64 = 0.03;

/// Counts what a fleet does.
#[derive(Default)]
struct Tally {
    called: u64,
    cold: u64,
    throttled: u64,
    busy_sum: u64,
    busy_most: u32,
}

impl Observer for Tally {
    fn called(&mut self, call: &Called) {
        self.called += 1;
        self.cold += u64::from(call.admission == Admission::Cold);
        // Poisson arrivals see the fleet as it is on average, each without itself.
        self.busy_sum += u64::from(call.busy - 1);
        self.busy_most = self.busy_most.max(call.busy);
    }

    fn unanswered(&mut self, _arrived: SimTime, _why: Unanswered) {
        self.throttled += 1;
    }
}

/// A steady stream for so long; what comes in the first part, which fills the fleet, is not counted.
fn stream(rate: f64, duration_s: f64, limit: u32, uncounted: SimTime, length: SimTime) -> Tally {
    let laws = Laws {
        waiting: Law::Exponential { mean: duration_s },
        computing: Law::Constant(0.0),
        init: Law::Constant(0.0),
    };
    let calendar = Calendar::new(SimTime::from_secs(duration_s), rate);
    let fleet = Fleet::new(FixedIdle { idle: HOUR }, 0, limit, ScalingRate::unlimited(), calendar);
    let work = WorkStream::new(laws, 1, 0).without_days();
    let mut driver = Direct::new(Poisson::new(rate, 1, 1), fleet, work);
    driver.advance(uncounted, u64::MAX, &mut Tally::default());
    let mut tally = Tally::default();
    driver.advance(uncounted + length, u64::MAX, &mut tally);
    tally
}

/// Requests at work on average.
fn mean_concurrency(rate: f64, duration_s: f64) -> f64 {
    // A quarter of a million requests, but at least 2,000 durations, so that the mean has settled.
    let length = SimTime::from_secs((250_000.0 / rate).max(2_000.0 * duration_s));
    let tally = stream(rate, duration_s, u32::MAX, SimTime::from_secs(20.0 * duration_s), length);
    tally.busy_sum as f64 / tally.called.max(1) as f64
}

/// Whether the entry gives pairs of rate and duration.
pub fn tells_cases(entry: &Entry) -> bool {
    entry.given("cases").is_some() && entry.numbers("concurrency").is_some()
}

/// Each pair, simulated.
pub fn check_cases(entry: &Entry) -> Outcome {
    let cases = entry.given("cases").and_then(Value::as_array).ok_or("its cases are no list")?;
    let expected = entry.numbers("concurrency").unwrap_or_default();
    let rows = cases.iter().zip(expected).filter_map(|(case, expected)| {
        let case = numbers(case).filter(|case| case.len() == 2)?;
        let what = format!("at work, {}/s of {} s", case[0], case[1]);
        let got = mean_concurrency(case[0], case[1]);
        Some(Row::near(entry, &what, expected, got, Tolerance::share(WITHIN)))
    });
    Ok(rows.collect())
}

/// Whether the entry gives calls, time and concurrency, from which a duration follows.
pub fn tells_implied(entry: &Entry) -> bool {
    ["calls", "elapsed_s", "concurrency"].iter().all(|key| entry.input(key).is_some())
        && entry.output("impliedMeanDuration_s").is_some()
}

/// That duration at that rate keeps as many at work.
pub fn check_implied(entry: &Entry) -> Outcome {
    let [calls, elapsed_s, concurrency] =
        ["calls", "elapsed_s", "concurrency"].map(|key| entry.input(key).unwrap_or_default());
    let duration_s = entry.output("impliedMeanDuration_s").unwrap_or_default();
    let got = mean_concurrency(calls / elapsed_s, duration_s);
    Ok(vec![Row::near(entry, "requests at work", concurrency, got, Tolerance::share(WITHIN))])
}

/// Whether the entry has clients that send again when they have their answer.
pub fn tells_clients(entry: &Entry) -> bool {
    entry.input("clientConcurrency").is_some()
        && entry.input("requests").is_some()
        && entry.output("avgResponse_ms").is_some()
        && entry.output("total_s").is_some()
}

/// So many clients, so many requests: how long until the last answer?
pub fn check_clients(entry: &Entry) -> Outcome {
    let [clients, requests] =
        ["clientConcurrency", "requests"].map(|key| entry.input(key).unwrap_or_default() as u64);
    let law = response_law(entry);
    let mut total_s = 0.0;
    const REPEATS: u64 = 200;
    for seed in 0..REPEATS {
        total_s += closed_loop(law, clients, requests, seed) / REPEATS as f64;
    }
    let measured = entry.output("total_s").unwrap_or_default();
    let near = |what: &str, measured, got| Row::near(entry, what, measured, got, Tolerance::share(0.1));
    let mut rows = vec![near("seconds until the last answer", measured, total_s)];
    if let Some(rate) = entry.output("rps") {
        rows.push(near("requests per second", rate, requests as f64 / total_s));
    }
    Ok(rows)
}

/// The response's mean, and its spread where the entry tells two percentiles.
fn response_law(entry: &Entry) -> Law {
    let mean = entry.output("avgResponse_ms").unwrap_or_default() / 1e3;
    let ratio = entry.output("p95_ms").zip(entry.output("p50_ms")).map(|(p95, p50)| p95 / p50);
    // A lognormal law's 95th percentile is 1.645 sigmas above its median.
    Law::lognormal(mean, ratio.map_or(0.0, |ratio| ln(ratio.max(1.0)) / 1.645))
}

fn closed_loop(law: Law, clients: u64, requests: u64, seed: u64) -> f64 {
    let laws = Laws { waiting: law, computing: Law::Constant(0.0), init: Law::Constant(0.0) };
    let mut work = WorkStream::new(laws, seed, 0);
    let calendar = Calendar::new(SECOND, 100.0);
    let mut fleet = Fleet::new(FixedIdle { idle: HOUR }, 0, u32::MAX, ScalingRate::today(), calendar);
    let mut free: BinaryHeap<Reverse<SimTime>> = (0..clients).map(|_| Reverse(SimTime::ZERO)).collect();
    let mut last = SimTime::ZERO;
    for _ in 0..requests {
        let Some(Reverse(now)) = free.pop() else { break };
        fleet.settle(now);
        fleet.admit(now);
        let end = now + work.draw().duration();
        fleet.occupy(end);
        free.push(Reverse(end));
        last = last.max(end);
    }
    last.as_secs()
}

/// Whether the entry tells how many requests a second an account's places allow.
pub fn tells_quota(entry: &Entry) -> bool {
    entry.input("accountConcurrency").is_some() && entry.output("maxRps").is_some()
}

/// Twice as many requests as are allowed, each so short that places do not matter.
pub fn check_quota(entry: &Entry) -> Outcome {
    let places = entry.input("accountConcurrency").unwrap_or_default() as u32;
    let measured = entry.output("maxRps").unwrap_or_default();
    let settings = FleetSettings { concurrency_limit: places, ..Scenario::silent().fleet };
    let calendar = Calendar::new(SimTime(1_000), measured);
    let mut fleet =
        Fleet::new(FixedIdle { idle: HOUR }, 0, settings.limit(), ScalingRate::unlimited(), calendar)
            .with_request_rate(settings.most_requests_per_s());
    const SECONDS: u64 = 5;
    let mut placed = 0_u32;
    // The first second also takes what a rest has saved up.
    let (from, to) = (SECOND, SimTime((1 + SECONDS) * SECOND.0));
    for now in Poisson::new(2.0 * measured, 1, 1).take_while(|&at| at < to) {
        fleet.settle(now);
        if fleet.admit(now) != Admission::Throttled {
            fleet.occupy(now + SimTime(1_000));
            placed += u32::from(now >= from);
        }
    }
    let rate = f64::from(placed) / SECONDS as f64;
    Ok(vec![Row::near(entry, "requests a second placed", measured, rate, Tolerance::share(0.01))])
}

/// Whether the entry tells how far a function with reserved concurrency went under too much load.
pub fn tells_reserved(entry: &Entry) -> bool {
    entry.input("reservedConcurrency").is_some()
        && ["calls", "elapsed_s"].iter().all(|key| entry.input(key).is_some())
        && entry.output("peakConcurrency").is_some()
}

/// What was answered and what was turned away came at one rate; the places were full all the time.
pub fn check_reserved(entry: &Entry) -> Outcome {
    let [reserved, calls, elapsed_s] =
        ["reservedConcurrency", "calls", "elapsed_s"].map(|key| entry.input(key).unwrap_or_default());
    let turned_away = entry.output("throttles").unwrap_or(0.0);
    let (duration_s, rate) = (reserved * elapsed_s / calls, (calls + turned_away) / elapsed_s);
    let length = SimTime::from_secs(elapsed_s);
    let tally = stream(rate, duration_s, reserved as u32, SimTime::ZERO, length);
    let mut rows = vec![Row::exact(
        "environments at work, most",
        entry.output("peakConcurrency").unwrap_or_default(),
        f64::from(tally.busy_most),
    )];
    if let Some(distinct) = entry.output("distinctEnvironments") {
        rows.push(Row::near(
            entry,
            "environments started",
            distinct,
            tally.cold as f64,
            Tolerance::share(0.01),
        ));
    }
    if turned_away > 0.0 {
        // The time in which the places fill is not known, nor how the senders came back.
        let share = tally.throttled as f64 / (tally.throttled + tally.called) as f64;
        let measured = turned_away / (turned_away + calls);
        rows.push(Row::near(entry, "share turned away", measured, share, Tolerance::share(0.1)));
    }
    Ok(rows)
}
