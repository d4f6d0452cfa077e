//! Who does what: the tasks of the present run, handed out to those who simulate, and what comes back.
//!
//! Start at [`Roster`]. It knows neither workers nor the page: those who simulate are numbers, their messages are
//! events, and what is to be said to them, or to people, comes out as [`Step`]s. What they pass on, texts of a
//! scenario and of parts, it only keeps.

use std::collections::{BTreeMap, VecDeque};

use burstlab_engine::scenario::{Band, most_glimpses};

use crate::protocol::{Ask, Reply, Task};

/// What is to be done after an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<T> {
    /// Say this to one who simulates, with texts to go along.
    Say(u32, Ask, Vec<T>),
    /// The page learns this.
    Tell(News<T>),
}

/// What the present run has come to.
#[derive(Clone, Debug, PartialEq)]
pub enum News<T> {
    /// So much of it is simulated, from 0 to 1.
    Progress(f64),
    /// What its glimpses came to: the JSON of an outcome each.
    Glimpses(Vec<T>),
    /// It is done: the outcome's JSON.
    Outcome(T),
    /// How its answer spreads over other days.
    Band(Band),
    /// It cannot be done: the scenario was refused, for these reasons.
    Refused(Vec<String>),
    /// It cannot be done: two who simulated it were lost.
    Lost,
}

/// The run under way, and everybody who works on it.
#[derive(Debug)]
pub struct Roster<T> {
    run: u64,
    scenario: Option<T>,
    /// Tasks that nobody has, the next first.
    waiting: VecDeque<Task>,
    seats: BTreeMap<u32, Seat>,
    /// The pieces, in their order.
    pieces: Vec<Piece<T>>,
    /// What the glimpses came to, and how many are to come.
    glimpses: Vec<T>,
    glimpses_left: usize,
    /// The band of the days so far, and how many are to come.
    band: Option<Band>,
    days_left: u32,
    /// Tasks at which one was lost.
    unlucky: Vec<Task>,
}

/// A piece of the run.
#[derive(Clone, Debug)]
enum Piece<T> {
    /// So much of it is done.
    Open(f64),
    /// What it came to.
    Done(T),
    /// The day is cut into fewer.
    Missing,
}

/// One who simulates.
#[derive(Debug, Default)]
struct Seat {
    is_ready: bool,
    task: Option<Task>,
    /// Looks in a row at which nothing had been heard.
    silent_looks: u32,
}

/// How often a silent one is looked at before it is given up: at work it speaks every tenth of a second, and while it
/// starts it has a module to set up.
const MOST_LOOKS: (u32, u32) = (6, 20);

impl<T> Default for Roster<T> {
    fn default() -> Self {
        Self {
            run: 0,
            scenario: None,
            waiting: VecDeque::new(),
            seats: BTreeMap::new(),
            pieces: Vec::new(),
            glimpses: Vec::new(),
            glimpses_left: 0,
            band: None,
            days_left: 0,
            unlucky: Vec::new(),
        }
    }
}

impl<T: Clone> Roster<T> {
    /// Begins another scenario, which is cut into so many pieces or fewer; what was under way is dropped.
    pub fn begin(&mut self, scenario: T, pieces: usize) -> Vec<Step<T>> {
        let were_busy = self.clear();
        self.scenario = Some(scenario);
        self.glimpses_left = most_glimpses(pieces);
        self.waiting = match pieces {
            0 | 1 => [Task::Whole].into(),
            _ => (0..self.glimpses_left).map(Task::Glimpse).chain((0..pieces).map(Task::Piece)).collect(),
        };
        self.pieces = vec![Piece::Open(0.0); pieces.max(1)];
        let mut steps = self.hand_out();
        let rests = were_busy.into_iter().filter(|number| self.seats[number].task.is_none());
        steps.extend(rests.map(|number| Step::Say(number, Ask::Rest, Vec::new())));
        steps
    }

    /// Drops what is under way, until another scenario begins.
    pub fn forget(&mut self) -> Vec<Step<T>> {
        self.clear().into_iter().map(|number| Step::Say(number, Ask::Rest, Vec::new())).collect()
    }

