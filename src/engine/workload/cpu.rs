use std::sync::OnceLock;

use serde::Deserialize;

use crate::{facts, units::Mebibytes};

#[derive(Deserialize)]
struct Cpu {
    mb_per_vcpu: f64,
}

#[derive(Deserialize)]
struct ShortMemory {
    slowdown: f64,
    enough: f64,
    most: f64,
}

#[derive(Deserialize)]
struct LambdaLimits {
    cpu: Cpu,
    short_memory: ShortMemory,
}

fn facts() -> &'static LambdaLimits {
    static LIMITS: OnceLock<LambdaLimits> = OnceLock::new();
    LIMITS.get_or_init(|| facts::read("limits/lambda"))
}

/// The memory that buys one vCPU, from the catalog.
pub fn vcpu_memory() -> Mebibytes {
    Mebibytes(facts().cpu.mb_per_vcpu)
}

/// How fast code computes at this memory, in vCPUs: the share that the memory buys, but no more than
/// the threads that the code computes on.
pub fn speed(memory: Mebibytes, threads: f64) -> f64 {
    (memory.0 / vcpu_memory().0).min(threads)
}

/// How much longer code computes because its memory is short; one where there is enough.
///
/// Collecting garbage takes time in proportion to used ÷ free memory: as much again as is used is taken
/// for enough, and the slowdown grows with what is missing of that. Memory below what is used would end the
/// request in truth; here it only crawls.
pub fn slowdown(memory: Mebibytes, working_set: Mebibytes) -> f64 {
    let ShortMemory { slowdown, enough, most } = facts().short_memory;
    if memory.0 >= enough * working_set.0 {
        return 1.0;
    }
    let free = (memory.0 - working_set.0).max(0.0);
    let pressure = working_set.0 / free - 1.0 / (enough - 1.0);
    (1.0 + slowdown * pressure).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_memory_slows_down_the_more_the_shorter_it_is() {
        let at = |memory| slowdown(Mebibytes(memory), Mebibytes(100.0));
        for (memory, expected) in [(1_000.0, 1.0), (200.0, 1.0), (150.0, 1.25), (120.0, 2.0), (100.0, 6.0)] {
            assert!((at(memory) - expected).abs() < 1e-12, "{} at {memory} MB", at(memory));
        }
        assert_eq!(slowdown(Mebibytes(128.0), Mebibytes(0.0)), 1.0);
    }
}
