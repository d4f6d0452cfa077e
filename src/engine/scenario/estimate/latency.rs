use std::sync::OnceLock;

use super::{
    fluid::Waits,
    tried::{Answer, Ends, Tried, mean_causes, try_out},
};
use crate::{
    metrics::{CAUSES, Cause},
    random::{
        Law,
        math::{exp, ln, normal_tail},
    },
    scenario::Scenario,
    units::sort_by_number,
    workload::Laws,
};

/// The laws of a warm and of a cold request, tabulated, to be mixed in any shares; with what becomes of them.
pub struct Mixture {
    /// Logarithm of the first latency of the table, and of the step from one to the next.
    first: f64,
    step: f64,
    /// The shares above each latency: of a warm request, of a cold one.
    tails: Vec<(f64, f64)>,
    /// Mean seconds by cause of an answered request that is warm, and of one that is cold.
    causes_s: [[f64; CAUSES.len()]; 2],
    work_s: f64,
    /// Variance of a request's work over its mean squared.
    variation: f64,
    init_s: f64,
    /// How much longer a cold request takes environments for, in all of its tries.
    cold_extra_s: f64,
    /// What becomes of warm ones, and of cold ones.
    ends: [Ends; 2],
    /// Calls per request: of a warm one, of a cold one.
    calls: [f64; 2],
    /// Answered warm requests in the order of their latency, where they were tried out.
    tried: Vec<Answer>,
}

const POINTS: usize = 320;
/// How near a latency is to the one looked for, as a part of it.
const NEAR_ENOUGH: f64 = 1e-9;

impl Mixture {
    /// Of a scenario's requests, each by itself.
    pub fn of(scenario: &Scenario) -> Self {
        if scenario.is_plain() {
            return Self::of_laws(&scenario.function.laws());
        }
        Self::of_tried(try_out(scenario))
    }

    /// Tabulates waiting + computing, and the same + init.
    fn of_laws(laws: &Laws) -> Self {
        let low: f64 = [laws.waiting, laws.computing].map(|law| law.quantile(1e-3)).iter().sum();
        let high: f64 =
            [laws.waiting, laws.computing, laws.init].map(|law| law.quantile_above(1e-4)).iter().sum();
        let (first, step) = grid(low, high);
        let (warm, cold) =
            (Sum::of(&[laws.waiting, laws.computing]), Sum::of(&[laws.init, laws.waiting, laws.computing]));
        let tails = latencies(first, step).map(|latency| (warm.tail(latency), cold.tail(latency)));
        let causes_s = |init_s: f64| {
            CAUSES.map(|cause| match cause {
                Cause::ColdStart => init_s,
                Cause::Waiting => laws.waiting.mean(),
                Cause::Computing => laws.computing.mean(),
                _ => 0.0,
            })
        };
        let work_s = laws.waiting.mean() + laws.computing.mean();
        Self {
            first,
            step,
            tails: tails.collect(),
            causes_s: [causes_s(0.0), causes_s(laws.init.mean())],
            work_s,
            variation: [laws.waiting, laws.computing]
                .map(|law| spread(law) * spread(law))
                .iter()
                .sum::<f64>()
                / (work_s * work_s).max(f64::MIN_POSITIVE),
            init_s: laws.init.mean(),
            cold_extra_s: laws.init.mean(),
            ends: [Ends::all_answered(); 2],
            calls: [1.0; 2],
            tried: Vec::new(),
        }
    }

    fn of_tried([warm, cold]: [Tried; 2]) -> Self {
        let both = || [&warm, &cold].into_iter().flat_map(|tried| &tried.answered);
        let low = both().map(|answer| answer.latency_s).fold(f64::INFINITY, f64::min);
        let high = both().map(|answer| answer.latency_s).fold(0.0, f64::max);
        let (first, step) = grid(low.min(high), high);
        let tails = warm.tails(latencies(first, step)).into_iter().zip(cold.tails(latencies(first, step)));
        Self {
            first,
            step,
            tails: tails.collect(),
            causes_s: [warm.causes_s(), cold.causes_s()],
            work_s: warm.work_s,
            variation: warm.variation(),
            init_s: cold.init_s,
            cold_extra_s: cold.init_s + cold.work_s - warm.work_s,
            ends: [warm.ends, cold.ends],
            calls: [warm.calls, cold.calls],
            tried: warm.answered,
        }
    }

