use burstlab_engine::scenario::{CHOICES, Scenario, knobs};
use leptos::prelude::document;

/// What whoever holds the page does not let change: `all`, `situation`, `curve`, and knobs and choices by their keys, as
/// `<html data-lock>` lists them.
#[derive(Clone, Debug, Default)]
pub struct Locks(Vec<String>);

impl Locks {
    /// Those that the page was opened with.
    pub fn read() -> Self {
        let listed = document().document_element().and_then(|root| root.get_attribute("data-lock"));
        Self(listed.unwrap_or_default().split_whitespace().map(str::to_owned).collect())
    }

    /// Whether something cannot change.
    pub fn holds(&self, part: &str) -> bool {
        self.0.iter().any(|lock| lock == part || lock == "all")
    }

    /// What is wanted, with everything that cannot change as it is at present.
    pub fn keep(&self, present: &Scenario, mut wanted: Scenario) -> Scenario {
        if self.0.is_empty() {
            return wanted;
        }
        if self.holds("all") || self.holds("situation") && wanted.situation != present.situation {
            return present.clone();
        }
        if self.holds("curve") {
            wanted.traffic = present.traffic.clone();
        }
        // Some choices bring numbers with them.
        for choice in CHOICES.iter().filter(|choice| self.holds(choice.key)) {
            (choice.set)(&mut wanted, (choice.get)(present));
        }
        for knob in knobs().filter(|knob| self.holds(knob.spec().key)) {
            knob.set(&mut wanted, knob.get(present));
        }
        wanted
    }
}
