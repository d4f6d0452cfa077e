//! What crosses between the page and its worker: plain strings, so that a test or another page can talk too.
//!
//! | to the worker | means |
//! | --- | --- |
//! | `{"simulate":{"run":7,"scenario":"…"}}` | simulate this scenario (its JSON, as text) and drop what is under way |
//! | `bench` | measure the engine's kernels here |
//!
//! | from the worker | means |
//! | --- | --- |
//! | `"ready"` | the module runs; said once, before anything else |
//! | `{"progress":{"run":7,"share":0.4}}` | so much of the day is simulated |
//! | `{"outcome":{"run":7,"text":"…"}}` | the answer: an outcome's JSON, as text, its bytes as the engine wrote them |
//! | `{"band":{"run":7,"text":"…"}}` | how the answer spreads over other days: a band's JSON, as text |
//! | `{"refused":{"run":7,"problems":["…"]}}` | the text was not a scenario |
//! | `{"bench":[…]}` | the answer to `bench` |
//!
//! Running state never crosses. The number of a run is the page's; answers of any but the last are old.

use serde::{Deserialize, Serialize};

/// What the page asks of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Simulate every request of a day.
    Simulate(Job),
    /// Measure the engine.
    #[serde(skip)]
    Bench,
}

/// A scenario to be simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The page's number for it; a later one replaces it.
    pub run: u64,
    /// The scenario's JSON.
    pub scenario: String,
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The module runs and takes jobs.
    Ready,
    /// A job is under way.
    Progress {
        /// Which.
        run: u64,
        /// How much of the day is simulated, from 0 to 1.
        share: f64,
    },
    /// A job is done.
    Outcome {
        /// Which.
        run: u64,
        /// The outcome's JSON.
        text: String,
    },
    /// Other days of the same scenario were simulated beside it.
    Band {
        /// Of which job.
        run: u64,
        /// The band's JSON.
        text: String,
    },
    /// A job's text was not a scenario.
    Refused {
        /// Which.
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
            Self::Simulate(_) => serde_json::to_string(self).expect("a job is plain data"),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_cross_as_written_in_the_table() {
        let job = Job { run: 7, scenario: "{}".to_owned() };
        for (ask, text) in
            [(Ask::Bench, "bench"), (Ask::Simulate(job), r#"{"simulate":{"run":7,"scenario":"{}"}}"#)]
        {
            assert_eq!(ask.to_text(), text);
            assert_eq!(Ask::parse(text), Some(ask));
        }
    }

    #[test]
    fn replies_cross_as_written_in_the_table() {
        for (reply, text) in [
            (Reply::Ready, r#""ready""#),
            (Reply::Progress { run: 7, share: 0.4 }, r#"{"progress":{"run":7,"share":0.4}}"#),
            (
                Reply::Outcome { run: 7, text: r#"{"a":1.0}"#.to_owned() },
                r#"{"outcome":{"run":7,"text":"{\"a\":1.0}"}}"#,
            ),
            (Reply::Band { run: 7, text: "{}".to_owned() }, r#"{"band":{"run":7,"text":"{}"}}"#),
            (
                Reply::Refused { run: 7, problems: vec!["no".to_owned()] },
                r#"{"refused":{"run":7,"problems":["no"]}}"#,
            ),
        ] {
            assert_eq!(reply.to_text(), text);
            assert_eq!(Reply::parse(text), Some(reply));
        }
    }

    #[test]
    fn what_is_not_of_the_protocol_is_none() {
        for text in ["", "Bench", "{}", r#"{"simulate":{"run":-1,"scenario":"{}"}}"#, "\u{0}"] {
            assert_eq!(Ask::parse(text), None, "{text:?}");
            assert_eq!(Reply::parse(text), None, "{text:?}");
        }
        assert_eq!(Reply::parse(r#"{"bench":[]}"#), None, "the answer to `bench` is not the page's to read");
    }
}
