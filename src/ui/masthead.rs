use burstlab_engine::scenario::{Preset, PresetGroup, preset, preset_groups};
use leptos::prelude::*;

use super::{
    clipboard::copy,
    compare::lead_to,
    icon::{Glyph, Icon},
};
use crate::session::Session;

/// The name and what can be done with the whole: steps back and forward, the beginning, the link.
#[component]
pub fn Masthead(session: Session, is_compared: RwSignal<bool>) -> impl IntoView {
    view! {
        <header class="masthead">
            <h1 class="name"><Mark/>"Burstlab"</h1>
            <Steps session/>
            <button type="button" class="quiet" data-testid="open-compare" on:click=move |_| lead_to(is_compared)>
                <Glyph icon=Icon::Compare/><span class="word">"Compare"</span>
            </button>
            <CopyLink session/>
        </header>
    }
}

/// The curve and its peak, as on the page's icon.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2 20C8 20 8 4 12 4s4 16 10 16"/>
            <circle cx="12" cy="4" r="2.5"/>
        </svg>
    }
}

#[component]
fn Steps(session: Session) -> impl IntoView {
    let begin = move |_| {
        if let Some(preset) = preset(session.scenario.with_untracked(|scenario| scenario.situation)) {
            session.open(preset.scenario.clone());
        }
    };
    view! {
        <div class="steps" role="group" aria-label="Steps">
            <StepButton
                name="undo" words="Undo" keys="Ctrl+Z" icon=Icon::Undo
                can=move || session.can_undo() act=move || session.undo()
            />
            <StepButton
                name="redo" words="Redo" keys="Ctrl+Shift+Z" icon=Icon::Redo
                can=move || session.can_redo() act=move || session.redo()
            />
            <button type="button" class="quiet" data-testid="again" on:click=begin>
                <Glyph icon=Icon::Again/><span class="word">"Start again"</span>
            </button>
        </div>
    }
}

/// It keeps the focus when there is no step left, for the next key may make one.
#[component]
fn StepButton(
    name: &'static str,
    words: &'static str,
    keys: &'static str,
    icon: Icon,
    can: impl Fn() -> bool + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="quiet"
            data-testid=name
            title=format!("{words} ({keys})")
            aria-disabled=move || (!can()).to_string()
            on:click=move |_| act()
        >
            <Glyph icon/><span class="word">{words}</span>
        </button>
    }
}

/// The address holds everything; what is copied opens the same numbers elsewhere.
#[component]
fn CopyLink(session: Session) -> impl IntoView {
    let said = RwSignal::new("");
    let act = move |_| {
        let page = window().location().href().unwrap_or_default();
        let page = page.split_once('#').map_or(page.as_str(), |(page, _)| page).to_owned();
        copy(format!("{page}#{}", session.link()), said, || "Copy the address of this page instead.");
    };
    view! {
        <p class="share">
            <span role="status" class="said">{said}</span>
            <button type="button" class="quiet" data-testid="copy-link" on:click=act>
                <Glyph icon=Icon::Link/><span class="word">"Copy link"</span>
            </button>
        </p>
    }
}

/// What is going on: the situation, to be chosen, and its story.
#[component]
pub fn Opening(session: Session) -> impl IntoView {
    let situation = Memo::new(move |_| session.scenario.with(|scenario| scenario.situation));
    let story = move || preset(situation.get()).map(|preset| preset.story.as_str());
    let title = move || preset(situation.get()).map(|preset| preset.title.as_str());
    view! {
        <section class="opening" aria-label="Situation">
            <label for="situation" class="unseen">"Situation"</label>
            <div class="picker">
                // A list to choose from shows one line; a long title takes two, and so it is written under the list.
                <span class="picked" aria-hidden="true">{title}</span>
                <select id="situation" disabled=session.is_locked("situation") on:change=move |event| choose(session, &event_target_value(&event))>
                    {preset_groups().into_iter().map(|group| view! { <SituationGroup group situation/> }).collect_view()}
                </select>
                <svg class="chevron" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 5.5 8 10.5 13 5.5"/></svg>
            </div>
            <p class="story" data-testid="story">{story}</p>
        </section>
    }
}

#[component]
fn SituationGroup(group: PresetGroup, situation: Memo<&'static str>) -> impl IntoView {
    let option = |preset| view! { <SituationOption preset situation/> };
    let options = group.presets.into_iter().map(option).collect_view();
    match group.name {
        "" => options.into_any(),
        name => view! { <optgroup label=name>{options}</optgroup> }.into_any(),
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

fn choose(session: Session, key: &str) {
    if let Some(preset) = preset(key) {
        session.open(preset.scenario.clone());
    }
}
