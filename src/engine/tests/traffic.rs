//! Traffic besides a curve, from the document to the bill: the simulated day against arithmetic, and the
//! estimate against the simulated day.

use burstlab_engine::scenario::{Band, Outcome, Scenario, estimate, evaluate};

fn scenario(fields: &str) -> Scenario {
    let base = r#""curve": [[0, 0]], "waiting_ms": 200, "computing_ms": 50, "memory_mb": 512"#;
    // What is said again holds.
    let text = format!("{{{}}}", [base, fields].join(", "));
    Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

fn line(outcome: &Outcome, key: &str) -> f64 {
    outcome.bill.lines.iter().find(|line| line.key == key).map_or(0.0, |line| line.quantity)
}

/// As many requests as expected, exactly where no chance is in them.
#[test]
fn what_is_asked_for_arrives_and_is_billed() {
    for (fields, requests, spread) in [
        (r#""job_every_min": 15, "job_requests": 40"#, 96.0 * 40.0, 0.0),
        (r#""job_every_min": 60, "job_requests": 10, "job_offset_min": 90, "growth": 2.5"#, 24.0 * 25.0, 0.0),
        (r#""job_every_min": 0, "job_requests": 10"#, 0.0, 0.0),
        (r#""spikes": [[3, 100]], "growth": 0.5"#, 50.0, 0.0),
        (r#""instants": [1, 1, 5000.5], "growth": 10"#, 3.0, 0.0),
        (r#""curve": [[0, 0.5]], "growth": 4"#, 172_800.0, 1.0),
        (r#""curve": [[0, 2]], "dispersion": 25"#, 172_800.0, 25.0),
        (r#""series": {"every_s": 3600, "requests": [3600, 0, 7200]}"#, 10_800.0, 1.0),
        (r#""curve": [[0, 1]], "series": {"every_s": 86400, "requests": [86400]}"#, 172_800.0, 1.0),
    ] {
        let scenario = scenario(fields);
        let (day, guess) = (evaluate(&scenario), estimate(&scenario));
        let arrived = day.counts.arrived as f64;
        assert!((arrived - requests).abs() <= 4.5 * f64::sqrt(requests * spread), "{fields}: {arrived}");
        assert!((guess.counts.arrived as f64 - requests).abs() <= 1.0, "{fields}: {:?}", guess.counts);
        let billed = line(&day, "lambda.requests");
        let month = (arrived - day.counts.throttled as f64) * 730.0 / 24.0;
        assert!((billed - month).abs() <= 1e-9 * month, "{fields}: {billed} of {month}");
        let minutes: u64 = day.minutes.iter().map(|minute| u64::from(minute.arrived)).sum();
        assert_eq!(minutes, day.counts.arrived, "{fields}");
    }
}

#[test]
fn the_estimate_of_timers_and_imports_holds_against_the_simulated_day() {
    let mut outside = Vec::new();
    for fields in [
        r#""job_every_min": 1, "job_requests": 20"#,
        r#""job_every_min": 5, "job_requests": 200"#,
        r#""job_every_min": 30, "job_requests": 100"#,
        r#""job_every_min": 240, "job_requests": 500, "job_offset_min": 7"#,
        r#""job_every_min": 1440, "job_requests": 900"#,
        r#""job_every_min": 2, "job_requests": 30, "waiting_ms": 200000"#,
        r#""job_every_min": 10, "job_requests": 50, "curve": [[0, 2]]"#,
        r#""job_every_min": 60, "job_requests": 300, "curve": [[6, 1], [18, 20]], "growth": 2"#,
        r#""curve": [[6, 1], [18, 5]], "weekend_share": 0.3"#,
        r#""series": {"every_s": 3600, "requests": [3600, 36000, 7200, 50, 18000]}"#,
        r#""curve": [[0, 5]], "dispersion": 20"#,
        r#""curve": [[0, 50]], "dispersion": 100"#,
        r#""curve": [[0, 0.02]], "dispersion": 5"#,
    ] {
        let scenario = scenario(fields);
        let (guess, day) = (estimate(&scenario), evaluate(&scenario));
        let band = Band::of_estimate(&scenario, &guess);
        let (usd, p99_s) = (day.bill.total.0, day.latency.p99_s);
        if !band.usd.holds(usd) || !band.p99_s.holds(p99_s) {
            let colds = (guess.counts.cold, day.counts.cold);
            outside.push(format!("{fields}: ${usd:.2} {p99_s:.3} s, cold {colds:?}, {band:?}"));
        }
    }
    assert!(outside.is_empty(), "{}", outside.join("\n"));
}

#[test]
fn each_way_in_has_its_own_line_on_the_bill() {
    for (way_in, key, quantity) in [
        ("function_url", "", 0.0),
        ("http_api", "api_gateway.http_api", 96.0 * 40.0 * 730.0 / 24.0),
        ("rest_api", "api_gateway.rest_api", 96.0 * 40.0 * 730.0 / 24.0),
        // 160 requests an hour: 0.0018 of a unit's 25 new connections a second, 0.0015 of its data.
        ("alb", "alb.capacity", 730.0 * 160.0 / 3_600.0 / 25.0),
    ] {
        let asked = format!(r#""job_every_min": 15, "job_requests": 40, "way_in": "{way_in}""#);
        let scenario = scenario(&asked);
        for outcome in [evaluate(&scenario), estimate(&scenario)] {
            let of_ways_in = |key: &&str| key.starts_with("api_gateway") || key.starts_with("alb");
            let keys = outcome.bill.lines.iter().map(|line| line.key.as_str()).filter(of_ways_in).count();
            let expected = [0, 1, 2][usize::from(!key.is_empty()) + usize::from(way_in == "alb")];
            assert_eq!(keys, expected, "{way_in}: {:?}", outcome.bill);
            let got = line(&outcome, key);
            assert!((got - quantity).abs() <= 0.001 * quantity, "{way_in}: {got} not {quantity}");
            let hours = line(&outcome, "alb.hours");
            assert_eq!(hours, if way_in == "alb" { 730.0 } else { 0.0 }, "{way_in}");
        }
    }
}

#[test]
fn bunches_make_more_starts_and_more_are_turned_away() {
    let of = |dispersion: u32, fields: &str| {
        evaluate(&scenario(&format!(r#"{fields}, "dispersion": {dispersion}"#))).counts
    };
    let busy = r#""curve": [[0, 20]], "concurrency_limit": 15"#;
    let (even, bunched) = (of(1, busy), of(20, busy));
    assert!(bunched.throttled > 5 * (even.throttled + 100), "{even:?} {bunched:?}");
    let quiet = r#""curve": [[0, 0.1]]"#;
    let (even, bunched) = (of(1, quiet), of(20, quiet));
    assert!(bunched.cold > 5 * even.cold, "{even:?} {bunched:?}");
}
