//! Network policies in words: Cilium's here, and Kubernetes's own in `network_policies.rs`.
//!
//! A rule that has no words keeps the whole policy as YAML: half of who may talk to whom is not what anybody meant. What a
//! rule names several of becomes several statements; that both are the same is a law of `hnet-compare`. Start at [`policy`].

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Comment, Statement, Value as Word};
use hnet_yaml::{Reader, Value};

use super::network_policies;
use crate::gateway::{NOWHERE, head};
use crate::objects::Object;
use crate::say;
use crate::take::{Said, scalar, texts};
use crate::wires::Wires;

/// The label of pods with their namespace, as Cilium knows them.
const POD_NAMESPACE: &str = "io.kubernetes.pod.namespace";

/// Why a policy has no words.
pub(super) type Why = &'static str;

pub(super) const NO_WORDS: Why = "hnet has no words for one of its rules";
pub(super) const SELECTOR: Why = "what it selects is not written as people write it";

/// A policy in words, or why it has none.
pub(crate) fn policy(object: &Object, wires: &Wires) -> Result<Statement, Why> {
    let is_kubernetes = object.kind == "NetworkPolicy";
    let (value, statement, of_metadata) = head("policy", object).ok_or("it has no name")?;
    let mut fields = Vec::new();
    if is_kubernetes {
        fields.push(say::field("kind", "NetworkPolicy", statement.span));
    }
    if object.kind != "CiliumClusterwideNetworkPolicy" {
        let namespace = object.namespace.as_deref().ok_or(NOWHERE)?;
        let place = object.value.at(&["metadata", "namespace"]).map_or(object.value.span, |said| said.span);
        fields.push(say::field("namespace", namespace, place));
    }
    let spec = match (value.get("spec"), value.items_of("specs")) {
        (Some(spec), []) => spec,
        (None, [only]) => only,
        _ => return Err("it holds several policies in one object"),
    };
    fields.extend(match is_kubernetes {
        true => network_policies::spec(spec, wires)?,
        false => cilium(spec, wires)?,
    });
    fields.extend(of_metadata);
    let description = spec.get("description").and_then(scalar).filter(|_| !is_kubernetes);
    let lines =
        description.iter().flat_map(|said| said.text.lines().map(|line| Comment::new(line, said.span).documenting()));
    Ok(statement.holding(fields).under(lines.collect::<Vec<_>>()).apart())
}

/// What Cilium's policies say.
fn cilium(spec: &Value, wires: &Wires) -> Result<Vec<Statement>, Why> {
    const KNOWN: [&str; 8] = [
        "endpointSelector",
        "nodeSelector",
        "description",
        "enableDefaultDeny",
        "ingress",
        "ingressDeny",
        "egress",
        "egressDeny",
    ];
    only(spec, &KNOWN)?;
    let mut fields = Vec::new();
    if let Some(selector) = spec.get("endpointSelector") {
        fields.extend(list_of_terms("pods", selector, terms(selector)?));
    }
    if let Some(selector) = spec.get("nodeSelector") {
        fields.push(list_of_terms("nodes", selector, terms(selector)?).ok_or("it is for all nodes")?);
    }
    let of = |key: &str| -> Result<Vec<&Value>, Why> {
        match spec.get(key) {
            Some(list) if list.items().is_empty() => Err("Cilium refuses a list without rules"),
            list => Ok(list.into_iter().flat_map(Value::items).collect()),
        }
    };
    let (mut ingress, mut egress) = (of("ingress")?, of("egress")?);
    let (ingress_deny, egress_deny) = (of("ingressDeny")?, of("egressDeny")?);
    // A rule that says nothing denies, and does nothing beside others.
    let denies = |rules: &mut Vec<&Value>, others: &[&Value], key: &str| {
        let is_there = !rules.is_empty() || !others.is_empty();
        rules.retain(|rule| rule.fields().next().is_some());
        let said = spec.at(&["enableDefaultDeny", key]).and_then(|said| said.as_bool(Reader::ApiServer));
        said.unwrap_or(is_there)
    };
    let denies_ingress = denies(&mut ingress, &ingress_deny, "ingress");
    let denies_egress = denies(&mut egress, &egress_deny, "egress");
    let has_names = egress.iter().any(|rule| !rule.items_of("toFQDNs").is_empty());
    let asks_dns = egress.iter().position(|rule| is_cluster_dns(rule, has_names));
    if let Some(at) = asks_dns {
        egress.remove(at);
    }
    let has_dns = egress.iter().any(|rule| {
        let mut ports = rule.items_of("toPorts").iter();
        ports.any(|ports| ports.at(&["rules", "dns"]).is_some())
    });
    let has_egress = !egress.is_empty() || !egress_deny.is_empty() || asks_dns.is_some();
    let has_ingress = !ingress.is_empty() || !ingress_deny.is_empty();
    fields.extend(default_deny(spec.span, (has_ingress, denies_ingress), (has_egress, denies_egress)));
    let by_default = has_names && !has_dns;
    if asks_dns.is_some() != by_default {
        fields.push(say::flag("cluster-dns", asks_dns.is_some(), spec.span));
    }
    for (word, rules) in [("from", ingress), ("deny-from", ingress_deny), ("to", egress), ("deny-to", egress_deny)] {
        for rule in rules {
            fields.extend(rule_of(word, rule, wires)?);
        }
    }
    Ok(fields)
}

