//! Kubernetes's own network policies in words. Start at [`spec`].

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use super::policies::{
    NO_WORDS, SELECTOR, Why, addresses, default_deny, list_of_terms, only, port_of, said_pods, terms,
};
use crate::say;
use crate::take::{scalar, texts};
use crate::wires::Wires;

/// The label of namespaces with their name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// What Kubernetes's own policies say.
pub(super) fn spec(spec: &Value, wires: &Wires) -> Result<Vec<Statement>, Why> {
    only(spec, &["podSelector", "policyTypes", "ingress", "egress"])?;
    let mut fields = Vec::new();
    if let Some(selector) = spec.get("podSelector") {
        fields.extend(list_of_terms("pods", selector, terms(selector)?));
    }
    let (ingress, egress) = (spec.items_of("ingress"), spec.items_of("egress"));
    let types = spec.get("policyTypes").map_or(Some(Vec::new()), texts).ok_or(NO_WORDS)?;
    let is_said = |word: &str| types.iter().any(|said| said.text == word);
    // Without types it is for what comes in, and for what goes out where it has rules of that.
    let denies_ingress = types.is_empty() || is_said("Ingress");
    let denies_egress = if types.is_empty() { !egress.is_empty() } else { is_said("Egress") };
    if !ingress.is_empty() && !denies_ingress || !egress.is_empty() && !denies_egress {
        return Err("it has rules of a direction that it is not for");
    }
    fields.extend(default_deny(spec.span, (!ingress.is_empty(), denies_ingress), (!egress.is_empty(), denies_egress)));
    for (word, key, rules) in [("from", "from", ingress), ("to", "to", egress)] {
        for rule in rules {
            fields.extend(network_rule(word, key, rule, wires)?);
        }
    }
    Ok(fields)
}

fn network_rule(word: &str, key: &str, rule: &Value, wires: &Wires) -> Result<Vec<Statement>, Why> {
    only(rule, &[key, "ports"])?;
    let mut ports: Vec<(String, Span)> = Vec::new();
    for port in rule.items_of("ports") {
        only(port, &["port", "endPort", "protocol"])?;
        ports.push((port_of(port, "TCP")?, port.span));
    }
    let ports = ports.first().map(|(_, span)| *span).map(|span| say::list("port", span, ports));
    let statement = || Statement::new(word, rule.span).under(say::comments(rule.comments.as_deref()));
    let with = |ends: Vec<Statement>| say::behind(statement(), ends.into_iter().chain(ports.clone()).collect());
    let peers = rule.items_of(key);
    if peers.is_empty() {
        let anybody = statement().with(Word::said("all", rule.span));
        return Ok(vec![match &ports {
            Some(ports) => say::behind(anybody, vec![ports.clone()]),
            None => anybody,
        }]);
    }
    let each = peers.iter().map(|peer| {
        only(peer, &["podSelector", "namespaceSelector", "ipBlock"])?;
        if let Some(block) = peer.get("ipBlock") {
            only(block, &["cidr", "except"])?;
            let prefix = block.get("cidr").and_then(scalar).ok_or(NO_WORDS)?;
            let except = block.get("except").map_or(Some(Vec::new()), texts).ok_or(NO_WORDS)?;
            return Ok(with(addresses(&[prefix], &except, wires)));
        }
        let namespaces = peer.get("namespaceSelector").map(namespaces).transpose()?;
        let terms = peer.get("podSelector").map_or(Ok(Vec::new()), terms)?;
        let selector = peer.get("podSelector").unwrap_or(peer);
        Ok(with(said_pods(selector, terms, namespaces.into_iter().collect())))
    });
    each.collect()
}

/// Namespaces by their names, which are a label of them.
fn namespaces(selector: &Value) -> Result<Statement, Why> {
    let all = terms(selector)?;
    let [(term, span)] = all.as_slice() else {
        return if all.is_empty() { Ok(say::field("namespace", "*", selector.span)) } else { Err(SELECTOR) };
    };
    let rest = term.strip_prefix(NAMESPACE_NAME).ok_or("it selects namespaces by other labels than their names")?;
    match (rest.strip_prefix('='), rest.strip_prefix(" in (")) {
        (Some(name), _) => Ok(say::field("namespace", name, *span)),
        (_, Some(names)) if names.contains(',') => {
            let names = names.trim_end_matches(')').split(", ").map(|name| (name.to_owned(), *span));
            Ok(say::list("namespace", *span, names))
        }
        _ => Err(SELECTOR),
    }
}
