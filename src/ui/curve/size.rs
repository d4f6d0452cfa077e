use leptos::{prelude::*, svg::Svg};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};

use crate::editor::Frame;

/// One unit of the drawing is one CSS pixel, whatever the size, so that text stays readable.
pub fn watch(svg: NodeRef<Svg>, frame: RwSignal<Frame>) {
    Effect::new(move |_| {
        let Some(svg) = svg.get() else { return };
        let element: Element = svg.unchecked_into();
        let measured = element.clone();
        let measure = Closure::<dyn FnMut()>::new(move || measure(&measured, frame));
        if let Ok(observer) = ResizeObserver::new(measure.into_js_value().unchecked_ref()) {
            observer.observe(&element);
        }
    });
}

fn measure(element: &Element, frame: RwSignal<Frame>) {
    let size = Frame { width: f64::from(element.client_width()), height: f64::from(element.client_height()) };
    if size.width > 0.0 && frame.get_untracked() != size {
        frame.set(size);
    }
}
