use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use burstlab_engine::scenario::{Comparison, Wish};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, Worker};

use super::start::Parts;
use crate::comparison::{Ask, Reply, to_text};

/// What the last question has come to.
pub enum Told {
    /// So much is known by now, and whether it is all.
    Comparison(Comparison, bool),
    /// So much is done of what is being simulated.
    Progress(f64),
    /// It cannot be answered: a sentence that says so.
    Trouble(String),
}

/// The way to the worker that compares. The first question fetches and starts it.
#[derive(Clone)]
pub struct Comparer(Rc<Desk>);

struct Desk {
    tell: Box<dyn Fn(Told)>,
    run: Cell<u64>,
    /// The question that waits for the worker to start.
    waiting: RefCell<Option<Array>>,
    worker: RefCell<Option<Worker>>,
    parts: RefCell<Option<Parts>>,
    is_starting: Cell<bool>,
    is_ready: Cell<bool>,
    /// Runs out when nothing has been heard for too long.
    patience: RefCell<Option<Timeout>>,
}

const SCRIPT: &str = "./comparer.js";
const MODULE: &str = "./comparer_bg.wasm";
/// At work it speaks ten times a second, but for the longest steps; before that it has to come over the net.
const PATIENCE_MS: u32 = 20_000;
const PATIENCE_AT_FIRST_MS: u32 = 90_000;

const NO_WORKER: &str = "This browser did not let the comparison start. Everything else goes on working.";
const DIED: &str = "The comparison stopped at this scenario. Everything else goes on working.";

impl Comparer {
    /// One that tells its news to this function.
    pub fn new(tell: impl Fn(Told) + 'static) -> Self {
        Self(Rc::new(Desk {
            tell: Box::new(tell),
            run: Cell::new(0),
            waiting: RefCell::default(),
            worker: RefCell::default(),
            parts: RefCell::default(),
            is_starting: Cell::new(false),
            is_ready: Cell::new(false),
            patience: RefCell::default(),
        }))
    }

    /// Asks what else could answer this scenario (JSON); whatever was asked before is forgotten.
    pub fn ask(&self, scenario: &str, wish: Wish) {
        let desk = &self.0;
        let ask = Ask::Compare { run: desk.next_run(), wish };
        let texts = [to_text(&ask), scenario.to_owned()];
        let message: Array = texts.iter().map(|text| JsValue::from_str(text)).collect();
        desk.waiting.replace(Some(message));
        desk.send_or_start();
    }

    /// Forgets what was asked.
    pub fn rest(&self) {
        let desk = &self.0;
        desk.next_run();
        desk.waiting.take();
        desk.patience.take();
        if let Some(worker) = desk.worker.borrow().as_ref().filter(|_| desk.is_ready.get()) {
            // What cannot be said is only work for nothing.
            let _ = worker.post_message(&Array::of1(&JsValue::from_str(&to_text(&Ask::Rest))));
        }
    }
}

impl Desk {
    fn next_run(&self) -> u64 {
        self.run.set(self.run.get() + 1);
        self.run.get()
    }

    fn send_or_start(self: &Rc<Self>) {
        self.wait_for_word();
        if self.is_ready.get() {
            let sent = match (self.worker.borrow().as_ref(), self.waiting.take()) {
                (Some(worker), Some(message)) => worker.post_message(&message).is_ok(),
                _ => true,
            };
            if !sent {
                self.lose(DIED);
            }
        } else if !self.is_starting.replace(true) {
            let desk = self.clone();
            spawn_local(async move {
                if desk.start().await.is_err() {
                    desk.lose(NO_WORKER);
                }
            });
        }
    }

    async fn start(self: &Rc<Self>) -> Result<(), JsValue> {
        if self.parts.borrow().is_none() {
            let parts = Parts::of(SCRIPT, MODULE).await?;
            self.parts.replace(Some(parts));
        }
        let Some(parts) = self.parts.borrow().clone() else { return Ok(()) };
        let started = parts.start(&self.on_message(), &self.on_error())?;
        if let Some(late) = self.worker.replace(Some(started)) {
            late.terminate();
        }
        Ok(())
    }

    fn hear(self: &Rc<Self>, reply: Reply) {
        let present = self.run.get();
        match reply {
            Reply::Ready => {
                self.is_ready.set(true);
                if self.waiting.borrow().is_some() {
                    self.send_or_start();
                }
            }
            Reply::Compared { run, is_done, comparison } if run == present => {
                self.wait_for_word();
                if is_done {
                    self.patience.take();
                }
                (self.tell)(Told::Comparison(comparison, is_done));
            }
            Reply::Progress { run, share } if run == present => {
                self.wait_for_word();
                (self.tell)(Told::Progress(share));
            }
            Reply::Refused { run, problems } if run == present => {
                self.patience.take();
                (self.tell)(Told::Trouble(problems.join(" ")));
            }
            Reply::Compared { .. } | Reply::Progress { .. } | Reply::Refused { .. } => {}
        }
    }

    /// It is ended; the next question starts another.
    fn lose(&self, reason: &str) {
        if let Some(worker) = self.worker.take() {
            worker.terminate();
        }
        self.is_ready.set(false);
        self.is_starting.set(false);
        self.patience.take();
        (self.tell)(Told::Trouble(reason.to_owned()));
    }

    fn wait_for_word(self: &Rc<Self>) {
        let desk = self.clone();
        let give_up = move || {
            desk.lose(if desk.is_ready.get() { DIED } else { NO_WORKER });
        };
        let patience = if self.is_ready.get() { PATIENCE_MS } else { PATIENCE_AT_FIRST_MS };
        self.patience.replace(Some(Timeout::new(patience, give_up)));
    }

    fn on_message(self: &Rc<Self>) -> js_sys::Function {
        let desk = self.clone();
        let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(reply) = serde_json::from_str(&text) {
                desk.hear(reply);
            }
        });
        listen.into_js_value().unchecked_into()
    }

    fn on_error(self: &Rc<Self>) -> js_sys::Function {
        let desk = self.clone();
        let listen = Closure::<dyn FnMut(Event)>::new(move |_| {
            desk.lose(if desk.is_ready.get() { DIED } else { NO_WORKER });
        });
        listen.into_js_value().unchecked_into()
    }
}
