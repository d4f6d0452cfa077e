use super::{Policy, Slot};
use crate::units::SimTime;

/// What became of an environment so far, as far as its next request feels it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// It answered nothing yet: it has no connections.
    #[default]
    New,
    /// It answered before.
    Used,
    /// Its last call was cut off: it has to start anew.
    Spoilt,
}

/// What an environment carries from one request to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// What became of it.
    pub condition: Condition,
    /// Until when it remembers what it asked for last.
    pub remembers_until: SimTime,
    /// How its last call ended for the messages that it was given.
    pub batch: BatchEnd,
}

/// How a call ends for the queue that handed it messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchEnd {
    /// Messages that leave the queue with it.
    pub leaving: u32,
    /// Whether the queue hands out less after it.
    pub failed: bool,
}

/// A keep-alive policy whose environments carry something from one request to the next.
#[derive(Clone, Copy, Debug)]
pub struct Carrying<P>(pub P);

/// What the policy knows of an environment, and what it carries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Luggage<T> {
    /// The policy's own.
    pub tag: T,
    /// What it carries.
    pub carried: Carried,
}

impl<P: Policy> Policy for Carrying<P> {
    type Tag = Luggage<P::Tag>;
    const ENDS_OUT_OF_ORDER: bool = P::ENDS_OUT_OF_ORDER;

    #[inline]
    fn tag(&self, now: SimTime) -> Self::Tag {
        Luggage { tag: self.0.tag(now), carried: Carried::default() }
    }

    #[inline]
    fn tag_again(&self, held: &Self::Tag, now: SimTime) -> Self::Tag {
        Luggage { tag: self.0.tag_again(&held.tag, now), carried: held.carried }
    }

    #[inline]
    fn end(&self, slot: &Slot<Self::Tag>) -> SimTime {
        self.0.end(&Slot { released: slot.released, tag: slot.tag.tag, empty: slot.empty })
    }

    #[inline]
    fn function_end(&self, rest_since: SimTime) -> SimTime {
        self.0.function_end(rest_since)
    }
}
