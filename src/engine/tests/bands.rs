//! The estimate's own statement of how far it may be off, held against simulated days.

use burstlab_engine::scenario::{Band, CHOICES, Scenario, estimate, evaluate, knob, presets};

/// Beyond this a test would take minutes.
const MOST_REQUESTS: f64 = 3e6;

/// Changes that people make first, on top of each situation.
const CHANGES: &[&[(&str, f64)]] = &[
    &[],
    &[("provisioned", 10.0)],
    &[("provisioned", 60.0)],
    &[("memory_mb", 256.0)],
    &[("memory_mb", 1_769.0)],
    &[("package_mb", 100.0)],
    &[("keep_alive_s", 60.0)],
    &[("waiting_ms", 2_000.0)],
];

const SITUATIONS: [&str; 2] = ["situation=notifications", "situation=cold-package"];

/// Days of so many requests that the p99 is not a cold start.
const BUSY: [&str; 3] =
    ["dependency_ms=100&dependency_slow_percent=2", "dependency_ms=100&remembered_s=60", "error_percent=5"];

/// What may befall requests besides their work.
const BESIDES: &[&str] = &[
    "dependency_ms=100",
    "dependency_ms=100&dependency_slow_percent=2",
    "dependency_ms=50&dependency_error_percent=10",
    "dependency_ms=50&dependency_hit_percent=80&dependency_slow_percent=3",
    "dependency_ms=100&remembered_s=60",
    "dependency_ms=100&remembered_s=600",
    "timeout_s=1",
    "handshake_ms=100",
    "handshake_ms=100&connections=each_time",
    "error_percent=5",
    "error_percent=5&caller_retries=2&retry_on=anything",
    "patience_s=1",
    "way_in=event",
    "way_in=event&error_percent=5",
    "reserved_concurrency=5",
];

#[test]
fn the_simulated_day_lies_within_the_band_that_the_estimate_states() {
    let mut outside = Vec::new();
    let mut held = 0;
    for preset in presets().iter().filter(|preset| preset.scenario.traffic.requests_per_day() < MOST_REQUESTS)
    {
        for (change, queue) in CHANGES.iter().flat_map(|change| [(change, "off"), (change, "on")]) {
            let scenario = changed(&preset.scenario, change, queue);
            let (guess, day) = (estimate(&scenario), evaluate(&scenario));
            let band = Band::of_estimate(&scenario, &guess);
            let (usd, p99_s) = (day.bill.total.0, day.latency.p99_s);
            if !band.usd.holds(usd) || !band.p99_s.holds(p99_s) {
                outside.push(format!(
                    "{} {change:?} queue {queue}: ${usd:.2} {p99_s:.3} s, {band:?}",
                    preset.key
                ));
            }
            held += 1;
        }
    }
    let besides =
        BESIDES.iter().flat_map(|change| SITUATIONS.map(|situation| format!("{situation}&{change}")));
    for link in besides.chain(BUSY.map(|change| format!("situation=right-size&curve=12:8&{change}"))) {
        let scenario = Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
        let (guess, day) = (estimate(&scenario), evaluate(&scenario));
        let band = Band::of_estimate(&scenario, &guess);
        let (usd, p99_s) = (day.bill.total.0, day.latency.p99_s);
        if !band.usd.holds(usd) || !band.p99_s.holds(p99_s) {
            outside.push(format!("{link}: ${usd:.2} {p99_s:.3} s, {band:?}"));
        }
        held += 1;
    }
    let share = outside.len() as f64 / f64::from(held);
    assert!(share <= 0.05, "{} of {held} outside:\n{}", outside.len(), outside.join("\n"));
}

fn changed(scenario: &Scenario, change: &[(&str, f64)], queue: &str) -> Scenario {
    let mut scenario = scenario.clone();
    for &(key, value) in change {
        knob(key).expect("a knob of the table").set(&mut scenario, value);
    }
    let choice = CHOICES.iter().find(|choice| choice.key == "queue").expect("a choice of the table");
    (choice.set)(&mut scenario, queue);
    scenario
}
