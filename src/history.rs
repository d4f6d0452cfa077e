//! What can be undone and done again: a line of resting states, with the present one between past and future.
//!
//! This floor knows neither signals nor scenarios. Start at [`History`].

/// The states before and after the present one.
#[derive(Clone, Debug, PartialEq)]
pub struct History<T> {
    past: Vec<T>,
    present: T,
    future: Vec<T>,
}

/// More steps than anyone takes back one by one.
const MOST_STEPS: usize = 200;

impl<T: Clone + PartialEq> History<T> {
    /// A history that begins here.
    pub fn of(present: T) -> Self {
        Self { past: Vec::new(), present, future: Vec::new() }
    }

    /// Goes on to another state, from which nothing can be done again; nothing happens when it is the same.
    pub fn record(&mut self, state: T) {
        if self.present == state {
            return;
        }
        self.past.push(std::mem::replace(&mut self.present, state));
        self.future.clear();
        if self.past.len() > MOST_STEPS {
            self.past.remove(0);
        }
    }

    /// The state before, which is the present one from now on.
    pub fn undo(&mut self) -> Option<T> {
        let state = self.past.pop()?;
        self.future.push(std::mem::replace(&mut self.present, state));
        Some(self.present.clone())
    }

    /// The state that was undone last, which is the present one from now on.
    pub fn redo(&mut self) -> Option<T> {
        let state = self.future.pop()?;
        self.past.push(std::mem::replace(&mut self.present, state));
        Some(self.present.clone())
    }

    /// The present state.
    pub fn present(&self) -> &T {
        &self.present
    }

    /// Whether there is something to undo.
    pub fn has_past(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to do again.
    pub fn has_future(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(states: &[u32]) -> History<u32> {
        let mut history = History::of(0);
        states.iter().for_each(|&state| history.record(state));
        history
    }

    #[test]
    fn steps_lead_back_and_forth() {
        let mut history = after(&[1, 2, 3]);
        assert_eq!([history.undo(), history.undo()], [Some(2), Some(1)]);
        assert_eq!([history.redo(), history.redo(), history.redo()], [Some(2), Some(3), None]);
        assert_eq!((*history.present(), history.has_past(), history.has_future()), (3, true, false));
    }

    #[test]
    fn a_new_state_ends_what_could_be_done_again() {
        let mut history = after(&[1, 2]);
        history.undo();
        history.record(7);
        assert_eq!(
            (history.redo(), history.undo(), history.undo(), history.undo()),
            (None, Some(1), Some(0), None)
        );
    }

    #[test]
    fn the_same_state_is_no_step() {
        let mut history = after(&[1, 1, 1]);
        assert_eq!((history.undo(), history.has_past()), (Some(0), false));
        history.record(0);
        assert_eq!(history.redo(), Some(1), "what can be done again stays");
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut history = after(&(1..=500).collect::<Vec<_>>());
        let steps = std::iter::from_fn(|| history.undo()).count();
        assert_eq!((steps, *history.present()), (MOST_STEPS, 300));
    }
}
