use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use super::{
    Admission, Answered, Asked, Call, Called, Calls, Carrying, Fleet, Observer, Policy, Unanswered,
    sender::{End, EventQueue, Sender},
};
use crate::{
    random::{DayStream, Purpose, part_of},
    units::{MINUTE, SimTime},
};

/// Requests that may fail or take too long, and senders that may try again.
///
/// # What is modelled
/// - Callers who try again after a random part of a pause that doubles, when they are turned away, or also when
///   the function fails or no answer comes in time; work that nobody waits for any more is done all the same.
/// - Events in the provider's internal queue: refused ones come back after a pause that doubles, failed ones
///   after one minute and two, until they are too old.
/// - Each try has luck of its own; the work of a request is the same in all of its tries.
///
/// # What is left out
/// - Events that are delivered twice though they succeeded.
#[derive(Clone, Debug)]
pub struct Attempts<A, P: Policy> {
    arrivals: A,
    next_arrival: SimTime,
    fleet: Fleet<Carrying<P>>,
    calls: Calls,
    sender: Sender,
    /// Tries to come.
    pending: BinaryHeap<Reverse<Attempt>>,
    scheduled: u64,
    pauses: Pauses,
    /// Minutes that have ended, counted from the clock's zero.
    minute: usize,
    minute_end: SimTime,
}

/// One try of a request.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    at: SimTime,
    /// Of those at one instant the first scheduled comes first.
    order: u64,
    /// When the request arrived for the first time.
    arrived: SimTime,
    /// How long it waited for a place in between.
    queued: SimTime,
    /// Tries before this one, and how many of them failed at work.
    tries: u32,
    failures: u32,
    asked: Asked,
}

impl<A: Iterator<Item = SimTime>, P: Policy> Attempts<A, P> {
    /// Brings together who arrives, what they ask, who answers, and what happens when nobody does.
    pub fn new(mut arrivals: A, fleet: Fleet<Carrying<P>>, calls: Calls, sender: Sender) -> Self {
        let next_arrival = arrivals.next().unwrap_or(SimTime::NEVER);
        let pauses = Pauses::new(&calls);
        Self {
            arrivals,
            next_arrival,
            fleet,
            calls,
            sender,
            pending: BinaryHeap::new(),
            scheduled: 0,
            pauses,
            minute: 0,
            minute_end: MINUTE,
        }
    }

    /// Handles up to `most` tries before `end`; true when the next one is past it.
    pub fn advance(&mut self, end: SimTime, most: u64, observer: &mut impl Observer) -> bool {
        for _ in 0..most {
            let again = self.pending.peek().map_or(SimTime::NEVER, |Reverse(attempt)| attempt.at);
            let now = self.next_arrival.min(again);
            if now >= end {
                self.end_minutes_until(end, observer);
                return true;
            }
            if now >= self.minute_end {
                self.end_minutes_until(now, observer);
            }
            let attempt =
                if again <= self.next_arrival { self.again(observer) } else { self.fresh(observer) };
            if let Some(attempt) = attempt {
                self.attempt(&attempt, observer);
            }
        }
        false
    }

    /// The fleet as it stands.
    pub fn fleet(&self) -> &Fleet<Carrying<P>> {
        &self.fleet
    }

    /// The next request, as its first try.
    #[inline(always)]
    fn fresh(&mut self, observer: &mut impl Observer) -> Option<Attempt> {
        let at = self.next_arrival;
        self.next_arrival = self.arrivals.next().unwrap_or(SimTime::NEVER);
        observer.arrived(at);
        let asked = self.calls.draw();
        Some(Attempt { at, order: 0, arrived: at, queued: SimTime::ZERO, tries: 0, failures: 0, asked })
    }

    #[cold]
    fn again(&mut self, observer: &mut impl Observer) -> Option<Attempt> {
        let Reverse(attempt) = self.pending.pop()?;
        observer.retried(attempt.at);
        Some(attempt)
    }

