use super::quantities::Architecture::{self, Arm64, X86};
use crate::metrics::Usage;

/// What a price is for, and so how a day's whole count becomes a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Things, one by one.
    Each,
    /// Seconds that a thing was used; counted in milliseconds.
    Seconds,
    /// GHz times seconds; counted in MHz-milliseconds.
    GigahertzSeconds,
    /// Hours that a thing was held; counted in milliseconds.
    Hours,
    /// Months that a thing was held; counted in milliseconds.
    Months,
    /// GB that went through, of 1,024³ bytes; counted in bytes.
    Gigabytes,
    /// The same, of 1,000³ bytes.
    DecimalGigabytes,
    /// GB of memory restored; counted in MB.
    Memory,
    /// GB times seconds; counted in MB-milliseconds.
    GigabyteSeconds,
    /// GB times hours; counted in MB-milliseconds.
    GigabyteHours,
    /// GB times hours; counted in MB-hours.
    RoomHours,
    /// GB times months; counted in MB-hours.
    GigabyteMonths,
    /// The same, of 1,000³ bytes.
    DecimalGigabyteMonths,
    /// GB-seconds of the function at its memory, on one architecture; counted in milliseconds.
    Function(Architecture),
    /// 128-MB-seconds of the function at its memory; counted in milliseconds.
    EdgeFunction,
}

/// Makes the meters from one row each: name, rate in the catalog, measure, count of [`Usage`].
macro_rules! meters {
    ($($meter:ident $key:literal $measure:ident $(($of:ident))? $count:ident;)*) => {
        /// Everything that is charged for, in the order of a bill.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the label in the catalog says what is metered")]
        pub enum Meter {
            $($meter,)*
        }

        impl Meter {
            /// All meters, in the order of a bill.
            pub const ALL: &[Self] = &[$(Self::$meter),*];
        }

        const ROWS: &[Row] = &[$(Row {
            key: $key,
            measure: Measure::$measure $(($of))?,
            count: |usage| usage.$count,
        }),*];
    };
}

struct Row {
    key: &'static str,
    measure: Measure,
    count: fn(&Usage) -> u64,
}

