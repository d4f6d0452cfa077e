use burstlab_engine::units::MINUTES_PER_DAY;
use plotters::style::{RGBColor, text_anchor::HPos};

use super::{
    Surface,
    flags::{self, Label},
    key::ROW,
    scale::{Law, Scale, Ticks},
    surface::TEXT,
};
use crate::view::{BUCKET_MINUTES, Moments, words};

const DAY_HOURS: f64 = 24.0;
/// Room between an axis and its labels.
const GAP: f64 = 6.0;
/// Room over the data for the label of its peak.
const HEADROOM: f64 = 20.0;
/// Room for three digits, taken also by fewer: charts below each other then begin at one place.
const LEAST_LEFT: f64 = 30.0;
/// Below this a chart shows nothing but lines.
const LEAST: f64 = 24.0;
/// Room for the hours below the data.
pub const FOOT: f64 = ROW + GAP;

/// Where the day runs on a surface, in layout pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    /// Where midnight begins it.
    pub left: f64,
    /// Where midnight ends it.
    pub right: f64,
    /// The upper edge of its data.
    pub top: f64,
    /// The lower edge.
    pub bottom: f64,
}

impl Plot {
    /// The same on a surface whose pixels are so many times as large.
    pub fn scaled(self, factor: f64) -> Self {
        let Self { left, right, top, bottom } = self;
        Self { left: left * factor, right: right * factor, top: top * factor, bottom: bottom * factor }
    }

    /// Where a minute of the day stands.
    pub fn x(&self, minute: usize) -> f64 {
        self.day().pixel(minute as f64)
    }

    /// The minute of the day nearest to a place, in steps of [`BUCKET_MINUTES`].
    pub fn minute(&self, x: f64) -> usize {
        let bucket = (self.day().value(x) / BUCKET_MINUTES as f64).round() as usize;
        (bucket * BUCKET_MINUTES).min(LAST_MINUTE)
    }

    fn day(&self) -> Scale {
        Scale::new(Law::Linear, (0.0, MINUTES_PER_DAY as f64), (self.left, self.right))
    }
}

/// The last time of day that can be read.
pub const LAST_MINUTE: usize = MINUTES_PER_DAY - BUCKET_MINUTES;

/// The room that a frame may take.
pub struct Room {
    /// Where the words above it end.
    pub top: f64,
    /// Where the hours below it begin.
    pub bottom: f64,
    /// Asked for right of it.
    pub margin: f64,
    /// Asked for left of it, for labels of frames that shall be aligned with it.
    pub left: f64,
}

impl Room {
    /// All below a head of words.
    pub fn below(surface: &dyn Surface, head: f64) -> Self {
        Self { top: head, bottom: surface.height() - FOOT, margin: 0.0, left: 0.0 }
    }
}

/// The box that data is drawn in, with the scales of both axes.
pub struct Frame {
    /// Its edges.
    pub plot: Plot,
    /// From hours to pixels.
    pub x: Scale,
    /// From values to pixels.
    pub y: Scale,
    ticks: Ticks,
}

impl Frame {
    /// The box within this room; none where there is too little to draw in.
    pub fn lay(surface: &dyn Surface, room: &Room, ticks: impl FnOnce(usize) -> Ticks) -> Option<Self> {
        let (top, bottom) = (room.top + HEADROOM, room.bottom);
        let ticks = ticks(((bottom - top) / 40.0).clamp(1.0, 6.0) as usize);
        let half_hour_label = (surface.text_width("24:00") / 2.0).ceil();
        let left = label_room(surface, &ticks).max(room.left);
        let right = surface.width() - room.margin.max(half_hour_label);
        let fits = right - left >= LEAST && bottom - top >= LEAST;
        let x = Scale::new(Law::Linear, (0.0, DAY_HOURS), (left, right));
        let y = Scale::new(ticks.law, ticks.ends(), (bottom, top));
        fits.then_some(Self { plot: Plot { left, right, top, bottom }, x, y, ticks })
    }

