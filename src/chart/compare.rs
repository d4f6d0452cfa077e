//! The pictures of the comparison: what each option costs over the traffic, with the waits in a panel of their own below,
//! and money against wait today.
//!
//! All options are lines; those that matter have a colour and their name at the line's end, since nobody tells twenty
//! colours apart.

use burstlab_engine::{
    scenario::{Candidate, Comparison, fine_wait, plain_usd},
    units::sort_by_number,
};
use plotters::{
    prelude::DrawingBackend,
    style::{RGBColor, text_anchor::HPos},
};

use super::{
    Look, PaintError, Surface,
    key::{MARK, Mark, ROW, flow},
    latency::apart,
    scale::{Law, Scale, Ticks},
    surface::{Sheet, TEXT},
};
use crate::view::words;

/// What a picture of the comparison shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Money over traffic, and the wait over traffic below it.
    Traffic,
    /// Money against wait, today.
    TradeOff,
}

/// What is drawn beside the options themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    /// The option that somebody picked.
    pub picked: Option<String>,
    /// What 1 in 100 may wait, in seconds.
    pub target_s: f64,
    /// Dollars a month that there are.
    pub budget: Option<f64>,
}

/// Paints a picture over all of the backend.
pub fn paint<DB: DrawingBackend>(
    picture: Picture,
    backend: DB,
    (comparison, marks): (&Comparison, &Marks),
    look: &Look<'_>,
) -> Result<(), PaintError> {
    let sheet = Sheet::new(backend, look);
    match picture {
        Picture::Traffic => draw_traffic(&sheet, comparison, marks),
        Picture::TradeOff => draw_trade_off(&sheet, comparison, marks),
    }
    sheet.present()
}

/// Room between an axis and its labels.
const GAP: f64 = 6.0;
/// The most that names at the end of lines may take of the width.
const NAMES: f64 = 0.36;
/// Below this a picture shows nothing but lines.
const LEAST: f64 = 30.0;
/// The share of the height that money has of both panels.
const MONEY_SHARE: f64 = 0.62;

/// A box with an axis of powers on each side.
struct Panel {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    x: Scale,
    y: Scale,
    ticks: Ticks,
}

/// How an option is drawn.
struct Style {
    colour: RGBColor,
    thickness: f64,
    is_named: bool,
}

fn draw_traffic(surface: &dyn Surface, comparison: &Comparison, marks: &Marks) {
    let dollars = comparison.options.iter().flat_map(|option| option.line.iter().flatten().map(|at| at[0]));
    let waits = comparison.options.iter().flat_map(|option| option.line.iter().flatten().map(|at| at[1]));
    let money = powers(reach(dollars.chain(marks.budget)), 7, |usd| plain_usd(usd).replace(".00", ""));
    let (least, most) = reach(waits.chain([marks.target_s]));
    let wait = Ticks::times_of_clock(least, most, 3);
    let rates = (*comparison.rates.first().unwrap_or(&1.0), *comparison.rates.last().unwrap_or(&10.0));
    let room =
        [&money, &wait].map(|ticks| super::frame::label_room(surface, ticks)).into_iter().fold(0.0, f64::max);
    let margin = if surface.is_wide() { names_room(surface, comparison, marks) } else { GAP };
    let (left, right) = (room, surface.width() - margin);
    let foot = surface.height() - 2.0 * ROW;
    let key = draw_key(surface, comparison, marks);
    // The word at today's line stands in a row of its own below the names.
    let head = ROW * (1 + key + usize::from(key > 0)) as f64;
    let split = head + (foot - head - ROW) * MONEY_SHARE;
    let panel = |ticks: Ticks, top: f64, bottom: f64| Panel {
        left,
        right,
        top,
        bottom,
        x: Scale::new(Law::Logarithmic, rates, (left, right)),
        y: Scale::new(Law::Logarithmic, ticks.ends(), (bottom, top)),
        ticks,
    };
    if right - left < LEAST || foot - split < 2.0 * LEAST {
        return;
    }
    let money = panel(money, head + 6.0, split - 4.0);
    let wait = panel(wait, split + ROW + 10.0, foot);
    surface.text("dollars a month (log scale)", (0.0, ROW / 2.0), HPos::Left, surface.palette().muted);
    let words = "1 in 100 waits longer than (log scale)";
    surface.text(words, (0.0, split + ROW / 2.0 + 4.0), HPos::Left, surface.palette().muted);
    money.draw_grid(surface);
    wait.draw_grid(surface);
    wait.draw_rates(surface, &money, rates);
    money.draw_today(surface, comparison.rate, true);
    wait.draw_today(surface, comparison.rate, false);
    draw_lines(surface, &money, (comparison, marks), 0);
    draw_lines(surface, &wait, (comparison, marks), 1);
    money.draw_changes(surface, comparison);
    if let Some(budget) = marks.budget {
        money.draw_limit(surface, budget, &format!("budget {}", plain_usd(budget)));
    }
    wait.draw_limit(surface, marks.target_s, &format!("target {}", fine_wait(marks.target_s)));
}

