use std::{collections::BTreeMap, sync::OnceLock};

use super::{Form, Kind, Metered, Scaling, Size, Tracker, scaling::Load};
use crate::{
    random::math::{exp, ln, normal_quantile},
    theory::{Kept, KeptFleet, delay, erlang_c, kept_fleet, poisson},
    units::{MINUTES_PER_DAY, SimTime},
};

/// A day's requests in numbers, as a kind of server meets them.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// Requests a second in each minute of the day, what is sent at once apart.
    pub rates: Vec<f64>,
    /// Requests sent at once in each minute.
    pub sent: Vec<f64>,
    /// Variance over mean of the requests of a second.
    pub dispersion: f64,
    /// How long requests take once they have begun: seconds, ascending, each with its share of them.
    pub latencies: Vec<(f64, f64)>,
    /// Mean seconds that one computes on a vCPU of this kind, and the squared coefficient of variation.
    pub computing_s: f64,
    /// Of the computing.
    pub variation: f64,
    /// Mean seconds that one is charged for by the request.
    pub charged_s: f64,
    /// The share that fails.
    pub failing: f64,
    /// Seconds that one may take.
    pub waits_s: f64,
}

/// What formulas say of a day at a group of servers.
#[derive(Clone, Debug, Default)]
pub struct FluidDay {
    /// Requests expected.
    pub arrived: f64,
    /// Those that are not answered.
    pub unanswered: f64,
    /// Those that wait for a start.
    pub cold: f64,
    /// What is charged for.
    pub metered: Metered,
    /// Servers that answer, and those on their way, as each minute ends.
    pub servers: Vec<(u32, u32)>,
    /// The most at once.
    pub most: u32,
    /// Answered requests above each latency of the grid.
    tails: Vec<f64>,
    answered: f64,
}

/// Walks through a day in steps of ten seconds: the load as a fluid, the servers by the rule of their growth, and the
/// wait in each step as it would be in a steady state, by [`delay`].
///
/// # What is approximated
/// - What is left over when all vCPUs are at work waits, as a fluid; a wait by chance is added where nothing is left.
/// - Near full load a steady state is not reached within an hour; its wait is bounded by what chance does in that time.
/// - Bunches count as variability of the arrivals.
/// - Elastic groups keep what the luckiest minute of those that they remember asked for.
/// - Instances of one place have the starts of a fleet that keeps them as long; of several, those of the first one.
pub struct Fluid<'a> {
    kind: &'a Kind,
    offered: &'a Offered,
    tracker: Tracker,
    running: f64,
    /// Servers on their way: seconds until they answer, and how many.
    starting: Vec<(f64, u32)>,
    /// vCPU-seconds that wait.
    backlog: f64,
    since_look_s: f64,
    at_work_s: f64,
    in_flight_s: f64,
    stay_s: f64,
    kept: BTreeMap<i64, KeptFleet>,
    at_work: BTreeMap<(u32, i64), (f64, f64)>,
    kept_before: f64,
}

const STEP_S: f64 = 10.0;
const STEPS: usize = 8_640;
const STEPS_PER_MINUTE: usize = 6;
/// The steps before midnight that make the group the one that the evening left.
const BEFORE: usize = 360;
/// Latencies of the grid: from 100 µs, each 4 % above the one before.
const GRID: usize = 420;
const FIRST_S: f64 = 1e-4;
const RATIO: f64 = 1.04;
/// Rates, and waits, are taken as the same within so much.
const CLASS: f64 = 0.01;
/// Shares below this are none.
const NOTHING: f64 = 1e-9;

/// Steps that are alike: servers, rate, wait for its turn.
type Class = (u32, i64, i64);

/// What happens in one step.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    arrived: f64,
    dropped: f64,
    /// Seconds that one who comes in the middle waits because of what is left over.
    wait_s: f64,
    /// vCPU-seconds of computing.
    computed: f64,
}

