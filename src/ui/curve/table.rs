use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

use crate::{
    editor::{Grip, Row, rows, time_value, with_row, with_spike_added, without_row},
    session::Session,
};

/// The traffic as a table: for exact numbers, and for those who do not drag.
#[component]
pub fn TrafficTable(session: Session) -> impl IntoView {
    let rows = Memo::new(move |_| session.scenario.with(|scenario| rows(&scenario.traffic)));
    let grips = move || rows.with(|rows| rows.iter().map(|row| row.grip).collect::<Vec<_>>());
    let add = move |_| session.change(|scenario| scenario.traffic = with_spike_added(&scenario.traffic));
    view! {
        <details class="fold traffic-table">
            <summary>"The traffic as a table"</summary>
            <div class="scroll" role="region" aria-label="Traffic as a table" tabindex="0">
                <table>
                    <thead>
                        <tr><th scope="col">"Time"</th><th scope="col">"Traffic"</th><th scope="col">"Change"</th></tr>
                    </thead>
                    <tbody>
                        <For each=grips key=|grip| *grip children=move |grip| view! { <TrafficRow session rows grip/> }/>
                    </tbody>
                </table>
            </div>
            <p class="buttons"><button type="button" on:click=add>"Add a spike"</button></p>
        </details>
    }
}

#[component]
fn TrafficRow(session: Session, rows: Memo<Vec<Row>>, grip: Grip) -> impl IntoView {
    let row = Memo::new(move |_| {
        rows.with(|rows| rows.iter().find(|row| row.grip == grip).cloned().unwrap_or_default())
    });
    let change = move |hour: Option<f64>, value: Option<f64>| {
        session.change(|scenario| scenario.traffic = with_row(&scenario.traffic, grip, hour, value));
    };
    view! {
        <tr>
            <td>
                <input
                    type="time"
                    step="300"
                    aria-label=move || format!("Time of {}", row.get().name)
                    prop:value=move || row.get().time
                    on:change=move |event| {
                        change(time_value(&event_target_value(&event)), None);
                        write_back(&event, row.get_untracked().time);
                    }
                />
            </td>
            <td>
                <input
                    type="number"
                    min="0"
                    step="any"
                    aria-label=move || row.get().name
                    prop:value=move || row.get().value
                    on:change=move |event| {
                        change(None, event_target_value(&event).parse().ok());
                        write_back(&event, row.get_untracked().value);
                    }
                />
                <span>{move || row.get().unit}</span>
            </td>
            <td><Remove session row/></td>
        </tr>
    }
}

#[component]
fn Remove(session: Session, row: Memo<Row>) -> impl IntoView {
    let remove = move |_| {
        let grip = row.get_untracked().grip;
        session.change(|scenario| scenario.traffic = without_row(&scenario.traffic, grip));
    };
    view! {
        <button type="button" aria-label=move || format!("Remove {}", row.get().name) on:click=remove>
            "Remove"
        </button>
    }
}

/// Shows what holds where what was typed does not: nothing else tells the field when the value stays.
fn write_back(event: &Event, value: String) {
    event_target::<HtmlInputElement>(event).set_value(&value);
}
