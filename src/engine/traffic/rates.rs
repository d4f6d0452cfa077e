use std::sync::Arc;

use super::{MOST_RATE, SECONDS_PER_DAY, Series, Traffic};
use crate::{
    random::{Purpose, Stream, gamma},
    units::MINUTES_PER_DAY,
};

/// The rate of the smooth part second by second, day after day: the curve's, with what is imported. Where requests
/// come in bunches, the rate of each second is multiplied by a gamma value of mean 1, which makes the second's
/// count negative binomial.
#[derive(Clone, Debug)]
pub struct Rates {
    seed: u64,
    /// The curve's rate at each full minute, in requests per second; one for all where there is but one.
    curve: Vec<f64>,
    /// Imported counts, and how many times they come.
    series: Option<(Arc<Series>, f64)>,
    /// What the variance of a second's requests has beyond a Poisson process, over the mean, and where its
    /// chance comes from.
    excess: f64,
    bursts: Stream,
    /// Minute of the day at the clock's zero.
    first_minute: usize,
}

impl Rates {
    /// Those of this traffic, the clock's zero standing for a minute of the day.
    pub fn new(traffic: &Traffic, seed: u64, first_minute: usize) -> Self {
        Self {
            seed,
            curve: traffic.curve_rates(),
            series: traffic.series.clone().map(|series| (series, traffic.growth)),
            excess: traffic.dispersion - 1.0,
            bursts: Stream::new(seed, Purpose::Bursts, first_minute),
            first_minute,
        }
    }

    /// One rate at all times, in requests per second.
    pub fn steady(rate: f64, seed: u64) -> Self {
        let bursts = Stream::new(seed, Purpose::Bursts, 0);
        Self { seed, curve: vec![rate], series: None, excess: 0.0, bursts, first_minute: 0 }
    }

    /// Where the numbers of a run come from: the seed, and the minute of the day at the clock's zero.
    pub fn place(&self) -> (u64, usize) {
        (self.seed, self.first_minute)
    }

    /// The rate in a second, counted from the clock's zero; all are to be entered, one after the other.
    ///
    /// The curve runs straight from full minute to full minute; a second has the rate of its middle.
    pub fn enter(&mut self, second: u64) -> f64 {
        let minute = (self.first_minute + (second / 60) as usize) % MINUTES_PER_DAY;
        let at = |minute: usize| self.curve[minute % self.curve.len()];
        let (from, to) = (at(minute), at((minute + 1) % MINUTES_PER_DAY));
        let place = ((second % 60) as f64 + 0.5) / 60.0;
        let mut rate = from + (to - from) * place;
        if let Some((series, times)) = &self.series {
            let second = (self.first_minute * 60 + second as usize) % SECONDS_PER_DAY;
            rate = (rate + series.rate_in(second) * times).min(MOST_RATE);
        }
        if self.excess > 0.0 {
            if second.is_multiple_of(60) {
                self.bursts = Stream::new(self.seed, Purpose::Bursts, minute);
            }
            rate = gamma(rate / self.excess, &mut self.bursts) * self.excess;
        }
        rate
    }
}
