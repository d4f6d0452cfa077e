//! What a page says of a situation, as the app does once it has settled.

use burstlab::view::{Sparkline, words};
use burstlab_engine::scenario::{
    Band, Outcome, Preset, evaluate, explain, on_other_day, other_days, plain_usd, plain_wait,
};

/// The answer to a situation, in words.
pub struct Answer {
    pub key: &'static str,
    pub title: String,
    pub story: String,
    pub price: String,
    /// What the wait is called, and the wait.
    pub wait: (&'static str, String),
    /// What the share without an answer is called, and the share; whether there is any.
    pub unanswered: (&'static str, String),
    pub has_unanswered: bool,
    pub sentence: String,
    pub day: Sparkline,
}

impl Answer {
    pub fn to(preset: &Preset) -> Self {
        let scenario = &preset.scenario;
        let outcome = evaluate(scenario);
        let sentence = explain(scenario, &outcome, &band(preset, &outcome)).to_string();
        let (wait, unanswered) = words::captions(scenario.sends_events());
        Self {
            key: preset.key,
            title: preset.title.clone(),
            story: preset.story.clone(),
            price: plain_usd(outcome.bill.total.0),
            wait: (wait, plain_wait(outcome.latency.p99_s)),
            unanswered: (unanswered, words::percent(outcome.unanswered_share(), 1.0)),
            has_unanswered: outcome.unanswered_share() > 0.0,
            sentence,
            day: Sparkline::of(&scenario.traffic),
        }
    }
}

/// What the other days say of chance.
fn band(preset: &Preset, outcome: &Outcome) -> Band {
    let days = 1..=other_days(&preset.scenario, outcome);
    days.fold(Band::of_day(outcome), |band, day| {
        band.and(Band::of_day(&evaluate(&on_other_day(&preset.scenario, day))))
    })
}
