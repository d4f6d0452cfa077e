use super::{SECONDS_PER_DAY, Traffic, rates::Rates};
use crate::{
    random::{Law, Purpose, Sampler, Stream},
    units::{DAY, MINUTE, MINUTES_PER_DAY, SECOND, SimTime, sort_by_number},
};

/// The instants at which a day's requests arrive, in order, day after day.
///
/// The smooth part is a Poisson process whose rate follows the curve second by second; each minute of
/// the day draws from a stream of its own, so that the same minute has the same arrivals in every run
/// of the same seed, and dragging 18:00 leaves 09:00 as it was. The iterator never ends: the caller stops at its last
/// day.
#[derive(Clone, Debug)]
pub struct Arrivals {
    seed: u64,
    gaps: Sampler,
    rates: Rates,
    sends: Sends,
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
pub struct Sends {
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
            rates: Rates::new(traffic, seed, first_minute),
            sends: Sends::new(traffic, first_minute),
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

    /// The next arrival of the Poisson process; never, when all of a day has none, since every day is the same.
    #[inline]
    fn next_smooth(&mut self) -> SimTime {
        let expected = self.gaps.draw(&mut self.stream);
        let left = self.rate * (1.0 - self.within);
        if expected < left { self.smooth_within(expected) } else { self.smooth_after(expected - left) }
    }

    /// The arrival before which so many more were expected in this second.
    #[inline(always)]
    fn smooth_within(&mut self, expected: f64) -> SimTime {
        self.within += expected * self.gap_scale;
        SimTime(self.second * SECOND.0 + (self.within * 1e9) as i64 as u64)
    }

    /// The same beyond this second.
    #[inline(never)]
    fn smooth_after(&mut self, mut expected: f64) -> SimTime {
        let from = self.second;
        loop {
            if !self.leave_second(&mut expected, from) {
                return SimTime::NEVER;
            }
            let left = self.rate * (1.0 - self.within);
            if expected < left {
                return self.smooth_within(expected);
            }
            expected -= left;
        }
    }

    /// Adds the smooth arrivals of this second before `end` to a row: the same as one by one, from registers.
    #[inline]
    fn extend_smooth(&mut self, end: SimTime, row: &mut Vec<SimTime>) {
        let (mut stream, mut within) = (self.stream.clone(), self.within);
        let (start, rate, gap_scale) = (SimTime(self.second * SECOND.0), self.rate, self.gap_scale);
        self.smooth = loop {
            let expected = self.gaps.draw(&mut stream);
            let left = rate * (1.0 - within);
            if expected >= left {
                (self.stream, self.within) = (stream, within);
                break self.smooth_after(expected - left);
            }
            within += expected * gap_scale;
            let at = start + SimTime((within * 1e9) as i64 as u64);
            if at >= end {
                (self.stream, self.within) = (stream, within);
                break at;
            }
            row.push(at);
        };
    }

    /// Goes on to the next second; false when nothing came in all the minutes of a day.
    fn leave_second(&mut self, expected: &mut f64, from: u64) -> bool {
        self.second += 1;
        self.within = 0.0;
        if self.second.is_multiple_of(60) {
            if self.second - from > SECONDS_PER_DAY as u64 + 60 {
                return false;
            }
            self.stream = Stream::new(self.seed, Purpose::Arrivals, self.minute_of_day());
            // The process has no memory: a fresh gap keeps the minute independent of the one before.
            *expected = self.gaps.draw(&mut self.stream);
        }
        self.enter_second();
        true
    }

    fn enter_second(&mut self) {
        self.rate = self.rates.enter(self.second);
        self.gap_scale = if self.rate > 0.0 { 1.0 / self.rate } else { 0.0 };
    }

