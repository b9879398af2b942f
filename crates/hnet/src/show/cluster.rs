//! A cluster with its nodes, data plane and ways in as a tree to show.

use hnet_model::{
    Admission, Announcer, Cilium, Cluster, Disk, Distribution, Dns, Forward, Gateway, GatewayApi, HostDns, Hostname,
    Hubble, Listener, ListenerTls, LoadBalancerMode, Namespace, Network, Node, Origin, Pool, Role, RoutingMode,
    SecretStore, Service, ServiceTarget, ServiceTls, StaticHost, StaticRecord, Taint, Zone,
};

use super::Show;
use super::envoy::leaves;
use super::links::interface;
use super::overlay::{laid_over, owned, pairs, raw};
use super::routes::route;

pub(super) fn cluster(cluster: &Cluster, network: &Network) -> Show {
    let Cluster {
        name,
        doc,
        distribution,
        kubernetes,
        endpoint,
        virtual_ip,
        pods,
        services_prefixes,
        dns_address,
        dns_domain,
        certificate_names,
        name_servers,
        time,
        default_search,
        datastore,
        discovery,
        kube_prism,
        host_dns,
        control_plane,
        schedule_on_control_planes,
        nodes,
        namespaces,
        machine,
        kubelet,
        firewall,
        kube_span,
        patches,
        gateway_api,
        cilium,
        pools,
        policies,
        bgp,
        external_dns,
        records,
        envoy,
        gateways,
        routes,
        services,
        dns,
        tunnels,
        certificates,
        issuers,
        secret_stores,
        gitops,
        monitoring,
        output,
        manifests,
        span,
    } = cluster;
    let mut shown = Show::new("cluster", &name.value, *span).doc(doc.as_ref());
    match distribution {
        Distribution::Talos(version) => shown.one("talos", version),
        Distribution::K3s(Some(version)) => shown.one("k3s", version),
        Distribution::K3s(None) => shown.texts("k3s", vec![("any version".to_owned(), Origin::written(*span))]),
    }
    shown.one("kubernetes", kubernetes);
    shown.each("endpoint", [endpoint], |endpoint| endpoint.url());
    let has_virtual_ips = matches!(distribution, Distribution::Talos(_));
    shown.maybe(if has_virtual_ips { "virtual ip" } else { "address from elsewhere" }, virtual_ip.as_ref());
    shown.list("pods", pods);
    shown.list("services", services_prefixes);
    shown.one("dns address", dns_address);
    shown.one("dns domain", dns_domain);
    shown.list("certificate names", certificate_names);
    shown.list("name servers", name_servers);
    super::host_services::time(time, &mut shown);
    default_search.iter().for_each(|on| shown.flag("default search domain", on));
    shown.maybe("datastore", datastore.as_ref());
    super::host_services::discovery(discovery, &mut shown);
    shown.maybe("kubeprism port", kube_prism.as_ref());
    let HostDns { enabled, forward_kube_dns, resolve_member_names } = host_dns;
    if matches!(distribution, Distribution::Talos(_)) {
        shown.flag("host dns", enabled);
        shown.flag("forward kube dns to host", forward_kube_dns);
        resolve_member_names.iter().for_each(|on| shown.flag("resolve member names", on));
    }
    super::control_plane::control_plane(control_plane, &mut shown);
    shown.flag("schedule on control planes", schedule_on_control_planes);
    super::machine::settings(machine, &mut shown);
    super::machine::kubelet(kubelet, &mut shown);
    shown.parts.extend(firewall.iter().map(super::firewall::firewall));
    shown.parts.extend(kube_span.iter().map(super::firewall::kube_span));
    raw("patches", patches, &mut shown);
    shown.parts.extend(nodes.iter().map(|one| node(one, network)));
    for Namespace { name, doc, overlay, span } in namespaces {
        let mut namespace = Show::new("namespace", &name.value, *span).doc(doc.as_ref());
        laid_over(overlay, &mut namespace);
        shown.parts.push(namespace);
    }
    shown.parts.extend(gateway_api.iter().map(|one| self::gateway_api(one, cluster)));
    shown.parts.extend(cilium.iter().map(self::cilium));
    shown.parts.extend(pools.iter().map(pool));
    shown.parts.extend(policies.iter().map(|one| super::policies::policy(one, cluster, network)));
    shown.parts.extend(bgp.iter().map(super::bgp::bgp));
    shown.parts.extend(envoy.iter().map(super::envoy::object));
    shown.parts.extend(gateways.iter().map(|one| gateway(one, cluster)));
    shown.parts.extend(services.iter().map(|one| service(one, network)));
    shown.parts.extend(routes.iter().map(|one| route(one, cluster)));
    shown.parts.extend(dns.iter().map(self::dns));
    shown.parts.extend(tunnels.iter().map(|one| super::tunnel::tunnel(one, cluster)));
    shown.parts.extend(external_dns.iter().map(super::external_dns::external_dns));
    shown.parts.extend(records.iter().map(|one| super::records::records(one, cluster)));
    shown.parts.extend(certificates.iter().map(|one| super::certificates::certificate(one, cluster)));
    shown.parts.extend(issuers.iter().map(super::certificates::issuer));
    for SecretStore { name, cluster_wide, owner, span } in secret_stores {
        let mut store = Show::new("secret-store", &name.value, *span);
        store.flag("cluster-wide", cluster_wide);
        owned(*owner, *span, &mut store);
        shown.parts.push(store);
    }
    shown.parts.extend(gitops.iter().map(super::delivery::gitops));
    shown.parts.extend(monitoring.iter().map(super::delivery::monitoring));
    super::physical::output(output, &mut shown);
    raw("manifests", manifests, &mut shown);
    shown
}

