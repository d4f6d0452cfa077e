//! The quick kernel, for days on which nobody is turned away: requests are handled a chunk of time at once.
//!
//! Time is cut into slots so short that seldom more than one request arrives in one. Each request adds one to the number at
//! work in the slot of its arrival, and takes it back in that of its end; the sum along the slots is the number at work.
//! No departure has to be waited for, and the branch that a processor cannot guess is gone.

mod changes;
mod crowd;
mod grid;
mod queue;

pub use self::queue::SlotQueue;
use self::{changes::Changes, crowd::Crowd, grid::Grid};
use super::{Admission, Answered, Called, FunctionWideIdle, Gauges, Observer, Spent, Work, WorkStream};
use crate::{
    random::{Purpose, Stream},
    traffic::Instants,
    units::{MINUTE, SimTime},
};

/// Callers who wait for their answer where there is a place for everybody.
///
/// The same requests as with [`super::Direct`] arrive, and take as long; where it alone is exact, this is close.
///
/// # What is approximated
/// - Instants, by their slot: who of two found the last environment, and a rise and fall of the number at work within a
///   slot, which is not seen. When environments end, by chunks of a thousandth of the time that they are kept.
/// - Which environment ends by its age: it is drawn by lot.
///
/// # What is left out
/// - Environments held ready: they are a pool of their own, and the number at work does not say which pool it is from.
#[derive(Clone, Debug)]
pub struct Slots<A> {
    arrivals: A,
    work: WorkStream,
    grid: Grid,
    changes: Changes,
    /// The chunk being handled, and its first slot.
    chunk: u64,
    first: u64,
    /// Requests at work when it begins.
    busy: u32,
    asked: Asked,
    /// Requests at work after each slot of the chunk.
    at_work: Vec<u32>,
    started: Vec<Start>,
    crowd: Crowd,
    /// The first slot of the time at rest, while nobody works.
    rest_since: u64,
    /// Sums over slots: environments of the provider, counted by whole chunks, and those of them at work or not there yet.
    there_slots: u64,
    used_slots: u64,
    minute: usize,
    minute_end: SimTime,
}

/// The requests of a chunk, in order of arrival.
#[derive(Clone, Debug, Default)]
struct Asked {
    arrivals: Vec<SimTime>,
    work: Vec<Work>,
    /// When they come and when they go: slots counted from the chunk's first.
    stays: Vec<Stay>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stay {
    from: u32,
    until: u32,
}

/// A request of the chunk for which an environment starts.
#[derive(Clone, Copy, Debug)]
struct Start {
    index: usize,
    init: SimTime,
}

/// What a chunk's slots come to.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    most: u32,
    /// At work, summed over slots.
    used: u64,
}

/// Mean stays that are kept slot by slot; longer ones wait in a heap.
const REACH_STAYS: u64 = 8;