    fn minute_of_day(&self) -> usize {
        (self.first_minute + (self.second / 60) as usize) % MINUTES_PER_DAY
    }
}

/// Instants in order, which can be had one by one or a span at once.
pub trait Instants: Iterator<Item = SimTime> {
    /// Adds all before `end` to a row.
    fn extend_until(&mut self, end: SimTime, row: &mut Vec<SimTime>);
}

impl Instants for Arrivals {
    fn extend_until(&mut self, end: SimTime, row: &mut Vec<SimTime>) {
        while self.smooth.min(self.sends.at) < end {
            if self.sends.at <= self.smooth {
                row.extend(self.sends.take());
            } else {
                row.push(self.smooth);
                self.extend_smooth(end.min(self.sends.at), row);
            }
        }
    }
}

impl Iterator for Arrivals {
    type Item = SimTime;

    #[inline]
    fn next(&mut self) -> Option<SimTime> {
        if self.sends.at <= self.smooth {
            return self.sends.take();
        }
        let arrival = self.smooth;
        self.smooth = self.next_smooth();
        Some(arrival)
    }
}

impl Sends {
    /// Those of this traffic, the clock's zero standing for a minute of the day.
    pub fn new(traffic: &Traffic, first_minute: usize) -> Self {
        let start = SimTime(first_minute as u64 * MINUTE.0);
        let since_start = |of_day: SimTime| SimTime((of_day.0 + DAY.0 - start.0) % DAY.0);
        let sends = traffic.sends_and_instants();
        let mut day: Vec<_> = sends.iter().map(|send| (since_start(send.at), send.requests)).collect();
        sort_by_number(&mut day, |&(at, _)| at.0 as f64);
        let (at, left) = day.first().copied().unwrap_or((SimTime::NEVER, 0));
        Self { day, next: 1, left, at }
    }

    /// Nothing is sent.
    pub fn none() -> Self {
        Self { day: Vec::new(), next: 1, left: 0, at: SimTime::NEVER }
    }

    /// One request of the present send.
    fn take(&mut self) -> Option<SimTime> {
        let at = self.at;
        if at == SimTime::NEVER {
            return None;
        }
        self.left -= 1;
        if self.left == 0 {
            self.go_on();
        }
        Some(at)
    }

    /// All requests of the present send, if it is before `end`.
    pub fn take_before(&mut self, end: SimTime) -> Option<(SimTime, u32)> {
        let send = (self.at, self.left);
        (self.at < end).then(|| {
            self.go_on();
            send
        })
    }

