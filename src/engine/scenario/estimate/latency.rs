use super::fluid::Waits;
use crate::{
    random::{
        Law,
        math::{exp, ln},
    },
    workload::Laws,
};

/// The laws of a warm and of a cold request, tabulated, to be mixed in any shares.
pub struct Mixture {
    laws: Laws,
    /// Logarithm of the first latency of the table, and of the step from one to the next.
    first: f64,
    step: f64,
    /// The shares above each latency: of a warm request, of a cold one.
    tails: Vec<(f64, f64)>,
}

const POINTS: usize = 320;

impl Mixture {
    /// Tabulates waiting + computing, and the same + init.
    pub fn of(laws: &Laws) -> Self {
        let low: f64 = [laws.waiting, laws.computing].map(|law| law.quantile(1e-3)).iter().sum();
        let high: f64 =
            [laws.waiting, laws.computing, laws.init].map(|law| law.quantile_above(1e-4)).iter().sum();
        let (low, high) = ((low * 0.97).max(1e-6), (high * 1.05).max(2e-6));
        let (first, step) = (ln(low), (ln(high) - ln(low)) / (POINTS - 1) as f64);
        let (warm, cold) =
            (Sum::of(&[laws.waiting, laws.computing]), Sum::of(&[laws.init, laws.waiting, laws.computing]));
        let tails = (0..POINTS).map(|index| {
            let latency = exp(first + step * index as f64);
            (warm.tail(latency), cold.tail(latency))
        });
        Self { laws: *laws, first, step, tails: tails.collect() }
    }

    /// Mean seconds of a request's own work.
    pub fn work_mean(&self) -> f64 {
        self.laws.waiting.mean() + self.laws.computing.mean()
    }

    /// Mean seconds of calls of so many requests each, rounded up to whole steps.
    ///
    /// Half a step comes on top where a call takes many steps. Where it takes few, the mean is the sum over the steps
    /// of the share of calls that enter it.
    pub fn rounded_up_mean(&self, requests: f64, step_s: f64) -> f64 {
        let mean = requests * self.work_mean();
        if step_s < 0.1 * mean || requests > 1.5 {
            return mean + 0.5 * step_s;
        }
        let shares = (0..POINTS).map(|steps| self.tail(steps as f64 * step_s, 0.0));
        step_s * shares.take_while(|&share| share > 0.0).sum::<f64>()
    }

    /// Mean seconds of a start.
    pub fn init_mean(&self) -> f64 {
        self.laws.init.mean()
    }

    /// The share of the work that waits on others.
    pub fn waiting_share(&self) -> f64 {
        let work = self.work_mean();
        if work > 0.0 { self.laws.waiting.mean() / work } else { 0.0 }
    }

    /// The share of requests that take longer than a latency.
    pub fn above(&self, latency: f64, cold_share: f64, waits: &Waits) -> f64 {
        waits.atoms().map(|(weight, wait)| weight * self.tail(latency - wait, cold_share)).sum()
    }

    /// The latency that a share of the requests exceeds.
    pub fn exceeded_by(&self, share: f64, cold_share: f64, waits: &Waits) -> f64 {
        let (mut low, mut high) = (0.0, waits.longest() + exp(self.first + self.step * POINTS as f64));
        for _ in 0..48 {
            let middle = 0.5 * (low + high);
            if self.above(middle, cold_share, waits) > share { low = middle } else { high = middle }
        }
        0.5 * (low + high)
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

/// A sum of independent times: one of them as its law, the others as weighted values.
struct Sum {
    smooth: Law,
    atoms: Vec<(f64, f64)>,
}

impl Sum {
    /// The first law that has a spread stays a law, since a sum of values alone would have steps.
    fn of(laws: &[Law]) -> Self {
        let spread = |law: &Law| !matches!(law, Law::Constant(_));
        let smooth = laws.iter().position(spread).unwrap_or(0);
        let others = laws.iter().enumerate().filter(|&(index, _)| index != smooth);
        let atoms = others.fold(vec![(1.0, 0.0)], |sums, (_, &law)| pairs(&sums, &atoms(law)));
        Self { smooth: laws[smooth], atoms }
    }

    /// The share of sums above a value.
    fn tail(&self, value: f64) -> f64 {
        self.atoms.iter().map(|(weight, atom)| weight * self.smooth.tail(value - atom)).sum::<f64>().min(1.0)
    }
}

/// A law as weighted values: the trapezoid rule in its normal variable, which is exact to many digits
/// for smooth functions.
fn atoms(law: Law) -> Vec<(f64, f64)> {
    let Law::Lognormal { mu, sigma } = law else { return vec![(1.0, law.mean())] };
    const STEP: f64 = 0.75;
    let weight = |z: f64| STEP * exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    let node = |index: i32| {
        let z = f64::from(index) * STEP;
        (weight(z), exp(mu + sigma * z))
    };
    (-6..=6).map(node).collect()
}

fn pairs(one: &[(f64, f64)], other: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let with = |&(weight, value): &(f64, f64)| other.iter().map(move |(w, v)| (weight * w, value + v));
    one.iter().flat_map(with).collect()
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
        let mixture = Mixture::of(&laws);
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
            let got = Mixture::of(&law(mean_s)).rounded_up_mean(requests, step_s);
            assert!((got - expected).abs() < 0.001, "{mean_s} s: {got} for {expected}");
        }
    }
}
