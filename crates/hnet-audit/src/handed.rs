//! What objects hand to programs as texts, where one look shows that it is refused or leads nowhere: the rules of
//! cloudflared, and the links of nodes that Multus attaches to.

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Severity, Sources, codes};
use hnet_repository::{Cluster, ConfigKind, Repository, TalosForm};
use hnet_yaml::{Step, Value};

use crate::error;

/// All of it.
pub(crate) fn check(repository: &Repository, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for cluster in &repository.clusters {
        for config in cluster.configs.iter().filter(|config| config.kind == ConfigKind::Cloudflared) {
            let yaml = config.text.yaml();
            let rules = yaml.root().map(hnet_yaml::Node::value);
            let rules = rules.as_ref().map_or(&[][..], |root| root.items_of("ingress"));
            for (at, rule) in rules.iter().enumerate() {
                tunnel(rule, at + 1 == rules.len(), &mut found);
            }
        }
        found.extend(attachments(cluster, repository, sources));
    }
    found
}

/// A rule of a tunnel, as cloudflared looks at it when it starts.
fn tunnel(rule: &Value, is_last: bool, found: &mut Vec<Diagnostic>) {
    let text = |key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default();
    let place = |key: &str| rule.get(key).map_or(rule.span, Value::written);
    let (hostname, service) = (text("hostname"), text("service"));
    let takes_all = matches!(hostname, "" | "*") && text("path").is_empty();
    let mut refused = |key: &str, title: String, help: &str| {
        let finding = Diagnostic::new(&codes::TUNNEL_REFUSED, title);
        found.push(error(finding.label(place(key), "cloudflared does not start with this").help(help)));
    };
    match (is_last, takes_all) {
        (true, false) => refused(
            "hostname",
            "the last rule of the tunnel does not take all requests".to_owned(),
            "end with a rule that has only a `service`, such as `http_status:404`",
        ),
        (false, true) => refused(
            "service",
            "a rule that takes all requests stands before others".to_owned(),
            "move it behind all others, or give it a `hostname`",
        ),
        _ => {}
    }
    let port = hostname.rsplit_once(':').map(|(_, port)| port);
    if port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())) {
        refused("hostname", format!("`{hostname}` has a port"), "leave the port out: the service has its own");
    }
    if hostname.rfind('*').is_some_and(|at| at > 0) {
        refused(
            "hostname",
            format!("`{hostname}` has its `*` elsewhere than first"),
            "write `*` for the first label only",
        );
    }
    let Some((scheme, rest)) = service.split_once("://").filter(|(scheme, _)| !scheme.starts_with("unix")) else {
        return;
    };
    if let Some((_, path)) = rest.split_once('/') {
        let title = format!("`{scheme}://…/{path}` leads to a path");
        refused("service", title, "leave the path out: a tunnel leads to a host and a port");
    }
}

/// The links that attachments are made to and that no node has: VLANs of a link that the nodes have, where nothing that is
/// said of Talos knows such a VLAN.
fn attachments(cluster: &Cluster, repository: &Repository, sources: &Sources) -> Vec<Diagnostic> {
    let is_applied = |form: TalosForm| repository.talos.iter().any(|own| own.is_preferred && own.form == form);
    let mut found = Vec::new();
    // Only of a talconfig it is known that its machines are whole.
    if !is_applied(TalosForm::Talhelper) || cluster.talos.is_empty() {
        return found;
    }
    let files: BTreeSet<_> = repository.talos.iter().map(|own| own.file).collect();
    // Without quotes and blanks, in which the ways to write the same differ.
    let lines: Vec<String> = files
        .iter()
        .flat_map(|file| sources.get(*file).text().lines())
        .map(|line| line.split(" #").next().unwrap_or(line))
        .filter(|line| !line.trim_start().starts_with('#'))
        .map(|line| line.chars().filter(|sign| !matches!(sign, '"' | '\'' | ' ' | '\t')).collect())
        .collect();
    let says = |words: &[String]| lines.iter().any(|line| words.iter().any(|word| has_word(line, word)));
    for document in cluster.of_kind("k8s.cni.cncf.io", "NetworkAttachmentDefinition") {
        let Some(config) = document.value.at(&["spec", "config"]).and_then(Value::text) else { continue };
        let yaml = config.yaml();
        let Some(root) = yaml.root().map(hnet_yaml::Node::value) else { continue };
        root.leaves(&mut |steps, leaf| {
            let Some(master) = leaf.as_str().filter(|_| steps.0.last() == Some(&Step::Key("master".into()))) else { return };
            let Some((parent, vlan)) = master.split_once('.').filter(|(_, vlan)| vlan.parse::<u16>().is_ok()) else { return };
            let of_vlan = [format!("vlanId:{vlan}"), format!("vlanID:{vlan}"), master.to_owned(), "{{".to_owned()];
            if says(&[format!("interface:{parent}")]) && !says(&of_vlan) {
                let finding = Diagnostic::new(&codes::LINK_OF_NO_NODE, format!("no node has the link `{master}`"))
                    .label(leaf.written(), format!("the nodes' `{parent}` has no VLAN {vlan}"))
                    .help("give the nodes the VLAN, or attach to a link that they have: pods that ask for this do not start");
                found.push(Diagnostic { severity: Severity::Warning, ..finding });
            }
        });
    }
    found
}

/// Whether a line has a word that is not the start or the end of another.
fn has_word(line: &str, word: &str) -> bool {
    let goes_on = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| {
        let is_whole = |edge: Option<char>, other: Option<char>| !(goes_on(edge) && goes_on(other));
        let (before, behind) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        is_whole(word.chars().next(), before) && is_whole(word.chars().next_back(), behind)
    })
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn a_number_is_not_the_start_of_another() {
        assert!(has_word("vlans:[{vlanId:107}]", "vlanId:107"));
        assert!(!has_word("vlans:[{vlanId:1070}]", "vlanId:107"));
        assert!(!has_word("name:xbond0.107", "bond0.107"));
        assert!(has_word("vlans:{{.Vlans}}", "{{"));
    }
}
