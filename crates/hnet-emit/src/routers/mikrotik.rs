//! MikroTik's RouterOS, from 7.20 on, where an instance holds the AS number. (help.mikrotik.com, "BGP".)

use hnet_diagnostics::{Origin, Traced};
use hnet_model::{Family, RouterSystem};

use super::{Group, Side};
use crate::OutputFile;

/// What the instance is called.
const INSTANCE: &str = "hnet";

pub(super) fn file(header: &Traced<String>, system: Traced<RouterSystem>, side: &Side<'_>) -> OutputFile {
    let mut file = OutputFile::with_header(header);
    file.lines(
        "# For RouterOS 7.20 and later: `/import` it once; what stands there already is refused.\n",
        system.origin,
    );
    let id = side.id.map(|id| format!(" router-id={id}")).unwrap_or_default();
    file.lines("/routing/bgp/instance\n", side.as_number.origin);
    file.lines(&format!("add name={INSTANCE} as={}{id}\n", side.as_number.value), side.as_number.origin);
    file.lines("/routing/filter/rule\n", Origin::written(side.router.span));
    side.groups.iter().for_each(|group| filter(group, &mut file));
    file.lines("/routing/bgp/connection\n", Origin::written(side.router.span));
    side.groups.iter().for_each(|group| connections(side, group, &mut file));
    file
}

fn filter(group: &Group<'_>, file: &mut OutputFile) {
    let (name, origin) = (&group.name, Origin::written(group.span));
    for prefix in &group.accepts {
        let line = format!("add chain={name}-in rule=\"if (dst in {}) {{ accept }}\"\n", prefix.value);
        file.lines(&line, prefix.origin);
    }
    if let Some(origin) = group.external {
        file.lines("# Addresses that services name themselves are told as well: accept their prefixes here.\n", origin);
    }
    file.lines(&format!("add chain={name}-in rule=\"reject\"\n"), origin);
    file.lines(&format!("add chain={name}-out rule=\"reject\"\n"), origin);
}

fn connections(side: &Side<'_>, group: &Group<'_>, file: &mut OutputFile) {
    let name = &group.name;
    let session = group.session();
    let role = if group.as_number.value == side.as_number.value { "ibgp" } else { "ebgp" };
    let families: Vec<&str> = session
        .families
        .iter()
        .map(|family| match family.value {
            Family::V4 => "ip",
            Family::V6 => "ipv6",
        })
        .collect();
    let mut rest = format!(
        " remote.as={} local.role={role} afi={} input.filter={name}-in output.filter-chain={name}-out",
        group.as_number.value,
        families.join(","),
    );
    if let (Some(hold), Some(keepalive)) = (&session.hold_time, &session.keepalive) {
        let (long, often) = (hold.value.seconds(), keepalive.value.seconds());
        rest.push_str(&format!(" hold-time={long}s keepalive-time={often}s"));
    }
    if let Some(port) = session.port {
        rest.push_str(&format!(" local.port={}", port.value));
    }
    if session.multihop.is_some() {
        rest.push_str(" multihop=yes");
    }
    if let Some((text, origin)) = group.password() {
        file.lines(&format!("# {text}: `tcp-md5-key=…`\n"), origin);
    }
    for neighbour in &group.neighbours {
        let node = &neighbour.name.value;
        let line = |start: &str, address: &str| {
            format!("{start}add name={name}-{node} instance={INSTANCE} remote.address={address}{rest}\n")
        };
        let line = match neighbour.address {
            Some(address) if address.is_ipv4() => line("", &format!("{address}/32")),
            Some(address) => line("", &format!("{address}/128")),
            None => format!("# The address of {node} is not known:\n{}", line("# ", "…")),
        };
        file.lines(&line, neighbour.name.origin);
    }
}
