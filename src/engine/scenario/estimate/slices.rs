use super::{
    fluid::{Fluid, Waits},
    held::Held,
    latency::Mixture,
};
use crate::{
    metrics::{SLICE_MINUTES, SLICES_PER_DAY},
    scenario::{QueueMode, Scenario},
    theory::{Kept, KeptFleet, Levels, erlang_b, kept_fleet},
    traffic::Sent,
    units::{DAY, MINUTES_PER_DAY, PerSecond, SimTime},
};

/// Ten minutes of the day, in numbers of requests and environments.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Requests that arrive.
    pub arrived: f64,
    /// Requests that are answered.
    pub answered: f64,
    /// Answered requests that wait for a start.
    pub cold: f64,
    /// Those of them that were sent at one instant.
    pub cold_sent: f64,
    /// Answered requests that find an environment held by provisioned concurrency.
    pub held: f64,
    /// Those of them that do not come with others at one instant.
    held_steady: f64,
    /// Requests turned away.
    pub throttled: f64,
    /// Environments at work on average.
    pub busy: f64,
    /// Environments at work at most.
    pub busy_most: f64,
    /// Environments without work on average, those held by provisioned concurrency apart.
    pub idle: f64,
    /// How long requests wait in the queue.
    pub waits: Waits,
}

impl Slice {
    /// The share of those that find a place which waits for a start.
    pub fn cold_share(&self) -> f64 {
        if self.answered > 0.0 { (self.cold / self.answered).min(1.0) } else { 0.0 }
    }
}

/// The day as slices.
pub struct Day {
    /// In order.
    pub slices: Vec<Slice>,
    /// Requests expected in each minute.
    pub arrived_by_minute: Vec<f64>,
    /// Most messages waiting at once in each minute.
    pub queue_by_minute: Vec<f64>,
    /// The longest that one of them had waited, in seconds.
    pub oldest_by_minute: Vec<f64>,
    /// Queue waits of all requests.
    pub waits: Waits,
    /// Messages still waiting at midnight.
    pub waiting_at_midnight: f64,
    /// Environment-milliseconds billed for holding them.
    pub provisioned_billed_ms: u64,
    /// Seconds that pollers spend on an empty queue.
    pub idle_polling_s: f64,
    /// Messages per call of the function.
    pub messages_per_call: f64,
}

const SLICE_S: f64 = SLICE_MINUTES as f64 * 60.0;

/// What the formulas need of a scenario.
struct Setting<'a> {
    scenario: &'a Scenario,
    work_s: f64,
    init_s: f64,
    kept: Kept,
    /// The longest that an environment stays without work.
    keep_alive_s: f64,
    limit: f64,
    /// Requests of a second that may come in.
    most_rate: f64,
    held: Held,
    /// How many are held for each that the scenario holds.
    times: u32,
}

impl<'a> Setting<'a> {
    fn of(scenario: &'a Scenario, mixture: &Mixture) -> Self {
        Self {
            scenario,
            work_s: mixture.work_mean(),
            init_s: mixture.init_mean(),
            kept: Kept::of(scenario.fleet.keep_alive),
            keep_alive_s: scenario.fleet.keep_alive.longest_idle().0,
            limit: f64::from(scenario.fleet.limit()),
            most_rate: scenario.fleet.most_requests_per_s(),
            held: Held::of(scenario),
            times: 1,
        }
    }

    /// Environments held in a slice.
    fn held(&self, slice: usize) -> u32 {
        self.held.at(slice) * self.times
    }

    /// The rate that decides how many environments there are: far past the limit the fleet is the limit, however
    /// much more is asked of it.
    fn most_kept(&self, rate: f64) -> f64 {
        rate.min((self.limit + 6.0 * self.limit.sqrt()) / self.work_s.max(1e-9))
    }

    /// Environments ready in a slice: those held, and the provider's of the slice itself or an earlier one.
    fn ready(&self, slice: usize, kept: f64) -> f64 {
        kept + f64::from(self.held(slice))
    }
}

impl Day {
    /// The slices of a scenario.
    pub fn of(scenario: &Scenario, mixture: &Mixture) -> Self {
        let setting = Setting::of(scenario, mixture);
        match scenario.queue_mode {
            QueueMode::Direct => direct(&setting),
            QueueMode::Queued => queued(&setting),
        }
    }

    /// A sum over the slices.
    pub fn sum(&self, value: impl Fn(&Slice) -> f64) -> f64 {
        self.slices.iter().map(value).sum()
    }

    /// The share of answered requests that wait for a start.
    pub fn cold_share(&self) -> f64 {
        let answered = self.sum(|slice| slice.answered);
        if answered > 0.0 { (self.sum(|slice| slice.cold) / answered).min(1.0) } else { 0.0 }
    }

