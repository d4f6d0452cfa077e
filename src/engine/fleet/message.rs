use std::collections::VecDeque;

use super::{Answered, Asked, Call, Calls, Carried, Failing, Observer, Unanswered};
use crate::units::SimTime;

/// A message that is or was received.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    pub arrived: SimTime,
    /// When it is deleted; never, while no call that got it succeeds.
    pub deleted: SimTime,
    /// When the function got it for the first time; never, before.
    first_call: SimTime,
    pub receives: u32,
    /// Whether its end was told: what still happens to it is a copy's doing.
    pub told: bool,
    /// Whether its work was done before, in a call that failed in the end.
    worked: bool,
    /// Whether its first deletion misses a copy.
    twice: bool,
    asked: Asked,
}

impl Message {
    pub fn new(arrived: SimTime, asked: Asked, twice: bool) -> Self {
        Self {
            arrived,
            deleted: SimTime::NEVER,
            first_call: SimTime::NEVER,
            receives: 0,
            told: false,
            worked: false,
            twice,
            asked,
        }
    }
}

/// Received messages that are not done: hidden until their visibility timeout ends, then there again.
///
/// All are hidden for the same time, so they become visible in the order in which they were received.
#[derive(Clone, Debug, Default)]
pub(super) struct Received {
    messages: VecDeque<(SimTime, Message)>,
    /// How many of them can be seen again: the first so many.
    visible: usize,
}

impl Received {
    pub fn hide(&mut self, until: SimTime, message: Message) {
        self.messages.push_back((until, message));
    }

    /// Lets those be seen whose timeout ended by now.
    #[inline]
    pub fn show(&mut self, now: SimTime) {
        while self.messages.get(self.visible).is_some_and(|(until, _)| *until <= now) {
            self.visible += 1;
        }
    }

    /// When the next of the hidden ones can be seen.
    #[inline]
    pub fn next_visible(&self) -> SimTime {
        self.messages.get(self.visible).map_or(SimTime::NEVER, |(until, _)| *until)
    }

    pub fn visible(&self) -> u64 {
        self.visible as u64
    }

    pub fn hidden(&self) -> u64 {
        (self.messages.len() - self.visible) as u64
    }

    /// Messages whose end was not told, counted one by one.
    pub fn open(&self) -> u64 {
        self.messages.iter().filter(|(_, message)| !message.told).count() as u64
    }

    /// Takes the first that can be seen.
    #[inline]
    pub fn take(&mut self) -> Option<Message> {
        self.visible = self.visible.checked_sub(1)?;
        self.messages.pop_front().map(|(_, message)| message)
    }
}

/// What a call does with one of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Returns,
    Deleted,
    /// Deleted though it failed.
    Lost,
}

/// A message in the hands of the function.
#[derive(Clone, Copy, Debug)]
struct Held {
    message: Message,
    succeeded: bool,
    /// How far the call was when its work ended; never, if it was not worked on.
    worked_until: SimTime,
    fate: Fate,
}

/// The messages of one call. Its room is used again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    held: Vec<Held>,
    /// Whether the code gave up at a message that failed.
    gave_up: bool,
}

impl Batch {
    pub fn clear(&mut self) {
        self.held.clear();
        self.gave_up = false;
    }

    pub fn len(&self) -> usize {
        self.held.len()
    }

    pub fn receive(&mut self, mut message: Message) {
        message.receives += 1;
        let (succeeded, worked_until) = (false, SimTime::NEVER);
        self.held.push(Held { message, succeeded, worked_until, fate: Fate::Returns });
    }

    /// Works on one message after the other. A function whose failure returns the whole batch ends with the first
    /// message that fails.
    #[inline]
    pub fn work(
        &mut self,
        calls: &Calls,
        failing: Failing,
        call: &mut Call,
        carried: &mut Carried,
        now: SimTime,
    ) {
        for held in &mut self.held {
            held.succeeded = calls.perform(call, &held.message.asked, carried, now);
            held.worked_until = call.duration;
            if !held.succeeded && failing == Failing::WholeBatch {
                self.gave_up = true;
                break;
            }
        }
    }

    /// Decides what becomes of each message; whether the call as a whole failed.
    #[inline]
    pub fn decide(&mut self, failing: Failing, call: &Call) -> bool {
        let failed = call.timed_out || self.gave_up;
        for held in &mut self.held {
            held.fate = match (held.succeeded, failing) {
                _ if failed => Fate::Returns,
                (true, _) => Fate::Deleted,
                (false, Failing::Swallowed) => Fate::Lost,
                (false, _) => Fate::Returns,
            };
        }
        failed
    }

    /// Tells of each message what happens to it in the call that began at `now`.
    #[inline]
    pub fn tell(&self, answer: &Answered, now: SimTime, observer: &mut impl Observer) {
        let (mut again, mut deleted) = (0, 0);
        for Held { message, worked_until, fate, .. } in &self.held {
            deleted += u32::from(*fate != Fate::Returns);
            again += u32::from((message.told || message.worked) && *worked_until != SimTime::NEVER);
            if message.told {
                continue;
            }
            if message.receives > 1 {
                observer.retried(now);
            }
            match fate {
                Fate::Returns => {}
                Fate::Lost => observer.unanswered(message.arrived, Unanswered::Lost),
                Fate::Deleted => {
                    let first = message.first_call.min(now);
                    let mut spent = answer.spent;
                    spent.queue = first.since(message.arrived);
                    spent.retry += now.since(first);
                    observer.answered(&Answered { arrived: message.arrived, spent, ..*answer });
                }
            }
        }
        if again > 0 {
            observer.duplicated(now, again);
        }
        if deleted > 0 {
            observer.deleted(now, deleted);
        }
    }

    /// The messages as they are after the call that began at `now` and took so long.
    #[inline]
    pub fn after(&self, now: SimTime, call: &Call) -> impl Iterator<Item = Message> {
        let (end, duration) = (now + call.stay(), call.duration);
        self.held.iter().map(move |held| {
            let mut message = held.message;
            message.first_call = message.first_call.min(now);
            message.worked |= held.succeeded && held.worked_until <= duration;
            if held.fate != Fate::Returns {
                let copy_stays = held.fate == Fate::Deleted && message.twice && !message.told;
                message.deleted = if copy_stays { message.deleted } else { message.deleted.min(end) };
                message.told = true;
            }
            message.asked = message.asked.again();
            message
        })
    }

    /// The messages as they were received.
    pub fn messages(&self) -> impl Iterator<Item = Message> {
        self.held.iter().map(|held| held.message)
    }
}
