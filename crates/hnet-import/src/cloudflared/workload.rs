//! What runs a tunnel's connector: a chart, a Deployment or a DaemonSet.

use hnet_diagnostics::Span;
use hnet_repository::{Cluster, Config, Document, Holder, Release};
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;

use crate::say;
use crate::take::{Said, scalar};

/// What runs a connector.
#[derive(Default)]
pub(super) struct Workload<'c> {
    /// What it is called, or else what holds the configuration.
    pub(super) name: String,
    /// Its namespace.
    pub(super) namespace: Option<String>,
    /// The chart that it comes from.
    pub(super) release: Option<&'c Release>,
    /// The id of the tunnel, where the connector is told it.
    pub(super) id: Option<Said>,
    version: Option<Said>,
    replicas: Option<Said>,
    daemon_set: Option<Span>,
}

impl<'c> Workload<'c> {
    /// What runs the connector that reads a configuration: the chart that holds it, or the only one in its namespace.
    pub(super) fn of(cluster: &'c Cluster, config: &Config) -> Workload<'c> {
        let (name, namespace) = match config.holder {
            Holder::Release(at) => {
                let Some(release) = cluster.releases.get(at) else { return Workload::default() };
                return Workload::of_chart(release);
            }
            Holder::Document(at) => {
                let Some(map) = cluster.documents.get(at) else { return Workload::default() };
                (map.name().to_owned(), map.namespace.as_ref().map(ToString::to_string))
            }
        };
        let is_here = |other: Option<&str>| namespace.is_some() && other == namespace.as_deref();
        let mut charts =
            cluster.releases.iter().filter(|one| is_here(one.namespace.as_deref()) && image(&one.values).is_some());
        let kinds = ["Deployment", "DaemonSet"];
        let is_one = |one: &&Document| {
            kinds.contains(&one.kind()) && is_here(one.namespace.as_deref()) && container(&one.value).is_some()
        };
        let mut plain = cluster.documents.iter().filter(is_one);
        match (charts.next(), charts.next(), plain.next(), plain.next()) {
            (Some(release), None, None, None) => Workload { namespace, ..Workload::of_chart(release) },
            (None, None, Some(object), None) => Workload { namespace, ..Workload::of_object(object) },
            _ => Workload { name, namespace, ..Workload::default() },
        }
    }

    fn of_chart(release: &'c Release) -> Workload<'c> {
        let values = &release.values;
        let version = image(values).and_then(|image| scalar(image.get("tag")?));
        let controllers = values.get("controllers").into_iter().flat_map(Value::fields);
        let own = controllers.map(|field| &field.value).find(|own| image(own).is_some());
        let replicas = own.and_then(|own| own.get("replicas")).or_else(|| values.get("replicaCount"));
        let kind = own.and_then(|own| own.get("type")).filter(|kind| kind.as_str() == Some("daemonset"));
        Workload {
            name: release.name.to_string(),
            namespace: release.namespace.as_ref().map(ToString::to_string),
            release: Some(release),
            id: find(values, "TUNNEL_ID"),
            version,
            replicas: replicas.and_then(scalar),
            daemon_set: kind.map(|kind| kind.span),
        }
    }

    fn of_object(object: &Document) -> Workload<'c> {
        let version = container(&object.value).and_then(|container| {
            let image = scalar(container.get("image")?)?;
            let (_, tag) = image.text.split_once(':')?;
            Some(Said { text: tag.to_owned(), ..image.clone() })
        });
        Workload {
            name: object.name().to_owned(),
            namespace: object.namespace.as_ref().map(ToString::to_string),
            version,
            replicas: object.value.at(&["spec", "replicas"]).and_then(scalar),
            daemon_set: (object.kind() == "DaemonSet").then_some(object.value.span),
            ..Workload::default()
        }
    }

    /// It in words, as far as it is known.
    pub(super) fn statements(&self) -> Vec<Statement> {
        let mut fields = Vec::new();
        if let Some(version) = &self.version {
            let text = version.text.split('@').next().unwrap_or_default();
            let is_version = text.split('.').count() == 3 && text.split('.').all(|part| part.parse::<u32>().is_ok());
            fields.extend(is_version.then(|| say::field("version", text, version.span)));
        }
        if let Some(span) = self.daemon_set {
            fields.push(say::field("run", "daemon-set", span));
        } else if let Some(replicas) = self.replicas.as_ref().filter(|count| count.text.parse::<u32>().is_ok()) {
            fields.push(say::field("replicas", &replicas.text, replicas.span));
        }
        fields
    }
}

/// The image of a connector among some values.
fn image(value: &Value) -> Option<&Value> {
    let is_it = |text: &str| text.rsplit('/').next() == Some("cloudflared");
    if value.str_at(&["repository"]).is_some_and(is_it) {
        return Some(value);
    }
    value.fields().find_map(|field| image(&field.value))
}

/// The container of a connector in a workload.
fn container(object: &Value) -> Option<&Value> {
    let containers = object.at(&["spec", "template", "spec", "containers"])?.items();
    let name =
        |image: &str| image.split(['@', ':']).next().unwrap_or_default().rsplit('/').next() == Some("cloudflared");
    containers.iter().find(|container| container.str_at(&["image"]).is_some_and(name))
}

/// A text behind a key, wherever it stands.
fn find(value: &Value, key: &str) -> Option<Said> {
    let own = value.get(key).and_then(scalar);
    own.or_else(|| value.fields().find_map(|field| find(&field.value, key)))
}
