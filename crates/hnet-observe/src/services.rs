//! Services: their ports, and the addresses that they ask a load balancer for. Also those in the values of `app-template`.
//! And what others refer to by its name alone: namespaces, issuers, secret stores.

use std::rc::Rc;

use hnet_diagnostics::Span;
use hnet_model::Name;
use hnet_repository::{Document, Release};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use crate::Reader;
use crate::charts::{APP_TEMPLATE, enabled, filled};
use crate::routes::Read;
use crate::say;
use crate::say::words;
use hnet_manifests::versions::gateway_services::{CLASSES, OF_ADDRESSES};

/// A service, wherever it stands.
struct Shape<'v> {
    name: &'v str,
    place: Span,
    namespace: &'v str,
    /// Whether a load balancer gives it an address.
    is_balanced: bool,
    /// The class of the load balancer.
    class: Option<&'v Value>,
    annotations: Option<&'v Value>,
    /// The one address that the object itself asks for.
    address: Option<&'v Value>,
    /// Its ports; none where they are not known.
    ports: Option<Vec<(String, Span)>>,
}

impl Reader<'_> {
    /// The services that are objects, and those in the values of charts.
    pub(crate) fn services(&mut self) {
        let known = Rc::clone(&self.known);
        for document in self.objects("", "Service") {
            let (Some(namespace), Some(spec)) = (self.namespace(document), document.value.get("spec")) else {
                continue;
            };
            let place = document.value.at(&["metadata", "name"]).map_or(document.value.span, |name| name.span);
            let ports = spec.items_of("ports").iter().map(|port| {
                let port = port.get("port")?;
                Some((known.plain(port)?.to_owned(), port.span))
            });
            let kind = spec.str_at(&["type"]).unwrap_or("ClusterIP");
            let shape = Shape {
                name: document.name(),
                place,
                namespace: &namespace,
                is_balanced: kind == "LoadBalancer",
                class: spec.get("loadBalancerClass"),
                annotations: document.value.at(&["metadata", "annotations"]),
                address: spec.get("loadBalancerIP"),
                ports: ports.collect::<Option<Vec<_>>>().filter(|_| kind != "ExternalName"),
            };
            self.service(&shape, &|value| known.text(value).map(str::to_owned));
        }
        let cluster = self.cluster;
        for release in cluster.releases.iter().filter(|release| release.chart == APP_TEMPLATE) {
            let Some(namespace) = release.namespace.as_deref().filter(|own| Name::new(own).is_ok()) else { continue };
            self.services_of(release, namespace);
        }
    }

    /// The services of a release of `app-template`, by its own rules of names and ports.
    fn services_of(&mut self, release: &Release, namespace: &str) {
        let known = Rc::clone(&self.known);
        let read = |value: &Value| filled(release, value.as_str()?).filter(|text| known.is_one(text));
        let values = &release.values;
        let overridden = ["nameOverride", "fullnameOverride"];
        let is_renamed =
            overridden.iter().any(|key| values.at(&["global", key]).is_some() || values.get(key).is_some());
        let Some(items) = values.get("service").and_then(enabled).filter(|_| !is_renamed) else { return };
        for field in &items {
            let value = &field.value;
            if ["forceRename", "prefix", "suffix", "nameOverride"].iter().any(|key| value.get(key).is_some()) {
                continue;
            }
            let name = match items.len() {
                1 => release.name.to_string(),
                _ => format!("{}-{}", release.name, field.key.as_str()),
            };
            let ports = value.get("ports").and_then(enabled).and_then(|ports| {
                let port = |port: &&hnet_yaml::Field| {
                    let port = port.value.get("port")?;
                    Some((read(port).filter(|text| text.parse::<u16>().is_ok())?, port.span))
                };
                ports.iter().map(port).collect::<Option<Vec<_>>>()
            });
            let shape = Shape {
                name: &name,
                place: field.key.span(),
                namespace,
                is_balanced: value.str_at(&["type"]) == Some("LoadBalancer"),
                class: value.get("loadBalancerClass"),
                annotations: value.get("annotations"),
                address: value.get("loadBalancerIP"),
                ports,
            };
            self.service(&shape, &read);
        }
    }

    fn service(&mut self, shape: &Shape<'_>, read: Read<'_>) {
        let Shape { name, place, namespace, is_balanced, class, annotations, address, ports } = shape;
        let key = (namespace.to_string(), name.to_string());
        if Name::new(name).is_err() || !self.seen_services.insert(key) {
            return;
        }
        let mut fields: Vec<Statement> = Vec::new();
        if *is_balanced {
            let mut said = Vec::new();
            // Of a service of another class Cilium reads nothing.
            let is_ciliums = |class: &&Value| class.as_str().is_some_and(|class| CLASSES.contains(&class));
            let is_read = class.filter(|class| !class.is_null()).as_ref().is_none_or(is_ciliums);
            for field in annotations.iter().filter(|_| is_read).flat_map(|all| all.fields()) {
                if !OF_ADDRESSES.contains(&field.key.as_str()) {
                    continue;
                }
                let Some(text) = read(&field.value) else {
                    self.unknown(field.value.span, "which address a service asks for");
                    return;
                };
                said.push(Word::said(&format!("{}={text}", field.key.as_str()), field.value.span));
            }
            if let Some(first) = said.first() {
                fields.push(words("annotations", first.span, said));
            }
            if let Some(address) = address.filter(|address| !address.is_null()) {
                let Some(text) = read(address) else {
                    self.unknown(address.span, "which address a service asks for");
                    return;
                };
                fields.push(say::field("addresses", &text, address.span));
            }
            self.facts.counts.balanced += usize::from(!fields.is_empty());
        }
        if let Some(ports) = ports.as_ref().filter(|ports| !ports.is_empty()) {
            let said = ports.iter().map(|(port, span)| Word::said(port, *span)).collect();
            fields.push(words("ports", ports[0].1, said));
        }
        if fields.is_empty() {
            return;
        }
        let Some(own) = self.label("service", name, namespace) else { return };
        let full = Word::said(&format!("{namespace}/{name}"), *place);
        self.facts.statements.push(say::field("service", &own, *place).with(full).holding(fields));
    }

    /// What others refer to by name alone.
    pub(crate) fn named(&mut self) {
        let place = |document: &Document| {
            document.value.at(&["metadata", "name"]).map_or(document.value.span, |name| name.span)
        };
        for document in self.objects("", "Namespace") {
            if let Some(own) = self.name("namespace", document.name(), "namespace") {
                self.facts.statements.push(say::field("namespace", &own, place(document)));
            }
        }
        for (group, kind, word) in [
            ("cert-manager.io", "ClusterIssuer", "certificate-issuer"),
            ("cert-manager.io", "Issuer", "certificate-issuer"),
            ("external-secrets.io", "ClusterSecretStore", "secret-store"),
            ("external-secrets.io", "SecretStore", "secret-store"),
        ] {
            for document in self.objects(group, kind) {
                if let Some(own) = self.name(word, document.name(), kind) {
                    let statement = say::field(word, &own, place(document));
                    self.facts.statements.push(statement.holding([say::field("kind", kind, place(document))]));
                }
            }
        }
    }
}
