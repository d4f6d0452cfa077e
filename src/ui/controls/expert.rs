use burstlab_engine::scenario::{Control, Section, expert_sections};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDetailsElement, HtmlElement, KeyboardEvent};

use super::AnyControl;
use crate::{session::Session, ui::fold::Fold};

/// What stands behind "more": a search, and the sections, each folded.
#[component]
pub fn ExpertControls(session: Session) -> impl IntoView {
    view! { <Fold class="expert" title="More controls"><Sections session/></Fold> }
}

#[component]
fn Sections(session: Session) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let sections = expert_sections();
    let all: Vec<_> = sections.iter().flat_map(|(_, controls)| controls.clone()).collect();
    let section = move |(section, controls)| view! { <SectionFold session search section controls/> };
    view! {
        <Finder search all/>
        {sections.into_iter().filter(|(_, controls)| !controls.is_empty()).map(section).collect_view()}
    }
}

/// The field that finds controls. Enter leads to the first one found, Escape ends the search.
#[component]
fn Finder(search: RwSignal<String>, all: Vec<Control>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let found =
        Memo::new(move |_| search.with(|search| all.iter().filter(|one| one.is_found_by(search)).count()));
    let said = move || match (search.with(|search| is_empty(search)), found.get()) {
        (true, all) => format!("{all} controls"),
        (false, 0) => "No control has these words".to_owned(),
        (false, 1) => "1 control found".to_owned(),
        (false, found) => format!("{found} controls found"),
    };
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => focus_first(field),
        "Escape" => search.set(String::new()),
        _ => {}
    };
    view! {
        <p class="finder">
            <label for="find-control">"Find a control"</label>
            <input
                type="search"
                id="find-control"
                node_ref=field
                autocomplete="off"
                spellcheck="false"
                prop:value=search
                on:input=move |event| search.set(event_target_value(&event))
                on:keydown=key
            />
            <span role="status" data-testid="found">{said}</span>
        </p>
    }
}

fn is_empty(search: &str) -> bool {
    search.trim().is_empty()
}

/// Leads to the first control that is found.
fn focus_first(field: NodeRef<html::Input>) {
    let fold = field.get_untracked().and_then(|field| field.closest(".expert").ok().flatten());
    let first = fold.and_then(|fold| {
        fold.query_selector(".section:not([hidden]) .place:not([hidden]) :is(input, select)").ok().flatten()
    });
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        // A page that may not focus: the person tabs there.
        let _ = first.focus();
    }
}

/// One section. It opens where a search finds something in it, and goes back to how the person left it after.
#[component]
fn SectionFold(
    session: Session,
    search: RwSignal<String>,
    section: Section,
    controls: Vec<Control>,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let is_searching = move || search.with(|search| !is_empty(search));
    let counted = controls.clone();
    let changed = Memo::new(move |_| {
        session.scenario.with(|scenario| counted.iter().filter(|one| one.is_changed(scenario)).count())
    });
    let searched = controls.clone();
    let is_found =
        Memo::new(move |_| search.with(|search| searched.iter().any(|control| control.is_found_by(search))));
    let note = move || match changed.get() {
        0 => String::new(),
        changed => format!(" · {changed} changed"),
    };
    let follow = move |event: Event| {
        if !search.with_untracked(|search| !is_empty(search)) {
            opened.set(event_target::<HtmlDetailsElement>(&event).open());
        }
    };
    let place = move |control| view! { <Place session search control/> };
    view! {
        <details
            class="fold section"
            data-section=section.key
            hidden=move || !is_found.get()
            open=move || if is_searching() { is_found.get() } else { opened.get() }
            on:toggle=follow
        >
            <summary><span class="title">{section.title}</span><span class="changed">{note}</span></summary>
            <div class="controls">{controls.into_iter().map(place).collect_view()}</div>
        </details>
    }
}

/// Where a control stands; not shown while another is searched for.
#[component]
fn Place(session: Session, search: RwSignal<String>, control: Control) -> impl IntoView {
    let is_found = Memo::new(move |_| search.with(|search| control.is_found_by(search)));
    view! { <div class="place" hidden=move || !is_found.get()><AnyControl session control/></div> }
}
