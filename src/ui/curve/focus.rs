use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, FocusOptions, SvgElement};

use super::{Editor, cue::Visibility};
use crate::editor::Grip;

/// Which of the points and which of the spikes the tab key stops at; arrows reach the others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stops {
    point: usize,
    spike: usize,
}

/// Whether the page may scroll to bring the focus into sight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scroll {
    /// It shall.
    Follow,
    /// It shall not: a finger is on it.
    Stay,
}

impl Editor {
    /// Makes the tools be about this, and the tab key come back to it.
    pub fn choose(self, grip: Grip) {
        self.chosen.set(Some(grip));
        self.stops.update(|stops| match grip {
            Grip::Point(index) => stops.point = index,
            Grip::Spike(index) => stops.spike = index,
            Grip::Segment(_) | Grip::Whole => {}
        });
    }

    /// Whether the tab key stops here. Something always does, even when what was chosen is gone.
    pub fn is_stop(self, grip: Grip) -> bool {
        let stops = self.stops.get();
        let last = |count: usize| count.saturating_sub(1);
        match grip {
            Grip::Point(index) => {
                index == stops.point.min(last(self.of_traffic(|traffic| traffic.curve.points().len())))
            }
            Grip::Spike(index) => {
                index == stops.spike.min(last(self.of_traffic(|traffic| traffic.spikes.len())))
            }
            Grip::Segment(_) | Grip::Whole => true,
        }
    }

    /// Gives a handle the focus; one that is not there leaves it where it is.
    pub fn focus(self, grip: Grip, scroll: Scroll) {
        let selector = match grip {
            Grip::Point(index) | Grip::Segment(index) => format!("[data-handle='{index}']"),
            Grip::Spike(index) => format!("[data-spike='{index}']"),
            Grip::Whole => "[data-whole]".to_owned(),
        };
        let Some(svg) = self.svg.get_untracked() else { return };
        let handle = svg.query_selector(&selector).ok().flatten();
        if let Some(handle) = handle.and_then(|handle| handle.dyn_into::<SvgElement>().ok()) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(scroll == Scroll::Stay);
            let _ = handle.focus_with_options(&options);
        }
    }

    /// Gives the focus to a handle that is only just coming to be.
    pub fn focus_new(self, grip: Grip) {
        self.choose(grip);
        request_animation_frame(move || self.focus(grip, Scroll::Stay));
    }

    /// A handle has got the focus; the first time by key it is said which keys there are.
    pub fn focus_came(self, grip: Grip, is_by_key: bool) {
        // What a pointer holds gets the focus from the page, and browsers then take it for one by key.
        let is_by_key = is_by_key && self.drag.with_untracked(Option::is_none);
        self.choose(grip);
        self.focused.set(Some(grip));
        if is_by_key && self.cue.get_untracked() == Visibility::NotYet {
            self.cue.set(Visibility::Shown);
        }
    }

    /// A handle has lost the focus, and is let go where it is. To its neighbour the keys go on being named.
    pub fn focus_went(self, grip: Grip, event: &FocusEvent) {
        if self.focused.get_untracked() == Some(grip) {
            self.focused.set(None);
        }
        self.let_go();
        let next = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
        if !next.is_some_and(|element| element.matches("svg [role=slider]").unwrap_or(false)) {
            self.hide_cue();
        }
    }

    /// Says no more which keys there are.
    pub fn hide_cue(self) {
        if self.cue.get_untracked() == Visibility::Shown {
            self.cue.set(Visibility::Gone);
        }
    }
}
