use leptos::prelude::*;

/// A small drawing beside a word, which says the same; it follows the colour and size of the text.
#[derive(Clone, Copy)]
pub enum Icon {
    /// A step back.
    Undo,
    /// A step forward.
    Redo,
    /// From the beginning.
    Again,
    /// Two sheets.
    Copy,
    /// Two links of a chain.
    Link,
    /// Two lines that cross.
    Compare,
}

impl Icon {
    /// Its lines, in a square of 16.
    fn lines(self) -> &'static str {
        match self {
            Self::Undo => "M6.5 3 3 6.5 6.5 10M3.5 6.5H9.5a3.5 3.5 0 0 1 0 7H7",
            Self::Redo => "M9.5 3 13 6.5 9.5 10M12.5 6.5H6.5a3.5 3.5 0 0 0 0 7H9",
            Self::Again => "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
            Self::Copy => "M5.5 5.5h7.5v7.5H5.5zM3 10.5V3h7.5",
            Self::Compare => "M2 2v12h12M4 11 13 4M4 6c4 0 5 4 9 5",
            Self::Link => {
                "M7 9a2.8 2.8 0 0 0 4 0l2-2a2.8 2.8 0 0 0-4-4L8 4M9 7a2.8 2.8 0 0 0-4 0L3 9a2.8 2.8 0 0 0 4 4l1-1"
            }
        }
    }
}

/// Draws an icon.
#[component]
pub fn Glyph(icon: Icon) -> impl IntoView {
    view! {
        <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true"><path d=icon.lines()/></svg>
    }
}
