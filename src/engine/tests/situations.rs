//! The situations of the catalog, against an independent simulation of the same settings and the claims that they
//! come from.

use burstlab_engine::{
    pricing::DAYS_PER_MONTH,
    random::math::exp,
    scenario::{Outcome, Scenario, estimate, evaluate},
};

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

/// What a month of calls costs by the price list: dollars for so many calls of so many GB and seconds.
fn listed(calls: f64, gb: f64, seconds: f64) -> f64 {
    calls * (0.20e-6 + gb * seconds * 0.000_016_666_7)
}

/// A month of so many messages a day through a queue, taken one by one or in tens: each is sent, and each
/// batch received and deleted; five pollers look into the empty queue every 20 s.
fn queued(messages: f64, batch: f64) -> f64 {
    0.40e-6 * (messages * (1.0 + 2.0 / batch) + 5.0 * 86_400.0 / 20.0) * DAYS_PER_MONTH
}

const PRICE: fn(&Outcome) -> f64 = |outcome| outcome.bill.total.0;
const P99: fn(&Outcome) -> f64 = |outcome| outcome.latency.p99_s;

/// What is paid for time at work alone.
const DURATION: fn(&Outcome) -> f64 = |outcome| {
    outcome.bill.lines.iter().find(|line| line.key == "lambda.duration").map_or(0.0, |line| line.cost.0)
};

#[test]
fn situations_cost_and_wait_what_arithmetic_says_of_their_reports() {
    let cold_only = |median: f64, work: f64| median * exp(0.2 * 1.25) + work;
    for (situation, changes, measure, expected, within) in [
        ("mvp", "", PRICE, listed(3e6, 0.5, 0.2) + 3.0, 0.02),
        ("mvp", "&way_in=function_url", PRICE, listed(3e6, 0.5, 0.2), 0.02),
        ("webhook", "", PRICE, listed(1e6, 0.25, 0.05), 0.02),
        ("webhook", "&way_in=http_api", PRICE, listed(1e6, 0.25, 0.05) + 1.0, 0.02),
        ("streams", "", PRICE, listed(2.628e6, 0.5, 0.2), 0.02),
        // 1,000 documents are 150 s of work for twenty; 1 in 100 of all is 1 in 18 of those in line.
        ("documents", "", P99, 150.0 * (1.0 - 0.01 * 17_400.0 / 3_077.0) + 3.0, 0.03),
        ("documents", "", PRICE, listed(17_400.0 * DAYS_PER_MONTH, 1.0, 3.0) + queued(17_400.0, 1.0), 0.02),
        ("statements", "", P99, 0.99 * 100_000.0 * 0.5 / 20.0, 0.02),
        ("statements", "&max_concurrency=40", P99, 0.99 * 100_000.0 * 0.5 / 40.0, 0.02),
        (
            "statements",
            "",
            PRICE,
            listed(10_000.0 * DAYS_PER_MONTH, 0.5, 5.0) + queued(100_000.0, 10.0),
            0.02,
        ),
        // One in nine waits for a start: the slowest 1 in 100 of all are the slowest 1 in 9 of these.
        ("cold-package", "", P99, cold_only(3.26, 0.12), 0.05),
        ("cold-package", "&package_mb=6", P99, cold_only(0.373, 0.12), 0.05),
        ("cold-runtime", "&runtime=go&package_mb=5&curve=0:0.01", P99, 0.19, 0.05),
        ("warm-ten", "", PRICE, 54.75 + 0.1, 0.02),
        ("right-size", "", DURATION, listed(52.56e6, 1.0, 0.2) - 10.512, 0.02),
        ("right-size", "&memory_mb=512", DURATION, 0.75 * (listed(52.56e6, 1.0, 0.2) - 10.512), 0.02),
        ("bill-shock", "&curve=0:10.2", PRICE, 50.0, 0.02),
        ("bill-shock", "&curve=0:306", PRICE, 1_500.0, 0.02),
        ("crossover-256", "", PRICE, 60.0, 0.02),
        ("ten-million", "", PRICE, 800.0, 0.02),
        ("ten-million", "&memory_mb=128&computing_ms=42", PRICE, listed(10e6, 0.125, 9.58), 0.02),
        ("steady-1000", "", PRICE, listed(2.628e9, 1.0, 0.1), 0.02),
    ] {
        let scenario = of(situation, changes);
        // Long days by their formulas, which another test holds against the simulation.
        let is_long = scenario.traffic.requests_per_day() > 1e7;
        let got = measure(&if is_long { estimate(&scenario) } else { evaluate(&scenario) });
        assert!(near(got, expected, within), "{situation}{changes}: {got} for {expected}");
    }
}

#[test]
fn situations_with_a_line_lose_nothing() {
    for situation in ["documents", "statements"] {
        let counts = evaluate(&of(situation, "")).counts;
        assert_eq!(
            (counts.throttled, counts.waiting, counts.duplicates),
            (0, 0, 0),
            "{situation}: {counts:?}"
        );
    }
}

#[test]
fn a_service_that_few_call_sleeps_as_often_as_its_gaps_are_long() {
    // A gap is longer than 640 s with the chance e^(-640 rate), and the next caller is cold.
    let scenario = of("cold-runtime", "");
    let rates = scenario.traffic.rates();
    let expected =
        |weight: fn(f64) -> f64| rates.iter().map(|rate| 60.0 * rate.0 * weight(rate.0)).sum::<f64>();
    let share = expected(|rate| exp(-640.0 * rate)) / expected(|_| 1.0);
    let days = (1..=20).map(|seed| evaluate(&of("cold-runtime", &format!("&seed={seed}"))).counts);
    let (cold, answered) =
        days.fold((0, 0), |(cold, answered), day| (cold + day.cold, answered + day.answered));
    assert!(near(cold as f64 / answered as f64, share, 0.1), "{cold} of {answered} for {share}");
    assert!(near(estimate(&scenario).cold_share(), share, 0.05), "and the estimate says so");
}

#[test]
fn ten_copies_kept_warm_take_the_starts_away_and_are_paid_at_night() {
    let (kept, none) = (evaluate(&of("warm-ten", "")), evaluate(&of("warm-ten", "&provisioned=0")));
    assert!(none.cold_share() < 0.02 && near(none.latency.p99_s, 2.5, 0.15), "{:?}", none.latency);
    assert!(kept.latency.p99_s < 0.4 && kept.cold_share() < 0.002, "{:?}", kept.latency);
    let held = kept.bill.lines.iter().find(|line| line.key == "lambda.provisioned_held");
    assert!(held.is_some_and(|line| (line.cost.0 - 54.75).abs() < 0.01), "{held:?}");
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
    assert!(refused.counts.refused > 0, "{:?}", refused.counts);
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
        "situation=mvp",
        "situation=webhook",
        "situation=streams",
        "situation=documents",
        "situation=statements",
        "situation=right-size",
        "situation=bill-shock",
        "situation=crossover-256",
        "situation=ten-million",
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
