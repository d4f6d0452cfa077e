use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::units::SimTime;

/// Why a request took the time it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// What stands between caller and function passed it on.
    WayIn,
    /// It waited in a queue for its turn.
    Queue,
    /// It was tried before, in vain, or something that it called was.
    Retry,
    /// An environment had to start.
    ColdStart,
    /// Connections had to be made.
    Handshake,
    /// The system that the function depends on answered.
    Dependency,
    /// The function waited on other systems.
    Waiting,
    /// The function computed.
    Computing,
}

/// All causes, in the order in which sums are kept.
pub const CAUSES: [Cause; 8] = [
    Cause::WayIn,
    Cause::Queue,
    Cause::Retry,
    Cause::ColdStart,
    Cause::Handshake,
    Cause::Dependency,
    Cause::Waiting,
    Cause::Computing,
];

/// Nanoseconds by cause, in the order of [`CAUSES`].
pub type CauseSums = [u64; CAUSES.len()];

/// A log-linear histogram of latencies, with the causes of delay summed per bin.
///
/// Each power of two of nanoseconds is cut into 128 equal bins, so that a value read back is within
/// 0.4 % of the one recorded. Causes are summed per bin because the p99 is not known until the end: the
/// slowest 1 % can be asked for afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u64>,
    /// Per bin the nanoseconds by cause, apart from the counts: scans for a percentile pass fewer bytes.
    causes: Vec<CauseSums>,
    count: u64,
}

/// Bins per power of two.
const BINS: usize = 1 << BIN_BITS;
const BIN_BITS: u32 = 7;
/// Latencies below 2¹⁴ ns (16 µs) share a bin of their own; above 2⁵⁰ ns (13 days) all share the last.
const LEAST_BITS: u32 = 14;
const MOST_BITS: u32 = 50;
const LENGTH: usize = (MOST_BITS - LEAST_BITS) as usize * BINS + 1;

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; LENGTH], causes: vec![CauseSums::default(); LENGTH], count: 0 }
    }
}

impl Histogram {
    /// Records one request by where its time went; its latency is the sum.
    #[inline]
    pub fn record(&mut self, causes: CauseSums) {
        let latency = causes.iter().sum::<u64>();
        let index = index_of(latency);
        self.counts[index] += 1;
        add_causes(&mut self.causes[index], &causes);
        self.count += 1;
    }

    /// Records requests whose latencies lie evenly between two, with the mean of where their time went.
    ///
    /// What of them falls into a bin is rounded by a lot between 0 and 1: over many such records each bin gets its
    /// share.
    pub fn record_between(&mut self, low: u64, high: u64, requests: u64, mean: &CauseSums, lot: f64) {
        let (first, last) = (index_of(low), index_of(high));
        let mut before = 0;
        for index in first..=last {
            let (start, width) = bounds(index);
            let until = match index == last {
                true => requests,
                false => {
                    let share = (start + width - low) as f64 / (high - low) as f64;
                    ((requests as f64 * share + lot) as u64).min(requests)
                }
            };
            let here = until - before;
            before = until;
            self.counts[index] += here;
            for (sum, nanos) in self.causes[index].iter_mut().zip(mean) {
                *sum += here * nanos;
            }
        }
        self.count += requests;
    }

