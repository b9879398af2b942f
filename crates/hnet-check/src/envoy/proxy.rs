//! How Envoy's proxies run: the words of an EnvoyProxy. (Envoy Gateway 1.9, `api/v1alpha1/envoyproxy_types.go`.)

use crate::told::table;
use crate::told::values::{IMAGE, REPOSITORY};

/// The forms in which Envoy compresses.
pub(super) const COMPRESSIONS: (&[&str], &[&str]) = (&["gzip", "brotli", "zstd"], &["Gzip", "Brotli", "Zstd"]);

table! {
    /// How proxies run.
    PROXY = "envoy" () {
        /// How many proxies run for a gateway.
        "replicas" "provider.kubernetes.*.replicas" => One(Number(0, 10_000)), default "1";
        /// The image of the proxies.
        "image" "provider.kubernetes.*.container.image" => One(Like(&IMAGE)), default "that of the Envoy Gateway which runs";
        /// Where that image lies, without its tag.
        "image-repository" "provider.kubernetes.*.container.imageRepository" => One(Like(&REPOSITORY));
        /// What a proxy is sure to get: `requests cpu=100m, memory=512Mi`.
        "requests" "provider.kubernetes.*.container.resources.requests" => List(Resource);
        /// What it gets at most.
        "limits" "provider.kubernetes.*.container.resources.limits" => List(Resource);
        /// Labels of the proxies' pods.
        "pod-labels" "provider.kubernetes.*.pod.labels" => List(Pair);
        /// Annotations of the proxies' pods.
        "pod-annotations" "provider.kubernetes.*.pod.annotations" => List(Pair);
        /// Labels of the nodes that proxies run on.
        "node-labels" "provider.kubernetes.*.pod.nodeSelector" => List(Pair);
        /// How important the pods are.
        "priority-class" "provider.kubernetes.*.pod.priorityClassName" => One(Name);
        /// How proxies are spread over machines.
        "spread" "provider.kubernetes.*.pod.topologySpreadConstraints" => Bodies(&SPREAD);
        /// How many proxies run by what they need.
        "scale" "provider.kubernetes.envoyHpa" => Body(&SCALE);
        /// How many proxies stay while nodes are emptied.
        "disruption" "provider.kubernetes.envoyPDB" => Body(&DISRUPTION);
        /// The name of the service. With one name only one gateway can have these proxies.
        "service" "provider.kubernetes.envoyService.name" => One(Name), default "made from that of the gateway";
        /// What that service is.
        "service-type" "provider.kubernetes.envoyService.type" => One(Words(
            &["load-balancer", "cluster", "node-port"], &["LoadBalancer", "ClusterIP", "NodePort"]
        )), default "load-balancer";
        /// Whether requests may pass from the node that they reach to proxies of others. `local` keeps the client's address,
        /// and is only right where nodes without a proxy are not asked, as with BGP.
        "external-traffic-policy" "provider.kubernetes.envoyService.externalTrafficPolicy" => One(Words(
            &["cluster", "local"], &["Cluster", "Local"]
        )), default "cluster where the addresses are announced by L2, else Envoy Gateway's own: local";
        /// Whose load balancer serves it.
        "load-balancer-class" "provider.kubernetes.envoyService.loadBalancerClass" => One(Text);
        /// Labels of the service.
        "service-labels" "provider.kubernetes.envoyService.labels" => List(Pair);
        /// Annotations of the service; those that a gateway says count less.
        "service-annotations" "provider.kubernetes.envoyService.annotations" => List(Pair);
        /// How much proxies tell of themselves.
        "log-level" "logging.level.default" => One(Words(
            &["trace", "debug", "info", "warn", "error", "critical"],
            &["trace", "debug", "info", "warn", "error", "critical"]
        )), default "warn";
        /// How long a proxy that stops waits for its connections.
        "drain-timeout" "shutdown.drainTimeout" => One(Duration), default "60s";
        /// How long it waits at least.
        "drain-at-least" "shutdown.minDrainDuration" => One(Duration), default "10s";
        /// The families that proxies listen in, and speak with services in.
        "ip-family" "ipFamily" => One(Words(&["ipv4", "ipv6", "dual-stack"], &["IPv4", "IPv6", "DualStack"]));
        /// Whether all gateways of the class share the same proxies.
        "merge-gateways" "mergeGateways" => Flag;
        /// How many threads a proxy has.
        "concurrency" "concurrency" => One(Number(0, 1024)), default "one for each processor";
        /// What Prometheus is told.
        "prometheus" "telemetry.metrics.prometheus" => Body(&PROMETHEUS);
        /// Where metrics are sent.
        "metrics-to" "telemetry.metrics.sinks" => Bodies(&METRICS_TO), with "type" = "OpenTelemetry";
        /// What is written of each request, and where.
        "access-log" "telemetry.accessLog.settings" => Bodies(&ACCESS_LOG);
        /// Where the traces of requests are sent.
        "tracing" "telemetry.tracing" => Body(&TRACING);
    }
}

