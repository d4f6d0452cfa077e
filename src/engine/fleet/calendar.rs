use std::{cmp::Reverse, collections::BinaryHeap};

use crate::units::SimTime;

/// The departures to come, in the order of their time; of equal times the first added leaves first.
///
/// A calendar queue: 16,384 bins of time around the present, each a short list, so that adding and
/// taking cost the same at a fleet of ten and of ten thousand. What lies beyond the last bin waits in a
/// heap. `T` travels with each departure.
#[derive(Clone, Debug)]
pub struct Calendar<T> {
    /// Bin width is 2^shift nanoseconds.
    shift: u32,
    /// The bin being emptied, counted from time zero.
    cursor: u64,
    /// Departures of the cursor's bin (and earlier), the next to leave last.
    present: Vec<(u64, T)>,
    /// Per bin the first node of its list.
    heads: Vec<u32>,
    filled: Bitmap,
    nodes: Vec<Node<T>>,
    free: u32,
    far: BinaryHeap<Reverse<Far<T>>>,
    far_added: u64,
}

#[derive(Clone, Copy, Debug)]
struct Node<T> {
    at: u64,
    next: u32,
    tag: T,
}

#[derive(Clone, Debug)]
struct Far<T> {
    at: u64,
    order: u64,
    tag: T,
}

const BINS: u64 = 16_384;
const NONE: u32 = u32::MAX;

impl<T: Copy> Calendar<T> {
    /// A calendar for stays of about `mean_stay`, at up to `rate` departures per second.
    ///
    /// Both only size the bins: any stay is handled, a badly guessed one more slowly.
    pub fn new(mean_stay: SimTime, rate: f64) -> Self {
        // One departure per bin is best for the list, four mean stays within reach for the heap.
        let per_departure = 1e9 / rate.max(1e-9);
        let reach = 4.0 * mean_stay.0 as f64 / BINS as f64;
        let width = per_departure.max(reach).clamp(1e3, 1e12) as u64;
        Self {
            shift: width.ilog2(),
            cursor: 0,
            present: Vec::new(),
            heads: vec![NONE; BINS as usize],
            filled: Bitmap::default(),
            nodes: Vec::new(),
            free: NONE,
            far: BinaryHeap::new(),
            far_added: 0,
        }
    }

    /// Adds a departure.
    #[inline]
    pub fn push(&mut self, at: SimTime, tag: T) {
        let bin = at.0 >> self.shift;
        if bin <= self.cursor {
            let place = self.present.partition_point(|&(other, _)| other > at.0);
            self.present.insert(place, (at.0, tag));
        } else if bin - self.cursor < BINS {
            let slot = (bin % BINS) as usize;
            let node = self.node(Node { at: at.0, next: self.heads[slot], tag });
            self.heads[slot] = node;
            self.filled.set(slot);
        } else {
            self.far_added += 1;
            self.far.push(Reverse(Far { at: at.0, order: self.far_added, tag }));
        }
    }

    /// Takes the next departure at `now` or before.
    #[inline]
    pub fn pop_due(&mut self, now: SimTime) -> Option<(SimTime, T)> {
        loop {
            let near = self.present.last().map_or(u64::MAX, |&(at, _)| at);
            if let Some(Reverse(far)) = self.far.peek()
                && far.at < near
                && far.at <= now.0
                && (near != u64::MAX || !self.has_bin_until(far.at))
            {
                return self.far.pop().map(|Reverse(far)| (SimTime(far.at), far.tag));
            }
            if near <= now.0 && near != u64::MAX {
                return self.present.pop().map(|(at, tag)| (SimTime(at), tag));
            }
            if near != u64::MAX || !self.advance(now) {
                return None;
            }
        }
    }

    /// Goes on to the next filled bin, at `now` or before; else to the bin of `now`.
    #[inline]
    fn advance(&mut self, now: SimTime) -> bool {
        let last = now.0 >> self.shift;
        if last <= self.cursor {
            return false;
        }
        match self.next_filled(last) {
            Some(bin) => {
                self.cursor = bin;
                self.load((bin % BINS) as usize);
                true
            }
            None => {
                self.cursor = last;
                // What waits in the heap may be due all the same.
                self.far.peek().is_some_and(|Reverse(far)| far.at <= now.0)
            }
        }
    }

    /// The first filled bin after the cursor, up to `last`.
    #[inline]
    fn next_filled(&self, last: u64) -> Option<u64> {
        let span = (last - self.cursor).min(BINS - 1);
        let from = ((self.cursor + 1) % BINS) as usize;
        self.filled.distance_to_set(from, span as usize).map(|distance| self.cursor + 1 + distance as u64)
    }

