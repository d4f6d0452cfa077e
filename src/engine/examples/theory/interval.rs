//! Confidence from independent batches.

use std::collections::BTreeMap;

use burstlab_engine::random::math::normal_quantile;

/// One output of one batch: a sum over something and a count of it, or any two whose ratio is meant.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    pub of: f64,
    pub per: f64,
}

/// A value that each batch has one of.
pub fn plain(of: f64) -> Ratio {
    Ratio { of, per: 1.0 }
}

/// A ratio of two sums.
pub fn ratio(of: f64, per: f64) -> Ratio {
    Ratio { of, per }
}

/// The outputs of one batch, by name.
pub type Outputs = BTreeMap<&'static str, Ratio>;

/// The ratio of two sums over batches, and how sure it is.
///
/// Sums are added up over all batches before they are divided: a mean of the batches' own ratios would be off where
/// a batch holds only a few of what is counted. The variance is that of the linearised ratio (the delta method).
#[derive(Clone, Copy, Debug, Default)]
pub struct Batches {
    count: f64,
    of: f64,
    per: f64,
    of_of: f64,
    of_per: f64,
    per_per: f64,
}

/// Adds up batches: outputs by name, and for whole-number quantiles the distribution itself.
#[derive(Debug, Default)]
pub struct Tally {
    outputs: BTreeMap<&'static str, Batches>,
    /// By count: the share of a batch that found no more than it.
    at_most: Vec<Batches>,
    /// Batches added.
    pub count: usize,
}

/// What one batch yields.
#[derive(Debug, Default)]
pub struct Batch {
    pub outputs: Outputs,
    /// By count: the share that found no more than it; empty where counts are not asked for.
    pub at_most: Vec<f64>,
}

impl From<Outputs> for Batch {
    fn from(outputs: Outputs) -> Self {
        Self { outputs, at_most: Vec::new() }
    }
}

impl Tally {
    /// Adds one batch.
    pub fn add(&mut self, batch: Batch) {
        for (name, value) in batch.outputs {
            self.outputs.entry(name).or_default().add(value);
        }
        // Beyond the longest list so far every earlier batch had all of its share below.
        let full = Batches::constant(1.0, self.count);
        self.at_most.resize(self.at_most.len().max(batch.at_most.len()), full);
        for (at, batches) in self.at_most.iter_mut().enumerate() {
            batches.add(plain(batch.at_most.get(at).copied().unwrap_or(1.0)));
        }
        self.count += 1;
    }

    /// An output's mean and half the width of its 99.99 % interval.
    pub fn get(&self, name: &str) -> Option<(f64, f64)> {
        match name {
            "p99_occupancy" => self.count_quantile(0.99),
            "p999_occupancy" => self.count_quantile(0.999),
            _ => self.outputs.get(name).map(|batches| (batches.mean(), batches.half_width())),
        }
    }

    /// The least count that a share does not exceed. It is certain, or unknown by one at least.
    fn count_quantile(&self, share: f64) -> Option<(f64, f64)> {
        let count = self.at_most.iter().position(|batches| batches.mean() >= share)?;
        let reached = self.at_most[count].mean() - self.at_most[count].half_width() >= share;
        let before = count.checked_sub(1).map(|before| self.at_most[before]);
        let not_before = before.is_none_or(|batches| batches.mean() + batches.half_width() < share);
        Some((count as f64, if reached && not_before { 0.0 } else { 1.0 }))
    }
}

/// The confidence that intervals are given with, as the share outside on one side.
const OUTSIDE: f64 = 0.5e-4;

impl Batches {
    /// So many batches of one value.
    fn constant(value: f64, count: usize) -> Self {
        let count = count as f64;
        let (of, of_of) = (value * count, value * value * count);
        Self { count, of, per: count, of_of, of_per: of, per_per: count }
    }

    /// Adds one batch.
    pub fn add(&mut self, Ratio { of, per }: Ratio) {
        self.count += 1.0;
        self.of += of;
        self.per += per;
        self.of_of += of * of;
        self.of_per += of * per;
        self.per_per += per * per;
    }

    /// The ratio over all batches.
    pub fn mean(&self) -> f64 {
        self.of / self.per
    }

    /// Half the width of the 99.99 % interval around it.
    pub fn half_width(&self) -> f64 {
        if self.count < 2.0 {
            return f64::INFINITY;
        }
        let ratio = self.mean();
        let squares = self.of_of - 2.0 * ratio * self.of_per + ratio * ratio * self.per_per;
        let deviation = (squares.max(0.0) / (self.count - 1.0) / self.count).sqrt();
        student_quantile(self.count - 1.0) * deviation / (self.per / self.count)
    }
}

/// The quantile of Student's law, by its expansion around the normal one (Abramowitz and Stegun 26.7.5).
fn student_quantile(freedom: f64) -> f64 {
    let z = -normal_quantile(OUTSIDE);
    let (z3, z5) = (z * z * z, z * z * z * z * z);
    z + (z3 + z) / (4.0 * freedom) + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom * freedom)
}
