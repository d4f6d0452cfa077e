use super::{Group, Kind, Record, Sample, Size, group::Rules};
pub use crate::metrics::Window;
use crate::{
    metrics::{Cause, CauseSums},
    units::{MINUTE, SimTime},
};

/// What one request asks of a server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Need {
    /// Its time by cause; only what computes takes a vCPU.
    pub spent: CauseSums,
    /// Whether it fails at the end of all that.
    pub fails: bool,
}

impl Need {
    /// How long it takes a vCPU.
    #[inline(always)]
    pub fn computing(&self) -> SimTime {
        SimTime(self.spent[Cause::Computing as usize])
    }

    /// How long it takes once it has begun.
    #[inline(always)]
    pub fn total(&self) -> SimTime {
        SimTime(self.spent.iter().sum())
    }
}

/// Where requests come from that know what they need.
pub trait Demand {
    /// Goes on to a minute, counted from the clock's zero.
    fn enter(&mut self, minute: usize);
    /// The next request's need.
    fn draw(&mut self) -> Need;
}

/// A day of requests at a group of servers, in slices that the caller sizes.
#[derive(Clone, Debug)]
pub struct Day<A, D> {
    arrivals: A,
    demand: D,
    group: Group,
    record: Record,
    window: Window,
    period: SimTime,
    next_look: SimTime,
    /// Minutes that have ended, counted from the clock's zero.
    minute: usize,
    next_minute: SimTime,
    done: bool,
}

impl<A: Iterator<Item = SimTime>, D: Demand> Day<A, D> {
    /// Sets up a day of a kind of server, the first so many of which answer from the clock's zero on.
    pub fn new(
        (arrivals, demand): (A, D),
        kind: &Kind,
        (size, first): (Size, u32),
        waits: SimTime,
        window: Window,
    ) -> Self {
        let rules = Rules::of(kind, size, waits);
        let period = rules.scaling.period();
        Self {
            arrivals,
            demand,
            group: Group::new(rules, first),
            record: Record::new(window, kind),
            window,
            period,
            next_look: period,
            minute: 0,
            next_minute: MINUTE,
            done: false,
        }
    }

    /// The same of a day whose arrivals are those of some minutes only.
    pub fn sampled(self, sample: Sample) -> Self {
        Self { record: self.record.sampled(sample), ..self }
    }

    /// Handles up to `most` arrivals; true when the day is done.
    pub fn advance(&mut self, most: u64) -> bool {
        let end = self.window.end();
        for _ in 0..most {
            if self.done {
                break;
            }
            let now = self.arrivals.next().unwrap_or(SimTime::NEVER);
            if now >= self.next_look.min(self.next_minute) {
                self.pass_until(now.min(end));
            }
            if now >= end {
                self.group.close(end, &mut self.record);
                self.record.end_slice();
                self.done = true;
                break;
            }
            let need = self.demand.draw();
            self.record.arrived(now);
            self.group.request(now, need, &mut self.record);
        }
        self.done
    }

    /// What was recorded.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Ends datapoints and minutes up to then.
    #[cold]
    fn pass_until(&mut self, now: SimTime) {
        while self.next_look.min(self.next_minute) <= now {
            let at = self.next_look.min(self.next_minute);
            if self.next_look == at {
                self.group.look(at, &mut self.record);
                self.next_look += self.period;
            }
            if self.next_minute == at {
                self.group.settle(at, &mut self.record);
                let ended = self.window.minute(SimTime(at.0 - 1));
                self.record.minute_ended(ended, self.group.gauges());
                self.minute += 1;
                self.next_minute += MINUTE;
            }
        }
        self.demand.enter(self.minute);
    }
}
