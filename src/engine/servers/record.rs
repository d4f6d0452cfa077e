use serde::{Deserialize, Serialize};

use super::{Kind, Metered};
use crate::{
    metrics::{Cause, CauseSums, Histogram, SLICE_MINUTES, SLICES_PER_DAY, SparseCounts, Window},
    units::{MINUTES_PER_DAY, SimTime},
};

/// Why a request got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It failed by itself.
    Failed,
    /// It took longer than it may.
    TimedOut,
}

/// Sums over a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Requests that arrived.
    pub arrived: u64,
    /// Requests that failed.
    pub failed: u64,
    /// Requests that took longer than they may.
    pub timed_out: u64,
    /// Answered requests that waited for a start.
    pub cold: u64,
    /// Answered requests that waited for their turn.
    pub queued: u64,
    /// Servers ordered.
    pub ordered: u64,
}

/// One minute of a group. Counts are of requests that arrived in it; the rest is as it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerMinute {
    /// Requests that arrived.
    pub arrived: u32,
    /// Requests that were or will be answered.
    pub answered: u32,
    /// Requests that were not, for whatever reason.
    pub unanswered: u32,
    /// Servers that answer.
    pub servers: u32,
    /// Servers on their way.
    pub starting: u32,
    /// vCPU-milliseconds of computing that began in it.
    pub computing_ms: u32,
    /// Most requests that waited at once.
    pub queued: u32,
}

/// Numbers that stand when a minute ends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gauges {
    /// Servers that answer.
    pub servers: u32,
    /// Servers on their way.
    pub starting: u32,
    /// Most requests that waited at once.
    pub queued: u64,
}

/// Which minutes of a day are simulated, where not all are: these stand for the others of their stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Minutes of a stretch.
    pub every: usize,
    /// Minutes at its start that only make the group what it is in the middle of a day.
    pub skipped: usize,
    /// Minutes after those that count.
    pub counted: usize,
}

/// Fills a day's metrics from what happens in it.
#[derive(Clone, Debug)]
pub struct Record {
    window: Window,
    sample: Option<Sample>,
    step: SimTime,
    least: SimTime,
    totals: Totals,
    latencies: Histogram,
    minutes: Vec<ServerMinute>,
    slices: Vec<SparseCounts>,
    slice: Histogram,
    slice_index: usize,
    metered: Nanos,
}

/// What is charged for, in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Nanos {
    servers: u64,
    active: u64,
    calls: u64,
    call: u64,
    computing: u64,
}

impl Sample {
    /// Whether a minute of the day counts.
    #[inline]
    pub fn counts(self, minute: usize) -> bool {
        let within = minute % self.every;
        within >= self.skipped && within < self.skipped + self.counted
    }
}

impl Record {
    /// An empty record of a window's day of a kind.
    pub fn new(window: Window, kind: &Kind) -> Self {
        Self {
            window,
            sample: None,
            step: kind.step.max(SimTime(1)),
            least: kind.least,
            totals: Totals::default(),
            latencies: Histogram::default(),
            minutes: vec![ServerMinute::default(); MINUTES_PER_DAY],
            slices: vec![SparseCounts::default(); SLICES_PER_DAY],
            slice: Histogram::default(),
            slice_index: 0,
            metered: Nanos::default(),
        }
    }

    /// The same of a day of which only some minutes are simulated.
    pub fn sampled(self, sample: Sample) -> Self {
        Self { sample: Some(sample), ..self }
    }

    /// The day's sums; of a sample, those of its minutes.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Latencies of all answered requests.
    pub fn latencies(&self) -> &Histogram {
        &self.latencies
    }

    /// The day minute by minute.
    pub fn minutes(&self) -> &[ServerMinute] {
        &self.minutes
    }

    /// Latencies of each ten minutes.
    pub fn slices(&self) -> &[SparseCounts] {
        &self.slices
    }

    /// Requests that got no answer within the day.
    pub fn unanswered(&self) -> u64 {
        self.totals.arrived - self.latencies.count()
    }