    /// The share of work done in environments held by provisioned concurrency.
    pub fn held_share(&self) -> f64 {
        let answered = self.sum(|slice| slice.answered);
        if answered > 0.0 { (self.sum(|slice| slice.held) / answered).min(1.0) } else { 0.0 }
    }
}

fn direct(setting: &Setting) -> Day {
    assemble(setting, direct_slices(setting, &[]), None)
}

/// Slices without a queue; by levels that are known, where they are.
fn direct_slices(setting: &Setting, known: &[Known]) -> Vec<Slice> {
    let (mut slices, kept) = steady_slices(setting, known);
    grow(setting, &mut slices, &kept);
    send_all(setting, &mut slices, &kept);
    slices
}

/// The levels at two rates of a slice: its mean, and its peak.
type Known = [(f64, Levels); 2];

/// Cold starts for every number of environments held, in the hours in which any are.
pub struct Ladder<'a> {
    setting: Setting<'a>,
    known: Vec<Known>,
}

impl<'a> Ladder<'a> {
    /// Of a scenario without a queue, in which one is held.
    pub fn of(one_held: &'a Scenario, mixture: &Mixture) -> Self {
        let setting = Setting::of(one_held, mixture);
        let levels = |rate: f64| (rate, Levels::of(setting.most_kept(rate), setting.work_s, setting.kept));
        let rates = one_held.traffic.rates();
        let of_slice = |minutes: &[PerSecond]| {
            let (mean, peak) = mean_and_peak(minutes);
            [mean, peak].map(|rate| levels(rate.min(setting.most_rate)))
        };
        let known = rates.chunks(SLICE_MINUTES).map(of_slice).collect();
        Self { setting, known }
    }

    /// The share of those that find a place which waits for a start, where so many are held.
    pub fn cold_share(&mut self, held: u32) -> f64 {
        self.setting.times = held;
        let slices = direct_slices(&self.setting, &self.known);
        let sum = |value: fn(&Slice) -> f64| slices.iter().map(value).sum::<f64>();
        let answered = sum(|slice| slice.answered);
        if answered > 0.0 { (sum(|slice| slice.cold) / answered).min(1.0) } else { 0.0 }
    }
}

/// With a queue the fleet follows the batches out at once; growth beyond what is kept is cold.
fn queued(setting: &Setting) -> Day {
    let arrivals = setting.scenario.traffic.expected_by_second();
    let fluid = Fluid::of(setting.scenario, &arrivals, setting.work_s);
    let (mut steady, kept) = steady_slices(setting, &[]);
    for (index, slice) in steady.iter_mut().enumerate() {
        slice.arrived = arrivals[index * SLICE_S as usize..][..SLICE_S as usize].iter().sum();
        slice.answered = slice.arrived;
        slice.held = slice.answered * held_share(setting.held(index), slice.busy);
        slice.waits = fluid.slices[index].clone();
        slice.busy_most = slice.busy_most.max(fluid.batches_most[index]);
    }
    let before = |index: usize| steady[(index + SLICES_PER_DAY - 1) % SLICES_PER_DAY].busy_most;
    let grown: Vec<f64> = (0..SLICES_PER_DAY)
        .map(|index| {
            let ready = before(index).max(setting.ready(index, kept[index].environments));
            (steady[index].busy_most - ready).max(0.0)
        })
        .collect();
    for (slice, grown) in steady.iter_mut().zip(grown) {
        slice.cold = (slice.cold + grown).min(slice.answered);
        slice.idle += grown * (setting.keep_alive_s / SLICE_S).min(1.0);
    }
    assemble(setting, steady, Some(fluid))
}

fn assemble(setting: &Setting, slices: Vec<Slice>, fluid: Option<Fluid>) -> Day {
    let arrived_by_minute = setting.scenario.traffic.expected_by_minute();
    match fluid {
        None => Day {
            slices,
            arrived_by_minute,
            queue_by_minute: vec![0.0; MINUTES_PER_DAY],
            oldest_by_minute: vec![0.0; MINUTES_PER_DAY],
            waits: Waits::none(),
            waiting_at_midnight: 0.0,
            provisioned_billed_ms: setting.held.billed_ms,
            idle_polling_s: 0.0,
            messages_per_call: 1.0,
        },
        Some(fluid) => Day {
            slices,
            arrived_by_minute,
            queue_by_minute: fluid.depth_by_minute,
            oldest_by_minute: fluid.oldest_by_minute,
            waits: fluid.waits,
            waiting_at_midnight: fluid.left,
            provisioned_billed_ms: setting.held.billed_ms,
            idle_polling_s: fluid.idle_polling_s,
            messages_per_call: fluid.messages_per_call,
        },
    }
}

