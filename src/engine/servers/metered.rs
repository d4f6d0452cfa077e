use super::{Kind, Measure, Paying};
use crate::{metrics::Usage, units::DAY};

/// What a day on a kind of server used that somebody charges for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// Milliseconds of servers, from order to end.
    pub server_ms: u64,
    /// Milliseconds of instances that worked on requests.
    pub active_ms: u64,
    /// Requests that began.
    pub calls: u64,
    /// Their milliseconds, each as charged.
    pub call_ms: u64,
    /// vCPU-milliseconds of computing.
    pub computing_ms: u64,
}

/// How a day's use is counted.
#[derive(Clone, Copy, Debug)]
pub struct Metering<'a> {
    /// Of what.
    pub kind: &'a Kind,
    /// Paid how.
    pub paying: &'a Paying,
    /// The most servers at once: those that are committed to are paid for all day.
    pub most: u32,
    /// Memory that the code uses, in MB.
    pub used_mb: f64,
}

const DAY_MS: u64 = DAY.0 / 1_000_000;

impl Metering<'_> {
    /// Adds a day's use to the counts.
    pub fn meter(&self, metered: &Metered, usage: &mut Usage) {
        for (name, &measure) in &self.paying.counts {
            usage.add(name, self.count(measure, metered));
        }
    }

    fn count(&self, measure: Measure, metered: &Metered) -> u64 {
        let kind = self.kind;
        let server_ms = if self.paying.committed { u64::from(self.most) * DAY_MS } else { metered.server_ms };
        let times = |ms: u64, each: f64| (ms as f64 * each).round() as u64;
        match measure {
            Measure::Servers => server_ms,
            Measure::Processors => times(server_ms, kind.vcpus),
            Measure::Memory => times(server_ms, kind.memory_mb),
            Measure::ActiveProcessors => times(metered.active_ms, kind.vcpus),
            Measure::ActiveMemory => times(metered.active_ms, kind.memory_mb),
            Measure::Calls => metered.calls,
            Measure::CallMemory => times(metered.call_ms, kind.memory_mb),
            Measure::UsedMemory => times(metered.call_ms, (self.used_mb / 128.0).ceil().max(1.0) * 128.0),
            Measure::CallClock => times(metered.call_ms, kind.clock_mhz),
            Measure::Computing => metered.computing_ms,
            Measure::BeyondEarned => {
                let earned = times(server_ms, kind.vcpus * kind.earned.unwrap_or(1.0));
                metered.computing_ms.saturating_sub(earned)
            }
            Measure::Held => DAY_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::kind;

    #[test]
    fn each_way_of_paying_counts_what_it_charges_for() {
        let used =
            Metered { server_ms: 10_000, active_ms: 5_000, calls: 30, call_ms: 3_000, computing_ms: 9_000 };
        let none = Usage::default();
        for (key, way, expected) in [
            (
                "ec2_t3_medium",
                "on_demand",
                Usage { ec2_t3_medium_ms: 10_000, ec2_t3_surplus_vcpu_ms: 5_000, ..none },
            ),
            ("ec2_c5_large", "reserved", Usage { ec2_c5_large_reserved_ms: 3 * DAY_MS, ..none }),
            (
                "fargate_small",
                "spot",
                Usage { fargate_spot_vcpu_ms: 2_500, fargate_spot_mb_ms: 5_120_000, ..none },
            ),
            ("eks", "spot", Usage { ec2_c5_large_spot_ms: 10_000, eks_cluster_ms: DAY_MS, ..none }),
            (
                "cloud_run",
                "on_demand",
                Usage {
                    cloud_run_vcpu_ms: 5_000,
                    cloud_run_mb_ms: 2_560_000,
                    cloud_run_requests: 30,
                    ..none
                },
            ),
            ("azure_functions", "on_demand", Usage { azure_executions: 30, azure_mb_ms: 768_000, ..none }),
            (
                "workers",
                "on_demand",
                Usage { workers_plan_ms: DAY_MS, workers_requests: 30, workers_computing_ms: 9_000, ..none },
            ),
        ] {
            let kind = kind(key).expect("a kind of the catalog");
            let metering = Metering { kind, paying: &kind.paying[way], most: 3, used_mb: 200.0 };
            let mut usage = Usage::default();
            metering.meter(&used, &mut usage);
            assert_eq!(usage, expected, "{key} {way}");
        }
    }
}
