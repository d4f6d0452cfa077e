//! What bounds a fleet: places, requests a second, new environments; and copies that are held by the hour;
//! and what another processor changes.

use burstlab_engine::{
    scenario::{Outcome, Scenario, estimate, evaluate},
    theory::erlang_b,
};

fn of(link: &str) -> Scenario {
    Scenario::from_link(link).expect("a valid link")
}

fn answered(link: &str) -> [u64; 2] {
    let scenario = of(link);
    [evaluate(&scenario).counts.answered, estimate(&scenario).counts.answered]
}

#[test]
fn a_batch_finds_as_many_places_as_are_its_own() {
    for (settings, places) in [
        ("concurrency_limit=700", 700),
        ("used_by_others=900", 100),
        ("used_by_others=1500", 0),
        ("reserved_concurrency=300", 300),
        ("reserved_concurrency=300&used_by_others=900", 300),
        ("reserved_concurrency=1200", 1_000),
    ] {
        let found = answered(&format!("situation=batch-2000&{settings}"));
        assert_eq!(found, [places, places], "{settings}, simulated and estimated");
    }
}

#[test]
fn new_copies_start_by_the_rule_of_their_time() {
    const LARGE: &str = "situation=batch-2000&concurrency_limit=10000&spikes=2:5000";
    for (settings, placed) in [
        ("", 1_000),
        ("&scaling_per_10_s=2000", 2_000),
        ("&scaling_rule=until_2023", 3_000),
        ("&scaling_rule=until_2023&scaling_burst=500", 500),
    ] {
        assert_eq!(answered(&format!("{LARGE}{settings}")), [placed, placed], "{settings}");
    }
    // A minute later those started are there, and 500 more may start.
    let later = "situation=batch-2000&concurrency_limit=10000&spikes=2:5000,2.016666667:5000";
    let counts = evaluate(&of(&format!("{later}&scaling_rule=until_2023"))).counts;
    assert_eq!(counts.answered, 3_000 + 3_500);
}

#[test]
fn short_requests_are_bounded_by_their_rate_before_their_places() {
    // 100 a second of 10 ms: one at work on average, five places, and ten requests a second for each.
    let short = "situation=steady-1000&curve=12:100&waiting_ms=10&computing_ms=0&concurrency_limit=5";
    for (settings, share) in [("", 0.5), ("&requests_per_copy=1000", 0.003)] {
        let scenario = of(&format!("{short}{settings}"));
        for outcome in [evaluate(&scenario), estimate(&scenario)] {
            let turned_away = outcome.unanswered_share();
            assert!((turned_away - share).abs() < 0.003, "{settings}: {turned_away} for {share}");
        }
    }
}

#[test]
fn copies_kept_warm_are_used_first_and_what_spills_over_is_erlangs() {
    // Requests that find all held copies at work go elsewhere: those copies are a loss system.
    let base = "situation=steady-1000&curve=12:20&waiting_ms=1000&computing_ms=0&keep_alive_s=7200";
    for held in [1, 15, 20, 30] {
        let scenario = of(&format!("{base}&provisioned={held}"));
        let spilt = erlang_b(held, 20.0);
        for Outcome { fidelity, usage, .. } in [evaluate(&scenario), estimate(&scenario)] {
            let share = usage.on_demand_ms as f64 / (usage.on_demand_ms + usage.provisioned_ms) as f64;
            assert!((share - spilt).abs() < 0.01, "{held} held, {fidelity:?}: {share} for {spilt}");
        }
    }
}

/// Steady traffic with copies kept warm between two hours.
fn scheduled(hours: &str) -> [Outcome; 2] {
    let scenario = of(&format!("situation=steady-1000&curve=12:5&provisioned=6&{hours}"));
    [evaluate(&scenario), estimate(&scenario)]
}

