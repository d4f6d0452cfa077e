use leptos::prelude::*;

use crate::session::{Pause, Session, Standing};

/// A settled answer is read aloud when nothing has changed for so long.
const PAUSE_MS: u32 = 700;

/// Tells those who cannot see the numbers what came of a change, once it has settled.
#[component]
pub fn Announcement(session: Session) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let pause = Pause::default();
    Effect::new(move |_| {
        session.sentence.track();
        let is_settled = session.standing.get() == Standing::Settled;
        pause.then(PAUSE_MS, move || {
            if is_settled {
                words.set(session.sentence.get_untracked().to_string());
            }
        });
    });
    view! { <p class="unseen" aria-live="polite" data-testid="announcement">{words}</p> }
}

/// The last simulated answer, byte for byte, for scripts and for those who check.
#[component]
pub fn OutcomeText(session: Session) -> impl IntoView {
    view! { <script type="application/json" id="outcome-json" prop:textContent=session.outcome_text></script> }
}
