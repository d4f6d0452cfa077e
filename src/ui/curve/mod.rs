mod axes;
mod cue;
mod focus;
mod gesture;
mod handle;
mod keys;
mod line;
mod pace;
mod readout;
mod size;
mod table;
mod tools;
mod whole;

pub use table::TrafficTable;

use burstlab_engine::traffic::Traffic;
use leptos::{prelude::*, svg::Svg};
use web_sys::{Event, KeyboardEvent, MouseEvent};

use self::{
    axes::Axes,
    cue::{Cue, KeysInWords, Visibility},
    focus::Stops,
    gesture::Held,
    handle::Handles,
    keys::Grab,
    line::{CurveLine, Segments, Stems},
    pace::Pace,
    readout::Readout,
    tools::Tools,
    whole::WholeDay,
};
use crate::{
    editor::{self, Frame, Grip, Scale, Taps},
    session::Session,
};

/// What the parts of the editor share.
#[derive(Clone, Copy)]
struct Editor {
    session: Session,
    svg: NodeRef<Svg>,
    scale: Memo<Scale>,
    /// What a pointer does right now, be it pulling or drawing; one change of mind from its start to its end.
    drag: RwSignal<Option<Held>>,
    /// What keys have taken hold of; one change of mind as well.
    grab: RwSignal<Option<Grab>>,
    /// Whether the pointer draws instead of pulling.
    brush: RwSignal<bool>,
    /// What was held or focused last: the tools are about it.
    chosen: RwSignal<Option<Grip>>,
    /// What keys go to.
    focused: RwSignal<Option<Grip>>,
    /// What the mouse is over.
    near: RwSignal<Option<Grip>>,
    /// Where the tab key stops.
    stops: RwSignal<Stops>,
    /// Whether to say which keys there are.
    cue: RwSignal<Visibility>,
    /// Whether the line has ever been pulled; until then it is said that it can be.
    is_pulled: RwSignal<bool>,
    /// What is told to those who cannot see what happened.
    said: RwSignal<String>,
    taps: StoredValue<Taps>,
    pace: Pace,
}

/// A day's traffic, to be pulled into shape.
#[component]
pub fn CurveEditor(session: Session) -> impl IntoView {
    let frame = RwSignal::new(Frame { width: 960.0, height: 340.0 });
    let shared = Editor::new(session, frame);
    size::watch(shared.svg, frame);
    let leave = window_event_listener(leptos::ev::keydown, move |event| shared.leave(&event));
    on_cleanup(move || leave.remove());
    let is_held = Memo::new(move |_| shared.drag.with(Option::is_some) || shared.grab.with(Option::is_some));
    Effect::new(move |_| session.is_held.set(is_held.get()));
    view! {
        <section class="curve" class:brushing=shared.brush aria-label="Traffic" inert=session.is_locked("curve")>
            <div class="curve-head">
                <h2 class="hint">
                    "Requests per second"
                    <span class="more-room">" over a day"</span>
                    <span class="pull" class:gone=shared.is_pulled>": pull the line"</span>
                </h2>
                <Tools editor=shared/>
            </div>
            <div class="stage">
                <Plot editor=shared frame/>
                <Cue editor=shared/>
            </div>
            <KeysInWords/>
            <p class="unseen" role="status" data-testid="curve-said">{shared.said}</p>
        </section>
    }
}

