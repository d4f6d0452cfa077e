//! Cold starts and fleet size of a steady Poisson stream, as in an experiment of so many hours.

use std::collections::BTreeMap;

use burstlab_engine::{
    fleet::{Admission, Calendar, Fleet, FunctionWideIdle, KeepAlive, ScalingRate},
    traffic::Poisson,
    units::{HOUR, SECOND, SimTime},
};

use super::{
    entry::{Entry, Tolerance},
    keep_alive,
    report::{Outcome, Row},
};

/// Whether the entry tells the cold share at an arrival rate.
pub fn fits(entry: &Entry) -> bool {
    entry.output("coldStartProbability").is_some() && entry.input("arrivalRate_rps").is_some()
}

/// What an experiment counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// The share of requests that found no environment ready.
    pub cold_share: f64,
    /// Environments on average.
    pub environments: f64,
}

/// Requests over which the mean is taken, and the least number of experiments that they come from.
const REQUESTS: f64 = 1e6;
const REPEATS: f64 = 20.0;
/// The first part of an experiment is not counted: the fleet was empty.
const IGNORED: f64 = 0.25;

/// Simulates the experiment and compares.
pub fn check(entry: &Entry) -> Outcome {
    let counted = simulate(entry).ok_or("it names no durations")?;
    let standard_error = entry.output("coldStartProbabilitySE").unwrap_or(0.0);
    let tolerance = entry.tolerance(Tolerance { share: 0.12, standard_errors: 2.0, ..Tolerance::default() });
    let measured = entry.output("coldStartProbability").unwrap_or_default();
    Ok(vec![Row::near_by("cold share", measured, counted.cold_share, tolerance, standard_error)])
}

/// The mean over many experiments like the entry's.
pub fn simulate(entry: &Entry) -> Option<Counted> {
    let rate = entry.input("arrivalRate_rps")?;
    let warm_s = entry.input("warmResponse_ms")? / 1e3;
    let cold_s = entry.input("coldResponse_ms").map_or(warm_s, |ms| ms / 1e3);
    let experiment = Experiment {
        rate,
        warm: SimTime::from_secs(warm_s),
        cold: SimTime::from_secs(cold_s),
        length: SimTime::from_secs(entry.input("hours").unwrap_or(24.0) * HOUR.as_secs()),
        keep_alive: keep_alive::of_month(entry.month()),
        taken_for_alive: entry.input("keepAliveAssumedByPaper_min").map(|min| SimTime::from_secs(min * 60.0)),
    };
    let repeats = (REQUESTS / (rate * experiment.length.as_secs())).clamp(REPEATS, 20.0 * REPEATS).ceil();
    let mut sum = Counted::default();
    for seed in 0..repeats as u64 {
        let one = experiment.run(seed);
        sum.cold_share += one.cold_share / repeats;
        sum.environments += one.environments / repeats;
    }
    Some(sum)
}

struct Experiment {
    rate: f64,
    warm: SimTime,
    cold: SimTime,
    length: SimTime,
    keep_alive: KeepAlive,
    /// An experimenter sees requests, not environments, and takes each to live so long after its last one.
    taken_for_alive: Option<SimTime>,
}

impl Experiment {
    fn run(&self, seed: u64) -> Counted {
        let policy = FunctionWideIdle::of(self.keep_alive);
        let calendar = Calendar::new(SECOND, self.rate);
        let mut fleet = Fleet::new(policy, 0, u32::MAX, ScalingRate::unlimited(), calendar);
        let counted_from = SimTime::from_secs(self.length.as_secs() * IGNORED);
        let (mut requests, mut cold) = (0_u64, 0_u64);
        // By the instant of its start, which no two environments share: when its last request left.
        let mut lives: BTreeMap<u64, SimTime> = BTreeMap::new();
        let arrivals = Poisson::new(self.rate, 1, seed).take_while(|&at| at < self.length);
        for now in arrivals {
            fleet.settle(now);
            let starts = fleet.admit(now) == Admission::Cold;
            let end = now + if starts { self.cold } else { self.warm };
            fleet.occupy(end);
            lives.insert(fleet.admitted().0, end);
            if now >= counted_from {
                requests += 1;
                cold += u64::from(starts);
            }
        }
        let kept = self.taken_for_alive.unwrap_or_else(|| self.keep_alive.longest_idle().into());
        let alive: f64 = lives
            .iter()
            .map(|(&born, &left)| {
                let (from, to) = (SimTime(born).max(counted_from), left.plus(kept).min(self.length));
                to.since(from).as_secs()
            })
            .sum();
        Counted {
            cold_share: cold as f64 / requests.max(1) as f64,
            environments: alive / (self.length - counted_from).as_secs(),
        }
    }
}
