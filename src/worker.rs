//! The worker's entry: simulates days beside the page, in slices. See [`protocol`].
//!
//! It links the engine and the protocol, and nothing of the page: what the page's crates export would come along. Where
//! the page can have no worker, it starts this module on itself and talks to it through a port.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    desk::open();
}

// Browser crates are left out of native builds, so that tests compile in seconds; the target must still link.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
#[path = "protocol.rs"]
#[expect(dead_code, reason = "the page speaks the other half of the protocol")]
mod protocol;

#[cfg(target_arch = "wasm32")]
mod desk {
    use std::{cell::RefCell, rc::Rc};

    use crate::protocol::{Ask, Reply, Task};
    use burstlab_engine::scenario::{
        Band, Outcome, PieceRun, Run, Scenario, glimpses, join, on_other_day, other_days, pieces,
    };
    use js_sys::{Array, Reflect};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort, Performance};

    /// Between two slices a newer task is looked for: it has to wait for less than 10 ms, the last step included.
    const SLICE_MS: f64 = 7.0;
    /// Half a millisecond or a whole one: the clock is read between steps.
    const REQUESTS_PER_STEP: u64 = 10_000;
    /// The page need not redraw a percentage more often, and takes a longer silence for death.
    const PROGRESS_MS: f64 = 100.0;
    /// Under this name the page leaves the port to talk through, where the module runs on the page itself.
    const PORT: &str = "burstlabPort";

    /// What is asked and what is under way.
    struct Desk {
        page: Page,
        clock: Option<Performance>,
        /// A message posted here comes back as the next slice. Timers would wait 4 ms each time.
        next_slice: MessagePort,
        waiting: Option<Order>,
        /// The last scenario, so that the next task of the same run need not read it again.
        known: Option<(String, Scenario)>,
        under_way: Option<UnderWay>,
        is_awake: bool,
    }

    /// Whom to talk to.
    enum Page {
        OfWorker(DedicatedWorkerGlobalScope),
        Here(MessagePort),
    }

    /// What the page wants, with the texts that came along.
    struct Order {
        run: u64,
        task: Task,
        texts: Vec<String>,
    }

    struct UnderWay {
        run: u64,
        scenario: Scenario,
        work: Work,
        told_at: f64,
    }

    enum Work {
        /// The days that are asked for.
        Whole(Box<Run>),
        Piece(Box<PieceRun>),
        Glimpse(Box<PieceRun>),
        /// The same days with other random numbers, to know how the answer spreads.
        OtherDay(Box<Run>),
    }

    /// Takes messages from now on.
    pub fn open() {
        let Some((page, clock)) = page() else { return };
        let channel = MessageChannel::new().expect("browsers with wasm have channels");
        let desk = Rc::new(RefCell::new(Desk {
            page,
            clock,
            next_slice: channel.port2(),
            waiting: None,
            known: None,
            under_way: None,
            is_awake: false,
        }));
        desk.borrow().page.listen(&listener(&desk, Desk::hear));
        channel.port1().set_onmessage(Some(&listener(&desk, |desk, _| desk.work())));
        desk.borrow().say(&Reply::Ready, None);
    }

    /// In a worker the page is beyond its global scope, on the page itself beyond the port that it left.
    fn page() -> Option<(Page, Option<Performance>)> {
        let global = js_sys::global();
        match global.dyn_into::<DedicatedWorkerGlobalScope>() {
            Ok(scope) => {
                let clock = scope.performance();
                Some((Page::OfWorker(scope), clock))
            }
            Err(global) => {
                let port = Reflect::get(&global, &PORT.into()).ok()?.dyn_into().ok()?;
                Some((Page::Here(port), web_sys::window()?.performance()))
            }
        }
    }

    fn listener(
        desk: &Rc<RefCell<Desk>>,
        act: impl Fn(&mut Desk, MessageEvent) + 'static,
    ) -> js_sys::Function {
        let desk = desk.clone();
        let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event| act(&mut desk.borrow_mut(), event));
        listen.into_js_value().unchecked_into()
    }

    impl Page {
        fn listen(&self, listener: &js_sys::Function) {
            match self {
                Self::OfWorker(scope) => scope.set_onmessage(Some(listener)),
                Self::Here(port) => port.set_onmessage(Some(listener)),
            }
        }

        fn post(&self, message: &JsValue) {
            let posted = match self {
                Self::OfWorker(scope) => scope.post_message(message),
                Self::Here(port) => port.post_message(message),
            };
            posted.expect("strings can be cloned");
        }
    }

    impl Desk {
        fn hear(&mut self, event: MessageEvent) {
            let mut texts = strings(&event.data()).into_iter();
            match texts.next().as_deref().and_then(Ask::parse) {
                Some(Ask::Simulate { run, task }) => self.take(Order { run, task, texts: texts.collect() }),
                Some(Ask::Rest) => (self.waiting, self.under_way) = (None, None),
                Some(Ask::Bench) => {
                    let timings = burstlab_engine::bench::run(&mut || self.now());
                    self.page.post(&JsValue::from_str(&timings));
                }
                None => {}
            }
        }

        fn take(&mut self, order: Order) {
            self.waiting = Some(order);
            if !self.is_awake {
                self.is_awake = true;
                self.wake();
            }
        }

        fn work(&mut self) {
            if let Some(order) = self.waiting.take() {
                self.under_way = None;
                self.start(order);
            }
            let Some(mut job) = self.under_way.take() else {
                self.is_awake = false;
                return;
            };
            if self.slice(&mut job.work) {
                self.finish(job);
            } else {
                self.tell_progress(&mut job);
                self.under_way = Some(job);
            }
            self.wake();
        }

        fn start(&mut self, Order { run, task, texts }: Order) {
            let mut texts = texts.into_iter();
            let scenario = match self.read(texts.next().unwrap_or_default()) {
                Ok(scenario) => scenario,
                Err(problems) => return self.say(&Reply::Refused { run, problems }, None),
            };
            let work = match task {
                Task::Whole => Work::Whole(Box::new(Run::new(&scenario))),
                Task::OtherDay(day) => Work::OtherDay(Box::new(Run::new(&on_other_day(&scenario, day)))),
                Task::Piece(index) => match pieces(&scenario).get(index) {
                    Some(&piece) => Work::Piece(Box::new(PieceRun::new(&scenario, piece))),
                    None => return self.say(&Reply::Part { run }, None),
                },
                Task::Glimpse(index) => match glimpses(&scenario).get(index) {
                    Some(&piece) => Work::Glimpse(Box::new(PieceRun::new(&scenario, piece))),
                    None => return self.say(&Reply::Glimpse { run }, None),
                },
                Task::Join => {
                    return match texts.map(|part| serde_json::from_str(&part)).collect() {
                        Ok(parts) => self.tell_outcome(run, &scenario, &join(&scenario, parts)),
                        Err(error) => self.refuse(run, &format!("A part could not be read: {error}.")),
                    };
                }
            };
            self.under_way = Some(UnderWay { run, scenario, work, told_at: self.now() });
        }

        fn read(&mut self, text: String) -> Result<Scenario, Vec<String>> {
            if let Some((known, scenario)) = &self.known
                && *known == text
            {
                return Ok(scenario.clone());
            }
            let scenario = Scenario::parse(&text)
                .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())?;
            self.known = Some((text, scenario.clone()));
            Ok(scenario)
        }

        /// Simulates for a slice; whether the task is done.
        fn slice(&self, work: &mut Work) -> bool {
            let end = self.now() + SLICE_MS;
            while self.now() < end {
                let done = match work {
                    Work::Whole(run) | Work::OtherDay(run) => run.advance(REQUESTS_PER_STEP),
                    Work::Piece(piece) | Work::Glimpse(piece) => piece.advance(REQUESTS_PER_STEP),
                };
                if done {
                    return true;
                }
            }
            false
        }

        fn finish(&self, UnderWay { run, scenario, work, .. }: UnderWay) {
            match work {
                Work::Whole(days) => self.tell_outcome(run, &scenario, &days.outcome()),
                Work::Piece(piece) => {
                    let text = serde_json::to_string(&piece.part()).expect("a part is plain data");
                    self.say(&Reply::Part { run }, Some(&text));
                }
                Work::Glimpse(piece) => {
                    let seen = join(&scenario, vec![piece.part()]);
                    let text = serde_json::to_string(&seen).expect("an outcome is plain data");
                    self.say(&Reply::Glimpse { run }, Some(&text));
                }
                Work::OtherDay(days) => {
                    self.say(&Reply::Day { run, band: Band::of_day(&days.outcome()) }, None);
                }
            }
        }

        fn tell_outcome(&self, run: u64, scenario: &Scenario, outcome: &Outcome) {
            let text = serde_json::to_string(outcome).expect("an outcome is plain data");
            let (band, other_days) = (Band::of_day(outcome), other_days(scenario, outcome));
            self.say(&Reply::Outcome { run, band, other_days }, Some(&text));
        }

        fn tell_progress(&self, job: &mut UnderWay) {
            let now = self.now();
            if now - job.told_at >= PROGRESS_MS {
                job.told_at = now;
                let share = match &job.work {
                    Work::Whole(run) | Work::OtherDay(run) => run.progress(),
                    Work::Piece(piece) | Work::Glimpse(piece) => piece.progress(),
                };
                self.say(&Reply::Progress { run: job.run, share }, None);
            }
        }

        fn refuse(&self, run: u64, problem: &str) {
            self.say(&Reply::Refused { run, problems: vec![problem.to_owned()] }, None);
        }

        fn wake(&self) {
            self.next_slice.post_message(&JsValue::UNDEFINED).expect("an empty message can be cloned");
        }

        /// A head alone is a string, and with a text an array of both.
        fn say(&self, reply: &Reply, text: Option<&str>) {
            let head = JsValue::from_str(&reply.to_text());
            match text {
                Some(text) => self.page.post(&Array::of2(&head, &JsValue::from_str(text))),
                None => self.page.post(&head),
            }
        }

        fn now(&self) -> f64 {
            self.clock.as_ref().map_or(0.0, Performance::now)
        }
    }

    /// The strings of a message: one, or an array of them.
    fn strings(message: &JsValue) -> Vec<String> {
        match message.dyn_ref::<Array>() {
            Some(texts) => texts.iter().filter_map(|text| text.as_string()).collect(),
            None => message.as_string().into_iter().collect(),
        }
    }
}
