use super::{Changes, Crowd, Flow, Grid, Stays, Stretch, links::Linked};
use crate::{
    fleet::{
        Admission, Answered, Billing, Bunched, Called, FunctionWideIdle, Gauges, Holding, Observer,
        ScalingRate, Spent, Unanswered, WorkStream,
    },
    random::{Joint, Purpose, Stream},
    traffic::{Rates, Sends},
    units::{MINUTE, SECOND, SimTime},
};

/// The same as [`super::Slots`] where it matters in which order requests come: some environments are held ready, or there
/// are places, starts or requests only so many.
///
/// The requests of a stretch are linked by slot, and the slots are walked in order: who is done leaves, then each that
/// comes takes an environment that is held, or else one of the provider's, or is turned away. It costs some three times
/// as much as [`super::Slots`].
///
/// # What is approximated
/// - What [`super::Slots`] does. The requests of a slot come in any order, after those that are done in it.
/// - When environments that are held can be used: at the next chunk.
///
/// # What is left out
/// - Environments held by their use: what is asked for then follows single requests.
#[derive(Clone, Debug)]
pub struct SlotWalk {
    flow: Flow,
    work: WorkStream,
    stays: Stays,
    grid: Grid,
    stretch: Stretch,
    /// The chunk being handled, and its first slot.
    chunk: u64,
    first: u64,
    bounds: Bounds,
    /// How many can be used of the environments that are held, and when that has to be asked.
    usable: u32,
    wake: SimTime,
    /// Requests at work in environments that are no longer held.
    let_go: u32,
    held: Pool,
    own: Pool,
    crowd: Crowd,
    /// The slot after the last in which anybody worked.
    rest_since: u64,
    /// Sums over slots: environments of the provider, counted by whole chunks, and those of them at work or not there yet.
    there_slots: u64,
    used_slots: u64,
    /// Requests that the provider's environments took so far.
    own_requests: u64,
    busy_most: u32,
    minute: usize,
    minute_end: SimTime,
}

/// What bounds a fleet, and what of it is held.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Requests that may run at once.
    pub limit: u32,
    /// How fast environments may start.
    pub scaling: ScalingRate,
    /// Requests that may come in, where that is bounded.
    pub requests: Option<ScalingRate>,
    /// Environments held ready.
    pub holding: Holding,
}

/// Environments at work that are held ready, or that are not.
#[derive(Clone, Debug)]
struct Pool {
    busy: u32,
    leaving: Changes,
    /// Requests of the minute that found one ready, by cell.
    counts: Box<[u32; Joint::CELLS]>,
}

/// Mean stays that are kept slot by slot; longer ones wait in a heap.
const REACH_STAYS: u64 = 8;

