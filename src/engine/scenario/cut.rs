use serde::{Deserialize, Serialize};

use super::{
    QueueMode, Scenario,
    fast::{fits, longest_stay_s},
    fast_queue::Forecast,
    week::weekend_of,
};
use crate::{
    fleet::{KeepAlive, ProvisionedBy, ScalingRule, Window},
    units::{MINUTE, MINUTES_PER_DAY, SimTime},
};

/// A stretch of the days that answer a scenario, which can be simulated by itself.
///
/// A day is cut where what an environment can remember is short beside it: the run of a piece starts that much earlier,
/// as that of a whole day does before midnight, and finds the fleet that the pieces before would have left. How it is cut
/// follows from the scenario alone, so that the answer does not depend on where, or in which order, pieces are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Piece {
    pub(super) is_weekend: bool,
    pub(super) window: Window,
}

/// Of smaller pieces the messages and the joining would cost more than they save: those of the quick kernel for callers,
/// and of all others.
const LEAST_QUICK_REQUESTS: f64 = 2e6;
const LEAST_REQUESTS: f64 = 5e5;
/// In how many pieces a day may be cut, the most first. Powers of two, so that they are shared out evenly.
const COUNTS: [usize; 3] = [8, 4, 2];
/// What the warm-ups that cutting adds may cost: a fifth of a day.
const MOST_WARM_UP_MINUTES: usize = MINUTES_PER_DAY / 5;

/// Minutes that a stretch by itself may have to start before.
const LONGEST_LEAD: usize = 70;

/// The pieces of the days that answer a scenario: those of a weekday, and of the weekend where it is another.
pub fn pieces(scenario: &Scenario) -> Vec<Piece> {
    let of = |scenario: &Scenario, is_weekend| {
        let windows = best_windows(scenario, &Memory::of(scenario));
        windows.into_iter().map(move |window| Piece { is_weekend, window })
    };
    let weekend = weekend_of(scenario).into_iter().flat_map(|weekend| of(&weekend, true));
    of(scenario, false).chain(weekend).collect()
}

/// Stretches of the weekday by themselves, from these minutes on; none where its run would have to start long before.
pub(super) fn stretches(
    scenario: &Scenario,
    from: impl Iterator<Item = usize>,
    minutes: usize,
) -> Vec<Piece> {
    let memory = Memory::of(scenario);
    let stretch = |from_minute: usize| {
        let lead = memory.minutes_before(from_minute);
        let warm_up_minutes = if scenario.just_deployed { lead.min(from_minute) } else { lead };
        let window = Window { warm_up_minutes, from_minute, minutes };
        (lead <= LONGEST_LEAD).then_some(Piece { is_weekend: false, window })
    };
    from.filter_map(stretch).collect()
}

/// As many [`pieces`] as there are, or more: for those who only hand them out, within a frame.
pub fn most_pieces(scenario: &Scenario) -> usize {
    most(scenario) + weekend_of(scenario).map_or(0, |weekend| most(&weekend))
}

/// The windows of a day that is cut at so many places evenly, but not where more is carried on than a run can catch up
/// with.
fn windows(scenario: &Scenario, memory: &Memory, count: usize) -> Vec<Window> {
    let cuts = (0..count).map(|index| index * (MINUTES_PER_DAY / count));
    let leads = cuts.map(|minute| (minute, memory.minutes_before(minute)));
    let leads: Vec<_> = leads.filter(|&(minute, lead)| minute == 0 || lead < MINUTES_PER_DAY).collect();
    let ends = leads.iter().skip(1).map(|&(minute, _)| minute).chain([MINUTES_PER_DAY]);
    let window = |(&(from_minute, lead), end): (&(usize, usize), usize)| Window {
        // A day that starts with an empty fleet has nothing before it.
        warm_up_minutes: if scenario.just_deployed { lead.min(from_minute) } else { lead },
        from_minute,
        minutes: end - from_minute,
    };
    leads.iter().zip(ends).map(window).collect()
}

fn best_windows(scenario: &Scenario, memory: &Memory) -> Vec<Window> {
    let requests = scenario.traffic.requests_per_day();
    let pays = |windows: &Vec<Window>| {
        let warm_ups: usize = windows.iter().skip(1).map(|window| window.warm_up_minutes).sum();
        requests >= windows.len() as f64 * LEAST_REQUESTS && warm_ups <= MOST_WARM_UP_MINUTES
    };
    let most = most(scenario);
    let counts = COUNTS.into_iter().filter(|&count| count <= most && has_whole_ages(scenario, count));
    let whole = || windows(scenario, memory, 1);
    counts.map(|count| windows(scenario, memory, count)).find(pays).unwrap_or_else(whole)
}

