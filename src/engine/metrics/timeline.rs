use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{CauseSums, Histogram, SparseCounts, add_causes};
use crate::units::MINUTES_PER_DAY;

/// What happened in one minute of the day. Counts are of requests that arrived in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minute {
    /// Requests that arrived.
    pub arrived: u32,
    /// Requests that were or will be answered.
    pub answered: u32,
    /// Requests that found no ready environment and waited for one to start.
    pub cold: u32,
    /// Requests turned away.
    pub throttled: u32,
    /// Requests that failed, or took longer than they may.
    pub failed: u32,
    /// Requests given up after the last try: put aside as dead letters, or lost.
    pub dropped: u32,
    /// Most environments at work at once.
    pub busy_most: u32,
    /// Environments at work when the minute ended.
    pub busy: u32,
    /// Environments without work when the minute ended, the provisioned ones apart.
    pub idle: u32,
    /// Most messages in the queue at once, the hidden ones apart.
    pub queued: u32,
    /// The longest that one of them had waited, in milliseconds.
    pub oldest_ms: u32,
}

/// Minutes per slice of the latency percentiles.
pub const SLICE_MINUTES: usize = 10;
/// Slices of a day.
pub const SLICES_PER_DAY: usize = MINUTES_PER_DAY / SLICE_MINUTES;

/// The latency of the requests that arrived in one slice of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SliceLatency {
    /// Median, in seconds.
    pub p50_s: f64,
    /// 95th percentile, in seconds.
    pub p95_s: f64,
    /// 99th percentile, in seconds.
    pub p99_s: f64,
}

/// The day minute by minute, and its latency slice by slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    minutes: Vec<Minute>,
    /// Nanoseconds by cause of the requests that arrived in each minute.
    causes: Vec<CauseSums>,
    slices: Vec<SparseCounts>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            minutes: vec![Minute::default(); MINUTES_PER_DAY],
            causes: vec![CauseSums::default(); MINUTES_PER_DAY],
            slices: vec![SparseCounts::default(); SLICES_PER_DAY],
        }
    }
}

impl Timeline {
    /// The minutes of the day.
    pub fn minutes(&self) -> &[Minute] {
        &self.minutes
    }

    /// One minute, to be filled.
    #[inline]
    pub fn minute_mut(&mut self, minute: usize) -> &mut Minute {
        &mut self.minutes[minute]
    }

    /// Adds where the time of a minute's answered requests went, in nanoseconds.
    #[inline]
    pub fn add_causes(&mut self, minute: usize, causes: &CauseSums) {
        add_causes(&mut self.causes[minute], causes);
    }

    /// Where the time of each minute's answered requests went, in whole microseconds, summed over them.
    pub fn causes_us(&self) -> Vec<CauseSums> {
        self.causes.iter().map(|sums| sums.map(|nanos| nanos / 1_000)).collect()
    }

    /// Adds the latencies of a slice.
    pub fn add_slice(&mut self, slice: usize, latencies: &Histogram) {
        self.slices[slice].merge(&latencies.counts());
    }

    /// The latency percentiles of each slice; none where nothing was answered.
    pub fn latencies(&self) -> Vec<Option<SliceLatency>> {
        self.slices.iter().map(slice_latency).collect()
    }

    /// Adds another timeline of the same day: counts add up, and so do gauges; peaks are the larger.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.minutes.iter_mut().zip(&other.minutes) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.causes.iter_mut().zip(&other.causes) {
            add_causes(mine, theirs);
        }
        for (mine, theirs) in self.slices.iter_mut().zip(&other.slices) {
            mine.merge(theirs);
        }
    }
}

/// A timeline as it is written: from the first slice in which there is anything to the last.
#[derive(Serialize, Deserialize)]
struct Stretch<'a> {
    first_slice: usize,
    minutes: Cow<'a, [Minute]>,
    causes: Cow<'a, [CauseSums]>,
    slices: Cow<'a, [SparseCounts]>,
}

impl Serialize for Timeline {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let first_slice = (0..SLICES_PER_DAY).find(|&slice| self.is_filled(slice)).unwrap_or(SLICES_PER_DAY);
        let end =
            (0..SLICES_PER_DAY).rfind(|&slice| self.is_filled(slice)).map_or(first_slice, |last| last + 1);
        let minutes = first_slice * SLICE_MINUTES..end * SLICE_MINUTES;
        let stretch = Stretch {
            first_slice,
            minutes: self.minutes[minutes.clone()].into(),
            causes: self.causes[minutes].into(),
            slices: self.slices[first_slice..end].into(),
        };
        stretch.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Timeline {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let stretch = Stretch::deserialize(from)?;
        Self::of_stretch(&stretch).ok_or_else(|| Error::custom("no stretch of a day"))
    }
}

