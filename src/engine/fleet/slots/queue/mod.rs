//! The quick kernel behind a queue, for days on which nothing but work happens.
//!
//! Calls end in slots, not at instants: what ends is counted slot by slot, and only slots in which something happens
//! are looked at. Who waits needs no object: the line is a count, and messages are taken from it in order.

mod bound;
mod ends;
mod row;
mod walk;

use self::{
    bound::Bound,
    ends::Ends,
    row::Row,
    walk::{Batches, Flow, Handed, Walk},
};
use super::{Crowd, Grid};
use crate::{
    fleet::{Admission, FunctionWideIdle, Gauges, HandedOver, Observer, Polling, QueueSettings, WorkStream},
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
/// - When a call begins and ends, by its slot: in each, calls end first, then messages arrive, then batches are handed
///   out. What waited is received in the middle of a slot.
/// - How many wait while the line is longer than a quarter of a million: they are taken to come evenly within a chunk.
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
    handed: Vec<Handed>,
    /// The chunk being handled, and its first slot.
    chunk: u64,
    first: u64,
    /// Messages that wait.
    waiting: u64,
    /// Twice the environments of the provider, summed over slots: counted by whole chunks, less those not there yet.
    there_slots: u64,
    minute: usize,
    minute_end: SimTime,
    /// The longest that a message had waited in this minute.
    oldest: SimTime,
}

/// Slots for each message: what is silent costs next to nothing.
const PER_MESSAGE: f64 = 4.0;
const LEAST_PER_STAY: f64 = 128.0;
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
        let stay_at_most = stay.min(SECOND);
        let per_s = (PER_MESSAGE * rate).max(LEAST_PER_STAY / stay_at_most.as_secs().max(1e-6));
        let grid = Grid::new(stay_at_most, per_s, policy.function_idle.min(policy.surplus_idle));
        let (seed, first_minute) = work.place();
        let most = settings.messages_per_batch();
        let call = SimTime(stay.0 * u64::from(most));
        let reach = grid.chunk() as u64 + REACH_CALLS * grid.slots(call) + grid.slots(work.mean_init());
        let window = grid.slots_nearest(settings.collecting().into());
        Self {
            batches: Batches { most: most as usize, window },
            ends: Ends::new(reach),
            flow: Flow::new(Bound::new(&Polling::sqs(settings), &grid)),
            crowd: Crowd::new(policy, &grid, call, Stream::new(seed, Purpose::Ages, first_minute)),
            handed: Vec::new(),
            chunk: 0,
            first: 0,
            waiting: 0,
            there_slots: 0,
            minute: 0,
            minute_end: MINUTE,
            oldest: SimTime::ZERO,
            row: Row::new(arrivals, work, grid),
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
        self.waiting
    }

    /// Handles one chunk; how many messages arrived in it, or one that it cost as much as.
    fn handle_chunk(&mut self, start: SimTime, observer: &mut impl Observer) -> u64 {
        self.end_environments();
        let arrived = self.row.let_in(self.first, self.first + self.grid.chunk() as u64);
        observer.all_arrived(start, arrived as u32);
        let from = self.row.head();
        self.hand_out(arrived);
        self.waiting += arrived;
        self.waiting -= (self.row.head() - from) as u64;
        self.tell(from, observer);
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

    /// Hands out the batches of the chunk, in which so many messages come, as far as there are places.
    fn hand_out(&mut self, arrived: u64) {
        self.flow.begin_chunk(self.first);
        let end = self.first + self.grid.chunk() as u64;
        let head = self.row.head();
        loop {
            let (front, work) = self.row.front();
            let mut walk = Walk {
                front,
                waited: self.waiting + head as u64,
                arrived,
                batches: self.batches,
                grid: &self.grid,
                chunk: self.chunk,
                first: self.first,
                end,
                ends: &mut self.ends,
                crowd: &mut self.crowd,
                work,
                handed: &mut self.handed,
            };
            let (done, head) = if self.batches.are_single() {
                walk.go::<true>(&mut self.flow)
            } else {
                walk.go::<false>(&mut self.flow)
            };
            self.row.take_until(head);
            if done {
                break;
            }
            self.row.know_more(self.batches.most);
        }
    }

    /// Tells of the chunk's batches, the first of whose messages stood at an index of the row.
    fn tell(&mut self, from: usize, observer: &mut impl Observer) {
        let (arrived, slots, works) = self.row.taken(from);
        let (grid, busy) = (self.grid, self.flow.most);
        let single_out = if self.batches.window > 0 { 1 } else { 0 };
        let mut first = 0;
        let batches = self.handed.iter().map(|handed| {
            let place = first + single_out * (handed.messages as usize - 1);
            first += handed.messages as usize;
            let waited = slots[place] < handed.slot;
            let at = if waited { grid.middle(handed.slot) } else { arrived[place] };
            let admission = if handed.cold { Admission::Cold } else { Admission::Warm };
            HandedOver { at, init: handed.init, messages: handed.messages, busy, admission }
        });
        let oldest = observer.handed_over(batches, arrived, works);
        self.oldest = self.oldest.max(oldest);
        self.handed.clear();
    }

    /// Goes on to the next chunk.
    fn pass(&mut self) {
        let slots = self.grid.chunk();
        self.there_slots += 2 * u64::from(self.crowd.there()) * slots as u64 - self.flow.missing_slots;
        self.crowd.need(self.chunk, self.flow.most);
        self.ends.pass(slots);
        self.first += slots as u64;
        self.chunk += 1;
    }

    /// Reads the gauges at the end of a minute, and goes on to the streams of the next.
    #[cold]
    fn end_minute(&mut self, observer: &mut impl Observer) {
        observer.minute_ended(self.minute, self.gauges());
        (self.flow.deepest, self.oldest) = (self.waiting, SimTime::ZERO);
        self.minute += 1;
        self.minute_end += MINUTE;
        let (seed, first_minute) = self.row.place();
        self.crowd.begin_minute(seed, first_minute + self.minute);
    }

    fn gauges(&self) -> Gauges {
        let Flow { busy, busy_slots, idle_slots, deepest, .. } = self.flow;
        let first = self.row.first().unwrap_or(self.minute_end);
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
