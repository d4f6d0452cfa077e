use std::{collections::BTreeMap, ops::AddAssign};

use super::{Measure, Meter};
use crate::{metrics::Usage, units::Mebibytes};

/// Days in the month that providers reckon with: 730 hours.
pub const DAYS_PER_MONTH: f64 = HOURS_PER_MONTH / 24.0;

const HOURS_PER_MONTH: f64 = 730.0;

/// The processor that a function runs on; each has its price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Architecture {
    /// Intel and AMD.
    #[default]
    X86,
    /// The provider's own.
    Arm64,
}

/// What a month used, by meter, in the units of the rates. A meter that is named has a line, even at zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quantities(BTreeMap<Meter, f64>);

impl Quantities {
    /// A month of such days of one function, at its memory and on its processor. Counts that stand at nothing are
    /// left out, except the two that every function has.
    pub fn of_month(day: &Usage, memory: Mebibytes, architecture: Architecture) -> Self {
        Self::of_days(day, 1, memory, architecture)
    }

    /// A month of what so many days used together, like [`Quantities::of_month`].
    pub fn of_days(usage: &Usage, days: usize, memory: Mebibytes, architecture: Architecture) -> Self {
        let mut quantities = Self::of_servers(usage, days, memory, architecture);
        let duration = match architecture {
            Architecture::X86 => Meter::LambdaDuration,
            Architecture::Arm64 => Meter::LambdaDurationArm,
        };
        [Meter::LambdaRequests, duration].into_iter().for_each(|always| quantities.add(always, 0.0));
        quantities
    }

    /// A month of what so many days used together, where no function need be among it: only what counts has a line.
    pub fn of_servers(usage: &Usage, days: usize, memory: Mebibytes, architecture: Architecture) -> Self {
        let quantity = |&meter: &Meter| {
            // Scaled before the tiers, which are of a month.
            let quantity = counted(meter, usage, memory, architecture) * (DAYS_PER_MONTH / days as f64);
            (quantity > 0.0).then_some((meter, quantity))
        };
        let mut quantities = Self::default();
        Meter::ALL.iter().filter_map(quantity).for_each(|(meter, quantity)| quantities.add(meter, quantity));
        quantities
    }

    /// Adds to what is there.
    pub fn add(&mut self, meter: Meter, quantity: f64) {
        *self.0.entry(meter).or_default() += quantity;
    }

    /// So many times all of it.
    pub fn times(mut self, factor: f64) -> Self {
        self.0.values_mut().for_each(|quantity| *quantity *= factor);
        self
    }

    /// What is there of a meter.
    pub fn get(&self, meter: Meter) -> Option<f64> {
        self.0.get(&meter).copied()
    }

    /// All of it, in the order of a bill.
    pub fn iter(&self) -> impl Iterator<Item = (Meter, f64)> {
        self.0.iter().map(|(&meter, &quantity)| (meter, quantity))
    }
}

/// Several functions on one bill.
impl AddAssign for Quantities {
    fn add_assign(&mut self, other: Self) {
        other.iter().for_each(|(meter, quantity)| self.add(meter, quantity));
    }
}

/// A quantity in the unit of the rate.
fn counted(meter: Meter, usage: &Usage, memory: Mebibytes, architecture: Architecture) -> f64 {
    let count = meter.count(usage) as f64;
    match meter.measure() {
        Measure::Each => count,
        Measure::Seconds => count / 1_000.0,
        Measure::GigahertzSeconds => count / 1e6,
        Measure::Hours => count / MS_PER_HOUR,
        Measure::Months => count / MS_PER_HOUR / HOURS_PER_MONTH,
        Measure::Gigabytes => count / GIBIBYTE,
        Measure::DecimalGigabytes => count / 1e9,
        Measure::Memory => Mebibytes(count).gibibytes(),
        Measure::GigabyteSeconds => Mebibytes(count).gibibytes() / 1_000.0,
        Measure::GigabyteHours => Mebibytes(count).gibibytes() / MS_PER_HOUR,
        Measure::RoomHours => Mebibytes(count).gibibytes(),
        Measure::GigabyteMonths => Mebibytes(count).gibibytes() / HOURS_PER_MONTH,
        Measure::DecimalGigabyteMonths => count / 1_000.0 / HOURS_PER_MONTH,
        Measure::Function(on) if on != architecture => 0.0,
        Measure::Function(_) => count / 1_000.0 * memory.gibibytes(),
        Measure::EdgeFunction => count / 1_000.0 * memory.0 / 128.0,
    }
}

