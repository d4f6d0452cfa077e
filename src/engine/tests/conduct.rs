//! What happens when things go wrong: work that fails or takes too long, a system that is slow, connections
//! that have to be made, callers and events that are tried again. Counted by hand, or against theory.

use burstlab_engine::{
    metrics::Cause,
    scenario::{Outcome, Scenario, evaluate},
};

/// One request every 10 s on average, each of exactly one second, unless the settings say otherwise.
fn day(settings: &str) -> Outcome {
    let base = "curve=0:0.1&waiting_ms=1000&waiting_spread=0&computing_ms=0&init_spread=0&keep_alive_s=7200";
    run(&format!("{base}&{settings}"))
}

/// So many requests at noon, each of exactly one second.
fn send(requests: u32, settings: &str) -> Outcome {
    let base = "waiting_ms=1000&waiting_spread=0&computing_ms=0&init_spread=0&keep_alive_s=7200";
    run(&format!("{base}&spikes=12:{requests}&{settings}"))
}

fn run(link: &str) -> Outcome {
    evaluate(&Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}")))
}

fn mean_s(outcome: &Outcome, cause: Cause) -> f64 {
    outcome.all.causes.iter().find(|share| share.cause == cause).map_or(0.0, |share| share.mean_s)
}

/// A share within four standard deviations.
fn assert_share(what: &str, got: u64, of: u64, expected: f64) {
    let (share, deviation) = (got as f64 / of as f64, (expected * (1.0 - expected) / of as f64).sqrt());
    assert!((share - expected).abs() <= 4.0 * deviation + 1e-12, "{what}: {share} for {expected}");
}

#[test]
fn as_many_fail_as_is_said_and_all_of_their_work_is_paid_for() {
    for (percent, share) in [(0.0, 0.0), (2.5, 0.025), (100.0, 1.0)] {
        let outcome = day(&format!("error_percent={percent}"));
        let counts = outcome.counts;
        assert_share("failed", counts.failed, counts.arrived, share);
        assert_eq!(counts.answered + counts.failed, counts.arrived);
        assert_eq!(outcome.usage.invocations, counts.arrived, "each is called once");
        assert!(outcome.usage.on_demand_ms >= 1_000 * counts.arrived);
    }
}

#[test]
fn what_takes_too_long_is_cut_off_paid_for_and_followed_by_a_start() {
    let outcome = day("timeout_s=1");
    assert_eq!(outcome.counts.timed_out, 0, "to the last moment");
    let cut = day("waiting_ms=1001&timeout_s=1");
    assert_eq!(cut.counts.timed_out, cut.counts.arrived);
    // Only an environment's first start is apart from the call; later ones are cut off with it.
    let started_ms = cut.usage.on_demand_ms - 1_000 * cut.usage.invocations;
    let init_ms = send(1, "").latency.p50_s * 1e3 - 1_000.0;
    assert!((started_ms as f64 - init_ms * cut.fleet.started as f64).abs() <= 0.02 * started_ms as f64);
    // Half of the requests: each cut-off one makes the next on its copy start anew.
    let half = day("timeout_s=2&waiting_ms=2000&waiting_spread=0.5&reserved_concurrency=1");
    let work_over = half.counts.timed_out as f64 / (half.counts.answered + half.counts.timed_out) as f64;
    assert!(work_over > 0.42, "the mean is above the median, and a start comes on top: {work_over}");
    assert!(mean_s(&half, Cause::ColdStart) > 0.1 * mean_s(&send(1, ""), Cause::ColdStart));
}

#[test]
fn connections_are_made_by_a_copys_first_request_or_by_each() {
    let kept = day("handshake_ms=80");
    let expected = 0.08 * kept.fleet.started as f64 / kept.counts.answered as f64;
    assert!((mean_s(&kept, Cause::Handshake) / expected - 1.0).abs() < 1e-6);
    let each = day("handshake_ms=80&connections=each_time");
    assert!((mean_s(&each, Cause::Handshake) - 0.08).abs() < 1e-9);
    let warm = send(10, "handshake_ms=80&provisioned=10");
    assert_eq!(warm.counts.cold, 0);
    assert!((mean_s(&warm, Cause::Handshake) - 0.08).abs() < 1e-9, "also a copy kept warm has to connect");
}

#[test]
fn a_system_that_is_asked_has_a_tail_errors_and_a_cache() {
    let asked = "dependency_ms=100&dependency_spread=0";
    let mean = |settings: &str| mean_s(&day(&format!("{asked}&{settings}")), Cause::Dependency);
    assert!((mean("") - 0.1).abs() < 1e-9);
    // 5 of 100 take ten times as long: 0.95 × 0.1 s + 0.05 × 1 s, and the p99 is a slow one.
    let slow = day(&format!("{asked}&dependency_slow_percent=5&dependency_slow_factor=10"));
    assert!((mean_s(&slow, Cause::Dependency) - 0.145).abs() < 0.01);
    assert!((slow.latency.p99_s - 2.0).abs() < 0.02, "{}", slow.latency.p99_s);
    // 80 of 100 are answered by the cache in 1 ms.
    assert!((mean("dependency_hit_percent=80") - (0.2 * 0.1 + 0.8 * 0.001)).abs() < 0.004);
    // 30 of 100 calls fail; two more tries leave 0.3³, and the pauses are 0.1 s and 0.2 s.
    let failing = day(&format!("{asked}&dependency_error_percent=30&dependency_retries=2"));
    assert_share("failed", failing.counts.failed, failing.counts.arrived, 0.027);
    let answered = 1.0 - 0.027;
    let retried = (0.3 * 0.7 * 0.2 + 0.09 * 0.7 * 0.5) / answered;
    assert!((mean_s(&failing, Cause::Retry) / retried - 1.0).abs() < 0.1, "{retried}");
}

