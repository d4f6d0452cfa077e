use leptos::prelude::*;
use web_sys::{Event, HtmlDetailsElement};

use super::Subject;
use crate::view::Table;

/// The numbers behind a chart, made only while they are looked at: a curve that is dragged changes them every
/// frame.
#[component]
pub fn ChartTable(subject: Subject, summary: Memo<[String; 2]>, is_drawn: RwSignal<bool>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let follow = move |event: Event| is_open.set(event_target::<HtmlDetailsElement>(&event).open());
    let title = subject.chart.title;
    view! {
        <details class="fold chart-table" open=move || !is_drawn.get() on:toggle=follow>
            <summary>{format!("{title} in numbers")}</summary>
            <Show when=move || is_open.get()>
                <p>{move || summary.with(|sentences| sentences.join(" "))}</p>
                <div class="scroll" role="region" aria-label=format!("{title} as a table") tabindex="0">
                    {move || cells(subject.ask(subject.chart.table))}
                </div>
            </Show>
        </details>
    }
}

/// A table as markup.
pub fn cells(table: Table) -> impl IntoView {
    let header = table.header.into_iter().map(|title| view! { <th scope="col">{title}</th> });
    let foot = (!table.foot.is_empty()).then(|| view! { <tfoot>{row(table.foot)}</tfoot> });
    view! {
        <table>
            <caption>{table.caption}</caption>
            <thead><tr>{header.collect_view()}</tr></thead>
            <tbody>{table.rows.into_iter().map(row).collect_view()}</tbody>
            {foot}
        </table>
    }
}

fn row(cells: Vec<String>) -> impl IntoView {
    let mut cells = cells.into_iter();
    let name = cells.next();
    let cells = cells.map(|cell| view! { <td>{cell}</td> }).collect_view();
    view! { <tr><th scope="row">{name}</th>{cells}</tr> }
}
