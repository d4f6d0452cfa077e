use std::fmt::Write;

use burstlab_engine::traffic::Curve;

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
    fn the_line_spans_the_day_and_the_area_closes_it() {
        let curve = curve(&[0.0, 12.0]);
        let scale = scale(&curve);
        let line = line(scale, &curve);
        assert!(line.starts_with("M46.0 ") && line.matches('L').count() > 80, "{line}");
        assert!(area(scale, &line).ends_with("L380.0 174.0L46.0 174.0Z"));
    }
}
