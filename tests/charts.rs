//! Every chart, drawn natively as SVG for days made up for it: nothing panics, leaves the picture or
//! loses its labels, in light and dark, on a phone and on a wide page.
//!
//! The pictures are left in `target/charts/` to be looked at.

#[path = "../src/view/made_up.rs"]
mod made_up;

use std::{fs, path::Path};

use burstlab::chart::{CHARTS, Chart, Look, Palette, TOKENS, colour, paint};
use burstlab_engine::scenario::{Outcome, Scenario};
use plotters::{prelude::SVGBackend, style::RGBColor};

const SIZES: [(u32, u32); 3] = [(320, 220), (560, 240), (900, 280)];

type Day = (&'static str, fn() -> Outcome, u32);

/// A name, the outcome, and how many copies are kept warm in it.
const DAYS: [Day; 6] = [
    ("quiet", made_up::quiet_day, 2),
    ("burst", made_up::burst, 5),
    ("backlog", made_up::backlog, 0),
    ("silence", made_up::silence, 0),
    ("one-minute", made_up::one_minute, 0),
    ("nothing", || made_up::outcome(Vec::new(), Vec::new()), 0),
];

fn svg(
    chart: &Chart,
    outcome: &Outcome,
    scenario: &Scenario,
    palette: &Palette,
    size: (u32, u32),
    ratio: f64,
) -> String {
    let mut text = String::new();
    let look = Look::without_fonts(*palette, ratio);
    let pixels = ((f64::from(size.0) * ratio) as u32, (f64::from(size.1) * ratio) as u32);
    paint(chart, SVGBackend::with_string(&mut text, pixels), outcome, scenario, &look)
        .unwrap_or_else(|error| panic!("{} at {size:?}: {error}", chart.key));
    text
}

/// Draws every chart of every day in every size and theme.
fn every_picture(check: impl Fn(&str, &Chart, &Palette, (u32, u32), &str)) {
    for (day, outcome, copies) in DAYS {
        let (outcome, scenario) = (outcome(), made_up::kept_warm(copies));
        for (theme, palette) in [("light", Palette::light()), ("dark", Palette::dark())] {
            for (chart, size) in CHARTS.iter().flat_map(|chart| SIZES.map(|size| (chart, size))) {
                let picture = svg(chart, &outcome, &scenario, &palette, size, 1.0);
                let name = format!("{day}-{}-{}-{theme}", chart.key, size.0);
                check(&name, chart, &palette, size, &picture);
            }
        }
    }
}

/// One element of a picture, as far as a test asks.
struct Element<'a> {
    tag: &'a str,
    attributes: &'a str,
    words: &'a str,
}

impl<'a> Element<'a> {
    fn all(picture: &'a str) -> impl Iterator<Item = Self> {
        picture.split('<').filter(|part| !part.is_empty() && !part.starts_with('/')).map(|part| {
            let (opening, words) = part.split_once('>').expect("a tag ends");
            let (tag, attributes) = opening.split_once(' ').expect("a tag has attributes");
            Self { tag, attributes, words: words.trim() }
        })
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        let start = self.attributes.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3);
        let start =
            start.or_else(|| self.attributes.starts_with(&format!("{name}=\"")).then_some(name.len() + 2))?;
        self.attributes[start..].split('"').next()
    }

    fn number(&self, name: &str) -> f64 {
        self.attribute(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| panic!("{name} of {}", self.tag))
    }

    /// Where a text begins and ends, and its middle height. Letters are as wide
    /// as charts reckon them without fonts; the SVG backend shrinks them by 1.24.
    fn text_box(&self) -> (f64, f64, f64) {
        let width = self.words.chars().count() as f64 * self.number("font-size") * 1.24 * 0.6;
        let x = self.number("x");
        let left = match self.attribute("text-anchor") {
            Some("end") => x - width,
            Some("middle") => x - width / 2.0,
            _ => x,
        };
        (left, left + width, self.number("y"))
    }

    /// Every coordinate of a shape.
    fn points(&self) -> Vec<(f64, f64)> {
        let pair = |pair: &str| {
            let (x, y) = pair.split_once(',').expect("a pair");
            (x.parse().expect("a number"), y.parse().expect("a number"))
        };
        match self.tag {
            "polygon" | "polyline" => {
                self.attribute("points").unwrap_or_default().split_whitespace().map(pair).collect()
            }
            "circle" => vec![(self.number("cx"), self.number("cy"))],
            "svg" => vec![],
            _ => vec![(self.number("x"), self.number("y"))],
        }
    }
}

fn texts(picture: &str) -> Vec<Element<'_>> {
    Element::all(picture).filter(|element| element.tag == "text").collect()
}

fn written(colour: RGBColor) -> String {
    format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2)
}

#[test]
fn pictures_are_left_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/charts");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    every_picture(|name, _, _, _, picture| {
        fs::write(folder.join(format!("{name}.svg")), picture).expect("a picture is written");
    });
}

#[test]
fn every_chart_names_its_axes() {
    every_picture(|name, _, _, _, picture| {
        let words: Vec<_> = texts(picture).iter().map(|text| text.words).collect();
        for hour in ["00:00", "06:00", "12:00", "18:00", "24:00"] {
            assert!(words.contains(&hour), "{name}: {hour} in {words:?}");
        }
    });
}

