//! A key as its author meant it: a noun, a unit, and what it is per. `kb_written_per_execution` is the noun
//! `written`, a size in KB, per execution; `free_gbs` the noun `free` in GB-seconds.

/// What kind of amount a key gives; amounts are kept in one unit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// A number of things, a share, or dollars.
    Count,
    /// KB of 1,024 bytes.
    Size,
    /// Seconds.
    Time,
    /// GB-seconds.
    SizeTime,
}

/// A key, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// What is left without unit and "per": words with `_` between them, none for a key that is only a unit.
    pub noun: String,
    /// The kind of amount.
    pub dimension: Dimension,
    /// One of the key's unit in the unit of its dimension.
    pub scale: f64,
    /// What the amount is for: `day`, `execution`.
    pub per: Vec<String>,
    /// The size of each thing, where the key ends with one: `stream_requests_7MB`.
    pub each_kb: Option<f64>,
}

/// Words that add nothing.
const FILLERS: [&str; 5] = ["avg", "average", "mean", "of", "fraction"];

/// Spans of time that may stand at the end without "per": `od_hour`, `storage_gb_month`.
const SPANS: [&str; 5] = ["second", "minute", "hour", "day", "month"];

impl Key {
    /// Takes a key apart; any text is some key.
    pub fn of(text: &str) -> Self {
        let mut key = Self {
            noun: String::new(),
            dimension: Dimension::Count,
            scale: 1.0,
            per: Vec::new(),
            each_kb: None,
        };
        let words: Vec<&str> = text.split('_').collect();
        let mut nouns = Vec::new();
        let mut at = 0;
        while at < words.len() {
            at += key.read(&words[at..], &mut nouns, at == 0);
        }
        nouns.sort_by_key(|word| *word != "free");
        key.noun = canonical(&nouns.join("_")).to_owned();
        key
    }

    /// Reads the next words; how many they were.
    fn read<'a>(&mut self, words: &[&'a str], nouns: &mut Vec<&'a str>, first: bool) -> usize {
        let next = words.get(1).copied().unwrap_or_default();
        match words[0] {
            "per" => {
                self.per.push(next.to_owned());
                return 2;
            }
            // A number of days is the length of the month; with a noun it is a time.
            "days" if nouns.is_empty() && next.is_empty() => nouns.push("days"),
            word if FILLERS.contains(&word) => {}
            word if SPANS.contains(&word) && !first => self.per.push(word.to_owned()),
            "gb" if matches!(next, "s" | "seconds" | "hours") => {
                (self.dimension, self.scale) =
                    (Dimension::SizeTime, if next == "hours" { 3_600.0 } else { 1.0 });
                return 2;
            }
            word => match unit(word) {
                Some((dimension, scale)) if self.dimension == Dimension::Count => {
                    (self.dimension, self.scale) = (dimension, scale);
                }
                _ => match size(word) {
                    Some(kb) => self.each_kb = Some(kb),
                    None => nouns.push(word),
                },
            },
        }
        1
    }
}

fn unit(word: &str) -> Option<(Dimension, f64)> {
    Some(match word {
        "kb" => (Dimension::Size, 1.0),
        "mb" => (Dimension::Size, 1_024.0),
        "gb" => (Dimension::Size, 1_048_576.0),
        "tb" => (Dimension::Size, 1_073_741_824.0),
        "ms" => (Dimension::Time, 1e-3),
        "s" | "sec" | "seconds" => (Dimension::Time, 1.0),
        "minutes" => (Dimension::Time, 60.0),
        "hours" => (Dimension::Time, 3_600.0),
        "days" => (Dimension::Time, 86_400.0),
        "gbs" => (Dimension::SizeTime, 1.0),
        _ => return None,
    })
}

/// A size such as `7MB`, in KB.
pub fn size(word: &str) -> Option<f64> {
    let lower = word.to_lowercase();
    let digits = lower.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let (_, scale) = unit(&lower[digits.len()..]).filter(|(dimension, _)| *dimension == Dimension::Size)?;
    digits.parse::<f64>().ok().map(|number| number * scale)
}

/// One word for what goes by several.
fn canonical(noun: &str) -> &str {
    match noun {
        "calls" | "invocations" | "api_calls" | "page_loads" | "reqs" => "requests",
        "month" => "days",
        "metered_calls" => "metered_requests",
        other => other,
    }
}
