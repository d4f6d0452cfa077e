use std::{cmp::Reverse, collections::BinaryHeap};

/// By how much the number at work rises or falls in each slot to come.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The slots from `first` on, round the end.
    near: Box<[i32]>,
    first: u64,
    /// Changes beyond these.
    far: BinaryHeap<Reverse<(u64, i32)>>,
}

impl Changes {
    /// Room for so many slots; what lies further off waits in a heap.
    pub fn new(reach: u64) -> Self {
        let near = vec![0; reach.next_power_of_two() as usize].into();
        Self { near, first: 0, far: BinaryHeap::new() }
    }

    /// Adds to a slot that is not past.
    #[inline(always)]
    pub fn add(&mut self, slot: u64, change: i32) {
        let place = slot as usize & (self.near.len() - 1);
        if slot - self.first < self.near.len() as u64 {
            self.near[place] += change;
        } else {
            self.add_far(slot, change);
        }
    }

    #[cold]
    fn add_far(&mut self, slot: u64, change: i32) {
        self.far.push(Reverse((slot, change)));
    }

    /// The same to be added to in a row, by slots counted from the first.
    #[inline]
    pub fn near(&mut self) -> Near<'_> {
        let mask = self.near.len() - 1;
        Near {
            start: self.first as usize & mask,
            mask,
            near: &mut self.near,
            first: self.first,
            far: &mut self.far,
        }
    }

    /// The changes of the first so many slots, which divide the room.
    #[inline]
    pub fn first(&self, slots: usize) -> &[i32] {
        let start = self.first as usize & (self.near.len() - 1);
        &self.near[start..start + slots]
    }

    /// One of the changes to come.
    #[inline]
    pub fn at(&self, slot: u64) -> i32 {
        self.near[slot as usize & (self.near.len() - 1)]
    }

    /// Leaves the first so many slots behind.
    #[inline]
    pub fn pass(&mut self, slots: usize) {
        let start = self.first as usize & (self.near.len() - 1);
        self.near[start..start + slots].fill(0);
        self.first += slots as u64;
        while let Some(&Reverse((slot, change))) = self.far.peek()
            && slot - self.first < self.near.len() as u64
        {
            self.far.pop();
            self.add(slot, change);
        }
    }
}

/// [`Changes`] with all at hand that does not change while they are added to.
pub struct Near<'a> {
    near: &'a mut [i32],
    start: usize,
    mask: usize,
    first: u64,
    far: &'a mut BinaryHeap<Reverse<(u64, i32)>>,
}

impl Near<'_> {
    /// Adds to a slot counted from the first; false if it is too far off.
    #[inline(always)]
    pub fn add(&mut self, ahead: u64, change: i32) -> bool {
        let is_near = ahead <= self.mask as u64;
        if is_near && let Some(here) = self.near.get_mut((self.start + ahead as usize) & self.mask) {
            *here += change;
        }
        is_near
    }

    /// Adds to one that is.
    #[cold]
    pub fn add_far(&mut self, ahead: u64, change: i32) {
        self.far.push(Reverse((self.first + ahead, change)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_in_their_slots_however_far_off_they_were() {
        let mut changes = Changes::new(1_000);
        let mut expected = vec![0; 40_000];
        for step in 0..500_u64 {
            for slot in [0, 7, 1_007, 1_024, 39_000, 37 * step].map(|ahead| 64 * step + ahead) {
                let change = (step % 5) as i32 - 1;
                changes.add(slot, change);
                if let Some(expected) = expected.get_mut(slot as usize) {
                    *expected += change;
                }
            }
            let now = 64 * step as usize;
            assert_eq!(changes.first(64), &expected[now..now + 64], "from slot {now}");
            assert_eq!(changes.at(now as u64 + 7), expected[now + 7]);
            changes.pass(64);
        }
    }
}
