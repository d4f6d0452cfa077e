//! What a simulated request costs, as a ratio to the floor of the same run.
//!
//! The floor is what no simulation of this kind can do without: random numbers, two sampled times, and
//! a histogram. The clock comes from outside, since the engine has none.

use serde::{Deserialize, Serialize};

use crate::{
    fleet::{
        Billing, Calendar, DayRecord, Direct, FixedIdle, Fleet, FunctionWideIdle, KeepAlive, ScalingRate,
        Slots, Spent, Window, WorkStream,
    },
    metrics::Histogram,
    random::{Law, Purpose, Sampler, Stream},
    scenario::{Run, Scenario},
    traffic::{Curve, Poisson, Rates, Sends},
    units::{Milliseconds, PerSecond, Seconds, SimTime},
    workload::{self, Laws},
};

/// One measured cost.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Measured {
    /// What ran: one of [`KERNELS`].
    pub kernel: String,
    /// Environments at work on average.
    pub fleet: u32,
    /// Nanoseconds per request: the least of several runs.
    pub ns_per_request: f64,
}

/// What is measured: what no simulation can do without; the quick kernel; the bare exact one; a whole scenario with
/// nothing but work; and one with everything that can befall a request.
pub const KERNELS: [&str; 5] = ["floor", "fast", "exact", "model", "model with all"];

/// All costs of one run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Report {
    /// Floor and kernel at each fleet, in turn.
    pub bench: Vec<Measured>,
}

const FLEETS: [u32; 4] = [10, 100, 1_000, 10_000];
const REQUESTS: u64 = 2_000_000;
const REPEATS: usize = 5;
const MEAN_SERVICE_S: f64 = 0.1;

/// Measures all kernels by a clock that tells milliseconds, and says so as JSON.
pub fn run(clock_ms: &mut dyn FnMut() -> f64) -> String {
    let mut bench = Vec::new();
    for fleet in FLEETS {
        let kernels: [&dyn Fn() -> u64; 5] =
            [&floor, &|| fast(fleet), &|| exact(fleet), &|| model(fleet, false), &|| model(fleet, true)];
        let mut least = [f64::INFINITY; 5];
        // In turn, so that a machine that slows down slows all.
        for _ in 0..REPEATS {
            for (least, kernel) in least.iter_mut().zip(kernels) {
                *least = least.min(timed(clock_ms, kernel));
            }
        }
        bench.extend(KERNELS.iter().zip(least).map(|(kernel, ns_per_request)| Measured {
            kernel: (*kernel).to_owned(),
            fleet,
            ns_per_request,
        }));
    }
    serde_json::to_string(&Report { bench }).expect("numbers and words become JSON")
}

fn timed(clock_ms: &mut dyn FnMut() -> f64, work: impl Fn() -> u64) -> f64 {
    let before = clock_ms();
    std::hint::black_box(work());
    (clock_ms() - before) * 1e6 / REQUESTS as f64
}

fn law() -> Law {
    Law::lognormal(MEAN_SERVICE_S / 2.0, 0.5)
}

fn floor() -> u64 {
    let mut stream = Stream::new(1, Purpose::Work, 0);
    let (waiting, computing) = (Sampler::new(law()), Sampler::new(law()));
    let mut latencies = Histogram::default();
    for _ in 0..REQUESTS {
        let waits = (waiting.draw(&mut stream) * 1e9) as i64 as u64;
        let computes = (computing.draw(&mut stream) * 1e9) as i64 as u64;
        let spent = Spent { waiting: SimTime(waits), computing: SimTime(computes), ..Spent::default() };
        latencies.record(spent.causes());
    }
    latencies.quantile(0.99).0
}

fn laws() -> Laws {
    Laws { waiting: law(), computing: law(), init: Law::lognormal(0.3, 0.2) }
}

const KEPT: Seconds = Seconds(600.0);

fn fast(fleet: u32) -> u64 {
    let rate = f64::from(fleet) / MEAN_SERVICE_S;
    let window = Window::day(0);
    let policy = FunctionWideIdle::of(KeepAlive::Fixed { idle: KEPT });
    let work = WorkStream::new(laws(), 1, 0);
    let flow = (Rates::steady(rate, 1), Sends::none());
    let mut slots = Slots::new(flow, work, rate, policy, Billing::today());
    let mut record = DayRecord::new(window);
    slots.advance(window.end(), REQUESTS, &mut record);
    record.close();
    record.latencies().quantile(0.99).0
}

fn exact(fleet: u32) -> u64 {
    let rate = f64::from(fleet) / MEAN_SERVICE_S;
    let window = Window::day(0);
    let environments = Fleet::new(
        FixedIdle { idle: KEPT.into() },
        0,
        u32::MAX,
        ScalingRate::unlimited(),
        Calendar::new(SimTime::from_secs(MEAN_SERVICE_S), rate),
    );
    let arrivals = Poisson::new(rate, 1, 1);
    let mut direct = Direct::new(arrivals, environments, WorkStream::new(laws(), 1, 0));
    let mut record = DayRecord::new(window);
    direct.advance(window.end(), REQUESTS, &mut record);
    record.close();
    record.latencies().quantile(0.99).0
}

/// As many requests of a whole scenario, from an empty fleet.
fn model(fleet: u32, with_all: bool) -> u64 {
    let mut scenario =
        Scenario::silent().with_curve(Curve::constant(PerSecond(f64::from(fleet) / MEAN_SERVICE_S)));
    scenario.just_deployed = true;
    scenario.fleet.concurrency_limit = u32::MAX;
    scenario.fleet.scaling_per_10_s = u32::MAX;
    let half_ms = Milliseconds(MEAN_SERVICE_S * 500.0);
    let function = &mut scenario.function;
    (function.waiting, function.waiting_spread) = (half_ms, 0.5);
    (function.computing, function.computing_spread) = (half_ms, 0.5);
    function.memory = workload::vcpu_memory();
    if with_all {
        all_that_can_befall(&mut scenario);
    }
    let mut run = Run::new(&scenario);
    run.advance(REQUESTS);
    run.outcome().counts.answered
}

fn all_that_can_befall(scenario: &mut Scenario) {
    let conduct = &mut scenario.function.conduct;
    conduct.timeout = Seconds(3.0);
    conduct.error_percent = 0.1;
    conduct.handshake = Milliseconds(30.0);
    let dependency = &mut conduct.dependency;
    (dependency.latency, dependency.slow_percent) = (Milliseconds(20.0), 1.0);
    (dependency.error_percent, dependency.hit_percent) = (0.5, 20.0);
    dependency.remembered = Seconds(1.0);
    scenario.sender.patience = Seconds(2.0);
    scenario.sender.caller_retries = 2;
}
