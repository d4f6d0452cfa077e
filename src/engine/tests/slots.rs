//! The quick kernel against the exact one: other requests of the same law, and as many cold starts and copies, and as long
//! waits, in the mean of many days.

mod chance;

use burstlab_engine::{
    fleet::{
        Billing, Bounds, Calendar, DayRecord, Direct, Fleet, FunctionWideIdle, KeepAlive, ScalingRate,
        SlotWalk, Slots, Window, WorkStream,
    },
    scenario::{Fidelity, Outcome, Run, Scenario, evaluate},
    traffic::{Arrivals, Curve, Point, Rates, Sends, Spike},
    units::{DAY, Milliseconds, PerSecond, Seconds},
    workload,
};

use chance::{Chance, env};

/// Scenarios, and days of each, in every run; `SLOTS_CASES` and `SLOTS_DAYS` ask for others.
const CASES: u64 = 50;
const DAYS: u64 = 1;
const REQUESTS: f64 = 1e6;

/// What is compared, and how far its mean over all scenarios may be off beyond three of its standard errors, as a share;
/// days of one kernel are as different from each other as from the other's.
const COMPARED: [(&str, f64); 6] = [
    ("cold share", 0.01),
    ("copies", 0.005),
    ("copies at work", 0.001),
    ("most at work", 0.005),
    ("billed time", 0.001),
    ("p99", 0.005),
];

type Numbers = [f64; COMPARED.len()];

/// Any day of so many requests on which nothing but work happens.
fn scenario(case: u64) -> Scenario {
    let mut chance = Chance::of(case);
    let hill: Vec<_> = (0..1 + case % 6).map(|_| (24.0 * chance.share(), chance.between(0.2, 1.0))).collect();
    let mean = hill.iter().map(|&(_, height)| height).sum::<f64>() / hill.len() as f64;
    let rate = |height| PerSecond(height / mean * REQUESTS / 86_400.0);
    let curve = hill.iter().map(|&(hour, height)| Point { hour, rate: rate(height) }).collect();
    let spike = case.is_multiple_of(4).then(|| Spike { hour: 24.0 * chance.share(), requests: 1_000 });
    let mut scenario =
        Scenario::silent().with_curve(Curve::new(curve)).with_spikes(spike.into_iter().collect());
    // A third of them with a handful at work.
    let (fewest, most) = if case % 6 < 2 { (1.0, 10.0) } else { (8.0, 300.0) };
    let stay_s = chance.between(fewest, most) * 86_400.0 / REQUESTS;
    let (waiting_ms, function) = (chance.share() * stay_s * 1e3, &mut scenario.function);
    (function.waiting, function.waiting_spread) = (Milliseconds(waiting_ms), chance.share());
    (function.computing, function.computing_spread) =
        (Milliseconds(stay_s * 1e3 - waiting_ms), chance.share());
    function.memory = workload::vcpu_memory();
    let mut kept = || Seconds(chance.between(30.0 + 25.0 * stay_s, 1_800.0));
    scenario.fleet.keep_alive = match case % 2 {
        0 => KeepAlive::Fixed { idle: kept() },
        _ => {
            KeepAlive::FunctionWide { function_idle: kept(), surplus_idle: kept(), max_age: Seconds(7_200.0) }
        }
    };
    scenario
}

const WINDOW: Window = Window::day(135);

/// The day by the exact kernel and by the quick one.
fn both(scenario: &Scenario, seed: u64) -> [Numbers; 2] {
    let policy = FunctionWideIdle::of(scenario.fleet.keep_alive);
    let fleet = Fleet::new(policy, 0, u32::MAX, ScalingRate::unlimited(), calendar(scenario, seed));
    let exact = exact(scenario, seed, fleet);
    let mut record = DayRecord::new(WINDOW);
    let rate = scenario.traffic.peak_rate();
    let mut quick = Slots::new(flow(scenario, seed), work(scenario, seed), rate, policy, Billing::today());
    assert!(quick.advance(WINDOW.end(), u64::MAX, &mut record));
    record.close();
    assert_eq!(record.totals().arrived, record.latencies().count(), "all of them answered");
    [numbers(&exact), numbers(&record)]
}

fn exact(scenario: &Scenario, seed: u64, fleet: Fleet<FunctionWideIdle>) -> DayRecord {
    let mut record = DayRecord::new(WINDOW);
    let arrivals = Arrivals::new(&scenario.traffic, seed, WINDOW.first_minute());
    let mut direct = Direct::new(arrivals, fleet, work(scenario, seed));
    assert!(direct.advance(WINDOW.end(), u64::MAX, &mut record));
    record.close();
    record
}

