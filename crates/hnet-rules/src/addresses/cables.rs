//! What is plugged into what: uplinks that lead outside and not back, and ports for all cables.
//!
//! Start at [`uplinks`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Network, RouterId, SwitchId, Traced, Uplink};

use crate::facts::Facts;

/// A router or a switch as one number: the routers first.
fn number(network: &Network, uplink: Uplink) -> Option<usize> {
    match uplink {
        Uplink::Internet(_) => None,
        Uplink::Router(RouterId(at)) => Some(at),
        Uplink::Switch(SwitchId(at)) => Some(network.routers.len() + at),
    }
}

/// Uplinks lead outside, or end: none leads back to where it starts.
pub(crate) fn uplinks(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    let routers = network.routers.iter().map(|router| (format!("router `{}`", router.name.value), &router.uplink));
    let switches = network.switches.iter().map(|switch| (format!("switch `{}`", switch.name.value), &switch.uplink));
    let all: Vec<(String, &Option<Traced<Uplink>>)> = routers.chain(switches).collect();
    // Each is walked over once: what an earlier walk reached leads to no further circle.
    let mut walk_of = vec![0; all.len()];
    for start in 0..all.len() {
        let (walk, mut at) = (start + 1, start);
        let mut circle = None;
        while walk_of[at] == 0 {
            walk_of[at] = walk;
            let Some(next) = all[at].1.and_then(|uplink| number(network, uplink.value)) else { break };
            circle = (walk_of[next] == walk).then_some(next);
            at = next;
        }
        if let Some(first) = circle {
            in_a_circle(network, &all, first, out);
        }
    }
}

fn in_a_circle(network: &Network, all: &[(String, &Option<Traced<Uplink>>)], first: usize, out: &mut Diagnostics) {
    let mut members: Vec<(Span, &str)> = Vec::new();
    let mut at = first;
    loop {
        let (called, uplink) = &all[at];
        let Some(uplink) = uplink else { return };
        members.push((uplink.span(), called));
        match number(network, uplink.value) {
            Some(next) if next != first => at = next,
            _ => break,
        }
    }
    members.sort();
    // The documentation repeats the title of what is allowed, in whatever order things are declared.
    let Some(called) = members.iter().map(|(_, called)| called).min() else { return };
    let title = match members.as_slice() {
        [_] => format!("{called} is its own uplink"),
        _ => format!("uplinks lead in a circle, back to {called}"),
    };
    let mut finding = Diagnostic::new(&codes::UPLINKS_IN_A_CIRCLE, title);
    for (place, called) in members.iter().take(4) {
        finding = finding.label(*place, format!("{called} is plugged in here"));
    }
    out.report(finding.help("write as `uplink` what is nearer to the outside, and none on the outermost"));
}

/// A switch has a port for each cable.
pub(crate) fn ports(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    let own = network.switches.iter().enumerate().filter_map(|(at, switch)| Some((at, switch.uplink?.span())));
    let mut cables: Vec<(usize, Span)> = own.collect();
    let uplinks = network.routers.iter().filter_map(|router| router.uplink);
    for uplink in uplinks.chain(network.switches.iter().filter_map(|switch| switch.uplink)) {
        if let Uplink::Switch(SwitchId(at)) = uplink.value {
            cables.push((at, uplink.span()));
        }
    }
    let plugged = network.hosts.iter().filter_map(|host| host.switch);
    let interfaces = facts.nodes().flat_map(|node| &node.interfaces).filter_map(|interface| interface.switch);
    cables.extend(plugged.chain(interfaces).map(|switch| (switch.value.0, switch.span())));
    cables.sort();
    for cables in cables.chunk_by(|one, other| one.0 == other.0) {
        let Some(switch) = cables.first().and_then(|(at, _)| network.switches.get(*at)) else { continue };
        let Some(ports) = &switch.ports else { continue };
        let Some((_, place)) = usize::try_from(ports.value).ok().and_then(|count| cables.get(count)) else { continue };
        let (name, count) = (&switch.name.value, cables.len());
        out.report(
            Diagnostic::new(
                &codes::MORE_CABLES_THAN_PORTS,
                format!("switch `{name}` has {} ports for {count} cables", ports.value),
            )
            .label(ports.span(), "so many cables can be plugged in")
            .label(*place, "no port is left for this one")
            .help("its uplink takes a port as well: plug something into another switch, or correct the number"),
        );
    }
}
