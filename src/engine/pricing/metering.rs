use serde::Deserialize;

use crate::units::Mebibytes;

/// How a provider counts a single thing before it is summed over the month. All of it is data of the catalog;
/// what a service does not mention does not matter to it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Metering {
    /// The payload, in KB, that the first unit covers, and each further one.
    pub first_kb: Option<f64>,
    /// The payload that each further unit covers.
    pub next_kb: Option<f64>,
    /// Time counts in steps of so many seconds.
    pub step_s: Option<f64>,
    /// Time counts as so many seconds at least.
    pub least_s: Option<f64>,
    /// Memory counts in steps of so many MB.
    pub step_mb: Option<f64>,
    /// Room that costs nothing.
    pub included_mb: Option<f64>,
    /// The fewest units that can be held.
    pub least: Option<f64>,
    /// What one unit carries in each dimension.
    pub dimensions: Vec<(String, f64)>,
    /// The publication, by public address or title.
    pub source: String,
    /// The date on which it held.
    pub as_of: String,
    /// Whether it was seen in the provider's own words.
    pub verified: bool,
}

impl Metering {
    /// The units that one payload counts as; an empty one is a unit too.
    pub fn pieces(&self, payload_kb: f64) -> f64 {
        let (Some(first), Some(next)) = (self.first_kb, self.next_kb) else { return 1.0 };
        1.0 + steps(payload_kb - first, next)
    }

    /// The units of things that go in batches: each batch is one payload.
    pub fn batched(&self, things: f64, most: f64, each_kb: f64) -> f64 {
        let batch = most.max(1.0);
        (things / batch).ceil() * self.pieces(batch.min(things) * each_kb)
    }

    /// The time that is charged for a span.
    pub fn charged_s(&self, seconds: f64) -> f64 {
        if seconds <= 0.0 {
            return 0.0;
        }
        let stepped = self.step_s.map_or(seconds, |step| steps(seconds, step) * step);
        stepped.max(self.least_s.unwrap_or_default())
    }

    /// The memory that is charged for.
    pub fn charged_memory(&self, memory: Mebibytes) -> Mebibytes {
        Mebibytes(self.step_mb.map_or(memory.0, |step| steps(memory.0, step) * step))
    }

    /// The room that is charged for: what is more than included.
    pub fn beyond_included(&self, room: Mebibytes) -> Mebibytes {
        Mebibytes((room.0 - self.included_mb.unwrap_or_default()).max(0.0))
    }

    /// The units held where so many would do.
    pub fn held(&self, units: f64) -> f64 {
        if units > 0.0 { units.max(self.least.unwrap_or_default()) } else { 0.0 }
    }

    /// The units that a load counts as: those of its fullest dimension. A dimension that the service does not
    /// meter counts nothing.
    pub fn fullest(&self, load: &[(&str, f64)]) -> f64 {
        let of =
            |dimension: &str| load.iter().find(|(name, _)| *name == dimension).map_or(0.0, |load| load.1);
        self.dimensions.iter().map(|(name, per_unit)| of(name) / per_unit).fold(0.0, f64::max)
    }
}

/// How many steps an amount takes up; what floating point adds to a whole number of them is no further step.
fn steps(amount: f64, step: f64) -> f64 {
    (amount / step * (1.0 - 1e-12)).ceil().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::{Meter, Tariff};

    fn metering(meter: Meter) -> &'static Metering {
        Tariff::home().rate(meter).metering.as_ref().expect("a meter that counts in steps")
    }

    #[test]
    fn payloads_count_in_the_steps_of_their_service() {
        for (meter, payload_kb, pieces) in [
            (Meter::HttpApi, 0.0, 1.0),
            (Meter::HttpApi, 58.0, 1.0),
            (Meter::HttpApi, 512.0, 1.0),
            (Meter::HttpApi, 512.1, 2.0),
            (Meter::HttpApi, 5_120.0, 10.0),
            (Meter::LambdaAsyncExtra, 256.0, 1.0),
            (Meter::LambdaAsyncExtra, 257.0, 2.0),
            (Meter::LambdaAsyncExtra, 1_024.0, 13.0),
            (Meter::WebSocketMessages, 33.0, 2.0),
            (Meter::QueueRequests, 1_024.0, 16.0),
            (Meter::BusEvents, 64.0, 1.0),
            (Meter::TableWrites, 1.5, 2.0),
            (Meter::TableReads, 4.5, 2.0),
        ] {
            assert_eq!(metering(meter).pieces(payload_kb), pieces, "{meter:?} of {payload_kb} KB");
        }
        assert_eq!(Metering::default().pieces(1e9), 1.0, "without steps a thing is one");
    }

    #[test]
    fn a_batch_is_one_payload() {
        for (things, most, each_kb, calls) in [
            (1e6, 1.0, 1.0, 1e6),
            (1e6, 10.0, 1.0, 1e5),
            (1e6, 10.0, 10.0, 2e5),
            (5.0, 10.0, 13.0, 2.0),
            (0.0, 10.0, 1.0, 0.0),
        ] {
            let got = metering(Meter::QueueRequests).batched(things, most, each_kb);
            assert_eq!(got, calls, "{things} things of {each_kb} KB by {most}");
        }
    }

    #[test]
    fn time_counts_in_steps_and_at_least_so_much() {
        for (meter, seconds, charged) in [
            (Meter::LambdaDuration, 0.1001, 0.101),
            (Meter::LambdaDuration, 0.12, 0.12),
            (Meter::LambdaHeld, 1.0, 300.0),
            (Meter::LambdaHeld, 28_800.0, 28_800.0),
            (Meter::SnapshotsKept, 60.0, 10_800.0),
            (Meter::QueuePollers, 1.5, 60.0),
            (Meter::QueuePollers, 60.5, 61.0),
            (Meter::ExpressDuration, 0.01, 0.1),
            (Meter::NatHours, 3_601.0, 7_200.0),
            (Meter::FargateProcessors, 10.0, 60.0),
            (Meter::NatHours, 0.0, 0.0),
        ] {
            let got = metering(meter).charged_s(seconds);
            assert!((got - charged).abs() < 1e-9, "{meter:?} for {seconds} s: {got} not {charged}");
        }
    }

    #[test]
    fn memory_disk_and_capacity_count_as_their_services_say() {
        assert_eq!(metering(Meter::ExpressDuration).charged_memory(Mebibytes(65.0)), Mebibytes(128.0));
        assert_eq!(metering(Meter::LambdaEphemeral).beyond_included(Mebibytes(2_048.0)), Mebibytes(1_536.0));
        assert_eq!(metering(Meter::LambdaEphemeral).beyond_included(Mebibytes(100.0)), Mebibytes(0.0));
        assert_eq!(metering(Meter::QueuePollers).held(1.0), 2.0);
        assert_eq!(metering(Meter::QueuePollers).held(0.0), 0.0);
        let load = [("new_connections_per_s", 50.0), ("active_connections", 3_000.0), ("gb_per_hour", 0.5)];
        assert_eq!(metering(Meter::BalancerCapacity).fullest(&load), 2.0);
    }
}
