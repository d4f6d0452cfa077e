use crate::{
    fleet::{Work, WorkStream, slots::Grid},
    traffic::Instants,
    units::{MINUTE, SECOND, SimTime},
};

/// Who waits to be received, in the order in which they arrived, with the work that each asks for.
///
/// Each minute's messages draw from the minute's stream, whenever they are received. Of a line that grows long only
/// the front is kept: what stands behind it is counted, and its arrivals are generated a second time when its turn
/// comes.
#[derive(Clone, Debug)]
pub struct Row<A> {
    ahead: A,
    work: WorkStream,
    grid: Grid,
    /// The front of the line, from `head` on, and what was taken before: when each arrived and in which slot, its work and
    /// how many slots that takes.
    arrived: Vec<SimTime>,
    slots: Vec<u64>,
    works: Vec<Work>,
    stays: Vec<u32>,
    head: usize,
    /// Those behind the front, if there are any.
    behind: Option<Behind<A>>,
    /// The slot before which all have come.
    until: u64,
    /// Room for arrivals that are only counted.
    counted: Vec<SimTime>,
}

/// Arrivals that were counted and are still to be generated.
#[derive(Clone, Debug)]
struct Behind<A> {
    arrivals: A,
    from: u64,
    left: u64,
}

/// What is known of the front of the line, and of those who were taken since the last let in.
#[derive(Clone, Copy, Debug)]
pub struct Front<'a> {
    /// When each arrived, and in which slot.
    pub arrived: &'a [SimTime],
    pub slots: &'a [u64],
    /// How many slots its work takes. Where in its slot a message arrives decides how that is rounded, so that none are lost
    /// in the mean.
    pub stays: &'a [u32],
    /// Where those who wait begin.
    pub head: usize,
    /// Whether nobody stands behind them.
    pub all: bool,
}

/// Messages that are kept with all that is known of them: ten megabytes.
const MOST_KEPT: usize = 1 << 18;
/// Taken ones are cleared away when they are so many, and half of all.
const LEAST_CLEARED: usize = 1 << 10;

impl<A: Instants + Clone> Row<A> {
    pub fn new(arrivals: A, work: WorkStream, grid: Grid) -> Self {
        Self {
            ahead: arrivals,
            work,
            grid,
            arrived: Vec::new(),
            slots: Vec::new(),
            works: Vec::new(),
            stays: Vec::new(),
            head: 0,
            behind: None,
            until: 0,
            counted: Vec::new(),
        }
    }

    /// The seed, and the minute of the day at the clock's zero.
    pub fn place(&self) -> (u64, usize) {
        self.work.place()
    }

    /// Lets in all that arrive from one slot, to which it was done, to before another of the same minute; how many.
    #[inline(never)]
    pub fn let_in(&mut self, from: u64, to: u64) -> u64 {
        self.clear_taken();
        self.until = to;
        let known = self.arrived.len();
        self.behind.take_if(|behind| behind.left == 0);
        if self.behind.is_none() && self.arrived.len() - self.head > MOST_KEPT {
            self.behind = Some(Behind { arrivals: self.ahead.clone(), from, left: 0 });
        }
        let end = self.grid.start(to);
        if let Some(behind) = &mut self.behind {
            self.counted.clear();
            self.ahead.extend_until(end, &mut self.counted);
            behind.left += self.counted.len() as u64;
            return self.counted.len() as u64;
        }
        self.ahead.extend_until(end, &mut self.arrived);
        self.draw(from);
        (self.arrived.len() - known) as u64
    }

    /// Draws the work of those who arrived from a slot on, all in its minute.
    fn draw(&mut self, from: u64) {
        let (known, all) = (self.works.len(), self.arrived.len());
        self.work.enter(self.grid.start(from).minute());
        self.works.resize(all, Work::default());
        self.work.draw_all(&mut self.works[known..]);
        self.slots.resize(all, 0);
        self.stays.resize(all, 0);
        let ruler = self.grid.ruler(from);
        let new = self.arrived[known..].iter().zip(&self.works[known..]);
        let places = self.slots[known..].iter_mut().zip(&mut self.stays[known..]);
        for ((&at, work), (slot, stay)) in new.zip(places) {
            let (begins, ends) = (ruler.slot(at), ruler.slot(at + work.duration()));
            (*slot, *stay) = (from + begins, (ends - begins).max(1) as u32);
        }
    }

    /// The indices of the taken ones hold until the next are let in.
    fn clear_taken(&mut self) {
        if self.head > LEAST_CLEARED && 2 * self.head > self.arrived.len() {
            self.arrived.drain(..self.head);
            self.slots.drain(..self.head);
            self.works.drain(..self.head);
            self.stays.drain(..self.head);
            self.head = 0;
        }
    }

    /// Where the front of the line is.
    #[inline(always)]
    pub fn head(&self) -> usize {
        self.head
    }

    /// When the first of those who wait arrived.
    pub fn first(&self) -> Option<SimTime> {
        self.arrived.get(self.head).copied()
    }

    /// The front, and whose stream starts are drawn from.
    pub fn front(&mut self) -> (Front<'_>, &mut WorkStream) {
        let front = Front {
            arrived: &self.arrived,
            slots: &self.slots,
            stays: &self.stays,
            head: self.head,
            all: self.behind.as_ref().is_none_or(|behind| behind.left == 0),
        };
        (front, &mut self.work)
    }

    /// All before an index were taken.
    pub fn take_until(&mut self, head: usize) {
        self.head = head;
    }

    /// Sees to it that so many more are in the front, or all that came.
    #[cold]
    pub fn know_more(&mut self, messages: usize) {
        let second = self.grid.slots_nearest(SECOND);
        let minute = self.grid.slots_nearest(MINUTE);
        while self.arrived.len() - self.head < messages
            && let Some(mut behind) = self.behind.take_if(|behind| behind.left > 0)
        {
            let from = behind.from;
            behind.from = (from + second).min((from / minute + 1) * minute).min(self.until);
            let known = self.arrived.len();
            behind.arrivals.extend_until(self.grid.start(behind.from), &mut self.arrived);
            behind.left -= (self.arrived.len() - known) as u64;
            self.draw(from);
            self.behind = Some(behind);
        }
    }

    /// Those taken from an index on: when each arrived, its slot and its work.
    pub fn taken(&self, from: usize) -> (&[SimTime], &[u64], &[Work]) {
        let taken = from..self.head;
        (&self.arrived[taken.clone()], &self.slots[taken.clone()], &self.works[taken])
    }
}
