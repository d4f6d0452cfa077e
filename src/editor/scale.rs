use burstlab_engine::traffic::{Curve, MOST_RATE, MOST_SPIKE};

use super::{significant, whole::peak};
use crate::view::words;

/// The room for the curve, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// From the left edge to the right.
    pub width: f64,
    /// From the top edge to the bottom.
    pub height: f64,
}

/// A place on the screen, in CSS pixels from the frame's top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A labelled line of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where it crosses its axis, in pixels.
    pub at: f64,
    /// What stands beside it.
    pub label: String,
}

/// Hours and rates to pixels and back.
///
/// Spikes have a scale of their own, in the same room: the height is a power of the logarithm, because they
/// span six powers of ten and rates do not. Each carries its number, so that no second axis is needed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    frame: Frame,
    /// The rate at the upper edge.
    top: f64,
}

/// Room for the labels.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 20.0;
const ABOVE: f64 = 30.0;
const BELOW: f64 = 62.0;
const LABEL_GAP: f64 = 8.0;
/// How far below the plot the hours' labels stand on their line.
const HOUR_LABELS: f64 = 18.0;
/// How far above the frame's lower edge the handle of the whole day is.
const WHOLE: f64 = 17.0;
/// How far above the peak the axis ends when nothing is dragged.
const HEADROOM: f64 = 1.25;
/// Where the highest point stands while it is pulled beyond the axis.
const PULLED: f64 = 0.95;
/// From this share of the height on, pulling stretches the axis.
const STRETCH_FROM: f64 = 0.85;
/// How fast: at the upper edge a pull counts 3¼-fold, so that one drag can triple the peak.
const STRETCH: f64 = 100.0;
/// The share of the height that the largest spike takes.
const SPIKE_SHARE: f64 = 0.94;
/// Above one, so that small spikes stay low under the curve.
const SPIKE_POWER: f64 = 1.5;
const HOURS: f64 = 24.0;

impl Scale {
    /// The scale of a curve at rest.
    pub fn of(frame: Frame, curve: &Curve) -> Self {
        Self { frame, top: nice_above(peak(curve) * HEADROOM) }
    }

    /// This scale while its curve is dragged: it grows with what is pulled over its top, and never shrinks.
    pub fn grown(self, curve: &Curve) -> Self {
        Self { top: self.top.max(peak(curve) / PULLED), ..self }
    }

    /// The frame.
    pub fn frame(self) -> Frame {
        self.frame
    }

    /// The left edge of the plot.
    pub fn left(self) -> f64 {
        LEFT
    }

    /// The right edge of the plot.
    pub fn right(self) -> f64 {
        (self.frame.width - RIGHT).max(LEFT + 1.0)
    }

    /// The upper edge of the plot.
    pub fn above(self) -> f64 {
        ABOVE
    }

    /// The lower edge of the plot, where the rate is zero.
    pub fn below(self) -> f64 {
        (self.frame.height - BELOW).max(ABOVE + 1.0)
    }

    /// Where the labels of the rates end.
    pub fn rate_label_x(self) -> f64 {
        LEFT - LABEL_GAP
    }

    /// Where the labels of the hours stand.
    pub fn hour_label_y(self) -> f64 {
        self.below() + HOUR_LABELS
    }

    /// Where the handle of the whole day is: in the middle, below the hours.
    pub fn whole(self) -> Position {
        Position { x: (self.left() + self.right()) / 2.0, y: self.frame.height - WHOLE }
    }

    /// The rate at the upper edge.
    pub fn top(self) -> f64 {
        self.top
    }

    /// Where an hour is.
    pub fn x(self, hour: f64) -> f64 {
        self.left() + hour / HOURS * (self.right() - self.left())
    }

    /// The hours that so many pixels stand for.
    pub fn hours(self, pixels: f64) -> f64 {
        pixels / (self.right() - self.left()) * HOURS
    }

    /// The hour at a place, within the day.
    pub fn hour(self, x: f64) -> f64 {
        self.hours(x - self.left()).clamp(0.0, HOURS)
    }

    /// Where a rate is.
    pub fn y(self, rate: f64) -> f64 {
        self.below() - rate / self.top * (self.below() - self.above())
    }

    /// The rate at this height, as the axis shows it and no more.
    pub fn rate(self, y: f64) -> f64 {
        significant(self.share(y).clamp(0.0, 1.0) * self.top, 4).min(MOST_RATE)
    }

    /// The rate that so many pixels stand for.
    pub fn rate_of(self, pixels: f64) -> f64 {
        pixels / (self.below() - self.above()) * self.top
    }

    /// The rate that a pointer at this height asks for, more than the axis shows when it is near the top.
    pub fn pulled_rate(self, y: f64) -> f64 {
        let share = self.share(y);
        let stretched = share + STRETCH * (share - STRETCH_FROM).max(0.0).powi(2);
        significant(stretched * self.top, 4).clamp(0.0, MOST_RATE)
    }

