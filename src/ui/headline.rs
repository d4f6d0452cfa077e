use burstlab_engine::scenario::{Fidelity, Outcome, Scenario, plain_usd, plain_wait};
use leptos::prelude::*;

use crate::{
    session::{Session, Standing},
    view::words,
};

/// The two numbers that everything is about, what they leave out, and how they were got.
#[component]
pub fn Headline(session: Session) -> impl IntoView {
    let read =
        move |read: fn(&Outcome) -> f64| Memo::new(move |_| session.outcome.with(|outcome| read(outcome)));
    let price = read(|outcome| outcome.bill.total.0);
    let wait = read(|outcome| outcome.latency.p99_s);
    let unanswered = read(Outcome::unanswered_share);
    let captions = Memo::new(move |_| words::captions(session.scenario.with(Scenario::sends_events)));
    view! {
        <div class="headline">
            <p class="figure money" data-testid="price" data-value=price>
                <span class="caption">"A month costs"</span>
                " "
                <strong>{move || plain_usd(price.get())}</strong>
            </p>
            <p class="figure wait" data-testid="wait" data-value=wait>
                <span class="caption">{move || captions.get().0}</span>
                " "
                <strong>{move || plain_wait(wait.get())}</strong>
            </p>
            <p
                class="figure unanswered"
                class:some=move || is_some(unanswered.get())
                data-testid="unanswered"
                data-value=unanswered
            >
                <span class="caption">{move || captions.get().1}</span>
                " "
                <strong>{move || words::percent(unanswered.get(), 1.0)}</strong>
            </p>
            <Status session/>
        </div>
    }
}

fn is_some(share: f64) -> bool {
    share > 0.0
}

/// How good the answer is, in a few quiet words.
#[component]
fn Status(session: Session) -> impl IntoView {
    let is_glimpsed =
        Memo::new(move |_| session.outcome.with(|outcome| outcome.fidelity == Fidelity::Sampled));
    let words = move || match session.standing.get() {
        Standing::Estimate if is_glimpsed.get() => words::glimpsed(0),
        Standing::Refining(percent) if is_glimpsed.get() => words::glimpsed(percent),
        Standing::Estimate => words::estimated(session.guessed.get()),
        Standing::Refining(percent) => words::simulating(percent, session.is_on_page.get()),
        Standing::Settled => {
            let fidelity = session.outcome.with(|outcome| outcome.fidelity);
            words::simulated(fidelity, session.is_on_page.get())
        }
    };
    let share = move || match session.standing.get() {
        Standing::Estimate => "0".to_owned(),
        Standing::Refining(percent) => format!("{}", f64::from(percent) / 100.0),
        Standing::Settled => "1".to_owned(),
    };
    view! {
        <p class="status" data-testid="status">
            {words}
            <span class="progress" aria-hidden="true"><span style:transform=move || format!("scaleX({})", share())></span></span>
        </p>
    }
}
