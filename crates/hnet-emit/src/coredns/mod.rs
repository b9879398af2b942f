//! Cluster DNS: on Talos the whole of CoreDNS, on k3s what its own CoreDNS reads besides.
//!
//! Start at [`emit`]; what CoreDNS is told is decided in `corefile`, what runs it in `workload`.

mod corefile;
mod workload;

use std::collections::BTreeMap;

use hnet_manifests::prometheus::{Endpoint, Namespaces, Selector, ServiceMonitor, ServiceMonitorSpec};
use hnet_model::{Cluster, Distribution, Dns, Monitoring, Part, Traced};
use k8s_openapi::api::core::v1::ConfigMap;

use crate::kubernetes::{Folder, core_object, metadata, monitor, monitor_interval, texts};
use crate::yaml::{Node, Value};
use crate::{Context, Outputs};

/// The namespace of cluster DNS on both distributions.
const NAMESPACE: &str = "kube-system";

/// Writes the folder `coredns` of every cluster whose DNS is managed or watched.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut Outputs) {
    for (cluster, _) in context.clusters(Part::Infrastructure) {
        let Some(mut folder) = Folder::new(context, cluster, "coredns", outputs) else { continue };
        if let Some(dns) = &cluster.dns {
            match &cluster.distribution {
                Distribution::Talos(_) => {
                    folder.objects("rbac.yaml", workload::rbac(dns));
                    let corefile = [("Corefile".to_owned(), corefile::whole(cluster, dns))];
                    folder.objects("config-map.yaml", [config_map(dns, "coredns", corefile)]);
                    folder.objects("deployment.yaml", [workload::deployment(cluster, dns)]);
                    folder.objects("service.yaml", [workload::service(cluster, dns)]);
                    folder.objects("pod-disruption-budget.yaml", workload::disruption_budget(dns));
                }
                // k3s imports `/etc/coredns/custom/*.server` beside its own zones; other endings are not read.
                Distribution::K3s(_) => {
                    let files = corefile::beside_k3s(dns);
                    let is_empty = files.is_empty();
                    let custom = (!is_empty).then(|| config_map(dns, "coredns-custom", files));
                    folder.objects("config-map.yaml", custom);
                }
            }
        }
        let watched = cluster.monitoring.as_ref().map(|monitoring| service_monitor(cluster, monitoring));
        folder.objects("service-monitor.yaml", watched);
        folder.finish(Vec::new());
    }
}

fn config_map(dns: &Dns, name: &str, files: impl IntoIterator<Item = (String, Vec<Traced<String>>)>) -> Node {
    let config_map = ConfigMap { metadata: metadata(name, Some(NAMESPACE)), ..ConfigMap::default() };
    let mut node = core_object(&config_map, dns.span);
    let mut data = Node::mapping(node.origin);
    for (file, lines) in files {
        let origin = lines.first().map_or(node.origin, |line| line.origin);
        data.set(file, Node { origin, value: Value::Lines(lines) });
    }
    node.set("data", data);
    node
}

fn service_monitor(cluster: &Cluster, monitoring: &Monitoring) -> Node {
    let spec = ServiceMonitorSpec {
        selector: Selector { match_labels: texts([("k8s-app", "kube-dns")]) },
        namespace_selector: Namespaces { match_names: vec![NAMESPACE.to_owned()] },
        endpoints: vec![Endpoint {
            port: "metrics".to_owned(),
            path: "/metrics".to_owned(),
            interval: monitor_interval(monitoring),
        }],
    };
    let mut service_monitor = ServiceMonitor::new("coredns", spec);
    service_monitor.metadata = metadata("coredns", Some(NAMESPACE));
    let node = monitor(&service_monitor, monitoring);
    match &cluster.dns {
        Some(dns) => node.traced(&["metadata", "name"], hnet_model::Origin::written(dns.span)),
        None => node,
    }
}

/// The labels of CoreDNS's pods and service, which other programs look for.
fn labels() -> BTreeMap<String, String> {
    texts([("k8s-app", "kube-dns"), ("kubernetes.io/name", "CoreDNS")])
}