/// Which directions are denied by default, where that is not those that have rules.
pub(super) fn default_deny(span: Span, ingress: (bool, bool), egress: (bool, bool)) -> Option<Statement> {
    if ingress.0 == ingress.1 && egress.0 == egress.1 {
        return None;
    }
    let denied = [("ingress", ingress.1), ("egress", egress.1)];
    let mut words: Vec<String> = denied.iter().filter(|(_, is)| *is).map(|(word, _)| (*word).to_owned()).collect();
    if words.is_empty() {
        words.push("none".to_owned());
    }
    Some(say::list("default-deny", span, words.into_iter().map(|word| (word, span))))
}

/// Whether a map has these keys and no others.
pub(super) fn only(map: &Value, known: &[&str]) -> Result<(), Why> {
    map.as_map().ok_or(NO_WORDS)?;
    match map.fields().all(|field| known.contains(&&*field.key)) {
        true => Ok(()),
        false => Err(NO_WORDS),
    }
}

/// What labels must be, as kubectl takes it.
pub(super) fn terms(selector: &Value) -> Result<Vec<(String, Span)>, Why> {
    if selector.is_null() {
        return Ok(Vec::new());
    }
    only(selector, &["matchLabels", "matchExpressions"])?;
    let mut terms = Vec::new();
    for field in selector.get("matchLabels").into_iter().flat_map(Value::fields) {
        let value = scalar(&field.value).ok_or(SELECTOR)?;
        terms.push((format!("{}={}", &*field.key, value.text), value.span));
    }
    for one in selector.items_of("matchExpressions") {
        let key = one.str_at(&["key"]).ok_or(SELECTOR)?;
        let values = match one.get("values") {
            Some(values) => texts(values).ok_or(SELECTOR)?,
            None => Vec::new(),
        };
        let values: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        let term = match (one.str_at(&["operator"]).ok_or(SELECTOR)?, values.as_slice()) {
            ("Exists", []) => key.to_owned(),
            ("DoesNotExist", []) => format!("!{key}"),
            ("NotIn", [value]) => format!("{key}!={value}"),
            ("In", [_, ..]) => format!("{key} in ({})", values.join(", ")),
            ("NotIn", [_, ..]) => format!("{key} notin ({})", values.join(", ")),
            _ => return Err(SELECTOR),
        };
        terms.push((term, one.span));
    }
    Ok(terms)
}

