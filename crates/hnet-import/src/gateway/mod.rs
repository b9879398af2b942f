//! Gateways, certificates and routes. The other way is `hnet-emit/src/gateway/`.

mod certificates;
mod envoy;
mod issuers;
mod outside;
mod routes;
mod services;

use hnet_language::values::subdomain;
use hnet_manifests::versions::gateway_services;
use hnet_model::{ListenerProtocol, Name};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;
use indexmap::IndexMap;

use crate::objects::Object;
use crate::say;
use crate::take::{Said, is_said, scalar, take, take_pairs, take_text, take_texts, texts};
use crate::wires::Wires;

pub(crate) use envoy::envoy;
pub(crate) use issuers::{issuer, others};
pub(crate) use outside::leaves_of;
pub(crate) use routes::{route, route_kind};
pub(crate) use services::Services;

/// The names of the language by what they stand for: a kind has each once, while Kubernetes has one in each namespace.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Gateways by namespace and name.
    pub(crate) gateways: IndexMap<(String, String), String>,
    /// Certificates by the namespace and name of their secret.
    pub(crate) certificates: IndexMap<(String, String), String>,
    /// Those that are issued, by the namespace and name of their object.
    issued: IndexMap<(String, String), String>,
    /// Services with names of their own.
    pub(crate) services: Services,
    /// The first namespace of a gateway that presents a certificate, by the namespace and name of its secret.
    presented: IndexMap<(String, String), String>,
    /// Statements of secrets that hold certificates which no words issue: what they cover is known all the same.
    pub(crate) secrets: Vec<Statement>,
}

impl Names {
    /// Gathers what gateways and certificates are called. Of two of one name the second is not said in words.
    pub(crate) fn of(objects: &[Object]) -> Names {
        let mut names = Names { services: Services::of(objects), ..Names::default() };
        for object in objects {
            let key = |name: &str| (object.namespace.clone().unwrap_or_default(), name.to_owned());
            match object.kind.as_str() {
                "Gateway" if !names.gateways.values().any(|known| *known == object.name) => {
                    names.gateways.insert(key(&object.name), object.name.clone());
                }
                _ => {}
            }
        }
        // Whoever can be called as the object is goes first.
        let certificates = || objects.iter().filter(|object| object.kind == "Certificate");
        certificates().filter(|it| Name::new(&it.name).is_ok()).for_each(|it| names.add_issued(it));
        certificates().for_each(|it| names.add_issued(it));
        names.find_secrets(objects);
        names
    }

    /// Gives a certificate a name, unless another fills its secret or no words can name its object.
    fn add_issued(&mut self, object: &Object) {
        let namespace = object.namespace.clone().unwrap_or_default();
        let secret = object.value.str_at(&["spec", "secretName"]).unwrap_or(&object.name);
        let secret = (namespace.clone(), secret.to_owned());
        let is_sayable = subdomain(&object.name).is_ok() && subdomain(&secret.1).is_ok();
        if self.certificates.contains_key(&secret) || !is_sayable {
            return;
        }
        let Some(name) = self.free_name(&namespace, &object.name) else { return };
        self.certificates.insert(secret, name.clone());
        self.issued.insert((namespace, object.name.clone()), name);
    }

    /// What a certificate may be called after its object or secret: no other has that name.
    fn free_name(&self, namespace: &str, object: &str) -> Option<String> {
        let is_free = |name: &String| Name::new(name).is_ok() && !self.certificates.values().any(|known| known == name);
        let known = without_symbols(object);
        let with_namespace = format!("{namespace}-{known}");
        [object.to_owned(), known, with_namespace].into_iter().find(is_free)
    }

    /// Says of the secrets that gateways present and no certificate here fills what they cover: what the certificate
    /// covers whose secret of that name is copied from another namespace, or else what the listener takes.
    fn find_secrets(&mut self, objects: &[Object]) {
        for gateway in objects.iter().filter(|object| object.kind == "Gateway") {
            let Some(own) = &gateway.namespace else { continue };
            for listener in gateway.value.at(&["spec", "listeners"]).map(Value::items).unwrap_or_default() {
                let refs = listener.at(&["tls", "certificateRefs"]).map(Value::items).unwrap_or_default();
                for reference in refs {
                    let Some(secret) = reference.get("name").and_then(scalar) else { continue };
                    let namespace = reference.str_at(&["namespace"]).unwrap_or(own).to_owned();
                    let key = (namespace.clone(), secret.text.clone());
                    self.presented.entry(key).or_insert_with(|| own.clone());
                    let is_known = self.certificates.contains_key(&(namespace.clone(), secret.text.clone()));
                    if is_known {
                        continue;
                    }
                    let issued = objects.iter().filter(|object| object.kind == "Certificate");
                    let mut issued =
                        issued.filter(|object| object.value.str_at(&["spec", "secretName"]) == Some(&*secret.text));
                    let covered = issued.find_map(|object| object.value.at(&["spec", "dnsNames"]).and_then(texts));
                    let is_sure = covered.is_some();
                    let of_listener = || listener.get("hostname").and_then(scalar).map(|host| vec![host]);
                    let of_routes = || Some(hosts_through(objects, gateway));
                    let Some(covered) =
                        covered.or_else(of_listener).or_else(of_routes).filter(|names| !names.is_empty())
                    else {
                        continue;
                    };
                    self.add_secret(&secret, namespace, &covered, is_sure);
                }
            }
        }
    }

