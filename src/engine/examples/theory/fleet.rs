//! Cases without a queue: the level array under a Poisson stream.

use burstlab_engine::{
    fleet::{Admission, Calendar, FixedIdle, Fleet, ScalingRate},
    random::{Law, Purpose, Sampler, Stream},
    theory::poisson,
    traffic::Poisson,
    units::SimTime,
};

use crate::{
    gaps::Gaps,
    interval::{Batch, DRAWN_RATE, DRAWN_SERVICE, Outputs, plain, ratio},
    oracle::Oracle,
};

/// A fleet under a steady stream, batch after batch.
pub struct FleetCase {
    arrivals: Poisson,
    fleet: Fleet<FixedIdle>,
    warm: Sampler,
    cold: Sampler,
    stream: Stream,
    batch_size: u32,
    limit: Option<u32>,
    /// The mean number at work where nobody is turned away.
    load: f64,
    /// The mean of the service's law.
    mean_s: f64,
    mean_cold_s: f64,
    instants_per_batch: u64,
    controls: Vec<Control>,
    gaps: Option<Gaps>,
    rate: f64,
    now: SimTime,
}

/// How often an arrival finds more than so many at work, against the Poisson law that holds where nobody is turned away.
struct Control {
    count: usize,
    expected: f64,
}

impl Control {
    /// Levels from common to rare, as rare as a batch still sees now and then.
    fn ladder(load: f64, instants: u64) -> Vec<Self> {
        let (first, probabilities) = poisson(load);
        let tail =
            |count: usize| -> f64 { probabilities.iter().skip(count + 1 - first.min(count + 1)).sum() };
        let rarest = 3.0 / instants as f64;
        let shares =
            [0.5, 0.1, 0.01, 1e-3, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6].into_iter().filter(|&share| share > rarest);
        let level = |share| (first..first + probabilities.len()).find(|&count| tail(count) <= share);
        let mut counts: Vec<usize> = shares.filter_map(level).collect();
        counts.dedup();
        counts.into_iter().map(|count| Self { count, expected: tail(count) }).collect()
    }

    fn of(&self, at_most: &[f64]) -> f64 {
        1.0 - at_most.get(self.count).copied().unwrap_or(1.0) - self.expected
    }
}

/// What one batch saw.
#[derive(Default)]
struct Seen {
    requests: f64,
    rejected: f64,
    cold: f64,
    busy_ns: f64,
    /// Seconds of services drawn, each less the mean of its law.
    excess_s: f64,
    /// By the number at work that an instant of arrival finds: how many found it.
    occupancy: Vec<u64>,
}

impl FleetCase {
    /// Sets the case up and lets it forget its empty start.
    pub fn new(oracle: &Oracle, law: Law, seed: u64) -> Result<Self, String> {
        let batch_size = oracle.maybe("batch_size").unwrap_or(1.0) as u32;
        let rate = oracle.maybe("batch_rate").map_or_else(|| oracle.number("arrival_rate"), Ok)?;
        let keep_alive = oracle.maybe("keep_alive_s").unwrap_or(0.0);
        let limit =
            oracle.maybe("concurrency_limit").or_else(|| oracle.maybe("limit")).map(|limit| limit as u32);
        let cold = oracle.maybe("cold_service_s").map_or(law, |mean| match law {
            Law::Exponential { .. } => Law::Exponential { mean },
            Law::Constant(_) => Law::Constant(mean),
            Law::Lognormal { sigma, .. } => Law::lognormal(mean, sigma),
        });
        let stay = law.mean().max(1e-6);
        let calendar = Calendar::new(SimTime::from_secs(stay), rate * f64::from(batch_size));
        let policy = FixedIdle { idle: SimTime::from_secs(keep_alive) };
        let fleet = Fleet::new(policy, 0, limit.unwrap_or(u32::MAX), ScalingRate::unlimited(), calendar);
        // A batch spans many lives of what the fleet remembers, so that batches hardly depend on each other.
        let memory_s = (10.0 * keep_alive).max(200.0 * stay);
        let instants_per_batch = ((rate * memory_s) as u64).max(100_000);
        let load = rate * f64::from(batch_size) * law.mean();
        // Only what a keep-alive does is worth it, and only then is the law of what arrivals find taken as given.
        let controlled = oracle.family == "mru_keep_alive";
        let controls = if controlled { Control::ladder(load, instants_per_batch) } else { Vec::new() };
        let forgetful = controlled && law == cold && matches!(law, Law::Exponential { .. });
        let gaps = Gaps::new(keep_alive, law.mean()).filter(|_| forgetful);
        let mut case = Self {
            arrivals: Poisson::new(rate, batch_size, seed),
            fleet,
            warm: Sampler::new(law),
            cold: Sampler::new(cold),
            stream: Stream::new(seed, Purpose::Work, 0),
            batch_size,
            limit,
            load,
            mean_s: law.mean(),
            mean_cold_s: cold.mean(),
            instants_per_batch,
            controls,
            gaps,
            rate,
            now: SimTime::ZERO,
        };
        case.run(((rate * 10.0 * (keep_alive + stay)) as u64).max(1_000));
        case.gaps.as_mut().map(Gaps::take);
        Ok(case)
    }