meters! {
    LambdaRequests "lambda.requests" Each invocations;
    LambdaAsyncExtra "lambda.async_extra" Each async_extra_requests;
    LambdaDuration "lambda.duration" Function(X86) on_demand_ms;
    LambdaDurationArm "lambda.duration_arm" Function(Arm64) on_demand_ms;
    LambdaHeld "lambda.provisioned_held" Function(X86) provisioned_held_ms;
    LambdaHeldArm "lambda.provisioned_held_arm" Function(Arm64) provisioned_held_ms;
    LambdaProvisioned "lambda.provisioned_duration" Function(X86) provisioned_ms;
    LambdaProvisionedArm "lambda.provisioned_duration_arm" Function(Arm64) provisioned_ms;
    LambdaEphemeral "lambda.ephemeral" GigabyteSeconds ephemeral_mb_ms;
    SnapshotsKept "lambda.snapshot_cached" GigabyteSeconds snapshot_cached_mb_ms;
    SnapshotsRestored "lambda.snapshot_restored" Memory snapshot_restored_mb;
    LambdaStreamed "lambda.streamed" Gigabytes streamed_bytes;
    QueuePollers "lambda.queue_pollers" Hours queue_poller_ms;
    ManagedRequests "lambda.managed_requests" Each managed_invocations;
    ManagedInstances "lambda.managed_instances" Hours managed_instance_ms;
    ManagedFee "lambda.managed_fee" Hours managed_instance_ms;
    DurableOperations "lambda.durable_operations" Each durable_operations;
    DurableWritten "lambda.durable_written" DecimalGigabytes durable_written_bytes;
    DurableStored "lambda.durable_stored" DecimalGigabyteMonths durable_stored_mb_hours;
    EdgeRequests "edge.requests" Each edge_invocations;
    EdgeDuration "edge.duration" EdgeFunction edge_ms;
    FunctionUrl "lambda.function_url" Each function_url_requests;
    HttpApi "api_gateway.http_api" Each gateway_requests;
    RestApi "api_gateway.rest_api" Each rest_requests;
    WebSocketMessages "api_gateway.websocket_messages" Each websocket_messages;
    WebSocketMinutes "api_gateway.websocket_minutes" Each websocket_minutes;
    GatewayCacheHalf "api_gateway.cache_half_gb" Hours gateway_cache_half_gb_ms;
    GatewayCache "api_gateway.cache" Hours gateway_cache_ms;
    BalancerHours "alb.hours" Hours balancer_ms;
    BalancerCapacity "alb.capacity" Hours balancer_capacity_ms;
    CdnRequests "cloudfront.requests" Each cdn_requests;
    CdnTransfer "cloudfront.transfer" Gigabytes cdn_bytes;
    ObjectWrites "s3.writes" Each object_writes;
    ObjectReads "s3.reads" Each object_reads;
    ObjectStorage "s3.storage" GigabyteMonths object_mb_hours;
    QueueRequests "sqs.standard" Each queue_requests;
    FifoQueueRequests "sqs.fifo" Each fifo_queue_requests;
    FairQueueRequests "sqs.fair" Each fair_queue_requests;
    Notifications "sns.publishes" Each notifications;
    WebDeliveries "sns.web" Each web_deliveries;
    EmailDeliveries "sns.email" Each email_deliveries;
    FifoNotifications "sns.fifo" Each fifo_notifications;
    FifoNotificationData "sns.fifo_data" Gigabytes fifo_notification_bytes;
    BusEvents "eventbridge.events" Each bus_events;
    ScheduledCalls "eventbridge.scheduled" Each scheduled_calls;
    PipeEvents "eventbridge.pipes" Each pipe_events;
    CrossAccountEvents "eventbridge.cross_account" Each cross_account_events;
    EventsArchived "eventbridge.archived" Gigabytes archived_bytes;
    EventArchive "eventbridge.archive" GigabyteMonths archive_mb_hours;
    WorkflowTransitions "step_functions.transitions" Each workflow_transitions;
    ExpressRequests "step_functions.express_requests" Each express_workflows;
    ExpressDuration "step_functions.express_duration" GigabyteSeconds express_mb_ms;
    TableWrites "dynamodb.write_units" Each table_write_units;
    TableReads "dynamodb.read_units" Each table_read_units;
    TableWriteCapacity "dynamodb.write_capacity" Hours table_write_capacity_ms;
    TableReadCapacity "dynamodb.read_capacity" Hours table_read_capacity_ms;
    TableStorage "dynamodb.storage" GigabyteMonths table_mb_hours;
    StreamReads "dynamodb.stream_reads" Each stream_reads;
    RdsT4gSmall "rds.t4g_small" Hours rds_t4g_small_ms;
    RdsT4gMedium "rds.t4g_medium" Hours rds_t4g_medium_ms;
    RdsT3MediumMysql "rds.t3_medium_mysql" Hours rds_t3_medium_mysql_ms;
    RdsT3MediumPostgresql "rds.t3_medium_postgresql" Hours rds_t3_medium_postgresql_ms;
    RdsM6gLargeMysql "rds.m6g_large_mysql" Hours rds_m6g_large_mysql_ms;
    RdsM6gLargePostgresql "rds.m6g_large_postgresql" Hours rds_m6g_large_postgresql_ms;
    RdsDisk "rds.disk" GigabyteMonths rds_disk_mb_hours;
    RdsProxy "rds.proxy" Hours rds_proxy_vcpu_ms;
    AuroraCapacity "aurora.capacity" Hours aurora_capacity_ms;
    AuroraStorage "aurora.storage" GigabyteMonths aurora_mb_hours;
    AuroraOperations "aurora.operations" Each aurora_operations;
    RedisRoom "elasticache.redis_storage" RoomHours redis_mb_hours;
    RedisUnits "elasticache.redis_units" Each redis_units;
    ValkeyRoom "elasticache.valkey_storage" RoomHours valkey_mb_hours;
    ValkeyUnits "elasticache.valkey_units" Each valkey_units;
    CacheT4gMicro "elasticache.t4g_micro" Hours cache_t4g_micro_ms;
    CacheT4gSmall "elasticache.t4g_small" Hours cache_t4g_small_ms;
    CacheT4gMedium "elasticache.t4g_medium" Hours cache_t4g_medium_ms;
    CacheM7gLarge "elasticache.m7g_large" Hours cache_m7g_large_ms;
    Logs "cloudwatch.logs" Gigabytes log_bytes;
    SeldomLogs "cloudwatch.logs_seldom_read" Gigabytes seldom_log_bytes;
    LogStorage "cloudwatch.logs_stored" GigabyteMonths log_mb_hours;
    Metrics "cloudwatch.metrics" Months metric_ms;
    Traces "xray.recorded" Each traces;
    TracesRead "xray.retrieved" Each traces_read;
    NatHours "vpc.nat_hours" Hours nat_ms;
    NatData "vpc.nat_data" Gigabytes nat_bytes;
    EndpointHours "vpc.endpoint_hours" Hours endpoint_ms;
    EndpointData "vpc.endpoint_data" Gigabytes endpoint_bytes;
    AddressHours "vpc.address_hours" Hours address_ms;
    InternetTransfer "transfer.internet" Gigabytes internet_bytes;
    RegionTransfer "transfer.regions" Gigabytes region_bytes;
    NearRegionTransfer "transfer.near_region" Gigabytes near_region_bytes;
    ZoneTransfer "transfer.zones" Gigabytes zone_bytes;
    FargateProcessors "fargate.vcpu" Hours fargate_vcpu_ms;
    FargateMemory "fargate.memory" GigabyteHours fargate_mb_ms;
    FargateProcessorsArm "fargate.vcpu_arm" Hours fargate_arm_vcpu_ms;
    FargateMemoryArm "fargate.memory_arm" GigabyteHours fargate_arm_mb_ms;
    FargateDisk "fargate.disk" GigabyteHours fargate_disk_mb_ms;
    FargateProcessorsSpot "fargate.vcpu_spot" Hours fargate_spot_vcpu_ms;
    FargateMemorySpot "fargate.memory_spot" GigabyteHours fargate_spot_mb_ms;
    T3Medium "ec2.t3_medium" Hours ec2_t3_medium_ms;
    T3MediumReserved "ec2.t3_medium_reserved" Hours ec2_t3_medium_reserved_ms;
    T3Surplus "ec2.t3_surplus" Hours ec2_t3_surplus_vcpu_ms;
    C5Large "ec2.c5_large" Hours ec2_c5_large_ms;
    C5LargeReserved "ec2.c5_large_reserved" Hours ec2_c5_large_reserved_ms;
    C5LargeSpot "ec2.c5_large_spot" Hours ec2_c5_large_spot_ms;
    C52xlarge "ec2.c5_2xlarge" Hours ec2_c5_2xlarge_ms;
    C52xlargeReserved "ec2.c5_2xlarge_reserved" Hours ec2_c5_2xlarge_reserved_ms;
    C52xlargeSpot "ec2.c5_2xlarge_spot" Hours ec2_c5_2xlarge_spot_ms;
    C7gLarge "ec2.c7g_large" Hours ec2_c7g_large_ms;
    C7gLargeReserved "ec2.c7g_large_reserved" Hours ec2_c7g_large_reserved_ms;
    C7gLargeSpot "ec2.c7g_large_spot" Hours ec2_c7g_large_spot_ms;
    EksCluster "eks.cluster" Hours eks_cluster_ms;
    CloudRunProcessors "gcp.run_vcpu" Seconds cloud_run_vcpu_ms;
    CloudRunMemory "gcp.run_memory" GigabyteSeconds cloud_run_mb_ms;
    CloudRunRequests "gcp.run_requests" Each cloud_run_requests;
    CloudFunctionsRequests "gcp.functions_requests" Each cloud_functions_requests;
    CloudFunctionsMemory "gcp.functions_memory" GigabyteSeconds cloud_functions_mb_ms;
    CloudFunctionsClock "gcp.functions_clock" GigahertzSeconds cloud_functions_mhz_ms;
    AzureExecutions "azure.executions" Each azure_executions;
    AzureMemory "azure.memory" GigabyteSeconds azure_mb_ms;
    WorkersPlan "workers.plan" Months workers_plan_ms;
    WorkersRequests "workers.requests" Each workers_requests;
    WorkersComputing "workers.computing" Each workers_computing_ms;
}

impl Meter {
    /// Its rate in the catalog, file and name: `lambda.requests`.
    pub fn key(self) -> &'static str {
        ROWS[self as usize].key
    }

    /// The meter of this key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|meter| meter.key() == key)
    }

    /// What its price is for.
    pub fn measure(self) -> Measure {
        ROWS[self as usize].measure
    }

    /// What a day counted.
    pub(super) fn count(self, usage: &Usage) -> u64 {
        (ROWS[self as usize].count)(usage)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_count_of_usage_is_charged_for_and_no_rate_twice() {
        let keys: BTreeSet<_> = Meter::ALL.iter().map(|meter| meter.key()).collect();
        assert_eq!(keys.len(), Meter::ALL.len());
        for name in Usage::NAMES {
            let usage: Usage = serde_json::from_str(&format!("{{\"{name}\": 7}}")).expect("a count");
            assert!(Meter::ALL.iter().any(|meter| meter.count(&usage) == 7), "nobody charges for {name}");
        }
    }
}
