//! Cases of the samplers and the histogram alone.

use burstlab_engine::{
    fleet::Spent,
    metrics::Histogram,
    random::{Law, Purpose, Sampler, Stream},
    units::SimTime,
};

use crate::{
    interval::{Outputs, plain},
    oracle::Oracle,
};

/// Latencies drawn from a law, or from a warm one with a share that a start comes on top of.
pub struct LatencyCase {
    warm: Sampler,
    extra: Sampler,
    /// Below this a request is cold, as the top half of 64 random bits.
    cold_below: u64,
    stream: Stream,
}

impl LatencyCase {
    /// Sets the case up.
    pub fn new(oracle: &Oracle, seed: u64) -> Result<Self, String> {
        let (warm, extra, cold_share) = match oracle.maybe("p_cold") {
            None => (
                Law::lognormal(oracle.number("mean_service_s")?, oracle.number("sigma")?),
                Law::Constant(0.0),
                0.0,
            ),
            Some(share) => (
                Law::lognormal(oracle.number("warm_mean")?, oracle.number("warm_sigma")?),
                Law::lognormal(oracle.number("cold_extra_mean")?, oracle.number("cold_extra_sigma")?),
                share,
            ),
        };
        Ok(Self {
            warm: Sampler::new(warm),
            extra: Sampler::new(extra),
            cold_below: (cold_share * u64::MAX as f64) as u64,
            stream: Stream::new(seed, Purpose::Work, 0),
        })
    }

    /// Draws the next batch.
    pub fn batch(&mut self) -> Outputs {
        let mut latencies = Histogram::default();
        for _ in 0..1_000_000 {
            let waiting = SimTime::from_secs(self.warm.draw(&mut self.stream));
            let cold = self.stream.bits() < self.cold_below;
            let init =
                if cold { SimTime::from_secs(self.extra.draw(&mut self.stream)) } else { SimTime::ZERO };
            latencies.record(Spent { init, waiting, ..Spent::default() }.causes());
        }
        let at = |share| plain(latencies.quantile(share).as_secs());
        Outputs::from([("p50", at(0.5)), ("p95", at(0.95)), ("p99", at(0.99)), ("p999", at(0.999))])
    }
}
