//! The quick kernel behind a queue against the exact one: the same messages, and as good as the same waits, calls and
//! copies.

mod chance;

use burstlab_engine::{
    fleet::{
        Calendar, Calls, Carrying, DayRecord, Fleet, FunctionWideIdle, KeepAlive, Polling, QueueRules,
        QueueSettings, Queued, ScalingRate, SlotQueue, Window, WorkStream,
    },
    random::Law,
    scenario::{Fidelity, Outcome, Run, Scenario, evaluate},
    theory::erlang_b,
    traffic::{Arrivals, Curve, Point, Poisson, Spike},
    units::{DAY, Milliseconds, PerSecond, Seconds, SimTime},
    workload::{self, Laws},
};

use chance::{Chance, env};

/// Scenarios in every run; `FAST_QUEUE_CASES` asks for others.
const CASES: u64 = 40;
const REQUESTS: f64 = 300_000.0;

/// What is compared, and how far the mean over all scenarios, and that of a single one, may be off.
const COMPARED: [(&str, f64, f64); 12] = [
    ("cold", 0.01, 0.05),
    ("most waiting", 0.01, 0.1),
    ("copies", 0.002, 0.03),
    ("copies at work", 0.001, 0.005),
    ("p50", 0.01, 0.02),
    ("p99", 0.01, 0.05),
    ("mean wait", 0.01, 0.05),
    ("share that waits", 0.01, 0.05),
    ("oldest", 0.01, 0.1),
    ("calls", 0.005, 0.01),
    ("billed", 0.005, 0.01),
    ("queue requests", 0.005, 0.01),
];

/// The first so many of these are counts of what may be few.
const COUNTS: usize = 2;

type Numbers = [f64; COMPARED.len()];

fn one_of<const N: usize>(chance: &mut Chance, values: [f64; N]) -> f64 {
    values[(chance.share() * N as f64) as usize]
}

/// Any day of so many messages on which nothing but work happens; on every third there are too few batches for its
/// peaks.
fn scenario(case: u64) -> Scenario {
    let mut chance = Chance::of(case);
    let hill: Vec<_> = (0..1 + case % 6).map(|_| (24.0 * chance.share(), chance.between(0.2, 1.0))).collect();
    let mean = hill.iter().map(|&(_, height)| height).sum::<f64>() / hill.len() as f64;
    let rate = |height| PerSecond(height / mean * REQUESTS / 86_400.0);
    let curve = hill.iter().map(|&(hour, height)| Point { hour, rate: rate(height) }).collect();
    let spike = case.is_multiple_of(4).then(|| Spike { hour: 24.0 * chance.share(), requests: 5_000 });
    let mut scenario =
        Scenario::silent().with_curve(Curve::new(curve)).with_spikes(spike.into_iter().collect());
    let at_work = chance.between(1.0, 150.0);
    let stay_s = at_work * 86_400.0 / REQUESTS;
    let (waiting_ms, function) = (chance.share() * stay_s * 1e3, &mut scenario.function);
    (function.waiting, function.waiting_spread) = (Milliseconds(waiting_ms), chance.share());
    (function.computing, function.computing_spread) =
        (Milliseconds(stay_s * 1e3 - waiting_ms), chance.share());
    function.memory = workload::vcpu_memory();
    let queue = &mut scenario.queue;
    queue.batch_size = one_of(&mut chance, [1.0, 1.0, 2.0, 5.0, 10.0, 10.0, 100.0]) as u32;
    queue.window = Seconds(one_of(&mut chance, [0.0, 0.0, 0.0, 1.0, 5.0, 20.0]));
    if !queue.batch_fits() {
        queue.window = Seconds(1.0);
    }
    if case.is_multiple_of(3) {
        queue.max_concurrency = (at_work * chance.between(1.02, 2.0)).ceil() as u32 + 2;
    }
    queue.visibility = Seconds(43_200.0);
    let longest_call_s = stay_s * f64::from(queue.batch_size);
    let mut kept = || Seconds(chance.between(30.0 + 25.0 * longest_call_s, 3_600.0 + 30.0 * longest_call_s));
    scenario.fleet.keep_alive = match case % 2 {
        0 => KeepAlive::Fixed { idle: kept() },
        _ => KeepAlive::FunctionWide {
            function_idle: kept(),
            surplus_idle: kept(),
            max_age: Seconds(14_400.0),
        },
    };
    scenario
}

const WINDOW: Window = Window::day(1_440);

