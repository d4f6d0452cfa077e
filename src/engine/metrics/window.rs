use serde::{Deserialize, Serialize};

use crate::units::{MINUTE, MINUTES_PER_DAY, SimTime};

/// Which part of a run counts: a stretch of the day, after the warm-up that brings the fleet to where the time before
/// left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// The minute of the day at which it begins.
    pub from_minute: usize,
    /// Whole minutes before it.
    pub warm_up_minutes: usize,
    /// How many minutes it has.
    pub minutes: usize,
}

impl Window {
    /// The whole day, after so many minutes before its midnight.
    pub const fn day(warm_up_minutes: usize) -> Self {
        Self { warm_up_minutes, from_minute: 0, minutes: MINUTES_PER_DAY }
    }

    /// When the stretch starts.
    pub fn start(self) -> SimTime {
        SimTime(self.warm_up_minutes as u64 * MINUTE.0)
    }

    /// When it ends.
    pub fn end(self) -> SimTime {
        self.start() + SimTime(self.minutes as u64 * MINUTE.0)
    }

    /// The minute of the day at the clock's zero.
    pub fn first_minute(self) -> usize {
        let before = self.warm_up_minutes % MINUTES_PER_DAY;
        (self.from_minute + MINUTES_PER_DAY - before) % MINUTES_PER_DAY
    }

    /// The minute of the day of an instant in the stretch.
    #[inline]
    pub fn minute(self, at: SimTime) -> Option<usize> {
        self.minute_of_day(at.minute())
    }

    /// The minute of the day of a minute of the run, where it counts.
    #[inline]
    pub fn minute_of_day(self, minute: usize) -> Option<usize> {
        let within = minute.checked_sub(self.warm_up_minutes)?;
        (within < self.minutes).then_some(self.from_minute + within)
    }
}
