use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use super::{
    Form, Kind, Record, Scaling, Size, Tracker,
    day::Need,
    machines::Machines,
    record::{Gauges, Lost},
    scaling::Load,
};
use crate::{
    metrics::{Cause, CauseSums},
    units::SimTime,
};

/// The servers as the requests meet them: one queue, in the order of arrival, before every vCPU.
///
/// A request begins when a vCPU and, where those are bounded, a place are free; it keeps the vCPU while it computes,
/// which comes first, and the place to its end. All that must be kept of the vCPUs is when each will be free next, so
/// that a request costs one step of a heap. This is exact: no departure has to be waited for.
#[derive(Clone, Debug)]
pub struct Group {
    rules: Rules,
    tracker: Tracker,
    machines: Machines,
    /// When each vCPU is free.
    cores: BinaryHeap<Reverse<SimTime>>,
    /// When each request that has begun ends; kept where places are bounded.
    ends: BinaryHeap<Reverse<SimTime>>,
    queue: VecDeque<Pending>,
    /// When the last server began to answer.
    opened: SimTime,
    work: Datapoints,
    /// Until when the instances that work on requests have been counted.
    counted: SimTime,
    most_queued: u64,
}

/// What a group is like.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// vCPUs of each server.
    pub cores: u32,
    /// Places of each; none where they are not bounded.
    pub at_once: Option<u32>,
    /// From the order of a server until it answers.
    pub start: SimTime,
    /// How the group grows.
    pub scaling: Scaling,
    /// Its bounds.
    pub size: Size,
    /// How long a request may take from its arrival.
    pub waits: SimTime,
    /// How servers come.
    pub form: Form,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    arrived: SimTime,
    need: Need,
}

impl Rules {
    /// Those of a kind.
    pub fn of(kind: &Kind, size: Size, waits: SimTime) -> Self {
        Self {
            cores: kind.cores,
            at_once: kind.at_once,
            start: kind.start,
            scaling: kind.scaling,
            size,
            waits,
            form: kind.form,
        }
    }
}

impl Group {
    /// A group with so many servers that answer from the start.
    pub fn new(rules: Rules, first: u32) -> Self {
        let cores = vec![Reverse(SimTime::ZERO); (first * rules.cores) as usize];
        Self {
            tracker: Tracker::new(rules.scaling, rules.size, rules.cores, rules.at_once),
            machines: Machines::running(first),
            cores: cores.into(),
            ends: BinaryHeap::new(),
            queue: VecDeque::new(),
            opened: SimTime::ZERO,
            work: Datapoints::new(rules.scaling.period()),
            counted: SimTime::ZERO,
            most_queued: 0,
            rules,
        }
    }

    /// A request arrives.
    #[inline]
    pub fn request(&mut self, now: SimTime, need: Need, record: &mut Record) {
        let pending = Pending { arrived: now, need };
        if self.rules.form == Form::Isolates {
            return self.begin(&pending, now, record);
        }
        self.settle(now, record);
        if self.queue.is_empty()
            && let Some(at) = self.next_start(now, now, record)
        {
            self.take_core(at + need.computing());
            return self.begin(&pending, at, record);
        }
        self.queue.push_back(pending);
        self.most_queued = self.most_queued.max(self.queue.len() as u64);
        if self.rules.form == Form::Instances {
            self.start_for_queue(now, record);
        }
    }

    /// Lets all begin that can at `now` or before, and servers answer that are ready.
    #[inline]
    pub fn settle(&mut self, now: SimTime, record: &mut Record) {
        while let Some(ready) = self.machines.next_ready(now) {
            self.begin_until(ready, record);
            self.opened = ready;
            self.cores.extend(std::iter::repeat_n(Reverse(ready), self.rules.cores as usize));
        }
        if !self.queue.is_empty() {
            self.begin_until(now, record);
        }
    }

    /// A datapoint ends: servers come or go.
    pub fn look(&mut self, now: SimTime, record: &mut Record) {
        self.settle(now, record);
        let (at_work, in_flight) = self.work.take(now);
        let (running, starting) = (self.machines.answering(), self.machines.starting());
        let wanted = self.tracker.look(now, Load { running, starting, at_work, in_flight });
        for _ in self.machines.present()..wanted {
            self.machines.order(now, now + self.rules.start);
            record.ordered(now);
        }
        for _ in wanted..self.machines.present() {
            if self.machines.end(now, record) {
                // The vCPUs that are free first go.
                for _ in 0..self.rules.cores {
                    self.cores.pop();
                }
            }
        }
    }

    /// What stands, and the most that waited since it was asked last.
    pub fn gauges(&mut self) -> Gauges {
        let queued = std::mem::replace(&mut self.most_queued, self.queue.len() as u64);
        Gauges { servers: self.machines.answering(), starting: self.machines.starting(), queued }
    }

    /// The day ends.
    pub fn close(&mut self, end: SimTime, record: &mut Record) {
        self.settle(end, record);
        self.release(end, record);
        self.count_active(end, record);
        self.machines.close(end, record);
    }

    fn begin_until(&mut self, now: SimTime, record: &mut Record) {
        while let Some(&pending) = self.queue.front() {
            let Some(at) = self.next_start(pending.arrived, now, record) else { return };
            self.queue.pop_front();
            if at.since(pending.arrived) > self.rules.waits {
                record.lost(pending.arrived, Lost::TimedOut);
                continue;
            }
            self.take_core(at + pending.need.computing());
            self.begin(&pending, at, record);
        }
    }

