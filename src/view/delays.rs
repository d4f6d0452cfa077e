use burstlab_engine::{
    metrics::{CAUSES, Cause, CauseSums, Minute, SLICE_MINUTES},
    scenario::Outcome,
    units::sort_by_number,
};

use super::{Table, cause_words, mean, peak, reading, words};

/// What takes less than this on average reads as nothing, in seconds.
const LEAST_S: f64 = 0.000_5;
/// A reading names so many causes.
const MOST_READ: usize = 2;

/// Where the time of the requests of ten minutes goes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delays {
    /// Answered requests.
    answered: f64,
    /// Seconds by cause, of all of them together.
    spent: [f64; CAUSES.len()],
}

impl Delays {
    fn of(minutes: &[Minute], causes: &[CauseSums]) -> Self {
        let answered = minutes.iter().map(|minute| f64::from(minute.answered)).sum();
        let seconds = |cause: usize| {
            causes.iter().map(|spent| spent.get(cause).copied().unwrap_or(0) as f64 / 1e6).sum()
        };
        Self { answered, spent: std::array::from_fn(seconds) }
    }

    fn all<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        parts.into_iter().fold(Self::default(), |sum, part| Self {
            answered: sum.answered + part.answered,
            spent: std::array::from_fn(|cause| sum.spent[cause] + part.spent[cause]),
        })
    }

    /// Seconds that a cause takes of an answered request, on average; by its place in [`CAUSES`].
    pub fn of_cause(&self, cause: usize) -> f64 {
        if self.answered > 0.0 { self.spent[cause] / self.answered } else { 0.0 }
    }

    /// All of them together.
    pub fn seconds(&self) -> f64 {
        (0..CAUSES.len()).map(|cause| self.of_cause(cause)).sum()
    }

    /// The causes that take some time, those that take most first.
    fn largest(&self) -> Vec<(Cause, f64)> {
        let parts = CAUSES.iter().enumerate().map(|(place, &cause)| (cause, self.of_cause(place)));
        let mut parts: Vec<_> = parts.filter(|(_, seconds)| *seconds >= LEAST_S).collect();
        sort_by_number(&mut parts, |&(_, seconds)| -seconds);
        parts
    }

    fn mostly(&self) -> &'static str {
        self.largest().first().map_or("nothing", |(cause, _)| cause_words(*cause))
    }
}

/// Where the time goes over the day, in steps of [`SLICE_MINUTES`].
#[derive(Clone, Debug, PartialEq)]
pub struct DelaysView {
    /// The steps.
    pub slices: Vec<Delays>,
}

impl DelaysView {
    /// The view of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        let minutes = outcome.minutes.chunks(SLICE_MINUTES);
        let causes = outcome.minute_causes_us.chunks(SLICE_MINUTES);
        Self { slices: minutes.zip(causes).map(|(minutes, causes)| Delays::of(minutes, causes)).collect() }
    }

    /// The step in which an answer takes longest, and how long; none on a day without answers.
    pub fn slowest(&self) -> Option<(usize, f64)> {
        peak(&self.slices, Delays::seconds)
    }

    /// The causes that take some of the time, by their place in [`CAUSES`].
    pub fn told(&self) -> Vec<usize> {
        let takes = |cause: &usize| self.slices.iter().any(|slice| slice.of_cause(*cause) >= LEAST_S);
        (0..CAUSES.len()).filter(takes).collect()
    }

    /// Two sentences: when an answer takes longest, and how long it takes over the day.
    pub fn summary(&self) -> [String; 2] {
        let Some((slice, seconds)) = self.slowest() else {
            let sentences = ["No request is answered on this day.", "There is no time to account for."];
            return sentences.map(str::to_owned);
        };
        let longest = format!(
            "Answers take longest around {}: {} on average, most of it for {}.",
            words::clock(slice * SLICE_MINUTES),
            words::wait(seconds),
            self.slices[slice].mostly(),
        );
        let day = Delays::all(&self.slices);
        let average = format!(
            "Over the day they take {} on average, most of it for {}.",
            words::wait(day.seconds()),
            day.mostly()
        );
        [longest, average]
    }

    /// Where the time of those goes who come at a minute of the day.
    pub fn reading(&self, minute: usize) -> String {
        let slice = self.slices.get(minute / SLICE_MINUTES).copied().unwrap_or_default();
        if slice.answered == 0.0 {
            return reading(minute, "no answers");
        }
        let parts = slice.largest();
        let named: Vec<_> = parts
            .iter()
            .take(MOST_READ)
            .map(|(cause, seconds)| format!("{} {}", words::wait(*seconds), cause_words(*cause)))
            .collect();
        let colon = if named.is_empty() { "" } else { ": " };
        reading(minute, &format!("{} on average{colon}{}", words::wait(slice.seconds()), named.join(", ")))
    }

    /// The mean times by the hour.
    pub fn table(&self) -> Table {
        let told = self.told();
        let mut header = vec!["Hour"];
        header.extend(told.iter().map(|&cause| cause_words(CAUSES[cause])));
        header.push("Together");
        Table::by_hour(
            "Time until the answer, on average of those who come in the hour",
            &header,
            &self.slices,
            60 / SLICE_MINUTES,
            |hour| {
                let hour_long = Delays::all(hour);
                let is_answered = mean(hour, |slice| slice.answered) > 0.0;
                let cell = |seconds| if is_answered { words::wait(seconds) } else { "no answers".to_owned() };
                let parts = told.iter().map(|&cause| cell(hour_long.of_cause(cause)));
                parts.chain([cell(hour_long.seconds())]).collect()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::made_up;

    #[test]
    fn parts_of_a_step_add_up_to_its_mean_wait() {
        let view = DelaysView::of(&made_up::failing());
        assert_eq!((view.slices.len(), view.told().len()), (144, CAUSES.len()));
        assert!((view.slices[10].seconds() - 0.218).abs() < 1e-9, "{}", view.slices[10].seconds());
        assert!((view.slices[70].seconds() - 4.0 * 0.218).abs() < 1e-9);
    }

    #[test]
    fn the_slowest_time_is_named_with_its_main_cause() {
        let summary = DelaysView::of(&made_up::burst()).summary();
        let start = "Answers take longest around 12:00: ";
        assert!(
            summary[0].starts_with(start) && summary[0].ends_with("most of it for starting up."),
            "{summary:?}"
        );
        assert!(summary[1].starts_with("Over the day they take "), "{summary:?}");
    }

    #[test]
    fn an_hour_is_the_mean_of_its_requests_and_not_of_its_steps() {
        let busy = Delays { answered: 9.0, spent: [9.0; CAUSES.len()] };
        let calm = Delays { answered: 1.0, spent: [11.0; CAUSES.len()] };
        assert_eq!(Delays::all(&[busy, calm]).of_cause(0), 2.0);
    }

    #[test]
    fn where_nobody_is_answered_it_is_said() {
        let view = DelaysView::of(&made_up::one_minute());
        let table = view.table();
        assert_eq!(table.rows[9][1..], ["0.4 s", "0.06 s", "0.01 s", "0.47 s"]);
        assert_eq!(table.rows[10][1..], ["no answers"; 4]);
        assert_eq!(view.reading(720), "12:00 · no answers");
        let reading = view.reading(555);
        assert_eq!(reading, "09:15 · 0.47 s on average: 0.4 s starting up, 0.06 s waiting on others");
        let silent = DelaysView::of(&made_up::silence());
        assert_eq!((silent.slowest(), silent.told()), (None, vec![]));
    }
}
