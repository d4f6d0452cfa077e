use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    Admission, Answered, Called, Fleet, Gauges, Observer, Policy, Polling, Spent, Work, WorkStream,
    polling::REFUSAL_PAUSE,
};
use crate::units::{MINUTE, SimTime};

/// A queue in front of the function: requests become messages, and pollers hand them over in batches.
///
/// # What is modelled
/// - Batches of up to `batch_size` of what is there, first in, first out; with a window messages are collected
///   until a batch is full or the first of them has waited so long.
/// - The function handles the messages of a batch one after the other; all are done when the last is.
/// - A message not done within the visibility timeout is handed out again. The first to finish deletes
///   it: a copy found deleted costs nothing, one handed out before is worked on in full.
/// - A batch that finds no place in the function comes back after the visibility timeout.
///
/// # What is left out
/// - The time of the calls to the queue themselves, failing functions, dead letters.
#[derive(Clone, Debug)]
pub struct Queued<A, P: Policy> {
    /// Who arrives next.
    ahead: A,
    next_arrival: SimTime,
    /// The same arrivals again, as far as they were handed out: the queue needs no memory of its own,
    /// however long it grows.
    behind: A,
    head: SimTime,
    backlog: u64,
    /// Messages that are or will be visible again, by the time they are.
    returned: BinaryHeap<Reverse<Returned>>,
    fleet: Fleet<P>,
    work: WorkStream,
    polling: Polling,
    batch_size: u32,
    window: SimTime,
    visibility: SimTime,
    /// Pollers wait until then after a refusal.
    paused_until: SimTime,
    now: SimTime,
    idle_polling_ns: u64,
    minute: usize,
    /// Most messages left waiting at once in this minute, and the longest that one of them had waited.
    deepest: u64,
    oldest: SimTime,
    /// Room for the messages of a call, used again and again.
    batch: Batch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Returned {
    visible: SimTime,
    arrived: SimTime,
    /// When the call that holds it ends and deletes it; never for one that was refused.
    deleted: SimTime,
}

/// The messages of one call.
#[derive(Clone, Debug, Default)]
struct Batch {
    /// Messages not handed out before, and those that came back undone: when each arrived.
    fresh: Vec<SimTime>,
    copies: Vec<Returned>,
    work: Work,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.copies.is_empty()
    }

    fn clear(&mut self) {
        self.fresh.clear();
        self.copies.clear();
        self.work = Work::default();
    }
}

impl<A: Iterator<Item = SimTime> + Clone, P: Policy> Queued<A, P> {
    /// Brings together who arrives, what they ask, who answers, and how the queue hands over.
    pub fn new(
        arrivals: A,
        fleet: Fleet<P>,
        work: WorkStream,
        polling: Polling,
        batch_size: u32,
        visibility: SimTime,
    ) -> Self {
        let (mut ahead, mut behind) = (arrivals.clone(), arrivals);
        let (next_arrival, head) = (next(&mut ahead), next(&mut behind));
        Self {
            ahead,
            next_arrival,
            behind,
            head,
            backlog: 0,
            returned: BinaryHeap::new(),
            fleet,
            work,
            polling,
            batch_size,
            window: SimTime::ZERO,
            visibility,
            paused_until: SimTime::ZERO,
            now: SimTime::ZERO,
            idle_polling_ns: 0,
            minute: 0,
            deepest: 0,
            oldest: SimTime::ZERO,
            batch: Batch::default(),
        }
    }

    /// The same with messages collected for so long, or until a batch is full.
    pub fn with_window(self, window: SimTime) -> Self {
        Self { window, ..self }
    }

