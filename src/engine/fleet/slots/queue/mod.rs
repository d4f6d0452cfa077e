//! The quick kernel behind a queue, for days on which nothing but work happens.
//!
//! Calls end in slots, not at instants: what ends is counted slot by slot, and only slots in which something happens
//! are looked at. Who waits needs no object: the line is a count, and messages are taken from it in order.

mod bound;
mod ends;
mod row;

use self::{bound::Bound, ends::Ends, row::Row};
use super::{Crowd, Grid, grid::Ruler};
use crate::{
    fleet::{
        Admission, FunctionWideIdle, Gauges, HandedOver, Observer, Polling, QueueSettings, WorkStream,
    },
    random::{Purpose, Stream},
    traffic::Instants,
    units::{MINUTE, SECOND, SimTime},
};

/// A queue in front of a function in which there is a place for every batch.
///
/// The same messages as with [`crate::fleet::Queued`] arrive, and each takes as long; where that one is exact, this is
/// close. As there, batches are handed out first in, first out, and worked on one message after the other; batches
/// are collected for their window; the bound on them rises while messages are left waiting, and falls while none are.
///
/// # What is approximated
/// - When a call ends, by its slot: in each, calls end first, then messages arrive, then batches are handed out. What
///   waited is received in the middle of a slot.
/// - When environments end, by chunks of a thousandth of the time that they are kept; which of them ends by its age
///   is drawn by lot.
///
/// # What is left out
/// - All that a message may meet besides its work: calls that fail, are cut off, or find no place, messages that come
///   twice or get too old, and environments held ready.
#[derive(Clone, Debug)]
pub struct SlotQueue<A> {
    row: Row<A>,
    batches: Batches,
    grid: Grid,
    ends: Ends,
    flow: Flow,
    crowd: Crowd,
    handed: Vec<HandedOver>,
    /// The chunk being handled, its first slot, and when that starts.
    chunk: u64,
    first: u64,
    start: SimTime,
    ruler: Ruler,
    /// Twice the environments of the provider, summed over slots: counted by whole chunks, less those not there yet.
    there_slots: u64,
    minute: usize,
    minute_end: SimTime,
    /// The longest that a message had waited in this minute.
    oldest: SimTime,
}

/// How messages become batches.
#[derive(Clone, Copy, Debug)]
struct Batches {
    most: usize,
    window: SimTime,
}

/// What changes from slot to slot; slots are counted from the chunk's first.
#[derive(Clone, Copy, Debug)]
struct Flow {
    bound: Bound,
    /// Calls at work.
    busy: u32,
    /// The slot that this is the state of, and the first in which calls may still end.
    now: usize,
    next: usize,
    /// Messages that waited when the chunk began, those of the chunk that came since, and those that were taken.
    waited: u64,
    came: usize,
    taken: u64,
    /// Twice the sums over slots: calls at work, and pollers that found nothing.
    busy_slots: u64,
    idle_slots: u64,
    /// The first slot of the time at rest, while nobody works; counted from the clock's zero.
    rest_since: u64,
    /// Most calls at once in the chunk.
    most: u32,
    /// Most messages left waiting in the minute.
    deepest: u64,
}

/// Slots for each message: what is silent costs next to nothing.
const PER_MESSAGE: f64 = 4.0;
/// Mean calls that are kept slot by slot; longer ones wait in a heap.
const REACH_CALLS: u64 = 4;

impl<A: Instants + Clone> SlotQueue<A> {
    /// Brings together who arrives, at about `rate` per second at most, what they ask, how the queue hands over, and how
    /// long environments are kept.
    pub fn new(
        arrivals: A,
        work: WorkStream,
        rate: f64,
        settings: &QueueSettings,
        policy: FunctionWideIdle,
    ) -> Self {
        let stay = work.mean_duration();
        // Chunks are made of whole words of slots.
        let grid =
            Grid::new(stay.min(SECOND), PER_MESSAGE * rate, policy.function_idle.min(policy.surplus_idle));
        let (seed, first_minute) = work.place();
        let most = settings.messages_per_batch();
        let call = SimTime(stay.0 * u64::from(most));
        let reach = grid.chunk() as u64 + REACH_CALLS * grid.slots(call) + grid.slots(work.mean_init());
        Self {
            batches: Batches { most: most as usize, window: settings.collecting().into() },
            ends: Ends::new(reach),
            flow: Flow::new(Bound::new(&Polling::sqs(settings), &grid)),
            crowd: Crowd::new(policy, &grid, call, Stream::new(seed, Purpose::Ages, first_minute)),
            handed: Vec::new(),
            chunk: 0,
            first: 0,
            start: SimTime::ZERO,
            ruler: grid.ruler(0),
            there_slots: 0,
            minute: 0,
            minute_end: MINUTE,
            oldest: SimTime::ZERO,
            row: Row::new(arrivals, work),
            grid,
        }
    }

