//! What the page knows: one scenario, the answer to it, and how good that answer is.
//!
//! Start at [`Session`]. A change of the scenario is estimated once a frame and shown in that frame; a
//! worker then simulates every request, and the address follows after a pause. The effects that do so are
//! all here; whatever else is shown derives from the signals.

mod address;
mod answer;
mod pause;

use std::sync::Arc;

use burstlab_engine::scenario::{Outcome, Scenario, estimate, explain, presets};
use leptos::prelude::*;

pub use pause::Pause;

/// How good the answer shown is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// From formulas.
    Estimate,
    /// From formulas, while the day is being simulated; the share that is done, in percent.
    Refining(u8),
    /// From simulating every request.
    Settled,
}

/// The signals of one page.
#[derive(Clone, Copy)]
pub struct Session {
    /// The truth; everything else follows from it. Change it by [`Session::change`].
    pub scenario: RwSignal<Scenario>,
    /// The answer shown.
    pub outcome: RwSignal<Arc<Outcome>>,
    /// The answer in one sentence.
    pub sentence: Memo<String>,
    /// How good the answer is.
    pub standing: RwSignal<Standing>,
    /// The last simulated answer as the worker sent it.
    pub outcome_text: RwSignal<String>,
    /// What is wrong with a text or link that was to be opened; empty when nothing is.
    pub problems: RwSignal<Vec<String>>,
    /// What else a person should know: that the worker is missing.
    pub notice: RwSignal<String>,
}

impl Session {
    /// A session of the scenario in the address, or else of the first situation.
    pub fn start() -> Self {
        let (scenario, problems) = match address::read() {
            Some(Ok(scenario)) => (scenario, Vec::new()),
            Some(Err(problems)) => (default_scenario(), problems),
            None => (default_scenario(), Vec::new()),
        };
        let outcome = RwSignal::new(Arc::new(estimate(&scenario)));
        let scenario = RwSignal::new(scenario);
        let session = Self {
            scenario,
            outcome,
            sentence: Memo::new(move |_| outcome.with(|outcome| sentence(scenario, outcome))),
            standing: RwSignal::new(Standing::Estimate),
            outcome_text: RwSignal::default(),
            problems: RwSignal::new(problems),
            notice: RwSignal::default(),
        };
        answer::follow(session);
        address::follow(session);
        session
    }

    /// Changes the scenario; nothing follows when it stays as it was.
    pub fn change(&self, change: impl FnOnce(&mut Scenario)) {
        let mut scenario = self.scenario.get_untracked();
        change(&mut scenario);
        self.open(scenario);
    }

    /// Goes over to another scenario.
    pub fn open(&self, scenario: Scenario) {
        self.set_problems(Vec::new());
        if self.scenario.with_untracked(|present| *present != scenario) {
            self.scenario.set(scenario);
        }
    }

    /// Shows what is wrong with something that was to be opened.
    pub fn set_problems(&self, problems: Vec<String>) {
        if self.problems.with_untracked(|present| *present != problems) {
            self.problems.set(problems);
        }
    }
}

/// Said of the scenario that was answered, so that a change alone does not say it anew.
fn sentence(scenario: RwSignal<Scenario>, outcome: &Outcome) -> String {
    scenario.with_untracked(|scenario| explain(scenario, outcome))
}

fn default_scenario() -> Scenario {
    presets().first().map_or_else(Scenario::silent, |preset| preset.scenario.clone())
}
