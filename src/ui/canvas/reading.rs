use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use crate::chart::{LAST_MINUTE, Plot};

/// The time of day that is read off all charts at once.
#[derive(Clone, Copy)]
pub struct Reading {
    /// The minute; kept while nothing is read, for the keyboard to begin at.
    pub minute: RwSignal<usize>,
    /// Whether it is shown.
    pub is_shown: RwSignal<bool>,
}

/// Where the keyboard begins.
const NOON: usize = 720;
/// What a page key is worth.
const HOUR: usize = 60;

impl Reading {
    /// Nothing is read yet. Escape, and a touch beside the charts, end a reading.
    pub fn start() -> Self {
        let reading = Self { minute: RwSignal::new(NOON), is_shown: RwSignal::new(false) };
        let keys = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                reading.end();
            }
        });
        let touches = window_event_listener(ev::pointerdown, move |event| {
            if !is_on_stage(&event) {
                reading.end();
            }
        });
        on_cleanup(move || {
            keys.remove();
            touches.remove();
        });
        reading
    }

    /// Shows this time in all charts.
    pub fn show(&self, minute: usize) {
        if self.minute.get_untracked() != minute {
            self.minute.set(minute);
        }
        if !self.is_shown.get_untracked() {
            self.is_shown.set(true);
        }
    }

    /// Shows none.
    pub fn end(&self) {
        if self.is_shown.get_untracked() {
            self.is_shown.set(false);
        }
    }

    /// Reads at the pointer.
    pub fn follow(&self, plot: Option<Plot>, event: &PointerEvent) {
        let stage = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if let (Some(plot), Some(stage)) = (plot, stage) {
            self.show(plot.minute(f64::from(event.client_x()) - stage.get_bounding_client_rect().left()));
        }
    }

    /// A mouse that leaves takes the reading with it; a finger that is lifted lets it be read.
    pub fn leave(&self, event: &PointerEvent) {
        if event.pointer_type() != "touch" {
            self.end();
        }
    }

    /// A page key goes by hours; all other keys do what they do to every slider.
    pub fn page(&self, event: &web_sys::KeyboardEvent) {
        let minute = self.minute.get_untracked();
        let moved = match event.key().as_str() {
            "PageUp" => minute + HOUR,
            "PageDown" => minute.saturating_sub(HOUR),
            _ => return,
        };
        event.prevent_default();
        self.show(moved.min(LAST_MINUTE));
    }
}

fn is_on_stage(event: &PointerEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(".chart-stage").is_ok_and(|stage| stage.is_some()))
}
