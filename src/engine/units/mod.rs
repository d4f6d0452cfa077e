//! Quantities with their unit in the type, and the description of a knob.
//!
//! Start at [`SimTime`]: simulators count integer nanoseconds, so that times compare, add up and
//! travel between machines without rounding. Everything else here is a number that knows its unit.

mod knob;
mod number;
mod order;
mod quantity;
mod time;

pub use knob::{Knob, KnobSpec, Level};
pub use number::number;
pub use order::sort_by_number;
pub use quantity::{Mebibytes, Milliseconds, PerSecond, Seconds, Usd};
pub use time::{DAY, HOUR, MINUTE, MINUTES_PER_DAY, SECOND, SimTime};