    /// Whether the first gateway that presents a certificate is in the namespace of the certificate.
    fn is_presented_at_home(&self, object: &Object, secret: &str) -> bool {
        let Some(namespace) = &object.namespace else { return false };
        self.presented.get(&(namespace.clone(), secret.to_owned())) == Some(namespace)
    }

    fn add_secret(&mut self, secret: &Said, namespace: String, covered: &[Said], is_sure: bool) {
        let name = self.free_name(&namespace, &secret.text).filter(|_| subdomain(&secret.text).is_ok());
        let Some(name) = name else { return };
        let said = covered.iter().map(|name| (name.text.clone(), name.span));
        let mut fields =
            vec![say::list("names", covered[0].span, said), say::field("namespace", &namespace, secret.span)];
        if name != secret.text {
            fields.push(say::field("secret", &secret.text, secret.span));
        }
        let guess = "guessed: what the listener takes, since nothing here says what the secret covers";
        let guess = (!is_sure).then(|| say::note(guess, secret.span));
        self.secrets.push(say::field("certificate", &name, secret.span).under(guess).holding(fields).apart());
        self.certificates.insert((namespace, secret.text.clone()), name);
    }
}

/// The host names of the routes that attach to a gateway.
fn hosts_through(objects: &[Object], gateway: &Object) -> Vec<Said> {
    let mut hosts: Vec<Said> = Vec::new();
    for route in objects.iter().filter(|object| route_kind(&object.kind).is_some()) {
        let parents = route.value.at(&["spec", "parentRefs"]).map(Value::items).unwrap_or_default();
        let is_it = |parent: &Value| {
            let namespace = parent.str_at(&["namespace"]).or(route.namespace.as_deref());
            parent.str_at(&["name"]) == Some(&gateway.name) && namespace == gateway.namespace.as_deref()
        };
        if parents.iter().any(is_it) {
            let names = route.value.at(&["spec", "hostnames"]).and_then(texts).unwrap_or_default();
            hosts.extend(
                names.into_iter().filter(|name| hosts.iter().all(|known| known.text != name.text)).collect::<Vec<_>>(),
            );
        }
    }
    hosts
}

/// What of a name is left without the parts that something fills in later.
fn without_symbols(text: &str) -> String {
    let mut rest = text;
    let mut known = String::new();
    while let Some((before, behind)) = rest.split_once("${") {
        known.push_str(before);
        rest = behind.split_once('}').map_or("", |(_, rest)| rest);
    }
    known.push_str(rest);
    let parts: Vec<&str> = known.split(['-', '.']).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "certificate".to_owned() } else { parts.join("-") }
}

/// What stands in every object that has words: its name, labels and annotations. None where it has no name.
pub(crate) fn head(word: &str, object: &Object) -> Option<(Value, Statement, Vec<Statement>)> {
    let mut value = object.value.clone();
    // What stands above an object stands above its first key.
    let keys =
        [take(&mut value, &["apiVersion"]), take(&mut value, &["kind"]), take(&mut value, &["metadata", "name"])];
    let name = scalar(&keys[2].as_ref()?.value)?;
    take_text(&mut value, &["metadata", "namespace"]);
    let above = keys.iter().flatten().map(|key| key.comments.as_deref());
    let comments: Vec<_> = above.chain([object.value.comments.as_deref()]).flat_map(|own| say::comments(own)).collect();
    let statement = say::field(word, &name.text, name.span).under(comments);
    let mut fields = Vec::new();
    for key in ["labels", "annotations"] {
        let pairs = take_pairs(&mut value, &["metadata", key]).unwrap_or_default();
        let pairs: Vec<_> = pairs.into_iter().filter(|(key, _)| is_kept(word, key)).collect();
        if !pairs.is_empty() {
            fields.push(pairs_of(key, &pairs));
        }
    }
    Some((value, statement, fields))
}

