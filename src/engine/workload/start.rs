use std::sync::OnceLock;

use serde::Deserialize;

use super::Function;
use crate::{facts, units::Seconds};

/// How the code is handed to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packaging {
    /// A zip archive.
    Zip,
    /// A container image.
    Image,
}

/// The processor that the function runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Intel or AMD.
    X86,
    /// Arm (Graviton).
    Arm,
}

/// What the size of a zip package adds to a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageLaw {
    /// As much for each MB, by the runtime's slope.
    Straight,
    /// More for each further MB, as measured in 2023.
    Bent,
    /// As a caller of 2021 saw it, everything included.
    WholeResponse,
}

/// Where the function's network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The provider's own.
    Public,
    /// A private network (VPC), as it is today.
    Private,
    /// A private network as it was in 2021.
    Private2021,
    /// A private network before September 2019.
    PrivateUntil2019,
}

#[derive(Deserialize)]
struct Facts {
    bent: Bent,
    whole_response: Slope,
    image: Slope,
    network_until_2019: Delay,
    network_2021: Delay,
    network_today: Delay,
}

#[derive(Deserialize)]
struct Bent {
    ms_per_mb: f64,
    ms_per_mb_squared: f64,
    measured_to_mb: f64,
}

#[derive(Deserialize)]
struct Slope {
    ms_per_mb: f64,
}

#[derive(Deserialize)]
struct Delay {
    ms: f64,
}

fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/starts"))
}

impl Network {
    fn delay_ms(self) -> f64 {
        match self {
            Self::Public => 0.0,
            Self::Private => facts().network_today.ms,
            Self::Private2021 => facts().network_2021.ms,
            Self::PrivateUntil2019 => facts().network_until_2019.ms,
        }
    }
}

impl PackageLaw {
    /// What a zip package of this size adds, for a runtime of this slope.
    fn growth_ms(self, slope: f64, mb: f64) -> f64 {
        match self {
            Self::Straight => slope * mb,
            Self::Bent => {
                let Bent { ms_per_mb, ms_per_mb_squared, measured_to_mb } = facts().bent;
                let bent = mb.min(measured_to_mb);
                let end = ms_per_mb + 2.0 * ms_per_mb_squared * bent;
                (ms_per_mb + ms_per_mb_squared * bent) * bent + end * (mb - bent)
            }
            Self::WholeResponse => facts().whole_response.ms_per_mb * mb,
        }
    }
}

impl Function {
    /// The median start of an environment.
    ///
    /// The runtime's own plus what the package adds; with a snapshot, reading it back in place of both. A
    /// private network is joined in any case.
    pub fn init_median(&self) -> Seconds {
        let code_ms = match self.snapshot_ms() {
            Some(restore_ms) => restore_ms,
            None => self.runtime.init_ms(self.packaging, self.architecture) + self.package_growth_ms(),
        };
        Seconds((code_ms + self.network.delay_ms()) / 1_000.0)
    }

    /// Whether environments are read back from a snapshot.
    pub fn starts_from_snapshot(&self) -> bool {
        self.snapshot_ms().is_some()
    }

    /// Whether the provider brings the runtime: a zip archive for one of its own.
    pub fn is_managed(&self) -> bool {
        self.packaging == Packaging::Zip && !self.runtime.custom
    }

    /// What reading back a snapshot takes; none where there is no snapshot. Images cannot have one.
    fn snapshot_ms(&self) -> Option<f64> {
        self.runtime.restore_ms.filter(|_| self.snapshot && self.packaging == Packaging::Zip)
    }

    /// What the size of the package adds.
    pub fn package_growth_ms(&self) -> f64 {
        match self.packaging {
            Packaging::Zip => self.package_law.growth_ms(self.runtime.package_ms_per_mb, self.package_mb),
            Packaging::Image => facts().image.ms_per_mb * self.package_mb,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::runtime;

    fn start_ms(change: fn(&mut Function)) -> f64 {
        let java = runtime("java21").expect("Java is in the catalog");
        let mut function = Function { runtime: java, package_mb: 20.0, ..Function::default() };
        change(&mut function);
        function.init_median().0 * 1e3
    }

    #[test]
    fn each_choice_changes_a_start_as_it_was_measured() {
        let plain = 237.9 + 20.0 * 39.0;
        for (change, expected) in [
            ((|_| {}) as fn(&mut Function), plain),
            (|function| function.architecture = Architecture::Arm, plain + 251.0 - 237.9),
            (|function| function.packaging = Packaging::Image, 353.7),
            (|function| function.package_law = PackageLaw::Bent, 237.9 + 20.0 * 31.5),
            (|function| function.package_law = PackageLaw::WholeResponse, 237.9 + 20.0 * 103.0),
            (|function| function.network = Network::Private, plain),
            (|function| function.network = Network::PrivateUntil2019, plain + 6_430.0),
            (|function| function.snapshot = true, 580.0),
        ] {
            assert!((start_ms(change) - expected).abs() < 1e-9, "{} for {expected}", start_ms(change));
        }
    }

    #[test]
    fn a_snapshot_helps_only_where_the_provider_has_one() {
        let node = Function { snapshot: true, ..Function::default() };
        assert_eq!(node.init_median(), Function::default().init_median());
        assert_eq!(start_ms(|java| (java.snapshot, java.packaging) = (true, Packaging::Image)), 353.7);
    }

    #[test]
    fn the_bend_goes_straight_on_beyond_what_was_measured() {
        let at = |mb| PackageLaw::Bent.growth_ms(39.0, mb);
        let step = at(64.0) - at(63.9);
        assert!((at(100.1) - at(100.0) - step).abs() < 0.01, "{step}");
    }
}