    /// Adds another histogram's records.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for (index, count) in other.filled() {
            self.counts[index] += count;
            add_causes(&mut self.causes[index], &other.causes[index]);
        }
    }

    /// Empties the bins, keeping their room.
    pub fn clear(&mut self) {
        for index in 0..LENGTH {
            if self.counts[index] > 0 {
                self.counts[index] = 0;
                self.causes[index] = CauseSums::default();
            }
        }
        self.count = 0;
    }

    /// How many requests were recorded.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The latency that a share of the requests does not exceed; zero when nothing was recorded.
    ///
    /// The rank is ⌈share × count⌉ as in most monitoring; within the bin requests are taken as evenly
    /// spread, and the error is at most the bin's width of 0.8 %.
    pub fn quantile(&self, share: f64) -> SimTime {
        quantile(self.counts.iter().copied().enumerate(), self.count, share)
    }

    /// How many requests took longer than this; within a bin they are taken as evenly spread.
    pub fn longer_than(&self, latency: SimTime) -> f64 {
        let index = index_of(latency.0);
        let (start, width) = bounds(index);
        let above = (start + width).saturating_sub(latency.0) as f64 / width as f64;
        let whole: u64 = self.counts[index + 1..].iter().sum();
        whole as f64 + self.counts[index] as f64 * above.min(1.0)
    }

    /// The counts alone, without the causes and the empty bins.
    pub fn counts(&self) -> SparseCounts {
        // One by one: a tree that is built at once sorts, though these come in order.
        let mut counts = BTreeMap::new();
        counts.extend(self.filled());
        SparseCounts(counts)
    }

    /// Where the time of all requests went.
    pub fn causes(&self) -> CauseSums {
        self.causes_from(0)
    }

    /// Where the time of the slowest requests went: those in or above the bin of this quantile.
    pub fn causes_above(&self, share: f64) -> (u64, CauseSums) {
        let first = index_of(self.quantile(share).0);
        (self.counts[first..].iter().sum(), self.causes_from(first))
    }

    fn causes_from(&self, first: usize) -> CauseSums {
        let mut sums = CauseSums::default();
        self.causes[first..].iter().for_each(|causes| add_causes(&mut sums, causes));
        sums
    }

    fn filled(&self) -> impl Iterator<Item = (usize, u64)> {
        self.counts.iter().copied().enumerate().filter(|&(_, count)| count > 0)
    }
}

/// Written as its filled bins: a row of index, count and nanoseconds by cause for each.
impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.filled().map(|(index, count)| (index, count, self.causes[index])))
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut histogram = Self::default();
        for (index, count, causes) in Vec::<(usize, u64, CauseSums)>::deserialize(from)? {
            let bin = histogram.counts.get_mut(index).ok_or_else(|| Error::custom("no such bin"))?;
            *bin += count;
            add_causes(&mut histogram.causes[index], &causes);
            histogram.count += count;
        }
        Ok(histogram)
    }
}

/// Adds nanoseconds by cause.
#[inline(always)]
pub fn add_causes(sums: &mut CauseSums, causes: &CauseSums) {
    for (sum, nanos) in sums.iter_mut().zip(causes) {
        *sum += nanos;
    }
}

/// The filled bins' counts of a [`Histogram`]: a few hundred bytes where it takes 180 KB.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SparseCounts(BTreeMap<usize, u64>);

impl SparseCounts {
    /// How many were recorded.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// As [`Histogram::quantile`].
    pub fn quantile(&self, share: f64) -> SimTime {
        quantile(self.0.iter().map(|(&index, &count)| (index, count)), self.total(), share)
    }

    /// Adds another's records.
    pub fn merge(&mut self, other: &Self) {
        for (&index, &count) in &other.0 {
            *self.0.entry(index).or_default() += count;
        }
    }
}

/// The quantile of counts given as (index of the bin, count) in ascending order.
fn quantile(counts: impl Iterator<Item = (usize, u64)>, total: u64, share: f64) -> SimTime {
    let rank = ((share * total as f64).ceil() as u64).clamp(1, total.max(1));
    let mut below = 0;
    for (index, count) in counts {
        if below + count >= rank {
            let inside = (rank - below) as f64 - 0.5;
            let (low, width) = bounds(index);
            return SimTime(low + (width as f64 * inside / count as f64) as u64);
        }
        below += count;
    }
    SimTime::ZERO
}

#[inline]
fn index_of(nanos: u64) -> usize {
    if nanos >> LEAST_BITS == 0 {
        return 0;
    }
    let power = nanos.ilog2();
    let within = (nanos >> (power - BIN_BITS)) as usize & (BINS - 1);
    ((power - LEAST_BITS) as usize * BINS + within + 1).min(LENGTH - 1)
}

