use burstlab_engine::{
    pricing::{Meter, Tariff},
    scenario::{Outcome, Scenario},
};

/// A price that nobody has seen in the provider's own words, or that somebody has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceRow {
    /// What is paid for.
    pub meter: Meter,
    /// Its name for people.
    pub label: String,
    /// What a price is for: "dollars per million requests".
    pub unit: String,
    /// The present price.
    pub usd: f64,
    /// Whether it is the person's own.
    pub is_own: bool,
}

/// The meters of a bill whose prices are worth a look, in its order.
pub fn open_prices(outcome: &Outcome, scenario: &Scenario) -> Vec<Meter> {
    let meters = outcome.bill.lines.iter().map(|line| (Meter::of_key(&line.key), line.verified));
    let open = |(meter, verified): (Option<Meter>, bool)| {
        meter.filter(|&meter| !verified || scenario.money.prices.get(meter).is_some())
    };
    meters.filter_map(open).collect()
}

impl PriceRow {
    /// The price of a meter.
    pub fn of(meter: Meter, scenario: &Scenario) -> Self {
        let rate = Tariff::home().rate(meter);
        let own = scenario.money.prices.get(meter);
        Self {
            meter,
            label: rate.label.clone(),
            unit: format!("dollars per {}", rate.per_in_words()),
            usd: own.unwrap_or_else(|| rate.tiers.first().map_or(0.0, |tier| tier.usd)),
            is_own: own.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use burstlab_engine::scenario::estimate;

    use super::*;

    #[test]
    fn unverified_prices_and_ones_own_are_offered_each_once() {
        let mut scenario =
            Scenario::from_link("curve=0:1&way_in=http_api&traced_percent=5").expect("a good link");
        assert_eq!(open_prices(&estimate(&scenario), &scenario), [Meter::Traces]);
        let row = PriceRow::of(Meter::Traces, &scenario);
        assert_eq!((row.unit.as_str(), row.usd, row.is_own), ("dollars per million traces", 5.0, false));
        scenario.money.prices.set(Meter::Traces, Some(4.0));
        scenario.money.prices.set(Meter::HttpApi, Some(0.9));
        assert_eq!(open_prices(&estimate(&scenario), &scenario), [Meter::HttpApi, Meter::Traces]);
        assert_eq!(PriceRow::of(Meter::Traces, &scenario).usd, 4.0);
        assert!(PriceRow::of(Meter::HttpApi, &scenario).is_own);
    }
}
