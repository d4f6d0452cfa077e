//! How many copies to keep warm for a p99, held against simulated days.

use burstlab_engine::scenario::{NotByWarmth, Outcome, Scenario, evaluate, knob, warm_copies_for};

fn of(link: &str) -> Scenario {
    Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
}

fn day_with(scenario: &Scenario, copies: u32) -> Outcome {
    let mut scenario = scenario.clone();
    knob("provisioned").expect("a knob of this name").set(&mut scenario, f64::from(copies));
    evaluate(&scenario)
}

#[test]
fn so_many_copies_meet_the_target_and_noticeably_fewer_do_not() {
    for (link, target_s) in [
        ("situation=notifications", 1.0),
        ("situation=notifications", 1.5),
        ("situation=notifications&provisioned=20", 0.7),
        ("situation=cold-package", 1.0),
        ("situation=cold-package&package_mb=20", 0.5),
        ("situation=warm-ten&provisioned=0", 1.0),
        ("situation=mvp&spikes=8:400,12:500,20:600", 0.4),
        ("situation=notifications&provisioned_from_h=6&provisioned_to_h=20", 1.5),
        ("situation=notifications&dependency_ms=50", 1.0),
        ("situation=notifications&weekend_share=0.5", 1.0),
    ] {
        let scenario = of(link);
        let settled = evaluate(&scenario);
        for settled in [None, Some(&settled)] {
            let warm = warm_copies_for(&scenario, target_s, settled).expect(link);
            let day = day_with(&scenario, warm.copies);
            let (p99_s, usd) = (day.latency.p99_s, day.bill.total.0);
            // About: a few more or fewer than the number found.
            let slack = 2 + warm.copies / 12;
            let with_more = day_with(&scenario, warm.copies + slack).latency.p99_s;
            assert!(
                with_more <= target_s * 1.02,
                "{link} within {target_s}: {warm:?}, {p99_s} s, {with_more} s"
            );
            assert!((warm.usd / usd - 1.0).abs() < 0.02, "{link}: {warm:?} for ${usd}");
            if let Some(fewer) = warm.copies.checked_sub(slack) {
                let with_fewer = day_with(&scenario, fewer).latency.p99_s;
                assert!(with_fewer > target_s * 0.98, "{link} within {target_s}: {warm:?}, {with_fewer} s");
            }
        }
    }
}

#[test]
fn where_the_target_is_met_already_no_copy_has_to_be_kept() {
    for link in ["situation=mvp", "situation=steady-1000&curve=12:20", "situation=cold-package&package_mb=1"]
    {
        let warm = warm_copies_for(&of(link), 5.0, None).expect(link);
        assert_eq!(warm.copies, 0, "{link}: {warm:?}");
        assert!(warm.p99_s <= 5.0 && warm.usd > 0.0, "{link}: {warm:?}");
    }
}

#[test]
fn where_no_number_of_copies_is_enough_the_reason_is_said() {
    for (link, target_s, why) in [
        ("situation=notifications", 0.4, NotByWarmth::Work),
        ("situation=notifications&queue=on", 1.0, NotByWarmth::InLine),
        ("situation=notifications&provisioned_by=target_tracking", 1.0, NotByWarmth::ByUse),
        (
            "situation=notifications&spikes=0..23:2000&concurrency_limit=5000&scaling_per_10_s=5000",
            1.0,
            NotByWarmth::TooFew,
        ),
    ] {
        assert_eq!(warm_copies_for(&of(link), target_s, None), Err(why), "{link}");
        assert!(!why.words().is_empty());
    }
}

#[test]
fn a_stricter_target_never_takes_fewer_copies() {
    let scenario = of("situation=notifications");
    let copies = [2.0, 1.8, 1.6, 1.4, 1.2, 1.0, 0.8, 0.7]
        .map(|target_s| warm_copies_for(&scenario, target_s, None).expect("a number").copies);
    assert!(copies.is_sorted() && copies[0] < copies[7], "{copies:?}");
}
