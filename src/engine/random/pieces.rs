use super::{
    Law,
    math::{exp, normal_quantile_quick, normal_tail},
};

/// A law as a row of even stretches: a quick stand-in whose integrals are plain polynomials.
#[derive(Clone, Debug)]
pub struct Pieces {
    /// Where stretches begin and end.
    knots: Vec<f64>,
    shares: Vec<f64>,
    /// At each knot: the share below, its integral, and the mean of what is below times its share.
    below: Vec<Below>,
}

/// What lies below a value.
#[derive(Clone, Copy, Debug, Default)]
struct Below {
    share: f64,
    /// The integral of the share up to the value.
    integral: f64,
    /// The values below, summed by their shares.
    sum: f64,
}

/// A value of the sum of two laws, and how the sum behaves there.
#[derive(Clone, Copy, Debug)]
pub struct Knot {
    /// The place in the law, as that of a standard normal one.
    pub score: f64,
    /// The value.
    pub value: f64,
    /// Its rise by the score.
    pub slope: f64,
    /// What the narrower of the two has of it in the mean, as a share.
    pub narrow_share: f64,
}

/// Stretches of a law, and how far they reach on either side, as standard normal scores: to 4 of 10¹¹.
const STRETCHES: usize = 256;
const REACH: f64 = 6.5;

impl Pieces {
    /// A law that is no constant, cut evenly by its score.
    pub fn of(law: Law) -> Self {
        let score = |step: usize| REACH * (step as f64 / STRETCHES as f64 - 1.0);
        // With the middles of the stretches.
        let fine: Vec<_> = (0..=2 * STRETCHES).map(|step| value_at(law, score(step))).collect();
        let weight: Vec<_> = (0..=2 * STRETCHES).map(|step| exp(-0.5 * score(step) * score(step))).collect();
        let excess = |stretch: usize| {
            let [low, middle, high] = [2 * stretch, 2 * stretch + 1, 2 * stretch + 2];
            let weights = [weight[low], 4.0 * weight[middle], weight[high]];
            let mean = (weights[0] * fine[low] + weights[1] * fine[middle] + weights[2] * fine[high])
                / (weights[0] + weights[1] + weights[2]);
            0.5 * (fine[low] + fine[high]) - mean
        };
        // An even stretch has its mean in its middle: its ends are moved until that is the law's.
        let knots = (0..=STRETCHES)
            .map(|knot| {
                let (left, right) = (knot.saturating_sub(1), knot.min(STRETCHES - 1));
                (fine[2 * knot] - 0.5 * (excess(left) + excess(right))).max(0.0)
            })
            .collect();
        let shares = (0..STRETCHES).map(|stretch| share_between(score(2 * stretch), score(2 * stretch + 2)));
        Self::with(knots, shares.collect())
    }

    fn with(knots: Vec<f64>, mut shares: Vec<f64>) -> Self {
        let all: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= all);
        let mut below = vec![Below::default()];
        for (stretch, share) in shares.iter().enumerate() {
            let (low, high) = (knots[stretch], knots[stretch + 1]);
            let last = below[stretch];
            below.push(Below {
                share: last.share + share,
                integral: last.integral + (high - low) * (last.share + 0.5 * share),
                sum: last.sum + share * 0.5 * (low + high),
            });
        }
        Self { knots, shares, below }
    }

    /// What is below a value that lies in the stretch that ends at a knot, or at either side of all.
    #[inline(always)]
    fn below(&self, value: f64, end: usize) -> Below {
        if end == 0 {
            return Below::default();
        }
        let (start, last) = (end - 1, self.below[end - 1]);
        if start == STRETCHES {
            return Below { integral: last.integral + (value - self.knots[start]), ..last };
        }
        let ahead = value - self.knots[start];
        let share = self.shares[start] * ahead / (self.knots[end] - self.knots[start]);
        Below {
            share: last.share + share,
            integral: last.integral + ahead * (last.share + 0.5 * share),
            sum: last.sum + share * (self.knots[start] + 0.5 * ahead),
        }
    }

    /// The sum of this law and a narrower one, at values from its least to its most.
    pub fn plus(&self, narrow: &Self) -> Vec<Knot> {
        let mut knots: Vec<Knot> = Vec::with_capacity(STRETCHES + 1);
        for (wide_value, narrow_value) in self.knots.iter().zip(&narrow.knots) {
            let knot = self.knot_of_sum(narrow, wide_value + narrow_value);
            let rises = knot.score.is_finite() && knot.slope.is_finite();
            if rises && knots.last().is_none_or(|last| last.score < knot.score && last.value < knot.value) {
                knots.push(knot);
            }
        }
        knots
    }

    fn knot_of_sum(&self, narrow: &Self, value: f64) -> Knot {
        let (mut share, mut density, mut narrow_part) = (0.0, 0.0, 0.0);
        let mut end = STRETCHES + 1;
        let mut before = Below::default();
        for (index, knot) in self.knots.iter().enumerate() {
            let left = value - knot;
            while end > 0 && narrow.knots[end - 1] >= left {
                end -= 1;
            }
            let below = narrow.below(left, end);
            if index > 0 {
                let each = self.shares[index - 1] / (knot - self.knots[index - 1]);
                share += each * (before.integral - below.integral);
                density += each * (before.share - below.share);
                narrow_part += each * (before.sum - below.sum);
            }
            before = below;
            if end == 0 {
                break;
            }
        }
        let score =
            if share > 0.5 { -normal_quantile_quick(1.0 - share) } else { normal_quantile_quick(share) };
        let normal_density = exp(-0.5 * score * score) / (2.0 * std::f64::consts::PI).sqrt();
        let narrow_share = (narrow_part / (density * value)).clamp(0.0, 1.0);
        Knot { score, value, slope: normal_density / density, narrow_share }
    }
}

/// The value of a law at a standard normal score.
pub fn value_at(law: Law, score: f64) -> f64 {
    if score > 0.0 { law.quantile_above(normal_tail(score)) } else { law.quantile(normal_tail(-score)) }
}

fn share_between(low: f64, high: f64) -> f64 {
    if low > 0.0 { normal_tail(low) - normal_tail(high) } else { normal_tail(-high) - normal_tail(-low) }
}
