use burstlab_engine::{
    scenario::{Choice, ScenarioKnob, plain_usd},
    units::{KnobSpec, number},
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

use crate::{editor::knobs, session::Session};

/// A pull under way: where it began, and from which value.
type Pull = Option<(f64, f64)>;

/// A number of the sentence: pulled sideways by mouse or finger, and a native slider to the keyboard.
#[component]
pub fn ScrubbedKnob(session: Session, knob: ScenarioKnob, text: Memo<String>) -> impl IntoView {
    let spec = knob.spec();
    let pull = RwSignal::new(Pull::None);
    let input = NodeRef::<html::Input>::new();
    let take = move |event: PointerEvent| {
        if event.button() == 0 {
            pull.set(take_hold(session, knob, input, &event));
        }
    };
    let follow = move |event: PointerEvent| {
        if let Some((start, from)) = pull.get_untracked() {
            let value = knobs::pulled(spec, from, f64::from(event.client_x()) - start);
            session.change(|scenario| knob.set(scenario, value));
        }
    };
    let let_go = move |_| {
        if pull.get_untracked().is_some() {
            pull.set(None);
            session.is_held.set(false);
        }
    };
    view! {
        <span
            class="scrub"
            class:held=move || pull.with(Option::is_some)
            data-knob=spec.key
            title=format!("Pull {} to the left or right", spec.label)
            on:pointerdown=take
            on:pointermove=follow
            on:pointerup=let_go
            on:pointercancel=let_go
            on:lostpointercapture=let_go
        >
            <span class="value" aria-hidden="true">{text}</span>
            <KeyedSlider session knob input/>
        </span>
    }
}

/// Focus goes to the slider, so that the arrow keys go on where the hand stopped.
fn take_hold(
    session: Session,
    knob: ScenarioKnob,
    input: NodeRef<html::Input>,
    event: &PointerEvent,
) -> Pull {
    event.prevent_default();
    let input = input.get_untracked()?;
    let number = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    // A page that may not focus, or a pointer that is gone already: the pull goes on without.
    let _ = input.focus();
    let _ = number.map(|number| number.set_pointer_capture(event.pointer_id()));
    session.is_held.set(true);
    Some((f64::from(event.client_x()), session.scenario.with_untracked(|scenario| knob.get(scenario))))
}

/// The slider that the keyboard and screen readers find in the number's place.
#[component]
fn KeyedSlider(session: Session, knob: ScenarioKnob, input: NodeRef<html::Input>) -> impl IntoView {
    let spec = knob.spec();
    let value = Memo::new(move |_| session.scenario.with(|scenario| knob.get(scenario)));
    let words = move || value_words(spec, value.get(), session);
    let turn = move |event: Event| {
        if let Some(value) = number(&event_target_value(&event)) {
            session.change(|scenario| knob.set(scenario, value));
        }
    };
    view! {
        <input
            type="range"
            node_ref=input
            min=knobs::slider_least(spec)
            max=spec.most
            step=spec.step
            aria-label=format!("{} in the sentence", spec.label)
            aria-valuetext=words
            prop:value=move || knobs::digits(value.get())
            on:input=turn
        />
    }
}

/// "512 megabytes, $8.42 a month".
fn value_words(spec: &KnobSpec, value: f64, session: Session) -> String {
    let price = session.outcome.with(|outcome| plain_usd(outcome.bill.total.0));
    format!("{}, {price} a month", knobs::in_words(spec, value))
}

/// A choice of the sentence: a native checkbox under its words.
#[component]
pub fn TurnedChoice(session: Session, choice: &'static Choice, text: Memo<String>) -> impl IntoView {
    let is_on = Memo::new(move |_| session.scenario.with(|scenario| (choice.get)(scenario) == "on"));
    let turn = move |event| {
        let name = if event_target_checked(&event) { "on" } else { "off" };
        session.change(|scenario| (choice.set)(scenario, name));
    };
    view! {
        <label class="turn" data-knob=choice.key>
            <input
                type="checkbox"
                aria-label=format!("{} in the sentence", choice.label)
                prop:checked=is_on
                on:change=turn
            />
            <span class="value" aria-hidden="true">{text}</span>
        </label>
    }
}
