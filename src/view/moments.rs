use burstlab_engine::scenario::{Marker, Outcome, Scenario, markers};

use super::{BUCKET_MINUTES, words};

/// A reading is at most so long, so that it fits two lines.
const LONGEST_READING: usize = 94;

/// The moments of the day that are marked in every chart of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// The marks, in the order of the day.
    pub markers: Vec<Marker>,
}

impl Moments {
    /// The moments of an outcome of this scenario.
    pub fn of(outcome: &Outcome, scenario: &Scenario) -> Self {
        Self { markers: markers(scenario, outcome) }
    }

    /// A reading with what is marked at its time, as far as there is room for it.
    pub fn beside(&self, mut reading: String, minute: usize) -> String {
        let at = |marker: &&Marker| marker.minute / BUCKET_MINUTES == minute / BUCKET_MINUTES;
        for marker in self.markers.iter().filter(at) {
            let more = format!("; {}", marker.kind.label());
            if reading.chars().count() + more.chars().count() <= LONGEST_READING {
                reading.push_str(&more);
            }
        }
        reading
    }

    /// How many there are.
    pub fn count_words(&self) -> String {
        match self.markers.len() {
            0 => "No moment of the day stands out".to_owned(),
            1 => "1 moment of the day stands out".to_owned(),
            several => format!("{several} moments of the day stand out"),
        }
    }

    /// Each with the time at which charts are read for it, and with what happens in words.
    pub fn told(&self) -> impl Iterator<Item = (usize, String)> {
        self.markers.iter().map(|marker| {
            let read_at = marker.minute / BUCKET_MINUTES * BUCKET_MINUTES;
            (read_at, format!("{} · {}", words::clock(marker.minute), marker.sentence))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::made_up;

    #[test]
    fn a_burst_is_told_with_its_times() {
        let moments = Moments::of(&made_up::burst(), &made_up::kept_warm(5));
        let told: Vec<_> = moments.told().collect();
        assert!(
            told.iter()
                .any(|(at, one)| *at == 720 && one.starts_with("12:00 · ") && one.contains("turned away")),
            "{told:?}"
        );
        assert!(moments.count_words().ends_with(" stand out"));
    }

    #[test]
    fn a_reading_says_what_is_marked_then_and_only_where_it_fits() {
        let moments = Moments::of(&made_up::burst(), &made_up::kept_warm(5));
        let beside = |minute| moments.beside("12:00 · words".to_owned(), minute);
        assert!(beside(722).contains("; turned away"), "{}", beside(722));
        assert_eq!(beside(600), "12:00 · words");
        let long = "x".repeat(LONGEST_READING - 3);
        assert_eq!(moments.beside(long.clone(), 722), long);
    }

    #[test]
    fn a_quiet_day_has_none() {
        let moments = Moments::of(&made_up::silence(), &made_up::queued());
        assert_eq!(
            (moments.told().count(), moments.count_words().as_str()),
            (0, "No moment of the day stands out")
        );
    }
}