    /// Where the head of a spike is.
    pub fn spike_y(self, requests: u32) -> f64 {
        let share = f64::from(requests).ln_1p() / f64::from(MOST_SPIKE).ln_1p();
        self.below() - share.powf(SPIKE_POWER) * SPIKE_SHARE * (self.below() - self.above())
    }

    /// The requests of a spike whose head is at this height.
    pub fn spike_at(self, y: f64) -> u32 {
        let share = (self.share(y) / SPIKE_SHARE).clamp(0.0, 1.0);
        let requests = (share.powf(1.0 / SPIKE_POWER) * f64::from(MOST_SPIKE).ln_1p()).exp_m1();
        significant(requests, 2).round() as u32
    }

    /// The lines of the hours: as many as their labels leave room for.
    pub fn hour_marks(self) -> Vec<Mark> {
        let step = if self.frame.width < 560.0 { 6 } else { 3 };
        let mark = |hour: usize| Mark { at: self.x(hour as f64), label: words::clock(hour * 60) };
        (0..=24).step_by(step).map(mark).collect()
    }

    /// The lines of the rates, from zero up.
    pub fn rate_marks(self) -> Vec<Mark> {
        let step = nice_above(self.top / 4.5);
        let lines = (self.top / step + 1e-9).floor() as usize;
        let mark = |line: usize| {
            let rate = significant(line as f64 * step, 6);
            Mark { at: self.y(rate), label: words::fixed(rate, 3) }
        };
        (0..=lines).map(mark).collect()
    }

    /// The share of the plot's height at a position, which may be outside.
    fn share(self, y: f64) -> f64 {
        (self.below() - y) / (self.below() - self.above())
    }
}

/// The least round number that is not less.
fn nice_above(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let rounds = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let round = rounds.into_iter().find(|round| round * power >= value * (1.0 - 1e-9));
    significant(round.unwrap_or(10.0) * power, 2)
}

#[cfg(test)]
mod tests {
    use burstlab_engine::units::PerSecond;

    use super::*;

    const FRAME: Frame = Frame { width: 1_000.0, height: 300.0 };

    fn scale(rate: f64) -> Scale {
        Scale::of(FRAME, &Curve::constant(PerSecond(rate)))
    }

    #[test]
    fn the_axis_ends_at_a_round_number_a_quarter_above_the_peak() {
        for (peak, top) in [(0.0, 1.0), (4.0, 5.0), (4.1, 6.0), (0.013, 0.02), (900.0, 1_500.0), (8.0, 10.0)]
        {
            assert_eq!(scale(peak).top(), top, "for {peak}");
        }
    }

    #[test]
    fn a_rate_in_the_lower_part_is_where_the_pointer_is() {
        let scale = scale(8.0);
        for rate in [0.0, 0.5, 4.0, 8.0] {
            assert!((scale.pulled_rate(scale.y(rate)) - rate).abs() < 1e-9, "{rate}");
        }
    }

    #[test]
    fn places_are_read_back_and_end_at_the_edges() {
        let scale = scale(8.0);
        for (rate, hour) in [(0.0, 0.0), (4.0, 7.5), (10.0, 24.0)] {
            assert_eq!(scale.rate(scale.y(rate)), rate);
            assert!((scale.hour(scale.x(hour)) - hour).abs() < 1e-9, "{hour}");
        }
        assert_eq!((scale.rate(-50.0), scale.rate(900.0)), (10.0, 0.0));
        assert_eq!((scale.hour(-50.0), scale.hour(5_000.0)), (0.0, 24.0));
    }

    #[test]
    fn a_drag_to_the_upper_edge_triples_the_peak() {
        for peak in [0.02, 4.0, 4.1, 37.0, 640.0] {
            let scale = scale(peak);
            assert!(scale.pulled_rate(scale.above()) >= 3.0 * peak, "{peak}");
            assert!(scale.pulled_rate(scale.above() + 5.0) >= 3.0 * peak, "{peak}, five pixels lower");
        }
    }

    #[test]
    fn pulling_stays_in_range_and_never_falls_on_the_way_up() {
        let scale = scale(4_000.0);
        let rates: Vec<_> = (-200..400).rev().map(|y| scale.pulled_rate(f64::from(y))).collect();
        assert!(rates.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!((rates[0], *rates.last().unwrap()), (0.0, MOST_RATE));
    }

    #[test]
    fn spikes_keep_two_digits_and_their_range() {
        let scale = scale(1.0);
        for requests in [0, 1, 12, 500, 5_000, 120_000, MOST_SPIKE] {
            assert_eq!(scale.spike_at(scale.spike_y(requests)), requests);
        }
        assert_eq!((scale.spike_at(-500.0), scale.spike_at(900.0)), (MOST_SPIKE, 0));
    }

    #[test]
    fn marks_are_round_and_few() {
        let labels: Vec<_> = scale(4.1).rate_marks().into_iter().map(|mark| mark.label).collect();
        assert_eq!(labels, ["0", "1.5", "3", "4.5", "6"]);
        assert_eq!(scale(4.1).hour_marks().len(), 9);
    }
}