#[test]
fn copies_kept_warm_by_the_hour_are_paid_for_by_the_hour() {
    let all_day = &scheduled("")[0].usage;
    for (hours, minutes) in [
        ("provisioned_from_h=9&provisioned_to_h=17", 480),
        ("provisioned_from_h=22&provisioned_to_h=6", 480),
        ("provisioned_from_h=9&provisioned_to_h=9.05", 5),
    ] {
        let share = if minutes > 5 { minutes as f64 / 1_440.0 } else { 3.0 / 1_440.0 };
        for Outcome { fidelity, usage, .. } in scheduled(hours) {
            assert_eq!(usage.provisioned_held_ms, 6 * minutes * 60_000, "{hours}, {fidelity:?}");
            let in_held = usage.provisioned_ms as f64 / all_day.provisioned_ms as f64;
            // The estimate knows no more of an hour than its slices of ten minutes.
            assert!((in_held - share).abs() < 0.01, "{hours}, {fidelity:?}: {in_held} for {share}");
        }
    }
}

#[test]
fn whoever_comes_while_copies_are_held_finds_one_ready() {
    let minutes = |outcome: &Outcome, from: usize, to: usize| -> u32 {
        outcome.minutes[from..to].iter().map(|minute| minute.cold).sum()
    };
    let link = "situation=notifications&curve=12:0.01&spikes=&provisioned=3";
    let held = evaluate(&of(&format!("{link}&provisioned_from_h=9&provisioned_to_h=17&keep_alive_s=60")));
    assert_eq!(minutes(&held, 9 * 60, 17 * 60), 0);
    assert!(minutes(&held, 0, 9 * 60) > 50 && minutes(&held, 17 * 60, 24 * 60) > 50, "and else starts");
}

#[test]
fn a_line_is_emptied_by_the_rule_of_its_pollers() {
    // 20,000 jobs of a second each: the faster the pollers grow, the sooner all are done.
    let base = "situation=batch-2000&queue=on&spikes=2:20000&waiting_ms=1000&computing_ms=0&waiting_spread=0\
        &scaling_per_10_s=100000&concurrency_limit=100000&visibility_s=3600";
    for (pollers, slowest_s) in [
        // Room grows by r a second from n: n t + r t² / 2 jobs are done after t seconds.
        ("today", 88.5),
        ("until_2023", 195.0),
        ("provisioned", 47.8),
        // 2,000 at once from the start, ten times over, and a start before the first.
        ("provisioned&least_pollers=200", 10.5),
    ] {
        let scenario = of(&format!("{base}&pollers={pollers}"));
        for outcome in [evaluate(&scenario), estimate(&scenario)] {
            let got = outcome.latency.p999_s;
            assert!((got / slowest_s - 1.0).abs() < 0.08, "{pollers}, {:?}: {got} s", outcome.fidelity);
        }
    }
}

#[test]
fn collecting_batches_takes_fewer_calls_and_longer_waits() {
    let base = "situation=steady-1000&curve=12:2&queue=on&waiting_ms=100&computing_ms=0&batch_size=10";
    for (window_s, messages_per_call, mean_wait_s) in [(0, 1.0, 0.0), (2, 5.0, 1.6), (60, 10.0, 3.2)] {
        let scenario = of(&format!("{base}&batch_window_s={window_s}"));
        for outcome in [evaluate(&scenario), estimate(&scenario)] {
            let per_call = outcome.counts.answered as f64 / outcome.usage.invocations as f64;
            let fidelity = outcome.fidelity;
            assert!(
                (per_call / messages_per_call - 1.0).abs() < 0.05,
                "{window_s}, {fidelity:?}: {per_call}"
            );
            let more = outcome.latency.mean_s - 0.1;
            assert!(
                (more - mean_wait_s).abs() < 0.25 * mean_wait_s + 0.05,
                "{window_s}, {fidelity:?}: {more} s"
            );
        }
    }
}

#[test]
fn the_same_work_costs_a_fifth_less_on_arm() {
    let bill = |processor| {
        let link = format!("situation=notifications&provisioned=5&architecture={processor}");
        [evaluate(&of(&link)), estimate(&of(&link))].map(|outcome| outcome.bill.total.0)
    };
    for (arm, x86) in bill("arm64").into_iter().zip(bill("x86")) {
        assert!((0.79..0.82).contains(&(arm / x86)), "{arm} for {x86}");
    }
}
