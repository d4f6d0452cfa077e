use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, PointerEvent};

use super::Editor;
use crate::{
    editor::{self, Grip, Knob},
    ui::each::{Each, Key, numbered},
};

/// Every point and every spike as a slider, each in time order. Presses are theirs together.
#[component]
pub fn Handles(editor: Editor) -> impl IntoView {
    let points = Memo::new(move |_| editor.of_traffic(|traffic| traffic.curve.points().len()));
    let spikes = Memo::new(move |_| editor.of_traffic(|traffic| traffic.spikes.len()));
    let handles = move |grip: fn(usize) -> Grip| {
        move |(index, _): Key| view! { <Handle editor grip=grip(index)/> }.into_any()
    };
    let hold = move |event: PointerEvent| {
        event.stop_propagation();
        editor.hold_nearest(&event);
    };
    view! {
        // The focus goes to what is held, which need not be what was hit.
        <g class="handles" on:pointerdown=hold on:mousedown=|event| event.prevent_default()>
            <Each keys=Signal::derive(move || numbered(points.get())) view=handles(Grip::Point)/>
            <Each keys=Signal::derive(move || numbered(spikes.get())) view=handles(Grip::Spike)/>
        </g>
    }
}

/// A slider: an eye-catcher inside a target that a thumb can hit.
#[component]
fn Handle(editor: Editor, grip: Grip) -> impl IntoView {
    let knob = Memo::new(move |_| {
        let scale = editor.scale.get();
        editor.of_traffic(|traffic| editor::knob(scale, traffic, grip)).unwrap_or_default()
    });
    let read = move |read: fn(&Knob) -> String| Signal::derive(move || knob.with(read));
    let (kind, index, radius) = match grip {
        Grip::Spike(index) => ("handle spike", [None, Some(index)], "5"),
        Grip::Point(index) | Grip::Segment(index) => ("handle point", [Some(index), None], "7"),
        Grip::Whole => ("handle", [None, None], "7"),
    };
    let is_stop = Memo::new(move |_| editor.is_stop(grip));
    view! {
        <g
            class=kind
            class:held=move || editor.is_held(grip)
            class:grabbed=move || editor.is_grabbed(grip)
            class:near=move || editor.near.get() == Some(grip)
            role="slider"
            tabindex=move || if is_stop.get() { "0" } else { "-1" }
            data-handle=index[0]
            data-spike=index[1]
            aria-label=read(|knob| knob.name.clone())
            aria-roledescription=move || editor.is_grabbed(grip).then_some("grabbed slider")
            aria-valuemin="0"
            aria-valuemax=read(|knob| knob.most.to_string())
            aria-valuenow=read(|knob| knob.value.to_string())
            aria-valuetext=read(|knob| knob.words.clone())
            aria-orientation="vertical"
            transform=read(|knob| format!("translate({:.1} {:.1})", knob.at.x, knob.at.y))
            on:keydown=move |event| editor.press(grip, &event)
            on:focus=move |event| editor.focus_came(grip, is_by_key(&event))
            on:blur=move |event| editor.focus_went(grip, &event)
        >
            <circle class="target" r="16"/>
            <circle class="ring" r="12"/>
            <circle class="dot" r=radius/>
            {matches!(grip, Grip::Spike(_)).then(|| view! {
                <text class="tag" y="-15">{read(|knob| knob.tag.clone())}</text>
            })}
        </g>
    }
}

impl Editor {
    /// Whether a pointer holds this.
    pub fn is_held(self, grip: Grip) -> bool {
        self.drag.with(|drag| drag.as_ref().is_some_and(|held| held.gesture.grip() == Some(grip)))
    }
}

/// Whether the browser shows the focus: it does so where it came by key.
pub fn is_by_key(event: &FocusEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.matches(":focus-visible").unwrap_or(false))
}
