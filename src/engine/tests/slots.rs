//! The quick kernel against the exact one: other requests of the same law, and as many cold starts and copies, and as long
//! waits, in the mean of many days.

use burstlab_engine::{
    fleet::{
        Billing, Calendar, DayRecord, Direct, Fleet, FunctionWideIdle, KeepAlive, ScalingRate, Slots, Window,
        WorkStream,
    },
    random::{
        Purpose, Stream,
        math::{exp, ln},
    },
    scenario::{Fidelity, Outcome, Run, Scenario, evaluate},
    traffic::{Arrivals, Curve, Point, Rates, Sends, Spike},
    units::{DAY, Milliseconds, PerSecond, Seconds},
    workload,
};

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

fn env(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Random numbers of a case.
struct Chance(Stream);

impl Chance {
    /// Evenly from 0 to 1.
    fn share(&mut self) -> f64 {
        (self.0.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Any order of size between two bounds alike.
    fn between(&mut self, least: f64, most: f64) -> f64 {
        least * exp(self.share() * ln(most / least))
    }
}

/// Any day of so many requests on which nothing but work happens.
fn scenario(case: u64) -> Scenario {
    let mut chance = Chance(Stream::new(case, Purpose::Luck, 0));
    let hill: Vec<_> = (0..1 + case % 6).map(|_| (24.0 * chance.share(), chance.between(0.2, 1.0))).collect();
    let mean = hill.iter().map(|&(_, height)| height).sum::<f64>() / hill.len() as f64;
    let rate = |height| PerSecond(height / mean * REQUESTS / 86_400.0);
    let curve = hill.iter().map(|&(hour, height)| Point { hour, rate: rate(height) }).collect();
    let spike = case.is_multiple_of(4).then(|| Spike { hour: 24.0 * chance.share(), requests: 1_000 });
    let mut scenario =
        Scenario::silent().with_curve(Curve::new(curve)).with_spikes(spike.into_iter().collect());
    let stay_s = chance.between(8.0, 300.0) * 86_400.0 / REQUESTS;
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
    let first = WINDOW.first_minute();
    let arrivals = || Arrivals::new(&scenario.traffic, seed, first);
    let work = || WorkStream::new(scenario.function.laws(), seed, first);
    let (policy, rate) = (FunctionWideIdle::of(scenario.fleet.keep_alive), scenario.traffic.peak_rate());
    let calendar = Calendar::new(work().mean_duration(), rate);
    let fleet = Fleet::new(policy, 0, u32::MAX, ScalingRate::unlimited(), calendar);
    let mut records = [DayRecord::new(WINDOW), DayRecord::new(WINDOW)];
    assert!(Direct::new(arrivals(), fleet, work()).advance(WINDOW.end(), u64::MAX, &mut records[0]));
    let (rates, sends) = (Rates::new(&scenario.traffic, seed, first), Sends::new(&scenario.traffic, first));
    let mut quick = Slots::new(rates, sends, work(), rate, policy, Billing::today());
    assert!(quick.advance(WINDOW.end(), u64::MAX, &mut records[1]));
    records.iter_mut().for_each(DayRecord::close);
    let [exact, quick] = &records;
    assert_eq!(quick.totals().arrived, quick.latencies().count(), "all of them answered");
    [numbers(exact), numbers(quick)]
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
        println!("{what}: {:.3} % ± {:.3} %", 100.0 * bias, 100.0 * error);
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

fn fast(scenario: &Scenario) -> Outcome {
    let outcome = evaluate(scenario);
    assert_eq!(outcome.fidelity, Fidelity::Fast);
    outcome
}

#[test]
fn how_a_quick_day_is_cut_does_not_show() {
    for settings in ["", "&keep_alive=aws_2020", "&just_deployed=on"] {
        let scenario = large(settings);
        let mut run = Run::new(&scenario);
        while !run.advance(7_777) {}
        assert_eq!(run.outcome(), fast(&scenario), "{settings}");
    }
}

#[test]
fn a_quick_day_accounts_for_every_request_and_every_minute() {
    for settings in ["", "&keep_alive=aws_2020", "&just_deployed=on"] {
        let outcome = fast(&large(settings));
        let counts = outcome.counts;
        assert_eq!(counts.arrived, counts.answered);
        let minutes = |value: fn(&burstlab_engine::metrics::Minute) -> u32| -> u64 {
            outcome.minutes.iter().map(|minute| u64::from(value(minute))).sum()
        };
        assert_eq!(minutes(|minute| minute.arrived), counts.arrived);
        assert_eq!(minutes(|minute| minute.cold), counts.cold);
        assert!(counts.cold > 0 && counts.cold == outcome.fleet.started);
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
