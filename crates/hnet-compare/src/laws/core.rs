//! Laws of Kubernetes' own kinds, and of what machines do alike.

use std::collections::BTreeMap;

use crate::Value;
use crate::canonical::{Ground, Node, Shape};
use crate::pair::Pair;

/// A port of a service leads to the same port of the pods unless another is said.
pub(super) fn a_port_leads_to_the_same_port(pair: &mut Pair<'_, '_>) {
    pair.each(|service| {
        let Some(ports) = service.at_mut(&["spec", "ports"]) else { return };
        for port in members_mut(ports) {
            let Some(number) = port.get("port").map(Node::value) else { continue };
            imply(port, "targetPort", number);
        }
    });
}

/// What a policy is about follows from the rules that it has.
pub(super) fn policy_types_follow_the_rules(pair: &mut Pair<'_, '_>) {
    pair.each(|policy| {
        let Some(spec) = policy.at_mut(&["spec"]) else { return };
        let egress = spec.get("egress").is_some_and(|rules| !rules.is_nothing());
        let types = ["Ingress"].into_iter().chain(egress.then_some("Egress"));
        let said = Value::List(types.map(|name| Value::Text(name.to_owned())).collect());
        match spec.at_mut(&["policyTypes"]) {
            // In one form, so that a written list may be compared with one that is not.
            Some(written) => {
                let mut said: Vec<Value> = written.members().iter().map(|node| node.value()).collect();
                said.sort_by_key(|value| std::cmp::Reverse(value.line()));
                if matches!(written.shape, Shape::Members(..)) {
                    written.shape = Shape::Leaf(Value::List(said));
                }
            }
            None => imply(spec, "policyTypes", said),
        }
    });
}

/// An image without a tag, or with the tag `latest`, is always pulled, and any other where it is not there.
pub(super) fn images_are_pulled_by_their_tag(pair: &mut Pair<'_, '_>) {
    pair.each(|workload| {
        let mut open = vec![workload];
        while let Some(node) = open.pop() {
            if let Some(image) = node.text_at(&["image"]).filter(|_| node.get("name").is_some()) {
                let tag = image.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
                let always = !image.contains('@') && matches!(tag, None | Some("latest"));
                let policy = if always { "Always" } else { "IfNotPresent" };
                imply(node, "imagePullPolicy", Value::Text(policy.to_owned()));
            }
            match &mut node.shape {
                Shape::Members(_, members) => open.extend(members.values_mut().map(|member| &mut member.node)),
                Shape::Ordered(items) => open.extend(items),
                Shape::Nothing | Shape::Leaf(_) => {}
                Shape::Map(map) => {
                    let ways = ["spec", "template", "jobTemplate", "containers", "initContainers"];
                    open.extend(map.iter_mut().filter(|(key, _)| ways.contains(&key.as_str())).map(|(_, node)| node));
                }
            }
        }
    });
}

/// A route to everywhere may leave out where it leads.
pub(super) fn a_route_to_everywhere(pair: &mut Pair<'_, '_>) {
    pair.each(|machine| {
        let mut open = vec![machine];
        while let Some(node) = open.pop() {
            match &mut node.shape {
                Shape::Members(_, members) => open.extend(members.values_mut().map(|member| &mut member.node)),
                Shape::Ordered(items) => open.extend(items),
                Shape::Nothing | Shape::Leaf(_) => {}
                Shape::Map(map) => {
                    for (key, node) in map.iter_mut() {
                        if key == "routes" {
                            shorten(node);
                        } else {
                            open.push(node);
                        }
                    }
                }
            }
        }
    });
}

fn shorten(routes: &mut Node<'_>) {
    let Shape::Members(_, members) = &mut routes.shape else { return };
    let mut found = BTreeMap::new();
    for (at, (_, mut member)) in std::mem::take(members).into_iter().enumerate() {
        let is_six = member.node.text_at(&["gateway"]).is_some_and(|gateway| gateway.contains(':'));
        let everywhere = if is_six { "::/0" } else { "0.0.0.0/0" };
        for key in ["network", "destination"] {
            if member.node.text_at(&[key]) == Some(everywhere)
                && let Some(node) = member.node.at_mut(&[key])
            {
                node.shape = Shape::Nothing;
                node.ground = Ground::Default;
            }
        }
        found.insert(member.node.value().line(), (at, member));
    }
    *members = found.into_iter().map(|(key, (_, member))| (key, member)).collect();
}

/// Says what is so where nothing is written.
fn imply(node: &mut Node<'_>, key: &str, value: Value) {
    if let Some(map) = node.map_mut() {
        map.entry(key.to_owned()).or_insert_with(|| Node::implied(Shape::Leaf(value)));
    }
}

fn members_mut<'n, 'a>(node: &'n mut Node<'a>) -> Vec<&'n mut Node<'a>> {
    match &mut node.shape {
        Shape::Members(_, members) => members.values_mut().map(|member| &mut member.node).collect(),
        Shape::Ordered(items) => items.iter_mut().collect(),
        _ => Vec::new(),
    }
}
