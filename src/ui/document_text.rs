use burstlab_engine::scenario::Scenario;
use leptos::{html::Textarea, prelude::*};
use web_sys::{Event, HtmlDetailsElement, HtmlTextAreaElement};

use super::clipboard;
use crate::session::Session;

/// The scenario as text, to be taken along or brought in.
#[component]
pub fn ScenarioText(session: Session) -> impl IntoView {
    let field = NodeRef::<Textarea>::new();
    let said = RwSignal::new("");
    view! {
        <details class="fold scenario-text" on:toggle=move |event| fill_when_opened(session, field, &event)>
            <summary>"Open or copy a scenario"</summary>
            <label for="scenario-json">"The scenario as JSON: the present one, or paste another over it."</label>
            <textarea
                id="scenario-json"
                node_ref=field
                rows="14"
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
            ></textarea>
            <p class="buttons">
                <button type="button" data-testid="open" on:click=move |_| open(session, field, said)>
                    "Open this text"
                </button>
                <button type="button" data-testid="copy" on:click=move |_| copy(session, field, said)>
                    "Copy the present scenario"
                </button>
                <span role="status">{said}</span>
            </p>
        </details>
    }
}

fn fill_when_opened(session: Session, field: NodeRef<Textarea>, event: &Event) {
    if event_target::<HtmlDetailsElement>(event).open() {
        fill(session, field);
    }
}

fn fill(session: Session, field: NodeRef<Textarea>) -> Option<HtmlTextAreaElement> {
    let field = field.get_untracked()?;
    field.set_value(&session.scenario.with_untracked(|scenario| scenario.to_json()));
    Some(field)
}

fn open(session: Session, field: NodeRef<Textarea>, said: RwSignal<&'static str>) {
    let Some(field) = field.get_untracked() else { return };
    match Scenario::parse(&field.value()) {
        Ok(scenario) => {
            let notes = scenario.notes();
            session.open(scenario);
            session.notes.set(notes);
            said.set("Opened.");
        }
        Err(problems) => {
            session.set_problems(problems.iter().map(ToString::to_string).collect());
            said.set("");
        }
    }
}

fn copy(session: Session, field: NodeRef<Textarea>, said: RwSignal<&'static str>) {
    let Some(field) = fill(session, field) else { return };
    clipboard::copy(field.value(), said, move || {
        field.select();
        "This browser does not let the page copy. The text is selected: press Ctrl+C."
    });
}
