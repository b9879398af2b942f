//! How a person at a shell reaches a machine: by its own address, and by its name where only DHCP knows that.

use std::net::Ipv6Addr;

use hnet_model::Node;

use crate::markdown::Document;

/// How many machines are named at most where each would do.
const NAMED: usize = 8;

/// What a machine is called in a command.
pub(crate) fn host(node: &Node) -> String {
    if let Some(said) = node.reached_at.first() {
        return said.value.clone();
    }
    let by_name = || node.told_hostname().map_or_else(|| node.name.value.to_string(), |name| name.value);
    node.address.as_ref().map_or_else(by_name, |address| address.value.address().to_string())
}

/// The same where a colon follows: an IPv6 address in brackets.
pub(crate) fn host_before_colon(node: &Node) -> String {
    match host(node) {
        host if host.parse::<Ipv6Addr>().is_ok() => format!("[{host}]"),
        host => host,
    }
}

/// Says before the first command which of the machines stand there by their names, where any do.
pub(crate) fn say_names<'a>(nodes: impl IntoIterator<Item = &'a Node>, document: &mut Document) {
    let unknown: Vec<&Node> =
        nodes.into_iter().filter(|node| node.address.is_none() && node.reached_at.is_empty()).collect();
    let Some(first) = unknown.first() else { return };
    let few = unknown.len() <= NAMED;
    document
        .paragraph(first.name.origin)
        .literal("DHCP gives these machines their addresses, so commands and files call them by their names: ")
        .codes(unknown.iter().take(NAMED).map(|node| host(node)))
        .literal(if few { ". " } else { " and others. " })
        .literal("Where a name does not resolve, write the address that DHCP gave in its place.");
}