fn work(scenario: &Scenario, seed: u64) -> WorkStream {
    WorkStream::new(scenario.function.laws(), seed, WINDOW.first_minute())
}

fn calendar<T: Copy>(scenario: &Scenario, seed: u64) -> Calendar<T> {
    Calendar::new(work(scenario, seed).mean_duration(), scenario.traffic.peak_rate())
}

fn flow(scenario: &Scenario, seed: u64) -> (Rates, Sends) {
    let (traffic, first_minute) = (&scenario.traffic, WINDOW.first_minute());
    (Rates::new(traffic, seed, first_minute), Sends::new(traffic, first_minute))
}

fn numbers(record: &DayRecord) -> Numbers {
    let totals = record.totals();
    let [busy, idle] = [totals.busy_ns, totals.idle_ns].map(|nanos| nanos as f64 / DAY.0 as f64);
    let cold_share = totals.cold as f64 / totals.arrived as f64;
    let (most, billed) = (f64::from(totals.busy_most), record.usage().on_demand_ms as f64);
    [cold_share, busy + idle, busy, most, billed, record.latencies().quantile(0.99).as_secs()]
}

/// The mean over days.
fn mean(days: &[[Numbers; 2]], kernel: usize, number: usize) -> f64 {
    days.iter().map(|day| day[kernel][number]).sum::<f64>() / days.len() as f64
}

#[test]
fn the_quick_kernel_is_not_biased_against_the_exact_one() {
    let (cases, days) = (env("SLOTS_CASES", CASES), env("SLOTS_DAYS", DAYS));
    let mut off = vec![Vec::new(); COMPARED.len()];
    for case in 0..cases {
        let scenario = scenario(case);
        let days: Vec<_> = (0..days).map(|day| both(&scenario, case * days + day)).collect();
        for (number, off) in off.iter_mut().enumerate() {
            off.push(mean(&days, 1, number) / mean(&days, 0, number) - 1.0);
        }
    }
    let mut misses = Vec::new();
    for ((what, most), off) in COMPARED.iter().zip(off) {
        let bias = off.iter().sum::<f64>() / cases as f64;
        let variance = off.iter().map(|off| (off - bias) * (off - bias)).sum::<f64>() / (cases - 1) as f64;
        let error = (variance / cases as f64).sqrt();
        eprintln!("{what}: {:.3} % ± {:.3} %", 100.0 * bias, 100.0 * error);
        if bias.abs() >= most + 3.0 * error || error > 2.0 * most {
            misses.push(format!("{what} is off by {bias} ± {error} in the mean"));
        }
    }
    assert_eq!(misses, [""; 0]);
}

/// A day just large enough for the quick kernel.
fn large(settings: &str) -> Scenario {
    let link = format!("situation=steady-1000&waiting_ms=400&curve=4:15,12:40,20:25{settings}");
    Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
}

/// Large days of either quick kernel.
const CUT: [&str; 5] = [
    "",
    "&keep_alive=aws_2020",
    "&just_deployed=on",
    "&provisioned=9&provisioned_from_h=7&provisioned_to_h=20",
    "&concurrency_limit=16",
];

fn fast(scenario: &Scenario) -> Outcome {
    let outcome = evaluate(scenario);
    assert_eq!(outcome.fidelity, Fidelity::Fast);
    outcome
}

#[test]
fn how_a_quick_day_is_cut_does_not_show() {
    for settings in CUT {
        let scenario = large(settings);
        let mut run = Run::new(&scenario);
        while !run.advance(7_777) {}
        assert_eq!(run.outcome(), fast(&scenario), "{settings}");
    }
}

#[test]
fn a_quick_day_accounts_for_every_request_and_every_minute() {
    for settings in CUT {
        let outcome = fast(&large(settings));
        let counts = outcome.counts;
        assert_eq!(counts.arrived, counts.answered + counts.throttled);
        let minutes = |value: fn(&burstlab_engine::metrics::Minute) -> u32| -> u64 {
            outcome.minutes.iter().map(|minute| u64::from(value(minute))).sum()
        };
        assert_eq!(minutes(|minute| minute.arrived), counts.arrived);
        assert_eq!(minutes(|minute| minute.cold), counts.cold);
        assert!(counts.cold == outcome.fleet.started && (counts.cold > 0 || counts.throttled > 0));
        assert!(outcome.minutes.iter().all(|minute| minute.busy <= minute.busy_most));
        let caused_us: u64 = outcome.minute_causes_us.iter().flatten().sum();
        let answered_us = outcome.latency.mean_s * 1e6 * counts.answered as f64;
        assert!((caused_us as f64 - answered_us).abs() <= 1e-6 * answered_us + 1_440.0 * 8.0);
    }
}

