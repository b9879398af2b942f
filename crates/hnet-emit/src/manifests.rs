//! Kubernetes objects that the source writes out: they go into a folder of their own, one file for each kind.

use hnet_diagnostics::Origin;
use hnet_model::{Cluster, Part, RawYaml};

use crate::component::{Component, Thing, things};
use crate::place::Folder;
use crate::yaml::Node;

/// The objects that the source writes out.
#[derive(Debug)]
pub(crate) struct Manifests;

impl Component for Manifests {
    fn folder(&self) -> &'static str {
        "manifests"
    }

    fn after(&self) -> &'static [&'static str] {
        &["cilium", "coredns", "gateway", "cloudflared", "external-dns"]
    }

    fn holds(&self, cluster: &Cluster) -> Vec<Thing> {
        let first = cluster.manifests.first();
        things([(Part::Manifests, "objects that the source writes out", first.map(|raw| Origin::written(raw.span)))])
    }

    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
        let mut manifests: Vec<(String, &RawYaml)> =
            cluster.manifests.iter().map(|manifest| (file_name(&manifest.value), manifest)).collect();
        manifests.sort_by(|(one, _), (other, _)| one.cmp(other));
        for manifests in manifests.chunk_by(|(one, _), (next, _)| one == next) {
            let mut file = folder.objects(Part::Manifests, &manifests[0].0);
            for (_, raw) in manifests {
                file.add_node(&Node::from_raw(raw));
            }
            folder.insert(file);
        }
    }
}

/// The file of an object: its kind in lower case with hyphens, `network-policy.yaml`.
fn file_name(object: &serde_yaml::Value) -> String {
    let kind = object.get("kind").and_then(serde_yaml::Value::as_str).unwrap_or_default();
    let mut name = String::new();
    let mut before = ' ';
    let mut letters = kind.chars().filter(char::is_ascii_alphanumeric).peekable();
    while let Some(letter) = letters.next() {
        // A capital starts a word after a small letter, or as the last capital before one: `HTTPRoute`.
        let starts_word = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || letters.peek().is_some_and(char::is_ascii_lowercase));
        if starts_word && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
        before = letter;
    }
    if name.is_empty() || name == "kustomization" { "objects.yaml".to_owned() } else { format!("{name}.yaml") }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_kind_is_a_file_name() {
        let name = |kind: &str| file_name(&serde_yaml::from_str(&format!("kind: {kind}")).unwrap());
        assert_eq!(name("NetworkPolicy"), "network-policy.yaml");
        assert_eq!(name("HTTPRoute"), "http-route.yaml");
        assert_eq!(name("CiliumLoadBalancerIPPool"), "cilium-load-balancer-ip-pool.yaml");
        assert_eq!(name("../Kustomization"), "objects.yaml");
        assert_eq!(name("\"\""), "objects.yaml");
    }
}
