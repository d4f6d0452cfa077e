use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;

/// Waits for a pause: only the last of several requests in quick succession is carried out.
#[derive(Clone, Default)]
pub struct Pause(Rc<RefCell<Option<Timeout>>>);

impl Pause {
    /// Does this after so many milliseconds, unless something else is to be done before.
    pub fn then(&self, milliseconds: u32, act: impl FnOnce() + 'static) {
        *self.0.borrow_mut() = Some(Timeout::new(milliseconds, act));
    }
}