    /// Handles chunks before `end`, a full minute, until they had about `most` arrivals; true when all are done.
    pub fn advance(&mut self, end: SimTime, most: u64, observer: &mut impl Observer) -> bool {
        let mut handled = 0;
        while handled < most {
            if self.start >= self.minute_end {
                self.end_minute(observer);
            }
            if self.start >= end {
                return true;
            }
            handled += self.handle_chunk(observer);
        }
        false
    }

    /// Messages that arrived and were not handed over.
    pub fn waiting(&self) -> u64 {
        self.flow.waited
    }

    /// Handles one chunk; how many messages arrived in it, or one that it cost as much as.
    fn handle_chunk(&mut self, observer: &mut impl Observer) -> u64 {
        self.end_environments();
        self.row.let_in(self.grid.start(self.first + self.grid.chunk() as u64));
        let arrived = self.row.fresh().len() as u64;
        observer.all_arrived(self.start, arrived as u32);
        let from = self.row.head();
        self.hand_out();
        self.tell(from, observer);
        self.pass(arrived);
        arrived.max(1)
    }

    /// Lets those environments end whose time is over.
    #[inline]
    fn end_environments(&mut self) {
        if self.flow.busy == 0 && self.crowd.there() > 0 {
            let rest = self.grid.nanos(self.first - self.flow.rest_since);
            if self.crowd.is_gone_after(SimTime(rest)) {
                self.crowd.clear();
            }
        }
        self.crowd.begin_chunk(self.chunk, self.flow.busy);
    }

    /// Goes through the chunk from batch to batch: until it is there, until there is a place for it.
    // What changes is kept apart from all else, so that it stays in registers.
    #[inline(never)]
    fn hand_out(&mut self) {
        let slots = self.grid.chunk();
        let mut flow = self.flow.begin_chunk();
        loop {
            let ready_at = self.next_ready();
            let ready = self.slot_of(ready_at, slots);
            if flow.next <= ready {
                self.rest_until(&mut flow, ready);
            }
            if ready == slots {
                break;
            }
            let now = if flow.has_place() { ready_at } else { SimTime::ZERO };
            if !self.wait_for_place(&mut flow, slots) {
                break;
            }
            let slot_start = self.grid.start(self.first + flow.now as u64);
            // What waited is received in the middle of a slot.
            let at = if now >= slot_start { now } else { SimTime(slot_start.0 + self.grid.half_slot()) };
            self.hand_over(&mut flow, at);
        }
        self.flow = flow;
    }

    /// When the next batch is full, or was collected for long enough; never, if no message came.
    #[inline(always)]
    fn next_ready(&mut self) -> SimTime {
        match self.row.arrived(0) {
            Some(first) if self.batches.window > SimTime::ZERO => self.collected(first),
            Some(first) => first,
            None => SimTime::NEVER,
        }
    }

    /// The slot of an instant, its first if that is past, its end if that is later.
    #[inline(always)]
    fn slot_of(&self, at: SimTime, slots: usize) -> usize {
        if at < self.start { 0 } else { self.ruler.slot(at).min(slots as u64) as usize }
    }

    /// When a batch is handed out whose first message arrived then.
    #[inline(never)]
    fn collected(&mut self, first: SimTime) -> SimTime {
        let window_ends = first + self.batches.window;
        self.row.arrived(self.batches.most - 1).map_or(window_ends, |full| full.min(window_ends))
    }

    /// Goes on to a slot, or to the end of the chunk, with no batch left waiting.
    #[inline(always)]
    fn rest_until(&mut self, flow: &mut Flow, slot: usize) {
        let next = (slot + 1).min(self.grid.chunk());
        let calls = self.ends.within(flow.next, next);
        flow.pass_at_rest(slot, calls);
        flow.next = next;
        if calls > 0 && flow.busy == 0 {
            let last = self.ends.last_before(next).unwrap_or(slot);
            flow.rest_since = self.first + last as u64;
        }
        if self.batches.window > SimTime::ZERO {
            self.let_come(flow, self.grid.start(self.first + slot as u64));
            flow.deepest = flow.deepest.max(flow.waiting());
        }
    }

    /// Waits until a call ends or the bound rises far enough; false when that is not in this chunk.
    #[inline(always)]
    fn wait_for_place(&mut self, flow: &mut Flow, slots: usize) -> bool {
        while !flow.has_place() {
            let rise = flow.bound.until_rise().min(slots as u64) as usize;
            let slot = self.ends.next(flow.next, slots).min(flow.now + rise);
            self.let_come(flow, self.grid.start(self.first + slot as u64));
            flow.deepest = flow.deepest.max(flow.waiting());
            flow.pass_waiting(slot);
            if slot == slots {
                return false;
            }
            flow.busy -= self.ends.at(slot);
            flow.next = slot + 1;
        }
        true
    }

    /// Counts those who came before an instant.
    #[inline(always)]
    fn let_come(&mut self, flow: &mut Flow, before: SimTime) {
        let fresh = self.row.fresh();
        while fresh.get(flow.came).is_some_and(|&at| at < before) {
            flow.came += 1;
        }
    }

