//! Groups of servers under requests: who finds a vCPU free, who waits for one, and when the group grows.
//!
//! Start at [`Group`]: one common queue before all vCPUs of the group. [`Day`] drives it with a day's arrivals and
//! fills a [`Record`]; [`Fluid`] answers the same within a frame, by formulas. A [`Kind`] is what can be rented, from
//! the catalog; what a day on it used goes out as [`crate::metrics::Usage`]. Simulators know no prices.
//!
//! # What is modelled
//! - A request computes on one vCPU, in the order of arrival, and is not interrupted; then it waits on others, which
//!   takes a place on its server but no vCPU. Taking turns would spread the same delay otherwise: requests here are
//!   short beside a server's life, and first come, first served is what theory has exact answers for.
//! - The balancer spreads ideally: nobody waits while a vCPU anywhere is free.
//! - Requests that have waited as long as they may leave the queue; one that is cut off later keeps its vCPU to the
//!   end of its computing, since the server does not know.
//! - Target tracking by datapoints of a minute, with the time that a new server takes to start; instances that come
//!   with the requests, from none, and stay for a while without.
//! - Time billed from the order of a server to its end, in steps and with a least time; or while requests are worked
//!   on; or by the request.
//!
//! # What is left out
//! - A balancer that is not ideal, zones, deployments, servers that fail or are taken away (spot), and draining.
//! - Memory of a server that many requests at once might fill; a request that computes on several vCPUs.
//! - Callers that try again.

mod day;
mod fluid;

mod group;
mod kind;
mod machines;
mod metered;
mod record;
mod scaling;

pub use day::{Day, Demand, Need, Window};

pub use fluid::{Fluid, FluidDay, Offered, first_size};
pub use group::Group;
pub use kind::{Form, Kind, Measure, Paying, kind, kinds};
pub use metered::{Metered, Metering};
pub use record::{Record, Sample, ServerMinute, Totals};
pub use scaling::{Elastic, Scaling, Size, Tracker, Tracking};
