use burstlab_engine::traffic::{MOST_RATE, MOST_SPIKE};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent, SvgElement};

use super::Editor;
use crate::editor::{Grip, Knob, Step, point_knob, spike_knob};

/// Every point and every spike as a slider, each in time order.
#[component]
pub fn Handles(editor: Editor) -> impl IntoView {
    let scenario = editor.session.scenario;
    let points = Memo::new(move |_| scenario.with(|scenario| scenario.traffic.curve.points().len()));
    let spikes = Memo::new(move |_| scenario.with(|scenario| scenario.traffic.spikes.len()));
    let all = move || (0..spikes.get()).map(Grip::Spike).chain((0..points.get()).map(Grip::Point));
    view! { <For each=all key=|grip| *grip children=move |grip| view! { <Handle editor grip/> }/> }
}

/// A slider: an eye-catcher inside a target that a thumb can hit.
#[component]
fn Handle(editor: Editor, grip: Grip) -> impl IntoView {
    let knob = Memo::new(move |_| knob(editor, grip));
    let read = move |read: fn(&Knob) -> String| Signal::derive(move || knob.with(read));
    let (kind, index) = match grip {
        Grip::Spike(index) => ("handle spike", [None, Some(index)]),
        Grip::Point(index) | Grip::Segment(index) => ("handle point", [Some(index), None]),
    };
    view! {
        <g
            class=kind
            class:held=move || is_held(editor, grip)
            role="slider"
            tabindex="0"
            data-handle=index[0]
            data-spike=index[1]
            aria-label=read(|knob| knob.name.clone())
            aria-valuemin="0"
            aria-valuemax=most(grip)
            aria-valuenow=read(|knob| knob.value.to_string())
            aria-valuetext=read(|knob| knob.words.clone())
            aria-orientation="vertical"
            transform=read(|knob| format!("translate({:.1} {:.1})", knob.at.x, knob.at.y))
            on:pointerdown=move |event: PointerEvent| editor.hold(grip, &event)
            on:keydown=move |event| press(editor, grip, &event)
        >
            <line class="stem" y2=read(|knob| format!("{:.1}", knob.foot))/>
            <circle class="target" r="16"/>
            <circle class="dot" r=dot_radius(grip)/>
            <text class="tag" y="-15">{read(|knob| knob.tag.clone())}</text>
        </g>
    }
}

fn knob(editor: Editor, grip: Grip) -> Knob {
    let scale = editor.scale.get();
    let knob = editor.session.scenario.with(|scenario| match grip {
        Grip::Spike(index) => spike_knob(scale, &scenario.traffic, index),
        Grip::Point(index) | Grip::Segment(index) => point_knob(scale, &scenario.traffic, index),
    });
    knob.unwrap_or_default()
}

fn most(grip: Grip) -> f64 {
    if matches!(grip, Grip::Spike(_)) { f64::from(MOST_SPIKE) } else { MOST_RATE }
}

fn dot_radius(grip: Grip) -> &'static str {
    if matches!(grip, Grip::Spike(_)) { "5" } else { "7" }
}

fn is_held(editor: Editor, grip: Grip) -> bool {
    editor.drag.with(|drag| drag.as_ref().is_some_and(|(drag, _)| drag.grip == grip))
}

fn press(editor: Editor, grip: Grip, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    if let Some(step) = Step::of_key(&event.key(), event.shift_key()) {
        editor.session.change(|scenario| scenario.traffic = step.apply(&scenario.traffic, grip));
        event.prevent_default();
    } else if let "ArrowLeft" | "ArrowRight" = event.key().as_str() {
        focus_neighbour(event);
        event.prevent_default();
    }
}

/// Moves the focus to the slider before or after, as they stand in the document.
fn focus_neighbour(event: &KeyboardEvent) {
    let Some(here) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let forward = event.key() == "ArrowRight";
    let step = |element: &Element| {
        if forward { element.next_element_sibling() } else { element.previous_element_sibling() }
    };
    let is_slider = |element: &Element| element.get_attribute("role").as_deref() == Some("slider");
    if let Some(neighbour) = step(&here).filter(is_slider)
        && let Ok(neighbour) = neighbour.dyn_into::<SvgElement>()
    {
        // An element that cannot take the focus leaves it where it is.
        let _ = neighbour.focus();
    }
}
