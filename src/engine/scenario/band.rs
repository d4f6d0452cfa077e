use serde::{Deserialize, Serialize};

use super::{Outcome, Scenario, estimate::Estimate};
use crate::units::MINUTES_PER_DAY;

/// Between which two values a number lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The least.
    pub least: f64,
    /// The greatest.
    pub most: f64,
}

/// What a band rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// How far formulas of this kind may be from the simulated day.
    Formula,
    /// The least and the most of so many simulated days, which differ by chance alone.
    Days(u32),
}

/// How sure the two numbers are that everything is about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The bill of a month, in USD.
    pub usd: Range,
    /// The 99th percentile, in seconds.
    pub p99_s: Range,
    /// What it rests on.
    pub basis: Basis,
}

/// Other days are simulated up to so many requests, the first day's included: a second or less of work.
const MOST_REQUESTS: f64 = 4e6;
/// More days than these would not widen the band by much.
const MOST_DAYS: u32 = 9;

impl Range {
    fn with(self, value: f64) -> Self {
        Self { least: self.least.min(value), most: self.most.max(value) }
    }

    /// Whether a value lies between.
    pub fn holds(&self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }
}

impl Band {
    /// The band that an estimate states of itself.
    pub fn of_estimate(scenario: &Scenario, estimate: &Outcome) -> Self {
        Estimate::again(scenario, estimate).band(scenario)
    }

    /// The band of one simulated day, which has no width.
    pub fn of_day(outcome: &Outcome) -> Self {
        let (usd, p99_s) = (outcome.bill.total.0, outcome.latency.p99_s);
        Self {
            usd: Range { least: usd, most: usd },
            p99_s: Range { least: p99_s, most: p99_s },
            basis: Basis::Days(1),
        }
    }

    /// The band of the days of both.
    pub fn and(self, other: Self) -> Self {
        let both = |one: Range, other: Range| one.with(other.least).with(other.most);
        let basis = match (self.basis, other.basis) {
            (Basis::Days(days), Basis::Days(more)) => Basis::Days(days + more),
            _ => Basis::Formula,
        };
        Self { usd: both(self.usd, other.usd), p99_s: both(self.p99_s, other.p99_s), basis }
    }
}

/// How many other days are worth simulating beside one that came out so; none where a day has so many requests that
/// chance hardly shows.
pub fn other_days(scenario: &Scenario, outcome: &Outcome) -> u32 {
    let weekend = scenario.traffic.on_weekend().map_or(0.0, |weekend| weekend.requests_per_day());
    let requests = (scenario.traffic.requests_per_day() + weekend).max(MINUTES_PER_DAY as f64);
    let days = ((MOST_REQUESTS / requests) as u32).min(MOST_DAYS);
    if outcome.counts.arrived > 0 { days.saturating_sub(1) } else { 0 }
}

/// The same scenario on another day, the first, second or any after this one: it differs by its random numbers alone.
pub fn on_other_day(scenario: &Scenario, day: u32) -> Scenario {
    Scenario { seed: scenario.seed.wrapping_add(u64::from(day)), ..scenario.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{estimate, evaluate, preset};

    fn small() -> Scenario {
        preset("notifications").unwrap().scenario.clone()
    }

    #[test]
    fn the_band_of_days_holds_every_one_of_them_in_whatever_order() {
        let outcome = evaluate(&small());
        let days = 1..=other_days(&small(), &outcome);
        let others: Vec<_> = days.map(|day| Band::of_day(&evaluate(&on_other_day(&small(), day)))).collect();
        let band = others.iter().fold(Band::of_day(&outcome), |band, day| band.and(*day));
        assert_eq!(others.iter().rev().fold(Band::of_day(&outcome), |band, day| day.and(band)), band);
        assert_eq!(band.basis, Basis::Days(9));
        for seed in 1..=9 {
            let outcome = evaluate(&Scenario { seed, ..small() });
            assert!(band.usd.holds(outcome.bill.total.0) && band.p99_s.holds(outcome.latency.p99_s));
        }
        assert!(band.p99_s.most < 1.1 * band.p99_s.least && band.p99_s.most > band.p99_s.least, "{band:?}");
    }

    #[test]
    fn days_of_many_requests_and_silent_days_have_no_band() {
        let silent = Scenario::silent();
        assert_eq!(other_days(&silent, &evaluate(&silent)), 0);
        let busy = preset("steady-1000").unwrap().scenario.clone();
        assert_eq!(other_days(&busy, &estimate(&busy)), 0);
    }
}
