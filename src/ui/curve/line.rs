use leptos::prelude::*;

use super::Editor;
use crate::{
    editor::{self, Grip, Segment},
    ui::each::{Each, numbered},
};

/// The curve and what lies under it, by which a mouse or pen pulls the whole day.
#[component]
pub fn CurveLine(editor: Editor) -> impl IntoView {
    let line = Memo::new(move |_| {
        let scale = editor.scale.get();
        editor.of_traffic(|traffic| editor::line(scale, &traffic.curve))
    });
    let area = move || editor::area(editor.scale.get(), &line.read());
    view! {
        <defs>
            <linearGradient id="traffic-fill" x1="0" y1="0" x2="0" y2="1">
                <stop class="fill-top" offset="0"/>
                <stop class="fill-foot" offset="1"/>
            </linearGradient>
        </defs>
        <path
            class="area"
            class:held=move || editor.is_held(Grip::Whole)
            fill="url(#traffic-fill)"
            d=area
            on:pointerdown=move |event| editor.hold_area(&event)
        />
        <path class="line" d=line/>
    }
}

/// From the foot of the plot to the head of each spike.
#[component]
pub fn Stems(editor: Editor) -> impl IntoView {
    let stems = Memo::new(move |_| {
        let scale = editor.scale.get();
        editor.of_traffic(|traffic| editor::stems(scale, &traffic.spikes))
    });
    view! { <path class="stems" d=stems/> }
}

/// Wide unseen lines to take hold of the curve between two points. Keys reach the points themselves.
#[component]
pub fn Segments(editor: Editor) -> impl IntoView {
    let segments = Memo::new(move |_| {
        let scale = editor.scale.get();
        editor.of_traffic(|traffic| editor::segments(scale, &traffic.curve))
    });
    let keys = Signal::derive(move || segments.with(|segments| numbered(segments.len())));
    let stretch = move |(index, _)| view! { <Stretch editor segments index/> }.into_any();
    view! {
        <g class="segments" aria-hidden="true">
            <Each keys view=stretch/>
        </g>
    }
}

#[component]
fn Stretch(editor: Editor, segments: Memo<Vec<Segment>>, index: usize) -> impl IntoView {
    let line = move || segments.with(|all| all.get(index).map(|segment| segment.line.clone()));
    let left = move || segments.with_untracked(|all| all.get(index).map(|segment| segment.left));
    view! {
        <path
            class="segment"
            class:held=move || left().is_some_and(|left| editor.is_held(Grip::Segment(left)))
            d=line
            on:pointerdown=move |event| {
                if let Some(left) = left() {
                    editor.hold(Grip::Segment(left), &event);
                }
            }
        />
    }
}