    /// What is charged for.
    pub fn metered(&self) -> Metered {
        let times = self.sample.map_or(1, |sample| (sample.every / sample.counted) as u64);
        let ms = |nanos: u64| (nanos + 500_000) / 1_000_000;
        let Nanos { servers, active, calls, call, computing } = self.metered;
        Metered {
            server_ms: ms(servers),
            active_ms: ms(active),
            calls: times * calls,
            call_ms: ms(times * call),
            computing_ms: ms(times * computing),
        }
    }

    /// The minute of the day of an instant that counts.
    #[inline(always)]
    fn minute(&self, at: SimTime) -> Option<usize> {
        let minute = self.window.minute(at)?;
        match self.sample {
            Some(sample) if !sample.counts(minute) => None,
            _ => Some(minute),
        }
    }

    #[inline(always)]
    pub(super) fn arrived(&mut self, at: SimTime) {
        if let Some(minute) = self.minute(at) {
            self.totals.arrived += 1;
            self.minutes[minute].arrived += 1;
        }
    }

    /// One was, or will be, answered; told when it begins, in the order of arrival.
    #[inline(always)]
    pub(super) fn answered(&mut self, arrived: SimTime, causes: CauseSums) {
        let Some(minute) = self.minute(arrived) else { return };
        self.minutes[minute].answered += 1;
        self.totals.cold += u64::from(causes[Cause::ColdStart as usize] > 0);
        self.totals.queued += u64::from(causes[Cause::Queue as usize] > 0);
        if minute / SLICE_MINUTES != self.slice_index {
            self.end_slice();
            self.slice_index = minute / SLICE_MINUTES;
        }
        self.slice.record(causes);
    }

    pub(super) fn lost(&mut self, arrived: SimTime, why: Lost) {
        let Some(minute) = self.minute(arrived) else { return };
        self.minutes[minute].unanswered += 1;
        match why {
            Lost::Failed => self.totals.failed += 1,
            Lost::TimedOut => self.totals.timed_out += 1,
        }
    }

    /// A request began that computes, and takes, so long.
    #[inline(always)]
    pub(super) fn called(&mut self, at: SimTime, computing: SimTime, duration: SimTime) {
        let Some(minute) = self.minute(at) else { return };
        self.minutes[minute].computing_ms += (computing.0 / 1_000_000) as u32;
        self.metered.calls += 1;
        self.metered.computing += computing.0;
        self.metered.call += self.charged(duration);
    }

    /// So many instances worked on requests from then to then.
    #[inline(always)]
    pub(super) fn worked(&mut self, since: SimTime, until: SimTime, instances: u64) {
        let within = until.min(self.window.end()).since(since.max(self.window.start()));
        self.metered.active += within.0 * instances;
    }

    /// A request that has an instance of its own ends its work: the instance's time is rounded up.
    #[inline(always)]
    pub(super) fn rounded_up(&mut self, at: SimTime, duration: SimTime) {
        if self.minute(at).is_some() {
            self.metered.active += self.charged(duration) - duration.0;
        }
    }

    pub(super) fn ordered(&mut self, at: SimTime) {
        self.totals.ordered += u64::from(self.window.minute(at).is_some());
    }

    /// A server was held from its order until then; what it ended is rounded up.
    pub(super) fn server_held(&mut self, ordered: SimTime, until: SimTime, ended: bool) {
        let within = until.min(self.window.end()).since(ordered.max(self.window.start()));
        self.metered.servers += within.0;
        if ended && self.window.minute(until).is_some() {
            let life = until - ordered;
            self.metered.servers += self.charged(life) - life.0;
        }
    }

    pub(super) fn minute_ended(&mut self, minute: Option<usize>, gauges: Gauges) {
        let Some(minute) = minute else { return };
        let counts = &mut self.minutes[minute];
        counts.servers = gauges.servers;
        counts.starting = gauges.starting;
        counts.queued = u32::try_from(gauges.queued).unwrap_or(u32::MAX);
    }

    pub(super) fn end_slice(&mut self) {
        if self.slice.count() > 0 {
            self.slices[self.slice_index].merge(&self.slice.counts());
            self.latencies.merge(&self.slice);
            self.slice.clear();
        }
    }

    /// A span as it is charged.
    #[inline(always)]
    fn charged(&self, span: SimTime) -> u64 {
        (span.0.div_ceil(self.step.0) * self.step.0).max(self.least.0)
    }
}
