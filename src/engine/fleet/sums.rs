use serde::{Deserialize, Serialize};

use crate::metrics::{Histogram, Timeline, Usage};

/// Makes the sums from their fields, so that adding cannot forget one.
macro_rules! totals {
    ($($(#[$doc:meta])* $sum:ident,)*) => {
        /// Sums over a day, or over a stretch of it.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct DayTotals {
            $($(#[$doc])* pub $sum: u64,)*
            /// Most environments at work at once.
            pub busy_most: u32,
        }

        impl DayTotals {
            fn add(&mut self, other: &Self) {
                $(self.$sum += other.$sum;)*
                self.busy_most = self.busy_most.max(other.busy_most);
            }
        }
    };
}

totals! {
    /// Requests that arrived.
    arrived,
    /// Requests turned away.
    throttled,
    /// Requests that failed.
    failed,
    /// Requests that took longer than they may.
    timed_out,
    /// Requests put aside after their last try.
    dead_lettered,
    /// Requests that are gone, and nobody was told.
    lost,
    /// Tries after the first.
    retried,
    /// Answered requests that waited for a start.
    cold,
    /// Answered requests that waited in the queue.
    queued,
    /// Requests worked on once more.
    duplicates,
    /// Batches and events that found no place.
    refused,
    /// Calls that started an environment.
    started,
    /// Nanoseconds that environments were at work.
    busy_ns,
    /// Nanoseconds that environments were without work, those held by provisioned concurrency apart.
    idle_ns,
    /// Nanoseconds that pollers spent on an empty queue.
    idle_polling_ns,
    /// Requests to the queue that received or deleted messages.
    queue_calls,
}

impl DayTotals {
    /// Requests that will never be answered.
    pub fn unanswered(&self) -> u64 {
        self.throttled + self.failed + self.timed_out + self.dead_lettered + self.lost
    }
}

/// All that is counted of a day, or of a stretch of it: stretches add up to the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySums {
    /// The sums.
    pub totals: DayTotals,
    /// What was used, as metered.
    pub usage: Usage,
    /// Latencies of all answered requests.
    pub latencies: Histogram,
    /// Minute by minute.
    pub timeline: Timeline,
}

impl DaySums {
    /// Adds another stretch of the same day.
    pub fn merge(&mut self, other: &Self) {
        self.totals.add(&other.totals);
        self.usage += other.usage;
        self.latencies.merge(&other.latencies);
        self.timeline.merge(&other.timeline);
    }
}
