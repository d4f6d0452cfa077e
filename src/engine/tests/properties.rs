//! What must hold for every scenario.

use std::sync::Arc;

use burstlab_engine::{
    metrics::Cause,
    scenario::{CHOICES, Outcome, Run, Scenario, estimate, evaluate, knob, knobs, link_notes, presets},
    traffic::{Curve, Jobs, Point, Series, Spike},
    units::PerSecond,
    workload::{Architecture, Network, Packaging},
};
use proptest::{prelude::*, test_runner::RngSeed};

/// The same cases in every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` try others.
fn config() -> ProptestConfig {
    let seeded = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let by_hand = std::env::var_os("PROPTEST_CASES").is_some();
    if by_hand { seeded } else { ProptestConfig { cases: 48, rng_seed: RngSeed::Fixed(1), ..seeded } }
}

/// Any scenario that is quick to simulate: up to about 100,000 requests a day.
fn scenarios() -> impl Strategy<Value = Scenario> {
    let points = prop::collection::vec((0.0..24.0, 0.0..2.0), 1..6);
    let spikes = prop::collection::vec((0.0..24.0, 0_u32..400), 0..4);
    let shares = prop::collection::vec(0.0..1.0, knobs().count());
    let choices = prop::collection::vec(any::<prop::sample::Index>(), CHOICES.len());
    let base = (points, spikes, shares, choices, 0_u64..1_000);
    (base, imported()).prop_map(|((points, spikes, shares, choices, seed), (series, instants))| {
        let mut scenario = Scenario { seed, ..Scenario::silent() };
        for (choice, index) in CHOICES.iter().zip(choices) {
            let options = (choice.options)();
            (choice.set)(&mut scenario, options[index.index(options.len())].0);
        }
        for (knob, share) in knobs().zip(shares) {
            let spec = knob.spec();
            // Most of the range is at its small end: limits that bind, and work that takes seconds, not hours.
            knob.set(&mut scenario, spec.least + (spec.most - spec.least) * share * share * share * share);
        }
        // Few jobs, little growth: a day shall stay one of so many requests.
        let traffic = &mut scenario.traffic;
        let Jobs { every_min, requests, .. } = traffic.jobs;
        traffic.jobs =
            Jobs { requests: requests % 50, every_min: every_min.min(1) * (every_min + 9), ..traffic.jobs };
        traffic.growth = traffic.growth.min(1.5);
        if seed % 2 == 0 {
            traffic.weekend_share = 1.0;
        }
        (traffic.series, traffic.instants) = (series, instants);
        let points = points.into_iter().map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
        let spikes = spikes.into_iter().map(|(hour, requests)| Spike { hour, requests });
        scenario.with_curve(Curve::new(points.collect())).with_spikes(spikes.collect())
    })
}

/// Counts and arrivals from elsewhere; none in half of the cases.
fn imported() -> impl Strategy<Value = (Option<Arc<Series>>, Arc<[f64]>)> {
    let steps = prop::sample::select(vec![60_u32, 300, 3_600]);
    let counts = prop::collection::vec(prop_oneof![0.0..200.0, (0_u32..200).prop_map(f64::from)], 1..24);
    let series = prop::option::of((steps, counts))
        .prop_map(|series| series.map(|(every_s, counts)| Arc::new(Series::new(every_s, counts))));
    let instants =
        prop::collection::vec(prop_oneof![0.0..86_400.0, (0_u32..86_400).prop_map(f64::from)], 0..40);
    let instants = prop_oneof![Just(Vec::new()), instants].prop_map(|mut instants: Vec<f64>| {
        instants.sort_by(f64::total_cmp);
        Arc::from(instants)
    });
    (series, instants)
}

fn with(mut scenario: Scenario, key: &str, value: f64) -> Scenario {
    knob(key).expect("a knob of this name").set(&mut scenario, value);
    scenario
}

fn choosing(mut scenario: Scenario, key: &str, name: &str) -> Scenario {
    let choice = CHOICES.iter().find(|choice| choice.key == key).expect("a choice of this name");
    (choice.set)(&mut scenario, name);
    scenario
}

/// The same with nothing that fails, is cut off, or is sent again: each request is its work, once.
fn faultless(scenario: Scenario) -> Scenario {
    let settings = [
        ("timeout_s", 900.0),
        ("error_percent", 0.0),
        ("handshake_ms", 0.0),
        ("dependency_ms", 0.0),
        ("caller_retries", 0.0),
        ("patience_s", 0.0),
    ];
    let scenario = settings.into_iter().fold(scenario, |scenario, (key, value)| with(scenario, key, value));
    choosing(scenario, "way_in", "function_url")
}

