//! The quick kernel behind a queue, for days on which nothing but work happens.
//!
//! Calls end in slots, not at instants: what ends is counted slot by slot, and only slots in which something happens
//! are looked at. Who waits needs no object: the line is a count, and messages are taken from it in order.

mod bound;
mod row;
mod wheel;

use self::{bound::Bound, row::Row, wheel::Wheel};
use super::{Crowd, Grid};
use crate::{
    fleet::{
        Admission, Answered, Called, FunctionWideIdle, Gauges, Observer, Polling, QueueSettings, Spent,
        WorkStream,
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
    wheel: Wheel,
    /// Messages that come in each slot of the chunk.
    coming: Vec<u32>,
    flow: Flow,
    crowd: Crowd,
    handed: Vec<Handed>,
    /// The chunk being handled, and its first slot.
    chunk: u64,
    first: u64,
    /// Sum over slots of the environments of the provider, counted by whole chunks, less those not there yet.
    there_slots: u64,
    minute: usize,
    minute_end: SimTime,
    /// The longest that a message had waited in this minute.
    oldest: SimTime,
}

/// How messages become batches.
#[derive(Clone, Copy, Debug)]
struct Batches {
    most: u32,
    window: SimTime,
}

/// What changes from slot to slot.
#[derive(Clone, Copy, Debug)]
struct Flow {
    bound: Bound,
    /// Calls at work, and messages that wait.
    busy: u32,
    waiting: u64,
    /// Whether a batch was left waiting.
    left: bool,
    /// The slot that all this is the state of, and the next in which something happens to those who wait.
    now: u64,
    wake: u64,
    /// Sums over slots: calls at work, and pollers that found nothing.
    busy_slots: u64,
    idle_polling_slots: u64,
    /// The first slot of the time at rest, while nobody works.
    rest_since: u64,
    /// Most calls at once in the chunk.
    most: u32,
    /// Most messages left waiting in the minute.
    deepest: u64,
}

/// A batch that was handed over.
#[derive(Clone, Copy, Debug)]
struct Handed {
    at: SimTime,
    init: SimTime,
    first: u32,
    messages: u32,
    busy: u32,
    cold: bool,
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
        let grid = Grid::new(stay.min(SECOND), PER_MESSAGE * rate, policy.function_idle.min(policy.surplus_idle));
        let (seed, first_minute) = work.place();
        let batches = Batches { most: settings.messages_per_batch(), window: settings.collecting().into() };
        let call = SimTime(stay.0 * u64::from(batches.most));
        let reach = grid.chunk() as u64 + REACH_CALLS * grid.slots(call) + grid.slots(work.mean_init());
        Self {
            wheel: Wheel::new(reach),
            coming: vec![0; grid.chunk()],
            flow: Flow::new(Bound::new(&Polling::sqs(settings), &grid)),
            crowd: Crowd::new(policy, &grid, call, Stream::new(seed, Purpose::Ages, first_minute)),
            handed: Vec::new(),
            chunk: 0,
            first: 0,
            there_slots: 0,
            minute: 0,
            minute_end: MINUTE,
            oldest: SimTime::ZERO,
            row: Row::new(arrivals, work),
            batches,
            grid,
        }
    }

    /// Handles chunks before `end`, a full minute, until they had about `most` arrivals; true when all are done.
    pub fn advance(&mut self, end: SimTime, most: u64, observer: &mut impl Observer) -> bool {
        let mut handled = 0;
        while handled < most {
            let start = self.grid.start(self.first);
            if start >= self.minute_end {
                self.end_minute(observer);
            }
            if start >= end {
                return true;
            }
            handled += self.handle_chunk(start, observer);
        }
        false
    }

    /// Messages that arrived and were not handed over.
    pub fn waiting(&self) -> u64 {
        self.flow.waiting
    }

    /// Handles one chunk; how many messages arrived in it, or one that it cost as much as.
    fn handle_chunk(&mut self, start: SimTime, observer: &mut impl Observer) -> u64 {
        self.end_environments();
        let arrived = self.let_in(start, observer);
        self.hand_out();
        self.tell(observer);
        self.pass();
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

    /// Lets in the messages of the chunk: each in its slot.
    fn let_in(&mut self, start: SimTime, observer: &mut impl Observer) -> u64 {
        let ruler = self.grid.ruler(self.first);
        let arrived = self.row.let_in(self.grid.start(self.first + self.grid.chunk() as u64));
        for &at in arrived {
            let slot = ruler.slot_of_chunk(at) as usize;
            self.coming[slot] += 1;
            self.wheel.stir(slot);
        }
        observer.all_arrived(start, arrived.len() as u32);
        arrived.len() as u64
    }

    /// Goes through the slots of the chunk in which something happens.
    #[inline(never)]
    fn hand_out(&mut self) {
        self.handed.clear();
        let mut flow = self.flow;
        (flow.now, flow.most) = (0, flow.busy);
        let slots = self.grid.chunk();
        let mut from = 0;
        loop {
            let slot = flow.wake.min(self.wheel.next(from, slots) as u64) as usize;
            flow.pass(slot as u64);
            if slot == slots {
                break;
            }
            flow.leave(self.wheel.ends(slot), self.first);
            flow.waiting += u64::from(std::mem::take(&mut self.coming[slot]));
            if flow.waiting > 0 {
                self.hand_over(&mut flow, slot);
            } else {
                (flow.left, flow.wake) = (false, u64::MAX);
            }
            from = slot + 1;
        }
        self.flow = flow;
    }

    /// Hands over batches for as long as there are some, and calls for them.
    #[inline(always)]
    fn hand_over(&mut self, flow: &mut Flow, slot: usize) {
        flow.left = self.has_batch(flow.waiting, slot);
        while flow.left && flow.busy < flow.bound.allowed() {
            let messages = flow.waiting.min(u64::from(self.batches.most)) as u32;
            flow.busy += 1;
            flow.waiting -= u64::from(messages);
            self.call(flow.busy, messages, slot);
            flow.left = self.has_batch(flow.waiting, slot);
        }
        flow.most = flow.most.max(flow.busy);
        flow.deepest = flow.deepest.max(flow.waiting);
        flow.wake = match flow.left {
            true => flow.now.saturating_add(flow.bound.until_rise()),
            false if flow.waiting > 0 => self.full_at(),
            false => u64::MAX,
        };
    }

    /// Whether there is a full batch, or one that was collected for long enough.
    #[inline(always)]
    fn has_batch(&mut self, waiting: u64, slot: usize) -> bool {
        waiting >= u64::from(self.batches.most)
            || waiting > 0 && (self.batches.window == SimTime::ZERO || self.full_at() <= slot as u64)
    }

    /// The slot in which the first of those who wait was collected for long enough, counted from the chunk's first.
    #[inline]
    fn full_at(&mut self) -> u64 {
        self.row.know(1);
        let full = self.row.arrived(self.row.head()) + self.batches.window;
        let start = self.grid.start(self.first);
        if full <= start { 0 } else { self.grid.ruler(self.first).slot(full) }
    }

    /// A call begins in a slot with the first messages of the line.
    #[inline(always)]
    fn call(&mut self, busy: u32, messages: u32, slot: usize) {
        self.row.know(messages as usize);
        let first = self.row.head();
        self.row.take(messages as usize);
        let cold = busy > self.crowd.there();
        let init = if cold { self.start(slot) } else { SimTime::ZERO };
        let (arrived, works) = self.row.span(first, messages as usize);
        let begins = self.grid.start(self.first + slot as u64);
        let at = match arrived.last() {
            Some(&last) if last >= begins => last,
            _ => SimTime(begins.0 + self.grid.half_slot()),
        };
        let work: u64 = works.iter().map(|work| work.duration().0).sum();
        let end = self.grid.ruler(self.first).slot(SimTime(at.0 + init.0 + work));
        self.wheel.add(end.max(slot as u64 + 1));
        self.handed.push(Handed { at, init, first: first as u32, messages, busy, cold });
    }

    /// An environment starts, which was not there in the chunk before the slot.
    #[cold]
    fn start(&mut self, slot: usize) -> SimTime {
        self.crowd.start(self.chunk);
        self.there_slots -= slot as u64;
        self.row.draw_init()
    }

    /// Tells of the batches of the chunk, in order.
    #[inline(never)]
    fn tell(&mut self, observer: &mut impl Observer) {
        for &Handed { at, init, first, messages, busy, cold } in &self.handed {
            let (arrived, works) = self.row.span(first as usize, messages as usize);
            let admission = if cold { Admission::Cold } else { Admission::Warm };
            let mut spent = Spent { init, ..Spent::default() };
            for work in works {
                spent.waiting += work.waiting;
                spent.computing += work.computing;
            }
            let duration = spent.waiting + spent.computing;
            self.oldest = self.oldest.max(at.since(arrived[0]));
            observer.received(at, messages);
            observer.called(&Called { at, init, duration, admission, busy });
            for &arrived in arrived {
                spent.queue = at.since(arrived);
                observer.answered(&Answered { arrived, spent, admission });
            }
            observer.deleted(at, messages);
        }
    }

    /// Goes on to the next chunk.
    fn pass(&mut self) {
        let slots = self.grid.chunk() as u64;
        self.there_slots += u64::from(self.crowd.there()) * slots;
        self.crowd.need(self.chunk, self.flow.most);
        self.flow.wake = match self.flow.wake {
            u64::MAX => u64::MAX,
            wake => wake.saturating_sub(slots),
        };
        self.wheel.pass(slots as usize);
        self.first += slots;
        self.chunk += 1;
    }

    /// Reads the gauges at the end of a minute, and goes on to the streams of the next.
    #[cold]
    fn end_minute(&mut self, observer: &mut impl Observer) {
        observer.minute_ended(self.minute, self.gauges());
        (self.flow.deepest, self.oldest) = (self.flow.waiting, SimTime::ZERO);
        self.minute += 1;
        self.minute_end += MINUTE;
        let (seed, first_minute) = self.row.place();
        self.crowd.begin_minute(seed, first_minute + self.minute);
    }

    fn gauges(&mut self) -> Gauges {
        let Flow { busy, busy_slots, idle_polling_slots, deepest, waiting, .. } = self.flow;
        let mut oldest = self.oldest;
        if waiting > 0 {
            self.row.know(1);
            oldest = oldest.max(self.minute_end.since(self.row.arrived(self.row.head())));
        }
        Gauges {
            busy,
            idle: self.crowd.there().saturating_sub(busy),
            idle_ns: self.grid.nanos(self.there_slots - busy_slots.min(self.there_slots)),
            queued: deepest,
            oldest,
            idle_polling_ns: self.grid.nanos(idle_polling_slots),
            ..Gauges::default()
        }
    }
}

impl Flow {
    fn new(bound: Bound) -> Self {
        Self {
            bound,
            busy: 0,
            waiting: 0,
            left: false,
            now: 0,
            wake: u64::MAX,
            busy_slots: 0,
            idle_polling_slots: 0,
            rest_since: 0,
            most: 0,
            deepest: 0,
        }
    }

    /// Goes on to a slot of the chunk, before anything happens in it.
    #[inline(always)]
    fn pass(&mut self, slot: u64) {
        let slots = slot - self.now;
        let idle = if self.left { 0 } else { self.bound.idle_pollers(self.busy) };
        self.idle_polling_slots += u64::from(idle) * slots;
        self.busy_slots += u64::from(self.busy) * slots;
        self.bound.pass(slots, self.left);
        self.now = slot;
    }

    /// Calls end in the slot that it is.
    #[inline(always)]
    fn leave(&mut self, calls: u32, first: u64) {
        self.busy -= calls;
        if calls > 0 && self.busy == 0 {
            self.rest_since = first + self.now;
        }
    }
}
