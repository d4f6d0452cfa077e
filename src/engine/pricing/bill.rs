use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Architecture, Free, Meter, Quantities, Rate, Tariff};
use crate::{
    metrics::Usage,
    units::{Mebibytes, Usd},
};

/// What a month costs, line by line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// The lines, in the order of the meters.
    pub lines: Vec<BillLine>,
    /// The sum of the lines, in dollars per month.
    pub total: Usd,
}

/// One charge of a month.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BillLine {
    /// The meter: `lambda.duration`.
    pub key: String,
    /// Its name in plain words.
    pub label: String,
    /// What a month is charged for, in [`BillLine::unit`]: what it used, less what was free.
    pub quantity: f64,
    /// What is counted, in the plural.
    pub unit: String,
    /// The price in words; from the first to the last of the tiers that the quantity reaches.
    pub rate: String,
    /// Dollars per month.
    pub cost: Usd,
    /// Where the prices come from.
    pub source: String,
    /// The oldest date on which one of them was seen to hold.
    pub as_of: String,
    /// Whether all of them were seen in the provider's own words.
    pub verified: bool,
}

/// Which of a provider's monthly allowances are taken off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FreeTier {
    /// None.
    #[default]
    Off,
    /// Those without end.
    Lasting,
    /// Those of an account's first year too.
    FirstYear,
}

/// What an account has agreed on beside the list prices.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// The allowances that count.
    pub free_tier: FreeTier,
    /// A discount on every line, from 0 to 100.
    pub discount_percent: f64,
    /// What a savings plan takes off the lines that it covers, from 0 to 100.
    pub savings_plan_percent: f64,
}

/// The bill of a month of such days of one function at this memory: on x86, in the home region, at list prices
/// and without free tiers.
pub fn monthly_bill(usage: &Usage, memory: Mebibytes) -> Bill {
    bill(&Quantities::of_month(usage, memory, Architecture::X86), Tariff::home(), &Terms::default())
}

/// The bill of a month's quantities.
pub fn bill(quantities: &Quantities, tariff: &Tariff, terms: &Terms) -> Bill {
    let mut allowances = Allowances::default();
    let line = |(meter, quantity)| {
        let rate = tariff.rate(meter);
        line(meter, rate, quantity - allowances.take(meter, rate, quantity, terms.free_tier), terms)
    };
    let lines: Vec<_> = quantities.iter().map(line).collect();
    let total = Usd(lines.iter().fold(0.0, |total, line| total + line.cost.0));
    Bill { lines, total }
}

/// The sum of a bill, without its words.
pub fn cost(quantities: &Quantities, tariff: &Tariff, terms: &Terms) -> Usd {
    let mut allowances = Allowances::default();
    let charged = |(meter, quantity)| {
        let rate = tariff.rate(meter);
        let paid = quantity - allowances.take(meter, rate, quantity, terms.free_tier);
        rate.cost(paid).0 * (paid_percent(rate, terms) / 100.0)
    };
    Usd(quantities.iter().map(charged).fold(0.0, |total, cost| total + cost))
}

/// What is left of allowances; several meters may share one.
#[derive(Default)]
struct Allowances<'a>(BTreeMap<&'a str, f64>);

impl<'a> Allowances<'a> {
    /// Takes as much of a quantity as is free.
    fn take(&mut self, meter: Meter, rate: &'a Rate, quantity: f64, tier: FreeTier) -> f64 {
        let Some(free) = rate.free.as_ref().filter(|free| free.counts(tier)) else { return 0.0 };
        let pool = free.pool.as_deref().unwrap_or_else(|| meter.key());
        let left = self.0.entry(pool).or_insert(free.per_month);
        let taken = quantity.min(*left);
        *left -= taken;
        taken
    }
}

impl Free {
    fn counts(&self, tier: FreeTier) -> bool {
        match tier {
            _ if self.included => true,
            FreeTier::Off => false,
            FreeTier::Lasting => !self.first_year,
            FreeTier::FirstYear => true,
        }
    }
}

/// The charge for what is not free.
fn line(meter: Meter, rate: &Rate, quantity: f64, terms: &Terms) -> BillLine {
    let tiers = rate.reached(quantity);
    let mut sources: Vec<_> = tiers.iter().map(|tier| tier.source.as_str()).collect();
    sources.dedup();
    let paid_percent = paid_percent(rate, terms);
    let mut words = rate.in_words(quantity);
    if paid_percent != 100.0 {
        words += &format!(", of which {paid_percent} % are paid");
    }
    BillLine {
        key: meter.key().to_owned(),
        label: rate.label.clone(),
        quantity,
        unit: rate.unit.clone(),
        rate: words,
        cost: Usd(rate.cost(quantity).0 * (paid_percent / 100.0)),
        source: sources.join("; "),
        as_of: tiers.iter().map(|tier| tier.as_of.as_str()).min().unwrap_or_default().to_owned(),
        verified: tiers.iter().all(|tier| tier.verified),
    }
}

