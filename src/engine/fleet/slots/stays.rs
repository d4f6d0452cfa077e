use super::{Grid, grid::PART_BITS};
use crate::{
    fleet::{Billing, Bunch, Work},
    random::{Joint, JointCell, Place},
    units::SimTime,
};

/// How long requests stay, by one random number, and what those of a cell have in common.
#[derive(Clone, Debug)]
pub struct Stays {
    joint: Joint,
    /// Of the cells that hold nearly all requests, in parts of a slot.
    inner: Box<[Stay; 1 << INNER_BITS]>,
    bunches: Box<[Bunch]>,
    parts_per_s: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stay {
    low: u32,
    rise: u32,
}

const INNER_BITS: u32 = 32 - Joint::WITHIN.ilog2();

impl Stays {
    /// The table of a law of waiting and computing, as slots tell time and calls are billed.
    pub fn new(joint: Joint, grid: &Grid, billing: Billing) -> Self {
        let parts_per_s = grid.per_second() * f64::from(1_u32 << PART_BITS);
        let mut inner = Box::new([Stay::default(); 1 << INNER_BITS]);
        let cells = joint.cells();
        for (index, stay) in inner.iter_mut().enumerate() {
            if let Some(cell) = Joint::inner((index as u32) << Joint::WITHIN.ilog2())
                && let JointCell { low, rise, .. } = cells[Joint::OFFSET + cell]
            {
                // Both an arrival and an end are cut to whole parts: one more makes up for it.
                *stay = Stay { low: (low * parts_per_s + 1.0) as u32, rise: (rise * parts_per_s) as u32 };
            }
        }
        let bunches = cells.iter().map(|cell| bunch(cell, billing)).collect();
        Self { joint, inner, bunches, parts_per_s }
    }

    /// The requests of each cell, as a bunch.
    pub fn bunches(&self) -> &[Bunch] {
        &self.bunches
    }

    /// The cell of a request, and the parts of a slot that it stays.
    #[inline(always)]
    pub fn of(&self, bits: u32) -> (usize, u64) {
        match Joint::inner(bits) {
            Some(index) => {
                let stay = self.inner[index];
                let within = u64::from(bits & (Joint::WITHIN - 1));
                let rise = (u64::from(stay.rise) * within) >> Joint::WITHIN.ilog2();
                (Joint::OFFSET + index, u64::from(stay.low) + rise)
            }
            None => self.of_outer(bits),
        }
    }

    #[cold]
    fn of_outer(&self, bits: u32) -> (usize, u64) {
        (Joint::place(bits).cell, (self.joint.at(bits) * self.parts_per_s) as i64 as u64)
    }

    /// The cell of a request, and its work.
    pub fn work(&self, bits: u32) -> (usize, Work) {
        let Place { cell, within } = Joint::place(bits);
        let Bunch { low, high, mean, .. } = self.bunches[cell];
        let share = (f64::from(within) + 0.5) / f64::from(Joint::WITHIN);
        let duration = low.0 as f64 + (high.0 - low.0) as f64 * share;
        let waiting = duration * mean.waiting.0 as f64 / mean.duration().0.max(1) as f64;
        let waiting = SimTime(waiting as u64);
        (cell, Work { waiting, computing: SimTime(duration as u64) - waiting })
    }
}

fn bunch(cell: &JointCell, billing: Billing) -> Bunch {
    let (low, high) = (SimTime::from_secs(cell.low), SimTime::from_secs(cell.low + cell.rise));
    let mean = Work { waiting: SimTime::from_secs(cell.first), computing: SimTime::from_secs(cell.second) };
    let parts = f64::from(1_u32 << Bunch::BILLED_BITS);
    Bunch { low, high, mean, billed: (billing.mean_billed_ms(low, high) * parts) as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{random::Law, units::SECOND};

    #[test]
    fn a_request_stays_as_long_as_its_work_says() {
        for (waiting, computing) in [(0.05, 0.05), (0.0, 0.2), (20.0, 1.0)] {
            let joint = Joint::new(Law::lognormal(waiting, 0.5), Law::lognormal(computing, 1.5));
            let stay = SimTime::from_secs(waiting + computing);
            let grid = Grid::new(stay, 1_000.0, SimTime(600 * SECOND.0));
            let stays = Stays::new(joint, &grid, Billing::today());
            for bits in (0..u32::MAX).step_by(99_991).chain([0, 1, u32::MAX]) {
                let (cell, parts) = stays.of(bits);
                let (same, work) = stays.work(bits);
                assert_eq!(cell, same);
                let slots = parts as f64 / f64::from(1_u32 << PART_BITS);
                let expected = work.duration().as_secs() * grid.per_second();
                assert!((slots - expected).abs() < 0.02 + 1e-6 * expected, "{bits}: {slots} for {expected}");
            }
        }
    }
}
