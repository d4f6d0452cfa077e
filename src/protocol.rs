//! What crosses between the page and its workers: a head in JSON and, where there is more to carry, an array of it and
//! texts that are only passed on. All are plain strings, so that a test or another page can talk too.
//!
//! | to a worker | with | means |
//! | --- | --- | --- |
//! | `{"simulate":{"run":7,"task":"whole"}}` | scenario | simulate its days (JSON); drop what is under way |
//! | `{"simulate":{"run":7,"task":{"piece":3}}}` | scenario | the same with one of its [`pieces`] |
//! | `{"simulate":{"run":7,"task":{"glimpse":1}}}` | scenario | the same with one of its [`glimpses`] |
//! | `{"simulate":{"run":7,"task":"join"}}` | scenario, parts | make the answer of the parts of all pieces |
//! | `{"simulate":{"run":7,"task":{"other_day":2}}}` | scenario | the same scenario on another day |
//! | `"rest"` | | drop what is under way |
//! | `bench` | | measure the engine's kernels |
//!
//! | from a worker | with | means |
//! | --- | --- | --- |
//! | `"ready"` | | the module runs; said once, before anything else |
//! | `{"progress":{"run":7,"share":0.4}}` | | so much of the task is done; said often while there is one |
//! | `{"part":{"run":7}}` | part | a piece is done: its part (JSON); none where the day is cut into fewer |
//! | `{"glimpse":{"run":7}}` | outcome | a glimpse is done: what its minutes came to (JSON); none where there is no such |
//! | `{"outcome":{"run":7,"band":{…},"other_days":8}}` | outcome | the answer (JSON), its bytes as the engine wrote them, and how many other days are worth a look |
//! | `{"day":{"run":7,"band":{…}}}` | | another day is done |
//! | `{"refused":{"run":7,"problems":["…"]}}` | | the text was not a scenario |
//! | `{"bench":[…]}` | | the answer to `bench` |
//!
//! Running state never crosses. The number of a run is the page's; answers of any but the last are old.
//!
//! [`pieces`]: burstlab_engine::scenario::pieces
//! [`glimpses`]: burstlab_engine::scenario::glimpses

use burstlab_engine::scenario::Band;
use serde::{Deserialize, Serialize};

/// What the page asks of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Simulate, instead of what is under way.
    Simulate {
        /// The page's number for the scenario; a later one replaces it.
        run: u64,
        /// What of it.
        task: Task,
    },
    /// Drop what is under way.
    Rest,
    /// Measure the engine.
    #[serde(skip)]
    Bench,
}

/// What of a scenario is to be done by one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// All of its days.
    Whole,
    /// One of the pieces of its days.
    Piece(usize),
    /// One of the short stretches that are looked at first.
    Glimpse(usize),
    /// The answer from the parts of all pieces.
    Join,
    /// Its days with other random numbers: the first, second or any after.
    OtherDay(u32),
}

/// What a worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The module runs and takes tasks.
    Ready,
    /// A task is under way.
    Progress {
        /// Of which run.
        run: u64,
        /// How much of the task is done, from 0 to 1.
        share: f64,
    },
    /// A piece is done, or there is none of that number.
    Part {
        /// Of which run.
        run: u64,
    },
    /// A glimpse is done, or there is none of that number.
    Glimpse {
        /// Of which run.
        run: u64,
    },
    /// The answer is there.
    Outcome {
        /// To which run.
        run: u64,
        /// The band of this one day.
        band: Band,
        /// How many other days are worth simulating beside it.
        other_days: u32,
    },
    /// Another day of the same scenario is done.
    Day {
        /// Of which run.
        run: u64,
        /// The band of that day.
        band: Band,
    },
    /// The text was not a scenario.
    Refused {
        /// Of which run.
        run: u64,
        /// What is wrong with it.
        problems: Vec<String>,
    },
}

const BENCH: &str = "bench";