    /// Handles about `most` arrivals and calls before `end`; true when all until then is done.
    pub fn advance(&mut self, end: SimTime, most: u64, observer: &mut impl Observer) -> bool {
        let mut steps = 0;
        while steps < most {
            let wake = self.next_wake().min(end);
            // A departure wakes too, and comes first at the same instant.
            match self.fleet.depart(wake) {
                Some(at) => self.pass_time(at),
                None if wake == end => {
                    self.pass_time(end);
                    self.end_minute(end, observer);
                    return true;
                }
                None => {
                    self.pass_time(wake);
                    self.end_minute(wake, observer);
                    steps += self.take_arrivals(observer);
                }
            }
            steps += 1 + self.hand_out(observer);
            self.deepest = self.deepest.max(self.backlog);
        }
        false
    }

    /// Messages that wait and can be seen.
    pub fn depth(&self) -> u64 {
        self.backlog
    }

    /// The fleet as it stands.
    pub fn fleet(&self) -> &Fleet<P> {
        &self.fleet
    }

    /// The next instant at which something other than a departure happens.
    fn next_wake(&self) -> SimTime {
        let visible = self.returned.peek().map_or(SimTime::NEVER, |Reverse(returned)| returned.visible);
        let visible = if visible <= self.now { SimTime::NEVER } else { visible };
        let waits = self.has_message();
        let rise = if waits { self.polling.next_rise() } else { SimTime::NEVER };
        let resume = if waits && self.paused_until > self.now { self.paused_until } else { SimTime::NEVER };
        let collected = if self.backlog > 0 && !waits { self.head.plus(self.window) } else { SimTime::NEVER };
        self.next_arrival.min(visible).min(collected).min(rise).min(resume).min(self.minute_end())
    }

    fn minute_end(&self) -> SimTime {
        SimTime((self.minute as u64 + 1) * MINUTE.0)
    }

    fn pass_time(&mut self, now: SimTime) {
        let left_waiting = self.has_message();
        if !left_waiting {
            let idle = u64::from(self.polling.idle_pollers(self.fleet.busy()));
            self.idle_polling_ns += idle * now.since(self.now).0;
        }
        self.polling.pass(now, left_waiting);
        self.now = now;
    }

    /// Whether there is a batch to hand out: a full one, one that was collected for long enough, or one with a
    /// message that came back.
    fn has_message(&self) -> bool {
        let collected = |head: SimTime| self.now >= head.plus(self.window);
        self.backlog >= u64::from(self.batch_size)
            || self.backlog > 0 && collected(self.head)
            || self.returned.peek().is_some_and(|Reverse(first)| first.visible <= self.now)
    }

    /// Takes all that arrive at this instant.
    fn take_arrivals(&mut self, observer: &mut impl Observer) -> u64 {
        let mut taken = 0;
        while self.next_arrival <= self.now {
            observer.arrived(self.next_arrival);
            self.next_arrival = next(&mut self.ahead);
            taken += 1;
        }
        self.backlog += taken;
        taken
    }

    /// Hands out batches for as long as there are messages, pollers and places; says how many.
    fn hand_out(&mut self, observer: &mut impl Observer) -> u64 {
        let mut handed_out = 0;
        while self.has_message()
            && self.fleet.busy() < self.polling.allowed()
            && self.now >= self.paused_until
        {
            self.fleet.settle(self.now);
            let batch = self.next_batch();
            // Empty when all that could be seen were copies of messages deleted since.
            if !batch.is_empty() {
                self.hand_over(&batch, observer);
            }
            self.batch = batch;
            handed_out += 1;
        }
        handed_out
    }

    /// Up to a batch of what is visible, what came back first.
    fn next_batch(&mut self) -> Batch {
        let mut batch = std::mem::take(&mut self.batch);
        batch.clear();
        while (batch.fresh.len() + batch.copies.len()) < self.batch_size as usize {
            let Some(message) = self.next_message() else { break };
            let work = self.work_of(message.arrived);
            batch.work.waiting += work.waiting;
            batch.work.computing += work.computing;
            match message.deleted {
                SimTime::NEVER => batch.fresh.push(message.arrived),
                _ => batch.copies.push(message),
            }
        }
        batch
    }

