use crate::{
    random::{Joint, Purpose, Sampler, Stream},
    units::{MINUTES_PER_DAY, SimTime},
    workload::Laws,
};

/// What one request does once it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// It waits on other systems.
    pub waiting: SimTime,
    /// It computes.
    pub computing: SimTime,
}

impl Work {
    /// From start to end.
    #[inline(always)]
    pub fn duration(self) -> SimTime {
        self.waiting + self.computing
    }
}

/// Draws work and starts, each minute of arrival from streams of its own.
#[derive(Clone, Debug)]
pub struct WorkStream {
    seed: u64,
    first_minute: usize,
    /// Minutes after which the streams come again: those of a day, unless the case has no days.
    cycle: usize,
    minute: usize,
    waiting: Sampler,
    computing: Sampler,
    init: Sampler,
    work: Stream,
    start: Stream,
}

impl WorkStream {
    /// The work of a day whose clock starts at a minute of the day.
    pub fn new(laws: Laws, seed: u64, first_minute: usize) -> Self {
        Self {
            seed,
            first_minute,
            cycle: MINUTES_PER_DAY,
            minute: 0,
            waiting: Sampler::new(laws.waiting),
            computing: Sampler::new(laws.computing),
            init: Sampler::new(laws.init),
            work: Stream::new(seed, Purpose::Work, first_minute),
            start: Stream::new(seed, Purpose::Start, first_minute),
        }
    }

    /// The same without days: no minute's numbers come again. For checks against theory, which runs for
    /// years.
    pub fn without_days(self) -> Self {
        Self { cycle: usize::MAX, ..self }
    }

    /// The seed, and the minute of the day at the clock's zero.
    pub(super) fn place(&self) -> (u64, usize) {
        (self.seed, self.first_minute)
    }

    /// How long a request takes in the mean, a start apart.
    pub fn mean_duration(&self) -> SimTime {
        SimTime::from_secs(self.waiting.law().mean() + self.computing.law().mean())
    }

    /// Waiting and computing as one.
    pub(super) fn joint(&self) -> Joint {
        Joint::new(self.waiting.law(), self.computing.law())
    }

    /// How long a start takes in the mean.
    pub fn mean_init(&self) -> SimTime {
        SimTime::from_secs(self.init.law().mean())
    }

    /// Goes on to the streams of the minute, counted from the clock's zero.
    #[inline]
    pub fn enter(&mut self, minute: usize) {
        if minute != self.minute {
            self.reseed(minute);
        }
    }

    #[cold]
    fn reseed(&mut self, minute: usize) {
        self.minute = minute;
        let of_day = (self.first_minute + minute) % self.cycle;
        self.work = Stream::new(self.seed, Purpose::Work, of_day);
        self.start = Stream::new(self.seed, Purpose::Start, of_day);
    }

    /// The work of the next request. Drawn also for one that is turned away, so that the next has the
    /// same work either way.
    #[inline(always)]
    pub fn draw(&mut self) -> Work {
        Work {
            waiting: nanos(self.waiting.draw(&mut self.work)),
            computing: nanos(self.computing.draw(&mut self.work)),
        }
    }

    /// The work of the next requests, drawn in a row.
    #[inline]
    pub fn draw_all(&mut self, requests: &mut [Work]) {
        // A stream of its own stays in registers.
        let mut stream = self.work.clone();
        for work in requests {
            *work = Work {
                waiting: nanos(self.waiting.draw(&mut stream)),
                computing: nanos(self.computing.draw(&mut stream)),
            };
        }
        self.work = stream;
    }

    /// The work at these places of the laws, each given as 64 bits.
    pub fn at(&self, waiting: u64, computing: u64) -> Work {
        Work { waiting: nanos(self.waiting.at(waiting)), computing: nanos(self.computing.at(computing)) }
    }

    /// How long the next environment takes to start.
    #[inline]
    pub fn draw_init(&mut self) -> SimTime {
        nanos(self.init.draw(&mut self.start))
    }
}

/// Times are positive and far below 2⁶³ ns, and the signed conversion is the quick one.
#[inline(always)]
fn nanos(seconds: f64) -> SimTime {
    SimTime((seconds * 1e9) as i64 as u64)
}