fn node(node: &Node, network: &Network) -> Show {
    let Node {
        name,
        hostname,
        doc,
        role,
        disk,
        image,
        uuid,
        interfaces,
        address,
        reached_at,
        found_at: _,
        name_servers,
        search_domains,
        default_search,
        time,
        host_dns,
        labels,
        annotations,
        taints,
        static_hosts,
        machine,
        kubelet,
        firewall,
        patches,
        span,
    } = node;
    let mut shown = Show::new("node", &name.value, *span).doc(doc.as_ref());
    shown.each("host name", hostname, |hostname| match hostname {
        Hostname::Said(text) => text.clone(),
        Hostname::Off => "of Talos's own".to_owned(),
    });
    shown.each("role", [role], |role| match role {
        Role::ControlPlane => "control-plane".to_owned(),
        Role::Worker => "worker".to_owned(),
    });
    shown.each("uuid", uuid, String::clone);
    shown.each("disk", disk, |disk| match disk {
        Disk::Path(path) => path.clone(),
        selected => {
            let all = selected.selectors();
            all.iter().map(|(word, text)| format!("{word} {text}")).collect::<Vec<_>>().join(", ")
        }
    });
    image.iter().for_each(|image| super::machine::image(image, &mut shown));
    shown.maybe("address", address.as_ref());
    shown.list("reached at", reached_at);
    shown.list("name servers", name_servers);
    shown.list("search domains", search_domains);
    default_search.iter().for_each(|on| shown.flag("default search domain", on));
    super::host_services::time(time, &mut shown);
    super::host_services::own_host_dns(host_dns, &mut shown);
    pairs("labels", labels, &mut shown);
    pairs("annotations", annotations, &mut shown);
    shown.each("taints", taints, |Taint { key, value, effect }| match value.as_str() {
        "" => format!("{key}:{effect}"),
        value => format!("{key}={value}:{effect}"),
    });
    let hosts = static_hosts.iter().map(|StaticHost { address, names }| {
        let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
        (format!("{} {}", address.value, names.join(" ")), address.origin)
    });
    shown.texts("static hosts", hosts.collect());
    super::machine::settings(machine, &mut shown);
    super::machine::kubelet(kubelet, &mut shown);
    super::firewall::rules(firewall, &mut shown);
    raw("patches", patches, &mut shown);
    shown.parts.extend(interfaces.iter().map(|one| interface(one, node, network)));
    shown
}

fn gateway_api(api: &GatewayApi, cluster: &Cluster) -> Show {
    let GatewayApi { version, experimental, owner } = api;
    let mut shown = Show::new("gateway-api", "", cluster.span);
    shown.one("version", version);
    shown.flag("experimental channel", experimental);
    owned(*owner, cluster.span, &mut shown);
    shown
}

fn cilium(cilium: &Cilium) -> Show {
    let Cilium {
        version,
        hubble,
        encryption,
        routing,
        load_balancer,
        devices,
        bpf_masquerade,
        settings,
        values,
        owner,
        span,
    } = cilium;
    let mut shown = Show::new("cilium", "", *span);
    shown.one("version", version);
    owned(*owner, *span, &mut shown);
    shown.each("routing", [routing], |routing| match routing {
        RoutingMode::Native => "native".to_owned(),
        RoutingMode::Tunnel => "tunnel".to_owned(),
    });
    shown.each("load balancer", [load_balancer], |mode| match mode {
        LoadBalancerMode::Snat => "snat".to_owned(),
        LoadBalancerMode::Dsr => "dsr".to_owned(),
        LoadBalancerMode::Hybrid => "hybrid".to_owned(),
    });
    shown.flag("encryption", encryption);
    shown.flag("bpf masquerade", bpf_masquerade);
    shown.list("devices", devices);
    let mut said = Vec::new();
    for (key, value) in settings.value.entries() {
        leaves(value, key.to_string(), &mut said);
    }
    shown.texts("settings", said);
    raw("values", values, &mut shown);
    if let Some(Hubble { relay, ui, span }) = hubble {
        let mut hubble = Show::new("hubble", "", *span);
        hubble.flag("relay", relay);
        hubble.flag("ui", ui);
        shown.parts.push(hubble);
    }
    shown
}