impl Ask {
    /// The string that crosses.
    pub fn to_text(&self) -> String {
        match self {
            Self::Bench => BENCH.to_owned(),
            _ => serde_json::to_string(self).expect("an ask is plain data"),
        }
    }

    /// Reads a string that crossed; none where it is not an ask.
    pub fn parse(text: &str) -> Option<Self> {
        if text == BENCH { Some(Self::Bench) } else { serde_json::from_str(text).ok() }
    }
}

impl Reply {
    /// The string that crosses.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a reply is plain data")
    }

    /// Reads a string that crossed; none where it is not a reply.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The run that it is about; none where it is about the worker.
    pub fn run(&self) -> Option<u64> {
        match self {
            Self::Ready => None,
            Self::Progress { run, .. }
            | Self::Part { run }
            | Self::Glimpse { run }
            | Self::Outcome { run, .. }
            | Self::Day { run, .. }
            | Self::Refused { run, .. } => Some(*run),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burstlab_engine::scenario::{Basis, Range};

    #[test]
    fn asks_cross_as_written_in_the_table() {
        let simulate = |task| Ask::Simulate { run: 7, task };
        for (ask, text) in [
            (Ask::Bench, "bench"),
            (Ask::Rest, r#""rest""#),
            (simulate(Task::Whole), r#"{"simulate":{"run":7,"task":"whole"}}"#),
            (simulate(Task::Piece(3)), r#"{"simulate":{"run":7,"task":{"piece":3}}}"#),
            (simulate(Task::Glimpse(1)), r#"{"simulate":{"run":7,"task":{"glimpse":1}}}"#),
            (simulate(Task::Join), r#"{"simulate":{"run":7,"task":"join"}}"#),
            (simulate(Task::OtherDay(2)), r#"{"simulate":{"run":7,"task":{"other_day":2}}}"#),
        ] {
            assert_eq!(ask.to_text(), text);
            assert_eq!(Ask::parse(text), Some(ask));
        }
    }

    #[test]
    fn replies_cross_as_written_in_the_table() {
        let range = |least, most| Range { least, most };
        let band = Band { usd: range(1.0, 2.0), p99_s: range(3.0, 4.0), basis: Basis::Days(1) };
        let written =
            r#"{"usd":{"least":1.0,"most":2.0},"p99_s":{"least":3.0,"most":4.0},"basis":{"days":1}}"#;
        for (reply, text) in [
            (Reply::Ready, r#""ready""#.to_owned()),
            (Reply::Progress { run: 7, share: 0.4 }, r#"{"progress":{"run":7,"share":0.4}}"#.to_owned()),
            (Reply::Part { run: 7 }, r#"{"part":{"run":7}}"#.to_owned()),
            (Reply::Glimpse { run: 7 }, r#"{"glimpse":{"run":7}}"#.to_owned()),
            (
                Reply::Outcome { run: 7, band, other_days: 8 },
                format!(r#"{{"outcome":{{"run":7,"band":{written},"other_days":8}}}}"#),
            ),
            (Reply::Day { run: 7, band }, format!(r#"{{"day":{{"run":7,"band":{written}}}}}"#)),
            (
                Reply::Refused { run: 7, problems: vec!["no".to_owned()] },
                r#"{"refused":{"run":7,"problems":["no"]}}"#.to_owned(),
            ),
        ] {
            assert_eq!(reply.to_text(), text);
            assert_eq!(Reply::parse(&text), Some(reply));
        }
    }

    #[test]
    fn what_is_not_of_the_protocol_is_none() {
        for text in ["", "Bench", "{}", r#"{"simulate":{"run":-1,"task":"whole"}}"#, "\u{0}"] {
            assert_eq!(Ask::parse(text), None, "{text:?}");
            assert_eq!(Reply::parse(text), None, "{text:?}");
        }
        assert_eq!(Reply::parse(r#"{"bench":[]}"#), None, "the answer to `bench` is not the page's to read");
    }
}
