use leptos::prelude::*;

use super::Editor;
use crate::editor::{self, Grip};

/// Whether it is said which keys there are: once in the life of a page, and when someone asks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Visibility {
    /// No handle has had the focus by key yet.
    #[default]
    NotYet,
    /// It is said.
    Shown,
    /// It has been said.
    Gone,
}

/// The keys of what is focused, in one line over the plot, which takes no room.
#[component]
pub fn Cue(editor: Editor) -> impl IntoView {
    let keys = Memo::new(move |_| {
        let grip = editor.focused.get().unwrap_or(Grip::Point(0));
        editor::cue(grip, editor.is_grabbed(grip))
    });
    let pair = |(keys, action): &(&'static str, &'static str)| {
        view! { <span><kbd>{*keys}</kbd>" "{*action}</span> }
    };
    view! {
        <p
            class="cue"
            class:shown=move || editor.cue.get() == Visibility::Shown
            aria-hidden="true"
            data-testid="cue"
        >
            {move || keys.get().iter().map(pair).collect_view()}
        </p>
    }
}

/// The same for those who hear the page.
#[component]
pub fn KeysInWords() -> impl IntoView {
    view! {
        <p class="unseen" id="curve-keys">
            "Left and right arrows go from one to the next, up and down arrows change, with Shift finely. Enter takes \
            hold of it: then left and right move it in time, Enter lets go, and Escape puts it back. Plus adds one, \
            Delete removes it. The traffic is also there as a table, further down."
        </p>
    }
}
