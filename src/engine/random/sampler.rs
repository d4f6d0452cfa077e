use super::{Law, Stream};

/// Draws from a law by a table of its quantiles: the same one or two nanoseconds for every law.
///
/// The unit interval is cut into 4,096 cells of equal probability; inside a cell the quantile function
/// is taken as straight. In the outermost cells, where it bends most, and where p99.9 is decided, the
/// law's own quantile function answers instead.
#[derive(Clone, Debug)]
pub struct Sampler {
    law: Law,
    cells: Box<[Cell]>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    start: f32,
    rise: f32,
}

const CELL_BITS: u32 = 12;
const CELLS: usize = 1 << CELL_BITS;
/// Outermost cells on each side that the law itself answers: 8 of 4,096 are the tails of 0.2 %.
const TAIL_CELLS: usize = 8;
/// The bits of a random number that place it inside its cell.
const WITHIN_BITS: u32 = 64 - CELL_BITS;

impl Sampler {
    /// A table for this law.
    pub fn new(law: Law) -> Self {
        let edge = |index: usize| law.quantile(index as f64 / CELLS as f64);
        let inner = |index: usize| index.clamp(1, CELLS - 1);
        let cells = (0..CELLS)
            .map(|index| {
                let (low, high) = (edge(inner(index)), edge(inner(index + 1)));
                Cell { start: low as f32, rise: (high - low) as f32 }
            })
            .collect();
        Self { law, cells }
    }

    /// The law drawn from.
    pub fn law(&self) -> Law {
        self.law
    }

    /// The next value.
    #[inline(always)]
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        self.at(stream.bits())
    }

    /// The value at a place in the unit interval, given as 64 bits.
    #[inline(always)]
    pub fn at(&self, bits: u64) -> f64 {
        let index = (bits >> WITHIN_BITS) as usize;
        if index.wrapping_sub(TAIL_CELLS) >= CELLS - 2 * TAIL_CELLS {
            return self.in_tail(bits);
        }
        let cell = self.cells[index];
        let within = (bits << CELL_BITS >> 32) as u32 as f32 * (1.0 / 4_294_967_296.0);
        f64::from(cell.start + cell.rise * within)
    }

    #[cold]
    fn in_tail(&self, bits: u64) -> f64 {
        // The middle of the 2⁻⁶⁴ that the bits name, measured from the nearer end.
        const UNIT: f64 = 1.0 / 18_446_744_073_709_551_616.0;
        if bits >> 63 == 0 {
            self.law.quantile((bits as f64 + 0.5) * UNIT)
        } else {
            self.law.quantile_above((!bits as f64 + 0.5) * UNIT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    #[test]
    fn drawn_means_and_quantiles_are_the_laws() {
        for law in [
            Law::Exponential { mean: 0.3 },
            Law::lognormal(0.36, 0.25),
            Law::lognormal(0.25, 1.0),
            Law::Constant(0.7),
        ] {
            let sampler = Sampler::new(law);
            let mut stream = Stream::new(7, Purpose::Work, 0);
            let mut drawn: Vec<f64> = (0..1_000_000).map(|_| sampler.draw(&mut stream)).collect();
            let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
            assert!((mean / law.mean() - 1.0).abs() < 0.006, "mean of {law:?}: {mean}");
            drawn.sort_by(f64::total_cmp);
            for (p, most) in [(0.5, 0.005), (0.99, 0.02), (0.999, 0.04)] {
                let got = drawn[(p * drawn.len() as f64) as usize];
                assert!((got / law.quantile(p) - 1.0).abs() < most, "{law:?} at {p}: {got}");
            }
        }
    }

    #[test]
    fn the_table_follows_the_quantile_function_everywhere() {
        let law = Law::lognormal(0.25, 1.0);
        let sampler = Sampler::new(law);
        for step in 1..100_000_u64 {
            let bits = step * (u64::MAX / 100_000);
            let exact = law.quantile(bits as f64 / 18_446_744_073_709_551_616.0);
            assert!((sampler.at(bits) / exact - 1.0).abs() < 1e-3, "at {step}");
        }
    }
}
