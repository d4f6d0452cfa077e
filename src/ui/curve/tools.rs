use leptos::prelude::*;

use super::Editor;
use crate::editor;

const PENCIL: &str = "M3 15l1-4 8-8 3 3-8 8zM10 5l3 3";
const POINT: &str = "M2 13c4 0 4-8 8-8M10 5m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M14 10v6M11 13h6";
const SPIKE: &str = "M6 16V7M6 5m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M14 10v6M11 13h6";
const REMOVE: &str = "M5 5l8 8M13 5l-8 8";

/// What can be done besides pulling, and what it is done to.
#[component]
pub fn Tools(editor: Editor) -> impl IntoView {
    let add = move |is_spike: bool| {
        editor.add(is_spike, editor.chosen.get_untracked());
    };
    let chosen = Memo::new(move |_| {
        let (grip, scale) = (editor.chosen.get()?, editor.scale.get());
        editor.of_traffic(|traffic| editor::knob(scale, traffic, grip)).map(|knob| knob.chosen)
    });
    let no_point = Memo::new(move |_| editor.of_traffic(editor::cannot_add_point));
    let no_spike = Memo::new(move |_| editor.of_traffic(editor::cannot_add_spike));
    view! {
        <div class="tools" role="group" aria-label="Shape the traffic">
            <output class="chosen" data-testid="chosen">{chosen}</output>
            <Remove editor/>
            <Tool
                name="add-point" words="Add a point" icon=POINT cannot=no_point
                act=move || add(false)
            />
            <Tool name="add-spike" words="Add a spike" icon=SPIKE cannot=no_spike act=move || add(true)/>
            <button
                type="button"
                class="tool"
                data-testid="brush"
                aria-pressed=move || editor.brush.get().to_string()
                title="Draw the traffic freehand; Escape ends it"
                on:click=move |_| editor.brush.update(|brush| *brush = !*brush)
            >
                <Icon line=PENCIL/>
                <span class="word">"Draw"</span>
            </button>
        </div>
    }
}

#[component]
fn Remove(editor: Editor) -> impl IntoView {
    let cannot = Memo::new(move |_| {
        let chosen = editor.chosen.get();
        editor.of_traffic(|traffic| editor::cannot_remove(traffic, chosen)).map(str::to_owned)
    });
    let remove = move || {
        if let Some(grip) = editor.chosen.get_untracked() {
            editor.remove(grip);
        }
    };
    view! { <Tool name="remove-chosen" words="Remove" icon=REMOVE cannot act=remove/> }
}

/// A button that says why it cannot be pressed when it cannot. It keeps the focus then: it may be possible
/// again with the next key.
#[component]
fn Tool(
    name: &'static str,
    words: &'static str,
    icon: &'static str,
    cannot: Memo<Option<String>>,
    act: impl Fn() + 'static,
) -> impl IntoView {
    let reason = format!("why-not-{name}");
    let described = reason.clone();
    let click = move |_| {
        if cannot.with_untracked(Option::is_none) {
            act();
        }
    };
    view! {
        <button
            type="button"
            class="tool"
            data-testid=name
            title=move || cannot.get().unwrap_or_else(|| words.to_owned())
            aria-disabled=move || cannot.with(Option::is_some).then_some("true")
            aria-describedby=move || cannot.with(Option::is_some).then(|| described.clone())
            on:click=click
        >
            <Icon line=icon/>
            <span class="word">{words}</span>
        </button>
        <span class="unseen" id=reason>{cannot}</span>
    }
}

#[component]
fn Icon(line: &'static str) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 18 18" aria-hidden="true"><path d=line/></svg> }
}
