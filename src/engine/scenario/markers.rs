//! The moments of a day that people should look at: where copies had to start, requests were turned away or
//! failed, a line formed, and when all was as usual again.
//!
//! Read off an outcome alone, with the scenario to say why. Minutes are merged into episodes, and of those only the
//! ones are kept that matter by size. Start at [`markers`].

mod why;
mod words;

use super::{Outcome, Scenario};
use crate::{metrics::Minute, units::sort_by_number};

/// What happens at a marked moment; of what happens at once, the first stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkerKind {
    /// Many have to wait for a copy to start, after a stretch in which hardly anyone had to.
    Starts,
    /// Requests begin to be turned away.
    TurnedAway,
    /// Requests begin to fail, or to take longer than they may.
    Failing,
    /// Requests begin to be given up after their last try.
    GivenUp,
    /// The line is at its longest.
    Line,
    /// After a line, or after requests were turned away, all is as usual again.
    Recovered,
}

/// Why it happens, as far as the outcome and the scenario tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerCause {
    /// Many are sent at one instant.
    Spike,
    /// More come than in the minutes before.
    Rise,
    /// Nobody had come for a while.
    Pause,
    /// The day starts with an empty fleet.
    Deployed,
    /// The copies of before have ended.
    Ended,
    /// All places are taken.
    Limit,
    /// All places together take no more requests a second.
    RequestRate,
    /// New copies may not start as fast as requests come.
    SlowScaling,
    /// No more batches of the line may be worked on at once.
    MaxConcurrency,
    /// What is handed out of the line at once grows step by step.
    Pollers,
    /// The code itself fails.
    Errors,
    /// The system that it asks fails.
    Dependency,
    /// The work takes longer than is allowed.
    Timeout,
    /// Callers do not wait for so long.
    Patience,
    /// It has waited for so long that it is too old.
    Age,
}

/// One moment of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The minute of the day.
    pub minute: usize,
    /// What happens.
    pub kind: MarkerKind,
    /// Why.
    pub cause: MarkerCause,
    /// How many requests it is about; of a line, how many wait in it.
    pub requests: u64,
    /// How many minutes it goes on, the first and the last counted; for the return to the usual, how long the
    /// trouble was.
    pub minutes: usize,
    /// How often something of this kind happens in the day; this is then the largest.
    pub times: usize,
    /// All of it in one plain sentence, without the time of day.
    pub sentence: String,
}

impl MarkerKind {
    /// Two words at most, for beside the mark.
    pub fn label(self) -> &'static str {
        match self {
            Self::Starts => "copies start",
            Self::TurnedAway => "turned away",
            Self::Failing => "failing",
            Self::GivenUp => "given up",
            Self::Line => "longest line",
            Self::Recovered => "as usual",
        }
    }
}

/// No day has more markers than this.
pub const MOST_MARKERS: usize = 6;
/// Each of a kind is told while there are so few of them; of more, only the largest.
const EACH_TOLD: usize = 3;
/// What is no further apart than this is one episode, in minutes.
const CALM: usize = 10;
/// The same for failures: where a few in a hundred fail, quiet minutes of the night are no end of it.
const CALM_OF_FAILURES: usize = 60;
/// Fewer starts within a minute are no burst.
const LEAST_STARTS: u32 = 5;
/// So many times the starts of the mean minute are one.
const BURST: f64 = 10.0;
/// A line shorter than this, beyond the usual one, is none to speak of.
const LEAST_LINE: u32 = 10;
/// Waits of up to so many times the usual one are as usual.
const USUAL: f64 = 2.0;

/// Minutes in which something goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Episode {
    kind: MarkerKind,
    first: usize,
    last: usize,
    /// The minute to mark.
    marked: usize,
    size: u64,
}

impl Episode {
    fn minutes(&self) -> usize {
        self.last - self.first + 1
    }

    fn slice<'a>(&self, minutes: &'a [Minute]) -> &'a [Minute] {
        &minutes[self.first..=self.last]
    }
}

/// The moments of a day that matter, in their order; none on a calm day.
pub fn markers(scenario: &Scenario, outcome: &Outcome) -> Vec<Marker> {
    let minutes = &outcome.minutes[..];
    let groups = [
        starts(outcome),
        episodes(minutes, MarkerKind::TurnedAway, CALM, |minute| minute.throttled),
        episodes(minutes, MarkerKind::Failing, CALM_OF_FAILURES, |minute| minute.failed),
        episodes(minutes, MarkerKind::GivenUp, CALM_OF_FAILURES, |minute| minute.dropped),
        lines(minutes),
    ];
    let mut found = Vec::new();
    for mut group in groups {
        let times = group.len();
        // The first of the largest stays.
        sort_by_number(&mut group, |episode| -(episode.size as f64));
        group.truncate(if times <= EACH_TOLD { EACH_TOLD } else { 1 });
        for episode in group {
            let marker = marked(scenario, outcome, &episode, times);
            let recovery = recovery(outcome, &episode, &marker);
            found.push(marker);
            found.extend(recovery);
        }
    }
    sort_by_number(&mut found, |marker| -(weight(marker) as f64));
    found.truncate(MOST_MARKERS);
    sort_by_number(&mut found, |marker| f64::from(marker.kind as u8));
    sort_by_number(&mut found, |marker| marker.minute as f64);
    found
}

