//! Gateways and routes as objects, and what follows from namespaces.

use hnet_model::{
    Admission, Backend, Filter, HeaderChange, HostId, Match, Name, Network, Overlay, PathMatch, Reason, Redirect,
    Service, ServiceId, ServiceTarget, ServiceTls, Traced,
};
use serde::Deserialize;
use serde_yaml::Value;

use crate::samples::{Spans, emitted, homelab, ip};

fn documents(network: &Network, path: &str) -> Vec<Value> {
    let outputs = emitted(network);
    let file = outputs.files.get(&format!("infrastructure/networking/{path}"));
    let text = file.unwrap_or_else(|| panic!("no {path} in {:?}", outputs.files.keys())).text();
    serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap()).collect()
}

fn has(network: &Network, path: &str) -> bool {
    emitted(network).files.contains_key(&format!("infrastructure/networking/{path}"))
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn a_gateway_says_the_api_servers_defaults() {
    let external = &documents(&homelab(), "gateway/gateways.yaml")[0];
    assert_eq!(external["apiVersion"], "gateway.networking.k8s.io/v1");
    let expected = yaml(
        "
        gatewayClassName: cilium
        addresses: [{type: IPAddress, value: 192.168.10.49}]
        listeners:
          - name: https
            port: 443
            protocol: HTTPS
            hostname: '*.example.com'
            tls: {mode: Terminate, certificateRefs: [{group: '', kind: Secret, name: wildcard}]}
            allowedRoutes:
              namespaces:
                from: Selector
                selector:
                  matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [monitoring]}]
        ",
    );
    assert_eq!(external["spec"], expected);
}

#[test]
fn who_may_attach_is_said_as_the_source_has_it() {
    let mut network = homelab();
    network.clusters[0].gateways[0].listeners[0].admits.value = Admission::All;
    network.clusters[0].gateways[1].listeners[0].admits.value = Admission::Same;
    let gateways = documents(&network, "gateway/gateways.yaml");
    let namespaces = |at: usize| &gateways[at]["spec"]["listeners"][0]["allowedRoutes"]["namespaces"];
    assert_eq!(namespaces(0), &yaml("{from: All}"));
    assert_eq!(namespaces(1), &yaml("{from: Same}"));
}

#[test]
fn a_route_says_the_api_servers_defaults() {
    let expected = yaml(
        "
        parentRefs:
          - group: gateway.networking.k8s.io
            kind: Gateway
            name: external-gateway
            namespace: gateway-system
            sectionName: https
          - group: gateway.networking.k8s.io
            kind: Gateway
            name: internal-gateway
            namespace: gateway-system
        hostnames: [grafana.example.com]
        rules:
          - matches: [{path: {type: PathPrefix, value: /}}]
            backendRefs: [{group: '', kind: Service, name: grafana, port: 80, weight: 1}]
        ",
    );
    assert_eq!(documents(&homelab(), "gateway/routes.yaml")[0]["spec"], expected);
}

#[test]
fn headers_of_one_rule_share_a_filter() {
    let spans = Spans::new();
    let mut network = homelab();
    let rule = &mut network.clusters[0].routes[0].rules[0];
    let set = |name: &str| spans.of(Filter::RequestHeader(HeaderChange::Set(name.to_owned(), "on".to_owned())));
    rule.filters = vec![
        set("X-One"),
        spans.of(Filter::ResponseHeader(HeaderChange::Set("X-Two".to_owned(), "2".to_owned()))),
        set("X-Three"),
    ];
    let expected = yaml(
        "
        - type: RequestHeaderModifier
          requestHeaderModifier: {set: [{name: X-One, value: 'on'}, {name: X-Three, value: 'on'}]}
        - type: ResponseHeaderModifier
          responseHeaderModifier: {set: [{name: X-Two, value: '2'}]}
        ",
    );
    assert_eq!(documents(&network, "gateway/routes.yaml")[0]["spec"]["rules"][0]["filters"], expected);
}

