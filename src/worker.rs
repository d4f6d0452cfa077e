//! The worker's entry: simulates days beside the page, in slices. See [`protocol`].
//!
//! It links the engine and the protocol, and nothing of the page: what the page's crates export would come along.

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

    use crate::protocol::{Ask, Job, Reply};
    use burstlab_engine::scenario::{Band, OtherDays, Run, Scenario};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

    /// Between two slices a newer job is looked for.
    const SLICE_MS: f64 = 8.0;
    /// About a millisecond: the clock is read between steps.
    const REQUESTS_PER_STEP: u64 = 20_000;
    /// The page need not redraw a percentage more often.
    const PROGRESS_MS: f64 = 100.0;

    /// What is asked and what is under way.
    struct Desk {
        page: DedicatedWorkerGlobalScope,
        /// A message posted here comes back as the next slice. Timers would wait 4 ms each time.
        next_slice: MessagePort,
        waiting: Option<Job>,
        under_way: Option<UnderWay>,
        is_awake: bool,
    }

    struct UnderWay {
        number: u64,
        scenario: Scenario,
        stage: Stage,
        told_at: f64,
    }

    enum Stage {
        /// The day that is asked for.
        Day(Box<Run>),
        /// Days beside it, to know how the answer spreads.
        Others(Box<OtherDays>),
    }

    /// Takes messages from now on.
    pub fn open() {
        let page: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        let channel = MessageChannel::new().expect("browsers with wasm have channels");
        let desk = Rc::new(RefCell::new(Desk {
            page: page.clone(),
            next_slice: channel.port2(),
            waiting: None,
            under_way: None,
            is_awake: false,
        }));
        page.set_onmessage(Some(&listener(&desk, Desk::hear)));
        channel.port1().set_onmessage(Some(&listener(&desk, |desk, _| desk.work())));
        desk.borrow().say(&Reply::Ready);
    }

    fn listener(
        desk: &Rc<RefCell<Desk>>,
        act: impl Fn(&mut Desk, MessageEvent) + 'static,
    ) -> js_sys::Function {
        let desk = desk.clone();
        let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event| act(&mut desk.borrow_mut(), event));
        listen.into_js_value().unchecked_into()
    }

    impl Desk {
        fn hear(&mut self, event: MessageEvent) {
            match event.data().as_string().as_deref().and_then(Ask::parse) {
                Some(Ask::Simulate(job)) => self.take(job),
                Some(Ask::Bench) => self.post(&burstlab_engine::bench::run(&mut || self.now())),
                None => {}
            }
        }

        fn take(&mut self, job: Job) {
            self.waiting = Some(job);
            if !self.is_awake {
                self.is_awake = true;
                self.wake();
            }
        }

        fn work(&mut self) {
            if let Some(job) = self.waiting.take() {
                self.start(job);
            }
            let Some(mut job) = self.under_way.take() else {
                self.is_awake = false;
                return;
            };
            if self.slice(&mut job.stage) {
                self.under_way = self.finish(job);
            } else {
                self.tell_progress(&mut job);
                self.under_way = Some(job);
            }
            self.wake();
        }

        fn start(&mut self, Job { run: number, scenario }: Job) {
            self.under_way = None;
            match Scenario::parse(&scenario) {
                Ok(scenario) => {
                    let stage = Stage::Day(Box::new(Run::new(&scenario)));
                    self.under_way = Some(UnderWay { number, scenario, stage, told_at: f64::NEG_INFINITY });
                }
                Err(problems) => {
                    let problems = problems.iter().map(ToString::to_string).collect();
                    self.say(&Reply::Refused { run: number, problems });
                }
            }
        }

        /// Simulates for a slice; whether the stage is done.
        fn slice(&self, stage: &mut Stage) -> bool {
            let end = self.now() + SLICE_MS;
            while self.now() < end {
                let done = match stage {
                    Stage::Day(run) => run.advance(REQUESTS_PER_STEP),
                    Stage::Others(days) => days.advance(REQUESTS_PER_STEP),
                };
                if done {
                    return true;
                }
            }
            false
        }

        /// Tells what came of a stage; what is left to do, if anything is.
        fn finish(&self, UnderWay { number, scenario, stage, told_at }: UnderWay) -> Option<UnderWay> {
            match stage {
                Stage::Day(run) => {
                    let outcome = run.outcome();
                    let text = serde_json::to_string(&outcome).expect("an outcome is plain data");
                    self.say(&Reply::Outcome { run: number, text });
                    let Some(days) = OtherDays::beside(&scenario, &outcome) else {
                        self.tell_band(number, &Band::of_day(&outcome));
                        return None;
                    };
                    Some(UnderWay { number, scenario, stage: Stage::Others(Box::new(days)), told_at })
                }
                Stage::Others(days) => {
                    self.tell_band(number, &days.band());
                    None
                }
            }
        }

        fn tell_band(&self, run: u64, band: &Band) {
            let text = serde_json::to_string(band).expect("a band is plain data");
            self.say(&Reply::Band { run, text });
        }

        fn tell_progress(&self, job: &mut UnderWay) {
            let now = self.now();
            if let Stage::Day(run) = &job.stage
                && now - job.told_at >= PROGRESS_MS
            {
                job.told_at = now;
                self.say(&Reply::Progress { run: job.number, share: run.progress() });
            }
        }

        fn wake(&self) {
            self.next_slice.post_message(&JsValue::UNDEFINED).expect("an empty message can be cloned");
        }

        fn say(&self, reply: &Reply) {
            self.post(&reply.to_text());
        }

        fn post(&self, text: &str) {
            self.page.post_message(&JsValue::from_str(text)).expect("a string can be cloned");
        }

        fn now(&self) -> f64 {
            self.page.performance().map_or(0.0, |clock| clock.now())
        }
    }
}
