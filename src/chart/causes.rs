use burstlab_engine::metrics::Cause;
use plotters::style::text_anchor::HPos;

use super::{
    Chart, Palette, Plot, Surface,
    key::{self, BETWEEN, MARK, Mark, ROW},
    palette::Tone,
};
use crate::view::{CausesView, Group, Part, words};

/// Where the time of the slowest requests goes, and that of all.
pub const CHART: Chart = Chart {
    key: "causes",
    title: "Where the time goes",
    is_shown: |_| true,
    summary: |outcome, _| CausesView::of(outcome).summary(),
    table: |outcome, _| CausesView::of(outcome).table(),
    reading: None,
    draw: |surface, outcome, _| draw(surface, &CausesView::of(outcome)),
};

const BAR: f64 = 20.0;
/// A part is at least so long, so that it is seen.
const LEAST_PART: f64 = 3.0;
/// Room between a bar and the labels below it.
const GAP: f64 = 4.0;
/// A group with one row of labels.
const LEAST_GROUP: f64 = ROW + BAR + GAP + ROW;
/// A surface narrower than this has no room for bars.
const LEAST_WIDTH: f64 = 120.0;

/// Two bars on one scale, their parts in the order in which a request meets them, labelled right below.
fn draw(surface: &dyn Surface, view: &CausesView) -> Option<Plot> {
    let height = (surface.height() - ROW) / view.groups.len() as f64;
    if surface.width() < LEAST_WIDTH || height < LEAST_GROUP {
        return None;
    }
    let muted = surface.palette().muted;
    surface.text("time until the answer, on average", (0.0, ROW / 2.0), HPos::Left, muted);
    if view.most() == 0.0 {
        let middle = (surface.width() / 2.0, surface.height() / 2.0);
        surface.text("nothing is answered on this day", middle, HPos::Center, muted);
        return None;
    }
    for (index, group) in view.groups.iter().enumerate() {
        draw_group(surface, group, ROW + height * index as f64, height, view.most());
    }
    None
}

fn draw_group(surface: &dyn Surface, group: &Group, top: f64, height: f64, most: f64) {
    let palette = surface.palette();
    let title = format!("{}: {}", group.words, words::wait(group.seconds()));
    surface.text(&title, (0.0, top + ROW / 2.0), HPos::Left, palette.ink);
    let bar = top + ROW;
    let lengths = lengths(&group.parts, surface.width() / most, surface.width());
    let mut starts = Vec::new();
    let mut x = 0.0;
    for (part, length) in group.parts.iter().zip(lengths) {
        surface.tile((x, bar), (x + length, bar + BAR), tone(palette, part.cause));
        if x > 0.0 {
            surface.post(x, bar, bar + BAR, 1.0, palette.paper);
        }
        starts.push(x);
        x += length;
    }
    let rows = ((height - ROW - BAR - GAP) / ROW).floor() as usize;
    label(surface, &group.parts, &starts, bar + BAR + GAP, rows);
}

/// How long each part is at so many pixels a second; what the shortest take more, the longest gives.
fn lengths(parts: &[Part], pixels: f64, width: f64) -> Vec<f64> {
    let mut lengths: Vec<_> = parts.iter().map(|part| (part.seconds * pixels).max(LEAST_PART)).collect();
    let excess = lengths.iter().sum::<f64>() - width;
    if let Some(longest) = lengths.iter_mut().max_by(|a, b| a.total_cmp(b)).filter(|_| excess > 0.0) {
        *longest = (*longest - excess).max(LEAST_PART);
    }
    lengths
}

/// Writes the parts' names and times below them: where each begins if there is room, else in rows. Where
/// even the rows are too few, the last parts are left to the table.
fn label(surface: &dyn Surface, parts: &[Part], starts: &[f64], top: f64, rows: usize) {
    let texts: Vec<_> =
        parts.iter().map(|part| format!("{} {}", part.words(), words::wait(part.seconds))).collect();
    let widths: Vec<_> = texts.iter().map(|text| MARK + surface.text_width(text)).collect();
    for (index, (x, row)) in places(starts, &widths, surface.width()).into_iter().enumerate() {
        if row < rows {
            let middle = top + ROW * (row as f64 + 0.5);
            Mark::Area(tone(surface.palette(), parts[index].cause)).draw(surface, x, middle);
            surface.text(&texts[index], (x + MARK, middle), HPos::Left, surface.palette().ink);
        }
    }
}

/// Where labels stand: each below the start of its part if all have room there, moved as little as it takes to
/// be apart; else one after the other, in rows.
fn places(starts: &[f64], widths: &[f64], right: f64) -> Vec<(f64, usize)> {
    let mut free = 0.0_f64;
    let mut places = Vec::new();
    for (&start, &width) in starts.iter().zip(widths) {
        places.push((start.max(free), 0));
        free = start.max(free) + width + BETWEEN;
    }
    let mut limit = right;
    for ((x, _), &width) in places.iter_mut().zip(widths).rev() {
        *x = x.min(limit - width);
        limit = *x - BETWEEN;
    }
    if limit >= -BETWEEN { places } else { key::flow(widths, 0.0, 0, right) }
}

/// A cause has the colour of what it is elsewhere: of cold starts, of the line, of copies at work.
pub fn tone(palette: &Palette, cause: Cause) -> Tone {
    match cause {
        Cause::WayIn => palette.way_in,
        Cause::Queue => palette.queue,
        Cause::Retry => palette.retry,
        Cause::ColdStart => palette.cold,
        Cause::Handshake => palette.handshake,
        Cause::Dependency => palette.dependency,
        Cause::Waiting => palette.others,
        Cause::Computing => palette.busy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_below_their_parts_as_far_as_there_is_room() {
        for (starts, widths, expected) in [
            ([0.0, 100.0, 200.0], [50.0, 50.0, 50.0], [(0.0, 0), (100.0, 0), (200.0, 0)]),
            ([0.0, 20.0, 280.0], [50.0, 50.0, 50.0], [(0.0, 0), (60.0, 0), (250.0, 0)]),
            ([0.0, 270.0, 295.0], [90.0, 90.0, 90.0], [(0.0, 0), (110.0, 0), (210.0, 0)]),
            ([0.0, 290.0, 295.0], [90.0, 90.0, 110.0], [(0.0, 0), (100.0, 0), (0.0, 1)]),
        ] {
            assert_eq!(places(&starts, &widths, 300.0), expected, "{starts:?}");
        }
    }

    #[test]
    fn the_smallest_part_is_seen_and_the_bar_keeps_its_length() {
        let part = |seconds| Part { cause: Cause::Computing, seconds };
        let lengths = lengths(&[part(0.001), part(99.999)], 3.0, 300.0);
        assert_eq!(lengths[0], LEAST_PART);
        assert!((lengths.iter().sum::<f64>() - 300.0).abs() < 1e-9, "{lengths:?}");
    }
}
