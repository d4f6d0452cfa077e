mod easel;
mod look;

use std::sync::Arc;

use burstlab_engine::scenario::{Outcome, Scenario};
use leptos::{html, prelude::*};
use web_sys::{Event, HtmlDetailsElement};

use self::easel::Easel;
use crate::{
    chart::{Chart, Look, paint},
    view::Table,
};

/// A chart with its title, its two sentences for those who do not see it, and its numbers as a table.
///
/// It is drawn at most once a frame, and in the very frame of a change where that is the first.
#[component]
pub fn ChartCanvas(
    /// Which one.
    chart: &'static Chart,
    /// The answer that is shown.
    #[prop(into)]
    outcome: Signal<Arc<Outcome>>,
    /// What it answers.
    #[prop(into)]
    scenario: Signal<Scenario>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    // Said of the scenario that was answered: a change alone waits for its answer.
    let summary = Memo::new(move |_| {
        outcome
            .with(|outcome| scenario.with_untracked(|scenario| (chart.summary)(outcome, scenario).join(" ")))
    });
    let is_drawn = draw_into(canvas, chart, outcome, scenario);
    view! {
        <figure class="chart">
            <figcaption class="chart-title">{chart.title}</figcaption>
            <canvas
                class="chart-canvas"
                role="img"
                aria-label=summary
                hidden=move || !is_drawn.get()
                node_ref=canvas
            ></canvas>
            <p class="chart-missing" hidden=is_drawn>
                "This browser cannot draw the chart. Its numbers are in the table."
            </p>
            <ChartTable chart summary outcome scenario is_drawn/>
        </figure>
    }
}

/// Keeps the canvas showing the outcome; false in the signal once it is known that it cannot be drawn on.
fn draw_into(
    canvas: NodeRef<html::Canvas>,
    chart: &'static Chart,
    outcome: Signal<Arc<Outcome>>,
    scenario: Signal<Scenario>,
) -> RwSignal<bool> {
    let is_drawn = RwSignal::new(true);
    let easel = StoredValue::new_local(None::<Easel>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let picture = move |backend, look: &Look<'_>| {
            let (outcome, scenario) = (outcome.try_get_untracked()?, scenario.try_get_untracked()?);
            paint(chart, backend, &outcome, &scenario, look).ok().map(drop)
        };
        let set_up = Easel::set_up(canvas, picture);
        is_drawn.set(set_up.is_some());
        easel.set_value(set_up);
    });
    Effect::new(move |_| {
        outcome.track();
        easel.with_value(|easel| easel.iter().for_each(Easel::refresh));
    });
    is_drawn
}

/// The numbers, made only while they are looked at: a curve that is dragged changes them every frame.
#[component]
fn ChartTable(
    chart: &'static Chart,
    summary: Memo<String>,
    outcome: Signal<Arc<Outcome>>,
    scenario: Signal<Scenario>,
    is_drawn: RwSignal<bool>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let follow = move |event: Event| is_open.set(event_target::<HtmlDetailsElement>(&event).open());
    let rows =
        move || outcome.with(|outcome| scenario.with_untracked(|scenario| (chart.table)(outcome, scenario)));
    view! {
        <details class="fold chart-table" open=move || !is_drawn.get() on:toggle=follow>
            <summary>{format!("{} in numbers", chart.title)}</summary>
            <Show when=move || is_open.get()>
                <p>{summary}</p>
                <div class="scroll" role="region" aria-label=format!("{} as a table", chart.title) tabindex="0">
                    {move || cells(rows())}
                </div>
            </Show>
        </details>
    }
}

fn cells(table: Table) -> impl IntoView {
    let header = table.header.into_iter().map(|title| view! { <th scope="col">{title}</th> });
    let row = |row: Vec<String>| {
        let mut cells = row.into_iter();
        let name = cells.next();
        let cells = cells.map(|cell| view! { <td>{cell}</td> }).collect_view();
        view! { <tr><th scope="row">{name}</th>{cells}</tr> }
    };
    view! {
        <table>
            <caption>{table.caption}</caption>
            <thead><tr>{header.collect_view()}</tr></thead>
            <tbody>{table.rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
