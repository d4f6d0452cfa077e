use leptos::prelude::*;

/// No more than one act a frame and one at its end, however many moves a browser reports: the first at once,
/// so that what is shown in this frame is of this frame, and the rest together.
#[derive(Clone, Copy, Default)]
pub struct Pace {
    is_done: StoredValue<bool>,
    is_due: StoredValue<bool>,
}

impl Pace {
    /// Acts now or at the end of this frame.
    pub fn act(self, act: impl Fn() + Copy + 'static) {
        if self.is_done.get_value() {
            self.is_due.set_value(true);
            return;
        }
        act();
        self.is_done.set_value(true);
        request_animation_frame(move || {
            self.is_done.set_value(false);
            if self.is_due.get_value() {
                self.is_due.set_value(false);
                act();
            }
        });
    }
}
