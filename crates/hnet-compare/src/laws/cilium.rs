//! Laws of Cilium's kinds.

use std::net::IpAddr;

use ipnet::IpNet;
use regex_lite::Regex;

use crate::Value;
use crate::canonical::{Ground, Node, Shape};
use crate::pair::{Pair, mean_nothing};

/// The chart joins a list of devices with spaces. (templates/cilium-configmap.yaml)
pub(super) fn devices_in_a_list_or_in_a_text(pair: &mut Pair<'_, '_>) {
    let text = |values: &Node<'_>| match values.get("devices")?.value() {
        Value::Text(text) => Some(text),
        Value::List(items) => Some(items.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(" ")),
        _ => None,
    };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (Some(from), Some(to)) = (text(pair.from), text(pair.to)) else { return };
    if from.is_empty() || words(&from) != words(&to) {
        return;
    }
    pair.each(|values| {
        if let Some(devices) = values.at_mut(&["devices"]).filter(|devices| !matches!(devices.shape, Shape::Nothing)) {
            devices.shape = Shape::Leaf(Value::Text(from.clone()));
            devices.ground = Ground::Fact("the chart joins a list with spaces");
        }
    });
}

/// Pools are the same if the addresses that they give out are, however those are written.
pub(super) fn pools_of_equal_addresses(pair: &mut Pair<'_, '_>) {
    const FACT: &str = "both hold the same addresses";
    let (Some(from), Some(to)) = (addresses(pair.from), addresses(pair.to)) else { return };
    if from != to {
        return;
    }
    pair.each(|pool| {
        if let Some(blocks) = pool.at_mut(&["spec", "blocks"]) {
            let said = from.iter().map(|range| Value::Text(format!("{}-{}", range.0, range.1)));
            blocks.shape = Shape::Leaf(Value::List(said.collect()));
            blocks.ground = Ground::Fact(FACT);
        }
        if let Some(ends) = pool.at_mut(&["spec", "allowFirstLastIPs"]) {
            mean_nothing(ends, FACT);
        }
    });
}

/// The addresses of a pool as ranges in order, none touching another; none where a block cannot be read.
fn addresses(pool: &Node<'_>) -> Option<Vec<(IpAddr, IpAddr)>> {
    let spec = pool.get("spec")?;
    let keeps_ends = match spec.text_at(&["allowFirstLastIPs"]) {
        None | Some("Yes") => false,
        Some("No") => true,
        Some(_) => return None,
    };
    let blocks = spec.get("blocks")?.members();
    let mut ranges = Vec::with_capacity(blocks.len());
    for block in blocks {
        let range = match (block.text_at(&["cidr"]), block.text_at(&["start"]), block.text_at(&["stop"])) {
            (Some(cidr), None, None) => {
                let cidr: IpNet = cidr.parse().ok()?;
                let (first, last) = (number(cidr.network()), number(cidr.broadcast()));
                let ends = u128::from(keeps_ends && last - first > 1);
                (cidr.addr().is_ipv6(), first + ends, last - ends)
            }
            (None, Some(start), stop) => {
                let start: IpAddr = start.parse().ok()?;
                let stop: IpAddr = stop.map_or(Some(start), |stop| stop.parse().ok())?;
                (start.is_ipv6(), number(start), number(stop))
            }
            _ => return None,
        };
        ranges.push(range);
    }
    ranges.sort_unstable();
    let mut joined: Vec<(bool, u128, u128)> = Vec::new();
    for (is_six, first, last) in ranges {
        match joined.last_mut() {
            Some((other, _, end)) if *other == is_six && first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((is_six, first, last)),
        }
    }
    let address = |is_six: bool, number: u128| match is_six {
        true => IpAddr::V6(number.into()),
        false => IpAddr::V4(u32::try_from(number).unwrap_or(u32::MAX).into()),
    };
    Some(joined.into_iter().map(|(is_six, first, last)| (address(is_six, first), address(is_six, last))).collect())
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// A selector of nodes that run Linux selects all of them.
pub(super) fn all_nodes_run_linux(pair: &mut Pair<'_, '_>) {
    pair.each(|policy| {
        let Some(selector) = policy.at_mut(&["spec", "nodeSelector"]) else { return };
        let linux = [("kubernetes.io/os".to_owned(), Value::Text("linux".to_owned()))];
        let only = Value::Map(vec![("matchLabels".to_owned(), Value::Map(linux.to_vec()))]);
        if selector.value() == only {
            mean_nothing(selector, "all nodes run Linux");
        }
    });
}

/// Patterns of interfaces are the same if they match the same links.
pub(super) fn interfaces_that_match_the_same_links(pair: &mut Pair<'_, '_>) {
    if pair.facts.links.is_empty() {
        return;
    }
    let matched = |policy: &Node<'_>| {
        let patterns = policy.get("spec")?.get("interfaces")?.members();
        let read = |node: &&Node<'_>| match node.value() {
            Value::Text(text) => Regex::new(&text).ok(),
            _ => None,
        };
        let patterns: Option<Vec<Regex>> = patterns.iter().map(read).collect();
        let patterns = patterns?;
        let links = pair.facts.links.iter().filter(|link| patterns.iter().any(|pattern| pattern.is_match(link)));
        Some(links.cloned().collect::<Vec<String>>())
    };
    let (from, to) = (matched(pair.from), matched(pair.to));
    let Some(links) = from.filter(|from| to.as_ref() == Some(from) && !from.is_empty()) else { return };
    pair.each(|policy| {
        let Some(interfaces) = policy.at_mut(&["spec", "interfaces"]) else { return };
        interfaces.shape = Shape::Leaf(Value::List(links.iter().cloned().map(Value::Text).collect()));
        interfaces.ground = Ground::Fact("both match the same links of all nodes");
    });
}

