use burstlab_engine::{
    scenario::ScenarioKnob,
    units::{KnobSpec, number},
};
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

use super::{Help, Name, idle_of};
use crate::{editor::knobs, session::Session};

/// A number: a slider to play with and a field for exactness.
#[component]
pub fn KnobControl(session: Session, knob: ScenarioKnob) -> impl IntoView {
    let spec = knob.spec();
    let value = Memo::new(move |_| session.scenario.with(|scenario| knob.get(scenario)));
    let idle = idle_of(session, spec.key);
    let id = format!("knob-{}", spec.key);
    view! {
        <div class="control knob" class:idle=move || idle.get().is_some() data-knob=spec.key inert=session.is_locked(spec.key)>
            <label for=id.clone()><Name label=spec.label term=spec.term/></label>
            <output for=id.clone()>{move || knobs::in_words(spec, value.get())}</output>
            <Slider session knob value id/>
            <Help key=spec.key help=spec.help idle/>
            <details class="exact">
                <summary>{format!("Set {} exactly", spec.label)}</summary>
                <Exact session knob value/>
            </details>
        </div>
    }
}

#[component]
fn Slider(session: Session, knob: ScenarioKnob, value: Memo<f64>, id: String) -> impl IntoView {
    let spec = knob.spec();
    view! {
        <input
            type="range"
            id=id
            min=knobs::slider_least(spec)
            max=spec.most
            step=spec.step
            style:--filled=move || knobs::filled(spec, value.get())
            aria-describedby=format!("help-{}", spec.key)
            aria-valuetext=move || knobs::in_words(spec, value.get())
            prop:value=move || knobs::digits(value.get())
            on:input=move |event| set(session, knob, &event)
        />
    }
}

#[component]
fn Exact(session: Session, knob: ScenarioKnob, value: Memo<f64>) -> impl IntoView {
    let spec = knob.spec();
    view! {
        <input
            type="number"
            id=format!("exact-{}", spec.key)
            aria-label=exact_name(spec)
            min=spec.least
            max=spec.most
            step="any"
            prop:value=move || knobs::digits(value.get())
            on:change=move |event| {
                set(session, knob, &event);
                write_back(&event, value.get_untracked());
            }
        />
        <span>{knobs::range(spec)}</span>
    }
}

fn exact_name(spec: &KnobSpec) -> String {
    if spec.unit.is_empty() { spec.label.to_owned() } else { format!("{}, {}", spec.label, spec.unit) }
}

fn set(session: Session, knob: ScenarioKnob, event: &Event) {
    if let Some(value) = number(&event_target_value(event)) {
        session.change(|scenario| knob.set(scenario, value));
    }
}

/// Shows what holds where what was typed does not: nothing else tells the field when the value stays.
fn write_back(event: &Event, value: f64) {
    event_target::<HtmlInputElement>(event).set_value(&knobs::digits(value));
}
