//! `bond`, `bridge` and `dummy` of a node: links that are made.

use hnet_diagnostics::Diagnostics;
use hnet_language::{Flag, Head, List, One, Text, statement};
use hnet_model::{Address, Interface, LinkSelector, Mac, Made, MadeKind, Name, Reason, Setting, Traced};
use indexmap::IndexMap;

use super::interface::LinkStatement;
use super::subnets::Subnets;
use crate::types::{
    AdSelectWord, ArpTargetsWord, ArpValidateWord, BondModeWord, FailOverWord, HashPolicyWord, LacpRateWord,
    MemberName, Milliseconds, Octet, OnOffWord, ReselectWord, Small,
};

statement! {
    /// One link made of several: `bond bond0 < members eth0, eth1; mode 802.3ad; address lan[11]; >`. All that an
    /// interface says it says as well.
    BondStatement = "bond" Named () {
        /// Its members: interfaces of the node, links by the kernel's name, or cards by their permanent MAC.
        "members" members: List<MemberName>;
        /// How packets are spread over the members.
        "mode" mode: One<BondModeWord>;
        /// How often LACP's partner is asked for a sign of life.
        "lacp-rate" lacp_rate: One<LacpRateWord> [only "Talos", default "slow"];
        /// How often members are looked at for a carrier, in milliseconds.
        "miimon" miimon: One<Milliseconds> [only "Talos"];
        /// How long a member waits until it is used, in milliseconds.
        "updelay" updelay: One<Milliseconds> [only "Talos"];
        /// How long a member is used without a carrier, in milliseconds.
        "downdelay" downdelay: One<Milliseconds> [only "Talos"];
        /// By what of a packet its member is chosen.
        "xmit-hash-policy" xmit_hash_policy: One<HashPolicyWord> [only "Talos", default "layer2"];
        /// The member that is used as long as it works.
        "primary" primary: One<Text> [only "Talos"];
        /// When the primary member is used again.
        "primary-reselect" primary_reselect: One<ReselectWord> [only "Talos", default "always"];
        /// Whether the driver is asked for the carrier.
        "use-carrier" use_carrier: Flag [only "Talos"];
        /// How often targets are asked by ARP, in milliseconds.
        "arp-interval" arp_interval: One<Milliseconds> [only "Talos"];
        /// Whom to ask by ARP.
        "arp-ip-targets" arp_ip_targets: List<Address> [only "Talos"];
        /// Which answers and probes are looked at.
        "arp-validate" arp_validate: One<ArpValidateWord> [only "Talos", default "none"];
        /// How many of the targets must answer.
        "arp-all-targets" arp_all_targets: One<ArpTargetsWord> [only "Talos", default "any"];
        /// Which MAC members have.
        "fail-over-mac" fail_over_mac: One<FailOverWord> [only "Talos", default "none"];
        /// How LACP chooses among groups of members.
        "ad-select" ad_select: One<AdSelectWord> [only "Talos", default "stable"];
        /// The priority of LACP's system.
        "ad-actor-sys-prio" ad_actor_sys_prio: One<Small> [only "Talos"];
        /// The user's part of LACP's port key.
        "ad-user-port-key" ad_user_port_key: One<Small> [only "Talos"];
        /// Whether LACP speaks first.
        "ad-lacp-active" ad_lacp_active: One<OnOffWord> [only "Talos", default "on"];
        /// How often IGMP reports are sent again.
        "resend-igmp" resend_igmp: One<Small> [only "Talos"];
        /// How many members must work.
        "min-links" min_links: One<Small> [only "Talos"];
        /// How often learning packets are sent, in seconds.
        "lp-interval" lp_interval: One<Small> [only "Talos"];
        /// How many packets a member sends before the next does.
        "packets-per-slave" packets_per_slave: One<Small> [only "Talos"];
        /// How many notices are sent after a change of members.
        "num-peer-notif" num_peer_notif: One<Octet> [only "Talos"];
        /// Whether `balance-tlb` looks at the load.
        "tlb-dynamic-lb" tlb_dynamic_lb: One<Octet> [only "Talos"];
        /// Whether packets that arrive at idle members are taken.
        "all-slaves-active" all_slaves_active: One<Octet> [only "Talos"];
        /// How long between two notices, in milliseconds.
        "peer-notify-delay" peer_notify_delay: One<Milliseconds> [only "Talos"];
        /// How many questions by ARP may stay without an answer.
        "missed-max" missed_max: One<Octet> [only "Talos"];
        /// The MAC that it gets in place of a member's.
        "hardware-address" hardware_address: One<Mac> [only "Talos"];
        /// What Linux calls it, where that is no name of the language: `br_lan`.
        "kernel-name" kernel_name: One<Text> [default "its name"];
        ..link: LinkStatement;
    }
}