/// Lines from the least important to the most, each as far as it is known; names beside those that have one.
fn draw_lines(surface: &dyn Surface, panel: &Panel, (comparison, marks): (&Comparison, &Marks), of: usize) {
    let mut ends = Vec::new();
    for option in by_importance(comparison, marks) {
        let style = style(surface, option, marks);
        let known = comparison.rates.iter().zip(&option.line);
        let point = |(rate, point): (&f64, &Option<[f64; 2]>)| {
            let value = point.as_ref()?[of];
            Some((panel.x.pixel(*rate), panel.y.pixel(value)))
        };
        let places: Vec<Option<(f64, f64)>> = known.map(point).collect();
        for part in places.split(Option::is_none) {
            let part: Vec<_> = part.iter().flatten().copied().collect();
            if part.len() > 1 {
                surface.line(&part, style.colour, style.thickness);
            }
        }
        if let (true, Some(&last)) = (style.is_named, places.iter().flatten().next_back()) {
            ends.push((last, option.name.as_str(), style.colour));
        }
    }
    if surface.is_wide() {
        draw_names(surface, panel, ends);
    }
}

/// Names the lines that have a colour above a picture too narrow for names at their ends; how many rows that takes.
fn draw_key(surface: &dyn Surface, comparison: &Comparison, marks: &Marks) -> usize {
    let mut named = by_importance(comparison, marks);
    named.retain(|option| style(surface, option, marks).is_named);
    named.reverse();
    if surface.is_wide() || named.is_empty() {
        return 0;
    }
    let widths: Vec<f64> = named.iter().map(|option| MARK + surface.text_width(&option.name)).collect();
    let places = flow(&widths, 0.0, 1, surface.width());
    for (option, &(x, row)) in named.iter().zip(&places) {
        let (style, middle) = (style(surface, option, marks), ROW * (row as f64 + 0.5));
        Mark::Line(style.colour, style.thickness).draw(surface, x, middle);
        surface.text(&option.name, (x + MARK, middle), HPos::Left, surface.palette().ink);
    }
    places.last().map_or(0, |place| place.1)
}

/// Writes names beside the ends of lines, apart from each other where they end close together.
fn draw_names(surface: &dyn Surface, panel: &Panel, mut ends: Vec<((f64, f64), &str, RGBColor)>) {
    sort_by_number(&mut ends, |end| -end.0.1);
    let places: Vec<f64> = ends.iter().map(|end| end.0.1).collect();
    let room = surface.width() - panel.right - 3.0 * GAP;
    for (((x, _), name, colour), y) in ends.iter().zip(apart(&places, TEXT + 2.0, panel.bottom, panel.top)) {
        surface.dot((x.max(panel.right) + GAP, y), 3.0, *colour);
        let at = (panel.right + 2.0 * GAP + 2.0, y);
        surface.text(&fitting(surface, name, room), at, HPos::Left, surface.palette().ink);
    }
}