    /// Takes everybody's task away; who had one.
    fn clear(&mut self) -> Vec<u32> {
        let seats = std::mem::take(&mut self.seats);
        let were_busy =
            seats.iter().filter(|(_, seat)| seat.task.is_some()).map(|(&number, _)| number).collect();
        *self = Self { run: self.run + 1, ..Self::default() };
        self.seats = seats.into_iter().map(|(number, seat)| (number, Seat { task: None, ..seat })).collect();
        were_busy
    }

    /// How many could work at once on what is to be done.
    pub fn useful(&self) -> usize {
        self.waiting.len() + self.seats.values().filter(|seat| seat.task.is_some()).count()
    }

    /// How many there are, those that are starting included.
    pub fn seats(&self) -> usize {
        self.seats.len()
    }

    /// Whether there is anything to wait for.
    pub fn is_at_work(&self) -> bool {
        !self.waiting.is_empty() || self.seats.values().any(|seat| seat.task.is_some() || !seat.is_ready)
    }

    /// One more is starting.
    pub fn join(&mut self, number: u32) {
        self.seats.insert(number, Seat::default());
    }

    /// One is gone, and what it was at is to be done by another; whether it had begun to take tasks at all.
    ///
    /// Of a task at which two were lost a third is not asked: it is as likely the task as chance.
    pub fn lose(&mut self, number: u32) -> (bool, Vec<Step<T>>) {
        let Some(seat) = self.seats.remove(&number) else { return (true, Vec::new()) };
        let steps = match seat.task {
            Some(task) if self.unlucky.contains(&task) => self.give_up(task),
            Some(task) => {
                self.unlucky.push(task);
                self.waiting.push_front(task);
                self.hand_out()
            }
            None => Vec::new(),
        };
        (seat.is_ready, steps)
    }

    /// Nobody is left, and nobody will come.
    pub fn close(&mut self) {
        self.waiting.clear();
        self.scenario = None;
    }

    /// A look at everybody, every so often: who has been silent for too long.
    pub fn look(&mut self) -> Vec<u32> {
        let mut silent = Vec::new();
        for (&number, seat) in &mut self.seats {
            let is_due = seat.task.is_some() || !seat.is_ready;
            seat.silent_looks = if is_due { seat.silent_looks + 1 } else { 0 };
            if seat.silent_looks > if seat.is_ready { MOST_LOOKS.0 } else { MOST_LOOKS.1 } {
                silent.push(number);
            }
        }
        silent
    }

    /// One says something, with a text where it passes one on.
    pub fn hear(&mut self, number: u32, reply: Reply, text: Option<T>) -> Vec<Step<T>> {
        let Some(seat) = self.seats.get_mut(&number) else { return Vec::new() };
        seat.silent_looks = 0;
        if let Reply::Ready = reply {
            seat.is_ready = true;
            return self.hand_out();
        }
        // Of a run that a newer one has replaced, or of a task that has been taken away.
        let Some(task) = seat.task.filter(|_| reply.run() == Some(self.run)) else { return Vec::new() };
        if let Reply::Progress { share, .. } = reply {
            return self.progress(task, share);
        }
        seat.task = None;
        let mut steps = match (reply, task, text) {
            (Reply::Part { .. }, Task::Piece(piece), text) => self.keep(piece, text),
            (Reply::Glimpse { .. }, Task::Glimpse(_), text) => self.glimpse(text),
            (Reply::Outcome { band, other_days, .. }, _, Some(text)) => self.answer(text, band, other_days),
            (Reply::Day { band, .. }, ..) => self.another_day(band),
            (Reply::Refused { problems, .. }, ..) => self.stop(News::Refused(problems)),
            _ => Vec::new(),
        };
        steps.extend(self.hand_out());
        steps
    }

    fn hand_out(&mut self) -> Vec<Step<T>> {
        let mut steps = Vec::new();
        let Some(scenario) = &self.scenario else { return steps };
        for (&number, seat) in self.seats.iter_mut().filter(|(_, seat)| seat.is_ready && seat.task.is_none())
        {
            let Some(task) = self.waiting.pop_front() else { break };
            seat.task = Some(task);
            let parts = self.pieces.iter().filter_map(|piece| match piece {
                Piece::Done(part) if task == Task::Join => Some(part),
                _ => None,
            });
            let texts = std::iter::once(scenario).chain(parts).cloned().collect();
            steps.push(Step::Say(number, Ask::Simulate { run: self.run, task }, texts));
        }
        steps
    }

