//! Confidence from independent batches.

use std::collections::BTreeMap;

use burstlab_engine::random::math::normal_quantile;

/// Mean and spread of one output over batches (Welford's recurrence).
#[derive(Clone, Copy, Debug, Default)]
pub struct Batches {
    count: f64,
    mean: f64,
    squares: f64,
}

/// The outputs of one batch, by name.
pub type Outputs = BTreeMap<&'static str, f64>;

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
            batches.add(batch.at_most.get(at).copied().unwrap_or(1.0));
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
    fn constant(mean: f64, count: usize) -> Self {
        Self { count: count as f64, mean, squares: 0.0 }
    }

    /// Adds one batch.
    pub fn add(&mut self, value: f64) {
        self.count += 1.0;
        let from_mean = value - self.mean;
        self.mean += from_mean / self.count;
        self.squares += from_mean * (value - self.mean);
    }

    /// The mean over the batches.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Half the width of the 99.99 % interval around the mean.
    pub fn half_width(&self) -> f64 {
        if self.count < 2.0 {
            return f64::INFINITY;
        }
        let variance = self.squares / (self.count - 1.0);
        student_quantile(self.count - 1.0) * (variance / self.count).sqrt()
    }
}

/// The quantile of Student's law, by its expansion around the normal one (Abramowitz and Stegun 26.7.5).
fn student_quantile(freedom: f64) -> f64 {
    let z = -normal_quantile(OUTSIDE);
    let (z3, z5) = (z * z * z, z * z * z * z * z);
    z + (z3 + z) / (4.0 * freedom) + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom * freedom)
}
