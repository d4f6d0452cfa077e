use crate::units::{SECOND, SimTime};

/// How time is cut: into slots, of which two to some power make a second, and chunks of slots that are handled together.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Slots of a second, as a power of two.
    slot_bits: u32,
    /// Slots of a chunk, as a power of two; never more than a second's.
    chunk_bits: u32,
    /// Slots of a nanosecond, times two to the power of `shift`, rounded up.
    factor: u64,
    shift: u32,
}

/// Parts of a slot, as a power of two: spans are added up in these before they are cut to slots.
pub const PART_BITS: u32 = 8;
/// How much later than it is an end is taken to be, in these: half a slot. Those who come within a slot then find as many
/// at work in the mean as there are, and as many rises are seen that were none as are missed.
pub const LATER: u64 = 1 << (PART_BITS - 1);
/// Slots of a mean stay: fewer and stays lose their shape, more and the memory at work outgrows the cache.
const LEAST_PER_STAY: f64 = 16.0;
const MOST_PER_STAY: f64 = 4_096.0;
/// Slots of the mean time between two arrivals.
const PER_ARRIVAL: f64 = 1.0;
/// A million slots make a second at most.
const MOST_SLOT_BITS: u32 = 20;
/// Chunks of so many slots are worth their overhead, and still lie in the cache.
const CHUNK_BITS: (u32, u32) = (6, 11);
/// Chunks of the time that an environment is kept: it ends within one of them.
const PER_KEPT: f64 = 1_000.0;

impl Grid {
    /// For stays of a mean length, at up to `rate` arrivals per second, and environments kept for a time.
    pub fn new(mean_stay: SimTime, rate: f64, kept: SimTime) -> Self {
        let stay_s = mean_stay.as_secs().max(1e-6);
        let per_s = (PER_ARRIVAL * rate).clamp(LEAST_PER_STAY / stay_s, MOST_PER_STAY / stay_s);
        let slot_bits = (per_s.max(1.0) as u64).next_power_of_two().ilog2().min(MOST_SLOT_BITS);
        let of_kept = kept.as_secs().min(1e9) / PER_KEPT * f64::from(1_u32 << slot_bits);
        let chunk_bits = (of_kept.max(1.0) as u64).ilog2().clamp(CHUNK_BITS.0, CHUNK_BITS.1).min(slot_bits);
        let shift = FACTOR_BITS + SECOND.0.ilog2() - slot_bits;
        let factor = (1_u64 << (shift + slot_bits)).div_ceil(SECOND.0);
        Self { slot_bits, chunk_bits, factor, shift }
    }

    /// Slots of a second.
    pub fn per_second(&self) -> f64 {
        f64::from(1_u32 << self.slot_bits)
    }

    /// The same, as a power of two.
    pub fn slot_bits(&self) -> u32 {
        self.slot_bits
    }

    /// The second of a slot, and how many slots of it are before that.
    pub fn second(&self, slot: u64) -> (u64, u64) {
        (slot >> self.slot_bits, slot & ((1 << self.slot_bits) - 1))
    }

    /// Slots of a chunk.
    pub fn chunk(&self) -> usize {
        1 << self.chunk_bits
    }

    /// Chunks of a span, rounded.
    pub fn chunks(&self, span: SimTime) -> u64 {
        match span {
            SimTime::NEVER => u64::MAX,
            _ => (span.as_secs() * f64::from(1_u32 << (self.slot_bits - self.chunk_bits))).round() as u64,
        }
    }

    /// Slots of a span, rounded up.
    pub fn slots(&self, span: SimTime) -> u64 {
        (span.as_secs() * self.per_second()).ceil() as u64
    }

    /// Slots of a span, rounded.
    pub fn slots_nearest(&self, span: SimTime) -> u64 {
        (span.as_secs() * self.per_second()).round() as u64
    }

    /// The first whole nanosecond of a slot.
    pub fn start(&self, slot: u64) -> SimTime {
        let second = slot >> self.slot_bits;
        let within = slot & ((1 << self.slot_bits) - 1);
        SimTime(second * SECOND.0 + ((within * SECOND.0 + (1 << self.slot_bits) - 1) >> self.slot_bits))
    }

    /// The middle of a slot.
    pub fn middle(&self, slot: u64) -> SimTime {
        self.start(slot) + SimTime(SECOND.0 >> (self.slot_bits + 1))
    }

    /// Nanoseconds of so many slots together.
    pub fn nanos(&self, slots: u64) -> u64 {
        ((u128::from(slots) * u128::from(SECOND.0)) >> self.slot_bits) as u64
    }

    /// Nanoseconds in which environments are without work: of so many slots, summed over environments, and so many in
    /// which they are at work when a slot ends, by requests each of which ends [`LATER`] than it does.
    pub fn idle_nanos(&self, there: u64, used: u64, requests: u64) -> u64 {
        self.nanos((there + requests / 2).saturating_sub(used))
    }

    /// Tells slots, counted from the first of a chunk or a stretch.
    pub fn ruler(&self, first: u64) -> Ruler {
        let second = first >> self.slot_bits;
        Ruler {
            second: SimTime(second * SECOND.0),
            before: first - (second << self.slot_bits),
            factor: self.factor,
            shift: self.shift,
        }
    }
}

/// Slots as counted from the first of a chunk or a stretch.
///
/// Spans are taken from the start of the second, and all is whole numbers: a product of 64 bits and a shift.
#[derive(Clone, Copy, Debug)]
pub struct Ruler {
    second: SimTime,
    /// Slots of the second before that.
    before: u64,
    factor: u64,
    shift: u32,
}

/// Spans longer than this, 18 minutes, are taken as this.
const LONGEST: u64 = (1 << FACTOR_SPAN_BITS) - 1;
const FACTOR_SPAN_BITS: u32 = 40;
const FACTOR_BITS: u32 = 64 - FACTOR_SPAN_BITS;

impl Ruler {
    /// The slot of an instant there or after it. The factor is rounded up: the last nanoseconds of a slot may seem to be
    /// beyond it.
    #[inline(always)]
    pub fn slot(self, at: SimTime) -> u64 {
        (((at.0 - self.second.0).min(LONGEST) * self.factor) >> self.shift) - self.before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_lies_in_the_slot_that_starts_before_it_and_ends_after_it() {
        for (stay_ms, rate, kept_s) in
            [(100, 1_000.0, 640), (7, 20_000.0, 60), (60_000, 3.0, 7_200), (1, 1e6, 1)]
        {
            let grid = Grid::new(SimTime(stay_ms * 1_000_000), rate, SimTime(kept_s * SECOND.0));
            for slot in (0..40_000_000_u64).step_by(1_237) {
                let (start, end) = (grid.start(slot), grid.start(slot + 1));
                let first = slot - slot % grid.chunk() as u64;
                let ruler = grid.ruler(first);
                let found =
                    [start, SimTime((start.0 + end.0) / 2), end].map(|at| first + ruler.slot(at) - slot);
                assert_eq!(found, [0, 0, 1], "slot {slot} of {grid:?}");
            }
        }
    }

    #[test]
    fn chunks_end_with_the_seconds_and_are_short_beside_the_time_kept() {
        for (rate, kept_s) in [(1_000.0, 640), (20_000.0, 60), (30.0, 7_200)] {
            let grid = Grid::new(SimTime(100_000_000), rate, SimTime(kept_s * SECOND.0));
            let per_second = grid.chunks(SECOND);
            assert_eq!(grid.start(per_second * grid.chunk() as u64), SECOND);
            assert!(grid.chunks(SimTime(kept_s * SECOND.0)) >= 1_000, "{grid:?}");
        }
    }
}
