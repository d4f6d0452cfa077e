use leptos::prelude::*;

use crate::editor::{Mark, Scale};

/// Thin lines with their labels. Screen readers hear the values from the sliders instead.
#[component]
pub fn Axes(scale: Memo<Scale>) -> impl IntoView {
    let rates = move || {
        let scale = scale.get();
        scale.rate_marks().into_iter().map(|mark| rate_mark(scale, mark)).collect_view()
    };
    let hours = move || {
        let scale = scale.get();
        scale.hour_marks().into_iter().map(|mark| hour_mark(scale, mark)).collect_view()
    };
    view! { <g class="axes" aria-hidden="true">{rates}{hours}</g> }
}

fn rate_mark(scale: Scale, mark: Mark) -> impl IntoView {
    view! {
        <line x1=scale.left() x2=scale.right() y1=mark.at y2=mark.at/>
        <text class="rate" x=scale.rate_label_x() y=mark.at dy="0.32em">{mark.label}</text>
    }
}

fn hour_mark(scale: Scale, mark: Mark) -> impl IntoView {
    view! { <text class="hour" x=mark.at y=scale.hour_label_y()>{mark.label}</text> }
}
