use super::{bound::Bound, ends::Ends, row::Front};
use crate::{
    fleet::{
        WorkStream,
        slots::{Crowd, Grid},
    },
    units::SimTime,
};

/// How messages become batches: how many, and in how many slots they are collected.
#[derive(Clone, Copy, Debug)]
pub struct Batches {
    pub most: usize,
    pub window: u64,
}

impl Batches {
    pub fn are_single(self) -> bool {
        self.most == 1
    }
}

/// A batch that was handed over.
#[derive(Clone, Copy, Debug)]
pub struct Handed {
    pub slot: u64,
    pub init: SimTime,
    pub messages: u32,
    pub cold: bool,
}

/// What changes from slot to slot.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    bound: Bound,
    /// Calls at work.
    pub busy: u32,
    /// The slot that this is the state of, and the first in which calls may still end.
    now: u64,
    next: u64,
    /// Twice the sums over slots: calls at work, and pollers that found nothing.
    pub busy_slots: u64,
    pub idle_slots: u64,
    /// The same of environments before they start, in the chunk.
    pub missing_slots: u64,
    /// The first slot of the time at rest, while nobody works.
    pub rest_since: u64,
    /// Most calls at once in the chunk.
    pub most: u32,
    /// Most messages left waiting in the minute.
    pub deepest: u64,
}

impl Flow {
    pub fn new(bound: Bound) -> Self {
        Self {
            bound,
            busy: 0,
            now: 0,
            next: 0,
            busy_slots: 0,
            idle_slots: 0,
            missing_slots: 0,
            rest_since: 0,
            most: 0,
            deepest: 0,
        }
    }

    /// Begins a chunk at a slot.
    pub fn begin_chunk(&mut self, first: u64) {
        *self = Self { now: first, next: first, most: self.busy, missing_slots: 0, ..*self };
    }

    #[inline(always)]
    fn has_place(&self) -> bool {
        self.busy < self.bound.allowed()
    }

    /// Goes on to a slot, until when so many calls end, with no batch left waiting.
    #[inline(always)]
    fn pass_at_rest(&mut self, slot: u64, calls: u32) {
        let slots = slot - self.now;
        let (before, after) = (self.busy, self.busy - calls);
        // They end evenly in between.
        let idle = self.bound.idle_pollers(before) + self.bound.idle_pollers(after);
        self.idle_slots += u64::from(idle) * slots;
        self.busy_slots += u64::from(before + after) * slots;
        self.bound.pass(slots, false);
        (self.busy, self.now) = (after, slot);
    }

    /// Goes on to a slot, until when none ends, with a batch left waiting.
    #[inline(always)]
    fn pass_waiting(&mut self, slot: u64) {
        let slots = slot - self.now;
        self.busy_slots += 2 * u64::from(self.busy) * slots;
        self.bound.pass(slots, true);
        self.now = slot;
    }
}

/// Goes through a chunk from batch to batch: until it is there, then until there is a place for it.
pub struct Walk<'a> {
    pub front: Front<'a>,
    /// Messages that waited when the chunk began, and those taken before these in the row.
    pub waited: u64,
    /// Messages that come in the chunk.
    pub arrived: u64,
    pub batches: Batches,
    pub grid: &'a Grid,
    pub chunk: u64,
    pub first: u64,
    pub end: u64,
    pub ends: &'a mut Ends,
    pub crowd: &'a mut Crowd,
    pub work: &'a mut WorkStream,
    pub handed: &'a mut Vec<Handed>,
}

