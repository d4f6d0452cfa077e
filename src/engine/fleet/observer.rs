use super::{Admission, Work};
use crate::{metrics::CauseSums, units::SimTime};

/// Where one request's time went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// In what stands between caller and function.
    pub way_in: SimTime,
    /// In the queue, for its turn.
    pub queue: SimTime,
    /// From its first try to its last, and in calls tried again.
    pub retry: SimTime,
    /// Until its environment had started; zero when one was ready.
    pub init: SimTime,
    /// Until connections were made.
    pub handshake: SimTime,
    /// On the system that the function depends on.
    pub dependency: SimTime,
    /// On other systems.
    pub waiting: SimTime,
    /// Computing.
    pub computing: SimTime,
}

impl Spent {
    /// From arrival to answer.
    #[inline(always)]
    pub fn total(&self) -> SimTime {
        SimTime(self.causes().iter().sum())
    }

    /// In the order of [`crate::metrics::CAUSES`].
    #[inline(always)]
    pub fn causes(&self) -> CauseSums {
        // A plain list, so that what is known to be zero costs nothing.
        [
            self.way_in.0,
            self.queue.0,
            self.retry.0,
            self.init.0,
            self.handshake.0,
            self.dependency.0,
            self.waiting.0,
            self.computing.0,
        ]
    }
}

/// One request that got its answer.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// When it arrived: the first time, if it was tried again.
    pub arrived: SimTime,
    /// Where its time went; of a batch, where that of the whole batch went.
    pub spent: Spent,
    /// What it found.
    pub admission: Admission,
}

impl Answered {
    /// From arrival to answer.
    #[inline]
    pub fn latency(&self) -> SimTime {
        self.spent.total()
    }
}

/// Why a request got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It was turned away for good.
    Throttled,
    /// The function failed.
    Failed,
    /// It took longer than the function, the way in or the caller allows.
    TimedOut,
    /// It was put aside after its last try.
    DeadLettered,
    /// It is gone, and nobody was told.
    Lost,
}

/// One call of the function: of a request, or of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Called {
    /// When its environment was found.
    pub at: SimTime,
    /// How long the environment took to start before the call; zero when it was ready.
    pub init: SimTime,
    /// How long the call then took.
    pub duration: SimTime,
    /// What it found.
    pub admission: Admission,
    /// Environments at work, this one included.
    pub busy: u32,
}

impl Called {
    /// How long the environment was taken.
    #[inline(always)]
    pub fn stay(&self) -> SimTime {
        self.init + self.duration
    }
}

/// A batch that was handed over, and is worked on one message after the other until all are done.
#[derive(Clone, Copy, Debug)]
pub struct HandedOver {
    /// When it was received, and its environment found.
    pub at: SimTime,
    /// How long the environment took to start before the call; zero when it was ready.
    pub init: SimTime,
    /// How many messages it has.
    pub messages: u32,
    /// Environments at work, this one included.
    pub busy: u32,
    /// What it found.
    pub admission: Admission,
}

impl HandedOver {
    /// Tells of the call for messages of this work, and where the time goes of one that does not wait for its turn.
    #[inline(always)]
    pub fn call(&self, work: &[Work]) -> (Called, Spent) {
        let mut spent = Spent { init: self.init, ..Spent::default() };
        for work in work {
            spent.waiting += work.waiting;
            spent.computing += work.computing;
        }
        let duration = spent.waiting + spent.computing;
        let &Self { at, init, busy, admission, .. } = self;
        (Called { at, init, duration, admission, busy }, spent)
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
    /// Environments held by provisioned concurrency that can be used.
    pub held: u32,
    /// Environment-milliseconds billed for holding them since the start.
    pub held_ms: u64,
    /// Most messages waiting at once in the minute.
    pub queued: u64,
    /// The longest that one of them had waited in the minute.
    pub oldest: SimTime,
    /// Nanoseconds that pollers spent on an empty queue since the start, summed.
    pub idle_polling_ns: u64,
}

/// Requests of one minute by how long they took, each answered by an environment that it found ready: not each of
/// them is known, but how many there are of each bunch.
#[derive(Clone, Copy, Debug)]
pub struct Bunched<'a> {
    /// What they found.
    pub admission: Admission,
    /// Most environments at work at once in the minute.
    pub busy: u32,
    /// The bunches there are.
    pub bunches: &'a [Bunch],
    /// How many requests of each.
    pub counts: &'a [u32],
    /// Any number, another for each minute: by it is rounded what cannot be split.
    pub lot: u32,
}

/// Requests that take any time between two alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bunch {
    /// The least.
    pub low: SimTime,
    /// The most.
    pub high: SimTime,
    /// How long they wait on other systems in the mean, and compute.
    pub mean: Work,
    /// What one is billed in the mean, in parts of a millisecond.
    pub billed: u64,
}

impl Bunch {
    /// Parts of a billed millisecond, as a power of two.
    pub const BILLED_BITS: u32 = 20;
}

