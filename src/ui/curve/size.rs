use burstlab_engine::units::number;
use leptos::{prelude::*, svg::Svg};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, PointerEvent, ResizeObserver};

use crate::editor::{Frame, Position};

/// Where the drawing is on the screen, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    corner: Position,
    zoom: f64,
}

/// The size of the page's text at which one unit of the drawing is one CSS pixel.
const PLAIN_TEXT_PX: f64 = 16.0;

impl Place {
    /// Of this element, as it is now.
    pub fn of(element: &Element) -> Self {
        let corner = element.get_bounding_client_rect();
        Self { corner: Position { x: corner.left(), y: corner.top() }, zoom: zoom() }
    }

    /// Where a pointer is in the drawing.
    pub fn within(self, event: &PointerEvent) -> Position {
        Position {
            x: (f64::from(event.client_x()) - self.corner.x) / self.zoom,
            y: (f64::from(event.client_y()) - self.corner.y) / self.zoom,
        }
    }
}

/// The drawing grows with the text around it, because it is read by the same eyes.
fn zoom() -> f64 {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let text_px = style.and_then(|style| style.get_property_value("font-size").ok());
    let text_px = text_px.and_then(|size| number(size.strip_suffix("px")?));
    text_px.filter(|size| *size > 0.0).unwrap_or(PLAIN_TEXT_PX) / PLAIN_TEXT_PX
}

/// Keeps the frame as large as the element has room for.
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
    let zoom = zoom();
    let length = |pixels: i32| f64::from(pixels) / zoom;
    let size = Frame { width: length(element.client_width()), height: length(element.client_height()) };
    if size.width > 0.0 && frame.get_untracked() != size {
        frame.set(size);
    }
}
