use burstlab_engine::scenario::{Outcome, plain_usd, plain_wait};
use leptos::prelude::*;

use crate::{session::Session, view::words};

/// The two numbers that everything is about, what they leave out, and the answer in a sentence.
#[component]
pub fn Headline(session: Session) -> impl IntoView {
    let read =
        move |read: fn(&Outcome) -> f64| Memo::new(move |_| session.outcome.with(|outcome| read(outcome)));
    let price = read(|outcome| outcome.bill.total.0);
    let wait = read(|outcome| outcome.latency.p99_s);
    let unanswered = read(Outcome::unanswered_share);
    view! {
        <section class="headline" aria-label="Price and wait">
            <p class="figure money" data-testid="price" data-value=price>
                <strong>{move || plain_usd(price.get())}</strong>
                " a month"
            </p>
            <p class="figure wait" data-testid="wait" data-value=wait>
                "1 in 100 waits longer than "
                <strong>{move || plain_wait(wait.get())}</strong>
            </p>
            <p
                class="figure unanswered"
                class:some=move || is_some(unanswered.get())
                data-testid="unanswered"
                data-value=unanswered
            >
                {move || unanswered_words(unanswered.get())}
            </p>
            <p class="sentence" data-testid="sentence">{session.sentence}</p>
        </section>
    }
}

fn is_some(share: f64) -> bool {
    share > 0.0
}

fn unanswered_words(share: f64) -> String {
    match share {
        0.0 => "Every request is answered.".to_owned(),
        share => format!("{} of the requests get no answer.", words::percent(share, 1.0)),
    }
}
