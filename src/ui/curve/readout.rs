use leptos::prelude::*;

use super::Editor;
use crate::editor::{self, Grip};

/// The value of what is held, pointed at or focused, above all else and within the plot.
#[component]
pub fn Readout(editor: Editor) -> impl IntoView {
    let about = Memo::new(move |_| {
        let held = editor.drag.with(|drag| drag.as_ref().map(|held| held.gesture.grip()));
        // Whoever draws watches the line.
        held.unwrap_or_else(|| editor.near.get().or_else(|| editor.focused.get()))
    });
    let shown = Memo::new(move |_| {
        let grip = about.get().filter(|grip| !matches!(grip, Grip::Whole))?;
        let scale = editor.scale.get();
        let knob = editor.of_traffic(|traffic| editor::knob(scale, traffic, grip))?;
        Some((editor::tag_place(scale, &knob), knob.tag))
    });
    let place = move || shown.with(|shown| shown.as_ref().map(|(place, _)| *place));
    view! {
        <text
            class="readout"
            aria-hidden="true"
            x=move || place().map(|place| place.at.x)
            y=move || place().map(|place| place.at.y)
            text-anchor=move || place().map(|place| place.anchor)
        >
            {move || shown.with(|shown| shown.as_ref().map(|(_, tag)| tag.clone()))}
        </text>
    }
}
