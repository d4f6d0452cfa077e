use burstlab_engine::scenario::knob;
use leptos::prelude::*;

use crate::{
    editor::knobs,
    session::{Pause, Session},
    view::{FIRST_TARGET_S, TARGETS_S, target_s},
};

/// It takes as long as a second estimate, and so waits until the answer has stood for so long.
const PAUSE_MS: u32 = 60;

/// How many copies to keep warm for a wait that is asked for, and a button that keeps them.
#[component]
pub fn Warmth(session: Session) -> impl IntoView {
    let target = RwSignal::new(FIRST_TARGET_S);
    let view = RwSignal::new(session.warmth(FIRST_TARGET_S));
    let pause = Pause::default();
    Effect::new(move |_| {
        session.outcome.track();
        let target_s = target.get();
        pause.then(PAUSE_MS, move || {
            let found = session.warmth(target_s);
            if view.with_untracked(|view| *view != found) {
                view.set(found);
            }
        });
    });
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
            <Show when=move || view.with(|view| view.copies.is_some())>
                <button type="button" class="quiet" on:click=keep>
                    {move || view.with(|view| view.offer())}
                </button>
            </Show>
        </p>
    }
}
