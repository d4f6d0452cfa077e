//! A week of two kinds of days: the weekday that is shown, and where it is another, a day of the weekend. Only
//! the bill knows both.

use super::{Outcome, Part, Piece, PieceRun, Scenario, join, pieces};
use crate::{
    metrics::Usage,
    pricing::{self, Bill, Quantities},
    workload::Architecture,
};

pub(super) const WEEKDAYS: usize = 5;
pub(super) const WEEKEND_DAYS: usize = 2;
pub(super) const DAYS_OF_WEEK: usize = WEEKDAYS + WEEKEND_DAYS;

/// The days that answer a scenario being simulated, one piece after the other, in slices that the caller sizes. Whoever
/// can do several things at once simulates [`pieces`] apart and [`join`]s them: the answer is the same.
pub struct Run {
    scenario: Scenario,
    /// The pieces not begun, the next last.
    left: Vec<Piece>,
    under_way: Option<PieceRun>,
    parts: Vec<Part>,
}

/// Simulates a scenario's days in full.
pub fn evaluate(scenario: &Scenario) -> Outcome {
    let mut run = Run::new(scenario);
    while !run.advance(u64::MAX) {}
    run.outcome()
}

impl Run {
    /// Sets up the days.
    pub fn new(scenario: &Scenario) -> Self {
        let mut left = pieces(scenario);
        left.reverse();
        let mut run = Self { scenario: scenario.clone(), left, under_way: None, parts: Vec::new() };
        run.begin_next();
        run
    }

    /// Handles up to about `most` requests of a piece; true when all are done.
    pub fn advance(&mut self, most: u64) -> bool {
        if self.under_way.as_mut().is_some_and(|piece| piece.advance(most)) {
            self.finish_piece();
            self.begin_next();
        }
        self.under_way.is_none()
    }

    /// How much of the days is done, from 0 to 1; a guess from the traffic expected.
    pub fn progress(&self) -> f64 {
        let begun = self.under_way.as_ref();
        let pieces = self.parts.len() + self.left.len() + usize::from(begun.is_some());
        (self.parts.len() as f64 + begun.map_or(0.0, PieceRun::progress)) / pieces as f64
    }

    /// The answer; for days that are not done, of the part that is.
    pub fn outcome(mut self) -> Outcome {
        self.finish_piece();
        join(&self.scenario, self.parts)
    }

    fn begin_next(&mut self) {
        self.under_way = self.left.pop().map(|piece| PieceRun::new(&self.scenario, piece));
    }

    fn finish_piece(&mut self) {
        self.parts.extend(self.under_way.take().map(PieceRun::part));
    }
}

/// The scenario of a day of the weekend; none where it is like every other.
pub fn weekend_of(scenario: &Scenario) -> Option<Scenario> {
    scenario.traffic.on_weekend().map(|traffic| Scenario { traffic, ..scenario.clone() })
}

/// A weekday's outcome with the bill of both kinds of days.
pub fn with_weekend(scenario: &Scenario, weekday: Outcome, weekend: Option<Usage>) -> Outcome {
    let Some(weekend) = weekend else { return weekday };
    let bill = bill_of_week(scenario, &weekday.usage, &weekend);
    Outcome { bill, weekend_usage: Some(weekend), ..weekday }
}

/// A month of days that are all alike: in the home region, on the scenario's terms.
pub fn bill_of(scenario: &Scenario, usage: &Usage) -> Bill {
    bill_of_days(scenario, usage, 1)
}

/// A month of weeks: five days of one kind and two of the other, added up before anything is rounded.
pub fn bill_of_week(scenario: &Scenario, weekday: &Usage, weekend: &Usage) -> Bill {
    let mut week = Usage::default();
    for day in [weekday; WEEKDAYS].into_iter().chain([weekend; WEEKEND_DAYS]) {
        week += *day;
    }
    bill_of_days(scenario, &week, DAYS_OF_WEEK)
}

fn bill_of_days(scenario: &Scenario, usage: &Usage, days: usize) -> Bill {
    let money = &scenario.money;
    pricing::bill(&quantities_of(scenario, usage, days), money.prices.tariff(), &money.terms)
}

/// A month of what so many days used together.
pub(super) fn quantities_of(scenario: &Scenario, usage: &Usage, days: usize) -> Quantities {
    let architecture = match scenario.function.architecture {
        Architecture::X86 => pricing::Architecture::X86,
        Architecture::Arm => pricing::Architecture::Arm64,
    };
    Quantities::of_days(usage, days, scenario.function.memory, architecture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{estimate, preset};

    fn with_share(share: f64) -> Scenario {
        let mut scenario = preset("notifications").unwrap().scenario.clone();
        scenario.traffic.weekend_share = share;
        scenario
    }

    #[test]
    fn a_weekend_like_every_day_changes_nothing() {
        assert_eq!(evaluate(&with_share(1.0)).weekend_usage, None);
        assert_eq!(weekend_of(&with_share(1.0)), None);
    }

    #[test]
    fn the_day_shown_is_the_weekday_and_the_bill_has_both() {
        let weekday = evaluate(&with_share(1.0));
        for share in [0.0, 0.4, 2.0] {
            let week = evaluate(&with_share(share));
            let weekend = week.weekend_usage.expect("another day");
            let as_weekday = Outcome { bill: weekday.bill.clone(), weekend_usage: None, ..week.clone() };
            assert_eq!(as_weekday, weekday, "{share}");
            let calls = (5 * weekday.usage.invocations + 2 * weekend.invocations) as f64 / 7.0;
            let billed = week.bill.lines[0].quantity;
            assert!((billed / (calls * 730.0 / 24.0) - 1.0).abs() < 1e-12, "{share}: {billed}");
            let expected = share * weekday.usage.invocations as f64;
            assert!((weekend.invocations as f64 - expected).abs() <= 0.02 * expected, "{share}");
            let mix = (5.0 + 2.0 * share) / 7.0;
            let ratio = week.bill.total.0 / weekday.bill.total.0;
            assert!((ratio / mix - 1.0).abs() < 0.03, "{share}: {ratio} for {mix}");
            let guess = estimate(&with_share(share));
            assert!((guess.bill.total.0 / week.bill.total.0 - 1.0).abs() < 0.03, "{share}: {:?}", guess.bill);
            assert!(guess.weekend_usage.is_some());
        }
    }

    #[test]
    fn progress_covers_both_days_and_never_goes_back() {
        let mut run = Run::new(&with_share(2.0));
        let mut last = 0.0;
        let mut steps = 0;
        while !run.advance(5_000) {
            let now = run.progress();
            assert!(now >= last && now < 1.0, "{now} after {last}");
            (last, steps) = (now, steps + 1);
        }
        assert!(run.progress() == 1.0 && steps > 30, "{steps}");
    }
}
