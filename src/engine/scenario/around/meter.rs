//! What surrounds the function, in the counts that are charged for.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Around, Chosen};
use crate::{
    facts,
    metrics::Usage,
    pricing::{Meter, Metering, Tariff},
    scenario::{QueueMode, Scenario, WayIn},
    units::DAY,
};

/// A day's requests as what surrounds the function meets them.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'a> {
    /// Requests that came in.
    pub arrived: u64,
    /// Times that a request was worked on; tries after the first count.
    pub worked: f64,
    /// Requests that came in, hour by hour.
    pub by_hour: &'a [f64],
    /// How long a caller waits on average.
    pub wait_s: f64,
}

#[derive(Deserialize)]
struct Facts {
    kept_logs: Figure,
    database_vcpus: Figure,
    express_mb: Figure,
}

#[derive(Deserialize)]
struct Figure {
    value: f64,
}

fn known() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| facts::read("limits/around"))
}

const DAY_MS: f64 = (DAY.0 / 1_000_000) as f64;
const HOURS: f64 = 24.0;
const KB: f64 = 1_024.0;

/// The units that a payload counts as by the steps of a meter.
pub fn pieces(meter: Meter, kb: f64) -> f64 {
    steps(meter).map_or(1.0, |steps| steps.pieces(kb))
}

fn steps(meter: Meter) -> Option<&'static Metering> {
    Tariff::home().rate(meter).metering.as_ref()
}

/// The units held where so many would do.
fn held(meter: Meter, units: f64) -> f64 {
    steps(meter).map_or(units, |steps| steps.held(units))
}

impl Scenario {
    /// How often a request was worked on: by each call, or where calls take several messages, so often as messages
    /// were handed over.
    pub(in crate::scenario) fn worked(&self, calls: u64, messages: u64) -> f64 {
        if self.queue_mode == QueueMode::Queued { messages as f64 } else { calls as f64 }
    }

    /// Adds what surrounds the function meters of a day, what answers carry included.
    pub(in crate::scenario) fn meter_around(&self, passed: &Passed, usage: &mut Usage) {
        self.around.meter(passed, usage);
        let bytes = (self.around.answer_kb * KB * passed.worked).round() as u64;
        match self.way_in {
            WayIn::ContentNetwork => usage.cdn_bytes += bytes,
            _ => usage.internet_bytes += bytes,
        }
        if self.way_in == WayIn::RestApi {
            usage.add(self.around.kind(Chosen::GatewayCache).count, DAY_MS as u64);
        }
    }

    /// The same for servers in the function's place, which send answers to the internet themselves.
    pub(in crate::scenario) fn meter_around_servers(&self, passed: &Passed, usage: &mut Usage) {
        self.around.meter(passed, usage);
        usage.internet_bytes += (self.around.answer_kb * KB * passed.worked).round() as u64;
    }
}

impl Around {
    fn meter(&self, passed: &Passed, usage: &mut Usage) {
        self.meter_hop(passed, usage);
        self.meter_table(passed, usage);
        self.meter_database(passed, usage);
        self.meter_cache(passed, usage);
        let worked = |each: f64| (each * passed.worked).round() as u64;
        let room = |gb: f64| (gb * KB * HOURS).round() as u64;
        let held = |things: f64| (things * DAY_MS).round() as u64;
        usage.object_writes += worked(self.object_writes);
        usage.object_reads += worked(self.object_reads);
        usage.object_mb_hours += room(self.object_gb);
        let log_bytes = self.log_kb * KB * passed.worked;
        usage.log_bytes += log_bytes.round() as u64;
        usage.log_mb_hours +=
            (log_bytes / KB / KB * self.log_days * known().kept_logs.value * HOURS).round() as u64;
        usage.metric_ms += held(self.metrics);
        usage.traces += worked(self.traced_percent / 100.0);
        usage.region_bytes += worked(self.region_kb * KB);
        usage.zone_bytes += worked(2.0 * self.zone_kb * KB);
        usage.nat_ms += held(self.nat_gateways);
        usage.address_ms += held(self.nat_gateways);
        usage.nat_bytes += worked(self.nat_kb * KB);
        usage.endpoint_ms += held(self.endpoints);
        usage.endpoint_bytes += worked(self.endpoint_kb * KB);
    }

    fn meter_hop(&self, passed: &Passed, usage: &mut Usage) {
        let hop = self.kind(Chosen::Hop);
        let each = match hop.name {
            "sns" => pieces(Meter::Notifications, self.request_kb),
            "eventbridge" => pieces(Meter::BusEvents, self.request_kb),
            "pipes" => pieces(Meter::PipeEvents, self.request_kb),
            "step_functions" => self.hop_steps,
            _ => 1.0,
        };
        usage.add(hop.count, (each * passed.arrived as f64).round() as u64);
        if hop.name == "express" {
            let memory_mb = known().express_mb.value;
            let charged_s =
                steps(Meter::ExpressDuration).map_or(passed.wait_s, |steps| steps.charged_s(passed.wait_s));
            usage.express_mb_ms += (memory_mb * charged_s * 1e3 * passed.arrived as f64).round() as u64;
        }
    }

    /// Units by the item, or as many as are held ready, day and night.
    fn meter_table(&self, passed: &Passed, usage: &mut Usage) {
        let writes = self.table_writes * pieces(Meter::TableWrites, self.item_kb);
        let reads = self.table_reads * pieces(Meter::TableReads, self.item_kb);
        usage.table_mb_hours += (self.table_gb * KB * HOURS).round() as u64;
        usage.stream_reads += (self.stream_reads * passed.worked).round() as u64;
        if self.kind(Chosen::Table).name == "on_demand" {
            usage.table_write_units += (writes * passed.worked).round() as u64;
            usage.table_read_units += (reads * passed.worked).round() as u64;
            return;
        }
        let busiest = passed.by_hour.iter().copied().fold(0.0, f64::max) / 3_600.0;
        let ready = |set: f64, each: f64| if set > 0.0 { set } else { (busiest * each).ceil() };
        usage.table_write_capacity_ms += (ready(self.table_write_capacity, writes) * DAY_MS).round() as u64;
        usage.table_read_capacity_ms += (ready(self.table_read_capacity, reads) * DAY_MS).round() as u64;
    }

    fn meter_database(&self, passed: &Passed, usage: &mut Usage) {
        let database = self.kind(Chosen::Database);
        let room = (self.database_gb * KB * HOURS).round() as u64;
        if self.has_aurora() {
            usage.aurora_capacity_ms += (self.database_capacity * DAY_MS).round() as u64;
            usage.aurora_mb_hours += room;
            usage.aurora_operations += (self.database_operations * passed.worked).round() as u64;
        } else if usage.add(database.count, DAY_MS as u64) {
            usage.rds_disk_mb_hours += room;
            let vcpus = held(Meter::RdsProxy, known().database_vcpus.value);
            usage.add(self.kind(Chosen::Proxy).count, (vcpus * DAY_MS) as u64);
        }
    }

    fn meter_cache(&self, passed: &Passed, usage: &mut Usage) {
        let cache = self.kind(Chosen::Cache);
        if !self.has_serverless_cache() {
            usage.add(cache.count, (self.cache_nodes * DAY_MS).round() as u64);
            return;
        }
        usage.add(cache.count, (self.cache_kb * passed.worked).round() as u64);
        let room = |meter| (held(meter, self.cache_gb) * KB * HOURS).round() as u64;
        match cache.name {
            "valkey" => usage.valkey_mb_hours += room(Meter::ValkeyRoom),
            _ => usage.redis_mb_hours += room(Meter::RedisRoom),
        }
    }
}