    #[inline(always)]
    fn attempt(&mut self, attempt: &Attempt, observer: &mut impl Observer) {
        let now = attempt.at;
        self.fleet.settle(now);
        let admission = self.fleet.admit(now);
        if admission == Admission::Throttled {
            return self.turned_away(attempt, observer);
        }
        let (call, end) = self.call(now, admission, &attempt.asked);
        let busy = self.fleet.busy();
        observer.called(&Called { at: now, init: call.init, duration: call.duration, admission, busy });
        self.report(attempt, &call, end, admission, observer);
    }

    #[inline(always)]
    fn call(&mut self, now: SimTime, admission: Admission, asked: &Asked) -> (Call, End) {
        let mut carried = self.fleet.carried();
        let mut call = self.calls.begin(admission, carried);
        let succeeded = self.calls.perform(&mut call, asked, &mut carried, now);
        self.calls.end(&mut call, &mut carried);
        self.fleet.carry(carried);
        self.fleet.occupy(now + call.stay());
        let end = self.sender.verdict(call.stay(), call.timed_out, succeeded);
        (call, end)
    }

    /// Tells the one who waits, who may try again.
    #[inline(always)]
    fn report(
        &mut self,
        attempt: &Attempt,
        call: &Call,
        end: End,
        admission: Admission,
        observer: &mut impl Observer,
    ) {
        if end != End::Answered {
            return self.unsuccessful(attempt, call, end, observer);
        }
        let mut spent = call.spent;
        spent.way_in = self.sender.way_in();
        spent.queue = attempt.queued;
        spent.retry += attempt.at.since(attempt.arrived).since(attempt.queued);
        observer.answered(&Answered { arrived: attempt.arrived, spent, admission });
    }

    #[cold]
    fn turned_away(&mut self, attempt: &Attempt, observer: &mut impl Observer) {
        match self.sender {
            Sender::Caller(caller) => match caller.pause(attempt.tries) {
                Some(longest) => {
                    let pause = self.pauses.part_of(longest);
                    self.schedule(attempt.after(caller.way_in + pause));
                }
                None => observer.unanswered(attempt.arrived, Unanswered::Throttled),
            },
            Sender::Event(queue) => {
                observer.refused(attempt.at);
                let pause = self.pauses.half_jitter(queue.refused_pause(attempt.tries - attempt.failures));
                let again = Attempt { queued: attempt.queued + pause, ..attempt.after(pause) };
                self.schedule_unless_too_old(queue, again, observer);
            }
        }
    }

    #[cold]
    fn unsuccessful(&mut self, attempt: &Attempt, call: &Call, end: End, observer: &mut impl Observer) {
        let stay = call.stay();
        match (self.sender, self.sender.after_failure(stay, attempt.tries, attempt.failures)) {
            (sender, None) => observer.unanswered(attempt.arrived, sender.given_up(end)),
            (Sender::Caller(caller), Some((certain, longest))) => {
                if caller.hears_after(stay) > caller.waits {
                    observer.duplicated(attempt.at, 1);
                }
                let pause = certain + self.pauses.part_of(longest);
                self.schedule(attempt.after(pause));
            }
            (Sender::Event(queue), Some((certain, _))) => {
                let again = Attempt { failures: attempt.failures + 1, ..attempt.after(certain) };
                self.schedule_unless_too_old(queue, again, observer);
            }
        }
    }

    fn schedule_unless_too_old(&mut self, queue: EventQueue, again: Attempt, observer: &mut impl Observer) {
        if again.at.since(again.arrived) > queue.max_age {
            observer.unanswered(again.arrived, queue.given_up());
        } else {
            self.schedule(again);
        }
    }

    fn schedule(&mut self, mut attempt: Attempt) {
        self.scheduled += 1;
        attempt.order = self.scheduled;
        self.pending.push(Reverse(attempt));
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
        self.calls.enter(self.minute);
        self.pauses.0.enter(self.minute);
    }
}

impl Attempt {
    /// The next try, so long after this one began.
    fn after(&self, delay: SimTime) -> Self {
        let asked = self.asked.again();
        Self { at: self.at.plus(delay), tries: self.tries + 1, asked, ..*self }
    }
}

