use std::{cell::RefCell, collections::BTreeMap};

use plotters::style::RGBColor;
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, Window};

use crate::chart::{FONT_FAMILY, Palette, colour};

/// The size of the page's text at which charts are drawn as they were laid out.
const PLAIN_TEXT_PX: f64 = 16.0;

/// Device pixels to one pixel of a chart's layout: by the screen, and by the size of the text around it,
/// because a chart is read by the same eyes.
pub fn ratio(window: &Window, style: &CssStyleDeclaration) -> f64 {
    let text_px = style.get_property_value("font-size").ok();
    let text_px = text_px.and_then(|size| size.strip_suffix("px")?.parse::<f64>().ok());
    window.device_pixel_ratio() * text_px.unwrap_or(PLAIN_TEXT_PX) / PLAIN_TEXT_PX
}

/// Whether the page shows few colours, chosen by the person who reads it.
pub fn is_forced(window: &Window) -> bool {
    let query = window.match_media("(forced-colors: active)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// The colours that the style sheet gives at this place.
pub fn palette(window: &Window, style: &CssStyleDeclaration, context: &CanvasRenderingContext2d) -> Palette {
    let is_dark = window.match_media("(prefers-color-scheme: dark)").ok().flatten();
    let fallback =
        if is_dark.is_some_and(|query| query.matches()) { Palette::dark() } else { Palette::light() };
    fallback.read(|token| {
        let value = style.get_property_value(token).ok().filter(|value| !value.is_empty())?;
        colour(&value).or_else(|| resolved(&value, context))
    })
}

/// A colour in any other notation, as the canvas understands it.
fn resolved(value: &str, context: &CanvasRenderingContext2d) -> Option<RGBColor> {
    // What is no colour leaves the fill as it was.
    const NONE: &str = "#010203";
    context.set_fill_style_str(NONE);
    context.set_fill_style_str(value);
    context.fill_style().as_string().filter(|fill| fill != NONE).and_then(|fill| colour(&fill))
}

/// The style that holds for the canvas.
pub fn style(window: &Window, canvas: &HtmlCanvasElement) -> Result<CssStyleDeclaration, JsValue> {
    window.get_computed_style(canvas).and_then(|style| style.ok_or(JsValue::NULL))
}

/// The widths of texts, each measured once.
#[derive(Default)]
pub struct TextWidths {
    size: f64,
    widths: RefCell<BTreeMap<String, f64>>,
}

/// Labels of peaks differ from frame to frame: so many are kept until all are measured anew.
const MOST_KEPT: usize = 500;

impl TextWidths {
    /// Forgets everything when the size is another.
    pub fn in_size(&mut self, size: f64) {
        if self.size != size {
            *self = Self { size, ..Self::default() };
        }
    }

    /// The width of a text in device pixels.
    pub fn of(&self, text: &str, size: f64, context: &CanvasRenderingContext2d) -> f64 {
        if let Some(width) = self.widths.borrow().get(text) {
            return *width;
        }
        context.set_font(&format!("{size}px {FONT_FAMILY}"));
        let width = context.measure_text(text).map_or(0.0, |measured| measured.width());
        let mut widths = self.widths.borrow_mut();
        if widths.len() >= MOST_KEPT {
            widths.clear();
        }
        widths.insert(text.to_owned(), width);
        width
    }
}
