//! Values that a simulator fills: a histogram of latencies with their causes, a timeline of the day,
//! and the meters that money is made from.
//!
//! All of them merge: two runs' values add up to the value of both. Sums are integers, so that the
//! order of adding does not show. This floor knows neither what is simulated nor what anything costs.

mod histogram;
mod timeline;
mod usage;
mod window;

pub use histogram::{CAUSES, Cause, CauseSums, Histogram, SparseCounts, add_causes};
pub use timeline::{Minute, SLICE_MINUTES, SLICES_PER_DAY, SliceLatency, Timeline};
pub use usage::Usage;
pub use window::Window;
