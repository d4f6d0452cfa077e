use std::fmt;

use super::{Band, Outcome, QueueMode, Range, Scenario, knob};
use crate::metrics::Cause;

/// A piece of the sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Phrase {
    /// Words that only say something.
    Words(String),
    /// A number of the scenario that can be changed where it stands.
    Knob {
        /// Its name in the knob table.
        key: &'static str,
        /// How the number reads here: "512 MB".
        text: String,
    },
    /// Something of the scenario that can be chosen otherwise where it stands.
    Choice {
        /// Its name in the table of choices.
        key: &'static str,
        /// How the choice reads here: "no line to wait in".
        text: String,
    },
    /// What a month costs.
    Price(String),
    /// How long the unlucky wait.
    Wait(String),
    /// Between what the number before it lies.
    Band(String),
    /// How many get no answer.
    Lost(String),
}

/// What happened and why, in one plain sentence whose inputs are marked as such.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence(Vec<Phrase>);

impl Sentence {
    /// Its pieces, from the first word to the full stop. The inputs come first and always in the same
    /// order, so that a page can leave them standing while the rest changes.
    pub fn phrases(&self) -> &[Phrase] {
        &self.0
    }

    fn say(&mut self, words: impl Into<String>) {
        self.0.push(Phrase::Words(words.into()));
    }
}

impl Phrase {
    /// Its words.
    pub fn text(&self) -> &str {
        match self {
            Self::Words(text)
            | Self::Price(text)
            | Self::Wait(text)
            | Self::Band(text)
            | Self::Lost(text)
            | Self::Knob { text, .. }
            | Self::Choice { text, .. } => text,
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|phrase| out.write_str(phrase.text()))
    }
}

/// One plain sentence: what is set, what it costs, how long the unlucky wait, and why.
///
/// The band stands behind each number that it makes a difference to.
pub fn explain(scenario: &Scenario, outcome: &Outcome, band: &Band) -> Sentence {
    let mut sentence = Sentence::default();
    setting(&mut sentence, scenario);
    if outcome.counts.arrived == 0 {
        sentence.say("nobody comes and you pay ");
        price(&mut sentence, outcome, band);
    } else {
        sentence.say("you pay ");
        price(&mut sentence, outcome, band);
        sentence.say(" and ");
        wait(&mut sentence, outcome, band);
    }
    sentence.say(".");
    sentence
}

fn setting(sentence: &mut Sentence, scenario: &Scenario) {
    sentence.say("With ");
    sentence.0.push(memory(scenario));
    sentence.say(" of memory, ");
    sentence.0.push(copies(scenario));
    sentence.say(" kept warm and ");
    let text =
        if scenario.queue_mode == QueueMode::Queued { "a line to wait in" } else { "no line to wait in" };
    sentence.0.push(Phrase::Choice { key: "queue", text: text.to_owned() });
    sentence.say(", ");
}

fn memory(scenario: &Scenario) -> Phrase {
    Phrase::Knob { key: "memory_mb", text: format!("{} MB", value(scenario, "memory_mb")) }
}

fn copies(scenario: &Scenario) -> Phrase {
    let text = match value(scenario, "provisioned") {
        0.0 => "no copies".to_owned(),
        1.0 => "1 copy".to_owned(),
        copies => format!("{copies} copies"),
    };
    Phrase::Knob { key: "provisioned", text }
}

fn value(scenario: &Scenario, key: &str) -> f64 {
    knob(key).map_or(0.0, |knob| knob.get(scenario))
}

fn price(sentence: &mut Sentence, outcome: &Outcome, band: &Band) {
    sentence.0.push(Phrase::Price(plain_usd(outcome.bill.total.0)));
    sentence.say(" a month");
    sentence.0.extend(between(band.usd, plain_usd));
}

fn wait(sentence: &mut Sentence, outcome: &Outcome, band: &Band) {
    if outcome.counts.answered == 0 {
        return sentence.say("nobody gets an answer");
    }
    if outcome.unanswered_share() > 0.0 {
        sentence.0.push(Phrase::Lost(lost(outcome)));
        sentence.say("; of those answered, ");
    }
    sentence.say("1 in 100 waits longer than ");
    sentence.0.push(Phrase::Wait(plain_wait(outcome.latency.p99_s)));
    sentence.0.extend(between(band.p99_s, plain_wait));
    sentence.say(reason(outcome));
}

fn lost(outcome: &Outcome) -> String {
    let counts = &outcome.counts;
    let fate =
        if counts.throttled >= counts.waiting { "are turned away" } else { "are still waiting at midnight" };
    format!("{} of {} requests {fate}", grouped(counts.throttled + counts.waiting), grouped(counts.arrived))
}

/// "(1.6 to 1.8 s)"; none where both ends read alike.
fn between(range: Range, words: fn(f64) -> String) -> Option<Phrase> {
    let (least, most) = (words(range.least), words(range.most));
    if least == most {
        return None;
    }
    // A unit that both share is said once.
    let least = match (least.split_once(' '), most.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => number.to_owned(),
        _ => least,
    };
    Some(Phrase::Band(format!(" ({least} to {most})")))
}