fn draw_trade_off(surface: &dyn Surface, comparison: &Comparison, marks: &Marks) {
    let options = &comparison.options;
    let money = powers(reach(options.iter().map(|option| option.usd).chain(marks.budget)), 5, |usd| {
        plain_usd(usd).replace(".00", "")
    });
    let (least, most) = reach(options.iter().map(|option| option.p99_s).chain([marks.target_s]));
    let wait = Ticks::times_of_clock(least, most, 3);
    let left = super::frame::label_room(surface, &wait);
    let half = money.labels.last().map_or(0.0, |label| surface.text_width(label) / 2.0);
    let (right, bottom) = (surface.width() - half.max(2.0 * GAP), surface.height() - 2.0 * ROW);
    if right - left < LEAST || bottom - ROW < LEAST {
        return;
    }
    let panel = Panel {
        left,
        right,
        top: ROW + 6.0,
        bottom,
        x: Scale::new(Law::Logarithmic, money.ends(), (left + GAP, right)),
        y: Scale::new(Law::Logarithmic, wait.ends(), (bottom, ROW + 6.0)),
        ticks: wait,
    };
    let muted = surface.palette().muted;
    surface.text("1 in 100 waits longer than (log scale)", (0.0, ROW / 2.0), HPos::Left, muted);
    panel.draw_grid(surface);
    for (&usd, label) in money.values.iter().zip(&money.labels) {
        let x = panel.x.pixel(usd);
        surface.post(x, panel.bottom, panel.bottom + 4.0, 1.0, muted);
        surface.text(label, (x, panel.bottom + GAP + ROW / 2.0 - 2.0), HPos::Center, muted);
    }
    let at = (panel.right, surface.height() - ROW / 2.0 + 2.0);
    surface.text("dollars a month (log scale)", at, HPos::Right, muted);
    panel.draw_limit(surface, marks.target_s, &format!("target {}", fine_wait(marks.target_s)));
    if let Some(budget) = marks.budget {
        surface.post(panel.x.pixel(budget), panel.top, panel.bottom, 1.0, surface.palette().throttled.colour);
    }
    draw_dots(surface, &panel, comparison, marks);
}

/// A dot for each option; a name where there is room, the important ones first.
fn draw_dots(surface: &dyn Surface, panel: &Panel, comparison: &Comparison, marks: &Marks) {
    let place = |option: &Candidate| (panel.x.pixel(option.usd), panel.y.pixel(option.p99_s));
    let sorted = by_importance(comparison, marks);
    for option in &sorted {
        let style = style(surface, option, marks);
        surface.dot(place(option), if style.is_named { 4.5 } else { 3.5 }, style.colour);
    }
    let mut taken: Vec<[f64; 4]> = sorted.iter().map(|option| around(place(option))).collect();
    for option in sorted.iter().rev() {
        let (x, y) = place(option);
        let width = surface.text_width(&option.name);
        let tries =
            [(x + 8.0, y), (x - 8.0 - width, y), (x - width / 2.0, y - TEXT), (x - width / 2.0, y + TEXT)];
        let fits = |&(left, middle): &(f64, f64)| {
            let label = [left, middle - TEXT / 2.0, left + width, middle + TEXT / 2.0];
            let inside = left >= panel.left
                && left + width <= surface.width()
                && label[1] >= panel.top
                && label[3] <= panel.bottom;
            (inside && !taken.iter().any(|other| touch(other, &label))).then_some(label)
        };
        if let Some(label) = tries.iter().find_map(fits) {
            let ink = if style(surface, option, marks).is_named {
                surface.palette().ink
            } else {
                surface.palette().muted
            };
            surface.text(&option.name, (label[0], (label[1] + label[3]) / 2.0), HPos::Left, ink);
            taken.push(label);
        }
    }
}

/// The box that a dot takes.
fn around((x, y): (f64, f64)) -> [f64; 4] {
    [x - 5.0, y - 5.0, x + 5.0, y + 5.0]
}

