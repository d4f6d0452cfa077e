use leptos::prelude::*;

use crate::session::Session;

/// What went wrong, above everything else: it is never out of sight.
#[component]
pub fn Messages(session: Session) -> impl IntoView {
    let has_problems = move || session.problems.with(|problems| !problems.is_empty());
    let has_notice = move || session.notice.with(|notice| !notice.is_empty());
    view! {
        <div class="messages">
            <div role="alert" data-testid="error">
                <Show when=has_problems>
                    <Problems session/>
                </Show>
            </div>
            <div role="status" data-testid="notice">
                <Show when=has_notice>
                    <p class="message notice">{session.notice}</p>
                </Show>
            </div>
        </div>
    }
}

#[component]
fn Problems(session: Session) -> impl IntoView {
    let list =
        move || session.problems.get().into_iter().map(|problem| view! { <li>{problem}</li> }).collect_view();
    view! {
        <div class="message error">
            <p>"This could not be opened. What you see goes on working."</p>
            <ul>{list}</ul>
            <button type="button" on:click=move |_| session.set_problems(Vec::new())>"Close"</button>
        </div>
    }
}
