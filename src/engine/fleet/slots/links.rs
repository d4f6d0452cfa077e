use super::{
    Span, Stays,
    grid::{LATER, PART_BITS},
};

/// The requests of a stretch by the slot of their arrival, for where it matters which they are.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// The last request of each slot, as its number from one.
    last: Vec<u32>,
    requests: Vec<Linked>,
}

/// A request, and the one before it in its slot.
#[derive(Clone, Copy, Debug)]
pub struct Linked {
    before: u32,
    /// The slot in which it ends, from the stretch's first.
    pub until: u32,
    /// The bits that say how long it stays.
    pub bits: u32,
}

impl Links {
    /// Draws the requests of a stretch of so many slots once more.
    pub fn draw(&mut self, slots: usize, spans: &[Span], stays: &Stays) {
        self.last.clear();
        self.last.resize(slots, 0);
        self.requests.clear();
        for span in spans {
            span.each(|at, bits| {
                let until = (at + stays.of(bits).1 + LATER) >> PART_BITS;
                let until = u32::try_from(until).unwrap_or(u32::MAX);
                let last = &mut self.last[(at >> PART_BITS) as usize];
                self.requests.push(Linked { before: *last, until, bits });
                *last = self.requests.len() as u32;
            });
        }
    }

    /// Takes out a request that came in a slot and stays beyond it; one that does not raised nothing.
    pub fn take(&mut self, slot: usize) -> Option<Linked> {
        while let Some(request) = self.pop(slot) {
            if request.until as usize > slot {
                return Some(request);
            }
        }
        None
    }

    /// Takes out any request that came in a slot.
    #[inline(always)]
    pub fn pop(&mut self, slot: usize) -> Option<Linked> {
        let last = &mut self.last[slot];
        let request = self.requests[last.checked_sub(1)? as usize];
        *last = request.before;
        Some(request)
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.last.clear();
    }

    /// Whether none are known.
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }
}
