use burstlab_engine::scenario::{Preset, preset, presets};
use leptos::prelude::*;

use crate::session::{Session, Standing};

/// The name, the situations and how good the answer is.
#[component]
pub fn Masthead(session: Session) -> impl IntoView {
    let situation = Memo::new(move |_| session.scenario.with(|scenario| scenario.situation));
    let story = move || preset(situation.get()).map(|preset| preset.story.as_str());
    view! {
        <header class="masthead">
            <h1 class="name">"Burstlab"</h1>
            <div class="situation">
                <label for="situation">"Situation"</label>
                <select id="situation" on:change=move |event| choose(session, &event_target_value(&event))>
                    {presets().iter().map(|preset| view! { <SituationOption preset situation/> }).collect_view()}
                </select>
                <button type="button" on:click=move |_| choose(session, situation.get_untracked())>
                    "Start again"
                </button>
            </div>
            <Status session/>
            <p class="story" data-testid="story">{story}</p>
        </header>
    }
}

#[component]
fn SituationOption(preset: &'static Preset, situation: Memo<&'static str>) -> impl IntoView {
    view! {
        <option value=preset.key selected=move || situation.get() == preset.key>
            {preset.title.as_str()}
        </option>
    }
}

/// How good the answer is, in a few quiet words.
#[component]
fn Status(session: Session) -> impl IntoView {
    let words = move || match session.standing.get() {
        Standing::Estimate => "estimate".to_owned(),
        Standing::Refining(percent) => format!("refining {percent} %"),
        Standing::Settled => "every request simulated".to_owned(),
    };
    view! { <p class="status" data-testid="status">{words}</p> }
}

fn choose(session: Session, key: &str) {
    if let Some(preset) = preset(key) {
        session.open(preset.scenario.clone());
    }
}