/// A selector that only excludes what nothing has selects everything: the way to say so before an empty one worked.
pub(super) fn a_selector_that_excludes_nothing(pair: &mut Pair<'_, '_>) {
    pair.each(|advertisement| {
        let Some(list) = advertisement.at_mut(&["spec", "advertisements"]) else { return };
        let nodes: Vec<&mut Node<'_>> = match &mut list.shape {
            Shape::Members(_, members) => members.values_mut().map(|member| &mut member.node).collect(),
            Shape::Ordered(items) => items.iter_mut().collect(),
            _ => return,
        };
        for node in nodes {
            let Some(selector) = node.at_mut(&["selector"]) else { continue };
            let Some(map) = selector.map_mut() else { continue };
            let excludes = |expression: &&Node<'_>| {
                let is_unused = |value: &Value| value.as_str().is_some_and(|value| value.starts_with("never"));
                let values = expression.get("values").map(Node::value).unwrap_or_default();
                expression.text_at(&["operator"]) == Some("NotIn") && values.items().iter().all(is_unused)
            };
            let only = map.len() == 1
                && map.get("matchExpressions").is_some_and(|all| {
                    let all = all.members();
                    !all.is_empty() && all.iter().all(excludes)
                });
            if only {
                map.clear();
                selector.ground = Ground::Fact("no service has the value that is excluded");
            }
        }
    });
    rekey(pair);
}

/// Members of a set are found by what they say, which has changed.
fn rekey(pair: &mut Pair<'_, '_>) {
    pair.each(|advertisement| {
        if let Some(list) = advertisement.at_mut(&["spec", "advertisements"])
            && let Shape::Members(_, members) = &mut list.shape
        {
            let all = std::mem::take(members).into_values().enumerate();
            *members =
                all.map(|(at, member)| (format!("{}\u{1f}{at:09}", member.node.value().line()), member)).collect();
        }
    });
}

/// A policy with one rule may write it as a list of one.
pub(super) fn one_rule_in_a_list(pair: &mut Pair<'_, '_>) {
    let of_list = |policy: &Node<'_>| {
        let specs = policy.get("specs")?.members();
        match (specs.as_slice(), policy.get("spec")) {
            ([only], None) => Some(only.value()),
            _ => None,
        }
    };
    let plain = |policy: &Node<'_>| policy.get("spec").filter(|_| policy.get("specs").is_none()).map(Node::value);
    let is_same = match (of_list(pair.from), of_list(pair.to)) {
        (Some(one), None) => plain(pair.to) == Some(one),
        (None, Some(one)) => plain(pair.from) == Some(one),
        _ => false,
    };
    if is_same {
        say_as_one_rule(pair);
    }
}

/// Says of two policies that their rules are the same, of which one may be written as a list of one.
pub(super) fn say_as_one_rule(pair: &mut Pair<'_, '_>) {
    pair.each(|policy| {
        let Some(map) = policy.map_mut() else { return };
        if let Some(mut specs) = map.remove("specs") {
            specs.shape = Shape::Leaf(Value::Text("the rule".to_owned()));
            specs.ground = Ground::Fact("a rule is the same as a list of one");
            map.insert("spec".to_owned(), specs);
        } else if let Some(spec) = map.get_mut("spec") {
            spec.shape = Shape::Leaf(Value::Text("the rule".to_owned()));
        }
    });
}
