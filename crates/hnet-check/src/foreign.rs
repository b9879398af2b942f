//! Words that hnet does not have: those of other tools for what hnet says otherwise, or does not say at all.
//!
//! One row for what is meant, where it is written and what to write instead. Whoever writes such a word knows
//! what is wanted, so a list of all words would be no answer. Facts of other programs: the kinds of documents are
//! Talos's, of 1.12 and later. It is long, since it is one table.

use hnet_language::Foreign;

/// What is said of a CNI that is not Cilium.
const OTHER_CNI: &str = "hnet configures Cilium alone: `cilium …;`; Talos's own is `cni flannel;` in the cluster, another goes through a `patch`";

/// What is said of other words for a machine.
const A_NODE: &str = "write `node NAME` with its `role`";

/// Things with an address of their own.
const ADDRESSED: &[&str] =
    &["node", "interface", "vlan", "host", "router", "switch", "gateway", "record", "static-host"];
/// A machine and its links.
const LINKS: &[&str] = &["node", "interface", "vlan"];
/// Who is at the other end, in a policy.
const ENDS: &[&str] = &["from", "to", "deny-from", "deny-to"];
/// Where the things of a cluster stand.
const CONTENTS: &[&str] = &["network", "cluster"];

const fn row(
    words: &'static [&'static str],
    within: &'static [&'static str],
    instead: &'static [&'static str],
    answer: &'static str,
) -> Foreign {
    Foreign { words, within, instead, answer }
}

