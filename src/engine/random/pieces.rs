use super::{
    Law,
    math::{exp, normal_quantile_quick, normal_tail},
};

/// A law as a row of stretches, in each of which the density is straight: a quick stand-in whose integrals are plain
/// polynomials.
#[derive(Clone, Debug)]
pub struct Pieces {
    /// Where stretches begin and end.
    knots: Vec<f64>,
    stretches: Vec<Stretch>,
    below: Vec<Below>,
}

/// A stretch of a law.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    share: f64,
    width: f64,
    /// By how much the density rises from the middle to the end, as a share of it: so that the mean is the law's.
    tilt: f64,
}

/// What lies below a value.
#[derive(Clone, Copy, Debug, Default)]
struct Below {
    share: f64,
    /// The integral of the share up to the value, and that of the integral.
    integral: f64,
    second_integral: f64,
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

impl Knot {
    /// As it stands in the law with its signs turned back.
    fn turned(self) -> Self {
        Self { score: -self.score, value: -self.value, ..self }
    }
}

/// Stretches of a law, and how far they reach on either side, as standard normal scores: to 4 of 10¹¹.
const STRETCHES: usize = 256;
const REACH: f64 = 6.5;

impl Pieces {
    /// A law that is no constant, cut evenly by its score.
    pub fn of(law: Law) -> Self {
        let score = |step: usize| REACH * (step as f64 / STRETCHES as f64 - 1.0);
        // With the middles of the stretches.
        let steps = || (0..=2 * STRETCHES).map(score);
        let fine: Vec<_> = steps().map(|score| value_at(law, score)).collect();
        let weight: Vec<_> = steps().map(|score| exp(-0.5 * score * score)).collect();
        let stretch = |low: usize| {
            let weights = [weight[low], 4.0 * weight[low + 1], weight[low + 2]];
            let sum = weights[0] * fine[low] + weights[1] * fine[low + 1] + weights[2] * fine[low + 2];
            let mean = sum / (weights[0] + weights[1] + weights[2]);
            let width = fine[low + 2] - fine[low];
            let tilt = (6.0 * ((mean - fine[low]) / width - 0.5)).clamp(-1.0, 1.0);
            Stretch { share: share_between(score(low), score(low + 2)), width, tilt }
        };
        let stretches: Vec<_> = (0..2 * STRETCHES).step_by(2).map(stretch).collect();
        let all: f64 = stretches.iter().map(|stretch| stretch.share).sum();
        let whole = stretches.iter().map(|stretch| Stretch { share: stretch.share / all, ..*stretch });
        Self::with(fine.into_iter().step_by(2).collect(), whole.collect())
    }

    fn with(knots: Vec<f64>, stretches: Vec<Stretch>) -> Self {
        let mut pieces = Self { knots, stretches, below: vec![Below::default()] };
        for end in 1..=STRETCHES {
            pieces.below.push(pieces.below(pieces.knots[end], end));
        }
        pieces
    }

    /// The law of all values with their signs turned: what is above one is below the other, and a small share keeps its
    /// digits.
    fn turned(&self) -> Self {
        let stretches =
            self.stretches.iter().rev().map(|stretch| Stretch { tilt: -stretch.tilt, ..*stretch });
        Self::with(self.knots.iter().rev().map(|knot| -knot).collect(), stretches.collect())
    }

    /// What is below a value that lies in the stretch that ends at a knot, or at either side of all.
    #[inline(always)]
    fn below(&self, value: f64, end: usize) -> Below {
        if end == 0 {
            return Below::default();
        }
        let (start, last) = (end - 1, self.below[end - 1]);
        let ahead = value - self.knots[start];
        let before = Below {
            integral: last.integral + ahead * last.share,
            second_integral: last.second_integral + ahead * (last.integral + 0.5 * ahead * last.share),
            ..last
        };
        if start == STRETCHES {
            return before;
        }
        let Stretch { share, width, tilt } = self.stretches[start];
        let x = ahead / width;
        let here = share * x * (1.0 + tilt * (x - 1.0));
        let mean = share * x * x * (0.5 + tilt * (x * (2.0 / 3.0) - 0.5));
        let integral = share * x * x * (0.5 + tilt * (x / 3.0 - 0.5));
        let second = share * x * x * x * (1.0 / 6.0 + tilt * (x / 12.0 - 1.0 / 6.0));
        Below {
            share: before.share + here,
            integral: before.integral + width * integral,
            second_integral: before.second_integral + width * width * second,
            sum: before.sum + self.knots[start] * here + width * mean,
        }
    }

    /// The sum of this law and a narrower one, at values from its least to its most.
    pub fn plus(&self, narrow: &Self) -> Vec<Knot> {
        let mut knots: Vec<Knot> = Vec::with_capacity(STRETCHES + 1);
        let turned = (self.turned(), narrow.turned());
        for (index, (wide_value, narrow_value)) in self.knots.iter().zip(&narrow.knots).enumerate() {
            let value = wide_value + narrow_value;
            let knot = match index < STRETCHES / 2 {
                true => self.knot_of_sum(narrow, value),
                false => turned.0.knot_of_sum(&turned.1, -value).turned(),
            };
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
                let Stretch { share: whole, width, tilt } = self.stretches[index - 1];
                let each = whole / width;
                let (low, high, bend) = (1.0 - tilt, 1.0 + tilt, 2.0 * tilt / width);
                share += each
                    * (low * before.integral - high * below.integral
                        + bend * (before.second_integral - below.second_integral));
                density += each
                    * (low * before.share - high * below.share + bend * (before.integral - below.integral));
                // A share of the whole is as good without the tilt.
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