    fn progress(&mut self, task: Task, share: f64) -> Vec<Step<T>> {
        let piece = match task {
            Task::Whole => 0,
            Task::Piece(piece) => piece,
            Task::Glimpse(_) | Task::Join | Task::OtherDay(_) => return Vec::new(),
        };
        // A piece that is begun anew by another is not taken back.
        if let Some(Piece::Open(done)) = self.pieces.get_mut(piece) {
            *done = done.max(share);
        }
        self.tell_progress()
    }

    fn tell_progress(&self) -> Vec<Step<T>> {
        let shares = || {
            self.pieces.iter().filter_map(|piece| match piece {
                Piece::Open(share) => Some(*share),
                Piece::Done(_) => Some(1.0),
                Piece::Missing => None,
            })
        };
        vec![Step::Tell(News::Progress(shares().sum::<f64>() / shares().count().max(1) as f64))]
    }

    /// They are told of together, in any order, and not once the answer is there.
    fn glimpse(&mut self, text: Option<T>) -> Vec<Step<T>> {
        self.glimpses.extend(text);
        self.glimpses_left = self.glimpses_left.saturating_sub(1);
        if self.glimpses_left > 0 || self.glimpses.is_empty() || self.pieces.is_empty() {
            return Vec::new();
        }
        vec![Step::Tell(News::Glimpses(std::mem::take(&mut self.glimpses)))]
    }

    fn keep(&mut self, piece: usize, text: Option<T>) -> Vec<Step<T>> {
        self.pieces[piece] = text.map_or(Piece::Missing, Piece::Done);
        if self.pieces.iter().all(|piece| !matches!(piece, Piece::Open(_))) {
            self.waiting.push_back(Task::Join);
        }
        self.tell_progress()
    }

    fn answer(&mut self, text: T, band: Band, other_days: u32) -> Vec<Step<T>> {
        self.pieces.clear();
        self.band = Some(band);
        self.days_left = other_days;
        self.waiting = (1..=other_days).map(Task::OtherDay).collect();
        let mut steps = vec![Step::Tell(News::Outcome(text))];
        if other_days == 0 {
            steps.push(Step::Tell(News::Band(band)));
        }
        steps
    }

    fn another_day(&mut self, band: Band) -> Vec<Step<T>> {
        let Some(so_far) = self.band else { return Vec::new() };
        let band = so_far.and(band);
        self.band = Some(band);
        self.days_left = self.days_left.saturating_sub(1);
        if self.days_left == 0 { vec![Step::Tell(News::Band(band))] } else { Vec::new() }
    }

    fn give_up(&mut self, task: Task) -> Vec<Step<T>> {
        match task {
            // The answer is there; only how it spreads stays as estimated.
            Task::OtherDay(_) => self.rest(),
            Task::Glimpse(_) => {
                let mut steps = self.glimpse(None);
                steps.extend(self.hand_out());
                steps
            }
            _ => self.stop(News::Lost),
        }
    }

    fn stop(&mut self, news: News<T>) -> Vec<Step<T>> {
        let mut steps = self.rest();
        steps.push(Step::Tell(news));
        steps
    }

