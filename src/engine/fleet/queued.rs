use std::collections::VecDeque;

use super::{
    Admission, Answered, BatchEnd, Called, Calls, Carrying, Failing, Fleet, Gauges, Observer, Policy,
    Polling, QueueSettings, Unanswered,
    line::Line,
    message::{Batch, Message, Received},
    polling::{most_in_flight, refusal_pause},
};
use crate::{
    random::{Chance, DayStream, Purpose},
    units::{MINUTE, SimTime},
};

/// A queue in front of the function: requests become messages, and pollers hand them over in batches.
///
/// # What is modelled
/// - Batches of up to `batch_size` of what is there, first in, first out; with a window messages are collected
///   until a batch is full or the first of them has waited so long.
/// - The function handles the messages of a batch one after the other; all are done when the last is. One that
///   fails takes the batch back with it, or comes back alone, or is deleted all the same, as the function is
///   written; a call that is cut off gives all of its messages back.
/// - What is not done becomes visible again when its visibility timeout ends, and is received again until it was
///   so too often (a dead letter) or is too old (lost). A message still worked on by then is worked on twice: the
///   first call to finish deletes it, and a copy found deleted costs nothing.
/// - A batch that finds no place in the function was received all the same. The poller that got it rests a little,
///   and after refused and failed calls fewer batches are handed out at once.
/// - Some messages are delivered again though they were deleted, as queues that deliver at least once do.
/// - A bound on the messages in flight: received, and neither deleted nor visible again.
///
/// # What is left out
/// - The time of the calls to the queue themselves, and the up to 20 s that a quiet queue may wait before it hands
///   out less than a full batch.
/// - The order inside a group of an ordered queue, apart from the bound on concurrency that comes with it.
/// - What becomes of dead letters.
#[derive(Clone, Debug)]
pub struct Queued<A, P: Policy> {
    line: Line<A>,
    received: Received,
    fleet: Fleet<Carrying<P>>,
    calls: Calls,
    polling: Polling,
    rules: QueueRules,
    twice: Twice,
    /// Messages that leave the queue when the calls end that are at work.
    leaving: u64,
    /// When the pollers that were refused go on, or are sent away.
    resting: VecDeque<SimTime>,
    now: SimTime,
    idle_polling_ns: u64,
    minute: usize,
    /// Most messages left waiting at once in this minute, and the longest that one of them had waited.
    deepest: u64,
    oldest: SimTime,
    /// Room for the messages of a call, used again and again.
    batch: Batch,
}

/// What a queue does with its messages.
#[derive(Clone, Copy, Debug)]
pub struct QueueRules {
    batch_size: usize,
    window: SimTime,
    visibility: SimTime,
    retention: SimTime,
    /// Receives after which a message is a dead letter.
    most_receives: u32,
    failing: Failing,
    twice: Chance,
    most_in_flight: u64,
}

impl QueueRules {
    /// As the settings say.
    pub fn of(settings: &QueueSettings) -> Self {
        let most_receives = if settings.max_receives == 0 { u32::MAX } else { settings.max_receives };
        // An ordered queue knows what it has delivered.
        let twice = if settings.is_ordered() { 0.0 } else { settings.duplicate_percent / 100.0 };
        Self {
            batch_size: settings.messages_per_batch() as usize,
            window: settings.collecting().into(),
            visibility: settings.visibility.into(),
            retention: settings.retention.into(),
            most_receives,
            failing: settings.failing,
            twice: Chance::of(twice),
            most_in_flight: most_in_flight(),
        }
    }

    /// Nothing but batches of a size, and messages that are hidden for so long.
    pub fn plain(batch_size: u32, visibility: SimTime) -> Self {
        Self {
            batch_size: batch_size as usize,
            window: SimTime::ZERO,
            visibility,
            retention: SimTime::NEVER,
            most_receives: u32::MAX,
            failing: Failing::WholeBatch,
            twice: Chance::default(),
            most_in_flight: u64::MAX,
        }
    }

    /// Why a message is not received once more, if so.
    #[inline]
    fn ends(&self, message: &Message, now: SimTime) -> Option<Unanswered> {
        if message.arrived.plus(self.retention) <= now {
            return Some(Unanswered::Lost);
        }
        (message.receives >= self.most_receives).then_some(Unanswered::DeadLettered)
    }
}

impl<A: Iterator<Item = SimTime> + Clone, P: Policy> Queued<A, P> {
    /// Brings together who arrives, what they ask, who answers, and how the queue hands over.
    pub fn new(
        arrivals: A,
        fleet: Fleet<Carrying<P>>,
        calls: Calls,
        polling: Polling,
        rules: QueueRules,
    ) -> Self {
        Self {
            line: Line::new(arrivals),
            received: Received::default(),
            fleet,
            twice: Twice::new(rules.twice, &calls),
            calls,
            polling,
            rules,
            leaving: 0,
            resting: VecDeque::new(),
            now: SimTime::ZERO,
            idle_polling_ns: 0,
            minute: 0,
            deepest: 0,
            oldest: SimTime::ZERO,
            batch: Batch::default(),
        }
    }

