//! How long the fleet takes to come back to a level: cold starts without waiting for each of them.
//!
//! A request that raises the number at work to a level is cold when the level was left longer ago than the keep-alive.
//! That the fleet decides so is checked for every single request; what is left to estimate is how often a gap is so
//! long. Services that are exponential forget, so a gap that has lasted for many services ends at a constant rate, and
//! the share that outlasts the keep-alive follows from how often and how soon longer gaps end: far fewer requests tell
//! it than a count of those that are cold. Nothing is taken from the formulas that are to be checked.

use burstlab_engine::{random::math::exp, units::SimTime};

/// Gaps that have lasted for so many services have forgotten how they began, to 2e-9.
const FORGOTTEN_SERVICES: f64 = 20.0;

/// What the gaps of a batch tell, by level.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Gaps that ended after they had forgotten.
    pub ends: Vec<f64>,
    /// Seconds that they lasted from then on, summed.
    pub lasted_s: Vec<f64>,
}

/// Watches the gaps of a fleet.
pub struct Gaps {
    keep_alive: SimTime,
    forgotten: SimTime,
    /// By level: when the number at work last fell from it.
    fell: Vec<SimTime>,
    seen: Ends,
    /// Whether the fleet ever decided otherwise than the gap.
    pub contradicted: bool,
}

impl Gaps {
    /// None where a gap has hardly forgotten when the keep-alive ends: then cold starts are common, and counted.
    pub fn new(keep_alive_s: f64, service_s: f64) -> Option<Self> {
        let forgotten_s = FORGOTTEN_SERVICES * service_s;
        (keep_alive_s > 2.0 * forgotten_s).then(|| Self {
            keep_alive: SimTime::from_secs(keep_alive_s),
            forgotten: SimTime::from_secs(forgotten_s),
            fell: vec![SimTime::ZERO; 64],
            seen: Ends { ends: vec![0.0; 64], lasted_s: vec![0.0; 64] },
            contradicted: false,
        })
    }

    /// From when on a gap counts until the keep-alive ends, in seconds.
    pub fn counted_s(&self) -> f64 {
        (self.keep_alive - self.forgotten).as_secs()
    }

    /// The number at work fell from a level.
    #[inline]
    pub fn fell(&mut self, level: u32, at: SimTime) {
        self.fell[level as usize] = at;
    }

    /// The number at work rose to a level, by a request that was cold or was not.
    #[inline]
    pub fn rose(&mut self, level: u32, now: SimTime, cold: bool) {
        let level = level as usize;
        if level >= self.fell.len() {
            let room = 2 * level;
            self.fell.resize(room, SimTime::ZERO);
            self.seen.ends.resize(room, 0.0);
            self.seen.lasted_s.resize(room, 0.0);
        }
        let gap = now.since(self.fell[level]);
        // At first nothing was ever released, and every request is cold.
        self.contradicted |= cold != (gap > self.keep_alive) && now > self.keep_alive;
        if gap > self.forgotten {
            self.seen.ends[level] += 1.0;
            self.seen.lasted_s[level] += (gap - self.forgotten).as_secs();
        }
    }

    /// What was seen since this was last asked.
    pub fn take(&mut self) -> Ends {
        let empty = Ends { ends: vec![0.0; self.fell.len()], lasted_s: vec![0.0; self.fell.len()] };
        std::mem::replace(&mut self.seen, empty)
    }
}

impl Ends {
    fn add(&mut self, other: &Self) {
        let longest = self.ends.len().max(other.ends.len());
        self.ends.resize(longest, 0.0);
        self.lasted_s.resize(longest, 0.0);
        self.ends.iter_mut().zip(&other.ends).for_each(|(sum, more)| *sum += more);
        self.lasted_s.iter_mut().zip(&other.lasted_s).for_each(|(sum, more)| *sum += more);
    }
}

/// How many cold starts each batch stands for, of batches whose gaps have to last for so long after they have forgotten.
///
/// With E gaps that lasted X in all, a level's gaps end at the rate r = E / X, and E exp(-r u) of them outlast u. Each
/// batch's share is that expression made linear in its own E and X, so that the shares add up to the whole and
/// vary as it does.
pub fn cold_starts(batches: &[&Ends], counted_s: f64) -> Vec<f64> {
    let mut all = Ends::default();
    batches.iter().for_each(|batch| all.add(batch));
    let rate = |level: usize| if all.ends[level] > 0.0 { all.ends[level] / all.lasted_s[level] } else { 0.0 };
    let levels: Vec<(f64, f64)> = (0..all.ends.len())
        .map(|level| {
            let (rate, outlast) = (rate(level), exp(-rate(level) * counted_s));
            (outlast * (1.0 - rate * counted_s), outlast * rate * rate * counted_s)
        })
        .collect();
    let share = |batch: &&Ends| -> f64 {
        let ends = batch.ends.iter().zip(&levels).map(|(ends, level)| ends * level.0);
        let lasted = batch.lasted_s.iter().zip(&levels).map(|(lasted_s, level)| lasted_s * level.1);
        ends.sum::<f64>() + lasted.sum::<f64>()
    };
    batches.iter().map(share).collect()
}
