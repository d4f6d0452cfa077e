//! What a simulated request costs, natively, as JSON; `cargo xtask bench` puts it beside the browser's.
//!
//! ```text
//! cargo run --release -p burstlab-engine --example bench
//! ```

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

fn main() {
    #[expect(clippy::disallowed_types, reason = "a measurement needs a clock; the engine itself has none")]
    let start = std::time::Instant::now();
    println!("{}", burstlab_engine::bench::run(&mut || start.elapsed().as_secs_f64() * 1e3));
}
