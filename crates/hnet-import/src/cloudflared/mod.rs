//! Cloudflare tunnels that run already. The other way is `hnet-emit/src/cloudflared/`.
//!
//! What runs a connector stays whose it is, mostly a chart's: hnet would run a second one. So a tunnel is said in
//! `existing`, with what it publishes, as far as its configuration stands in the repository. Start at [`tunnels`].

mod rules;
mod workload;

use std::collections::BTreeSet;

use hnet_diagnostics::Span;
use hnet_model::Name;
use hnet_repository::{Cluster, Config, ConfigKind, Holder};
use hnet_syntax::tree::Statement;
use hnet_yaml::{Text, Value};

use crate::gateway::{NOWHERE, Names};
use crate::kubernetes::Content;
use crate::report::{Report, Unread};
use crate::say::{self, Piece};
use crate::take::{leaves, scalar};
use crate::there::{Meant, Of};

pub(crate) use rules::{Rule, read};
use rules::{Target, publish};
use workload::Workload;

/// What tunnels are counted under.
const KIND: &str = "cloudflared";

/// What hnet calls the objects of a connector, and its namespace, where a source does not say.
const DEFAULT: &str = "cloudflared";

/// The tunnels of a cluster whose configuration is known, as statements of what exists.
pub(crate) fn tunnels(cluster: &Cluster, names: &Names, report: &mut Report) -> Vec<Content> {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let (mut all, mut stores): (Vec<Content>, Vec<Statement>) = (Vec::new(), Vec::new());
    for config in cluster.configs.iter().filter(|config| config.kind == ConfigKind::Cloudflared) {
        if seen.insert(config.text.span())
            && let Some((tunnel, store)) = tunnel(cluster, config, names, &mut taken, report)
        {
            all.push(tunnel);
            stores.extend(store);
        }
    }
    let name = |store: &Statement| store.arguments.first().map(|name| name.value.text.clone());
    stores.dedup_by_key(|store| name(store));
    stores.into_iter().map(|store| Content::helping(store, KIND)).chain(all).collect()
}

fn tunnel(
    cluster: &Cluster,
    config: &Config,
    names: &Names,
    taken: &mut BTreeSet<String>,
    report: &mut Report,
) -> Option<(Content, Option<Statement>)> {
    let place = config.text.span();
    let workload = Workload::of(cluster, config);
    let mut value = config.text.yaml().root()?.value();
    if let Some(release) = workload.release {
        // The values of a chart are templates as well.
        value.scalars_mut(&mut |text, _| {
            if let Some(filled) = text.contains("{{").then(|| hnet_observe::filled(release, text)).flatten() {
                *text = Text::at(filled, text.span());
            }
        });
    }
    let all = leaves(&value);
    let stays = |why: &str, report: &mut Report| {
        report.stays_yaml(place, format!("cloudflared's configuration: {why}"));
        report.of(KIND).unread += all;
    };
    let Some(namespace) = workload.namespace.clone() else {
        stays(NOWHERE, report);
        return None;
    };
    let (kept, left) = rules::all(&value, &namespace);
    let Some(name) = name(&workload.name, taken) else {
        stays("another tunnel has its name", report);
        return None;
    };
    if kept.is_empty() {
        report.as_yaml.extend(left);
        stays("nothing that it publishes has words", report);
        return None;
    }
    let mut fields = head(&workload, &value, config, cluster, &namespace, place);
    let store = credentials(cluster, &namespace, &workload.name);
    fields.extend(store.iter().flat_map(|(_, fields)| fields.clone()));
    let listener = |target: &Target| listener(cluster, names, target);
    fields.extend(publish(&kept, &|target| names.services.at(&target.to_string()), &listener));
    let said = say::field("tunnel", &name, place).holding(fields);
    let id = usize::from(value.get("tunnel").is_some() && said.statements().iter().any(|one| one.keyword.text == "id"));
    let count = rules::fields(&value, &kept) + id;
    let value_of = |word: &str| {
        let field = said.statements().iter().find(|field| field.keyword.text == word);
        Some(field?.arguments.first()?.value.text.to_string())
    };
    let map = value_of("config-map").unwrap_or_else(|| workload.name.clone());
    let secret = value_of("secret").unwrap_or_else(|| format!("{}-credentials", workload.name));
    let names = [map, workload.name.clone(), secret];
    let meant = Meant { of: Of::Tunnel { namespace, names, rules: kept }, left };
    let mut content = Content::there(Piece::new(said, count), KIND, Some(meant));
    content.laid = all.saturating_sub(count);
    Some((content, store.map(|(store, _)| store)))
}