impl<'a> Fluid<'a> {
    /// The day of a kind of server between these bounds.
    pub fn day(kind: &'a Kind, size: Size, offered: &'a Offered) -> FluidDay {
        let mut fluid = Self::new(kind, size, offered);
        let mut day = FluidDay {
            tails: vec![0.0; GRID],
            servers: Vec::with_capacity(MINUTES_PER_DAY),
            ..FluidDay::default()
        };
        let mut classes: BTreeMap<Class, f64> = BTreeMap::new();
        // Most steps are like the one before.
        let (mut alike, mut of_alike) = (Class::default(), 0.0);
        let rates: Vec<i64> = offered.rates.iter().map(|&rate| bin(rate)).collect();
        let (mut server_s, mut active_s, mut computing_s) = (0.0, 0.0, 0.0);
        for index in 0..BEFORE + STEPS {
            let at = (index + STEPS - BEFORE) % STEPS;
            let step = fluid.step(at / STEPS_PER_MINUTE, at.is_multiple_of(STEPS_PER_MINUTE));
            if index < BEFORE {
                continue;
            }
            day.arrived += step.arrived;
            day.unanswered += step.dropped;
            let served = step.arrived - step.dropped;
            let rate = offered.rates[at / STEPS_PER_MINUTE];
            let class = fluid.class(rates[at / STEPS_PER_MINUTE], step.wait_s);
            if class != alike {
                *classes.entry(alike).or_default() += of_alike;
                (alike, of_alike) = (class, 0.0);
            }
            of_alike += served;
            day.cold += fluid.cold(rate, served);
            server_s += (fluid.running + fluid.on_their_way()) * STEP_S;
            active_s += fluid.active_s(rate, served);
            computing_s += step.computed;
            day.most = day.most.max(fluid.running.round() as u32);
            if (at + 1).is_multiple_of(STEPS_PER_MINUTE) {
                day.servers.push((fluid.running.round() as u32, fluid.on_their_way() as u32));
            }
        }
        *classes.entry(alike).or_default() += of_alike;
        classes.iter().for_each(|(class, &served)| fluid.add(class, served, &mut day));
        day.close(offered, fluid.kind);
        let ms = |seconds: f64| (seconds * 1e3).round() as u64;
        day.metered = Metered {
            server_ms: ms(server_s),
            active_ms: ms(active_s + day.cold_starts(kind) * kind.start.as_secs()),
            calls: (day.arrived - day.dropped_unbegun(offered)).round() as u64,
            call_ms: ms((day.arrived - day.dropped_unbegun(offered)) * offered.charged_s),
            computing_ms: ms(computing_s),
        };
        day
    }

    fn new(kind: &'a Kind, size: Size, offered: &'a Offered) -> Self {
        let mut fluid = Self {
            kind,
            offered,
            tracker: Tracker::new(kind.scaling, size, kind.cores, kind.at_once),
            running: 0.0,
            starting: Vec::new(),
            backlog: 0.0,
            since_look_s: 0.0,
            at_work_s: 0.0,
            in_flight_s: 0.0,
            stay_s: offered.stay_s(),
            kept: BTreeMap::new(),
            at_work: BTreeMap::new(),
            kept_before: f64::NAN,
        };
        let evening = offered.rates[MINUTES_PER_DAY - BEFORE / STEPS_PER_MINUTE];
        fluid.running = f64::from(first_size(kind, size, evening * offered.computing_s));
        fluid
    }

    fn on_their_way(&self) -> f64 {
        self.starting.iter().map(|&(_, count)| f64::from(count)).sum()
    }

    /// One server works on one request at a time, and comes with it.
    fn by_request(&self) -> bool {
        self.kind.at_once == Some(1)
    }

    fn step(&mut self, minute: usize, is_first: bool) -> Step {
        let offered = self.offered;
        let sent = if is_first { offered.sent[minute] } else { 0.0 };
        let arrived = offered.rates[minute] * STEP_S + sent;
        if self.kind.form == Form::Isolates {
            return Step { arrived, computed: arrived * offered.computing_s, ..Step::default() };
        }
        if self.by_request() {
            let kept = self.kept(offered.rates[minute]);
            let grown = kept.environments.max(sent);
            self.running = grown;
            return Step { arrived, computed: arrived * offered.computing_s, ..Step::default() };
        }
        let cores = self.come() * f64::from(self.kind.cores);
        let before = self.backlog + sent * offered.computing_s;
        let after = before + offered.rates[minute] * STEP_S * offered.computing_s;
        let computed = after.min(cores * STEP_S);
        let left = after - computed;
        // Nobody waits longer than until he gives up.
        self.backlog = left.min(offered.waits_s * cores.max(self.least_cores()));
        let dropped =
            if offered.computing_s > 0.0 { (left - self.backlog) / offered.computing_s } else { 0.0 };
        let wait_s = self.wait_s(before, cores, left);
        self.measure(computed, arrived);
        Step { arrived, dropped: dropped.min(arrived), wait_s, computed }
    }

