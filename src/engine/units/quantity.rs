use serde::{Deserialize, Serialize};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub f64);
    };
}

quantity! {
    /// A span in seconds, as people give it; simulators use [`super::SimTime`].
    Seconds
}
quantity! {
    /// A span in milliseconds, the unit in which people give the time of a request.
    Milliseconds
}
quantity! {
    /// A rate: requests, messages or environments per second.
    PerSecond
}
quantity! {
    /// United States dollars.
    Usd
}
quantity! {
    /// Memory in MB as the provider's console counts it: 1,024 of them make the "GB" of a GB-second.
    Mebibytes
}

impl Mebibytes {
    /// In the "GB" of the provider's GB-seconds.
    pub fn gibibytes(self) -> f64 {
        self.0 / 1_024.0
    }
}

impl Milliseconds {
    /// In seconds.
    pub fn seconds(self) -> f64 {
        self.0 / 1_000.0
    }
}