/// Terms as a list; none where there are none.
pub(super) fn list_of_terms(word: &str, selector: &Value, terms: Vec<(String, Span)>) -> Option<Statement> {
    (!terms.is_empty()).then(|| say::list(word, selector.span, terms))
}

/// Pods of a selector by their labels and namespaces, where the namespace is a label under this key.
fn pods(selector: &Value) -> Result<Vec<Statement>, Why> {
    let mut all = terms(selector)?;
    let mut namespaces: Vec<Statement> = Vec::new();
    let mut others = Vec::with_capacity(all.len());
    for (term, span) in all.drain(..) {
        let of_namespace = term.strip_prefix(POD_NAMESPACE);
        match of_namespace {
            Some("") => namespaces.push(say::field("namespace", "*", span)),
            Some(rest) => match (rest.strip_prefix('='), rest.strip_prefix(" in (")) {
                (Some(name), _) => namespaces.push(say::field("namespace", name, span)),
                (_, Some(names)) if names.contains(',') => {
                    let names = names.trim_end_matches(')').split(", ").map(|name| (name.to_owned(), span));
                    namespaces.push(say::list("namespace", span, names));
                }
                _ => others.push((term, span)),
            },
            None => others.push((term, span)),
        }
    }
    if namespaces.len() > 1 {
        return Err(SELECTOR);
    }
    Ok(said_pods(selector, others, namespaces))
}

pub(super) fn said_pods(selector: &Value, terms: Vec<(String, Span)>, namespaces: Vec<Statement>) -> Vec<Statement> {
    let terms = match terms.is_empty() && namespaces.is_empty() {
        true => vec![("*".to_owned(), selector.span)],
        false => terms,
    };
    list_of_terms("pods", selector, terms).into_iter().chain(namespaces).collect()
}

/// A rule in words: a statement for each of several selectors.
fn rule_of(word: &str, rule: &Value, wires: &Wires) -> Result<Vec<Statement>, Why> {
    let comes = word.ends_with("from");
    let key = |ingress: &'static str, egress: &'static str| if comes { ingress } else { egress };
    let entities = key("fromEntities", "toEntities");
    let endpoints = key("fromEndpoints", "toEndpoints");
    let cidrs = key("fromCIDR", "toCIDR");
    let cidr_sets = key("fromCIDRSet", "toCIDRSet");
    let mut known = vec![entities, endpoints, cidrs, cidr_sets, "toPorts", "icmps"];
    if !comes {
        known.extend(["toServices", "toFQDNs"]);
    }
    only(rule, &known)?;
    let ends: Vec<&str> =
        known.iter().copied().filter(|key| rule.get(key).is_some() && !matches!(*key, "toPorts" | "icmps")).collect();
    let further = ports(rule)?;
    let statement = || Statement::new(word, rule.span).under(say::comments(rule.comments.as_deref()));
    let with = |statement: Statement, ends: Vec<Statement>| match ends.is_empty() && further.is_empty() {
        true => statement,
        false => say::behind(statement, ends.into_iter().chain(further.iter().cloned()).collect()),
    };
    let list = |key: &str| -> Result<&[Value], Why> {
        // A list of ends without any is nobody.
        let items = rule.items_of(key);
        if items.is_empty() { Err(NO_WORDS) } else { Ok(items) }
    };
    let said = match ends.as_slice() {
        [] if !further.is_empty() => vec![with(statement(), Vec::new())],
        [one] if *one == entities => {
            let words = rule.get(entities).and_then(texts).ok_or(NO_WORDS)?;
            let words: Vec<Word> = words.iter().map(|word| Word::said(&word.text, word.span)).collect();
            let first = if words.is_empty() { Err(NO_WORDS) } else { Ok(words) };
            vec![with(statement().with_list(first?), Vec::new())]
        }
        [one] if *one == endpoints => {
            let each = list(endpoints)?.iter().map(|selector| Ok(with(statement(), pods(selector)?)));
            each.collect::<Result<Vec<_>, Why>>()?
        }
        [one] if *one == cidrs => {
            let prefixes = rule.get(cidrs).and_then(texts).filter(|all| !all.is_empty()).ok_or(NO_WORDS)?;
            vec![with(statement(), addresses(&prefixes, &[], wires))]
        }
        [one] if *one == cidr_sets => vec![with(statement(), cidr_set(list(cidr_sets)?, wires)?)],
        ["toServices"] => {
            let services = list("toServices")?.iter().map(|service| {
                only(service, &["k8sService"])?;
                let of = |key: &str| service.at(&["k8sService", key]).and_then(scalar).ok_or(NO_WORDS);
                only(service.get("k8sService").ok_or(NO_WORDS)?, &["namespace", "serviceName"])?;
                let name = of("serviceName")?;
                Ok((format!("{}/{}", of("namespace")?.text, name.text), name.span))
            });
            let services = services.collect::<Result<Vec<_>, Why>>()?;
            vec![with(statement(), vec![say::list("service", rule.span, services)])]
        }
        ["toFQDNs"] => vec![with(statement(), vec![names("name", list("toFQDNs")?)?])],
        _ => return Err(NO_WORDS),
    };
    Ok(said)
}