impl Walk<'_> {
    /// Goes on until the chunk is done, or until the front of the line is used up; says which, and what was taken.
    // What changes is copied, so that it stays in registers.
    #[inline(never)]
    pub fn go<const SINGLE: bool>(&mut self, kept: &mut Flow) -> (bool, usize) {
        let mut flow = *kept;
        let mut head = self.front.head;
        let least = if self.front.all { 1 } else { self.batches.most };
        let done = loop {
            if head + least > self.front.slots.len() {
                if self.front.all {
                    self.rest_until::<SINGLE>(&mut flow, self.end, head);
                }
                break self.front.all;
            }
            let ready = if SINGLE { self.front.slots[head] } else { self.ready(head) };
            if flow.next <= ready {
                self.rest_until::<SINGLE>(&mut flow, ready.min(self.end), head);
            }
            if ready >= self.end {
                break true;
            }
            let at_once = flow.has_place();
            if !at_once && !self.wait_for_place(&mut flow, head) {
                break true;
            }
            let at_once = at_once && ready == flow.now;
            let messages = if SINGLE { 1 } else { self.messages(flow.now, head, at_once) };
            self.call::<SINGLE>(&mut flow, head, messages);
            head += messages;
        };
        *kept = flow;
        (done, head)
    }

    /// The slot in which the next batch is full, or was collected for long enough.
    #[inline]
    fn ready(&self, head: usize) -> u64 {
        let window_ends = self.front.slots[head] + self.batches.window;
        let full = self.front.slots.get(head + self.batches.most - 1);
        full.map_or(window_ends, |&full| full.min(window_ends))
    }

    /// Goes on to a slot, or to the end of the chunk, with no batch left waiting.
    #[inline(always)]
    fn rest_until<const SINGLE: bool>(&mut self, flow: &mut Flow, slot: u64, head: usize) {
        let next = (slot + 1).min(self.end);
        let calls = self.ends.within(flow.next, next);
        flow.pass_at_rest(slot, calls);
        flow.next = next;
        if calls > 0 && flow.busy == 0 {
            flow.rest_since = self.ends.last_before(next, self.first).unwrap_or(slot);
        }
        if !SINGLE && self.batches.window > 0 {
            flow.deepest = self.deepest(flow.deepest, slot, head);
        }
    }

    /// Waits until a call ends or the bound rises far enough; false when that is not in this chunk.
    #[inline(always)]
    fn wait_for_place(&mut self, flow: &mut Flow, head: usize) -> bool {
        while !flow.has_place() {
            let rise = flow.now.saturating_add(flow.bound.until_rise());
            let slot = self.ends.next(flow.next, self.end).min(rise);
            flow.deepest = self.deepest(flow.deepest, slot, head);
            flow.pass_waiting(slot);
            if slot == self.end {
                return false;
            }
            flow.busy -= self.ends.at(slot);
            flow.next = slot + 1;
        }
        true
    }

    /// Most messages that waited so far, with those before a slot.
    #[inline(always)]
    fn deepest(&self, deepest: u64, slot: u64, head: usize) -> u64 {
        if !self.front.all {
            return deepest.max(self.waiting_behind(slot, head));
        }
        let mut line = head + deepest as usize;
        while self.front.slots.get(line).is_some_and(|&from| from < slot) {
            line += 1;
        }
        (line - head) as u64
    }

    /// Messages that wait before a slot, where not all of them are known.
    fn waiting_behind(&self, slot: u64, head: usize) -> u64 {
        let came = self.arrived * (slot - self.first) / (self.end - self.first);
        (self.waited + came).saturating_sub(head as u64)
    }

    /// Messages of the batch: all that are there, or where there is a place for the first of them at once, those that
    /// come at the same instant.
    #[inline]
    fn messages(&self, now: u64, head: usize, at_once: bool) -> usize {
        let most = self.batches.most.min(self.front.slots.len() - head);
        let (arrived, slots) = (&self.front.arrived[head..head + most], &self.front.slots[head..head + most]);
        let until = match self.batches.window {
            0 if at_once => arrived[0],
            0 => self.grid.middle(now),
            _ => SimTime::NEVER,
        };
        let here = |(slot, at): &(&u64, &SimTime)| **slot <= now && **at <= until;
        slots.iter().zip(arrived).take_while(here).count().max(1)
    }

    /// A call begins with the first messages of the line.
    #[inline(always)]
    fn call<const SINGLE: bool>(&mut self, flow: &mut Flow, head: usize, messages: usize) {
        let stays = &self.front.stays;
        let stay = match SINGLE {
            true => u64::from(stays[head]),
            false => stays[head..head + messages].iter().map(|&stay| u64::from(stay)).sum(),
        };
        flow.busy += 1;
        flow.most = flow.most.max(flow.busy);
        let mut handed =
            Handed { slot: flow.now, init: SimTime::ZERO, messages: messages as u32, cold: false };
        let mut end = flow.now + stay;
        if flow.busy > self.crowd.there() {
            // It was not there in the chunk before.
            flow.missing_slots += 2 * (flow.now - self.first);
            handed = Handed { init: self.start(), cold: true, ..handed };
            end += self.grid.slots_nearest(handed.init);
        }
        self.ends.add(end);
        self.handed.push(handed);
    }

    /// An environment starts.
    // It is not told of what changes, which else could not stay in registers.
    #[cold]
    #[inline(never)]
    fn start(&mut self) -> SimTime {
        self.crowd.start(self.chunk);
        self.work.draw_init()
    }
}
