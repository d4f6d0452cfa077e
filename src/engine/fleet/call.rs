use super::{Admission, Carried, Condition, Spent, Work, WorkStream};
use crate::{
    random::{Chance, DayStream, Lots, Luck, Purpose, Sampler},
    units::SimTime,
    workload::{Conduct, Connections, Function},
};

/// What one request asks for, before it is known which environment answers it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<L = Luck> {
    /// Its own work.
    pub work: Work,
    /// What will befall it.
    pub luck: L,
}

impl<L: Lots> Asked<L> {
    /// The same request tried once more, with luck of its own.
    pub fn again(self) -> Self {
        Self { luck: self.luck.again(), ..self }
    }
}

/// How a call of the function goes, for one request or for the messages of a batch, one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call {
    /// Where its time goes.
    pub spent: Spent,
    /// How long the environment took to start before it; this is no part of the duration.
    pub init: SimTime,
    /// How long it takes.
    pub duration: SimTime,
    /// Whether it was cut off.
    pub timed_out: bool,
}

impl Call {
    /// How long the environment is taken.
    #[inline(always)]
    pub fn stay(&self) -> SimTime {
        self.init + self.duration
    }
}

/// Draws requests and lets calls happen: the work, and all that a function does besides.
#[derive(Clone, Debug)]
pub struct Calls {
    work: WorkStream,
    seed: u64,
    first_minute: usize,
    luck: DayStream,
    rules: Rules,
}

/// A function's conduct, ready to be asked for each request.
#[derive(Clone, Debug)]
struct Rules {
    timeout: SimTime,
    error: Chance,
    handshake: SimTime,
    each_time: bool,
    dependency: Option<Asking>,
}

#[derive(Clone, Debug)]
struct Asking {
    latency: Sampler,
    slow: Chance,
    slow_factor: f64,
    error: Chance,
    hit: Chance,
    hit_time: SimTime,
    retries: u32,
    backoff: SimTime,
    remembered: SimTime,
}

/// The places of a request's luck. Each try of a call has three of its own.
const ERROR: u64 = 0;
const HIT: u64 = 1;
const FIRST_TRY: u64 = 2;

impl Calls {
    /// The calls of a day whose clock starts at a minute of the day.
    pub fn new(function: &Function, seed: u64, first_minute: usize) -> Self {
        Self {
            work: WorkStream::new(function.laws(), seed, first_minute),
            seed,
            first_minute,
            luck: DayStream::new(seed, Purpose::Luck, first_minute),
            rules: Rules::of(&function.conduct),
        }
    }

    /// Calls that do nothing but their work, however long it takes.
    pub fn plain(work: WorkStream) -> Self {
        let (seed, first_minute) = work.place();
        let luck = DayStream::new(seed, Purpose::Luck, first_minute);
        Self { work, seed, first_minute, luck, rules: Rules::none() }
    }

    /// The seed, and the minute of the day at the clock's zero.
    pub fn place(&self) -> (u64, usize) {
        (self.seed, self.first_minute)
    }

    /// Goes on to the streams of the minute, counted from the clock's zero.
    #[inline]
    pub fn enter(&mut self, minute: usize) {
        self.work.enter(minute);
        self.luck.enter(minute);
    }

    /// What the next request asks for. Drawn also for one that is turned away, so that the next asks for
    /// the same either way.
    #[inline]
    pub fn draw(&mut self) -> Asked {
        let work = self.work.draw();
        // A conduct without chance needs none; the streams' other users do not notice.
        let luck = if self.rules.is_certain() { Luck::default() } else { Luck(self.luck.bits()) };
        Asked { work, luck }
    }

    /// What a request asks for whose work stands at these places of the laws, each given as 64 bits.
    pub fn asked_at<L: Lots>(&self, waiting: u64, computing: u64, luck: L) -> Asked<L> {
        Asked { work: self.work.at(waiting, computing), luck }
    }

    /// Begins a call in the environment found: what has to be there before the first request is worked on.
    #[inline]
    pub fn begin(&mut self, admission: Admission, carried: Carried) -> Call {
        let mut call = Call::default();
        if admission == Admission::Cold {
            call.init = self.work.draw_init();
            call.spent.init = call.init;
        } else if carried.condition == Condition::Spoilt {
            // The start that follows a cut-off call is part of the next call's own duration.
            call.duration = self.work.draw_init();
            call.spent.init = call.duration;
        }
        if self.rules.each_time || carried.condition != Condition::Used {
            call.spent.handshake = self.rules.handshake;
            call.duration += self.rules.handshake;
        }
        call
    }

