use js_sys::{Array, Function};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Document, Element, EventTarget, IntersectionObserver, IntersectionObserverEntry,
    IntersectionObserverInit, MutationObserver, MutationObserverInit, ResizeObserver,
};

/// Watches all that may change how a canvas must look, or whether anyone sees it, until it is dropped.
pub struct Watch {
    size: ResizeObserver,
    sight: IntersectionObserver,
    theme: MutationObserver,
    heard: Vec<Heard>,
    _change: Closure<dyn FnMut()>,
    _seen: Closure<dyn FnMut(Array)>,
}

/// Who is listened to, for which event, and what answers.
type Heard = (EventTarget, &'static str, Closure<dyn FnMut()>);

/// The preferences that change the page's colours.
const THEMES: [&str; 3] =
    ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];

/// What of the page's root changes its colours, or the size of its text.
const THEME_ATTRIBUTES: [&str; 3] = ["data-theme", "class", "style"];

/// Drawn a little before it is scrolled into sight.
const NEAR: &str = "20% 0px";

impl Watch {
    /// Calls `change` when the size or the colours change, `sight` when the element comes near or leaves (or
    /// the page comes to the front, without saying which), and `print` before the page is printed. None where
    /// the browser cannot watch.
    pub fn over(
        element: &Element,
        change: impl Fn() + Clone + 'static,
        sight: impl Fn(Option<bool>) + Clone + 'static,
        print: impl Fn() + 'static,
    ) -> Option<Self> {
        let changed = Closure::<dyn FnMut()>::new(change.clone());
        let size = ResizeObserver::new(function(&changed)).ok()?;
        size.observe(element);
        let theme = watch_root(function(&changed))?;
        let come = sight.clone();
        let seen = Closure::<dyn FnMut(Array)>::new(move |entries: Array| come(Some(is_last_near(&entries))));
        let near = watch_sight(element, seen.as_ref().unchecked_ref())?;
        let mut heard = Vec::new();
        for theme in THEMES.iter().filter_map(|theme| window().match_media(theme).ok().flatten()) {
            hear(&mut heard, theme.into(), "change", change.clone())?;
        }
        hear(&mut heard, Document::clone(&document()).into(), "visibilitychange", move || sight(None))?;
        hear(&mut heard, window().into(), "beforeprint", print)?;
        Some(Self { size, sight: near, theme, heard, _change: changed, _seen: seen })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.size.disconnect();
        self.sight.disconnect();
        self.theme.disconnect();
        for (target, event, closure) in &self.heard {
            // One that is gone already is no loss.
            let _ = target.remove_event_listener_with_callback(event, function(closure));
        }
    }
}

fn function(closure: &Closure<dyn FnMut()>) -> &Function {
    closure.as_ref().unchecked_ref()
}

fn hear(
    heard: &mut Vec<Heard>,
    target: EventTarget,
    event: &'static str,
    act: impl Fn() + 'static,
) -> Option<()> {
    let closure = Closure::<dyn FnMut()>::new(act);
    target.add_event_listener_with_callback(event, function(&closure)).ok()?;
    heard.push((target, event, closure));
    Some(())
}

fn watch_root(change: &Function) -> Option<MutationObserver> {
    let options = MutationObserverInit::new();
    options.set_attributes(true);
    options.set_attribute_filter(&THEME_ATTRIBUTES.map(JsValue::from).into_iter().collect::<Array>());
    let observer = MutationObserver::new(change).ok()?;
    let root = document().document_element()?;
    observer.observe_with_options(&root, &options).ok()?;
    Some(observer)
}

fn watch_sight(element: &Element, seen: &Function) -> Option<IntersectionObserver> {
    let options = IntersectionObserverInit::new();
    options.set_root_margin(NEAR);
    let observer = IntersectionObserver::new_with_options(seen, &options).ok()?;
    observer.observe(element);
    Some(observer)
}

fn is_last_near(entries: &Array) -> bool {
    let last = entries.get(entries.length().saturating_sub(1));
    last.dyn_into::<IntersectionObserverEntry>().is_ok_and(|entry| entry.is_intersecting())
}
