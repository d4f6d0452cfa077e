use leptos::prelude::*;

use super::Editor;
use crate::editor::{self, Grip, Segment};

/// The curve and what lies under it.
#[component]
pub fn CurveLine(editor: Editor) -> impl IntoView {
    let line = Memo::new(move |_| {
        let scale = editor.scale.get();
        editor.session.scenario.with(|scenario| editor::line(scale, &scenario.traffic.curve))
    });
    let area = move || editor::area(editor.scale.get(), &line.get());
    view! {
        <path class="area" d=area/>
        <path class="line" d=line/>
    }
}

/// Wide unseen lines to take hold of the curve between two points. Keys reach the points themselves.
#[component]
pub fn Segments(editor: Editor) -> impl IntoView {
    let segments = Memo::new(move |_| {
        let scale = editor.scale.get();
        editor.session.scenario.with(|scenario| editor::segments(scale, &scenario.traffic.curve))
    });
    let count = move || segments.with(|segments| 0..segments.len());
    view! {
        <g class="segments" aria-hidden="true">
            <For each=count key=|index| *index children=move |index| view! { <Stretch editor segments index/> }/>
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
            d=line
            on:pointerdown=move |event| {
                if let Some(left) = left() {
                    editor.hold(Grip::Segment(left), &event);
                }
            }
        />
    }
}
