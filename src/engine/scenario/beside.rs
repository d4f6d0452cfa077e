//! What stands beside the bill: the day on which a budget is used up, and what slow and lost answers cost the
//! business. Neither is part of the bill.

use serde::{Deserialize, Serialize};

use super::{
    Outcome, Scenario,
    week::{DAYS_OF_WEEK, WEEKDAYS, quantities_of},
};
use crate::{
    metrics::Usage,
    pricing::{BillLine, DAYS_PER_MONTH, cost},
    units::Usd,
};

/// A budget and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// What a month may cost.
    pub usd: Usd,
    /// The day of the month, from 1, on which it is used up, in a month that begins on a Monday; none where it holds.
    pub crossed_on_day: Option<u32>,
}

/// What a day's answers cost the business by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Missed {
    /// Answers slower than the scenario's target.
    pub slow: f64,
    /// Requests that get none.
    pub lost: f64,
}

/// An outcome with what stands beside its bill, from what each kind of day missed.
pub fn with_beside(
    scenario: &Scenario,
    outcome: Outcome,
    weekday: Missed,
    weekend: Option<Missed>,
) -> Outcome {
    let budget = budget(scenario, &outcome);
    Outcome { budget, business: business(scenario, weekday, weekend), ..outcome }
}

fn budget(scenario: &Scenario, outcome: &Outcome) -> Option<Budget> {
    let money = &scenario.money;
    let usd = money.budget;
    let spent = |days: usize| {
        let quantities = quantities_of(scenario, &used_by(days, outcome), 1).times(1.0 / DAYS_PER_MONTH);
        cost(&quantities, money.prices.tariff(), &money.terms).0
    };
    (usd.0 > 0.0).then(|| {
        let whole_days = DAYS_PER_MONTH as usize;
        let is_crossed = outcome.bill.total.0 > usd.0;
        let day = || (1..=whole_days).find(|&days| spent(days) > usd.0).unwrap_or(whole_days + 1);
        Budget { usd, crossed_on_day: is_crossed.then(|| day() as u32) }
    })
}

/// What the first days of a month used together.
fn used_by(days: usize, outcome: &Outcome) -> Usage {
    let mut used = Usage::default();
    for day in 0..days {
        let weekend = outcome.weekend_usage.filter(|_| day % DAYS_OF_WEEK >= WEEKDAYS);
        used += weekend.unwrap_or(outcome.usage);
    }
    used
}

fn business(scenario: &Scenario, weekday: Missed, weekend: Option<Missed>) -> Vec<BillLine> {
    let money = &scenario.money;
    let weekend = weekend.unwrap_or(weekday);
    let of_month = |count: fn(&Missed) -> f64| {
        let (week, days) = (WEEKDAYS as f64, DAYS_OF_WEEK as f64);
        (week * count(&weekday) + (days - week) * count(&weekend)) / days * DAYS_PER_MONTH
    };
    let line = |key: &str, label: String, quantity: f64, each: Usd| BillLine {
        key: key.to_owned(),
        label,
        quantity,
        unit: "answers".to_owned(),
        rate: format!("${} per answer", each.0),
        cost: Usd(quantity * each.0),
        source: "your figure".to_owned(),
        as_of: String::new(),
        verified: true,
    };
    let mut lines = Vec::new();
    if money.slow_after.0 > 0.0 && money.slow_costs.0 > 0.0 {
        let label = format!("Answers slower than {} s", money.slow_after.0);
        lines.push(line("business.slow", label, of_month(|day| day.slow), money.slow_costs));
    }
    if money.lost_costs.0 > 0.0 {
        let label = "Requests without an answer".to_owned();
        lines.push(line("business.lost", label, of_month(|day| day.lost), money.lost_costs));
    }
    lines
}