statement! {
    /// A switch in software: `bridge br0 < members eth0; address lan[11]; >`. All that an interface says it says as well.
    BridgeStatement = "bridge" Named () {
        /// Its ports: interfaces of the node, links by the kernel's name, or cards by their permanent MAC.
        "members" members: List<MemberName>;
        /// Whether it looks for circles by the spanning tree protocol.
        "stp" stp: Flag [only "Talos", default "off"];
        /// Whether its ports know VLANs.
        "vlan-filtering" vlan_filtering: Flag [only "Talos", default "off"];
        /// The MAC that it gets in place of a port's.
        "hardware-address" hardware_address: One<Mac> [only "Talos"];
        /// What Linux calls it, where that is no name of the language: `br_lan`.
        "kernel-name" kernel_name: One<Text> [default "its name"];
        ..link: LinkStatement;
    }
}

statement! {
    /// A link that leads nowhere, for addresses that are the node's whatever its cards do: `dummy anycast0 address
    /// 10.9.9.9/32;`
    DummyStatement = "dummy" Named () {
        /// The MAC that it gets.
        "hardware-address" hardware_address: One<Mac> [only "Talos"];
        /// What Linux calls it, where that is no name of the language: `br_lan`.
        "kernel-name" kernel_name: One<Text> [default "its name"];
        ..link: LinkStatement;
    }
}

/// The links that others are made of, by their names or MACs, each with the first that is made of it.
#[derive(Default)]
pub(crate) struct Members(IndexMap<String, Traced<Name>>);

impl Members {
    /// Those of the bonds and bridges of a node.
    pub(crate) fn of_links(bonds: &[BondStatement], bridges: &[BridgeStatement]) -> Members {
        let of_bonds = bonds.iter().map(|bond| (&bond.head, &bond.members));
        let of_bridges = bridges.iter().map(|bridge| (&bridge.head, &bridge.members));
        let mut all = IndexMap::new();
        for (head, members) in of_bonds.chain(of_bridges) {
            let Some(name) = &head.name else { continue };
            for member in &members.0 {
                let MemberName(own) = &member.value;
                all.entry(own.to_string()).or_insert_with(|| Traced::new(name.value.clone(), member.origin));
            }
        }
        Members(all)
    }

    /// What is made of a link, if anything is.
    pub(super) fn of(&self, link: &str) -> Option<Traced<Name>> {
        self.0.get(link).cloned()
    }
}

