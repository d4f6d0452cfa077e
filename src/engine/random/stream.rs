use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};

use crate::units::MINUTES_PER_DAY;

/// What random numbers are drawn for. Each purpose has streams of its own, so that a change in one
/// leaves the others' numbers as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// When requests arrive.
    Arrivals,
    /// How long they work.
    Work,
    /// How long environments take to start.
    Start,
    /// What befalls single requests: failures, and how the systems that they call answer.
    Luck,
    /// How long senders wait before they try again.
    Again,
    /// How much busier or quieter a second is than the curve says.
    Bursts,
    /// Which messages a queue delivers twice.
    Twice,
    /// Which of many environments ends by its age, where they are told apart by nothing else.
    Ages,
    /// How many requests a second has, when each comes and how long it works, where one number says all of a request.
    Seconds,
    /// The same of requests that are sent at one instant.
    Sent,
}

/// A sequence of random numbers that depends on nothing but a seed, a purpose and a minute of the day.
///
/// Drawing each minute from a stream of its own keeps a day's mornings bit for bit while its evening
/// is dragged. The generator is xoshiro256++ (Blackman and Vigna), one of the few that are quick in wasm.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of one purpose in one minute.
    pub fn new(seed: u64, purpose: Purpose, minute: usize) -> Self {
        // Distinct odd multipliers spread (purpose, minute) over the seeds; the generator's own seeding
        // (splitmix64) then decorrelates neighbours.
        let place = (minute as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ (purpose as u64 + 1).wrapping_mul(0xD1B5_4A32_D192_ED03);
        Self(Xoshiro256PlusPlus::seed_from_u64(seed ^ place))
    }

    /// The next 64 random bits.
    #[inline(always)]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// The streams of one purpose, minute after minute of a run whose clock starts at a minute of the day.
#[derive(Clone, Debug)]
pub struct DayStream {
    seed: u64,
    purpose: Purpose,
    first_minute: usize,
    minute: usize,
    stream: Stream,
}

impl DayStream {
    /// From the clock's zero on.
    pub fn new(seed: u64, purpose: Purpose, first_minute: usize) -> Self {
        Self { seed, purpose, first_minute, minute: 0, stream: Stream::new(seed, purpose, first_minute) }
    }

    /// Goes on to the stream of a minute, counted from the clock's zero; days repeat.
    #[inline]
    pub fn enter(&mut self, minute: usize) {
        if minute != self.minute {
            self.minute = minute;
            let of_day = (self.first_minute + minute) % MINUTES_PER_DAY;
            self.stream = Stream::new(self.seed, self.purpose, of_day);
        }
    }

    /// The next 64 random bits.
    #[inline(always)]
    pub fn bits(&mut self) -> u64 {
        self.stream.bits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runs_minute_draws_what_its_minute_of_the_day_does() {
        let mut run = DayStream::new(3, Purpose::Luck, 1_430);
        for (minute, of_day) in [(0, 1_430), (9, 1_439), (10, 0), (1_450, 0), (1_451, 1)] {
            run.enter(minute);
            assert_eq!(run.bits(), Stream::new(3, Purpose::Luck, of_day).bits(), "minute {minute}");
        }
    }

    #[test]
    fn streams_repeat_by_place_and_differ_between_places() {
        let draw = |seed, purpose, minute| Stream::new(seed, purpose, minute).bits();
        let base = draw(1, Purpose::Arrivals, 540);
        assert_eq!(base, draw(1, Purpose::Arrivals, 540));
        for other in
            [draw(2, Purpose::Arrivals, 540), draw(1, Purpose::Work, 540), draw(1, Purpose::Arrivals, 541)]
        {
            assert_ne!(base, other);
        }
    }
}