/// What a tunnel is called: as what runs it.
fn name(wanted: &str, taken: &mut BTreeSet<String>) -> Option<String> {
    (Name::new(wanted).is_ok() && taken.insert(wanted.to_owned())).then(|| wanted.to_owned())
}

/// Which tunnel it is, and what runs its connector.
fn head(
    workload: &Workload<'_>,
    value: &Value,
    config: &Config,
    cluster: &Cluster,
    namespace: &str,
    place: Span,
) -> Vec<Statement> {
    let mut fields = Vec::new();
    let is_id = |text: &str| text.contains("${") || hnet_language::values::uuid(text).is_ok();
    let id = value.get("tunnel").and_then(scalar).or_else(|| workload.id.clone()).filter(|id| is_id(&id.text));
    fields.extend(id.map(|id| say::field("id", &id.text, id.span)));
    if workload.name != DEFAULT {
        fields.push(say::field("connector", &workload.name, place));
    }
    if namespace != DEFAULT {
        fields.push(say::field("namespace", namespace, place));
    }
    if let Holder::Document(at) = config.holder
        && let Some(map) = cluster.documents.get(at).map(hnet_repository::Document::name)
        && map != workload.name
        && Name::new(map).is_ok()
    {
        fields.push(say::field("config-map", map, place));
    }
    fields.extend(workload.statements());
    fields
}

/// Where External Secrets takes the credentials of a connector from: the store, and what a tunnel says of it.
fn credentials(cluster: &Cluster, namespace: &str, connector: &str) -> Option<(Statement, Vec<Statement>)> {
    let secrets = cluster.of_kind("external-secrets.io", "ExternalSecret");
    let mut found = secrets.filter(|one| one.namespace.as_deref() == Some(namespace)).filter_map(|one| {
        let spec = one.value.get("spec")?;
        let [data] = spec.items_of("data") else { return None };
        let is_it = data.str_at(&["secretKey"]) == Some("credentials.json")
            && spec.get("dataFrom").is_none()
            && spec.at(&["target", "template"]).is_none();
        let key = data.at(&["remoteRef", "key"]).and_then(scalar).filter(|_| is_it)?;
        let property = data.str_at(&["remoteRef", "property"]).map_or_else(String::new, |own| format!("#{own}"));
        let store = spec.at(&["secretStoreRef", "name"]).and_then(scalar)?;
        let kind = spec.str_at(&["secretStoreRef", "kind"]).unwrap_or("SecretStore");
        let named = format!("{}/{}{property}", store.text, key.text);
        let mut fields = vec![say::field("credentials", &named, key.span)];
        let target =
            spec.at(&["target", "name"]).and_then(scalar).map_or_else(|| one.name().to_owned(), |own| own.text);
        if target != format!("{connector}-credentials") {
            fields.push(say::field("secret", &target, key.span));
        }
        let kind = say::field("kind", kind, store.span);
        Some((say::field("secret-store", &store.text, store.span).holding([kind]).apart(), fields))
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The listener of a gateway that a service is Cilium's of, where it is one in words and only one has that port.
fn listener(cluster: &Cluster, names: &Names, target: &Target) -> Option<String> {
    let own = target.service.strip_prefix("cilium-gateway-")?;
    let gateway = names.gateways.get(&(target.namespace.clone(), own.to_owned()))?;
    let object = cluster
        .of_kind("gateway.networking.k8s.io", "Gateway")
        .find(|object| object.name() == own && object.namespace.as_deref() == Some(&target.namespace))?;
    let listeners = object.value.at(&["spec", "listeners"])?.items();
    let mut of_port = listeners.iter().filter(|listener| listener.str_at(&["port"]) == Some(&target.port.to_string()));
    let (first, others) = (of_port.next()?, of_port.next());
    let name = first.str_at(&["name"]).filter(|_| others.is_none())?;
    Some(format!("{gateway}/{name}"))
}

/// Why a part of a configuration stays where it is.
fn stays(span: Span, why: impl std::fmt::Display) -> Unread {
    Unread::new(span, format!("cloudflared's configuration: {why}"))
}