impl Bunched<'_> {
    /// The bunches with requests in them, each with their number and a lot between 0 and 1.
    pub fn filled(&self) -> impl Iterator<Item = (&Bunch, u32, f64)> {
        let lot = |index: usize| (index as u32).wrapping_mul(0x91E1_0DA5).wrapping_add(self.lot);
        let counts = self.counts.iter().copied().enumerate().zip(self.bunches);
        counts
            .filter(|((_, count), _)| *count > 0)
            .map(move |((index, count), bunch)| (bunch, count, f64::from(lot(index)) / 4_294_967_296.0))
    }
}

/// Who is told what happens in a simulation. What is not asked for costs nothing.
pub trait Observer {
    /// A request arrived.
    #[inline(always)]
    fn arrived(&mut self, _at: SimTime) {}

    /// So many requests arrived within a minute.
    #[inline(always)]
    fn all_arrived(&mut self, at: SimTime, requests: u32) {
        (0..requests).for_each(|_| self.arrived(at));
    }

    /// A request was, or will be, answered; told when its work starts.
    #[inline(always)]
    fn answered(&mut self, _request: &Answered) {}

    /// A request that arrived then will never be answered.
    #[inline(always)]
    fn unanswered(&mut self, _arrived: SimTime, _why: Unanswered) {}

    /// A request is tried once more.
    #[inline(always)]
    fn retried(&mut self, _at: SimTime) {}

    /// The function was called: once per try of a request, or once per batch.
    #[inline(always)]
    fn called(&mut self, _call: &Called) {}

    /// The calls of a minute, of which it is known how many there were of each bunch; told when it ends. The same as
    /// telling as many of each as there were, all with the bunch's mean.
    fn answered_in_bunches(&mut self, at: SimTime, minute: &Bunched) {
        let admission = minute.admission;
        for (bunch, count, _) in minute.filled() {
            let Work { waiting, computing } = bunch.mean;
            let (duration, spent) = (bunch.mean.duration(), Spent { waiting, computing, ..Spent::default() });
            for _ in 0..count {
                self.arrived(at);
                self.called(&Called { at, init: SimTime::ZERO, duration, admission, busy: minute.busy });
                self.answered(&Answered { arrived: at, spent, admission });
            }
        }
    }

    /// Batches that were handed over in one minute, in order; when the messages of all of them arrived, and the work of
    /// each. The same as telling each. The longest that a message had waited is the answer.
    #[inline]
    fn handed_over(
        &mut self,
        batches: impl Iterator<Item = HandedOver>,
        arrived: &[SimTime],
        work: &[Work],
    ) -> SimTime {
        let (mut from, mut oldest) = (0, SimTime::ZERO);
        for batch in batches {
            let messages = from..from + batch.messages as usize;
            let (call, spent) = batch.call(&work[messages.clone()]);
            oldest = oldest.max(batch.at.since(arrived[from]));
            self.received(batch.at, batch.messages);
            self.called(&call);
            for &arrived in &arrived[messages.clone()] {
                let spent = Spent { queue: batch.at.since(arrived), ..spent };
                self.answered(&Answered { arrived, spent, admission: batch.admission });
            }
            self.deleted(batch.at, batch.messages);
            from = messages.end;
        }
        oldest
    }

    /// A batch or an event found no place and comes back later.
    #[inline(always)]
    fn refused(&mut self, _at: SimTime) {}

    /// Requests that were worked on, or are being, are worked on once more.
    #[inline(always)]
    fn duplicated(&mut self, _at: SimTime, _requests: u32) {}

    /// A batch of so many messages was received from the queue, whatever becomes of it.
    #[inline(always)]
    fn received(&mut self, _at: SimTime, _messages: u32) {}

    /// So many messages are deleted when the call that began then ends.
    #[inline(always)]
    fn deleted(&mut self, _at: SimTime, _messages: u32) {}

    /// A minute, counted from the clock's zero, ended.
    #[inline(always)]
    fn minute_ended(&mut self, _minute: usize, _gauges: Gauges) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Cause;

    #[test]
    fn every_part_stands_at_its_cause() {
        let [way_in, queue, retry, init] = [1, 2, 3, 4].map(SimTime);
        let [handshake, dependency, waiting, computing] = [5, 6, 7, 8].map(SimTime);
        let spent = Spent { way_in, queue, retry, init, handshake, dependency, waiting, computing };
        for (cause, part) in [
            (Cause::WayIn, way_in),
            (Cause::Queue, queue),
            (Cause::Retry, retry),
            (Cause::ColdStart, init),
            (Cause::Handshake, handshake),
            (Cause::Dependency, dependency),
            (Cause::Waiting, waiting),
            (Cause::Computing, computing),
        ] {
            assert_eq!(spent.causes()[cause as usize], part.0, "{cause:?}");
        }
        assert_eq!(spent.total(), SimTime(36));
    }
}