    /// The wait in the middle of a step: for what is there, or until the first server answers.
    fn wait_s(&self, before: f64, cores: f64, left: f64) -> f64 {
        let middle = 0.5 * (before + left);
        if cores > 0.0 {
            return if left > 0.0 || before > cores { middle / cores } else { 0.5 * before / cores };
        }
        let until = self.starting.iter().map(|&(left_s, _)| left_s).fold(f64::INFINITY, f64::min);
        if until.is_finite() { until } else { self.kind.start.as_secs() }
    }

    fn least_cores(&self) -> f64 {
        f64::from(self.kind.cores)
    }

    /// Servers that are ready answer; the mean number over the step.
    fn come(&mut self) -> f64 {
        if self.kind.form == Form::Instances && self.running + self.on_their_way() < 1.0 {
            self.starting.push((self.kind.start.as_secs(), 1));
        }
        let mut mean = self.running;
        for (left_s, count) in &mut self.starting {
            *left_s -= STEP_S;
            if *left_s <= 0.0 {
                mean += f64::from(*count) * (-*left_s / STEP_S).clamp(0.0, 1.0);
                self.running += f64::from(*count);
            }
        }
        self.starting.retain(|&(left_s, _)| left_s > 0.0);
        mean
    }

    /// Keeps datapoints, and at the end of one orders or ends servers.
    fn measure(&mut self, computed: f64, arrived: f64) {
        self.at_work_s += computed;
        self.in_flight_s += arrived * self.stay_s;
        self.since_look_s += STEP_S;
        if self.since_look_s < self.kind.scaling.period().as_secs() {
            return;
        }
        let (running, starting) = (self.running.round() as u32, self.on_their_way() as u32);
        let (at_work, in_flight) = (self.at_work_s / self.since_look_s, self.in_flight_s / self.since_look_s);
        let load = Load {
            running,
            starting,
            at_work: self.with_luck(at_work, self.offered.computing_s),
            in_flight: self.with_luck(in_flight, self.stay_s),
        };
        self.clock_look(load, running + starting);
        (self.since_look_s, self.at_work_s, self.in_flight_s) = (0.0, 0.0, 0.0);
    }

    /// The highest mean of a minute among those that an elastic group keeps in mind.
    fn with_luck(&self, mean: f64, each_s: f64) -> f64 {
        let Scaling::Elastic(rule) = self.kind.scaling else { return mean };
        let minutes = rule.idle_s / 60.0;
        if minutes < 1.0 {
            return mean;
        }
        let variance =
            mean * self.offered.dispersion * (each_s * (1.0 + self.offered.variation) / 60.0).min(1.0);
        // Of so many normal values, about.
        mean + normal_quantile(1.0 - 0.5 / minutes) * variance.sqrt()
    }

    fn clock_look(&mut self, load: Load, present: u32) {
        let now = self.tracker.clock(SimTime::from_secs(self.since_look_s));
        let wanted = self.tracker.look(now, load);
        if wanted > present {
            self.starting.push((self.kind.start.as_secs(), wanted - present));
        } else {
            self.running = (self.running - f64::from(present - wanted)).max(0.0);
        }
    }

    fn class(&self, rate: i64, wait_s: f64) -> Class {
        (self.running.round() as u32, rate, if wait_s > 1e-4 { bin(wait_s) } else { i64::MIN })
    }

    /// Environments of one place that a rate keeps, and how many of its requests find none.
    fn kept(&mut self, rate: f64) -> KeptFleet {
        let (idle_s, stay_s) = (self.idle_s(), self.stay_s);
        *self.kept.entry(bin(rate)).or_insert_with(|| kept_fleet(rate, stay_s, Kept::fixed(idle_s), 0))
    }

    fn idle_s(&self) -> f64 {
        match self.kind.scaling {
            Scaling::Elastic(rule) => rule.idle_s,
            _ => 0.0,
        }
    }

    /// Requests of a step that wait for a start.
    fn cold(&mut self, rate: f64, served: f64) -> f64 {
        match self.kind.form {
            Form::Instances if self.by_request() => {
                let kept = self.kept(rate);
                let before = if self.kept_before.is_nan() { self.running } else { self.kept_before };
                self.kept_before = self.running;
                (kept.cold_share * served + (self.running - before).max(0.0)).min(served)
            }
            // Alone in its instance, which is gone after a while.
            Form::Instances => exp(-rate * self.idle_s()) * served,
            _ => 0.0,
        }
    }

