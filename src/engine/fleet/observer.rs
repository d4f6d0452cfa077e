use super::{Admission, Work};
use crate::{metrics::CauseSums, units::SimTime};

/// One request that got its answer.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// When it arrived.
    pub arrived: SimTime,
    /// How long it waited in the queue.
    pub queue: SimTime,
    /// How long its environment took to start; zero when it was ready.
    pub init: SimTime,
    /// What its call did: its own work, or that of its whole batch.
    pub work: Work,
    /// What it found.
    pub admission: Admission,
}

impl Answered {
    /// From arrival to answer.
    #[inline]
    pub fn latency(&self) -> SimTime {
        self.queue + self.init + self.work.duration()
    }

    /// Where the time went, in the order of [`crate::metrics::CAUSES`].
    #[inline(always)]
    pub fn causes(&self) -> CauseSums {
        [self.queue.0, self.init.0, self.work.waiting.0, self.work.computing.0]
    }
}

/// Numbers that stand, read when a minute ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Environments at work.
    pub busy: u32,
    /// Environments without work, those held by provisioned concurrency apart.
    pub idle: u32,
    /// Their environment-nanoseconds since the start.
    pub idle_ns: u64,
    /// Most messages waiting at once in the minute.
    pub queued: u64,
    /// The longest that one of them had waited in the minute.
    pub oldest: SimTime,
    /// Nanoseconds that pollers spent on an empty queue since the start, summed.
    pub idle_polling_ns: u64,
}

/// Who is told what happens in a simulation. What is not asked for costs nothing.
pub trait Observer {
    /// A request arrived.
    #[inline(always)]
    fn arrived(&mut self, _at: SimTime) {}

    /// A request was, or will be, answered; told when its work starts.
    #[inline(always)]
    fn answered(&mut self, _request: &Answered) {}

    /// A request was turned away for good.
    #[inline(always)]
    fn throttled(&mut self, _at: SimTime) {}

    /// The function was called: once per request, or once per batch.
    #[inline(always)]
    fn called(&mut self, _at: SimTime, _billed: SimTime, _admission: Admission, _busy: u32) {}

    /// A batch found no place and goes back to the queue.
    #[inline(always)]
    fn refused(&mut self, _at: SimTime) {}

    /// Messages that were being worked on were handed out once more.
    #[inline(always)]
    fn duplicated(&mut self, _at: SimTime, _messages: u32) {}

    /// A minute, counted from the clock's zero, ended.
    #[inline(always)]
    fn minute_ended(&mut self, _minute: usize, _gauges: Gauges) {}
}
