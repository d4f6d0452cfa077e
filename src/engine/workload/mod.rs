//! What one request asks of an environment: how long it waits on others, how long it computes, and how
//! long a new environment takes to start.
//!
//! # What is modelled
//! - Waiting (I/O) and computing (CPU) are drawn apart, each lognormal; computing scales with the share
//!   of a vCPU that the memory buys, up to the threads that the code computes on.
//! - A start (init) grows with the runtime and the package's size and does not depend on memory, since
//!   the provider starts environments at full speed whatever their memory.
//!
//! # What is left out
//! - The slowdown when memory runs short, snapshots, images, handshakes and other systems' tails.
//!
//! This floor knows nothing of fleets, queues or prices.

mod cpu;
mod function;
mod runtime;

pub use cpu::{speed, vcpu_memory};
pub use function::{Function, KNOBS, Laws};
pub use runtime::{Runtime, runtime, runtimes};
