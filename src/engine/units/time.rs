use std::ops::{Add, AddAssign, Sub};

use super::Seconds;

/// A point on the simulation's clock, or a span of it, in whole nanoseconds.
///
/// The clock starts at zero when a run starts; 2⁶⁴ ns are 584 years, so sums cannot overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SimTime(pub u64);

/// One second.
pub const SECOND: SimTime = SimTime(1_000_000_000);
/// One minute.
pub const MINUTE: SimTime = SimTime(60 * SECOND.0);
/// One hour.
pub const HOUR: SimTime = SimTime(60 * MINUTE.0);
/// One day.
pub const DAY: SimTime = SimTime(24 * HOUR.0);
/// Minutes of a day: the resolution of traffic, streams and timelines.
pub const MINUTES_PER_DAY: usize = 1_440;

impl SimTime {
    /// The start of every run.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// From seconds; negative and not-a-number become zero, too large becomes [`SimTime::NEVER`].
    #[inline]
    pub fn from_secs(seconds: f64) -> Self {
        Self((seconds * 1e9) as u64)
    }

    /// In seconds.
    #[inline]
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// The span from `earlier` to here, zero when `earlier` is later.
    #[inline]
    pub fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// This plus a span, stopping at [`SimTime::NEVER`].
    #[inline]
    pub fn plus(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The whole minutes since the clock started.
    #[inline]
    pub fn minute(self) -> usize {
        (self.0 / MINUTE.0) as usize
    }
}

impl From<Seconds> for SimTime {
    fn from(seconds: Seconds) -> Self {
        Self::from_secs(seconds.0)
    }
}

impl Add for SimTime {
    type Output = Self;
    #[inline]
    fn add(self, span: Self) -> Self {
        Self(self.0 + span.0)
    }
}

impl AddAssign for SimTime {
    #[inline]
    fn add_assign(&mut self, span: Self) {
        self.0 += span.0;
    }
}

impl Sub for SimTime {
    type Output = Self;
    #[inline]
    fn sub(self, earlier: Self) -> Self {
        Self(self.0 - earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_trip_and_bad_seconds_become_zero() {
        for (seconds, expected) in
            [(1.5, 1.5), (0.0, 0.0), (-3.0, 0.0), (f64::NAN, 0.0), (86_400.0, 86_400.0)]
        {
            assert_eq!(SimTime::from_secs(seconds).as_secs(), expected, "from {seconds} s");
        }
        assert_eq!(SimTime::from_secs(f64::INFINITY), SimTime::NEVER);
    }

    #[test]
    fn a_day_has_1440_minutes() {
        assert_eq!(DAY.minute(), MINUTES_PER_DAY);
        assert_eq!(SimTime(DAY.0 - 1).minute(), MINUTES_PER_DAY - 1);
    }
}