    /// Handles about `most` arrivals and calls before `end`; true when all until then is done.
    pub fn advance(&mut self, end: SimTime, most: u64, observer: &mut impl Observer) -> bool {
        let mut steps = 0;
        while steps < most {
            let wake = self.next_wake().min(end);
            // A departure wakes too, and comes first at the same instant.
            match self.fleet.depart(wake) {
                Some(at) => {
                    // Until now one more was at work.
                    self.pass_time(at, self.fleet.busy() + 1);
                    self.call_ended();
                }
                None if wake == end => {
                    self.pass_time(end, self.fleet.busy());
                    self.end_minute(end, observer);
                    return true;
                }
                None => {
                    self.pass_time(wake, self.fleet.busy());
                    self.end_minute(wake, observer);
                    steps += self.line.let_in(wake, observer);
                }
            }
            steps += 1 + self.hand_out(observer);
            self.deepest = self.deepest.max(self.depth());
        }
        false
    }

    /// Messages that wait and can be seen.
    pub fn depth(&self) -> u64 {
        self.line.waiting() + self.received.visible()
    }

    /// Messages that were received, and are neither deleted nor visible again.
    pub fn in_flight(&self) -> u64 {
        self.leaving + self.received.hidden()
    }

    /// Messages whose end is open: of each that arrived, it was told or it is one of these.
    pub fn open(&self) -> u64 {
        self.line.waiting() + self.received.open()
    }

    /// The fleet as it stands.
    pub fn fleet(&self) -> &Fleet<Carrying<P>> {
        &self.fleet
    }

    /// The next instant at which something other than a departure happens.
    fn next_wake(&self) -> SimTime {
        let waits = self.has_message();
        let held_back = if waits {
            let resumes = self.resting.front().copied().unwrap_or(SimTime::NEVER);
            self.polling.next_rise().min(resumes)
        } else {
            // Never, when nobody waits.
            self.line.head().plus(self.rules.window)
        };
        let visible = self.received.next_visible();
        self.line.next_arrival().min(visible).min(held_back).min(self.minute_end())
    }

    fn minute_end(&self) -> SimTime {
        SimTime((self.minute as u64 + 1) * MINUTE.0)
    }

    /// Lets time pass with so many calls at work.
    fn pass_time(&mut self, now: SimTime, at_work: u32) {
        let left_waiting = self.has_message();
        if !left_waiting {
            let idle = u64::from(self.polling.idle_pollers(at_work));
            self.idle_polling_ns += idle * now.since(self.now).0;
        }
        self.polling.pass(now, left_waiting);
        self.now = now;
        self.received.show(now);
        while self.resting.front().is_some_and(|&until| until <= now) {
            self.resting.pop_front();
            self.polling.back_off();
        }
    }

    /// What the call leaves behind whose environment was released last.
    #[inline]
    fn call_ended(&mut self) {
        let BatchEnd { leaving, failed } = self.fleet.released().batch;
        self.leaving -= u64::from(leaving);
        if failed {
            self.polling.back_off();
        }
    }

    /// Whether there is a batch to hand out: a full one, one that was collected for long enough, or one with a
    /// message that came back.
    #[inline]
    fn has_message(&self) -> bool {
        self.line.waiting() >= self.rules.batch_size as u64
            || self.line.head().plus(self.rules.window) <= self.now
            || self.received.visible() > 0
    }

    #[inline]
    fn has_poller(&self) -> bool {
        (self.fleet.busy() as usize + self.resting.len()) < self.polling.allowed() as usize
    }

    /// Hands out batches for as long as there are messages, pollers and places; says how many.
    fn hand_out(&mut self, observer: &mut impl Observer) -> u64 {
        let mut handed_out = 0;
        while self.has_message() && self.has_poller() && self.in_flight() < self.rules.most_in_flight {
            while self.fleet.depart(self.now).is_some() {
                self.call_ended();
            }
            let mut batch = std::mem::take(&mut self.batch);
            self.receive(&mut batch, observer);
            // Empty when all that could be seen were copies of messages deleted since, or at their end.
            if batch.len() > 0 {
                observer.received(self.now, batch.len() as u32);
                self.hand_over(&mut batch, observer);
            }
            self.batch = batch;
            handed_out += 1;
        }
        handed_out
    }

