mod axes;
mod handle;
mod line;
mod table;

pub use table::TrafficTable;

use leptos::{prelude::*, svg::Svg};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, PointerEvent, ResizeObserver};

use self::{
    axes::Axes,
    handle::Handles,
    line::{CurveLine, Segments},
};
use crate::{
    editor::{self, Drag, Frame, Grip, Position, Scale},
    session::Session,
};

/// What the parts of the editor share.
#[derive(Clone, Copy)]
struct Editor {
    session: Session,
    svg: NodeRef<Svg>,
    /// The drag under way, and where the drawing began on the screen.
    drag: RwSignal<Option<(Drag, Position)>>,
    scale: Memo<Scale>,
}

/// A day's traffic, to be pulled into shape.
#[component]
pub fn CurveEditor(session: Session) -> impl IntoView {
    let frame = RwSignal::new(Frame { width: 960.0, height: 300.0 });
    let drag = RwSignal::new(None);
    let scale = Memo::new(move |_| scale(session, frame.get(), drag));
    let shared = Editor { session, svg: NodeRef::new(), drag, scale };
    watch_size(shared.svg, frame);
    let is_crowded = Memo::new(move |_| {
        session.scenario.with(|scenario| editor::is_crowded(scale.get(), &scenario.traffic))
    });
    view! {
        <section class="curve" aria-label="Traffic">
            <h2 class="hint">"Requests per second over a day: pull the line"</h2>
            <svg
                node_ref=shared.svg
                role="group"
                aria-label="The day's traffic as sliders, in time order"
                class="plot"
                class:held=move || drag.with(Option::is_some)
                class:crowded=is_crowded
                viewBox=move || view_box(frame.get())
                on:pointermove=move |event| shared.drag_to(&event)
                on:pointerup=move |_| drag.set(None)
                on:pointercancel=move |_| drag.set(None)
                on:lostpointercapture=move |_| drag.set(None)
            >
                <Axes scale/>
                <CurveLine editor=shared/>
                <Segments editor=shared/>
                <Handles editor=shared/>
            </svg>
        </section>
    }
}

/// The axis rests while nothing is held, and only grows while something is.
fn scale(session: Session, frame: Frame, drag: RwSignal<Option<(Drag, Position)>>) -> Scale {
    let held = drag.with(|drag| drag.as_ref().map(|(drag, _)| drag.scale));
    session.scenario.with(|scenario| match held {
        Some(scale) => scale.grown(&scenario.traffic.curve),
        None => Scale::of(frame, &scenario.traffic.curve),
    })
}

fn view_box(frame: Frame) -> String {
    format!("0 0 {} {}", frame.width, frame.height)
}

impl Editor {
    /// Takes hold of something until the pointer is lifted.
    fn hold(self, grip: Grip, event: &PointerEvent) {
        let Some(svg) = self.svg.get_untracked() else { return };
        if event.button() != 0 {
            return;
        }
        // Without capture a drag ends at the edge; a pointer that is gone already cannot be captured.
        let _ = svg.set_pointer_capture(event.pointer_id());
        let corner = svg.get_bounding_client_rect();
        let corner = Position { x: corner.left(), y: corner.top() };
        let traffic = self.session.scenario.with_untracked(|scenario| scenario.traffic.clone());
        let drag = Drag::new(grip, self.scale.get_untracked(), within(corner, event), traffic);
        self.drag.set(Some((drag, corner)));
    }

    fn drag_to(self, event: &PointerEvent) {
        let moved = self
            .drag
            .with_untracked(|drag| drag.as_ref().map(|(drag, corner)| drag.to(within(*corner, event))));
        if let Some(traffic) = moved {
            self.session.change(|scenario| scenario.traffic = traffic);
        }
    }
}

fn within(corner: Position, event: &PointerEvent) -> Position {
    Position { x: f64::from(event.client_x()) - corner.x, y: f64::from(event.client_y()) - corner.y }
}

/// One unit of the drawing is one CSS pixel, whatever the size, so that text stays readable.
fn watch_size(svg: NodeRef<Svg>, frame: RwSignal<Frame>) {
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
