//! Gateways, certificates and routes. The other way is `hnet-emit/src/gateway/`.

mod routes;

use hnet_model::Name;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;
use indexmap::IndexMap;

use crate::objects::Object;
use crate::report::CommentCount;
use crate::say;
use crate::take::{Said, scalar, take, take_pairs, take_text, take_texts, texts};
use crate::wires::Wires;

pub(crate) use routes::route;

/// The names of the language by what they stand for: a kind has each once, while Kubernetes has one in each namespace.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Gateways by namespace and name.
    pub(crate) gateways: IndexMap<(String, String), String>,
    /// Certificates by the namespace and name of their secret.
    pub(crate) certificates: IndexMap<(String, String), String>,
    /// Statements of secrets that hold certificates which no words issue: what they cover is known all the same.
    pub(crate) secrets: Vec<Statement>,
}

impl Names {
    /// Gathers what gateways and certificates are called. Of two of one name the second is not said in words.
    pub(crate) fn of(objects: &[Object]) -> Names {
        let mut names = Names::default();
        for object in objects {
            let key = |name: &str| (object.namespace.clone().unwrap_or_default(), name.to_owned());
            match object.kind.as_str() {
                "Gateway" if !names.gateways.values().any(|known| *known == object.name) => {
                    names.gateways.insert(key(&object.name), object.name.clone());
                }
                "Certificate" if !names.certificates.values().any(|known| *known == object.name) => {
                    let secret = object.value.str_at(&["spec", "secretName"]).unwrap_or(&object.name);
                    if secret == object.name {
                        names.certificates.insert(key(secret), object.name.clone());
                    }
                }
                _ => {}
            }
        }
        names.find_secrets(objects);
        names
    }

    /// Says of the secrets of other certificates, which have another name than their secret, what they cover.
    fn find_secrets(&mut self, objects: &[Object]) {
        for object in objects.iter().filter(|object| object.kind == "Certificate") {
            let Some(namespace) = object.namespace.clone() else { continue };
            let Some(secret) = object.value.at(&["spec", "secretName"]).and_then(scalar) else { continue };
            let covered = object.value.at(&["spec", "dnsNames"]).and_then(texts).filter(|names| !names.is_empty());
            let is_taken = self.certificates.values().any(|known| *known == secret.text);
            let (Some(covered), Ok(_), false) = (covered, Name::new(&secret.text), is_taken) else { continue };
            let said = covered.iter().map(|name| (name.text.clone(), name.span));
            let fields =
                [say::list("names", covered[0].span, said), say::field("namespace", &namespace, object.value.span)];
            self.secrets.push(say::field("certificate", &secret.text, secret.span).holding(fields).apart());
            self.certificates.insert((namespace, secret.text.clone()), secret.text);
        }
    }
}

/// What stands in every object that has words: its name, labels and annotations. None where something else does.
pub(crate) fn head(
    word: &str,
    object: &Object,
    counts: &mut CommentCount,
) -> Option<(Value, Statement, Vec<Statement>)> {
    let mut value = object.value.clone();
    // What stands above an object stands above its first key.
    let keys =
        [take(&mut value, &["apiVersion"]), take(&mut value, &["kind"]), take(&mut value, &["metadata", "name"])];
    let name = scalar(&keys[2].as_ref()?.value)?;
    take_text(&mut value, &["metadata", "namespace"]);
    let above = keys.iter().flatten().map(|key| key.comments.as_deref());
    let comments: Vec<_> =
        above.chain([object.value.comments.as_deref()]).flat_map(|own| say::comments(own, counts)).collect();
    let statement = say::field(word, &name.text, name.span).under(comments);
    let mut fields = Vec::new();
    for key in ["labels", "annotations"] {
        if let Some(pairs) = take_pairs(&mut value, &["metadata", key]).filter(|pairs| !pairs.is_empty()) {
            fields.push(pairs_of(key, &pairs));
        }
    }
    Some((value, statement, fields))
}

/// Labels or annotations as a list.
pub(crate) fn pairs_of(word: &str, pairs: &[(String, Said)]) -> Statement {
    let said = pairs.iter().map(|(key, value)| Word::said(&format!("{key}={}", value.text), value.span));
    Statement::new(word, pairs[0].1.span).with_list(said)
}

/// Whether nothing is left but what says nothing.
pub(crate) fn is_said(value: &Value) -> bool {
    let mut is_all = true;
    value.leaves(&mut |_, leaf| is_all &= crate::take::is_empty(leaf));
    is_all
}

/// A namespace, where it is known.
pub(crate) fn namespace(object: &Object) -> Option<Statement> {
    object.namespace.as_ref().map(|namespace| say::field("namespace", namespace, object.value.span))
}

/// What Cilium and others read a wanted address from.
const WANTED: [&str; 2] = ["lbipam.cilium.io/ips", "io.cilium/lb-ipam-ips"];

