use super::{Admission, Answered, Called, Fleet, Observer, Policy, Spent, Unanswered, Work, WorkStream};
use crate::units::{MINUTE, SimTime};

/// Callers who wait for their answer, and are turned away where there is no place.
#[derive(Clone, Debug)]
pub struct Direct<A, P: Policy> {
    arrivals: A,
    fleet: Fleet<P>,
    work: WorkStream,
    /// Minutes that have ended, counted from the clock's zero.
    minute: usize,
    minute_end: SimTime,
}

impl<A: Iterator<Item = SimTime>, P: Policy> Direct<A, P> {
    /// Brings together who arrives, what they ask, and who answers.
    pub fn new(arrivals: A, fleet: Fleet<P>, work: WorkStream) -> Self {
        Self { arrivals, fleet, work, minute: 0, minute_end: MINUTE }
    }

    /// Handles up to `most` arrivals before `end`; true when the next one is past it.
    pub fn advance(&mut self, end: SimTime, most: u64, observer: &mut impl Observer) -> bool {
        for _ in 0..most {
            let now = self.arrivals.next().unwrap_or(SimTime::NEVER);
            if now >= end {
                self.end_minutes_until(end, observer);
                return true;
            }
            if now >= self.minute_end {
                self.end_minutes_until(now, observer);
            }
            self.request(now, observer);
        }
        false
    }

    /// The fleet as it stands.
    pub fn fleet(&self) -> &Fleet<P> {
        &self.fleet
    }

    #[inline(always)]
    fn request(&mut self, now: SimTime, observer: &mut impl Observer) {
        let work = self.work.draw();
        self.fleet.settle(now);
        observer.arrived(now);
        let admission = self.fleet.admit(now);
        let init = match admission {
            Admission::Throttled => return observer.unanswered(now, Unanswered::Throttled),
            Admission::Cold => self.work.draw_init(),
            Admission::Warm | Admission::Provisioned => SimTime::ZERO,
        };
        self.answer(now, init, work, admission, observer);
    }

    #[inline(always)]
    fn answer(
        &mut self,
        now: SimTime,
        init: SimTime,
        work: Work,
        admission: Admission,
        observer: &mut impl Observer,
    ) {
        let call = Called { at: now, init, duration: work.duration(), admission, busy: self.fleet.busy() };
        self.fleet.occupy(now + call.stay());
        observer.called(&call);
        let spent = Spent { init, waiting: work.waiting, computing: work.computing, ..Spent::default() };
        observer.answered(&Answered { arrived: now, spent, admission });
    }

    /// Reads the gauges at the end of each minute up to `now`.
    #[cold]
    fn end_minutes_until(&mut self, now: SimTime, observer: &mut impl Observer) {
        while self.minute_end <= now {
            let at = self.minute_end;
            self.fleet.settle(at);
            observer.minute_ended(self.minute, self.fleet.gauges(at));
            self.minute += 1;
            self.minute_end += MINUTE;
            self.fleet.begin_minute(self.minute, at);
        }
        self.work.enter(self.minute);
    }
}
