//! The page's side of those who simulate: starts workers as they are needed, carries what crosses, and replaces one that
//! died. Where no worker can be had, the page simulates by itself, in small slices.
//!
//! Start at [`Link`]. Who does what is decided in [`Roster`]; this floor knows the browser, but neither signals nor what
//! an outcome means.

mod comparer;
mod here;
mod start;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use burstlab_engine::scenario::Band;
use gloo_timers::callback::Timeout;
use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, MessagePort, Worker, window};

pub use self::comparer::{Comparer, Told};
use self::start::Parts;
use crate::{
    protocol::{Ask, Reply},
    roster::{self, Roster, Step},
};

/// What the last scenario has come to.
pub enum News {
    /// So much of it is simulated, from 0 to 1.
    Progress(f64),
    /// What its glimpses came to: the JSON of an outcome each.
    Glimpses(Vec<String>),
    /// It is done: the outcome's JSON.
    Outcome(String),
    /// How its answer spreads over other days.
    Band(Band),
    /// It cannot be done: a sentence that says so.
    Trouble(String),
    /// There are no workers: from here on the page simulates by itself.
    OnPage,
}

/// The way to those who simulate. The first scenario starts one, a large one others.
#[derive(Clone)]
pub struct Link(Rc<Pool>);

struct Pool {
    tell: Box<dyn Fn(News)>,
    roster: RefCell<Roster<JsString>>,
    seats: RefCell<BTreeMap<u32, Seat>>,
    next_number: Cell<u32>,
    parts: RefCell<Option<Parts>>,
    stage: Cell<Stage>,
    is_watching: Cell<bool>,
    /// Workers at most.
    most: Cell<usize>,
    /// Workers lost since the last answer, and those of them that never came to work.
    lost: Cell<u32>,
    stillborn: Cell<u32>,
}

/// One who simulates.
enum Seat {
    Worker(Worker),
    Here(MessagePort),
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// What workers start from is not there yet.
    Bare,
    Loading,
    Workers,
    /// No worker can be had; the page takes their place.
    OnPage,
    /// Nothing can be had on this page.
    Hopeless,
}

/// More gain little: a day has no more pieces than these.
const MOST_WORKERS: usize = 8;
/// After so many lost in a row no more are started.
const MOST_LOST: u32 = 6;
/// A worker that cannot start is tried once more.
const MOST_STILLBORN: u32 = 2;
/// Between two looks at who has been silent.
const LOOK_MS: u32 = 500;

const NO_WORKER: &str =
    "This browser did not let the simulation start. What you see are estimates; they follow every change.";
const DIED: &str = "The simulation stopped at this scenario. What you see is the estimate.";

impl Link {
    /// A link that tells its news to this function.
    pub fn new(tell: impl Fn(News) + 'static) -> Self {
        Self(Rc::new(Pool {
            tell: Box::new(tell),
            roster: RefCell::default(),
            seats: RefCell::default(),
            next_number: Cell::new(0),
            parts: RefCell::default(),
            stage: Cell::new(Stage::Bare),
            is_watching: Cell::new(false),
            most: Cell::new(most_workers()),
            lost: Cell::new(0),
            stillborn: Cell::new(0),
        }))
    }

    /// Has this scenario (JSON) simulated, which is cut into so many pieces; whatever was asked before is forgotten.
    pub fn simulate(&self, scenario: &str, pieces: usize) {
        let pool = &self.0;
        let is_shared = pool.most.get() > 1 && pool.stage.get() != Stage::OnPage;
        let pieces = if is_shared { pieces } else { 1 };
        let steps = pool.roster.borrow_mut().begin(JsString::from(scenario), pieces);
        pool.perform(steps);
        pool.staff();
    }

    /// Forgets what was asked, and has nobody work on it; what is on its way back is not told.
    pub fn forget(&self) {
        let pool = &self.0;
        let steps = pool.roster.borrow_mut().forget();
        pool.perform(steps);
    }

    /// Gives workers that could not be had, or died, another chance with the next scenario.
    pub fn hope(&self) {
        let pool = &self.0;
        pool.lost.set(0);
        pool.stillborn.set(0);
        pool.most.set(most_workers());
        if pool.stage.get() == Stage::Hopeless {
            pool.stage.set(if pool.parts.borrow().is_some() { Stage::Workers } else { Stage::Bare });
        }
    }
}

/// As many as can run at once.
fn most_workers() -> usize {
    let cores = window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    (cores as usize).clamp(1, MOST_WORKERS)
}

impl Pool {
    /// Starts as many as are of use, if it has not done so.
    fn staff(self: &Rc<Self>) {
        self.watch();
        match self.stage.get() {
            Stage::Bare => self.load(),
            Stage::Workers if self.lost.get() < MOST_LOST => self.start_workers(),
            Stage::Workers | Stage::Loading | Stage::OnPage | Stage::Hopeless => {}
        }
    }

    fn load(self: &Rc<Self>) {
        self.stage.set(Stage::Loading);
        let pool = self.clone();
        spawn_local(async move {
            match Parts::load().await {
                Ok(parts) => {
                    *pool.parts.borrow_mut() = Some(parts);
                    pool.stage.set(Stage::Workers);
                    pool.staff();
                }
                Err(_) => pool.despair(NO_WORKER),
            }
        });
    }

