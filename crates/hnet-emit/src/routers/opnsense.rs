//! OPNsense with its plugin `os-frr`, which takes no text: what is entered on its pages, by the names of the fields.
//! (opnsense/plugins, `net/frr`.)

use hnet_diagnostics::{Origin, Traced};
use hnet_model::RouterSystem;

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
    let Some(accepts) = &group.accepts else { return };
    file.lines("\nBGP > Prefix Lists\n", origin);
    for (at, prefix) in accepts.iter().enumerate() {
        let longest = prefix.value.max_prefix_len();
        let within = if prefix.value.prefix_len() < longest { format!(" le {longest}") } else { String::new() };
        let version = if prefix.value.addr().is_ipv4() { "IPv4" } else { "IPv6" };
        let line = format!(
            "  Name: {name}-in, IP Version: {version}, Sequence Number: {}, Action: Permit, Network: {}{within}\n",
            (at + 1) * 5,
            prefix.value,
        );
        file.lines(&line, prefix.origin);
    }
    file.lines("\nBGP > Route Maps\n", origin);
    file.lines(&format!("  Name: {name}-in, Action: Permit, ID: 10, Prefix List: {name}-in\n"), origin);
    file.lines(&format!("  Name: {name}-out, Action: Deny, ID: 10\n"), origin);
}

fn neighbours(group: &Group<'_>, file: &mut OutputFile) {
    let (name, origin) = (&group.name, Origin::written(group.span));
    let session = group.session();
    file.lines("\nBGP > Neighbors\n", origin);
    let mut rest = format!(", Remote AS: {}", group.as_number.value);
    if let (Some(hold), Some(keepalive)) = (&session.hold_time, &session.keepalive) {
        let (often, long) = (keepalive.value.seconds(), hold.value.seconds());
        rest.push_str(&format!(", Keep-alive: {often}, Hold Down Time: {long}"));
    }
    if session.multihop.is_some() {
        rest.push_str(", Multi-Hop: yes");
    }
    if group.accepts.is_some() {
        rest.push_str(&format!(", Route-Map In: {name}-in, Route-Map Out: {name}-out"));
    }
    for neighbour in &group.neighbours {
        if let Some(address) = neighbour.address {
            let line = format!("  Description: {}, Peer-IP: {address}{rest}\n", neighbour.name.value);
            file.lines(&line, neighbour.name.origin);
        }
    }
    let notes = group.password().into_iter().chain(group.unknown());
    notes.for_each(|(text, origin)| file.lines(&format!("  {text}\n"), origin));
}
