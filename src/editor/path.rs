use std::fmt::Write;

use burstlab_engine::traffic::{Curve, Spike};

use super::Scale;

/// A stretch of the line that can be dragged.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The point it comes after.
    pub left: usize,
    /// Its line, as SVG path data.
    pub line: String,
}

/// Between two places of the line, in pixels: the curve bends slower than this.
const STRIDE: f64 = 4.0;
const HOURS: f64 = 24.0;
/// Half the height of the marks at the ends of the day, in pixels.
const MARK: f64 = 5.0;

/// The curve's line over the day, as SVG path data.
pub fn line(scale: Scale, curve: &Curve) -> String {
    stretch(scale, curve, 0.0, HOURS)
}

/// The area under the line, as SVG path data.
pub fn area(scale: Scale, line: &str) -> String {
    let (left, right, below) = (scale.left(), scale.right(), scale.below());
    format!("{line}L{right:.1} {below:.1}L{left:.1} {below:.1}Z")
}

/// The line cut at its points; the stretch over midnight gives two pieces.
pub fn segments(scale: Scale, curve: &Curve) -> Vec<Segment> {
    let hours: Vec<_> = curve.points().iter().map(|point| point.hour).collect();
    let (Some(&first), Some(last)) = (hours.first(), hours.len().checked_sub(1)) else {
        return Vec::new();
    };
    let piece = |left, from, to| Segment { left, line: stretch(scale, curve, from, to) };
    let between = hours.windows(2).enumerate().map(|(left, pair)| piece(left, pair[0], pair[1]));
    let mut segments: Vec<_> = between.collect();
    segments.push(piece(last, hours[last], HOURS));
    if first > 0.0 {
        segments.push(piece(last, 0.0, first));
    }
    segments
}

/// A stem from the foot of the plot to the head of each spike, as SVG path data.
pub fn stems(scale: Scale, spikes: &[Spike]) -> String {
    let mut path = String::with_capacity(spikes.len() * 20);
    for spike in spikes {
        let (x, from, to) = (scale.x(spike.hour), scale.below(), scale.spike_y(spike.requests));
        let _ = write!(path, "M{x:.1} {from:.1}V{to:.1}");
    }
    path
}

/// The measure of the whole day: a line from midnight to midnight with a mark at each end, as SVG path data.
pub fn measure(scale: Scale) -> String {
    let (left, right, y) = (scale.left(), scale.right(), scale.whole().y);
    let (top, foot) = (y - MARK, y + MARK);
    format!("M{left:.1} {top:.1}V{foot:.1}M{right:.1} {top:.1}V{foot:.1}M{left:.1} {y:.1}H{right:.1}")
}

fn stretch(scale: Scale, curve: &Curve, from: f64, to: f64) -> String {
    let (start, end) = (scale.x(from), scale.x(to));
    let strides = ((end - start) / STRIDE).ceil().max(1.0) as usize;
    let mut path = String::with_capacity(strides * 13);
    for stride in 0..=strides {
        let share = stride as f64 / strides as f64;
        let y = scale.y(curve.rate_at(from + share * (to - from)).0);
        let command = if stride == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{:.1} {y:.1}", start + share * (end - start));
    }
    path
}

#[cfg(test)]
mod tests {
    use burstlab_engine::{traffic::Point, units::PerSecond};

    use super::*;
    use crate::editor::Frame;

    fn curve(hours: &[f64]) -> Curve {
        Curve::new(hours.iter().map(|&hour| Point { hour, rate: PerSecond(hour) }).collect())
    }

    fn scale(curve: &Curve) -> Scale {
        Scale::of(Frame { width: 400.0, height: 200.0 }, curve)
    }

    #[test]
    fn every_stretch_between_points_can_be_dragged() {
        for (hours, expected) in [
            (&[0.0, 6.0, 18.0][..], &[0, 1, 2][..]),
            (&[6.0, 18.0], &[0, 1, 1]),
            (&[12.0], &[0, 0]),
            (&[], &[]),
        ] {
            let curve = curve(hours);
            let lefts: Vec<_> = segments(scale(&curve), &curve).iter().map(|segment| segment.left).collect();
            assert_eq!(lefts, expected, "{hours:?}");
        }
    }

    #[test]
    fn every_spike_has_a_stem() {
        let scale = scale(&curve(&[0.0]));
        let spikes = [Spike { hour: 0.0, requests: 0 }, Spike { hour: 12.0, requests: 1_000_000 }];
        assert_eq!(stems(scale, &spikes), "M46.0 138.0V138.0M213.0 138.0V36.5");
        assert_eq!(stems(scale, &[]), "");
    }

    #[test]
    fn the_measure_goes_from_midnight_to_midnight() {
        let measure = measure(scale(&curve(&[0.0])));
        assert_eq!(measure, "M46.0 178.0V188.0M380.0 178.0V188.0M46.0 183.0H380.0");
    }

    #[test]
    fn the_line_spans_the_day_and_the_area_closes_it() {
        let curve = curve(&[0.0, 12.0]);
        let scale = scale(&curve);
        let line = line(scale, &curve);
        assert!(line.starts_with("M46.0 ") && line.matches('L').count() > 80, "{line}");
        assert!(area(scale, &line).ends_with("L380.0 138.0L46.0 138.0Z"));
    }
}
