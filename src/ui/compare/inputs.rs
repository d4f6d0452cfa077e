use burstlab_engine::{scenario::knob, units::number};
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

use super::Weighing;
use crate::{editor::knobs, session::Session};

/// What is wished for: the target, and what money there is to spend and to lose. All of it is the scenario's, so that links
/// and steps back know it.
#[component]
pub fn Inputs(weighing: Weighing) -> impl IntoView {
    let session = weighing.session;
    let target = Memo::new(move |_| knobs::digits(1e3 * weighing.target_s.get()));
    view! {
        <div class="wishes">
            <Number
                id="target" label="1 in 100 may wait (p99), ms" value=target
                act=move |milliseconds| set(session, "slow_after_s", milliseconds / 1e3)
            />
            <Dollars session key="budget_usd" label="Budget, $ a month"/>
            <Dollars session key="slow_usd" label="A slow answer costs us, $"/>
            <Dollars session key="lost_usd" label="A lost one, $"/>
        </div>
    }
}

#[component]
fn Dollars(session: Session, key: &'static str, label: &'static str) -> impl IntoView {
    let usd = move || session.scenario.with(|scenario| knob(key).map_or(0.0, |knob| knob.get(scenario)));
    let value = Memo::new(move |_| if usd() > 0.0 { knobs::digits(usd()) } else { String::new() });
    view! { <Number id=key label value act=move |usd| set(session, key, usd)/> }
}

fn set(session: Session, key: &str, value: f64) {
    if let Some(knob) = knob(key) {
        session.change(|scenario| knob.set(scenario, value));
    }
}

/// A field for a number; without one it is nothing, and what cannot be is put back.
#[component]
fn Number(
    id: &'static str,
    label: &'static str,
    value: Memo<String>,
    act: impl Fn(f64) + 'static,
) -> impl IntoView {
    let change = move |event: Event| {
        act(number(event_target_value(&event).trim()).unwrap_or_default());
        event_target::<HtmlInputElement>(&event).set_value(&value.get_untracked());
    };
    view! {
        <p class="wish">
            <label for=format!("compare-{id}")>{label}</label>
            <input
                type="number" id=format!("compare-{id}") min="0" step="any" placeholder="none"
                prop:value=value on:change=change
            />
        </p>
    }
}
