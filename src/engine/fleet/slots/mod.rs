//! The quick kernel, for days on which nobody is turned away: requests are handled a stretch of time at once.
//!
//! Time is cut into slots so short that seldom more than one request arrives in one. Each request is one random number: its
//! bits say when it comes, and in which cell of the law of its work it is. It adds one to the number at work in the slot
//! of its arrival, takes it back in that of its end, and is counted in its cell; then it is forgotten. The sum along the
//! slots is the number at work. No departure has to be waited for, and the branch that a processor cannot guess is gone.

mod changes;
mod crowd;
mod flow;
mod grid;
mod links;
mod queue;
mod span;
mod stays;
mod walk;

use self::{
    changes::Changes,
    crowd::Crowd,
    flow::{Flow, Stretch},
    grid::{Grid, LATER, PART_BITS},
    links::Links,
    span::Span,
    stays::Stays,
};
pub use self::{
    queue::SlotQueue,
    walk::{Bounds, SlotWalk},
};
use super::{
    Admission, Answered, Billing, Bunched, Called, FunctionWideIdle, Gauges, Observer, Spent, WorkStream,
};
use crate::{
    random::{Joint, Purpose, Stream},
    traffic::{Rates, Sends},
    units::{MINUTE, SECOND, SimTime},
};

/// Callers who wait for their answer where there is a place for everybody.
///
/// Requests come and work by the laws of [`super::Direct`], but they are others: one random number is all of a request, and
/// each second has a stream of its own, so that a rate that rises adds requests and leaves those there were.
///
/// # What is approximated
/// - Instants, by their slot: who of two found the last environment. An end is taken to be half a slot later, so that as
///   often as a rise and fall of the number at work within a slot is not seen, one is that was none. When environments end, by chunks of a thousandth of the time that they are kept.
/// - Which environment ends by its age: it is drawn by lot.
/// - How the time of a request is split into waiting and computing, and what it is billed: as the mean of all that take
///   as long, a few thousandths apart. See [`Joint`].
///
/// # What is left out
/// - Environments held ready, and limits: which request finds what depends on their order. See [`SlotWalk`].
#[derive(Clone, Debug)]
pub struct Slots {
    flow: Flow,
    work: WorkStream,
    stays: Stays,
    grid: Grid,
    changes: Changes,
    stretch: Stretch,
    /// The chunk being handled, and its first slot.
    chunk: u64,
    first: u64,
    /// Requests at work when it begins.
    busy: u32,
    crowd: Crowd,
    /// The first slot of the time at rest, while nobody works.
    rest_since: u64,
    /// Sums over slots: environments of the provider, counted by whole chunks, and those of them at work or not there yet.
    there_slots: u64,
    used_slots: u64,
    /// Requests so far.
    requests: u64,
    /// Requests of the minute that found an environment ready, by cell, and the most at work at once.
    counts: Box<[u32; Joint::CELLS]>,
    busy_most: u32,
    minute: usize,
    minute_end: SimTime,
}

/// What a chunk's slots come to.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    most: u32,
    /// At work after the last of them.
    last: u32,
    /// At work, summed over slots.
    used: u64,
}

/// Mean stays that are kept slot by slot; longer ones wait in a heap.
const REACH_STAYS: u64 = 8;
impl Slots {
    /// Brings together who arrives, at most at about `rate` per second, what they ask, how long environments are
    /// kept, and how calls are billed.
    pub fn new(
        (rates, sends): (Rates, Sends),
        work: WorkStream,
        rate: f64,
        policy: FunctionWideIdle,
        billing: Billing,
    ) -> Self {
        let stay = work.mean_duration();
        let grid = Grid::new(stay, rate, policy.function_idle.min(policy.surplus_idle));
        let (seed, first_minute) = work.place();
        let reach = grid.slots(SECOND) + REACH_STAYS * grid.slots(stay) + grid.slots(work.mean_init());
        Self {
            flow: Flow::new(rates, sends),
            stays: Stays::new(work.joint(), &grid, billing),
            changes: Changes::new(reach),
            stretch: Stretch::default(),
            chunk: 0,
            first: 0,
            busy: 0,
            crowd: Crowd::new(policy, &grid, stay, Stream::new(seed, Purpose::Ages, first_minute)),
            rest_since: 0,
            there_slots: 0,
            used_slots: 0,
            requests: 0,
            counts: Box::new([0; Joint::CELLS]),
            busy_most: 0,
            minute: 0,
            minute_end: MINUTE,
            grid,
            work,
        }
    }

    /// Slots of a second, for requests that take so long in the mean and come at up to `rate` per second: what a second
    /// costs, silent or not.
    pub fn per_second(mean_duration: SimTime, rate: f64) -> f64 {
        Grid::new(mean_duration, rate, SimTime::NEVER).per_second()
    }