/// Each slice as if its smooth rate held for ever.
fn steady_slices(setting: &Setting, known: &[Known]) -> (Vec<Slice>, Vec<KeptFleet>) {
    let rates = setting.scenario.traffic.rates();
    let mut slices: Vec<(Slice, KeptFleet)> = Vec::with_capacity(SLICES_PER_DAY);
    let mut last = (f64::NAN, f64::NAN, 0);
    for (index, minutes) in rates.chunks(SLICE_MINUTES).enumerate() {
        let (mean, peak) = mean_and_peak(minutes);
        let held = setting.held(index);
        let kept_at = |rate: f64| {
            let levels = known.get(index).and_then(|known| known.iter().find(|levels| levels.0 == rate));
            match levels {
                Some((_, levels)) => levels.beside(held),
                None => kept_fleet(setting.most_kept(rate), setting.work_s, setting.kept, held),
            }
        };
        let same = slices.last().filter(|_| (mean, peak, held) == last).cloned();
        let (mut slice, kept) = same.unwrap_or_else(|| steady(setting, (mean, peak), held, kept_at));
        slice.held = slice.answered * held_in(setting, minutes, held);
        slice.held_steady = slice.held;
        slices.push((slice, kept));
        last = (mean, peak, held);
    }
    slices.into_iter().unzip()
}

fn mean_and_peak(minutes: &[PerSecond]) -> (f64, f64) {
    let mean = minutes.iter().map(|rate| rate.0).sum::<f64>() / minutes.len() as f64;
    (mean, minutes.iter().map(|rate| rate.0).fold(0.0, f64::max))
}

/// Work and cold starts at the slice's mean rate; the fleet as large as its peak needs. With it the
/// environments of the provider, those held apart.
fn steady(
    setting: &Setting,
    (arriving, peak): (f64, f64),
    held: u32,
    kept_at: impl Fn(f64) -> KeptFleet,
) -> (Slice, KeptFleet) {
    let (rate, peak) = (arriving.min(setting.most_rate), peak.min(setting.most_rate));
    let load = rate * setting.work_s;
    let near_limit = load > setting.limit - 6.0 * setting.limit.sqrt();
    let blocked = if near_limit { erlang_b(setting.limit as u32, load) } else { 0.0 };
    let held = f64::from(held);
    let steady = kept_at(rate);
    let kept = if peak > 1.02 * rate {
        KeptFleet { cold_share: steady.cold_share, ..kept_at(peak) }
    } else {
        steady
    };
    let (arrived, busy) = (arriving * SLICE_S, load * (1.0 - blocked));
    let answered = rate * SLICE_S * (1.0 - blocked);
    // The fleet cannot outgrow the limit, and at the limit nothing is cold: it is busy.
    let environments = kept.environments.min((setting.limit - held).max(0.0));
    let slice = Slice {
        arrived,
        answered,
        cold: kept.cold_share * answered * (1.0 - blocked),
        cold_sent: 0.0,
        held: 0.0,
        held_steady: 0.0,
        throttled: arrived - answered,
        busy,
        busy_most: (peak * setting.work_s + 3.0 * (peak * setting.work_s).sqrt()).min(setting.limit),
        idle: (environments - (busy - held).max(0.0)).max(0.0),
        waits: Waits::none(),
    };
    (slice, KeptFleet { environments, ..kept })
}

/// A rising rate starts the environments that the fleet grows by.
fn grow(setting: &Setting, slices: &mut [Slice], kept: &[KeptFleet]) {
    let remembered = (setting.keep_alive_s / SLICE_S).ceil().clamp(1.0, SLICES_PER_DAY as f64 - 1.0) as usize;
    for index in 0..slices.len() {
        let earlier =
            (1..=remembered).map(|back| kept[(index + SLICES_PER_DAY - back) % SLICES_PER_DAY].environments);
        let ready = setting.ready(index, earlier.fold(0.0, f64::max));
        let grown = (setting.ready(index, kept[index].environments) - ready).max(0.0);
        let slice = &mut slices[index];
        slice.cold = slice.cold.max(grown.min(slice.answered));
    }
}

/// Sends at one instant: who finds a place, and who of them finds it ready.
fn send_all(setting: &Setting, slices: &mut [Slice], kept: &[KeptFleet]) {
    let sends = setting.scenario.traffic.sends();
    let reach_s = setting.keep_alive_s + setting.work_s + setting.init_s;
    // Those at work when a send comes, before it and with it.
    let levels: Vec<(f64, f64)> = (0..sends.len())
        .map(|index| {
            let at_work =
                earlier(&sends, index, setting.work_s).map(|other| f64::from(sends[other].requests));
            let before = (slices[slice_of(sends[index].at)].busy + at_work.sum::<f64>()).min(setting.limit);
            (before, (before + f64::from(sends[index].requests)).min(setting.limit))
        })
        .collect();
    for (index, sent) in sends.iter().enumerate() {
        let at = slice_of(sent.at);
        let left = earlier(&sends, index, reach_s).map(|other| levels[other].1).fold(0.0, f64::max);
        let ready = left.max(setting.ready(at, kept[at].environments));
        let slice = &mut slices[at];
        take_held(setting, slice, at, (f64::from(sent.requests), levels[index].0));
        send(setting, slice, f64::from(sent.requests), levels[index], ready);
        let next_s = since(sends[(index + 1) % sends.len()].at, sent.at);
        linger(setting, slices, at, (levels[index].1.max(left), next_s), kept);
    }
}