    /// Mean seconds that a request in a ready environment takes, all of its tries together.
    pub fn work_mean(&self) -> f64 {
        self.work_s
    }

    /// Variance of a request's work over its mean squared.
    pub fn work_variation(&self) -> f64 {
        self.variation
    }

    /// Mean seconds of calls of so many requests each, rounded up to whole steps.
    ///
    /// Half a step comes on top where a call takes many steps. Where it takes few, the mean is the sum over the steps
    /// of the share of calls that enter it.
    pub fn rounded_up_mean(&self, requests: f64, step_s: f64) -> f64 {
        let mean = requests * self.work_mean();
        if step_s < 0.1 * mean || requests > 1.5 || !self.tried.is_empty() {
            return mean + 0.5 * step_s * self.calls[0];
        }
        let shares = (0..POINTS).map(|steps| self.tail(steps as f64 * step_s, 0.0));
        step_s * shares.take_while(|&share| share > 0.0).sum::<f64>()
    }

    /// Mean seconds of a start.
    pub fn init_mean(&self) -> f64 {
        self.init_s
    }

    /// What becomes of requests that find a place, of which a share is cold.
    pub fn ends(&self, cold_share: f64) -> Ends {
        let [warm, cold] = self.ends;
        warm.mixed(cold, cold_share)
    }

    /// The share of cold ones among the answered, where it is so much of those that find a place.
    pub fn cold_among_answered(&self, cold_share: f64) -> f64 {
        let answered = self.ends(cold_share).answered;
        if answered > 0.0 { cold_share * self.ends[1].answered / answered } else { 0.0 }
    }

    /// Calls per request that finds a place, of which a share is cold.
    pub fn calls(&self, cold_share: f64) -> f64 {
        let [warm, cold] = self.calls;
        warm + cold_share * (cold - warm)
    }

    /// How much longer a request that starts an environment takes environments for, in the mean.
    pub fn cold_extra_mean(&self) -> f64 {
        self.cold_extra_s
    }

    /// Mean seconds of an answer without any queue.
    pub fn mean_s(&self, cold_share: f64) -> f64 {
        self.causes_s(cold_share).iter().sum()
    }

    /// Mean seconds by cause, without any queue.
    pub fn causes_s(&self, cold_share: f64) -> [f64; CAUSES.len()] {
        let [warm, cold] = &self.causes_s;
        std::array::from_fn(|cause| warm[cause] + cold_share * (cold[cause] - warm[cause]))
    }

    /// Mean seconds by cause of warm requests that take so long or longer, in parts that sum to one.
    pub fn parts_above(&self, latency_s: f64) -> [f64; CAUSES.len()] {
        let first = self.tried.partition_point(|answer| answer.latency_s < latency_s);
        let means = match &self.tried[first..] {
            [] => self.causes_s[0],
            slowest => mean_causes(slowest),
        };
        let total: f64 = means.iter().sum();
        means.map(|mean| if total > 0.0 { mean / total } else { 0.0 })
    }

    /// The share of requests that take longer than a latency.
    pub fn above(&self, latency: f64, cold_share: f64, waits: &Waits) -> f64 {
        waits.atoms().map(|(weight, wait)| weight * self.tail(latency - wait, cold_share)).sum()
    }

