//! Why something happens, as far as the outcome and the scenario tell it.

use super::{CALM, Episode, MarkerCause, MarkerKind, sum};
use crate::{
    fleet::PollingRule,
    metrics::Minute,
    scenario::{Outcome, Scenario},
};

/// Traffic so many times as much as in the minutes before has risen.
const RISE: f64 = 1.5;

pub fn cause(scenario: &Scenario, outcome: &Outcome, episode: &Episode) -> MarkerCause {
    match episode.kind {
        MarkerKind::Starts => of_starts(scenario, &outcome.minutes, episode),
        MarkerKind::TurnedAway => of_turning_away(scenario, &outcome.minutes, episode),
        MarkerKind::Failing => of_failing(scenario, outcome),
        MarkerKind::GivenUp => of_giving_up(scenario),
        MarkerKind::Line | MarkerKind::Recovered => of_line(scenario, &outcome.minutes, episode),
    }
}

/// Requests sent at one instant of a minute, by hand or by a timer; 0 where none are.
pub fn sent_at(scenario: &Scenario, minute: usize) -> u64 {
    let sends = scenario.traffic.sends();
    sends.iter().filter(|send| send.at.minute() == minute).map(|send| u64::from(send.requests)).sum()
}

/// Minutes without a request before this one.
pub fn pause_before(minutes: &[Minute], minute: usize) -> usize {
    minutes[..minute].iter().rev().take_while(|minute| minute.arrived == 0).count()
}

fn of_starts(scenario: &Scenario, minutes: &[Minute], episode: &Episode) -> MarkerCause {
    let first = episode.first;
    let before = &minutes[first.saturating_sub(CALM)..first];
    let usual = sum(before, |minute| minute.arrived) as f64 / before.len().max(1) as f64;
    if 2 * sent_at(scenario, first) >= u64::from(minutes[first].cold) {
        MarkerCause::Spike
    } else if first == 0 && scenario.just_deployed {
        MarkerCause::Deployed
    } else if !before.is_empty() && usual == 0.0 {
        MarkerCause::Pause
    } else if f64::from(minutes[first].arrived) >= RISE * usual {
        MarkerCause::Rise
    } else {
        MarkerCause::Ended
    }
}

fn of_turning_away(scenario: &Scenario, minutes: &[Minute], episode: &Episode) -> MarkerCause {
    let most_a_second = scenario.fleet.most_requests_per_s();
    let first = episode.first;
    let at_once = sent_at(scenario, first) as f64;
    let a_second = f64::from(minutes[first].arrived) / 60.0;
    if busy_most(minutes, episode) >= scenario.fleet.limit() {
        MarkerCause::Limit
    } else if at_once.max(a_second) >= most_a_second {
        MarkerCause::RequestRate
    } else {
        MarkerCause::SlowScaling
    }
}

fn of_line(scenario: &Scenario, minutes: &[Minute], episode: &Episode) -> MarkerCause {
    let busy = busy_most(minutes, episode);
    if busy >= PollingRule::of_settings(&scenario.queue).most {
        MarkerCause::MaxConcurrency
    } else if busy >= scenario.fleet.limit() {
        MarkerCause::Limit
    } else {
        MarkerCause::Pollers
    }
}

fn of_failing(scenario: &Scenario, outcome: &Outcome) -> MarkerCause {
    let patience = scenario.sender.patience.0;
    if outcome.counts.failed >= outcome.counts.timed_out {
        of_errors(scenario).unwrap_or(MarkerCause::Errors)
    } else if patience > 0.0 && patience < scenario.function.conduct.timeout.0 {
        MarkerCause::Patience
    } else {
        MarkerCause::Timeout
    }
}

/// What is never tried in vain can only have grown too old.
fn of_giving_up(scenario: &Scenario) -> MarkerCause {
    let can_take_too_long = !scenario.function.is_plain();
    match of_errors(scenario) {
        Some(cause) => cause,
        None if can_take_too_long && !scenario.function.conduct.dependency.is_there() => MarkerCause::Timeout,
        None => MarkerCause::Age,
    }
}

/// Which of the two fails more often, the code or what it asks; none where neither does.
fn of_errors(scenario: &Scenario) -> Option<MarkerCause> {
    let conduct = &scenario.function.conduct;
    let asked = &conduct.dependency;
    let tries = (0..=asked.retries).map(|_| asked.error_percent / 100.0);
    let of_asked = if asked.is_there() {
        100.0 * tries.product::<f64>() * (1.0 - asked.hit_percent / 100.0)
    } else {
        0.0
    };
    if conduct.error_percent <= 0.0 && of_asked <= 0.0 {
        return None;
    }
    Some(if of_asked > conduct.error_percent { MarkerCause::Dependency } else { MarkerCause::Errors })
}

fn busy_most(minutes: &[Minute], episode: &Episode) -> u32 {
    episode.slice(minutes).iter().map(|minute| minute.busy_most).max().unwrap_or_default()
}
