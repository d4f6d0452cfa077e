use serde::{Deserialize, Serialize};

use super::{Outcome, Run, Scenario, estimate::Estimate};
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

    fn with_day(self, outcome: &Outcome, days: u32) -> Self {
        Self {
            usd: self.usd.with(outcome.bill.total.0),
            p99_s: self.p99_s.with(outcome.latency.p99_s),
            basis: Basis::Days(days),
        }
    }
}

/// The same scenario on other days, which differ from the first by their random numbers alone.
pub struct OtherDays {
    scenario: Scenario,
    band: Band,
    days: u32,
    most_days: u32,
    run: Option<Run>,
}

impl OtherDays {
    /// Days beside this one; none where a day has so many requests that chance hardly shows.
    pub fn beside(scenario: &Scenario, outcome: &Outcome) -> Option<Self> {
        let weekend = scenario.traffic.on_weekend().map_or(0.0, |weekend| weekend.requests_per_day());
        let requests = (scenario.traffic.requests_per_day() + weekend).max(MINUTES_PER_DAY as f64);
        let most_days = ((MOST_REQUESTS / requests) as u32).min(MOST_DAYS);
        (most_days >= 2 && outcome.counts.arrived > 0).then(|| Self {
            scenario: scenario.clone(),
            band: Band::of_day(outcome),
            days: 1,
            most_days,
            run: None,
        })
    }

    /// Handles up to about `most` requests; true when the last day is done.
    pub fn advance(&mut self, most: u64) -> bool {
        if self.days >= self.most_days {
            return true;
        }
        let mut run = self.run.take().unwrap_or_else(|| self.next_day());
        if run.advance(most) {
            self.days += 1;
            self.band = self.band.with_day(&run.outcome(), self.days);
        } else {
            self.run = Some(run);
        }
        self.days >= self.most_days
    }

    /// The band of the days so far.
    pub fn band(&self) -> Band {
        self.band
    }

    fn next_day(&self) -> Run {
        let seed = self.scenario.seed.wrapping_add(u64::from(self.days));
        Run::new(&Scenario { seed, ..self.scenario.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{evaluate, preset};

    fn small() -> Scenario {
        preset("notifications").unwrap().scenario.clone()
    }

    fn band_of(scenario: &Scenario, most: u64) -> Option<Band> {
        let mut days = OtherDays::beside(scenario, &evaluate(scenario))?;
        while !days.advance(most) {}
        Some(days.band())
    }

    #[test]
    fn the_band_of_days_holds_every_one_of_them() {
        let band = band_of(&small(), u64::MAX).unwrap();
        assert_eq!(band.basis, Basis::Days(9));
        for seed in 1..=9 {
            let outcome = evaluate(&Scenario { seed, ..small() });
            assert!(band.usd.holds(outcome.bill.total.0) && band.p99_s.holds(outcome.latency.p99_s));
        }
        assert!(band.p99_s.most < 1.1 * band.p99_s.least && band.p99_s.most > band.p99_s.least, "{band:?}");
    }

    #[test]
    fn how_the_days_are_cut_does_not_show() {
        assert_eq!(band_of(&small(), 10_000), band_of(&small(), u64::MAX));
    }

    #[test]
    fn days_of_many_requests_and_silent_days_have_no_band() {
        let silent = Scenario::silent();
        assert!(OtherDays::beside(&silent, &evaluate(&silent)).is_none());
        let busy = preset("steady-1000").unwrap().scenario.clone();
        assert!(OtherDays::beside(&busy, &super::super::estimate(&busy)).is_none());
    }
}
