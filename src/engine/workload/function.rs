use super::{
    Architecture, CONDUCT_KNOBS, Conduct, Network, PackageLaw, Packaging, Runtime, runtime, slowdown, speed,
};
use crate::{
    random::Law,
    units::{Knob, KnobSpec, Level, Mebibytes, Milliseconds},
};

/// The function that answers the requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Function {
    /// Memory per environment, which also buys the CPU.
    pub memory: Mebibytes,
    /// The language runtime.
    pub runtime: &'static Runtime,
    /// The processor.
    pub architecture: Architecture,
    /// How the code is handed over.
    pub packaging: Packaging,
    /// The package, in MB.
    pub package_mb: f64,
    /// What the package's size adds to a start.
    pub package_law: PackageLaw,
    /// Where its network is.
    pub network: Network,
    /// Whether environments start from a snapshot, where the runtime has one.
    pub snapshot: bool,
    /// Memory that the code uses.
    pub working_set: Mebibytes,
    /// Mean time a request waits on other systems.
    pub waiting: Milliseconds,
    /// Sigma of the waiting's lognormal law.
    pub waiting_spread: f64,
    /// Mean time a request computes on one full vCPU.
    pub computing: Milliseconds,
    /// Sigma of the computing's lognormal law.
    pub computing_spread: f64,
    /// Threads that the code computes on at once.
    pub threads: f64,
    /// Sigma of the start's lognormal law.
    pub init_spread: f64,
    /// What it depends on, how it connects, when it fails.
    pub conduct: Conduct,
}

/// The laws that a request's times are drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Laws {
    /// Seconds waiting on others.
    pub waiting: Law,
    /// Seconds computing, at the memory set.
    pub computing: Law,
    /// Seconds that a new environment takes to start.
    pub init: Law,
}

impl Function {
    /// What a request's times are drawn from at this memory, runtime and package.
    pub fn laws(&self) -> Laws {
        Laws {
            waiting: Law::lognormal(self.waiting.seconds(), self.waiting_spread),
            computing: Law::lognormal(self.computing_s(), self.computing_spread),
            init: Law::lognormal_of_median(self.init_median().0, self.init_spread),
        }
    }

    /// Mean seconds that a request computes, at the memory set.
    fn computing_s(&self) -> f64 {
        let one_vcpu = self.computing.seconds() / speed(self.memory, self.threads);
        one_vcpu * slowdown(self.memory, self.working_set)
    }
}

impl Default for Function {
    fn default() -> Self {
        let mut function = Self {
            memory: Mebibytes(0.0),
            runtime: runtime("nodejs22").expect("the catalog has the default runtime"),
            architecture: Architecture::X86,
            packaging: Packaging::Zip,
            package_mb: 0.0,
            package_law: PackageLaw::Straight,
            network: Network::Public,
            snapshot: false,
            working_set: Mebibytes(0.0),
            waiting: Milliseconds(0.0),
            waiting_spread: 0.0,
            computing: Milliseconds(0.0),
            computing_spread: 0.0,
            threads: 1.0,
            init_spread: 0.0,
            conduct: Conduct::default(),
        };
        for knob in KNOBS.iter().chain(CONDUCT_KNOBS) {
            (knob.set)(&mut function, knob.spec.default);
        }
        function
    }
}

const QUOTAS: &str = "AWS Lambda quotas";

