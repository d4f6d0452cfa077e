mod easel;
mod look;
mod reading;
mod table;
mod watch;

use std::sync::Arc;

use burstlab_engine::scenario::{Outcome, Scenario};
use leptos::{html, prelude::*};

use self::table::ChartTable;
pub use self::{easel::Easel, reading::Reading, table::cells};
use crate::{
    chart::{Chart, LAST_MINUTE, Look, Plot, paint},
    view::BUCKET_MINUTES,
};

/// What a chart is of.
#[derive(Clone, Copy)]
pub struct Subject {
    /// Which chart.
    pub chart: &'static Chart,
    /// The answer that is shown.
    pub outcome: Signal<Arc<Outcome>>,
    /// What it answers.
    pub scenario: Signal<Scenario>,
}

impl Subject {
    /// Asks something of the answer. Said of the scenario that was answered: a change alone waits for its answer.
    fn ask<T>(self, ask: impl FnOnce(&Outcome, &Scenario) -> T) -> T {
        self.outcome.with(|outcome| self.scenario.with_untracked(|scenario| ask(outcome, scenario)))
    }
}

/// A chart with its title, a sentence, the picture, and its numbers as a table.
///
/// It is drawn at most once a frame, and in the very frame of a change where that is the first.
#[component]
pub fn ChartCanvas(subject: Subject, reading: Reading) -> impl IntoView {
    let summary = Memo::new(move |_| subject.ask(subject.chart.summary));
    let is_drawn = RwSignal::new(true);
    view! {
        <figure class="chart" data-chart=subject.chart.key>
            <figcaption class="chart-title">{subject.chart.title}</figcaption>
            <Words subject reading summary/>
            <Stage subject reading summary is_drawn/>
            <p class="chart-missing" hidden=is_drawn>
                "This browser cannot draw the chart. Its numbers are in the table."
            </p>
            <ChartTable subject summary is_drawn/>
        </figure>
    }
}

/// What a chart says above itself: its first sentence, or what it reads at the time that is pointed at. Always in
/// the same room. Those who hear the page have it from the picture and the slider.
#[component]
fn Words(subject: Subject, reading: Reading, summary: Memo<[String; 2]>) -> impl IntoView {
    let read = move || {
        let read = subject.chart.reading.filter(|_| reading.is_shown.get())?;
        Some(subject.ask(|outcome, scenario| read(outcome, scenario, reading.minute.get())))
    };
    let words = Memo::new(move |_| read().unwrap_or_else(|| summary.with(|[first, _]| first.clone())));
    let is_reading = move || subject.chart.reading.is_some() && reading.is_shown.get();
    view! { <p class="chart-words" class:reading=is_reading aria-hidden="true">{words}</p> }
}

/// The picture, with the line that reads it on top.
#[component]
fn Stage(
    subject: Subject,
    reading: Reading,
    summary: Memo<[String; 2]>,
    is_drawn: RwSignal<bool>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let plot = RwSignal::new(None);
    draw_into(canvas, subject, plot, is_drawn);
    let follow = move |event| reading.follow(plot.get_untracked(), &event);
    view! {
        <div
            class="chart-stage"
            class:timed=subject.chart.reading.is_some()
            hidden=move || !is_drawn.get()
            on:pointerdown=follow
            on:pointermove=follow
            on:pointerleave=move |event| reading.leave(&event)
            on:pointercancel=move |_| reading.end()
        >
            <canvas
                class="chart-canvas"
                role="img"
                aria-label=move || summary.with(|sentences| sentences.join(" "))
                node_ref=canvas
            ></canvas>
            <Show when=move || plot.with(Option::is_some)>
                <ReadingLine subject reading plot/>
            </Show>
        </div>
    }
}

/// The line at the time that is read, and the slider that moves it by keys: without a pointer it lies over the
/// plot unseen, and shows where the focus is.
#[component]
fn ReadingLine(subject: Subject, reading: Reading, plot: RwSignal<Option<Plot>>) -> impl IntoView {
    let px = move |edge: fn(&Plot) -> f64| {
        move || plot.with(|plot| plot.as_ref().map(|plot| format!("{}px", edge(plot))))
    };
    let height = px(|plot| plot.bottom - plot.top);
    let place = move || {
        let minute = reading.minute.get();
        plot.with(|plot| plot.map(|plot| format!("translate({}px, {}px)", plot.x(minute), plot.top)))
    };
    let words = move || {
        let read = subject.chart.reading?;
        Some(subject.ask(|outcome, scenario| read(outcome, scenario, reading.minute.get())))
    };
    let moved = move |event| {
        if let Ok(minute) = event_target_value(&event).parse() {
            reading.show(minute);
        }
    };
    view! {
        <div
            class="chart-line"
            hidden=move || !reading.is_shown.get()
            style:transform=place
            style:height=height
        ></div>
        <input
            type="range"
            class="chart-time"
            min="0"
            max=LAST_MINUTE.to_string()
            step=BUCKET_MINUTES.to_string()
            aria-label=format!("Time of day in '{}'", subject.chart.title)
            aria-valuetext=words
            prop:value=move || reading.minute.get().to_string()
            on:input=moved
            on:keydown=move |event| reading.page(&event)
            on:focus=move |_| reading.show(reading.minute.get_untracked())
            on:blur=move |_| reading.end()
            style:left=px(|plot| plot.left)
            style:top=px(|plot| plot.top)
            style:width=px(|plot| plot.right - plot.left)
            style:height=height
        />
    }
}

/// Keeps the canvas showing the outcome, and the plot where the day runs on it, in CSS pixels; not drawn once it
/// is known that it cannot be.
fn draw_into(
    canvas: NodeRef<html::Canvas>,
    subject: Subject,
    plot: RwSignal<Option<Plot>>,
    is_drawn: RwSignal<bool>,
) {
    let easel = StoredValue::new_local(None::<Easel>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let picture = move |backend, look: &Look<'_>| {
            let (outcome, scenario) =
                (subject.outcome.try_get_untracked()?, subject.scenario.try_get_untracked()?);
            let drawn = paint(subject.chart, backend, &outcome, &scenario, look).ok()?;
            let drawn = drawn.map(|plot| plot.scaled(look.ratio / window().device_pixel_ratio()));
            if plot.try_get_untracked()? != drawn {
                plot.set(drawn);
            }
            Some(())
        };
        let set_up = Easel::set_up(canvas, picture);
        is_drawn.set(set_up.is_some());
        easel.set_value(set_up);
    });
    Effect::new(move |_| {
        subject.outcome.track();
        easel.with_value(|easel| easel.iter().for_each(Easel::refresh));
    });
}
