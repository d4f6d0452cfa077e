//! Amounts that stand for themselves, and how large things count as several.

use burstlab_engine::pricing::{Measure, Meter, Tariff};

use super::{KB_PER_GB, Month};
use crate::{
    key::Dimension::{self, Count, Size, SizeTime, Time},
    words::Name,
};

impl Month<'_> {
    /// Amounts that stand for themselves: so many requests, GB, hours. Each goes to the first meter that it names.
    pub(super) fn amounts(&mut self) -> Result<(), String> {
        let ruled = self.quantities.clone();
        for name in self.subject.names().filter(|name| ruled.get(name.meter).is_none()) {
            for noun in name.nouns() {
                if let Some((quantity, dimension)) = self.amount(name, noun)? {
                    self.claimed.push((noun, dimension));
                    self.quantities.add(name.meter, quantity);
                    break;
                }
            }
        }
        Ok(())
    }

    /// The quantity that inputs of a noun come to, and the dimension that it was found in.
    fn amount(&self, name: &Name, noun: &'static str) -> Result<Option<(f64, Dimension)>, String> {
        let given = |dimension| {
            if self.claimed.contains(&(noun, dimension)) {
                Ok(None)
            } else {
                self.inputs.total(noun, dimension)
            }
        };
        let scaled = |dimension, scale: f64| Ok(given(dimension)?.map(|amount| (amount * scale, dimension)));
        match name.meter.measure() {
            Measure::Each => Ok(self.things(name.meter, noun, given(Count)?)?.map(|things| (things, Count))),
            Measure::Hours => match given(Time)? {
                Some(seconds) => Ok(Some((self.how_many()? * seconds / 3_600.0, Time))),
                None if noun.is_empty() => Ok(None),
                None => self.held(noun, given(Count)?),
            },
            Measure::Seconds => scaled(Time, 1.0),
            // No published bill states a clock.
            Measure::GigahertzSeconds => Ok(None),
            Measure::Months => scaled(Count, 1.0),
            Measure::Gigabytes | Measure::Memory | Measure::GigabyteMonths => scaled(Size, 1.0 / KB_PER_GB),
            Measure::DecimalGigabytes | Measure::DecimalGigabyteMonths => scaled(Size, 1e-6),
            Measure::Function(_) | Measure::GigabyteSeconds => scaled(SizeTime, 1.0),
            Measure::GigabyteHours | Measure::RoomHours => scaled(SizeTime, 1.0 / 3_600.0),
            Measure::EdgeFunction => scaled(SizeTime, 8.0),
        }
    }

    /// A number of things, large ones counted as several; or what is already counted so.
    fn things(&self, meter: Meter, noun: &str, given: Option<f64>) -> Result<Option<f64>, String> {
        if noun != "requests" {
            return Ok(given.map(|things| things * self.pieces(meter)));
        }
        let counted = given.map(|requests| requests * self.pieces(meter));
        let stated = match (given, self.inputs.count("metered_requests")?) {
            // A request counts as one at least: a lower number is that of a single request.
            (Some(requests), Some(metered)) if metered < requests => Some(requests * metered),
            (_, metered) => metered,
        };
        if let (Some(counted), Some(stated)) = (counted, stated)
            && (counted - stated).abs() > 1e-3 * stated
        {
            self.inputs.note(format!("{stated} metered requests are stated, the payload comes to {counted}"));
        }
        Ok(stated.or(counted))
    }

    /// The units that one payload of the case counts as.
    pub(super) fn pieces(&self, meter: Meter) -> f64 {
        let size = |noun| self.inputs.each(noun, Size);
        let Some(steps) =
            Tariff::home().rate(meter).metering.as_ref().filter(|steps| steps.next_kb.is_some())
        else {
            return 1.0;
        };
        let both = [size("request"), size("response")].into_iter().flatten().reduce(|sent, got| sent + got);
        let payload = ["payload", "message", "event", "item"].into_iter().find_map(size).or(both);
        let mut steps = steps.clone();
        if let Some(step) = size("metering") {
            (steps.first_kb, steps.next_kb) = (Some(step), Some(step));
        }
        match (payload, size("metered")) {
            // Nothing is metered at less than its size: a smaller number is the step. MB may be of 1,000 KB.
            (Some(payload), Some(metered)) if metered < payload / 1.024 => {
                (steps.first_kb, steps.next_kb) = (Some(metered), Some(metered));
                steps.pieces(payload)
            }
            (_, Some(metered)) => steps.pieces(metered),
            (payload, None) => steps.pieces(payload.unwrap_or_default()),
        }
    }

    /// So many units held as long as things ran.
    fn held(&self, noun: &str, units: Option<f64>) -> Result<Option<(f64, Dimension)>, String> {
        let Some(units) = units else { return Ok(None) };
        let seconds = self.inputs.running_s()?.ok_or_else(|| format!("no time is given for {noun}"))?;
        Ok(Some((units * self.how_many()? * seconds / 3_600.0, Count)))
    }

    /// How many of a thing were held at once.
    pub(super) fn how_many(&self) -> Result<f64, String> {
        let mut product = 1.0;
        for noun in ["azs", "zones", "instances", "nodes", "replicas", "gateways", "balancers"] {
            product *= self.inputs.count(noun)?.unwrap_or(1.0);
        }
        Ok(product)
    }
}
