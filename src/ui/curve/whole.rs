use leptos::prelude::*;
use web_sys::PointerEvent;

use super::{Editor, handle::is_by_key};
use crate::editor::{self, Grip, Knob};

/// The whole day as a slider: a measure from midnight to midnight, with its sum to pull at.
#[component]
pub fn WholeDay(editor: Editor) -> impl IntoView {
    let knob = Memo::new(move |_| {
        let scale = editor.scale.get();
        editor.of_traffic(|traffic| editor::knob(scale, traffic, Grip::Whole)).unwrap_or_default()
    });
    let read = move |read: fn(&Knob) -> String| Signal::derive(move || knob.with(read));
    let half = move || editor::pill_width(&knob.read().tag) / 2.0;
    let hold = move |event: PointerEvent| {
        event.stop_propagation();
        editor.hold(Grip::Whole, &event);
    };
    view! {
        <g class="whole-day">
            <path class="measure" aria-hidden="true" d=move || editor::measure(editor.scale.get())/>
            <g
                class="whole"
                class:held=move || editor.is_held(Grip::Whole)
                class:grabbed=move || editor.is_grabbed(Grip::Whole)
                role="slider"
                tabindex="0"
                data-whole=""
                aria-label=read(|knob| knob.name.clone())
                aria-roledescription=move || editor.is_grabbed(Grip::Whole).then_some("grabbed slider")
                aria-valuemin="0"
                aria-valuemax=read(|knob| knob.most.to_string())
                aria-valuenow=read(|knob| knob.value.to_string())
                aria-valuetext=read(|knob| knob.words.clone())
                aria-orientation="vertical"
                transform=read(|knob| format!("translate({:.1} {:.1})", knob.at.x, knob.at.y))
                on:pointerdown=hold
                on:mousedown=|event| event.prevent_default()
                on:keydown=move |event| editor.press(Grip::Whole, &event)
                on:focus=move |event| editor.focus_came(Grip::Whole, is_by_key(&event))
                on:blur=move |event| editor.focus_went(Grip::Whole, &event)
            >
                <rect class="pill" x=move || -half() y="-14" width=move || 2.0 * half() height="28" rx="14"/>
                <path class="arrows" transform=move || format!("translate({:.1} 0)", 18.0 - half()) d=ARROWS/>
                <text x="11" dy="0.35em">{read(|knob| knob.tag.clone())}</text>
            </g>
        </g>
    }
}

/// Four arrows away from the middle: up and down, and to both sides.
const ARROWS: &str = "M0 -7V7M-7 0H7M-2.5 -4.5L0 -7L2.5 -4.5M-2.5 4.5L0 7L2.5 4.5M-4.5 -2.5L-7 0L-4.5 2.5M4.5 -2.5L7 0L4.5 2.5";
