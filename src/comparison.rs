//! What crosses between the page and the worker that compares: a head in JSON, and with a question the scenario's text.
//!
//! | to the worker | with | means |
//! | --- | --- | --- |
//! | `{"compare":{"run":7,"wish":{…}}}` | scenario | tell what else could answer it (JSON); drop what is under way |
//! | `"rest"` | | drop what is under way |
//!
//! | from the worker | means |
//! | --- | --- |
//! | `"ready"` | the module runs; said once, before anything else |
//! | `{"compared":{"run":7,"is_done":false,"comparison":{…}}}` | so much is known by now |
//! | `{"progress":{"run":7,"share":0.4}}` | so much is done of what is being simulated; said often |
//! | `{"refused":{"run":7,"problems":["…"]}}` | the text was not a scenario |

use burstlab_engine::scenario::{Comparison, Wish};
use serde::{Deserialize, Serialize};

/// What the page asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Compare, instead of what is under way.
    Compare {
        /// The page's number for the question; a later one replaces it.
        run: u64,
        /// What is wished for.
        wish: Wish,
    },
    /// Drop what is under way.
    Rest,
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The module runs and takes questions.
    Ready,
    /// So much is known by now.
    Compared {
        /// Of which question.
        run: u64,
        /// Whether nothing is left to be found out.
        is_done: bool,
        /// What is known.
        comparison: Comparison,
    },
    /// So much is done of what is being simulated.
    Progress {
        /// Of which question.
        run: u64,
        /// From 0 to 1.
        share: f64,
    },
    /// The text was not a scenario.
    Refused {
        /// Of which question.
        run: u64,
        /// What is wrong with it.
        problems: Vec<String>,
    },
}

/// The string that crosses.
pub fn to_text(plain: &impl Serialize) -> String {
    serde_json::to_string(plain).expect("what crosses is plain data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crosses_is_written_as_in_the_tables() {
        let wish = Wish { target_s: 0.1, by_hand: vec![("eks.spot".to_owned(), 3)] };
        let compare = Ask::Compare { run: 7, wish };
        for (ask, text) in [
            (Ask::Rest, r#""rest""#),
            (compare, r#"{"compare":{"run":7,"wish":{"target_s":0.1,"by_hand":[["eks.spot",3]]}}}"#),
        ] {
            assert_eq!(to_text(&ask), text);
            assert_eq!(serde_json::from_str::<Ask>(text).expect("an ask"), ask);
        }
        for (reply, text) in [
            (Reply::Ready, r#""ready""#),
            (Reply::Progress { run: 7, share: 0.4 }, r#"{"progress":{"run":7,"share":0.4}}"#),
            (
                Reply::Refused { run: 7, problems: vec!["no".to_owned()] },
                r#"{"refused":{"run":7,"problems":["no"]}}"#,
            ),
        ] {
            assert_eq!(to_text(&reply), text);
            assert_eq!(serde_json::from_str::<Reply>(text).expect("a reply"), reply);
        }
        let told = Reply::Compared { run: 7, is_done: true, comparison: Comparison::default() };
        assert_eq!(serde_json::from_str::<Reply>(&to_text(&told)).expect("a reply"), told);
    }
}