/// In how many pieces a day is cut at most, whatever a queue carries on.
fn most(scenario: &Scenario) -> usize {
    let requests = scenario.traffic.requests_per_day();
    if requests < COUNTS[COUNTS.len() - 1] as f64 * LEAST_REQUESTS || !forgets(scenario) {
        return 1;
    }
    if scenario.queue_mode == QueueMode::Queued {
        return COUNTS[0];
    }
    let least = if fits(scenario) { LEAST_QUICK_REQUESTS } else { LEAST_REQUESTS };
    let memory = fleet_memory_minutes(scenario);
    let is_worth_it = |&count: &usize| {
        requests >= count as f64 * least
            && (count - 1) * memory <= MOST_WARM_UP_MINUTES
            && has_whole_ages(scenario, count)
    };
    COUNTS.into_iter().find(is_worth_it).unwrap_or(1)
}

/// Whether all that is carried through the day is the fleet: requests are answered or turned away at once and for good,
/// and nothing is held that follows the hour or the use. Pollers that collect messages for a while keep for hours at
/// which moments each of them begins.
fn forgets(scenario: &Scenario) -> bool {
    let fleet = &scenario.fleet;
    let plan = fleet.plan();
    let holds_evenly = plan.most() == 0 || plan.minutes_since_on(0).is_none();
    let collects = scenario.queue_mode == QueueMode::Queued && scenario.queue.collecting().0 > 0.0;
    scenario.is_plain()
        && !collects
        && fleet.provisioned_by == ProvisionedBy::Schedule
        && holds_evenly
        && fleet.scaling_rule == ScalingRule::Today
        && settling(scenario) < LONGEST_SETTLING
}

/// Environments that started together end together, and so do those in their place: a piece has as many such waves as
/// its share of the day.
fn has_whole_ages(scenario: &Scenario, count: usize) -> bool {
    match scenario.fleet.keep_alive {
        KeepAlive::Fixed { .. } => true,
        KeepAlive::FunctionWide { max_age, .. } => {
            ((MINUTES_PER_DAY / count) as u64 * MINUTE.0).is_multiple_of(SimTime::from(max_age).0)
        }
    }
}

/// How long before midnight, or another cut, the run starts, so that the fleet is the one that the time before left.
struct Memory<'a> {
    /// As long as an environment can remember. Events, and what is held by its use, can remember the whole day.
    fleet_minutes: usize,
    /// What is in the queue, which has to be empty before, where there is one.
    queue: Option<Forecast<'a>>,
}

impl<'a> Memory<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        let is_queued = scenario.queue_mode == QueueMode::Queued;
        Self {
            fleet_minutes: fleet_memory_minutes(scenario),
            queue: is_queued.then(|| Forecast::of(scenario)),
        }
    }

    /// Minutes that are enough before a minute; a whole day where all that came before may show.
    fn minutes_before(&self, minute: usize) -> usize {
        match &self.queue {
            Some(queue) => queue.lead_minutes(minute, self.fleet_minutes),
            None => self.fleet_minutes,
        }
    }
}

fn fleet_memory_minutes(scenario: &Scenario) -> usize {
    let tracked = scenario.fleet.provisioned_by == ProvisionedBy::TargetTracking;
    if scenario.sends_events() || tracked {
        return MINUTES_PER_DAY;
    }
    let longest = match scenario.fleet.keep_alive {
        KeepAlive::Fixed { idle } => SimTime::from(idle),
        // Environments that start together end together; after a second time they have spread.
        KeepAlive::FunctionWide { max_age, .. } => SimTime(2 * SimTime::from(max_age).0),
    };
    let asked = &scenario.function.conduct.dependency;
    let remembered = if asked.is_there() { asked.remembered.into() } else { SimTime::ZERO };
    let memory = longest.max(remembered) + settling(scenario);
    (memory.0.div_ceil(MINUTE.0) as usize).min(MINUTES_PER_DAY)
}

const SHORTEST_SETTLING: SimTime = MINUTE;
/// No call takes longer.
const LONGEST_SETTLING: SimTime = SimTime(15 * MINUTE.0);
/// Mean stays after which hardly a request of a run's first moments is still at work.
const STAYS: f64 = 20.0;

