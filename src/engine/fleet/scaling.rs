use std::sync::OnceLock;

use serde::Deserialize;

use crate::{
    facts,
    units::{MINUTE, SECOND, SimTime},
};

/// How fast new environments may start: an allowance that is refilled continuously, and never holds more
/// than so many.
#[derive(Clone, Copy, Debug)]
pub struct ScalingRate {
    /// The time that one environment's allowance takes to refill.
    per_environment: SimTime,
    /// The time that all of the allowance takes to refill.
    whole: SimTime,
    /// When the allowance would be full again.
    full_at: SimTime,
}

const PERIOD: SimTime = SimTime(10 * SECOND.0);

#[derive(Deserialize)]
struct Facts {
    scaling: Today,
    scaling_until_2023: Until2023,
}

#[derive(Deserialize)]
struct Today {
    environments_per_10_s: f64,
}

#[derive(Deserialize)]
struct Until2023 {
    burst: f64,
    environments_per_minute: f64,
}

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/lambda"))
}

impl ScalingRate {
    /// `per_10_s` environments per 10 s, all of them allowed at once at first.
    pub fn new(per_10_s: u32) -> Self {
        let per_environment = SimTime(PERIOD.0 / u64::from(per_10_s.max(1)));
        Self { per_environment, whole: PERIOD, full_at: SimTime::ZERO }
    }

    /// A burst of so many at once, then so many a minute.
    pub fn burst(burst: u32, per_minute: u32) -> Self {
        let per_environment = SimTime(MINUTE.0 / u64::from(per_minute.max(1)));
        let whole = SimTime(per_environment.0 * u64::from(burst));
        Self { per_environment, whole, full_at: SimTime::ZERO }
    }

    /// The provider's rule since November 2023.
    pub fn today() -> Self {
        Self::new(facts().scaling.environments_per_10_s as u32)
    }

    /// The provider's rule until November 2023, in its largest regions.
    pub fn until_2023() -> Self {
        Self::until_2023_with(facts().scaling_until_2023.burst as u32)
    }

    /// The same in a region with another burst.
    pub fn until_2023_with(burst: u32) -> Self {
        Self::burst(burst, facts().scaling_until_2023.environments_per_minute as u32)
    }

    /// Not environments but requests: so many a second, a second's worth at once.
    pub fn requests(per_second: f64) -> Self {
        let per_request = SimTime((SECOND.0 as f64 / per_second.max(1e-9)) as u64);
        Self { per_environment: per_request, whole: SECOND, full_at: SimTime::ZERO }
    }

    /// No bound.
    pub fn unlimited() -> Self {
        Self { per_environment: SimTime::ZERO, whole: SimTime::ZERO, full_at: SimTime::ZERO }
    }

    /// Takes the allowance of one environment; false when it is used up.
    #[inline]
    pub fn take(&mut self, now: SimTime) -> bool {
        let full_at = self.full_at.max(now) + self.per_environment;
        let allowed = full_at.since(now) <= self.whole;
        if allowed {
            self.full_at = full_at;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(rate: &mut ScalingRate, now: SimTime) -> usize {
        (0..20_000).filter(|_| rate.take(now)).count()
    }

    #[test]
    fn until_2023_three_thousand_start_at_once_then_five_hundred_a_minute() {
        let mut rate = ScalingRate::until_2023();
        for (minutes, expected) in [(10, 3_000), (11, 500), (13, 1_000), (30, 3_000)] {
            assert_eq!(started(&mut rate, SimTime(minutes * MINUTE.0)), expected, "after {minutes} min");
        }
    }

    #[test]
    fn ten_requests_a_second_come_in_for_each_place() {
        let mut rate = ScalingRate::requests(10.0 * 3.0);
        for (seconds, expected) in [(5, 30), (6, 30), (100, 30)] {
            assert_eq!(started(&mut rate, SimTime(seconds * SECOND.0)), expected, "at {seconds} s");
        }
    }

    #[test]
    fn a_thousand_start_at_once_then_a_hundred_a_second() {
        let mut rate = ScalingRate::today();
        for (seconds, expected) in [(100, 1_000), (101, 100), (103, 200), (113, 1_000), (500, 1_000)] {
            assert_eq!(started(&mut rate, SimTime(seconds * SECOND.0)), expected, "at {seconds} s");
        }
    }
}
