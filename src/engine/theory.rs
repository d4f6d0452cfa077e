//! Queueing theory in closed form: what a fleet or a group of servers does on average, without simulating it.
//!
//! Used for the estimate within a frame, and to check the simulators against.

use crate::random::math::{exp, expm1_neg, ln};

/// The Poisson law's probabilities around its mean: (first count, probabilities), the rest below 1e-18.
pub fn poisson(mean: f64) -> (usize, Vec<f64>) {
    if mean <= 0.0 {
        return (0, vec![1.0]);
    }
    let spread = 9.0 * mean.sqrt() + 12.0;
    let first = (mean - spread).max(0.0) as usize;
    let last = (mean + spread) as usize;
    // From the mode outwards by ratios, then scaled to one: no factorial, no underflow.
    let mode = (mean as usize).clamp(first, last);
    let mut weights = vec![0.0; last - first + 1];
    weights[mode - first] = 1.0;
    for count in mode + 1..=last {
        weights[count - first] = weights[count - first - 1] * mean / count as f64;
    }
    for count in (first..mode).rev() {
        weights[count - first] = weights[count - first + 1] * (count + 1) as f64 / mean;
    }
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    (first, weights)
}

/// Erlang's B: the share of requests turned away by `servers` places at `load` erlangs (A. K. Erlang,
/// 1917). Holds for any service law.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, server| {
        let offered = load * blocked;
        offered / (f64::from(server) + offered)
    })
}

/// Erlang's C: the share of requests that wait for one of `servers`, at a load below their number.
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let blocked = erlang_b(servers, load);
    blocked / (1.0 - load / f64::from(servers) * (1.0 - blocked))
}

/// What theory says of the wait for one of some servers, in the order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delay {
    /// The share of requests that wait.
    pub share: f64,
    /// Mean seconds that one of those waits; its law is taken as exponential.
    pub mean_s: f64,
}

/// The wait at `servers` for work of `mean_s` seconds at a load below their number.
///
/// `variability` is the mean of two squared coefficients of variation, of the times between arrivals and of the
/// work: 1 is M/M/c and exact, M/G/1 has the exact mean; else Allen and Cunneen's scaling of it, with the correction
/// for even work of Cosmetatos (1976), which is within 2 % of M/D/c at the loads that matter.
pub fn delay(servers: u32, load: f64, mean_s: f64, variability: f64) -> Delay {
    let count = f64::from(servers);
    if load <= 0.0 || load >= count {
        return Delay::default();
    }
    let (share, spare) = (erlang_c(servers, load), count - load);
    // Without variability in the work the wait is a little more than half of that of M/M/c.
    let busy = load / count;
    let even =
        1.0 + (1.0 - busy) * (count - 1.0) * ((4.0 + 5.0 * count).sqrt() - 2.0) / (16.0 * busy * count);
    let evenness = (2.0 * (1.0 - variability)).clamp(0.0, 1.0);
    let corrected = 1.0 + evenness * (even.min(2.0) - 1.0);
    Delay { share, mean_s: mean_s / spare * variability * corrected }
}

/// A fleet whose environments are kept for a while, at a steady rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KeptFleet {
    /// The share of requests that find no environment ready.
    pub cold_share: f64,
    /// Environments on average, busy ones included.
    pub environments: f64,
}

/// How long environments are kept, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// Without work, while the function is busy now and then.
    pub surplus: f64,
    /// Without any request to the function, which then loses all of them.
    pub rest: f64,
    /// From their start, even when they are always busy.
    pub age: f64,
}

impl Kept {
    /// Each on its own, for so long without work.
    pub fn fixed(idle: f64) -> Self {
        Self { surplus: idle, rest: f64::INFINITY, age: f64::INFINITY }
    }

    /// How long the only one is kept.
    fn alone(&self) -> f64 {
        self.surplus.min(self.rest)
    }

    /// How often in a second a stream of this rate and load leaves the function at rest for too long.
    fn rests(&self, rate: f64, load: f64) -> f64 {
        rate * exp(-load - rate * self.rest)
    }

    /// The same fleet where none outlives its age: of lives that end by chance, those beyond it are cut short, and
    /// another starts for each.
    fn aged(&self, fleet: KeptFleet, rate: f64) -> KeptFleet {
        if self.age.is_infinite() || fleet.environments <= 0.0 {
            return fleet;
        }
        // One that is too old is missed when it would be used again.
        let age = self.age + 0.5 * self.surplus;
        let started = fleet.cold_share * rate;
        let lives = age * started / fleet.environments;
        let by_age = fleet.environments / age;
        let started = if lives > 1e-6 { started / expm1_neg(lives) } else { by_age };
        KeptFleet { cold_share: (started / rate).min(1.0), ..fleet }
    }
}