    /// Hands over the next batch: all that came until now, as many as it may have.
    #[inline(always)]
    fn hand_over(&mut self, flow: &mut Flow, at: SimTime) {
        let mut messages = 1;
        if self.batches.most > 1 {
            self.let_come(flow, SimTime(at.0 + 1));
            messages = flow.waiting().clamp(1, self.batches.most as u64);
        }
        let work = self.row.take(messages as usize);
        flow.taken += messages;
        flow.busy += 1;
        flow.most = flow.most.max(flow.busy);
        let cold = flow.busy > self.crowd.there();
        let (admission, init) =
            if cold { (Admission::Cold, self.start(flow.now)) } else { (Admission::Warm, SimTime::ZERO) };
        let end = self.ruler.slot(SimTime(at.0 + init.0 + work));
        self.ends.add(end.max(flow.now as u64 + 1));
        self.handed.push(HandedOver { at, init, messages: messages as u32, busy: flow.busy, admission });
    }

    /// An environment starts, which was not there in the chunk before the slot.
    #[cold]
    fn start(&mut self, slot: usize) -> SimTime {
        self.crowd.start(self.chunk);
        self.there_slots -= 2 * slot as u64;
        self.row.draw_init()
    }

    /// Tells of the chunk's batches, the first of whose messages stood at an index of the row.
    fn tell(&mut self, from: usize, observer: &mut impl Observer) {
        let (arrived, works) = self.row.taken(from);
        observer.handed_over(&self.handed, arrived, works);
        let mut first = 0;
        for batch in &self.handed {
            self.oldest = self.oldest.max(batch.at.since(arrived[first]));
            first += batch.messages as usize;
        }
        self.handed.clear();
    }

    /// Goes on to the next chunk.
    fn pass(&mut self, arrived: u64) {
        let slots = self.grid.chunk();
        self.flow.waited = self.flow.waited + arrived - self.flow.taken;
        self.there_slots += 2 * u64::from(self.crowd.there()) * slots as u64;
        self.crowd.need(self.chunk, self.flow.most);
        self.ends.pass(slots);
        self.first += slots as u64;
        self.start = self.grid.start(self.first);
        self.ruler = self.grid.ruler(self.first);
        self.chunk += 1;
    }

    /// Reads the gauges at the end of a minute, and goes on to the streams of the next.
    #[cold]
    fn end_minute(&mut self, observer: &mut impl Observer) {
        let gauges = self.gauges();
        observer.minute_ended(self.minute, gauges);
        (self.flow.deepest, self.oldest) = (self.flow.waited, SimTime::ZERO);
        self.minute += 1;
        self.minute_end += MINUTE;
        let (seed, first_minute) = self.row.place();
        self.crowd.begin_minute(seed, first_minute + self.minute);
    }

    fn gauges(&mut self) -> Gauges {
        let Flow { busy, busy_slots, idle_slots, deepest, .. } = self.flow;
        let first = self.row.arrived(0).unwrap_or(self.minute_end);
        Gauges {
            busy,
            idle: self.crowd.there().saturating_sub(busy),
            idle_ns: self.grid.nanos((self.there_slots - busy_slots.min(self.there_slots)) / 2),
            queued: deepest,
            oldest: self.oldest.max(self.minute_end.since(first)),
            idle_polling_ns: self.grid.nanos(idle_slots / 2),
            ..Gauges::default()
        }
    }
}

impl Flow {
    fn new(bound: Bound) -> Self {
        Self {
            bound,
            busy: 0,
            now: 0,
            next: 0,
            waited: 0,
            came: 0,
            taken: 0,
            busy_slots: 0,
            idle_slots: 0,
            rest_since: 0,
            most: 0,
            deepest: 0,
        }
    }

    fn begin_chunk(self) -> Self {
        Self { now: 0, next: 0, came: 0, taken: 0, most: self.busy, ..self }
    }

    #[inline(always)]
    fn has_place(&self) -> bool {
        self.busy < self.bound.allowed()
    }

    /// Messages that wait, as far as those who came are counted.
    #[inline(always)]
    fn waiting(&self) -> u64 {
        (self.waited + self.came as u64).saturating_sub(self.taken)
    }

    /// Goes on to a slot, until when so many calls end, with no batch left waiting.
    #[inline(always)]
    fn pass_at_rest(&mut self, slot: usize, calls: u32) {
        let slots = (slot - self.now) as u64;
        let (before, after) = (self.busy, self.busy - calls);
        // They end evenly in between.
        let idle = self.bound.idle_pollers(before) + self.bound.idle_pollers(after);
        self.idle_slots += u64::from(idle) * slots;
        self.busy_slots += u64::from(before + after) * slots;
        self.bound.pass(slots, false);
        self.busy = after;
        self.now = slot;
    }

    /// Goes on to a slot, until when none ends, with a batch left waiting.
    #[inline(always)]
    fn pass_waiting(&mut self, slot: usize) {
        let slots = (slot - self.now) as u64;
        self.busy_slots += 2 * u64::from(self.busy) * slots;
        self.bound.pass(slots, true);
        self.now = slot;
    }
}