fn touch(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

impl Panel {
    fn draw_grid(&self, surface: &dyn Surface) {
        for (&tick, label) in self.ticks.values.iter().zip(&self.ticks.labels) {
            let y = self.y.pixel(tick);
            surface.rule(self.left, self.right, y, 1.0, surface.palette().grid);
            surface.text(label, (self.left - GAP, y), HPos::Right, surface.palette().muted);
        }
        surface.rule(self.left, self.right, self.bottom, 1.0, surface.palette().muted);
    }

    /// The rates below, with lines through both panels.
    fn draw_rates(&self, surface: &dyn Surface, above: &Self, rates: (f64, f64)) {
        let muted = surface.palette().muted;
        let first = rates.0.max(1e-9).log10().ceil() as i32;
        let last = rates.1.max(1e-9).log10().floor() as i32;
        for rate in (first..=last).map(|power| 10_f64.powi(power)) {
            let x = self.x.pixel(rate);
            for panel in [self, above] {
                surface.post(x, panel.top, panel.bottom, 1.0, surface.palette().grid);
            }
            surface.post(x, self.bottom, self.bottom + 4.0, 1.0, muted);
            surface.text(&words::number(rate), (x, self.bottom + GAP + ROW / 2.0 - 2.0), HPos::Center, muted);
        }
        let at = (self.right, surface.height() - ROW / 2.0 + 2.0);
        surface.text("requests a second, mean of the day (log scale)", at, HPos::Right, muted);
    }

    fn draw_today(&self, surface: &dyn Surface, rate: f64, is_named: bool) {
        let x = self.x.pixel(rate);
        let ink = surface.palette().ink;
        surface.post(x, self.top, self.bottom, 1.0, ink);
        if is_named {
            let half = surface.text_width("today") / 2.0;
            let middle = x.min(surface.width() - half);
            surface.text("today", (middle, self.top - ROW / 2.0), HPos::Center, ink);
        }
    }

    /// A level line with its words on paper above it, at the left.
    fn draw_limit(&self, surface: &dyn Surface, value: f64, words: &str) {
        let y = self.y.pixel(value);
        let colour = surface.palette().throttled.colour;
        surface.rule(self.left, self.right, y, 1.0, colour);
        let width = surface.text_width(words);
        let middle = if y - TEXT > self.top { y - TEXT / 2.0 - 2.0 } else { y + TEXT / 2.0 + 3.0 };
        let (top, bottom) = (middle - TEXT / 2.0, middle + TEXT / 2.0);
        surface.fill((self.left + 2.0, top), (self.left + width + 6.0, bottom), surface.palette().paper);
        surface.text(words, (self.left + 4.0, middle), HPos::Left, colour);
    }

    /// Where another becomes the cheapest.
    fn draw_changes(&self, surface: &dyn Surface, comparison: &Comparison) {
        for [rate, usd] in &comparison.changes {
            surface.dot((self.x.pixel(*rate), self.y.pixel(*usd)), 3.5, surface.palette().ink);
        }
    }
}

/// Those that matter last, so that they are drawn on top.
fn by_importance<'a>(comparison: &'a Comparison, marks: &Marks) -> Vec<&'a Candidate> {
    let mut options: Vec<&Candidate> = comparison.options.iter().collect();
    sort_by_number(&mut options, |option| importance(option, marks));
    options
}

fn importance(option: &Candidate, marks: &Marks) -> f64 {
    match () {
        () if marks.picked.as_deref() == Some(&option.key) => 4.0,
        () if option.is_best => 3.0,
        () if option.key == FUNCTION => 2.0,
        () if option.holds => 1.0,
        () => 0.0,
    }
}

/// The key of the function among the options.
const FUNCTION: &str = "function";

fn style(surface: &dyn Surface, option: &Candidate, marks: &Marks) -> Style {
    let palette = surface.palette();
    let named = |colour| Style { colour, thickness: 2.5, is_named: true };
    let plain = |colour| Style { colour, thickness: 1.0, is_named: false };
    match importance(option, marks) {
        4.0 => named(palette.p95),
        3.0 => named(palette.busy.colour),
        2.0 => named(palette.served.colour),
        1.0 => plain(palette.others.colour),
        _ => plain(palette.dropped.colour),
    }
}

/// The room for names right of the lines.
fn names_room(surface: &dyn Surface, comparison: &Comparison, marks: &Marks) -> f64 {
    let named = comparison.options.iter().filter(|option| importance(option, marks) > 1.5);
    let widest = named.map(|option| surface.text_width(&option.name)).fold(0.0, f64::max);
    (widest + 4.0 * GAP).min(NAMES * surface.width())
}

