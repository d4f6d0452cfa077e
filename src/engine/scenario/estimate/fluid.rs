//! A queue as a fluid: what arrives beyond what is taken piles up, second by second where it matters.

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

    /// From weights by wait, and the same with their scale.
    fn with_weights(weighted: Vec<(f64, f64)>) -> (Self, Vec<(f64, f64)>) {
        let total: f64 = weighted.iter().map(|atom| atom.0).sum();
        let waits = Self::of(weighted);
        let atoms = waits.atoms().map(|(weight, wait)| (total * weight, wait)).collect();
        (waits, atoms)
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

    /// How long all of them wait, where it is as long for all.
    pub fn only(&self) -> Option<f64> {
        match self.atoms[..] {
            [(_, wait)] => Some(wait),
            _ => None,
        }
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
/// Into how many parts arrivals are cut at most when they cannot be taken at once.
const PARTS: f64 = 40.0;
/// Messages that are only a rounding error of the sums they are taken from.
const ROUNDING: f64 = 1e-6;
/// What comes before midnight, for what is there then.
const EVENING_S: usize = 2 * 3_600;
/// A line that is gone so soon is none.
const SHORT_S: f64 = 5.0;
/// Seconds of waiting for the bound to rise that do not show.
const MOMENTS_S: f64 = 2.0;
/// Seconds whose arrivals are told of together where the line is longer than a minute.
const TOGETHER: usize = 10;

impl Fluid {
    /// Runs a day that comes after one of the same kind, with what arrives in each second and how long a message's work
    /// takes.
    pub fn of(scenario: &Scenario, arrivals: &[f64], work_s: f64) -> Self {
        let mut flow = Flow::new(scenario, work_s);
        if !scenario.just_deployed {
            // Where the evening leaves no line, it is all that there is to know of the day before.
            flow.day(&arrivals[SECONDS_PER_DAY - EVENING_S..]);
            flow.forget();
        }
        flow.day(arrivals);
        if !scenario.just_deployed && flow.ends_with_another_line() {
            flow.forget();
            flow.day(arrivals);
        }
        flow.finish(arrivals)
    }
}

/// How a minute was gone through.
#[derive(Clone, Copy, PartialEq)]
enum Pace {
    /// At once: hardly anything waits, and all that comes is taken.
    Calm,
    /// At once: more waits than a minute can take.
    Line,
    /// Second by second.
    Seconds,
}

/// The state of the fluid.
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
    /// Messages handed out since the start of the day, by second; in a calm minute at its end.
    taken: Vec<f64>,
    taken_so_far: f64,
    paces: Vec<Pace>,
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
            taken: Vec::with_capacity(SECONDS_PER_DAY),
            taken_so_far: 0.0,
            paces: Vec::with_capacity(MINUTES_PER_DAY),
            depth_by_minute: Vec::new(),
            batches_most: vec![0.0; SLICES_PER_DAY],
            idle_polling_s: 0.0,
            calls: 0.0,
        }
    }

    /// Whether the line at the end takes longer than the one before the day, or less, by more than moments.
    fn ends_with_another_line(&self) -> bool {
        let per_second = self.per_second(f64::from(self.polling.allowed()));
        (self.backlog - self.before).abs() > SHORT_S * per_second
    }

    fn forget(&mut self) {
        self.before = self.backlog;
        self.taken.clear();
        self.paces.clear();
        self.taken_so_far = 0.0;
        self.depth_by_minute.clear();
        self.batches_most.fill(0.0);
        (self.idle_polling_s, self.calls) = (0.0, 0.0);
    }

    fn day(&mut self, arrivals: &[f64]) {
        for (minute, seconds) in arrivals.chunks(60).enumerate() {
            let slice = minute / SLICE_MINUTES;
            let pace = self.pace_of(seconds);
            let deepest = match pace {
                Pace::Calm => self.calm_minute(slice, seconds),
                Pace::Line => self.minute_of_line(slice, seconds),
                Pace::Seconds => self.seconds(slice, seconds),
            };
            self.paces.push(pace);
            self.depth_by_minute.push(deepest);
        }
    }

    /// Nearly all minutes of nearly all days can be gone through at once.
    fn pace_of(&self, seconds: &[f64]) -> Pace {
        if self.follows(seconds) {
            return Pace::Calm;
        }
        let per_second = self.per_second(self.allowed_in_a_minute());
        if self.backlog > 60.0 * per_second { Pace::Line } else { Pace::Seconds }
    }

    /// Whether the bound on batches is always where it has to be, or moments behind.
    fn follows(&self, seconds: &[f64]) -> bool {
        let (fewest, most) = self.polling.ends();
        let (fewest, most) = (self.per_second(f64::from(fewest)), self.per_second(f64::from(most)));
        let least_asked = seconds.iter().copied().fold(f64::INFINITY, f64::min);
        let most_asked = seconds.iter().copied().fold(0.0, f64::max);
        let rise = self.polling.rise_per_s();
        let soon = self.per_second(f64::from(self.polling.allowed()) + MOMENTS_S * rise);
        let is_even = (most_asked - least_asked) * self.work_s <= rise;
        let is_enough = most_asked <= fewest || is_even && most_asked <= soon && most_asked <= most;
        is_enough && self.backlog <= MOMENTS_S * fewest
    }

    /// Messages that so many batches at once take in a second.
    fn per_second(&self, batches: f64) -> f64 {
        (batches.min(self.limit) / self.work_s).min(self.most_rate * self.batch_size)
    }

    /// The bound on batches after another minute with a line.
    fn allowed_in_a_minute(&self) -> f64 {
        let mut polling = self.polling;
        polling.pass(SimTime((self.second + 60) * SECOND.0), true);
        f64::from(polling.allowed())
    }

    fn pass(&mut self, seconds: u64, waits: bool) {
        self.second += seconds;
        self.polling.pass(SimTime(self.second * SECOND.0), waits);
    }

    /// Counts messages that are taken within seconds, at an even pace, in calls of so many.
    fn take(&mut self, slice: usize, (taken, seconds): (f64, f64), per_call: f64) {
        let at_work = taken / seconds * self.work_s;
        self.batches_most[slice] = self.batches_most[slice].max(at_work);
        self.idle_polling_s += seconds * f64::from(self.polling.idle_pollers(at_work.round() as u32));
        self.calls += taken / per_call;
    }

    fn calm_minute(&mut self, slice: usize, seconds: &[f64]) -> f64 {
        let arrived: f64 = seconds.iter().sum();
        let most = seconds.iter().copied().fold(0.0, f64::max);
        let arrived = arrived + std::mem::take(&mut self.backlog);
        self.second += 60;
        self.polling.follow(SimTime(self.second * SECOND.0), seconds[seconds.len() - 1] * self.work_s);
        self.take(slice, (arrived, 60.0), self.collected(arrived / 60.0));
        self.batches_most[slice] = self.batches_most[slice].max(most * self.work_s);
        self.taken_so_far += arrived;
        self.taken.resize(self.taken.len() + seconds.len(), self.taken_so_far);
        0.0
    }

    fn minute_of_line(&mut self, slice: usize, seconds: &[f64]) -> f64 {
        let batches = 0.5 * (f64::from(self.polling.allowed()) + self.allowed_in_a_minute());
        let taken = 60.0 * self.per_second(batches);
        let before = self.backlog;
        self.backlog += seconds.iter().sum::<f64>() - taken;
        self.pass(60, true);
        self.take(slice, (taken, 60.0), self.batch_size);
        let so_far = self.taken_so_far;
        self.taken.extend((1..=60).map(|second| so_far + taken * f64::from(second) / 60.0));
        self.taken_so_far += taken;
        before.max(self.backlog)
    }

    fn seconds(&mut self, slice: usize, seconds: &[f64]) -> f64 {
        let mut deepest = self.backlog;
        for &arrived in seconds {
            let here = self.backlog + arrived;
            let taken = here.min(self.per_second(f64::from(self.polling.allowed())));
            self.backlog = here - taken;
            self.pass(1, self.backlog > 1e-9);
            // Batches fill only when messages wait, or are collected.
            let per_call = if self.backlog > 0.0 { self.batch_size } else { self.collected(arrived) };
            self.take(slice, (taken, 1.0), per_call);
            self.taken_so_far += taken;
            self.taken.push(self.taken_so_far);
            deepest = deepest.max(self.backlog);
        }
        deepest
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

    fn taken_before(&self, second: usize) -> f64 {
        second.checked_sub(1).map_or(0.0, |before| self.taken[before])
    }

    /// First in, first out: a message waits until as many were taken as stood before it.
    fn finish(self, arrivals: &[f64]) -> Fluid {
        let mut line = Line::behind(self.before);
        for (minute, seconds) in arrivals.chunks(60).enumerate() {
            let first = 60 * minute;
            let together = match self.paces[minute] {
                Pace::Calm => {
                    line.calm(&self, minute, seconds.iter().sum());
                    continue;
                }
                Pace::Line => TOGETHER,
                Pace::Seconds => 1,
            };
            for (index, seconds) in seconds.chunks(together).enumerate() {
                line.join(&self, first + index * together, seconds);
            }
        }
        let Line { slices, mut oldest, .. } = line;
        grow_older(&mut oldest, &self.depth_by_minute);
        let taken = self.taken_so_far;
        let (slices, atoms): (Vec<_>, Vec<_>) = slices.into_iter().map(Waits::with_weights).unzip();
        Fluid {
            waits: Waits::of(atoms.concat()),
            slices,
            depth_by_minute: self.depth_by_minute,
            oldest_by_minute: oldest,
            batches_most: self.batches_most,
            left: self.backlog.min(arrivals.iter().sum()),
            idle_polling_s: self.idle_polling_s,
            messages_per_call: if self.calls > 0.0 { (taken / self.calls).max(1.0) } else { 1.0 },
        }
    }
}