/// Cold starts and fleet size of a steady Poisson stream, by the level formula.
///
/// A request that raises the number at work from j to j + 1 is cold when j + 1 was not visited within the
/// keep-alive T. The time to visit a level is nearly exponential with its mean H, which the birth-death
/// chain gives level by level: E[time from j to j + 1] = h_j = (1 + j μ h_{j-1}) / λ. Levels up to
/// `provisioned` are always ready and not counted as environments. Within 1 % of the exact value where T
/// is much longer than the service; for services of any law with this mean. Where a function at rest loses all
/// environments, the rests that are too long come by chance between two visits.
pub fn kept_fleet(rate: f64, mean_service: f64, kept: Kept, provisioned: u32) -> KeptFleet {
    let load = rate * mean_service;
    if load <= 0.0 {
        return instant_service(rate, kept.alone(), provisioned);
    }
    let mut fleet = KeptFleet::default();
    let first = each_level(rate, mean_service, kept, |level, cold_share, environments| {
        if level >= provisioned as usize {
            fleet.cold_share += cold_share;
            fleet.environments += environments;
        }
    });
    fleet.environments += first.saturating_sub(provisioned as usize) as f64;
    kept.aged(fleet, rate)
}

/// Tells what each level above the first of its count adds to the cold share and to the environments; those below are
/// always there.
fn each_level(rate: f64, mean_service: f64, kept: Kept, mut tell: impl FnMut(usize, f64, f64)) -> usize {
    let load = rate * mean_service;
    let rests = kept.rests(rate, load);
    let (first, probabilities) = poisson(load);
    let (mut step, mut visit) = (0.0, 0.0);
    let mut below = 0.0;
    for level in first..first + probabilities.len() + 64 {
        let probability = probabilities.get(level - first).copied().unwrap_or(0.0);
        step = (1.0 + level as f64 / mean_service * step) / rate;
        visit += step;
        if visit.is_infinite() {
            // Levels that are never reached: a request now and then, each over long before the next.
            break;
        }
        below += probability;
        let unvisited = match level {
            0 => exp(-kept.alone() / visit),
            // A visit, and no rest since, within the time.
            _ => 1.0 - expm1_neg(kept.surplus * (1.0 / visit + rests)) / (1.0 + rests * visit),
        };
        tell(level, probability * step / visit * unvisited, 1.0 - below.min(1.0) * unvisited);
    }
    first
}

/// A kept fleet beside every number of environments that may be held: [`kept_fleet`] for all of them at once.
#[derive(Clone, Debug)]
pub struct Levels {
    rate: f64,
    mean_service: f64,
    kept: Kept,
    first: usize,
    /// From each level on: the sums of what all above it add.
    above: Vec<KeptFleet>,
}

impl Levels {
    /// Of a steady stream.
    pub fn of(rate: f64, mean_service: f64, kept: Kept) -> Self {
        let (mut first, mut above) = (0, Vec::new());
        if rate * mean_service > 0.0 {
            first = each_level(rate, mean_service, kept, |_, cold_share, environments| {
                above.push(KeptFleet { cold_share, environments });
            });
        }
        let mut sum = KeptFleet::default();
        for level in above.iter_mut().rev() {
            sum.cold_share += level.cold_share;
            sum.environments += level.environments;
            *level = sum;
        }
        Self { rate, mean_service, kept, first, above }
    }

    /// Beside so many that are held.
    pub fn beside(&self, held: u32) -> KeptFleet {
        if self.rate * self.mean_service <= 0.0 {
            return instant_service(self.rate, self.kept.alone(), held);
        }
        let held = held as usize;
        let mut fleet = self.above.get(held.saturating_sub(self.first)).copied().unwrap_or_default();
        fleet.environments += self.first.saturating_sub(held) as f64;
        self.kept.aged(fleet, self.rate)
    }
}

/// One environment, as long as gaps between requests are shorter than the keep-alive.
fn instant_service(rate: f64, keep_alive: f64, provisioned: u32) -> KeptFleet {
    if provisioned > 0 || rate <= 0.0 {
        return KeptFleet::default();
    }
    let unvisited = exp(-rate * keep_alive);
    KeptFleet { cold_share: unvisited, environments: 1.0 - unvisited }
}

/// The exact value of [`kept_fleet`] for exponential service, by the chain's lowest eigenvalue at each level.
///
/// For each level n the chain that ends when n is reached has survival Σ c e^{-θ t}; when the keep-alive is
/// much longer than a service only the lowest θ is left of it. It is found by bisection of the number
/// of sign changes (Sturm), its vector by the chain's own recursion: O(n) per level.
pub fn kept_fleet_exact(rate: f64, mean_service: f64, keep_alive: f64) -> KeptFleet {
    let load = rate * mean_service;
    if load <= 0.0 {
        return instant_service(rate, keep_alive, 0);
    }
    let (first, probabilities) = poisson(load);
    let probability = |level: usize| level.checked_sub(first).and_then(|at| probabilities.get(at)).copied();
    let mut fleet = KeptFleet::default();
    for level in 1..first + probabilities.len() {
        let (from_below, from_stationary) =
            survival(level, rate, mean_service, keep_alive, &|level| probability(level).unwrap_or(0.0));
        fleet.cold_share += probability(level - 1).unwrap_or(0.0) * from_below;
        fleet.environments += 1.0 - from_stationary;
    }
    fleet
}