fn pool(pool: &Pool) -> Show {
    let Pool { name, doc, ranges, prefixes: _, first_and_last, namespaces, announce, policy, overlay, span } = pool;
    let mut shown = Show::new("pool", &name.value, *span).doc(doc.as_ref());
    shown.list("addresses", ranges);
    if first_and_last.value {
        shown.flag("first-and-last", first_and_last);
    }
    shown.list("namespaces", namespaces);
    if let Some(announce) = announce {
        let way = if pool.layer2().is_some() { "l2" } else { "bgp" };
        shown.texts("announce", vec![(way.to_owned(), announce.origin)]);
        if let Some(layer2) = pool.layer2() {
            shown.each("announced by", &layer2.nodes, announcer);
            shown.list("announced on", &layer2.interfaces);
        }
        shown.maybe("policy", policy.as_ref());
    }
    laid_over(overlay, &mut shown);
    shown
}

pub(super) fn announcer(announcer: &Announcer) -> String {
    match announcer {
        Announcer::All => "all".to_owned(),
        Announcer::Workers => "workers".to_owned(),
        Announcer::Node(name) => name.to_string(),
    }
}

fn gateway(gateway: &Gateway, cluster: &Cluster) -> Show {
    let Gateway {
        name,
        doc,
        namespace,
        class,
        addresses,
        listeners,
        service_labels,
        service_annotations,
        proxy,
        overlay,
        span,
    } = gateway;
    let mut shown = Show::new("gateway", &name.value, *span).doc(doc.as_ref());
    shown.one("namespace", namespace);
    shown.each("class", [class], |class| class.name().to_owned());
    shown.list("addresses", addresses);
    laid_over(overlay, &mut shown);
    pairs("service labels", service_labels, &mut shown);
    pairs("service annotations", service_annotations, &mut shown);
    shown.maybe("proxies of", proxy.as_ref());
    let service = gateway
        .service_name()
        .map(|service| (service, Origin::derived(name.span(), hnet_model::Reason::GatewayServiceName)));
    shown.texts("service", service.into_iter().collect());
    shown.parts.extend(listeners.iter().map(|one| listener(one, cluster)));
    shown
}

fn listener(listener: &Listener, cluster: &Cluster) -> Show {
    let Listener { name, port, protocol, hostname, tls, admits, span } = listener;
    let mut shown = Show::new("listener", &name.value, *span);
    shown.one("port", port);
    shown.each("protocol", [protocol], |protocol| protocol.name().to_owned());
    shown.maybe("hostname", hostname.as_ref());
    if let Some(ListenerTls { passthrough, certificates }) = tls {
        let mode = if *passthrough { "passed on" } else { "ends here" };
        shown.texts("tls", vec![(mode.to_owned(), protocol.origin)]);
        shown.each("certificates", certificates, |id| cluster.certificates[id.0].name.value.to_string());
    }
    shown.each("admits routes of", [admits], |admits| match admits {
        Admission::All => "all namespaces".to_owned(),
        Admission::Same => "its own namespace".to_owned(),
        Admission::Namespaces(names) => names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    });
    shown
}

fn service(service: &Service, network: &Network) -> Show {
    let Service { label, doc, namespace, name, port, ports, addresses, target, tls, overlay, span } = service;
    let ServiceTls { said, server_name, ca_certificate, port_name } = tls;
    let title =
        label.as_ref().map_or_else(|| format!("{}/{}", namespace.value, name.value), |label| label.value.to_string());
    let mut shown = Show::new("service", title, *span).doc(doc.as_ref());
    shown.one("namespace", namespace);
    shown.one("name", name);
    if port.value > 0 {
        shown.one("port", port);
    }
    shown.list("ports", ports);
    shown.list("load balancer's addresses", addresses);
    if let ServiceTarget::Host { host, addresses, port } = target {
        shown.each("host", [host], |id| network.hosts[id.0].name.value.to_string());
        shown.list("addresses", addresses);
        shown.one("port there", port);
    }
    let protocol = said.map(|said| said.map(|tls| if tls { "https" } else { "http" }));
    shown.maybe("protocol", protocol.as_ref());
    shown.maybe("server name", server_name.as_ref());
    shown.maybe("CA certificate", ca_certificate.as_ref());
    shown.maybe("port name", port_name.as_ref());
    laid_over(overlay, &mut shown);
    shown
}

pub(super) fn service_name(service: &Service) -> String {
    service.written()
}

fn dns(dns: &Dns) -> Show {
    let Dns { zones, forwards, replicas, corefile, config_map, overlay, span } = dns;
    let mut shown = Show::new("dns", "", *span);
    shown.list("forward", forwards);
    shown.one("replicas", replicas);
    shown.each("corefile", corefile, |text| format!("{} lines", text.lines().count()));
    shown.maybe("config map", config_map.as_ref());
    laid_over(overlay, &mut shown);
    for Zone { name, forward, cache, records, span } in zones {
        let mut zone = Show::new("zone", &name.value, *span);
        if let Some(Forward { servers }) = forward {
            zone.list("forward", servers);
        }
        zone.maybe("cache", cache.as_ref());
        let records = records.iter().map(|StaticRecord { name, addresses }| {
            let addresses: Vec<String> = addresses.iter().map(|address| address.value.to_string()).collect();
            (format!("{} {}", name.value, addresses.join(" ")), name.origin)
        });
        zone.texts("records", records.collect());
        shown.parts.push(zone);
    }
    shown
}
