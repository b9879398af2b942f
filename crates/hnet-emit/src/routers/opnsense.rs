//! OPNsense with its plugin `os-frr`, which takes no text: what is entered on its pages, by the names of the fields.
//! (opnsense/plugins, `net/frr`.)

use hnet_diagnostics::{Origin, Traced};
use hnet_model::{Family, RouterSystem};

use super::{Group, Side};
use crate::OutputFile;

pub(super) fn file(header: &Traced<String>, system: Traced<RouterSystem>, side: &Side<'_>) -> OutputFile {
    let mut file = OutputFile::with_header(header);
    file.lines(
        "# OPNsense overwrites FRRouting's own files: with the plugin os-frr enter this under Routing.\n",
        system.origin,
    );
    file.lines("\nGeneral\n  Enable: yes\n", system.origin);
    file.lines(&format!("\nBGP\n  Enable: yes\n  BGP AS Number: {}\n", side.as_number.value), side.as_number.origin);
    if let Some(id) = side.id {
        file.lines(&format!("  Router ID: {id}\n"), Origin::written(side.router.span));
    }
    side.groups.iter().for_each(|group| filter(group, &mut file));
    side.groups.iter().for_each(|group| neighbours(group, &mut file));
    file
}

fn filter(group: &Group<'_>, file: &mut OutputFile) {
    let (name, origin) = (&group.name, Origin::written(group.span));
    let families = [(Family::V4, "IPv4", "ip"), (Family::V6, "IPv6", "ipv6")];
    let mut maps = Vec::new();
    for (family, version, word) in families {
        for (at, prefix) in group.accepted(family).enumerate() {
            if at == 0 {
                file.lines("\nBGP > Prefix Lists\n", origin);
                maps.push(format!("{name}-{word}"));
            }
            let longest = prefix.value.max_prefix_len();
            let within = if prefix.value.prefix_len() < longest { format!(" le {longest}") } else { String::new() };
            let line = format!(
                "  Name: {name}-{word}, IP Version: {version}, Sequence Number: {}, Action: Permit, Network: {}{within}\n",
                (at + 1) * 5,
                prefix.value,
            );
            file.lines(&line, prefix.origin);
        }
    }
    if let Some(origin) = group.external {
        file.lines("  and the prefixes of addresses that services name themselves\n", origin);
    }
    file.lines("\nBGP > Route Maps\n", origin);
    for (at, list) in maps.iter().enumerate() {
        let line = format!("  Name: {name}-in, Action: Permit, ID: {}, Prefix List: {list}\n", (at + 1) * 10);
        file.lines(&line, origin);
    }
    if maps.is_empty() {
        file.lines(&format!("  Name: {name}-in, Action: Deny, ID: 10\n"), origin);
    }
    file.lines(&format!("  Name: {name}-out, Action: Deny, ID: 10\n"), origin);
}

fn neighbours(group: &Group<'_>, file: &mut OutputFile) {
    let (name, origin) = (&group.name, Origin::written(group.span));
    let session = group.session();
    file.lines("\nBGP > Neighbors, with advanced mode\n", origin);
    let mut rest = format!(", Remote AS: {}", group.as_number.value);
    if session.families.len() > 1 {
        rest.push_str(", Multi-Protocol: yes");
    }
    if let (Some(hold), Some(keepalive)) = (&session.hold_time, &session.keepalive) {
        let (often, long) = (keepalive.value.seconds(), hold.value.seconds());
        rest.push_str(&format!(", Keepalive: {often}, Hold Down Time: {long}"));
    }
    if session.multihop.is_some() {
        rest.push_str(", Multi-Hop: yes");
    }
    rest.push_str(&format!(", Route-Map In: {name}-in, Route-Map Out: {name}-out"));
    for neighbour in &group.neighbours {
        let node = &neighbour.name.value;
        let address = neighbour
            .address
            .map_or_else(|| "that of the node, which is not known here".to_owned(), |it| it.to_string());
        file.lines(&format!("  Description: {node}, Peer-IP: {address}{rest}\n"), neighbour.name.origin);
    }
    if let Some((text, origin)) = group.password() {
        file.lines(&format!("  {text}: BGP MD5 Password\n"), origin);
    }
}
