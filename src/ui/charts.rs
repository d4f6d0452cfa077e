use leptos::prelude::*;

use super::canvas::ChartCanvas;
use crate::{chart::ChartKind, session::Session};

/// The day in three panels, one below or beside the other.
#[component]
pub fn Charts(session: Session) -> impl IntoView {
    let chart = move |kind| view! { <ChartCanvas kind outcome=session.outcome scenario=session.scenario/> };
    view! {
        <section class="charts" aria-label="The day in charts">
            {ChartKind::ALL.into_iter().map(chart).collect_view()}
        </section>
    }
}
