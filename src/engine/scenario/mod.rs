//! One situation from the outside in: a [`Scenario`] that exists is valid, [`evaluate`] answers it with
//! an [`Outcome`], and words, links and presets are made from the two.
//!
//! Start at [`Scenario::parse`], the one door for text, and at [`Run`], which advances a day in slices.
//! [`pieces`] of a day can be simulated apart, and [`join`]ed; [`glimpses`] of a large one come before.

mod alternatives;
mod around;
mod band;
mod beside;
mod choice;
mod compose;
mod cut;
mod draft;
mod estimate;
mod fast;
mod fast_queue;
mod glimpse;
mod imported;
mod join;
mod knobs;
mod link;
mod markers;
mod money;
mod notes;
mod outcome;
mod pairs;
mod preset;
mod problem;
mod run;
mod sections;
mod sentence;
mod stamp;
mod way_in;
mod week;

pub use alternatives::{
    Alternative, Candidate, Change, Comparing, Comparison, CostLine, Crossover, Design, Doubt, Settling,
    Sized, Sizing, Stride, Wish, alternatives, alternatives_at, crossover, designs, fine_wait,
};
pub use around::Around;
pub use band::{Band, Basis, Range, on_other_day, other_days};
pub use beside::Budget;
pub use choice::{CHOICES, Choice, Choices};
pub use compose::{QueueMode, Scenario};
pub use cut::{Piece, most_pieces, pieces};
pub use estimate::{
    Beyond, Estimated, Estimator, NotByWarmth, WarmCopies, beyond, estimate, estimate_with_band,
    warm_copies_for,
};
pub use glimpse::{blend, glimpses, most_glimpses};
pub use join::{Part, join};
pub use knobs::{ScenarioKnob, knob, knobs};
pub use markers::{MOST_MARKERS, Marker, MarkerCause, MarkerKind, markers};
pub use money::Money;
pub use outcome::{CauseShare, Counts, Fidelity, FleetUse, Outcome, Percentiles, Tail};
pub use preset::{Preset, PresetGroup, preset, preset_groups, presets};
pub use problem::Problem;
pub use run::PieceRun;
pub use sections::{Control, SECTIONS, Section, expert_sections, idle};
pub use sentence::{Phrase, Sentence, explain, plain_usd, plain_wait};
pub use stamp::link_notes;
pub use way_in::WayIn;
pub use week::{Run, evaluate};
