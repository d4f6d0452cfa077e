//! The drawing of charts, generic in plotters' `DrawingBackend`: the same code paints a canvas in the
//! page and an SVG in a test.
//!
//! This floor knows no browser and computes no outcome: numbers come ready from `view`, lengths are in
//! CSS pixels until [`sheet`] turns them into the backend's own. Start at [`paint`]. A new chart is one
//! file and one more [`ChartKind`].

mod bands;
mod copies;
mod frame;
mod key;
mod latency;
mod look;
mod palette;
pub mod scale;
mod sheet;
mod traffic;

use std::fmt;

use burstlab_engine::scenario::{Outcome, Scenario};
use plotters::{drawing::DrawingAreaErrorKind, prelude::DrawingBackend};

use crate::view::{FleetView, LatencyView, Table, TrafficView};

pub use look::Look;
pub use palette::{Palette, TOKENS, colour};
pub use sheet::FAMILY as FONT_FAMILY;
use sheet::Sheet;

/// The charts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Requests a second, by what became of them.
    Traffic,
    /// How long callers wait.
    Latency,
    /// Copies at work, kept warm and idle.
    Environments,
}

impl ChartKind {
    /// Every chart, in the order in which a page shows them.
    pub const ALL: [Self; 3] = [Self::Traffic, Self::Latency, Self::Environments];

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Traffic => "Requests over the day",
            Self::Latency => "How long callers wait",
            Self::Environments => "Copies of the function",
        }
    }

    /// What its axis counts, in plain words.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Traffic => "requests per second",
            Self::Latency => "seconds until the answer",
            Self::Environments => "copies at a time",
        }
    }

    /// Two sentences that say what it shows.
    pub fn summary(self, outcome: &Outcome, scenario: &Scenario) -> String {
        match self {
            Self::Traffic => TrafficView::of(outcome).summary(),
            Self::Latency => LatencyView::of(outcome).summary(),
            Self::Environments => FleetView::of(outcome, scenario).summary(),
        }
    }

    /// Its numbers by the hour.
    pub fn table(self, outcome: &Outcome, scenario: &Scenario) -> Table {
        match self {
            Self::Traffic => TrafficView::of(outcome).table(),
            Self::Latency => LatencyView::of(outcome).table(),
            Self::Environments => FleetView::of(outcome, scenario).table(),
        }
    }
}

/// Paints a chart over all of the backend.
pub fn paint<DB: DrawingBackend>(
    kind: ChartKind,
    backend: DB,
    outcome: &Outcome,
    scenario: &Scenario,
    look: &Look<'_>,
) -> Result<(), PaintError> {
    let sheet = Sheet::new(backend, look)?;
    match kind {
        ChartKind::Traffic => traffic::draw(&sheet, &TrafficView::of(outcome))?,
        ChartKind::Latency => latency::draw(&sheet, &LatencyView::of(outcome))?,
        ChartKind::Environments => copies::draw(&sheet, &FleetView::of(outcome, scenario))?,
    }
    sheet.present()
}

/// What the backend said when it could not draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaintError(String);

impl fmt::Display for PaintError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the chart could not be drawn: {}", self.0)
    }
}

impl std::error::Error for PaintError {}

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for PaintError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}
