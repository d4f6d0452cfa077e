//! A marker as one plain sentence.

use super::{Episode, MarkerCause, MarkerKind, why};
use crate::scenario::{
    Outcome, Scenario,
    sentence::{grouped, plain_wait},
};

pub fn sentence(
    scenario: &Scenario,
    outcome: &Outcome,
    episode: &Episode,
    cause: MarkerCause,
    times: usize,
) -> String {
    let said = match episode.kind {
        MarkerKind::Starts => starts(scenario, outcome, episode, cause),
        MarkerKind::TurnedAway => {
            format!("{}, because {}", turned_away(scenario, episode), bound(scenario, cause))
        }
        MarkerKind::Failing => {
            format!("{} {}{}", many(episode.size), failing(scenario, cause, episode.size), until(episode))
        }
        MarkerKind::GivenUp => given_up(outcome, episode, cause),
        MarkerKind::Line | MarkerKind::Recovered => format!(
            "{} in line, the first for {}, because {}",
            counted(episode.size, "request waits", "requests wait"),
            plain_wait(f64::from(outcome.minutes[episode.marked].oldest_ms) / 1_000.0),
            bound(scenario, cause)
        ),
    };
    if times > super::EACH_TOLD {
        format!("{said}; so it goes {times} times in the day.")
    } else {
        format!("{said}.")
    }
}

pub fn recovered(kind: MarkerKind, minutes: usize) -> String {
    let over = match kind {
        MarkerKind::Line => "The line is gone",
        _ => "Nobody is turned away any more",
    };
    format!(
        "{over} and the wait is as usual, {} after it began.",
        counted(minutes as u64, "minute", "minutes")
    )
}

fn starts(scenario: &Scenario, outcome: &Outcome, episode: &Episode, cause: MarkerCause) -> String {
    let first = episode.first;
    let waits = counted(episode.size, "request waits", "requests wait");
    let occasion = match cause {
        MarkerCause::Spike => {
            let sent = why::sent_at(scenario, first);
            return format!("{} are sent at once, and {} for a copy to start", grouped(sent), {
                counted(episode.size, "waits", "wait")
            });
        }
        MarkerCause::Rise => "More come than before, and ".to_owned(),
        MarkerCause::Pause => {
            let pause = why::pause_before(&outcome.minutes, first) as u64;
            format!("Nobody has come for {}, and ", counted(pause, "minute", "minutes"))
        }
        MarkerCause::Deployed => "The day starts without a copy, and ".to_owned(),
        _ => "Earlier copies have ended, and ".to_owned(),
    };
    format!("{occasion}{waits} for a copy to start")
}

fn turned_away(scenario: &Scenario, episode: &Episode) -> String {
    let sent = why::sent_at(scenario, episode.first);
    let away = counted(episode.size, "is turned away", "are turned away");
    if sent > 0 {
        format!("{} are sent at once, and {away}{}", grouped(sent), until(episode))
    } else {
        format!(
            "{}{}",
            counted(episode.size, "request is turned away", "requests are turned away"),
            until(episode)
        )
    }
}

/// What holds requests up.
fn bound(scenario: &Scenario, cause: MarkerCause) -> String {
    let fleet = &scenario.fleet;
    match cause {
        MarkerCause::Limit => format!("all {} places are taken", grouped(u64::from(fleet.limit()))),
        MarkerCause::RequestRate => {
            let most = fleet.most_requests_per_s().round() as u64;
            format!("no more than {} a second may come in", grouped(most))
        }
        MarkerCause::MaxConcurrency => "no more of them may be worked on at once".to_owned(),
        MarkerCause::Pollers => "more of them are handed out only step by step".to_owned(),
        _ => "new copies start too slowly".to_owned(),
    }
}

fn failing(scenario: &Scenario, cause: MarkerCause, size: u64) -> String {
    let verb = |one, many| if size == 1 { one } else { many };
    let seconds = |seconds: f64| plain_wait(seconds);
    match cause {
        MarkerCause::Timeout => {
            let allowed = seconds(scenario.function.conduct.timeout.0);
            format!("{} longer than the {allowed} allowed", verb("takes", "take"))
        }
        MarkerCause::Patience => {
            let patience = seconds(scenario.sender.patience.0);
            format!("{} no answer in the {patience} that callers wait", verb("gets", "get"))
        }
        MarkerCause::Dependency => format!("{} because the system asked does", verb("fails", "fail")),
        _ => format!("{} in the code itself", verb("fails", "fail")),
    }
}

fn given_up(outcome: &Outcome, episode: &Episode, cause: MarkerCause) -> String {
    let are_kept = outcome.counts.dead_lettered >= outcome.counts.lost;
    let fate = if are_kept { "put aside as dead letters" } else { "lost" };
    let verb = if episode.size == 1 { "is" } else { "are" };
    let reason = match cause {
        MarkerCause::Age => "they grow too old in line",
        MarkerCause::Dependency => "the system asked fails",
        MarkerCause::Timeout => "the work takes too long",
        _ => "the code itself fails",
    };
    format!("{} {verb} {fate}{}, because {reason}", many(episode.size), until(episode))
}

/// Until when, where it is more than a minute.
fn until(episode: &Episode) -> String {
    match episode.minutes() {
        1 => String::new(),
        _ => format!(" until {:02}:{:02}", episode.last / 60, episode.last % 60),
    }
}

fn many(size: u64) -> String {
    counted(size, "request", "requests")
}

fn counted(size: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(size), if size == 1 { one } else { many })
}
