//! The day as a whole: every rate by one factor, and everything in time.

use burstlab_engine::{
    traffic::{Curve, MOST_RATE, Point, Traffic},
    units::{PerSecond, sort_by_number},
};

use super::{
    grip::{GRID, short_hour},
    significant,
};

const DAY: f64 = 24.0;

/// The highest rate of the day: at one of the points, since the curve never leaves the range beside it.
pub fn peak(curve: &Curve) -> f64 {
    curve.points().iter().map(|point| point.rate.0).fold(0.0, f64::max)
}

/// The traffic with every rate made something else. Spikes keep their heights.
pub fn with_each_rate(traffic: &Traffic, change: impl Fn(f64) -> f64) -> Traffic {
    let changed =
        |point: &Point| Point { rate: PerSecond(change(point.rate.0).clamp(0.0, MOST_RATE)), ..*point };
    let curve = Curve::new(traffic.curve.points().iter().map(changed).collect());
    Traffic { curve, ..traffic.clone() }
}

/// The traffic with every rate so many times as high, as far as the highest may go. Of nothing there is no
/// multiple: a silent day gets the rate `from_nothing`.
pub fn scaled(traffic: &Traffic, factor: f64, from_nothing: f64) -> Traffic {
    let peak = peak(&traffic.curve);
    if peak == 0.0 {
        return with_each_rate(traffic, |_| significant(from_nothing, 4));
    }
    let factor = factor.clamp(0.0, MOST_RATE / peak);
    with_each_rate(traffic, |rate| significant(rate * factor, 4))
}

/// The traffic so many hours later, rounded to the grid; what goes over midnight comes in again at the
/// other end.
pub fn shifted(traffic: &Traffic, hours: f64) -> Traffic {
    let hours = (hours / GRID).round() * GRID;
    if hours == 0.0 {
        return traffic.clone();
    }
    let moved = |hour: f64| match short_hour((hour + hours).rem_euclid(DAY)) {
        // Rounded up to the day's end.
        hour if hour >= DAY => 0.0,
        hour => hour,
    };
    let points = traffic.curve.points().iter().map(|point| Point { hour: moved(point.hour), ..*point });
    let mut shifted = Traffic { curve: Curve::new(points.collect()), ..traffic.clone() };
    for spike in &mut shifted.spikes {
        spike.hour = moved(spike.hour);
    }
    sort_by_number(&mut shifted.spikes, |spike| spike.hour);
    shifted
}

#[cfg(test)]
mod tests {
    use burstlab_engine::traffic::Spike;

    use super::*;

    fn traffic(points: &[(f64, f64)]) -> Traffic {
        let points = points.iter().map(|&(hour, rate)| Point { hour, rate: PerSecond(rate) });
        let spikes = [(0.0, 10), (9.5, 20), (23.0, 30)].map(|(hour, requests)| Spike { hour, requests });
        Traffic::new(Curve::new(points.collect()), spikes.to_vec())
    }

    #[test]
    fn one_factor_for_all_rates_as_far_as_the_highest_may_go() {
        let day = traffic(&[(6.0, 1.0), (12.0, 100.0)]);
        for (factor, expected) in
            [(2.0, [2.0, 200.0]), (0.0, [0.0, 0.0]), (-3.0, [0.0, 0.0]), (1e9, [200.0, MOST_RATE])]
        {
            let scaled = scaled(&day, factor, 5.0);
            let rates: Vec<_> = scaled.curve.points().iter().map(|point| point.rate.0).collect();
            assert_eq!(rates, expected, "{factor}");
            assert_eq!(scaled.spikes, day.spikes);
        }
    }

    #[test]
    fn what_is_no_curve_and_no_spike_stays_as_it_is() {
        let day = traffic(&[(6.0, 1.0), (12.0, 100.0)]);
        let day = Traffic { growth: 3.0, dispersion: 7.0, weekend_share: 0.5, instants: [1.5].into(), ..day };
        for other in [scaled(&day, 2.0, 5.0), shifted(&day, 5.0), with_each_rate(&day, |_| 1.0)] {
            assert_ne!(other, day);
            assert_eq!(Traffic { curve: day.curve.clone(), spikes: day.spikes.clone(), ..other }, day);
        }
    }

    #[test]
    fn a_silent_day_can_be_raised() {
        let raised = scaled(&traffic(&[(6.0, 0.0), (12.0, 0.0)]), 3.0, 0.7);
        assert!(raised.curve.points().iter().all(|point| point.rate.0 == 0.7));
    }

    #[test]
    fn what_goes_over_midnight_comes_in_again() {
        let day = traffic(&[(6.0, 1.0), (20.0, 3.0)]);
        let later = shifted(&day, 5.0);
        let points: Vec<_> = later.curve.points().iter().map(|point| (point.hour, point.rate.0)).collect();
        assert_eq!(points, [(1.0, 3.0), (11.0, 1.0)]);
        let spikes: Vec<_> = later.spikes.iter().map(|spike| (spike.hour, spike.requests)).collect();
        assert_eq!(spikes, [(4.0, 30), (5.0, 10), (14.5, 20)]);
        assert_eq!(shifted(&later, -5.0), day);
    }

    #[test]
    fn a_shift_there_and_back_in_any_steps_is_none() {
        let day = traffic(&[(0.0, 1.0), (7.5, 2.0), (23.9167, 3.0)]);
        for steps in [1, 2, 7, 144, 288] {
            let there = (0..steps).fold(day.clone(), |day, _| shifted(&day, GRID));
            assert_eq!(shifted(&there, -GRID * f64::from(steps)), day, "{steps} steps");
            let hours = there.curve.points().iter().map(|point| point.hour);
            assert!(
                hours
                    .chain(there.spikes.iter().map(|spike| spike.hour))
                    .all(|hour| (0.0..24.0).contains(&hour))
            );
        }
        assert_eq!(shifted(&day, 0.4 * GRID), day, "less than half a step");
    }
}
