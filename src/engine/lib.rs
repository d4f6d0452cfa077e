#![doc = include_str!("README.md")]

pub mod bench;
pub mod facts;
pub mod fleet;
pub mod metrics;
pub mod pricing;
pub mod random;
pub mod scenario;
pub mod servers;
pub mod theory;
pub mod traffic;
pub mod units;
pub mod workload;
