use burstlab_engine::scenario::Choice;
use leptos::prelude::*;

use super::{Help, Name, idle_of};
use crate::session::Session;

/// One of a few: a switch, or a list to choose from.
#[component]
pub fn ChoiceControl(session: Session, choice: &'static Choice) -> impl IntoView {
    let chosen = Memo::new(move |_| session.scenario.with(|scenario| (choice.get)(scenario)));
    let idle = idle_of(session, choice.key);
    let id = format!("knob-{}", choice.key);
    let control = if choice.is_switch() {
        view! { <Switch session choice chosen id=id.clone()/> }.into_any()
    } else {
        view! { <Select session choice chosen id=id.clone()/> }.into_any()
    };
    view! {
        <div class="control choice" class:switch=choice.is_switch() class:idle=move || idle.get().is_some() data-knob=choice.key inert=session.is_locked(choice.key)>
            <label for=id><Name label=choice.label term=choice.term/></label>
            {control}
            <Help key=choice.key help=choice.help idle/>
        </div>
    }
}

#[component]
fn Switch(
    session: Session,
    choice: &'static Choice,
    chosen: Memo<&'static str>,
    id: String,
) -> impl IntoView {
    let turn = move |event| {
        let name = if event_target_checked(&event) { "on" } else { "off" };
        session.change(|scenario| (choice.set)(scenario, name));
    };
    view! {
        <input
            type="checkbox"
            id=id
            aria-describedby=format!("help-{}", choice.key)
            prop:checked=move || chosen.get() == "on"
            on:change=turn
        />
    }
}

#[component]
fn Select(
    session: Session,
    choice: &'static Choice,
    chosen: Memo<&'static str>,
    id: String,
) -> impl IntoView {
    let option = move |(name, words): (&'static str, &'static str)| {
        view! { <option value=name selected=move || chosen.get() == name>{words}</option> }
    };
    view! {
        <select
            id=id
            aria-describedby=format!("help-{}", choice.key)
            on:change=move |event| {
                session.change(|scenario| (choice.set)(scenario, &event_target_value(&event)))
            }
        >
            {(choice.options)().into_iter().map(option).collect_view()}
        </select>
    }
}