/// A gateway in words.
pub(crate) fn gateway(object: &Object, names: &Names, wires: &Wires, counts: &mut CommentCount) -> Option<Statement> {
    names.gateways.get(&(object.namespace.clone()?, object.name.clone()))?;
    let (mut value, statement, mut of_metadata) = head("gateway", object, counts)?;
    let mut fields: Vec<Statement> = namespace(object).into_iter().collect();
    let class = take_text(&mut value, &["spec", "gatewayClassName"])?;
    if class.text != "cilium" {
        fields.push(say::said("class", &class, counts));
    }
    let mut addresses = Vec::new();
    if let Some(listed) = take(&mut value, &["spec", "addresses"]) {
        for address in listed.value.items() {
            if address.str_at(&["type"]).is_some_and(|kind| kind != "IPAddress") {
                return None;
            }
            addresses.push(scalar(address.get("value")?)?);
        }
    }
    let mut annotations = take_pairs(&mut value, &["spec", "infrastructure", "annotations"]).unwrap_or_default();
    if class.text != "cilium" {
        // Other controllers pass the address on in an annotation, which is how hnet says an address to them.
        if !addresses.is_empty() {
            return None;
        }
        if let Some(at) = annotations.iter().position(|(key, _)| *key == WANTED[0]) {
            let (_, wanted) = annotations.remove(at);
            let each = wanted.text.split(',').map(|text| Said { text: text.trim().to_owned(), ..wanted.clone() });
            addresses.extend(each);
        }
    }
    if !addresses.is_empty() {
        let said = addresses.iter().map(|address| (wires.said(&address.text), address.span));
        fields.push(say::list("address", addresses[0].span, said));
    }
    for listener in take(&mut value, &["spec", "listeners"])?.value.items() {
        fields.push(listener_of(listener.clone(), object, names, counts)?);
    }
    fields.append(&mut of_metadata);
    if let Some(labels) = take_pairs(&mut value, &["spec", "infrastructure", "labels"]).filter(|own| !own.is_empty()) {
        fields.push(pairs_of("service-labels", &labels));
    }
    if !annotations.is_empty() {
        fields.push(pairs_of("service-annotations", &annotations));
    }
    is_said(&value).then(|| statement.holding(fields).apart())
}

fn listener_of(mut listener: Value, object: &Object, names: &Names, counts: &mut CommentCount) -> Option<Statement> {
    let name = take_text(&mut listener, &["name"])?;
    let port = take_text(&mut listener, &["port"])?;
    let protocol = take_text(&mut listener, &["protocol"])?;
    let mut fields = vec![say::said("port", &port, counts)];
    let word = match protocol.text.as_str() {
        "HTTP" => "http",
        "HTTPS" => "https",
        "TLS" => "tls",
        _ => return None,
    };
    let mut certificates = Vec::new();
    for reference in take(&mut listener, &["tls", "certificateRefs"]).iter().flat_map(|refs| refs.value.items()) {
        let secret = scalar(reference.get("name")?)?;
        let namespace = reference.str_at(&["namespace"]).map(str::to_owned).or_else(|| object.namespace.clone())?;
        if reference.str_at(&["kind"]).is_some_and(|kind| kind != "Secret") {
            return None;
        }
        let name = names.certificates.get(&(namespace, secret.text.clone()))?;
        certificates.push((name.clone(), secret.span));
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
        fields.push(say::said("hostname", &hostname, counts));
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
            let selector = take(&mut listener, &["allowedRoutes", "namespaces", "selector"])?.value;
            let namespaces = selected(&selector)?;
            fields.push(say::list("allow", selector.span, namespaces.into_iter().map(|one| (one.text, one.span))));
        }
        _ => return None,
    }
    is_said(&listener).then(|| say::said("listener", &name, counts).holding(fields))
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

/// A certificate in words.
pub(crate) fn certificate(object: &Object, names: &Names, counts: &mut CommentCount) -> Option<Statement> {
    let secret = object.value.str_at(&["spec", "secretName"])?.to_owned();
    names.certificates.get(&(object.namespace.clone()?, secret.clone()))?;
    if secret != object.name {
        return None;
    }
    let (mut value, statement, of_metadata) = head("certificate", object, counts)?;
    if !of_metadata.is_empty() {
        return None;
    }
    take(&mut value, &["spec", "secretName"]);
    let mut fields = Vec::new();
    let dns_names = take_texts(&mut value, &["spec", "dnsNames"]).filter(|names| !names.is_empty())?;
    let said = dns_names.iter().map(|name| (name.text.clone(), name.span));
    fields.push(say::list("names", dns_names[0].span, said));
    let issuer = take_text(&mut value, &["spec", "issuerRef", "name"])?;
    fields.push(say::said("issuer", &issuer, counts));
    take(&mut value, &["spec", "issuerRef"]);
    // The common name of a certificate is one of its names, or says nothing that anybody reads.
    if value.str_at(&["spec", "commonName"]).is_some_and(|own| dns_names.iter().any(|name| name.text == own)) {
        take(&mut value, &["spec", "commonName"]);
    }
    fields.extend(namespace(object));
    is_said(&value).then(|| statement.holding(fields).apart())
}

/// The issuers that certificates name, each with its kind.
pub(crate) fn issuers(objects: &[Object]) -> Vec<Statement> {
    let mut issuers: IndexMap<String, Statement> = IndexMap::new();
    for object in objects.iter().filter(|object| object.kind == "Certificate") {
        let Some(name) = object.value.at(&["spec", "issuerRef", "name"]).and_then(scalar) else { continue };
        let kind = object.value.str_at(&["spec", "issuerRef", "kind"]).unwrap_or("Issuer");
        if !matches!(kind, "Issuer" | "ClusterIssuer") {
            continue;
        }
        let statement = say::field("certificate-issuer", &name.text, name.span);
        issuers.entry(name.text).or_insert(statement.holding([say::field("kind", kind, name.span)]));
    }
    issuers.into_values().collect()
}