/// The numbers of a function that people can change.
pub const KNOBS: &[Knob<Function>] = &[
    Knob {
        spec: KnobSpec {
            key: "memory_mb",
            label: "memory",
            term: "",
            unit: "megabytes",
            least: 128.0,
            most: 10_240.0,
            step: 64.0,
            whole: true,
            default: 512.0,
            help: "More memory costs more per second and computes faster.",
            source: QUOTAS,
            level: Level::Basic,
        },
        get: |function| function.memory.0,
        set: |function, value| function.memory = Mebibytes(value),
    },
    Knob {
        spec: KnobSpec {
            key: "package_mb",
            label: "size of the code",
            term: "zip package",
            unit: "megabytes",
            least: 0.0,
            most: 250.0,
            step: 1.0,
            whole: false,
            default: 10.0,
            help: "A bigger package takes longer to start.",
            source: QUOTAS,
            level: Level::Expert,
        },
        get: |function| function.package_mb,
        set: |function, value| function.package_mb = value,
    },
    Knob {
        spec: KnobSpec {
            key: "waiting_ms",
            label: "waiting on others",
            term: "I/O time per request",
            unit: "milliseconds",
            least: 0.0,
            most: 900_000.0,
            step: 10.0,
            whole: false,
            default: 50.0,
            help: "How long a request waits on other systems, on average; memory does not change it.",
            source: "assumption",
            level: Level::Expert,
        },
        get: |function| function.waiting.0,
        set: |function, value| function.waiting = Milliseconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "waiting_spread",
            label: "unevenness of the waiting",
            term: "sigma of a lognormal law",
            unit: "",
            least: 0.0,
            most: 2.0,
            step: 0.05,
            whole: false,
            default: 0.25,
            help: "0 means that every request waits equally long.",
            source: "assumption",
            level: Level::Expert,
        },
        get: |function| function.waiting_spread,
        set: |function, value| function.waiting_spread = value,
    },
    Knob {
        spec: KnobSpec {
            key: "computing_ms",
            label: "computing",
            term: "CPU time on one vCPU",
            unit: "milliseconds",
            least: 0.0,
            most: 900_000.0,
            step: 5.0,
            whole: false,
            default: 20.0,
            help: "How long a request computes on a full processor, on average; less memory stretches it.",
            source: "assumption",
            level: Level::Expert,
        },
        get: |function| function.computing.0,
        set: |function, value| function.computing = Milliseconds(value),
    },
    Knob {
        spec: KnobSpec {
            key: "computing_spread",
            label: "unevenness of the computing",
            term: "sigma of a lognormal law",
            unit: "",
            least: 0.0,
            most: 2.0,
            step: 0.05,
            whole: false,
            default: 0.25,
            help: "0 means that every request computes equally long.",
            source: "assumption",
            level: Level::Expert,
        },
        get: |function| function.computing_spread,
        set: |function, value| function.computing_spread = value,
    },
    Knob {
        spec: KnobSpec {
            key: "threads",
            label: "threads that compute",
            term: "CPU parallelism",
            unit: "threads",
            least: 1.0,
            most: 6.0,
            step: 1.0,
            whole: true,
            default: 1.0,
            help: "One thread gains nothing from memory past one full processor.",
            source: QUOTAS,
            level: Level::Expert,
        },
        get: |function| function.threads,
        set: |function, value| function.threads = value,
    },
    Knob {
        spec: KnobSpec {
            key: "working_set_mb",
            label: "memory the code needs",
            term: "working set",
            unit: "megabytes",
            least: 0.0,
            most: 10_240.0,
            step: 1.0,
            whole: false,
            default: 74.0,
            help: "With less than twice as much memory set, the code slows down more and more.",
            source: "maxday/lambda-perf, August 2026: an empty Node.js 22 function used 74 MB; the slowdown is an assumption",
            level: Level::Expert,
        },
        get: |function| function.working_set.0,
        set: |function, value| function.working_set = Mebibytes(value),
    },
    Knob {
        spec: KnobSpec {
            key: "init_spread",
            label: "unevenness of the start",
            term: "sigma of a lognormal law",
            unit: "",
            least: 0.0,
            most: 2.0,
            step: 0.05,
            whole: false,
            default: 0.2,
            help: "0 means that every start takes equally long.",
            source: "assumption",
            level: Level::Expert,
        },
        get: |function| function.init_spread,
        set: |function, value| function.init_spread = value,
    },
];
