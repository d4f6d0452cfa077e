use leptos::prelude::*;

use super::canvas::{ChartCanvas, Reading, Subject};
use crate::{
    chart::{CHARTS, Chart},
    session::Session,
};

/// The answer in pictures: the charts that have something to say of the scenario, read at one time of day.
#[component]
pub fn Charts(session: Session) -> impl IntoView {
    let reading = Reading::start();
    let chart = move |chart: &'static Chart| {
        let subject = Subject { chart, outcome: session.outcome.into(), scenario: session.scenario.into() };
        let is_shown = Memo::new(move |_| session.scenario.with(chart.is_shown));
        view! { <Show when=move || is_shown.get()><ChartCanvas subject reading/></Show> }
    };
    view! {
        <section class="charts" aria-label="The day and the bill in charts">
            {CHARTS.iter().map(chart).collect_view()}
        </section>
    }
}
