use super::Observer;
use crate::units::SimTime;

/// Who waits to be received for the first time, in the order in which they arrived.
///
/// The arrivals are generated twice, the second time as far behind as the line is long: it needs no memory of
/// its own, however long it grows.
#[derive(Clone, Debug)]
pub(super) struct Line<A> {
    ahead: A,
    next_arrival: SimTime,
    behind: A,
    head: SimTime,
    waiting: u64,
}

impl<A: Iterator<Item = SimTime> + Clone> Line<A> {
    pub fn new(arrivals: A) -> Self {
        let (mut ahead, mut behind) = (arrivals.clone(), arrivals);
        let (next_arrival, head) = (next(&mut ahead), next(&mut behind));
        Self { ahead, next_arrival, behind, head, waiting: 0 }
    }

    pub fn next_arrival(&self) -> SimTime {
        self.next_arrival
    }

    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// When the first of those who wait arrived; never, when nobody does.
    pub fn head(&self) -> SimTime {
        if self.waiting > 0 { self.head } else { SimTime::NEVER }
    }

    /// Lets in all that arrive until now; says how many.
    pub fn let_in(&mut self, now: SimTime, observer: &mut impl Observer) -> u64 {
        let mut arrived = 0;
        while self.next_arrival <= now {
            observer.arrived(self.next_arrival);
            self.next_arrival = next(&mut self.ahead);
            arrived += 1;
        }
        self.waiting += arrived;
        arrived
    }

    /// Takes the first of those who wait; says when it arrived.
    pub fn take(&mut self) -> Option<SimTime> {
        self.waiting = self.waiting.checked_sub(1)?;
        let next = next(&mut self.behind);
        Some(std::mem::replace(&mut self.head, next))
    }
}

fn next(arrivals: &mut impl Iterator<Item = SimTime>) -> SimTime {
    arrivals.next().unwrap_or(SimTime::NEVER)
}
