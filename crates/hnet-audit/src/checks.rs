//! What an audit looks at beside the rules: one row for each, with its codes, as the rules have theirs.

use hnet_diagnostics::{Code, codes};
use hnet_repository::{ConfigKind, Repository, TalosForm};
use hnet_rules::Need;

use crate::Ran;

/// A rule or another check, and whether it ran.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// The codes that it may report.
    pub codes: &'static [&'static Code],
    /// Whether it ran.
    pub ran: Ran,
    /// Whether it is the audit's own, all of whose findings are told.
    pub(crate) is_own: bool,
}

/// A check of a repository itself.
struct Own {
    name: &'static str,
    codes: &'static [&'static Code],
    /// What must be there for it.
    of: Option<Need>,
}

/// All of them.
#[rustfmt::skip]
static OWN: &[Own] = &[
    Own { name: "files_that_are_read", codes: &[&codes::NOT_YAML], of: None },
    Own { name: "paths_that_are_named", codes: &[&codes::PATH_NOT_THERE], of: None },
    Own { name: "objects_that_are_applied", codes: &[&codes::APPLIED_TWICE], of: None },
    Own { name: "secrets_in_the_clear", codes: &[&codes::SECRET_IN_MANIFEST], of: None },
    Own { name: "gateways_of_routes", codes: &[&codes::GATEWAY_NOT_THERE], of: None },
    Own { name: "secrets_of_gateways", codes: &[&codes::SECRET_NOT_THERE], of: Some(Need::Gateways) },
    Own { name: "rules_of_tunnels", codes: &[&codes::TUNNEL_REFUSED], of: Some(Need::Tunnels) },
    Own { name: "policies_of_announcements", codes: &[&codes::ANNOUNCEMENTS_OFF], of: Some(Need::Cilium) },
    Own { name: "links_of_attachments", codes: &[&codes::LINK_OF_NO_NODE], of: Some(Need::Nodes) },
    Own { name: "keys_of_talconfigs", codes: &[&codes::UNKNOWN_TALOS_KEY, &codes::NOT_A_URL], of: Some(Need::Nodes) },
    Own { name: "machines_of_talconfigs", codes: &[&codes::DUPLICATE_NAME, &codes::ADDRESS_USED_TWICE, &codes::VIRTUAL_IP_OUT_OF_REACH, &codes::EVEN_CONTROL_PLANES, &codes::NOT_AN_INTERFACE_ADDRESS], of: Some(Need::Nodes) },
    Own { name: "patches_of_machines", codes: &[&codes::HOST_BITS, &codes::BOND_MEMBER_BY_CHANGING_MAC], of: None },
];

/// Whether one of the checks may report a code.
pub(crate) fn say(code: &'static Code) -> bool {
    OWN.iter().any(|own| own.codes.contains(&code))
}

/// The checks, each with whether it ran.
pub(crate) fn rows(repository: &Repository) -> impl Iterator<Item = Row> {
    let has_talconfig = repository.talos.iter().any(|own| own.is_preferred && own.form == TalosForm::Talhelper);
    let mut configs = repository.clusters.iter().flat_map(|cluster| &cluster.configs);
    let has_tunnel = configs.any(|config| config.kind == ConfigKind::Cloudflared);
    let has_cilium = repository.clusters.iter().any(|cluster| cluster.charts("cilium").next().is_some());
    let ran = move |of: Option<Need>| match of {
        Some(need @ Need::Cilium) if !has_cilium => Ran::Lacks(need),
        Some(need @ Need::Nodes) if !has_talconfig => Ran::Lacks(need),
        Some(need @ Need::Tunnels) if !has_tunnel => Ran::Lacks(need),
        _ => Ran::Ran,
    };
    OWN.iter().map(move |own| Row { name: own.name, codes: own.codes, ran: ran(own.of), is_own: true })
}