impl Timeline {
    fn is_filled(&self, slice: usize) -> bool {
        let mut minutes = slice * SLICE_MINUTES..(slice + 1) * SLICE_MINUTES;
        self.slices[slice].total() > 0
            || minutes.any(|minute| {
                self.minutes[minute] != Minute::default() || self.causes[minute] != CauseSums::default()
            })
    }

    fn of_stretch(stretch: &Stretch<'_>) -> Option<Self> {
        let mut timeline = Self::default();
        let end = stretch.first_slice.checked_add(stretch.slices.len())?;
        let slices = timeline.slices.get_mut(stretch.first_slice..end)?;
        slices.clone_from_slice(&stretch.slices);
        let minutes = stretch.first_slice * SLICE_MINUTES..end * SLICE_MINUTES;
        if stretch.minutes.len() != minutes.len() || stretch.causes.len() != minutes.len() {
            return None;
        }
        timeline.minutes[minutes.clone()].copy_from_slice(&stretch.minutes);
        timeline.causes[minutes].copy_from_slice(&stretch.causes);
        Some(timeline)
    }
}

impl Minute {
    fn merge(&mut self, other: &Self) {
        self.arrived += other.arrived;
        self.answered += other.answered;
        self.cold += other.cold;
        self.throttled += other.throttled;
        self.failed += other.failed;
        self.dropped += other.dropped;
        self.busy_most = self.busy_most.max(other.busy_most);
        self.busy += other.busy;
        self.idle += other.idle;
        self.queued += other.queued;
        self.oldest_ms = self.oldest_ms.max(other.oldest_ms);
    }
}

fn slice_latency(counts: &SparseCounts) -> Option<SliceLatency> {
    (counts.total() > 0).then(|| SliceLatency {
        p50_s: counts.quantile(0.5).as_secs(),
        p95_s: counts.quantile(0.95).as_secs(),
        p99_s: counts.quantile(0.99).as_secs(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::CAUSES;

    #[test]
    fn merged_slices_have_the_percentiles_of_both_together() {
        let (mut one, mut two, mut both) = (Histogram::default(), Histogram::default(), Histogram::default());
        for step in 0..10_000_u64 {
            let mut causes = [0; CAUSES.len()];
            causes[CAUSES.len() - 1] = (step * 7919 % 10_000) * 100_000;
            both.record(causes);
            if step % 2 == 0 { one.record(causes) } else { two.record(causes) }
        }
        let (mut merged, mut whole) = (Timeline::default(), Timeline::default());
        merged.add_slice(3, &one);
        let mut rest = Timeline::default();
        rest.add_slice(3, &two);
        merged.merge(&rest);
        whole.add_slice(3, &both);
        assert_eq!(merged, whole);
        assert!(merged.latencies()[3].is_some() && merged.latencies()[4].is_none());
    }

    #[test]
    fn a_timeline_is_written_where_there_is_something_and_read_back_the_same() {
        let mut stretch = Timeline::default();
        let empty = serde_json::to_string(&stretch).unwrap();
        assert!(empty.len() < 100, "{empty}");
        assert_eq!(serde_json::from_str::<Timeline>(&empty).unwrap(), stretch);
        stretch.minute_mut(185).idle = 7;
        stretch.add_causes(299, &[1, 2, 3, 4, 5, 6, 7, u64::MAX]);
        let mut latencies = Histogram::default();
        latencies.record([5_000_000; CAUSES.len()]);
        stretch.add_slice(20, &latencies);
        let text = serde_json::to_string(&stretch).unwrap();
        assert!(text.starts_with(r#"{"first_slice":18,"#), "{text}");
        assert_eq!(serde_json::from_str::<Timeline>(&text).unwrap(), stretch);
        for (right, wrong) in
            [(":18,", ":140,"), (":18,", ":18446744073709551615,"), ("[0,0,0,0,0,0,0,0],", "")]
        {
            assert!(serde_json::from_str::<Timeline>(&text.replacen(right, wrong, 1)).is_err(), "{wrong}");
        }
    }
}