#[test]
fn a_copy_that_remembers_asks_once_in_a_while() {
    // One copy, a Poisson process: after an answer it asks again with the first request past the time, so a
    // share of 1 ÷ (1 + rate × time) asks.
    let outcome = day(
        "curve=0:0.02&dependency_ms=100&dependency_spread=0&remembered_s=300&reserved_concurrency=1&provisioned=1",
    );
    let asked = mean_s(&outcome, Cause::Dependency) / 0.1;
    let expected = 1.0 / (1.0 + 0.02 * 300.0);
    assert!((asked / expected - 1.0).abs() < 0.15, "{asked} for {expected}");
    let never = day("dependency_ms=100&dependency_spread=0&remembered_s=0");
    assert!((mean_s(&never, Cause::Dependency) - 0.1).abs() < 1e-9);
}

#[test]
fn callers_who_try_again_are_answered_once_there_is_room() {
    let turned_away = send(50, "reserved_concurrency=10");
    assert_eq!((turned_away.counts.answered, turned_away.counts.throttled), (10, 40));
    let again = send(50, "reserved_concurrency=10&caller_retries=8&caller_backoff_ms=1000");
    assert_eq!((again.counts.answered, again.counts.throttled), (50, 0), "{:?}", again.counts);
    assert!(again.counts.retried >= 40);
    assert!(mean_s(&again, Cause::Retry) > 1.0, "they wait for others' work of a second");
    assert_eq!(again.usage.invocations, 50, "being turned away costs nothing");
    let once = send(50, "reserved_concurrency=10&caller_retries=1&caller_backoff_ms=100");
    assert_eq!(once.counts.throttled, 40, "a tenth of a second is not enough");
}

#[test]
fn senders_that_do_not_wait_send_the_work_again_and_again() {
    let settings = "patience_s=1&waiting_ms=2000&caller_retries=2&provisioned=100";
    let outcome = send(10, &format!("{settings}&retry_on=anything"));
    assert_eq!(outcome.counts.timed_out, 10);
    assert_eq!(
        (outcome.usage.invocations, outcome.counts.duplicates),
        (30, 20),
        "each is worked on three times"
    );
    let once = send(10, settings);
    assert_eq!((once.usage.invocations, once.counts.timed_out), (10, 10), "who only minds being turned away");
    // Half of the tries fail: two more leave one in eight.
    let failing = day("error_percent=50&caller_retries=2&retry_on=anything");
    assert_share("failed", failing.counts.failed, failing.counts.arrived, 0.125);
}

#[test]
fn events_wait_for_a_place_and_are_tried_again_after_one_minute_and_two() {
    let waited = send(50, "way_in=event&reserved_concurrency=10");
    assert_eq!((waited.counts.answered, waited.counts.throttled), (50, 0));
    assert!(waited.counts.refused >= 40 && mean_s(&waited, Cause::Queue) > 1.0);
    for (dead_letters, ends) in [("off", (0, 20)), ("on", (20, 0))] {
        let failed = send(20, &format!("way_in=event&error_percent=100&dead_letters={dead_letters}"));
        assert_eq!((failed.counts.dead_lettered, failed.counts.lost), ends);
        assert_eq!(failed.usage.invocations, 60, "a try and two more");
    }
    // With half of them failing: a quarter is answered by the second try, some 61 s later, and an eighth by
    // the third, after 182 s and more.
    let outcome = day("way_in=event&error_percent=50");
    assert_share("lost", outcome.counts.lost, outcome.counts.arrived, 0.125);
    let retry_s = mean_s(&outcome, Cause::Retry);
    let expected = (0.25 * 61.0 + 0.125 * 182.0) / 0.875;
    assert!((retry_s / expected - 1.0).abs() < 0.05, "{retry_s} for {expected}");
    let none = day("way_in=event&error_percent=50&event_retries=0");
    assert_share("lost at once", none.counts.lost, none.counts.arrived, 0.5);
}

#[test]
fn events_that_grow_too_old_are_given_up() {
    let old = send(2_000, "way_in=event&reserved_concurrency=5&event_max_age_s=60&dead_letters=on");
    // Five places for a minute of one-second events, and pauses that leave some of them empty.
    let answered = old.counts.answered;
    assert!(
        (150..=310).contains(&answered) && answered + old.counts.dead_lettered == 2_000,
        "{:?}",
        old.counts
    );
    assert!(old.latency.p999_s < 62.5, "{}", old.latency.p999_s);
}

#[test]
fn one_setting_leaves_the_luck_of_the_others() {
    // Whether a request fails by itself does not change how its system answers.
    let asked = "dependency_ms=100&dependency_slow_percent=20";
    let (clean, failing) = (day(asked), day(&format!("{asked}&error_percent=100")));
    assert_eq!(clean.fleet, failing.fleet);
    assert_eq!(clean.usage.on_demand_ms, failing.usage.on_demand_ms);
}