#[test]
fn dragging_the_evening_of_a_quick_day_leaves_its_morning() {
    let morning = |evening: f64| {
        let link = format!("situation=steady-1000&waiting_ms=400&curve=3:20,6:40,9:50,12:40,18:{evening}");
        let outcome = fast(&Scenario::from_link(&link).expect("a link"));
        outcome.minutes[4 * 60..9 * 60].to_vec()
    };
    let (low, high) = (morning(30.0), morning(35.0));
    for (minute, (low, high)) in low.iter().zip(&high).enumerate() {
        assert_eq!(low, high, "minute {minute} after 4:00");
    }
}

/// The same day by the exact kernel and by the one that goes through the slots in order, within all bounds.
fn both_in_order(scenario: &Scenario, seed: u64) -> [DayRecord; 2] {
    let settings = &scenario.fleet;
    let policy = FunctionWideIdle::of(settings.keep_alive);
    let (limit, per_second) = (settings.limit(), settings.most_requests_per_s());
    let holding = || settings.holding(WINDOW.first_minute());
    let fleet = Fleet::new(policy, settings.provisioned, limit, settings.scaling(), calendar(scenario, seed));
    let fleet = fleet.with_holding(holding()).with_request_rate(per_second);
    let requests = Some(ScalingRate::requests(per_second));
    let bounds = Bounds { limit, scaling: settings.scaling(), requests, holding: holding() };
    let (work, rate) = (work(scenario, seed), scenario.traffic.peak_rate());
    let mut walk = SlotWalk::new(flow(scenario, seed), work, rate, policy, Billing::today(), bounds);
    let mut record = DayRecord::new(WINDOW);
    assert!(walk.advance(WINDOW.end(), u64::MAX, &mut record));
    record.close();
    let totals = record.totals();
    assert_eq!(totals.arrived, record.latencies().count() + totals.throttled, "all are told of");
    [exact(scenario, seed, fleet), record]
}

/// What is compared in order: what is turned away, and what the provider's own environments work and start, as shares;
/// environments of its own without work; the most at work; p99.
fn shares(record: &DayRecord) -> [f64; 6] {
    let (totals, usage) = (record.totals(), record.usage());
    let arrived = totals.arrived as f64;
    [
        totals.throttled as f64 / arrived,
        usage.on_demand_ms as f64 / (usage.on_demand_ms + usage.provisioned_ms) as f64,
        totals.cold as f64 / arrived,
        totals.idle_ns as f64 / DAY.0 as f64,
        f64::from(totals.busy_most),
        record.latencies().quantile(0.99).as_secs(),
    ]
}

#[test]
fn within_bounds_and_with_copies_held_the_slots_in_order_come_to_what_the_exact_kernel_does() {
    const STEADY: &str = "situation=steady-1000&curve=12:20&waiting_ms=700&computing_ms=300";
    // How far off each may be, as a share and by itself.
    let most = [(0.012, 2e-5), (0.012, 2e-5), (0.06, 2e-5), (0.03, 0.2), (0.03, 1.5), (0.004, 0.0)];
    for settings in [
        "&provisioned=22&keep_alive_s=300",
        "&provisioned=15&keep_alive=aws_2020&curve=4:8,12:30",
        "&provisioned=18&provisioned_from_h=9&provisioned_to_h=17&keep_alive_s=120",
        "&concurrency_limit=22",
        "&concurrency_limit=22&provisioned=12&dispersion=4",
        "&concurrency_limit=19&requests_per_copy=1",
        "&waiting_ms=60&computing_ms=40&concurrency_limit=2",
        "&waiting_ms=60&computing_ms=40&provisioned=1",
        "&scaling_per_10_s=40&spikes=3:3000,12:2000&keep_alive_s=60",
    ] {
        let link = format!("{STEADY}{settings}");
        let scenario = Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"));
        let days = 2 * env("SLOTS_DAYS", DAYS);
        let mut means = [[0.0; 6]; 2];
        for day in 0..days {
            for (mean, record) in means.iter_mut().zip(both_in_order(&scenario, day)) {
                let shares = shares(&record);
                mean.iter_mut().zip(shares).for_each(|(mean, share)| *mean += share / days as f64);
            }
        }
        for (number, (share, alone)) in most.iter().enumerate() {
            let (exact, quick) = (means[0][number], means[1][number]);
            assert!(
                (quick - exact).abs() <= share * exact + alone,
                "{settings}: number {number} is {quick} for {exact}"
            );
        }
    }
}