/// The chance that a level is not reached within the keep-alive: from one below it, and from the
/// stationary law (where being at or above it counts as reached).
fn survival(
    level: usize,
    rate: f64,
    mean_service: f64,
    keep_alive: f64,
    probability: &dyn Fn(usize) -> f64,
) -> (f64, f64) {
    let decay = lowest_decay(level, rate, mean_service);
    let left = exp(-decay * keep_alive);
    if left < 1e-300 {
        return (0.0, 0.0);
    }
    // The eigenvector by its recursion from level 0; norm and sum weighted by the stationary law.
    let mut vector = Vec::with_capacity(level);
    vector.push(1.0);
    for at in 1..level {
        let before = if at >= 2 { vector[at - 2] } else { 0.0 };
        let deaths = (at - 1) as f64 / mean_service;
        let here = vector[at - 1];
        vector.push(here + (deaths * (here - before) - decay * here) / rate);
    }
    let weighted = |power: i32| -> f64 {
        let value = |v: f64| if power == 1 { v } else { v * v };
        vector.iter().enumerate().map(|(at, &v)| probability(at) * value(v)).sum()
    };
    let (sum, norm) = (weighted(1), weighted(2));
    if norm <= 0.0 {
        return (0.0, 0.0);
    }
    (vector[level - 1] * sum / norm * left, sum * sum / norm * left)
}

/// The lowest θ with Q v = -θ v, Q the chain on 0..level that ends at `level`.
///
/// Vectors of larger θ change sign; so the lowest is where the recursion's value at `level` first
/// reaches zero.
fn lowest_decay(level: usize, rate: f64, mean_service: f64) -> f64 {
    let end_value = |decay: f64| {
        // Kept as the ratio of neighbours, which neither overflows nor underflows.
        let mut ratio = 1.0 - decay / rate;
        for at in 1..level {
            if ratio <= 0.0 {
                return ratio;
            }
            let deaths = at as f64 / mean_service;
            ratio = 1.0 + (deaths * (1.0 - 1.0 / ratio) - decay) / rate;
        }
        ratio
    };
    let (mut low, mut high) = (0.0, rate);
    for _ in 0..200 {
        // Decays span hundreds of orders of magnitude: first by halving exponents, then linearly.
        let middle =
            if low > 0.0 && high / low > 4.0 { exp(0.5 * (ln(low) + ln(high))) } else { midpoint(low, high) };
        if end_value(middle) > 0.0 { low = middle } else { high = middle }
    }
    midpoint(low, high)
}

