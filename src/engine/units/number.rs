use serde_json::Number;

/// The number that a text says, as people and browsers write it; none where it is none, or beyond all bounds.
///
/// Documents need the reader of JSON's numbers anyway, and it is as exact as the standard library's, whose 10 KB
/// of tables hardly compress and nothing else asks for.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.trim_start_matches('.').starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    // JSON has one digit at least on both sides of the point, and no zero before others.
    let digits = digits.trim_start_matches('0');
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    let zero = if digits.starts_with(|first: char| first.is_ascii_digit()) { "" } else { "0" };
    Some(sign * format!("{zero}{digits}").parse::<Number>().ok()?.as_f64()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_the_standard_library_reads_them() {
        let written = [
            "0", "7", "007", "-7", "+7", ".5", "-.25", "5.", "00.5", "12.75", "1e3", "2.5E-3", "0.1",
            "1e-400",
        ];
        let nothing = [
            "", ".", "-", "+", "-+1", "--1", "..5", "1..2", "1,5", "1 2", "1.2.3", "five", "0x10", "1e", "e5",
        ];
        for text in written.iter().chain(&nothing) {
            assert_eq!(number(text), text.parse().ok(), "{text:?}");
        }
        let pi = std::f64::consts::PI;
        assert_eq!(number(&format!(" {pi} ")), Some(pi));
        for text in ["NaN", "inf", "infinity", "1e999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
