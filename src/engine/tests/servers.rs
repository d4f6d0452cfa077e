//! Groups of servers against queueing theory, and what they are charged for by hand.

use burstlab_engine::{
    metrics::{Cause, Histogram, Usage},
    random::{Law, Purpose, Sampler, Stream, math::exp},
    servers::{Day, Demand, Form, Kind, Metering, Need, Record, Scaling, Size, Window, kind},
    theory::erlang_c,
    traffic::{Arrivals, Curve, Point, Poisson, Spike, Traffic},
    units::{DAY, MINUTE, PerSecond, SECOND, SimTime},
};

/// Requests that compute, and wait, by a law each.
#[derive(Clone)]
struct Drawn {
    computing: Sampler,
    waiting: Sampler,
    stream: Stream,
}

impl Drawn {
    fn new(computing: Law, waiting: Law, seed: u64) -> Self {
        let stream = Stream::new(seed, Purpose::Work, 0);
        Self { computing: Sampler::new(computing), waiting: Sampler::new(waiting), stream }
    }
}

impl Demand for Drawn {
    fn enter(&mut self, _minute: usize) {}

    fn draw(&mut self) -> Need {
        let mut need = Need::default();
        for (cause, law) in [(Cause::Computing, &self.computing), (Cause::Waiting, &self.waiting)] {
            need.spent[cause as usize] = SimTime::from_secs(law.draw(&mut self.stream)).0;
        }
        need
    }
}

const WINDOW: Window = Window::day(60);

/// One server with so many vCPUs that are always there.
fn with_cores(cores: u32) -> Kind {
    Kind { cores, at_once: None, scaling: Scaling::None, ..kind("ec2_c5_large").expect("a kind").clone() }
}

fn record_of<A: Iterator<Item = SimTime>>(
    arrivals: A,
    demand: Drawn,
    kind: &Kind,
    size: (Size, u32),
    waits: SimTime,
) -> Record {
    let mut day = Day::new((arrivals, demand), kind, size, waits, WINDOW);
    while !day.advance(u64::MAX) {}
    day.record().clone()
}

/// So many days of a steady stream at one server: all latencies, and the share that waits.
fn steady(cores: u32, rate: f64, computing: Law, days: u64) -> (Histogram, f64) {
    let (mut all, mut waited) = (Histogram::default(), 0);
    for seed in 1..=days {
        let demand = Drawn::new(computing, Law::Constant(0.0), seed);
        let arrivals = Poisson::new(rate, 1, seed);
        let record = record_of(arrivals, demand, &with_cores(cores), (Size::fixed(1), 1), SimTime::NEVER);
        waited += record.totals().queued;
        all.merge(record.latencies());
    }
    let share = waited as f64 / all.count() as f64;
    (all, share)
}

/// Held to 3 %: the mean wait, the share that waits, and the p99 of the whole where theory has it.
fn check(cores: u32, rate: f64, law: Law, days: u64, [wait_s, share, p99_s]: [Option<f64>; 3]) {
    let (latencies, got_share) = steady(cores, rate, law, days);
    let mean = latencies.causes()[Cause::Queue as usize] as f64 / 1e9 / latencies.count() as f64;
    let p99 = latencies.quantile(0.99).as_secs();
    for (what, got, expected) in
        [("mean wait", mean, wait_s), ("share", got_share, share), ("p99", p99, p99_s)]
    {
        let off = expected.map_or(0.0, |expected| got / expected - 1.0);
        assert!(off.abs() < 0.03, "{cores} vCPUs, {rate}/s of {law:?}: {what} {got}, {expected:?}");
    }
}

/// M/M/c: C(c,a) by Erlang, P(W > t) = C e^{-(cμ - λ)t}; the p99 of wait and work is the root of the mixture's tail.
#[test]
fn memoryless_work_waits_as_erlang_says() {
    let memoryless = |mean| Law::Exponential { mean };
    let row = |wait, share, p99| [Some(wait), Some(share), Some(p99)];
    check(10, 9.0, memoryless(1.0), 24, row(0.668_731_524_107_697, 0.668_731_524_107_697, 6.249_876_7));
    check(100, 95.0, memoryless(1.0), 4, row(0.101_291_370_782_604, 0.506_456_853_913_021, 4.724_387));
    check(3, 0.9, memoryless(1.991), 60, row(0.578_942_470_846_465, 0.351_291_009_055_557, 10.679_184_9));
}