impl SlotWalk {
    /// Brings together who arrives, at most at about `rate` per second, what they ask, how long environments are
    /// kept, how calls are billed, and what bounds them all.
    pub fn new(
        (rates, sends): (Rates, Sends),
        work: WorkStream,
        rate: f64,
        policy: FunctionWideIdle,
        billing: Billing,
        bounds: Bounds,
    ) -> Self {
        let stay = work.mean_duration();
        let grid = Grid::new(stay, rate, policy.function_idle.min(policy.surplus_idle));
        let (seed, first_minute) = work.place();
        let reach = grid.slots(SECOND) + REACH_STAYS * grid.slots(stay) + grid.slots(work.mean_init());
        Self {
            flow: Flow::new(rates, sends),
            stays: Stays::new(work.joint(), &grid, billing),
            stretch: Stretch::default(),
            chunk: 0,
            first: 0,
            usable: bounds.holding.usable_at_start(),
            wake: bounds.holding.wake(),
            bounds,
            let_go: 0,
            held: Pool::new(reach),
            own: Pool::new(reach),
            crowd: Crowd::new(policy, &grid, stay, Stream::new(seed, Purpose::Ages, first_minute)),
            rest_since: 0,
            there_slots: 0,
            used_slots: 0,
            own_requests: 0,
            busy_most: 0,
            minute: 0,
            minute_end: MINUTE,
            grid,
            work,
        }
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
            self.flow.fill(&mut self.stretch, self.first, &self.grid);
            let Stretch { slots, spans, links, .. } = &mut self.stretch;
            let slots = *slots;
            links.draw(slots as usize, spans, &self.stays);
            for _ in 0..slots / self.grid.chunk() as u64 {
                self.handle_chunk(observer);
            }
            handled += self.stretch.cost();
        }
        false
    }

    fn handle_chunk(&mut self, observer: &mut impl Observer) {
        self.hold_arrived(self.grid.start(self.first));
        self.end_environments();
        let mut most = self.own.busy;
        let slots = self.grid.chunk();
        for slot in self.first..self.first + slots as u64 {
            self.let_leave(slot);
            while let Some(request) = self.stretch.links.pop((slot - self.stretch.first) as usize) {
                self.request(slot, request, observer);
            }
            most = most.max(self.own.busy);
            self.used_slots += u64::from(self.own.busy);
            let busy = self.busy();
            self.busy_most = self.busy_most.max(busy);
            if busy > 0 {
                self.rest_since = slot + 1;
            }
        }
        self.crowd.need(self.chunk, most);
        self.there_slots += u64::from(self.crowd.there()) * slots as u64;
        self.held.leaving.pass(slots);
        self.own.leaving.pass(slots);
        self.first += slots as u64;
        self.chunk += 1;
    }

    fn busy(&self) -> u32 {
        self.held.busy + self.own.busy
    }

    /// Lets those leave that are done in a slot.
    #[inline(always)]
    fn let_leave(&mut self, slot: u64) {
        self.own.busy = self.own.busy.saturating_add_signed(self.own.leaving.at(slot));
        let leaving = self.held.leaving.at(slot).unsigned_abs();
        let let_go = leaving.min(self.let_go);
        self.let_go -= let_go;
        self.own.busy -= let_go;
        self.held.busy -= leaving - let_go;
    }

    /// Lets those environments end whose time is over.
    #[inline]
    fn end_environments(&mut self) {
        if self.busy() == 0 && self.crowd.there() > 0 {
            let rest = self.grid.nanos(self.first - self.rest_since);
            if self.crowd.is_gone_after(SimTime(rest)) {
                self.crowd.clear();
            }
        }
        self.crowd.begin_chunk(self.chunk, self.own.busy);
    }

    #[inline(always)]
    fn request(&mut self, slot: u64, request: Linked, observer: &mut impl Observer) {
        let now = || self.grid.start(slot);
        let is_in = self.busy() < self.bounds.limit
            && self.bounds.requests.as_mut().is_none_or(|requests| requests.take(now()));
        let until = self.stretch.first + u64::from(request.until);
        if !is_in {
            self.turn_away(slot, observer);
        } else if self.held.busy < self.usable {
            self.held.admit(slot, until, Joint::place(request.bits).cell);
        } else if self.own.busy < self.crowd.there() {
            self.own_requests += 1;
            self.own.admit(slot, until, Joint::place(request.bits).cell);
        } else if self.bounds.scaling.take(now()) {
            self.start(slot, until, request.bits, observer);
        } else {
            self.turn_away(slot, observer);
        }
    }

    #[inline(never)]
    fn turn_away(&mut self, slot: u64, observer: &mut impl Observer) {
        let at = self.grid.start(slot);
        observer.arrived(at);
        observer.unanswered(at, Unanswered::Throttled);
    }

    /// An environment starts for a request.
    #[cold]
    fn start(&mut self, slot: u64, until: u64, bits: u32, observer: &mut impl Observer) {
        self.crowd.start(self.chunk);
        // It was not there before.
        self.used_slots += slot - self.first;
        self.own_requests += 1;
        let init = self.work.draw_init();
        self.own.enter(slot, until + self.grid.slots_nearest(init));
        let (_, work) = self.stays.work(bits);
        let (at, admission, busy) = (self.grid.start(slot), Admission::Cold, self.busy());
        observer.arrived(at);
        observer.called(&Called { at, init, duration: work.duration(), admission, busy });
        let spent = Spent { init, waiting: work.waiting, computing: work.computing, ..Spent::default() };
        observer.answered(&Answered { arrived: at, spent, admission });
    }

    /// Holds what was asked for once it is there.
    fn hold_arrived(&mut self, now: SimTime) {
        if now >= self.wake {
            if let Some(held) = self.bounds.holding.arrived(now) {
                self.hold(held);
            }
            self.wake = self.bounds.holding.wake();
        }
    }

    /// Holds another number of environments from now on. Those at work that are no longer held are the provider's.
    fn hold(&mut self, held: u32) {
        self.usable = held;
        let excess = self.held.busy.saturating_sub(held);
        self.held.busy -= excess;
        self.own.busy += excess;
        self.let_go += excess;
        (0..excess).for_each(|_| self.crowd.start(self.chunk));
    }

    /// Tells of the minute's requests, reads the gauges at its end, and goes on to the streams of the next.
    #[cold]
    fn end_minute(&mut self, observer: &mut impl Observer) {
        for (pool, admission) in [(&mut self.own, Admission::Warm), (&mut self.held, Admission::Provisioned)]
        {
            let minute = Bunched {
                admission,
                busy: self.busy_most,
                bunches: self.stays.bunches(),
                counts: &pool.counts[..],
                lot: (self.minute as u32).wrapping_mul(0xC13F_A9A9),
            };
            observer.answered_in_bunches(self.minute_end - MINUTE, &minute);
            pool.counts.fill(0);
        }
        self.busy_most = self.busy();
        observer.minute_ended(self.minute, self.gauges());
        self.minute += 1;
        let now = self.minute_end;
        self.minute_end += MINUTE;
        self.work.enter(self.minute);
        let (seed, first_minute) = self.work.place();
        self.crowd.begin_minute(seed, first_minute + self.minute);
        self.hold_arrived(now);
        if let Some(held) = self.bounds.holding.begin_minute(self.minute, now, self.usable) {
            self.hold(held);
        }
        self.wake = self.bounds.holding.wake();
    }

    fn gauges(&self) -> Gauges {
        Gauges {
            busy: self.busy(),
            idle: self.crowd.there().saturating_sub(self.own.busy),
            idle_ns: self.grid.idle_nanos(self.there_slots, self.used_slots, self.own_requests),
            held: self.usable,
            held_ms: self.bounds.holding.held_ms(),
            ..Gauges::default()
        }
    }
}

impl Pool {
    fn new(reach: u64) -> Self {
        Self { busy: 0, leaving: Changes::new(reach), counts: Box::new([0; Joint::CELLS]) }
    }

    /// A request of a cell takes one that is ready.
    #[inline(always)]
    fn admit(&mut self, slot: u64, until: u64, cell: usize) {
        self.counts[cell] += 1;
        self.enter(slot, until);
    }

    /// A request is at work from a slot on until another.
    #[inline(always)]
    fn enter(&mut self, slot: u64, until: u64) {
        self.busy += 1;
        // Those done in the slot have left already.
        self.leaving.add(until.max(slot + 1), -1);
    }
}