/// Whether a label or annotation is one of the object. What programs write counts for nothing, and what a load balancer
/// reads goes to the service of a gateway, where it stands here for nobody.
fn is_kept(word: &str, key: &str) -> bool {
    !(key.starts_with("kustomize.toolkit.fluxcd.io/") && (key.ends_with("/name") || key.ends_with("/namespace")))
        && !(word == "gateway" && gateway_services::is_of_service(key))
}

/// Labels or annotations as a list.
pub(crate) fn pairs_of(word: &str, pairs: &[(String, Said)]) -> Statement {
    let said = pairs.iter().map(|(key, value)| {
        let text = format!("{key}={}", value.text);
        if text.contains('\n') { Word::lines(&text, value.span) } else { Word::said(&text, value.span) }
    });
    Statement::new(word, pairs[0].1.span).with_list(said)
}

/// The namespace of gateways that do not say theirs.
pub(crate) const GATEWAYS: &str = "gateway-system";

/// Whether an object is in a namespace.
pub(crate) fn is_in(object: &Object, namespace: &str) -> bool {
    object.namespace.as_deref() == Some(namespace)
}

/// A namespace, where it is known.
pub(crate) fn namespace(object: &Object) -> Option<Statement> {
    object.namespace.as_ref().map(|namespace| say::field("namespace", namespace, object.value.span))
}

/// Why objects have no words, whatever their kind.
pub(crate) const NOWHERE: &str = "its namespace is not known";
const NAMELESS: &str = "it has no name";
const TAKEN: &str = "another of its kind has its name";
const SYMBOLIC: &str = "its name holds a variable";

/// A gateway in words, or why it has none.
pub(crate) fn gateway(object: &Object, names: &Names, wires: &Wires) -> Result<Statement, &'static str> {
    let known = names.gateways.get(&(object.namespace.clone().ok_or(NOWHERE)?, object.name.clone()));
    known.filter(|name| **name == object.name).ok_or(TAKEN)?;
    let (mut value, statement, mut of_metadata) = head("gateway", object).ok_or(NAMELESS)?;
    let mut fields: Vec<Statement> = namespace(object).filter(|_| !is_in(object, GATEWAYS)).into_iter().collect();
    let class = take_text(&mut value, &["spec", "gatewayClassName"]).ok_or("it names no class")?;
    if class.text != "cilium" {
        fields.push(say::said("class", &class));
    }
    if value.str_at(&["spec", "infrastructure", "parametersRef", "kind"]) == Some("EnvoyProxy") {
        let name = take_text(&mut value, &["spec", "infrastructure", "parametersRef", "name"]);
        fields.extend(name.filter(|name| Name::new(&name.text).is_ok()).map(|name| say::said("proxy", &name)));
    }
    let mut addresses = Vec::new();
    let mut annotations = take_pairs(&mut value, &["spec", "infrastructure", "annotations"]).unwrap_or_default();
    if gateway_services::asks_by_annotation(&class.text) {
        // Those controllers pass an annotation on, which is how hnet says an address to them.
        let wanted = annotations.iter().position(|(key, said)| {
            *key == gateway_services::ADDRESSES && said.text.split(',').all(|text| text.trim() == text)
        });
        if let Some(at) = wanted {
            let (_, wanted) = annotations.remove(at);
            addresses.extend(wanted.text.split(',').map(|text| Said { text: text.to_owned(), ..wanted.clone() }));
        }
    } else {
        for address in value.at(&["spec", "addresses"]).map(Value::items).unwrap_or_default() {
            if address.str_at(&["type"]).is_none_or(|kind| kind == "IPAddress") {
                addresses.extend(address.get("value").and_then(scalar));
            }
        }
    }
    if !addresses.is_empty() {
        let said = addresses.iter().map(|address| (wires.said(&address.text), address.span));
        fields.push(say::list("address", addresses[0].span, said));
    }
    for listener in value.at(&["spec", "listeners"]).map(Value::items).unwrap_or_default() {
        fields.extend(listener_of(listener.clone(), object, names));
    }
    fields.append(&mut of_metadata);
    if let Some(labels) = take_pairs(&mut value, &["spec", "infrastructure", "labels"]).filter(|own| !own.is_empty()) {
        fields.push(pairs_of("service-labels", &labels));
    }
    if !annotations.is_empty() {
        fields.push(pairs_of("service-annotations", &annotations));
    }
    Ok(statement.holding(fields).apart())
}

