use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use burstlab_engine::scenario::{Estimated, Estimator, Fidelity, Outcome, blend, most_pieces};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Pause, Session, Standing};
use crate::link::{Link, News};

/// While a hand moves the estimate follows it; requests are simulated when it has paused for so long. Answers of every
/// place that it only passed would take the page's time from the next move, and turn the numbers twice in a frame.
const PAUSE_MS: u32 = 30;

/// Answers every change from now on: by formula within the frame, then from the worker.
pub fn follow(session: Session) {
    let link = Link::new(move |news| hear(session, news));
    simulate(session, &link);
    let retried = link.clone();
    Effect::new(move |is_later: Option<bool>| {
        session.retries.track();
        if is_later.is_some() {
            retried.hope();
            simulate(session, &retried);
        }
        true
    });
    let (is_due, pause) = (Rc::new(Cell::new(false)), Pause::default());
    let estimator = Rc::new(RefCell::new(Estimator::default()));
    Effect::new(move |is_later: Option<bool>| {
        session.scenario.track();
        if is_later.is_some() && !is_due.replace(true) {
            link.forget();
            let (link, is_due, pause, estimator) =
                (link.clone(), is_due.clone(), pause.clone(), estimator.clone());
            request_animation_frame(move || {
                is_due.set(false);
                answer(session, &mut estimator.borrow_mut());
                pause.then(PAUSE_MS, move || simulate(session, &link));
            });
        }
        true
    });
    let is_formula = Memo::new(move |_| session.outcome.with(is_by_formula));
    Effect::new(move |_| mark_document(session.standing.get(), is_formula.get()));
}

fn answer(session: Session, estimator: &mut Estimator) {
    let Estimated { outcome, band, beyond } =
        session.scenario.with_untracked(|scenario| estimator.estimate(scenario));
    session.band.set(band);
    session.guessed.set(beyond.first().copied());
    session.outcome.set(Arc::new(outcome));
    session.standing.set(Standing::Estimate);
}

fn simulate(session: Session, link: &Link) {
    session.scenario.with_untracked(|scenario| link.simulate(&scenario.to_json(), most_pieces(scenario)));
}

fn hear(session: Session, news: News) {
    match news {
        News::Progress(share) => stand(session, Standing::Refining((share * 100.0) as u8)),
        News::Glimpses(texts) => refine(session, &texts),
        News::Outcome(text) => settle(session, text),
        News::Band(band) => session.band.set(band),
        News::OnPage => session.is_on_page.set(true),
        News::Trouble(message) => session.trouble.set(message),
    }
}

/// Workers say more often how far they are than a percentage changes.
fn stand(session: Session, standing: Standing) {
    if session.standing.get_untracked() != standing {
        session.standing.set(standing);
    }
}

/// What was seen of the day corrects the estimate of it. Where that cannot be read, the day itself tells.
fn refine(session: Session, texts: &[String]) {
    let seen: Vec<Outcome> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let estimate = session.outcome.get_untracked();
    if is_by_formula(&estimate) && !seen.is_empty() {
        let refined = session.scenario.with_untracked(|scenario| blend(scenario, &estimate, &seen));
        session.outcome.set(Arc::new(refined));
    }
}

fn is_by_formula(outcome: &Arc<Outcome>) -> bool {
    matches!(outcome.fidelity, Fidelity::Estimate | Fidelity::Guess)
}

fn settle(session: Session, text: String) {
    match serde_json::from_str::<Outcome>(&text) {
        Ok(outcome) => {
            session.outcome.set(Arc::new(outcome));
            session.outcome_text.set(text);
            session.standing.set(Standing::Settled);
            session.trouble.set(String::new());
        }
        Err(error) => session.trouble.set(unreadable(&error)),
    }
}

fn unreadable(error: &serde_json::Error) -> String {
    format!("The simulation's answer could not be read: {error}")
}

/// Lets scripts, tests and styles see how good the answer is, and whether anything of it was simulated:
/// `<html data-answer="simulated" data-state="settled">`.
fn mark_document(standing: Standing, is_formula: bool) {
    let state = match standing {
        Standing::Estimate => "estimate",
        Standing::Refining(_) => "refining",
        Standing::Settled => "settled",
    };
    if let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        // A frozen document cannot be marked; nothing else depends on it.
        let _ = root.dataset().set("answer", if is_formula { "formula" } else { "simulated" });
        let _ = root.dataset().set("state", state);
    }
}