#[test]
fn redirects_and_conditions_are_written() {
    let spans = Spans::new();
    let mut network = homelab();
    let rule = &mut network.clusters[0].routes[0].rules[0];
    rule.backends.clear();
    rule.filters =
        vec![spans.of(Filter::Redirect(Redirect { scheme: Some(spans.of("https")), ..Redirect::default() }))];
    let method = Some(spans.of("POST".to_owned()));
    rule.matches = vec![
        Match { path: Some(spans.of(PathMatch::Exact("/login".to_owned()))), ..Match::default() },
        Match { method, ..Match::default() },
    ];
    let expected = yaml(
        "
        matches:
          - path: {type: Exact, value: /login}
          - {path: {type: PathPrefix, value: /}, method: POST}
        filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]
        ",
    );
    assert_eq!(documents(&network, "gateway/routes.yaml")[0]["spec"]["rules"][0], expected);
}

#[test]
fn what_crosses_namespaces_is_granted_and_no_more() {
    let spans = Spans::new();
    let mut network = homelab();
    assert!(!has(&network, "gateway/reference-grants.yaml"));
    let cluster = &mut network.clusters[0];
    cluster.routes[0].namespace = spans.name("web");
    cluster.certificates[0].namespace = spans.name("certificates");
    let grants = documents(&network, "gateway/reference-grants.yaml");
    assert_eq!(grants.len(), 2);
    assert_eq!(grants[0]["metadata"]["namespace"], "certificates");
    assert_eq!(
        grants[0]["spec"],
        yaml(
            "{from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: gateway-system}], to: [{group: '', kind: Secret, name: wildcard}]}"
        )
    );
    assert_eq!(grants[1]["metadata"]["namespace"], "monitoring");
    assert_eq!(
        grants[1]["spec"],
        yaml(
            "{from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: web}], to: [{group: '', kind: Service, name: grafana}]}"
        )
    );
    let route = &documents(&network, "gateway/routes.yaml")[0];
    assert_eq!(route["spec"]["rules"][0]["backendRefs"][0]["namespace"], "monitoring");
    let gateway = &documents(&network, "gateway/gateways.yaml")[0];
    assert_eq!(gateway["spec"]["listeners"][0]["tls"]["certificateRefs"][0]["namespace"], "certificates");
}

#[test]
fn a_grant_names_at_most_sixteen_objects() {
    let spans = Spans::new();
    let mut network = homelab();
    let cluster = &mut network.clusters[0];
    cluster.routes[0].namespace = spans.name("web");
    let service = cluster.services[0].clone();
    for at in 0..40 {
        cluster.services.push(Service { name: spans.name(&format!("s-{at}")), ..service.clone() });
        let backend = Backend { service: ServiceId(at + 1), weight: 1 };
        cluster.routes[0].rules[0].backends.push(spans.of(backend));
    }
    let grants = documents(&network, "gateway/reference-grants.yaml");
    let sizes: Vec<usize> = grants.iter().map(|grant| grant["spec"]["to"].as_sequence().unwrap().len()).collect();
    assert_eq!(sizes, [16, 16, 9]);
    let names: Vec<&Value> = grants.iter().map(|grant| &grant["metadata"]["name"]).collect();
    assert_eq!(names, ["routes-of-web", "routes-of-web.2", "routes-of-web.3"]);
}

#[test]
fn a_host_becomes_a_service_and_its_slices() {
    let spans = Spans::new();
    let address = |text: &str| spans.of(hnet_model::Address::Known(ip(text)));
    let mut network = homelab();
    let cluster = &mut network.clusters[0];
    cluster.services.push(Service {
        label: None,
        doc: None,
        namespace: spans.name("outside"),
        name: spans.name("nas"),
        port: spans.of(80),
        ports: Vec::new(),
        addresses: Vec::new(),
        target: ServiceTarget::Host {
            host: spans.of(HostId(0)),
            addresses: vec![address("192.168.10.20"), address("2001:db8::20")],
            port: spans.of(5000),
        },
        tls: ServiceTls::default(),
        overlay: Overlay::default(),
        span: spans.next(),
    });
    let objects = documents(&network, "gateway/services.yaml");
    let kinds: Vec<(&Value, &Value)> = objects.iter().map(|it| (&it["kind"], &it["metadata"]["name"])).collect();
    assert_eq!(
        kinds,
        [
            (&yaml("Service"), &yaml("nas")),
            (&yaml("EndpointSlice"), &yaml("nas-ipv4")),
            (&yaml("EndpointSlice"), &yaml("nas-ipv6"))
        ]
    );
    assert!(objects[0]["spec"].get("selector").is_none());
    for slice in &objects[1..] {
        assert_eq!(slice["metadata"]["labels"]["kubernetes.io/service-name"], "nas");
        assert_eq!(slice["ports"][0]["port"], 5000);
        assert_eq!(slice["ports"][0]["name"], objects[0]["spec"]["ports"][0]["name"]);
    }
    assert_eq!(objects[2]["endpoints"][0]["addresses"][0], "2001:db8::20");
}

