use std::fmt;

use super::{Band, Counts, Outcome, QueueMode, Range, Scenario, knob};
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
        wait(&mut sentence, scenario, outcome, band);
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

fn wait(sentence: &mut Sentence, scenario: &Scenario, outcome: &Outcome, band: &Band) {
    let is_event = scenario.sends_events();
    let counts = &outcome.counts;
    let fate = fate(counts);
    if counts.answered == 0 {
        sentence.say(if is_event { "nothing gets done: " } else { "nobody gets an answer: " });
        return sentence.0.push(Phrase::Lost(lost(counts, fate)));
    }
    if counts.unanswered() > 0 {
        sentence.0.push(Phrase::Lost(lost(counts, fate)));
        sentence.say(if is_event { "; of those done, " } else { "; of those answered, " });
    }
    sentence.say(if is_event { "1 in 100 is done only after " } else { "1 in 100 waits longer than " });
    sentence.0.push(Phrase::Wait(plain_wait(outcome.latency.p99_s)));
    sentence.0.extend(between(band.p99_s, plain_wait));
    sentence.say(reason(outcome));
}

/// What becomes of most of those without an answer: how many, said of one and of many.
fn fate(counts: &Counts) -> (u64, &'static str, &'static str) {
    let fates = [
        (counts.throttled, "is turned away", "are turned away"),
        (counts.failed, "fails", "fail"),
        (counts.timed_out, "takes longer than is allowed", "take longer than is allowed"),
        (counts.dead_lettered, "is put aside after the last try", "are put aside after the last try"),
        (counts.lost, "is lost without a word", "are lost without a word"),
        (counts.waiting, "is still waiting at midnight", "are still waiting at midnight"),
    ];
    fates.into_iter().reduce(|most, next| if next.0 > most.0 { next } else { most }).unwrap_or_default()
}

/// "1,000 of 2,000 requests (50 %) are turned away"; where there are several reasons, the biggest with its share.
fn lost(counts: &Counts, (most, one, many): (u64, &str, &str)) -> String {
    let all = counts.unanswered();
    let share = percent(all, counts.arrived);
    let of = format!("{} of {} requests ({share})", grouped(all), grouped(counts.arrived));
    if most == all {
        return format!("{of} {}", if all == 1 { one } else { many });
    }
    let get = if all == 1 { "gets" } else { "get" };
    format!("{of} {get} no answer, most because they {many}")
}

/// A share in percent, never nothing when there is some, nor all when some are left.
fn percent(part: u64, whole: u64) -> String {
    match 100.0 * part as f64 / whole.max(1) as f64 {
        share if share < 0.1 => "less than 0.1 %".to_owned(),
        share if share < 9.95 => format!("{share:.1} %"),
        share if share >= 99.0 && part < whole => format!("{:.1} %", share.min(99.9)),
        share => format!("{share:.0} %"),
    }
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
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = if first > 0 { vec![&digits[..first]] } else { Vec::new() };
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Basis, estimate, evaluate, preset};

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
    fn shares_say_none_and_all_only_when_it_is_so() {
        for (part, whole, text) in [
            (1, 100_000, "less than 0.1 %"),
            (2, 100, "2.0 %"),
            (1, 2, "50 %"),
            (99_999, 100_000, "99.9 %"),
            (7, 7, "100 %"),
        ] {
            assert_eq!(percent(part, whole), text);
        }
    }

    /// What is said between the price and the wait.
    #[test]
    fn what_is_lost_is_said_with_its_share_and_the_biggest_reason() {
        let some = Counts { arrived: 2_000, answered: 1_000, ..Counts::default() };
        for (counts, text) in [
            (Counts { throttled: 1_000, ..some }, "1,000 of 2,000 requests (50 %) are turned away"),
            (Counts { failed: 30, ..some }, "30 of 2,000 requests (1.5 %) fail"),
            (
                Counts { timed_out: 1, ..some },
                "1 of 2,000 requests (less than 0.1 %) takes longer than is allowed",
            ),
            (
                Counts { dead_lettered: 20, ..some },
                "20 of 2,000 requests (1.0 %) are put aside after the last try",
            ),
            (Counts { lost: 20, ..some }, "20 of 2,000 requests (1.0 %) are lost without a word"),
            (Counts { waiting: 500, ..some }, "500 of 2,000 requests (25 %) are still waiting at midnight"),
            (
                Counts { throttled: 40, failed: 900, ..some },
                "940 of 2,000 requests (47 %) get no answer, most because they fail",
            ),
        ] {
            assert_eq!(lost(&counts, fate(&counts)), text);
        }
    }

    fn said(scenario: &Scenario) -> String {
        let outcome = evaluate(scenario);
        explain(scenario, &outcome, &Band::of_day(&outcome)).to_string()
    }

    #[test]
    fn who_gets_no_answer_and_who_does_not_come_is_said() {
        let of = |link: &str| said(&Scenario::from_link(link).expect(link));
        for (link, part) in [
            (
                "situation=batch-2000",
                " (50 %) are turned away; of those answered, 1 in 100 waits longer than 3.6 s,",
            ),
            (
                "spikes=2:2000&waiting_ms=3000&waiting_spread=0&timeout_s=1",
                " and nobody gets an answer: 2,000 of 2,000 requests (100 %) get no answer, most because they ",
            ),
            (
                "situation=batch-2000&way_in=event",
                " a month and 1 in 100 is done only after 8.0 s, mostly because it waits in line",
            ),
            (
                "situation=batch-2000&way_in=event&error_percent=100",
                " and nothing gets done: 2,000 of 2,000 requests (100 %) are lost without a word.",
            ),
            ("seed=1", ", nobody comes and you pay $0.00 a month."),
        ] {
            let sentence = of(link);
            assert!(sentence.contains(part), "{link}: {sentence}");
        }
    }

    #[test]
    fn whatever_goes_wrong_the_inputs_stand_where_they_stood() {
        let kinds = |link: &str| {
            let scenario = Scenario::from_link(link).expect(link);
            let outcome = evaluate(&scenario);
            let sentence = explain(&scenario, &outcome, &Band::of_day(&outcome));
            let kind = |phrase: &Phrase| matches!(phrase, Phrase::Knob { .. } | Phrase::Choice { .. });
            sentence.phrases().iter().take(8).map(kind).collect::<Vec<_>>()
        };
        let calm = kinds("situation=batch-2000&queue=on");
        for link in ["situation=batch-2000", "situation=batch-2000&way_in=event&error_percent=30", "seed=1"] {
            assert_eq!(kinds(link), calm, "{link}");
        }
    }
}
