use super::{Grip, Step};

/// What a key pressed on a handle asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// To change what it is pressed on.
    Change(Step),
    /// To go on to the next handle of its kind; back to the one before when it is not forward.
    Walk {
        /// Whether later in the day.
        forward: bool,
    },
    /// To take hold of it, so that the arrows move it in time.
    Grab,
    /// To let it go where it is.
    LetGo,
    /// To put it back where it was when it was taken hold of.
    PutBack,
    /// To add one of its kind after it.
    Add,
    /// To remove it.
    Remove,
    /// To say which keys there are.
    Help,
}

impl Command {
    /// What a key means on a handle; none where it means nothing there.
    pub fn of_key(key: &str, shift: bool, grip: Grip, is_grabbed: bool) -> Option<Self> {
        let is_piece = matches!(grip, Grip::Point(_) | Grip::Spike(_));
        match key {
            "Enter" | " " => Some(if is_grabbed { Self::LetGo } else { Self::Grab }),
            "Escape" if is_grabbed => Some(Self::PutBack),
            "Insert" | "+" if is_piece => Some(Self::Add),
            "Delete" | "Backspace" if is_piece => Some(Self::Remove),
            "?" => Some(Self::Help),
            _ => match Step::of_key(key, shift, is_grabbed) {
                Some(step) => Some(Self::Change(step)),
                None if key == "ArrowRight" && is_piece => Some(Self::Walk { forward: true }),
                None if key == "ArrowLeft" && is_piece => Some(Self::Walk { forward: false }),
                None => None,
            },
        }
    }
}

/// What the keys do, in as few words as they need: the keys, and what for.
pub fn cue(grip: Grip, is_grabbed: bool) -> &'static [(&'static str, &'static str)] {
    match (grip, is_grabbed) {
        (_, true) => &[
            ("← →", "in time"),
            ("↑ ↓", "change"),
            ("Shift", "fine"),
            ("Enter", "let go"),
            ("Esc", "put back"),
        ],
        (Grip::Whole, false) => {
            &[("↑ ↓", "more, less"), ("Shift", "fine"), ("Enter", "take hold, to move in time")]
        }
        _ => &[
            ("← →", "next"),
            ("↑ ↓", "change"),
            ("Shift", "fine"),
            ("Enter", "take hold"),
            ("+", "add"),
            ("Delete", "remove"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_something_else_while_a_handle_is_grabbed() {
        let later = |key: &str| Step::of_key(key, false, true).map(Command::Change);
        for (key, free, grabbed) in [
            ("Enter", Some(Command::Grab), Some(Command::LetGo)),
            (" ", Some(Command::Grab), Some(Command::LetGo)),
            ("Escape", None, Some(Command::PutBack)),
            ("ArrowRight", Some(Command::Walk { forward: true }), later("ArrowRight")),
            ("ArrowLeft", Some(Command::Walk { forward: false }), later("ArrowLeft")),
            ("ArrowUp", later("ArrowUp"), later("ArrowUp")),
            ("Insert", Some(Command::Add), Some(Command::Add)),
            ("Backspace", Some(Command::Remove), Some(Command::Remove)),
            ("?", Some(Command::Help), Some(Command::Help)),
            ("Tab", None, None),
            ("x", None, None),
        ] {
            for grip in [Grip::Point(3), Grip::Spike(0)] {
                assert_eq!(Command::of_key(key, false, grip, false), free, "{key}");
                assert_eq!(Command::of_key(key, false, grip, true), grabbed, "{key}, grabbed");
            }
        }
    }

    #[test]
    fn the_whole_day_has_no_neighbours_and_cannot_go() {
        for key in ["ArrowLeft", "ArrowRight", "Insert", "+", "Delete", "Backspace"] {
            assert_eq!(Command::of_key(key, false, Grip::Whole, false), None, "{key}");
        }
        assert_eq!(Command::of_key("Enter", false, Grip::Whole, false), Some(Command::Grab));
    }

    #[test]
    fn the_cue_tells_of_letting_go_only_while_something_is_grabbed() {
        let words =
            |grip, is_grabbed| cue(grip, is_grabbed).iter().map(|(keys, _)| *keys).collect::<Vec<_>>();
        assert!(words(Grip::Point(0), false).contains(&"Delete"));
        assert!(
            words(Grip::Spike(0), true).contains(&"Esc") && !words(Grip::Spike(0), true).contains(&"Delete")
        );
        assert!(!words(Grip::Whole, false).contains(&"Delete"));
    }
}
