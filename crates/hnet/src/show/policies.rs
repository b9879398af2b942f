//! Who may talk to whom.

use hnet_model::{Cluster, Direction, End, Namespaces, Network, Policy, PolicyRule};

use super::Show;
use super::overlay::laid_over;

pub(super) fn policy(policy: &Policy, cluster: &Cluster, network: &Network) -> Show {
    let Policy {
        name,
        doc,
        kind,
        namespace,
        pods,
        nodes,
        denies_ingress,
        denies_egress,
        cluster_dns,
        rules,
        overlay,
        span,
    } = policy;
    let mut shown = Show::new("policy", &name.value, *span).doc(doc.as_ref());
    shown.each("kind", [kind], |kind| kind.word().to_owned());
    shown.maybe("namespace", namespace.as_ref());
    shown.list("pods", pods);
    shown.list("nodes", nodes);
    shown.flag("denies other ingress", denies_ingress);
    shown.flag("denies other egress", denies_egress);
    if cluster_dns.value {
        shown.flag("cluster dns", cluster_dns);
    }
    for rule in rules {
        rule_of(rule, cluster, network, &mut shown);
    }
    laid_over(overlay, &mut shown);
    shown
}

/// A rule as a line: its word with whom it names, and the ports.
fn rule_of(rule: &PolicyRule, cluster: &Cluster, network: &Network, shown: &mut Show) {
    let word = match (rule.direction, rule.denies) {
        (Direction::Ingress, false) => "from",
        (Direction::Ingress, true) => "deny from",
        (Direction::Egress, false) => "to",
        (Direction::Egress, true) => "deny to",
    };
    let ends: Vec<String> = rule.ends.iter().map(|end| said(&end.value, cluster, network)).collect();
    let mut text = if ends.is_empty() { "anybody".to_owned() } else { ends.join(", ") };
    let list = |words: Vec<String>| words.join(", ");
    for (before, words) in [
        ("except", rule.except.iter().map(|it| it.value.clone()).collect::<Vec<_>>()),
        ("port", rule.ports.iter().map(|it| it.value.to_string()).collect()),
        ("icmp", rule.icmp.iter().map(|it| it.value.to_string()).collect()),
        ("asking for", rule.dns.iter().map(|it| it.value.clone()).collect()),
    ] {
        if !words.is_empty() {
            text.push_str(&format!(" {before} {}", list(words)));
        }
    }
    shown.texts(word, vec![(text, hnet_model::Origin::written(rule.span))]);
}

fn said(end: &End, cluster: &Cluster, network: &Network) -> String {
    let unknown = || "?".to_owned();
    match end {
        End::Entity(entity) => entity.word().to_owned(),
        End::Pods(pods) => {
            let mut text = "pods".to_owned();
            if !pods.terms.is_empty() {
                let terms: Vec<String> = pods.terms.iter().map(|term| term.value.to_string()).collect();
                text.push_str(&format!(" {}", terms.join(", ")));
            }
            match &pods.namespaces {
                Namespaces::Own => {}
                Namespaces::Any(_) => text.push_str(" of any namespace"),
                Namespaces::Named(names) => {
                    let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
                    text.push_str(&format!(" of {}", names.join(", ")));
                }
            }
            text
        }
        End::Gateway(id) => {
            cluster.gateways.get(id.0).map_or_else(unknown, |gateway| format!("gateway {}", gateway.name.value))
        }
        End::Tunnel(id) => {
            cluster.tunnels.get(id.0).map_or_else(unknown, |tunnel| format!("tunnel {}", tunnel.name.value))
        }
        End::Subnet(id) => {
            network.subnets.get(id.0).map_or_else(unknown, |subnet| format!("subnet {}", subnet.name.value))
        }
        End::Prefixes(prefixes) => prefixes.join(", "),
        End::CidrGroup(name) => format!("group {name}"),
        End::Name(name) => name.clone(),
        End::Service { namespace, name } => format!("service {namespace}/{name}"),
    }
}
