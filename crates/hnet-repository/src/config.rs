//! Configurations of other programs that stand as texts in objects and values: of cloudflared and of CoreDNS.

use hnet_yaml::{Node, Text, Value};

use crate::document::Document;
use crate::release::Release;

/// What a configuration is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigKind {
    /// cloudflared: YAML with `ingress`, whose last rule answers by itself.
    Cloudflared,
    /// The Corefile of the cluster's DNS.
    Corefile,
    /// A part that the Corefile of the cluster's DNS takes in: server blocks, or plugins of a block.
    CorefilePart,
}

/// A configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// What it is of.
    pub kind: ConfigKind,
    /// Its text, whose parts have their places.
    pub text: Text,
    /// Who holds it.
    pub holder: Holder,
}

/// Who holds a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The object of that number among those of the cluster.
    Document(usize),
    /// The chart of that number among those of the cluster.
    Release(usize),
}

/// The configurations of a cluster.
pub(crate) fn find(documents: &[Document], releases: &[Release]) -> Vec<Config> {
    let mut all = Vec::new();
    for (at, document) in documents.iter().enumerate().filter(|(_, document)| document.kind() == "ConfigMap") {
        let is_dns = document.namespace.as_deref() == Some("kube-system");
        for field in document.value.get("data").into_iter().flat_map(Value::fields) {
            let Some(text) = field.value.text() else { continue };
            let is_part = field.key.ends_with(".server") || field.key.ends_with(".override");
            let kind = match (document.name(), field.key.as_str()) {
                ("coredns", "Corefile") if is_dns => ConfigKind::Corefile,
                ("coredns-custom", _) if is_dns && is_part => ConfigKind::CorefilePart,
                _ if is_cloudflared(text) => ConfigKind::Cloudflared,
                _ => continue,
            };
            all.push(Config { kind, text: text.clone(), holder: Holder::Document(at) });
        }
    }
    for (at, release) in releases.iter().enumerate() {
        release.values.leaves(&mut |_, leaf| {
            if let Some(text) = leaf.text().filter(|text| is_cloudflared(text)) {
                let (kind, holder) = (ConfigKind::Cloudflared, Holder::Release(at));
                all.push(Config { kind, text: text.clone(), holder });
            }
        });
    }
    all
}

fn is_cloudflared(text: &Text) -> bool {
    // Few texts hold both words, and only those are read.
    let is_of_tunnel = text.contains("http_status:") || text.contains("credentials-file");
    if !text.contains("ingress") || !is_of_tunnel {
        return false;
    }
    let yaml = text.yaml();
    let Some(root) = yaml.root() else { return false };
    let service = |rule: Node<'_>| rule.get("service").and_then(Node::as_str).map(str::to_owned);
    let rules = || root.get("ingress").into_iter().flat_map(Node::items);
    let answers = rules().filter_map(service).any(|service| service.starts_with("http_status:"));
    // One that forgets the last rule has the name of a tunnel.
    answers || root.get("tunnel").is_some() && rules().all(|rule| service(rule).is_some()) && rules().next().is_some()
}
