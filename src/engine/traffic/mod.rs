//! When requests arrive: a day's curve, sends at one instant, imported counts, and the arrivals drawn from them.
//!
//! The day is cyclic: midnight at its end is midnight at its start. This floor knows nothing of what a
//! request does once it has arrived. Start at [`Traffic`]: readers ask it for [`Traffic::rates`] and
//! [`Traffic::sends`], or for what is expected by minute or second, and need not know what these are made of.
//!
//! # What is left out
//! - How the evening before differs: each kind of day ([`Traffic::on_weekend`]) follows one of its own kind.
//! - Bunches longer than a second: with [`Traffic::dispersion`] each second is busier or quieter on its own.

mod arrivals;
mod curve;
mod knobs;
mod rates;
mod sends;
mod series;

use std::sync::Arc;

pub use arrivals::{Arrivals, Instants, Poisson, Sends};
pub use curve::{Curve, Point};
pub use knobs::TRAFFIC_KNOBS;
pub use rates::Rates;
pub use sends::{Jobs, Sent, Spike};
pub use series::{SECONDS_PER_DAY, Series};

use crate::units::{MINUTES_PER_DAY, PerSecond};

/// The highest rate that a point of the curve may have, and that is simulated, in requests per second.
pub const MOST_RATE: f64 = 20_000.0;
/// The most requests that a spike may have, and that one send is simulated with.
pub const MOST_SPIKE: u32 = 1_000_000;
/// The most points of a curve, and the most spikes of a day.
pub const MOST_POINTS: usize = 200;
/// The most arrivals that can be given one by one.
pub const MOST_INSTANTS: usize = 1_000_000;

/// A day of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The smooth part.
    pub curve: Curve,
    /// The sudden part, in time order.
    pub spikes: Vec<Spike>,
    /// What a timer sends.
    pub jobs: Jobs,
    /// Counts from elsewhere, on top of the curve.
    pub series: Option<Arc<Series>>,
    /// Arrivals given one by one, in seconds after midnight, in order. No chance and no growth touches them.
    pub instants: Arc<[f64]>,
    /// Variance over mean of the requests of one second: 1 where all come independently, more for bunches.
    pub dispersion: f64,
    /// How many times all of it comes, the instants apart. Rates stop at [`MOST_RATE`], sends at [`MOST_SPIKE`].
    pub growth: f64,
    /// What comes on a day of the weekend, times a weekday.
    pub weekend_share: f64,
}

impl Traffic {
    /// A curve and sends, without anything else.
    pub fn new(curve: Curve, spikes: Vec<Spike>) -> Self {
        Self {
            curve,
            spikes,
            jobs: Jobs { every_min: 0, requests: 100, offset_min: 0 },
            series: None,
            instants: Arc::default(),
            dispersion: 1.0,
            growth: 1.0,
            weekend_share: 1.0,
        }
    }

    /// The rate at each full minute; the last wraps to the first. Imported counts, and arrivals given one by
    /// one, have the mean rate of their minute; sends are not in it.
    pub fn rates(&self) -> Vec<PerSecond> {
        let mut rates = self.curve_rates();
        if let Some(series) = &self.series {
            for (rate, more) in rates.iter_mut().zip(series.minutes()) {
                *rate = (*rate + more * self.growth).min(MOST_RATE);
            }
        }
        for &seconds in self.instants.iter() {
            rates[minute_of(seconds)] += 1.0 / 60.0;
        }
        rates.into_iter().map(PerSecond).collect()
    }

    /// Requests expected in a day, a weekday.
    pub fn requests_per_day(&self) -> f64 {
        let smooth: f64 = self.rates().iter().map(|rate| rate.0 * 60.0).sum();
        smooth + self.sends().iter().map(|send| f64::from(send.requests)).sum::<f64>()
    }

    /// Requests expected in each minute of the day.
    pub fn expected_by_minute(&self) -> Vec<f64> {
        let mut expected: Vec<f64> = self.rates().iter().map(|rate| rate.0 * 60.0).collect();
        for send in self.sends() {
            expected[send.at.minute()] += f64::from(send.requests);
        }
        expected
    }

    /// Requests expected in each second of the day.
    pub fn expected_by_second(&self) -> Vec<f64> {
        let mut expected = self.rates_by_second();
        for send in self.sends_and_instants() {
            expected[send.at.as_secs() as usize] += f64::from(send.requests);
        }
        expected
    }

