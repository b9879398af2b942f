//! What is of the network, has no words here and stays where it is: each is listed, so that nothing is left out unsaid.
//!
//! Start at [`list`].

use hnet_diagnostics::Span;
use hnet_repository::Release;
use hnet_yaml::{Reader, Value};
use indexmap::IndexMap;

use crate::objects::Object;
use crate::report::Report;
use crate::take::leaves;

/// The kinds that say how a network works, by their group; none for all of a group.
const OF_A_NETWORK: [(&str, &[&str]); 8] = [
    ("gateway.networking.k8s.io", &[]),
    ("gateway.networking.x-k8s.io", &[]),
    ("gateway.envoyproxy.io", &[]),
    ("cilium.io", &[]),
    ("networking.k8s.io", &["Ingress", "IngressClass"]),
    ("policy.networking.k8s.io", &[]),
    ("metallb.io", &[]),
    ("k8s.cni.cncf.io", &["NetworkAttachmentDefinition"]),
];

/// What the routes of charts are counted under.
const OF_CHARTS: &str = "routes of charts";

/// Lists what of a cluster's network has no words.
pub(crate) fn list<'r>(objects: &[Object], releases: impl Iterator<Item = &'r Release>, report: &mut Report) {
    let is_it = |object: &&Object| {
        let of = |(group, kinds): &(&str, &[&str])| {
            *group == object.group && (kinds.is_empty() || kinds.contains(&object.kind.as_str()))
        };
        !object.is_of_the_network() && OF_A_NETWORK.iter().any(of)
    };
    // What stands once may be applied several times, by other names.
    let mut places: IndexMap<Span, Vec<&Object>> = IndexMap::new();
    for object in objects.iter().filter(is_it) {
        report.of(&object.kind).unread += leaves(&object.value);
        places.entry(object.value.span).or_default().push(object);
    }
    for (place, objects) in places {
        let Some(Object { kind, name, .. }) = objects.first() else { continue };
        let others = match objects.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        report.unread(place, format!("`{kind}` {name}{others}: hnet has no words for it, so it stays where it is"));
    }
    for release in releases {
        let mut routes = Vec::new();
        routes_below(&release.values, &mut routes);
        let Some(first) = routes.first() else { continue };
        report.of(OF_CHARTS).unread += routes.iter().map(|route| leaves(route)).sum::<usize>();
        let count = if let [_] = routes[..] { "a route".to_owned() } else { format!("{} routes", routes.len()) };
        let why = format!("`{}` has {count} in the values of its chart, which stay there", release.name);
        report.unread(first.span, why);
    }
}

/// The routes in the values of a chart: what names gateways that it attaches to, unless it is switched off.
fn routes_below<'v>(value: &'v Value, routes: &mut Vec<&'v Value>) {
    if value.get("enabled").and_then(|enabled| enabled.as_bool(Reader::Helm)) == Some(false) {
        return;
    }
    if !value.items_of("parentRefs").is_empty() {
        routes.push(value);
        return;
    }
    value.fields().for_each(|field| routes_below(&field.value, routes));
    value.items().iter().for_each(|item| routes_below(item, routes));
}
