use super::Scenario;
use crate::traffic::{MOST_RATE, MOST_SPIKE, SECONDS_PER_DAY};

impl Scenario {
    /// What a person should know of the traffic besides its numbers: where more is asked for than is simulated,
    /// and where imported counts leave a part of the day without any. Empty where there is nothing to say.
    pub fn notes(&self) -> Vec<String> {
        let (rate, sent) = self.traffic.beyond_caps();
        let rate = rate.map(|rate| {
            format!(
                "The traffic asks for {rate:.0} requests a second at its peak; {MOST_RATE} are simulated."
            )
        });
        let sent = sent.map(|sent| {
            format!("The largest send asks for {sent:.0} requests at once; {MOST_SPIKE} are simulated.")
        });
        let covered = self.traffic.series.as_ref().map(|series| series.covered_s());
        let silent = covered.filter(|&covered| covered < SECONDS_PER_DAY).map(|covered| {
            let hours = (covered as f64 / 36.0).round() / 100.0;
            format!("The imported counts cover {hours} of 24 hours; the rest of the day has none of them.")
        });
        rate.into_iter().chain(sent).chain(silent).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_or_missing_is_said() {
        for (text, words) in [
            (r#"{"curve": [[0, 2000]], "growth": 10}"#, &[][..]),
            (r#"{"curve": [[0, 2000]], "growth": 15}"#, &["asks for 30000 requests a second"]),
            (r#"{"curve": [[0, 9000]], "weekend_share": 3}"#, &["asks for 27000 requests a second"]),
            (r#"{"spikes": [[3, 20000]], "growth": 100}"#, &["asks for 2000000 requests at once"]),
            (r#"{"job_every_min": 5, "job_requests": 500000, "growth": 3}"#, &["1500000 requests at once"]),
            (r#"{"series": {"every_s": 3600, "requests": [1, 2]}}"#, &["cover 2 of 24 hours"]),
            (r#"{"series": {"every_s": 43200, "requests": [1, 2]}}"#, &[]),
            (
                r#"{"series": {"every_s": 60, "requests": [900000]}, "growth": 2, "curve": [[0, 1]]}"#,
                &["asks for 30002 requests a second", "cover 0.02 of 24 hours"],
            ),
        ] {
            let notes = Scenario::parse(text).expect(text).notes();
            assert_eq!(notes.len(), words.len(), "{text}: {notes:?}");
            for (note, word) in notes.iter().zip(words) {
                assert!(note.contains(word) && note.ends_with('.'), "{text}: {note}");
            }
        }
    }
}