#[component]
fn Plot(editor: Editor, frame: RwSignal<Frame>) -> impl IntoView {
    let is_crowded =
        Memo::new(move |_| editor.of_traffic(|traffic| editor::is_crowded(editor.scale.get(), traffic)));
    view! {
        <svg
            node_ref=editor.svg
            role="group"
            aria-label="The day's traffic as sliders, in time order"
            aria-describedby="curve-keys"
            class="plot"
            class:held=move || editor.drag.with(Option::is_some)
            class:crowded=is_crowded
            viewBox=move || view_box(frame.get())
            on:pointerdown=move |event| editor.pressed(&event)
            on:pointermove=move |event| editor.moved(&event)
            on:pointerup=move |event| editor.lifted(&event)
            on:pointercancel=move |event| editor.cancelled(&event)
            on:lostpointercapture=move |event| editor.lost(&event)
            on:pointerleave=move |_| editor.point_at(None)
            on:touchstart=move |event| editor.keep_page_still(&event)
            on:contextmenu=move |event| editor.refuse_menu(&event)
        >
            <Axes scale=editor.scale/>
            <CurveLine editor/>
            <Stems editor/>
            <Segments editor/>
            <Handles editor/>
            <WholeDay editor/>
            <rect
                class="canvas"
                width=move || editor.scale.get().frame().width
                height=move || editor.scale.get().below()
                on:pointerdown=move |event| editor.draw(&event)
            />
            <Readout editor/>
        </svg>
    }
}

fn view_box(frame: Frame) -> String {
    format!("0 0 {} {}", frame.width, frame.height)
}

impl Editor {
    fn new(session: Session, frame: RwSignal<Frame>) -> Self {
        let drag = RwSignal::new(None);
        Self {
            session,
            svg: NodeRef::new(),
            scale: Memo::new(move |_| scale(session, frame.get(), drag)),
            drag,
            grab: RwSignal::default(),
            brush: RwSignal::default(),
            chosen: RwSignal::default(),
            focused: RwSignal::default(),
            near: RwSignal::default(),
            stops: RwSignal::default(),
            cue: RwSignal::default(),
            is_pulled: RwSignal::default(),
            said: RwSignal::default(),
            taps: StoredValue::default(),
            pace: Pace::default(),
        }
    }

    /// Reads the traffic, and again whenever it changes.
    fn of_traffic<T>(self, read: impl FnOnce(&Traffic) -> T) -> T {
        self.session.scenario.with(|scenario| read(&scenario.traffic))
    }

    /// Reads the traffic as it is now.
    fn of_traffic_now<T>(self, read: impl FnOnce(&Traffic) -> T) -> T {
        self.session.scenario.with_untracked(|scenario| read(&scenario.traffic))
    }

    fn set_traffic(self, traffic: Traffic) {
        self.session.change(|scenario| scenario.traffic = traffic);
    }

    fn say(self, words: impl Into<String>) {
        self.said.set(words.into());
    }

    /// What is spoken of as "18:00, 4.17 a second".
    fn spoken(self, grip: Grip) -> String {
        let knob = self.of_traffic_now(|traffic| editor::knob(self.scale.get_untracked(), traffic, grip));
        knob.unwrap_or_default().chosen
    }

    /// Escape ends what is under way, and then the brush.
    fn leave(self, event: &KeyboardEvent) {
        if event.key() != "Escape" {
            return;
        }
        if self.drag.with_untracked(Option::is_some) {
            self.put_back();
        } else {
            self.brush.set(false);
        }
    }

    /// A finger that holds something does not scroll. `touch-action` says so as well, but Chromium heeds it on an
    /// `svg` as a whole only, not on what is in it; a press comes before the touch it belongs to.
    fn keep_page_still(self, event: &Event) {
        if self.drag.with_untracked(Option::is_some) {
            event.prevent_default();
        }
    }

    /// A long press is a drag that has not begun to move, and no wish for a menu.
    fn refuse_menu(self, event: &MouseEvent) {
        if self.drag.with_untracked(Option::is_some) {
            event.prevent_default();
        }
    }
}

/// The axis rests while nothing is held; what is held knows whether it grows.
fn scale(session: Session, frame: Frame, drag: RwSignal<Option<Held>>) -> Scale {
    session.scenario.with(|scenario| {
        let held = drag.with(|drag| drag.as_ref().map(|held| held.gesture.scale(&scenario.traffic)));
        held.unwrap_or_else(|| Scale::of(frame, &scenario.traffic.curve))
    })
}
