use plotters::{
    coord::Shift,
    drawing::{DrawingArea, IntoDrawingArea},
    element::{Circle, PathElement, Polygon, Rectangle},
    prelude::DrawingBackend,
    style::{
        Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use super::{Look, PaintError, Palette};

/// The size of all text, in layout pixels.
pub const TEXT: f64 = 12.0;

/// From this width on a sheet is wide.
const WIDE: f64 = 560.0;

/// The fonts of all text, as style sheets name them.
pub const FAMILY: &str = "system-ui, sans-serif";

/// What a chart is drawn on, measured in layout pixels.
///
/// Backends count device pixels in whole numbers. Everything is rounded here and nowhere else, so that a
/// chart at twice the ratio is the same chart.
pub struct Sheet<'a, DB: DrawingBackend> {
    area: DrawingArea<DB, Shift>,
    /// Its colours.
    pub palette: &'a Palette,
    ratio: f64,
    measure: &'a dyn Fn(&str, f64) -> f64,
    /// From the left edge to the right.
    pub width: f64,
    /// From the top edge to the bottom.
    pub height: f64,
}

impl<'a, DB: DrawingBackend> Sheet<'a, DB> {
    /// A sheet of blank paper over the whole backend.
    pub fn new(backend: DB, look: &'a Look<'_>) -> Result<Self, PaintError> {
        let ratio = if look.ratio.is_finite() && look.ratio > 0.0 { look.ratio } else { 1.0 };
        let area = backend.into_drawing_area();
        area.fill(&look.palette.paper)?;
        let (width, height) = area.dim_in_pixel();
        let (width, height) = (f64::from(width) / ratio, f64::from(height) / ratio);
        Ok(Self { area, palette: &look.palette, ratio, measure: look.text_width, width, height })
    }

    /// Whether there is room for words beside the data.
    pub fn is_wide(&self) -> bool {
        self.width >= WIDE
    }

    /// Shows what was drawn.
    pub fn present(&self) -> Result<(), PaintError> {
        Ok(self.area.present()?)
    }

    /// Fills the box between two corners. Lines along an axis are thin boxes: unlike strokes they have
    /// sharp edges on every backend.
    pub fn fill(&self, from: (f64, f64), to: (f64, f64), colour: RGBColor) -> Result<(), PaintError> {
        Ok(self.area.draw(&Rectangle::new([self.device(from), self.device(to)], colour.filled()))?)
    }

    /// A level line one pixel thick, from left to right.
    pub fn rule(&self, left: f64, right: f64, y: f64, colour: RGBColor) -> Result<(), PaintError> {
        self.fill((left, y), (right, y + 1.0), colour)
    }

    /// Fills the shape within a closed line.
    pub fn shape(&self, points: &[(f64, f64)], colour: RGBColor) -> Result<(), PaintError> {
        Ok(self.area.draw(&Polygon::new(self.devices(points), colour.filled()))?)
    }

    /// An open line through points.
    pub fn line(&self, points: &[(f64, f64)], colour: RGBColor, thickness: f64) -> Result<(), PaintError> {
        let style = ShapeStyle::from(colour).stroke_width((thickness * self.ratio).round().max(1.0) as u32);
        Ok(self.area.draw(&PathElement::new(self.devices(points), style))?)
    }

    /// A filled circle with a rim of paper, to stand out from what is below it.
    pub fn dot(&self, at: (f64, f64), radius: f64, colour: RGBColor) -> Result<(), PaintError> {
        for (radius, colour) in [(radius + 1.5, self.palette.paper), (radius, colour)] {
            let radius = (radius * self.ratio).round() as u32;
            self.area.draw(&Circle::new(self.device(at), radius, colour.filled()))?;
        }
        Ok(())
    }

    /// One line of text, anchored at its middle height.
    pub fn text(&self, text: &str, at: (f64, f64), side: HPos, colour: RGBColor) -> Result<(), PaintError> {
        let style = TextStyle {
            pos: Pos::new(side, VPos::Center),
            color: colour.to_backend_color(),
            font: self.font(),
        };
        Ok(self.area.draw_text(text, &style, self.device(at))?)
    }

    /// The width that a text takes, rounded up so that it does not depend on the ratio.
    pub fn text_width(&self, text: &str) -> f64 {
        ((self.measure)(text, TEXT * self.ratio) / self.ratio).ceil()
    }

    fn font(&self) -> FontDesc<'static> {
        FontDesc::new(FontFamily::Name(FAMILY), TEXT * self.ratio, FontStyle::Normal)
    }

    fn devices(&self, points: &[(f64, f64)]) -> Vec<(i32, i32)> {
        points.iter().map(|&point| self.device(point)).collect()
    }

    fn device(&self, (x, y): (f64, f64)) -> (i32, i32) {
        ((x * self.ratio).round() as i32, (y * self.ratio).round() as i32)
    }
}
