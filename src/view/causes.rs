use burstlab_engine::{
    metrics::{CAUSES, Cause},
    scenario::{Outcome, Tail},
    units::sort_by_number,
};

use super::{Table, words};

/// What one cause takes of the time of some requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The cause.
    pub cause: Cause,
    /// Seconds that it takes on average.
    pub seconds: f64,
}

impl Part {
    /// The cause in words.
    pub fn words(&self) -> &'static str {
        cause_words(self.cause)
    }
}

/// A cause in words that follow a time.
pub fn cause_words(cause: Cause) -> &'static str {
    match cause {
        Cause::WayIn => "on the way in",
        Cause::Queue => "waiting in line",
        Cause::Retry => "trying again",
        Cause::ColdStart => "starting up",
        Cause::Handshake => "connecting",
        Cause::Dependency => "the system it depends on",
        Cause::Waiting => "waiting on others",
        Cause::Computing => "computing",
    }
}

/// Where the time of some requests goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Which requests.
    pub words: &'static str,
    /// What takes time, in the order in which a request meets it.
    pub parts: Vec<Part>,
}

impl Group {
    /// What takes so little that it reads as nothing is left out.
    fn of(words: &'static str, tail: &Tail) -> Self {
        let mut parts: Vec<_> =
            tail.causes.iter().map(|share| Part { cause: share.cause, seconds: share.mean_s }).collect();
        parts.retain(|part| part.seconds.is_finite() && part.seconds >= 0.000_5);
        sort_by_number(&mut parts, |part| f64::from(part.cause as u8));
        Self { words, parts }
    }

    /// All of it together.
    pub fn seconds(&self) -> f64 {
        self.parts.iter().map(|part| part.seconds).sum()
    }

    fn sentence(&self) -> String {
        let longest = self.parts.iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds));
        let longest = longest.map_or("nothing", Part::words);
        format!("{} take {} on average, most of it for {longest}.", self.words, words::wait(self.seconds()))
    }

    fn of_cause(&self, cause: Cause) -> f64 {
        self.parts.iter().filter(|part| part.cause == cause).map(|part| part.seconds).sum()
    }
}

/// Where the time of the slowest requests goes, beside that of all.
#[derive(Clone, Debug, PartialEq)]
pub struct CausesView {
    /// The slowest 1 in 100, and all.
    pub groups: [Group; 2],
}

impl CausesView {
    /// The view of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        Self {
            groups: [
                Group::of("The slowest 1 in 100", &outcome.slowest),
                Group::of("All requests", &outcome.all),
            ],
        }
    }

    /// The longer of the two, in seconds.
    pub fn most(&self) -> f64 {
        self.groups.iter().map(Group::seconds).fold(0.0, f64::max)
    }

    /// A sentence for each group.
    pub fn summary(&self) -> [String; 2] {
        if self.most() == 0.0 {
            let sentences = ["No request is answered on this day.", "There is no time to account for."];
            return sentences.map(str::to_owned);
        }
        [self.groups[0].sentence(), self.groups[1].sentence()]
    }

    /// The causes that every function has, and those that take some of the time here.
    fn listed(&self) -> impl Iterator<Item = Cause> {
        let always = [Cause::Queue, Cause::ColdStart, Cause::Waiting, Cause::Computing];
        let takes = |cause| self.groups.iter().any(|group| group.of_cause(cause) > 0.0);
        CAUSES.into_iter().filter(move |cause| always.contains(cause) || takes(*cause))
    }

    /// The mean seconds, cause by cause.
    pub fn table(&self) -> Table {
        let row = |cause: Cause| {
            let mut row = vec![cause_words(cause).to_owned()];
            row.extend(self.groups.iter().map(|group| words::wait(group.of_cause(cause))));
            row
        };
        let mut header = vec!["Cause".to_owned()];
        header.extend(self.groups.iter().map(|group| group.words.to_owned()));
        let mut foot = vec!["Together".to_owned()];
        foot.extend(self.groups.iter().map(|group| words::wait(group.seconds())));
        Table {
            caption: "Time of an answered request, on average".to_owned(),
            header,
            rows: self.listed().map(row).collect(),
            foot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::made_up;

    #[test]
    fn the_main_cause_of_both_groups_is_named() {
        let summary = CausesView::of(&made_up::burst()).summary();
        assert!(summary[0].starts_with("The slowest 1 in 100 take"), "{summary:?}");
        assert!(summary[0].ends_with("most of it for starting up."), "{summary:?}");
        assert!(summary[1].ends_with("most of it for waiting on others."), "{summary:?}");
    }

    #[test]
    fn what_takes_no_time_is_left_out_but_stands_in_the_table() {
        let view = CausesView::of(&made_up::burst());
        let causes: Vec<_> = view.groups[0].parts.iter().map(|part| part.cause).collect();
        assert_eq!(causes, [Cause::ColdStart, Cause::Waiting, Cause::Computing], "in the order of a request");
        let table = view.table();
        assert_eq!((table.rows.len(), table.rows[0][1].as_str()), (4, "0 s"));
    }

    #[test]
    fn a_day_without_answers_is_said() {
        let view = CausesView::of(&made_up::silence());
        assert_eq!((view.most(), view.summary()[0].as_str()), (0.0, "No request is answered on this day."));
    }
}
