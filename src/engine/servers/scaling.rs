use std::collections::VecDeque;

use serde::Deserialize;

use crate::units::SimTime;

/// How a group of servers follows its load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scaling {
    /// It does not.
    None,
    /// By datapoints of its CPU.
    Tracking(Tracking),
    /// With the requests.
    Elastic(Elastic),
}

/// The numbers of servers between which a group stays; fixed where both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The fewest.
    pub least: u32,
    /// The most.
    pub most: u32,
}

/// Target tracking on the mean CPU of a group.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub struct Tracking {
    /// The share of its vCPUs that should be at work.
    pub target: f64,
    /// Seconds of a datapoint.
    pub period_s: f64,
    /// Datapoints in a row above the target that add servers.
    pub over: u32,
    /// Datapoints in a row well below it that take some away.
    pub under: u32,
    /// What of the target is well below it.
    pub shrink_below: f64,
    /// Seconds after a change in which none is taken away.
    pub pause_s: f64,
}

/// As many instances as the load of the last minute asks for; one without work stays for a while.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub struct Elastic {
    /// The share of their vCPUs that should be at work.
    pub cpu_target: f64,
    /// The share of their places that should be taken.
    pub places_target: f64,
    /// Seconds between two looks.
    pub period_s: f64,
    /// Seconds that one without work stays.
    pub idle_s: f64,
}

impl Size {
    /// So many, always.
    pub fn fixed(servers: u32) -> Self {
        Self { least: servers, most: servers }
    }

    /// Whether it never changes.
    pub fn is_fixed(self) -> bool {
        self.least == self.most
    }

    fn clamp(self, servers: u32) -> u32 {
        servers.clamp(self.least, self.most)
    }
}

impl Scaling {
    /// Between two looks at the load.
    pub fn period(&self) -> SimTime {
        match self {
            Self::None => SimTime::from_secs(60.0),
            Self::Tracking(rule) => SimTime::from_secs(rule.period_s),
            Self::Elastic(rule) => SimTime::from_secs(rule.period_s),
        }
    }
}

/// What a look at a group finds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    /// Servers that answer.
    pub running: u32,
    /// Servers on their way.
    pub starting: u32,
    /// vCPUs at work in the mean of the datapoint.
    pub at_work: f64,
    /// Requests at once in the mean of the datapoint.
    pub in_flight: f64,
}

/// Decides, look by look, how many servers there should be.
#[derive(Clone, Debug)]
pub struct Tracker {
    scaling: Scaling,
    size: Size,
    /// vCPUs, and places, of each.
    cores: f64,
    places: f64,
    highs: u32,
    lows: u32,
    /// The highest of the low datapoints in a row.
    highest_low: f64,
    rests_until: SimTime,
    now: SimTime,
    /// What the last looks asked for; the loads of the last minute.
    asked: VecDeque<u32>,
    minute: VecDeque<(f64, f64)>,
}

impl Tracker {
    /// Of servers with so many vCPUs, and places where those are bounded.
    pub fn new(scaling: Scaling, size: Size, cores: u32, at_once: Option<u32>) -> Self {
        Self {
            scaling,
            size,
            cores: f64::from(cores),
            places: at_once.map_or(f64::INFINITY, f64::from),
            highs: 0,
            lows: 0,
            highest_low: 0.0,
            rests_until: SimTime::ZERO,
            now: SimTime::ZERO,
            asked: VecDeque::new(),
            minute: VecDeque::new(),
        }
    }

    /// How many there should be after a datapoint that ends at `now`, those on their way included.
    pub fn look(&mut self, now: SimTime, load: Load) -> u32 {
        let present = load.running + load.starting;
        let wanted = match self.scaling {
            _ if self.size.is_fixed() => self.size.least,
            Scaling::None => present,
            Scaling::Tracking(rule) => self.track(rule, now, load),
            Scaling::Elastic(rule) => self.stretch(rule, load),
        };
        self.size.clamp(wanted)
    }