    /// Runs the next batch.
    pub fn batch(&mut self) -> Batch {
        let (began, idle_before) = (self.now, self.fleet.idle_ns(self.now));
        let seen = self.run(self.instants_per_batch);
        let span_s = (self.now - began).as_secs();
        let idle_s = (self.fleet.idle_ns(self.now) - idle_before) as f64 / 1e9;
        let at_most = seen.at_most();
        // What is drawn has known means: the time that so many arrivals take, and so many services.
        let drawn = [span_s - self.instants_per_batch as f64 / self.rate, seen.excess_s];
        let visits = self.controls.iter().map(|control| control.of(&at_most));
        let controls = drawn.into_iter().chain(visits).collect();
        let gaps = self.gaps.as_mut().map(|gaps| (gaps.take(), gaps.counted_s()));
        let contradicted = self.gaps.as_ref().is_some_and(|gaps| gaps.contradicted);
        let fault = contradicted.then_some("a request was cold after a short gap, or warm after a long one");
        Batch { outputs: seen.outputs(span_s, idle_s, self), at_most, controls, gaps, fault }
    }

    /// Lets all leave who are done by now.
    #[inline]
    fn settle(&mut self, now: SimTime) {
        let Some(gaps) = &mut self.gaps else { return self.fleet.settle(now) };
        while let Some(at) = self.fleet.depart(now) {
            gaps.fell(self.fleet.busy() + 1, at);
        }
    }

    fn run(&mut self, instants: u64) -> Seen {
        let mut seen = Seen { occupancy: vec![0; 64], ..Seen::default() };
        for _ in 0..instants {
            for place in 0..self.batch_size {
                let now = self.arrivals.next().expect("a Poisson stream never ends");
                self.now = now;
                self.settle(now);
                if place == 0 {
                    seen.found(self.fleet.busy());
                }
                self.request(now, &mut seen);
            }
        }
        seen
    }

    #[inline]
    fn request(&mut self, now: SimTime, seen: &mut Seen) {
        seen.requests += 1.0;
        let admission = self.fleet.admit(now);
        let service = match admission {
            Admission::Throttled => {
                seen.rejected += 1.0;
                return;
            }
            Admission::Cold => {
                seen.cold += 1.0;
                let service = self.cold.draw(&mut self.stream);
                seen.excess_s += service - self.mean_cold_s;
                service
            }
            Admission::Warm | Admission::Provisioned => {
                let service = self.warm.draw(&mut self.stream);
                seen.excess_s += service - self.mean_s;
                service
            }
        };
        if let Some(gaps) = &mut self.gaps {
            gaps.rose(self.fleet.busy(), now, admission == Admission::Cold);
        }
        let stay = SimTime::from_secs(service);
        seen.busy_ns += stay.0 as f64;
        self.fleet.occupy(now + stay);
    }
}

impl Seen {
    #[inline]
    fn found(&mut self, busy: u32) {
        let busy = busy as usize;
        if busy >= self.occupancy.len() {
            self.occupancy.resize(2 * busy, 0);
        }
        self.occupancy[busy] += 1;
    }

