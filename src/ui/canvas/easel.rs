use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use leptos::prelude::{request_animation_frame, window};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, MediaQueryList, ResizeObserver};

use super::look::{self, TextWidths};
use crate::chart::Look;

/// What draws a picture; none when it could not.
type Picture = Box<dyn Fn(CanvasBackend, &Look<'_>) -> Option<()>>;

/// Holds a canvas and draws on it when its size or the page's colours change, and when it is asked to.
pub struct Easel {
    board: Rc<Board>,
    size: ResizeObserver,
    themes: Vec<MediaQueryList>,
    redraw: Closure<dyn FnMut()>,
}

/// The preferences that change the page's colours.
const THEMES: [&str; 3] =
    ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];

impl Easel {
    /// Sets up a canvas; none where the browser has nothing to draw on.
    pub fn set_up(
        canvas: HtmlCanvasElement,
        picture: impl Fn(CanvasBackend, &Look<'_>) -> Option<()> + 'static,
    ) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.unchecked_into();
        let board = Rc::new(Board::new(canvas, context, Box::new(picture)));
        let weak = Rc::downgrade(&board);
        let redraw = Closure::<dyn FnMut()>::new(move || Board::refresh(&weak));
        let listener = redraw.as_ref().unchecked_ref();
        let size = ResizeObserver::new(listener).ok()?;
        size.observe(&board.canvas);
        let themes: Vec<_> =
            THEMES.iter().filter_map(|theme| window().match_media(theme).ok().flatten()).collect();
        for theme in &themes {
            theme.add_event_listener_with_callback("change", listener).ok()?;
        }
        Some(Self { board, size, themes, redraw })
    }

    /// Draws anew: at once when nothing was drawn in this frame, else in the next.
    pub fn refresh(&self) {
        Board::refresh(&Rc::downgrade(&self.board));
    }
}

impl Drop for Easel {
    fn drop(&mut self) {
        self.size.disconnect();
        let listener = self.redraw.as_ref().unchecked_ref();
        for theme in &self.themes {
            // One that is gone already is no loss.
            let _ = theme.remove_event_listener_with_callback("change", listener);
        }
    }
}

/// When a board may be drawn on.
#[derive(Clone, Copy, PartialEq)]
enum Frame {
    /// Nothing was drawn in this frame.
    Free,
    /// Something was drawn, and nothing changed since.
    Drawn,
    /// Something was drawn, and is out of date.
    Stale,
}

struct Board {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    picture: Picture,
    widths: RefCell<TextWidths>,
    frame: Cell<Frame>,
}

impl Board {
    fn new(canvas: HtmlCanvasElement, context: CanvasRenderingContext2d, picture: Picture) -> Self {
        Self { canvas, context, picture, widths: RefCell::default(), frame: Cell::new(Frame::Free) }
    }

    fn refresh(board: &Weak<Self>) {
        let Some(this) = board.upgrade() else { return };
        if this.frame.get() != Frame::Free {
            return this.frame.set(Frame::Stale);
        }
        this.draw();
        this.frame.set(Frame::Drawn);
        let board = Weak::clone(board);
        request_animation_frame(move || {
            let Some(this) = board.upgrade() else { return };
            if this.frame.replace(Frame::Free) == Frame::Stale {
                Self::refresh(&board);
            }
        });
    }

    fn draw(&self) {
        let window = window();
        let Ok(style) = look::style(&window, &self.canvas) else { return };
        if !self.fit(window.device_pixel_ratio()) {
            return;
        }
        let ratio = look::ratio(&window, &style);
        self.widths.borrow_mut().in_size(ratio);
        let widths = self.widths.borrow();
        let palette = look::palette(&window, &style, &self.context);
        let look = Look { palette, ratio, text_width: &|text, size| widths.of(text, size, &self.context) };
        let Some(backend) = CanvasBackend::with_canvas_object(self.canvas.clone()) else { return };
        self.context.set_line_join("round");
        // A chart that fails to draw leaves blank paper; its numbers are in the table.
        let _ = (self.picture)(backend, &look);
    }

    /// Gives the canvas as many pixels as it takes on the screen; false while it takes none.
    fn fit(&self, device_ratio: f64) -> bool {
        let pixels = |length: i32| (f64::from(length) * device_ratio).round() as u32;
        let (width, height) = (pixels(self.canvas.client_width()), pixels(self.canvas.client_height()));
        // Setting a size empties the canvas even where it stays the same.
        if self.canvas.width() != width {
            self.canvas.set_width(width);
        }
        if self.canvas.height() != height {
            self.canvas.set_height(height);
        }
        width > 0 && height > 0
    }
}
