//! How long environments without work are kept, by the policy of the month in which it was measured.

use burstlab_engine::{
    fleet::{Admission, Calendar, Fleet, FunctionWideIdle, KeepAlive, KeepAlivePreset, ScalingRate},
    units::{MINUTE, SECOND, SimTime},
};
use serde_json::Value;

use super::{
    entry::{Entry, Tolerance, numbers},
    report::{Outcome, Row, median},
};

/// The policy that held in a month: the latest of the catalog that had begun, else its earliest.
pub fn of_month((year, month): (u32, u32)) -> KeepAlive {
    let date = format!("{year:04}-{month:02}");
    let presets = KeepAlivePreset::all();
    let begun = presets.iter().filter(|preset| preset.from <= date).max_by_key(|preset| &preset.from);
    let earliest = presets.iter().min_by_key(|preset| &preset.from);
    begun.or(earliest).expect("the catalog has policies").policy
}

/// A lone request after the function was at rest for a while: is it cold?
fn is_cold_after(keep_alive: KeepAlive, rest: SimTime) -> bool {
    let mut fleet = fleet(keep_alive);
    let mut last = Admission::Cold;
    let mut now = SimTime::ZERO;
    for _ in 0..2 {
        fleet.settle(now);
        last = fleet.admit(now);
        fleet.occupy(now + SimTime(SECOND.0 / 10));
        now = now + SimTime(SECOND.0 / 10) + rest;
    }
    last == Admission::Cold
}

fn fleet(keep_alive: KeepAlive) -> Fleet<FunctionWideIdle> {
    let policy = FunctionWideIdle::of(keep_alive);
    Fleet::new(policy, 0, u32::MAX, ScalingRate::unlimited(), Calendar::new(SECOND, 1.0))
}

/// Whether the entry tells between which rests an environment ends.
pub fn tells_threshold(entry: &Entry) -> bool {
    entry.output("longestIdleStillWarm_s").is_some() && entry.output("shortestIdleAlreadyCold_s").is_some()
}

/// Warm to the end of the one rest, cold after the other.
pub fn check_threshold(entry: &Entry) -> Outcome {
    let policy = of_month(entry.month());
    let cold = |key| {
        let rest = SimTime::from_secs(entry.output(key).unwrap_or_default());
        f64::from(u8::from(is_cold_after(policy, rest)))
    };
    Ok(vec![
        Row::exact("cold after the longest warm rest", 0.0, cold("longestIdleStillWarm_s")),
        Row::exact("cold after the shortest cold rest", 1.0, cold("shortestIdleAlreadyCold_s")),
    ])
}

/// Whether the entry tells the chance of a cold start by minutes at rest.
pub fn tells_curve(entry: &Entry) -> bool {
    entry.found("curve_min_prob").is_some()
}

/// The mean distance of the two curves.
pub fn check_curve(entry: &Entry) -> Outcome {
    let points = entry.found("curve_min_prob").and_then(Value::as_array).ok_or("its curve is no list")?;
    let points: Option<Vec<_>> = points.iter().map(numbers).collect();
    let points = points.filter(|points| points.iter().all(|point| point.len() == 2));
    let points = points.ok_or("its curve is no list of minutes and chances")?;
    let policy = of_month(entry.month());
    let distances = points.iter().map(|point| {
        let cold = is_cold_after(policy, SimTime::from_secs(point[0] * 60.0));
        (f64::from(u8::from(cold)) - point[1]).abs()
    });
    let mean = distances.sum::<f64>() / points.len().max(1) as f64;
    Ok(vec![Row::at_most("mean distance of the chances", 0.05, mean)])
}

/// Whether the entry holds single requests with the rest before them.
pub fn tells_points(entry: &Entry) -> bool {
    entry.found("points_idleMin_responseS_cold").is_some()
}

/// The share of requests that the policy predicts.
pub fn check_points(entry: &Entry) -> Outcome {
    let points = entry.found("points_idleMin_responseS_cold").and_then(Value::as_array);
    let points = points.ok_or("its points are no list")?;
    let policy = of_month(entry.month());
    let right = points.iter().filter(|point| {
        let rest = SimTime::from_secs(point[0].as_f64().unwrap_or_default() * 60.0);
        point[2].as_bool() == Some(is_cold_after(policy, rest))
    });
    let share = right.count() as f64 / points.len().max(1) as f64;
    Ok(vec![Row::at_least("share of requests told right", 0.95, share)])
}

/// Whether the entry tells how many minutes an environment was kept.
pub fn tells_minutes(entry: &Entry) -> bool {
    entry.numbers("idleLifetime_min").is_some() || entry.found("50% survive_minutes").is_some()
}

/// The policy's time against the range, or the median, that was seen.
pub fn check_minutes(entry: &Entry) -> Outcome {
    let minutes = of_month(entry.month()).longest_idle().0 / 60.0;
    if let Some(range) = entry.numbers("idleLifetime_min").filter(|range| range.len() == 2) {
        return Ok(vec![
            Row::at_least("minutes kept, shortest", range[0], minutes),
            Row::at_most("minutes kept, longest", range[1], minutes),
        ]);
    }
    let months = entry.found("50% survive_minutes").and_then(Value::as_object);
    let months = months.ok_or("its minutes are no numbers by month")?;
    let middle = median(months.values().filter_map(Value::as_f64).collect());
    Ok(vec![Row::near(entry, "minutes that half survive", middle, minutes, Tolerance::share(0.1))])
}

/// Whether the entry tells the longest life of a busy environment.
pub fn tells_life(entry: &Entry) -> bool {
    entry.numbers("longestLife_h_range").is_some_and(|range| range.len() == 2)
}

/// The life of an environment that gets a request every minute.
pub fn check_life(entry: &Entry) -> Outcome {
    let range = entry.numbers("longestLife_h_range").unwrap_or_default();
    let mut fleet = fleet(of_month(entry.month()));
    let (mut born, mut longest) = (SimTime::ZERO, SimTime::ZERO);
    for minute in 0..24 * 60 {
        let now = SimTime(minute * MINUTE.0);
        fleet.settle(now);
        if fleet.admit(now) == Admission::Cold {
            longest = longest.max(now.since(born));
            born = now;
        }
        fleet.occupy(now + SECOND);
    }
    let hours = longest.as_secs() / 3_600.0;
    Ok(vec![
        Row::at_least("longest life in hours, shortest", range[0], hours),
        Row::at_most("longest life in hours, longest", range[1], hours),
    ])
}
