use super::Traffic;
use crate::{
    random::{Law, Purpose, Sampler, Stream},
    units::{MINUTE, MINUTES_PER_DAY, SECOND, SimTime},
};

/// The instants at which a day's requests arrive, in order, day after day.
///
/// The smooth part is a Poisson process whose rate follows the curve second by second; each minute of
/// the day draws from a stream of its own, so that the same minute has the same arrivals in every run
/// of the same seed, and dragging 18:00 leaves 09:00 as it was. The iterator never ends: the caller
/// stops at its last day.
#[derive(Clone, Debug)]
pub struct Arrivals {
    seed: u64,
    gaps: Sampler,
    /// The rate at each full minute, in requests per second.
    rates: Vec<f64>,
    spikes: Spikes,
    stream: Stream,
    /// Minute of the day at the clock's zero.
    first_minute: usize,
    /// The second that is being filled, counted from the clock's zero.
    second: u64,
    /// Its rate, and one over it.
    rate: f64,
    gap_scale: f64,
    /// How far into the second the last arrival was, in seconds.
    within: f64,
    /// The next arrival of the smooth part.
    smooth: SimTime,
}

/// The sends at one instant, day after day.
#[derive(Clone, Debug)]
struct Spikes {
    /// Instants since the clock's zero within the first day, with the requests, in order.
    day: Vec<(SimTime, u32)>,
    next: usize,
    left: u32,
    at: SimTime,
}

impl Arrivals {
    /// The arrivals of this traffic, the clock's zero standing for a minute of the day.
    pub fn new(traffic: &Traffic, seed: u64, first_minute: usize) -> Self {
        let mut arrivals = Self {
            seed,
            gaps: Sampler::new(Law::Exponential { mean: 1.0 }),
            rates: traffic.rates().iter().map(|rate| rate.0).collect(),
            spikes: Spikes::new(traffic, first_minute),
            stream: Stream::new(seed, Purpose::Arrivals, first_minute),
            first_minute,
            second: 0,
            rate: 0.0,
            gap_scale: 0.0,
            within: 0.0,
            smooth: SimTime::ZERO,
        };
        arrivals.enter_second();
        arrivals.smooth = arrivals.next_smooth();
        arrivals
    }

    /// The next arrival of the Poisson process; never, when the curve is silent all day.
    #[inline]
    fn next_smooth(&mut self) -> SimTime {
        let mut expected = self.gaps.draw(&mut self.stream);
        loop {
            let left = self.rate * (1.0 - self.within);
            if expected < left {
                self.within += expected * self.gap_scale;
                return SimTime(self.second * SECOND.0).plus(SimTime::from_secs(self.within));
            }
            expected -= left;
            if !self.leave_second(&mut expected) {
                return SimTime::NEVER;
            }
        }
    }

    /// Goes on to the next second; false when nothing will ever come.
    fn leave_second(&mut self, expected: &mut f64) -> bool {
        self.second += 1;
        self.within = 0.0;
        if self.second.is_multiple_of(60) {
            let minute = self.minute_of_day();
            if minute == self.first_minute && self.rates.iter().all(|&rate| rate <= 0.0) {
                return false;
            }
            self.stream = Stream::new(self.seed, Purpose::Arrivals, minute);
            // The process has no memory: a fresh gap keeps the minute independent of the one before.
            *expected = self.gaps.draw(&mut self.stream);
        }
        self.enter_second();
        true
    }

    /// The rate runs straight from full minute to full minute; a second has the rate of its middle.
    fn enter_second(&mut self) {
        let minute = self.minute_of_day();
        let (from, to) = (self.rates[minute], self.rates[(minute + 1) % MINUTES_PER_DAY]);
        let place = ((self.second % 60) as f64 + 0.5) / 60.0;
        self.rate = from + (to - from) * place;
        self.gap_scale = if self.rate > 0.0 { 1.0 / self.rate } else { 0.0 };
    }

    fn minute_of_day(&self) -> usize {
        (self.first_minute + (self.second / 60) as usize) % MINUTES_PER_DAY
    }
}

impl Iterator for Arrivals {
    type Item = SimTime;

    #[inline]
    fn next(&mut self) -> Option<SimTime> {
        if self.spikes.at <= self.smooth {
            return self.spikes.take();
        }
        let arrival = self.smooth;
        self.smooth = self.next_smooth();
        Some(arrival)
    }
}

impl Spikes {
    fn new(traffic: &Traffic, first_minute: usize) -> Self {
        let start = SimTime(first_minute as u64 * MINUTE.0);
        let day_ns = MINUTES_PER_DAY as u64 * MINUTE.0;
        let since_start = |hour: f64| {
            let of_day = SimTime::from_secs(hour * 3_600.0).0 % day_ns;
            SimTime((of_day + day_ns - start.0) % day_ns)
        };
        let spikes = traffic.spikes.iter().filter(|spike| spike.requests > 0);
        let mut day: Vec<_> = spikes.map(|spike| (since_start(spike.hour), spike.requests)).collect();
        day.sort_by_key(|&(at, _)| at);
        let (at, left) = day.first().copied().unwrap_or((SimTime::NEVER, 0));
        Self { day, next: 1, left, at }
    }