impl PartialEq for Attempt {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Attempt {}

impl PartialOrd for Attempt {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Attempt {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Draws the pauses of senders, so that those refused together do not come back together.
#[derive(Clone, Debug)]
struct Pauses(DayStream);

impl Pauses {
    fn new(calls: &Calls) -> Self {
        let (seed, first_minute) = calls.place();
        Self(DayStream::new(seed, Purpose::Again, first_minute))
    }

    /// Half of the pause for certain, and any part of the other half.
    fn half_jitter(&mut self, pause: SimTime) -> SimTime {
        let half = SimTime(pause.0 / 2);
        half + self.part_of(half)
    }

    fn part_of(&mut self, longest: SimTime) -> SimTime {
        SimTime(part_of(longest.0, self.0.bits()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fleet::{
            Calendar, DayRecord, Direct, FunctionWideIdle, KeepAlive, ScalingRate, SenderSettings, Window,
            WorkStream,
        },
        traffic::Poisson,
        units::{Milliseconds, SECOND},
        workload::Function,
    };

    fn fleet<P: Policy>(policy: P) -> Fleet<P> {
        Fleet::new(policy, 0, 12, ScalingRate::new(5), Calendar::new(SECOND, 5.0))
    }

    fn plain() -> SenderSettings {
        SenderSettings::default()
    }

    #[test]
    fn where_nothing_goes_wrong_the_quick_kernel_gives_the_same() {
        let function = Function { waiting: Milliseconds(900.0), ..Function::default() };
        let window = Window::day(30);
        let policy = FunctionWideIdle::of(KeepAlive::aws_2020());
        let first = window.first_minute();
        let arrivals = || Poisson::new(0.4, 11, 7);
        let (mut quick, mut full) = (DayRecord::new(window), DayRecord::new(window));
        let work = WorkStream::new(function.laws(), 7, first);
        Direct::new(arrivals(), fleet(policy), work).advance(window.end(), u64::MAX, &mut quick);
        let sender = Sender::Caller(plain().caller(SimTime::ZERO, SimTime::NEVER));
        let calls = Calls::new(&function, 7, first);
        Attempts::new(arrivals(), fleet(Carrying(policy)), calls, sender).advance(
            window.end(),
            u64::MAX,
            &mut full,
        );
        quick.close();
        full.close();
        assert!(quick.totals().throttled > 0 && quick.totals().cold > 0, "{:?}", quick.totals());
        assert_eq!(quick.totals(), full.totals());
        assert_eq!(quick.usage(), full.usage());
        assert_eq!(quick.timeline(), full.timeline());
        assert_eq!(quick.latencies(), full.latencies());
    }

    #[test]
    fn pauses_double_up_to_their_longest_and_no_two_are_alike() {
        let mut pauses = Pauses::new(&Calls::new(&Function::default(), 1, 0));
        let settings = SenderSettings { caller_retries: 99, ..plain() };
        let caller = settings.caller(SimTime::ZERO, SimTime::NEVER);
        let mut mean = |tries| {
            let longest = caller.pause(tries).expect("a further try");
            let drawn: Vec<u64> = (0..4_000).map(|_| pauses.part_of(longest).0).collect();
            drawn.iter().sum::<u64>() as f64 / 4_000.0 / SECOND.0 as f64
        };
        for (tries, expected) in [(0, 0.5), (1, 1.0), (3, 4.0), (9, 10.0), (60, 10.0)] {
            let got = mean(tries);
            assert!((got / expected - 1.0).abs() < 0.05, "{got} s after {tries} tries");
        }
        let queue = plain().event_queue();
        let seconds: Vec<u64> = [0, 1, 2, 8, 9, 40].map(|n| queue.refused_pause(n).0 / SECOND.0).to_vec();
        assert_eq!(seconds, [1, 2, 4, 256, 300, 300]);
        assert_eq!([0, 1, 2].map(|n| queue.failed_pause(n)), [Some(MINUTE), Some(MINUTE + MINUTE), None]);
    }
}
