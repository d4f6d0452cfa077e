use crate::scenario::{Fidelity, Outcome, QueueMode, Scenario};

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
        }
    }
}

/// What an estimate of a scenario does not reach; nothing where its formulas hold.
pub fn beyond(scenario: &Scenario, estimate: &Outcome) -> Vec<Beyond> {
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
    beyond
}

/// How an estimate was got: by formulas that hold, or by some that are only the nearest.
pub fn fidelity(scenario: &Scenario, estimate: &Outcome) -> Fidelity {
    if beyond(scenario, estimate).is_empty() { Fidelity::Estimate } else { Fidelity::Guess }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::estimate;

    #[test]
    fn where_the_formulas_do_not_hold_it_is_said() {
        for (link, expected) in [
            ("situation=notifications", vec![]),
            ("situation=notifications&dependency_ms=100&timeout_s=3", vec![]),
            ("situation=notifications&queue=on", vec![Beyond::Queue]),
            ("situation=notifications&dispersion=5", vec![Beyond::Bunches]),
            ("situation=batch-2000", vec![Beyond::TurnedAway]),
            ("situation=batch-2000&caller_retries=3", vec![Beyond::TriedAgain]),
            ("situation=batch-2000&way_in=event", vec![Beyond::EventsRefused]),
            (
                "situation=notifications&patience_s=1&caller_retries=2&retry_on=anything",
                vec![Beyond::SentTwice],
            ),
        ] {
            let scenario = Scenario::from_link(link).unwrap();
            let outcome = estimate(&scenario);
            assert_eq!(beyond(&scenario, &outcome), expected, "{link}");
            let is_guess = outcome.fidelity == Fidelity::Guess;
            assert_eq!(is_guess, !expected.is_empty(), "{link}");
        }
    }
}