    /// Seconds of instances that work on requests: as many as there are, or as there are requests.
    fn active_s(&mut self, rate: f64, served: f64) -> f64 {
        if self.kind.form != Form::Instances || served <= 0.0 {
            return 0.0;
        }
        let instances = self.running.round().max(1.0);
        let (busy, own) = self.instances_at_work(instances as u32, bin(rate), served / STEP_S);
        // Work on an instance of one's own is rounded up.
        busy * STEP_S + served * own * (self.offered.charged_s - self.stay_s).max(0.0)
    }

    /// The mean of instances at work, and the share of requests that have one of their own.
    fn instances_at_work(&mut self, instances: u32, rate_bin: i64, rate: f64) -> (f64, f64) {
        let queued = self.delay(instances, rate);
        let stay_s = self.stay_s + queued.share * queued.mean_s;
        let of = || {
            let (first, shares) = poisson(rate * stay_s);
            let counted = shares.iter().enumerate().map(|(index, share)| ((first + index) as f64, share));
            let limit = f64::from(instances);
            counted.fold((0.0, 0.0), |(busy, own), (requests, share)| {
                (busy + share * requests.min(limit), own + if requests < limit { *share } else { 0.0 })
            })
        };
        *self.at_work.entry((instances, rate_bin)).or_insert_with(of)
    }

    /// Adds the latencies of the requests of a class.
    fn add(&self, &(running, rate, wait): &Class, served: f64, day: &mut FluidDay) {
        if served <= 0.0 {
            return;
        }
        let value = |bin: i64| if bin == i64::MIN { 0.0 } else { exp(bin as f64 * CLASS) };
        let delay = if wait == i64::MIN { self.delay(running, value(rate)) } else { Waiting::default() };
        let wait_s = value(wait);
        day.answered += served;
        let points = &self.offered.latencies;
        // What of the exponential wait is left of those that have begun, as the latency grows.
        let (mut next, mut begun, mut left, mut last_s) = (0, 0.0, 0.0, 0.0);
        for (tail, &latency_s) in day.tails.iter_mut().zip(grid()) {
            let at_s = latency_s - wait_s;
            if left > 0.0 {
                left *= exp(-(at_s - last_s) / delay.mean_s);
            }
            while next < points.len() && points[next].0 <= at_s {
                let (begins_s, share) = points[next];
                begun += share;
                if delay.mean_s > 0.0 {
                    left += share * exp(-(at_s - begins_s) / delay.mean_s);
                }
                next += 1;
            }
            last_s = at_s;
            let above = (1.0 - begun) + delay.share * left;
            if next == points.len() && above < NOTHING {
                return;
            }
            *tail += served * above.clamp(0.0, 1.0);
        }
    }