/// M/D/c: the embedded chain X(t + D) = max(X(t) - c, 0) + Poisson(λD), solved.
#[test]
fn even_work_waits_as_the_embedded_chain_says() {
    let row = |wait, share| [Some(wait), Some(share), None];
    check(10, 9.0, Law::Constant(1.0), 24, row(0.344_582_050_370_146, 0.646_861_283_932_258));
    check(5, 45.0, Law::Constant(0.1), 3, row(0.077_669_515_819_699, 0.747_828_546_069_122));
}

/// M/G/1: W = ρ E[S] (1 + c²) / (2 (1 - ρ)), Pollaczek and Khinchine.
#[test]
fn one_vcpu_waits_as_pollaczek_and_khinchine_say_for_any_law() {
    for (law, wait_s) in [
        (Law::Exponential { mean: 0.1 }, 0.4),
        (Law::Constant(0.1), 0.2),
        (Law::lognormal(0.1, 0.5), 0.256_805_083_337_548),
    ] {
        check(1, 8.0, law, 10, [Some(wait_s), Some(0.8), None]);
    }
}

/// The mean wait for one of so many vCPUs, by the recursion of Kiefer and Wolfowitz over a stream of its own: whoever
/// comes takes the vCPU that is free first.
fn recursion_s(cores: usize, rate: f64, law: Law, requests: u64) -> f64 {
    let (gap, work) = (Sampler::new(Law::Exponential { mean: 1.0 / rate }), Sampler::new(law));
    let mut gaps = Stream::new(77, Purpose::Arrivals, 0);
    let mut works = Stream::new(77, Purpose::Work, 0);
    let (mut free_in, mut total) = (vec![0.0_f64; cores], 0.0);
    for _ in 0..requests {
        let first = (0..cores).min_by(|&a, &b| free_in[a].total_cmp(&free_in[b])).unwrap_or_default();
        total += free_in[first];
        free_in[first] += work.draw(&mut works);
        let passed = gap.draw(&mut gaps);
        free_in.iter_mut().for_each(|left| *left = (*left - passed).max(0.0));
    }
    total / requests as f64
}

/// M/G/c with the oracles' parameters: no formula is exact, and two witnesses are near. The recursion holds for any
/// law; between even and memoryless work the wait is as far as the variation is (Cosmetatos), to 2 %.
#[test]
fn work_of_any_law_waits_for_several_vcpus_as_two_witnesses_say() {
    let memoryless =
        |cores: u32, rate: f64, mean: f64| erlang_c(cores, rate * mean) / (f64::from(cores) / mean - rate);
    for (cores, rate, mean, sigma, even_s, days) in [
        (10, 9.0, 1.0, 0.5, Some(0.344_582_050_370_146), 12),
        (5, 45.0, 0.1, 0.5, Some(0.077_669_515_819_699), 3),
        (3, 0.9, 1.991, 1.0, None, 40),
    ] {
        let law = Law::lognormal(mean, sigma);
        let variation = exp(sigma * sigma) - 1.0;
        let recursion_s = recursion_s(cores as usize, rate, law, (rate * 86_400.0 * days as f64) as u64);
        let between = even_s.map(|even_s| even_s + variation * (memoryless(cores, rate, mean) - even_s));
        let off = between.map_or(0.0, |between| recursion_s / between - 1.0);
        assert!(off.abs() < 0.03, "the witnesses differ: {recursion_s} {between:?}");
        check(cores, rate, law, days, [Some(recursion_s), None, None]);
    }
}

/// Waiting on others takes no vCPU: a stream that waits first or last queues as one that only computes.
#[test]
fn waiting_on_others_takes_no_vcpu_but_a_place() {
    let run = |waiting, at_once| {
        let demand = Drawn::new(Law::Exponential { mean: 0.1 }, Law::Constant(waiting), 3);
        let kind = Kind { at_once, ..with_cores(1) };
        record_of(Poisson::new(5.0, 1, 3), demand, &kind, (Size::fixed(1), 1), SimTime::NEVER)
    };
    let queue_s = |record: &Record| record.latencies().causes()[Cause::Queue as usize] as f64 / 1e9;
    let (busy, waiting) = (run(0.0, None), run(3.0, None));
    assert_eq!(queue_s(&busy), queue_s(&waiting));
    // Four places for three seconds each are not enough for five a second; forty are.
    let (few, many) = (run(3.0, Some(4)), run(3.0, Some(40)));
    assert!(queue_s(&few) > 1e6 * queue_s(&busy) / 1e3, "{}", queue_s(&few));
    assert!((queue_s(&many) / queue_s(&busy) - 1.0).abs() < 0.01, "{}", queue_s(&many));
}