/// How long it takes an empty fleet to become as large as the traffic asks, and the last request that waited for it to be
/// done; what an environment remembers comes on top.
fn settling(scenario: &Scenario) -> SimTime {
    if !scenario.is_plain() || scenario.fleet.scaling_rule != ScalingRule::Today {
        return LONGEST_SETTLING;
    }
    let stay_s = longest_stay_s(scenario);
    let at_once = scenario.traffic.most_within(stay_s).min(f64::from(scenario.fleet.limit()));
    let growth_s = 10.0 * at_once / f64::from(scenario.fleet.scaling_per_10_s.max(1));
    SimTime::from_secs(STAYS * stay_s + growth_s).clamp(SHORTEST_SETTLING, LONGEST_SETTLING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Outcome, Part, PieceRun, evaluate, join};

    fn of(link: &str) -> Scenario {
        Scenario::from_link(link).unwrap_or_else(|problems| panic!("{link}: {problems:?}"))
    }

    #[test]
    fn large_days_that_soon_forget_are_cut() {
        for (link, expected) in [
            ("situation=notifications", 1),
            ("situation=steady-1000", 8),
            ("situation=steady-1000&curve=12:6", 1),
            ("situation=steady-1000&curve=12:24", 1),
            ("situation=steady-1000&curve=12:50", 2),
            ("situation=steady-1000&curve=12:100", 4),
            // Not for the quick kernel: so short, and so few, that it would go through silent slots.
            ("situation=steady-1000&curve=12:12&waiting_ms=5&computing_ms=5", 2),
            ("situation=steady-1000&curve=12:24&waiting_ms=2&computing_ms=3", 4),
            ("situation=steady-1000&weekend_share=0.5", 16),
            ("situation=steady-1000&weekend_share=0.01", 9),
            ("situation=steady-1000&keep_alive_s=2400", 4 + 4),
            ("situation=steady-1000&keep_alive_s=3600", 4),
            ("situation=steady-1000&keep_alive_s=7200", 2),
            ("situation=steady-1000&keep_alive=aws_2020", 2),
            ("situation=steady-1000&concurrency_limit=120", 8),
            ("situation=steady-1000&provisioned=100", 8),
            ("situation=steady-1000&provisioned=100&provisioned_from_h=8", 1),
            ("situation=steady-1000&provisioned=100&provisioned_by=target_tracking", 1),
            ("situation=steady-1000&scaling_rule=until_2023", 1),
            ("situation=steady-1000&error_percent=1", 1),
            ("situation=steady-1000&queue=on", 8),
            ("situation=steady-1000&queue=on&error_percent=1", 1),
            ("situation=steady-1000&queue=on&batch_window_s=1", 1),
            // A line from ten to the evening, and one that is there all day.
            ("situation=steady-1000&queue=on&curve=6:100,12:1500,16:100&max_concurrency=110", 6),
            ("situation=steady-1000&queue=on&max_concurrency=90", 1),
        ] {
            let scenario = of(link);
            let (pieces, most) = (pieces(&scenario).len(), most_pieces(&scenario));
            assert!(pieces == expected && most >= pieces, "{link}: {pieces} of {most}");
            let is_queued = scenario.queue_mode == QueueMode::Queued;
            assert!(is_queued || most == pieces, "{link}: {most}");
        }
    }

    #[test]
    fn pieces_cover_the_day_and_begin_with_a_slice_of_the_latencies() {
        let scenario = of("situation=steady-1000");
        let mut minute = 0;
        for Piece { window, .. } in pieces(&scenario) {
            assert_eq!((window.from_minute, window.from_minute % 10), (minute, 0));
            assert!(window.warm_up_minutes >= 11);
            minute += window.minutes;
        }
        assert_eq!(minute, MINUTES_PER_DAY);
        let deployed = pieces(&of("situation=steady-1000&just_deployed=on"));
        assert_eq!(deployed[0].window.warm_up_minutes, 0);
        assert_eq!(deployed[1].window, pieces(&scenario)[1].window);
    }

    /// The day in so many pieces, done from the last to the first.
    fn cut(scenario: &Scenario, count: usize) -> Outcome {
        let part = |window| -> Part {
            let mut run = PieceRun::new(scenario, Piece { is_weekend: false, window });
            while !run.advance(54_321) {}
            run.part()
        };
        join(scenario, windows(scenario, &Memory::of(scenario), count).into_iter().rev().map(part).collect())
    }

    fn numbers(outcome: &Outcome) -> [(&'static str, f64); 7] {
        let (counts, fleet) = (outcome.counts, outcome.fleet);
        [
            ("cold starts", counts.cold as f64),
            ("turned away", counts.throttled as f64),
            ("waiting at midnight", counts.waiting as f64),
            ("copies idle", fleet.idle_mean),
            ("copies at work", fleet.busy_mean),
            ("p99", outcome.latency.p99_s),
            ("price", outcome.bill.total.0),
        ]
    }

    #[test]
    fn a_day_in_pieces_is_the_day_in_one() {
        const DAYS: u64 = 6;
        for (link, count, most) in [
            ("curve=3:1,12:9&waiting_ms=900", 8, 1e-5),
            ("curve=0:6&waiting_ms=2000&keep_alive_s=60", 8, 1e-5),
            ("curve=6:2,20:9&waiting_ms=500&provisioned=4", 8, 1e-5),
            ("curve=6:2,20:9&waiting_ms=900&reserved_concurrency=9", 8, 1e-5),
            ("curve=6:2,20:9&waiting_ms=900&dispersion=20&keep_alive_s=1800", 4, 1e-5),
            ("curve=6:2,20:9&waiting_ms=900&just_deployed=on&spikes=3:100", 8, 1e-5),
            ("situation=steady-1000&curve=12:24", 4, 5e-5),
            ("situation=steady-1000&curve=12:24&queue=on", 4, 1e-5),
            // Chance moves the cold starts of so many days by as much.
            ("curve=0:6&waiting_ms=2000&keep_alive=aws_2020", 2, 0.02),
        ] {
            let days: Vec<_> = (1..=DAYS)
                .map(|seed| {
                    let scenario = Scenario { seed, ..of(link) };
                    let (whole, pieces) = (cut(&scenario, 1), cut(&scenario, count));
                    let counts = pieces.counts;
                    assert_eq!(counts.arrived, counts.answered + counts.unanswered(), "{link}");
                    assert_eq!(counts.arrived, whole.counts.arrived, "{link}");
                    [numbers(&whole), numbers(&pieces)]
                })
                .collect();
            for (index, &(what, _)) in days[0][0].iter().enumerate() {
                let sum = |side: usize| days.iter().map(|day| day[side][index].1).sum::<f64>();
                let off = (sum(1) - sum(0)) / sum(0).max(1.0);
                assert!(off.abs() <= most, "{link}: {what} is off by {off} of {}", sum(0));
            }
        }
    }

    #[test]
    fn messages_that_wait_at_a_cut_are_told_of_all_the_same() {
        for link in ["", "&batch_size=60&batch_window_s=20"] {
            let scenario = of(&format!(
                "situation=steady-1000&curve=12:24&queue=on&visibility_s=600&keep_alive_s=640{link}"
            ));
            let [whole, pieces] = [1, 8].map(|count| cut(&scenario, count).counts);
            // Those at midnight; in batches, up to sixty.
            assert!(pieces.waiting <= whole.waiting.max(60), "{link}: {pieces:?}, {whole:?}");
            assert!(whole.waiting <= 60 && pieces.arrived == whole.arrived, "{link}: {whole:?}");
        }
    }

    #[test]
    fn parts_may_cross_as_text_and_be_done_in_any_order() {
        for link in [
            "situation=steady-1000&curve=12:15&waiting_ms=5&computing_ms=5",
            "situation=notifications&weekend_share=0.3",
        ] {
            let scenario = of(link);
            let mut texts: Vec<_> = pieces(&scenario)
                .into_iter()
                .map(|piece| {
                    let mut run = PieceRun::new(&scenario, piece);
                    while !run.advance(77_777) {}
                    serde_json::to_string(&run.part()).expect("a part is plain data")
                })
                .collect();
            assert_eq!(texts.len(), 2, "{link}");
            texts.reverse();
            let parts = texts.iter().map(|text| serde_json::from_str(text).expect("as written")).collect();
            let [joined, whole] = [join(&scenario, parts), evaluate(&scenario)]
                .map(|outcome| serde_json::to_string(&outcome).expect("an outcome becomes JSON"));
            assert_eq!(joined, whole, "{link}");
        }
    }
}
