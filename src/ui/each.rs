use leptos::prelude::*;

/// What tells the elements of a list apart: the place, and what kind of thing stands there.
pub type Key = (usize, &'static str);

/// A list whose elements last as long as their key is there.
///
/// `For` is compiled anew for each list, 7 KB each time; behind one kind of key and boxed views it is compiled once.
#[component]
pub fn Each(keys: Signal<Vec<Key>>, #[prop(into)] view: Callback<Key, AnyView>) -> impl IntoView {
    view! { <For each=move || keys.get() key=|key| *key children=move |key| view.run(key)/> }
}

/// The keys of so many things of one kind.
pub fn numbered(count: usize) -> Vec<Key> {
    (0..count).map(|place| (place, "")).collect()
}
