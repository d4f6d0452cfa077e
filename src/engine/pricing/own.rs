use std::sync::Arc;

use super::{Meter, Rate, Tariff, Tier};

/// Prices of one's own in the place of the catalog's.
#[derive(Clone, Debug, Default)]
pub struct OwnPrices {
    /// In the order of a bill.
    given: Vec<(Meter, f64)>,
    /// The home region's rates with them; none while there are none.
    tariff: Option<Arc<Tariff>>,
}

/// What a bill says instead of a source.
pub const YOUR_PRICE: &str = "your price";
/// No price of one's own is higher.
pub const MOST_PRICE: f64 = 1e6;

impl OwnPrices {
    /// Puts a price in the place of all tiers, in dollars for [`Rate::per`] units, or takes it back. What is free stays
    /// so.
    pub fn set(&mut self, meter: Meter, usd: Option<f64>) {
        self.given.retain(|(own, _)| *own != meter);
        if let Some(usd) = usd {
            let place = self.given.iter().filter(|(own, _)| *own < meter).count();
            self.given.insert(place, (meter, usd.clamp(0.0, MOST_PRICE)));
        }
        self.tariff = (!self.given.is_empty()).then(|| Arc::new(self.put_in_place()));
    }

    /// The price of a meter, where it is one's own.
    pub fn get(&self, meter: Meter) -> Option<f64> {
        self.iter().find(|(own, _)| *own == meter).map(|(_, usd)| usd)
    }

    /// All of them, in the order of a bill.
    pub fn iter(&self) -> impl Iterator<Item = (Meter, f64)> {
        self.given.iter().copied()
    }

    /// The rates that hold with them.
    pub fn tariff(&self) -> &Tariff {
        self.tariff.as_deref().unwrap_or_else(|| Tariff::home())
    }

    fn put_in_place(&self) -> Tariff {
        let mut tariff = Tariff::home().clone();
        for (meter, usd) in self.iter() {
            tariff.rate_mut(meter).tiers = vec![Tier {
                up_to: None,
                usd,
                source: YOUR_PRICE.to_owned(),
                as_of: String::new(),
                verified: true,
            }];
        }
        tariff
    }
}

impl PartialEq for OwnPrices {
    fn eq(&self, other: &Self) -> bool {
        self.given == other.given
    }
}

impl Rate {
    /// What a price is for, in words: "million requests", "GB".
    pub fn per_in_words(&self) -> String {
        match self.per {
            1.0 => self.unit.trim_end_matches('s').to_owned(),
            1e3 => format!("thousand {}", self.unit),
            1e6 => format!("million {}", self.unit),
            per => format!("{per} {}", self.unit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::{Quantities, Terms, bill};

    #[test]
    fn a_price_of_ones_own_stands_for_all_tiers_until_it_is_taken_back() {
        let mut own = OwnPrices::default();
        let mut used = Quantities::default();
        used.add(Meter::HttpApi, 400e6);
        let line = |own: &OwnPrices| bill(&used, own.tariff(), &Terms::default()).lines.remove(0);
        assert_eq!((line(&own).cost.0, line(&own).source.contains("aws.amazon.com")), (390.0, true));
        own.set(Meter::HttpApi, Some(0.5));
        own.set(Meter::LambdaRequests, Some(-1.0));
        let changed = line(&own);
        assert_eq!(
            (changed.cost.0, changed.source.as_str(), changed.as_of.as_str()),
            (200.0, YOUR_PRICE, "")
        );
        assert!(changed.verified && changed.rate == "$0.50 per million requests", "{changed:?}");
        assert_eq!(own.iter().collect::<Vec<_>>(), [(Meter::LambdaRequests, 0.0), (Meter::HttpApi, 0.5)]);
        [Meter::HttpApi, Meter::LambdaRequests].into_iter().for_each(|meter| own.set(meter, None));
        assert_eq!(own, OwnPrices::default());
        assert_eq!(line(&own).cost.0, 390.0);
    }
}
