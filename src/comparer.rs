//! The entry of the worker that compares with what else could answer: by formulas first, then simulated, in slices. See
//! [`comparison`].
//!
//! It is a module of its own, which nobody needs to drag the curve: it is fetched when the comparison is opened. It links the
//! engine and what crosses, and nothing of the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    desk::open();
}

// Browser crates are left out of native builds, so that tests compile in seconds; the target must still link.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
mod comparison;

#[cfg(target_arch = "wasm32")]
mod desk {
    use std::{cell::RefCell, rc::Rc};

    use crate::comparison::{Ask, Reply, to_text};
    use burstlab_engine::scenario::{Comparing, Scenario, Stride, Wish};
    use js_sys::Array;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort, Performance};

    /// Between two slices a newer question is looked for.
    const SLICE_MS: f64 = 10.0;
    /// A millisecond or two: the clock is read between steps.
    const REQUESTS_PER_STEP: u64 = 10_000;
    /// What is known is told no more often, and how far it is too.
    const TOLD_MS: f64 = 100.0;

    /// What is asked and what is under way.
    struct Desk {
        page: DedicatedWorkerGlobalScope,
        clock: Option<Performance>,
        /// A message posted here comes back as the next slice.
        next_slice: MessagePort,
        waiting: Option<(u64, Wish, String)>,
        under_way: Option<UnderWay>,
        is_awake: bool,
    }

    struct UnderWay {
        run: u64,
        comparing: Comparing,
        has_news: bool,
        told_at: f64,
    }

    /// Takes messages from now on.
    pub fn open() {
        let Ok(page) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
        let channel = MessageChannel::new().expect("browsers with wasm have channels");
        let desk = Rc::new(RefCell::new(Desk {
            clock: page.performance(),
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
            let texts: Array = event.data().dyn_into().unwrap_or_default();
            let mut texts = texts.iter().filter_map(|text| text.as_string());
            match texts.next().and_then(|head| serde_json::from_str(&head).ok()) {
                Some(Ask::Compare { run, wish }) => {
                    self.waiting = Some((run, wish, texts.next().unwrap_or_default()));
                    self.wake_up();
                }
                Some(Ask::Rest) => (self.waiting, self.under_way) = (None, None),
                None => {}
            }
        }

        fn wake_up(&mut self) {
            if !std::mem::replace(&mut self.is_awake, true) {
                self.wake();
            }
        }

        fn work(&mut self) {
            if let Some((run, wish, text)) = self.waiting.take() {
                self.under_way = self.begin(run, &wish, &text);
            }
            let Some(mut job) = self.under_way.take() else {
                self.is_awake = false;
                return;
            };
            let is_done = self.slice(&mut job);
            self.tell(&mut job, is_done);
            self.under_way = Some(job).filter(|_| !is_done);
            self.wake();
        }

        fn begin(&self, run: u64, wish: &Wish, text: &str) -> Option<UnderWay> {
            match Scenario::parse(text) {
                Ok(scenario) => {
                    let comparing = Comparing::new(&scenario, wish);
                    Some(UnderWay { run, comparing, has_news: false, told_at: self.now() })
                }
                Err(problems) => {
                    let problems = problems.iter().map(ToString::to_string).collect();
                    self.say(&Reply::Refused { run, problems });
                    None
                }
            }
        }

        /// Works for a slice; whether all is known.
        fn slice(&self, job: &mut UnderWay) -> bool {
            let end = self.now() + SLICE_MS;
            while self.now() < end {
                match job.comparing.advance(REQUESTS_PER_STEP) {
                    Stride::News => job.has_news = true,
                    Stride::On => {}
                    Stride::Done => return true,
                }
            }
            false
        }

        fn tell(&self, job: &mut UnderWay, is_done: bool) {
            let now = self.now();
            if !is_done && now - job.told_at < TOLD_MS {
                return;
            }
            job.told_at = now;
            let run = job.run;
            self.say(&if is_done || std::mem::take(&mut job.has_news) {
                Reply::Compared { run, is_done, comparison: job.comparing.comparison() }
            } else {
                Reply::Progress { run, share: job.comparing.progress() }
            });
        }

        fn wake(&self) {
            self.next_slice.post_message(&JsValue::UNDEFINED).expect("an empty message can be cloned");
        }

        fn say(&self, reply: &Reply) {
            self.page.post_message(&JsValue::from_str(&to_text(reply))).expect("strings can be cloned");
        }

        fn now(&self) -> f64 {
            self.clock.as_ref().map_or(0.0, Performance::now)
        }
    }
}
