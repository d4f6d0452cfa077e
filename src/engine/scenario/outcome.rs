use serde::{Deserialize, Serialize};

use super::Budget;
use crate::{
    metrics::{Cause, CauseSums, Minute, SliceLatency, Usage},
    pricing::{Bill, BillLine},
};

/// How an outcome was got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fidelity {
    /// From formulas, within a frame.
    Estimate,
    /// From formulas that do not hold for the scenario, and are only the nearest there are.
    Guess,
    /// Some minutes of each hour simulated request by request, the rest taken to be like them.
    Sampled,
    /// Every request simulated, instants rounded to a share of the time between two of them.
    Fast,
    /// Every request simulated.
    Exact,
}

/// What became of the day's requests.
///
/// `arrived = answered + throttled + failed + timed_out + dead_lettered + lost + waiting`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests that arrived.
    pub arrived: u64,
    /// Requests that got their answer, or whose message was worked on.
    pub answered: u64,
    /// Requests turned away for good.
    pub throttled: u64,
    /// Requests that failed, and were not tried again.
    pub failed: u64,
    /// Requests that took longer than the function, the way in or the caller allows.
    pub timed_out: u64,
    /// Requests put aside as dead letters after their last try.
    pub dead_lettered: u64,
    /// Requests that are gone, and nobody was told.
    pub lost: u64,
    /// Requests that arrived in the day and were still waiting, or to be tried again, when it ended.
    pub waiting: u64,
    /// Answered requests that had to wait for an environment to start.
    pub cold: u64,
    /// Answered requests that waited in the queue.
    pub queued: u64,
    /// Tries after the first.
    pub retried: u64,
    /// Requests worked on once more: messages not done when they became visible again, and what senders
    /// sent again while it was worked on.
    pub duplicates: u64,
    /// Batches and events that the function turned away, to come again later.
    pub refused: u64,
}

/// How long callers wait for their answer, in seconds; for queued work from enqueue to done. Over
/// answered requests: what was turned away stands beside it in [`Counts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Percentiles {
    /// Mean.
    pub mean_s: f64,
    /// Median.
    pub p50_s: f64,
    /// 90th percentile.
    pub p90_s: f64,
    /// 95th percentile.
    pub p95_s: f64,
    /// 99th percentile: 1 in 100 waits longer.
    pub p99_s: f64,
    /// 99.9th percentile.
    pub p999_s: f64,
}

/// What one cause of delay takes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CauseShare {
    /// The cause.
    pub cause: Cause,
    /// Seconds it takes of such a request, on average.
    pub mean_s: f64,
}

/// Where the time of some requests went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// How many requests these are.
    pub requests: u64,
    /// Mean seconds by cause; their sum is the mean latency of these requests.
    pub causes: Vec<CauseShare>,
}

/// The fleet over the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FleetUse {
    /// Environments at work, on average.
    pub busy_mean: f64,
    /// Environments without work, on average, the provisioned ones apart.
    pub idle_mean: f64,
    /// Most environments at work at once.
    pub busy_most: u32,
    /// Environments started because a request needed them.
    pub started: u64,
}

/// The answer to a scenario: one simulated day, and the bill of a month of such days. Where a weekend is not like
/// it, the day is a weekday, and only the bill knows both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Version of the engine that answered; another may answer otherwise.
    pub engine: String,
    /// How the answer was got.
    pub fidelity: Fidelity,
    /// The seed whose random numbers were used.
    pub seed: u64,
    /// What became of the requests.
    pub counts: Counts,
    /// How long the answered ones waited.
    pub latency: Percentiles,
    /// Where the time of all answered requests went.
    pub all: Tail,
    /// Where the time of the slowest 1 % went.
    pub slowest: Tail,
    /// The fleet.
    pub fleet: FleetUse,
    /// What the day used, as metered; a weekday.
    pub usage: Usage,
    /// What a day of the weekend used; none where it is like every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekend_usage: Option<Usage>,
    /// What a month of such days costs, five weekdays and two days of the weekend a week.
    pub bill: Bill,
    /// What becomes of the budget; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// What a month's slow and lost answers cost the business, line by line; no part of the bill.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub business: Vec<BillLine>,
    /// The day minute by minute.
    pub minutes: Vec<Minute>,
    /// Where the time of the answered requests went that arrived in each minute: microseconds by cause, in the
    /// order of [`crate::metrics::CAUSES`], summed over them.
    pub minute_causes_us: Vec<CauseSums>,
    /// Latency by slices of 10 minutes; none where nothing was answered.
    pub slices: Vec<Option<SliceLatency>>,
}

impl Counts {
    /// Requests that got no answer within the day, for whatever reason.
    pub fn unanswered(&self) -> u64 {
        self.throttled + self.failed + self.timed_out + self.dead_lettered + self.lost + self.waiting
    }
}

impl Outcome {
    /// The share of requests that got no answer within the day, from 0 to 1.
    pub fn unanswered_share(&self) -> f64 {
        share(self.counts.unanswered(), self.counts.arrived)
    }

    /// The share of answered requests that waited for a start, from 0 to 1.
    pub fn cold_share(&self) -> f64 {
        share(self.counts.cold, self.counts.answered)
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
