//! Networks by chance: sizes and a seed in, the same network out each time.
//!
//! Hostile remarks, long names, uplinks in circles and machines without addresses are all likely. Start at [`random`].

use std::net::Ipv4Addr;

use super::*;

/// How much of everything a random network has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) seed: u64,
    pub(crate) internets: usize,
    pub(crate) routers: usize,
    pub(crate) switches: usize,
    pub(crate) subnets: usize,
    pub(crate) hosts: usize,
    pub(crate) clusters: usize,
    pub(crate) nodes: usize,
    pub(crate) gateways: usize,
    pub(crate) routes: usize,
    pub(crate) tunnels: usize,
}

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if limit == 0 { 0 } else { usize::try_from(self.0 >> 33).expect("31 bits") % limit }
    }

    fn word(&mut self, number: usize) -> String {
        let words = ["a", "edge", "storage-and-backup", "w", "kubernetes-control-plane-of-the-first-floor", "iot"];
        format!("{}-{number}", words[self.below(words.len())])
    }

    fn remark(&mut self) -> String {
        let remarks = [
            "",
            "",
            "MS-01, 64 GB",
            "</text><script>alert(1)</script> & \"quotes\"",
            "A very long remark that nobody would want to read on so small a card, at all.",
            "Ümläute — 漢字 🏠\nsecond line",
        ];
        remarks[self.below(remarks.len())].to_owned()
    }

    /// An address in a subnet of a random network.
    fn address(&mut self, subnet: usize) -> String {
        let part = 2 + self.below(240);
        if subnet % 5 == 4 { format!("2001:db8:{subnet:x}::{part:x}") } else { format!("10.{subnet}.0.{part}") }
    }

    fn uplink(&mut self, sizes: &Sizes) -> Option<Uplink> {
        match self.below(5) {
            0 => None,
            1 if sizes.switches > 0 => Some(Uplink::Switch(SwitchId(self.below(sizes.switches)))),
            2 | 3 if sizes.routers > 0 => Some(Uplink::Router(RouterId(self.below(sizes.routers)))),
            _ if sizes.internets > 0 => Some(Uplink::Internet(InternetId(self.below(sizes.internets)))),
            _ => None,
        }
    }

    fn addresses(&mut self, subnets: usize, most: usize) -> Vec<(usize, String)> {
        (0..self.below(most + 1))
            .filter(|_| subnets > 0)
            .map(|_| {
                let subnet = self.below(subnets);
                (subnet, if self.below(6) == 0 { String::new() } else { self.address(subnet) })
            })
            .collect()
    }
}

/// A network of these sizes with everything else by chance.
pub(crate) fn random(sizes: Sizes) -> Network {
    let dice = &mut Dice(sizes.seed);
    let mut network = empty(&dice.word(0));
    network.doc = doc(&dice.remark());
    for at in 0..sizes.internets {
        network.internets.push(Internet { name: name(&dice.word(at)), doc: doc(&dice.remark()), span: span(at) });
    }
    for at in 0..sizes.subnets {
        let prefix = if at % 5 == 4 { format!("2001:db8:{at:x}::/64") } else { format!("10.{at}.0.0/24") };
        let gateways = if dice.below(3) > 0 && sizes.routers > 0 { vec![dice.address(at)] } else { Vec::new() };
        let gateways: Vec<&str> = gateways.iter().map(String::as_str).collect();
        let vlan = (dice.below(2) == 0).then(|| u16::try_from(at + 1).expect("few subnets"));
        let mut subnet = subnet(&dice.word(at), &[&prefix], vlan, &gateways);
        if !gateways.is_empty() {
            subnet.router = Some(said(RouterId(dice.below(sizes.routers))));
        }
        if at % 5 != 4 {
            subnet.dhcp.push(range(&format!("10.{at}.0.100"), &format!("10.{at}.0.149")));
        }
        network.subnets.push(subnet);
    }
    let texts = |list: &[(usize, String)]| -> Vec<String> {
        list.iter().map(|(_, text)| text.clone()).filter(|text| !text.is_empty()).collect()
    };
    for at in 0..sizes.routers {
        let uplink = dice.uplink(&sizes);
        let addresses = texts(&dice.addresses(sizes.subnets, 6));
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        network.routers.push(router(&dice.word(at), &dice.remark(), uplink, &addresses));
    }
    for at in 0..sizes.switches {
        let uplink = dice.uplink(&sizes);
        let ports = [None, Some(8), Some(24), Some(48), Some(400)][dice.below(5)];
        network.switches.push(switch(&dice.word(at), &dice.remark(), uplink, ports));
    }
    for at in 0..sizes.hosts {
        let addresses = texts(&dice.addresses(sizes.subnets, 4));
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let switch = (sizes.switches > 0).then(|| dice.below(sizes.switches));
        network.hosts.push(host(&format!("host-{at}"), &dice.remark(), &addresses, switch));
    }
    for at in 0..sizes.clusters {
        let cluster = random_cluster(dice, &sizes, at);
        network.clusters.push(cluster);
    }
    network
}

