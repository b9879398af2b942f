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

#[cfg(test)]
mod tests {
    use hnet_model::{Monitoring, Network};
    use serde_yaml::Value;

    use crate::samples::{Spans, emitted, homelab, on_k3s};

    fn file(network: &Network, name: &str) -> Option<Value> {
        let outputs = emitted(network);
        let file = outputs.files.get(&format!("infrastructure/networking/coredns/{name}"))?;
        Some(serde_yaml::from_str(file.text()).unwrap_or_else(|error| panic!("{name}: {error}")))
    }

    #[test]
    fn k3s_reads_a_file_for_each_zone() {
        let config_map = file(&on_k3s(), "config-map.yaml").unwrap();
        assert_eq!(config_map["metadata"]["name"], "coredns-custom");
        assert_eq!(
            config_map["data"]["home.arpa.server"],
            "home.arpa:53 {\n    errors\n    cache 30\n    forward . 192.168.10.1\n}\n"
        );
        assert!(file(&on_k3s(), "deployment.yaml").is_none(), "k3s runs its own");
    }

    #[test]
    fn talos_has_the_whole_of_coredns() {
        let network = homelab();
        let corefile = file(&network, "config-map.yaml").unwrap()["data"]["Corefile"].as_str().unwrap().to_owned();
        assert!(corefile.starts_with(".:53 {\n    errors\n"));
        assert!(corefile.ends_with("home.arpa:53 {\n    errors\n    cache 30\n    forward . 192.168.10.1\n}\n"));
        assert!(corefile.contains("    forward . /etc/resolv.conf {\n"));
        let service = file(&network, "service.yaml").unwrap();
        assert_eq!(service["metadata"]["name"], "kube-dns");
        assert_eq!(service["spec"]["clusterIP"], "10.43.0.10");
        let deployment = file(&network, "deployment.yaml").unwrap();
        let pods = &deployment["spec"]["template"]["metadata"]["labels"];
        assert_eq!(service["spec"]["selector"]["k8s-app"], pods["k8s-app"]);
        assert_eq!(deployment["spec"]["replicas"], 2);
        assert!(file(&network, "pod-disruption-budget.yaml").is_some());
    }

    #[test]
    fn a_written_corefile_stands_alone() {
        let spans = Spans::new();
        let text = ".:53 {\n    whoami\n}\n";
        for (mut network, key) in [(homelab(), "Corefile"), (on_k3s(), "hnet.server")] {
            network.clusters[0].dns.as_mut().unwrap().corefile = Some(spans.of(text.to_owned()));
            let data = file(&network, "config-map.yaml").unwrap()["data"].clone();
            assert_eq!(data.as_mapping().unwrap().len(), 1);
            assert_eq!(data[key], text);
        }
    }

    #[test]
    fn the_monitor_finds_the_services_port() {
        let mut network = homelab();
        let spans = Spans::new();
        let labels = vec![(spans.of("release".to_owned()), "prometheus".to_owned())];
        network.clusters[0].monitoring = Some(Monitoring { labels, interval: None, span: spans.next() });
        let monitor = file(&network, "service-monitor.yaml").unwrap();
        let service = file(&network, "service.yaml").unwrap();
        assert_eq!(monitor["metadata"]["labels"]["release"], "prometheus");
        assert_eq!(monitor["spec"]["selector"]["matchLabels"]["k8s-app"], service["metadata"]["labels"]["k8s-app"]);
        let ports = service["spec"]["ports"].as_sequence().unwrap();
        assert!(ports.iter().any(|port| port["name"] == monitor["spec"]["endpoints"][0]["port"]));
    }

    #[test]
    fn without_a_statement_cluster_dns_is_left_alone() {
        let mut network = homelab();
        network.clusters[0].dns = None;
        assert!(!emitted(&network).files.keys().any(|path| path.contains("coredns")));
    }
}
