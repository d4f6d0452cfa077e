use std::collections::VecDeque;

use super::Grid;
use crate::{
    fleet::FunctionWideIdle,
    random::{Purpose, Stream},
    units::{MINUTES_PER_DAY, SimTime},
};

/// The provider's environments of a function, as a crowd: how many there are, and chunk by chunk when they were last
/// needed and when they started, but not which is which.
///
/// With routing to the most recently used, the k-th of them was last needed when k of them last worked at once. So what
/// is kept is a falling row of numbers, each with the last chunk in which so many worked: those beyond the first of
/// the row are gone.
///
/// # What is approximated
/// - Which of them ends by its age is drawn by lot, since it hardly depends on the age which of those at work is
///   released first.
#[derive(Clone, Debug)]
pub struct Crowd {
    idle: u64,
    rest: SimTime,
    ages: Option<Ages>,
    there: u32,
    /// The last chunk in which so many worked at once; the numbers fall and the chunks rise.
    needed: VecDeque<(u64, u32)>,
}

/// When those that are there started, where they do not get as old as they like.
#[derive(Clone, Debug)]
struct Ages {
    most: u64,
    /// Chunks that one at work goes on beyond its age, in the mean.
    stay: u64,
    /// In order of time.
    births: VecDeque<Birth>,
    /// How many of these are of environments that are gone.
    gone: usize,
    /// Past their age but at work, with the chunk in which they are done.
    leaving: VecDeque<u64>,
    lots: Stream,
}

#[derive(Clone, Copy, Debug)]
struct Birth {
    chunk: u64,
    gone: bool,
}

impl Crowd {
    /// Nobody yet.
    pub fn new(policy: FunctionWideIdle, grid: &Grid, mean_stay: SimTime, lots: Stream) -> Self {
        let ages = || Ages {
            most: grid.chunks(policy.max_age),
            stay: grid.chunks(mean_stay).max(1),
            births: VecDeque::new(),
            gone: 0,
            leaving: VecDeque::new(),
            lots,
        };
        Self {
            idle: grid.chunks(policy.surplus_idle),
            rest: policy.function_idle,
            ages: (policy.max_age != SimTime::NEVER).then(ages),
            there: 0,
            needed: VecDeque::new(),
        }
    }

    /// How many there are.
    #[inline]
    pub fn there(&self) -> u32 {
        self.there
    }

    /// From here on lots are drawn from the stream of a minute of the day.
    pub fn begin_minute(&mut self, seed: u64, of_day: usize) {
        if let Some(ages) = &mut self.ages {
            ages.lots = Stream::new(seed, Purpose::Ages, of_day % MINUTES_PER_DAY);
        }
    }

    /// One more starts in a chunk.
    pub fn start(&mut self, chunk: u64) {
        self.there += 1;
        if let Some(ages) = &mut self.ages {
            ages.births.push_back(Birth { chunk, gone: false });
        }
    }

    /// So many worked at once in a chunk.
    #[inline]
    pub fn need(&mut self, chunk: u64, at_once: u32) {
        while self.needed.back().is_some_and(|&(_, level)| level <= at_once) {
            self.needed.pop_back();
        }
        self.needed.push_back((chunk, at_once));
    }

    /// Lets those end whose time is over when a chunk begins, with so many at work.
    #[inline]
    pub fn begin_chunk(&mut self, chunk: u64, at_work: u32) {
        while let Some(&(since, _)) = self.needed.front()
            // One was last needed in the midst of its chunk: every other ends half a chunk late, or early.
            && chunk >= since.saturating_add(self.idle).saturating_add(since & 1)
        {
            self.needed.pop_front();
            let left = self.needed.front().map_or(at_work, |&(_, level)| level).max(at_work);
            self.shrink(left, since);
        }
        if let Some(ages) = &self.ages
            && ages.is_due(chunk)
        {
            self.end_by_age(chunk, at_work);
        }
    }

    /// Whether a function at rest for so long has lost all of them.
    pub fn is_gone_after(&self, rest: SimTime) -> bool {
        rest > self.rest
    }

    /// All of them are gone.
    pub fn clear(&mut self) {
        self.there = 0;
        self.needed.clear();
        if let Some(ages) = &mut self.ages {
            ages.births.clear();
            ages.leaving.clear();
            ages.gone = 0;
        }
    }

    /// So many are left of those that were not needed since a chunk.
    fn shrink(&mut self, left: u32, since: u64) {
        let ended = self.there.saturating_sub(left);
        self.there -= ended;
        if let Some(ages) = &mut self.ages {
            (0..ended).for_each(|_| ages.forget_one(since));
        }
    }

    #[cold]
    fn end_by_age(&mut self, chunk: u64, at_work: u32) {
        while let Some(ages) = &mut self.ages
            && ages.is_old(chunk)
        {
            // Which of them it is, from the one that took the last request to the one that was not needed for longest.
            let place = 1 + ages.lot(u64::from(self.there)) as u32;
            if place <= at_work { ages.leaving.push_back(chunk + ages.stay) } else { self.end_at(place) }
        }
        while let Some(ages) = &mut self.ages
            && self.there > at_work
            && ages.leaving.front().is_some_and(|&done| done <= chunk)
        {
            ages.leaving.pop_front();
            self.end_at(at_work + 1);
        }
    }