/// What is left to pay of a list price: the savings plan comes off first, then the discount off the rest.
fn paid_percent(rate: &Rate, terms: &Terms) -> f64 {
    let saved = if rate.savings_plan { terms.savings_plan_percent } else { 0.0 };
    let paid = |percent: f64| 100.0 - percent.clamp(0.0, 100.0);
    paid(saved) * paid(terms.discount_percent) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day on which every count stands at one.
    fn everything() -> Usage {
        let counts: Vec<_> = Usage::NAMES.iter().map(|name| format!("\"{name}\": 1")).collect();
        serde_json::from_str(&format!("{{{}}}", counts.join(","))).expect("a count for each name")
    }

    fn keys(usage: &Usage) -> Vec<String> {
        monthly_bill(usage, Mebibytes(128.0)).lines.into_iter().map(|line| line.key).collect()
    }

    #[test]
    fn a_day_that_used_everything_has_a_line_for_every_meter_of_its_processor() {
        let expected: Vec<_> = Meter::ALL
            .iter()
            .filter(|meter| meter.measure() != crate::pricing::Measure::Function(Architecture::Arm64))
            .map(|meter| meter.key())
            .collect();
        assert_eq!(keys(&everything()), expected);
    }

    #[test]
    fn a_silent_day_still_has_the_two_lines_of_a_function() {
        assert_eq!(keys(&Usage::default()), ["lambda.requests", "lambda.duration"]);
        assert_eq!(monthly_bill(&Usage::default(), Mebibytes(512.0)).total, Usd(0.0));
    }

    #[test]
    fn a_line_is_verified_only_when_every_tier_that_it_reaches_is() {
        for (on_demand_ms, verified) in [(1_000, true), (1 << 48, false)] {
            let bill = monthly_bill(&Usage { on_demand_ms, ..Usage::default() }, Mebibytes(1_024.0));
            assert_eq!(bill.lines[1].verified, verified, "{on_demand_ms} ms: {:?}", bill.lines[1]);
            assert_eq!(bill.lines[1].as_of, "2026", "the oldest date holds for the line");
        }
    }

    fn quantities(of: &[(Meter, f64)]) -> Quantities {
        let mut quantities = Quantities::default();
        of.iter().for_each(|&(meter, quantity)| quantities.add(meter, quantity));
        quantities
    }

    fn check_terms(terms: Terms, of: &[(Meter, f64)], costs: &[f64]) {
        let bill = bill(&quantities(of), Tariff::home(), &terms);
        let got: Vec<_> = bill.lines.iter().map(|line| line.cost.0).collect();
        let near = got.iter().zip(costs).all(|(got, cost)| (got - cost).abs() < 1e-9);
        assert!(near && got.len() == costs.len(), "{terms:?} on {of:?}: {got:?} not {costs:?}");
    }

    #[test]
    fn free_allowances_come_off_the_quantity_and_some_are_shared() {
        let off = Terms::default();
        let lasting = Terms { free_tier: FreeTier::Lasting, ..off };
        let first_year = Terms { free_tier: FreeTier::FirstYear, ..off };
        let calls = [(Meter::LambdaRequests, 1.5e6), (Meter::LambdaAsyncExtra, 0.5e6)];
        check_terms(off, &calls, &[0.30, 0.10]);
        check_terms(lasting, &calls, &[0.10, 0.10]);
        let both = [(Meter::LambdaDuration, 300_000.0), (Meter::LambdaDurationArm, 200_000.0)];
        check_terms(lasting, &both, &[0.0, 100_000.0 * 0.0000133334]);
        let gateway = [(Meter::HttpApi, 3e6)];
        check_terms(lasting, &gateway, &[3.0]);
        check_terms(first_year, &gateway, &[2.0]);
        check_terms(lasting, &[(Meter::InternetTransfer, 101.0)], &[0.09]);
        check_terms(off, &[(Meter::WorkersPlan, 1.0), (Meter::WorkersRequests, 12e6)], &[5.0, 0.6]);
        check_terms(lasting, &[(Meter::QueueRequests, 0.5e6), (Meter::FifoQueueRequests, 1e6)], &[0.0, 0.25]);
    }

    #[test]
    fn a_savings_plan_covers_time_and_a_discount_covers_everything() {
        let used = [(Meter::LambdaRequests, 10e6), (Meter::LambdaHeld, 1e6)];
        let saved = Terms { savings_plan_percent: 17.0, ..Terms::default() };
        check_terms(saved, &used, &[2.0, 4.1667 * 0.83]);
        let both = Terms { discount_percent: 10.0, ..saved };
        check_terms(both, &used, &[1.8, 4.1667 * 0.83 * 0.9]);
        let line = bill(&quantities(&used), Tariff::home(), &both).lines.remove(0);
        assert_eq!(line.rate, "$0.20 per million requests, of which 90 % are paid");
    }
}