/// Names and patterns of names as a list.
fn names(word: &str, items: &[Value]) -> Result<Statement, Why> {
    let each = items.iter().map(|item| {
        only(item, &["matchName", "matchPattern"])?;
        let name = item.get("matchName").or(item.get("matchPattern")).and_then(scalar).ok_or(NO_WORDS)?;
        Ok((name.text, name.span))
    });
    let each = each.collect::<Result<Vec<_>, Why>>()?;
    Ok(say::list(word, each.first().ok_or(NO_WORDS)?.1, each))
}

/// Prefixes in words: subnets by their names, single addresses by their index in one.
pub(super) fn addresses(prefixes: &[Said], except: &[Said], wires: &Wires) -> Vec<Statement> {
    let subnet = |text: &str| {
        let net = text.parse::<ipnet::IpNet>().ok()?;
        wires.0.iter().find(|wire| wire.prefix == net).map(|wire| wire.name.clone())
    };
    let alone = |text: &str| match text.strip_suffix("/32").or(text.strip_suffix("/128").filter(|it| it.contains(':')))
    {
        Some(address) => wires.said(address),
        None => text.to_owned(),
    };
    let mut subnets = Vec::new();
    let mut others = Vec::new();
    for Said { text, span, .. } in prefixes {
        match subnet(text) {
            Some(name) => subnets.push((name, *span)),
            None => others.push((alone(text), *span)),
        }
    }
    let except: Vec<(String, Span)> =
        except.iter().map(|part| (subnet(&part.text).unwrap_or_else(|| alone(&part.text)), part.span)).collect();
    let list = |word: &str, values: Vec<(String, Span)>| {
        values.first().map(|(_, span)| *span).map(|span| say::list(word, span, values))
    };
    [list("subnet", subnets), list("address", others), list("except", except)].into_iter().flatten().collect()
}

/// Prefixes without parts of them, and groups of prefixes.
fn cidr_set(items: &[Value], wires: &Wires) -> Result<Vec<Statement>, Why> {
    let mut prefixes = Vec::new();
    let mut groups = Vec::new();
    let mut except: Vec<Said> = Vec::new();
    for item in items {
        only(item, &["cidr", "except", "cidrGroupRef"])?;
        match (item.get("cidr").and_then(scalar), item.get("cidrGroupRef").and_then(scalar)) {
            (Some(prefix), None) => prefixes.push(prefix),
            (None, Some(group)) => groups.push((group.text, group.span)),
            _ => return Err(NO_WORDS),
        }
        let parts = item.get("except").map_or(Some(Vec::new()), texts).ok_or(NO_WORDS)?;
        except.extend(
            parts.into_iter().filter(|part| except.iter().all(|known| known.text != part.text)).collect::<Vec<_>>(),
        );
    }
    let mut fields = addresses(&prefixes, &except, wires);
    if let Some((_, span)) = groups.first() {
        fields.push(say::list("cidr-group", *span, groups.iter().cloned()));
    }
    Ok(fields)
}