impl<A: Instants> Slots<A> {
    /// Brings together who arrives, at most at about `rate` per second, what they ask, and how long environments are
    /// kept.
    pub fn new(arrivals: A, work: WorkStream, rate: f64, policy: FunctionWideIdle) -> Self {
        let stay = work.mean_duration();
        let grid = Grid::new(stay, rate, policy.function_idle.min(policy.surplus_idle));
        let (seed, first_minute) = work.place();
        let reach = grid.chunk() as u64 + REACH_STAYS * grid.slots(stay) + grid.slots(work.mean_init());
        Self {
            arrivals,
            changes: Changes::new(reach),
            chunk: 0,
            first: 0,
            busy: 0,
            asked: Asked::default(),
            at_work: vec![0; grid.chunk()],
            started: Vec::new(),
            crowd: Crowd::new(policy, &grid, stay, Stream::new(seed, Purpose::Ages, first_minute)),
            rest_since: 0,
            there_slots: 0,
            used_slots: 0,
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

    /// Handles one chunk; how many requests arrived in it, or one that it cost as much as.
    fn handle_chunk(&mut self, start: SimTime, observer: &mut impl Observer) -> u64 {
        self.end_environments();
        self.draw();
        let mut sums = self.add_up();
        if sums.most > self.crowd.there() {
            sums = self.start_environments();
        }
        self.crowd.need(self.chunk, sums.most);
        self.tell(start, sums.most, observer);
        self.pass(sums);
        (self.asked.stays.len() as u64).max(1)
    }

    /// Draws the requests of the chunk, and notes when they come and go.
    // Apart, its loops have the registers for themselves; in wasm that is a fifth of the time.
    #[inline(never)]
    fn draw(&mut self) {
        self.started.clear();
        let end = self.grid.start(self.first + self.grid.chunk() as u64);
        let asked = &mut self.asked;
        asked.arrivals.clear();
        self.arrivals.extend_until(end, &mut asked.arrivals);
        asked.work.resize(asked.arrivals.len(), Work::default());
        asked.stays.resize(asked.arrivals.len(), Stay::default());
        self.work.draw_all(&mut asked.work);
        let ruler = self.grid.ruler(self.first);
        let mut near = self.changes.near();
        let requests = asked.arrivals.iter().zip(&asked.work).zip(&mut asked.stays);
        for ((&at, work), stay) in requests {
            let (from, until) = (ruler.slot_of_chunk(at), ruler.slot(at + work.duration()));
            near.add(from, 1);
            if !near.add(until, -1) {
                near.add_far(until, -1);
            }
            *stay = Stay { from: from as u32, until: until as u32 };
        }
    }

    /// The number at work along the chunk.
    #[inline(never)]
    fn add_up(&mut self) -> Sums {
        let mut busy = self.busy as i32;
        let mut most = busy;
        let mut used = 0;
        for (at_work, change) in self.at_work.iter_mut().zip(self.changes.first(self.grid.chunk())) {
            busy += change;
            most = most.max(busy);
            used += busy as u64;
            *at_work = busy as u32;
        }
        Sums { most: most as u32, used }
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

    /// The same as [`Slots::add_up`], where more work at once than there are environments for.
    #[cold]
    fn start_environments(&mut self) -> Sums {
        let mut busy = self.busy;
        let mut sums = Sums { most: busy, used: 0 };
        for slot in 0..self.grid.chunk() as u32 {
            busy = busy.saturating_add_signed(self.changes.at(self.first + u64::from(slot)));
            let none_before = self.started.len();
            while busy > self.crowd.there() {
                self.start_at(slot, none_before);
            }
            self.at_work[slot as usize] = busy;
            sums.most = sums.most.max(busy);
            sums.used += u64::from(busy);
        }
        self.started.sort_unstable_by_key(|start| start.index);
        sums
    }

    /// An environment starts for a request of this slot, the last first, and so the request ends later.
    fn start_at(&mut self, slot: u32, first_of_slot: usize) {
        self.crowd.start(self.chunk);
        // It was not there before.
        self.used_slots += u64::from(slot);
        let before = match self.started[first_of_slot..].last() {
            Some(start) => start.index,
            None => self.asked.stays.partition_point(|stay| stay.from <= slot),
        };
        let of_slot = |index: &usize| self.asked.stays[*index].from == slot;
        // One that comes and goes within the slot raised nothing.
        let found = (0..before).rev().take_while(of_slot).find(|&index| self.asked.stays[index].until > slot);
        if let Some(index) = found {
            let init = self.work.draw_init();
            let until = self.first + u64::from(self.asked.stays[index].until);
            self.changes.add(until, 1);
            self.changes.add(until + self.grid.slots_nearest(init), -1);
            self.started.push(Start { index, init });
        }
    }

    /// Tells of the chunk's requests, in order.
    fn tell(&mut self, at: SimTime, busy: u32, observer: &mut impl Observer) {
        let mut next = 0;
        for place in 0..self.started.len() {
            let Start { index, init } = self.started[place];
            observer.answered_together(at, &self.asked.work[next..index], Admission::Warm, busy);
            let work = self.asked.work[index];
            let admission = Admission::Cold;
            observer.arrived(at);
            observer.called(&Called { at, init, duration: work.duration(), admission, busy });
            let spent = Spent { init, waiting: work.waiting, computing: work.computing, ..Spent::default() };
            observer.answered(&Answered { arrived: at, spent, admission });
            next = index + 1;
        }
        observer.answered_together(at, &self.asked.work[next..], Admission::Warm, busy);
    }

    /// Goes on to the next chunk.
    fn pass(&mut self, sums: Sums) {
        let slots = self.grid.chunk() as u64;
        self.there_slots += u64::from(self.crowd.there()) * slots;
        self.used_slots += sums.used;
        self.busy = *self.at_work.last().unwrap_or(&self.busy);
        if self.busy == 0
            && let Some(last) = self.at_work.iter().rposition(|&at_work| at_work > 0)
        {
            self.rest_since = self.first + last as u64 + 1;
        }
        self.changes.pass(self.grid.chunk());
        self.first += slots;
        self.chunk += 1;
    }

    /// Reads the gauges at the end of a minute, and goes on to the streams of the next.
    #[cold]
    fn end_minute(&mut self, observer: &mut impl Observer) {
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
            idle_ns: self.grid.nanos(self.there_slots - self.used_slots.min(self.there_slots)),
            ..Gauges::default()
        }
    }
}
