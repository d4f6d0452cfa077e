/// Random bits by place.
pub trait Lots: Copy {
    /// The 64 bits at a place.
    fn at(self, place: u64) -> u64;

    /// Those of the same request when it is tried once more.
    fn again(self) -> Self;
}

/// The luck of one request: any number of random numbers that depend on nothing but one draw.
///
/// What a request draws may depend on the settings, as how often a call is tried again. From a stream of its
/// own the next request is drawn the same whatever this one asked for; and since every number has a place,
/// one setting leaves the numbers of the others as they were. The mixer is that of splitmix64 (Steele,
/// Lea and Flood 2014).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Luck(pub u64);

impl Lots for Luck {
    #[inline(always)]
    fn at(self, place: u64) -> u64 {
        mixed(self.0.wrapping_add((place + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    fn again(self) -> Self {
        // A place that nothing else asks for.
        Self(self.at(u64::MAX - 1))
    }
}

/// The part of a whole that these bits name.
pub fn part_of(whole: u64, bits: u64) -> u64 {
    ((u128::from(whole) * u128::from(bits)) >> 64) as u64
}

#[inline(always)]
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Lots of the n-th of many requests that fill every place evenly instead of at random: far fewer requests then
/// show how all of them fare.
///
/// Each place is an additive recurrence with a step of its own, shifted.
#[derive(Clone, Copy, Debug)]
pub struct Even {
    /// Which request.
    pub index: u64,
    /// Tries before this one.
    pub tries: u64,
}

impl Lots for Even {
    fn at(self, place: u64) -> u64 {
        let place = place + (self.tries << 32);
        // An odd step meets each of the 2⁶⁴ values once.
        let (step, shift) = (mixed(2 * place + 2) | 1, mixed(2 * place + 3));
        self.index.wrapping_mul(step).wrapping_add(shift)
    }

    fn again(self) -> Self {
        Self { tries: self.tries + 1, ..self }
    }
}

/// A probability as the number of 64 random bits below which it happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chance(u64);

impl Chance {
    /// Of a share from 0 to 1; certain at 1.
    pub fn of(share: f64) -> Self {
        // A share of one saturates, and what is certain fails once in 2⁶⁴.
        Self((share.clamp(0.0, 1.0) * 18_446_744_073_709_551_616.0) as u64)
    }

    /// Whether it never happens.
    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether it happens for these bits.
    #[inline(always)]
    pub fn hits(self, bits: u64) -> bool {
        bits < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_happens_as_often_as_it_says_at_every_place() {
        for (place, share) in [(0, 0.0), (0, 1.0), (0, 0.25), (7, 0.01), (63, 0.9)] {
            let chance = Chance::of(share);
            let hits = (0..200_000).filter(|&request| chance.hits(Luck(request).at(place))).count();
            let got = hits as f64 / 200_000.0;
            assert!((got - share).abs() < 0.003, "{share} at {place}: {got}");
        }
    }

    #[test]
    fn even_lots_meet_a_chance_nearly_exactly() {
        for (place, share) in [(0, 0.05), (1, 0.8), (3, 0.01), (9, 0.5)] {
            for tries in [0, 2] {
                let chance = Chance::of(share);
                let hits = (0..4_096).filter(|&index| chance.hits(Even { index, tries }.at(place))).count();
                assert!((hits as f64 / 4_096.0 - share).abs() < 0.002, "{share} at {place}: {hits}");
            }
        }
    }

    #[test]
    fn places_do_not_follow_from_each_other() {
        let half = Chance::of(0.5);
        let both = (0..100_000).filter(|&n| half.hits(Luck(n).at(0)) && half.hits(Luck(n).at(1))).count();
        assert!((both as f64 / 100_000.0 - 0.25).abs() < 0.005, "{both}");
    }
}