/// The ports of a rule, the names that may be asked at them, and messages of ICMP.
fn ports(rule: &Value) -> Result<Vec<Statement>, Why> {
    let mut fields = Vec::new();
    let mut all: Vec<(String, Span)> = Vec::new();
    let lists = rule.items_of("toPorts");
    for list in lists {
        only(list, &["ports", "rules"])?;
        if let Some(rules) = list.get("rules") {
            only(rules, &["dns"])?;
            if lists.len() > 1 {
                return Err(NO_WORDS);
            }
            fields.push(names("dns", rules.items_of("dns"))?);
        }
        let ports = list.items_of("ports");
        if ports.is_empty() {
            return Err(NO_WORDS);
        }
        for port in ports {
            only(port, &["port", "endPort", "protocol"])?;
            all.push((port_of(port, "ANY")?, port.span));
        }
    }
    if let Some((_, span)) = all.first() {
        fields.insert(0, say::list("port", *span, all.iter().cloned()));
    }
    let mut messages: Vec<(String, Span)> = Vec::new();
    for list in rule.items_of("icmps") {
        only(list, &["fields"])?;
        if list.items_of("fields").is_empty() {
            return Err("a list of ICMP messages is empty");
        }
        for field in list.items_of("fields") {
            only(field, &["family", "type"])?;
            let kind = field.get("type").and_then(scalar).ok_or(NO_WORDS)?;
            let family = match field.str_at(&["family"]) {
                None | Some("IPv4") => "",
                Some("IPv6") => "/ipv6",
                Some(_) => return Err(NO_WORDS),
            };
            messages.push((format!("{}{family}", kind.text), kind.span));
        }
    }
    if let Some((_, span)) = messages.first() {
        fields.push(say::list("icmp", *span, messages.iter().cloned()));
    }
    Ok(fields)
}

/// A port with what carries it.
pub(super) fn port_of(port: &Value, otherwise: &str) -> Result<String, Why> {
    let first = port.get("port").and_then(scalar).ok_or(NO_WORDS)?;
    let last = port.get("endPort").and_then(scalar).filter(|last| last.text != first.text);
    let range = last.map_or(String::new(), |last| format!("-{}", last.text));
    let protocol = match port.str_at(&["protocol"]).unwrap_or(otherwise) {
        "TCP" => "",
        "UDP" => "/udp",
        "SCTP" => "/sctp",
        "ANY" => "/any",
        _ => return Err(NO_WORDS),
    };
    Ok(format!("{}{range}{protocol}", first.text))
}

/// Whether a rule is that by which hnet lets pods ask cluster DNS.
fn is_cluster_dns(rule: &Value, has_names: bool) -> bool {
    let text = |keys: &[&str], value: &Value| value.str_at(keys).map(str::to_owned);
    let ([endpoint], [list]) = (rule.items_of("toEndpoints"), rule.items_of("toPorts")) else { return false };
    let labels = endpoint.get("matchLabels").map_or(0, |labels| labels.fields().count());
    let [port] = list.items_of("ports") else { return false };
    let names = list.at(&["rules", "dns"]).map(Value::items).unwrap_or_default();
    let is_asked = match names {
        [] => !has_names && list.get("rules").is_none(),
        [name] => has_names && name.str_at(&["matchPattern"]) == Some("*"),
        _ => false,
    };
    rule.fields().count() == 2
        && endpoint.fields().count() == 1
        && labels == 2
        && text(&["matchLabels", POD_NAMESPACE], endpoint).as_deref() == Some("kube-system")
        && text(&["matchLabels", "k8s-app"], endpoint).as_deref() == Some("kube-dns")
        && port_of(port, "ANY").is_ok_and(|port| port == "53/any")
        && is_asked
}
