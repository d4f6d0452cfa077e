//! The page's side of the worker: numbers the jobs, drops old replies, and replaces a worker that died.
//!
//! Start at [`Link`]. This floor knows the protocol and the browser, but neither signals nor what an
//! outcome means.

mod start;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, Worker};

use self::start::Parts;
use crate::protocol::{Ask, Job, Reply};

/// What the last job has come to.
pub enum News {
    /// So much of it is simulated, from 0 to 1.
    Progress(f64),
    /// It is done: the outcome's JSON.
    Outcome(String),
    /// How its answer spreads over other days: a band's JSON.
    Band(String),
    /// It cannot be done: a sentence that says so.
    Trouble(String),
}

/// The way to the worker. The first job starts it.
#[derive(Clone)]
pub struct Link(Rc<Line>);

struct Line {
    tell: Box<dyn Fn(News)>,
    parts: RefCell<Option<Parts>>,
    worker: RefCell<Option<Worker>>,
    stage: Cell<Stage>,
    run: Cell<u64>,
    /// The job that has no answer yet.
    open: RefCell<Option<String>>,
    /// Workers lost since the last answer.
    lost: Cell<u32>,
    on_message: RefCell<Option<js_sys::Function>>,
    on_error: RefCell<Option<js_sys::Function>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// There is no worker, but there can be.
    Absent,
    Starting,
    Ready,
    /// No worker can be had on this page.
    Hopeless,
}

/// A worker that dies of a job is replaced once; after so many in a row no more are started.
const MOST_LOST: u32 = 6;

const NO_WORKER: &str =
    "This browser did not let the simulation start. What you see are estimates; they follow every change.";
const DIED: &str = "The simulation stopped at this scenario. What you see is the estimate.";

impl Link {
    /// A link that tells its news to this function.
    pub fn new(tell: impl Fn(News) + 'static) -> Self {
        let line = Rc::new(Line {
            tell: Box::new(tell),
            parts: RefCell::default(),
            worker: RefCell::default(),
            stage: Cell::new(Stage::Absent),
            run: Cell::new(0),
            open: RefCell::default(),
            lost: Cell::new(0),
            on_message: RefCell::default(),
            on_error: RefCell::default(),
        });
        *line.on_message.borrow_mut() = Some(on_message(&line));
        *line.on_error.borrow_mut() = Some(on_error(&line));
        Self(line)
    }

    /// Has this scenario (JSON) simulated; whatever was asked before is forgotten.
    pub fn simulate(&self, scenario: String) {
        let line = &self.0;
        line.run.set(line.run.get() + 1);
        let job = Ask::Simulate(Job { run: line.run.get(), scenario });
        *line.open.borrow_mut() = Some(job.to_text());
        match line.stage.get() {
            Stage::Ready => line.post_open(),
            Stage::Absent if line.lost.get() < MOST_LOST => start(line.clone()),
            Stage::Absent | Stage::Starting | Stage::Hopeless => {}
        }
    }

    /// Gives a worker that could not be had, or died, another chance with the next job.
    pub fn hope(&self) {
        self.0.lost.set(0);
        if self.0.stage.get() == Stage::Hopeless {
            self.0.stage.set(Stage::Absent);
        }
    }
}

impl Line {
    fn post_open(&self) {
        if let (Some(worker), Some(job)) = (&*self.worker.borrow(), &*self.open.borrow())
            && worker.post_message(&JsValue::from_str(job)).is_err()
        {
            self.give_up(NO_WORKER);
        }
    }

    fn hear(&self, reply: Reply) {
        match reply {
            Reply::Ready => {
                self.stage.set(Stage::Ready);
                self.post_open();
            }
            Reply::Progress { run, share } if run == self.run.get() => (self.tell)(News::Progress(share)),
            Reply::Outcome { run, text } if run == self.run.get() => {
                self.lost.set(0);
                self.open.take();
                (self.tell)(News::Outcome(text));
            }
            Reply::Band { run, text } if run == self.run.get() => (self.tell)(News::Band(text)),
            Reply::Refused { run, problems } if run == self.run.get() => {
                self.open.take();
                (self.tell)(News::Trouble(problems.join(" ")));
            }
            // Of a job that a newer one has replaced.
            Reply::Progress { .. } | Reply::Outcome { .. } | Reply::Band { .. } | Reply::Refused { .. } => {}
        }
    }

    fn give_up(&self, reason: &str) {
        self.open.take();
        (self.tell)(News::Trouble(reason.to_owned()));
    }
}

fn start(line: Rc<Line>) {
    line.stage.set(Stage::Starting);
    spawn_local(async move {
        match worker(&line).await {
            Ok(worker) => *line.worker.borrow_mut() = Some(worker),
            Err(_) => {
                line.stage.set(Stage::Hopeless);
                line.give_up(NO_WORKER);
            }
        }
    });
}

async fn worker(line: &Line) -> Result<Worker, JsValue> {
    let known = line.parts.borrow().clone();
    let parts = match known {
        Some(parts) => parts,
        None => Parts::load().await?,
    };
    *line.parts.borrow_mut() = Some(parts.clone());
    let listener = |slot: &RefCell<Option<js_sys::Function>>| slot.borrow().clone().unwrap_or_default();
    parts.start(&listener(&line.on_message), &listener(&line.on_error))
}

/// One listener serves all workers of a line, one after the other, and lives as long as the page.
fn on_message(line: &Rc<Line>) -> js_sys::Function {
    let line = line.clone();
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(reply) = event.data().as_string().as_deref().and_then(Reply::parse) {
            line.hear(reply);
        }
    });
    listen.into_js_value().unchecked_into()
}

/// A worker that failed is poisoned: it is ended, and another takes the open job.
fn on_error(line: &Rc<Line>) -> js_sys::Function {
    let line = line.clone();
    let listen = Closure::<dyn FnMut(Event)>::new(move |_| {
        if let Some(worker) = line.worker.take() {
            worker.terminate();
        }
        let was_ready = line.stage.replace(Stage::Absent) == Stage::Ready;
        line.lost.set(line.lost.get() + 1);
        if line.lost.get() % 2 == 1 {
            start(line.clone());
        } else {
            line.give_up(if was_ready { DIED } else { NO_WORKER });
        }
    });
    listen.into_js_value().unchecked_into()
}