    /// Up to a batch of what is visible, what came back first.
    fn receive(&mut self, batch: &mut Batch, observer: &mut impl Observer) {
        batch.clear();
        let room = self.rules.most_in_flight.saturating_sub(self.in_flight());
        let most = room.min(self.rules.batch_size as u64) as usize;
        while batch.len() < most {
            let Some(message) = self.next_message(observer) else { break };
            self.oldest = self.oldest.max(self.now.since(message.arrived));
            batch.receive(message);
        }
    }

    #[inline]
    fn next_message(&mut self, observer: &mut impl Observer) -> Option<Message> {
        loop {
            let message = self.received.take().or_else(|| self.first_in_line())?;
            if message.deleted <= self.now {
                continue;
            }
            match self.rules.ends(&message, self.now) {
                None => return Some(message),
                Some(_) if message.told => {}
                Some(why) => observer.unanswered(message.arrived, why),
            }
        }
    }

    /// Each minute's messages draw from the minute's streams, whenever they are received.
    #[inline]
    fn first_in_line(&mut self) -> Option<Message> {
        let arrived = self.line.take()?;
        self.calls.enter(arrived.minute());
        Some(Message::new(arrived, self.calls.draw(), self.twice.draw(arrived.minute())))
    }

    fn hand_over(&mut self, batch: &mut Batch, observer: &mut impl Observer) {
        match self.fleet.admit(self.now) {
            Admission::Throttled => self.refuse(batch, observer),
            admission => self.call(batch, admission, observer),
        }
    }

    fn call(&mut self, batch: &mut Batch, admission: Admission, observer: &mut impl Observer) {
        let (now, failing) = (self.now, self.rules.failing);
        let mut carried = self.fleet.carried();
        let mut call = self.calls.begin(admission, carried);
        batch.work(&self.calls, failing, &mut call, &mut carried, now);
        self.calls.end(&mut call, &mut carried);
        let failed = batch.decide(failing, &call);
        let busy = self.fleet.busy();
        observer.called(&Called { at: now, init: call.init, duration: call.duration, admission, busy });
        batch.tell(&Answered { arrived: now, spent: call.spent, admission }, now, observer);
        let mut leaving = 0;
        for message in batch.after(now, &call) {
            leaving += u32::from(!self.hide(message, observer));
        }
        self.leaving += u64::from(leaving);
        // Where failed messages are told one by one, the provider does not hand out less.
        carried.batch = BatchEnd { leaving, failed: failed && failing != Failing::Partial };
        self.fleet.carry(carried);
        self.fleet.occupy(now + call.stay());
    }

    /// Hides a message until its visibility timeout ends; false when it will be gone by then.
    #[inline]
    fn hide(&mut self, message: Message, observer: &mut impl Observer) -> bool {
        let visible = self.now.plus(self.rules.visibility);
        if message.deleted <= visible {
            return false;
        }
        if message.arrived.plus(self.rules.retention) <= visible {
            if !message.told {
                observer.unanswered(message.arrived, Unanswered::Lost);
            }
            return false;
        }
        self.received.hide(visible, message);
        true
    }

    #[cold]
    fn refuse(&mut self, batch: &Batch, observer: &mut impl Observer) {
        observer.refused(self.now);
        for message in batch.messages() {
            self.hide(message, observer);
        }
        self.resting.push_back(self.now + refusal_pause());
    }

    /// Reads the gauges when a minute ends at `now`.
    fn end_minute(&mut self, now: SimTime, observer: &mut impl Observer) {
        if now < self.minute_end() {
            return;
        }
        self.forget_the_old(observer);
        let depth = self.depth();
        let gauges = Gauges {
            queued: std::mem::replace(&mut self.deepest, depth),
            oldest: std::mem::take(&mut self.oldest).max(now.since(self.line.head())),
            idle_polling_ns: self.idle_polling_ns,
            ..self.fleet.gauges(now)
        };
        observer.minute_ended(self.minute, gauges);
        self.minute += 1;
        self.fleet.begin_minute(self.minute, now);
    }

    /// Loses those who were never received and are too old by now.
    fn forget_the_old(&mut self, observer: &mut impl Observer) {
        while self.line.head().plus(self.rules.retention) <= self.now {
            if let Some(message) = self.first_in_line() {
                observer.unanswered(message.arrived, Unanswered::Lost);
            }
        }
    }
}

/// Draws which messages are delivered twice, each minute of arrival from a stream of its own.
#[derive(Clone, Debug)]
struct Twice {
    chance: Chance,
    stream: DayStream,
}

impl Twice {
    fn new(chance: Chance, calls: &Calls) -> Self {
        let (seed, first_minute) = calls.place();
        Self { chance, stream: DayStream::new(seed, Purpose::Twice, first_minute) }
    }

    #[inline]
    fn draw(&mut self, minute: usize) -> bool {
        if self.chance.is_none() {
            return false;
        }
        self.stream.enter(minute);
        self.chance.hits(self.stream.bits())
    }
}
