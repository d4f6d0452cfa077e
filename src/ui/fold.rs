use leptos::prelude::*;

/// A part of the page that is folded away until somebody opens it.
///
/// What is inside is made when it is opened for the first time: folded, its numbers would still follow every change of a
/// curve that is dragged.
#[component]
pub fn Fold(class: &'static str, title: &'static str, children: ChildrenFn) -> impl IntoView {
    let was_opened = RwSignal::new(false);
    view! {
        <details class=format!("fold {class}") on:toggle=move |_| was_opened.set(true)>
            <summary>{title}</summary>
            <Show when=move || was_opened.get()>{children()}</Show>
        </details>
    }
}
