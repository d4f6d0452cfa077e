use std::sync::OnceLock;

use serde::Deserialize;

use crate::{facts, units::Mebibytes};

#[derive(Deserialize)]
struct Cpu {
    mb_per_vcpu: f64,
}

#[derive(Deserialize)]
struct LambdaLimits {
    cpu: Cpu,
}

/// The memory that buys one vCPU, from the catalog.
pub fn vcpu_memory() -> Mebibytes {
    static LIMITS: OnceLock<LambdaLimits> = OnceLock::new();
    Mebibytes(LIMITS.get_or_init(|| facts::read("limits/lambda")).cpu.mb_per_vcpu)
}

/// How fast code computes at this memory, in vCPUs: the share that the memory buys, but no more than
/// the threads that the code computes on.
pub fn speed(memory: Mebibytes, threads: f64) -> f64 {
    (memory.0 / vcpu_memory().0).min(threads)
}
