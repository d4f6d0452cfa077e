//! The situations of the catalog, against an independent simulation of the same settings and the claims that they
//! come from.

use burstlab_engine::scenario::{Outcome, Scenario, estimate, evaluate};

fn outcome(changes: &str) -> Outcome {
    let comma = if changes.is_empty() { "" } else { ", " };
    let text = format!(r#"{{"situation": "notifications"{comma}{changes}}}"#);
    evaluate(&Scenario::parse(&text).expect("a valid change"))
}

fn of(situation: &str, changes: &str) -> Scenario {
    Scenario::from_link(&format!("situation={situation}{changes}")).expect("a valid link")
}

fn near(got: f64, expected: f64, share: f64) -> bool {
    (got / expected - 1.0).abs() <= share
}

/// Every full hour a send of so many.
fn hourly(requests: u32) -> String {
    let spikes: Vec<_> = (0..24).map(|hour| format!("[{hour}, {requests}]")).collect();
    format!(r#""spikes": [{}]"#, spikes.join(", "))
}

#[test]
fn the_notification_service_waits_as_long_as_an_independent_simulation_says() {
    let tripled_evening = r#""curve": [[2.5, 0.1], [5, 0.12], [7.5, 3.5], [10, 0.5], [13, 0.5], [16, 0.5],
        [18, 12.51], [20, 0.13], [23, 0.1]]"#;
    for (changes, p99_s) in [
        ("", 1.66),
        (r#""provisioned": 10"#, 1.54),
        (r#""provisioned": 30"#, 0.68),
        (r#""provisioned": 60"#, 0.63),
        (hourly(200).as_str(), 2.14),
        (hourly(0).as_str(), 0.63),
        (tripled_evening, 0.73),
    ] {
        let got = outcome(changes).latency.p99_s;
        assert!(near(got, p99_s, 0.05), "{changes}: {got} s for {p99_s} s");
    }
}

#[test]
fn holding_sixty_copies_costs_what_the_price_list_says() {
    let bill = outcome(r#""provisioned": 60"#).bill;
    let held =
        bill.lines.iter().find(|line| line.key == "lambda.provisioned_held").expect("a line for held copies");
    assert!((held.cost.0 - 328.50).abs() < 0.01, "{held:?}");
    assert!((outcome("").counts.cold as f64 / 82_000.0 - 0.014).abs() < 0.001);
}

#[test]
fn a_queue_saves_the_batch_of_which_half_is_turned_away_without() {
    let direct = evaluate(&of("batch-2000", ""));
    assert!((direct.unanswered_share() - 0.5).abs() < 0.05, "{:?}", direct.counts);
    let queued = evaluate(&of("batch-2000", "&queue=on"));
    assert_eq!((queued.counts.answered, queued.unanswered_share()), (2_000, 0.0));
    assert!(queued.latency.p99_s > direct.latency.p99_s, "the wait shows");
}

#[test]
fn messages_longer_at_work_than_they_are_hidden_are_worked_on_twice() {
    let hidden =
        |seconds| evaluate(&of("batch-2000", &format!("&queue=on&waiting_ms=5000&visibility_s={seconds}")));
    let (long, short) = (hidden(60), hidden(3));
    assert_eq!(long.counts.duplicates, 0);
    assert!(short.counts.duplicates > 1_000, "{:?}", short.counts);
    assert_eq!(short.counts.answered, 2_000, "and still none is lost");
    assert!(short.usage.on_demand_ms > long.usage.on_demand_ms, "twice the work is paid for");
}

#[test]
fn a_queue_before_a_full_function_keeps_what_is_refused() {
    let refused = evaluate(&of("batch-2000", "&queue=on&concurrency_limit=5&visibility_s=30"));
    assert!(refused.counts.batches_refused > 0, "{:?}", refused.counts);
    assert_eq!(refused.counts.answered, 2_000);
}

#[test]
fn batches_take_fewer_calls_and_longer_waits() {
    let batches = |size| evaluate(&of("batch-2000", &format!("&queue=on&batch_size={size}")));
    let (one, ten) = (batches(1), batches(10));
    assert_eq!((one.usage.invocations, ten.usage.invocations), (2_000, 200));
    assert!(ten.latency.p50_s > one.latency.p50_s);
}

#[test]
fn the_night_before_decides_what_midnight_finds() {
    let cyclic = evaluate(&of("steady-1000", "&curve=12:20"));
    let deployed = evaluate(&of("steady-1000", "&curve=12:20&just_deployed=on"));
    assert!(deployed.counts.cold > cyclic.counts.cold, "an empty fleet starts more");
}

#[test]
fn estimates_of_the_situations_are_near_the_simulated_day() {
    for link in [
        "situation=notifications",
        "situation=notifications&provisioned=10",
        "situation=notifications&provisioned=30",
        "situation=notifications&provisioned=60",
        "situation=notifications&memory_mb=1024",
        "situation=batch-2000",
        "situation=batch-2000&queue=on",
        "situation=ramp-1000",
        "situation=steady-1000&curve=12:50",
    ] {
        let scenario = Scenario::from_link(link).expect(link);
        let (quick, exact) = (estimate(&scenario), evaluate(&scenario));
        assert!(
            near(quick.latency.p99_s, exact.latency.p99_s, 0.05),
            "{link}: {:?} {:?}",
            quick.latency,
            exact.latency
        );
        assert!(
            near(quick.bill.total.0, exact.bill.total.0, 0.02),
            "{link}: {:?} {:?}",
            quick.bill.total,
            exact.bill.total
        );
        assert!((quick.unanswered_share() - exact.unanswered_share()).abs() < 0.01, "{link}");
    }
}
