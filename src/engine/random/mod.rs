//! Seeded random numbers, the laws that times are drawn from, and the only use of transcendental
//! functions: std's differ between native and wasm in the last bits, libm's do not.
//!
//! Start at [`Stream`] (where numbers come from), [`Law`] (what a time is like), [`Sampler`] (how a law is drawn
//! from in a nanosecond) and [`Joint`] (how the sum of two is, from one random number).

mod gamma;
mod joint;
mod law;
mod luck;
pub mod math;
mod pieces;
mod poisson;
mod sampler;
mod stream;

pub use gamma::gamma;
pub use joint::{Joint, JointCell, Place};
pub use law::Law;
pub use luck::{Chance, Even, Lots, Luck, part_of};
pub use poisson::poisson;
pub use sampler::Sampler;
pub use stream::{DayStream, Purpose, Stream};
