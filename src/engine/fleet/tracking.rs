use std::sync::OnceLock;

use serde::Deserialize;

use super::Statistic;
use crate::facts;

/// How environments held ready follow the use of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The share of the held environments that should be at work.
    pub utilisation: f64,
    /// What a minute's use is told as.
    pub statistic: Statistic,
    /// Environments held at least.
    pub least: u32,
    /// Environments held at most.
    pub most: u32,
}

/// Target tracking: from what requests find to how many environments are asked for.
///
/// # What is modelled
/// - Each request tells how many of the held environments are at work, itself among them; the minute's mean or most is
///   a datapoint. A minute without requests has none: it neither counts nor breaks a row of them.
/// - Three datapoints in a row above the target ask for more, fifteen in a row below nine tenths of it for fewer:
///   held × used ÷ target, rounded up, by the last of them.
///
/// # What is approximated
/// - Datapoints are counted anew once a change is done, since those before it speak of another number; nothing is decided
///   while one is under way. The provider does not say how it treats them.
#[derive(Clone, Copy, Debug)]
pub struct Tracker {
    target: Target,
    minute: Use,
    above: u32,
    below: u32,
}

/// What the requests of a minute found, in millionths of what was held.
#[derive(Clone, Copy, Debug, Default)]
struct Use {
    requests: u64,
    sum: u64,
    most: u64,
}

const WHOLE: f64 = 1e6;

#[derive(Deserialize)]
struct Facts {
    tracking: Out,
    tracking_in: In,
}

#[derive(Deserialize)]
struct Out {
    datapoints_out: f64,
    in_below: f64,
}

#[derive(Deserialize)]
struct In {
    datapoints: f64,
}

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/lambda"))
}

impl Tracker {
    /// One that has seen nothing.
    pub fn new(target: Target) -> Self {
        Self { target, minute: Use::default(), above: 0, below: 0 }
    }

    /// The number that it starts with.
    pub fn least(&self) -> u32 {
        self.target.least
    }

    /// A request found so many of the held environments at work, itself included.
    #[inline]
    pub fn requested(&mut self, at_work: u32, held: u32) {
        let used = (u64::from(at_work.min(held)) * WHOLE as u64).checked_div(u64::from(held)).unwrap_or(0);
        self.minute.requests += 1;
        self.minute.sum += used;
        self.minute.most = self.minute.most.max(used);
    }

    /// Ends a minute in which so many were held; how many to ask for from now on.
    pub fn minute_ended(&mut self, held: u32) -> u32 {
        match std::mem::take(&mut self.minute).datapoint(self.target.statistic) {
            Some(used) => self.decide(used, held),
            None => held,
        }
    }

    /// How many to ask for after a datapoint.
    fn decide(&mut self, used: f64, held: u32) -> u32 {
        let Facts { tracking: out, tracking_in } = facts();
        let Target { utilisation: target, least, most, .. } = self.target;
        self.above = if used > target { self.above + 1 } else { 0 };
        self.below = if used < out.in_below * target { self.below + 1 } else { 0 };
        // Rounded up, but not for the last digit of a division.
        let wanted = ((f64::from(held) * used / target - 1e-6).ceil() as u32).clamp(least, most);
        let decided = if f64::from(self.above) >= out.datapoints_out {
            wanted.max(held)
        } else if f64::from(self.below) >= tracking_in.datapoints {
            wanted.min(held)
        } else {
            held
        };
        if decided != held {
            self.forget();
        }
        decided
    }

    /// A minute of which no more is known than its use, as a datapoint.
    pub fn minute_used(&mut self, used: f64) {
        let used = (used * WHOLE) as u64;
        self.minute = Use { requests: 1, sum: used, most: used };
    }

    /// Sees all anew, the minute included.
    pub fn forget(&mut self) {
        *self = Self::new(self.target);
    }
}

impl Use {
    /// The minute's datapoint; none without a request.
    fn datapoint(self, statistic: Statistic) -> Option<f64> {
        let mean = self.sum as f64 / self.requests as f64;
        let used = match statistic {
            Statistic::Average => mean,
            Statistic::Maximum => self.most as f64,
        };
        (self.requests > 0).then_some(used / WHOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes through datapoints while the number asked for is there at once; the numbers asked for.
    fn asked(statistic: Statistic, held: u32, minutes: &[&[u32]]) -> Vec<u32> {
        let target = Target { utilisation: 0.7, statistic, least: 5, most: 40 };
        let mut tracker = Tracker::new(target);
        let mut held = held;
        let mut minute = |at_work: &&[u32]| {
            at_work.iter().for_each(|&at_work| tracker.requested(at_work, held));
            held = tracker.minute_ended(held);
            held
        };
        minutes.iter().map(&mut minute).collect()
    }

    /// So many minutes of the same.
    fn times(count: usize, minute: &'static [u32]) -> Vec<&'static [u32]> {
        vec![minute; count]
    }

    #[test]
    fn three_datapoints_above_ask_for_more_and_fifteen_below_for_fewer() {
        use Statistic::{Average, Maximum};
        for (what, statistic, held, minutes, expected) in [
            ("out after three", Average, 10, times(3, &[10]), vec![10, 10, 15]),
            ("at the target nothing", Average, 10, times(4, &[7]), vec![10; 4]),
            ("one within breaks the row", Average, 10, vec![&[10][..], &[10], &[7], &[10], &[10], &[10]], {
                vec![10, 10, 10, 10, 10, 15]
            }),
            ("spill-over is no more than all", Average, 10, times(3, &[90]), vec![10, 10, 15]),
            ("by the last datapoint", Average, 10, vec![&[10][..], &[10], &[8]], vec![10, 10, 12]),
            ("never more than the most", Average, 38, times(3, &[38]), vec![38, 38, 40]),
            ("in after fifteen", Average, 20, times(15, &[7]), [vec![20; 14], vec![10]].concat()),
            ("never fewer than the least", Average, 20, times(15, &[1]), [vec![20; 14], vec![5]].concat()),
            ("a little below is no reason", Average, 20, times(20, &[13]), vec![20; 20]),
            ("a minute without requests says nothing", Average, 20, times(100, &[]), vec![20; 100]),
            ("nor does it break a row", Average, 10, vec![&[10][..], &[], &[10], &[], &[10]], {
                vec![10, 10, 10, 10, 15]
            }),
            ("the mean of a minute", Average, 10, times(3, &[10, 1]), vec![10; 3]),
            ("its most", Maximum, 10, times(3, &[10, 1]), vec![10, 10, 15]),
            ("counted anew after a change", Average, 10, times(6, &[40]), vec![10, 10, 15, 15, 15, 22]),
        ] {
            assert_eq!(asked(statistic, held, &minutes), expected, "{what}");
        }
    }
}
