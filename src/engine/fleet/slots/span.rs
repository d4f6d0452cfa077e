use super::grid::PART_BITS;
use crate::random::Stream;

/// Requests of a span of time in which they come evenly at random, or of an instant: drawn from one random number
/// each, as often as is asked for.
#[derive(Clone, Debug)]
pub struct Span {
    /// Their numbers.
    stream: Stream,
    requests: u64,
    /// Where it begins, in parts of a slot.
    from: u64,
    /// How far to shift 32 random bits for the parts since then.
    shift: u32,
}

impl Span {
    /// So many requests within slots of which two to some power are the span.
    pub fn even(stream: Stream, requests: u64, from: u64, slot_bits: u32) -> Self {
        Self { stream, requests, from, shift: 32 - slot_bits - PART_BITS }
    }

    /// So many requests at once; leaves the stream where they end.
    pub fn at_once(stream: &mut Stream, requests: u32, from: u64) -> Self {
        let span = Self { stream: stream.clone(), requests: requests.into(), from, shift: 32 };
        (0..requests).for_each(|_| _ = stream.bits());
        span
    }

    /// How many there are.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Tells each: when it comes, in parts of a slot, and the bits that say how long it stays.
    #[inline(always)]
    pub fn each(&self, mut tell: impl FnMut(u64, u32)) {
        // A stream of its own stays in registers.
        let mut stream = self.stream.clone();
        for _ in 0..self.requests {
            let bits = stream.bits();
            tell(self.from + (u64::from(bits as u32) >> self.shift), (bits >> 32) as u32);
        }
    }
}