    /// Nothing more of this run is to be done.
    fn rest(&mut self) -> Vec<Step<T>> {
        self.waiting.clear();
        let mut steps = Vec::new();
        for (&number, seat) in &mut self.seats {
            if seat.task.take().is_some() {
                steps.push(Step::Say(number, Ask::Rest, Vec::new()));
            }
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burstlab_engine::scenario::{Basis, Range};

    type Steps = Vec<Step<String>>;

    fn band(usd: f64, days: u32) -> Band {
        let range = Range { least: usd, most: usd };
        Band { usd: range, p99_s: range, basis: Basis::Days(days) }
    }

    fn simulate(to: u32, run: u64, task: Task, texts: &[&str]) -> Step<String> {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Step::Say(to, Ask::Simulate { run, task }, texts)
    }

    fn rest(to: u32) -> Step<String> {
        Step::Say(to, Ask::Rest, Vec::new())
    }

    fn tell(news: News<String>) -> Step<String> {
        Step::Tell(news)
    }

    /// So many who are ready, with this scenario begun for them.
    fn at_work(seats: u32, scenario: &str, pieces: usize) -> (Roster<String>, Steps) {
        let mut roster = Roster::default();
        for number in 0..seats {
            roster.join(number);
            assert_eq!(roster.hear(number, Reply::Ready, None), []);
        }
        let steps = roster.begin(scenario.to_owned(), pieces);
        (roster, steps)
    }

    fn part(roster: &mut Roster<String>, number: u32, text: &str) -> Steps {
        roster.hear(number, Reply::Part { run: roster.run }, Some(text.to_owned()))
    }

    #[test]
    fn a_small_day_is_done_by_one_and_its_other_days_by_all() {
        let (mut roster, steps) = at_work(2, "day", 1);
        assert_eq!(steps, [simulate(0, 1, Task::Whole, &["day"])]);
        assert_eq!(roster.useful(), 1);
        let progress = roster.hear(0, Reply::Progress { run: 1, share: 0.4 }, None);
        assert_eq!(progress, [tell(News::Progress(0.4))]);
        let answer = Reply::Outcome { run: 1, band: band(2.0, 1), other_days: 2 };
        assert_eq!(
            roster.hear(0, answer, Some("outcome".to_owned())),
            [
                tell(News::Outcome("outcome".to_owned())),
                simulate(0, 1, Task::OtherDay(1), &["day"]),
                simulate(1, 1, Task::OtherDay(2), &["day"]),
            ]
        );
        assert_eq!(roster.hear(1, Reply::Day { run: 1, band: band(3.0, 1) }, None), []);
        let last = roster.hear(0, Reply::Day { run: 1, band: band(1.0, 1) }, None);
        assert_eq!(last, [tell(News::Band(band(1.0, 3).and(band(3.0, 0))))]);
        assert!(!roster.is_at_work());
    }

    #[test]
    fn pieces_are_shared_out_and_joined_in_their_order_whoever_is_first() {
        let (mut roster, steps) = at_work(2, "day", 3);
        assert_eq!(
            steps,
            [simulate(0, 1, Task::Piece(0), &["day"]), simulate(1, 1, Task::Piece(1), &["day"])]
        );
        assert_eq!(roster.useful(), 3);
        roster.hear(0, Reply::Progress { run: 1, share: 0.5 }, None);
        let steps = part(&mut roster, 1, "b");
        assert_eq!(steps, [tell(News::Progress(0.5)), simulate(1, 1, Task::Piece(2), &["day"])]);
        part(&mut roster, 1, "c");
        let steps = part(&mut roster, 0, "a");
        assert_eq!(steps, [tell(News::Progress(1.0)), simulate(0, 1, Task::Join, &["day", "a", "b", "c"])]);
        let answer = Reply::Outcome { run: 1, band: band(2.0, 1), other_days: 0 };
        let steps = roster.hear(0, answer, Some("outcome".to_owned()));
        assert_eq!(steps, [tell(News::Outcome("outcome".to_owned())), tell(News::Band(band(2.0, 1)))]);
    }

    #[test]
    fn a_day_of_many_pieces_is_glimpsed_at_first_and_told_of_when_all_glimpses_are_there() {
        let (mut roster, steps) = at_work(2, "day", 4);
        assert_eq!(
            steps,
            [simulate(0, 1, Task::Glimpse(0), &["day"]), simulate(1, 1, Task::Glimpse(1), &["day"])]
        );
        assert_eq!(roster.hear(0, Reply::Progress { run: 1, share: 0.5 }, None), []);
        let glimpse = |roster: &mut Roster<String>, number, text: Option<&str>| {
            roster.hear(number, Reply::Glimpse { run: 1 }, text.map(str::to_owned))
        };
        assert_eq!(glimpse(&mut roster, 1, Some("b")), [simulate(1, 1, Task::Piece(0), &["day"])]);
        // The other is lost with two who were at it, which is no reason to end the run.
        assert_eq!(roster.lose(0).1, []);
        part(&mut roster, 1, "p");
        let both = ["b".to_owned()].to_vec();
        assert_eq!(roster.lose(1).1.first(), Some(&tell(News::Glimpses(both))));
    }

    #[test]
    fn a_day_that_is_cut_into_fewer_pieces_than_there_may_be_is_joined_from_those() {
        let (mut roster, _) = at_work(2, "day", 3);
        let steps = roster.hear(1, Reply::Part { run: 1 }, None);
        assert_eq!(steps, [tell(News::Progress(0.0)), simulate(1, 1, Task::Piece(2), &["day"])]);
        roster.hear(1, Reply::Part { run: 1 }, None);
        let progress = roster.hear(0, Reply::Progress { run: 1, share: 0.5 }, None);
        assert_eq!(progress, [tell(News::Progress(0.5))], "of the one that there is");
        let steps = part(&mut roster, 0, "a");
        assert_eq!(steps, [tell(News::Progress(1.0)), simulate(0, 1, Task::Join, &["day", "a"])]);
    }

    #[test]
    fn a_newer_run_takes_everybody_from_the_older_and_hears_nothing_of_it() {
        let (mut roster, _) = at_work(3, "old", 3);
        let steps = roster.begin("new".to_owned(), 2);
        assert_eq!(
            steps,
            [simulate(0, 2, Task::Piece(0), &["new"]), simulate(1, 2, Task::Piece(1), &["new"]), rest(2)]
        );
        for (number, reply) in [
            (0, Reply::Progress { run: 1, share: 0.9 }),
            (1, Reply::Part { run: 1 }),
            (2, Reply::Refused { run: 1, problems: Vec::new() }),
        ] {
            assert_eq!(roster.hear(number, reply, Some("old".to_owned())), []);
        }
        assert_eq!(roster.useful(), 2);
    }

    #[test]
    fn forgotten_work_is_left_and_what_still_comes_is_not_heard() {
        let (mut roster, _) = at_work(2, "day", 3);
        let old = roster.run;
        assert_eq!(roster.forget(), [rest(0), rest(1)]);
        assert!(!roster.is_at_work());
        assert_eq!(roster.hear(0, Reply::Part { run: old }, Some("part".to_owned())), []);
        assert_eq!(roster.forget(), [], "they rest already");
        let steps = roster.begin("next".to_owned(), 1);
        assert_eq!(steps, [simulate(0, roster.run, Task::Whole, &["next"])]);
    }

    #[test]
    fn what_a_lost_one_was_at_is_done_by_another_but_not_by_a_third() {
        let (mut roster, _) = at_work(1, "day", 2);
        assert_eq!(roster.lose(0), (true, Vec::new()));
        assert!(roster.is_at_work(), "its piece waits");
        roster.join(1);
        assert_eq!(
            roster.hear(1, Reply::Ready, None),
            [simulate(1, 1, Task::Piece(0), &["day"])],
            "the very piece"
        );
        roster.join(2);
        roster.hear(2, Reply::Ready, None);
        assert_eq!(roster.lose(1), (true, vec![rest(2), tell(News::Lost)]));
        assert!(!roster.is_at_work());
        assert_eq!(roster.begin("next".to_owned(), 1), [simulate(2, 2, Task::Whole, &["next"])]);
        assert_eq!(roster.lose(7), (true, Vec::new()), "one who was given up before");
    }

    #[test]
    fn losing_two_at_another_day_leaves_the_answer_as_it_is() {
        let (mut roster, _) = at_work(3, "day", 1);
        let answer = Reply::Outcome { run: 1, band: band(2.0, 1), other_days: 1 };
        roster.hear(0, answer, Some("outcome".to_owned()));
        assert_eq!(roster.lose(0).1, [simulate(1, 1, Task::OtherDay(1), &["day"])]);
        assert_eq!(roster.lose(1).1, []);
        assert!(!roster.is_at_work());
    }

    #[test]
    fn one_that_says_nothing_for_long_is_found_out() {
        let (mut roster, _) = at_work(2, "day", 1);
        roster.join(2);
        for look in 0..MOST_LOOKS.1 {
            let silent = roster.look();
            let expected: &[u32] = if look >= MOST_LOOKS.0 { &[0] } else { &[] };
            assert_eq!(silent, expected, "look {look}");
        }
        roster.hear(0, Reply::Progress { run: 1, share: 0.1 }, None);
        assert_eq!(roster.look(), [2], "and one that never starts");
    }

    #[test]
    fn a_refused_scenario_is_told_with_its_reasons_and_ends_the_run() {
        let (mut roster, _) = at_work(2, "no scenario", 2);
        let problems = vec!["no".to_owned()];
        let steps = roster.hear(1, Reply::Refused { run: 1, problems: problems.clone() }, None);
        assert_eq!(steps, [rest(0), tell(News::Refused(problems))]);
    }
}
