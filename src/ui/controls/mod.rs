mod choice;
mod expert;
mod knob;
mod warmth;

use burstlab_engine::{
    scenario::{Control, idle},
    units::Level,
};
use leptos::prelude::*;

pub use self::expert::ExpertControls;
use self::{choice::ChoiceControl, knob::KnobControl, warmth::Warmth};
use crate::session::Session;

/// What everyone may turn.
#[component]
pub fn BasicControls(session: Session) -> impl IntoView {
    let controls = Control::all().filter(|control| control.level() == Level::Basic);
    view! {
        <section class="controls" aria-label="Controls">
            {controls.map(|control| view! { <AnyControl session control/> }).collect_view()}
            <Warmth session/>
        </section>
    }
}

/// A control of either kind.
#[component]
fn AnyControl(session: Session, control: Control) -> impl IntoView {
    match control {
        Control::Knob(knob) => view! { <KnobControl session knob/> }.into_any(),
        Control::Choice(choice) => view! { <ChoiceControl session choice/> }.into_any(),
    }
}

/// What a control does, and why it has no effect at present where it has none.
#[component]
fn Help(key: &'static str, help: &'static str, idle: Memo<Option<&'static str>>) -> impl IntoView {
    let note = move || {
        idle.get().map(|reason| view! { <span class="idle-note">{format!(" No effect: {reason}.")}</span> })
    };
    view! { <p class="help" id=format!("help-{key}")>{help}{note}</p> }
}

/// Why a control has no effect at present.
fn idle_of(session: Session, key: &'static str) -> Memo<Option<&'static str>> {
    Memo::new(move |_| session.scenario.with(|scenario| idle(key, scenario)))
}

/// The plain word first, the field's word in brackets.
#[component]
fn Name(label: &'static str, term: &'static str) -> impl IntoView {
    let term = (!term.is_empty()).then(|| format!("({term})"));
    view! {
        <span class="label">{label}</span>
        " "
        <span class="term">{term}</span>
    }
}
