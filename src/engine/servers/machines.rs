use std::collections::VecDeque;

use super::Record;
use crate::units::SimTime;

/// The servers of a group, from their order to their end, and those of them that are on their way.
#[derive(Clone, Debug, Default)]
pub struct Machines {
    /// When each was ordered, the oldest first.
    ordered: VecDeque<SimTime>,
    /// When each that is on its way will answer.
    ready: VecDeque<SimTime>,
}

impl Machines {
    /// So many that answer from the start.
    pub fn running(count: u32) -> Self {
        Self { ordered: vec![SimTime::ZERO; count as usize].into(), ready: VecDeque::new() }
    }

    /// Those that answer.
    pub fn answering(&self) -> u32 {
        self.present() - self.starting()
    }

    /// Those on their way.
    pub fn starting(&self) -> u32 {
        self.ready.len() as u32
    }

    /// All of them.
    pub fn present(&self) -> u32 {
        self.ordered.len() as u32
    }

    /// Orders one more.
    pub fn order(&mut self, now: SimTime, ready: SimTime) {
        self.ordered.push_back(now);
        self.ready.push_back(ready);
    }

    /// The next that will answer, if that is at `now` or before.
    pub fn next_ready(&mut self, now: SimTime) -> Option<SimTime> {
        self.ready.front().copied().filter(|&at| at <= now).inspect(|_| {
            self.ready.pop_front();
        })
    }

    /// Ends one: the last ordered if that is on its way, else the oldest. Whether it had answered.
    pub fn end(&mut self, now: SimTime, record: &mut Record) -> bool {
        let was_starting = self.ready.pop_back().is_some();
        let ordered = if was_starting { self.ordered.pop_back() } else { self.ordered.pop_front() };
        if let Some(ordered) = ordered {
            record.server_held(ordered, now, true);
        }
        !was_starting
    }

    /// Tells the record of all that are there when the day ends.
    pub fn close(&self, end: SimTime, record: &mut Record) {
        self.ordered.iter().for_each(|&ordered| record.server_held(ordered, end, false));
    }
}