/// Who stands in line, as told from its front to its end.
struct Line {
    /// Messages before those to come next.
    ahead: f64,
    /// The second in which these are taken.
    taken_at: usize,
    /// Weights by wait, by slice.
    slices: Vec<Vec<(f64, f64)>>,
    /// The longest wait of what is taken in each minute.
    oldest: Vec<f64>,
}

impl Line {
    fn behind(ahead: f64) -> Self {
        let slices = vec![Vec::new(); SLICES_PER_DAY];
        Self { ahead, taken_at: 0, slices, oldest: vec![0.0; MINUTES_PER_DAY] }
    }

    /// All of a minute that are taken as they come.
    fn calm(&mut self, flow: &Flow, minute: usize, arrived: f64) {
        self.taken_at = self.taken_at.max(60 * minute);
        self.ahead += arrived;
        if arrived > 0.0 {
            add(&mut self.slices[minute / SLICE_MINUTES], arrived, flow.batch_wait_s(arrived / 60.0));
        }
    }

    /// Those of one second, or of some in a long line.
    fn join(&mut self, flow: &Flow, first: usize, seconds: &[f64]) {
        let arrived: f64 = seconds.iter().sum();
        if arrived <= 0.0 {
            return;
        }
        let since = first as f64 + 0.5 * (seconds.len() - 1) as f64;
        self.taken_at = self.taken_at.max(first);
        // A send of many within one second is taken over many: its parts wait differently.
        let taken = flow.taken[first + seconds.len() - 1] - flow.taken_before(first);
        let parts = if arrived > taken + ROUNDING { (2.0 * arrived / taken).ceil().min(PARTS) } else { 1.0 };
        let part = arrived / parts;
        for _ in 0..parts as usize {
            while self.taken_at < SECONDS_PER_DAY
                && flow.taken[self.taken_at] < self.ahead + 0.5 * part - 1e-9
            {
                self.taken_at += 1;
            }
            self.ahead += part;
            if self.taken_at < SECONDS_PER_DAY {
                let batch = if self.taken_at == first { flow.batch_wait_s(arrived) } else { 0.0 };
                let waited = (self.taken_at as f64 - since).max(0.0);
                let oldest = &mut self.oldest[self.taken_at / 60];
                *oldest = oldest.max(waited);
                add(&mut self.slices[first / 60 / SLICE_MINUTES], part, waited + batch);
            }
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
