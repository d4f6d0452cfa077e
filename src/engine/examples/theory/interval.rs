//! Confidence from independent batches.

use std::collections::BTreeMap;

use burstlab_engine::random::math::normal_quantile;

use crate::gaps::{Ends, cold_starts};

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

/// What one batch yields.
#[derive(Debug, Default)]
pub struct Batch {
    pub outputs: Outputs,
    /// By count: the share that found no more than it; empty where counts are not asked for.
    pub at_most: Vec<f64>,
    /// Control variates: values whose mean is known to be zero.
    pub controls: Vec<f64>,
    /// What the simulation did that it must not, if anything.
    pub fault: Option<&'static str>,
    /// What its gaps tell of cold starts, and how long they have to last; none where cold starts are counted.
    pub gaps: Option<(Ends, f64)>,
}

impl From<Outputs> for Batch {
    fn from(outputs: Outputs) -> Self {
        Self { outputs, ..Self::default() }
    }
}

/// All batches of a case so far.
///
/// Sums are added up over the batches before they are divided: a mean of the batches' own ratios would be off where a
/// batch holds only a few of what is counted. Where a batch brings control variates, what they explain of an output is
/// taken off it by regression: the number of times that a rare level was visited varies, and its mean is known.
#[derive(Debug, Default)]
pub struct Tally {
    batches: Vec<Batch>,
}

/// Outputs that are counts which so many of the instants do not exceed.
const COUNT_QUANTILES: [(&str, f64); 2] = [("p99_occupancy", 0.99), ("p999_occupancy", 0.999)];

/// Outputs that follow from what is drawn alone: a control that takes its mean as known would judge them by themselves.
const UNCONTROLLED: [&str; 7] =
    ["rho", "mean", "mean_busy", "throughput", "mean_response_s", DRAWN_RATE, DRAWN_SERVICE];

/// The arrivals of a second as they were drawn; judged in every case whose controls take the rate as known.
pub const DRAWN_RATE: &str = "drawn_rate";
/// The mean service as it was drawn, alike.
pub const DRAWN_SERVICE: &str = "drawn_service_s";

/// The confidence that intervals are given with, as the share outside on one side.
const OUTSIDE: f64 = 0.5e-4;

impl Tally {
    /// Adds one batch.
    pub fn add(&mut self, batch: Batch) {
        self.batches.push(batch);
    }

    /// What a simulation did that it must not.
    pub fn fault(&self) -> Option<&'static str> {
        self.batches.iter().find_map(|batch| batch.fault)
    }

    /// Whether any batch measures an output.
    pub fn measures(&self, name: &str) -> bool {
        let counts =
            |batch: &Batch| !batch.at_most.is_empty() && COUNT_QUANTILES.iter().any(|at| at.0 == name);
        self.batches.first().is_some_and(|batch| batch.outputs.contains_key(name) || counts(batch))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.batches.len()
    }

    /// An output's mean and half the width of its 99.99 % interval.
    pub fn get(&self, name: &str) -> Option<(f64, f64)> {
        if let Some(at) = COUNT_QUANTILES.iter().find(|at| at.0 == name) {
            return self.count_quantile(at.1);
        }
        let ratios: Option<Vec<Ratio>> =
            self.batches.iter().map(|batch| batch.outputs.get(name).copied()).collect();
        let ratios = ratios.filter(|ratios| !ratios.is_empty())?;
        let controlled = !UNCONTROLLED.contains(&name);
        Some(self.estimate(&self.by_gaps(name, ratios), controlled))
    }

    /// The same with cold starts as the gaps tell them, where an output is made of them and batches have gaps.
    fn by_gaps(&self, name: &str, mut ratios: Vec<Ratio>) -> Vec<Ratio> {
        let gaps: Option<Vec<&Ends>> =
            self.batches.iter().map(|batch| batch.gaps.as_ref().map(|gaps| &gaps.0)).collect();
        let counted_s = self.batches.first().and_then(|batch| batch.gaps.as_ref()).map(|gaps| gaps.1);
        if let (Some(gaps), Some(counted_s)) = (gaps, counted_s) {
            let cold = cold_starts(&gaps, counted_s);
            for (ratio, cold) in ratios.iter_mut().zip(cold) {
                match name {
                    "p_cold" | "p_cold_of_all" | "p_cold_of_accepted" => ratio.of = cold,
                    "mean_lifespan_s" => ratio.per = cold,
                    _ => {}
                }
            }
        }
        ratios
    }

    /// The ratio of the sums, its error by the delta method, both after regression on the controls.
    fn estimate(&self, ratios: &[Ratio], controlled: bool) -> (f64, f64) {
        let count = ratios.len() as f64;
        let per = ratios.iter().map(|ratio| ratio.per).sum::<f64>() / count;
        let value = ratios.iter().map(|ratio| ratio.of).sum::<f64>() / count / per;
        let residuals: Vec<f64> = ratios.iter().map(|ratio| ratio.of - value * ratio.per).collect();
        let of = |batch: &Batch| if controlled { batch.controls.len() } else { 0 };
        let controls: Vec<&[f64]> = self.batches.iter().map(|batch| &batch.controls[..of(batch)]).collect();
        let weights = regression(&residuals, &controls);
        let explained = |controls: &[f64]| dot(&weights, controls);
        let shift = controls.iter().map(|controls| explained(controls)).sum::<f64>() / count;
        let left = residuals
            .iter()
            .zip(&controls)
            .map(|(residual, controls)| residual - explained(controls) + shift);
        let freedom = count - 1.0 - weights.len() as f64;
        if freedom < 1.0 {
            return (value, f64::INFINITY);
        }
        let deviation = (left.map(|left| left * left).sum::<f64>() / freedom / count).sqrt();
        (value - shift / per, student_quantile(freedom) * deviation / per)
    }

    /// The least count that a share does not exceed: the middle and half the width of all that it can be.
    fn count_quantile(&self, share: f64) -> Option<(f64, f64)> {
        let longest = self.batches.iter().map(|batch| batch.at_most.len()).max()?;
        let at = |count: usize| {
            let share = |batch: &Batch| plain(batch.at_most.get(count).copied().unwrap_or(1.0));
            self.estimate(&self.batches.iter().map(share).collect::<Vec<_>>(), false)
        };
        let least = (0..longest).find(|&count| at(count).0 + at(count).1 >= share)?;
        let most = (least..longest).find(|&count| at(count).0 - at(count).1 >= share)?;
        Some((0.5 * (least + most) as f64, 0.5 * (most - least) as f64))
    }
}