/// All of them, the special before the general.
pub(crate) static FOREIGN: &[Foreign] = &[
    // Addresses.
    row(
        &["ip", "ips", "ipv4", "ipv6", "ip-address", "ip-addresses", "addresses", "addr", "inet"],
        ADDRESSED,
        &["address"],
        "write `address`",
    ),
    row(
        &["ip", "ipv4", "ipv6", "cidr", "prefix", "address", "addresses", "network", "netmask", "mask", "subnet-mask"],
        &["subnet"],
        &[],
        "the prefix stands behind the name: `subnet lan 192.168.10.0/24`",
    ),
    row(
        &["netmask", "mask", "subnet-mask", "prefix-length"],
        LINKS,
        &[],
        "leave it out: `lan[11]` has the length of its subnet's prefix, and `192.168.10.11/24` says its own",
    ),
    row(
        &["netmask", "mask", "subnet-mask", "prefix-length"],
        &["host", "router", "switch", "gateway", "record", "static-host"],
        &[],
        "leave it out: the subnet has it",
    ),
    row(
        &["range", "ranges", "address", "ip", "ips", "cidr", "cidrs", "blocks"],
        &["pool"],
        &["addresses"],
        "write `addresses`",
    ),
    row(
        &["range", "dhcp-range", "pool", "dhcp-server"],
        &["subnet"],
        &["dhcp"],
        "write `dhcp` with what it gives out: `dhcp lan[100-199];`",
    ),
    row(
        &["lease", "static-lease", "reservation", "dhcp-host"],
        &["subnet"],
        &["reserve"],
        "declare the machine, `host tv < address lan[20]; mac …; >`, or keep addresses free with `reserve`",
    ),
    row(
        &["mac-address", "mac-addr", "macaddr", "macaddress", "hwaddr", "hardware-address", "ether"],
        &["node", "interface", "host"],
        &["mac"],
        "write `mac`",
    ),
    // Ends of policies.
    row(
        &["pool", "load-balancer", "vip"],
        ENDS,
        &["gateway", "pods"],
        "the address of a load balancer is another when policies are asked: name the `gateway` or the `pods` behind it",
    ),
    row(
        &["cidr", "cidrs", "ip", "ips", "prefix", "prefixes", "range", "ip-block", "addresses"],
        ENDS,
        &["address"],
        "write `address`",
    ),
    row(&["fqdn", "fqdns", "dns-name", "hostname", "domain"], &["to"], &["name"], "write `name`"),
    row(&["endpoints", "labels", "selector", "pod"], ENDS, &["pods"], "write `pods` with what their labels must be"),
    row(&["ports", "to-ports"], ENDS, &["port"], "write `port`"),
    row(&["ingress", "allow-from"], &["policy"], &["from"], "write `from` with who may talk to the pods"),
    row(&["egress", "allow-to"], &["policy"], &["to"], "write `to` with whom the pods may talk to"),
    row(
        &["endpoint-selector", "pod-selector", "selector", "for", "match-labels"],
        &["policy"],
        &["pods"],
        "write `pods` with what their labels must be",
    ),
    // Ways out of a subnet.
    row(
        &["gateway", "default-gateway", "gw", "router-address", "default-router"],
        &["subnet"],
        &["router"],
        "a subnet names its router: `router edge;`, which is declared beside it: `router edge < address lan[1]; >`",
    ),
    row(
        &["gateway", "default-gateway", "gw", "router"],
        LINKS,
        &[],
        "leave it out: the way out is the `router` of the subnet; others are a `route` of the interface",
    ),
    row(
        &["gateway", "default-gateway", "gw", "default-route", "router"],
        &["host"],
        &[],
        "leave it out: the way out is the `router` of the subnet",
    ),
    row(
        &["via", "next-hop", "nexthop"],
        &["route"],
        &["gateway", "through"],
        "a route of a link goes to a `gateway`, one of requests `through` a gateway",
    ),
    row(&["vlan-id", "vlanid", "tag", "vid"], &["subnet"], &["vlan"], "write `vlan`"),
    row(&["vlan"], CONTENTS, &[], "a VLAN is a subnet with its id: `subnet cameras 192.168.20.0/24 vlan 20;`"),
    row(&["vlan"], &["node"], &[], "a VLAN stands on its link: `interface eth0 < vlan 20 address cameras[11]; >`"),
    row(
        &["nic", "eth", "link", "ethernet", "ethernets", "network", "device", "network-interface"],
        &["node"],
        &["interface"],
        "write `interface eth0 < address …; >`",
    ),
    row(
        &["bonds", "lacp", "team", "bonding"],
        &["node"],
        &["bond"],
        "write `bond bond0 < members eth0, eth1; mode 802.3ad; >`",
    ),
    row(&["bridges"], &["node"], &["bridge"], "write `bridge br0 < members eth0; >`"),
    row(
        &["wg", "vpn"],
        &["node"],
        &["wireguard"],
        "write `wireguard wg0 < address …; private-key ${WG_KEY}; peer …; >`",
    ),
    row(
        &["wireguard", "wg", "vpn"],
        &["network", "subnet", "cluster", "host", "router"],
        &[],
        "a tunnel is a link: write `wireguard wg0 < … >` in a `node`; between all nodes Cilium does it: `encryption wireguard`",
    ),
    row(
        &["firewall"],
        &["network", "subnet", "router", "host"],
        &["firewall"],
        "hnet configures the machines' firewall alone: write `firewall` in the cluster or in a node",
    ),
    row(
        &["acl", "iptables", "nftables"],
        &[],
        &[],
        "write `firewall < rule NAME < ports …; sources …; > >` in the cluster or in a node on Talos",
    ),
    row(
        &["nat", "port-forward", "port-forwarding", "wan", "wifi", "ssid"],
        &["network", "router", "host", "subnet"],
        &[],
        "hnet configures no router: it knows its addresses and where it leads",
    ),
    // Names.
    row(
        &["hostname", "host-name", "fqdn"],
        &["host", "router", "switch", "interface"],
        &[],
        "leave it out: the hostname is the name behind the keyword, as in `node cp-1`",
    ),
    row(&["host-name", "fqdn"], &["node"], &["hostname"], "write `hostname`, where it is not the name of the node"),
    row(
        &["hostname", "hostnames", "host-name", "port", "tls", "protocol"],
        &["gateway"],
        &["listener"],
        "it stands in a listener of the gateway: `listener web < port 80; hostname …; >`",
    ),
    row(
        &["host", "hosts", "domain", "domains", "server-name", "match"],
        &["route", "rule"],
        &["hostname"],
        "write `hostname` in the route",
    ),
    row(&["host", "hosts", "domain", "server-name"], &["listener"], &["hostname"], "write `hostname`"),
    row(
        &["domain", "domains", "hostname", "hostnames", "dns-names", "san", "sans"],
        &["certificate"],
        &["names"],
        "write `names`",
    ),
    row(&["domain-name", "tld", "dns-domain"], &["network"], &["domain"], "write `domain`"),
    row(
        &["domain", "domain-name", "cluster-domain"],
        &["cluster"],
        &["dns-domain"],
        "the domain of services is `dns-domain`; `domain` of the network is that of its machines",
    ),
    row(
        &["domain", "domain-name", "search-domain", "search-domains", "dns-search"],
        &["subnet", "node", "interface"],
        &["search"],
        "write `search` in the subnet or the node",
    ),
    row(
        &[
            "nameserver",
            "nameservers",
            "name-server",
            "name-servers",
            "dns-server",
            "dns-servers",
            "resolver",
            "resolvers",
        ],
        &["subnet"],
        &["dns"],
        "write `dns`",
    ),
    row(
        &["nameserver", "nameservers", "name-server", "dns-server", "dns-servers", "resolver", "resolvers"],
        &["node", "cluster", "interface"],
        &["name-servers"],
        "write `name-servers` in the node or the cluster",
    ),
    row(
        &["upstream", "upstreams", "forwarder", "forwarders", "nameserver", "nameservers"],
        &["dns", "zone"],
        &["forward"],
        "write `forward`",
    ),
    row(&["a", "aaaa", "A", "AAAA", "host"], &["zone"], &["record"], "write `record nas.home.arpa address …;`"),
    row(
        &["cname", "CNAME", "txt", "TXT", "mx", "MX", "srv", "SRV"],
        &["zone"],
        &[],
        "hnet writes the addresses of names only: other records go through `corefile`",
    ),
    row(&["ttl"], &["zone"], &["cache"], "how long answers are kept is `cache`: `cache 30s;`"),
    row(
        &["ntp-server", "ntp-servers", "time-server", "time-servers", "timeserver", "timeservers"],
        &["cluster", "network", "node"],
        &["ntp"],
        "write `ntp` in the cluster",
    ),
    // Clusters and machines.
    row(
        &["vip", "virtual-ip", "floating-ip", "shared-ip", "keepalived", "haproxy", "kube-vip"],
        CONTENTS,
        &["endpoint"],
        "say it of the cluster: `endpoint lan[10];`, and the control planes carry that address",
    ),
    row(
        &["vip", "virtual-ip", "floating-ip", "shared-ip", "keepalived"],
        &["node"],
        &[],
        "it stands in an `interface` as `virtual-ip`; the cluster's `endpoint` is carried without it",
    ),
    row(&["vip", "floating-ip", "shared-ip"], &["interface", "vlan"], &["virtual-ip"], "write `virtual-ip`"),
    row(
        &["pod-cidr", "pod-cidrs", "pods-cidr", "pod-subnet", "pod-subnets", "cluster-cidr", "podCIDR", "pod-network"],
        &["cluster"],
        &["pods"],
        "write `pods`",
    ),
    row(
        &["service-cidr", "service-cidrs", "services-cidr", "service-subnet", "service-subnets", "serviceCIDR"],
        &["cluster"],
        &["services"],
        "write `services`",
    ),
    row(&["cidr"], &["cluster"], &["pods", "services"], "write `pods` or `services`"),
    row(
        &["version"],
        CONTENTS,
        &["talos", "kubernetes"],
        "say whose version: `talos …;` and `kubernetes …;` in the cluster, `cilium …;`",
    ),
    row(&["flannel", "calico", "canal", "weave", "network-plugin"], CONTENTS, &["cilium"], OTHER_CNI),
    row(&["cni"], &["network"], &["cilium"], OTHER_CNI),
    row(
        &["loadbalancer", "load-balancer", "lb", "metallb", "ip-pool", "address-pool", "ippool", "l2"],
        CONTENTS,
        &["pool"],
        "write a pool of addresses for services: `pool ways-in < addresses lan[50-59]; announce l2; >`",
    ),
    row(
        &["peer", "peers", "asn", "bgp-peer", "bgp-cluster-config", "frr"],
        CONTENTS,
        &["bgp"],
        "nodes tell routers by `bgp home < as 64514; peer edge; >`, with `as 64513;` in `router edge`",
    ),
    row(
        &["record", "dns-record", "dns-records", "dns-endpoint", "dnsendpoint"],
        CONTENTS,
        &["records"],
        "what external-dns publishes stands in `records`: `records games < record mc.example.com to home.example.com; >`",
    ),
    row(
        &["envoy-proxy", "envoyproxy", "envoy-gateway", "gateway-class", "gatewayclass"],
        CONTENTS,
        &["envoy"],
        "write how its proxies run, and whose class they are: `envoy main < class envoy; replicas 2; >`",
    ),
    row(
        &["client-traffic-policy", "clienttrafficpolicy"],
        CONTENTS,
        &["client-policy"],
        "write how clients are spoken with: `client-policy all < trusted-proxies 10.244.0.0/16; http3; >`",
    ),
    row(
        &["backend-traffic-policy", "backendtrafficpolicy"],
        CONTENTS,
        &["backend-policy"],
        "write how services are spoken with: `backend-policy all < compress zstd, gzip; >`",
    ),
    row(
        &["securitypolicy", "oidc", "ext-auth", "extauth", "forward-auth", "authentication"],
        CONTENTS,
        &["security-policy"],
        "write who is let in: `security-policy web < routes web; oidc https://id.example.com < client web; secret web-oidc; > >`",
    ),
    row(
        &["network-policy", "networkpolicy"],
        CONTENTS,
        &["policy"],
        "write a `policy` with who may talk to whom: `policy web < namespace web; from namespace monitoring port 9090; >`",
    ),
    row(
        &["issuer", "cluster-issuer", "clusterissuer", "acme", "lets-encrypt", "letsencrypt", "cert-manager"],
        CONTENTS,
        &["certificate-issuer"],
        "say who issues certificates: `certificate-issuer letsencrypt < acme letsencrypt < … > >`",
    ),
    row(
        &["ingress", "ingresses", "ingress-controller", "httproute", "vhost", "virtual-host", "traefik", "nginx"],
        CONTENTS,
        &["gateway", "route"],
        "write a `gateway` and a `route` for each name; other objects go through `manifest`",
    ),
    row(
        &[
            "deployment",
            "statefulset",
            "daemonset",
            "pod",
            "configmap",
            "ingressroute",
            "tcproute",
            "udproute",
            "job",
            "cronjob",
            "object",
            "yaml",
        ],
        CONTENTS,
        &["manifest"],
        "objects of Kubernetes go through `manifest`",
    ),
    row(
        &[
            "control-plane",
            "controlplane",
            "controlplanes",
            "worker",
            "workers",
            "master",
            "masters",
            "server",
            "agent",
            "machines",
            "vm",
        ],
        CONTENTS,
        &["node"],
        A_NODE,
    ),
    row(&["machine"], &["network"], &["node"], A_NODE),
    row(&["install-disk", "disks", "drive", "install"], &["node"], &["disk"], "write `disk`"),
    row(
        &["type", "kind", "controlplane", "control-plane", "worker", "master"],
        &["node"],
        &["role"],
        "write `role control-plane;` or `role worker;`",
    ),
    row(
        &["sysctl", "sysctls", "kernel", "modules", "kernel-modules", "files", "udev", "udev-rules", "sysfs"],
        &["node", "cluster", "network"],
        &["machine"],
        "write it within `machine < … >`",
    ),
    row(
        &["kernel-args", "extensions", "extension", "registry", "registries", "mirrors", "volumes"],
        &["node", "cluster", "network"],
        &["patch"],
        "hnet has no word for it: it goes through a `patch` of Talos",
    ),
    row(
        &["etcd", "api-server", "apiserver", "kube-apiserver", "controller-manager", "scheduler"],
        &["node", "network"],
        &["etcd", "api-server", "controller-manager", "scheduler"],
        "it is said of the cluster: write it in the `cluster`, `etcd < args …; >`",
    ),
    row(&["dns"], &["node", "interface"], &["name-servers"], "write `name-servers` in the node or the cluster"),
    // Ways in.
    row(
        &["backend", "backends", "backendref", "service", "upstream", "target", "forward", "proxy", "proxy-pass"],
        &["route", "rule"],
        &["to"],
        "write `to namespace/service:port`, or the name of a `service`",
    ),
    row(
        &[
            "gateway",
            "gateways",
            "parent",
            "parents",
            "parentref",
            "listener",
            "listeners",
            "entrypoint",
            "entrypoints",
        ],
        &["route"],
        &["through"],
        "write `through` with the gateway",
    ),
    row(
        &["ssl", "cert", "certs", "certificate", "certificates"],
        &["listener"],
        &["tls"],
        "write `tls` with the name of a `certificate`",
    ),
    row(
        &["ssl", "tls", "cert", "tls-certificate"],
        CONTENTS,
        &["certificate"],
        "write a `certificate`, and `tls` with its name in the listener",
    ),
    row(&["service", "ingress", "hostname", "route"], &["tunnel"], &["publish"], "write `publish NAME to SERVICE`"),
    row(&["http", "https"], &["publish"], &["protocol"], "write `protocol https`, or leave it out for HTTP"),
    // Words of a list.
    row(&["TCP"], &["protocol", "kind"], &[], "write `tcp`"),
    row(&["UDP"], &["protocol", "kind"], &[], "write `udp`"),
    row(
        &["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"],
        &["kind"],
        &[],
        "write its start alone: `http`, `grpc`, `tls`, `tcp`, `udp`",
    ),
    row(&["HTTP", "h2c", "ws", "websocket"], &["protocol"], &[], "write `http`"),
    row(&["HTTPS", "ssl", "SSL", "h2", "http2", "grpc", "wss"], &["protocol"], &[], "write `https`"),
    row(&["master", "server", "controller", "control", "init"], &["role"], &[], "write `control-plane`"),
    row(&["agent", "node", "minion", "compute"], &["role"], &[], "write `worker`"),
    row(&["BGP", "l3", "layer3", "routes"], &["announce"], &[], "write `bgp`"),
    row(&["arp", "ndp", "layer2", "L2"], &["announce"], &[], "write `l2`"),
    row(&["ipsec", "IPsec"], &["encryption"], &[], "hnet knows WireGuard alone: IPsec goes through `values`"),
    row(
        &["vxlan", "geneve", "overlay"],
        &["routing"],
        &[],
        "write `tunnel`; which protocol it has goes through `values`, as `tunnelProtocol`",
    ),
    row(&["direct", "host-gw"], &["routing"], &[], "write `native`"),
    row(&["fluxcd", "Flux", "flux2", "fluxcd2"], &["gitops"], &[], "write `flux`"),
    // What stands elsewhere than in words.
    row(&["name"], &[], &[], "the name stands behind the keyword: `node cp-1`"),
    row(
        &["description", "desc", "comment", "note"],
        &[],
        &[],
        "write it as a comment before the statement: `## …` is taken into the documentation",
    ),
];

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostics, FileId};
    use hnet_language::{Foreign, Kind, Shape, Type, unknown_keyword};

    use super::FOREIGN;
    use crate::VOCABULARY;

    /// All declarations, with those of nested statements.
    fn kinds() -> Vec<&'static Kind> {
        let mut kinds = Vec::new();
        for kind in VOCABULARY.kinds().chain([VOCABULARY.part]) {
            kind.walk(&mut |_, kind| kinds.push(kind));
        }
        kinds
    }

    /// The words that a field may have, where these are a closed list; statements may have lists of their own.
    fn lists(keyword: &str) -> Vec<&'static [&'static str]> {
        let of_kind = |kind: &'static Kind| {
            let fields = kind.fields.iter().filter(move |field| field.keyword == keyword);
            let behind_name = kind.positional.iter().filter(move |_| kind.keyword == keyword);
            fields.chain(behind_name).filter_map(|field| match field.shape {
                Shape::One(Type::OneOf(words)) | Shape::List(Type::OneOf(words)) => Some(words),
                _ => None,
            })
        };
        kinds().into_iter().flat_map(of_kind).collect()
    }

    /// What is said of a word in a body.
    fn said(word: &str, kind: &Kind) -> Option<String> {
        let tree = hnet_syntax::parse(FileId::default(), &format!("{word} x;"), &mut Diagnostics::new()).tree;
        unknown_keyword(&tree.statements[0], kind, &VOCABULARY).help
    }

    /// What is wrong with a row for one place in which its words are written.
    fn faults(row: &Foreign, within: &str) -> Vec<String> {
        let bodies: Vec<&Kind> = kinds().into_iter().filter(|kind| kind.keyword == within).collect();
        let missing = row.instead.iter().filter(|word| {
            let stands = |kind: &&Kind| kind.field(word).is_some() || VOCABULARY.stands_beside(word, kind);
            !bodies.iter().any(stands) && VOCABULARY.homes_of(word).is_empty()
        });
        let mut faults: Vec<String> = missing.map(|word| format!("no `{word}` instead in `{within}`")).collect();
        for word in row.words {
            let mut in_lists = lists(within).into_iter().filter(|list| !list.contains(word));
            let as_value = in_lists.find_map(|list| VOCABULARY.foreign_value(word, list)).map(|row| row.answer);
            let unknown = |kind: &&&Kind| kind.field(word).is_none() && !VOCABULARY.stands_beside(word, kind);
            let in_body = bodies.iter().find(unknown).and_then(|kind| said(word, kind));
            if as_value != Some(row.answer) && in_body.as_deref() != Some(row.answer) {
                faults.push(format!("`{word}` in `{within}` is answered with {as_value:?} or {in_body:?}"));
            }
        }
        faults
    }

    #[test]
    fn each_word_is_answered_where_it_is_written() {
        let everywhere = ["network", "node", "subnet", "route"];
        let faults: Vec<String> = FOREIGN
            .iter()
            .flat_map(|row| {
                let within = if row.within.is_empty() { &everywhere } else { row.within };
                within.iter().flat_map(|within| faults(row, within)).collect::<Vec<_>>()
            })
            .collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