    fn track(&mut self, rule: Tracking, now: SimTime, load: Load) -> u32 {
        let running = f64::from(load.running.max(1));
        let use_share = load.at_work / (running * self.cores);
        let wanted = |share: f64| (running * share / rule.target - 1e-9).ceil().max(1.0) as u32;
        let (high, low) = (use_share > rule.target, use_share < rule.target * rule.shrink_below);
        self.highs = if high { self.highs + 1 } else { 0 };
        self.highest_low = if self.lows == 0 { use_share } else { self.highest_low.max(use_share) };
        self.lows = if low { self.lows + 1 } else { 0 };
        let present = load.running + load.starting;
        let after = if self.highs >= rule.over {
            wanted(use_share).max(present)
        } else if self.lows >= rule.under && now >= self.rests_until {
            wanted(self.highest_low).min(present)
        } else {
            present
        };
        if after != present {
            (self.highs, self.lows) = (0, 0);
            self.rests_until = now.plus(SimTime::from_secs(rule.pause_s));
        }
        after
    }

    /// The most that the load asked for within the time that one without work stays.
    fn stretch(&mut self, rule: Elastic, load: Load) -> u32 {
        let looks = |seconds: f64| (seconds / rule.period_s).round().max(1.0) as usize;
        push(&mut self.minute, (load.at_work, load.in_flight), looks(60.0));
        let count = self.minute.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| self.minute.iter().map(of).sum::<f64>() / count;
        let by_cpu = mean(|load| load.0) / (self.cores * rule.cpu_target);
        let by_places = mean(|load| load.1) / (self.places * rule.places_target);
        let asked = (by_cpu.max(by_places) - 1e-9).ceil().max(0.0) as u32;
        push(&mut self.asked, asked, looks(rule.idle_s));
        self.asked.iter().copied().max().unwrap_or_default()
    }

    /// The time on a clock that goes on by this span, for those who have none of their own.
    pub fn clock(&mut self, span: SimTime) -> SimTime {
        self.now += span;
        self.now
    }

    /// Tells that requests made more start than the load had asked for: they stay as long as the others.
    pub fn started(&mut self, present: u32) {
        if let Some(last) = self.asked.back_mut() {
            *last = present.max(*last);
        }
    }
}

fn push<T>(row: &mut VecDeque<T>, value: T, most: usize) {
    if row.len() >= most {
        row.pop_front();
    }
    row.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MINUTE;

    const RULE: Tracking =
        Tracking { target: 0.5, period_s: 60.0, over: 3, under: 5, shrink_below: 0.9, pause_s: 300.0 };

    /// The sizes that looks at a group of two-vCPU servers lead to, all of them there at once.
    fn sizes(scaling: Scaling, mut running: u32, at_work: &[f64]) -> Vec<u32> {
        let mut tracker = Tracker::new(scaling, Size { least: 0, most: 100 }, 2, Some(10));
        let mut look = |(minute, &at_work): (usize, &f64)| {
            let load = Load { running, starting: 0, at_work, in_flight: at_work };
            running = tracker.look(SimTime(MINUTE.0 * minute as u64), load);
            running
        };
        at_work.iter().enumerate().map(&mut look).collect()
    }

    #[test]
    fn the_third_high_datapoint_adds_what_brings_the_use_to_its_target() {
        // 7 of 8 vCPUs at work: 7 servers at a target of one of two vCPUs each.
        assert_eq!(sizes(Scaling::Tracking(RULE), 4, &[7.0; 4]), [4, 4, 7, 7]);
        assert_eq!(sizes(Scaling::Tracking(RULE), 4, &[7.0, 7.0, 3.9, 7.0, 7.0, 7.0]), [4, 4, 4, 4, 4, 7]);
    }

    #[test]
    fn low_datapoints_in_a_row_take_away_what_the_highest_of_them_does_not_need() {
        assert_eq!(sizes(Scaling::Tracking(RULE), 6, &[2.0, 3.0, 2.0, 2.0, 2.0, 2.0]), [6, 6, 6, 6, 3, 3]);
        let mut busy_then_idle = vec![20.0; 3];
        busy_then_idle.extend([1.0; 9]);
        let sizes = sizes(Scaling::Tracking(RULE), 10, &busy_then_idle);
        assert_eq!((sizes[2], sizes[6], sizes[7]), (20, 20, 1), "a pause after growth: {sizes:?}");
    }

    #[test]
    fn elastic_groups_follow_the_mean_of_a_minute_and_stay_for_a_while() {
        let rule = Elastic { cpu_target: 0.5, places_target: 0.5, period_s: 60.0, idle_s: 180.0 };
        assert_eq!(sizes(Scaling::Elastic(rule), 0, &[3.0, 8.0, 0.0, 0.0, 0.0]), [3, 8, 8, 8, 0]);
    }
}
