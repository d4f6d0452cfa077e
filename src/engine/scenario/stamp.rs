//! What a link was made with: the version of the model and the date of the prices.

use super::Scenario;
use crate::pricing::price_date;

/// The version of the model, as links name it.
pub const MODEL: &str = env!("CARGO_PKG_VERSION");

/// What a person should know of a link besides what it opens: that it was made with another model or with
/// other prices, so that numbers may differ, and what its scenario has to say of itself ([`Scenario::notes`]).
/// Empty where there is nothing to say.
pub fn link_notes(fragment: &str) -> Vec<String> {
    let value_of = |wanted: &str| {
        let pairs = form_urlencoded::parse(fragment.trim_start_matches('#').as_bytes());
        pairs.filter(|(key, _)| key == wanted).last().map(|(_, value)| value.into_owned())
    };
    let model = value_of("model").filter(|version| is_version(version) && version != MODEL);
    let prices = value_of("prices").filter(|date| is_date(date) && date != price_date());
    let model = model.map(|version| {
        format!("This link was made with version {version} of the model; here it is {MODEL}, so numbers may differ.")
    });
    let prices = prices.map(|date| {
        let here = price_date();
        format!("This link was made with prices of {date}; here they are of {here}, so amounts may differ.")
    });
    let own = Scenario::from_link(fragment).map(|scenario| scenario.notes()).unwrap_or_default();
    model.into_iter().chain(prices).chain(own).collect()
}

/// A version: `0.1.0`, or `0.2.0-beta.1` before it is out.
pub fn is_version(text: &str) -> bool {
    let (numbers, suffix) = text.split_once('-').unwrap_or((text, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    text.len() <= 24
        && numbers.split('.').count() == 3
        && numbers.split('.').all(is_number)
        && !suffix.is_empty()
        && suffix.bytes().all(is_plain)
}

/// A year, a month or a day: `2026`, `2026-08`, `2026-08-22`.
pub fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let is_part = |(part, (digits, range)): (&&str, (usize, std::ops::RangeInclusive<u16>))| {
        part.len() == digits && part.parse().is_ok_and(|number: u16| range.contains(&number))
    };
    parts.len() <= 3 && parts.iter().zip([(4, 2000..=9999), (2, 1..=12), (2, 1..=31)]).all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_dates_are_told_from_other_text() {
        for (text, version, date) in [
            ("0.1.0", true, false),
            ("10.2.33", true, false),
            ("0.2.0-beta.1", true, false),
            ("0.1", false, false),
            ("0.1.", false, false),
            ("0.1.0-", false, false),
            ("1.2.x", false, false),
            ("2026", false, true),
            ("2026-08", false, true),
            ("2026-08-22", false, true),
            ("2026-0", false, false),
            ("2026-13", false, false),
            ("2026-08-22-01", false, false),
            ("+026", false, false),
            ("", false, false),
            ("lately", false, false),
        ] {
            assert_eq!((is_version(text), is_date(text)), (version, date), "{text:?}");
        }
    }

    #[test]
    fn only_another_model_or_other_prices_are_worth_a_word() {
        let own = format!("#v=1&model={MODEL}&prices={}", price_date());
        for (fragment, words) in [
            ("", &[][..]),
            ("#v=1&situation=notifications", &[]),
            (own.as_str(), &[]),
            ("v=1&prices=2024-03", &["prices of 2024-03"]),
            ("v=1&model=0.0.7&prices=2031", &["version 0.0.7", "prices of 2031"]),
            ("v=1&prices=lately&model=new", &[]),
            ("v=1&prices=2024-03&prices=2025", &["prices of 2025"]),
            ("v=1&curve=0:900&growth=50", &["asks for 45000"]),
        ] {
            let notes = link_notes(fragment);
            assert_eq!(notes.len(), words.len(), "{fragment}: {notes:?}");
            for (note, word) in notes.iter().zip(words) {
                assert!(note.contains(word) && note.ends_with('.'), "{fragment}: {note}");
            }
        }
    }
}
