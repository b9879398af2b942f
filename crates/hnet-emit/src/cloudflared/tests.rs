//! What the connector is told, and how it runs.

use hnet_model::{
    Duration, GatewayClass, GatewayId, HostName, ListenerId, Monitoring, Name, Network, OriginSettings, Overlay,
    Publish, PublishTarget, Reason, ServiceId, Traced, Workload,
};
use serde_yaml::Value;

use crate::samples::{Spans, emitted, homelab};

const FOLDER: &str = "infrastructure/networking/cloudflared";

fn file(network: &Network, name: &str) -> Value {
    serde_yaml::from_str(emitted(network).files[&format!("{FOLDER}/{name}")].text()).unwrap()
}

fn has(network: &Network, name: &str) -> bool {
    emitted(network).files.contains_key(&format!("{FOLDER}/{name}"))
}

fn configuration(network: &Network) -> Value {
    let config_map = file(network, "config-map.yaml");
    serde_yaml::from_str(config_map["data"]["config.yaml"].as_str().unwrap()).unwrap()
}

fn publish(spans: &Spans, name: &str, target: PublishTarget) -> Publish {
    Publish { hostname: spans.of(HostName::checked(name)), target: spans.of(target), origin: OriginSettings::default() }
}

fn published(names: &[(&str, PublishTarget)]) -> Network {
    let spans = Spans::new();
    let mut network = homelab();
    network.clusters[0].tunnels[0].publish =
        names.iter().map(|(name, target)| publish(&spans, name, *target)).collect();
    network
}

const HTTPS: PublishTarget = PublishTarget::Listener(GatewayId(0), ListenerId(0));
const HTTP: PublishTarget = PublishTarget::Listener(GatewayId(1), ListenerId(0));

#[test]
fn exact_names_go_before_wildcards_and_the_last_rule_takes_the_rest() {
    let network = published(&[
        ("*.example.com", HTTPS),
        ("*.deep.example.com", HTTPS),
        ("example.com", HTTPS),
        ("www.example.com", HTTPS),
    ]);
    let configuration = configuration(&network);
    let rules = configuration["ingress"].as_sequence().unwrap();
    let names: Vec<Option<&str>> = rules.iter().map(|rule| rule.get("hostname").and_then(Value::as_str)).collect();
    let expected =
        [Some("www.example.com"), Some("example.com"), Some("*.deep.example.com"), Some("*.example.com"), None];
    assert_eq!(names, expected);
    assert_eq!(rules[4]["service"], "http_status:404");
}

#[test]
fn the_server_name_is_what_the_certificate_covers() {
    let network = published(&[("*.example.com", HTTPS), ("www.example.com", HTTPS), ("lan.example.com", HTTP)]);
    let configuration = configuration(&network);
    let rules = configuration["ingress"].as_sequence().unwrap();
    let rule = |name: &str| rules.iter().find(|rule| rule["hostname"] == name).unwrap();
    let service = "https://cilium-gateway-external-gateway.gateway-system.svc.cluster.local:443";
    assert_eq!(rule("*.example.com")["service"], service);
    assert_eq!(rule("*.example.com")["originRequest"]["matchSNItoHost"], true);
    assert!(rule("*.example.com")["originRequest"].get("originServerName").is_none());
    assert_eq!(rule("www.example.com")["originRequest"]["originServerName"], "www.example.com");
    assert_eq!(rule("www.example.com")["originRequest"]["http2Origin"], true);
    assert!(rule("lan.example.com").get("originRequest").is_none());
    assert!(rule("lan.example.com")["service"].as_str().unwrap().starts_with("http://cilium-gateway-internal-"));
}

#[test]
fn what_the_source_says_of_the_origin_wins() {
    let spans = Spans::new();
    let mut network = published(&[("*.example.com", HTTPS), ("g.example.com", PublishTarget::Service(ServiceId(0)))]);
    network.clusters[0].tunnels[0].publish[0].origin = OriginSettings {
        tls: None,
        server_name: Some(spans.of(HostName::checked("ways-in.example.com"))),
        http2: Some(spans.of(false)),
        connect_timeout: Some(spans.of(Duration(5000))),
    };
    let configuration = configuration(&network);
    assert_eq!(configuration["ingress"][0]["service"], "http://grafana.monitoring.svc.cluster.local:80");
    let expected = "{originServerName: ways-in.example.com, http2Origin: false, connectTimeout: 5s}";
    assert_eq!(configuration["ingress"][1]["originRequest"], serde_yaml::from_str::<Value>(expected).unwrap());
}

#[test]
fn a_gateway_of_another_class_is_reached_by_its_address() {
    let mut network = published(&[("www.example.com", HTTPS)]);
    network.clusters[0].gateways[0].class.value = GatewayClass::Other(Name::new("envoy").unwrap());
    assert_eq!(configuration(&network)["ingress"][0]["service"], "https://192.168.10.49:443");
}

#[test]
fn another_configuration_restarts_the_pods() {
    let checksum = |network: &Network| {
        let deployment = file(network, "deployment.yaml");
        deployment["spec"]["template"]["metadata"]["annotations"]["checksum/config"].as_str().unwrap().to_owned()
    };
    let one = checksum(&published(&[("www.example.com", HTTPS)]));
    assert_eq!(one, checksum(&published(&[("www.example.com", HTTPS)])));
    assert_ne!(one, checksum(&published(&[("web.example.com", HTTPS)])));
}