/// The least latency of a bin and its width, in nanoseconds.
fn bounds(index: usize) -> (u64, u64) {
    let Some(above) = index.checked_sub(1) else {
        return (0, 1 << LEAST_BITS);
    };
    let power = LEAST_BITS + (above / BINS) as u32;
    let width = 1 << (power - BIN_BITS);
    ((1 << power) + (above % BINS) as u64 * width, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn causes(init: u64, computing: u64) -> CauseSums {
        CAUSES.map(|cause| match cause {
            Cause::ColdStart => init,
            Cause::Computing => computing,
            _ => 0,
        })
    }

    fn work(nanos: u64) -> CauseSums {
        causes(0, nanos)
    }

    #[test]
    fn every_latency_falls_into_the_bin_that_bounds_it() {
        for power in 0..50 {
            for latency in [1_u64 << power, (1 << power) + 1, (1 << power) * 3 / 2, (1 << power) * 2 - 1] {
                let (low, width) = bounds(index_of(latency));
                assert!((low..low + width).contains(&latency), "{latency} in {low}+{width}");
            }
        }
        assert_eq!(index_of(u64::MAX), LENGTH - 1, "the last bin takes what is longer");
    }

    #[test]
    fn percentiles_err_by_less_than_one_percent() {
        let mut histogram = Histogram::default();
        for step in 1..=100_000_u64 {
            histogram.record(work(step * 17_000));
        }
        for share in [0.001, 0.5, 0.95, 0.99, 0.999, 1.0] {
            let exact = (share * 100_000.0_f64).ceil() * 17_000.0;
            let error = (histogram.quantile(share).0 as f64 / exact - 1.0).abs();
            assert!(error < 0.01, "{share}: {error}");
        }
    }

    #[test]
    fn merging_equals_recording_together() {
        let (mut one, mut two, mut both) = (Histogram::default(), Histogram::default(), Histogram::default());
        for step in 0..1_000 {
            let causes = [step, 7 * step, 100_000 * step, 3, 0, 1, step % 5, 2];
            both.record(causes);
            if step % 3 == 0 { one.record(causes) } else { two.record(causes) }
        }
        one.merge(&two);
        assert_eq!(one, both);
    }

    #[test]
    fn a_histogram_is_read_back_as_it_was_written() {
        let mut histogram = Histogram::default();
        for step in 0..5_000_u64 {
            histogram.record([step, 0, 77_777 * step, 0, 0, 1, step % 5, u64::from(step == 9) << 52]);
        }
        let text = serde_json::to_string(&histogram).unwrap();
        assert_eq!(serde_json::from_str::<Histogram>(&text).unwrap(), histogram);
        assert!(serde_json::from_str::<Histogram>("[[99999,1,[0,0,0,0,0,0,0,0]]]").is_err());
    }

    #[test]
    fn the_slowest_are_told_apart_by_cause() {
        let mut histogram = Histogram::default();
        (0..990).for_each(|_| histogram.record(work(1_000_000)));
        (0..10).for_each(|_| histogram.record(causes(9_000_000, 1_000_000)));
        assert_eq!(histogram.causes_above(0.995), (10, causes(90_000_000, 10_000_000)));
    }

    #[test]
    fn requests_between_two_latencies_are_spread_over_the_bins_between_them() {
        let (low, high) = (1_000_000, 1_040_000);
        let (mut each, mut together) = (Histogram::default(), Histogram::default());
        for step in 0..4_000_u64 {
            each.record(work(low + 10 * step + 5));
            let lot = (step * 2_531 % 4_000) as f64 / 4_000.0;
            together.record_between(low, high, 1, &work(1_020_000), lot);
        }
        for (each, together) in each.counts.iter().zip(&together.counts) {
            assert!(each.abs_diff(*together) <= 2, "{each} and {together}");
        }
        assert_eq!(together.causes(), work(4_000 * 1_020_000));
        together.record_between(low, low, 7, &work(low), 0.9);
        assert_eq!(together.count(), 4_007);
    }

    #[test]
    fn an_empty_histogram_answers_zero() {
        assert_eq!(Histogram::default().quantile(0.99), SimTime::ZERO);
    }
}
