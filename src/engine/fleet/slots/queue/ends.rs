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
const WORD_MASK: u64 = WORD as u64 - 1;

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
    fn place(&self, slot: u64) -> usize {
        slot as usize & (self.counts.len() - 1)
    }

    /// A call ends in a slot.
    #[inline(always)]
    pub fn add(&mut self, slot: u64) {
        if slot - self.first < self.counts.len() as u64 {
            let place = self.place(slot);
            self.counts[place] += 1;
            let (marks, bit) = (&mut self.marks[place / WORD], 1 << (place % WORD));
            marks.several |= marks.any & bit;
            marks.any |= bit;
        } else {
            self.far.push(Reverse(slot));
        }
    }

    /// The first slot of those from here to before the end of a chunk in which a call ends, or that end; a chunk is made
    /// of whole words.
    #[inline(always)]
    pub fn next(&self, from: u64, end: u64) -> u64 {
        if from >= end {
            return end;
        }
        let place = self.place(from);
        let word = self.marks[place / WORD].any >> (place % WORD);
        if word != 0 {
            return from + u64::from(word.trailing_zeros());
        }
        self.next_word(from | WORD_MASK, end)
    }

    #[inline]
    fn next_word(&self, mut last: u64, end: u64) -> u64 {
        while last + 1 < end {
            let any = self.marks[self.place(last + 1) / WORD].any;
            if any != 0 {
                return last + 1 + u64::from(any.trailing_zeros());
            }
            last += WORD as u64;
        }
        end
    }

    /// Calls that end in a slot.
    #[inline(always)]
    pub fn at(&self, slot: u64) -> u32 {
        u32::from(self.counts[self.place(slot)])
    }

    /// Calls that end from one slot of a chunk to before another.
    #[inline(always)]
    pub fn within(&self, from: u64, to: u64) -> u32 {
        let mut calls = 0;
        let mut from = from;
        while from < to {
            let (word, low) = (self.place(from) / WORD, from & WORD_MASK);
            let slots = (WORD as u64 - low).min(to - from);
            let mask = (u64::MAX >> (WORD as u64 - slots)) << low;
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

    /// The last slot before one, and not before another, in which a call ends.
    pub fn last_before(&self, to: u64, from: u64) -> Option<u64> {
        (from..to).rev().find(|&slot| self.at(slot) > 0)
    }

    /// Leaves the first so many slots behind, which divide the room.
    pub fn pass(&mut self, slots: usize) {
        let start = self.place(self.first);
        self.counts[start..start + slots].fill(0);
        self.marks[start / WORD..(start + slots) / WORD].fill(Marks::default());
        self.first += slots as u64;
        while let Some(&Reverse(slot)) = self.far.peek()
            && slot - self.first < self.counts.len() as u64
        {
            self.far.pop();
            self.add(slot);
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
                ends.add((now + ahead) as u64);
                expected[now + ahead] += 1;
            }
            let end = now + CHUNK;
            assert!((now..end).all(|slot| ends.at(slot as u64) == expected[slot]), "from slot {now}");
            for from in now..end {
                let next = (from..end).find(|&slot| expected[slot] > 0).unwrap_or(end);
                assert_eq!(ends.next(from as u64, end as u64), next as u64, "from slot {from}");
                let last = (now..from).rev().find(|&slot| expected[slot] > 0).map(|slot| slot as u64);
                assert_eq!(ends.last_before(from as u64, now as u64), last, "before slot {from}");
                for to in [from, from + 1, from + 40, end].map(|to| to.min(end)) {
                    let calls: u32 = expected[from..to].iter().sum();
                    assert_eq!(ends.within(from as u64, to as u64), calls, "{from} to {to}");
                }
            }
            ends.pass(CHUNK);
        }
    }
}
