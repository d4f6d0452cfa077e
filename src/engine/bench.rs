//! What a simulated request costs, as a ratio to the floor of the same run.
//!
//! The floor is what no simulation of this kind can do without: random numbers, two sampled times, and
//! a histogram. The clock comes from outside, since the engine has none.

use serde::{Deserialize, Serialize};

use crate::{
    fleet::{Calendar, DayRecord, Direct, FixedIdle, Fleet, ScalingRate, Spent, Window, WorkStream},
    metrics::Histogram,
    random::{Law, Purpose, Sampler, Stream},
    traffic::Poisson,
    units::{SECOND, SimTime},
    workload::Laws,
};

/// One measured cost.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Measured {
    /// What ran: "floor" or "exact".
    pub kernel: String,
    /// Environments at work on average.
    pub fleet: u32,
    /// Nanoseconds per request: the least of several runs.
    pub ns_per_request: f64,
}

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
        // In turn, so that a machine that slows down slows both.
        let (mut floor_ns, mut exact_ns) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..REPEATS {
            floor_ns = floor_ns.min(timed(clock_ms, floor));
            exact_ns = exact_ns.min(timed(clock_ms, || exact(fleet)));
        }
        bench.push(Measured { kernel: "floor".into(), fleet, ns_per_request: floor_ns });
        bench.push(Measured { kernel: "exact".into(), fleet, ns_per_request: exact_ns });
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

fn exact(fleet: u32) -> u64 {
    let rate = f64::from(fleet) / MEAN_SERVICE_S;
    let laws = Laws { waiting: law(), computing: law(), init: Law::lognormal(0.3, 0.2) };
    let window = Window { warm_up_minutes: 0 };
    let environments = Fleet::new(
        FixedIdle { idle: SimTime(600 * SECOND.0) },
        0,
        u32::MAX,
        ScalingRate::unlimited(),
        Calendar::new(SimTime::from_secs(MEAN_SERVICE_S), rate),
    );
    let arrivals = Poisson::new(rate, 1, 1);
    let mut direct = Direct::new(arrivals, environments, WorkStream::new(laws, 1, 0));
    let mut record = DayRecord::new(window);
    direct.advance(window.end(), REQUESTS, &mut record);
    record.close();
    record.latencies().quantile(0.99).0
}
