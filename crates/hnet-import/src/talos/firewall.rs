//! What patches of all machines say of their ingress firewall and their mesh, as `firewall` and `kube-span`. Start at
//! [`firewall`] and [`kube_span`].

use std::collections::BTreeSet;

use hnet_language::values;
use hnet_model::Name;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use super::patches::Patch;
use crate::say::{self, Piece};
use crate::take::{Said, leaves, scalar, take, take_bool, take_text, texts};
use crate::wires::Wires;

const DEFAULT_ACTION: &str = "NetworkDefaultActionConfig";
const RULE: &str = "NetworkRuleConfig";

/// The firewall of all machines, where it is known what happens to packets that no rule speaks of. The rules are all that
/// there are: hnet derives none.
pub(super) fn firewall(patches: &mut [Patch], wires: &Wires) -> Option<Piece> {
    let of_kind = |patch: &&mut Patch, kind: &str| patch.value.str_at(&["kind"]) == Some(kind);
    let all_are_said = patches.iter().filter(|patch| patch.value.str_at(&["kind"]) == Some(RULE));
    let rules: Vec<Option<Statement>> = all_are_said.map(|patch| rule(&patch.value, wires)).collect();
    let rules: Vec<Statement> = rules.into_iter().collect::<Option<_>>()?;
    let mut actions = patches.iter_mut().filter(|patch| of_kind(patch, DEFAULT_ACTION));
    let (action, None) = (actions.next()?, actions.next()) else { return None };
    let is_known = matches!(action.value.str_at(&["ingress"]), Some("block" | "accept"));
    if !is_known || action.value.fields().any(|field| !matches!(&*field.key, "apiVersion" | "kind" | "ingress")) {
        return None;
    }
    let span = action.value.span;
    let action = take_text(&mut action.value, &["ingress"])?;
    let mut fields = Vec::new();
    if action.text == "block" {
        fields.push(say::flag("cluster-rules", false, span).under(say::comments(action.comments.as_deref())));
    } else {
        fields.push(say::said("default-action", &action));
    }
    let taken = 1 + take_rules(patches);
    fields.extend(rules);
    Some(Piece::new(Statement::new("firewall", span).holding(fields), taken))
}

/// The rules of some machines besides those of all, which one of the same name would change.
pub(super) fn of_some(patches: &mut [Patch], of_all: &Piece, wires: &Wires) -> Option<Piece> {
    let said = patches.iter().filter(|patch| patch.value.str_at(&["kind"]) == Some(RULE));
    let rules: Vec<Statement> = said.map(|patch| rule(&patch.value, wires)).collect::<Option<_>>()?;
    let name = |rule: &Statement| rule.arguments.first().map(|name| name.value.text.clone());
    let mut known: BTreeSet<_> = of_all.said.statements().iter().filter_map(name).collect();
    if !rules.iter().filter_map(name).all(|name| known.insert(name)) {
        return None;
    }
    let span = rules.first()?.keyword.span;
    Some(Piece::new(Statement::new("firewall", span).holding(rules), take_rules(patches)))
}

/// Takes all rules out of patches. How many fields those were.
fn take_rules(patches: &mut [Patch]) -> usize {
    let mut taken = 0;
    for patch in patches.iter_mut().filter(|patch| patch.value.str_at(&["kind"]) == Some(RULE)) {
        for key in ["name", "portSelector", "ingress"] {
            taken += take(&mut patch.value, &[key]).map_or(0, |field| leaves(&field.value));
        }
    }
    taken
}

