use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

use crate::{
    editor::{
        Grip, Row, cannot_add_point, cannot_add_spike, cannot_remove, rows, with_point_added,
        with_spike_added, with_time, with_value, without,
    },
    session::Session,
    ui::{
        each::{Each, Key},
        fold::Fold,
    },
};

/// What the rows of the table share.
#[derive(Clone, Copy)]
struct Rows {
    session: Session,
    all: Memo<Vec<Row>>,
    /// What became of the last thing typed, where it is not what was typed.
    said: RwSignal<String>,
}

/// The traffic as a table: for exact numbers, and for those who do not drag.
#[component]
pub fn TrafficTable(session: Session) -> impl IntoView {
    view! { <Fold class="traffic-table" title="The traffic as a table"><TrafficRows session/></Fold> }
}

#[component]
fn TrafficRows(session: Session) -> impl IntoView {
    let all = Memo::new(move |_| session.scenario.with(|scenario| rows(&scenario.traffic)));
    let shared = Rows { session, all, said: RwSignal::default() };
    let keys = Signal::derive(move || all.with(|rows| rows.iter().map(|row| key(row.grip)).collect()));
    let row = move |key| view! { <TrafficRow rows=shared grip=grip(key)/> }.into_any();
    view! {
        <div class="scroll" role="region" aria-label="Traffic as a table" tabindex="0">
            <table>
                <thead>
                    <tr><th scope="col">"Time"</th><th scope="col">"Traffic"</th><th scope="col">"Change"</th></tr>
                </thead>
                <tbody>
                    <Each keys view=row/>
                </tbody>
            </table>
        </div>
        <p class="buttons">
            <Add rows=shared is_spike=false/>
            <Add rows=shared is_spike=true/>
            <span role="status" data-testid="table-said">{shared.said}</span>
        </p>
    }
}

const SPIKE: &str = "spike";

fn key(grip: Grip) -> Key {
    match grip {
        Grip::Spike(index) => (index, SPIKE),
        Grip::Point(index) | Grip::Segment(index) => (index, "point"),
        Grip::Whole => (0, "whole"),
    }
}

fn grip((index, kind): Key) -> Grip {
    if kind == SPIKE { Grip::Spike(index) } else { Grip::Point(index) }
}

#[component]
fn Add(rows: Rows, is_spike: bool) -> impl IntoView {
    let words = if is_spike { "Add a spike" } else { "Add a point" };
    let add = if is_spike { with_spike_added } else { with_point_added };
    let cannot = if is_spike { cannot_add_spike } else { cannot_add_point };
    let cannot = Memo::new(move |_| rows.session.scenario.with(|scenario| cannot(&scenario.traffic)));
    let click = move |_| {
        let added = rows.session.scenario.with_untracked(|scenario| add(&scenario.traffic, None));
        match added {
            Some((traffic, grip)) => {
                rows.session.change(|scenario| scenario.traffic = traffic);
                rows.say(rows.name_of(grip).map(|name| format!("Added: {name}.")));
            }
            None => rows.say(cannot.get_untracked()),
        }
    };
    view! {
        <button type="button" aria-disabled=move || cannot.with(Option::is_some).then_some("true") title=cannot on:click=click>
            {words}
        </button>
    }
}

#[component]
fn TrafficRow(rows: Rows, grip: Grip) -> impl IntoView {
    let row = Memo::new(move |_| {
        rows.all.with(|all| all.iter().find(|row| row.grip == grip).cloned().unwrap_or_default())
    });
    let typed = move |event: &Event, with: fn(&_, Grip, &str) -> _, read: fn(Row) -> String| {
        let (traffic, remark) = rows
            .session
            .scenario
            .with_untracked(|scenario| with(&scenario.traffic, grip, &event_target_value(event)));
        rows.session.change(|scenario| scenario.traffic = traffic);
        rows.say(remark);
        write_back(event, read(row.get_untracked()));
    };
    view! {
        <tr>
            <td>
                <input
                    type="time"
                    step="300"
                    aria-label=move || format!("Time of {}", row.get().name)
                    prop:value=move || row.get().time
                    on:change=move |event| typed(&event, with_time, |row| row.time)
                />
            </td>
            <td>
                <input
                    type="number"
                    min="0"
                    step="any"
                    aria-label=move || row.get().name
                    prop:value=move || row.get().value
                    on:change=move |event| typed(&event, with_value, |row| row.value)
                />
                <span>{move || row.get().unit}</span>
            </td>
            <td><Remove rows row/></td>
        </tr>
    }
}

#[component]
fn Remove(rows: Rows, row: Memo<Row>) -> impl IntoView {
    let cannot = Memo::new(move |_| {
        let grip = row.read().grip;
        rows.session.scenario.with(|scenario| cannot_remove(&scenario.traffic, Some(grip)))
    });
    let remove = move |_| {
        let row = row.get_untracked();
        match rows.session.scenario.with_untracked(|scenario| without(&scenario.traffic, row.grip)) {
            Some((traffic, next)) => {
                rows.session.change(|scenario| scenario.traffic = traffic);
                rows.say(Some(format!("Removed: {}.", row.name)));
                focus_row(next.unwrap_or(Grip::Point(0)));
            }
            None => rows.say(cannot.get_untracked().map(str::to_owned)),
        }
    };
    view! {
        <button
            type="button"
            data-remove=move || mark(row.read().grip)
            aria-label=move || format!("Remove {}", row.get().name)
            aria-disabled=move || cannot.get().map(|_| "true")
            title=cannot
            on:click=remove
        >
            "Remove"
        </button>
    }
}

impl Rows {
    fn say(self, words: Option<String>) {
        self.said.set(words.unwrap_or_default());
    }

    fn name_of(self, grip: Grip) -> Option<String> {
        self.all.with_untracked(|all| all.iter().find(|row| row.grip == grip).map(|row| row.name.clone()))
    }
}

/// How a row's button is found.
fn mark(grip: Grip) -> String {
    match grip {
        Grip::Spike(index) => format!("spike-{index}"),
        Grip::Point(index) | Grip::Segment(index) => format!("point-{index}"),
        Grip::Whole => String::new(),
    }
}

/// Gives the focus to the row that has taken the place of the one removed.
fn focus_row(grip: Grip) {
    request_animation_frame(move || {
        let button = document().query_selector(&format!("[data-remove='{}']", mark(grip))).ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
        }
    });
}

/// Shows what holds where what was typed does not: nothing else tells the field when the value stays.
fn write_back(event: &Event, value: String) {
    event_target::<HtmlInputElement>(event).set_value(&value);
}