#[test]
fn namespaces_are_made_where_nobody_else_does() {
    let spans = Spans::new();
    let mut network = homelab();
    let names = |network: &Network| -> Vec<String> {
        let objects = documents(network, "gateway/namespace.yaml");
        objects.iter().map(|it| it["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&network), ["gateway-system"]);
    let host = |namespace: Traced<Name>| Service {
        label: None,
        doc: None,
        namespace,
        name: spans.name("nas"),
        port: spans.of(80),
        ports: Vec::new(),
        addresses: Vec::new(),
        target: ServiceTarget::Host { host: spans.of(HostId(0)), addresses: Vec::new(), port: spans.of(80) },
        tls: ServiceTls::default(),
        overlay: Overlay::default(),
        span: spans.next(),
    };
    let cluster = &mut network.clusters[0];
    let default = Traced::derived(Name::new("by-default").unwrap(), spans.next(), Reason::Default);
    let said = ["outside", "monitoring", "default"].map(|name| host(spans.name(name)));
    cluster.services.extend(said.into_iter().chain([host(default)]));
    assert_eq!(names(&network), ["by-default", "gateway-system"], "a namespace that is said is somebody's own");
    let cluster = &mut network.clusters[0];
    cluster.gateways[0].namespace = spans.name("monitoring");
    cluster.gateways[1].namespace = spans.name("monitoring");
    assert_eq!(names(&network), ["by-default"], "`monitoring` is an application's own");
    let declared = |name: &str| hnet_model::Namespace {
        name: spans.name(name),
        doc: None,
        overlay: Overlay { labels: vec![(spans.of("a".to_owned()), "b".to_owned())], ..Overlay::default() },
        span: spans.next(),
    };
    network.clusters[0].namespaces = vec![declared("media"), declared("monitoring")];
    assert_eq!(names(&network), ["by-default", "monitoring"], "unless it is declared");
    let declared = documents(&network, "namespaces/namespace.yaml");
    assert_eq!(declared.len(), 1, "each stands in one folder");
    assert_eq!(declared[0]["metadata"]["name"], "media");
    assert_eq!(declared[0]["metadata"]["labels"]["a"], "b");
    assert_eq!(
        declared[0]["metadata"]["annotations"]["argocd.argoproj.io/sync-options"], "Prune=false,Delete=false",
        "whatever lives there outlives the source"
    );
}

#[test]
fn a_secret_that_somebody_else_makes_is_no_certificate() {
    let mut network = homelab();
    assert_eq!(documents(&network, "gateway/certificates.yaml")[0]["spec"]["issuerRef"]["kind"], "ClusterIssuer");
    network.clusters[0].certificates[0].issuer = None;
    assert!(!has(&network, "gateway/certificates.yaml"));
}

#[test]
fn very_many_routes_go_into_folders_of_their_own() {
    let mut network = homelab();
    let cluster = &mut network.clusters[0];
    let route = cluster.routes[0].clone();
    for at in 0..1100 {
        let mut route = route.clone();
        route.name.value = name(&format!("r-{at}"));
        route.namespace = Traced { value: name(&format!("n-{}", at % 7)), ..route.namespace };
        cluster.routes.push(route);
    }
    let outputs = emitted(&network);
    let mut total = 0;
    for at in 1..=3 {
        let folder = format!("infrastructure/networking/gateway-routes-{at}");
        let kustomization: Value =
            serde_yaml::from_str(outputs.files[&format!("{folder}/kustomization.yaml")].text()).unwrap();
        let listed: Vec<&str> =
            kustomization["resources"].as_sequence().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        let count = |name: &&str| outputs.files[&format!("{folder}/{name}")].text().matches("kind: HTTPRoute").count();
        let routes: usize = listed.iter().map(count).sum();
        assert!(routes <= 500);
        total += routes;
    }
    assert_eq!(total, 1101);
    let all = outputs.files["infrastructure/networking/kustomization.yaml"].text();
    assert!(!all.contains("- gateway-routes") && all.contains("- gateway\n"));
    assert!(!has(&network, "gateway/routes.yaml"));
}