/// The same with nothing but the concurrency limit to turn anybody away, and that far off; copies kept warm are
/// so all day.
fn unlimited(scenario: Scenario) -> Scenario {
    let settings = [
        ("concurrency_limit", 100_000.0),
        ("reserved_concurrency", 0.0),
        ("used_by_others", 0.0),
        ("requests_per_copy", 1_000.0),
        ("scaling_per_10_s", 100_000.0),
        ("provisioned_from_h", 0.0),
        ("provisioned_to_h", 24.0),
    ];
    let scenario = settings.into_iter().fold(scenario, |scenario, (key, value)| with(scenario, key, value));
    choosing(choosing(scenario, "scaling_rule", "today"), "provisioned_by", "schedule")
}

fn bytes(outcome: &Outcome) -> String {
    serde_json::to_string(outcome).expect("an outcome becomes JSON")
}

/// Every number of an outcome is finite and not negative.
fn assert_sane(outcome: &Outcome) {
    let latency = outcome.latency;
    let numbers = [
        latency.mean_s,
        latency.p50_s,
        latency.p90_s,
        latency.p95_s,
        latency.p99_s,
        latency.p999_s,
        outcome.bill.total.0,
        outcome.fleet.busy_mean,
        outcome.fleet.idle_mean,
    ];
    assert!(numbers.iter().all(|number| number.is_finite() && *number >= 0.0), "{numbers:?}");
    assert!(
        latency.p50_s <= latency.p90_s && latency.p95_s <= latency.p99_s && latency.p99_s <= latency.p999_s
    );
    assert!((0.0..=1.0).contains(&outcome.unanswered_share()) && (0.0..=1.0).contains(&outcome.cold_share()));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_request_is_accounted_for(scenario in scenarios()) {
        let outcome = evaluate(&scenario);
        assert_sane(&outcome);
        let counts = outcome.counts;
        prop_assert_eq!(counts.arrived, counts.answered + counts.unanswered());
        let minutes = |value: fn(&burstlab_engine::metrics::Minute) -> u32| -> u64 {
            outcome.minutes.iter().map(|minute| u64::from(value(minute))).sum()
        };
        prop_assert_eq!(minutes(|minute| minute.arrived), counts.arrived);
        prop_assert_eq!(minutes(|minute| minute.answered), counts.answered);
        prop_assert_eq!(minutes(|minute| minute.cold), counts.cold);
        prop_assert_eq!(minutes(|minute| minute.throttled), counts.throttled);
        prop_assert_eq!(minutes(|minute| minute.failed), counts.failed + counts.timed_out);
        prop_assert_eq!(minutes(|minute| minute.dropped), counts.dead_lettered + counts.lost);
        let caused_us: u64 = outcome.minute_causes_us.iter().flatten().sum();
        let answered_us = outcome.latency.mean_s * 1e6 * counts.answered as f64;
        prop_assert!((caused_us as f64 - answered_us).abs() <= 1e-6 * answered_us + 1_440.0 * 8.0);
        let time_s: f64 = outcome.all.causes.iter().map(|share| share.mean_s).sum();
        prop_assert!((time_s - outcome.latency.mean_s).abs() <= 1e-6 * outcome.latency.mean_s.max(1e-6));
    }

    #[test]
    fn an_estimate_never_fails_and_accounts_for_every_request(scenario in scenarios()) {
        let outcome = estimate(&scenario);
        assert_sane(&outcome);
        let counts = outcome.counts;
        prop_assert_eq!(counts.arrived, counts.answered + counts.unanswered());
    }

    #[test]
    fn how_a_day_is_cut_into_slices_does_not_show(scenario in scenarios(), slice in 1_u64..5_000) {
        let mut run = Run::new(&scenario);
        while !run.advance(slice) {}
        prop_assert_eq!(bytes(&run.outcome()), bytes(&evaluate(&scenario)));
    }

    #[test]
    fn a_queue_never_loses_a_request(scenario in scenarios()) {
        let outcome = evaluate(&choosing(scenario, "queue", "on"));
        prop_assert_eq!(outcome.counts.throttled, 0);
    }

    #[test]
    fn a_higher_limit_never_throttles_more(scenario in scenarios(), limit in 1.0..60_f64) {
        // Where nothing has to start, a request's length does not depend on the limit.
        let scenario = choosing(faultless(scenario), "queue", "off");
        let scenario = with(unlimited(scenario), "keep_alive_s", 7_200.0);
        let mut scenario = with(with(scenario, "package_mb", 0.0), "provisioned", 0.0);
        choosing_nothing_to_start(&mut scenario);
        let throttled = |limit| evaluate(&with(scenario.clone(), "concurrency_limit", limit)).counts.throttled;
        prop_assert!(throttled(limit.round() + 1.0) <= throttled(limit.round()));
    }

    #[test]
    fn more_kept_warm_never_starts_more_and_never_costs_less_to_hold(scenario in scenarios(), kept in 0.0..50_f64) {
        let mut scenario = choosing(unlimited(faultless(scenario)), "queue", "off");
        choosing_nothing_to_start(&mut scenario);
        // An age limit may move a start by hours, and with it what else is cold.
        let scenario = choosing(scenario, "keep_alive", "fixed");
        let run = |kept| evaluate(&with(scenario.clone(), "provisioned", kept));
        let (fewer, more) = (run(kept.round()), run(kept.round() + 3.0));
        prop_assert!(more.counts.cold <= fewer.counts.cold);
        prop_assert!(more.usage.provisioned_held_ms > fewer.usage.provisioned_held_ms);
    }

    #[test]
    fn a_longer_keep_alive_never_starts_more(scenario in scenarios(), idle_s in 1.0..3_600_f64) {
        let mut scenario = choosing(unlimited(faultless(scenario)), "queue", "off");
        choosing_nothing_to_start(&mut scenario);
        let scenario = choosing(scenario, "keep_alive", "fixed");
        let cold = |idle_s| evaluate(&with(scenario.clone(), "keep_alive_s", idle_s)).counts.cold;
        prop_assert!(cold(idle_s * 2.0) <= cold(idle_s));
    }

    #[test]
    fn more_memory_never_works_longer(scenario in scenarios(), memory in 128.0..10_000_f64) {
        // Nobody is turned away, so that the same requests are compared.
        let scenario = unlimited(faultless(scenario));
        let scenario = choosing(scenario, "queue", "off");
        let day = |memory| evaluate(&with(scenario.clone(), "memory_mb", memory));
        let (more, less) = (day(memory.round() + 240.0), day(memory.round()));
        // Nor is anybody cut off: what is answered only with more memory would count there alone.
        prop_assume!(less.counts.timed_out == 0);
        let work_s = |day: &Outcome| -> f64 {
            let causes = day.all.causes.iter();
            let work = causes.filter(|share| matches!(share.cause, Cause::Waiting | Cause::Computing));
            work.map(|share| share.mean_s).sum()
        };
        prop_assert!(work_s(&more) <= work_s(&less));
    }

    #[test]
    fn documents_and_links_read_back_as_they_were_written(scenario in scenarios()) {
        let read = Scenario::parse(&scenario.to_json()).expect("its own document");
        prop_assert_eq!(&read, &scenario);
        let read = Scenario::from_link(&scenario.to_link()).expect("its own link");
        prop_assert_eq!(&read, &scenario);
    }

    #[test]
    fn no_text_makes_the_door_fail(text in ".{0,200}", cut in any::<prop::sample::Index>()) {
        let _ = Scenario::parse(&text);
        let _ = Scenario::from_link(&text);
        let _ = link_notes(&text);
        let link = presets()[0].scenario.clone().with_spikes(vec![]).to_link();
        let cut = &link[..cut.index(link.len())];
        let _ = Scenario::from_link(cut);
    }
}

/// Starts that take no time at all, so that a cold request is as long as a warm one.
fn choosing_nothing_to_start(scenario: &mut Scenario) {
    static INSTANT: std::sync::OnceLock<burstlab_engine::workload::Runtime> = std::sync::OnceLock::new();
    scenario.function = burstlab_engine::workload::Function {
        package_mb: 0.0,
        packaging: Packaging::Zip,
        architecture: Architecture::X86,
        network: Network::Public,
        snapshot: false,
        ..scenario.function
    };
    scenario.function.runtime = INSTANT.get_or_init(|| burstlab_engine::workload::Runtime {
        init_ms_p50: 0.0,
        ..burstlab_engine::workload::runtimes()[0].clone()
    });
}
