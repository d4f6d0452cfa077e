use crate::{
    fleet::{Work, WorkStream},
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
    /// The front of the line, from `head` on, and what was taken before.
    arrived: Vec<SimTime>,
    works: Vec<Work>,
    head: usize,
    /// Those behind the front, if there are any.
    behind: Option<Behind<A>>,
    /// Until when all have come.
    until: SimTime,
    /// Those who came last: from here on in the front, or, where they stand behind it, all that are only counted.
    fresh_from: usize,
    counted: Vec<SimTime>,
}

/// Arrivals that were counted and are still to be generated.
#[derive(Clone, Debug)]
struct Behind<A> {
    arrivals: A,
    from: SimTime,
    left: u64,
}

/// Messages that are kept with all that is known of them: six megabytes.
const MOST_KEPT: usize = 1 << 18;
/// Taken ones are cleared away when they are so many, and half of all.
const LEAST_CLEARED: usize = 1 << 10;

impl<A: Instants + Clone> Row<A> {
    pub fn new(arrivals: A, work: WorkStream) -> Self {
        Self {
            ahead: arrivals,
            work,
            arrived: Vec::new(),
            works: Vec::new(),
            head: 0,
            behind: None,
            until: SimTime::ZERO,
            fresh_from: 0,
            counted: Vec::new(),
        }
    }

    /// The seed, and the minute of the day at the clock's zero.
    pub fn place(&self) -> (u64, usize) {
        self.work.place()
    }

    /// How long the next environment takes to start.
    pub fn draw_init(&mut self) -> SimTime {
        self.work.draw_init()
    }

    /// Lets in all that arrive before `end`, which lies in the same minute as the end before.
    pub fn let_in(&mut self, end: SimTime) {
        self.clear_taken();
        let from = std::mem::replace(&mut self.until, end);
        self.counted.clear();
        self.fresh_from = self.arrived.len();
        self.behind.take_if(|behind| behind.left == 0);
        if self.behind.is_none() && self.arrived.len() - self.head > MOST_KEPT {
            self.behind = Some(Behind { arrivals: self.ahead.clone(), from, left: 0 });
        }
        if let Some(behind) = &mut self.behind {
            self.ahead.extend_until(end, &mut self.counted);
            behind.left += self.counted.len() as u64;
        } else {
            self.ahead.extend_until(end, &mut self.arrived);
            self.draw(from.minute());
        }
    }

    /// Those who were let in last.
    #[inline(always)]
    pub fn fresh(&self) -> &[SimTime] {
        if self.behind.is_some() { &self.counted } else { &self.arrived[self.fresh_from..] }
    }

    /// Draws the work of those who came in a minute.
    fn draw(&mut self, minute: usize) {
        self.work.enter(minute);
        let known = self.works.len();
        self.works.resize(self.arrived.len(), Work::default());
        self.work.draw_all(&mut self.works[known..]);
    }

    /// The indices of the taken ones hold until the next are let in.
    fn clear_taken(&mut self) {
        if self.head > LEAST_CLEARED && 2 * self.head > self.arrived.len() {
            self.arrived.drain(..self.head);
            self.works.drain(..self.head);
            self.head = 0;
        }
    }

    /// Where the front of the line is.
    #[inline(always)]
    pub fn head(&self) -> usize {
        self.head
    }

    /// When the message at so many places behind the first arrived; none if there is none that came yet.
    #[inline(always)]
    pub fn arrived(&mut self, place: usize) -> Option<SimTime> {
        if self.head + place >= self.arrived.len() && self.behind.is_some() {
            self.know(place + 1);
        }
        self.arrived.get(self.head + place).copied()
    }

    /// Takes so many from the front, no more than there are; for how many nanoseconds they work.
    #[inline(always)]
    pub fn take(&mut self, messages: usize) -> u64 {
        if self.head + messages > self.arrived.len() {
            self.know(messages);
        }
        let taken = self.head..self.head + messages;
        self.head = taken.end;
        self.works[taken].iter().map(|work| work.duration().0).sum()
    }

    /// Sees to it that so many are at the front, or all that came.
    #[cold]
    fn know(&mut self, messages: usize) {
        while self.arrived.len() - self.head < messages
            && let Some(mut behind) = self.behind.take_if(|behind| behind.left > 0)
        {
            let next_minute = SimTime((behind.from.minute() as u64 + 1) * MINUTE.0);
            let end = (behind.from + SECOND).min(next_minute).min(self.until);
            let known = self.arrived.len();
            behind.arrivals.extend_until(end, &mut self.arrived);
            behind.left -= (self.arrived.len() - known) as u64;
            self.draw(behind.from.minute());
            behind.from = end;
            self.behind = Some(behind);
        }
    }

    /// Those taken from an index on, up to the front: when each arrived, and its work.
    pub fn taken(&self, from: usize) -> (&[SimTime], &[Work]) {
        (&self.arrived[from..self.head], &self.works[from..self.head])
    }
}