/// The sends up to so many seconds before this one, over midnight too, the latest first.
fn earlier(sends: &[Sent], index: usize, within_s: f64) -> impl Iterator<Item = usize> {
    let before = (1..sends.len()).map(move |back| (index + sends.len() - back) % sends.len());
    before.take_while(move |&other| since(sends[index].at, sends[other].at) <= within_s)
}

/// Seconds from one instant of the day to another after it; a whole day to itself.
fn since(later: SimTime, earlier: SimTime) -> f64 {
    let ns = (later.0 + DAY.0 - earlier.0) % DAY.0;
    if ns == 0 { DAY.as_secs() } else { SimTime(ns).as_secs() }
}

/// Those of a send that find one of the held environments free. Where they take all of these, others come too late
/// until the first is done.
fn take_held(setting: &Setting, slice: &mut Slice, at: usize, (requests, before): (f64, f64)) {
    let held = f64::from(setting.held(at));
    let steady = slice.held_steady / SLICE_S * setting.work_s;
    let free = (held - steady - (before - slice.busy)).clamp(0.0, held);
    slice.held += requests.min(free);
    if requests >= free {
        slice.held = (slice.held - steady).max(0.0);
    }
}

fn send(setting: &Setting, slice: &mut Slice, requests: f64, (before, level): (f64, f64), ready: f64) {
    let startable = f64::from(setting.scenario.fleet.startable_at_once());
    let placed = (level - before).max(0.0);
    let cold = (level - ready.max(before)).max(0.0).min(placed);
    let started = cold.min(startable);
    let answered = placed - (cold - started);
    slice.arrived += requests;
    slice.answered += answered;
    slice.throttled += requests - answered;
    slice.cold += started;
    slice.cold_sent += started;
    slice.busy_most = slice.busy_most.max(level - (cold - started));
}

/// After a send its environments stay for the keep-alive: others find them ready. From the next send on they
/// are counted with it.
fn linger(
    setting: &Setting,
    slices: &mut [Slice],
    at: usize,
    (level, next_s): (f64, f64),
    kept: &[KeptFleet],
) {
    let (mut left_s, mut own_s) = (setting.keep_alive_s, setting.keep_alive_s.min(next_s));
    for index in (at..at + SLICES_PER_DAY).map(|index| index % SLICES_PER_DAY) {
        let surplus = level - setting.ready(index, kept[index].environments);
        if left_s <= 0.0 || surplus <= 0.0 {
            return;
        }
        let share = (left_s / SLICE_S).min(1.0);
        let steady_cold = kept[index].cold_share * slices[index].arrived;
        if index != at {
            slices[index].cold = (slices[index].cold - share * steady_cold).max(0.0);
        }
        slices[index].idle += (own_s / SLICE_S).clamp(0.0, 1.0) * surplus;
        left_s -= SLICE_S;
        own_s -= SLICE_S;
    }
}

/// The share of a slice's steady requests that find one of the held environments free: minute by minute where the
/// rate changes by much.
fn held_in(setting: &Setting, minutes: &[PerSecond], held: u32) -> f64 {
    let load = |rate: f64| rate.min(setting.most_rate) * setting.work_s;
    let total: f64 = minutes.iter().map(|rate| rate.0).sum();
    let least = minutes.iter().map(|rate| rate.0).fold(f64::INFINITY, f64::min);
    let most = minutes.iter().map(|rate| rate.0).fold(0.0, f64::max);
    if most < LEVEL * least || total <= 0.0 {
        return held_share(held, load(total / minutes.len() as f64));
    }
    minutes.iter().map(|rate| rate.0 * held_share(held, load(rate.0))).sum::<f64>() / total
}

/// Rates within this factor are as good as the same.
const LEVEL: f64 = 1.1;

/// The share of steady requests that find one of the held environments free, by Erlang's B.
fn held_share(held: u32, load: f64) -> f64 {
    // So many are never at work at once.
    let plenty = load + 8.0 * load.sqrt() + 8.0;
    match held {
        0 => 0.0,
        held if f64::from(held) > plenty => 1.0,
        held => 1.0 - erlang_b(held, load),
    }
}

fn slice_of(at: SimTime) -> usize {
    at.minute() / SLICE_MINUTES
}
