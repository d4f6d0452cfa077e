use serde::{Deserialize, Serialize};

use crate::units::{PerSecond, sort_by_number};

/// A point that the curve runs through.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Hours after midnight: 0 or more, less than 24.
    pub hour: f64,
    /// The rate there.
    pub rate: PerSecond,
}

/// A day's arrival rate through points, smooth and monotone between neighbours, cyclic over midnight.
///
/// The interpolation is Steffen's (Astronomy & Astrophysics 239, 1990): a cubic whose slopes are limited
/// so that it never leaves the range of the two points beside it. A flat stretch stays flat and a rate
/// never dips below zero, whatever the points.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    points: Vec<Point>,
    /// The slope at each point, in requests per second per hour.
    slopes: Vec<f64>,
}

const DAY_HOURS: f64 = 24.0;

impl Curve {
    /// A curve through these points; they are put in time order. Of two at one hour the last given holds.
    /// Without any point the rate is zero all day.
    pub fn new(mut points: Vec<Point>) -> Self {
        points.reverse();
        sort_by_number(&mut points, |point| point.hour);
        points.dedup_by(|later, kept| later.hour == kept.hour);
        let slopes = (0..points.len()).map(|index| limited_slope(&points, index)).collect();
        Self { points, slopes }
    }

    /// The same rate all day.
    pub fn constant(rate: PerSecond) -> Self {
        Self::new(vec![Point { hour: 0.0, rate }])
    }

    /// The points in time order.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The rate at an hour of the day; hours outside the day wrap.
    pub fn rate_at(&self, hour: f64) -> PerSecond {
        let hour = hour.rem_euclid(DAY_HOURS);
        let Some(count) = std::num::NonZero::new(self.points.len()) else {
            return PerSecond(0.0);
        };
        let right = self.points.partition_point(|point| point.hour <= hour) % count;
        let left = (right + count.get() - 1) % count;
        PerSecond(self.hermite(left, right, hour).max(0.0))
    }

    /// The cubic between two neighbours, from their rates and slopes.
    fn hermite(&self, left: usize, right: usize, hour: f64) -> f64 {
        let (from, to) = (self.points[left], self.points[right]);
        let width = gap(from.hour, to.hour);
        let x = (hour - from.hour).rem_euclid(DAY_HOURS) / width;
        let (rise, start, end) =
            (to.rate.0 - from.rate.0, self.slopes[left] * width, self.slopes[right] * width);
        let quadratic = 3.0 * rise - 2.0 * start - end;
        let cubic = start + end - 2.0 * rise;
        from.rate.0 + x * (start + x * (quadratic + x * cubic))
    }
}

/// Hours from one point to the next, over midnight where need be; a lone point is a day from itself.
fn gap(from: f64, to: f64) -> f64 {
    let hours = (to - from).rem_euclid(DAY_HOURS);
    if hours == 0.0 { DAY_HOURS } else { hours }
}

/// Steffen's slope at a point: zero at a local extreme, else no steeper than twice the flatter side.
fn limited_slope(points: &[Point], index: usize) -> f64 {
    let count = points.len();
    let (before, here, after) =
        (points[(index + count - 1) % count], points[index], points[(index + 1) % count]);
    let (left, right) = (gap(before.hour, here.hour), gap(here.hour, after.hour));
    let left_slope = (here.rate.0 - before.rate.0) / left;
    let right_slope = (after.rate.0 - here.rate.0) / right;
    if left_slope * right_slope <= 0.0 {
        return 0.0;
    }
    let parabola = (left_slope * right + right_slope * left) / (left + right);
    let limit = 2.0 * left_slope.abs().min(right_slope.abs());
    parabola.clamp(-limit, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> Curve {
        Curve::new(points.iter().map(|&(hour, rate)| Point { hour, rate: PerSecond(rate) }).collect())
    }

    #[test]
    fn passes_through_its_points_and_wraps_at_midnight() {
        let curve = curve(&[(6.0, 1.0), (12.0, 5.0), (18.0, 2.0)]);
        for (hour, rate) in [(6.0, 1.0), (12.0, 5.0), (18.0, 2.0), (30.0, 1.0), (-12.0, 5.0)] {
            assert!((curve.rate_at(hour).0 - rate).abs() < 1e-12, "at {hour}");
        }
        assert!((curve.rate_at(23.999_999).0 - curve.rate_at(0.0).0).abs() < 1e-5);
    }

    #[test]
    fn stays_between_neighbouring_points() {
        let curve = curve(&[(0.0, 0.0), (1.0, 100.0), (1.1, 100.0), (20.0, 0.0), (23.0, 0.0)]);
        for step in 0..24_000 {
            let hour = f64::from(step) / 1_000.0;
            let rate = curve.rate_at(hour).0;
            assert!((0.0..=100.0 + 1e-9).contains(&rate), "{rate} at {hour}");
        }
        assert_eq!(curve.rate_at(21.5).0, 0.0, "flat between equal points");
    }

    #[test]
    fn a_later_point_at_the_same_hour_replaces_the_earlier() {
        assert_eq!(curve(&[(3.0, 1.0), (3.0, 2.0)]).points(), [Point { hour: 3.0, rate: PerSecond(2.0) }]);
    }

    #[test]
    fn one_point_is_a_constant_and_none_is_silence() {
        assert_eq!(curve(&[(5.0, 3.0)]).rate_at(17.0).0, 3.0);
        assert_eq!(curve(&[]).rate_at(17.0).0, 0.0);
    }
}