/// The day by the exact kernel and by the quick one.
fn both(scenario: &Scenario, seed: u64, window: Window) -> [Numbers; 2] {
    let first = window.first_minute();
    let arrivals = || Arrivals::new(&scenario.traffic, seed, first);
    let work = || WorkStream::new(scenario.function.laws(), seed, first);
    let (policy, rate) = (FunctionWideIdle::of(scenario.fleet.keep_alive), scenario.traffic.peak_rate());
    let calendar = Calendar::new(work().mean_duration(), rate);
    let fleet = Fleet::new(Carrying(policy), 0, u32::MAX, ScalingRate::unlimited(), calendar);
    let (polling, rules) = (Polling::sqs(&scenario.queue), QueueRules::of(&scenario.queue));
    let mut records = [DayRecord::new(window), DayRecord::new(window)];
    let mut exact = Queued::new(arrivals(), fleet, Calls::plain(work()), polling, rules);
    assert!(exact.advance(window.end(), u64::MAX, &mut records[0]));
    let mut quick = SlotQueue::new(arrivals(), work(), rate, &scenario.queue, policy);
    assert!(quick.advance(window.end(), u64::MAX, &mut records[1]));
    records.iter_mut().for_each(DayRecord::close);
    let [exact, quick] = &records;
    assert_eq!(exact.totals().arrived, quick.totals().arrived, "the same messages");
    [numbers(exact), numbers(quick)]
}

fn numbers(record: &DayRecord) -> Numbers {
    let (totals, minutes) = (record.totals(), record.timeline().minutes());
    let [busy, idle] = [totals.busy_ns, totals.idle_ns].map(|nanos| nanos as f64 / DAY.0 as f64);
    let answered = record.latencies().count() as f64;
    let at = |share| record.latencies().quantile(share).as_secs();
    let wait_ns = record.latencies().causes()[1] as f64;
    let most = |value: fn(&burstlab_engine::metrics::Minute) -> u32| {
        f64::from(minutes.iter().map(value).max().unwrap_or_default())
    };
    [
        totals.cold as f64,
        most(|minute| minute.queued),
        busy + idle,
        busy,
        at(0.5),
        at(0.99),
        wait_ns / answered,
        totals.queued as f64 / answered,
        most(|minute| minute.oldest_ms),
        record.usage().invocations as f64,
        record.usage().on_demand_ms as f64,
        totals.queue_calls as f64 + totals.idle_polling_ns as f64 / 20e9,
    ]
}