/// A listener, where it speaks what has a word.
fn listener_of(mut listener: Value, object: &Object, names: &Names) -> Option<Statement> {
    let name = take_text(&mut listener, &["name"])?;
    let port = take_text(&mut listener, &["port"])?;
    let protocol = take_text(&mut listener, &["protocol"])?;
    let mut fields = vec![say::said("port", &port)];
    let word = ListenerProtocol::ALL.into_iter().find(|known| known.name() == protocol.text)?.word();
    let mut certificates = Vec::new();
    for reference in listener.at(&["tls", "certificateRefs"]).map(Value::items).unwrap_or_default() {
        let Some(secret) = reference.get("name").and_then(scalar) else { continue };
        let namespace = reference.str_at(&["namespace"]).map(str::to_owned).or_else(|| object.namespace.clone())?;
        if reference.str_at(&["kind"]).is_none_or(|kind| kind == "Secret") {
            let name = names.certificates.get(&(namespace, secret.text.clone()));
            certificates.extend(name.map(|name| (name.clone(), secret.span)));
        }
    }
    let mode = take_text(&mut listener, &["tls", "mode"]);
    let passes = mode.as_ref().is_some_and(|mode| mode.text == "Passthrough");
    let implied = if passes {
        "tls"
    } else if !certificates.is_empty() || port.text == "443" {
        "https"
    } else {
        "http"
    };
    if word != implied {
        fields.push(say::field("protocol", word, protocol.span));
    }
    if let Some(hostname) = take_text(&mut listener, &["hostname"]) {
        fields.push(say::said("hostname", &hostname));
    }
    if let Some((_, span)) = certificates.first() {
        fields.push(say::list("tls", *span, certificates.iter().cloned()));
    }
    if let Some(mode) = mode.filter(|_| passes) {
        fields.push(say::field("tls-mode", "passthrough", mode.span));
    }
    let from = take_text(&mut listener, &["allowedRoutes", "namespaces", "from"]);
    match from.as_ref().map_or("Same", |from| from.text.as_str()) {
        "All" => fields.push(say::field("allow", "all", from.as_ref()?.span)),
        "Same" => fields.push(say::field("allow", "same", from.as_ref().map_or(name.span, |from| from.span))),
        "Selector" => {
            let selector = listener.at(&["allowedRoutes", "namespaces", "selector"])?;
            if let Some(namespaces) = selected(selector) {
                fields.push(say::list("allow", selector.span, namespaces.into_iter().map(|one| (one.text, one.span))));
            }
        }
        _ => {}
    }
    Some(say::said("listener", &name).holding(fields))
}

/// The namespaces that a selector takes by their names.
fn selected(selector: &Value) -> Option<Vec<Said>> {
    const NAME: &str = "kubernetes.io/metadata.name";
    let mut selector = selector.clone();
    if let Some(one) = take_text(&mut selector, &["matchLabels", NAME]) {
        return is_said(&selector).then(|| vec![one]);
    }
    let [expression] = selector.get("matchExpressions")?.items() else { return None };
    let mut expression = expression.clone();
    let key = take_text(&mut expression, &["key"])?;
    let operator = take_text(&mut expression, &["operator"])?;
    let is_name = key.text == NAME && operator.text == "In";
    is_name.then(|| take_texts(&mut expression, &["values"]))?
}

/// A certificate in words, or why it has none.
pub(crate) fn certificate(object: &Object, names: &Names) -> Result<Statement, &'static str> {
    let secret = object.value.at(&["spec", "secretName"]).and_then(scalar).ok_or("it names no secret")?;
    let own = names.issued.get(&(object.namespace.clone().ok_or(NOWHERE)?, object.name.clone())).ok_or(TAKEN)?;
    let (mut value, mut statement, of_metadata) = head("certificate", object).ok_or(NAMELESS)?;
    let mut fields = Vec::new();
    if *own != object.name {
        let called = statement.arguments.first_mut().ok_or(NAMELESS)?;
        let name = Said { text: object.name.clone(), span: called.value.span, comments: None };
        called.value = Word::said(own, name.span);
        fields.push(say::said("object-name", &name));
    }
    let dns_names = take_texts(&mut value, &["spec", "dnsNames"]).unwrap_or_default();
    if let Some(first) = dns_names.first() {
        fields.push(say::list("names", first.span, dns_names.iter().map(|name| (name.text.clone(), name.span))));
    }
    fields.extend(certificates::asked_for(&mut value));
    let issuer = take_text(&mut value, &["spec", "issuerRef", "name"]).ok_or("it names no issuer")?;
    fields.push(say::said("issuer", &issuer));
    if !names.is_presented_at_home(object, &secret.text) {
        fields.extend(namespace(object));
    }
    if secret.text != object.name {
        fields.push(say::said("secret", &secret));
    }
    fields.extend(of_metadata);
    Ok(statement.holding(fields).apart())
}
