//! FRRouting's text, which UniFi takes as well. (docs.frrouting.org, "BGP".)

use hnet_diagnostics::{Origin, Traced};
use hnet_model::{Family, RouterSystem};

use super::{Group, Side};
use crate::OutputFile;

/// The families in the order in which they are written, with the words of FRRouting for them.
const FAMILIES: [(Family, &str, &str); 2] = [(Family::V4, "ipv4", "ip"), (Family::V6, "ipv6", "ipv6")];

pub(super) fn file(header: &Traced<String>, system: Traced<RouterSystem>, side: &Side<'_>) -> OutputFile {
    let mut file = OutputFile::new();
    for line in header.value.lines() {
        file.lines(&format!("! {line}"), header.origin);
    }
    let how = match system.value {
        RouterSystem::UniFi => "! Settings > Routing > BGP: upload this file.\n",
        _ => "! With `bgpd=yes` in /etc/frr/daemons, and this in /etc/frr/frr.conf.\n",
    };
    file.lines(how, system.origin);
    side.groups.iter().for_each(|group| filter(group, &mut file));
    file.lines(&format!("router bgp {}\n", side.as_number.value), side.as_number.origin);
    let id = match side.id {
        Some(id) => format!(" bgp router-id {id}\n"),
        None => " ! Without an address of IPv4 it needs an id: bgp router-id 10.255.0.1\n".to_owned(),
    };
    file.lines(&id, Origin::written(side.router.span));
    side.groups.iter().for_each(|group| neighbours(side, group, &mut file));
    for (family, word, _) in FAMILIES {
        let of_family = || side.groups.iter().filter(move |group| group.has(family));
        let Some(first) = of_family().next() else { continue };
        let origin = Origin::written(first.span);
        file.lines(&format!(" address-family {word} unicast\n"), origin);
        for group in of_family() {
            let (name, origin) = (&group.name, Origin::written(group.span));
            file.lines(&format!("  neighbor {name} activate\n"), origin);
            file.lines(&format!("  neighbor {name} route-map {name}-in in\n"), origin);
            file.lines(&format!("  neighbor {name} route-map {name}-out out\n"), origin);
        }
        // With one path one node gets all requests. More than 16 is more than FRRouting is built for by default.
        for (is_internal, within) in [(false, ""), (true, "ibgp ")] {
            let is_it = |group: &&Group<'_>| (group.as_number.value == side.as_number.value) == is_internal;
            let paths: usize = of_family().filter(is_it).map(|group| group.neighbours.len()).sum();
            if paths > 1 {
                file.lines(&format!("  maximum-paths {within}{}\n", paths.min(16)), origin);
            }
        }
        file.lines(" exit-address-family\n", origin);
    }
    file.lines("exit\n", side.as_number.origin);
    file
}

fn neighbours(side: &Side<'_>, group: &Group<'_>, file: &mut OutputFile) {
    let (name, origin) = (&group.name, Origin::written(group.span));
    let session = group.session();
    file.lines(&format!(" neighbor {name} peer-group\n"), origin);
    file.lines(&format!(" neighbor {name} remote-as {}\n", group.as_number.value), group.as_number.origin);
    if let (Some(hold), Some(keepalive)) = (&session.hold_time, &session.keepalive) {
        let (often, long) = (keepalive.value.seconds(), hold.value.seconds());
        file.lines(&format!(" neighbor {name} timers {often} {long}\n"), hold.origin);
    }
    if let Some(hops) = session.multihop.filter(|_| group.as_number.value != side.as_number.value) {
        file.lines(&format!(" neighbor {name} ebgp-multihop {}\n", hops.value), hops.origin);
    }
    if let Some((text, origin)) = group.password() {
        file.lines(&format!(" ! {text}:\n ! neighbor {name} password …\n"), origin);
    }
    if let Some(port) = session.port {
        file.lines(
            &format!(" ! The nodes dial port {}, so bgpd needs `-p {}`.\n", port.value, port.value),
            port.origin,
        );
    }
    for neighbour in &group.neighbours {
        let node = &neighbour.name.value;
        let lines = match neighbour.address {
            Some(address) => format!(" neighbor {address} peer-group {name}\n neighbor {address} description {node}\n"),
            None => format!(" ! The address of {node} is not known:\n ! neighbor … peer-group {name}\n"),
        };
        file.lines(&lines, neighbour.name.origin);
    }
    if !group.has(Family::V4) {
        // IPv4 is active unless it is said.
        file.lines(&format!(" no neighbor {name} activate\n"), origin);
    }
}

/// What is accepted of a group, and that it is told nothing.
fn filter(group: &Group<'_>, file: &mut OutputFile) {
    let (name, origin) = (&group.name, Origin::written(group.span));
    let mut step = 10;
    if let Some(origin) = group.external {
        let note = "! Addresses that services name themselves are told as well: add a prefix list for them.\n";
        file.lines(note, origin);
    }
    for (family, _, word) in FAMILIES {
        let mut number = 0;
        for prefix in group.accepted(family) {
            number += 5;
            let longest = prefix.value.max_prefix_len();
            let within = if prefix.value.prefix_len() < longest { format!(" le {longest}") } else { String::new() };
            let line = format!("{word} prefix-list {name}-{word} seq {number} permit {}{within}\n", prefix.value);
            file.lines(&line, prefix.origin);
        }
        if number > 0 {
            let line =
                format!("route-map {name}-in permit {step}\n match {word} address prefix-list {name}-{word}\nexit\n");
            file.lines(&line, origin);
            step += 10;
        }
    }
    if step == 10 {
        file.lines(&format!("route-map {name}-in deny 10\nexit\n"), origin);
    }
    file.lines(&format!("route-map {name}-out deny 10\nexit\n"), origin);
}