    /// The one at a place ends, and those behind it are one place nearer.
    fn end_at(&mut self, place: u32) {
        self.there -= 1;
        for (_, level) in self.needed.iter_mut().filter(|(_, level)| *level >= place) {
            *level -= 1;
        }
        // Of two of one number the later counts.
        let mut index = 0;
        while index + 1 < self.needed.len() {
            if self.needed[index].1 <= self.needed[index + 1].1 {
                self.needed.remove(index);
            } else {
                index += 1;
            }
        }
    }
}

impl Ages {
    #[inline]
    fn is_due(&self, chunk: u64) -> bool {
        self.births.front().is_some_and(|birth| birth.chunk + self.most <= chunk)
            || self.leaving.front().is_some_and(|&done| done <= chunk)
    }

    /// Takes the first that is there from the row if it is past its age.
    fn is_old(&mut self, chunk: u64) -> bool {
        while let Some(birth) = self.births.front().copied()
            && birth.chunk + self.most <= chunk
        {
            self.births.pop_front();
            if !birth.gone {
                return true;
            }
            self.gone -= 1;
        }
        false
    }

    /// One that started by a chunk is gone.
    fn forget_one(&mut self, since: u64) {
        if self.gone * 2 > self.births.len() {
            self.births.retain(|birth| !birth.gone);
            self.gone = 0;
        }
        let by_then = self.births.partition_point(|birth| birth.chunk <= since);
        let first = self.lot(by_then as u64) as usize;
        let found = (0..by_then).map(|step| (first + step) % by_then).find(|&index| !self.births[index].gone);
        if let Some(index) = found {
            self.births[index].gone = true;
            self.gone += 1;
        }
    }

    /// One of so many.
    fn lot(&mut self, of: u64) -> u64 {
        self.lots.bits() % of.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SECOND;

    const STAY: SimTime = SimTime(SECOND.0 / 10);

    fn secs(seconds: u64) -> SimTime {
        SimTime(seconds * SECOND.0)
    }

    /// Goes through seconds in which so many work at once; how many there are after some of them.
    fn there(policy: FunctionWideIdle, at_once: impl Fn(u64) -> u32, seconds: &[u64]) -> Vec<u32> {
        let grid = Grid::new(STAY, 1_000.0, secs(600));
        let per_second = grid.chunks(SECOND);
        let mut crowd = Crowd::new(policy, &grid, STAY, Stream::new(1, Purpose::Ages, 0));
        let mut found = Vec::new();
        for chunk in 0..=seconds.last().unwrap_or(&0) * per_second {
            let at_work = at_once(chunk / per_second);
            crowd.begin_chunk(chunk, 0);
            while crowd.there() < at_work {
                crowd.start(chunk);
            }
            crowd.need(chunk, at_work);
            if chunk % per_second == 0 && seconds.contains(&(chunk / per_second)) {
                found.push(crowd.there());
            }
        }
        found
    }

    #[test]
    fn those_not_needed_for_their_time_end_and_the_old_ones_with_them() {
        let kept = |idle| FunctionWideIdle {
            function_idle: SimTime::NEVER,
            surplus_idle: secs(idle),
            max_age: SimTime::NEVER,
        };
        let aging = |age| FunctionWideIdle { max_age: secs(age), ..kept(600) };
        let peak = |second: u64| 4 + 5 * u32::from(second == 10);
        let alternating = |second: u64| 2 + 5 * u32::from(second.is_multiple_of(500));
        let burst = |second: u64| 5 * u32::from(second == 0);
        for (what, policy, at_once, seconds, expected) in [
            ("kept for its time", kept(600), &peak as &dyn Fn(u64) -> u32, [9, 608, 613], [4, 9, 4]),
            ("needed again in time", kept(600), &alternating, [499, 1_600, 3_000], [7, 7, 7]),
            ("never again", kept(300), &alternating, [299, 305, 500], [7, 2, 7]),
            ("not before its age", aging(300), &burst, [0, 299, 301], [5, 5, 0]),
            ("old ones make room for others", aging(300), &|_| 6, [1, 299, 1_000], [6, 6, 6]),
        ] {
            assert_eq!(there(policy, at_once, &seconds), expected, "{what}");
        }
    }

    #[test]
    fn a_function_at_rest_loses_all_of_them() {
        let grid = Grid::new(STAY, 1_000.0, secs(600));
        let policy =
            FunctionWideIdle { function_idle: secs(60), surplus_idle: secs(600), max_age: secs(7_200) };
        let mut crowd = Crowd::new(policy, &grid, STAY, Stream::new(1, Purpose::Ages, 0));
        (0..9).for_each(|_| crowd.start(0));
        assert!(!crowd.is_gone_after(secs(60)) && crowd.is_gone_after(secs(61)));
        crowd.clear();
        assert_eq!(crowd.there(), 0);
    }
}