/// A rule in words; none of one that words do not say.
fn rule(value: &Value, wires: &Wires) -> Option<Statement> {
    let knows = |key: &str| matches!(key, "apiVersion" | "kind" | "name" | "portSelector" | "ingress");
    if value.fields().any(|field| !knows(&field.key)) {
        return None;
    }
    let name = value.get("name").and_then(scalar).filter(|name| Name::new(&name.text).is_ok())?;
    let selector = value.get("portSelector")?;
    let protocol = selector.get("protocol").and_then(scalar).filter(|own| matches!(&*own.text, "tcp" | "udp"))?;
    let ports = selector.get("ports").and_then(texts).filter(|ports| !ports.is_empty())?;
    if ports.iter().any(|port| values::ports(&port.text).is_err()) {
        return None;
    }
    let (mut from, mut except): (Vec<Said>, Vec<Said>) = (Vec::new(), Vec::new());
    for entry in value.get("ingress")?.as_list()? {
        from.push(prefix(entry.get("subnet")?)?);
        match entry.get("except") {
            Some(part) => except.push(prefix(part)?),
            None if entry.fields().count() != 1 => return None,
            None => {}
        }
    }
    let list = |word: &str, all: &[Said]| {
        // Of a prefix of one address that address may have a name.
        let source = |text: &str| match text.strip_suffix("/32") {
            Some(address) => wires.said(address),
            None => text.to_owned(),
        };
        let said = all.iter().map(|own| (source(&own.text), own.span));
        say::list(word, all[0].span, said)
    };
    let ports_said = say::list("ports", ports[0].span, ports.iter().map(|port| (port.text.clone(), port.span)));
    let mut fields = vec![ports_said];
    if protocol.text != "tcp" {
        fields.push(say::said("protocol", &protocol));
    }
    if from.is_empty() {
        return None;
    }
    fields.push(list("sources", &from));
    if !except.is_empty() {
        fields.push(list("except", &except));
    }
    let comments = say::comments(name.comments.as_deref());
    Some(Statement::new("rule", name.span).with(Word::said(&name.text, name.span)).holding(fields).under(comments))
}

/// A prefix as Talos wants it.
fn prefix(value: &Value) -> Option<Said> {
    scalar(value).filter(|own| values::prefix(&own.text).is_ok())
}

/// The mesh of all machines, where it is on and words say all of it.
pub(super) fn kube_span(patches: &mut [Patch]) -> Option<Piece> {
    let place = |patch: &Patch| match patch.value.str_at(&["kind"]) {
        None => Some(&["machine", "network", "kubespan"][..]),
        Some("KubeSpanConfig") => Some(&[][..]),
        Some(_) => None,
    };
    let says = |patch: &Patch| {
        let at = place(patch)?;
        let mesh = if at.is_empty() { Some(&patch.value) } else { patch.value.at(at) }?;
        Some((at, mesh.clone()))
    };
    let mut found = patches.iter_mut().filter_map(|patch| says(patch).map(|found| (patch, found)));
    let ((patch, (at, mut mesh)), None) = (found.next()?, found.next()) else { return None };
    ["apiVersion", "kind"].iter().for_each(|key| _ = take(&mut mesh, &[key]));
    let span = mesh.span;
    let all = leaves(&mesh);
    if !take_bool(&mut mesh, &["enabled"]).is_some_and(|(on, _)| on) {
        return None;
    }
    let mut fields = Vec::new();
    if let Some(mtu) = take_text(&mut mesh, &["mtu"]) {
        fields.push(say::said("mtu", &mtu));
    }
    for (key, word) in [
        ("advertiseKubernetesNetworks", "advertise-kubernetes-networks"),
        ("allowDownPeerBypass", "allow-down-peer-bypass"),
        ("harvestExtraEndpoints", "harvest-extra-endpoints"),
    ] {
        if let Some((on, said)) = take_bool(&mut mesh, &[key]) {
            fields.push(say::flag(word, on, said.span).under(say::comments(said.comments.as_deref())));
        }
    }
    for (key, word) in [("endpoints", "endpoints"), ("excludeAdvertisedNetworks", "excluded-networks")] {
        if let Some(list) = take(&mut mesh, &["filters", key]).and_then(|field| texts(&field.value)) {
            let first = list.first()?.span;
            fields.push(say::list(word, first, list.iter().map(|own| (own.text.clone(), own.span))));
        }
    }
    // What is left no word says.
    if mesh.fields().next().is_some() {
        return None;
    }
    match at {
        [] => {
            let rest: Vec<String> = patch.value.fields().map(|field| field.key.to_string()).collect();
            let own = rest.iter().filter(|key| !matches!(key.as_str(), "apiVersion" | "kind"));
            own.for_each(|key| _ = take(&mut patch.value, &[key]));
        }
        at => _ = take(&mut patch.value, at),
    }
    let statement = Statement::new("kube-span", span);
    Some(Piece::new(if fields.is_empty() { statement } else { statement.holding(fields) }, all))
}