    /// One request of the present spike.
    fn take(&mut self) -> Option<SimTime> {
        let at = self.at;
        if at == SimTime::NEVER {
            return None;
        }
        self.left -= 1;
        if self.left == 0 {
            let (days, place) = (self.next / self.day.len(), self.next % self.day.len());
            let (within, requests) = self.day[place];
            self.at = SimTime(within.0 + days as u64 * MINUTES_PER_DAY as u64 * MINUTE.0);
            self.left = requests;
            self.next += 1;
        }
        Some(at)
    }
}

/// A Poisson process of one rate, for checks against queueing theory.
#[derive(Clone, Debug)]
pub struct Poisson {
    gaps: Sampler,
    stream: Stream,
    now: SimTime,
    batch: u32,
    left: u32,
}

impl Poisson {
    /// `batch` requests at each instant, and `rate` instants per second.
    pub fn new(rate: f64, batch: u32, seed: u64) -> Self {
        let gaps = Sampler::new(Law::Exponential { mean: 1e9 / rate });
        Self { gaps, stream: Stream::new(seed, Purpose::Arrivals, 0), now: SimTime::ZERO, batch, left: 0 }
    }
}

impl Iterator for Poisson {
    type Item = SimTime;

    #[inline]
    fn next(&mut self) -> Option<SimTime> {
        if self.left == 0 {
            self.now += SimTime(self.gaps.draw(&mut self.stream) as u64);
            self.left = self.batch;
        }
        self.left -= 1;
        Some(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        traffic::{Curve, Point, Spike},
        units::{DAY, PerSecond},
    };

    fn day(traffic: &Traffic, seed: u64) -> Vec<SimTime> {
        Arrivals::new(traffic, seed, 0).take_while(|&at| at < DAY).collect()
    }

    fn hill(evening: f64) -> Traffic {
        let points = [(3.0, 0.5), (9.0, 4.0), (13.0, 1.0), (18.0, evening)];
        let points = points.map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
        Traffic { curve: Curve::new(points.to_vec()), spikes: vec![Spike { hour: 12.0, requests: 50 }] }
    }

    #[test]
    fn as_many_arrive_as_the_curve_holds() {
        let traffic = hill(6.0);
        let expected = traffic.requests_per_day();
        let mean = (0..8).map(|seed| day(&traffic, seed).len() as f64).sum::<f64>() / 8.0;
        assert!((mean - expected).abs() < 4.0 * (expected / 8.0).sqrt(), "{mean} for {expected}");
    }

    #[test]
    fn arrivals_come_in_order_and_a_spike_comes_at_once() {
        let arrivals = day(&hill(6.0), 1);
        assert!(arrivals.is_sorted());
        let noon = SimTime(12 * 3_600 * SECOND.0);
        assert_eq!(arrivals.iter().filter(|&&at| at == noon).count(), 50);
    }

    #[test]
    fn dragging_the_evening_leaves_the_morning_bit_for_bit() {
        let before = |arrivals: Vec<SimTime>| -> Vec<SimTime> {
            arrivals.into_iter().filter(|&at| at < SimTime(9 * 3_600 * SECOND.0)).collect()
        };
        // Until the point at 09:00 the curve depends on its neighbours at 03:00 and 13:00 only.
        let untouched = |arrivals: Vec<SimTime>| -> Vec<SimTime> {
            before(arrivals).into_iter().filter(|&at| at > SimTime(4 * 3_600 * SECOND.0)).collect()
        };
        let (low, high) = (untouched(day(&hill(6.0), 1)), untouched(day(&hill(60.0), 1)));
        assert!(!low.is_empty() && low == high);
    }

    #[test]
    fn a_run_that_starts_in_the_evening_sees_the_same_day() {
        let traffic = hill(6.0);
        let shift = 21 * 60;
        let late = Arrivals::new(&traffic, 1, shift);
        let from_midnight = SimTime((MINUTES_PER_DAY - shift) as u64 * MINUTE.0);
        let same: Vec<_> = late
            .skip_while(|&at| at < from_midnight)
            .map(|at| at - from_midnight)
            .take_while(|&at| at < DAY)
            .collect();
        assert_eq!(same, day(&traffic, 1));
    }

    #[test]
    fn a_silent_day_never_ends_in_an_arrival() {
        let silent = Traffic { curve: Curve::constant(PerSecond(0.0)), spikes: vec![] };
        assert_eq!(Arrivals::new(&silent, 1, 0).find(|&at| at < SimTime::NEVER), None);
    }
}
