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

type Day = (&'static str, fn() -> Outcome, fn() -> Scenario);

/// A name, the outcome, and what it answers.
const DAYS: [Day; 8] = [
    ("quiet", made_up::quiet_day, || made_up::kept_warm(2)),
    ("burst", made_up::burst, || made_up::kept_warm(5)),
    ("backlog", made_up::backlog, made_up::queued),
    ("failing", made_up::failing, || made_up::kept_warm(2)),
    ("silence", made_up::silence, made_up::queued),
    ("one-minute", made_up::one_minute, || made_up::kept_warm(0)),
    ("nothing", || made_up::outcome(Vec::new(), Vec::new()), made_up::queued),
    ("extreme", made_up::extreme, made_up::queued),
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
    for (day, outcome, scenario) in DAYS {
        let (outcome, scenario) = (outcome(), scenario());
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
fn every_chart_of_the_day_names_its_axes() {
    every_picture(|name, chart, _, _, picture| {
        let words: Vec<_> = texts(picture).iter().map(|text| text.words).collect();
        assert!(words[0].chars().any(char::is_alphabetic), "{name} begins with its unit: {words:?}");
        let hours = ["00:00", "06:00", "12:00", "18:00", "24:00"];
        let named = hours.iter().filter(|hour| words.contains(hour)).count();
        assert_eq!(named, if chart.reading.is_some() { 5 } else { 0 }, "{name}: {words:?}");
    });
}

#[test]
fn every_chart_says_itself_in_two_sentences_and_a_table() {
    for (day, outcome, scenario) in DAYS {
        let (outcome, scenario) = (outcome(), scenario());
        for chart in CHARTS {
            for sentence in (chart.summary)(&outcome, &scenario) {
                let is_sentence = sentence.ends_with('.') && !sentence.starts_with(char::is_lowercase);
                assert!(is_sentence && !sentence.contains(". "), "{day} {}: {sentence}", chart.key);
                assert!(!sentence.contains("NaN") && !sentence.contains("inf"), "{day}: {sentence}");
            }
            let table = (chart.table)(&outcome, &scenario);
            let widths = table.rows.iter().chain([&table.foot]).map(Vec::len).filter(|width| *width > 0);
            assert!(widths.into_iter().all(|width| width == table.header.len()), "{day} {}", chart.key);
        }
    }
}

#[test]
fn a_reading_names_its_time_and_fits_two_lines() {
    for (day, outcome, scenario) in DAYS {
        let (outcome, scenario) = (outcome(), scenario());
        for (key, reading) in CHARTS.iter().filter_map(|chart| Some((chart.key, chart.reading?))) {
            for minute in (0..1_440).step_by(5).chain([1_439, 5_000]) {
                let words = reading(&outcome, &scenario, minute);
                let time = format!(
                    "{:02}:{:02} · ",
                    (minute / 60).min(24),
                    if minute < 1_440 { minute % 60 } else { 0 }
                );
                assert!(words.starts_with(&time), "{day} {key}: {words}");
                assert!(words.chars().count() <= 94 && !words.contains("NaN"), "{day} {key}: {words}");
            }
        }
    }
}

#[test]
fn the_edges_of_the_day_are_where_its_hours_stand() {
    for (size, ratio) in SIZES.into_iter().flat_map(|size| [1.0, 1.5, 3.0].map(|ratio| (size, ratio))) {
        for chart in CHARTS {
            let (outcome, scenario) = (made_up::backlog(), made_up::queued());
            let mut text = String::new();
            let pixels = ((f64::from(size.0) * ratio) as u32, (f64::from(size.1) * ratio) as u32);
            let look = Look::without_fonts(Palette::light(), ratio);
            let backend = SVGBackend::with_string(&mut text, pixels);
            let plot = paint(chart, backend, &outcome, &scenario, &look).expect("it can be drawn");
            let hour =
                |hour: &str| texts(&text).iter().find(|text| text.words == hour).map(|text| text.number("x"));
            let edges = [plot.map(|plot| plot.left * ratio), plot.map(|plot| plot.right * ratio)];
            for (edge, label) in edges.into_iter().zip([hour("00:00"), hour("24:00")]) {
                let near = edge.zip(label).map(|(edge, label)| (edge - label).abs() <= 1.0);
                assert_eq!(near.is_some(), chart.reading.is_some(), "{} has a day", chart.key);
                assert!(near.unwrap_or(true), "{} at {size:?}: {edge:?} and {label:?}", chart.key);
            }
        }
    }
}

#[test]
fn level_lines_are_as_thick_everywhere() {
    for ratio in [1.0, 1.25, 1.5, 2.0, 3.0] {
        for chart in CHARTS {
            let picture =
                svg(chart, &made_up::burst(), &made_up::queued(), &Palette::light(), (320, 220), ratio);
            let grid = written(Palette::light().grid);
            let rules = Element::all(&picture).filter(|element| element.attribute("fill") == Some(&grid));
            for rule in rules {
                assert_eq!(rule.number("height"), ratio.round().max(1.0), "{} at {ratio}", chart.key);
            }
        }
    }
}

#[test]
fn textures_tell_areas_apart_where_colours_are_forced() {
    for chart in CHARTS.iter().filter(|chart| ["traffic", "delays", "copies", "causes"].contains(&chart.key))
    {
        let shapes = |is_textured: bool| {
            let mut text = String::new();
            let look = Look { is_textured, ..Look::without_fonts(Palette::light(), 1.0) };
            let backend = SVGBackend::with_string(&mut text, (320, 220));
            paint(chart, backend, &made_up::burst(), &made_up::kept_warm(5), &look).expect("it can be drawn");
            Element::all(&text).filter(|element| element.tag == "rect").count()
        };
        assert!(shapes(true) > shapes(false) + 20, "{}: {} and {}", chart.key, shapes(true), shapes(false));
    }
}

#[test]
fn the_smallest_charge_has_a_bar_and_nothing_has_none() {
    let picture = svg(bill(), &made_up::backlog(), &made_up::queued(), &Palette::light(), (560, 240), 1.0);
    let money = written(Palette::light().money);
    let bars: Vec<_> = Element::all(&picture)
        .filter(|element| element.attribute("fill") == Some(&money))
        .map(|bar| bar.number("width"))
        .collect();
    assert!(bars.len() == 3 && bars.is_sorted_by(|a, b| a >= b), "the largest first: {bars:?}");
    assert!(bars[2] >= 2.0, "the smallest is seen: {bars:?}");
    let words = svg(bill(), &made_up::burst(), &made_up::queued(), &Palette::light(), (560, 240), 1.0);
    assert!(!words.contains("requests to the queue"), "what costs nothing has no bar");
}

fn bill() -> &'static Chart {
    CHARTS.iter().find(|chart| chart.key == "bill").expect("there is a bill")
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
        "traffic" => vec![palette.served.colour, palette.cold.colour, palette.throttled.colour],
        "latency" => vec![palette.p50, palette.p95, palette.p99, palette.wait_range],
        "copies" => vec![palette.busy.colour, palette.provisioned.colour, palette.idle.colour],
        "bill" => vec![palette.money],
        "delays" => vec![palette.cold.colour, palette.others.colour, palette.busy.colour],
        "causes" => vec![palette.cold.colour, palette.others.colour, palette.busy.colour],
        _ => Vec::new(),
    }
}

#[test]
fn twice_the_ratio_is_the_same_layout_at_twice_the_pixels() {
    for (day, outcome, scenario) in DAYS {
        let (outcome, scenario, palette) = (outcome(), scenario(), Palette::light());
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

/// The tokens of the style sheet: those on light paper, those on dark where the system is, and the latter once more where
/// whoever shows the page asks for them.
#[test]
fn the_page_has_the_same_colours() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("style/tokens.css");
    let sheet = fs::read_to_string(path).expect("the page has tokens");
    let values = |name: &str| -> Vec<_> {
        sheet.split(&format!("{name}:")).skip(1).filter_map(|rest| colour(rest.split(';').next()?)).collect()
    };
    for (name, field) in TOKENS {
        let [light, dark] = [Palette::light(), Palette::dark()].map(|mut palette| *field(&mut palette));
        assert_eq!(values(name), [light, dark, dark], "{name}");
    }
    let (_, dark) = sheet.split_once("prefers-color-scheme: dark").expect("the system's choice");
    let (by_system, asked_for) = dark.split_once("[data-theme=\"dark\"]").expect("the host's choice");
    let tokens = |part: &str| -> Vec<String> {
        part.lines().map(str::trim).filter(|line| line.starts_with("--")).map(str::to_owned).collect()
    };
    assert!(!tokens(by_system).is_empty());
    assert_eq!(tokens(by_system), tokens(asked_for));
}

/// The causes of delay in the order in which they are stacked.
const CAUSE_TOKENS: [&str; 8] = [
    "--colour-way-in",
    "--colour-queue",
    "--colour-retry",
    "--colour-cold",
    "--colour-handshake",
    "--colour-dependency",
    "--colour-others",
    "--colour-busy",
];

/// What became of requests, likewise.
const FATE_TOKENS: [&str; 6] = [
    "--colour-served",
    "--colour-cold",
    "--colour-throttled",
    "--colour-failed",
    "--colour-dropped",
    "--colour-queue",
];

fn of_token(palette: &Palette, token: &str) -> RGBColor {
    let mut palette = *palette;
    let (_, field) = TOKENS.into_iter().find(|(name, _)| *name == token).expect("a token");
    *field(&mut palette)
}

/// How far apart two colours look: the distance in the Oklab space, in which white and black are 1 apart.
fn distance(one: RGBColor, two: RGBColor) -> f64 {
    let (one, two) = (oklab(one), oklab(two));
    one.iter().zip(two).map(|(one, two)| (one - two).powi(2)).sum::<f64>().sqrt()
}

fn oklab(colour: RGBColor) -> [f64; 3] {
    let [red, green, blue] = linear(colour);
    let [long, medium, short] = [
        0.412_221_5 * red + 0.536_332_5 * green + 0.051_446 * blue,
        0.211_903_5 * red + 0.680_699_5 * green + 0.107_397 * blue,
        0.088_302_5 * red + 0.281_718_8 * green + 0.629_978_7 * blue,
    ]
    .map(f64::cbrt);
    [
        0.210_454_3 * long + 0.793_617_8 * medium - 0.004_072 * short,
        1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short,
        0.025_904 * long + 0.782_771_8 * medium - 0.808_675_8 * short,
    ]
}

fn linear(colour: RGBColor) -> [f64; 3] {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    [colour.0, colour.1, colour.2].map(linear)
}

/// The contrast of two colours as WCAG reckons it.
fn contrast(one: RGBColor, two: RGBColor) -> f64 {
    let luminance = |colour| {
        let [red, green, blue] = linear(colour);
        0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
    };
    let (one, two) = (luminance(one), luminance(two));
    one.max(two) / one.min(two)
}

#[test]
fn colours_that_are_stacked_look_apart_and_neighbours_also_without_their_hue() {
    for (theme, palette) in [("light", Palette::light()), ("dark", Palette::dark())] {
        for tokens in [&CAUSE_TOKENS[..], &FATE_TOKENS] {
            for (index, one) in tokens.iter().enumerate() {
                for two in &tokens[index + 1..] {
                    let apart = distance(of_token(&palette, one), of_token(&palette, two));
                    assert!(apart >= 0.1, "{theme}: {one} and {two} are {apart:.3} apart");
                }
            }
            for pair in tokens.windows(2) {
                let contrast = contrast(of_token(&palette, pair[0]), of_token(&palette, pair[1]));
                assert!(contrast >= 1.2, "{theme}: {pair:?} have {contrast:.2}");
            }
        }
    }
}

#[test]
fn what_is_stacked_differs_in_colour_or_texture_where_colours_are_forced() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("style/charts.css");
    let Ok(sheet) = fs::read_to_string(path) else {
        return;
    };
    let forced = |token: &str| {
        let value = sheet.split(&format!("{token}:")).nth(1).and_then(|rest| rest.split(';').next());
        value.unwrap_or_else(|| panic!("{token} has no forced colour")).trim().to_owned()
    };
    let palette = Palette::light();
    let textures = [
        [palette.way_in, palette.queue, palette.retry, palette.cold].as_slice(),
        &[palette.handshake, palette.dependency, palette.others, palette.busy],
    ]
    .concat();
    let fates =
        [palette.served, palette.cold, palette.throttled, palette.failed, palette.dropped, palette.queue];
    for (tokens, tones) in [(&CAUSE_TOKENS[..], &textures[..]), (&FATE_TOKENS, &fates)] {
        let looks: Vec<_> = tokens
            .iter()
            .zip(tones)
            .map(|(token, tone)| (forced(token), format!("{:?}", tone.texture)))
            .collect();
        for (index, one) in looks.iter().enumerate() {
            assert!(!looks[..index].contains(one), "{} looks like another: {one:?}", tokens[index]);
        }
    }
}

#[test]
fn the_moments_of_the_day_are_marked_in_all_its_charts_and_named_where_there_is_room() {
    for chart in CHARTS.iter().filter(|chart| chart.reading.is_some()) {
        let count = |outcome: Outcome, size| {
            let picture = svg(chart, &outcome, &made_up::kept_warm(5), &Palette::light(), size, 1.0);
            let flags = Element::all(&picture)
                .filter(|one| one.tag == "polygon" && one.points().len() <= 4 && is_flag(one));
            let named =
                texts(&picture).iter().any(|text| text.words == "turned away" && text.number("y") > 20.0);
            (flags.count(), named)
        };
        if chart.key != "queue" {
            let (flags, named) = count(made_up::burst(), (900, 280));
            assert!(flags >= 2 && named, "{}: {flags} {named}", chart.key);
            assert!(count(made_up::burst(), (320, 220)).0 >= 2, "{} on a phone", chart.key);
        }
        assert_eq!(count(made_up::silence(), (900, 280)), (0, false), "{}", chart.key);
    }
}

/// A small triangle that points up.
fn is_flag(one: &Element<'_>) -> bool {
    let points = one.points();
    let (left, right) = (points[0].0.min(points[1].0), points[0].0.max(points[1].0));
    points.len() >= 3 && points[0].1 == points[1].1 && right - left <= 10.0 && points[2].1 < points[0].1
}