    fn next_message(&mut self) -> Option<Returned> {
        while let Some(Reverse(first)) = self.returned.peek().copied() {
            if first.visible > self.now {
                break;
            }
            self.returned.pop();
            if first.deleted > self.now {
                return Some(first);
            }
        }
        if self.backlog == 0 {
            return None;
        }
        self.backlog -= 1;
        let arrived = std::mem::replace(&mut self.head, SimTime::NEVER);
        self.head = next(&mut self.behind);
        self.oldest = self.oldest.max(self.now.since(arrived));
        Some(Returned { visible: self.now, arrived, deleted: SimTime::NEVER })
    }

    /// Each minute's messages draw from the minute's streams, whenever they are handed out.
    fn work_of(&mut self, arrived: SimTime) -> Work {
        self.work.enter(arrived.minute());
        self.work.draw()
    }

    fn hand_over(&mut self, batch: &Batch, observer: &mut impl Observer) {
        match self.fleet.admit(self.now) {
            Admission::Throttled => self.refuse(batch, observer),
            admission => self.call(batch, admission, observer),
        }
    }

    fn call(&mut self, batch: &Batch, admission: Admission, observer: &mut impl Observer) {
        let init = if admission == Admission::Cold { self.work.draw_init() } else { SimTime::ZERO };
        let Work { waiting, computing } = batch.work;
        let duration = batch.work.duration();
        let call = Called { at: self.now, init, duration, admission, busy: self.fleet.busy() };
        let end = self.now + call.stay();
        self.fleet.occupy(end);
        observer.called(&call);
        for &arrived in &batch.fresh {
            let queue = self.now.since(arrived);
            let spent = Spent { queue, init, waiting, computing, ..Spent::default() };
            observer.answered(&Answered { arrived, spent, admission });
        }
        if !batch.copies.is_empty() {
            observer.duplicated(self.now, batch.copies.len() as u32);
        }
        self.hide(batch, end);
    }

    /// What is not done in time will be visible again.
    fn hide(&mut self, batch: &Batch, end: SimTime) {
        let visible = self.now.plus(self.visibility);
        if end <= visible {
            return;
        }
        let again = |arrived, deleted| Reverse(Returned { visible, arrived, deleted });
        self.returned.extend(batch.fresh.iter().map(|&arrived| again(arrived, end)));
        self.returned.extend(batch.copies.iter().map(|copy| again(copy.arrived, copy.deleted.min(end))));
    }

    fn refuse(&mut self, batch: &Batch, observer: &mut impl Observer) {
        observer.refused(self.now);
        let visible = self.now.plus(self.visibility);
        let again = |arrived, deleted| Reverse(Returned { visible, arrived, deleted });
        self.returned.extend(batch.fresh.iter().map(|&arrived| again(arrived, SimTime::NEVER)));
        self.returned.extend(batch.copies.iter().map(|copy| again(copy.arrived, copy.deleted)));
        self.paused_until = self.now + REFUSAL_PAUSE;
    }

    /// Reads the gauges when a minute ends at `now`.
    fn end_minute(&mut self, now: SimTime, observer: &mut impl Observer) {
        if now < self.minute_end() {
            return;
        }
        let waits = if self.backlog > 0 { now.since(self.head) } else { SimTime::ZERO };
        let gauges = Gauges {
            queued: std::mem::replace(&mut self.deepest, self.backlog),
            oldest: std::mem::take(&mut self.oldest).max(waits),
            idle_polling_ns: self.idle_polling_ns,
            ..self.fleet.gauges(now)
        };
        observer.minute_ended(self.minute, gauges);
        self.minute += 1;
        self.fleet.begin_minute(self.minute, now);
    }
}

fn next(arrivals: &mut impl Iterator<Item = SimTime>) -> SimTime {
    arrivals.next().unwrap_or(SimTime::NEVER)
}
