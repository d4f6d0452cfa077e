use std::cell::RefCell;

use plotters::{
    coord::Shift,
    drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea},
    element::{Circle, PathElement, Polygon, Rectangle},
    prelude::DrawingBackend,
    style::{
        Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use super::{
    Look, PaintError, Palette,
    palette::{Texture, Tone},
};

/// The size of all text, in layout pixels.
pub const TEXT: f64 = 12.0;

/// From this width on a surface is wide.
const WIDE: f64 = 560.0;

/// The stripes and dots of textures: how far apart they are, and how thick.
const WEAVE: (f64, f64) = (4.0, 2.0);

/// The fonts of all text, as style sheets name them.
pub const FAMILY: &str = "system-ui, sans-serif";

/// What charts are drawn on, measured in layout pixels.
///
/// Nothing drawn returns an error: a surface that fails once stays as it is, and [`super::paint`] says why.
pub trait Surface {
    /// The colours to draw in.
    fn palette(&self) -> &Palette;

    /// From the left edge to the right.
    fn width(&self) -> f64;

    /// From the top edge to the bottom.
    fn height(&self) -> f64;

    /// The width that a text takes, rounded up so that it does not depend on the ratio.
    fn text_width(&self, text: &str) -> f64;

    /// Fills the box between two corners.
    fn fill(&self, from: (f64, f64), to: (f64, f64), colour: RGBColor);

    /// Whether areas are told apart by texture as well.
    fn is_textured(&self) -> bool;

    /// A level line from left to right, its middle at this height. As thick everywhere on every screen, and
    /// sharp, which strokes are not.
    fn rule(&self, left: f64, right: f64, y: f64, thickness: f64, colour: RGBColor);

    /// An upright line, as sharp as a rule.
    fn post(&self, x: f64, top: f64, bottom: f64, thickness: f64, colour: RGBColor);

    /// Fills the shape within a closed line.
    fn shape(&self, points: &[(f64, f64)], colour: RGBColor);

    /// An open line through points.
    fn line(&self, points: &[(f64, f64)], colour: RGBColor, thickness: f64);

    /// A filled circle with a rim of paper, to stand out from what is below it.
    fn dot(&self, at: (f64, f64), radius: f64, colour: RGBColor);

    /// One line of text, anchored at its middle height.
    fn text(&self, text: &str, at: (f64, f64), side: HPos, colour: RGBColor);

    /// Fills the box between two corners, in a texture where colours are few. Textures run on from box to box.
    fn tile(&self, from: (f64, f64), to: (f64, f64), tone: Tone) {
        let texture = if self.is_textured() { tone.texture } else { Texture::Solid };
        let columns = || threads(from.0, to.0);
        let rows = || threads(from.1, to.1);
        match texture {
            Texture::Solid => self.fill(from, to, tone.colour),
            Texture::Rows => {
                rows().for_each(|(top, bottom)| self.fill((from.0, top), (to.0, bottom), tone.colour));
            }
            Texture::Columns => {
                columns().for_each(|(left, right)| self.fill((left, from.1), (right, to.1), tone.colour));
            }
            Texture::Dots => rows().for_each(|(top, bottom)| {
                columns().for_each(|(left, right)| self.fill((left, top), (right, bottom), tone.colour));
            }),
        }
    }

    /// Whether there is room for words beside the data.
    fn is_wide(&self) -> bool {
        self.width() >= WIDE
    }
}

/// The threads of a weave between two places.
fn threads(from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> {
    let first = (from / WEAVE.0).floor() as i64;
    let last = (to / WEAVE.0).ceil() as i64;
    let thread = move |index: i64| {
        let start = index as f64 * WEAVE.0;
        (start.max(from), (start + WEAVE.1).min(to))
    };
    (first..last).map(thread).filter(|(start, end)| end > start)
}

/// The surface over any of plotters' backends: a canvas in the page, an SVG in a test.
///
/// Backends count device pixels in whole numbers. Everything is rounded here and nowhere else, so that a
/// chart at twice the ratio is the same chart.
pub struct Sheet<'a, DB: DrawingBackend> {
    area: DrawingArea<DB, Shift>,
    look: &'a Look<'a>,
    ratio: f64,
    size: (f64, f64),
    failure: RefCell<Option<PaintError>>,
}

impl<'a, DB: DrawingBackend> Sheet<'a, DB> {
    /// Blank paper over the whole backend.
    pub fn new(backend: DB, look: &'a Look<'_>) -> Self {
        let ratio = if look.ratio.is_finite() && look.ratio > 0.0 { look.ratio } else { 1.0 };
        let area = backend.into_drawing_area();
        let (width, height) = area.dim_in_pixel();
        let size = (f64::from(width) / ratio, f64::from(height) / ratio);
        let sheet = Self { area, look, ratio, size, failure: RefCell::default() };
        sheet.heed(sheet.area.fill(&look.palette.paper));
        sheet
    }

    /// Shows what was drawn, or says what went wrong first.
    pub fn present(self) -> Result<(), PaintError> {
        self.heed(self.area.present());
        self.failure.into_inner().map_or(Ok(()), Err)
    }

    fn heed(&self, result: Result<(), DrawingAreaErrorKind<DB::ErrorType>>) {
        if let Err(error) = result {
            self.failure.borrow_mut().get_or_insert_with(|| error.into());
        }
    }

    fn bar(&self, from: (i32, i32), to: (i32, i32), colour: RGBColor) {
        self.heed(self.area.draw(&Rectangle::new([from, to], colour.filled())));
    }

    /// Where a line of this thickness begins and ends across its length: whole pixels, and always as many.
    fn across(&self, middle: f64, thickness: f64) -> (i32, i32) {
        let pixels = (thickness * self.ratio).round().max(1.0);
        let start = (middle * self.ratio - pixels / 2.0).round();
        (start as i32, (start + pixels) as i32)
    }

    fn devices(&self, points: &[(f64, f64)]) -> Vec<(i32, i32)> {
        points.iter().map(|&point| self.device(point)).collect()
    }

    fn device(&self, (x, y): (f64, f64)) -> (i32, i32) {
        (self.pixel(x), self.pixel(y))
    }

    fn pixel(&self, length: f64) -> i32 {
        (length * self.ratio).round() as i32
    }
}

impl<DB: DrawingBackend> Surface for Sheet<'_, DB> {
    fn palette(&self) -> &Palette {
        &self.look.palette
    }

    fn width(&self) -> f64 {
        self.size.0
    }

    fn height(&self) -> f64 {
        self.size.1
    }

    fn text_width(&self, text: &str) -> f64 {
        ((self.look.text_width)(text, TEXT * self.ratio) / self.ratio).ceil()
    }

    fn is_textured(&self) -> bool {
        self.look.is_textured
    }

    fn fill(&self, from: (f64, f64), to: (f64, f64), colour: RGBColor) {
        self.bar(self.device(from), self.device(to), colour);
    }

    fn rule(&self, left: f64, right: f64, y: f64, thickness: f64, colour: RGBColor) {
        let (top, bottom) = self.across(y, thickness);
        self.bar((self.pixel(left), top), (self.pixel(right), bottom), colour);
    }

    fn post(&self, x: f64, top: f64, bottom: f64, thickness: f64, colour: RGBColor) {
        let (left, right) = self.across(x, thickness);
        self.bar((left, self.pixel(top)), (right, self.pixel(bottom)), colour);
    }

    fn shape(&self, points: &[(f64, f64)], colour: RGBColor) {
        self.heed(self.area.draw(&Polygon::new(self.devices(points), colour.filled())));
    }

    fn line(&self, points: &[(f64, f64)], colour: RGBColor, thickness: f64) {
        let style = ShapeStyle::from(colour).stroke_width((thickness * self.ratio).round().max(1.0) as u32);
        self.heed(self.area.draw(&PathElement::new(self.devices(points), style)));
    }

    fn dot(&self, at: (f64, f64), radius: f64, colour: RGBColor) {
        for (radius, colour) in [(radius + 1.5, self.look.palette.paper), (radius, colour)] {
            let radius = (radius * self.ratio).round() as u32;
            self.heed(self.area.draw(&Circle::new(self.device(at), radius, colour.filled())));
        }
    }

    fn text(&self, text: &str, at: (f64, f64), side: HPos, colour: RGBColor) {
        let font = FontDesc::new(FontFamily::Name(FAMILY), TEXT * self.ratio, FontStyle::Normal);
        let pos = Pos::new(side, VPos::Center);
        let style = TextStyle { pos, color: colour.to_backend_color(), font };
        self.heed(self.area.draw_text(text, &style, self.device(at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn textures_run_on_from_box_to_box() {
        let whole: Vec<_> = threads(1.0, 11.0).collect();
        assert_eq!(whole, [(1.0, 2.0), (4.0, 6.0), (8.0, 10.0)]);
        let halves: f64 = threads(1.0, 5.0).chain(threads(5.0, 11.0)).map(|(start, end)| end - start).sum();
        assert_eq!(halves, 5.0, "as much is woven in two boxes as in one");
        assert_eq!(threads(2.5, 3.5).count(), 0, "between two threads");
    }
}