table! {
    /// How proxies are spread: `spread kubernetes.io/hostname < skew 1; >`
    SPREAD = "spread" (
        /// The label of nodes that tells the places apart.
        "over" "topologyKey" => One(Text), required true
    ) {
        /// How many more may run in one place than in another.
        "skew" "maxSkew" => One(Number(1, 10_000)), required true;
        /// What happens where that cannot be.
        "otherwise" "whenUnsatisfiable" => One(Words(
            &["wait", "anyway"], &["DoNotSchedule", "ScheduleAnyway"]
        )), required true;
        /// Labels of the pods that are counted.
        "labels" "labelSelector.matchLabels" => List(Pair);
        /// Labels of pods which are only counted with those of the same value.
        "by" "matchLabelKeys" => List(Text);
    }
}

table! {
    /// How many proxies run by what they need: `scale < min 1; max 5; at cpu use 60; >`
    SCALE = "scale" () {
        /// How many run at least.
        "min" "minReplicas" => One(Number(1, 10_000)), default "1";
        /// How many run at most.
        "max" "maxReplicas" => One(Number(1, 10_000)), required true;
        /// At what use of what they asked for more are started.
        "at" "metrics" => Bodies(&SCALE_AT), with "type" = "Resource", "resource.target.type" = "Utilization";
        /// For how long more must be wanted before more are started.
        "up-after" "behavior.scaleUp.stabilizationWindowSeconds" => One(Number(0, 3600));
        /// For how long fewer must be enough before some are stopped.
        "down-after" "behavior.scaleDown.stabilizationWindowSeconds" => One(Number(0, 3600));
    }
}

table! {
    /// A use at which more proxies are started: `at cpu use 60;`
    SCALE_AT = "at" (
        /// Of what.
        "resource" "resource.name" => One(Words(&["cpu", "memory"], &["cpu", "memory"])), required true
    ) {
        /// The use, in percent of what the proxies asked for.
        "use" "resource.target.averageUtilization" => One(Number(1, 1000)), required true
    }
}

table! {
    /// How many proxies stay while nodes are emptied.
    DISRUPTION = "disruption" () {
        /// How many stay at least, or what share of them.
        "min-available" "minAvailable" => One(Share);
        /// How many may be gone at most, or what share of them.
        "max-unavailable" "maxUnavailable" => One(Share);
    }
}

table! {
    /// What Prometheus is told: `prometheus < compression zstd; >`
    PROMETHEUS = "prometheus" () {
        /// Whether it can ask.
        "asked" "disable" => Unless, default "on";
        /// How the answer is compressed.
        "compression" "compression.type" => One(Words(COMPRESSIONS.0, COMPRESSIONS.1));
    }
}

table! {
    /// Where metrics are sent by OpenTelemetry: `metrics-to otel/collector:4317;`
    METRICS_TO = "metrics-to" (
        /// The service that takes them.
        "service" "openTelemetry.backendRefs" => List(Service), required true
    ) {
        /// What is said of the sender.
        "resource" "openTelemetry.resourceAttributes" => List(Pair);
    }
}

table! {
    /// What is written of each request: `access-log < file /dev/stdout; >`
    ACCESS_LOG = "access-log" () {
        /// The line that is written, in Envoy's own terms.
        "text" "format.text" => One(Text), with "format.type" = "Text";
        /// The keys that are written, with what stands under each, in Envoy's own terms.
        "json" "format.json" => List(Pair), with "format.type" = "JSON";
        /// The requests that are written: expressions in CEL.
        "where" "matches" => List(Text);
        /// A file that it is written into.
        "file" "sinks" => Bodies(&LOG_FILE), with "type" = "File";
        /// A service that it is sent to by OpenTelemetry.
        "to" "sinks" => Bodies(&LOG_TO), with "type" = "OpenTelemetry";
    }
}

table! {
    /// A file that requests are written into: `file /dev/stdout;`
    LOG_FILE = "file" (
        /// Its path.
        "path" "file.path" => One(Text), required true
    ) {}
}

table! {
    /// A service that requests are told to: `to otel/collector:4317;`
    LOG_TO = "to" (
        /// The service.
        "service" "openTelemetry.backendRefs" => List(Service), required true
    ) {
        /// What is said of the sender.
        "resource" "openTelemetry.resourceAttributes" => List(Pair);
    }
}

table! {
    /// Where the traces of requests are sent: `tracing < to otel/collector:4317; sample 10; >`
    TRACING = "tracing" () {
        /// The service that takes them.
        "to" "provider.backendRefs" => List(Service), required true;
        /// How traces are told.
        "by" "provider.type" => One(Words(
            &["opentelemetry", "zipkin", "datadog"], &["OpenTelemetry", "Zipkin", "Datadog"]
        )), default "opentelemetry";
        /// Of how many requests, in percent.
        "sample" "samplingRate" => One(Number(0, 100)), default "100";
        /// What the sender is called.
        "name" "provider.serviceName" => One(Text);
        /// What is said of it.
        "resource" "provider.openTelemetry.resourceAttributes" => List(Pair);
    }
}