    /// Draws the lines of the grid with the values beside them. Goes below the data.
    pub fn draw_values(&self, surface: &dyn Surface) {
        for (&tick, label) in self.ticks.values.iter().zip(&self.ticks.labels) {
            let y = self.y.pixel(tick);
            surface.rule(self.plot.left, self.plot.right, y, 1.0, surface.palette().grid);
            surface.text(label, (self.plot.left - GAP, y), HPos::Right, surface.palette().muted);
        }
    }

    /// Draws the hours below the box.
    pub fn draw_hours(&self, surface: &dyn Surface) {
        let muted = surface.palette().muted;
        let step = if self.plot.right - self.plot.left >= 480.0 { 3 } else { 6 };
        for hour in (0..=24).step_by(step) {
            let x = self.x.pixel(hour as f64);
            surface.post(x, self.plot.bottom, self.plot.bottom + 4.0, 1.0, muted);
            let at = (x, self.plot.bottom + GAP + ROW / 2.0);
            surface.text(&words::clock(hour * 60), at, HPos::Center, muted);
        }
    }

    /// Draws the line at the foot. Goes over the data.
    pub fn draw_foot(&self, surface: &dyn Surface) {
        surface.rule(self.plot.left, self.plot.right, self.plot.bottom, 1.0, surface.palette().muted);
    }

    /// Marks a point with a dot and the words above it, moved sideways where they would leave the box, and
    /// up where data would lie below them: `roof` is how high it reaches between two hours. The moments of the
    /// day are marked behind it.
    pub fn mark(
        &self,
        surface: &dyn Surface,
        (hour, value): (f64, f64),
        words: &str,
        colour: RGBColor,
        roof: impl Fn(f64, f64) -> f64,
        moments: &Moments,
    ) {
        let (x, y) = (self.x.pixel(hour), self.y.pixel(value));
        let half = surface.text_width(words) / 2.0;
        let middle = x.min(self.plot.right - half).max(self.plot.left + half).min(surface.width() - half);
        let roof = roof(self.x.value(middle - half), self.x.value(middle + half));
        let above = self.y.pixel(roof.max(value)) - TEXT;
        flags::draw(surface, &self.plot, moments, Label { middle, half, y: above });
        if y - above > TEXT {
            surface.post(x, above + TEXT / 2.0 + 2.0, y, 1.0, surface.palette().ink);
        }
        surface.dot((x, y), 3.0, colour);
        surface.text(words, (middle, above), HPos::Center, surface.palette().ink);
    }

    /// Says in the middle of the box why there is nothing in it.
    pub fn say(&self, surface: &dyn Surface, words: &str) {
        let middle = ((self.plot.left + self.plot.right) / 2.0, (self.plot.top + self.plot.bottom) / 2.0);
        let (half, height) = (surface.text_width(words) / 2.0 + GAP, ROW / 2.0);
        let corners = ((middle.0 - half, middle.1 - height), (middle.0 + half, middle.1 + height));
        surface.fill(corners.0, corners.1, surface.palette().paper);
        surface.text(words, middle, HPos::Center, surface.palette().muted);
    }
}

/// The room that the labels of an axis take left of it.
pub fn label_room(surface: &dyn Surface, ticks: &Ticks) -> f64 {
    let widest = ticks.labels.iter().map(|label| surface.text_width(label)).fold(0.0, f64::max);
    (widest + GAP).max(LEAST_LEFT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_minute_lead_to_each_other() {
        let plot = Plot { left: 30.0, right: 318.0, top: 0.0, bottom: 100.0 };
        for (x, minute) in [(-9.0, 0), (30.0, 0), (32.4, 10), (174.0, 720), (317.0, 1_435), (999.0, 1_435)] {
            assert_eq!(plot.minute(x), minute, "{x}");
        }
        for minute in (0..=LAST_MINUTE).step_by(BUCKET_MINUTES) {
            assert_eq!(plot.minute(plot.x(minute)), minute);
            assert_eq!(plot.scaled(1.5).x(minute), 1.5 * plot.x(minute));
        }
    }
}