fn random_cluster(dice: &mut Dice, sizes: &Sizes, number: usize) -> Cluster {
    let mut cluster = cluster(&dice.word(number));
    for at in 0..dice.below(sizes.nodes + 1) {
        let role = if dice.below(3) == 0 { Role::ControlPlane } else { Role::Worker };
        let addresses = dice.addresses(sizes.subnets, 5);
        let addresses: Vec<(usize, &str)> = addresses.iter().map(|(at, text)| (*at, text.as_str())).collect();
        let node = node(&dice.word(at), &dice.remark(), role, &addresses);
        cluster.nodes.push(if sizes.switches > 0 { on_switch(node, dice.below(sizes.switches)) } else { node });
    }
    if dice.below(2) == 0 {
        cluster.virtual_ip = Some(said(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 10))));
    }
    if dice.below(4) == 0 {
        cluster.cilium = None;
    }
    for at in 0..dice.below(sizes.gateways + 1) {
        let addresses: Vec<String> = (0..dice.below(3)).map(|_| dice.address(0)).collect();
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        cluster.gateways.push(gateway(&dice.word(at), &addresses));
    }
    for at in 0..dice.below(4) {
        let first = 10 + 60 * at;
        let announce = (dice.below(2) == 0).then(|| said(Announce::Layer2(hnet_model::Layer2::default())));
        cluster.pools.push(Pool {
            name: name(&dice.word(at)),
            doc: None,
            ranges: vec![range(&format!("10.0.0.{first}"), &format!("10.0.0.{}", first + dice.below(50)))],
            prefixes: Vec::new(),
            first_and_last: said(false),
            namespaces: Vec::new(),
            announce,
            policy: None,
            overlay: Overlay::default(),
            span: span(21),
        });
    }
    let gateways = cluster.gateways.len();
    for at in 0..dice.below(sizes.routes + 1) {
        let parents: Vec<usize> = (0..dice.below(3)).filter(|_| gateways > 0).map(|_| dice.below(gateways)).collect();
        let title = dice.word(at);
        route(&mut cluster, &title, ("default", &title, 80), &parents);
    }
    for at in 0..dice.below(sizes.tunnels + 1) {
        let mut publish = Vec::new();
        for _ in 0..dice.below(4) {
            if gateways > 0 && dice.below(3) > 0 {
                let target = PublishTarget::Listener(GatewayId(dice.below(gateways)), ListenerId(dice.below(2)));
                publish.push(("*.example.com", target));
            } else if !cluster.services.is_empty() {
                publish.push(("direct.example.com", PublishTarget::Service(ServiceId(0))));
            }
        }
        cluster.tunnels.push(tunnel(&dice.word(at), &publish));
    }
    if dice.below(2) == 0 {
        add_support(&mut cluster);
    }
    cluster
}
