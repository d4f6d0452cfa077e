//! Seeded random numbers, the laws that times are drawn from, and the only use of transcendental
//! functions: std's differ between native and wasm in the last bits, libm's do not.
//!
//! Start at [`Stream`] (where numbers come from), [`Law`] (what a time is like) and [`Sampler`] (how a
//! law is drawn from in a nanosecond).

mod gamma;
mod law;
mod luck;
pub mod math;
mod sampler;
mod stream;

pub use gamma::gamma;
pub use law::Law;
pub use luck::{Chance, Even, Lots, Luck, part_of};
pub use sampler::Sampler;
pub use stream::{DayStream, Purpose, Stream};
