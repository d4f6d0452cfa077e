use leptos::prelude::*;

use super::canvas::ChartCanvas;
use crate::{
    chart::{CHARTS, Chart},
    session::Session,
};

/// The day in three panels, one below or beside the other.
#[component]
pub fn Charts(session: Session) -> impl IntoView {
    let chart = move |chart: &'static Chart| view! { <ChartCanvas chart outcome=session.outcome scenario=session.scenario/> };
    view! {
        <section class="charts" aria-label="The day in charts">
            {CHARTS.iter().map(chart).collect_view()}
        </section>
    }
}
