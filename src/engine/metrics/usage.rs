use std::{collections::BTreeMap, ops::AddAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, ser::SerializeMap};

/// Makes the struct from its fields, so that adding, naming and writing them cannot forget one.
macro_rules! usage {
    ($($(#[$doc:meta])* $count:ident,)*) => {
        /// What a day used, in whole units that providers meter. Pricing reads this and nothing else of a run.
        ///
        /// `_ms` are milliseconds: of one function at its memory, or that a thing was held; times the number of
        /// things. `_bytes` went through; `_mb_ms` and `_mb_hours` are room times the time that it was held.
        /// Written as JSON, counts that stand at nothing are left out, except those that every function has.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Usage {
            $($(#[$doc])* pub $count: u64,)*
        }

        impl Usage {
            /// The names of all counts, in their order.
            pub const NAMES: &[&str] = &[$(stringify!($count)),*];

            /// Adds to the count of this name; false where there is none.
            pub fn add(&mut self, name: &str, more: u64) -> bool {
                let place = Self::NAMES.iter().position(|of| *of == name);
                let count = place.and_then(|place| self.counts_mut().nth(place));
                count.map(|count| *count += more).is_some()
            }

            fn counts(&self) -> impl Iterator<Item = u64> + use<> {
                [$(self.$count),*].into_iter()
            }

            fn counts_mut(&mut self) -> impl Iterator<Item = &mut u64> {
                [$(&mut self.$count),*].into_iter()
            }
        }
    };
}

usage! {
    /// Calls of the function that ran; throttled ones are not charged.
    invocations,
    /// Billed milliseconds in environments started on demand, their init included.
    on_demand_ms,
    /// Billed milliseconds in environments held by provisioned concurrency.
    provisioned_ms,
    /// Environment-milliseconds that provisioned concurrency was held.
    provisioned_held_ms,
    /// Requests through an HTTP API, the throttled ones included; a large payload is several.
    gateway_requests,
    /// Requests to a standard queue: sends, receives with and without messages, and deletions.
    queue_requests,

    /// What large asynchronous events count beyond one request each.
    async_extra_requests,
    /// Disk of the function beyond what is included, while it ran.
    ephemeral_mb_ms,
    /// Snapshots kept for faster starts.
    snapshot_cached_mb_ms,
    /// Memory restored from snapshots.
    snapshot_restored_mb,
    /// Streamed responses beyond what each request includes.
    streamed_bytes,
    /// Pollers of a queue held in provisioned mode.
    queue_poller_ms,
    /// Calls that ran on managed instances.
    managed_invocations,
    /// Managed instances held.
    managed_instance_ms,
    /// Steps, waits and other operations of durable functions.
    durable_operations,
    /// State that durable functions wrote.
    durable_written_bytes,
    /// State of durable functions kept.
    durable_stored_mb_hours,
    /// Calls at the edge of the network.
    edge_invocations,
    /// Billed milliseconds at the edge of the network.
    edge_ms,
    /// Requests to the function's own address.
    function_url_requests,

    /// Calls of a REST API.
    rest_requests,
    /// Messages over held connections, in the steps in which they are metered.
    websocket_messages,
    /// Minutes for which connections were held open.
    websocket_minutes,
    /// The smallest cache of a REST API held.
    gateway_cache_half_gb_ms,
    /// The second cache of a REST API held.
    gateway_cache_ms,
    /// Load balancers held.
    balancer_ms,
    /// Capacity units of load balancers used, times the time.
    balancer_capacity_ms,
    /// Requests to the content network.
    cdn_requests,
    /// What the content network sent to the internet.
    cdn_bytes,

    /// Writes and lists of stored objects.
    object_writes,
    /// Reads of stored objects.
    object_reads,
    /// Objects stored.
    object_mb_hours,
    /// Requests to a queue that keeps the order.
    fifo_queue_requests,
    /// Requests to a queue that shares fairly among tenants, counted besides.
    fair_queue_requests,
    /// Notifications published.
    notifications,
    /// Notifications delivered to addresses on the web.
    web_deliveries,
    /// Notifications delivered by e-mail.
    email_deliveries,
    /// Notifications published in order.
    fifo_notifications,
    /// Payload of notifications published in order.
    fifo_notification_bytes,
    /// Events of one's own sent to the event bus.
    bus_events,
    /// Calls made by the scheduler.
    scheduled_calls,
    /// Events through pipes.
    pipe_events,
    /// Events delivered to the bus of another account.
    cross_account_events,
    /// Events written to an archive.
    archived_bytes,
    /// Events kept in an archive.
    archive_mb_hours,
    /// Steps from one state of a workflow to the next.
    workflow_transitions,
    /// Express workflows started.
    express_workflows,
    /// Memory of express workflows while they ran.
    express_mb_ms,

    /// Writes to a table, in its units.
    table_write_units,
    /// Reads from a table, in its units.
    table_read_units,
    /// Write capacity of a table held.
    table_write_capacity_ms,
    /// Read capacity of a table held.
    table_read_capacity_ms,
    /// What a table stores.
    table_mb_hours,
    /// Reads of a table's stream of changes.
    stream_reads,
    /// Databases of class db.t4g.small held.
    rds_t4g_small_ms,
    /// Databases of class db.t4g.medium held.
    rds_t4g_medium_ms,
    /// MySQL databases of class db.t3.medium held.
    rds_t3_medium_mysql_ms,
    /// PostgreSQL databases of class db.t3.medium held.
    rds_t3_medium_postgresql_ms,
    /// MySQL databases of class db.m6g.large held.
    rds_m6g_large_mysql_ms,
    /// PostgreSQL databases of class db.m6g.large held.
    rds_m6g_large_postgresql_ms,
    /// Disks of databases.
    rds_disk_mb_hours,
    /// Processors of databases behind a proxy.
    rds_proxy_vcpu_ms,
    /// Capacity units of a database that grows and shrinks.
    aurora_capacity_ms,
    /// Storage of such a database.
    aurora_mb_hours,
    /// Its reads and writes of storage.
    aurora_operations,
    /// Room in a serverless cache, Redis OSS.
    redis_mb_hours,
    /// Work of a serverless cache in its units, Redis OSS.
    redis_units,
    /// Room in a serverless cache, Valkey.
    valkey_mb_hours,
    /// Work of a serverless cache in its units, Valkey.
    valkey_units,
    /// Cache nodes of class cache.t4g.micro held.
    cache_t4g_micro_ms,
    /// Cache nodes of class cache.t4g.small held.
    cache_t4g_small_ms,
    /// Cache nodes of class cache.t4g.medium held.
    cache_t4g_medium_ms,
    /// Cache nodes of class cache.m7g.large held.
    cache_m7g_large_ms,

    /// Log lines taken in.
    log_bytes,
    /// Log lines taken in, of the class that is seldom read.
    seldom_log_bytes,
    /// Logs kept.
    log_mb_hours,
    /// Metrics kept, times the time.
    metric_ms,
    /// Traces recorded.
    traces,
    /// Traces read back or searched.
    traces_read,

    /// NAT gateways held.
    nat_ms,
    /// What NAT gateways passed on.
    nat_bytes,
    /// Private endpoints held, per zone.
    endpoint_ms,
    /// What private endpoints passed on.
    endpoint_bytes,
    /// Public addresses held.
    address_ms,
    /// Sent to the internet.
    internet_bytes,
    /// Sent to another region.
    region_bytes,
    /// Sent to the neighbouring region.
    near_region_bytes,
    /// Sent or received across zones; each direction counts.
    zone_bytes,

    /// Processors of containers held, x86.
    fargate_vcpu_ms,
    /// Memory of containers held, x86.
    fargate_mb_ms,
    /// Processors of containers held, arm64.
    fargate_arm_vcpu_ms,
    /// Memory of containers held, arm64.
    fargate_arm_mb_ms,
    /// Disk of containers beyond what is included.
    fargate_disk_mb_ms,
    /// Processors of containers that may be taken away.
    fargate_spot_vcpu_ms,
    /// Memory of containers that may be taken away.
    fargate_spot_mb_ms,

    /// Servers of class t3.medium held.
    ec2_t3_medium_ms,
    /// The same, reserved for a year.
    ec2_t3_medium_reserved_ms,
    /// What their vCPUs computed beyond what they earn in a day.
    ec2_t3_surplus_vcpu_ms,
    /// Servers of class c5.large held.
    ec2_c5_large_ms,
    /// The same, reserved for a year.
    ec2_c5_large_reserved_ms,
    /// The same, which may be taken away.
    ec2_c5_large_spot_ms,
    /// Servers of class c5.2xlarge held.
    ec2_c5_2xlarge_ms,
    /// The same, reserved for a year.
    ec2_c5_2xlarge_reserved_ms,
    /// The same, which may be taken away.
    ec2_c5_2xlarge_spot_ms,
    /// Servers of class c7g.large held.
    ec2_c7g_large_ms,
    /// The same, reserved for a year.
    ec2_c7g_large_reserved_ms,
    /// The same, which may be taken away.
    ec2_c7g_large_spot_ms,
    /// Clusters (EKS) held.
    eks_cluster_ms,

    /// Processors of Cloud Run while requests were worked on.
    cloud_run_vcpu_ms,
    /// Memory of Cloud Run while requests were worked on.
    cloud_run_mb_ms,
    /// Requests to Cloud Run.
    cloud_run_requests,
    /// Calls of Cloud Functions.
    cloud_functions_requests,
    /// Memory of Cloud Functions while they ran.
    cloud_functions_mb_ms,
    /// The clock of their processors while they ran, in MHz times milliseconds.
    cloud_functions_mhz_ms,
    /// Calls of Azure Functions.
    azure_executions,
    /// Memory of Azure Functions while they ran.
    azure_mb_ms,
    /// The plan of Workers held.
    workers_plan_ms,
    /// Requests to Workers.
    workers_requests,
    /// Milliseconds that Workers computed.
    workers_computing_ms,
}

/// How many of the counts, from the first, are written even when nothing was used.
const ALWAYS_WRITTEN: usize = 6;

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.counts_mut().zip(other.counts()) {
            *count += more;
        }
    }
}

impl Serialize for Usage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (index, (name, count)) in Self::NAMES.iter().zip(self.counts()).enumerate() {
            if index < ALWAYS_WRITTEN || count > 0 {
                map.serialize_entry(name, &count)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Usage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut given = BTreeMap::<String, u64>::deserialize(deserializer)?;
        let mut usage = Self::default();
        for (name, count) in Self::NAMES.iter().zip(usage.counts_mut()) {
            *count = given.remove(*name).unwrap_or_default();
        }
        match given.first_key_value() {
            Some((name, _)) => Err(D::Error::custom(format!("nothing is metered by the name {name}"))),
            None => Ok(usage),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_reads_back_as_it_was_written_and_zeros_beside_the_function_are_left_out() {
        let usage = Usage { invocations: 3, nat_bytes: 5, ..Usage::default() };
        let text = serde_json::to_string(&usage).expect("usage is JSON");
        assert_eq!(
            text,
            r#"{"invocations":3,"on_demand_ms":0,"provisioned_ms":0,"provisioned_held_ms":0,"gateway_requests":0,"queue_requests":0,"nat_bytes":5}"#
        );
        assert_eq!(serde_json::from_str::<Usage>(&text).expect("its own text"), usage);
        assert!(serde_json::from_str::<Usage>(r#"{"telegrams":1}"#).is_err());
    }

    #[test]
    fn a_count_can_be_added_to_by_its_name() {
        let mut usage = Usage::default();
        assert!(usage.add("nat_bytes", 4) && usage.add("nat_bytes", 3) && !usage.add("telegrams", 1));
        assert_eq!(usage, Usage { nat_bytes: 7, ..Usage::default() });
    }

    #[test]
    fn two_days_of_use_add_up_count_by_count() {
        let mut day = Usage::default();
        for (index, count) in day.counts_mut().enumerate() {
            *count = index as u64;
        }
        let mut both = day;
        both += day;
        assert!(both.counts().eq(day.counts().map(|count| 2 * count)));
    }
}