fn midpoint(low: f64, high: f64) -> f64 {
    if low == 0.0 { high / 16.0 } else { 0.5 * (low + high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases of the table of exact values: (rate, service, keep-alive, cold share, environments).
    const KEPT: [(f64, f64, f64, f64, f64); 4] = [
        (0.9, 1.991, 600.0, 0.001_329_306_649_182_750_5, 7.691_933_507_685_456),
        (10.0, 1.991, 600.0, 0.000_287_930_247_116_347, 37.205_635_925_396_635),
        (1000.0, 0.1, 600.0, 4.601_952_107_130_074e-6, 146.449_844_008_525_47),
        (40.0, 0.25, 300.0, 9.863_036_394_957_509e-5, 24.304_718_617_117_302),
    ];

    #[test]
    fn the_exact_formula_reproduces_the_table() {
        for (rate, service, keep_alive, cold_share, environments) in KEPT {
            let fleet = kept_fleet_exact(rate, service, keep_alive);
            assert!((fleet.cold_share / cold_share - 1.0).abs() < 1e-6, "{rate}: {fleet:?}");
            assert!((fleet.environments / environments - 1.0).abs() < 1e-6, "{rate}: {fleet:?}");
        }
    }

    #[test]
    fn the_level_formula_is_near_the_exact_one() {
        for (rate, service, keep_alive, cold_share, environments) in KEPT {
            let fleet = kept_fleet(rate, service, Kept::fixed(keep_alive), 0);
            assert!((fleet.cold_share / cold_share - 1.0).abs() < 0.05, "{rate}: {fleet:?}");
            assert!((fleet.environments / environments - 1.0).abs() < 0.01, "{rate}: {fleet:?}");
        }
    }

    #[test]
    fn a_rare_request_is_cold_when_the_one_before_is_longer_ago_than_the_keep_alive() {
        for rate in [1e-6, 1e-4, 0.001_5, 0.004] {
            let (fleet, lone) = (kept_fleet(rate, 0.12, Kept::fixed(640.0), 0), exp(-rate * 640.0));
            assert!((fleet.cold_share / lone - 1.0).abs() < 0.01, "{rate}: {fleet:?}");
            assert!((fleet.environments - (1.0 - lone)).abs() < 0.01, "{rate}: {fleet:?}");
        }
    }

    #[test]
    fn all_numbers_held_are_answered_as_each_by_itself() {
        let kept = Kept { rest: 640.0, age: 7_200.0, ..Kept::fixed(1_000.0) };
        for (rate, service) in [(0.0, 1.0), (0.5, 0.0), (0.9, 1.991), (40.0, 0.25), (3.0, 100.0)] {
            let levels = Levels::of(rate, service, kept);
            for held in [0, 1, 5, 20, 200, 600] {
                let (all, one) = (levels.beside(held), kept_fleet(rate, service, kept, held));
                let off =
                    (all.cold_share - one.cold_share).abs() + (all.environments - one.environments).abs();
                assert!(off < 1e-9, "{rate} {service} {held}: {all:?} {one:?}");
            }
        }
    }

    #[test]
    fn an_age_starts_each_environment_again_and_a_rest_takes_them_all() {
        let of = |rate: f64, kept: Kept| kept_fleet(rate, 1.0, kept, 0);
        let plain = Kept::fixed(2_700.0);
        let aged = of(50.0, Kept { age: 7_200.0, ..plain });
        let (started, alone) = (50.0 * aged.cold_share, 50.0 * of(50.0, plain).cold_share);
        let by_age = aged.environments / (7_200.0 + 0.5 * 2_700.0);
        assert!(alone < by_age && started > by_age && started < by_age + alone, "{started} {alone} {by_age}");
        // Nearly alone: the next is cold after a rest.
        let resting = of(0.001, Kept { rest: 640.0, ..plain }).cold_share;
        assert!((resting / exp(-0.64) - 1.0).abs() < 0.01, "{resting}");
        // Never at rest for so long: as if each were on its own.
        let busy = of(10.0, Kept { rest: 640.0, ..plain });
        assert!((busy.cold_share / of(10.0, plain).cold_share - 1.0).abs() < 1e-9);
    }

    #[test]
    fn erlang_formulas_reproduce_known_values() {
        assert!((erlang_b(10, 8.0) - 0.121_661_064_252_951_5).abs() < 1e-14);
        assert!((erlang_c(10, 9.0) - 0.668_731_524_107_697).abs() < 1e-12);
    }

    #[test]
    fn delays_are_those_of_the_table_at_every_variability() {
        // M/M/c by Erlang's C, M/D/c solved as an embedded chain, M/G/1 by Pollaczek and Khinchine.
        let lognormal = (1.0 + exp(0.25) - 1.0) / 2.0;
        for (servers, rate, mean_s, variability, expected_s, within) in [
            (10, 9.0, 1.0, 1.0, 0.668_731_524_107_697, 1e-9),
            (100, 95.0, 1.0, 1.0, 0.101_291_370_782_604, 1e-9),
            (3, 0.9, 1.991, 1.0, 0.578_942_470_846_465, 1e-9),
            (10, 9.0, 1.0, 0.5, 0.344_582_050_370_146, 0.02),
            (5, 45.0, 0.1, 0.5, 0.077_669_515_819_699, 0.02),
            (1, 8.0, 0.1, 0.5, 0.2, 1e-9),
            (1, 8.0, 0.1, lognormal, 0.256_805_083_337_548, 1e-9),
        ] {
            let delay = delay(servers, rate * mean_s, mean_s, variability);
            let got = delay.share * delay.mean_s;
            assert!((got / expected_s - 1.0).abs() < within, "{servers} servers, {variability}: {got}");
        }
        assert_eq!(delay(4, 4.0, 1.0, 1.0), Delay::default(), "no wait is steady there");
    }

    #[test]
    fn poisson_probabilities_have_the_mean_and_variance() {
        for mean in [0.02, 1.8, 100.0, 5_000.0] {
            let (first, probabilities) = poisson(mean);
            let moment = |power: i32| -> f64 {
                let at = |index: usize| (first + index) as f64;
                let value = |x: f64| if power == 1 { x } else { x * x };
                probabilities.iter().enumerate().map(|(index, p)| p * value(at(index))).sum()
            };
            assert!((moment(1) / mean - 1.0).abs() < 1e-9, "{mean}");
            assert!(((moment(2) - moment(1) * moment(1)) / mean - 1.0).abs() < 1e-6, "{mean}");
        }
    }
}
