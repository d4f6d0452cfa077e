use leptos::{html, prelude::*};

use super::Weighing;
use crate::{
    chart::{
        Look,
        compare::{Picture, paint},
    },
    ui::canvas::{Easel, cells},
    view::compare::table,
};

/// The pictures of the comparison, with their numbers as a table.
#[component]
pub fn Pictures(weighing: Weighing) -> impl IntoView {
    view! {
        <div class="pictures">
            <Drawing
                weighing picture=Picture::Traffic title="Price and wait over the traffic"
                words=move || weighing.told(|told| format!("{} Lines show what each option costs a month, and below what \
                    1 in 100 waits longer than, at more and at less traffic.", told.crossover))
            />
            <Drawing
                weighing picture=Picture::TradeOff title="Money against wait, today"
                words=move || weighing.told(|told| format!("{} Each dot is an option: further left is cheaper, further \
                    down is quicker.", told.verdict))
            />
            <Numbers weighing/>
        </div>
    }
}

#[component]
fn Drawing(
    weighing: Weighing,
    picture: Picture,
    title: &'static str,
    words: impl Fn() -> String + Send + Sync + 'static,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let is_drawn = RwSignal::new(true);
    let easel = StoredValue::new_local(None::<Easel>);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let draw = move |backend, look: &Look<'_>| {
            let comparison = weighing.comparison.try_get_untracked()?;
            let marks = untrack(move || weighing.marks());
            paint(picture, backend, (&comparison, &marks), look).ok()
        };
        let set_up = Easel::set_up(canvas, draw);
        is_drawn.set(set_up.is_some());
        easel.set_value(set_up);
    });
    Effect::new(move |_| {
        weighing.comparison.track();
        weighing.marks();
        easel.with_value(|easel| easel.iter().for_each(Easel::refresh));
    });
    view! {
        <figure class="chart" data-picture=move || format!("{picture:?}").to_lowercase()>
            <figcaption class="chart-title">{title}</figcaption>
            <div class="chart-stage" hidden=move || !is_drawn.get()>
                <canvas class="chart-canvas" role="img" aria-label=words node_ref=canvas></canvas>
            </div>
            <p class="chart-missing" hidden=is_drawn>
                "This browser cannot draw the picture. Its numbers are in the table."
            </p>
        </figure>
    }
}

/// What every option costs at every traffic, made only while it is looked at.
#[component]
fn Numbers(weighing: Weighing) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let follow = move |event| {
        is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
    };
    view! {
        <details class="fold chart-table" on:toggle=follow>
            <summary>"Price and wait over the traffic in numbers"</summary>
            <Show when=move || is_open.get()>
                <div class="scroll" role="region" aria-label="Price and wait over the traffic as a table" tabindex="0">
                    {move || cells(weighing.told(table))}
                </div>
            </Show>
        </details>
    }
}
