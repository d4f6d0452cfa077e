use std::sync::Arc;

use burstlab_engine::scenario::{Candidate, Comparison, Money, Scenario, Wish};
use leptos::prelude::*;

use crate::{
    chart::compare::Marks,
    link::{Comparer, Told},
    session::{Pause, Session},
    view::compare::{Stakes, target_s},
};

/// How far a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What is shown, if anything, answers another question.
    Waiting,
    /// All have answered by formulas, and are being simulated.
    Estimated,
    /// All that can be simulated is.
    Settled,
}

impl Stage {
    /// Its name for scripts and tests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Estimated => "estimate",
            Self::Settled => "settled",
        }
    }
}

/// The signals of the comparison: what is asked, and what was told.
#[derive(Clone, Copy)]
pub struct Weighing {
    /// What is known; nothing before the first answer.
    pub comparison: RwSignal<Arc<Comparison>>,
    /// How much of what is being simulated is done, from 0 to 1.
    pub share: RwSignal<f64>,
    /// How far it is.
    pub stage: RwSignal<Stage>,
    /// Why there is no comparison; empty while there is.
    pub trouble: RwSignal<String>,
    /// What 1 in 100 may wait, in seconds.
    pub target_s: Memo<f64>,
    /// Machines by hand, by the key of an option.
    pub by_hand: RwSignal<Vec<(String, u32)>>,
    /// What money there is, and what bad answers cost.
    pub stakes: Memo<Stakes>,
    /// The option that somebody picked, by its key.
    pub picked: RwSignal<Option<String>>,
    /// Where the scenario is.
    pub session: Session,
    retries: RwSignal<u32>,
}

/// A hand that moves is not asked after.
const PAUSE_MS: u32 = 300;

impl Weighing {
    /// Asks from now on, whenever the scenario or a wish changes and the comparison is open.
    pub fn start(session: Session, is_open: RwSignal<bool>) -> Self {
        let this = Self {
            comparison: RwSignal::default(),
            share: RwSignal::new(0.0),
            stage: RwSignal::new(Stage::Waiting),
            trouble: RwSignal::default(),
            target_s: Memo::new(move |_| session.scenario.with(|scenario| target_s(&scenario.money))),
            by_hand: RwSignal::default(),
            stakes: Memo::new(move |_| session.scenario.with(|scenario| Stakes::of(&scenario.money))),
            session,
            picked: RwSignal::new(None),
            retries: RwSignal::new(0),
        };
        this.follow(is_open);
        this
    }

    fn follow(self, is_open: RwSignal<bool>) {
        let session = self.session;
        let asked = Memo::new(move |_| session.scenario.with(asked));
        let comparer = Comparer::new(move |told| self.hear(told));
        let pause = Pause::default();
        Effect::new(move |is_later: Option<bool>| {
            asked.track();
            self.retries.track();
            let wish = Wish { target_s: self.target_s.get(), by_hand: self.by_hand.get() };
            comparer.rest();
            self.stage.set(Stage::Waiting);
            if is_open.get() {
                let comparer = comparer.clone();
                let ask = move || {
                    comparer.ask(&asked.with_untracked(Scenario::to_json), wish);
                };
                pause.then(if is_later.is_some() { PAUSE_MS } else { 0 }, ask);
            }
            true
        });
    }

    fn hear(self, told: Told) {
        match told {
            Told::Comparison(comparison, is_done) => {
                self.trouble.set(String::new());
                self.share.set(comparison.at_work.as_ref().map_or(0.0, |(_, share)| *share));
                let stage = match (comparison.verdict.is_empty(), is_done) {
                    (true, _) => Stage::Waiting,
                    (false, false) => Stage::Estimated,
                    (false, true) => Stage::Settled,
                };
                // Fewer options than are shown already would only make them jump.
                if stage != Stage::Waiting || self.comparison.with_untracked(|known| known.verdict.is_empty())
                {
                    self.comparison.set(Arc::new(comparison));
                }
                self.stage.set(stage);
            }
            Told::Progress(share) => self.share.set(share),
            Told::Trouble(words) => self.trouble.set(words),
        }
    }

    /// Asks once more after a trouble.
    pub fn retry(&self) {
        self.trouble.set(String::new());
        self.retries.update(|retries| *retries += 1);
    }

    /// What is told, read.
    pub fn told<T>(&self, read: impl FnOnce(&Comparison) -> T) -> T {
        self.comparison.with(|comparison| read(comparison))
    }

    /// The option of a key, read; none where there is none such.
    pub fn option<T>(&self, key: &str, read: impl FnOnce(&Candidate) -> T) -> Option<T> {
        self.told(|told| told.options.iter().find(|option| option.key == key).map(read))
    }

    /// The option that is looked at: the one picked, or else the one to choose.
    pub fn looked_at(&self) -> Option<Candidate> {
        let picked = self.picked.get();
        self.told(|told| {
            let options = || told.options.iter();
            let found = options().find(|option| Some(&option.key) == picked.as_ref());
            found.or_else(|| options().find(|option| option.is_best)).cloned()
        })
    }

    /// What is marked in the pictures.
    pub fn marks(&self) -> Marks {
        Marks {
            picked: self.picked.get(),
            target_s: self.target_s.get(),
            budget: self.stakes.with(|stakes| stakes.budget),
        }
    }

    /// Has an option have so many machines, or as few as hold the target.
    pub fn choose_machines(&self, key: &str, machines: Option<u32>) {
        self.by_hand.update(|by_hand| {
            by_hand.retain(|(of, _)| of != key);
            by_hand.extend(machines.map(|machines| (key.to_owned(), machines)));
        });
    }
}

/// As much of a scenario as the answers depend on.
fn asked(scenario: &Scenario) -> Scenario {
    let mut asked = scenario.clone();
    let Money { prices, terms, .. } = asked.money;
    asked.money = Money { prices, terms, ..Money::default() };
    asked
}
