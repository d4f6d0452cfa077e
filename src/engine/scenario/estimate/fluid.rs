//! A queue as a fluid: second by second, what arrives beyond what is taken piles up.

use crate::{
    fleet::Polling,
    metrics::{SLICE_MINUTES, SLICES_PER_DAY},
    scenario::Scenario,
    units::{MINUTES_PER_DAY, SECOND, SimTime, sort_by_number},
};

/// How long requests wait in the queue: weights that sum to one, by waits in seconds.
#[derive(Clone, Debug)]
pub struct Waits {
    atoms: Vec<(f64, f64)>,
}

impl Waits {
    /// Nobody waits.
    pub fn none() -> Self {
        Self { atoms: vec![(1.0, 0.0)] }
    }

    /// From weights by wait, in any scale; waits within 5 % of each other become one.
    fn of(mut weighted: Vec<(f64, f64)>) -> Self {
        weighted.retain(|&(weight, _)| weight > 0.0);
        let total: f64 = weighted.iter().map(|atom| atom.0).sum();
        if total <= 0.0 {
            return Self::none();
        }
        sort_by_number(&mut weighted, |&(_, wait)| wait);
        let mut atoms: Vec<(f64, f64)> = Vec::new();
        for (weight, wait) in weighted {
            let weight = weight / total;
            match atoms.last_mut() {
                Some(last) if wait <= last.1 * 1.05 + 0.005 => {
                    last.1 = (last.0 * last.1 + weight * wait) / (last.0 + weight);
                    last.0 += weight;
                }
                _ => atoms.push((weight, wait)),
            }
        }
        Self { atoms }
    }

    /// The weights and waits, shortest first.
    pub fn atoms(&self) -> impl Iterator<Item = (f64, f64)> {
        self.atoms.iter().copied()
    }

    /// The longest wait.
    pub fn longest(&self) -> f64 {
        self.atoms.last().map_or(0.0, |atom| atom.1)
    }

    /// The mean wait.
    pub fn mean_s(&self) -> f64 {
        self.atoms.iter().map(|(weight, wait)| weight * wait).sum()
    }

    /// The share that waits at all.
    pub fn share_above_zero(&self) -> f64 {
        self.atoms.iter().filter(|atom| atom.1 > 0.0).map(|atom| atom.0).sum()
    }

    /// The mean wait of the share that waits longest.
    pub fn mean_above(&self, share: f64) -> f64 {
        let (mut left, mut sum) = (share, 0.0);
        for (weight, wait) in self.atoms.iter().rev() {
            let taken = weight.min(left);
            sum += taken * wait;
            left -= taken;
        }
        sum / share
    }
}

/// A day of the queue.
pub struct Fluid {
    /// Waits of all requests.
    pub waits: Waits,
    /// Waits by slice of arrival.
    pub slices: Vec<Waits>,
    /// Most messages waiting at once in each minute.
    pub depth_by_minute: Vec<f64>,
    /// The longest that one of them had waited, in seconds.
    pub oldest_by_minute: Vec<f64>,
    /// Batches out at once, at most, by slice.
    pub batches_most: Vec<f64>,
    /// Messages still waiting at midnight that arrived in the day.
    pub left: f64,
    /// Seconds that pollers spend on an empty queue.
    pub idle_polling_s: f64,
    /// Messages per call, on average.
    pub messages_per_call: f64,
}

const SECONDS_PER_DAY: usize = MINUTES_PER_DAY * 60;
/// Into how many parts a second's arrivals are cut when they cannot be taken at once.
const PARTS: usize = 40;
/// Messages that are only a rounding error of the sums they are taken from.
const ROUNDING: f64 = 1e-6;

impl Fluid {
    /// Runs a day, and where it ends otherwise than it began another one, which then counts, with what arrives in each
    /// second and how long a message's work takes.
    pub fn of(scenario: &Scenario, arrivals: &[f64], work_s: f64) -> Self {
        let mut flow = Flow::new(scenario, work_s);
        flow.day(arrivals);
        if !scenario.just_deployed && !flow.is_as_at_first() {
            flow.forget();
            flow.day(arrivals);
        }
        flow.finish(arrivals)
    }
}

/// The state of the fluid, second by second.
struct Flow {
    polling: Polling,
    limit: f64,
    /// Calls of a second that may come in.
    most_rate: f64,
    batch_size: f64,
    window_s: f64,
    work_s: f64,
    second: u64,
    backlog: f64,
    /// Messages that waited at the start of the day, ahead of the day's own.
    before: f64,
    /// Messages handed out since the start of the day, by second.
    taken: Vec<f64>,
    depth_by_minute: Vec<f64>,
    batches_most: Vec<f64>,
    idle_polling_s: f64,
    calls: f64,
}

impl Flow {
    fn new(scenario: &Scenario, work_s: f64) -> Self {
        Self {
            polling: Polling::sqs(&scenario.queue),
            limit: f64::from(scenario.fleet.limit()),
            most_rate: scenario.fleet.most_requests_per_s(),
            batch_size: f64::from(scenario.queue.messages_per_batch()),
            window_s: scenario.queue.collecting().0,
            work_s: work_s.max(1e-6),
            second: 0,
            backlog: 0.0,
            before: 0.0,
            taken: Vec::new(),
            depth_by_minute: Vec::new(),
            batches_most: vec![0.0; SLICES_PER_DAY],
            idle_polling_s: 0.0,
            calls: 0.0,
        }
    }

