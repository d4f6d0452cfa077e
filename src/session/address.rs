use burstlab_engine::scenario::Scenario;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Pause, Session};

/// The address is written when nothing has changed for so long.
const PAUSE_MS: u32 = 400;

/// The scenario in the address; none where there is no link in it.
pub fn read() -> Option<Result<Scenario, Vec<String>>> {
    let hash = window().location().hash().ok()?;
    let link = hash.trim_start_matches('#');
    let in_words = |problems: Vec<_>| problems.iter().map(ToString::to_string).collect();
    (!link.is_empty()).then(|| Scenario::from_link(link).map_err(in_words))
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
    window_event_listener(leptos::ev::hashchange, move |_| match read() {
        Some(Ok(scenario)) => session.open(scenario),
        Some(Err(problems)) => session.set_problems(problems),
        None => {}
    });
}

fn write(session: Session) {
    let link = session.scenario.with_untracked(|scenario| scenario.to_link());
    if let Ok(history) = window().history() {
        // Refused in some frames of opaque origin; the page goes on without an address.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{link}")));
    }
}