    fn has_bin_until(&self, at: u64) -> bool {
        let last = at >> self.shift;
        last > self.cursor && self.next_filled(last).is_some()
    }

    /// Moves a bin's list to the present, in order.
    #[inline]
    fn load(&mut self, slot: usize) {
        let mut index = std::mem::replace(&mut self.heads[slot], NONE);
        self.filled.clear(slot);
        while index != NONE {
            let Node { at, next, tag } = self.nodes[index as usize];
            self.nodes[index as usize].next = self.free;
            self.free = index;
            // The list has the last added first: behind its equals is where the earlier added belongs.
            let place = self.present.partition_point(|&(other, _)| other >= at);
            self.present.insert(place, (at, tag));
            index = next;
        }
    }

    #[inline]
    fn node(&mut self, node: Node<T>) -> u32 {
        if self.free == NONE {
            self.nodes.push(node);
            return (self.nodes.len() - 1) as u32;
        }
        let index = self.free;
        self.free = self.nodes[index as usize].next;
        self.nodes[index as usize] = node;
        index
    }
}

/// One bit per bin, and one per word of bits.
#[derive(Clone, Debug)]
struct Bitmap {
    words: [u64; (BINS / 64) as usize],
    summary: [u64; (BINS / 4_096) as usize],
}

impl Default for Bitmap {
    fn default() -> Self {
        Self { words: [0; (BINS / 64) as usize], summary: [0; (BINS / 4_096) as usize] }
    }
}

impl Bitmap {
    #[inline]
    fn set(&mut self, bit: usize) {
        self.words[bit / 64] |= 1 << (bit % 64);
        self.summary[bit / 4_096] |= 1 << (bit / 64 % 64);
    }

    #[inline]
    fn clear(&mut self, bit: usize) {
        self.words[bit / 64] &= !(1 << (bit % 64));
        if self.words[bit / 64] == 0 {
            self.summary[bit / 4_096] &= !(1 << (bit / 64 % 64));
        }
    }

    /// Steps from `from` (round the end) to the first set bit, when fewer than `span`.
    #[inline]
    fn distance_to_set(&self, from: usize, span: usize) -> Option<usize> {
        let here = self.words[from / 64] >> (from % 64);
        let distance = if here != 0 { here.trailing_zeros() as usize } else { self.beyond_word(from)? };
        (distance < span).then_some(distance)
    }

    /// The distance when the word of `from` has no set bit from there on.
    fn beyond_word(&self, from: usize) -> Option<usize> {
        let (words, first) = (self.words.len(), from / 64 + 1);
        let filled = |word: usize| self.summary[word / 64] >> (word % 64) & 1 == 1;
        let word = (first..first + words).find(|word| filled(word % words))?;
        let bit = word * 64 + self.words[word % words].trailing_zeros() as usize;
        Some(bit - from)
    }
}

impl<T> PartialEq for Far<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl<T> Eq for Far<T> {}

impl<T> PartialOrd for Far<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Far<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    /// Feeds a calendar and a sorted list alike and demands the same departures in the same order.
    fn check(mean_stay_ns: u64, gap_ns: u64, longest_ns: u64) {
        let mut calendar = Calendar::new(SimTime(mean_stay_ns), 1e9 / gap_ns as f64);
        let mut plain: Vec<(u64, u32)> = Vec::new();
        let mut stream = Stream::new(3, Purpose::Work, 0);
        let mut now = 0;
        for order in 0..20_000_u32 {
            now += stream.bits() % (2 * gap_ns);
            while let Some((at, tag)) = calendar.pop_due(SimTime(now)) {
                let first = plain.iter().copied().min().expect("the list holds it too");
                assert_eq!((at.0, tag), first, "at {now}");
                plain.retain(|&entry| entry != first);
            }
            assert!(plain.iter().all(|&(at, _)| at > now), "nothing due stays behind at {now}");
            let stay =
                if order % 97 == 0 { longest_ns } else { stream.bits() % (2 * mean_stay_ns) / 1_000 * 1_000 };
            calendar.push(SimTime(now + stay), order);
            plain.push((now + stay, order));
        }
    }

    #[test]
    fn departures_leave_in_order_of_time_then_of_adding() {
        check(100_000_000, 10_000_000, 300_000_000);
        check(100_000_000, 1_000_000, 4_000_000_000);
        check(1_000_000, 100_000, 60_000_000_000);
        check(2_000_000_000, 700_000_000_000, 900_000_000_000);
    }
}