/// As much of a name as there is room for.
fn fitting(surface: &dyn Surface, name: &str, room: f64) -> String {
    if surface.text_width(name) <= room {
        return name.to_owned();
    }
    let mut short = name.to_owned();
    while !short.is_empty() && surface.text_width(&format!("{short}…")) > room {
        short.pop();
    }
    format!("{}…", short.trim_end())
}

/// The least above zero and the most; a decade where there is nothing.
fn reach(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let positive = values.filter(|value| *value > 0.0 && value.is_finite());
    let (least, most) =
        positive.fold((f64::INFINITY, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
    if least > most { (1.0, 10.0) } else { (least, most) }
}

/// Powers of ten that hold both between them, as many as there is room for.
fn powers((least, most): (f64, f64), count: usize, label: impl Fn(f64) -> String) -> Ticks {
    let (from, to) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    let to = to.max(from + 1);
    let stride = ((to - from) as usize).div_ceil(count.max(1));
    let mut powers: Vec<i32> = (from..to).step_by(stride).collect();
    powers.push(to);
    let values: Vec<f64> = powers.into_iter().map(|power| 10_f64.powi(power)).collect();
    let labels = values.iter().map(|&value| label(value)).collect();
    Ticks { law: Law::Logarithmic, values, labels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{chart::Palette, view::compare::made_up_comparison::option};
    use plotters::prelude::SVGBackend;

    fn made_up() -> Comparison {
        let mut options = vec![option("eks.spot", 20.0, 0.08), option("function", 40.0, 0.3)];
        options[0].is_best = true;
        options.extend((0..20).map(|index| option(&format!("other {index}"), 50.0 + f64::from(index), 0.1)));
        Comparison {
            options,
            rates: vec![1.0, 10.0, 100.0],
            rate: 10.0,
            changes: vec![[20.0, 30.0]],
            ..Comparison::default()
        }
    }

    fn drawn(picture: Picture, comparison: &Comparison, marks: &Marks, size: (u32, u32)) -> String {
        let mut text = String::new();
        let look = Look::without_fonts(Palette::light(), 1.0);
        paint(picture, SVGBackend::with_string(&mut text, size), (comparison, marks), &look)
            .expect("it is drawn");
        text
    }

    #[test]
    fn every_picture_has_its_axes_its_limits_and_the_names_that_matter() {
        let marks = Marks { picked: Some("other 3".to_owned()), target_s: 0.1, budget: Some(30.0) };
        for (picture, expected) in [
            (
                Picture::Traffic,
                &["today", "target 100 ms", "budget $30", "eks.spot", "function", "other 3"][..],
            ),
            (Picture::TradeOff, &["target 100 ms", "eks.spot", "function", "other 3"][..]),
        ] {
            let text = drawn(picture, &made_up(), &marks, (640, 420));
            for words in expected.iter().chain(&["dollars a month (log scale)"]) {
                assert!(text.contains(words), "{picture:?} says {words}");
            }
        }
    }

    #[test]
    fn nothing_and_next_to_no_room_are_no_trouble() {
        let marks = Marks { target_s: 0.1, ..Marks::default() };
        for picture in [Picture::Traffic, Picture::TradeOff] {
            for size in [(10, 10), (90, 400), (320, 300), (900, 60)] {
                drawn(picture, &Comparison::default(), &marks, size);
                drawn(picture, &made_up(), &marks, size);
            }
        }
    }

    #[test]
    fn axes_of_powers_hold_what_they_show() {
        for (least, most) in [(0.02, 7.0), (3.0, 3.0), (1.0, 1_000.0), (0.5, 90_000.0)] {
            let ticks = powers((least, most), 4, |value| value.to_string());
            let (from, to) = ticks.ends();
            assert!(from <= least && to >= most && from < to && ticks.values.len() <= 6, "{ticks:?}");
        }
    }

    #[test]
    fn names_are_cut_where_there_is_no_room() {
        let mut text = String::new();
        let look = Look::without_fonts(Palette::light(), 1.0);
        let sheet = Sheet::new(SVGBackend::with_string(&mut text, (100, 100)), &look);
        assert_eq!(fitting(&sheet, "short", 100.0), "short");
        assert_eq!(fitting(&sheet, "much too long", 40.0), "much…");
    }
}