/// What takes most of the slowest requests' time, when that is not the work that everyone has.
fn reason(outcome: &Outcome) -> &'static str {
    let causes = outcome.slowest.causes.iter();
    match causes.max_by(|a, b| a.mean_s.total_cmp(&b.mean_s)).map(|most| most.cause) {
        Some(Cause::WayIn) => ", mostly because of the way in",
        Some(Cause::Queue) => ", mostly because it waits in line for a copy",
        Some(Cause::Retry) => ", mostly because it has to be tried again",
        Some(Cause::ColdStart) => ", mostly because a copy has to start first",
        Some(Cause::Handshake) => ", mostly because connections have to be made",
        Some(Cause::Dependency) => ", mostly because the system it depends on is slow",
        Some(Cause::Waiting) => ", mostly because the work itself waits on others",
        Some(Cause::Computing) => ", mostly because the work itself computes for long",
        None => "",
    }
}

/// Dollars for people: to the cent below 10, whole dollars beyond, grouped by thousands.
pub fn plain_usd(usd: f64) -> String {
    if usd < 9.995 {
        return format!("${usd:.2}");
    }
    format!("${}", grouped(usd.round() as u64))
}

/// A wait for people: "45 ms", "1.7 s", "12 min", "3.4 h".
pub fn plain_wait(seconds: f64) -> String {
    let two_figures = |value: f64| if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    match seconds {
        s if s < 0.0995 => format!("{:.0} ms", s * 1e3),
        s if s < 0.995 => format!("{s:.2} s"),
        s if s < 99.5 => format!("{} s", two_figures(s)),
        s if s < 5_970.0 => format!("{} min", two_figures(s / 60.0)),
        s => format!("{} h", two_figures(s / 3_600.0)),
    }
}

/// A whole number with its thousands apart: 86,400,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = if first > 0 { vec![&digits[..first]] } else { Vec::new() };
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Basis, estimate, preset};

    fn range(least: f64, most: f64) -> Range {
        Range { least, most }
    }

    #[test]
    fn numbers_read_as_people_say_them() {
        for (usd, text) in
            [(0.4, "$0.40"), (9.994, "$9.99"), (9.996, "$10"), (19.4, "$19"), (4_905.6, "$4,906")]
        {
            assert_eq!(plain_usd(usd), text);
        }
        for (seconds, text) in [
            (0.0454, "45 ms"),
            (0.363, "0.36 s"),
            (1.66, "1.7 s"),
            (42.3, "42 s"),
            (720.0, "12 min"),
            (12_240.0, "3.4 h"),
        ] {
            assert_eq!(plain_wait(seconds), text);
        }
        assert_eq!(grouped(86_400_000), "86,400,000");
        assert_eq!(grouped(12), "12");
    }

    #[test]
    fn a_band_is_said_where_its_ends_read_apart() {
        for (band, expected) in [
            (range(1.66, 1.74), None),
            (range(1.61, 1.74), Some(" (1.6 to 1.7 s)")),
            (range(0.9, 1.2), Some(" (0.90 to 1.2 s)")),
            (range(50.0, 150.0), Some(" (50 s to 2.5 min)")),
        ] {
            let said = between(band, plain_wait);
            assert_eq!(said.as_ref().map(Phrase::text), expected, "{band:?}");
        }
        assert_eq!(between(range(12.0, 14.0), plain_usd).unwrap().text(), " ($12 to $14)");
    }

    #[test]
    fn the_sentence_reads_as_one_and_its_inputs_come_first() {
        let mut scenario = preset("notifications").unwrap().scenario.clone();
        scenario.fleet.provisioned = 1;
        let mut outcome = estimate(&scenario);
        (outcome.bill.total.0, outcome.latency.p99_s) = (8.42, 1.663);
        let band = Band { usd: range(8.3, 8.5), p99_s: range(1.5, 1.8), basis: Basis::Days(9) };
        let sentence = explain(&scenario, &outcome, &band);
        assert_eq!(
            sentence.to_string(),
            "With 512 MB of memory, 1 copy kept warm and no line to wait in, you pay $8.42 a month ($8.30 to \
             $8.50) and 1 in 100 waits longer than 1.7 s (1.5 to 1.8 s), mostly because a copy has to start \
             first."
        );
        let inputs = sentence.phrases().iter().filter_map(|phrase| match phrase {
            Phrase::Knob { key, .. } | Phrase::Choice { key, .. } => Some(*key),
            _ => None,
        });
        assert_eq!(inputs.collect::<Vec<_>>(), ["memory_mb", "provisioned", "queue"]);
    }

    #[test]
    fn what_is_lost_and_who_does_not_come_is_said() {
        let said = |scenario: &Scenario| {
            let outcome = estimate(scenario);
            explain(scenario, &outcome, &Band::of_day(&outcome)).to_string()
        };
        let lost = said(&preset("batch-2000").unwrap().scenario);
        assert!(lost.contains(" requests are turned away; of those answered, 1 in 100 "), "{lost}");
        let silent = said(&Scenario::silent());
        assert!(silent.ends_with(", nobody comes and you pay $0.00 a month."), "{silent}");
    }
}