const MS_PER_HOUR: f64 = 3_600_000.0;
const GIBIBYTE: f64 = 1_073_741_824.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(usage: Usage, meter: Meter, architecture: Architecture, expected: f64) {
        let got = Quantities::of_month(&usage, Mebibytes(2_048.0), architecture).get(meter);
        let near = got.is_some_and(|got| (got - expected).abs() <= 1e-12 * expected);
        assert!(near, "{meter:?} on {architecture:?}: {got:?} not {expected}");
    }

    #[test]
    fn each_measure_makes_its_unit_of_a_day() {
        let none = Usage::default();
        let (day_ms, x86) = (86_400_000, Architecture::X86);
        check(Usage { traces: 24, ..none }, Meter::Traces, x86, 730.0);
        check(Usage { nat_ms: day_ms, ..none }, Meter::NatHours, x86, 730.0);
        check(Usage { metric_ms: 3 * day_ms, ..none }, Meter::Metrics, x86, 3.0);
        check(Usage { nat_bytes: 24 << 30, ..none }, Meter::NatData, x86, 730.0);
        check(Usage { durable_written_bytes: 24_000_000_000, ..none }, Meter::DurableWritten, x86, 730.0);
        check(Usage { snapshot_restored_mb: 24 * 1_024, ..none }, Meter::SnapshotsRestored, x86, 730.0);
        check(Usage { express_mb_ms: 24 * 1_024_000, ..none }, Meter::ExpressDuration, x86, 730.0);
        check(Usage { fargate_mb_ms: 1_024 * day_ms, ..none }, Meter::FargateMemory, x86, 730.0);
        check(Usage { redis_mb_hours: 24 * 1_024, ..none }, Meter::RedisRoom, x86, 730.0);
        check(Usage { object_mb_hours: 24 * 1_024, ..none }, Meter::ObjectStorage, x86, 1.0);
        check(Usage { durable_stored_mb_hours: 24_000, ..none }, Meter::DurableStored, x86, 1.0);
        check(Usage { on_demand_ms: 12_000, ..none }, Meter::LambdaDuration, x86, 730.0);
        check(Usage { on_demand_ms: 12_000, ..none }, Meter::LambdaDurationArm, Architecture::Arm64, 730.0);
        check(Usage { cloud_run_vcpu_ms: 24_000, ..none }, Meter::CloudRunProcessors, x86, 730.0);
        check(Usage { cloud_functions_mhz_ms: 24_000_000, ..none }, Meter::CloudFunctionsClock, x86, 730.0);
        check(Usage { ec2_c5_large_ms: 2 * day_ms, ..none }, Meter::C5Large, x86, 1_460.0);
        check(Usage { edge_ms: 24_000, ..none }, Meter::EdgeDuration, x86, 730.0 * 16.0);
    }

    #[test]
    fn a_week_of_equal_days_is_a_month_of_such_days() {
        let (day, week) =
            (Usage { traces: 24, ..Usage::default() }, Usage { traces: 168, ..Usage::default() });
        let of_day = Quantities::of_month(&day, Mebibytes(128.0), Architecture::X86).get(Meter::Traces);
        let of_week = Quantities::of_days(&week, 7, Mebibytes(128.0), Architecture::X86).get(Meter::Traces);
        assert!((of_day.expect("traces") - of_week.expect("traces")).abs() < 1e-9, "{of_day:?} {of_week:?}");
    }

    #[test]
    fn functions_on_one_bill_add_up() {
        let day = Usage { invocations: 24, ..Usage::default() };
        let mut both = Quantities::of_month(&day, Mebibytes(128.0), Architecture::X86);
        both += Quantities::of_month(&day, Mebibytes(128.0), Architecture::Arm64);
        assert!((both.get(Meter::LambdaRequests).expect("calls") - 1_460.0).abs() < 1e-9);
        assert_eq!(both.get(Meter::LambdaDurationArm), Some(0.0));
        assert_eq!(both.get(Meter::NatHours), None);
    }
}
