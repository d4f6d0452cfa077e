//! The page: markup and events. Nothing here computes; what is shown comes from the session, `view` and
//! `editor`.
//!
//! Start at [`App`].

mod announcement;
mod canvas;
mod charts;
mod clipboard;
mod compare;
mod controls;
mod curve;
mod document_text;
mod each;
mod fold;
mod gallery;
mod headline;
mod icon;
mod masthead;
mod messages;
mod prices;
mod sentence;

use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;

use self::{
    announcement::{Announcement, OutcomeText},
    charts::Charts,
    compare::Compare,
    controls::{BasicControls, ExpertControls},
    curve::{CurveEditor, TrafficTable},
    document_text::ScenarioText,
    gallery::Gallery,
    headline::Headline,
    masthead::{Masthead, Opening},
    messages::Messages,
    prices::Prices,
    sentence::AnswerSentence,
};
use crate::session::Session;

/// Shows the app in place of the first paint that `index.html` brought.
pub fn show() {
    let place = document().get_element_by_id("app").expect("index.html has a place for the app");
    place.set_inner_html("");
    mount_to(place.unchecked_into(), App).forget();
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let session = Session::start();
    let is_compared = RwSignal::new(false);
    view! {
        <Masthead session is_compared/>
        <main>
            <Messages session/>
            <Opening session/>
            <CurveEditor session/>
            <section class="answer" aria-label="Price and wait">
                <Headline session/>
                <AnswerSentence session/>
            </section>
            <BasicControls session/>
            <Charts session/>
            <Compare session is_open=is_compared/>
            <section class="more" aria-label="More">
                <ExpertControls session/>
                <Prices session/>
                <TrafficTable session/>
                <ScenarioText session/>
            </section>
            <Gallery session/>
        </main>
        <footer class="footer">
            <p>"Nothing you type leaves this page. Prices are of us-east-1; free tiers are off unless you turn them on."</p>
        </footer>
        <Announcement session/>
        <OutcomeText session/>
    }
}
