//! Many requests at one instant, against the rules by which new environments may start.

use burstlab_engine::{
    fleet::{Admission, Calendar, FixedIdle, Fleet, ScalingRate},
    units::{HOUR, MINUTE, SECOND, SimTime},
};

use super::{
    entry::{Entry, first_number, number_before},
    report::{Outcome, Row},
};

/// Requests that are done long before the next of them come.
const WORK: SimTime = SECOND;

fn fleet(scaling: ScalingRate, limit: u32) -> Fleet<FixedIdle> {
    Fleet::new(FixedIdle { idle: HOUR }, 0, limit, scaling, Calendar::new(SECOND, 1_000.0))
}

/// Sends so many at an instant: how many found a place, and how many of those were cold.
fn send(fleet: &mut Fleet<FixedIdle>, now: SimTime, requests: u32, work: SimTime) -> (u32, u32) {
    fleet.settle(now);
    let (mut served, mut cold) = (0, 0);
    for _ in 0..requests {
        let found = fleet.admit(now);
        if found != Admission::Throttled {
            fleet.occupy(now + work);
            served += 1;
            cold += u32::from(found == Admission::Cold);
        }
    }
    (served, cold)
}

/// The rule that the entry names: by its numbers, else by the time in which it held.
fn rule(entry: &Entry) -> ScalingRate {
    let words = entry.text("model");
    let named = entry.input("capacity").zip(entry.input("refillPerMinute"));
    let told = number_before(words, "initial burst")
        .zip(words.split_once('+').and_then(|(_, after)| first_number(after)));
    match named.or(told) {
        Some((burst, per_minute)) => ScalingRate::burst(burst as u32, per_minute as u32),
        None if words.contains("before") => ScalingRate::until_2023(),
        None => ScalingRate::today(),
    }
}

/// Whether the entry tells how many of a burst are served, minute by minute.
pub fn tells_minutes(entry: &Entry) -> bool {
    entry.numbers("served").is_some() && entry.input("requests").is_some()
}

/// A minute's requests all come at its start; the entry's are spread evenly over its minutes.
pub fn check_minutes(entry: &Entry) -> Outcome {
    let requests = entry.input("requests").unwrap_or_default() as u64;
    let minutes = entry.input("minutes").unwrap_or(1.0).max(1.0) as u64;
    let mut fleet = fleet(rule(entry), entry.input("accountConcurrency").unwrap_or(1e9) as u32);
    let mut rows = Vec::new();
    for minute in 0..minutes {
        let sent = (requests * (minute + 1) / minutes - requests * minute / minutes) as u32;
        let (served, _) = send(&mut fleet, SimTime(minute * MINUTE.0), sent, WORK);
        for (key, got) in [("served", served), ("throttled", sent - served)] {
            if let Some(&expected) = entry.numbers(key).unwrap_or_default().get(minute as usize) {
                rows.push(Row::exact(&format!("{key} in minute {}", minute + 1), expected, f64::from(got)));
            }
        }
    }
    Ok(rows)
}

/// Whether the entry tells the rule of environments per 10 s.
pub fn tells_rate(entry: &Entry) -> bool {
    entry.output("perFunctionNewEnvironmentsPer10s").is_some()
}

/// Bursts far larger than the rule allows: at once, a second later, and after a long rest.
pub fn check_rate(entry: &Entry) -> Outcome {
    let per_10_s = entry.output("perFunctionNewEnvironmentsPer10s").unwrap_or_default();
    let mut fleet = fleet(rule(entry), u32::MAX);
    let many = 100 * per_10_s as u32;
    // They stay, so that each one served is one started.
    let mut started = |second: u64| f64::from(send(&mut fleet, SimTime(second * SECOND.0), many, HOUR).1);
    let mut rows = vec![
        Row::exact("started at once", per_10_s, started(0)),
        Row::exact("started a second later", per_10_s / 10.0, started(1)),
    ];
    if entry.found("accrues").and_then(serde_json::Value::as_bool) == Some(false) {
        rows.push(Row::exact("started after 5 min of rest", per_10_s, started(301)));
    }
    Ok(rows)
}

/// Whether the entry tells how far a burst on top of a steady load can go.
pub fn tells_peak(entry: &Entry) -> bool {
    entry.output("maxConcurrencyAfterFullBucket").is_some() && entry.input("steadyConcurrency").is_some()
}

/// A steady load at work, an allowance that is full again, and a burst without end.
pub fn check_peak(entry: &Entry) -> Outcome {
    let steady = entry.input("steadyConcurrency").unwrap_or_default() as u32;
    let mut fleet = fleet(rule(entry), u32::MAX);
    send(&mut fleet, SimTime::ZERO, steady, SimTime(24 * HOUR.0));
    let later = SimTime(12 * HOUR.0);
    send(&mut fleet, later, 1_000_000, WORK);
    let measured = entry.output("maxConcurrencyAfterFullBucket").unwrap_or_default();
    Ok(vec![Row::exact("environments at once", measured, f64::from(fleet.busy()))])
}

/// Whether the entry tells how many environments requests at one instant get.
pub fn tells_parallel(entry: &Entry) -> bool {
    entry.input("simultaneousRequests").is_some() && entry.output("awsEnvironments").is_some()
}

/// One environment for each.
pub fn check_parallel(entry: &Entry) -> Outcome {
    let requests = entry.input("simultaneousRequests").unwrap_or_default() as u32;
    let (_, started) = send(&mut fleet(ScalingRate::today(), u32::MAX), SimTime::ZERO, requests, WORK);
    let measured = entry.output("awsEnvironments").unwrap_or_default();
    Ok(vec![Row::exact("environments started", measured, f64::from(started))])
}
