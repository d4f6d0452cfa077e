use serde::Deserialize;

use super::Metering;
use crate::units::Usd;

/// What a provider asks for a quantity of one month.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// What is paid for, in plain words.
    pub label: String,
    /// What is counted, in the plural: "requests".
    pub unit: String,
    /// How many of them a price is for: 1, or a million.
    pub per: f64,
    /// Prices in order of the quantity at which they end; the last has no end.
    pub tiers: Vec<Tier>,
    /// What the provider gives away each month.
    pub free: Option<Free>,
    /// How a single thing is counted before it is summed.
    pub metering: Option<Metering>,
    /// Whether a savings plan lowers the price.
    pub savings_plan: bool,
}

/// A price that holds up to some quantity of a month.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The month's quantity at which the next tier starts.
    pub up_to: Option<f64>,
    /// Dollars for [`Rate::per`] units.
    pub usd: f64,
    /// The publication, by public address or title.
    pub source: String,
    /// The date on which it held.
    pub as_of: String,
    /// Whether it was seen in the provider's own words.
    pub verified: bool,
}

/// What a provider gives away each month to those whom it offers it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// Units of [`Rate::unit`].
    pub per_month: f64,
    /// The name of an allowance that several meters share; none where it is the meter's own.
    pub pool: Option<String>,
    /// Whether it ends with an account's first year.
    #[serde(default)]
    pub first_year: bool,
    /// Whether it is paid for with something else, and so counts for everyone.
    #[serde(default)]
    pub included: bool,
    /// The publication, by public address or title.
    pub source: String,
    /// The date on which it held.
    pub as_of: String,
    /// Whether it was seen in the provider's own words.
    pub verified: bool,
}

/// The part of a quantity that falls into one tier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Units of [`Rate::unit`].
    pub quantity: f64,
    /// Dollars for [`Rate::per`] units.
    pub usd: f64,
    /// Its cost.
    pub cost: Usd,
}

impl Rate {
    /// A rate of one price, from somewhere else than the catalog.
    pub fn flat(usd: f64, per: f64, source: &str, as_of: &str) -> Self {
        let tier =
            Tier { up_to: None, usd, source: source.to_owned(), as_of: as_of.to_owned(), verified: false };
        Self {
            label: "things".to_owned(),
            unit: "things".to_owned(),
            per,
            tiers: vec![tier],
            free: None,
            metering: None,
            savings_plan: false,
        }
    }

    /// A month's quantity, tier by tier: each part at its price. Tiers that it does not reach have a part of
    /// nothing.
    pub fn parts(&self, quantity: f64) -> impl Iterator<Item = Part> {
        self.starts().zip(&self.tiers).map(move |(start, tier)| {
            let end = tier.up_to.map_or(quantity, |up_to| quantity.min(up_to));
            let quantity = (end - start).max(0.0);
            Part { quantity, usd: tier.usd, cost: Usd(quantity * tier.usd / self.per) }
        })
    }

    /// The cost of a month's quantity.
    pub fn cost(&self, quantity: f64) -> Usd {
        // A plain `sum` starts at -0.0, which would be shown as a negative cost.
        Usd(self.parts(quantity).fold(0.0, |total, part| total + part.cost.0))
    }

    /// The tiers that a month's quantity reaches; the first in any case.
    pub fn reached(&self, quantity: f64) -> &[Tier] {
        let beyond = self.starts().skip(1).filter(|&start| start < quantity).count();
        &self.tiers[..self.tiers.len().min(1 + beyond)]
    }

    /// The price in words, from the first to the last tier that a quantity reaches.
    pub fn in_words(&self, quantity: f64) -> String {
        let per = self.per_in_words();
        match self.reached(quantity) {
            [] => String::new(),
            [only] => format!("{} per {per}", dollars(only.usd)),
            [first, .., last] => format!("from {} to {} per {per}", dollars(first.usd), dollars(last.usd)),
        }
    }

    /// The quantity at which each tier starts: zero, then where the one before ends.
    fn starts(&self) -> impl Iterator<Item = f64> {
        std::iter::once(0.0).chain(self.tiers.iter().filter_map(|tier| tier.up_to))
    }
}

/// A price with cents, or with all its digits where it has more.
fn dollars(usd: f64) -> String {
    let exact = usd.to_string();
    let decimals = exact.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals < 2 { format!("${usd:.2}") } else { format!("${exact}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::{Meter, Tariff};

    fn tier(up_to: Option<f64>, usd: f64) -> Tier {
        Tier { up_to, usd, source: String::new(), as_of: String::new(), verified: true }
    }

    /// 2 dollars each up to 10, then 1 dollar up to 30, then half a dollar.
    fn stairs() -> Rate {
        let tiers = vec![tier(Some(10.0), 2.0), tier(Some(30.0), 1.0), tier(None, 0.5)];
        Rate { tiers, ..Rate::flat(0.0, 1.0, "", "") }
    }

    #[test]
    fn each_part_costs_the_price_of_its_tier() {
        for (quantity, cost) in
            [(-1.0, 0.0), (0.0, 0.0), (4.0, 8.0), (10.0, 20.0), (11.0, 21.0), (30.0, 40.0), (50.0, 50.0)]
        {
            assert_eq!(stairs().cost(quantity), Usd(cost), "{quantity} things");
        }
    }

    #[test]
    fn words_name_the_tiers_that_are_reached() {
        for (quantity, words) in [
            (0.0, "$2.00 per thing"),
            (10.0, "$2.00 per thing"),
            (10.5, "from $2.00 to $1.00 per thing"),
            (31.0, "from $2.00 to $0.50 per thing"),
        ] {
            assert_eq!(stairs().in_words(quantity), words, "{quantity} things");
        }
        for (meter, words) in [
            (Meter::LambdaRequests, "$0.20 per million requests"),
            (Meter::LambdaDuration, "$0.0000166667 per GB-second"),
            (Meter::QueueRequests, "$0.40 per million requests"),
            (Meter::ObjectWrites, "$0.005 per thousand requests"),
            (Meter::EmailDeliveries, "$2.00 per 100000 deliveries"),
        ] {
            assert_eq!(Tariff::home().rate(meter).in_words(1.0), words, "{meter:?}");
        }
    }
}
