//! What is of the network, has no words here and stays where it is: each is listed, so that nothing is left out unsaid.
//!
//! Start at [`list`].

use hnet_diagnostics::Span;
use hnet_repository::Cluster;
use hnet_syntax::tree::Statement;
use hnet_yaml::{Reader, Value};
use indexmap::IndexMap;

use crate::objects::Object;
use crate::report::{Report, Unread};
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
pub(crate) fn list(objects: &[Object], all: Option<&Cluster>, report: &mut Report) {
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
    let Some(cluster) = all.filter(|all| !all.releases.is_empty()) else { return };
    let known = Known::of(cluster);
    for release in &cluster.releases {
        let mut routes = Vec::new();
        routes_below(&release.values, &mut routes);
        let Some(first) = routes.first() else { continue };
        let (mut fields, mut observed) = (0, 0);
        routes.iter().for_each(|route| {
            route.leaves(&mut |_, leaf| {
                fields += 1;
                observed += usize::from(known.holds(leaf.span));
            });
        });
        let count = report.of(OF_CHARTS);
        (count.observed, count.unread) = (count.observed + observed, count.unread + fields - observed);
        let count = if let [_] = routes[..] { "a route".to_owned() } else { format!("{} routes", routes.len()) };
        let why = format!("`{}` has {count} in the values of its chart, which stay there", release.name);
        let is_known = routes.iter().all(|route| known.is_within(route.span));
        if is_known { &mut report.observed } else { &mut report.unread }.push(Unread::new(first.span, why));
    }
}

/// The places of what is known of a cluster without being said, as words that do not overlap, in order.
struct Known(Vec<Span>);

impl Known {
    fn of(cluster: &Cluster) -> Known {
        let mut places = Vec::new();
        let facts = hnet_observe::read(cluster, Span::default());
        facts.statements.iter().for_each(|statement| values(statement, &mut places));
        places.sort();
        Known(places)
    }

    /// Whether a place is in that of a word.
    fn holds(&self, place: Span) -> bool {
        let before = self.0.partition_point(|own| (own.file, own.start) <= (place.file, place.start));
        let nearest = before.checked_sub(1).map(|at| self.0[at]);
        nearest.is_some_and(|own| own.file == place.file && place.end <= own.end)
    }

    /// Whether anything in a place is known.
    fn is_within(&self, place: Span) -> bool {
        let from = self.0.partition_point(|own| (own.file, own.start) < (place.file, place.start));
        self.0.get(from).is_some_and(|own| own.file == place.file && own.end <= place.end)
    }
}

/// The places of the values of a statement and of those in it.
fn values(statement: &Statement, places: &mut Vec<Span>) {
    places.extend(statement.arguments.iter().map(|argument| argument.value.span));
    statement.statements().iter().for_each(|nested| values(nested, places));
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
