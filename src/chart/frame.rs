use plotters::{
    prelude::DrawingBackend,
    style::{RGBColor, text_anchor::HPos},
};

use super::{
    PaintError,
    key::ROW,
    scale::{Law, Scale, Ticks},
    sheet::{Sheet, TEXT},
};
use crate::view::words;

const DAY_HOURS: f64 = 24.0;
/// Room between an axis and its labels.
const GAP: f64 = 6.0;
/// Room over the data for the label of its peak.
const HEADROOM: f64 = 20.0;
/// Room for three digits, taken also by fewer: charts below each other then begin at one place.
const LEAST_LEFT: f64 = 30.0;
/// Below this a chart shows nothing but lines.
const LEAST: f64 = 24.0;

/// The box that data is drawn in, with the scales of both axes.
pub struct Frame {
    /// Its left edge.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its lower edge.
    pub bottom: f64,
    /// From hours to pixels.
    pub x: Scale,
    /// From values to pixels.
    pub y: Scale,
    ticks: Ticks,
}

impl Frame {
    /// The box between a head of words and the hours, its right margin at least as asked for; none where
    /// the sheet is too small to draw in.
    pub fn lay<DB: DrawingBackend>(
        sheet: &Sheet<'_, DB>,
        head: f64,
        margin: f64,
        ticks: impl FnOnce(usize) -> Ticks,
    ) -> Option<Self> {
        let (top, bottom) = (head + HEADROOM, sheet.height - ROW - GAP);
        let ticks = ticks(((bottom - top) / 40.0).clamp(1.0, 6.0) as usize);
        let labels = ticks.labels.iter().map(|label| sheet.text_width(label)).fold(0.0, f64::max);
        let half_hour_label = (sheet.text_width("24:00") / 2.0).ceil();
        let (left, right) = ((labels + GAP).max(LEAST_LEFT), sheet.width - margin.max(half_hour_label));
        let fits = right - left >= LEAST && bottom - top >= LEAST;
        let x = Scale::new(Law::Linear, (0.0, DAY_HOURS), (left, right));
        let y = Scale::new(ticks.law, ticks.ends(), (bottom, top));
        fits.then_some(Self { left, right, top, bottom, x, y, ticks })
    }

    /// Draws the grid with the values and the hours beside it. Goes below the data.
    pub fn draw_grid<DB: DrawingBackend>(&self, sheet: &Sheet<'_, DB>) -> Result<(), PaintError> {
        for (&tick, label) in self.ticks.values.iter().zip(&self.ticks.labels) {
            let y = self.y.pixel(tick);
            sheet.rule(self.left, self.right, y, sheet.palette.grid)?;
            sheet.text(label, (self.left - GAP, y), HPos::Right, sheet.palette.muted)?;
        }
        let step = if self.right - self.left >= 480.0 { 3 } else { 6 };
        for hour in (0..=24).step_by(step) {
            let x = self.x.pixel(hour as f64);
            sheet.fill((x, self.bottom), (x + 1.0, self.bottom + 4.0), sheet.palette.muted)?;
            let at = (x, self.bottom + GAP + ROW / 2.0);
            sheet.text(&words::clock(hour * 60), at, HPos::Center, sheet.palette.muted)?;
        }
        Ok(())
    }

    /// Draws the line at the foot. Goes over the data.
    pub fn draw_foot<DB: DrawingBackend>(&self, sheet: &Sheet<'_, DB>) -> Result<(), PaintError> {
        sheet.rule(self.left, self.right + 1.0, self.bottom, sheet.palette.muted)
    }

    /// Marks a point with a dot and the words above it, moved sideways where they would leave the box, and
    /// up where data would lie below them: `roof` is how high it reaches between two hours.
    pub fn mark<DB: DrawingBackend>(
        &self,
        sheet: &Sheet<'_, DB>,
        (hour, value): (f64, f64),
        words: &str,
        colour: RGBColor,
        roof: impl Fn(f64, f64) -> f64,
    ) -> Result<(), PaintError> {
        let (x, y) = (self.x.pixel(hour), self.y.pixel(value));
        let half = sheet.text_width(words) / 2.0;
        let middle = x.min(self.right - half).max(self.left + half);
        let roof = roof(self.x.value(middle - half), self.x.value(middle + half));
        let above = self.y.pixel(roof.max(value)) - TEXT;
        if y - above > TEXT {
            sheet.fill((x, above + TEXT / 2.0 + 2.0), (x + 1.0, y), sheet.palette.ink)?;
        }
        sheet.dot((x, y), 3.0, colour)?;
        sheet.text(words, (middle, above), HPos::Center, sheet.palette.ink)
    }

    /// Says in the middle of the box why there is nothing in it.
    pub fn say<DB: DrawingBackend>(&self, sheet: &Sheet<'_, DB>, words: &str) -> Result<(), PaintError> {
        let middle = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0);
        let (half, height) = (sheet.text_width(words) / 2.0 + GAP, ROW / 2.0);
        let corners = ((middle.0 - half, middle.1 - height), (middle.0 + half, middle.1 + height));
        sheet.fill(corners.0, corners.1, sheet.palette.paper)?;
        sheet.text(words, middle, HPos::Center, sheet.palette.muted)
    }
}
