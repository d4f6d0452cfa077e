mod inputs;
mod list;
mod pictures;
mod weighing;

use leptos::{html, prelude::*};
use web_sys::{Event, HtmlDetailsElement};

use self::{inputs::Inputs, list::Options, pictures::Pictures, weighing::Weighing};
use crate::session::Session;

/// What else could answer the requests, at what price and with what wait. Nothing of it is made or fetched before it is
/// opened for the first time.
#[component]
pub fn Compare(session: Session, is_open: RwSignal<bool>) -> impl IntoView {
    let was_opened = RwSignal::new(false);
    let fold = NodeRef::<html::Details>::new();
    let follow = move |event: Event| {
        let open = event_target::<HtmlDetailsElement>(&event).open();
        if is_open.get_untracked() != open {
            is_open.set(open);
        }
    };
    Effect::new(move |_| {
        if is_open.get() && !was_opened.get_untracked() {
            was_opened.set(true);
        }
    });
    view! {
        <section class="compare" aria-label="Compared with servers">
            <details id="compare" class="fold" node_ref=fold prop:open=is_open on:toggle=follow>
                <summary>"What else could do this?"</summary>
                <Show when=move || was_opened.get()><Panel session is_open/></Show>
            </details>
        </section>
    }
}

/// Opens the comparison and leads to it.
pub fn lead_to(is_open: RwSignal<bool>) {
    is_open.set(true);
    request_animation_frame(|| {
        let Some(fold) = document().get_element_by_id("compare") else { return };
        if let Ok(Some(summary)) = fold.query_selector("summary") {
            use wasm_bindgen::JsCast;
            // A page that may not focus: the person scrolls there.
            let _ = summary.unchecked_into::<web_sys::HtmlElement>().focus();
        }
        fold.scroll_into_view();
    });
}

#[component]
fn Panel(session: Session, is_open: RwSignal<bool>) -> impl IntoView {
    let weighing = Weighing::start(session, is_open);
    let has_trouble = move || weighing.trouble.with(|trouble| !trouble.is_empty());
    view! {
        <div class="weighing" data-testid="compare" data-compared=move || weighing.stage.get().word()>
            <Inputs weighing/>
            <div role="status" data-testid="compare-trouble">
                <Show when=has_trouble>
                    <div class="message notice">
                        <p>{weighing.trouble}</p>
                        <button type="button" on:click=move |_| weighing.retry()>"Try again"</button>
                    </div>
                </Show>
            </div>
            <Answer weighing/>
            <Options weighing/>
            <Pictures weighing/>
        </div>
    }
}

/// The sentences: which is the cheapest, where the order changes, and what reports say.
#[component]
fn Answer(weighing: Weighing) -> impl IntoView {
    let said = move |read: fn(&Weighing) -> String| Memo::new(move |_| read(&weighing));
    let verdict = said(|weighing| weighing.told(|told| told.verdict.clone()));
    let crossover = said(|weighing| weighing.told(|told| told.crossover.clone()));
    let claim = said(|weighing| weighing.told(|told| told.claim[0].clone()));
    let source = said(|weighing| weighing.told(|told| told.claim[1].clone()));
    let first = move || {
        let words = verdict.get();
        if words.is_empty() { "Asking everything else…".to_owned() } else { words }
    };
    let is_claimed = move || claim.with(|claim| !claim.is_empty());
    view! {
        <div class="verdict">
            <p class="first" role="status" data-testid="compare-verdict">{first}</p>
            <p data-testid="compare-crossover">{crossover}</p>
            <Show when=is_claimed>
                <p data-testid="compare-claim" title=source>{claim}</p>
            </Show>
        </div>
    }
}
