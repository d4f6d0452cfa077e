use super::{MOST_SPIKE, Traffic};
use crate::units::{DAY, MINUTE, MINUTES_PER_DAY, SimTime, sort_by_number};

/// Requests that all arrive at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// When, in hours after midnight: 0 or more, less than 24.
    pub hour: f64,
    /// How many.
    pub requests: u32,
}

/// Requests that a timer sends at one instant, again and again through the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jobs {
    /// Minutes from one to the next; none where it is zero.
    pub every_min: u32,
    /// How many requests each time.
    pub requests: u32,
    /// Minutes from midnight to one of them.
    pub offset_min: u32,
}

impl Jobs {
    /// The minutes of the day at which the timer goes off. Where its period does not divide a day, it starts
    /// anew after midnight.
    pub fn minutes(self) -> impl Iterator<Item = usize> {
        let every = self.every_min.max(1);
        let last = if self.every_min == 0 || self.requests == 0 { 0 } else { MINUTES_PER_DAY };
        ((self.offset_min % every) as usize..last).step_by(every as usize)
    }
}

/// So many requests at one instant of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Since midnight.
    pub at: SimTime,
    /// How many, one or more.
    pub requests: u32,
}

impl Traffic {
    /// All that is sent at one instant, by hand and by the timer, grown, in time order. What comes at the
    /// same instant is one.
    pub fn sends(&self) -> Vec<Sent> {
        let grown =
            |requests: u32| (f64::from(requests) * self.growth).round().min(f64::from(MOST_SPIKE)) as u32;
        let spikes = self.spikes.iter().map(|spike| (of_day(spike.hour * 3_600.0), grown(spike.requests)));
        let job = grown(self.jobs.requests);
        let jobs = self.jobs.minutes().map(|minute| (SimTime(minute as u64 * MINUTE.0), job));
        merged(spikes.chain(jobs).collect())
    }

    /// The sends and the arrivals given one by one, in time order.
    pub(super) fn sends_and_instants(&self) -> Vec<Sent> {
        if self.instants.is_empty() {
            return self.sends();
        }
        let sends = self.sends().into_iter().map(|send| (send.at, send.requests));
        let instants = self.instants.iter().map(|&seconds| (of_day(seconds), 1));
        merged(sends.chain(instants).collect())
    }
}

fn of_day(seconds: f64) -> SimTime {
    SimTime(SimTime::from_secs(seconds).0 % DAY.0)
}

fn merged(mut sends: Vec<(SimTime, u32)>) -> Vec<Sent> {
    sort_by_number(&mut sends, |&(at, _)| at.0 as f64);
    let mut merged: Vec<Sent> = Vec::with_capacity(sends.len());
    for (at, requests) in sends.into_iter().filter(|&(_, requests)| requests > 0) {
        match merged.last_mut().filter(|last| last.at == at) {
            Some(last) => last.requests += requests,
            None => merged.push(Sent { at, requests }),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{traffic::Curve, units::PerSecond};

    fn jobs(every_min: u32, requests: u32, offset_min: u32) -> Jobs {
        Jobs { every_min, requests, offset_min }
    }

    #[test]
    fn a_timer_goes_off_at_the_minutes_of_its_schedule() {
        for (timer, count, first, last) in [
            (jobs(15, 3, 0), 96, 0, 1_425),
            (jobs(60, 3, 90), 24, 30, 1_410),
            (jobs(1_440, 3, 120), 1, 120, 120),
            (jobs(7, 3, 3), 206, 3, 1_438),
            (jobs(1, 1, 1_439), 1_440, 0, 1_439),
        ] {
            let minutes: Vec<_> = timer.minutes().collect();
            let ends = (minutes.len(), minutes[0], minutes[minutes.len() - 1]);
            assert_eq!(ends, (count, first, last), "{timer:?}");
        }
        for none in [jobs(0, 100, 0), jobs(15, 0, 0)] {
            assert_eq!(none.minutes().count(), 0, "{none:?}");
        }
    }

    #[test]
    fn what_comes_at_one_instant_is_one_send_and_growth_stops_at_the_cap() {
        let spikes = vec![Spike { hour: 1.0, requests: 10 }, Spike { hour: 1.5, requests: 20 }];
        let mut traffic = Traffic::new(Curve::constant(PerSecond(0.0)), spikes);
        traffic.jobs = jobs(720, 5, 60);
        let of = |traffic: &Traffic| -> Vec<_> {
            traffic.sends().iter().map(|send| (send.at.minute(), send.requests)).collect()
        };
        assert_eq!(of(&traffic), [(60, 15), (90, 20), (780, 5)]);
        traffic.growth = 0.5;
        assert_eq!(of(&traffic), [(60, 8), (90, 10), (780, 3)]);
        (traffic.growth, traffic.jobs.requests) = (100.0, 900_000);
        assert_eq!(of(&traffic), [(60, 1_001_000), (90, 2_000), (780, MOST_SPIKE)]);
        traffic.growth = 0.0;
        assert_eq!(of(&traffic), []);
    }
}
