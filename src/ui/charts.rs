use leptos::prelude::*;

use crate::session::Session;

/// The day in three panels, one below or beside the other.
#[component]
pub fn Charts(session: Session) -> impl IntoView {
    let _ = session;
    view! { <section class="charts" aria-label="The day"></section> }
}
