//! Routes of HTTP: which names and conditions they take through which listeners, and where requests go.

use std::collections::BTreeSet;
use std::rc::Rc;

use hnet_diagnostics::{Span, is_slip};
use hnet_model::{NOT_KNOWN, Name};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use crate::gateways::{GROUP, may_make_gateway};
use crate::say;
use crate::say::words;
use crate::{COMPARED, Gateway, NoGateway, ROUTE, Reader};

/// Why something is not known, and its place.
pub(crate) type Cause = (Span, String);

/// How the texts of a route are read: as they are, or as a chart fills them.
pub(crate) type Read<'r> = &'r dyn Fn(&Value) -> Option<String>;

/// A route, wherever it stands.
pub(crate) struct Shape<'v> {
    /// What it is called.
    pub(crate) name: &'v str,
    /// Where that follows from.
    pub(crate) place: Span,
    /// Its namespace.
    pub(crate) namespace: &'v str,
    /// What holds its `hostnames`, `parentRefs` and `rules`.
    pub(crate) value: &'v Value,
    /// What holds for a rule.
    pub(crate) rules: Rules,
}

/// What is known of the rules of a route.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Rules {
    /// Those that stand under `rules`; a backend that is left out is the chart's to find.
    Listed { finds_backends: bool },
    /// Nothing.
    Unknown,
}

/// A condition in words.
struct Condition {
    fields: Vec<Statement>,
}