/// The weights of the controls that explain most of the residuals (least squares about the means, by the normal
/// equations).
///
/// A control whose mean is not zero by more than chance, as where a constant service is rounded, gets no weight: it
/// would explain how far the others' means are from zero, which is just what is to be taken off.
fn regression(residuals: &[f64], controls: &[&[f64]]) -> Vec<f64> {
    const BY_CHANCE: f64 = 36.0;
    let width = controls.first().map_or(0, |controls| controls.len());
    let count = controls.len().max(1) as f64;
    let mean = |value: &dyn Fn(&[f64]) -> f64| controls.iter().map(|one| value(one)).sum::<f64>() / count;
    let means: Vec<f64> = (0..width).map(|at| mean(&|one| one[at])).collect();
    let is_sound = |at: usize| {
        let variance = mean(&|one| (one[at] - means[at]) * (one[at] - means[at]));
        means[at] * means[at] <= BY_CHANCE * variance / count
    };
    let sound: Vec<f64> = (0..width).map(|at| f64::from(u8::from(is_sound(at)))).collect();
    let mut rows = vec![vec![0.0; width + 1]; width];
    for (residual, controls) in residuals.iter().zip(controls) {
        let centred: Vec<f64> = (0..width).map(|at| sound[at] * (controls[at] - means[at])).collect();
        for (row, control) in rows.iter_mut().zip(&centred) {
            row.iter_mut()
                .zip(centred.iter().chain([residual]))
                .for_each(|(sum, other)| *sum += control * other);
        }
    }
    solved(rows)
}

/// Gaussian elimination; a control that adds nothing to those before it gets no weight.
fn solved(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let width = rows.len();
    let scale: Vec<f64> = (0..width).map(|at| rows[at][at]).collect();
    for pivot in 0..width {
        if rows[pivot][pivot] <= 1e-9 * scale[pivot] {
            rows.iter_mut().for_each(|row| row[pivot] = 0.0);
            rows[pivot] = vec![0.0; width + 1];
            rows[pivot][pivot] = 1.0;
        }
        let row = rows[pivot].clone();
        for (_, other) in rows.iter_mut().enumerate().filter(|(at, _)| *at != pivot) {
            let factor = other[pivot] / row[pivot];
            other.iter_mut().zip(&row).for_each(|(value, pivot)| *value -= factor * pivot);
        }
    }
    rows.iter().enumerate().map(|(at, row)| row[width] / row[at]).collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// The quantile of Student's law, by its expansion around the normal one (Abramowitz and Stegun 26.7.5).
fn student_quantile(freedom: f64) -> f64 {
    let z = -normal_quantile(OUTSIDE);
    let (z3, z5) = (z * z * z, z * z * z * z * z);
    z + (z3 + z) / (4.0 * freedom) + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom * freedom)
}
