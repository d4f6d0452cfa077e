use std::fmt::Write;

use burstlab_engine::{
    traffic::{Curve, MOST_SPIKE, Traffic},
    units::sort_by_number,
};

/// A day's traffic in a few strokes, as SVG path data in a box of [`Sparkline::WIDTH`] by [`Sparkline::HEIGHT`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sparkline {
    /// The curve, as high as its own peak.
    pub line: String,
    /// The area under the curve.
    pub area: String,
    /// One upright stroke for each spike, as high as its logarithm.
    pub spikes: String,
}

/// Places of the line besides the curve's own points, which alone would miss its bends.
const STEPS: usize = 96;
const HOURS: f64 = 24.0;
/// Room above the peak, so that a stroke along it is not cut.
const ABOVE: f64 = 3.0;

impl Sparkline {
    /// The width of the box.
    pub const WIDTH: f64 = 240.0;
    /// The height of the box; the rate is zero at its lower edge.
    pub const HEIGHT: f64 = 40.0;

    /// The strokes of a day.
    pub fn of(traffic: &Traffic) -> Self {
        let line = line(&traffic.curve);
        Self {
            area: format!("{line}V{}H0Z", Self::HEIGHT),
            line,
            spikes: traffic.spikes.iter().map(|spike| stroke(spike.hour, spike.requests)).collect(),
        }
    }
}

fn line(curve: &Curve) -> String {
    let mut hours: Vec<f64> = curve.points().iter().map(|point| point.hour).collect();
    let peak = curve.points().iter().map(|point| point.rate.0).fold(f64::MIN_POSITIVE, f64::max);
    hours.extend((0..=STEPS).map(|step| step as f64 * HOURS / STEPS as f64));
    sort_by_number(&mut hours, |&hour| hour);
    hours.dedup();
    let mut path = String::new();
    for hour in hours {
        let command = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{command}{:.1} {:.1}", x(hour), y(curve.rate_at(hour).0 / peak));
    }
    path
}

fn stroke(hour: f64, requests: u32) -> String {
    let share = f64::from(requests).ln_1p() / f64::from(MOST_SPIKE).ln_1p();
    format!("M{:.1} {}V{:.1}", x(hour), Sparkline::HEIGHT, y(share))
}

fn x(hour: f64) -> f64 {
    hour / HOURS * Sparkline::WIDTH
}

fn y(share: f64) -> f64 {
    Sparkline::HEIGHT - share * (Sparkline::HEIGHT - ABOVE)
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{
        traffic::{Point, Spike},
        units::PerSecond,
    };

    use super::*;

    fn day(points: &[(f64, f64)], spikes: &[(f64, u32)]) -> Sparkline {
        let points = points.iter().map(|&(hour, rate)| Point { hour, rate: PerSecond(rate) });
        let spikes = spikes.iter().map(|&(hour, requests)| Spike { hour, requests });
        Sparkline::of(&Traffic::new(Curve::new(points.collect()), spikes.collect()))
    }

    /// The places that a path goes through.
    fn places(path: &str) -> Vec<(f64, f64)> {
        let pair = |pair: &str| {
            let (x, y) = pair.split_once(' ').expect("two numbers");
            (x.parse().expect("a number"), y.parse().expect("a number"))
        };
        path.split(['M', 'L']).skip(1).map(pair).collect()
    }

    #[test]
    fn the_line_spans_the_day_and_reaches_from_the_floor_to_the_top() {
        for (points, lowest, highest) in [
            (&[(6.0, 0.0), (12.0, 8.0)][..], 40.0, 3.0),
            (&[(0.0, 1_000.0)], 3.0, 3.0),
            (&[(0.0, 0.0), (12.0, 0.0)], 40.0, 40.0),
            (&[(11.9, 0.0), (12.0, 1_000.0), (12.1, 0.0)], 40.0, 3.0),
        ] {
            let places = places(&day(points, &[]).line);
            let ys = || places.iter().map(|place| place.1);
            assert_eq!((places[0].0, places.last().unwrap().0), (0.0, 240.0), "{points:?}");
            assert!(places.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{points:?}");
            let reach = (ys().fold(0.0, f64::max), ys().fold(f64::INFINITY, f64::min));
            assert_eq!(reach, (lowest, highest), "{points:?}");
        }
    }

    #[test]
    fn the_area_goes_back_along_the_floor() {
        let day = day(&[(0.0, 1.0), (12.0, 2.0)], &[]);
        assert_eq!(day.area, format!("{}V40H0Z", day.line));
    }

    #[test]
    fn spikes_stand_at_their_hour_and_grow_with_their_logarithm() {
        assert_eq!(day(&[(0.0, 1.0)], &[]).spikes, "");
        let strokes = day(&[(0.0, 0.0)], &[(0.0, 0), (6.0, 999), (12.0, MOST_SPIKE)]).spikes;
        assert_eq!(strokes, "M0.0 40V40.0M60.0 40V21.5M120.0 40V3.0");
    }
}
