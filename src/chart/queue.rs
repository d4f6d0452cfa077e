use burstlab_engine::scenario::QueueMode;
use plotters::style::text_anchor::HPos;

use super::{
    Chart, Plot, Surface,
    bands::{self, Band},
    frame::{FOOT, Frame, Room, label_room},
    key::ROW,
    scale::Ticks,
    waits::WaitAxis,
};
use crate::view::{BUCKET_MINUTES, Moments, QueueState, QueueView, words};

/// How many wait in line, and for how long the one in front: two panels of one day.
pub const CHART: Chart = Chart {
    key: "queue",
    title: "The line of waiting requests",
    is_shown: |scenario| scenario.queue_mode == QueueMode::Queued,
    summary: |outcome, _| QueueView::of(outcome).summary(),
    table: |outcome, _| QueueView::of(outcome).table(),
    reading: Some(|outcome, scenario, minute| {
        Moments::of(outcome, scenario).beside(QueueView::of(outcome).reading(minute), minute)
    }),
    draw: |surface, outcome, scenario| {
        draw(surface, &QueueView::of(outcome), &Moments::of(outcome, scenario))
    },
};

/// The room between the two panels.
const BETWEEN: f64 = 8.0;
/// How many values a panel names.
const TICKS: usize = 2;

/// One of the two panels.
struct Panel<'a> {
    unit: String,
    ticks: Ticks,
    value: fn(&QueueState) -> f64,
    peak: Option<(usize, f64)>,
    words: &'a dyn Fn(f64) -> String,
}

fn draw(surface: &dyn Surface, view: &QueueView, moments: &Moments) -> Option<Plot> {
    let panels = panels(view);
    // Labels of both take the same room, so that an hour is at one place in both.
    let left = panels.iter().map(|panel| label_room(surface, &panel.ticks)).fold(0.0, f64::max);
    let height = (surface.height() - FOOT - BETWEEN) / 2.0;
    let tops = [0.0, height + BETWEEN];
    let frame = |index: usize| {
        let room = Room { top: tops[index] + ROW, bottom: tops[index] + height, margin: 0.0, left };
        Frame::lay(surface, &room, |_| panels[index].ticks.clone())
    };
    let frames = [frame(0)?, frame(1)?];
    for ((panel, frame), top) in panels.iter().zip(&frames).zip(tops) {
        draw_panel(surface, (frame, top), panel, view, moments);
    }
    frames[1].draw_hours(surface);
    Some(Plot { top: frames[0].plot.top, ..frames[1].plot })
}

fn panels(view: &QueueView) -> [Panel<'static>; 2] {
    let most = |peak: Option<(usize, f64)>| peak.map_or(0.0, |(_, value)| value);
    let (longest, oldest) = (view.longest(), view.oldest());
    let axis = WaitAxis::from_zero(most(oldest));
    [
        Panel {
            unit: "requests in line".to_owned(),
            ticks: Ticks::whole(most(longest), TICKS),
            value: |state| state.waiting,
            peak: longest,
            words: &words::number,
        },
        Panel {
            unit: format!("{} that the one in front has waited", axis.unit.unwrap_or("time")),
            ticks: axis.ticks(TICKS),
            value: |state| state.oldest_s,
            peak: oldest,
            words: &words::wait,
        },
    ]
}

fn draw_panel(
    surface: &dyn Surface,
    (frame, top): (&Frame, f64),
    panel: &Panel<'_>,
    view: &QueueView,
    moments: &Moments,
) {
    let tone = surface.palette().queue;
    surface.text(&panel.unit, (0.0, top + ROW / 2.0), HPos::Left, surface.palette().muted);
    frame.draw_values(surface);
    let values = view.buckets.iter().map(panel.value).collect();
    bands::draw(surface, frame, &[Band { tone, values }]);
    frame.draw_foot(surface);
    match panel.peak {
        None => frame.say(surface, "no line forms on this day"),
        Some((bucket, value)) => {
            let words = format!("{} at {}", (panel.words)(value), words::clock(bucket * BUCKET_MINUTES));
            frame.mark(surface, (bands::middle(bucket), value), &words, tone.colour, |_, _| value, moments);
        }
    }
}
