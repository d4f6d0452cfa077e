use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use leptos::prelude::{document, request_animation_frame, window};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{
    look::{Setting, TextWidths},
    watch::Watch,
};
use crate::{chart::Look, session::Pause};

/// What draws a picture; none when it could not.
type Picture = Box<dyn Fn(CanvasBackend, &Look<'_>) -> Option<()>>;

/// Holds a canvas and draws on it when its size or the page's colours change, and when it is asked to. What
/// nobody can see is drawn when it comes in sight, or once all has come to rest.
pub struct Easel {
    board: Rc<Board>,
    _watch: Watch,
}

impl Easel {
    /// Sets up a canvas; none where the browser has nothing to draw on.
    pub fn set_up(
        canvas: HtmlCanvasElement,
        picture: impl Fn(CanvasBackend, &Look<'_>) -> Option<()> + 'static,
    ) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.unchecked_into();
        let board = Rc::new(Board::new(canvas, context, Box::new(picture)));
        let (look, sight, print) = (Rc::downgrade(&board), Rc::downgrade(&board), Rc::downgrade(&board));
        let watch = Watch::over(
            &board.canvas,
            move || Board::look_again(&look),
            move |is_near| Board::come_in_sight(&sight, is_near),
            move || print.upgrade().iter().for_each(|board| board.catch_up()),
        )?;
        Some(Self { board, _watch: watch })
    }

    /// Draws anew: at once when nothing was drawn in this frame, else in the next.
    pub fn refresh(&self) {
        Board::refresh(&Rc::downgrade(&self.board));
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
    /// How the page looks around the canvas; read again once that may have changed, because reading it has the browser
    /// lay out what else changed in the frame.
    setting: RefCell<Option<Setting>>,
    frame: Cell<Frame>,
    /// Whether it is in sight or nearly so.
    is_near: Cell<bool>,
    /// Whether what it shows is out of date because nobody could see it.
    is_owed: Cell<bool>,
    rest: Pause,
}

/// What is out of sight is brought up to date when nothing has changed for so long: a picture of the whole
/// page, and a fast scroll, then find it there.
const REST_MS: u32 = 400;

impl Board {
    fn new(canvas: HtmlCanvasElement, context: CanvasRenderingContext2d, picture: Picture) -> Self {
        Self {
            canvas,
            context,
            picture,
            widths: RefCell::default(),
            setting: RefCell::default(),
            frame: Cell::new(Frame::Free),
            is_near: Cell::new(false),
            is_owed: Cell::new(true),
            rest: Pause::default(),
        }
    }

    fn refresh(board: &Weak<Self>) {
        let Some(this) = board.upgrade() else { return };
        if !this.is_seen() {
            return Self::put_off(board, &this);
        }
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

    fn put_off(board: &Weak<Self>, this: &Self) {
        this.is_owed.set(true);
        let board = Weak::clone(board);
        this.rest.then(REST_MS, move || {
            if let Some(this) = board.upgrade().filter(|_| !document().hidden()) {
                this.catch_up();
            }
        });
    }

    fn is_seen(&self) -> bool {
        self.is_near.get() && !document().hidden()
    }

    /// Draws what was put off, now that the canvas came near or the page back to the front.
    fn come_in_sight(board: &Weak<Self>, is_near: Option<bool>) {
        let Some(this) = board.upgrade() else { return };
        this.is_near.set(is_near.unwrap_or(this.is_near.get()));
        if this.is_seen() && this.is_owed.get() {
            Self::refresh(board);
        }
    }

    /// Draws what was put off, seen or not: on paper all is in sight.
    fn catch_up(&self) {
        if self.is_owed.get() {
            self.draw();
        }
    }

    /// Draws anew when what is around the canvas may have changed.
    fn look_again(board: &Weak<Self>) {
        if let Some(this) = board.upgrade() {
            this.setting.take();
        }
        Self::refresh(board);
    }

    fn draw(&self) {
        self.is_owed.set(false);
        let window = window();
        let known = self.setting.take().filter(|setting| setting.is_of(&window));
        let Some(setting) = known.or_else(|| Setting::around(&self.canvas, &self.context)) else { return };
        if self.fit(setting.pixels) {
            self.paint(&setting);
        }
        self.setting.replace(Some(setting));
    }

    fn paint(&self, setting: &Setting) {
        self.widths.borrow_mut().in_size(setting.ratio);
        let widths = self.widths.borrow();
        let look = Look {
            palette: setting.palette,
            ratio: setting.ratio,
            is_textured: setting.is_forced,
            text_width: &|text, size| widths.of(text, size, &self.context),
        };
        let Some(backend) = CanvasBackend::with_canvas_object(self.canvas.clone()) else { return };
        self.context.set_line_join("round");
        // A chart that fails to draw leaves blank paper; its numbers are in the table.
        let _ = (self.picture)(backend, &look);
    }

    /// Gives the canvas as many pixels as it takes on the screen; false while it takes none.
    fn fit(&self, (width, height): (u32, u32)) -> bool {
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