/// Who gets no answer counts more than who waits.
fn weight(marker: &Marker) -> u64 {
    let factor = match marker.kind {
        MarkerKind::TurnedAway | MarkerKind::Failing | MarkerKind::GivenUp => 4,
        MarkerKind::Starts | MarkerKind::Line => 2,
        MarkerKind::Recovered => 1,
    };
    factor * marker.requests
}

fn marked(scenario: &Scenario, outcome: &Outcome, episode: &Episode, times: usize) -> Marker {
    let cause = why::cause(scenario, outcome, episode);
    Marker {
        minute: episode.marked,
        kind: episode.kind,
        cause,
        requests: episode.size,
        minutes: episode.minutes(),
        times,
        sentence: words::sentence(scenario, outcome, episode, cause, times),
    }
}

/// Minutes that count anything, merged where no more than `calm` minutes are between.
fn episodes(
    minutes: &[Minute],
    kind: MarkerKind,
    calm: usize,
    count: impl Fn(&Minute) -> u32,
) -> Vec<Episode> {
    let mut episodes: Vec<Episode> = Vec::new();
    for (minute, counted) in minutes.iter().map(count).enumerate().filter(|(_, counted)| *counted > 0) {
        match episodes.last_mut().filter(|episode| minute - episode.last <= calm) {
            Some(episode) => {
                episode.last = minute;
                episode.size += u64::from(counted);
            }
            None => {
                let size = u64::from(counted);
                episodes.push(Episode { kind, first: minute, last: minute, marked: minute, size });
            }
        }
    }
    episodes
}

/// Bursts of starts: minutes in which 1 in 100 or more has to wait for one. Where there are none, but 1 in 100 of the
/// whole day has to wait, each start.
fn starts(outcome: &Outcome) -> Vec<Episode> {
    let minutes = &outcome.minutes[..];
    let mean = sum(minutes, |minute| minute.cold) as f64 / minutes.len().max(1) as f64;
    let is_burst = |minute: &Minute| {
        let is_felt = 100 * u64::from(minute.cold) >= u64::from(minute.arrived);
        is_felt && minute.cold >= LEAST_STARTS && f64::from(minute.cold) >= BURST * mean
    };
    let bursts =
        episodes(minutes, MarkerKind::Starts, CALM, |minute| if is_burst(minute) { minute.cold } else { 0 });
    let is_often = 100 * outcome.counts.cold >= outcome.counts.answered;
    if bursts.is_empty() && is_often {
        return episodes(minutes, MarkerKind::Starts, CALM, |minute| minute.cold);
    }
    bursts
}

/// Stretches in which the line is far longer than it usually is; marked where it is longest.
fn lines(minutes: &[Minute]) -> Vec<Episode> {
    let usual = usual_line(minutes);
    let is_long = |queued: u32| queued >= LEAST_LINE && queued >= usual.saturating_mul(2);
    let counted = |minute: &Minute| if is_long(minute.queued) { minute.queued } else { 0 };
    let mut lines = episodes(minutes, MarkerKind::Line, CALM, counted);
    for line in &mut lines {
        let peak = (line.first..=line.last).rev().max_by_key(|&minute| minutes[minute].queued);
        line.marked = peak.unwrap_or(line.first);
        line.size = u64::from(minutes[line.marked].queued);
    }
    lines
}

/// The first minute after a trouble in which the line is as long and the wait as long as usual; none where the day
/// ends before.
fn recovery(outcome: &Outcome, episode: &Episode, trouble: &Marker) -> Option<Marker> {
    if !matches!(episode.kind, MarkerKind::TurnedAway | MarkerKind::Line) {
        return None;
    }
    let usual_line = usual_line(&outcome.minutes).max(LEAST_LINE);
    let most = USUAL * median(outcome.minutes.iter().zip(&outcome.minute_causes_us).filter_map(mean_wait));
    let is_usual = |&minute: &usize| {
        let wait = outcome
            .minute_causes_us
            .get(minute)
            .and_then(|spent| mean_wait((&outcome.minutes[minute], spent)));
        outcome.minutes[minute].queued < usual_line && wait.is_none_or(|wait| wait <= most)
    };
    let minute = (episode.last + 1..outcome.minutes.len()).find(is_usual)?;
    let lasted = minute - episode.first;
    Some(Marker {
        minute,
        kind: MarkerKind::Recovered,
        minutes: lasted,
        sentence: words::recovered(episode.kind, lasted),
        ..trouble.clone()
    })
}

/// The mean wait of those who came in a minute, in microseconds; none where nobody was answered.
fn mean_wait((minute, spent): (&Minute, &crate::metrics::CauseSums)) -> Option<f64> {
    let spent: u64 = spent.iter().sum();
    (minute.answered > 0).then(|| spent as f64 / f64::from(minute.answered))
}

fn usual_line(minutes: &[Minute]) -> u32 {
    median(minutes.iter().map(|minute| f64::from(minute.queued))) as u32
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

fn sum(minutes: &[Minute], count: impl Fn(&Minute) -> u32) -> u64 {
    minutes.iter().map(|minute| u64::from(count(minute))).sum()
}
