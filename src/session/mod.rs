//! What the page knows: one scenario, the answer to it, and how good that answer is.
//!
//! Start at [`Session`]. A change of the scenario is estimated once a frame and shown in that frame; a
//! worker then simulates every request, and the address follows after a pause. The effects that do so are
//! all here; whatever else is shown derives from the signals.

mod address;
mod answer;
mod locks;
mod pause;
mod steps;

use std::sync::Arc;

use burstlab_engine::scenario::{
    Band, Beyond, Estimated, Fidelity, Outcome, Scenario, Sentence, estimate_with_band, explain, presets,
    warm_copies_for,
};
use leptos::prelude::*;

use self::{address::Opened, locks::Locks};
use crate::{history::History, view::WarmthView};

pub use pause::Pause;

/// The scenarios that one can go back to.
type Steps = History<Scenario>;

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
    /// How sure the answer is; what the estimate stated holds until other days are simulated too.
    pub band: RwSignal<Band>,
    /// The answer in one sentence.
    pub sentence: Memo<Sentence>,
    /// How good the answer is.
    pub standing: RwSignal<Standing>,
    /// Whether the page simulates by itself, since there are no workers.
    pub is_on_page: RwSignal<bool>,
    /// The last simulated answer as the worker sent it.
    pub outcome_text: RwSignal<String>,
    /// What is wrong with a text or link that was to be opened; empty when nothing is.
    pub problems: RwSignal<Vec<String>>,
    /// What else a person should know of what was opened; empty when nothing is.
    pub notes: RwSignal<Vec<String>>,
    /// Why the last estimate is only a guess, where it is.
    pub guessed: RwSignal<Option<Beyond>>,
    /// Why there is no simulation; empty while there is.
    pub trouble: RwSignal<String>,
    /// Whether a finger or key holds something: what changes meanwhile is one step.
    pub is_held: RwSignal<bool>,
    history: RwSignal<Steps>,
    /// How often the simulation was asked to try again.
    retries: RwSignal<u32>,
    /// Whether the next address is a page of its own, which the back button leaves.
    is_new_page: StoredValue<bool>,
    /// What cannot be changed here.
    locks: StoredValue<Locks>,
}

impl Session {
    /// A session of the scenario in the address, or else of the first situation.
    pub fn start() -> Self {
        let otherwise = || Opened { scenario: default_scenario(), problems: Vec::new(), notes: Vec::new() };
        let Opened { scenario, problems, notes } = address::read().unwrap_or_else(otherwise);
        let Estimated { outcome, band, beyond } = estimate_with_band(&scenario);
        let band = RwSignal::new(band);
        let outcome = RwSignal::new(Arc::new(outcome));
        let history = RwSignal::new(Steps::of(scenario.clone()));
        let scenario = RwSignal::new(scenario);
        let session = Self {
            scenario,
            outcome,
            band,
            sentence: Memo::new(move |_| outcome.with(|outcome| sentence(scenario, outcome, band.get()))),
            standing: RwSignal::new(Standing::Estimate),
            guessed: RwSignal::new(beyond.first().copied()),
            is_on_page: RwSignal::new(false),
            outcome_text: RwSignal::default(),
            problems: RwSignal::new(problems),
            notes: RwSignal::new(notes),
            trouble: RwSignal::default(),
            is_held: RwSignal::new(false),
            history,
            retries: RwSignal::new(0),
            is_new_page: StoredValue::new(false),
            locks: StoredValue::new(Locks::read()),
        };
        answer::follow(session);
        address::follow(session);
        steps::follow(session);
        session
    }

    /// How many copies to keep warm so that 99 in 100 are answered within so many seconds: by formula, and by the
    /// simulated day where there is one.
    pub fn warmth(&self, target_s: f64) -> WarmthView {
        self.outcome.with_untracked(|outcome| {
            let settled = matches!(outcome.fidelity, Fidelity::Exact | Fidelity::Fast);
            self.scenario.with_untracked(|scenario| {
                let found = warm_copies_for(scenario, target_s, settled.then_some(outcome));
                WarmthView::of(found, scenario.fleet.provisioned)
            })
        })
    }

    /// Changes the scenario; nothing follows when it stays as it was.
    pub fn change(&self, change: impl FnOnce(&mut Scenario)) {
        let mut scenario = self.scenario.get_untracked();
        change(&mut scenario);
        self.put(scenario);
    }

    /// Goes over to another scenario, from which the browser's back button leads here.
    pub fn open(&self, scenario: Scenario) {
        if self.scenario.with_untracked(|present| *present != scenario) {
            address::turn_page(*self);
            steps::commit(*self);
        }
        self.put(scenario);
    }

    /// Goes back a step.
    pub fn undo(&self) {
        steps::undo(*self);
    }

    /// Goes forward a step that was undone.
    pub fn redo(&self) {
        steps::redo(*self);
    }

    /// Whether there is a step to go back.
    pub fn can_undo(&self) -> bool {
        let is_at_rest =
            self.scenario.with(|scenario| self.history.with(|steps| steps.present() == scenario));
        !is_at_rest || self.history.with(Steps::has_past)
    }

    /// Whether there is a step to go forward.
    pub fn can_redo(&self) -> bool {
        self.history.with(Steps::has_future)
    }

    /// Has the simulation try once more after a trouble.
    pub fn retry(&self) {
        self.trouble.set(String::new());
        self.retries.update(|retries| *retries += 1);
    }

    /// The scenario as the part of a link after `#`.
    pub fn link(&self) -> String {
        self.scenario.with_untracked(Scenario::to_link)
    }

    fn put(&self, scenario: Scenario) {
        self.set_problems(Vec::new());
        let keep = |locks: &Locks| self.scenario.with_untracked(|present| locks.keep(present, scenario));
        let scenario = self.locks.with_value(keep);
        if self.scenario.with_untracked(|present| *present != scenario) {
            self.scenario.set(scenario);
        }
    }

    /// Whether whoever holds the page does not let this part of a scenario change: `curve`, `situation`, or a control by
    /// its key.
    pub fn is_locked(&self, part: &str) -> bool {
        self.locks.with_value(|locks| locks.holds(part))
    }

    /// Shows what is wrong with something that was to be opened.
    pub fn set_problems(&self, problems: Vec<String>) {
        if self.problems.with_untracked(|present| *present != problems) {
            self.problems.set(problems);
        }
    }
}

/// Said of the scenario that was answered, so that a change alone does not say it anew.
fn sentence(scenario: RwSignal<Scenario>, outcome: &Outcome, band: Band) -> Sentence {
    scenario.with_untracked(|scenario| explain(scenario, outcome, &band))
}

fn default_scenario() -> Scenario {
    address::situation().unwrap_or_else(first_scenario)
}

fn first_scenario() -> Scenario {
    presets().first().map_or_else(Scenario::silent, |preset| preset.scenario.clone())
}