    /// Handles stretches before `end`, a full minute, until they had about `most` arrivals; true when all are done.
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
            handled += self.handle_stretch(observer);
        }
        false
    }

    /// Handles one stretch; how many requests arrived in it, or as many as it cost.
    fn handle_stretch(&mut self, observer: &mut impl Observer) -> u64 {
        self.flow.fill(&mut self.stretch, self.first, &self.grid);
        for span in &self.stretch.spans {
            self.requests += span.requests();
            scatter(span, &self.stays, &mut self.changes, &mut self.counts);
        }
        for _ in 0..self.stretch.slots / self.grid.chunk() as u64 {
            self.handle_chunk(observer);
        }
        self.stretch.cost()
    }

    fn handle_chunk(&mut self, observer: &mut impl Observer) {
        self.end_environments();
        let mut sums = add_up(self.busy, self.changes.first(self.grid.chunk()));
        if sums.most > self.crowd.there() {
            sums = self.start_environments(observer);
        }
        self.crowd.need(self.chunk, sums.most);
        self.busy_most = self.busy_most.max(sums.most);
        self.pass(sums);
    }

    /// Lets those end whose time is over.
    #[inline]
    fn end_environments(&mut self) {
        if self.busy == 0 && self.crowd.there() > 0 {
            let rest = self.grid.nanos(self.first - self.rest_since);
            if self.crowd.is_gone_after(SimTime(rest)) {
                self.crowd.clear();
            }
        }
        self.crowd.begin_chunk(self.chunk, self.busy);
    }

    /// The same as [`add_up`], where more work at once than there are environments for.
    #[cold]
    fn start_environments(&mut self, observer: &mut impl Observer) -> Sums {
        let Stretch { slots, spans, links, .. } = &mut self.stretch;
        if links.is_empty() {
            links.draw(*slots as usize, spans, &self.stays);
        }
        let mut busy = self.busy;
        let mut sums = Sums { most: busy, ..Sums::default() };
        for slot in self.first..self.first + self.grid.chunk() as u64 {
            busy = busy.saturating_add_signed(self.changes.at(slot));
            while busy > self.crowd.there() {
                self.start_at(slot, observer);
            }
            sums.most = sums.most.max(busy);
            sums.used += u64::from(busy);
        }
        Sums { last: busy, ..sums }
    }

    /// An environment starts for a request of this slot, and so the request ends later.
    fn start_at(&mut self, slot: u64, observer: &mut impl Observer) {
        self.crowd.start(self.chunk);
        // It was not there before.
        self.used_slots += slot - self.first;
        let Some(request) = self.stretch.links.take((slot - self.stretch.first) as usize) else { return };
        let init = self.work.draw_init();
        let until = self.stretch.first + u64::from(request.until);
        self.changes.add(until, 1);
        self.changes.add(until + self.grid.slots_nearest(init), -1);
        let (cell, work) = self.stays.work(request.bits);
        self.counts[cell] -= 1;
        let (at, admission) = (self.grid.start(slot), Admission::Cold);
        observer.arrived(at);
        let busy = self.crowd.there();
        observer.called(&Called { at, init, duration: work.duration(), admission, busy });
        let spent = Spent { init, waiting: work.waiting, computing: work.computing, ..Spent::default() };
        observer.answered(&Answered { arrived: at, spent, admission });
    }

    /// Goes on to the next chunk.
    fn pass(&mut self, sums: Sums) {
        let slots = self.grid.chunk() as u64;
        self.there_slots += u64::from(self.crowd.there()) * slots;
        self.used_slots += sums.used;
        if sums.last == 0 && (self.busy > 0 || sums.used > 0) {
            let at_rest = slots_at_rest(self.changes.first(self.grid.chunk()));
            self.rest_since = self.first + slots - at_rest;
        }
        self.busy = sums.last;
        self.changes.pass(self.grid.chunk());
        self.first += slots;
        self.chunk += 1;
    }

    /// Tells of the minute's requests, reads the gauges at its end, and goes on to the streams of the next.
    #[cold]
    fn end_minute(&mut self, observer: &mut impl Observer) {
        let minute = Bunched {
            admission: Admission::Warm,
            busy: self.busy_most,
            bunches: self.stays.bunches(),
            counts: &self.counts[..],
            lot: (self.minute as u32).wrapping_mul(0xC13F_A9A9),
        };
        observer.answered_in_bunches(self.minute_end - MINUTE, &minute);
        self.counts.fill(0);
        self.busy_most = self.busy;
        observer.minute_ended(self.minute, self.gauges());
        self.minute += 1;
        self.minute_end += MINUTE;
        self.work.enter(self.minute);
        let (seed, first_minute) = self.work.place();
        self.crowd.begin_minute(seed, first_minute + self.minute);
    }

    fn gauges(&self) -> Gauges {
        Gauges {
            busy: self.busy,
            idle: self.crowd.there().saturating_sub(self.busy),
            idle_ns: self.grid.idle_nanos(self.there_slots, self.used_slots, self.requests),
            ..Gauges::default()
        }
    }
}

/// Adds the requests of a span to the slots in which they come and go, and to their cells.
// Apart, its loop has the registers for itself; in wasm that is a fifth of the time.
#[inline(never)]
fn scatter(span: &Span, stays: &Stays, changes: &mut Changes, counts: &mut [u32; Joint::CELLS]) {
    let mut near = changes.near();
    span.each(|at, bits| {
        let (cell, stay) = stays.of(bits);
        counts[cell] += 1;
        let until = (at + stay + LATER) >> PART_BITS;
        near.add(at >> PART_BITS, 1);
        if !near.add(until, -1) {
            near.add_far(until, -1);
        }
    });
}

/// The number at work along a chunk.
#[inline(never)]
fn add_up(busy: u32, changes: &[i32]) -> Sums {
    let mut busy = busy as i32;
    let (mut most, mut used) = (busy, 0);
    for change in changes {
        busy += change;
        most = most.max(busy);
        used += busy as u64;
    }
    Sums { most: most as u32, last: busy as u32, used }
}

/// The slots after which nobody works, of a chunk at whose end nobody does.
fn slots_at_rest(changes: &[i32]) -> u64 {
    // From the end on, so many work before a slot as leave in it.
    let last = changes.iter().rposition(|&change| change != 0);
    last.map_or(changes.len(), |last| changes.len() - last) as u64
}