    fn outputs(&self, span_s: f64, idle_s: f64, case: &FleetCase) -> Outputs {
        let accepted = self.requests - self.rejected;
        let busy_s = self.busy_ns / 1e9;
        let (total, mean_seen) = (self.total(), self.sum(|busy| busy));
        // With a limit the mean is steadier from what arrivals find than from the work begun.
        let mean_busy = if case.limit.is_some() { ratio(mean_seen, total) } else { ratio(busy_s, span_s) };
        let instances_s = idle_s + span_s * mean_busy.of / mean_busy.per;
        // Around the mean that is known: a batch's own mean would take some of the variance away.
        let squares = self.sum(|busy| (busy - case.load) * (busy - case.load));
        let far_above = case.load + 3.0 * case.load.sqrt() + 1e-9;
        Outputs::from([
            ("p_reject", ratio(self.rejected, self.requests)),
            ("mean_busy", mean_busy),
            ("throughput", ratio(accepted, span_s)),
            ("mean", ratio(mean_seen, total)),
            ("var", ratio(squares, total)),
            ("var_busy", ratio(squares, total)),
            ("p0", ratio(self.occupancy[0] as f64, total)),
            ("p_cold", ratio(self.cold, self.requests)),
            ("p_cold_of_all", ratio(self.cold, self.requests)),
            ("p_cold_of_accepted", ratio(self.cold, accepted)),
            ("mean_instances", ratio(instances_s, span_s)),
            ("mean_idle", ratio(idle_s, span_s)),
            ("utilization", ratio(busy_s, instances_s)),
            ("mean_response_s", ratio(busy_s, accepted)),
            ("P_gt_mean_plus_3sd", ratio(self.sum(|busy| f64::from(u8::from(busy > far_above))), total)),
            (DRAWN_RATE, ratio(self.requests, span_s)),
            (DRAWN_SERVICE, plain(case.mean_s + self.excess_s / accepted.max(1.0))),
            ("mean_lifespan_s", ratio(instances_s, self.cold)),
        ])
    }

    fn total(&self) -> f64 {
        self.occupancy.iter().sum::<u64>() as f64
    }

    /// The sum of a value over what the instants found.
    fn sum(&self, value: impl Fn(f64) -> f64) -> f64 {
        self.occupancy.iter().enumerate().map(|(busy, &found)| value(busy as f64) * found as f64).sum()
    }

    /// By count: the share that found no more than it.
    fn at_most(&self) -> Vec<f64> {
        let mut below = 0.0;
        let share = |&found: &u64| {
            below += found as f64;
            below / self.total()
        };
        self.occupancy.iter().map(share).collect()
    }
}

/// A fleet from an empty start, looked at after a while, again and again.
pub struct TransientCase {
    rate: f64,
    law: Law,
    after: SimTime,
    seed: u64,
}

impl TransientCase {
    /// Sets the case up.
    pub fn new(oracle: &Oracle, law: Law, seed: u64) -> Result<Self, String> {
        let after = SimTime::from_secs(oracle.number("t")?);
        Ok(Self { rate: oracle.number("arrival_rate")?, law, after, seed })
    }

    /// Runs the next batch: many empty starts, far enough apart that nothing is left of the one before.
    pub fn batch(&mut self) -> Outputs {
        // As many arrivals in a batch, however many there are until the look.
        let starts = (40e6 / (self.rate * self.after.as_secs()).max(1.0)).clamp(1e3, 2e6) as u64;
        self.seed += 1_000_003;
        let mut gaps = Stream::new(self.seed, Purpose::Arrivals, 0);
        let mut work = Stream::new(self.seed, Purpose::Work, 0);
        let (gap, service) =
            (Sampler::new(Law::Exponential { mean: 1.0 / self.rate }), Sampler::new(self.law));
        let calendar = Calendar::new(SimTime::from_secs(self.law.mean()), self.rate);
        let policy = FixedIdle { idle: SimTime::ZERO };
        let mut fleet = Fleet::new(policy, 0, u32::MAX, ScalingRate::unlimited(), calendar);
        let (mut busy, mut empty) = (0.0, 0.0);
        let apart = SimTime::from_secs(1_000.0 * self.law.mean());
        for start in 0..starts {
            let began = SimTime(start * apart.0);
            let look = began + self.after;
            let mut now = began + SimTime::from_secs(gap.draw(&mut gaps));
            while now < look {
                fleet.settle(now);
                fleet.admit(now);
                fleet.occupy(now + SimTime::from_secs(service.draw(&mut work)));
                now += SimTime::from_secs(gap.draw(&mut gaps));
            }
            fleet.settle(look);
            busy += f64::from(fleet.busy());
            empty += f64::from(u8::from(fleet.busy() == 0));
            fleet.settle(began + SimTime(apart.0 - 1));
        }
        Outputs::from([("mean_busy", plain(busy / starts as f64)), ("p0", plain(empty / starts as f64))])
    }
}