/// A word of a bond with what it says.
type Said = (&'static str, Option<Traced<Setting>>);

fn word<W>(said: One<W>, word: impl Fn(&W) -> &'static str) -> Option<Traced<Setting>> {
    said.map(|said| said.map(|said| Setting::Text(word(&said).to_owned())))
}

impl BondStatement {
    pub(crate) fn lower(self, members: &Members, subnets: &Subnets<'_>, out: &mut Diagnostics) -> Option<Interface> {
        let Self {
            head,
            members: own,
            mode,
            lacp_rate,
            miimon,
            updelay,
            downdelay,
            xmit_hash_policy,
            primary,
            primary_reselect,
            use_carrier,
            arp_interval,
            arp_ip_targets,
            arp_validate,
            arp_all_targets,
            fail_over_mac,
            ad_select,
            ad_actor_sys_prio,
            ad_user_port_key,
            ad_lacp_active,
            resend_igmp,
            min_links,
            lp_interval,
            packets_per_slave,
            num_peer_notif,
            tlb_dynamic_lb,
            all_slaves_active,
            peer_notify_delay,
            missed_max,
            hardware_address,
            kernel_name,
            link,
        } = self;
        let time = |said: One<Milliseconds>| said.map(|said| said.map(|Milliseconds(time)| Setting::Number(time)));
        let small = |said: One<Small>| said.map(|said| said.map(|Small(number)| Setting::Number(number)));
        let octet = |said: One<Octet>| said.map(|said| said.map(|Octet(number)| Setting::Number(number)));
        let targets = arp_ip_targets.0.first().map(|first| first.origin).map(|origin| {
            Traced::new(Setting::Texts(arp_ip_targets.0.iter().map(|one| one.value.to_string()).collect()), origin)
        });
        let said: [Said; 27] = [
            ("mode", word(mode, |word| word.word())),
            ("lacp-rate", word(lacp_rate, |word| word.word())),
            ("miimon", time(miimon)),
            ("updelay", time(updelay)),
            ("downdelay", time(downdelay)),
            ("xmit-hash-policy", word(xmit_hash_policy, |word| word.word())),
            ("primary", primary.map(|primary| primary.map(|Text(name)| Setting::Text(name)))),
            ("primary-reselect", word(primary_reselect, |word| word.word())),
            ("use-carrier", use_carrier.0.map(|flag| flag.map(Setting::Flag))),
            ("arp-interval", time(arp_interval)),
            ("arp-ip-targets", targets),
            ("arp-validate", word(arp_validate, |word| word.word())),
            ("arp-all-targets", word(arp_all_targets, |word| word.word())),
            ("fail-over-mac", word(fail_over_mac, |word| word.word())),
            ("ad-select", word(ad_select, |word| word.word())),
            ("ad-actor-sys-prio", small(ad_actor_sys_prio)),
            ("ad-user-port-key", small(ad_user_port_key)),
            ("ad-lacp-active", word(ad_lacp_active, |word| word.word())),
            ("resend-igmp", small(resend_igmp)),
            ("min-links", small(min_links)),
            ("lp-interval", small(lp_interval)),
            ("packets-per-slave", small(packets_per_slave)),
            ("num-peer-notif", octet(num_peer_notif)),
            ("tlb-dynamic-lb", octet(tlb_dynamic_lb)),
            ("all-slaves-active", octet(all_slaves_active)),
            ("peer-notify-delay", time(peer_notify_delay)),
            ("missed-max", octet(missed_max)),
        ];
        let settings = said.into_iter().filter_map(|(word, said)| Some((word, said?))).collect();
        made(&head, MadeKind::Bond(settings), own, (hardware_address, kernel_name), link, members, subnets, out)
    }
}

impl BridgeStatement {
    pub(crate) fn lower(self, members: &Members, subnets: &Subnets<'_>, out: &mut Diagnostics) -> Option<Interface> {
        let Self { head, members: own, stp, vlan_filtering, hardware_address, kernel_name, link } = self;
        let kind = MadeKind::Bridge { stp: stp.0, vlan_filtering: vlan_filtering.0 };
        made(&head, kind, own, (hardware_address, kernel_name), link, members, subnets, out)
    }
}

impl DummyStatement {
    pub(crate) fn lower(self, members: &Members, subnets: &Subnets<'_>, out: &mut Diagnostics) -> Option<Interface> {
        let Self { head, hardware_address, kernel_name, link } = self;
        made(&head, MadeKind::Dummy, List::default(), (hardware_address, kernel_name), link, members, subnets, out)
    }
}

#[expect(clippy::too_many_arguments, reason = "what the statements have in common, each of which has it at hand")]
pub(super) fn made(
    head: &Head,
    kind: MadeKind,
    own: List<MemberName>,
    (mac, kernel_name): (One<Mac>, One<Text>),
    link: LinkStatement,
    members: &Members,
    subnets: &Subnets<'_>,
    out: &mut Diagnostics,
) -> Option<Interface> {
    let name = head.name.as_ref()?;
    let selector = match kernel_name {
        Some(called) => called.map(|Text(name)| LinkSelector::KernelName(name)),
        None => Traced::new(LinkSelector::KernelName(name.value.to_string()), name.origin.because(Reason::Default)),
    };
    let made =
        Made { kind, members: own.0.into_iter().map(|member| member.map(|MemberName(member)| member)).collect(), mac };
    link.lower(head, selector, Some(made), members, subnets, out)
}
