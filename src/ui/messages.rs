use leptos::prelude::*;

use crate::session::Session;

/// What went wrong, above everything else: it is never out of sight.
#[component]
pub fn Messages(session: Session) -> impl IntoView {
    let has_problems = move || session.problems.with(|problems| !problems.is_empty());
    let has_trouble = move || session.trouble.with(|trouble| !trouble.is_empty());
    let has_notes = move || session.notes.with(|notes| !notes.is_empty());
    view! {
        <div class="messages">
            <div role="alert" data-testid="error">
                <Show when=has_problems>
                    <Problems session/>
                </Show>
            </div>
            <div role="status" data-testid="notice">
                <Show when=has_trouble>
                    <Trouble session/>
                </Show>
                <Show when=has_notes>
                    <Notes session/>
                </Show>
            </div>
        </div>
    }
}

#[component]
fn Problems(session: Session) -> impl IntoView {
    view! {
        <div class="message error">
            <p>"This could not be opened as it is. What you see goes on working."</p>
            <List sentences=session.problems/>
            <button type="button" on:click=move |_| session.set_problems(Vec::new())>"Close"</button>
        </div>
    }
}

/// No simulation: the estimates go on.
#[component]
fn Trouble(session: Session) -> impl IntoView {
    view! {
        <div class="message notice">
            <p>{session.trouble}</p>
            <button type="button" on:click=move |_| session.retry()>"Try again"</button>
        </div>
    }
}

#[component]
fn Notes(session: Session) -> impl IntoView {
    view! {
        <div class="message notice">
            <List sentences=session.notes/>
            <button type="button" on:click=move |_| session.notes.set(Vec::new())>"Close"</button>
        </div>
    }
}

#[component]
fn List(sentences: RwSignal<Vec<String>>) -> impl IntoView {
    let items = move || sentences.get().into_iter().map(|sentence| view! { <li>{sentence}</li> });
    view! { <ul>{move || items().collect_view()}</ul> }
}
