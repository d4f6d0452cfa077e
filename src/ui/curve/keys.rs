use burstlab_engine::traffic::Traffic;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::{Editor, cue::Visibility, focus::Scroll};
use crate::editor::{self, Command, Grip, Position, Step};

/// What keys have taken hold of, and how the day was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Grab {
    /// What is held.
    pub grip: Grip,
    /// What Escape puts back.
    pub before: Traffic,
}

impl Editor {
    /// Does what a key pressed on a handle asks for.
    pub fn press(self, grip: Grip, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some(command) =
            Command::of_key(&event.key(), event.shift_key(), grip, self.is_grabbed_now(grip))
        {
            event.prevent_default();
            event.stop_propagation();
            self.obey(command, grip);
        }
    }

    fn obey(self, command: Command, grip: Grip) {
        match command {
            Command::Change(step) => self.step(step, grip),
            Command::Walk { forward } => self.walk(grip, forward),
            Command::Grab => self.take_hold(grip),
            Command::LetGo => {
                self.let_go();
                self.say(format!("Let go at {}.", self.spoken(grip)));
            }
            Command::PutBack => self.put_grabbed_back(grip),
            Command::Add => self.add_after(grip),
            Command::Remove => self.remove_and_go_on(grip),
            Command::Help => self.cue.set(Visibility::Shown),
        }
    }

    fn step(self, step: Step, grip: Grip) {
        let after = self.of_traffic_now(|traffic| step.apply(traffic, grip));
        if self.of_traffic_now(|traffic| *traffic != after) {
            self.set_traffic(after);
            self.hide_cue();
        }
    }

    fn walk(self, grip: Grip, forward: bool) {
        let neighbour = |index: usize| if forward { Some(index + 1) } else { index.checked_sub(1) };
        let next = match grip {
            Grip::Point(index) => neighbour(index).map(Grip::Point),
            Grip::Spike(index) => neighbour(index).map(Grip::Spike),
            Grip::Segment(_) | Grip::Whole => None,
        };
        if let Some(next) = next {
            // Beyond the last there is no handle, and the focus stays.
            self.focus(next, Scroll::Follow);
        }
    }

    fn take_hold(self, grip: Grip) {
        let before = self.of_traffic_now(Traffic::clone);
        self.grab.set(Some(Grab { grip, before }));
        let held = self.spoken(grip);
        self.say(format!(
            "Held: {held}. Left and right move it in time, Enter lets go, Escape puts it back."
        ));
    }

    /// Ends what keys hold, leaving it where it is.
    pub fn let_go(self) {
        if self.grab.with_untracked(Option::is_some) {
            self.grab.set(None);
        }
    }

    fn put_grabbed_back(self, grip: Grip) {
        if let Some(grab) = self.grab.get_untracked() {
            self.grab.set(None);
            self.set_traffic(grab.before);
            self.say(format!("Put back: {}.", self.spoken(grip)));
        }
    }

    fn is_grabbed_now(self, grip: Grip) -> bool {
        self.grab.with_untracked(|grab| grab.as_ref().is_some_and(|grab| grab.grip == grip))
    }

    /// Whether keys hold this.
    pub fn is_grabbed(self, grip: Grip) -> bool {
        self.grab.with(|grab| grab.as_ref().is_some_and(|grab| grab.grip == grip))
    }

    fn add_after(self, grip: Grip) {
        self.hide_cue();
        if let Some(added) = self.add(matches!(grip, Grip::Spike(_)), Some(grip)) {
            self.focus_new(added);
        }
    }

    /// Adds a point, or a spike, after what is chosen or in the widest gap.
    pub fn add(self, is_spike: bool, chosen: Option<Grip>) -> Option<Grip> {
        let add = if is_spike { editor::with_spike_added } else { editor::with_point_added };
        let cannot = if is_spike { editor::cannot_add_spike } else { editor::cannot_add_point };
        self.take_over(self.of_traffic_now(|traffic| add(traffic, chosen))).or_else(|| {
            self.say(self.of_traffic_now(cannot).unwrap_or_default());
            None
        })
    }

    /// Adds a point at this place of the plot.
    pub fn add_at(self, at: Position) {
        let scale = self.scale.get_untracked();
        let (hour, rate) = (scale.hour(at.x), scale.rate(at.y));
        match self.take_over(self.of_traffic_now(|traffic| editor::with_point_at(traffic, hour, rate))) {
            Some(added) => self.focus_new(added),
            None => self.say("There is no room for another point here."),
        }
    }

    fn take_over(self, added: Option<(Traffic, Grip)>) -> Option<Grip> {
        let (traffic, grip) = added?;
        self.let_go();
        self.set_traffic(traffic);
        self.choose(grip);
        self.say(format!("Added: {}.", self.spoken(grip)));
        Some(grip)
    }

    fn remove_and_go_on(self, grip: Grip) {
        self.hide_cue();
        if let Some(next) = self.remove(grip) {
            self.focus_new(next);
        }
    }

    /// Removes something and chooses its neighbour; the last spike has the points for neighbours.
    pub fn remove(self, grip: Grip) -> Option<Grip> {
        let Some((traffic, next)) = self.of_traffic_now(|traffic| editor::without(traffic, grip)) else {
            let why = self.of_traffic_now(|traffic| editor::cannot_remove(traffic, Some(grip)));
            self.say(why.unwrap_or_default());
            return None;
        };
        let removed = self.spoken(grip);
        let next = next.unwrap_or(Grip::Point(0));
        self.let_go();
        self.set_traffic(traffic);
        self.choose(next);
        self.say(format!("Removed: {removed}."));
        Some(next)
    }
}
