use burstlab_engine::scenario::{Scenario, link_notes, preset};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Pause, Session};

/// The address is written when nothing has changed for so long.
const PAUSE_MS: u32 = 400;

/// What a link leads to.
pub struct Opened {
    /// All of it that is right.
    pub scenario: Scenario,
    /// What is wrong with the rest.
    pub problems: Vec<String>,
    /// What one should know of a good link: that it was made with other prices, or asks for more than is simulated.
    pub notes: Vec<String>,
}

/// What the link in the address leads to; none where there is no link.
pub fn read() -> Option<Opened> {
    let hash = window().location().hash().ok()?;
    let link = hash.trim_start_matches('#');
    if link.is_empty() {
        return None;
    }
    let (scenario, problems) = Scenario::open_link(link);
    let problems = problems.iter().map(ToString::to_string).collect();
    Some(Opened { scenario, problems, notes: link_notes(link) })
}

/// The situation that this page was made for; none where it was made for no particular one.
pub fn situation() -> Option<Scenario> {
    let key = document().document_element()?.get_attribute("data-situation")?;
    preset(&key).map(|preset| preset.scenario.clone())
}

/// Keeps the address and the scenario together from now on.
pub fn follow(session: Session) {
    let pause = Pause::default();
    Effect::new(move |is_later: Option<bool>| {
        session.scenario.track();
        if is_later.is_some() {
            pause.then(PAUSE_MS, move || write(session));
        }
        true
    });
    window_event_listener(leptos::ev::hashchange, move |_| {
        let Some(opened) = read() else { return };
        // Someone is at work here: half of a link shall not take the place of what they have.
        if opened.problems.is_empty() {
            session.put(opened.scenario);
            session.notes.set(opened.notes);
        } else {
            session.set_problems(opened.problems);
        }
    });
}

/// Leaves the present address behind, complete, for the back button to return to.
pub fn turn_page(session: Session) {
    write(session);
    session.is_new_page.set_value(true);
}

fn write(session: Session) {
    let address = format!("#{}", session.link());
    let Ok(history) = window().history() else { return };
    // Refused in some frames of opaque origin; the page goes on without an address.
    let _ = if session.is_new_page.try_update_value(std::mem::take) == Some(true) {
        history.push_state_with_url(&JsValue::NULL, "", Some(&address))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
    };
}