    /// Works on one request, or message, of the call that began at `now`; whether it succeeds.
    #[inline]
    pub fn perform<L: Lots>(
        &self,
        call: &mut Call,
        asked: &Asked<L>,
        carried: &mut Carried,
        now: SimTime,
    ) -> bool {
        call.spent.waiting += asked.work.waiting;
        call.spent.computing += asked.work.computing;
        call.duration += asked.work.duration();
        let answered = match &self.rules.dependency {
            None => true,
            Some(_) if carried.remembers_until > now + call.stay() => true,
            Some(asking) => asking.ask(call, asked.luck, carried, now),
        };
        answered && !self.rules.error.hits(asked.luck.at(ERROR))
    }

    /// Ends the call: cuts it off if it takes too long.
    #[inline]
    pub fn end(&self, call: &mut Call, carried: &mut Carried) {
        call.timed_out = call.duration > self.rules.timeout;
        if call.timed_out {
            call.duration = self.rules.timeout;
            *carried = Carried { condition: Condition::Spoilt, ..Carried::default() };
        } else {
            carried.condition = Condition::Used;
        }
    }
}

impl Rules {
    fn of(conduct: &Conduct) -> Self {
        let dependency = &conduct.dependency;
        let asking = || Asking {
            latency: Sampler::new(dependency.law()),
            slow: percent(dependency.slow_percent),
            slow_factor: dependency.slow_factor,
            error: percent(dependency.error_percent),
            hit: percent(dependency.hit_percent),
            hit_time: SimTime::from_secs(dependency.hit.seconds()),
            retries: dependency.retries,
            backoff: SimTime::from_secs(dependency.backoff.seconds()),
            remembered: dependency.remembered.into(),
        };
        Self {
            timeout: conduct.timeout.into(),
            error: percent(conduct.error_percent),
            handshake: SimTime::from_secs(conduct.handshake.seconds()),
            each_time: conduct.connections == Connections::EachTime,
            dependency: dependency.is_there().then(asking),
        }
    }

    fn none() -> Self {
        Self {
            timeout: SimTime::NEVER,
            error: Chance::default(),
            handshake: SimTime::ZERO,
            each_time: false,
            dependency: None,
        }
    }

    #[inline]
    fn is_certain(&self) -> bool {
        self.error.is_none() && self.dependency.is_none()
    }
}

impl Asking {
    /// Asks until it is answered or the tries are used up.
    #[inline]
    fn ask<L: Lots>(&self, call: &mut Call, luck: L, carried: &mut Carried, now: SimTime) -> bool {
        if !self.hit.is_none() && self.hit.hits(luck.at(HIT)) {
            call.spent.dependency += self.hit_time;
            call.duration += self.hit_time;
            self.remember(call, carried, now);
            return true;
        }
        let mut pause = self.backoff;
        for attempt in 0..=self.retries {
            let (latency, fails) = self.attempt(luck, FIRST_TRY + 3 * u64::from(attempt));
            call.duration += latency;
            if !fails {
                call.spent.dependency += latency;
                self.remember(call, carried, now);
                return true;
            }
            call.spent.retry += latency;
            if attempt < self.retries {
                call.spent.retry += pause;
                call.duration += pause;
                pause += pause;
            }
        }
        false
    }

    #[inline(always)]
    fn attempt<L: Lots>(&self, luck: L, place: u64) -> (SimTime, bool) {
        let mut seconds = self.latency.at(luck.at(place));
        if !self.slow.is_none() && self.slow.hits(luck.at(place + 1)) {
            seconds *= self.slow_factor;
        }
        let fails = !self.error.is_none() && self.error.hits(luck.at(place + 2));
        (SimTime::from_secs(seconds), fails)
    }

    #[inline]
    fn remember(&self, call: &Call, carried: &mut Carried, now: SimTime) {
        if self.remembered > SimTime::ZERO {
            carried.remembers_until = now + call.stay() + self.remembered;
        }
    }
}

fn percent(percent: f64) -> Chance {
    Chance::of(percent / 100.0)
}
