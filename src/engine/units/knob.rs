/// Who sees a knob without asking for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Shown to everyone.
    Basic,
    /// Shown on request.
    Expert,
}

/// What a number that people can change is called, may be, and means.
///
/// Described once, by the floor that owns the number: the input, the link, the help, the check of a
/// file and the range test all read this.
#[derive(Debug)]
pub struct KnobSpec {
    /// Its name in files and links, unit last: `memory_mb`.
    pub key: &'static str,
    /// The plain word that a person reads first.
    pub label: &'static str,
    /// The field's word, shown in brackets; empty when it is the same.
    pub term: &'static str,
    /// The unit after the number, as read aloud: "megabytes".
    pub unit: &'static str,
    /// The least value allowed.
    pub least: f64,
    /// The greatest value allowed.
    pub most: f64,
    /// The grid on which a slider moves; values between are allowed.
    pub step: f64,
    /// Whether only whole numbers make sense.
    pub whole: bool,
    /// What holds when nothing is said.
    pub default: f64,
    /// One sentence: what turning it does.
    pub help: &'static str,
    /// Where the range or the default comes from; "assumption" where there is no source.
    pub source: &'static str,
    /// Who sees it.
    pub level: Level,
}

/// A described number together with its place in a value of type `T`.
#[derive(Debug)]
pub struct Knob<T: 'static> {
    /// What it is.
    pub spec: KnobSpec,
    /// Reads it.
    pub get: fn(&T) -> f64,
    /// Writes it; the caller has checked the range.
    pub set: fn(&mut T, f64),
}

impl KnobSpec {
    /// Whether a file or a link may hold this value.
    pub fn allows(&self, value: f64) -> bool {
        value >= self.least && value <= self.most && (!self.whole || value % 1.0 == 0.0)
    }

    /// The nearest value that is allowed.
    pub fn clamp(&self, value: f64) -> f64 {
        let value = if value.is_nan() { self.default } else { value.clamp(self.least, self.most) };
        if self.whole { value.round() } else { value }
    }
}