    /// Whether nothing waits, and the bound on batches is where it started.
    fn is_as_at_first(&self) -> bool {
        self.backlog <= 0.0 && self.polling.is_at_start()
    }

    fn forget(&mut self) {
        self.before = self.backlog;
        self.taken.clear();
        self.depth_by_minute.clear();
        self.batches_most.fill(0.0);
        (self.idle_polling_s, self.calls) = (0.0, 0.0);
    }

    fn day(&mut self, arrivals: &[f64]) {
        let mut taken_so_far = 0.0;
        let mut deepest = 0.0_f64;
        for (second, arrived) in arrivals.iter().enumerate() {
            let here = self.backlog + arrived;
            let batches = f64::from(self.polling.allowed()).min(self.limit);
            let taken = here.min(batches / self.work_s).min(self.most_rate * self.batch_size);
            self.backlog = here - taken;
            self.second += 1;
            self.polling.pass(SimTime(self.second * SECOND.0), self.backlog > 1e-9);
            let at_work = taken * self.work_s;
            let slice = second / 60 / SLICE_MINUTES;
            self.batches_most[slice] = self.batches_most[slice].max(at_work);
            self.idle_polling_s += f64::from(self.polling.idle_pollers(at_work.round() as u32));
            // Batches fill only when messages wait, or are collected.
            let full = if self.backlog > 0.0 { self.batch_size } else { self.collected(*arrived) };
            self.calls += taken / full;
            taken_so_far += taken;
            self.taken.push(taken_so_far);
            deepest = deepest.max(self.backlog);
            if second % 60 == 59 {
                self.depth_by_minute.push(std::mem::replace(&mut deepest, self.backlog));
            }
        }
    }

    /// Seconds in which a batch is collected at so many arrivals a second.
    fn collecting_s(&self, rate: f64) -> f64 {
        if rate > 0.0 { self.window_s.min((self.batch_size - 1.0) / rate) } else { self.window_s }
    }

    /// Messages of a batch that is collected at so many arrivals a second.
    fn collected(&self, rate: f64) -> f64 {
        1.0 + rate * self.collecting_s(rate)
    }

    /// How much longer a message takes because others are in its batch: until it is collected, and until
    /// all of it is done.
    fn batch_wait_s(&self, rate: f64) -> f64 {
        let messages = self.collected(rate);
        let until_full = self.collecting_s(rate) * 0.5 * (1.0 + 1.0 / messages);
        if self.batch_size > 1.0 { until_full + (messages - 1.0) * self.work_s } else { 0.0 }
    }

    fn taken_in(&self, second: usize) -> f64 {
        self.taken[second] - second.checked_sub(1).map_or(0.0, |before| self.taken[before])
    }

    /// First in, first out: a message waits until as many were taken as stood before it.
    fn finish(self, arrivals: &[f64]) -> Fluid {
        let mut slices: Vec<Vec<(f64, f64)>> = vec![Vec::new(); SLICES_PER_DAY];
        let (mut ahead, mut taken_at) = (self.before, 0);
        let mut oldest = vec![0.0_f64; MINUTES_PER_DAY];
        for (second, &arrived) in arrivals.iter().enumerate() {
            taken_at = taken_at.max(second);
            // A send of many within one second is taken over many: its parts wait differently.
            let parts = if arrived > self.taken_in(second) + ROUNDING { PARTS } else { 1 };
            let part = arrived / parts as f64;
            for _ in 0..if arrived > 0.0 { parts } else { 0 } {
                while taken_at < SECONDS_PER_DAY && self.taken[taken_at] < ahead + 0.5 * part - 1e-9 {
                    taken_at += 1;
                }
                ahead += part;
                if taken_at < SECONDS_PER_DAY {
                    let batch = if taken_at == second { self.batch_wait_s(arrived) } else { 0.0 };
                    let wait = (taken_at - second) as f64 + batch;
                    oldest[taken_at / 60] = oldest[taken_at / 60].max((taken_at - second) as f64);
                    add(&mut slices[second / 60 / SLICE_MINUTES], part, wait);
                }
            }
        }
        let taken = self.taken.last().copied().unwrap_or(0.0);
        grow_older(&mut oldest, &self.depth_by_minute);
        Fluid {
            waits: Waits::of(slices.concat()),
            slices: slices.into_iter().map(Waits::of).collect(),
            depth_by_minute: self.depth_by_minute,
            oldest_by_minute: oldest,
            batches_most: self.batches_most,
            left: self.backlog.min(arrivals.iter().sum()),
            idle_polling_s: self.idle_polling_s,
            messages_per_call: if self.calls > 0.0 { (taken / self.calls).max(1.0) } else { 1.0 },
        }
    }
}

/// Adds a wait to others that came before it: most seconds are like the one before, and are kept with it.
fn add(atoms: &mut Vec<(f64, f64)>, weight: f64, wait: f64) {
    match atoms.last_mut() {
        Some((others, mean)) if (wait - *mean).abs() <= 0.002 * *mean => {
            *others += weight;
            *mean += (wait - *mean) * weight / *others;
        }
        _ => atoms.push((weight, wait)),
    }
}

/// Where messages wait and none is taken in a minute, the one in front grows older by the minute.
fn grow_older(oldest: &mut [f64], depth: &[f64]) {
    for minute in 1..oldest.len() {
        if oldest[minute] == 0.0 && depth[minute] >= 1.0 && depth[minute - 1] >= 1.0 {
            oldest[minute] = oldest[minute - 1] + 60.0;
        }
    }
}
