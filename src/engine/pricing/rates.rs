use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use crate::{facts, units::Usd};

/// What a provider asks for a quantity of one month.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// What is counted, in the plural: "requests".
    pub unit: String,
    /// How many of them a price is for: 1, or a million.
    pub per: f64,
    /// Prices in order of the quantity at which they end; the last has no end.
    pub tiers: Vec<Tier>,
    /// What the provider gives away each month.
    pub free: Option<Free>,
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
    /// The publication, by public address or title.
    pub source: String,
    /// The date on which it held.
    pub as_of: String,
    /// Whether it was seen in the provider's own words.
    pub verified: bool,
}

impl Rate {
    /// The cost of a month's quantity: each part of it at the price of the tier that it falls into.
    pub fn cost(&self, quantity: f64) -> Usd {
        let parts = self.starts().zip(&self.tiers).map(|(start, tier)| {
            let end = tier.up_to.map_or(quantity, |up_to| quantity.min(up_to));
            (end - start).max(0.0) * tier.usd / self.per
        });
        // A plain `sum` starts at -0.0, which would be shown as a negative cost.
        Usd(parts.fold(0.0, |total, part| total + part))
    }

    /// The cost with the provider's free allowance taken off the quantity first.
    pub fn cost_with_free(&self, quantity: f64) -> Usd {
        let free = self.free.as_ref().map_or(0.0, |free| free.per_month);
        self.cost((quantity - free).max(0.0))
    }

    /// The tiers that a month's quantity reaches; the first in any case.
    pub fn reached(&self, quantity: f64) -> &[Tier] {
        let beyond = self.starts().skip(1).filter(|&start| start < quantity).count();
        &self.tiers[..self.tiers.len().min(1 + beyond)]
    }

    /// The price in words, from the first to the last tier that a quantity reaches.
    pub fn in_words(&self, quantity: f64) -> String {
        let per = if self.per == 1.0 {
            self.unit.trim_end_matches('s').to_owned()
        } else if self.per == 1e6 {
            format!("million {}", self.unit)
        } else {
            format!("{} {}", self.per, self.unit)
        };
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

/// The rates of one service in one region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    /// The catalog holds one region so far; the name stands for the reader and for later ones.
    #[serde(rename = "region")]
    _region: String,
    rates: BTreeMap<String, Rate>,
}

/// The rate of a meter, named by its file in `catalog/services/` and its name in there:
/// `lambda.duration`.
pub fn rate(key: &str) -> Option<&'static Rate> {
    let (service, name) = key.split_once('.')?;
    services().get(service)?.rates.get(name)
}

/// The newest date on which a price of the catalog was seen to hold: a year, a month or a day.
pub fn price_date() -> &'static str {
    let tiers = services().values().flat_map(|service| service.rates.values()).flat_map(|rate| &rate.tiers);
    tiers.map(|tier| tier.as_of.as_str()).max().unwrap_or_default()
}

fn services() -> &'static BTreeMap<&'static str, Service> {
    static SERVICES: OnceLock<BTreeMap<&'static str, Service>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let read = |name| (name, facts::read(&format!("services/{name}")));
        facts::names("services").into_iter().map(read).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(up_to: Option<f64>, usd: f64) -> Tier {
        Tier { up_to, usd, source: String::new(), as_of: String::new(), verified: true }
    }

    /// 2 dollars each up to 10, then 1 dollar up to 30, then half a dollar.
    fn stairs() -> Rate {
        let tiers = vec![tier(Some(10.0), 2.0), tier(Some(30.0), 1.0), tier(None, 0.5)];
        let free = Free { per_month: 4.0, source: String::new(), as_of: String::new(), verified: true };
        Rate { unit: "things".into(), per: 1.0, tiers, free: Some(free) }
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
    fn the_free_allowance_comes_off_the_quantity() {
        for (quantity, cost) in [(0.0, 0.0), (3.0, 0.0), (4.0, 0.0), (5.0, 2.0), (34.0, 40.0)] {
            assert_eq!(stairs().cost_with_free(quantity), Usd(cost), "{quantity} things");
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
        for (key, words) in [
            ("lambda.requests", "$0.20 per million requests"),
            ("lambda.duration", "$0.0000166667 per GB-second"),
            ("sqs.standard", "$0.40 per million requests"),
        ] {
            assert_eq!(rate(key).map(|rate| rate.in_words(1.0)).as_deref(), Some(words), "{key}");
        }
    }

    #[test]
    fn the_date_of_the_prices_is_the_newest_of_all_tiers() {
        let dates =
            services().values().flat_map(|service| service.rates.values()).flat_map(|rate| &rate.tiers);
        assert!(dates.clone().all(|tier| tier.as_of.as_str() <= price_date()), "{}", price_date());
        assert!(dates.clone().any(|tier| tier.as_of == price_date()));
        assert!(price_date().starts_with("20"), "{}", price_date());
    }

    #[test]
    fn every_rate_of_the_catalog_has_tiers_that_ascend_and_only_the_last_is_open() {
        for (service, name, rate) in services()
            .iter()
            .flat_map(|(service, file)| file.rates.iter().map(move |(name, rate)| (service, name, rate)))
        {
            let ends: Vec<_> = rate.tiers.iter().map(|tier| tier.up_to.unwrap_or(f64::INFINITY)).collect();
            assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{service}.{name}: {ends:?}");
            assert_eq!(ends.last(), Some(&f64::INFINITY), "{service}.{name} ends nowhere");
            assert!(rate.per > 0.0 && rate.tiers.iter().all(|tier| tier.usd > 0.0), "{service}.{name}");
        }
    }
}