#[test]
fn the_quick_kernel_is_not_biased_against_the_exact_one() {
    let cases = env("FAST_QUEUE_CASES", CASES);
    let mut bias = Numbers::default();
    let mut sums = [[0.0; 2]; COMPARED.len()];
    let mut failures = Vec::new();
    for case in 0..cases {
        let scenario = scenario(case);
        let [exact, quick] = both(&scenario, case, WINDOW);
        for (number, (what, _, most)) in COMPARED.iter().enumerate() {
            let (exact, quick) = (exact[number], quick[number]);
            sums[number] = [sums[number][0] + exact, sums[number][1] + quick];
            let off = (quick - exact).abs() / exact;
            // Where there are few, one more or less is chance.
            let few = if number < COUNTS { 4.0 * exact.sqrt() + 2.0 } else { 0.0 };
            if off > *most && (quick - exact).abs() > few {
                failures.push(format!("{what} is off by {off} ({exact}) in case {case}"));
            }
            bias[number] += (quick - exact) / exact.max(1e-9) / cases as f64;
        }
    }
    bias[0] = sums[0][1] / sums[0][0] - 1.0;
    for ((what, most, _), bias) in COMPARED.iter().zip(bias) {
        if bias.abs() > *most {
            failures.push(format!("{what} is off by {bias} in the mean"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A day just large enough for the quick kernel.
fn large(settings: &str) -> Scenario {
    let link = format!(
        "situation=steady-1000&queue=on&waiting_ms=400&visibility_s=900&curve=4:2,12:7,20:4{settings}"
    );
    Scenario::from_link(&link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
}

fn fast(scenario: &Scenario) -> Outcome {
    let outcome = evaluate(scenario);
    assert_eq!(outcome.fidelity, Fidelity::Fast, "{}", scenario.to_link());
    outcome
}

/// Days with a line and without, one of them longer than is kept in memory.
const SETTINGS: [&str; 6] = [
    "",
    "&keep_alive=aws_2020&just_deployed=on",
    "&batch_size=10",
    "&batch_size=100&batch_window_s=7&keep_alive_s=3600",
    "&max_concurrency=3",
    "&spikes=3:400000&waiting_ms=50&max_concurrency=900",
];

#[test]
fn how_a_quick_day_behind_a_queue_is_cut_does_not_show() {
    for settings in SETTINGS {
        let scenario = large(settings);
        let mut run = Run::new(&scenario);
        while !run.advance(7_777) {}
        assert_eq!(run.outcome(), fast(&scenario), "{settings}");
    }
}

#[test]
fn a_quick_day_behind_a_queue_accounts_for_every_message_and_every_minute() {
    for settings in SETTINGS {
        let outcome = fast(&large(settings));
        let counts = outcome.counts;
        assert_eq!(counts.arrived, counts.answered + counts.waiting, "{settings}");
        let minutes = |value: fn(&burstlab_engine::metrics::Minute) -> u32| -> u64 {
            outcome.minutes.iter().map(|minute| u64::from(value(minute))).sum()
        };
        assert_eq!(minutes(|minute| minute.arrived), counts.arrived, "{settings}");
        assert_eq!(minutes(|minute| minute.answered), counts.answered, "{settings}");
        assert_eq!(minutes(|minute| minute.cold), counts.cold, "{settings}");
        assert!(outcome.fleet.started <= counts.cold, "{settings}");
        assert!(outcome.minutes.iter().all(|minute| minute.busy <= minute.busy_most), "{settings}");
        assert!(counts.queued > 0 && counts.queued <= counts.answered, "{settings}");
        assert!(outcome.usage.invocations <= counts.arrived, "{settings}");
        let caused_us: u64 = outcome.minute_causes_us.iter().flatten().sum();
        let answered_us = outcome.latency.mean_s * 1e6 * counts.answered as f64;
        assert!((caused_us as f64 - answered_us).abs() <= 1e-6 * answered_us + 1_440.0 * 8.0, "{settings}");
    }
}

#[test]
fn a_line_longer_than_is_kept_in_memory_waits_as_long_as_in_the_exact_kernel() {
    for settings in ["&spikes=3:400000&waiting_ms=50", "&spikes=3:400000&waiting_ms=50&batch_size=10"] {
        let [exact, quick] = both(&large(settings), 1, Window::day(0));
        for ((what, _, _), (exact, quick)) in COMPARED.iter().zip(exact.iter().zip(quick)) {
            assert!((quick / exact - 1.0).abs() < 0.01, "{what}{settings}: {quick}, not {exact}");
        }
    }
}

#[test]
fn a_run_that_begins_shortly_before_a_day_without_a_line_finds_what_one_of_two_days_does() {
    for settings in ["", "&batch_size=10", "&batch_size=100&batch_window_s=7"] {
        let scenario = large(settings);
        let short = both(&scenario, 1, Window::day(28));
        let long = both(&scenario, 1, WINDOW);
        for kernel in 0..2 {
            for (number, (what, ..)) in COMPARED.iter().enumerate() {
                let (short, long) = (short[kernel][number], long[kernel][number]);
                let most = if number < COUNTS { 0.1 * long + 2.0 } else { 0.003 * long };
                assert!((short - long).abs() <= most, "{what}{settings}: {short}, not {long}");
            }
        }
    }
}

#[test]
fn messages_wait_as_erlang_says() {
    let mean = 0.1;
    for (servers, load) in [(2, 0.7), (3, 0.85), (5, 0.8)] {
        let at_work = f64::from(servers) * load;
        let laws = Laws {
            waiting: Law::Exponential { mean },
            computing: Law::Constant(0.0),
            init: Law::Constant(0.0),
        };
        let work = WorkStream::new(laws, 1, 0).without_days();
        let queue = QueueSettings { max_concurrency: servers, ..QueueSettings::default() };
        let rate = at_work / mean;
        let kept = FunctionWideIdle {
            function_idle: SimTime::NEVER,
            surplus_idle: SimTime::NEVER,
            max_age: SimTime::NEVER,
        };
        let mut record = DayRecord::new(Window::day(60));
        let mut kernel = SlotQueue::new(Poisson::new(rate, 1, 1), work, rate, &queue, kept);
        assert!(kernel.advance(Window::day(60).end(), u64::MAX, &mut record));
        record.close();
        let blocked = erlang_b(servers, at_work);
        let waits = blocked / (1.0 - load * (1.0 - blocked));
        let wait_s = waits * mean / (f64::from(servers) * (1.0 - load));
        let answered = record.latencies().count() as f64;
        let share = record.totals().queued as f64 / answered;
        let mean_s = record.latencies().causes()[1] as f64 / 1e9 / answered;
        assert!((share / waits - 1.0).abs() < 0.015, "{servers} at {load}: {share} wait, not {waits}");
        assert!((mean_s / wait_s - 1.0).abs() < 0.03, "{servers} at {load}: {mean_s} s, not {wait_s}");
    }
}

#[test]
fn dragging_the_evening_of_a_quick_day_leaves_its_morning_behind_a_queue_too() {
    let morning = |evening: f64| {
        let link =
            format!("situation=steady-1000&queue=on&waiting_ms=40&curve=3:2,6:4,9:5,12:4,18:{evening}");
        let outcome = fast(&Scenario::from_link(&link).expect("a link"));
        outcome.minutes[4 * 60..9 * 60].to_vec()
    };
    let (low, high) = (morning(6.0), morning(7.0));
    for (minute, (low, high)) in low.iter().zip(&high).enumerate() {
        assert_eq!(low, high, "minute {minute} after 4:00");
    }
}
