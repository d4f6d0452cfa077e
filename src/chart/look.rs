use super::Palette;

/// How a chart looks, whatever it shows.
pub struct Look<'a> {
    /// Its colours.
    pub palette: Palette,
    /// Device pixels to one pixel of the layout: a sharp screen or a larger type gets the same picture with
    /// more pixels.
    pub ratio: f64,
    /// Whether areas are told apart by texture as well.
    pub is_textured: bool,
    /// How wide a text is in a font of this many device pixels.
    ///
    /// The backend is not asked: in a page plotters would add an element to the document for every label,
    /// which makes the browser lay the page out each time and breaks strict content policies.
    pub text_width: &'a dyn Fn(&str, f64) -> f64,
}

impl Look<'static> {
    /// Without a font at hand: letters are reckoned to be as wide as those of a wide font.
    pub fn without_fonts(palette: Palette, ratio: f64) -> Self {
        Self {
            palette,
            ratio,
            is_textured: false,
            text_width: &|text, size| 0.6 * size * text.chars().count() as f64,
        }
    }
}
