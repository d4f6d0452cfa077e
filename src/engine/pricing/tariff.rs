use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::{Free, Meter, Metering, Rate, Tier};
use crate::facts;

/// The region whose list prices stand where none is named.
pub const HOME_REGION: &str = "us-east-1";

/// Prices that hold in every region that has none of its own.
const EVERYWHERE: &str = "global";

/// The rates of one region, one for every meter.
#[derive(Clone, Debug, PartialEq)]
pub struct Tariff(Vec<Rate>);

/// A rate as the catalog keeps it: what does not differ, and prices by region.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Priced {
    label: String,
    unit: String,
    per: f64,
    #[serde(default)]
    savings_plan: bool,
    metering: Option<Metering>,
    free: Option<Free>,
    prices: BTreeMap<String, Vec<Tier>>,
}

/// What the catalog's folder of services holds: rates by name, by file.
type Services = BTreeMap<String, BTreeMap<String, Priced>>;

impl Tariff {
    /// The catalog's list prices in the home region.
    pub fn home() -> &'static Self {
        static HOME: OnceLock<Tariff> = OnceLock::new();
        HOME.get_or_init(|| Self::of(HOME_REGION).expect("the catalog prices every meter at home"))
    }

    /// The catalog's list prices in a region; otherwise what the catalog lacks there.
    pub fn of(region: &str) -> Result<Self, String> {
        from_services(facts::read("services"), region)
    }

    /// List prices from a text of the catalog's form, as JSON: `{"lambda": {"requests": {…}}}`.
    pub fn parse(services: &str, region: &str) -> Result<Self, String> {
        let services = serde_json::from_str(services).map_err(|error| error.to_string())?;
        from_services(services, region)
    }

    /// The rate of a meter.
    pub fn rate(&self, meter: Meter) -> &Rate {
        &self.0[meter as usize]
    }

    /// The rate of a meter, to put another price in its place.
    pub fn rate_mut(&mut self, meter: Meter) -> &mut Rate {
        &mut self.0[meter as usize]
    }
}

/// The newest date on which a price at home was seen to hold: a year, a month or a day.
pub fn price_date() -> &'static str {
    let tiers = Tariff::home().0.iter().flat_map(|rate| &rate.tiers);
    tiers.map(|tier| tier.as_of.as_str()).max().unwrap_or_default()
}

/// All rates or none: a bill that left out what has no price would look cheap.
fn from_services(mut services: Services, region: &str) -> Result<Tariff, String> {
    let mut rate = |meter: &Meter| {
        let (service, name) = meter.key().split_once('.').unwrap_or_default();
        let priced = services.get_mut(service).and_then(|rates| rates.remove(name));
        priced.and_then(|priced| priced.in_region(region)).ok_or(meter.key())
    };
    let rates: Vec<_> = Meter::ALL.iter().map(&mut rate).collect();
    let lacking: Vec<_> = rates.iter().filter_map(|rate| rate.as_ref().err().copied()).collect();
    if lacking.is_empty() {
        Ok(Tariff(rates.into_iter().flatten().collect()))
    } else {
        Err(format!("no prices in {region} for {}", lacking.join(", ")))
    }
}

impl Priced {
    fn in_region(mut self, region: &str) -> Option<Rate> {
        let tiers = self.prices.remove(region).or_else(|| self.prices.remove(EVERYWHERE))?;
        let Self { label, unit, per, savings_plan, metering, free, .. } = self;
        Some(Rate { label, unit, per, tiers, free, metering, savings_plan })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meter_has_a_rate_whose_tiers_ascend_to_an_open_end() {
        for &meter in Meter::ALL {
            let Rate { tiers, per, label, unit, .. } = Tariff::home().rate(meter);
            let ends: Vec<_> = tiers.iter().map(|tier| tier.up_to.unwrap_or(f64::INFINITY)).collect();
            assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{meter:?}: {ends:?}");
            assert_eq!(ends.last(), Some(&f64::INFINITY), "{meter:?} ends nowhere");
            assert!(*per > 0.0 && !label.is_empty() && !unit.is_empty(), "{meter:?}");
            for tier in tiers {
                assert!(
                    !tier.source.is_empty() && !tier.as_of.is_empty(),
                    "{meter:?} has no source and date"
                );
            }
        }
    }

    #[test]
    fn the_date_of_the_prices_is_the_newest_of_all_tiers() {
        let dates = Tariff::home().0.iter().flat_map(|rate| &rate.tiers);
        assert!(dates.clone().all(|tier| tier.as_of.as_str() <= price_date()), "{}", price_date());
        assert!(dates.clone().any(|tier| tier.as_of == price_date()));
        assert!(price_date().starts_with("20"), "{}", price_date());
    }

    #[test]
    fn every_rate_of_the_catalog_has_a_meter() {
        let services: Services = facts::read("services");
        let keys = services.iter().flat_map(|(service, rates)| {
            rates.keys().map(move |name| format!("{service}.{name}")).collect::<Vec<_>>()
        });
        for key in keys {
            assert!(Meter::ALL.iter().any(|meter| meter.key() == key), "nothing is metered as {key}");
        }
    }

    #[test]
    fn a_region_without_all_prices_is_refused_with_what_it_lacks() {
        let lacking = Tariff::of("atlantis-1").expect_err("no such region");
        assert!(lacking.contains("atlantis-1") && lacking.contains("lambda.requests"), "{lacking}");
        assert!(!lacking.contains("edge.requests"), "what is the same everywhere holds there too: {lacking}");
        assert!(Tariff::parse("{}", HOME_REGION).is_err() && Tariff::parse("[", HOME_REGION).is_err());
    }
}