    /// When one that arrived then can begin; none if that is after `now`.
    #[inline(always)]
    fn next_start(&mut self, arrived: SimTime, now: SimTime, record: &mut Record) -> Option<SimTime> {
        let &Reverse(free) = self.cores.peek()?;
        let mut at = free.max(arrived);
        if at > now {
            return None;
        }
        if let Some(at_once) = self.rules.at_once {
            self.release(at, record);
            let places = (at_once * self.machines.answering()) as usize;
            while self.ends.len() >= places {
                let &Reverse(end) = self.ends.peek().filter(|&&Reverse(end)| end <= now)?;
                at = at.max(end);
                self.release(end, record);
            }
        }
        Some(at)
    }

    #[inline(always)]
    fn take_core(&mut self, until: SimTime) {
        if let Some(mut first) = self.cores.peek_mut() {
            *first = Reverse(until);
        }
    }

    /// A request begins: all that becomes of it is known.
    #[inline(always)]
    fn begin(&mut self, pending: &Pending, at: SimTime, record: &mut Record) {
        let Pending { arrived, need } = pending;
        let (waited, total) = (at - *arrived, need.total());
        self.work.computed(at, need.computing());
        record.called(at, need.computing(), total);
        if self.rules.at_once.is_some() {
            self.work.stayed(at, total);
            self.count_active(at, record);
            self.ends.push(Reverse(at + total));
            if self.ends.len() <= self.machines.answering() as usize {
                record.rounded_up(at, total);
            }
        }
        if waited + total > self.rules.waits {
            return record.lost(*arrived, Lost::TimedOut);
        }
        if need.fails {
            return record.lost(*arrived, Lost::Failed);
        }
        record.answered(*arrived, self.causes(*arrived, at, &need.spent));
    }

    /// Where its time goes: a wait for instances that were on their way is one for their start.
    #[inline(always)]
    fn causes(&self, arrived: SimTime, at: SimTime, spent: &CauseSums) -> CauseSums {
        let mut causes = *spent;
        if at > arrived {
            let started = match self.rules.form {
                Form::Instances => self.opened.min(at).since(arrived),
                _ => SimTime::ZERO,
            };
            causes[Cause::ColdStart as usize] += started.0;
            causes[Cause::Queue as usize] += (at - arrived - started).0;
        }
        causes
    }

    /// Frees the places of those that ended by then.
    fn release(&mut self, now: SimTime, record: &mut Record) {
        while let Some(&Reverse(ended)) = self.ends.peek().filter(|end| end.0 <= now) {
            self.count_active(ended, record);
            self.ends.pop();
        }
    }

    /// Counts the instances at work up to then: each request has one of its own while there are enough.
    #[inline(always)]
    fn count_active(&mut self, until: SimTime, record: &mut Record) {
        let active = self.ends.len().min(self.machines.answering() as usize);
        record.worked(self.counted, until, active as u64);
        self.counted = self.counted.max(until);
    }

    /// Orders instances for those that wait and have no place even with all that are on their way.
    fn start_for_queue(&mut self, now: SimTime, record: &mut Record) {
        self.release(now, record);
        let asked = self.ends.len() + self.queue.len();
        let at_once = self.rules.at_once.unwrap_or(1) as usize;
        let needed = u32::try_from(asked.div_ceil(at_once)).unwrap_or(u32::MAX).min(self.rules.size.most);
        while self.machines.present() < needed {
            let ready = now + self.rules.start;
            self.machines.order(now, ready);
            record.ordered(now);
            record.worked(now, ready, 1);
        }
        self.tracker.started(self.machines.present());
    }
}

/// What vCPUs and places did in each datapoint, those to come included, since ends are known at the start.
#[derive(Clone, Debug)]
struct Datapoints {
    period: SimTime,
    first: u64,
    computing: VecDeque<u64>,
    staying: VecDeque<u64>,
}

/// What lies further ahead counts for the last of so many datapoints.
const MOST_AHEAD: usize = 128;

impl Datapoints {
    fn new(period: SimTime) -> Self {
        let row = || VecDeque::from(vec![0; MOST_AHEAD]);
        Self { period, first: 0, computing: row(), staying: row() }
    }

    #[inline(always)]
    fn computed(&mut self, at: SimTime, span: SimTime) {
        spread(&mut self.computing, self.period, self.first, at, span);
    }

    #[inline(always)]
    fn stayed(&mut self, at: SimTime, span: SimTime) {
        spread(&mut self.staying, self.period, self.first, at, span);
    }

    /// The means of the datapoint that ends at `now`.
    fn take(&mut self, now: SimTime) -> (f64, f64) {
        let of = |row: &mut VecDeque<u64>| {
            let sum = row.pop_front().unwrap_or_default();
            row.push_back(0);
            sum as f64 / self.period.0 as f64
        };
        let means = (of(&mut self.computing), of(&mut self.staying));
        self.first = now.0 / self.period.0;
        means
    }
}

/// Adds a span to the datapoints that it lies in.
#[inline(always)]
fn spread(row: &mut VecDeque<u64>, period: SimTime, first: u64, at: SimTime, span: SimTime) {
    let index = (at.0 / period.0).saturating_sub(first) as usize;
    let left = (first + index as u64 + 1) * period.0 - at.0.min((first + index as u64 + 1) * period.0);
    if span.0 <= left {
        row[index.min(MOST_AHEAD - 1)] += span.0;
    } else {
        spread_far(row, period, index, left, span);
    }
}

#[inline(never)]
fn spread_far(row: &mut VecDeque<u64>, period: SimTime, mut index: usize, mut left: u64, span: SimTime) {
    let mut rest = span.0;
    while rest > 0 {
        let part = if index + 1 >= MOST_AHEAD { rest } else { rest.min(left) };
        row[index.min(MOST_AHEAD - 1)] += part;
        rest -= part;
        (index, left) = (index + 1, period.0);
    }
}
