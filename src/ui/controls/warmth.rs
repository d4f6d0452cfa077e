use burstlab_engine::scenario::knob;
use leptos::prelude::*;

use crate::{
    editor::knobs,
    session::Session,
    view::{FIRST_TARGET_S, TARGETS_S, target_s},
};

/// How many copies to keep warm for a wait that is asked for, and a button that keeps them.
#[component]
pub fn Warmth(session: Session) -> impl IntoView {
    let target = RwSignal::new(FIRST_TARGET_S);
    let view = Memo::new(move |_| session.warmth(target.get()));
    let keep = move |_| {
        if let (Some(copies), Some(knob)) = (view.with_untracked(|view| view.copies), knob("provisioned")) {
            session.change(|scenario| knob.set(scenario, f64::from(copies)));
        }
    };
    let [least, most] = TARGETS_S;
    view! {
        <p class="warmth" data-testid="warmth">
            <label for="warmth-target">"To answer 99 in 100 within"</label>
            " "
            <input
                type="number"
                id="warmth-target"
                min=least
                max=most
                step="any"
                prop:value=knobs::digits(FIRST_TARGET_S)
                on:input=move |event| {
                    if let Some(seconds) = target_s(&event_target_value(&event)) {
                        target.set(seconds);
                    }
                }
            />
            " seconds: "
            <span data-testid="warmth-answer">{move || view.with(|view| view.answer.clone())}</span>
            " "
            <button
                type="button"
                class="quiet"
                hidden=move || view.with(|view| view.copies.is_none())
                on:click=keep
            >
                {move || view.with(|view| view.offer())}
            </button>
        </p>
    }
}
