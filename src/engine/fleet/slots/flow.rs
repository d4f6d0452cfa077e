use super::{Grid, Links, Span, grid::PART_BITS};
use crate::{
    random::{Purpose, Stream, poisson},
    traffic::{Rates, SECONDS_PER_DAY, Sends},
};

/// Who comes: in each second so many, and some at one instant.
#[derive(Clone, Debug)]
pub struct Flow {
    rates: Rates,
    sends: Sends,
    /// The second's rate, and how many spans of it are drawn apart, as a power of two.
    rate: f64,
    span_bits: u32,
    /// Its place among the streams, and that of its sends.
    place: usize,
    sent: Stream,
}

/// Slots whose requests are drawn together: one or more of both spans and chunks.
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    /// The first of them, and how many there are.
    pub first: u64,
    pub slots: u64,
    pub spans: Vec<Span>,
    pub links: Links,
}

/// A second of more requests is drawn in spans, so that the slots written to stay in the cache.
const PER_SPAN: f64 = 2_048.0;
const MOST_SPAN_BITS: u32 = 8;
/// Slots that cost as much as a request, where there are hardly any.
const PER_REQUEST: u64 = 16;

impl Flow {
    /// What these rates and sends bring.
    pub fn new(rates: Rates, sends: Sends) -> Self {
        let sent = Stream::new(rates.place().0, Purpose::Sent, 0);
        Self { rates, sends, rate: 0.0, span_bits: 0, place: 0, sent }
    }

    /// Draws how many come in the stretch that begins at a slot, and how long it is.
    pub fn fill(&mut self, stretch: &mut Stretch, first: u64, grid: &Grid) {
        let (second, slot) = grid.second(first);
        if slot == 0 {
            self.enter_second(second, grid);
        }
        let slot_bits = grid.slot_bits() - self.span_bits;
        let slots = (grid.chunk() as u64).max(1 << slot_bits);
        (stretch.first, stretch.slots) = (first, slots);
        stretch.spans.clear();
        stretch.links.clear();
        let (seed, _) = self.rates.place();
        let mean = self.rate / f64::from(1_u32 << self.span_bits);
        for span in (slot..slot + slots).step_by(1 << slot_bits) {
            let place = (self.place << MOST_SPAN_BITS) + (span >> slot_bits) as usize;
            let mut stream = Stream::new(seed, Purpose::Seconds, place);
            let requests = poisson(mean, stream.bits());
            stretch.spans.push(Span::even(stream, requests, (span - slot) << PART_BITS, slot_bits));
        }
        let ruler = grid.ruler(first);
        while let Some((at, requests)) = self.sends.take_before(grid.start(first + slots)) {
            let from = ruler.slot(at).min(slots - 1) << PART_BITS;
            stretch.spans.push(Span::at_once(&mut self.sent, requests, from));
        }
    }

    fn enter_second(&mut self, second: u64, grid: &Grid) {
        let (seed, first_minute) = self.rates.place();
        self.rate = self.rates.enter(second);
        // Its own rate decides, not the day's: what is dragged elsewhere changes nothing here.
        let spans = ((self.rate / PER_SPAN) as u64 + 1).next_power_of_two();
        self.span_bits = spans.ilog2().min(MOST_SPAN_BITS).min(grid.slot_bits());
        self.place = (first_minute * 60 + second as usize) % SECONDS_PER_DAY;
        self.sent = Stream::new(seed, Purpose::Sent, self.place);
    }
}

impl Stretch {
    /// How many requests it has, or as many as its slots cost.
    pub fn cost(&self) -> u64 {
        let requests: u64 = self.spans.iter().map(Span::requests).sum();
        requests.max(self.slots / PER_REQUEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        traffic::{Curve, Spike, Traffic},
        units::{PerSecond, SECOND, SimTime},
    };

    fn grid() -> Grid {
        Grid::new(SimTime(SECOND.0 / 10), 9_000.0, SimTime(600 * SECOND.0))
    }

    /// The requests of each span of the first seconds: slot and bits.
    fn requests(rates: Rates, sends: Sends) -> Vec<Vec<(u64, u32)>> {
        let (grid, mut flow, mut stretch) = (grid(), Flow::new(rates, sends), Stretch::default());
        let (mut first, mut all) = (0, Vec::new());
        while grid.second(first).0 < 20 {
            flow.fill(&mut stretch, first, &grid);
            assert_eq!(stretch.first, first);
            for span in &stretch.spans {
                let mut told = Vec::new();
                span.each(|at, bits| told.push((first + (at >> PART_BITS), bits)));
                assert_eq!(told.len() as u64, span.requests());
                assert!(told.iter().all(|&(slot, _)| (first..first + stretch.slots).contains(&slot)));
                all.push(told);
            }
            first += stretch.slots;
        }
        all
    }

    #[test]
    fn a_higher_rate_adds_requests_and_leaves_those_there_were() {
        let steady = |rate| requests(Rates::steady(rate, 1), Sends::none());
        for (low, high) in [(3.0, 4.0), (900.0, 1_000.0), (8_500.0, 9_000.0)] {
            let (few, many) = (steady(low), steady(high));
            assert_eq!(few.len(), many.len(), "{low} and {high} a second");
            for (few, many) in few.iter().zip(&many) {
                assert!(few.len() <= many.len() && few[..] == many[..few.len()], "{low} and {high} a second");
            }
            let all: usize = many.iter().map(Vec::len).sum();
            assert!(
                (all as f64 - 20.0 * high).abs() < 4.0 * (20.0 * high).sqrt(),
                "{all} at {high} a second"
            );
        }
    }

    #[test]
    fn what_is_sent_comes_at_its_instant_on_top_of_the_rest() {
        let spikes =
            vec![Spike { hour: 2.5 / 3_600.0, requests: 40 }, Spike { hour: 7.0 / 3_600.0, requests: 1 }];
        let traffic = Traffic::new(Curve::constant(PerSecond(500.0)), spikes);
        let without = requests(Rates::new(&traffic, 1, 0), Sends::none());
        let with = requests(Rates::new(&traffic, 1, 0), Sends::new(&traffic, 0));
        let sent: Vec<_> = with.iter().filter(|span| !without.contains(span)).collect();
        let per_second = grid().per_second();
        for (span, (seconds, requests)) in sent.iter().zip([(2.5, 40), (7.0, 1)]) {
            assert_eq!(span.len(), requests);
            assert!(span.iter().all(|&(slot, _)| slot == (seconds * per_second) as u64), "at {seconds} s");
        }
        assert_eq!((sent.len(), with.len()), (2, without.len() + 2));
    }
}
