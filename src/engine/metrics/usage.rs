use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// What a day used, in the units that providers meter. Pricing reads this and nothing else of a run.
///
/// Times are milliseconds at the memory set, whole as the provider bills them (each request rounded up).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Calls of the function that ran; throttled ones are not charged.
    pub invocations: u64,
    /// Billed milliseconds in environments started on demand, their init included.
    pub on_demand_ms: u64,
    /// Billed milliseconds in environments held by provisioned concurrency.
    pub provisioned_ms: u64,
    /// Environment-milliseconds that provisioned concurrency was held.
    pub provisioned_held_ms: u64,
    /// Requests through the way in, the throttled ones included.
    pub gateway_requests: u64,
    /// Requests to the queue: sends, receives with and without messages, and deletions.
    pub queue_requests: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.invocations += other.invocations;
        self.on_demand_ms += other.on_demand_ms;
        self.provisioned_ms += other.provisioned_ms;
        self.provisioned_held_ms += other.provisioned_held_ms;
        self.gateway_requests += other.gateway_requests;
        self.queue_requests += other.queue_requests;
    }
}
