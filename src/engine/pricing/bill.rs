use serde::{Deserialize, Serialize};

use super::{Rate, rate};
use crate::{
    metrics::Usage,
    units::{Mebibytes, Usd},
};

/// What a month costs, line by line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// The lines, in the order of the table of meters.
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
    /// What a month uses, in [`BillLine::unit`].
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

/// Days in the month that providers reckon with: 730 hours.
pub const DAYS_PER_MONTH: f64 = 730.0 / 24.0;

/// The bill of a month of such days at this memory: x86, us-east-1, free tiers off. Lines of meters that
/// stand still are left out, except the two that every function has.
pub fn monthly_bill(usage: &Usage, memory: Mebibytes) -> Bill {
    let lines: Vec<_> = METERS.iter().filter_map(|meter| meter.line(usage, memory)).collect();
    let total = Usd(lines.iter().fold(0.0, |total, line| total + line.cost.0));
    Bill { lines, total }
}

/// A quantity of a day's usage that has a price.
struct Meter {
    /// Its rate in the catalog: file and name.
    key: &'static str,
    label: &'static str,
    /// Whether it is shown at zero.
    always: bool,
    /// A day's quantity, in the unit of the rate.
    daily: fn(&Usage, Mebibytes) -> f64,
}

/// Everything that is charged for. A new service is one more row, its catalog file, and its meter.
const METERS: &[Meter] = &[
    Meter {
        key: "lambda.requests",
        label: "calls of the function",
        always: true,
        daily: |usage, _| usage.invocations as f64,
    },
    Meter {
        key: "lambda.duration",
        label: "time the function ran",
        always: true,
        daily: |usage, memory| gb_seconds(usage.on_demand_ms, memory),
    },
    Meter {
        key: "lambda.provisioned_held",
        label: "copies kept warm",
        always: false,
        daily: |usage, memory| gb_seconds(usage.provisioned_held_ms, memory),
    },
    Meter {
        key: "lambda.provisioned_duration",
        label: "time the function ran in copies kept warm",
        always: false,
        daily: |usage, memory| gb_seconds(usage.provisioned_ms, memory),
    },
    Meter {
        key: "api_gateway.http_api",
        label: "requests through the HTTP API",
        always: false,
        daily: |usage, _| usage.gateway_requests as f64,
    },
    Meter {
        key: "sqs.standard",
        label: "requests to the queue",
        always: false,
        daily: |usage, _| usage.queue_requests as f64,
    },
];

fn gb_seconds(milliseconds: u64, memory: Mebibytes) -> f64 {
    milliseconds as f64 / 1_000.0 * memory.gibibytes()
}

impl Meter {
    /// The month's charge; none where there is nothing to charge.
    fn line(&self, usage: &Usage, memory: Mebibytes) -> Option<BillLine> {
        // Scaled before the tiers, which are of a month.
        let quantity = (self.daily)(usage, memory) * DAYS_PER_MONTH;
        if quantity == 0.0 && !self.always {
            return None;
        }
        Some(self.charge(rate(self.key)?, quantity))
    }

    fn charge(&self, rate: &Rate, quantity: f64) -> BillLine {
        let tiers = rate.reached(quantity);
        let mut sources: Vec<_> = tiers.iter().map(|tier| tier.source.as_str()).collect();
        sources.dedup();
        BillLine {
            key: self.key.to_owned(),
            label: self.label.to_owned(),
            quantity,
            unit: rate.unit.clone(),
            rate: rate.in_words(quantity),
            cost: rate.cost(quantity),
            source: sources.join("; "),
            as_of: tiers.iter().map(|tier| tier.as_of.as_str()).min().unwrap_or_default().to_owned(),
            verified: tiers.iter().all(|tier| tier.verified),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: Usage = Usage {
        invocations: 1,
        on_demand_ms: 1,
        provisioned_ms: 1,
        provisioned_held_ms: 1,
        gateway_requests: 1,
        queue_requests: 1,
    };

    fn keys(usage: &Usage) -> Vec<String> {
        monthly_bill(usage, Mebibytes(128.0)).lines.into_iter().map(|line| line.key).collect()
    }

    #[test]
    fn every_meter_has_its_rate_in_the_catalog() {
        let expected: Vec<_> = METERS.iter().map(|meter| meter.key).collect();
        assert_eq!(keys(&EVERYTHING), expected);
    }

    #[test]
    fn a_silent_day_still_has_the_two_lines_of_a_function() {
        assert_eq!(keys(&Usage::default()), ["lambda.requests", "lambda.duration"]);
        assert_eq!(monthly_bill(&Usage::default(), Mebibytes(512.0)).total, Usd(0.0));
    }

    #[test]
    fn a_line_is_verified_only_when_every_tier_that_it_reaches_is() {
        for (on_demand_ms, verified) in [(1_000, true), (1 << 48, false)] {
            let bill = monthly_bill(&Usage { on_demand_ms, ..EVERYTHING }, Mebibytes(1_024.0));
            assert_eq!(bill.lines[1].verified, verified, "{on_demand_ms} ms: {:?}", bill.lines[1]);
            assert_eq!(bill.lines[1].as_of, "2026", "the oldest date holds for the line");
        }
    }
}
