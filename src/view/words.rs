//! Numbers, times of day, shares and waits as people read them.

use burstlab_engine::{
    scenario::{Beyond, Fidelity},
    units::MINUTES_PER_DAY,
};

/// A time of day from minutes after midnight; the day's end is 24:00.
pub fn clock(minute: usize) -> String {
    let minute = minute.min(MINUTES_PER_DAY);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A number that people can read: no more digits than help, thousands apart.
pub fn number(value: f64) -> String {
    match value.abs() {
        magnitude if magnitude >= 999_500_000.0 => format!("{} billion", fixed(value / 1e9, 1)),
        magnitude if magnitude >= 999_500.0 => format!("{} million", fixed(value / 1e6, 1)),
        magnitude if magnitude >= 99.5 => fixed(value, 0),
        magnitude if magnitude >= 9.95 => {
            fixed(value, usize::from(magnitude % 1.0 != 0.0 && magnitude < 20.0))
        }
        magnitude if magnitude >= 0.995 => fixed(value, 1),
        magnitude if magnitude >= 0.000_5 => fixed(value, 2 + usize::from(magnitude < 0.095)),
        _ => "0".to_owned(),
    }
}

/// A number with at most so many decimals, without zeros at its end, thousands apart.
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let whole = if fraction.is_empty() && whole == "-0" { "0" } else { whole };
    match fraction {
        "" => thousands(whole),
        _ => format!("{}.{fraction}", thousands(whole)),
    }
}

/// Digits in groups of three: 86,400,000.
pub fn thousands(whole: &str) -> String {
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A part of a whole in percent, never rounded to nothing or to all when it is not.
pub fn percent(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
    match share {
        share if share <= 0.0 => "none".to_owned(),
        share if share < 0.1 => "less than 0.1 %".to_owned(),
        share if share < 10.0 => format!("{} %", fixed(share, 1)),
        share if share > 99.0 && share < 100.0 => format!("{} %", fixed(share.min(99.9), 1)),
        share => format!("{} %", fixed(share, 0)),
    }
}

/// A wait in words: seconds below two minutes, then minutes and hours.
pub fn wait(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.000_5 => "0 s".to_owned(),
        seconds if seconds < 119.5 => format!("{} s", number(seconds)),
        seconds if seconds < 7_170.0 => format!("{} min", fixed(seconds / 60.0, 0)),
        seconds => format!("{} h", fixed(seconds / 3_600.0, 1)),
    }
}

/// What the wait and the share without an answer are called: nobody waits for an event.
pub fn captions(are_events: bool) -> (&'static str, &'static str) {
    if are_events {
        ("1 in 100 is done only after", "Are not done")
    } else {
        ("1 in 100 waits longer than", "Get no answer")
    }
}

/// How far a simulation is, and whether it goes on without workers.
pub fn simulating(percent: u8, is_on_page: bool) -> String {
    match is_on_page {
        false => format!("Simulating, {percent} %"),
        true => format!("Simulating on the page itself, {percent} %: slower, the same numbers"),
    }
}

/// The same where some of the day was simulated first, and the answer shown is an estimate that it corrected.
pub fn glimpsed(percent: u8) -> String {
    format!("Estimated, and corrected by 20 simulated minutes; simulating all, {percent} %")
}

/// How a simulated answer was got.
pub fn simulated(fidelity: Fidelity, is_on_page: bool) -> String {
    let how = match fidelity {
        Fidelity::Fast => "Every request simulated, in slots of time",
        _ => "Every request simulated",
    };
    if is_on_page { format!("{how}, on the page itself") } else { how.to_owned() }
}

/// How an answer by formulas was got, where something makes it only a guess.
pub fn estimated(guessed: Option<Beyond>) -> String {
    match guessed {
        None => "Estimated by formula".to_owned(),
        Some(beyond) => format!("A first guess, since {}", beyond.words()),
    }
}

/// What a text says first: all up to its first full stop.
pub fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |stop| &text[..=stop])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_says_why_it_is_one() {
        assert_eq!(estimated(None), "Estimated by formula");
        assert_eq!(estimated(Some(Beyond::Queue)), "A first guess, since requests wait in line");
        assert_ne!(
            simulated(Fidelity::Fast, false),
            simulated(Fidelity::Exact, false),
            "and a quick kernel is told from an exact one"
        );
    }

    #[test]
    fn numbers_keep_the_digits_that_help() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.000_1, "0"),
            (0.004, "0.004"),
            (0.071, "0.071"),
            (0.25, "0.25"),
            (1.0, "1"),
            (1.94, "1.9"),
            (12.34, "12.3"),
            (37.0, "37"),
            (999.6, "1,000"),
            (12_345.6, "12,346"),
            (999_999.0, "1 million"),
            (1_234_567.0, "1.2 million"),
            (2e9, "2 billion"),
        ] {
            assert_eq!(number(value), expected, "{value}");
        }
    }

    #[test]
    fn shares_say_none_and_all_only_when_it_is_so() {
        for (part, whole, expected) in [
            (0.0, 10.0, "none"),
            (1.0, 0.0, "none"),
            (1.0, 1e6, "less than 0.1 %"),
            (1.0, 70.0, "1.4 %"),
            (1.0, 3.0, "33 %"),
            (99_999.0, 100_000.0, "99.9 %"),
            (5.0, 5.0, "100 %"),
        ] {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn waits_grow_from_seconds_to_hours() {
        for (seconds, expected) in [
            (0.0, "0 s"),
            (0.07, "0.07 s"),
            (1.9, "1.9 s"),
            (90.0, "90 s"),
            (600.0, "10 min"),
            (9_000.0, "2.5 h"),
        ] {
            assert_eq!(wait(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn the_day_ends_at_24() {
        for (minute, expected) in [(0, "00:00"), (725, "12:05"), (1_440, "24:00"), (9_999, "24:00")] {
            assert_eq!(clock(minute), expected);
        }
    }

    #[test]
    fn the_first_sentence_ends_at_a_full_stop_and_not_in_a_number() {
        for (text, expected) in [
            ("It takes 1.5 seconds. Then it ends.", "It takes 1.5 seconds."),
            ("One: two, three.", "One: two, three."),
            ("", ""),
        ] {
            assert_eq!(first_sentence(text), expected);
        }
    }
}
