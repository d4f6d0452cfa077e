use super::{slowdown, speed};
use crate::units::{Mebibytes, Milliseconds};

/// A function's work, as its durations at several sizes of memory tell it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemoryFit {
    /// Mean time that a request waits, whatever the memory.
    pub waiting: Milliseconds,
    /// Mean time that it computes on one vCPU.
    pub computing: Milliseconds,
    /// Threads that it computes on at once.
    pub threads: f64,
    /// Memory that the code uses.
    pub working_set: Mebibytes,
}

impl MemoryFit {
    /// The mean duration at a memory.
    pub fn duration(&self, memory: Mebibytes) -> Milliseconds {
        let stretch = slowdown(memory, self.working_set) / speed(memory, self.threads);
        Milliseconds(self.waiting.0 + self.computing.0 * stretch)
    }
}

const THREADS: [f64; 3] = [1.0, 2.0, 6.0];
/// The sizes of working set that are tried, as shares of the least memory measured.
const WORKING_SETS: [f64; 6] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9];
/// A shape with more to it must be better by this share, else the plainer one is believed.
const PLAINER: f64 = 0.9;
const ROUNDS: usize = 20;
/// Deviations below this share count as if they were so large: durations are not known better.
const NOISE: f64 = 0.01;

/// Reads waiting, computing, threads and working set from mean durations at sizes of memory.
///
/// The sum of relative deviations is made least, by least squares that are weighted again and again: a point
/// that a cold start spoilt then counts little. None without two different sizes, or with a duration that
/// is not positive.
pub fn fit_memory(points: &[(Mebibytes, Milliseconds)]) -> Option<MemoryFit> {
    let least = points.iter().map(|(memory, _)| memory.0).fold(f64::INFINITY, f64::min);
    let most = points.iter().map(|(memory, _)| memory.0).fold(0.0, f64::max);
    let positive = |&(memory, duration): &(Mebibytes, Milliseconds)| memory.0 > 0.0 && duration.0 > 0.0;
    if least >= most || !points.iter().all(positive) {
        return None;
    }
    let shapes = THREADS
        .iter()
        .flat_map(|&threads| WORKING_SETS.iter().map(move |share| (threads, Mebibytes(share * least))));
    let mut best: Option<(f64, MemoryFit)> = None;
    for (threads, working_set) in shapes {
        let (deviation, fit) = fit_shape(points, threads, working_set);
        if best.is_none_or(|(least, _)| deviation < PLAINER * least) {
            best = Some((deviation, fit));
        }
    }
    best.map(|(_, fit)| fit)
}

/// The best waiting and computing for threads and a working set, with the sum of relative deviations.
fn fit_shape(points: &[(Mebibytes, Milliseconds)], threads: f64, working_set: Mebibytes) -> (f64, MemoryFit) {
    let mut fit =
        MemoryFit { waiting: Milliseconds(0.0), computing: Milliseconds(1.0), threads, working_set };
    let stretches: Vec<f64> = points.iter().map(|&(memory, _)| fit.duration(memory).0).collect();
    let mut weights: Vec<f64> = points.iter().map(|(_, duration)| 1.0 / (duration.0 * duration.0)).collect();
    let mut total = 0.0;
    for _ in 0..ROUNDS {
        let (waiting, computing) = least_squares(points, &stretches, &weights);
        (fit.waiting, fit.computing) = (Milliseconds(waiting), Milliseconds(computing));
        total = 0.0;
        for (weight, &(memory, duration)) in weights.iter_mut().zip(points) {
            let deviation = (fit.duration(memory).0 / duration.0 - 1.0).abs();
            total += deviation;
            *weight = 1.0 / (duration.0 * duration.0 * deviation.max(NOISE));
        }
    }
    (total, fit)
}

/// Waiting and computing, neither below zero, that make the weighted squares of deviations least.
fn least_squares(points: &[(Mebibytes, Milliseconds)], stretches: &[f64], weights: &[f64]) -> (f64, f64) {
    let sum = |value: &dyn Fn(f64, f64) -> f64| -> f64 {
        let terms = points.iter().zip(stretches).zip(weights);
        terms.map(|(((_, duration), &stretch), &weight)| weight * value(stretch, duration.0)).sum()
    };
    let (ones, linear, square) =
        (sum(&|_, _| 1.0), sum(&|stretch, _| stretch), sum(&|stretch, _| stretch * stretch));
    let (target, product) = (sum(&|_, duration| duration), sum(&|stretch, duration| stretch * duration));
    let determinant = ones * square - linear * linear;
    if determinant <= 1e-12 * ones * square {
        return (0.0, product / square);
    }
    let waiting = (target * square - product * linear) / determinant;
    let computing = (ones * product - linear * target) / determinant;
    if waiting < 0.0 {
        (0.0, product / square)
    } else if computing < 0.0 {
        (target / ones, 0.0)
    } else {
        (waiting, computing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [f64; 7] = [128.0, 256.0, 512.0, 1_024.0, 1_769.0, 3_008.0, 5_000.0];

    fn curve(of: MemoryFit) -> Vec<(Mebibytes, Milliseconds)> {
        SIZES.map(|mb| (Mebibytes(mb), of.duration(Mebibytes(mb)))).to_vec()
    }

    #[test]
    fn a_curve_made_by_the_law_is_read_back() {
        for (waiting, computing, threads, share) in
            [(40.0, 25.0, 1.0, 0.0), (0.0, 300.0, 1.0, 0.8), (5.0, 80.0, 2.0, 0.0), (90.0, 0.0, 1.0, 0.0)]
        {
            let made = MemoryFit {
                waiting: Milliseconds(waiting),
                computing: Milliseconds(computing),
                threads,
                working_set: Mebibytes(share * 128.0),
            };
            let read = fit_memory(&curve(made)).expect("a curve");
            for (memory, duration) in curve(made) {
                let off = (read.duration(memory).0 / duration.0 - 1.0).abs();
                assert!(off < 1e-6, "{made:?} read as {read:?}: {off} at {memory:?}");
            }
        }
    }

    #[test]
    fn one_point_that_a_cold_start_spoilt_moves_the_others_little() {
        let made = MemoryFit {
            waiting: Milliseconds(40.0),
            computing: Milliseconds(25.0),
            threads: 1.0,
            working_set: Mebibytes(0.0),
        };
        let mut points = curve(made);
        points[3].1.0 *= 4.0;
        let read = fit_memory(&points).expect("a curve");
        for mb in [128.0, 1_024.0, 5_000.0] {
            let off = (read.duration(Mebibytes(mb)).0 / made.duration(Mebibytes(mb)).0 - 1.0).abs();
            assert!(off < 0.02, "{read:?}: {off} at {mb} MB");
        }
    }

    #[test]
    fn what_is_no_curve_is_not_fitted() {
        let point = |mb, ms| (Mebibytes(mb), Milliseconds(ms));
        assert_eq!(fit_memory(&[]), None);
        assert_eq!(fit_memory(&[point(128.0, 5.0), point(128.0, 6.0)]), None);
        assert_eq!(fit_memory(&[point(128.0, 5.0), point(256.0, 0.0)]), None);
    }
}
