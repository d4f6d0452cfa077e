//! Request logs as pacslab/serverless-performance-modeling wrote them, and their replay.

use burstlab_engine::{
    fleet::{Admission, Calendar, Fleet, FunctionWideIdle, KeepAlive, ScalingRate},
    units::{SECOND, SimTime},
};
use serde::{Deserialize, Deserializer, de::Error};

/// One logged request.
#[derive(Clone, Copy)]
pub struct Logged {
    /// When it was sent.
    pub start: SimTime,
    /// When its answer was there.
    pub end: SimTime,
    /// Whether an environment had to start.
    pub cold: bool,
}

/// Cold starts of a log's arrivals and durations.
pub fn cold_starts(log: &[Logged], keep_alive: KeepAlive) -> usize {
    let calendar = Calendar::new(SECOND, 1.0);
    let policy = FunctionWideIdle::of(keep_alive);
    let mut fleet = Fleet::new(policy, 0, u32::MAX, ScalingRate::unlimited(), calendar);
    let mut cold = 0;
    for (index, request) in log.iter().enumerate() {
        fleet.settle(request.start);
        let found = fleet.admit(request.start);
        fleet.occupy(request.end);
        // What was there before the log is known of the first request only: what that row says.
        let starts = if index == 0 { request.cold } else { found == Admission::Cold };
        cold += usize::from(starts);
    }
    cold
}

/// A row of a log, as far as a replay needs it.
#[derive(Clone, Copy, Deserialize)]
struct Row {
    #[serde(deserialize_with = "truth")]
    is_cold: bool,
    client_start_time: f64,
    client_end_time: f64,
}

/// "True" or "False", however it is written.
fn truth<'a, D: Deserializer<'a>>(text: D) -> Result<bool, D::Error> {
    match String::deserialize(text)?.trim().to_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(D::Error::custom(format!("is_cold should be True or False, not {other}"))),
    }
}

/// Reads a log, in the order of its start times.
pub fn read(text: &str) -> Result<Vec<Logged>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
    let mut rows = rows.map_err(|error| error.to_string())?;
    rows.sort_by(|a, b| a.client_start_time.total_cmp(&b.client_start_time));
    let first = rows.first().ok_or("the file has no requests")?.client_start_time;
    let logged = |row: &Row| Logged {
        start: SimTime::from_secs(row.client_start_time - first),
        end: SimTime::from_secs(row.client_end_time - first),
        cold: row.is_cold,
    };
    Ok(rows.iter().map(logged).collect())
}
