use leptos::prelude::*;

use super::Weighing;
use crate::{
    editor::knobs,
    view::compare::{FIRST_TARGET_MS, Stakes, TARGETS_MS, typed},
};

/// Dollars that can be typed.
const DOLLARS: [f64; 2] = [0.0, 1e9];

/// What is wished for: the target, and what money there is to spend and to lose.
#[component]
pub fn Inputs(weighing: Weighing) -> impl IntoView {
    let aim = move |text: String| {
        if let Some(target_ms) = typed(&text, TARGETS_MS) {
            weighing.target_ms.set(target_ms);
        }
    };
    let stake = move |set: fn(&mut Stakes, Option<f64>)| {
        move |text: String| {
            let usd = typed(&text, DOLLARS).filter(|usd| *usd > 0.0);
            weighing.stakes.update(|stakes| set(stakes, usd));
        }
    };
    view! {
        <div class="wishes">
            <Number
                id="compare-target" label="1 in 100 may wait (p99), ms"
                value=knobs::digits(FIRST_TARGET_MS) act=aim
            />
            <Number
                id="compare-budget" label="Budget, $ a month" value=String::new()
                act=stake(|stakes, usd| stakes.budget = usd)
            />
            <Number
                id="compare-slow" label="A slow answer costs, $" value=String::new()
                act=stake(|stakes, usd| stakes.slow_usd = usd)
            />
            <Number
                id="compare-lost" label="A lost one, $" value=String::new()
                act=stake(|stakes, usd| stakes.lost_usd = usd)
            />
        </div>
    }
}

#[component]
fn Number(
    id: &'static str,
    label: &'static str,
    value: String,
    act: impl Fn(String) + 'static,
) -> impl IntoView {
    view! {
        <p class="wish">
            <label for=id>{label}</label>
            <input
                type="number" id=id min="0" step="any" placeholder="none"
                prop:value=value on:input=move |event| act(event_target_value(&event))
            />
        </p>
    }
}
