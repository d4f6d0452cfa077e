mod scrub;

use burstlab_engine::scenario::{CHOICES, Phrase, knob};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Node;

use self::scrub::{ScrubbedKnob, TurnedChoice};
use super::{
    clipboard::copy,
    each::{Each, Key},
    icon::{Glyph, Icon},
};
use crate::session::Session;

/// The answer in words. What is set can be changed where it is said.
#[component]
pub fn AnswerSentence(session: Session) -> impl IntoView {
    let places = Memo::new(move |_| session.sentence.with(|sentence| places(sentence.phrases())));
    let piece = move |place| view! { <Piece session place/> }.into_any();
    let paragraph = NodeRef::<html::P>::new();
    view! {
        <div class="saying">
            <p class="sentence" data-testid="sentence" node_ref=paragraph>
                <Each keys=places.into() view=piece/>
            </p>
            <CopySentence session paragraph/>
        </div>
    }
}

/// Where a phrase stands, and what kind of thing it is: as long as both stay, so does its element, and with
/// it the focus.
fn places(phrases: &[Phrase]) -> Vec<Key> {
    let kind = |phrase: &Phrase| match phrase {
        Phrase::Words(_) => "",
        Phrase::Knob { key, .. } | Phrase::Choice { key, .. } => key,
        Phrase::Price(_) => "money",
        Phrase::Wait(_) => "wait",
        Phrase::Lost(_) => "lost",
        Phrase::Band(_) => "band",
    };
    phrases.iter().map(kind).enumerate().collect()
}

#[component]
fn Piece(session: Session, place: Key) -> impl IntoView {
    let (index, kind) = place;
    let text = Memo::new(move |_| {
        session.sentence.with(|sentence| {
            sentence.phrases().get(index).map_or(String::new(), |phrase| phrase.text().to_owned())
        })
    });
    // What cannot be changed is said and no more.
    let is_free = !session.is_locked(kind);
    if let Some(knob) = knob(kind).filter(|_| is_free) {
        return view! { <ScrubbedKnob session knob text/> }.into_any();
    }
    match CHOICES.iter().find(|choice| choice.key == kind && is_free) {
        Some(choice) => view! { <TurnedChoice session choice text/> }.into_any(),
        None => view! { <span class=Some(kind).filter(|kind| !kind.is_empty())>{text}</span> }.into_any(),
    }
}

#[component]
fn CopySentence(session: Session, paragraph: NodeRef<html::P>) -> impl IntoView {
    let said = RwSignal::new("");
    let act = move |_| {
        let text = session.sentence.with_untracked(ToString::to_string);
        copy(text, said, move || select(paragraph));
    };
    view! {
        <p class="buttons">
            <button type="button" class="quiet" data-testid="copy-sentence" on:click=act>
                <Glyph icon=Icon::Copy/>"Copy the sentence"
            </button>
            <span role="status" class="said">{said}</span>
        </p>
    }
}

fn select(paragraph: NodeRef<html::P>) -> &'static str {
    let selection = window().get_selection().ok().flatten();
    let node = paragraph.get_untracked().map(|paragraph| paragraph.unchecked_into::<Node>());
    match (selection, node) {
        (Some(selection), Some(node)) if selection.select_all_children(&node).is_ok() => {
            "This browser does not let the page copy. The sentence is selected: press Ctrl+C."
        }
        _ => "This browser does not let the page copy.",
    }
}
