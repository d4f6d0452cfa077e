use std::{cmp::Reverse, collections::BinaryHeap};

/// How many calls end in each slot to come.
#[derive(Clone, Debug)]
pub struct Ends {
    /// In the slots from `first` on, round the end.
    counts: Box<[u16]>,
    /// Of each of these slots a bit that says whether any ends, and one whether several do.
    marks: Box<[Marks]>,
    first: u64,
    /// Ends beyond these.
    far: BinaryHeap<Reverse<u64>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    any: u64,
    several: u64,
}

const WORD: usize = u64::BITS as usize;

impl Ends {
    /// Room for so many slots; what lies further off waits in a heap.
    pub fn new(reach: u64) -> Self {
        let slots = reach.next_power_of_two().max(WORD as u64) as usize;
        Self {
            counts: vec![0; slots].into(),
            marks: vec![Marks::default(); slots / WORD].into(),
            first: 0,
            far: BinaryHeap::new(),
        }
    }

    #[inline(always)]
    fn place(&self, ahead: usize) -> usize {
        (self.first as usize + ahead) & (self.counts.len() - 1)
    }

    /// A call ends in a slot, counted from the chunk's first.
    #[inline(always)]
    pub fn add(&mut self, ahead: u64) {
        if ahead < self.counts.len() as u64 {
            let place = self.place(ahead as usize);
            self.counts[place] += 1;
            let (marks, bit) = (&mut self.marks[place / WORD], 1 << (place % WORD));
            marks.several |= marks.any & bit;
            marks.any |= bit;
        } else {
            self.far.push(Reverse(self.first + ahead));
        }
    }

    /// The first slot from here on in which a call ends, up to the end of the chunk; a chunk is made of whole words.
    #[inline(always)]
    pub fn next(&self, from: usize, chunk: usize) -> usize {
        if from >= chunk {
            return chunk;
        }
        let place = self.place(from);
        let word = self.marks[place / WORD].any >> (place % WORD);
        if word != 0 {
            return from + word.trailing_zeros() as usize;
        }
        let words = (from / WORD + 1..chunk / WORD).map(|word| WORD * word);
        let mut words = words.map(|slot| (slot, self.marks[self.place(slot) / WORD].any));
        words.find(|&(_, any)| any != 0).map_or(chunk, |(slot, any)| slot + any.trailing_zeros() as usize)
    }

    /// Calls that end in a slot of the chunk.
    #[inline(always)]
    pub fn at(&self, slot: usize) -> u32 {
        u32::from(self.counts[self.place(slot)])
    }

    /// Calls that end from one slot of the chunk to before another.
    #[inline(always)]
    pub fn within(&self, from: usize, to: usize) -> u32 {
        let mut calls = 0;
        let mut from = from;
        while from < to {
            let (word, low) = (self.place(from) / WORD, from % WORD);
            let slots = (WORD - low).min(to - from);
            let mask = (u64::MAX >> (WORD - slots)) << low;
            let marks = self.marks[word];
            calls += (marks.any & mask).count_ones();
            if marks.several & mask != 0 {
                calls += self.beyond_one(word, marks.several & mask);
            }
            from += slots;
        }
        calls
    }

    /// Calls beyond the first of each of these slots of a word.
    #[inline(never)]
    fn beyond_one(&self, word: usize, mut several: u64) -> u32 {
        let mut calls = 0;
        while several != 0 {
            calls += u32::from(self.counts[word * WORD + several.trailing_zeros() as usize]) - 1;
            several &= several - 1;
        }
        calls
    }

    /// The last slot before this one, in the chunk, in which a call ends.
    pub fn last_before(&self, to: usize) -> Option<usize> {
        (0..to).rev().find(|&slot| self.at(slot) > 0)
    }

    /// Leaves the first so many slots behind, which divide the room.
    pub fn pass(&mut self, slots: usize) {
        let start = self.place(0);
        self.counts[start..start + slots].fill(0);
        self.marks[start / WORD..(start + slots) / WORD].fill(Marks::default());
        self.first += slots as u64;
        while let Some(&Reverse(slot)) = self.far.peek()
            && slot - self.first < self.counts.len() as u64
        {
            self.far.pop();
            self.add(slot - self.first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHUNK: usize = 128;

    #[test]
    fn ends_come_in_their_slots_however_far_off_they_were() {
        let mut ends = Ends::new(1_000);
        let mut expected = vec![0; 90_000];
        for step in 0..500_usize {
            let now = CHUNK * step;
            for ahead in [7, 7, 63, 64, 1_007, 1_024, 19_000, 37 * step, 41 * step] {
                ends.add(ahead as u64);
                expected[now + ahead] += 1;
            }
            let chunk = &expected[now..now + CHUNK];
            assert!((0..CHUNK).all(|slot| ends.at(slot) == chunk[slot]), "from slot {now}");
            for from in 0..CHUNK {
                let next = (from..CHUNK).find(|&slot| chunk[slot] > 0).unwrap_or(CHUNK);
                assert_eq!(ends.next(from, CHUNK), next, "from slot {now} + {from}");
                let last = (0..from).rev().find(|&slot| chunk[slot] > 0);
                assert_eq!(ends.last_before(from), last, "before slot {now} + {from}");
                for to in [from, from + 1, from + 40, CHUNK].map(|to| to.min(CHUNK)) {
                    assert_eq!(ends.within(from, to), chunk[from..to].iter().sum(), "{from} to {to}");
                }
            }
            ends.pass(CHUNK);
        }
    }
}
