//! What one request asks of an environment: how long it waits on others, how long it computes, and how
//! long a new environment takes to start.
//!
//! # What is modelled
//! - Waiting (I/O) and computing (CPU) are drawn apart, each lognormal; computing scales with the share
//!   of a vCPU that the memory buys, up to the threads that the code computes on, and slows down where
//!   memory is hardly more than the code uses.
//! - A start (init) grows with the runtime and the package's size and does not depend on memory, since
//!   the provider starts environments at full speed whatever their memory. Image or zip, processor,
//!   private network and snapshot change it as measurements show.
//! - A curve of durations over memory can be read back into such a function: [`fit_memory`].
//!
//! - Besides its work a request may ask one system, which has a tail, fails, is cached and tried again; make
//!   connections; fail itself; and be cut off: [`Conduct`].
//!
//! # What is left out
//! - A processor that computes faster than another; a second system that is asked.
//!
//! This floor knows nothing of fleets, queues or prices.

mod conduct;
mod cpu;
mod fit;
mod function;
mod runtime;
mod start;

pub use conduct::{CONDUCT_KNOBS, Conduct, Connections, Dependency};
pub use cpu::{slowdown, speed, vcpu_memory};
pub use fit::{MemoryFit, fit_memory};
pub use function::{Function, KNOBS, Laws};
pub use runtime::{Runtime, runtime, runtimes};
pub use start::{Architecture, Network, PackageLaw, Packaging};
