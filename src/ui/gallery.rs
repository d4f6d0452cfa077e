use burstlab_engine::scenario::{Preset, PresetGroup, preset_groups};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    session::Session,
    view::{Sparkline, words},
};

/// All situations as cards: what happens in each, and the shape of its day.
#[component]
pub fn Gallery(session: Session) -> impl IntoView {
    let groups = preset_groups().into_iter().map(|group| view! { <Group session group/> });
    view! {
        <section class="gallery" aria-labelledby="gallery-title">
            <h2 id="gallery-title">"Other situations"</h2>
            {groups.collect_view()}
        </section>
    }
}

#[component]
fn Group(session: Session, group: PresetGroup) -> impl IntoView {
    let name = (!group.name.is_empty()).then(|| view! { <h3>{group.name}</h3> });
    let cards = group.presets.into_iter().map(|preset| view! { <Card session preset/> });
    view! {
        {name}
        <ul class="cards">{cards.collect_view()}</ul>
    }
}

/// One situation; the whole card opens it.
#[component]
fn Card(session: Session, preset: &'static Preset) -> impl IntoView {
    let is_present = Memo::new(move |_| session.scenario.with(|scenario| scenario.situation == preset.key));
    view! {
        <li>
            <button
                type="button"
                class="card"
                data-situation=preset.key
                aria-current=move || is_present.get().then_some("true")
                on:click=move |_| open(session, preset)
            >
                <span class="card-title">{preset.title.as_str()}</span>
                <Day sparkline=Sparkline::of(&preset.scenario.traffic)/>
                <span class="card-story">{words::first_sentence(&preset.story)}</span>
            </button>
        </li>
    }
}

/// The shape of a day; what it shows is said by the words around it.
#[component]
fn Day(sparkline: Sparkline) -> impl IntoView {
    let view_box = format!("0 0 {} {}", Sparkline::WIDTH, Sparkline::HEIGHT);
    view! {
        <svg class="sparkline" viewBox=view_box preserveAspectRatio="none" aria-hidden="true">
            <path class="sparkline-area" d=sparkline.area/>
            <path class="sparkline-spikes" d=sparkline.spikes/>
            <path class="sparkline-line" d=sparkline.line/>
        </svg>
    }
}

/// Opens a situation and leads to where it is told: the page's top, with the focus on its name.
fn open(session: Session, preset: &Preset) {
    session.open(preset.scenario.clone());
    let name = document().get_element_by_id("situation").and_then(|name| name.dyn_into::<HtmlElement>().ok());
    // A field that cannot take the focus is no reason to stay down here.
    let _ = name.map(|name| name.focus());
    window().scroll_to_with_x_and_y(0.0, 0.0);
}
