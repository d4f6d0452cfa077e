//! Requests tried out, a few thousand of them: where much can befall one, the sum of its times has no formula.

use crate::{
    fleet::{Admission, Asked, Call, Calls, Carried, Condition, End, Failing, Sender, Unanswered},
    metrics::{CAUSES, Cause},
    random::{Even, Lots, part_of},
    scenario::{QueueMode, Scenario},
    theory::poisson,
    units::{SimTime, sort_by_number},
};

/// What becomes of requests that find an environment of one kind.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// Latencies of the answered ones with their causes, in seconds, each with its weight, in order.
    pub answered: Vec<Answer>,
    /// What becomes of a request that finds a place.
    pub ends: Ends,
    /// Seconds that a request takes environments for, in all of its tries, the first one's start apart.
    pub work_s: f64,
    /// Seconds that the first try's start takes.
    pub init_s: f64,
    /// Calls per request.
    pub calls: f64,
    /// Calls per request that are cut off, and leave their environment to start anew.
    pub spoils: f64,
}

/// An answered request.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// How many it stands for.
    pub weight: f64,
    /// From arrival to answer.
    pub latency_s: f64,
    /// By cause.
    pub causes_s: [f64; CAUSES.len()],
}

/// The shares of requests that find a place, by how they end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// With an answer.
    pub answered: f64,
    /// With an error.
    pub failed: f64,
    /// With nothing, for too long.
    pub timed_out: f64,
    /// As dead letters.
    pub dead_lettered: f64,
    /// Without anybody being told.
    pub lost: f64,
}

/// The place of a request's lots that its sender's pause is drawn from.
const PAUSE: u64 = 1 << 20;
/// So many requests of each kind.
const REQUESTS: u64 = 4_096;
/// Steps of the additive recurrence in two dimensions whose places fill the square most evenly (M. Roberts, 2018):
/// the reciprocals of the plastic number and of its square.
const STEPS: [u64; 2] = [13_925_388_449_166_110_000, 10_512_201_238_166_110_000];

/// Who is told how a try ended.
#[derive(Clone, Copy, Debug)]
enum Told {
    /// Who sent the request.
    Sender(Sender),
    /// A queue, which hands the message out again.
    Queue {
        /// How long it stays hidden before.
        hidden: SimTime,
        /// How often at most; none when it is no longer handed out, and lost.
        receives: Option<u32>,
    },
}

impl Told {
    fn of(scenario: &Scenario) -> Self {
        let queue = &scenario.queue;
        if scenario.queue_mode == QueueMode::Direct {
            return Self::Sender(scenario.sender());
        }
        let endless = if queue.max_receives == 0 { MOST_RECEIVES } else { queue.max_receives };
        let receives = (queue.failing != Failing::Swallowed).then_some(endless);
        Self::Queue { hidden: queue.visibility.into(), receives }
    }

    fn verdict(&self, call: &Call, succeeded: bool) -> End {
        match self {
            Self::Sender(sender) => sender.verdict(call.stay(), call.timed_out, succeeded),
            Self::Queue { .. } if succeeded && !call.timed_out => End::Answered,
            Self::Queue { .. } => End::Failed,
        }
    }

    fn after_failure(&self, call: &Call, tries: u32) -> Option<(SimTime, SimTime)> {
        match *self {
            Self::Sender(sender) => sender.after_failure(call.stay(), tries, tries),
            Self::Queue { hidden, receives } => {
                (tries + 1 < receives?.min(MOST_RECEIVES)).then_some((hidden, SimTime::ZERO))
            }
        }
    }

    fn given_up(&self, end: End) -> Unanswered {
        match self {
            Self::Sender(sender) => sender.given_up(end),
            Self::Queue { receives: Some(_), .. } => Unanswered::DeadLettered,
            Self::Queue { receives: None, .. } => Unanswered::Lost,
        }
    }

    fn way_in(&self) -> SimTime {
        match self {
            Self::Sender(sender) => sender.way_in(),
            Self::Queue { .. } => SimTime::ZERO,
        }
    }
}