fn hill() -> Traffic {
    let points = [(4.0, 5.0), (10.0, 5.0), (11.0, 60.0), (13.0, 60.0), (15.0, 5.0)];
    let points = points.map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
    Traffic::new(Curve::new(points.to_vec()), vec![Spike { hour: 2.0, requests: 300 }])
}

fn autoscaled(traffic: &Traffic, kind: &Kind, size: (Size, u32), waits_s: f64) -> Record {
    let demand = Drawn::new(Law::lognormal(0.04, 0.25), Law::lognormal(0.05, 0.25), 1);
    let arrivals = Arrivals::new(traffic, 1, WINDOW.first_minute());
    record_of(arrivals, demand, kind, size, SimTime::from_secs(waits_s))
}

#[test]
fn a_group_grows_minutes_after_the_load_and_shrinks_later_still() {
    let c5 = kind("ec2_c5_large").expect("a kind");
    let steps = Traffic::new(
        Curve::new(
            [(9.0, 20.0), (9.02, 140.0), (14.0, 140.0), (14.02, 20.0)]
                .map(|(hour, rate)| Point { hour, rate: PerSecond(rate) })
                .to_vec(),
        ),
        Vec::new(),
    );
    let record = autoscaled(&steps, c5, (Size { least: 2, most: 40 }, 2), 30.0);
    let minutes = record.minutes();
    let first = |of: &dyn Fn(usize) -> bool, from: usize| (from..1_440).find(|&minute| of(minute));
    let ordered = first(&|minute| minutes[minute].starting > 0, 540).expect("servers are ordered");
    let answered = first(&|minute| minutes[minute].servers > 2, 540).expect("servers come");
    // Three datapoints of a minute above the target, then a minute until the new ones answer.
    assert!((542..=543).contains(&ordered), "ordered at {ordered}");
    assert!((ordered..=ordered + 2).contains(&answered), "ordered at {ordered}, there at {answered}");
    let full = minutes[13 * 60].servers;
    assert!((5..=6).contains(&full), "5.6 vCPUs at 60 % are five servers: {full}");
    let gone = first(&|minute| minutes[minute].servers < full, 841).expect("servers go");
    assert!((854..=860).contains(&gone), "fifteen low datapoints: {gone}");
    let slowest = record.slices().iter().map(|slice| slice.quantile(0.99)).max().expect("slices");
    assert!(slowest > SimTime::from_secs(2.0), "the wait for them is seen: {slowest:?}");
}

#[test]
fn every_request_that_arrives_is_accounted_for() {
    for (key, size, waits_s) in [
        ("ec2_c5_large", (Size::fixed(1), 1), 3.0),
        ("ec2_c5_large", (Size { least: 1, most: 20 }, 1), 3.0),
        ("fargate_small", (Size { least: 1, most: 100 }, 1), 3.0),
        ("cloud_run", (Size { least: 0, most: 100 }, 0), 3.0),
        ("cloud_functions", (Size { least: 0, most: 1_000 }, 0), 30.0),
        ("workers", (Size::fixed(0), 0), 30.0),
    ] {
        let record = autoscaled(&hill(), kind(key).expect("a kind"), size, waits_s);
        let totals = record.totals();
        let ended = record.latencies().count() + totals.failed + totals.timed_out;
        assert!(totals.arrived > 800_000 && ended <= totals.arrived, "{key}: {totals:?}");
        assert!(totals.arrived - ended < 200, "{key}: those that wait at midnight: {totals:?}, {ended}");
        let minutes = record.minutes();
        let sum = |of: fn(&burstlab_engine::servers::ServerMinute) -> u32| -> u64 {
            minutes.iter().map(|minute| u64::from(of(minute))).sum()
        };
        assert_eq!(sum(|minute| minute.arrived), totals.arrived, "{key}");
        assert_eq!(sum(|minute| minute.answered), record.latencies().count(), "{key}");
        assert_eq!(sum(|minute| minute.unanswered), totals.failed + totals.timed_out, "{key}");
        let metered = record.metered();
        if size.0.is_fixed() && size.1 > 0 {
            assert_eq!(metered.server_ms, u64::from(size.1) * DAY.0 / 1_000_000, "{key}");
            assert!(totals.timed_out > 0, "one server is too few: {totals:?}");
        }
    }
}

