use super::KeepAlive;
use crate::{theory::Kept, units::SimTime};

/// An environment without work, as the level array keeps it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slot<T> {
    /// When its last request left.
    pub released: SimTime,
    /// What the policy must know of it.
    pub tag: T,
    /// Whether it was used since it was released, or never was there.
    pub empty: bool,
}

/// When an environment without work ends.
pub trait Policy: Copy + std::fmt::Debug {
    /// What must be remembered of an environment.
    type Tag: Copy + Default + std::fmt::Debug;

    /// What is remembered of one that starts now.
    fn tag(&self, now: SimTime) -> Self::Tag;

    /// What is remembered of one that is held ready, and takes a request now.
    #[inline(always)]
    fn tag_again(&self, _held: &Self::Tag, now: SimTime) -> Self::Tag {
        self.tag(now)
    }

    /// When it ends if it is left alone.
    fn end(&self, slot: &Slot<Self::Tag>) -> SimTime;

    /// When all environments end if the function gets no request after `rest_since`.
    fn function_end(&self, rest_since: SimTime) -> SimTime;

    /// Whether an environment can end before one that was released earlier, so that a search for a
    /// ready one has to look past it.
    const ENDS_OUT_OF_ORDER: bool;
}

/// Each environment on its own, a fixed time after its last request.
#[derive(Clone, Copy, Debug)]
pub struct FixedIdle {
    /// That time.
    pub idle: SimTime,
}

impl Policy for FixedIdle {
    type Tag = ();
    const ENDS_OUT_OF_ORDER: bool = false;

    #[inline(always)]
    fn tag(&self, _now: SimTime) {}

    #[inline(always)]
    fn end(&self, slot: &Slot<()>) -> SimTime {
        slot.released.plus(self.idle)
    }

    #[inline(always)]
    fn function_end(&self, _rest_since: SimTime) -> SimTime {
        SimTime::NEVER
    }
}

/// As request logs show: see [`KeepAlive::FunctionWide`].
#[derive(Clone, Copy, Debug)]
pub struct FunctionWideIdle {
    /// How long a function at rest keeps its environments.
    pub function_idle: SimTime,
    /// How long an idle environment of a busy function is kept.
    pub surplus_idle: SimTime,
    /// The age at which an environment ends.
    pub max_age: SimTime,
}

impl Policy for FunctionWideIdle {
    /// When it was started.
    type Tag = SimTime;
    const ENDS_OUT_OF_ORDER: bool = true;

    #[inline]
    fn tag(&self, now: SimTime) -> SimTime {
        now
    }

    #[inline]
    fn end(&self, slot: &Slot<SimTime>) -> SimTime {
        // One that passed its age while at work ends when it is released.
        let of_age = slot.tag.plus(self.max_age).max(slot.released);
        slot.released.plus(self.surplus_idle).min(of_age)
    }

    #[inline]
    fn function_end(&self, rest_since: SimTime) -> SimTime {
        rest_since.plus(self.function_idle)
    }
}

impl FunctionWideIdle {
    /// From the settings; a fixed policy is the same time for function and surplus, at any age.
    pub fn of(keep_alive: KeepAlive) -> Self {
        match keep_alive {
            KeepAlive::Fixed { idle } => {
                Self { function_idle: SimTime::NEVER, surplus_idle: idle.into(), max_age: SimTime::NEVER }
            }
            KeepAlive::FunctionWide { function_idle, surplus_idle, max_age } => Self {
                function_idle: function_idle.into(),
                surplus_idle: surplus_idle.into(),
                max_age: max_age.into(),
            },
        }
    }
}

impl Kept {
    /// By a policy.
    pub fn of(keep_alive: KeepAlive) -> Self {
        match keep_alive {
            KeepAlive::Fixed { idle } => Self::fixed(idle.0),
            KeepAlive::FunctionWide { function_idle, surplus_idle, max_age } => {
                Self { surplus: surplus_idle.0, rest: function_idle.0, age: max_age.0 }
            }
        }
    }
}
