//! How a scenario's use is paid for, and what is weighed against the bill: terms, prices of one's own, a budget, and
//! what slow and lost answers cost the business.

use serde_json::{Map, Value};

use super::{Problem, pairs};
use crate::{
    pricing::{FreeTier, MOST_PRICE, Meter, OwnPrices, Tariff, Terms},
    units::{Knob, KnobSpec, Level, Seconds, Usd},
};

/// What people can say about money.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Money {
    /// Allowances and discounts.
    pub terms: Terms,
    /// Prices in the place of the catalog's.
    pub prices: OwnPrices,
    /// What a month may cost; nothing where nobody says.
    pub budget: Usd,
    /// An answer that takes longer is slow; nothing where nobody asks.
    pub slow_after: Seconds,
    /// What a slow answer costs the business.
    pub slow_costs: Usd,
    /// What a request without an answer costs it.
    pub lost_costs: Usd,
}

impl Money {
    /// Whether slow or lost answers cost the business anything.
    pub fn is_business_asked(&self) -> bool {
        self.slow_after.0 > 0.0 && self.slow_costs.0 > 0.0 || self.lost_costs.0 > 0.0
    }
}

const fn knob(
    (key, label, term): (&'static str, &'static str, &'static str),
    (unit, most, step): (&'static str, f64, f64),
    help: &'static str,
) -> KnobSpec {
    KnobSpec {
        key,
        label,
        term,
        unit,
        least: 0.0,
        most,
        step,
        whole: false,
        default: 0.0,
        help,
        source: "assumption: nothing where nobody says",
        level: Level::Expert,
    }
}

/// The numbers of it.
pub const MONEY_KNOBS: &[Knob<Money>] = &[
    Knob {
        spec: knob(
            ("discount_percent", "discount", ""),
            ("percent", 100.0, 1.0),
            "Taken off every line of the bill.",
        ),
        get: |money| money.terms.discount_percent,
        set: |money, value| money.terms.discount_percent = value,
    },
    Knob {
        spec: knob(
            ("savings_plan_percent", "saved by a commitment", "savings plan"),
            ("percent", 100.0, 1.0),
            "Taken off the lines that a savings plan covers, before any discount; for functions up to 17 percent.",
        ),
        get: |money| money.terms.savings_plan_percent,
        set: |money, value| money.terms.savings_plan_percent = value,
    },
    Knob {
        spec: knob(
            ("budget_usd", "budget", ""),
            ("dollars a month", 100_000.0, 10.0),
            "The bill says on which day of the month this much is used up; 0 is no budget.",
        ),
        get: |money| money.budget.0,
        set: |money, value| money.budget = Usd(value),
    },
    Knob {
        spec: knob(
            ("slow_after_s", "an answer is slow after", "target"),
            ("seconds", 900.0, 0.1),
            "From here on an answer costs the business what is set below; 0 asks for nothing.",
        ),
        get: |money| money.slow_after.0,
        set: |money, value| money.slow_after = Seconds(value),
    },
    Knob {
        spec: knob(
            ("slow_usd", "what a slow answer costs", "business cost"),
            ("dollars", 1_000.0, 0.01),
            "Dollars that the business loses with each slow answer; they stand beside the bill and are no part of it.",
        ),
        get: |money| money.slow_costs.0,
        set: |money, value| money.slow_costs = Usd(value),
    },
    Knob {
        spec: knob(
            ("lost_usd", "what a lost answer costs", "business cost"),
            ("dollars", 1_000.0, 0.01),
            "Dollars that the business loses with each request that gets no answer; they stand beside the bill and are no part of it.",
        ),
        get: |money| money.lost_costs.0,
        set: |money, value| money.lost_costs = Usd(value),
    },
];

/// Free tiers by name, the default first.
pub const FREE_TIERS: [(&str, &str, FreeTier); 3] = [
    ("off", "not counted", FreeTier::Off),
    ("lasting", "those without end", FreeTier::Lasting),
    ("first_year", "also those of the first year", FreeTier::FirstYear),
];

/// Prices of one's own as a document has them, dollars by meter: those that are right, and what is wrong with others.
pub fn read_rates(value: &Value) -> (OwnPrices, Vec<Problem>) {
    let (mut prices, mut problems) = (OwnPrices::default(), Vec::new());
    let Some(fields) = value.as_object() else {
        problems.push(Problem::new("rates", r#"should be prices by meter: {"lambda.requests": 0.15}."#));
        return (prices, problems);
    };
    for (key, value) in fields {
        match read_rate(key, value) {
            Ok((meter, usd)) => prices.set(meter, Some(usd)),
            Err(message) => problems.push(Problem::new(format!("rates.{key}"), message)),
        }
    }
    (prices, problems)
}

fn read_rate(key: &str, value: &Value) -> Result<(Meter, f64), String> {
    let meter =
        Meter::of_key(key).ok_or_else(|| format!("is nothing that is charged for{}.", nearest(key)))?;
    let usd = value.as_f64().filter(|usd| (0.0..=MOST_PRICE).contains(usd)).ok_or_else(|| {
        let per = Tariff::home().rate(meter).per_in_words();
        format!("{value} should be a number from 0 to {MOST_PRICE}, in dollars per {per}.")
    })?;
    Ok((meter, usd))
}

/// A meter of the same name or of the same service.
fn nearest(key: &str) -> String {
    let (service, name) = key.split_once('.').unwrap_or((key, key));
    let mut parts = Meter::ALL.iter().map(|meter| meter.key().split_once('.').unwrap_or_default());
    let same_name = parts.clone().find(|part| part.1 == name);
    let found = same_name.or_else(|| parts.find(|part| part.0 == service));
    found.map_or_else(String::new, |(service, name)| format!("; did you mean {service}.{name}?"))
}

/// The tree that [`read_rates`] reads.
pub fn rates_value(prices: &OwnPrices) -> Value {
    let mut fields = Map::new();
    fields.extend(prices.iter().map(|(meter, usd)| (meter.key().to_owned(), pairs::number(usd))));
    Value::Object(fields)
}

/// As a link writes them: `lambda.requests:0.15,xray.recorded:4`.
pub fn rates_text(prices: &OwnPrices) -> String {
    let parts: Vec<_> =
        prices.iter().map(|(meter, usd)| format!("{}:{}", meter.key(), pairs::number(usd))).collect();
    parts.join(",")
}

/// The tree of such a text.
pub fn rates_of_text(text: &str) -> Value {
    let mut fields = Map::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (key, usd) = part.split_once(':').unwrap_or((part, ""));
        fields.insert(key.to_owned(), pairs::scalar(usd));
    }
    Value::Object(fields)
}
