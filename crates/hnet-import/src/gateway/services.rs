//! The services that routes lead to, as far as they get a name: those that several routes lead to, and those of which
//! more must be said than where they are.

use hnet_model::Name;
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;
use indexmap::{IndexMap, IndexSet};

use super::outside::{Outside, outside};
use super::routes::route_kind;
use crate::objects::Object;
use crate::report::Unread;
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
    /// Those without pods.
    outside: Vec<Outside>,
    /// Why others without pods have no words.
    without_words: Vec<Unread>,
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
        for (at, route) in objects.iter().enumerate().filter(|(_, object)| route_kind(&object.kind).is_some()) {
            let own = route.namespace.as_deref().unwrap_or_default();
            let rules = route.value.at(&["spec", "rules"]).map(Value::items).unwrap_or_default();
            let filters = rules.iter().flat_map(|rule| rule.items_of("filters"));
            let mirrored = filters.filter_map(|filter| filter.at(&["requestMirror", "backendRef"]));
            let backends = rules.iter().flat_map(|rule| rule.items_of("backendRefs")).chain(mirrored);
            for backend in backends {
                let Some(address) = address_of(backend, own) else { continue };
                let namespace = backend.str_at(&["namespace"]).unwrap_or(own).to_owned();
                let used = used.entry(address).or_insert(Used { namespace, backend, by: IndexSet::new() });
                used.by.insert(at);
            }
        }
        let policies: Vec<usize> = (0..objects.len()).filter(|at| objects[*at].kind == "BackendTLSPolicy").collect();
        let (outside, without_words) = outside(objects);
        let mut services = Services { outside, without_words, ..Services::default() };
        services.name_outside(objects, &policies);
        for (address, used) in used {
            services.add(address, &used, objects, &policies);
        }
        services
    }

    /// Names those without pods. One of which a policy says how it is spoken to has no words.
    fn name_outside(&mut self, objects: &[Object], policies: &[usize]) {
        let mut all = std::mem::take(&mut self.outside);
        all.retain_mut(|own| {
            let is_of_policy = policies.iter().any(|at| is_about(&objects[*at], &own.namespace, &own.name));
            if is_of_policy {
                let why = "a BackendTLSPolicy says how it is spoken to";
                self.without_words.push(Unread::new(own.span, format!("`Service` {}: {why}", own.name)));
                return false;
            }
            let taken = |name: &String| self.names.values().any(|known| known == name);
            let candidates = [own.name.clone(), format!("{}-{}", own.namespace, own.name)];
            let Some(name) = candidates.into_iter().find(|name| Name::new(name).is_ok() && !taken(name)) else {
                return false;
            };
            if TLS_PORTS.contains(&own.port.text.as_str()) {
                own.fields.push(say::field("protocol", "http", own.span));
            }
            self.names.insert(own.address(), name.clone());
            own.own = name;
            true
        });
        self.outside = all;
    }

    /// Takes those without pods for services of the cluster that lead to what has these addresses already.
    pub(crate) fn leave_out(&mut self, is_taken: impl Fn(&str) -> bool) {
        let mut all = std::mem::take(&mut self.outside);
        all.retain(|own| {
            let Some(taken) = own.addresses.iter().find(|address| is_taken(&address.text)) else { return true };
            let why = format!("`{}` is the address of something else than a host", taken.text);
            self.without_words.push(Unread::new(own.span, format!("`Service` {}: {why}", own.name)));
            self.names.shift_remove(&own.address());
            false
        });
        self.outside = all;
    }

    /// Those without pods.
    pub(crate) fn outside(&self) -> &[Outside] {
        &self.outside
    }

    /// Why others without pods have no words.
    pub(crate) fn without_words(&self) -> &[Unread] {
        &self.without_words
    }

    fn add(&mut self, address: String, used: &Used<'_>, objects: &[Object], policies: &[usize]) {
        let (Some(name), Some(port)) = (used.backend.get("name").and_then(scalar), used.backend.str_at(&["port"]))
        else {
            return;
        };
        if self.names.contains_key(&address) {
            return;
        }
        let policy = policies.iter().copied().find(|at| is_about(&objects[*at], &used.namespace, &name.text));
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

/// Whether a policy says how a service is spoken to.
fn is_about(policy: &Object, namespace: &str, service: &str) -> bool {
    let targets = policy.value.at(&["spec", "targetRefs"]).map(Value::items).unwrap_or_default();
    policy.namespace.as_deref() == Some(namespace)
        && targets.iter().any(|target| target.str_at(&["name"]) == Some(service))
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