    /// The highest rate of the day, of what is not sent at once.
    pub fn peak_rate(&self) -> f64 {
        let of_minutes = self.rates().iter().map(|rate| rate.0).fold(0.0, f64::max);
        // Steps shorter than a minute may rise above its mean.
        let of_seconds = if self.series.is_some() { self.rates_by_second() } else { Vec::new() };
        of_seconds.into_iter().fold(of_minutes, f64::max)
    }

    /// More than ever come within a span of seconds, if all that is sent at once came in it too.
    pub fn most_within(&self, seconds: f64) -> f64 {
        let mean = self.peak_rate() * seconds;
        let sent: f64 = self.sends().iter().map(|send| f64::from(send.requests)).sum();
        // Twelve standard deviations, and for bunches forty e-folds of their tail: not once in the age of the universe.
        let chance = 12.0 * (mean * self.dispersion).sqrt() + 12.0 + 40.0 * (self.dispersion - 1.0);
        mean + chance + sent + self.instants.len() as f64
    }

    /// The day of a weekend; none where it is like every other.
    pub fn on_weekend(&self) -> Option<Self> {
        let share = self.weekend_share;
        (share != 1.0).then(|| Self {
            growth: self.growth * share,
            instants: thinned(&self.instants, share),
            weekend_share: 1.0,
            ..self.clone()
        })
    }

    /// The rate and the send, as grown, that go beyond what is simulated; see [`MOST_RATE`] and [`MOST_SPIKE`].
    pub fn beyond_caps(&self) -> (Option<f64>, Option<f64>) {
        let times = self.growth * self.weekend_share.max(1.0);
        let of_series = |second: usize| self.series.as_ref().map_or(0.0, |series| series.rate_in(second));
        let curve: Vec<f64> =
            (0..MINUTES_PER_DAY).map(|minute| self.curve.rate_at(minute as f64 / 60.0).0).collect();
        let rate = |second: usize| curve[second / 60] + of_series(second);
        let rate = (0..SECONDS_PER_DAY).map(rate).fold(0.0, f64::max) * times;
        let job = if self.jobs.every_min > 0 { self.jobs.requests } else { 0 };
        let sent = self.spikes.iter().map(|spike| spike.requests).chain([job]).max().unwrap_or_default();
        let sent = f64::from(sent) * times;
        // Rounding makes no excess.
        let beyond = |value: f64, most: f64| (value > most * (1.0 + 1e-9)).then_some(value);
        (beyond(rate, MOST_RATE), beyond(sent, f64::from(MOST_SPIKE)))
    }

    /// The curve's own rates at each full minute, grown.
    fn curve_rates(&self) -> Vec<f64> {
        let rate = |minute: usize| (self.curve.rate_at(minute as f64 / 60.0).0 * self.growth).min(MOST_RATE);
        (0..MINUTES_PER_DAY).map(rate).collect()
    }

    /// The rate in each second of the day.
    fn rates_by_second(&self) -> Vec<f64> {
        let rates = self.curve_rates();
        let rate = |second: usize| {
            let (minute, within) = (second / 60, (second % 60) as f64 / 60.0);
            let (from, to) = (rates[minute], rates[(minute + 1) % MINUTES_PER_DAY]);
            self.with_series(from + (to - from) * within, second)
        };
        (0..SECONDS_PER_DAY).map(rate).collect()
    }

    /// A rate of the curve with what the series adds in this second of the day.
    #[inline]
    fn with_series(&self, rate: f64, second: usize) -> f64 {
        match &self.series {
            Some(series) => (rate + series.rate_in(second) * self.growth).min(MOST_RATE),
            None => rate,
        }
    }
}

fn minute_of(seconds: f64) -> usize {
    ((seconds / 60.0) as usize).min(MINUTES_PER_DAY - 1)
}

/// So large a share of the instants, evenly picked; those of a share above one come several times.
fn thinned(instants: &[f64], share: f64) -> Arc<[f64]> {
    let until = |index: usize| (index as f64 * share).floor() as usize;
    let times = |index: usize| until(index + 1) - until(index);
    let each = instants.iter().enumerate().flat_map(|(index, &at)| std::iter::repeat_n(at, times(index)));
    each.collect()
}