    /// The latency that a share of the requests exceeds.
    pub fn exceeded_by(&self, share: f64, cold_share: f64, waits: &Waits) -> f64 {
        if let Some(wait) = waits.only() {
            return wait + self.exceeded_without_waits(share, cold_share);
        }
        let (mut low, mut high) = (0.0, waits.longest() + exp(self.first + self.step * POINTS as f64));
        while high - low > NEAR_ENOUGH * high {
            let middle = 0.5 * (low + high);
            if self.above(middle, cold_share, waits) > share { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// The same where all wait as long: [`Mixture::tail`] the other way round.
    fn exceeded_without_waits(&self, share: f64, cold_share: f64) -> f64 {
        let mixed = |(warm, cold): (f64, f64)| warm + cold_share * (cold - warm);
        let next = self.tails.partition_point(|&tails| mixed(tails) > share);
        if next == 0 || next >= POINTS {
            return exp(self.first + self.step * next.min(POINTS - 1) as f64);
        }
        let (left, right) = (mixed(self.tails[next - 1]), mixed(self.tails[next]));
        exp(self.first + self.step * ((next - 1) as f64 + (left - share) / (left - right)))
    }

    /// The share above a latency without any queue, by interpolation in its logarithm.
    fn tail(&self, latency: f64, cold_share: f64) -> f64 {
        if latency <= 0.0 {
            return 1.0;
        }
        let place = (ln(latency) - self.first) / self.step;
        if place <= 0.0 {
            return 1.0;
        }
        let index = place as usize;
        if index + 1 >= POINTS {
            return 0.0;
        }
        let mixed = |(warm, cold): (f64, f64)| warm + cold_share * (cold - warm);
        let (left, right) = (mixed(self.tails[index]), mixed(self.tails[index + 1]));
        left + (right - left) * (place - index as f64)
    }
}

/// Logarithms of the first latency and of the step of a table from somewhat below to somewhat above.
fn grid(low: f64, high: f64) -> (f64, f64) {
    let (low, high) = ((low * 0.97).max(1e-6), (high * 1.05).max(2e-6));
    (ln(low), (ln(high) - ln(low)) / (POINTS - 1) as f64)
}

fn latencies(first: f64, step: f64) -> impl Iterator<Item = f64> {
    (0..POINTS).map(move |index| exp(first + step * index as f64))
}

/// A sum of independent times: one of them as its law, the others as weighted values.
struct Sum {
    smooth: Law,
    atoms: Vec<(f64, f64)>,
}

impl Sum {
    /// The widest law stays a law: values as far apart as another's spread do not show as steps in it.
    fn of(laws: &[Law]) -> Self {
        let widest = |a: &usize, b: &usize| spread(laws[*a]).total_cmp(&spread(laws[*b]));
        let smooth = (0..laws.len()).max_by(widest).unwrap_or(0);
        let others = laws.iter().enumerate().filter(|&(index, _)| index != smooth);
        let apart = NEAR * bulk(laws[smooth]);
        let atoms =
            others.fold(vec![(1.0, 0.0)], |sums, (_, &law)| gathered(pairs(&sums, &atoms(law)), apart));
        Self { smooth: laws[smooth], atoms }
    }

    /// The share of sums above a value.
    fn tail(&self, value: f64) -> f64 {
        let above = |&(weight, atom): &(f64, f64)| weight * tail_of(self.smooth, value - atom);
        self.atoms.iter().map(above).sum::<f64>().min(1.0)
    }
}

/// Values nearer to each other than this part of the widest law's bulk become one.
const NEAR: f64 = 0.15;

/// How far the most common values are spread, which is less than the standard deviation where a few are far off.
fn bulk(law: Law) -> f64 {
    match law {
        Law::Lognormal { mu, sigma } => exp(mu) * sigma,
        _ => spread(law),
    }
}

/// The standard deviation.
fn spread(law: Law) -> f64 {
    match law {
        Law::Constant(_) => 0.0,
        Law::Exponential { mean } => mean,
        Law::Lognormal { sigma, .. } => law.mean() * (exp(sigma * sigma) - 1.0).sqrt(),
    }
}

/// [`Law::tail`], a lognormal's from a table: its error is below 2e-6.
fn tail_of(law: Law, value: f64) -> f64 {
    match law {
        Law::Lognormal { mu, sigma } if value > 0.0 => tabulated_tail((ln(value) - mu) / sigma),
        _ => law.tail(value),
    }
}

/// Steps of the table for each standard deviation, and how many of these it reaches to.
const TABLE_STEPS: f64 = 128.0;
const TABLE_END: f64 = 8.0;

fn tabulated_tail(z: f64) -> f64 {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    let at = |step: usize| normal_tail(step as f64 / TABLE_STEPS - TABLE_END);
    let table = TABLE.get_or_init(|| (0..=(2.0 * TABLE_END * TABLE_STEPS) as usize + 1).map(at).collect());
    let place = (z.clamp(-TABLE_END, TABLE_END) + TABLE_END) * TABLE_STEPS;
    let index = place as usize;
    table[index] + (table[index + 1] - table[index]) * (place - index as f64)
}

/// A law as weighted values: the trapezoid rule in its normal variable, which is exact to many digits
/// for smooth functions.
fn atoms(law: Law) -> Vec<(f64, f64)> {
    let Law::Lognormal { mu, sigma } = law else { return vec![(1.0, law.mean())] };
    const STEP: f64 = 0.25;
    let weight = |z: f64| STEP * exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    let node = |index: i32| {
        let z = f64::from(index) * STEP;
        (weight(z), exp(mu + sigma * z))
    };
    (-18..=18).map(node).collect()
}

fn pairs(one: &[(f64, f64)], other: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let with = |&(weight, value): &(f64, f64)| other.iter().map(move |(w, v)| (weight * w, value + v));
    one.iter().flat_map(with).collect()
}

/// Weighted values with those that lie within so much of each other taken together, in order.
fn gathered(mut atoms: Vec<(f64, f64)>, apart: f64) -> Vec<(f64, f64)> {
    sort_by_number(&mut atoms, |&(_, value)| value);
    let mut gathered: Vec<(f64, f64)> = Vec::with_capacity(atoms.len());
    let mut least = f64::NEG_INFINITY;
    for (weight, value) in atoms {
        match gathered.last_mut() {
            Some(last) if value - least <= apart => {
                last.1 += (value - last.1) * weight / (last.0 + weight);
                last.0 += weight;
            }
            _ => {
                least = value;
                gathered.push((weight, value));
            }
        }
    }
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixture_quantiles_reproduce_the_table_of_exact_values() {
        // Warm lognormal (mean 0.1, sigma 0.5), cold adds lognormal (mean 0.5, sigma 0.4).
        let laws = Laws {
            waiting: Law::lognormal(0.1, 0.5),
            computing: Law::Constant(0.0),
            init: Law::lognormal(0.5, 0.4),
        };
        let mixture = Mixture::of_laws(&laws);
        for (cold_share, above, expected) in [
            (0.001, 0.5, 0.088_305_065_288_072_14),
            (0.001, 0.01, 0.287_818_137_368_099_64),
            (0.001, 0.001, 0.484_522_176_552_064_37),
            (0.02, 0.5, 0.089_385_671_010_998_96),
            (0.02, 0.01, 0.565_544_355_043_726_2),
            (0.02, 0.001, 1.001_007_140_729_659_5),
        ] {
            let got = mixture.exceeded_by(above, cold_share, &Waits::none());
            assert!((got / expected - 1.0).abs() < 0.005, "{cold_share}, {above}: {got} for {expected}");
        }
    }

    #[test]
    fn sums_of_laws_as_different_as_they_may_be_have_the_exact_quantiles() {
        // Values of the numerical integral over the second law, in Python.
        for (one, other, expected) in [
            ((1.0, 0.18), (0.3, 0.8), [1.242_329, 1.887_466, 2.454_004, 3.614_86]),
            ((0.01, 0.25), (0.09, 0.25), [0.097_263, 0.141_792, 0.166_267, 0.199_12]),
            ((0.1, 1.5), (0.3, 0.4), [0.341_767, 0.768_499, 1.390_435, 3.653_67]),
        ] {
            let [waiting, computing] = [one, other].map(|(mean, sigma)| Law::lognormal(mean, sigma));
            let mixture = Mixture::of_laws(&Laws { waiting, computing, init: Law::Constant(0.0) });
            for (above, expected) in [0.5, 0.05, 0.01, 0.001].into_iter().zip(expected) {
                let got = mixture.exceeded_by(above, 0.0, &Waits::none());
                assert!((got / expected - 1.0).abs() < 0.005, "{one:?} {above}: {got} for {expected}");
            }
        }
    }

    #[test]
    fn calls_are_rounded_up_by_half_a_step_or_by_the_steps_that_they_enter() {
        let law = |mean_s: f64| Laws {
            waiting: Law::lognormal(mean_s, 0.5),
            computing: Law::Constant(0.0),
            init: Law::Constant(0.0),
        };
        // P(X > 100 ms) of mean 80 ms and sigma 0.5 is 0.2431, P(X > 200 ms) 0.0186, P(X > 300 ms) 0.0019.
        for (mean_s, requests, step_s, expected) in [
            (1.0, 1.0, 0.001, 1.0005),
            (0.02, 10.0, 0.1, 0.25),
            (0.01, 1.0, 0.1, 0.1),
            (0.08, 1.0, 0.1, 0.1264),
        ] {
            let got = Mixture::of_laws(&law(mean_s)).rounded_up_mean(requests, step_s);
            assert!((got - expected).abs() < 0.001, "{mean_s} s: {got} for {expected}");
        }
    }
}
