use burstlab_engine::scenario::Scenario;
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::{Pause, Session};

/// Changes that follow each other faster than this are one step.
const REST_MS: u32 = 450;

/// Keeps the steps that can be undone from now on: one for each gesture, however many changes it makes.
pub fn follow(session: Session) {
    let pause = Pause::default();
    Effect::new(move |was_held: Option<bool>| {
        session.scenario.track();
        let is_held = session.is_held.get();
        match (was_held, is_held) {
            (Some(false), true) => commit(session),
            (Some(_), false) => pause.then(REST_MS, move || commit(session)),
            (Some(true), true) | (None, _) => {}
        }
        is_held
    });
    window_event_listener(leptos::ev::keydown, move |event| {
        if let Some(turn) = turn_of(&event)
            && !writes_text(&event)
        {
            event.prevent_default();
            turn(session);
        }
    });
}

/// Goes back a step.
pub fn undo(session: Session) {
    commit(session);
    let state = session.history.try_update(super::Steps::undo).flatten();
    show(session, state);
}

/// Goes forward a step that was undone.
pub fn redo(session: Session) {
    commit(session);
    let state = session.history.try_update(super::Steps::redo).flatten();
    show(session, state);
}

/// Makes the present state a step, where it is not one yet.
pub fn commit(session: Session) {
    session.scenario.with_untracked(|scenario| {
        if session.history.with_untracked(|history| history.present() != scenario) {
            session.history.update(|history| history.record(scenario.clone()));
        }
    });
}

fn show(session: Session, state: Option<Scenario>) {
    if let Some(state) = state {
        session.put(state);
    }
}

/// Ctrl or ⌘ with Z goes back, with Shift+Z or Y forward.
fn turn_of(event: &KeyboardEvent) -> Option<fn(Session)> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return None;
    }
    match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        ("z", false) => Some(undo),
        ("z", true) | ("y", false) => Some(redo),
        _ => None,
    }
}

/// A field in which the browser itself undoes what was typed.
fn writes_text(event: &KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return false;
    };
    match element.dyn_ref::<HtmlInputElement>() {
        Some(input) => !matches!(input.type_().as_str(), "range" | "checkbox"),
        None => element.tag_name() == "TEXTAREA",
    }
}
