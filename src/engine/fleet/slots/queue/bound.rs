use super::super::Grid;
use crate::fleet::Polling;

/// How many batches are handed out at once, with time counted in slots: see [`Polling`].
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    allowed: u32,
    initial: u32,
    most: u32,
    pollers: u32,
    /// Slots in which it rises by one batch.
    per_batch: f64,
    /// Rise above `initial` as slots spent rising, and where it ends.
    risen: u64,
    top: u64,
    /// The rise from which on one batch more is allowed, and below which one less is.
    up_at: u64,
    down_at: u64,
}

impl Bound {
    pub fn new(polling: &Polling, grid: &Grid) -> Self {
        let (initial, most) = polling.ends();
        let per_batch = polling.per_batch().as_secs() * grid.per_second();
        let top = (f64::from(most - initial) * per_batch).ceil() as u64;
        let bound = Self {
            allowed: initial,
            initial,
            most,
            pollers: polling.idle_pollers(0),
            per_batch,
            risen: 0,
            top,
            up_at: 0,
            down_at: 0,
        };
        bound.at_rise(0)
    }

    /// Batches that may be out now.
    #[inline(always)]
    pub fn allowed(&self) -> u32 {
        self.allowed
    }

    /// Pollers that find nothing while so many batches are out.
    #[inline(always)]
    pub fn idle_pollers(&self, at_work: u32) -> u32 {
        self.allowed.saturating_sub(at_work).min(self.pollers)
    }

    /// Lets slots pass, during which messages were left waiting or not.
    #[inline(always)]
    pub fn pass(&mut self, slots: u64, left_waiting: bool) {
        let risen = if left_waiting { self.risen + slots } else { self.risen.saturating_sub(slots) };
        self.risen = risen.min(self.top);
        if self.risen >= self.up_at || self.risen < self.down_at {
            *self = self.at_rise(self.risen);
        }
    }

    /// Slots until one batch more is allowed, if messages are left waiting.
    #[inline(always)]
    pub fn until_rise(&self) -> u64 {
        self.up_at - self.risen
    }

    #[inline(never)]
    fn at_rise(self, risen: u64) -> Self {
        // A rise of less than a slot for each batch: as many as there may be.
        let steps = (risen as f64 / self.per_batch.max(1e-9)) as u32;
        let allowed = self.most.min(self.initial.saturating_add(steps));
        let rise_to = |allowed: u32| (f64::from(allowed - self.initial) * self.per_batch).ceil() as u64;
        // What rounds to the slot of the step must not fall short of it.
        let allowed =
            if allowed < self.most && rise_to(allowed + 1) <= risen { allowed + 1 } else { allowed };
        let up_at = if allowed < self.most { rise_to(allowed + 1) } else { u64::MAX };
        Self { allowed, risen, up_at, down_at: rise_to(allowed).min(risen), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fleet::{Pollers, QueueSettings},
        units::{SECOND, SimTime},
    };

    #[test]
    fn it_rises_and_falls_as_the_exact_one_does() {
        for pollers in [Pollers::Today, Pollers::Until2023, Pollers::Provisioned] {
            for max_concurrency in [3, 40, 1_250] {
                let settings = QueueSettings { pollers, max_concurrency, ..QueueSettings::default() };
                let mut exact = Polling::sqs(&settings);
                let grid = Grid::new(SimTime(SECOND.0 / 10), 1_000.0, SimTime(600 * SECOND.0));
                let mut bound = Bound::new(&exact, &grid);
                let mut slot = 0;
                for step in 0..40_000_u64 {
                    let (slots, waits) = (1 + step % 97, step % 20_000 < 15_000);
                    slot += slots;
                    bound.pass(slots, waits);
                    exact.pass(grid.start(slot), waits);
                    assert!(bound.allowed().abs_diff(exact.allowed()) <= 1, "{settings:?} at step {step}");
                    let idle = [bound.idle_pollers(4), exact.idle_pollers(4)];
                    assert!(idle[0].abs_diff(idle[1]) <= 1, "{settings:?} at step {step}");
                }
            }
        }
    }

    #[test]
    fn one_batch_more_is_allowed_when_it_says() {
        let grid = Grid::new(SimTime(SECOND.0 / 10), 1_000.0, SimTime(600 * SECOND.0));
        let mut bound = Bound::new(&Polling::sqs(&QueueSettings::default()), &grid);
        for allowed in 5..1_250 {
            assert_eq!(bound.allowed(), allowed);
            let slots = bound.until_rise();
            bound.pass(slots - 1, true);
            assert_eq!(bound.allowed(), allowed, "a slot before");
            bound.pass(1, true);
        }
        bound.pass(1 << 40, true);
        assert_eq!(bound.allowed(), 1_250);
        bound.pass(1 << 40, false);
        assert_eq!(bound.allowed(), 5);
    }
}
