//! When requests arrive: a day's curve, sends at one instant, and the arrivals drawn from them.
//!
//! The day is cyclic: midnight at its end is midnight at its start. This floor knows nothing of what a
//! request does once it has arrived.

mod arrivals;
mod curve;

pub use arrivals::{Arrivals, Poisson};
pub use curve::{Curve, Point};

use crate::units::{MINUTES_PER_DAY, PerSecond};

/// The highest rate that a point of the curve may have, in requests per second.
pub const MOST_RATE: f64 = 20_000.0;
/// The most requests that a spike may have.
pub const MOST_SPIKE: u32 = 1_000_000;
/// The most points of a curve, and the most spikes of a day.
pub const MOST_POINTS: usize = 200;

/// Requests that all arrive at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// When, in hours after midnight: 0 or more, less than 24.
    pub hour: f64,
    /// How many.
    pub requests: u32,
}

/// A day of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The smooth part.
    pub curve: Curve,
    /// The sudden part, in time order.
    pub spikes: Vec<Spike>,
}

impl Traffic {
    /// The rate at each full minute; the last wraps to the first.
    pub fn rates(&self) -> Vec<PerSecond> {
        (0..MINUTES_PER_DAY).map(|minute| self.curve.rate_at(minute as f64 / 60.0)).collect()
    }

    /// Requests expected in a day.
    pub fn requests_per_day(&self) -> f64 {
        let smooth: f64 = self.rates().iter().map(|rate| rate.0 * 60.0).sum();
        smooth + self.spikes.iter().map(|spike| f64::from(spike.requests)).sum::<f64>()
    }
}
