mod choice;
mod knob;

use burstlab_engine::{
    scenario::{CHOICES, knobs},
    units::Level,
};
use leptos::prelude::*;

use self::{choice::ChoiceControl, knob::KnobControl};
use crate::session::Session;

/// What everyone may turn.
#[component]
pub fn BasicControls(session: Session) -> impl IntoView {
    view! {
        <section class="controls" aria-label="Controls">
            <Level session level=Level::Basic/>
        </section>
    }
}

/// What stands behind "more".
#[component]
pub fn ExpertControls(session: Session) -> impl IntoView {
    view! {
        <details class="fold expert">
            <summary>"More controls"</summary>
            <div class="controls">
                <Level session level=Level::Expert/>
            </div>
        </details>
    }
}

/// Every knob and choice of a level, in the order of their tables.
#[component]
fn Level(session: Session, level: Level) -> impl IntoView {
    let knobs = knobs().filter(|knob| knob.spec().level == level);
    let choices = CHOICES.iter().filter(|choice| choice.level == level);
    view! {
        {knobs.map(|knob| view! { <KnobControl session knob/> }).collect_view()}
        {choices.map(|choice| view! { <ChoiceControl session choice/> }).collect_view()}
    }
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