impl Reader<'_> {
    /// The routes that are objects.
    pub(crate) fn routes(&mut self) {
        // Gateways are others than the certificates before.
        self.left.set(COMPARED);
        for document in self.objects("gateway.networking.k8s.io", "HTTPRoute") {
            let Some(namespace) = self.namespace(document) else { continue };
            let value = &document.value;
            let Some(spec) = value.get("spec") else { continue };
            let place = value.at(&["metadata", "name"]).map_or(value.span, |name| name.span);
            let rules = Rules::Listed { finds_backends: false };
            let shape = Shape { name: document.name(), place, namespace: &namespace, value: spec, rules };
            let known = Rc::clone(&self.known);
            match self.route(&shape, &|value| known.text(value).map(str::to_owned)) {
                Ok(statement) => {
                    self.facts.statements.push(statement);
                    self.facts.counts.routes += 1;
                }
                Err((span, cause)) => self.unknown(span, cause),
            }
        }
    }

    /// A route as a statement.
    pub(crate) fn route(&mut self, shape: &Shape<'_>, read: Read<'_>) -> Result<Statement, Cause> {
        let Shape { name, place, namespace, value, rules } = shape;
        let own = self.name(ROUTE, name, namespace).ok_or((*place, format!("`{name}` is no name")))?;
        let mut fields = vec![self.unsaid("namespace", namespace)];
        let mut names = Vec::new();
        for hostname in value.items_of("hostnames") {
            let text = read(hostname).ok_or_else(|| unread(hostname, "a host name"))?;
            names.push(Word::said(&text, hostname.span));
        }
        if let Some(first) = names.first() {
            fields.push(words("hostname", first.span, names));
        }
        let mut through = Vec::new();
        for parent in value.items_of("parentRefs") {
            through.push(Word::said(&self.parent(parent, name, namespace, read)?, parent.span));
        }
        let first = through.first().map(|first| first.span).ok_or((*place, "a route names no parent".to_owned()))?;
        fields.push(words("through", first, through));
        match rules {
            Rules::Listed { finds_backends } => {
                let listed = value.items_of("rules");
                if listed.is_empty() {
                    fields.push(self.unsaid_backend());
                }
                for rule in listed {
                    self.rule(rule, namespace, *finds_backends, read, &mut fields);
                }
            }
            Rules::Unknown => fields.extend([self.unsaid_path(), self.unsaid_backend()]),
        }
        Ok(say::field("route", &own, *place).holding(fields))
    }

    /// What a parent is called in the statements.
    fn parent(&mut self, parent: &Value, route: &str, namespace: &str, read: Read<'_>) -> Result<String, Cause> {
        let text =
            |key: &str| parent.get(key).map(|value| read(value).ok_or_else(|| unread(value, "a parent"))).transpose();
        if text("kind")?.is_some_and(|kind| kind != "Gateway") {
            return Err((parent.span, "a parent that is no gateway".to_owned()));
        }
        let name = text("name")?.ok_or((parent.span, "a parent without a name".to_owned()))?;
        let namespace = text("namespace")?.unwrap_or_else(|| namespace.to_owned());
        let unseen = |what: &str| (parent.span, format!("gateway `{namespace}/{name}` {what}"));
        let named = (namespace.clone(), name.clone());
        let gateway = match self.beside.gateways.get(&named) {
            Some(Some(gateway)) => gateway,
            Some(None) => return Err(unseen("is not known whole")),
            None => {
                let meant = self.meant(&named);
                let span = parent.get("name").map_or(parent.span, |name| name.span);
                let none = meant.map(|meant| NoGateway { span, route: route.to_owned(), named, meant });
                self.facts.not_there.gateways.extend(none);
                return Err(unseen("is not among the objects"));
            }
        };
        let section = match (text("sectionName")?.filter(|own| !own.is_empty()), text("port")?) {
            (Some(section), _) => Some(section),
            (None, None) => None,
            (None, Some(port)) => {
                let of_port: Vec<_> = gateway.listeners.iter().filter(|(_, own)| *own == port).collect();
                let [(only, _)] = of_port.as_slice() else { return Err(unseen("is named by a port")) };
                Some(only.clone())
            }
        };
        let Gateway { name: own, others, .. } = gateway;
        match section {
            None => Ok(own.clone()),
            Some(section) if others.contains(&section) => Err(unseen(&format!("takes no HTTP at `{section}`"))),
            // Where there is no such listener the checker says so.
            Some(section) => Ok(format!("{own}/{section}")),
        }
    }

    /// The gateway that is meant by one that surely is not there: the only one of its name in another namespace, or the
    /// only one of its namespace that is called nearly so.
    fn meant(&self, (namespace, name): &(String, String)) -> Option<(String, String)> {
        let is_symbol = |text: &str| text.contains(['$', '{']);
        let may_be_made = self.makers().is_none_or(|makers| makers.contains(namespace.as_str()));
        if is_symbol(namespace) || is_symbol(name) || may_be_made {
            return None;
        }
        let (mut elsewhere, mut near) = (Vec::new(), Vec::new());
        for own @ (other_namespace, other) in self.beside.gateways.keys() {
            if !self.may_compare() || is_symbol(other_namespace) || is_symbol(other) {
                return None;
            }
            if other == name {
                elsewhere.push(own);
            } else if other_namespace == namespace && is_slip(name, other) {
                near.push(own);
            }
        }
        match (elsewhere.as_slice(), near.as_slice()) {
            ([only], _) | (_, [only]) => Some((*only).clone()),
            _ => None,
        }
    }

    /// The namespaces in which a chart may make a gateway; none where something else may make one anywhere.
    fn makers(&self) -> Option<&BTreeSet<&str>> {
        let found = self.makers.get_or_init(|| {
            let makers = self.cluster.releases.iter().filter(|own| may_make_gateway(own));
            let namespaces = makers.filter_map(|own| own.namespace.as_deref()).collect();
            (!self.cluster.may_hold_more(GROUP, "Gateway")).then_some(namespaces)
        });
        found.as_ref()
    }

    /// A rule as one or more, one for each condition, since words have one.
    fn rule(&self, rule: &Value, namespace: &str, finds_backends: bool, read: Read<'_>, fields: &mut Vec<Statement>) {
        let matches = rule.items_of("matches");
        let mut conditions: Vec<Condition> = matches.iter().map(|one| self.condition(one, read)).collect();
        if conditions.is_empty() {
            conditions.push(Condition { fields: Vec::new() });
        }
        let answers = self.answers(rule, namespace, finds_backends, read);
        for condition in conditions {
            let inner = condition.fields.into_iter().chain(answers.iter().cloned());
            fields.push(Statement::new("rule", rule.span).holding(inner));
        }
    }

    /// A condition; one that has no words is one that no other rule has.
    fn condition(&self, one: &Value, read: Read<'_>) -> Condition {
        let unknown = || Condition { fields: vec![self.unsaid_path()] };
        let mut fields = Vec::new();
        let known = ["path", "headers", "method"];
        if one.fields().any(|field| !known.contains(&field.key.as_str())) {
            return unknown();
        }
        if let Some(path) = one.get("path") {
            let kind = path.get("type").map_or(Some("PathPrefix".to_owned()), read);
            let value = path.get("value").map_or(Some("/".to_owned()), read);
            let word = match kind.as_deref() {
                Some("PathPrefix") => "path",
                Some("Exact") => "exact-path",
                _ => return unknown(),
            };
            let Some(value) = value.filter(|value| value.starts_with('/')) else { return unknown() };
            fields.push(say::field(word, &value, path.span));
        }
        if let Some(method) = one.get("method") {
            let Some(text) = read(method) else { return unknown() };
            fields.push(say::field("method", &text, method.span));
        }
        let mut headers = Vec::new();
        for header in one.items_of("headers") {
            let (name, value) = (header.get("name").and_then(read), header.get("value").and_then(read));
            let is_exact = header.str_at(&["type"]).is_none_or(|kind| kind == "Exact");
            let (Some(name), Some(value), true) = (name, value, is_exact) else { return unknown() };
            headers.push(Word::string(&format!("{name}: {value}"), header.span));
        }
        if let Some(first) = headers.first() {
            fields.push(words("header", first.span, headers));
        }
        Condition { fields }
    }

    /// What a rule does with a request.
    fn answers(&self, rule: &Value, namespace: &str, finds_backends: bool, read: Read<'_>) -> Vec<Statement> {
        let filters = rule.items_of("filters");
        let backends = rule.items_of("backendRefs");
        let mut said: Vec<Statement> = Vec::new();
        let redirect = filters.iter().find(|filter| filter.str_at(&["type"]) == Some("RequestRedirect"));
        if let Some(redirect) = redirect.and_then(|filter| filter.get("requestRedirect")) {
            let keys = ["scheme", "hostname", "statusCode"];
            let is_plain = redirect.fields().all(|field| keys.contains(&field.key.as_str()));
            let host = redirect.get("hostname").map(|host| (read(host), host.span));
            let is_https = redirect.str_at(&["scheme"]) == Some("https");
            match host {
                None if is_plain && is_https => said.push(say::field("redirect", "https", redirect.span)),
                Some((Some(host), span)) if is_plain && is_https => {
                    said.push(say::field("redirect", "https", redirect.span));
                    said.push(say::field("redirect-host", &host, span));
                }
                Some((Some(host), span)) if is_plain && redirect.get("scheme").is_none() => {
                    said.push(say::field("redirect-host", &host, span));
                }
                // What it redirects to has no words; that it answers is known.
                _ => return vec![self.unsaid_backend()],
            }
        }
        for backend in backends {
            let is_service = backend.str_at(&["kind"]).is_none_or(|kind| kind == "Service")
                && backend.str_at(&["group"]).is_none_or(str::is_empty);
            let text = |key: &str| backend.get(key).and_then(read);
            let (name, port) = (text("name"), text("port"));
            let namespace = backend.get("namespace").map_or(Some(namespace.to_owned()), read);
            let is_sound = |text: &Option<String>| text.as_deref().is_some_and(|text| Name::new(text).is_ok());
            let to = match (&name, &namespace, &port) {
                (Some(name), Some(namespace), Some(port)) if port.parse::<u16>().is_ok() && is_service => {
                    Some(format!("{namespace}/{name}:{port}")).filter(|_| is_sound(&Some(name.clone())))
                }
                _ => None,
            };
            let statement = match to {
                Some(to) => say::field("to", &to, backend.span),
                None => self.unsaid_backend(),
            };
            said.push(match text("weight").and_then(|weight| weight.parse::<u32>().ok()) {
                Some(weight) if weight != 1 => {
                    statement.holding([say::field("weight", &weight.to_string(), backend.span)])
                }
                _ => statement,
            });
        }
        if backends.is_empty() && redirect.is_none() && (finds_backends || !filters.is_empty()) {
            said.push(self.unsaid_backend());
        }
        said
    }

    /// A backend that is not known.
    fn unsaid_backend(&self) -> Statement {
        self.unsaid("to", &format!("{NOT_KNOWN}/{NOT_KNOWN}:80"))
    }

    /// A condition that is not known.
    fn unsaid_path(&self) -> Statement {
        // Each is one of its own, since two that are not known need not be equal.
        let number = self.unsaid_paths.get();
        self.unsaid_paths.set(number + 1);
        self.unsaid("exact-path", &format!("/{NOT_KNOWN}/{number}"))
    }
}

/// A text that is not known.
fn unread(value: &Value, what: &str) -> Cause {
    match value.as_str() {
        Some(text) => (value.span, format!("{what} is `{text}`")),
        None => (value.span, format!("{what} is no text")),
    }
}
