use burstlab_engine::traffic::Traffic;
use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::PointerEvent;

use super::{Editor, focus::Scroll, size::Place};
use crate::editor::{self, Drag, Gesture, Grip, Position, Stroke};

/// A gesture under way, and by which pointer: a second finger does not disturb the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// What the pointer does.
    pub gesture: Gesture,
    pointer: i32,
    /// Where the drawing was on the screen when it began.
    place: Place,
}

impl Editor {
    /// Takes hold of the point or spike that the pointer means.
    pub fn hold_nearest(self, event: &PointerEvent) {
        let Some(at) = self.place_of(event) else { return };
        let scale = self.scale.get_untracked();
        if let Some(grip) = self.of_traffic_now(|traffic| editor::nearest(scale, traffic, at)) {
            self.hold(grip, event);
        }
    }

    /// Takes hold of something until the pointer is lifted.
    pub fn hold(self, grip: Grip, event: &PointerEvent) {
        let scale = self.scale.get_untracked();
        let is_begun =
            self.begin(event, |at, traffic| Gesture::Pull(Drag::new(grip, scale, at, traffic), at));
        if !is_begun {
            return;
        }
        if !matches!(grip, Grip::Segment(_)) {
            self.choose(grip);
            self.focus(grip, Scroll::Stay);
        }
    }

    /// Takes hold of the whole day by the area under its line. A finger there scrolls the page instead: it
    /// has a handle of its own for the day.
    pub fn hold_area(self, event: &PointerEvent) {
        if event.pointer_type() != "touch" {
            let scale = self.scale.get_untracked();
            self.begin(event, |at, traffic| Gesture::Pull(Drag::new(Grip::Whole, scale, at, traffic), at));
        }
    }

    /// Begins a stroke of the brush.
    pub fn draw(self, event: &PointerEvent) {
        event.stop_propagation();
        let scale = self.scale.get_untracked();
        let is_begun = self.begin(event, |at, traffic| {
            let mut stroke = Stroke::new(scale, traffic);
            stroke.follow(at);
            Gesture::Draw(stroke)
        });
        if is_begun {
            self.chosen.set(None);
            self.pace.act(move || self.apply());
        }
    }

    fn begin(self, event: &PointerEvent, gesture: impl FnOnce(Position, Traffic) -> Gesture) -> bool {
        let is_busy = self.drag.with_untracked(Option::is_some);
        let Some(svg) = self.svg.get_untracked().filter(|_| event.button() == 0 && !is_busy) else {
            return false;
        };
        // Without capture a drag ends at the edge; a pointer that is gone already cannot be captured.
        let _ = svg.set_pointer_capture(event.pointer_id());
        let place = Place::of(&svg);
        let gesture = gesture(place.within(event), self.of_traffic_now(Traffic::clone));
        self.let_go();
        self.near.set(None);
        self.drag.set(Some(Held { gesture, pointer: event.pointer_id(), place }));
        true
    }

    /// A press on nothing that takes presses of its own: perhaps a tap.
    pub fn pressed(self, event: &PointerEvent) {
        if let Some(at) = self.place_of(event).filter(|_| event.is_primary() && event.button() == 0) {
            self.taps.update_value(|taps| taps.press(at, event.time_stamp()));
        }
    }

    /// The pointer moves: something follows it, or lights up below it.
    pub fn moved(self, event: &PointerEvent) {
        if self.is_holding(event) {
            self.drag.update_untracked(|drag| {
                if let Some(held) = drag {
                    held.follow(event);
                }
            });
            self.pace.act(move || self.apply());
        } else if event.pointer_type() != "touch" && !self.brush.get_untracked() {
            let (scale, at) = (self.scale.get_untracked(), self.place_of(event));
            self.point_at(
                at.and_then(|at| self.of_traffic_now(|traffic| editor::nearest(scale, traffic, at))),
            );
        }
    }

    /// Lights up what the mouse means.
    pub fn point_at(self, near: Option<Grip>) {
        if self.near.get_untracked() != near {
            self.near.set(near);
        }
    }

    /// Lets go of what this pointer holds; the second tap of two adds a point.
    pub fn lifted(self, event: &PointerEvent) {
        if self.is_holding(event) {
            self.apply();
            self.end();
        }
        let Some(at) = self.place_of(event).filter(|_| event.is_primary()) else { return };
        let mut is_double = false;
        self.taps.update_value(|taps| is_double = taps.release(at, event.time_stamp()));
        if is_double && !self.brush.get_untracked() {
            self.add_at(at);
        }
    }

    /// What the browser takes back never was: a swipe of the system, a palm.
    pub fn cancelled(self, event: &PointerEvent) {
        self.taps.update_value(editor::Taps::forget);
        if self.is_holding(event) {
            self.put_back();
        }
    }

    /// Whatever the reason, nothing stays held by a pointer that is gone.
    pub fn lost(self, event: &PointerEvent) {
        if self.is_holding(event) {
            self.end();
        }
    }

    /// Ends the gesture as if it had not been.
    pub fn put_back(self) {
        let before = self.drag.with_untracked(|drag| drag.as_ref().map(|held| held.gesture.before().clone()));
        if let Some(traffic) = before {
            self.set_traffic(traffic);
        }
        self.end();
    }

    fn end(self) {
        let is_changed = self.drag.with_untracked(|drag| {
            let before = drag.as_ref().map(|held| held.gesture.before());
            before.is_some_and(|before| self.of_traffic_now(|traffic| traffic != before))
        });
        if is_changed {
            self.is_pulled.set(true);
        }
        self.drag.set(None);
    }

    /// Makes the traffic what the gesture under way makes of it.
    fn apply(self) {
        let traffic = self.drag.with_untracked(|drag| drag.as_ref().map(|held| held.gesture.traffic()));
        if let Some(traffic) = traffic {
            self.set_traffic(traffic);
        }
    }

    fn is_holding(self, event: &PointerEvent) -> bool {
        let id = event.pointer_id();
        self.drag.with_untracked(|drag| drag.as_ref().is_some_and(|held| held.pointer == id))
    }

    fn place_of(self, event: &PointerEvent) -> Option<Position> {
        let svg = self.svg.get_untracked()?;
        Some(Place::of(&svg).within(event))
    }
}

impl Held {
    /// Goes along with a move. A brush needs all places that the pointer has been at since the last frame; of
    /// what is pulled only the last counts.
    fn follow(&mut self, event: &PointerEvent) {
        if let Gesture::Draw(_) = self.gesture {
            for passed in passed_places(event) {
                self.gesture.follow(self.place.within(&passed));
            }
        }
        self.gesture.follow(self.place.within(event));
    }
}

/// The moves that a browser took together into this one; not all browsers tell.
fn passed_places(event: &PointerEvent) -> Vec<PointerEvent> {
    if !Reflect::has(event, &JsValue::from_str("getCoalescedEvents")).unwrap_or(false) {
        return Vec::new();
    }
    event.get_coalesced_events().iter().map(JsCast::unchecked_into).collect()
}
