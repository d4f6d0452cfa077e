use super::{Luck, latency::Mixture, slices::Day};
use crate::{
    fleet::ProvisionedBy,
    scenario::{Outcome, QueueMode, Scenario},
    theory::Kept,
};

/// What about a scenario the formulas do not hold for.
///
/// An estimate is made all the same, since something has to be shown at once; it is a guess then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// Messages wait in a queue: to the formulas it is a fluid, without single copies and their starts.
    Queue,
    /// Requests are turned away: who of a burst finds a place depends on single departures.
    TurnedAway,
    /// Those turned away try again, and come on top of the others.
    TriedAgain,
    /// Events find no place, and come back later.
    EventsRefused,
    /// Requests come in bunches: formulas take them for independent.
    Bunches,
    /// Senders give up on work that goes on, and send it once more.
    SentTwice,
    /// Copies are held by their use, which follows single requests.
    Tracked,
    /// Copies that started together end together, and so start together again.
    Renewed,
    /// About 1 in 100 is far slower than the others: chance decides on which side of it the p99 is.
    Edge,
    /// So few requests come that days differ by more than the formulas are off.
    Few,
}

impl Beyond {
    /// In words that go on after "because".
    pub fn words(self) -> &'static str {
        match self {
            Self::Queue => "requests wait in line",
            Self::TurnedAway => "requests are turned away",
            Self::TriedAgain => "those turned away come back",
            Self::EventsRefused => "events find no place and come back",
            Self::Bunches => "requests come in bunches",
            Self::SentTwice => "senders give up waiting and send again",
            Self::Tracked => "the copies kept warm follow their use",
            Self::Renewed => "copies that started together end together",
            Self::Edge => "about 1 in 100 is far slower than the rest",
            Self::Few => "few requests come, and each of them counts",
        }
    }

    /// Whether the formulas hold, and only chance goes beyond them.
    pub fn is_chance(self) -> bool {
        matches!(self, Self::Edge | Self::Few)
    }
}

/// What the formulas promise of the mean of several days: how far the p99 is off, as a part of it.
const PROMISED_P99: f64 = 0.03;
/// So much more work by starts of copies that end together does not show.
const MOST_RENEWED: f64 = 0.004;
/// Beyond this the mean of eight days is by chance alone not within half a percent of the bill.
const MOST_LUCK_USD: f64 = 0.008;
/// What the mean of eight days is off by chance, at the most that is to be expected, in deviations of one day.
const MEAN_OF_DAYS: f64 = 0.55;
/// How far the formulas' cold starts are off, as a part of them.
const COLD_OFF: f64 = 0.015;
/// Of fewer answers than these the p99 is one of ten; of more than those it is not their number that makes it uncertain.
const FEW: u64 = 1_000;
const MANY: u64 = 20_000;

/// What an estimate does not reach; nothing where its formulas hold.
pub fn beyond(scenario: &Scenario, estimate: &Outcome, mixture: &Mixture, day: &Day) -> Vec<Beyond> {
    let mut beyond = of_rules(scenario, estimate, mixture);
    if beyond.is_empty() {
        beyond.extend(of_chance(estimate, &Luck::of(scenario, mixture, day, estimate)));
    }
    beyond
}

fn of_rules(scenario: &Scenario, estimate: &Outcome, mixture: &Mixture) -> Vec<Beyond> {
    if scenario.queue_mode == QueueMode::Queued {
        return vec![Beyond::Queue];
    }
    let mut beyond = Vec::new();
    let mut add = |holds: bool, what: Beyond| {
        if holds {
            beyond.push(what);
        }
    };
    add(scenario.traffic.dispersion > 1.0, Beyond::Bunches);
    let turned_away = estimate.counts.throttled > 0;
    let tries_again = scenario.sender.caller_retries > 0;
    if scenario.sends_events() {
        add(turned_away, Beyond::EventsRefused);
    } else {
        add(turned_away && !tries_again, Beyond::TurnedAway);
        add(turned_away && tries_again, Beyond::TriedAgain);
        let gives_up = scenario.sender.patience.0 > 0.0 && estimate.counts.retried > 0;
        add(gives_up && tries_again, Beyond::SentTwice);
    }
    add(scenario.fleet.provisioned_by == ProvisionedBy::TargetTracking, Beyond::Tracked);
    add(renewed_share(scenario, mixture) > MOST_RENEWED, Beyond::Renewed);
    beyond
}

/// Where all copies end at one age, what their starts add to the work if all who come while one starts need one of
/// their own, as a part of it.
fn renewed_share(scenario: &Scenario, mixture: &Mixture) -> f64 {
    let start_s = mixture.init_mean();
    start_s * start_s / (Kept::of(scenario.fleet.keep_alive).age * mixture.work_mean().max(1e-6))
}

fn of_chance(estimate: &Outcome, luck: &Luck) -> Option<Beyond> {
    if estimate.counts.arrived == 0 {
        return None;
    }
    let p99_s = estimate.latency.p99_s;
    let range = luck.p99_s(MEAN_OF_DAYS, COLD_OFF);
    let is_off = range.most > p99_s * (1.0 + PROMISED_P99) || range.least < p99_s * (1.0 - PROMISED_P99);
    match (is_off, luck.usd > MOST_LUCK_USD || estimate.counts.answered < FEW) {
        (true, false) if estimate.counts.answered > MANY => Some(Beyond::Edge),
        (false, false) => None,
        _ => Some(Beyond::Few),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Fidelity, beyond, estimate};

    #[test]
    fn where_the_formulas_do_not_hold_it_is_said() {
        for (link, expected) in [
            ("situation=notifications", vec![]),
            ("situation=notifications&dependency_ms=100&timeout_s=3", vec![]),
            ("situation=notifications&queue=on", vec![Beyond::Queue]),
            ("situation=notifications&dispersion=5", vec![Beyond::Bunches]),
            ("situation=notifications&provisioned_by=target_tracking", vec![Beyond::Tracked]),
            ("situation=mvp&keep_alive=aws_2020", vec![]),
            ("situation=mvp&keep_alive=aws_2020&network=vpc_2018", vec![Beyond::Renewed]),
            ("situation=batch-2000", vec![Beyond::TurnedAway]),
            ("situation=batch-2000&caller_retries=3", vec![Beyond::TriedAgain]),
            ("situation=batch-2000&way_in=event", vec![Beyond::EventsRefused]),
            (
                "situation=notifications&patience_s=1&caller_retries=2&retry_on=anything",
                vec![Beyond::SentTwice],
            ),
            ("situation=cold-runtime", vec![Beyond::Few]),
            ("situation=mvp", vec![]),
            ("situation=mvp&spikes=2:230,4:230,10:230,14:230", vec![Beyond::Edge]),
        ] {
            let scenario = Scenario::from_link(link).unwrap();
            let outcome = estimate(&scenario);
            assert_eq!(beyond(&scenario, &outcome), expected, "{link}");
            let is_guess = outcome.fidelity == Fidelity::Guess;
            assert_eq!(is_guess, !expected.is_empty(), "{link}");
        }
    }
}