    fn go_on(&mut self) {
        let (days, place) = (self.next / self.day.len(), self.next % self.day.len());
        let (within, requests) = self.day[place];
        self.at = SimTime(within.0 + days as u64 * DAY.0);
        self.left = requests;
        self.next += 1;
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

impl Instants for Poisson {
    fn extend_until(&mut self, end: SimTime, row: &mut Vec<SimTime>) {
        let (mut stream, mut now, mut left) = (self.stream.clone(), self.now, self.left);
        loop {
            if left == 0 {
                now += SimTime(self.gaps.draw(&mut stream) as i64 as u64);
                left = self.batch;
            }
            if now >= end {
                break;
            }
            left -= 1;
            row.push(now);
        }
        (self.stream, self.now, self.left) = (stream, now, left);
    }
}

impl Iterator for Poisson {
    type Item = SimTime;

    #[inline]
    fn next(&mut self) -> Option<SimTime> {
        if self.left == 0 {
            self.now += SimTime(self.gaps.draw(&mut self.stream) as i64 as u64);
            self.left = self.batch;
        }
        self.left -= 1;
        Some(self.now)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        traffic::{Curve, MOST_RATE, Point, Series, Spike},
        units::{DAY, PerSecond},
    };

    fn day(traffic: &Traffic, seed: u64) -> Vec<SimTime> {
        Arrivals::new(traffic, seed, 0).take_while(|&at| at < DAY).collect()
    }

    fn hill(evening: f64) -> Traffic {
        let points = [(3.0, 0.5), (9.0, 4.0), (13.0, 1.0), (18.0, evening)];
        let points = points.map(|(hour, rate)| Point { hour, rate: PerSecond(rate) });
        Traffic::new(Curve::new(points.to_vec()), vec![Spike { hour: 12.0, requests: 50 }])
    }

    #[test]
    fn as_many_arrive_as_the_curve_holds() {
        let traffic = hill(6.0);
        let expected = traffic.requests_per_day();
        let mean = (0..8).map(|seed| day(&traffic, seed).len() as f64).sum::<f64>() / 8.0;
        assert!((mean - expected).abs() < 4.0 * (expected / 8.0).sqrt(), "{mean} for {expected}");
    }

    #[test]
    fn arrivals_of_a_span_are_the_same_as_one_by_one() {
        fn check<A: Instants + Clone>(arrivals: A, most: SimTime) {
            for step in [SECOND.0 / 64, 7_777_777_777, MINUTE.0] {
                let (mut spans, mut row) = (arrivals.clone(), Vec::new());
                for end in (0..=most.0).step_by(step as usize) {
                    spans.extend_until(SimTime(end), &mut row);
                    assert!(row.last().is_none_or(|&last| last < SimTime(end)));
                }
                let one_by_one: Vec<_> = arrivals.clone().take(row.len() + 1).collect();
                assert!(row.len() > 1_000 && row[..] == one_by_one[..row.len()]);
                assert_eq!(spans.next(), one_by_one.last().copied(), "nothing is lost between");
            }
        }
        let instants = [3.0, 43_200.5].into();
        check(
            Arrivals::new(&Traffic { dispersion: 5.0, instants, ..hill(6.0) }, 1, 690),
            SimTime(DAY.0 / 12),
        );
        check(Poisson::new(5.0, 3, 1), SimTime(DAY.0 / 12));
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
    fn a_silent_or_nearly_silent_day_ends_without_an_arrival() {
        for rate in [0.0, 1e-12, 1e-6] {
            assert_eq!(Arrivals::new(&constant(rate), 1, 0).find(|&at| at < SimTime::NEVER), None, "{rate}");
        }
        let bunched = Traffic { dispersion: 100.0, ..constant(1e-12) };
        assert_eq!(Arrivals::new(&bunched, 1, 0).find(|&at| at < SimTime::NEVER), None);
    }

    fn constant(rate: f64) -> Traffic {
        Traffic::new(Curve::constant(PerSecond(rate)), Vec::new())
    }

    /// Variance over mean of the counts of windows of so many seconds, over some days, and their mean.
    fn dispersion(traffic: &Traffic, window_s: usize, days: u64) -> (f64, f64) {
        let mut counts = Vec::new();
        for seed in 0..days {
            let mut of_day = vec![0.0; SECONDS_PER_DAY / window_s];
            for at in day(traffic, seed) {
                of_day[at.as_secs() as usize / window_s] += 1.0;
            }
            counts.append(&mut of_day);
        }
        let mean = counts.iter().sum::<f64>() / counts.len() as f64;
        let squares: f64 = counts.iter().map(|count| (count - mean) * (count - mean)).sum();
        (squares / (counts.len() - 1) as f64 / mean, mean)
    }

    #[test]
    fn counts_of_seconds_and_minutes_vary_as_the_index_of_dispersion_says() {
        for (rate, index) in [(0.05, 1.0), (0.05, 10.0), (1.0, 3.0), (5.0, 1.0), (5.0, 30.0), (20.0, 100.0)] {
            let traffic = Traffic { dispersion: index, ..constant(rate) };
            for (window_s, days) in [(1, 4), (60, 12)] {
                let (got, mean) = dispersion(&traffic, window_s, days);
                // The kurtosis of a negative binomial count decides how far its variance strays.
                let kurtosis = 3.0 + (6.0 * (index - 1.0) + 1.0 / index) / mean;
                let windows = days as f64 * (SECONDS_PER_DAY / window_s) as f64;
                let most = 4.5 * ((kurtosis - 1.0) / windows).sqrt();
                assert!(
                    (got / index - 1.0).abs() < most,
                    "{rate}/s, {window_s} s: {got} for {index} ± {most}"
                );
                let error = 4.5 * (index * mean / windows).sqrt();
                let expected = rate * window_s as f64;
                assert!((mean - expected).abs() < error, "{rate}/s, index {index}: {mean} in {window_s} s");
            }
        }
    }

    #[test]
    fn bunches_of_the_evening_leave_the_morning_bit_for_bit() {
        let of = |evening| {
            let arrivals = day(&Traffic { dispersion: 12.0, ..hill(evening) }, 1);
            let hours = SimTime(4 * 3_600 * SECOND.0)..SimTime(9 * 3_600 * SECOND.0);
            arrivals.into_iter().filter(|at| hours.contains(at)).collect::<Vec<_>>()
        };
        let (low, high) = (of(6.0), of(60.0));
        assert!(!low.is_empty() && low == high);
    }

    #[test]
    fn arrivals_given_one_by_one_come_when_they_are_said_to() {
        let instants = [0.0, 0.25, 0.25, 43_200.5, 86_399.999];
        let traffic = Traffic { instants: instants.into(), growth: 3.0, ..constant(0.0) };
        for seed in [1, 2] {
            let arrivals: Vec<_> = day(&traffic, seed).iter().map(|at| at.as_secs()).collect();
            assert_eq!(arrivals, instants);
        }
        let shifted = Arrivals::new(&traffic, 1, 720).take(6).map(SimTime::as_secs).collect::<Vec<_>>();
        assert_eq!(shifted, [0.5, 43_199.999, 43_200.0, 43_200.25, 43_200.25, 86_400.5]);
    }

    #[test]
    fn a_series_gives_each_step_its_count_on_top_of_the_curve() {
        for (every_s, counts, growth) in
            [(3_600, vec![0.0, 7_200.0, 100.0], 1.0), (1, vec![0.0, 40.0, 0.0, 7.0], 25.0)]
        {
            let series = Arc::new(Series::new(every_s, counts.clone()));
            let traffic = Traffic { series: Some(series), growth, ..constant(0.0) };
            let mut got = vec![0.0; counts.len() + 1];
            for at in (0..16).flat_map(|seed| day(&traffic, seed)) {
                got[(at.as_secs() as usize / every_s as usize).min(counts.len())] += 1.0 / 16.0;
            }
            for (count, got) in counts.iter().chain([&0.0]).zip(&got) {
                let expected = count * growth;
                assert!(
                    (got - expected).abs() <= 4.5 * (expected / 16.0).sqrt(),
                    "{every_s} s: {got} of {expected}"
                );
            }
            let expected: f64 = counts.iter().sum::<f64>() * growth;
            assert!((traffic.requests_per_day() / expected - 1.0).abs() < 1e-9);
            let of_seconds: f64 = traffic.expected_by_second().iter().sum();
            assert!((of_seconds / expected - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn growth_times_everything_but_stops_at_the_cap() {
        let mut traffic = Traffic { growth: 10.0, ..hill(6.0) };
        let expected = 10.0 * hill(6.0).requests_per_day();
        assert!((traffic.requests_per_day() / expected - 1.0).abs() < 1e-9);
        assert_eq!(traffic.beyond_caps(), (None, None));
        let minutes: f64 = traffic.expected_by_minute().iter().sum();
        assert!((minutes / expected - 1.0).abs() < 1e-9);
        traffic.curve = Curve::constant(PerSecond(3_000.0));
        traffic.spikes[0].requests = 200_000;
        assert_eq!(traffic.beyond_caps(), (Some(30_000.0), Some(2_000_000.0)));
        assert_eq!(traffic.peak_rate(), MOST_RATE);
        assert_eq!(traffic.requests_per_day(), MOST_RATE * 86_400.0 + 1e6);
    }

    #[test]
    fn a_weekend_is_the_same_day_with_its_share_of_everything() {
        let instants: Vec<f64> = (0..1_000).map(f64::from).collect();
        let series = Arc::new(Series::new(60, vec![30.0; 1_440]));
        let mut week = Traffic { instants: instants.into(), series: Some(series), ..hill(6.0) };
        assert_eq!(week.on_weekend(), None);
        for share in [0.0, 0.25, 2.5] {
            week.weekend_share = share;
            let weekend = week.on_weekend().expect("another day");
            let expected = share * week.requests_per_day();
            assert!((weekend.requests_per_day() - expected).abs() < 1.0, "{share}");
            assert_eq!(weekend.on_weekend(), None);
        }
    }
}
