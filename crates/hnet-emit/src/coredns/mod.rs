//! Cluster DNS: on Talos the whole of CoreDNS, on k3s what its own CoreDNS reads besides.
//!
//! Start at [`CoreDns`]; what CoreDNS is told is decided in `corefile`, what runs it in `workload`.

mod corefile;
mod workload;

use hnet_diagnostics::{Lines, counted};
use hnet_manifests::core::ConfigMap;
use hnet_manifests::object::{Manifest, Metadata, Texts};
use hnet_manifests::prometheus::{Endpoint, Namespaces, ServiceMonitor, ServiceMonitorSpec};
use hnet_model::{Cluster, Distribution, Dns, Monitoring, Origin, Owned as _, Part, Tool, Traced, own};

use crate::Context;
use crate::component::{Component, Rows, Steps, Thing, things};
use crate::kubernetes::{matching, monitor_interval, monitored, shape, texts};
use crate::markdown::shell::Commands;
use crate::overlay::Over;
use crate::place::{Folder, Nowhere, Pieces};

/// The namespace of cluster DNS on both distributions.
const NAMESPACE: &str = "kube-system";

/// Cluster DNS, where it is managed or watched.
#[derive(Debug)]
pub(crate) struct CoreDns;

impl Component for CoreDns {
    fn folder(&self) -> &'static str {
        "coredns"
    }

    fn after(&self) -> &'static [&'static str] {
        &["cilium"]
    }

    fn holds(&self, cluster: &Cluster) -> Vec<Thing> {
        let dns = own(&cluster.dns).next().filter(|dns| match cluster.distribution {
            Distribution::Talos(_) => true,
            // k3s brings its own, so there is only what is added.
            Distribution::K3s(_) => dns.corefile.is_some() || !dns.zones.is_empty(),
        });
        things([
            (Part::CoreDns, "cluster DNS", dns.map(|dns| Origin::written(dns.span))),
            (
                Part::Monitors,
                "a ServiceMonitor",
                cluster.monitoring.as_ref().map(|monitoring| Origin::written(monitoring.span)),
            ),
        ])
    }

    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
        for dns in own(&cluster.dns) {
            match &cluster.distribution {
                Distribution::Talos(_) => whole(cluster, dns, folder),
                // k3s imports `/etc/coredns/custom/*.server` beside its own zones; other endings are not read.
                Distribution::K3s(_) => {
                    let files = corefile::beside_k3s(dns);
                    if !files.is_empty() {
                        config_map(dns, "coredns-custom", files, Over::Main(&dns.overlay), folder);
                    }
                }
            }
        }
        if let Some(monitoring) = &cluster.monitoring {
            let object = service_monitor(cluster, monitoring);
            let (origin, over) = (shape(monitoring.span), Over::Main(&monitoring.overlay));
            folder.object(Part::Monitors, "service-monitor.yaml", &object, origin, over);
        }
    }

    fn steps(&self, context: &Context<'_>, cluster: &Cluster, steps: &mut Steps) {
        let (Some(dns), Some(_)) = (own(&cluster.dns).next(), cluster.talos()) else { return };
        let said = match context.synced(cluster) {
            Some(gitops) => match gitops.tool {
                Tool::ArgoCd(_) => "Talos does not run it here, and Argo CD needs names to reach Git.",
                Tool::Flux(_) => "Talos does not run it here, and Flux needs names to reach Git.",
            },
            None => "Talos does not run it here.",
        };
        let mut commands = Commands::default();
        let mut nowhere = Nowhere;
        let mut pieces = Pieces::of_one(context, &mut nowhere);
        self.write(cluster, &mut Folder::new(context, cluster, self.folder(), &mut pieces));
        for (_, path, is_folder) in pieces.finish().paths.into_iter().filter(|(part, ..)| *part == Part::CoreDns) {
            let command =
                if is_folder { "kubectl apply --server-side -k {}" } else { "kubectl apply --server-side -f {}" };
            commands.run(command, &[&path], Origin::written(dns.span));
        }
        if !commands.lines().is_empty() {
            steps.begin("Start CoreDNS", &[said], Origin::written(dns.span)).commands(&commands);
        }
    }

    fn rows(&self, cluster: &Cluster, rows: &mut Rows<'_>) {
        let Some(dns) = &cluster.dns else { return };
        let row = rows.row("CoreDNS", Origin::written(dns.span)).literal("cluster DNS");
        if dns.is_existing() {
            row.literal(", existing");
        }
        match cluster.distribution {
            Distribution::Talos(_) => row.cell().text(&counted(dns.replicas.value, "replica")),
            Distribution::K3s(_) => row.literal(", with zones of our own").cell().literal("bundled with k3s"),
        };
        rows.files();
    }
}

