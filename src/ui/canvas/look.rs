use std::{cell::RefCell, collections::BTreeMap};

use burstlab_engine::units::number;
use leptos::prelude::window;
use plotters::style::RGBColor;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, Window};

use crate::chart::{FONT_FAMILY, Palette, colour};

/// The size of the page's text at which charts are drawn as they were laid out.
const PLAIN_TEXT_PX: f64 = 16.0;

/// How the page looks around a canvas.
pub struct Setting {
    /// The colours that the style sheet gives at this place.
    pub palette: Palette,
    /// Device pixels to one pixel of a chart's layout: by the screen, and by the size of the text around it, because a
    /// chart is read by the same eyes.
    pub ratio: f64,
    /// Whether the page shows few colours, chosen by the person who reads it.
    pub is_forced: bool,
    /// Width and height in pixels of the screen.
    pub pixels: (u32, u32),
    device_ratio: f64,
}

impl Setting {
    /// Reads it; none where the canvas is not on the page.
    pub fn around(canvas: &HtmlCanvasElement, context: &CanvasRenderingContext2d) -> Option<Self> {
        let window = window();
        let style = window.get_computed_style(canvas).ok()??;
        let device_ratio = window.device_pixel_ratio();
        let pixels = |length: i32| (f64::from(length) * device_ratio).round() as u32;
        Some(Self {
            palette: palette(&window, &style, context),
            ratio: device_ratio * text_px(&style) / PLAIN_TEXT_PX,
            is_forced: matches(&window, "(forced-colors: active)"),
            pixels: (pixels(canvas.client_width()), pixels(canvas.client_height())),
            device_ratio,
        })
    }

    /// Whether it is of the screen that the window is on.
    pub fn is_of(&self, window: &Window) -> bool {
        self.device_ratio == window.device_pixel_ratio()
    }
}

fn text_px(style: &CssStyleDeclaration) -> f64 {
    let size = style.get_property_value("font-size").ok();
    size.and_then(|size| number(size.strip_suffix("px")?)).unwrap_or(PLAIN_TEXT_PX)
}

fn matches(window: &Window, query: &str) -> bool {
    window.match_media(query).ok().flatten().is_some_and(|query| query.matches())
}

fn palette(window: &Window, style: &CssStyleDeclaration, context: &CanvasRenderingContext2d) -> Palette {
    let is_dark = matches(window, "(prefers-color-scheme: dark)");
    let fallback = if is_dark { Palette::dark() } else { Palette::light() };
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