/// A message that was in vain so often is taken for one that never succeeds.
const MOST_RECEIVES: u32 = 20;

/// Warm requests, and those that start an environment.
pub fn try_out(scenario: &Scenario) -> [Tried; 2] {
    let mut bench = Bench { calls: Calls::new(&scenario.function, 1, 0), told: Told::of(scenario) };
    let used = Carried { condition: Condition::Used, ..Carried::default() };
    let mut warm = bench.requests(Admission::Warm, used);
    let asking = asking_share(scenario, warm.work_s);
    if asking < 1.0 {
        let remembering = Carried { remembers_until: SimTime::NEVER, ..used };
        warm = warm.mixed(bench.requests(Admission::Warm, remembering), asking);
    }
    if warm.spoils > 0.0 {
        let spoilt = Carried { condition: Condition::Spoilt, ..used };
        let after = bench.requests(Admission::Warm, spoilt);
        // As many find a spoilt environment as leave one.
        let (spoils, spoils_again) = (warm.spoils.min(1.0), after.spoils.min(1.0));
        let usual = (1.0 - spoils_again) / (1.0 - spoils_again + spoils).max(f64::MIN_POSITIVE);
        warm = warm.mixed(after, usual);
    }
    [warm, bench.requests(Admission::Cold, Carried::default())]
}

/// The share of warm requests whose environment no longer remembers the answer.
///
/// The k-th environment is asked when k - 1 others are at work; of its requests, a Poisson process in the mean,
/// each that is answered from outside is followed by those that come while it is remembered.
fn asking_share(scenario: &Scenario, work_s: f64) -> f64 {
    let remembered_s = scenario.function.conduct.dependency.remembered.0;
    let rate = scenario.traffic.requests_per_day() / 86_400.0;
    if remembered_s <= 0.0 || rate <= 0.0 {
        return 1.0;
    }
    let (_, levels) = poisson(rate * work_s);
    let asking = |share: &f64| share / (1.0 + rate * share * remembered_s);
    let total: f64 = levels.iter().sum();
    (levels.iter().map(asking).sum::<f64>() / total.max(f64::MIN_POSITIVE)).min(1.0)
}

struct Bench {
    calls: Calls,
    told: Told,
}

impl Bench {
    fn requests(&mut self, admission: Admission, carried: Carried) -> Tried {
        let mut tried = Tried::default();
        let weight = 1.0 / REQUESTS as f64;
        for index in 0..REQUESTS {
            let place = |step: u64| (index + 1).wrapping_mul(step);
            let asked = self.calls.asked_at(place(STEPS[0]), place(STEPS[1]), Even { index, tries: 0 });
            self.request(asked, admission, carried, weight, &mut tried);
        }
        sort_by_number(&mut tried.answered, |answer| answer.latency_s);
        tried
    }

    /// Tries one request, and again while its sender does; later tries find a warm environment.
    fn request(
        &mut self,
        mut asked: Asked<Even>,
        mut admission: Admission,
        mut carried: Carried,
        weight: f64,
        tried: &mut Tried,
    ) {
        let mut waited = SimTime::ZERO;
        for tries in 0.. {
            let mut state = carried;
            let mut call = self.calls.begin(admission, state);
            let succeeded = self.calls.perform(&mut call, &asked, &mut state, SimTime::ZERO);
            self.calls.end(&mut call, &mut state);
            tried.calls += weight;
            tried.spoils += if call.timed_out { weight } else { 0.0 };
            tried.init_s += weight * call.init.as_secs();
            tried.work_s += weight * call.duration.as_secs();
            let end = self.told.verdict(&call, succeeded);
            if end == End::Answered {
                let mut spent = call.spent;
                spent.way_in = self.told.way_in();
                spent.retry += waited;
                let causes_s = spent.causes().map(|nanos| nanos as f64 / 1e9);
                let latency_s = spent.total().as_secs();
                tried.answered.push(Answer { weight, latency_s, causes_s });
                tried.ends.answered += weight;
                return;
            }
            let Some((certain, longest)) = self.told.after_failure(&call, tries) else {
                return tried.ends.add(self.told.given_up(end), weight);
            };
            waited += certain + SimTime(part_of(longest.0, asked.luck.at(PAUSE)));
            (asked, admission) = (asked.again(), Admission::Warm);
            carried.condition = Condition::Used;
        }
    }
}