/// The whole of CoreDNS.
fn whole<'a>(cluster: &'a Cluster, dns: &'a Dns, folder: &mut Folder<'_, 'a>) {
    let origin = shape(dns.span);
    let mut rbac = folder.objects(Part::CoreDns, "rbac.yaml");
    workload::add_rbac(dns, &mut rbac);
    folder.insert(rbac);
    let corefile = vec![("Corefile".to_owned(), corefile::whole(cluster, dns))];
    config_map(dns, &config_map_name(dns), corefile, Over::Beside(&dns.overlay), folder);
    let deployment = workload::deployment(cluster, dns);
    folder.object(Part::CoreDns, "deployment.yaml", &deployment, origin, Over::Main(&dns.overlay));
    let service = workload::service(cluster, origin);
    folder.object(Part::CoreDns, "service.yaml", &service, origin, Over::Beside(&dns.overlay));
    if let Some(budget) = workload::disruption_budget(dns) {
        let over = Over::Beside(&dns.overlay);
        folder.object(Part::CoreDns, "pod-disruption-budget.yaml", &budget, origin, over);
    }
}

/// What the ConfigMap is called that CoreDNS reads.
fn config_map_name(dns: &Dns) -> String {
    dns.config_map.as_ref().map_or_else(|| "coredns".to_owned(), |name| name.value.to_string())
}

fn config_map(
    dns: &Dns,
    name: &str,
    files: Vec<(String, Vec<Traced<String>>)>,
    over: Over<'_>,
    folder: &mut Folder<'_, '_>,
) {
    let origin = shape(dns.span);
    let data = files.into_iter().map(|(file, lines)| {
        let origin = lines.first().map_or(origin, |line| line.origin);
        (file, Traced::new(Lines(lines), origin))
    });
    let data = data.collect();
    let mut metadata = in_namespace(name, origin);
    metadata.name.origin = dns.config_map.as_ref().map_or(origin, |name| name.origin);
    folder.object(Part::CoreDns, "config-map.yaml", &ConfigMap::new(metadata, data), origin, over);
}

/// The metadata of an object of cluster DNS.
fn in_namespace(name: &str, origin: Origin) -> Metadata {
    let namespace = Some(Traced::new(NAMESPACE.to_owned(), origin));
    Metadata { namespace, ..Metadata::named(Traced::new(name.to_owned(), origin)) }
}

fn service_monitor(cluster: &Cluster, monitoring: &Monitoring) -> Manifest<ServiceMonitorSpec> {
    let spec = ServiceMonitorSpec {
        selector: matching(texts([("k8s-app", "kube-dns".into())])),
        namespace_selector: Namespaces { match_names: vec![NAMESPACE.to_owned()] },
        endpoints: vec![Endpoint {
            port: "metrics".to_owned(),
            path: "/metrics".to_owned(),
            interval: monitor_interval(monitoring),
        }],
    };
    let mut metadata = monitored(monitoring, in_namespace("coredns", shape(monitoring.span)));
    if let Some(dns) = &cluster.dns {
        metadata.name.origin = Origin::written(dns.span);
    }
    Manifest::custom::<ServiceMonitor>(metadata, spec)
}

/// The labels of CoreDNS's pods and service, which other programs look for.
fn labels() -> Texts {
    texts([("k8s-app", "kube-dns".into()), ("kubernetes.io/name", "CoreDNS".into())])
}

#[cfg(test)]
mod tests {
    use hnet_model::{Monitoring, Network, Overlay};
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
        network.clusters[0].monitoring =
            Some(Monitoring { labels, interval: None, overlay: Overlay::default(), span: spans.next() });
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