#[test]
fn instances_come_from_none_with_the_first_request_and_the_rest_wait_for_them() {
    let bursts = Traffic::new(Curve::constant(PerSecond(0.0)), vec![Spike { hour: 12.0, requests: 400 }]);
    for (key, instances) in [("cloud_run", 5), ("cloud_functions", 400)] {
        let kind = kind(key).expect("a kind");
        let record = autoscaled(&bursts, kind, (Size { least: 0, most: 1_000 }, 0), 60.0);
        assert_eq!(record.totals().cold, 400, "{key}");
        assert_eq!(record.totals().ordered, instances, "{key}");
        assert!(record.latencies().quantile(0.0) > kind.start, "{key}");
        let minutes = record.minutes();
        assert_eq!((minutes[719].servers, minutes[721].servers), (0, instances as u32), "{key}");
        assert_eq!(minutes[740].servers, 0, "{key}: gone after a quarter of an hour");
    }
}

/// What a day of one request every ten seconds, just below 0.12 s of work each, is charged.
#[test]
fn time_is_charged_in_the_steps_of_each_kind() {
    let regular = || (0..u64::MAX).map(|n| SimTime(n * 10 * SECOND.0 + 1));
    let work = || Drawn::new(Law::Constant(0.02), Law::Constant(0.0995), 1);
    let used = |key: &str, size| {
        let kind = kind(key).expect("a kind");
        let record = record_of(regular(), work(), kind, size, SimTime::NEVER);
        let paying = &kind.paying["on_demand"];
        let mut usage = Usage::default();
        let metering = Metering { kind, paying, most: size.0.most, used_mb: 74.0 };
        metering.meter(&record.metered(), &mut usage);
        usage
    };
    let none = Usage::default();
    let day_ms = 86_400_000;
    let one = (Size::fixed(1), 1);
    let from_none = (Size { least: 0, most: 9 }, 0);
    for (key, size, expected) in [
        ("ec2_c5_large", one, Usage { ec2_c5_large_ms: day_ms, ..none }),
        ("ec2_t3_medium", one, Usage { ec2_t3_medium_ms: day_ms, ..none }),
        ("fargate", one, Usage { fargate_vcpu_ms: day_ms, fargate_mb_ms: 2_048 * day_ms, ..none }),
        // 8,640 requests of 0.12 s are charged as 0.2 s.
        (
            "cloud_run",
            from_none,
            Usage {
                cloud_run_requests: 8_640,
                cloud_run_vcpu_ms: 1_728_000,
                cloud_run_mb_ms: 512 * 1_728_000,
                ..none
            },
        ),
        (
            "cloud_functions",
            from_none,
            Usage {
                cloud_functions_requests: 8_640,
                cloud_functions_mb_ms: 1_024 * 1_728_000,
                cloud_functions_mhz_ms: 1_400 * 1_728_000,
                ..none
            },
        ),
        (
            "azure_functions",
            from_none,
            Usage { azure_executions: 8_640, azure_mb_ms: 128 * 1_036_800, ..none },
        ),
        (
            "workers",
            (Size::fixed(0), 0),
            Usage { workers_plan_ms: day_ms, workers_requests: 8_640, workers_computing_ms: 172_800, ..none },
        ),
    ] {
        assert_eq!(used(key, size), expected, "{key}");
    }
}

/// A server that lives for less than a minute is charged a minute; one that lives longer, whole seconds.
#[test]
fn a_short_life_is_charged_a_minute() {
    let elastic = kind("cloud_run").expect("a kind");
    let quick = Kind {
        form: Form::Instances,
        step: SECOND,
        least: MINUTE,
        scaling: match elastic.scaling {
            Scaling::Elastic(rule) => {
                Scaling::Elastic(burstlab_engine::servers::Elastic { idle_s: 10.0, ..rule })
            }
            other => other,
        },
        ..elastic.clone()
    };
    let once =
        || std::iter::once(SimTime(12 * 3_600 * SECOND.0 + 1)).chain(std::iter::repeat(SimTime::NEVER));
    let demand = Drawn::new(Law::Constant(0.02), Law::Constant(0.1), 1);
    let record = record_of(once(), demand, &quick, (Size { least: 0, most: 9 }, 0), SimTime::NEVER);
    // A mean of the last minute keeps it until the minute is over.
    let ms = record.metered().server_ms;
    assert!(ms.is_multiple_of(1_000) && (60_000..=90_000).contains(&ms), "{ms}");
}
