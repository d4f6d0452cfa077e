use leptos::prelude::*;

use super::canvas::{ChartCanvas, Reading, Subject};
use crate::{
    chart::{CHARTS, Chart},
    session::Session,
    view::Moments,
};

/// The answer in pictures: the charts that have something to say of the scenario, read at one time of day, and what
/// happens in that day.
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
        <MomentsFold session reading/>
    }
}

/// What the marks in the charts mean, moment by moment; a click reads the charts there.
#[component]
fn MomentsFold(session: Session, reading: Reading) -> impl IntoView {
    let moments = Memo::new(move |_| {
        session
            .outcome
            .with(|outcome| session.scenario.with_untracked(|scenario| Moments::of(outcome, scenario)))
    });
    let moment = move |(minute, words): (usize, String)| {
        view! {
            <li>
                <button type="button" class="quiet moment" on:click=move |_| reading.show(minute)>{words}</button>
            </li>
        }
    };
    let list = move || moments.with(|moments| moments.told().map(moment).collect_view());
    view! {
        <details class="fold moments">
            <summary>{move || moments.with(Moments::count_words)}</summary>
            <ol>{list}</ol>
        </details>
    }
}