#[test]
fn everything_stays_inside_the_picture() {
    every_picture(|name, _, _, (width, height), picture| {
        for element in Element::all(picture) {
            for (x, y) in element.points() {
                let inside = (0.0..=f64::from(width)).contains(&x) && (0.0..=f64::from(height)).contains(&y);
                assert!(inside, "{name}: {} {:?} at {x}, {y}", element.tag, element.words);
            }
        }
        for text in texts(picture) {
            let (left, right, y) = text.text_box();
            assert!(
                left >= -1.0 && right <= f64::from(width) + 1.0,
                "{name}: {:?} {left}..{right}",
                text.words
            );
            assert!(y >= 6.0 && y <= f64::from(height) - 6.0, "{name}: {:?} at {y}", text.words);
        }
    });
}

#[test]
fn words_do_not_overlap() {
    every_picture(|name, _, _, _, picture| {
        let texts = texts(picture);
        for (index, one) in texts.iter().enumerate() {
            for two in &texts[index + 1..] {
                let ((left, right, y), (from, to, height)) = (one.text_box(), two.text_box());
                let apart = right <= from || to <= left || (y - height).abs() >= 11.0;
                assert!(apart, "{name}: {:?} over {:?}", one.words, two.words);
            }
        }
    });
}

#[test]
fn only_colours_of_the_palette_are_used() {
    every_picture(|name, chart, palette, _, picture| {
        let mut copy = *palette;
        let allowed: Vec<_> = TOKENS.iter().map(|(_, field)| written(*field(&mut copy))).collect();
        let used: Vec<_> = Element::all(picture)
            .flat_map(|element| [element.attribute("fill"), element.attribute("stroke")])
            .flatten()
            .filter(|colour| *colour != "none")
            .collect();
        assert!(used.iter().all(|colour| allowed.iter().any(|token| token == colour)), "{name}: {used:?}");
        assert_eq!(used[0], written(palette.paper), "{name} begins with its paper");
        if name.starts_with("burst") {
            for colour in meanings(chart, palette) {
                assert!(used.contains(&written(colour).as_str()), "{name} lacks {colour:?}");
            }
        }
    });
}

fn meanings(chart: &Chart, palette: &Palette) -> Vec<RGBColor> {
    match chart.key {
        "traffic" => vec![palette.served, palette.cold, palette.throttled],
        "latency" => vec![palette.p50, palette.p95, palette.p99],
        "copies" => vec![palette.busy, palette.provisioned, palette.idle],
        _ => Vec::new(),
    }
}

#[test]
fn twice_the_ratio_is_the_same_layout_at_twice_the_pixels() {
    for (day, outcome, copies) in DAYS {
        let (outcome, scenario, palette) = (outcome(), made_up::kept_warm(copies), Palette::light());
        for (chart, size) in CHARTS.iter().flat_map(|chart| SIZES.map(|size| (chart, size))) {
            let key = chart.key;
            let once = svg(chart, &outcome, &scenario, &palette, size, 1.0);
            let twice = svg(chart, &outcome, &scenario, &palette, size, 2.0);
            let (once, twice): (Vec<_>, Vec<_>) =
                (Element::all(&once).collect(), Element::all(&twice).collect());
            assert_eq!(once.len(), twice.len(), "{day} {key} {size:?}: as many elements");
            for (one, two) in once.iter().zip(&twice) {
                assert_eq!((one.tag, one.words), (two.tag, two.words), "{day} {key} {size:?}");
                for (a, b) in one.points().into_iter().zip(two.points()) {
                    let near = (2.0 * a.0 - b.0).abs() <= 4.0 && (2.0 * a.1 - b.1).abs() <= 4.0;
                    assert!(near, "{day} {key} {size:?}: {} {:?}: {a:?} and {b:?}", one.tag, one.words);
                }
            }
        }
    }
}

#[test]
fn a_sheet_too_small_to_draw_in_stays_blank() {
    for size in [(0, 0), (1, 1), (30, 300), (300, 30), (80, 60)] {
        for chart in CHARTS {
            let picture = svg(chart, &made_up::burst(), &made_up::kept_warm(1), &Palette::light(), size, 1.0);
            assert!(Element::all(&picture).count() <= 2, "{} at {size:?}: {picture}", chart.key);
        }
    }
}

#[test]
fn a_silent_day_says_so_instead_of_drawing_data() {
    for chart in CHARTS {
        let picture =
            svg(chart, &made_up::silence(), &made_up::kept_warm(0), &Palette::light(), (560, 240), 1.0);
        assert!(texts(&picture).iter().any(|text| text.words.ends_with("on this day")), "{}", chart.key);
        assert!(!picture.contains("<polygon") && !picture.contains("<circle"), "{} draws no data", chart.key);
    }
}

#[test]
fn wide_ranges_of_waits_say_that_the_axis_is_logarithmic() {
    let palette = Palette::light();
    let unit = |outcome: &Outcome| {
        let picture = svg(&CHARTS[1], outcome, &made_up::kept_warm(0), &palette, (900, 280), 1.0);
        texts(&picture)[0].words.to_owned()
    };
    assert!(unit(&made_up::backlog()).contains("log scale"));
    assert_eq!(unit(&made_up::quiet_day()), "seconds until the answer");
}

/// The tokens of the style sheet, first those on light paper and then those on dark.
#[test]
fn the_page_has_the_same_colours() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("style/tokens.css");
    let Ok(sheet) = fs::read_to_string(path) else {
        return;
    };
    for (name, field) in TOKENS {
        let values: Vec<_> = sheet
            .split(&format!("{name}:"))
            .skip(1)
            .filter_map(|rest| colour(rest.split(';').next()?))
            .collect();
        for (theme, mut palette) in [("light", Palette::light()), ("dark", Palette::dark())] {
            assert!(
                values.contains(field(&mut palette)),
                "{name} on {theme} paper: {:?} in {values:?}",
                field(&mut palette)
            );
        }
    }
}