    fn start_workers(self: &Rc<Self>) {
        let Some(parts) = self.parts.borrow().clone() else { return };
        let useful = self.roster.borrow().useful().min(self.most.get()).max(1);
        while self.roster.borrow().seats() < useful {
            let number = self.new_number();
            match parts.start(&self.on_message(number), &self.on_error(number)) {
                Ok(worker) => self.seat(number, Seat::Worker(worker)),
                Err(_) => {
                    self.stillborn.set(MOST_STILLBORN);
                    return self.go_on_without();
                }
            }
        }
    }

    /// One could not start: those that are there will do, another is tried, or the page does it by itself.
    fn go_on_without(self: &Rc<Self>) {
        let seats = self.roster.borrow().seats();
        if seats > 0 {
            self.most.set(seats);
        } else if self.stillborn.get() < MOST_STILLBORN {
            self.staff();
        } else {
            self.simulate_here();
        }
    }

    fn simulate_here(self: &Rc<Self>) {
        let Some(parts) = self.parts.borrow().clone() else { return };
        self.stage.set(Stage::OnPage);
        let pool = self.clone();
        spawn_local(async move {
            let number = pool.new_number();
            match here::start(&parts, &pool.on_message(number)).await {
                Ok(port) => {
                    pool.seat(number, Seat::Here(port));
                    (pool.tell)(News::OnPage);
                }
                Err(_) => pool.despair(NO_WORKER),
            }
        });
    }

    /// There is nobody, and nobody will come.
    fn despair(&self, reason: &str) {
        self.stage.set(Stage::Hopeless);
        self.roster.borrow_mut().close();
        (self.tell)(News::Trouble(reason.to_owned()));
    }

    fn new_number(&self) -> u32 {
        self.next_number.replace(self.next_number.get() + 1)
    }

    fn seat(&self, number: u32, seat: Seat) {
        self.seats.borrow_mut().insert(number, seat);
        self.roster.borrow_mut().join(number);
    }

    /// A worker that failed is poisoned: it is ended, and another takes what it was at.
    fn lose(self: &Rc<Self>, number: u32) {
        let Some(seat) = self.seats.borrow_mut().remove(&number) else { return };
        self.lost.set(self.lost.get() + 1);
        let (was_ready, steps) = self.roster.borrow_mut().lose(number);
        self.perform(steps);
        match seat {
            // Its module cannot be set up twice.
            Seat::Here(_) => return self.despair(DIED),
            Seat::Worker(worker) => worker.terminate(),
        }
        if !was_ready {
            self.stillborn.set(self.stillborn.get() + 1);
            self.go_on_without();
        } else if self.roster.borrow().is_at_work() {
            self.staff();
        }
    }

    /// Looks after those at work for as long as there are any.
    fn watch(self: &Rc<Self>) {
        if self.roster.borrow().is_at_work() && !self.is_watching.replace(true) {
            let pool = self.clone();
            let look = move || {
                pool.is_watching.set(false);
                let silent = pool.roster.borrow_mut().look();
                silent.into_iter().for_each(|number| pool.lose(number));
                pool.watch();
            };
            Timeout::new(LOOK_MS, look).forget();
        }
    }

    fn perform(&self, steps: Vec<Step<JsString>>) {
        for step in steps {
            match step {
                Step::Say(number, ask, texts) => self.say(number, &ask, texts),
                Step::Tell(news) => self.tell(news),
            }
        }
    }

    /// What cannot be said is missed, and whoever misses it is found silent.
    fn say(&self, number: u32, ask: &Ask, texts: Vec<JsString>) {
        let head = std::iter::once(JsValue::from_str(&ask.to_text()));
        let message: Array = head.chain(texts.into_iter().map(JsValue::from)).collect();
        let _ = match self.seats.borrow().get(&number) {
            Some(Seat::Worker(worker)) => worker.post_message(&message),
            Some(Seat::Here(port)) => port.post_message(&message),
            None => Ok(()),
        };
    }

    fn tell(&self, news: roster::News<JsString>) {
        (self.tell)(match news {
            roster::News::Progress(share) => News::Progress(share),
            roster::News::Glimpses(texts) => News::Glimpses(texts.into_iter().map(String::from).collect()),
            roster::News::Outcome(text) => {
                self.lost.set(0);
                self.stillborn.set(0);
                News::Outcome(text.into())
            }
            roster::News::Band(band) => News::Band(band),
            roster::News::Refused(problems) => News::Trouble(problems.join(" ")),
            roster::News::Lost => News::Trouble(DIED.to_owned()),
        });
    }

    fn on_message(self: &Rc<Self>, number: u32) -> js_sys::Function {
        let pool = self.clone();
        let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (head, text) = parted(&event.data());
            if let Some(reply) = head.as_deref().and_then(Reply::parse) {
                let steps = pool.roster.borrow_mut().hear(number, reply, text);
                pool.perform(steps);
                pool.staff();
            }
        });
        listen.into_js_value().unchecked_into()
    }

    fn on_error(self: &Rc<Self>, number: u32) -> js_sys::Function {
        let pool = self.clone();
        let listen = Closure::<dyn FnMut(Event)>::new(move |_| pool.lose(number));
        listen.into_js_value().unchecked_into()
    }
}

/// A message is a head, or an array of it and a text, which stays the browser's: it is only passed on.
fn parted(message: &JsValue) -> (Option<String>, Option<JsString>) {
    match message.dyn_ref::<Array>() {
        Some(both) => (both.get(0).as_string(), both.get(1).dyn_into().ok()),
        None => (message.as_string(), None),
    }
}
