//! Pools and how they are announced.

use hnet_diagnostics::Span;
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;
use indexmap::IndexSet;

use crate::gateway::head;
use crate::objects::Object;
use crate::say;
use crate::take::{scalar, take_text, take_texts, texts};
use crate::wires::Wires;

/// The label by which a selector takes the services of a namespace.
const NAMESPACE: &str = "io.kubernetes.service.namespace";

/// The policy that is said with a pool: the one of its name, or else the first that announces load balancers to the same
/// services and is not said with another.
pub(crate) fn policy_of(objects: &[Object], pool: usize, said: &IndexSet<usize>) -> Option<usize> {
    let own = &objects[pool];
    let selector = |object: &Object| {
        let selector = object.value.at(&["spec", "serviceSelector"]);
        selector.map(|selector| hnet_compare::Value::of(selector, hnet_yaml::Reader::ApiServer))
    };
    let of_pool = |name: &str| objects.iter().any(|other| other.kind == own.kind && other.name == name);
    let free = || {
        objects.iter().enumerate().filter(|(at, object)| {
            object.kind == "CiliumL2AnnouncementPolicy"
                && !said.contains(at)
                && object.value.at(&["spec", "loadBalancerIPs"]).and_then(Value::as_str) == Some("true")
        })
    };
    let of_name = free().find(|(_, policy)| policy.name == own.name);
    let of_services = || free().find(|(_, policy)| !of_pool(&policy.name) && selector(policy) == selector(own));
    of_name.or_else(of_services).map(|(at, _)| at)
}

/// A pool in words, with the policy that announces it, or why it has none.
/// `by_bgp` says of one without that routers are told of all services.
pub(crate) fn pool(
    object: &Object,
    policy: Option<&Object>,
    by_bgp: bool,
    wires: &Wires,
) -> Result<Statement, &'static str> {
    let (mut value, statement, of_metadata) = head("pool", object).ok_or("it has no name")?;
    let mut addresses: Vec<(String, Span)> = Vec::new();
    let mut has_prefix = false;
    for block in value.at(&["spec", "blocks"]).map(Value::items).unwrap_or_default() {
        if let Some(prefix) = block.get("cidr").and_then(scalar) {
            has_prefix |= !prefix.text.ends_with("/32") && !prefix.text.ends_with("/128");
            addresses.push((prefix.text, prefix.span));
        } else if let Some(start) = block.get("start").and_then(scalar) {
            let stop = block.get("stop").and_then(scalar).unwrap_or_else(|| start.clone());
            addresses.push((wires.said(&format!("{}-{}", start.text, stop.text)), block.span));
        }
    }
    let (_, first) = addresses.first().ok_or("it has no addresses")?;
    let mut fields = vec![say::list("addresses", *first, addresses.iter().cloned())];
    let keeps = take_text(&mut value, &["spec", "allowFirstLastIPs"]).is_some_and(|said| said.text == "No");
    if has_prefix && !keeps {
        fields.push(Statement::new("first-and-last", object.value.span));
    }
    fields.extend(namespaces(&value));
    fields.extend(policy.and_then(|policy| announce(policy, &object.name)));
    fields.extend((policy.is_none() && by_bgp).then(|| say::field("announce", "bgp", object.value.span)));
    fields.extend(of_metadata);
    Ok(statement.holding(fields).apart())
}

/// The namespaces whose services a selector takes.
fn namespaces(value: &Value) -> Option<Statement> {
    if let Some(namespace) = value.at(&["spec", "serviceSelector", "matchLabels", NAMESPACE]).and_then(scalar) {
        return Some(say::field("namespaces", &namespace.text, namespace.span));
    }
    let expressions = value.at(&["spec", "serviceSelector", "matchExpressions"])?;
    let is_it = |one: &&Value| one.str_at(&["key"]) == Some(NAMESPACE) && one.str_at(&["operator"]) == Some("In");
    let found = expressions.items().iter().find(is_it)?;
    let values = found.get("values").and_then(texts).filter(|values| !values.is_empty())?;
    let said = values.iter().map(|one| (one.text.clone(), one.span));
    Some(say::list("namespaces", values[0].span, said))
}

/// How a policy announces a pool.
fn announce(policy: &Object, pool: &str) -> Option<Statement> {
    let (mut value, statement, _) = head("announce", policy)?;
    let mut fields = Vec::new();
    if policy.name != pool {
        fields.push(say::field("policy", &policy.name, statement.span));
    }
    if let Some(interfaces) = take_texts(&mut value, &["spec", "interfaces"]).filter(|all| !all.is_empty()) {
        let each = interfaces.iter().map(|one| hnet_syntax::tree::Value::string(&one.text, one.span));
        fields.push(Statement::new("interfaces", interfaces[0].span).with_list(each));
    }
    fields.extend(nodes(&value));
    let said = say::field("announce", "l2", statement.span).under(statement.leading);
    Some(if fields.is_empty() { said } else { said.holding(fields) })
}

/// The nodes that announce, where not all do.
pub(super) fn nodes(value: &Value) -> Option<Statement> {
    let selector = value.at(&["spec", "nodeSelector"])?;
    let expressions = selector.items_of("matchExpressions");
    let [expression] = expressions else { return None };
    let text = |key: &str| expression.str_at(&[key]).unwrap_or_default();
    match (text("key"), text("operator")) {
        ("node-role.kubernetes.io/control-plane", "DoesNotExist") => {
            Some(say::field("nodes", "workers", expression.span))
        }
        ("kubernetes.io/hostname", "In") => {
            let names = expression.get("values").and_then(texts).filter(|names| !names.is_empty())?;
            Some(say::list("nodes", names[0].span, names.iter().map(|name| (name.text.clone(), name.span))))
        }
        _ => None,
    }
}
