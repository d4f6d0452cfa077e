use crate::units::{SECOND, SimTime};

/// How fast new environments may start: so many per 10 s, refilled continuously and not banked.
#[derive(Clone, Copy, Debug)]
pub struct ScalingRate {
    /// The time that one environment's allowance takes to refill.
    per_environment: SimTime,
    /// When the allowance would be full again.
    full_at: SimTime,
}

const PERIOD: SimTime = SimTime(10 * SECOND.0);

impl ScalingRate {
    /// `per_10_s` environments per 10 s, all of them allowed at once at first.
    pub fn new(per_10_s: u32) -> Self {
        Self { per_environment: SimTime(PERIOD.0 / u64::from(per_10_s.max(1))), full_at: SimTime::ZERO }
    }

    /// No bound.
    pub fn unlimited() -> Self {
        Self { per_environment: SimTime::ZERO, full_at: SimTime::ZERO }
    }

    /// Takes the allowance of one environment; false when it is used up.
    #[inline]
    pub fn take(&mut self, now: SimTime) -> bool {
        let full_at = self.full_at.max(now) + self.per_environment;
        let allowed = full_at.since(now) <= PERIOD;
        if allowed {
            self.full_at = full_at;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_start_at_once_then_a_hundred_a_second() {
        let mut rate = ScalingRate::new(1_000);
        let started = |rate: &mut ScalingRate, now| (0..5_000).filter(|_| rate.take(now)).count();
        for (seconds, expected) in [(100, 1_000), (101, 100), (103, 200), (113, 1_000), (500, 1_000)] {
            assert_eq!(started(&mut rate, SimTime(seconds * SECOND.0)), expected, "at {seconds} s");
        }
    }
}