#[test]
fn the_pods_have_no_rights_and_mount_what_is_made() {
    let network = homelab();
    let deployment = file(&network, "deployment.yaml");
    let pod = &deployment["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    let container = &pod["containers"][0];
    assert_eq!(container["image"], "docker.io/cloudflare/cloudflared:2026.8.0");
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    let secret = file(&network, "external-secret.yaml");
    assert_eq!(pod["volumes"][1]["secret"]["secretName"], secret["spec"]["target"]["name"]);
    assert_eq!(pod["volumes"][0]["configMap"]["name"], file(&network, "config-map.yaml")["metadata"]["name"]);
    let mounted = container["volumeMounts"][1]["mountPath"].as_str().unwrap();
    let key = secret["spec"]["data"][0]["secretKey"].as_str().unwrap();
    assert_eq!(configuration(&network)["credentials-file"], format!("{mounted}/{key}"));
    assert_eq!(secret["spec"]["data"][0]["remoteRef"]["property"], "credentials.json");
    let path = format!("{}/config.yaml", container["volumeMounts"][0]["mountPath"].as_str().unwrap());
    assert!(container["args"].as_sequence().unwrap().contains(&path.into()));
}

#[test]
fn services_and_monitors_find_the_pods() {
    let mut network = homelab();
    let span = Spans::new().next();
    network.clusters[0].monitoring =
        Some(Monitoring { labels: Vec::new(), interval: None, overlay: Overlay::default(), span });
    let deployment = file(&network, "deployment.yaml");
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    assert_eq!(labels["app"], "cloudflared", "people ask for the logs by it");
    let service = file(&network, "service.yaml");
    // A Deployment never changes its selector, so one that runs already must have had this one.
    let selector: Value = serde_yaml::from_str("app: cloudflared").unwrap();
    assert_eq!(deployment["spec"]["selector"]["matchLabels"], selector);
    assert_eq!(service["spec"]["selector"], selector);
    assert_eq!(service["metadata"]["name"], "cloudflared");
    assert_eq!(service["spec"]["ports"][0]["port"], 2000);
    let monitor = file(&network, "pod-monitor.yaml");
    assert_eq!(monitor["spec"]["selector"]["matchLabels"], selector);
    let port = &deployment["spec"]["template"]["spec"]["containers"][0]["ports"][0]["name"];
    assert_eq!(&monitor["spec"]["podMetricsEndpoints"][0]["port"], port);
    assert_eq!(&service["spec"]["ports"][0]["targetPort"], port);
}

#[test]
fn one_pod_needs_no_budget_and_a_daemon_set_none() {
    let mut network = homelab();
    assert!(has(&network, "pod-disruption-budget.yaml"));
    network.clusters[0].tunnels[0].workload.value = Workload::Deployment(1);
    assert!(!has(&network, "pod-disruption-budget.yaml"));
    network.clusters[0].tunnels[0].workload.value = Workload::DaemonSet;
    assert!(!has(&network, "pod-disruption-budget.yaml") && !has(&network, "deployment.yaml"));
    assert_eq!(file(&network, "daemon-set.yaml")["kind"], "DaemonSet");
}

#[test]
fn several_tunnels_have_names_of_their_own() {
    let mut network = homelab();
    let mut second = network.clusters[0].tunnels[0].clone();
    second.name = Traced { value: Name::new("second").unwrap(), ..second.name };
    second.connector.value = Name::new("second").unwrap();
    let alone = emitted(&network).files[&format!("{FOLDER}/deployment.yaml")].text().to_owned();
    network.clusters[0].tunnels.push(second);
    let both = emitted(&network).files[&format!("{FOLDER}/deployment.yaml")].text().to_owned();
    assert!(both.starts_with(&alone), "another tunnel changes nothing that runs");
    let second: Value = serde_yaml::from_str(both.strip_prefix(&alone).unwrap().trim_start_matches("---\n")).unwrap();
    assert_eq!(second["metadata"]["name"], "second");
    assert_eq!(second["spec"]["selector"]["matchLabels"], serde_yaml::from_str::<Value>("app: second").unwrap());
    assert_eq!(file(&network, "namespace.yaml")["metadata"]["name"], "cloudflared", "once");
}

#[test]
fn lines_of_the_configuration_know_their_text() {
    let network = homelab();
    let file = &emitted(&network).files[&format!("{FOLDER}/config-map.yaml")];
    let origin = |start: &str| {
        file.origin(file.text().lines().position(|line| line.trim().starts_with(start)).expect(start) + 1).unwrap()
    };
    let publish = &network.clusters[0].tunnels[0].publish[0];
    assert_eq!(origin("- hostname:").span, publish.hostname.span());
    assert_eq!(origin("service: https").reason, Reason::GatewayServiceName);
    assert_eq!(origin("- service: http_status").reason, Reason::CatchAll);
    assert_eq!(origin("matchSNItoHost").reason, Reason::RequestServerName);
}
