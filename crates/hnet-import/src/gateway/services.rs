//! The services that routes lead to, as far as they get a name: those that several routes lead to, and those of which
//! more must be said than where they are.

use hnet_model::Name;
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;
use indexmap::{IndexMap, IndexSet};

use crate::objects::Object;
use crate::say;
use crate::take::scalar;

/// The ports at which a service is taken to speak TLS.
const TLS_PORTS: [&str; 2] = ["443", "8443"];

/// Services with names of their own.
#[derive(Debug, Default)]
pub(crate) struct Services {
    /// Their names, by `namespace/name:port`.
    names: IndexMap<String, String>,
    /// Their statements, each with the policy that it is, by its number.
    pub(crate) statements: Vec<(Statement, Option<usize>)>,
}

/// A service that routes lead to.
struct Used<'o> {
    namespace: String,
    backend: &'o Value,
    by: IndexSet<usize>,
}

impl Services {
    /// The services of the routes among some objects.
    pub(crate) fn of(objects: &[Object]) -> Services {
        let mut used: IndexMap<String, Used<'_>> = IndexMap::new();
        for (at, route) in objects.iter().enumerate().filter(|(_, object)| object.kind == "HTTPRoute") {
            let own = route.namespace.as_deref().unwrap_or_default();
            let rules = route.value.at(&["spec", "rules"]).map(Value::items).unwrap_or_default();
            for backend in rules.iter().flat_map(|rule| rule.items_of("backendRefs")) {
                let Some(address) = address_of(backend, own) else { continue };
                let namespace = backend.str_at(&["namespace"]).unwrap_or(own).to_owned();
                let used = used.entry(address).or_insert(Used { namespace, backend, by: IndexSet::new() });
                used.by.insert(at);
            }
        }
        let policies: Vec<usize> = (0..objects.len()).filter(|at| objects[*at].kind == "BackendTLSPolicy").collect();
        let mut services = Services::default();
        for (address, used) in used {
            services.add(address, &used, objects, &policies);
        }
        services
    }

    fn add(&mut self, address: String, used: &Used<'_>, objects: &[Object], policies: &[usize]) {
        let (Some(name), Some(port)) = (used.backend.get("name").and_then(scalar), used.backend.str_at(&["port"]))
        else {
            return;
        };
        let policy = policies.iter().copied().find(|at| {
            let object = &objects[*at];
            let targets = object.value.at(&["spec", "targetRefs"]).map(Value::items).unwrap_or_default();
            object.namespace.as_deref() == Some(&used.namespace)
                && targets.iter().any(|target| target.str_at(&["name"]) == Some(&name.text))
        });
        let said = policy.and_then(|at| words_of(&objects[at], &name.text));
        let policy_said = policy.filter(|_| said.is_some());
        let mut fields = said.unwrap_or_default();
        if policy.is_none() && TLS_PORTS.contains(&port) {
            // Without a policy gateways speak to it as to any other.
            fields.push(say::field("protocol", "http", name.span));
        }
        if used.by.len() < 2 && fields.is_empty() {
            return;
        }
        let own = [name.text.clone(), format!("{}-{}", used.namespace, name.text), format!("{}-{port}", name.text)];
        let is_free = |own: &String| Name::new(own).is_ok() && !self.names.values().any(|known| known == own);
        let Some(own) = own.into_iter().find(is_free) else { return };
        let statement =
            say::field("service", &own, name.span).with(hnet_syntax::tree::Value::said(&address, name.span));
        let statement = if fields.is_empty() { statement } else { statement.holding(fields) };
        self.names.insert(address, own);
        self.statements.push((statement, policy_said));
    }

    /// What the service at `namespace/name:port` is called, where it has a name.
    pub(crate) fn at(&self, address: &str) -> Option<String> {
        self.names.get(address).cloned()
    }

    /// What a route says of a backend: the service's name, or where it is.
    pub(crate) fn said(&self, backend: &Value, own: &str) -> Option<String> {
        let address = address_of(backend, own)?;
        Some(self.names.get(&address).cloned().unwrap_or(address))
    }
}

/// Where a backend is, `namespace/name:port`, if it is a service whose place is known.
fn address_of(backend: &Value, own: &str) -> Option<String> {
    let is_service = backend.str_at(&["group"]).is_none_or(str::is_empty)
        && backend.str_at(&["kind"]).is_none_or(|kind| kind == "Service");
    let namespace = backend.str_at(&["namespace"]).unwrap_or(own);
    let (name, port) = (backend.str_at(&["name"])?, backend.str_at(&["port"])?);
    (is_service && !namespace.is_empty()).then(|| format!("{namespace}/{name}:{port}"))
}

/// What a policy says of how its service is spoken to, where the words say all of it.
fn words_of(policy: &Object, service: &str) -> Option<Vec<Statement>> {
    let text = |path: &[&str]| policy.value.at(path).and_then(scalar);
    let [target] = policy.value.at(&["spec", "targetRefs"])?.items() else { return None };
    if policy.name != service || policy.value.at(&["metadata", "labels"]).is_some() {
        return None;
    }
    let hostname = text(&["spec", "validation", "hostname"])?;
    let mut fields = vec![say::field("server-name", &hostname.text, hostname.span)];
    match policy.value.at(&["spec", "validation", "caCertificateRefs"]).map(Value::items).unwrap_or_default() {
        [] => {}
        [one] if one.str_at(&["kind"]) == Some("ConfigMap") => {
            let name = one.get("name").and_then(scalar)?;
            fields.push(say::field("ca-certificate", &name.text, name.span));
        }
        _ => return None,
    }
    if let Some(port) = target.get("sectionName").and_then(scalar) {
        fields.push(say::field("port-name", &port.text, port.span));
    }
    Some(fields)
}
