use std::{cmp::Reverse, collections::BinaryHeap};

/// How many calls end in each slot to come, and in which slots anything happens.
#[derive(Clone, Debug)]
pub struct Wheel {
    /// Calls that end in the slots from `first` on, round the end.
    ends: Box<[u16]>,
    /// A bit for each of these slots: set where a call ends or a message comes.
    stirs: Box<[u64]>,
    first: u64,
    /// Ends beyond these.
    far: BinaryHeap<Reverse<u64>>,
}

const WORD: usize = u64::BITS as usize;

impl Wheel {
    /// Room for so many slots; what lies further off waits in a heap.
    pub fn new(reach: u64) -> Self {
        let slots = reach.next_power_of_two().max(WORD as u64) as usize;
        let (ends, stirs) = (vec![0; slots].into(), vec![0; slots / WORD].into());
        Self { ends, stirs, first: 0, far: BinaryHeap::new() }
    }

    #[inline(always)]
    fn place(&self, ahead: usize) -> usize {
        (self.first as usize + ahead) & (self.ends.len() - 1)
    }

    /// Something happens in a slot of the chunk, counted from its first.
    #[inline(always)]
    pub fn stir(&mut self, ahead: usize) {
        let place = self.place(ahead);
        self.stirs[place / WORD] |= 1 << (place % WORD);
    }

    /// A call ends in a slot, counted from the chunk's first.
    #[inline(always)]
    pub fn add(&mut self, ahead: u64) {
        if ahead < self.ends.len() as u64 {
            let place = self.place(ahead as usize);
            self.ends[place] += 1;
            self.stirs[place / WORD] |= 1 << (place % WORD);
        } else {
            self.add_far(ahead);
        }
    }

    #[cold]
    fn add_far(&mut self, ahead: u64) {
        self.far.push(Reverse(self.first + ahead));
    }

    /// The first slot from here on in which something happens; a chunk's first is the first of a word, and it has
    /// `slots` slots, its length if there is none.
    #[inline(always)]
    pub fn next(&self, ahead: usize, slots: usize) -> usize {
        if ahead >= slots {
            return slots;
        }
        let place = self.place(ahead);
        let word = self.stirs[place / WORD] >> (place % WORD);
        if word != 0 {
            return ahead + word.trailing_zeros() as usize;
        }
        self.next_word(ahead - ahead % WORD + WORD, slots)
    }

    #[inline]
    fn next_word(&self, mut ahead: usize, slots: usize) -> usize {
        while ahead < slots {
            let word = self.stirs[self.place(ahead) / WORD];
            if word != 0 {
                return ahead + word.trailing_zeros() as usize;
            }
            ahead += WORD;
        }
        slots
    }

    /// Calls that end in a slot of the chunk.
    #[inline(always)]
    pub fn ends(&self, ahead: usize) -> u32 {
        u32::from(self.ends[self.place(ahead)])
    }

    /// Leaves the first so many slots behind, which divide the room.
    pub fn pass(&mut self, slots: usize) {
        let start = self.place(0);
        self.ends[start..start + slots].fill(0);
        self.stirs[start / WORD..(start + slots) / WORD].fill(0);
        self.first += slots as u64;
        while let Some(&Reverse(slot)) = self.far.peek()
            && slot - self.first < self.ends.len() as u64
        {
            self.far.pop();
            self.add(slot - self.first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_come_in_their_slots_however_far_off_they_were() {
        let mut wheel = Wheel::new(1_000);
        let mut expected = vec![0; 60_000];
        for step in 0..500_usize {
            let now = 64 * step;
            for ahead in [7, 63, 1_007, 1_024, 19_000, 37 * step] {
                wheel.add(ahead as u64);
                expected[now + ahead] += 1;
            }
            wheel.stir(5);
            let (mut ahead, mut found) = (0, Vec::new());
            while let next = wheel.next(ahead, 64)
                && next < 64
            {
                found.push(next);
                ahead = next + 1;
            }
            let stirs: Vec<_> = (0..64).filter(|&slot| slot == 5 || expected[now + slot] > 0).collect();
            assert_eq!(found, stirs, "from slot {now}");
            assert!((0..64).all(|slot| wheel.ends(slot) == expected[now + slot]), "from slot {now}");
            wheel.pass(64);
        }
    }
}