impl Tried {
    /// A share of these, the rest of the others.
    fn mixed(mut self, mut other: Self, share: f64) -> Self {
        let rest = 1.0 - share;
        self.answered.iter_mut().for_each(|answer| answer.weight *= share);
        other.answered.iter_mut().for_each(|answer| answer.weight *= rest);
        self.answered.append(&mut other.answered);
        sort_by_number(&mut self.answered, |answer| answer.latency_s);
        let mix = |mine: f64, others: f64| share * mine + rest * others;
        self.ends = self.ends.mixed(other.ends, rest);
        self.work_s = mix(self.work_s, other.work_s);
        self.init_s = mix(self.init_s, other.init_s);
        self.calls = mix(self.calls, other.calls);
        self.spoils = mix(self.spoils, other.spoils);
        self
    }

    /// Mean seconds by cause of an answered one.
    pub fn causes_s(&self) -> [f64; CAUSES.len()] {
        mean_causes(&self.answered)
    }

    /// Variance of the latency of answered ones over its mean squared.
    pub fn variation(&self) -> f64 {
        let moment = |value: fn(f64) -> f64| -> f64 {
            self.answered.iter().map(|answer| answer.weight * value(answer.latency_s)).sum()
        };
        let (count, sum, squares) = (moment(|_| 1.0), moment(|s| s), moment(|s| s * s));
        if sum > 0.0 { (squares * count / (sum * sum) - 1.0).max(0.0) } else { 0.0 }
    }

    /// The share of answered ones above each of these latencies, which are in order.
    pub fn tails(&self, latencies: impl Iterator<Item = f64>) -> Vec<f64> {
        let total: f64 = self.answered.iter().map(|answer| answer.weight).sum();
        let (mut next, mut below) = (0, 0.0);
        let tail = |latency: f64| {
            while next < self.answered.len() && self.answered[next].latency_s <= latency {
                below += self.answered[next].weight;
                next += 1;
            }
            if total > 0.0 { (1.0 - below / total).max(0.0) } else { 0.0 }
        };
        latencies.map(tail).collect()
    }
}

impl Ends {
    /// The other's in a share.
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |mine: f64, others: f64| mine + share * (others - mine);
        Self {
            answered: mix(self.answered, other.answered),
            failed: mix(self.failed, other.failed),
            timed_out: mix(self.timed_out, other.timed_out),
            dead_lettered: mix(self.dead_lettered, other.dead_lettered),
            lost: mix(self.lost, other.lost),
        }
    }

    /// All are answered.
    pub fn all_answered() -> Self {
        Self { answered: 1.0, ..Self::default() }
    }

    fn add(&mut self, why: Unanswered, weight: f64) {
        let share = match why {
            Unanswered::Throttled | Unanswered::Failed => &mut self.failed,
            Unanswered::TimedOut => &mut self.timed_out,
            Unanswered::DeadLettered => &mut self.dead_lettered,
            Unanswered::Lost => &mut self.lost,
        };
        *share += weight;
    }
}

/// Mean seconds by cause.
pub fn mean_causes(answers: &[Answer]) -> [f64; CAUSES.len()] {
    let total: f64 = answers.iter().map(|answer| answer.weight).sum();
    let mean = |cause: Cause| {
        let sum: f64 = answers.iter().map(|answer| answer.weight * answer.causes_s[cause as usize]).sum();
        if total > 0.0 { sum / total } else { 0.0 }
    };
    CAUSES.map(mean)
}
