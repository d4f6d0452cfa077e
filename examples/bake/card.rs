//! The picture that a preview of a link shows.

use std::{error::Error, sync::Arc};

use burstlab::{chart::Palette, view::Sparkline};
use epaint_default_fonts::UBUNTU_LIGHT;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use super::{answer::Answer, page::escaped};

/// The size that networks ask for, in pixels.
pub const WIDTH: u32 = 1_200;
pub const HEIGHT: u32 = 630;

const EDGE: f64 = 64.0;
/// The widths of small letters are about so much of their height.
const LETTER: f64 = 0.5;

/// The card as a PNG.
pub fn picture(answer: &Answer) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut fonts = Database::new();
    fonts.load_font_data(UBUNTU_LIGHT.to_vec());
    let family = fonts.faces().find_map(|face| face.families.first()).map(|family| family.0.clone());
    let options = Options {
        fontdb: Arc::new(fonts),
        font_family: family.ok_or("the font has no name")?,
        ..Options::default()
    };
    painted(&Tree::from_str(&drawing(answer), &options)?, WIDTH, HEIGHT)
}

/// A square drawing in this many pixels each way.
pub fn icon(drawing: &str, size: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    painted(&Tree::from_str(drawing, &Options::default())?, size, size)
}

fn painted(tree: &Tree, width: u32, height: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut pixels = Pixmap::new(width, height).ok_or("a picture of no size")?;
    let scale = width as f32 / tree.size().width();
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

fn drawing(answer: &Answer) -> String {
    let palette = Palette::light();
    let [ink, muted, money, wait, paper, served] =
        [palette.ink, palette.muted, palette.money, palette.p99, palette.paper, palette.served.colour]
            .map(|colour| format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2));
    let title_size = title_size(&answer.title);
    let mut parts = vec![
        format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{paper}\"/>"),
        day(&answer.day, &served),
        text((EDGE, 76.0), 30.0, &muted, "Burstlab"),
        text((EDGE, 140.0), title_size, &ink, &answer.title),
    ];
    for (x, caption, figure, colour) in
        [(EDGE, "A month costs", &answer.price, &money), (600.0, answer.wait.0, &answer.wait.1, &wait)]
    {
        parts.push(format!("<rect x=\"{x}\" y=\"350\" width=\"6\" height=\"108\" fill=\"{colour}\"/>"));
        parts.push(text((x + 26.0, 374.0), 27.0, &muted, caption));
        parts.push(text((x + 24.0, 452.0), 78.0, colour, figure));
    }
    let (size, lines) = sentence(&answer.sentence);
    for (line, words) in lines.iter().enumerate() {
        parts.push(text((EDGE, 504.0 + (line as f64) * size * 1.32), size, &ink, words));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">{}</svg>",
        parts.concat()
    )
}

/// The strokes of a day, made larger; hence their widths, in units of the strokes' own box.
fn day(day: &Sparkline, colour: &str) -> String {
    let (across, down) = ((f64::from(WIDTH) - 2.0 * EDGE) / Sparkline::WIDTH, 130.0 / Sparkline::HEIGHT);
    let Sparkline { area, line, spikes } = day;
    format!(
        "<g transform=\"translate({EDGE} 176) scale({across} {down})\" fill=\"none\" stroke=\"{colour}\">\
         <path d=\"{area}\" fill=\"{colour}\" stroke=\"none\" opacity=\"0.18\"/>\
         <path d=\"{spikes}\" stroke-width=\"0.8\" opacity=\"0.6\"/><path d=\"{line}\" stroke-width=\"1.1\"/></g>"
    )
}

fn text((x, y): (f64, f64), size: f64, colour: &str, words: &str) -> String {
    format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{colour}\">{}</text>", escaped(words))
}

/// As large as one line allows.
fn title_size(title: &str) -> f64 {
    let room = f64::from(WIDTH) - 2.0 * EDGE;
    (room / (LETTER * title.chars().count() as f64)).min(54.0)
}

/// The largest type in which the whole sentence finds room, and its lines.
fn sentence(words: &str) -> (f64, Vec<String>) {
    let room = f64::from(HEIGHT) - 490.0;
    let sizes = [28.0, 26.0, 24.0, 22.0, 20.0, 18.0];
    let fitting = |&size: &f64| lines(words, size).len() as f64 * size * 1.32 <= room;
    let size = sizes.into_iter().find(fitting).unwrap_or(16.0);
    (size, lines(words, size))
}

fn lines(words: &str, size: f64) -> Vec<String> {
    let letters = ((f64::from(WIDTH) - 2.0 * EDGE) / (LETTER * size)) as usize;
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let line = lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= letters);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}