    /// The wait by chance in the steady state of a class.
    fn delay(&self, running: u32, rate: f64) -> Waiting {
        if self.kind.form == Form::Isolates || self.by_request() {
            return Waiting::default();
        }
        let (cores, mean_s) = (running * self.kind.cores, self.offered.computing_s);
        let load = rate * mean_s;
        let variability = 0.5 * (self.offered.dispersion + self.offered.variation);
        // What chance piles up within an hour, at any load.
        let bound_s = (3_600.0 * rate * 2.0 * variability).sqrt() * mean_s / f64::from(cores.max(1));
        let full = 0.999 * f64::from(cores);
        let (share, steady_s) = if load < full {
            let steady = delay(cores, load, mean_s, variability);
            (steady.share, steady.mean_s)
        } else {
            (erlang_c(cores.max(1), full).min(1.0), f64::INFINITY)
        };
        if share < 1e-6 { Waiting::default() } else { Waiting { share, mean_s: steady_s.min(bound_s) } }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Waiting {
    share: f64,
    mean_s: f64,
}

impl Offered {
    /// Mean seconds that a request takes once it has begun.
    pub fn stay_s(&self) -> f64 {
        self.latencies.iter().map(|&(latency, share)| latency * share).sum()
    }

    /// vCPUs at work in the busiest minute, in the mean.
    pub fn busiest(&self) -> f64 {
        self.rates.iter().copied().fold(0.0, f64::max) * self.computing_s
    }

    /// Requests of an hour of the day.
    pub fn in_hour(&self, hour: usize) -> f64 {
        let minutes = hour * 60..(hour + 1) * 60;
        self.rates[minutes.clone()].iter().sum::<f64>() * 60.0 + self.sent[minutes].iter().sum::<f64>()
    }
}

impl FluidDay {
    /// The share of the answered requests above a latency.
    pub fn above(&self, latency_s: f64) -> f64 {
        let index = grid().iter().position(|&at| at >= latency_s).unwrap_or(GRID - 1);
        if self.answered > 0.0 { self.tails[index] / self.answered } else { 0.0 }
    }

    /// The latency that a share of the answered requests exceeds.
    pub fn exceeded_by(&self, share: f64) -> f64 {
        let answered = self.answered;
        if answered <= 0.0 {
            return 0.0;
        }
        let wanted = share * answered;
        let above = self.tails.partition_point(|&tail| tail > wanted);
        let latency = |index: usize| FIRST_S * exp(index as f64 * ln(RATIO));
        if above == 0 || above == GRID {
            return latency(above.min(GRID - 1));
        }
        let (high, low) = (self.tails[above - 1], self.tails[above].max(1e-12 * answered));
        let place = if high > low { ln(high / wanted.max(low)) / ln(high / low) } else { 0.0 };
        latency(above - 1) * exp(place.clamp(0.0, 1.0) * ln(RATIO))
    }

    /// Adds the starts to the latencies, and leaves out what takes longer than it may.
    fn close(&mut self, offered: &Offered, kind: &Kind) {
        let cold_share = if self.answered > 0.0 { (self.cold / self.answered).min(1.0) } else { 0.0 };
        if cold_share > 0.0 {
            let start_s = kind.start.as_secs();
            let warm: Vec<f64> = self.tails.clone();
            let points = &offered.latencies;
            for ((tail, &latency_s), warm) in self.tails.iter_mut().zip(grid()).zip(warm) {
                let below: f64 =
                    points.iter().filter(|point| point.0 + start_s <= latency_s).map(|point| point.1).sum();
                *tail = (1.0 - cold_share) * warm + cold_share * self.answered * (1.0 - below).max(0.0);
            }
        }
        let late =
            grid().iter().position(|&latency_s| latency_s > offered.waits_s).map_or(0.0, |at| self.tails[at]);
        if late > 0.0 {
            self.tails.iter_mut().for_each(|tail| *tail = (*tail - late).max(0.0));
            self.answered -= late;
            self.unanswered += late;
        }
        let failed = offered.failing * self.answered;
        self.tails.iter_mut().for_each(|tail| *tail *= 1.0 - offered.failing);
        self.answered -= failed;
        self.unanswered += failed;
    }

    /// Starts that are charged as work: one for each request that waits for its own.
    fn cold_starts(&self, kind: &Kind) -> f64 {
        if kind.form == Form::Instances { self.cold } else { 0.0 }
    }

    /// Requests that gave up before they began.
    fn dropped_unbegun(&self, offered: &Offered) -> f64 {
        (self.unanswered - offered.failing * self.arrived).max(0.0)
    }

    /// The share of requests that are not answered.
    pub fn unanswered_share(&self) -> f64 {
        if self.arrived > 0.0 { (self.unanswered / self.arrived).clamp(0.0, 1.0) } else { 0.0 }
    }
}

fn grid() -> &'static [f64] {
    static LATENCIES: OnceLock<Vec<f64>> = OnceLock::new();
    LATENCIES.get_or_init(|| {
        std::iter::successors(Some(FIRST_S), |latency| Some(latency * RATIO)).take(GRID).collect()
    })
}

/// The class of a rate or a wait.
fn bin(value: f64) -> i64 {
    if value > 1e-9 { (ln(value) / CLASS).round() as i64 } else { i64::MIN }
}

/// With how many servers a run starts that has so many vCPUs' work to do.
pub fn first_size(kind: &Kind, size: Size, load: f64) -> u32 {
    let target = match kind.scaling {
        Scaling::Tracking(rule) => rule.target,
        Scaling::Elastic(rule) => rule.cpu_target,
        Scaling::None => 1.0,
    };
    let wanted = (load / (f64::from(kind.cores) * target)).ceil();
    (wanted as u32).clamp(size.least, size.most)
}
