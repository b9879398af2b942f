//! Redirects from name to name must come to an end.
//!
//! A redirect that takes all paths sends whoever asks for one name to another; where that leads back, the browser
//! gives up. The same place over HTTPS is judged in `route_attachment.rs`. Start at [`redirect_circles`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Filter, GatewayId, HostName, ListenerProtocol, Match, PathMatch, Redirect, Route, RouteRule};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::attachment::WaysIn;

/// Where a request arrives: the gateway, whether over HTTPS, the name.
type Place<'a> = (GatewayId, bool, &'a HostName);

/// Where a request is sent from a place, and which route says so.
#[derive(Clone, Copy)]
struct Step<'a> {
    to: (bool, &'a HostName),
    route: &'a Route,
    place: Span,
}

/// No redirect leads back to where it started.
pub(crate) fn redirect_circles(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        let steps = steps(facts, ways);
        let mut done: IndexSet<Place<'_>> = IndexSet::new();
        for start in steps.keys() {
            // Each place is left once, so all walks together are as long as there are places.
            let mut walk: IndexSet<Place<'_>> = IndexSet::new();
            let mut at = *start;
            while !done.contains(&at) && walk.insert(at) {
                let Some(step) = steps.get(&at) else { break };
                at = (at.0, step.to.0, step.to.1);
            }
            if let (Some(first), false) = (walk.get_index_of(&at), done.contains(&at)) {
                let circle: Vec<&Step<'_>> = walk.iter().skip(first).filter_map(|place| steps.get(place)).collect();
                report(&circle, out);
            }
            done.extend(walk);
        }
    }
}

/// The redirects of whole names, by the places where they answer.
fn steps<'a>(facts: &Facts<'_>, ways: &WaysIn<'a>) -> IndexMap<Place<'a>, Step<'a>> {
    let mut steps = IndexMap::new();
    // One that lost something may lead elsewhere.
    for route in ways.cluster.routes.iter().filter(|route| facts.whole(route.span)) {
        let Some((redirect, place)) = route.rules.iter().find_map(of_all_paths) else { continue };
        let Some(host) = &redirect.host else { continue };
        for (parent, name) in route.parents.iter().flat_map(|parent| route.hostnames.iter().map(move |it| (parent, it)))
        {
            if name.value.is_wildcard() || name.value.is_template() || host.value.is_template() {
                continue;
            }
            for listener in ways.attached(route, parent.value, Some(&name.value)) {
                let secure = match ways.listener(parent.value.gateway, listener).protocol.value {
                    ListenerProtocol::Http => false,
                    ListenerProtocol::Https => true,
                    ListenerProtocol::Tls | ListenerProtocol::Tcp | ListenerProtocol::Udp => continue,
                };
                // The same name over HTTPS is judged elsewhere.
                let is_secure = redirect.scheme.as_ref().map_or(secure, |scheme| scheme.value == "https");
                if redirect.is_https() && secure && host.value == name.value {
                    continue;
                }
                let to = (is_secure, &host.value);
                steps.entry((parent.value.gateway, secure, &name.value)).or_insert(Step { to, route, place });
            }
        }
    }
    steps
}

/// The redirect of a rule that takes all requests and leaves their paths.
fn of_all_paths(rule: &RouteRule) -> Option<(&Redirect, Span)> {
    let all = |one: &Match| {
        let of_root = one.path.as_ref().is_none_or(|path| path.value == PathMatch::Prefix("/".to_owned()));
        of_root && Match { path: None, ..one.clone() } == Match::default()
    };
    if !rule.matches.is_empty() && !rule.matches.iter().any(all) {
        return None;
    }
    rule.filters.iter().find_map(|filter| match &filter.value {
        Filter::Redirect(redirect) if redirect.path.is_none() && redirect.port.is_none() => {
            Some((redirect, filter.span()))
        }
        _ => None,
    })
}

fn report(circle: &[&Step<'_>], out: &mut Diagnostics) {
    let Some(first) = circle.iter().min_by_key(|step| step.place) else { return };
    let title = match circle.len() {
        1 => format!("route `{}` redirects to itself", first.route.name.value),
        count => format!("{count} redirects lead back to where they start"),
    };
    let mut finding = Diagnostic::new(&codes::REDIRECT_LOOP, title)
        .label(first.place, format!("clients are sent to `{}`", first.to.1));
    for step in circle.iter().filter(|step| step.place != first.place).take(3) {
        finding = finding.label(step.place, format!("and from there to `{}`", step.to.1));
    }
    out.report(finding.help("send them to a name that answers, or let the route lead to a service"));
}
