use burstlab_engine::metrics::{CAUSES, SLICE_MINUTES};

use super::{
    Chart, Plot, Surface,
    bands::{self, Band},
    causes::tone,
    frame::{Frame, Room},
    key::{Key, Mark},
    waits::WaitAxis,
};
use crate::view::{BUCKET_MINUTES, DelaysView, Moments, cause_words, words};

/// Where the time of answered requests goes, over the day.
pub const CHART: Chart = Chart {
    key: "delays",
    title: "Where the time goes over the day",
    is_shown: |_| true,
    summary: |outcome, _| DelaysView::of(outcome).summary(),
    table: |outcome, _| DelaysView::of(outcome).table(),
    reading: Some(|outcome, scenario, minute| {
        Moments::of(outcome, scenario).beside(DelaysView::of(outcome).reading(minute), minute)
    }),
    draw: |surface, outcome, scenario| {
        draw(surface, &DelaysView::of(outcome), &Moments::of(outcome, scenario))
    },
};

/// So many buckets of a stack are one step of the view.
const BUCKETS: usize = SLICE_MINUTES / BUCKET_MINUTES;

/// The mean wait of each ten minutes, stacked by cause in the order in which a request meets them.
fn draw(surface: &dyn Surface, view: &DelaysView, moments: &Moments) -> Option<Plot> {
    let told = view.told();
    let entries: Vec<_> = told
        .iter()
        .map(|&cause| (Mark::Area(tone(surface.palette(), CAUSES[cause])), cause_words(CAUSES[cause])))
        .collect();
    let most = view.slowest().map_or(0.0, |(_, seconds)| seconds);
    let axis = WaitAxis::from_zero(most);
    let unit = format!("{} until the answer, on average", axis.unit.unwrap_or("time"));
    let key = Key::lay(surface, &unit, &entries);
    let frame = Frame::lay(surface, &Room::below(surface, key.height()), |count| axis.ticks(count))?;
    key.draw(surface);
    frame.draw_values(surface);
    bands::draw(surface, &frame, &layers(surface, view, &told));
    frame.draw_hours(surface);
    frame.draw_foot(surface);
    match view.slowest() {
        None => frame.say(surface, "nothing is answered on this day"),
        Some((slice, seconds)) => {
            let peak = format!("{} at {}", words::wait(seconds), words::clock(slice * SLICE_MINUTES));
            let at = (bands::hour(slice * BUCKETS) + SLICE_MINUTES as f64 / 120.0, seconds);
            frame.mark(surface, at, &peak, surface.palette().ink, |_, _| seconds, moments);
        }
    }
    Some(frame.plot)
}

fn layers(surface: &dyn Surface, view: &DelaysView, told: &[usize]) -> Vec<Band> {
    let band = |&cause: &usize| Band {
        tone: tone(surface.palette(), CAUSES[cause]),
        values: view.slices.iter().flat_map(|slice| [slice.of_cause(cause); BUCKETS]).collect(),
    };
    told.iter().map(band).collect()
}
