//! What DHCP gives out and what is reserved: inside the subnet, once, and nobody's own address.
//!
//! Pools are compared with both in `overlaps.rs`.

use std::net::IpAddr;

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Span, codes};
use hnet_model::{AddressRange, Subnet, Traced};
use indexmap::IndexMap;

use crate::facts::Facts;
use crate::facts::inventory::{Claim, Owner, Ranges, edge, next, previous};

/// Ranges lie in their subnet.
pub(crate) fn ranges_outside_subnet(facts: &Facts<'_>, out: &mut Diagnostics) {
    for subnet in &facts.network.subnets {
        let reserved = subnet.reservations.iter().map(|reservation| (&reservation.range, "is reserved"));
        for (range, called) in subnet.dhcp.iter().map(|range| (range, "is given out by DHCP")).chain(reserved) {
            outside(subnet, range, called, out);
        }
    }
}

fn outside(subnet: &Subnet, range: &Traced<AddressRange>, called: &str, out: &mut Diagnostics) {
    let AddressRange { first, last } = range.value;
    if subnet.prefixes.iter().any(|prefix| prefix.value.contains(&first) && prefix.value.contains(&last)) {
        return;
    }
    let mut finding = Diagnostic::new(
        &codes::RANGE_OUTSIDE_SUBNET,
        format!("`{}` is not in subnet `{}`", range.value, subnet.name.value),
    )
    .label(range.span(), format!("this {called}"));
    for prefix in &subnet.prefixes {
        finding = finding.label(prefix.span(), format!("the subnet is {}", prefix.value));
    }
    out.report(finding.help(format!("write a range of the subnet, such as `{}[100-199]`", subnet.name.value)));
}

/// Two DHCP ranges of a subnet share no address.
pub(crate) fn overlapping(facts: &Facts<'_>, out: &mut Diagnostics) {
    for subnet in &facts.network.subnets {
        let mut ranges: Vec<&Traced<AddressRange>> = subnet.dhcp.iter().collect();
        ranges.sort_by_key(|range| (range.value.first, range.span()));
        let mut furthest: Option<&Traced<AddressRange>> = None;
        for range in ranges {
            if let Some(other) = furthest.filter(|other| other.value.overlaps(&range.value)) {
                let (first, second) = if other.span() <= range.span() { (other, range) } else { (range, other) };
                let both = AddressRange { first: other.value.first, last: other.value.last.max(range.value.last) };
                out.report(
                    Diagnostic::new(
                        &codes::OVERLAPPING_DHCP,
                        format!("DHCP gives out addresses of `{}` twice", subnet.name.value),
                    )
                    .label(second.span(), format!("{} are given out here", second.value))
                    .label(first.span(), format!("and {} here", first.value))
                    .help(format!("make them one range: `{both}`")),
                );
            }
            if furthest.is_none_or(|other| other.value.last < range.value.last) {
                furthest = Some(range);
            }
        }
    }
}

/// What is given away holds neither the first nor the last address of a subnet, with which nobody works.
pub(crate) fn edges(facts: &Facts<'_>, out: &mut Diagnostics) {
    // Who asks for such an address is told so instead.
    if !facts.knows_all_written() {
        return;
    }
    for subnet in &facts.network.subnets {
        for range in &subnet.dhcp {
            check_edges(facts, range, "DHCP gives it out", out);
        }
    }
    for pool in facts.network.clusters.iter().flat_map(|cluster| &cluster.pools) {
        // What no node answers ARP for is routed, address by address.
        for range in pool.ranges.iter().filter(|_| pool.announce.is_some()) {
            // One that holds what is in use is too large altogether, which is said.
            if !facts.claimed(range.value).iter().any(|claim| !claim.owner.is_balanced()) {
                check_edges(facts, range, "a load balancer may get it", out);
            }
        }
    }
}

fn check_edges(facts: &Facts<'_>, range: &Traced<AddressRange>, what: &str, out: &mut Diagnostics) {
    let AddressRange { first, last } = range.value;
    // Who asks for such an address is told so.
    let at = |address: IpAddr| {
        let place = facts.subnets.holding(address).filter(|place| !place.is_wrong)?;
        let called = edge(place.prefix.value, address).filter(|_| facts.owners(address).is_empty())?;
        Some((place, called))
    };
    let (low, high) = (at(first), at(last).filter(|_| first != last));
    let Some((place, called)) = high.or(low) else { return };
    let (subnet, prefix) = (place.subnet, place.prefix);
    let called = match (low, high) {
        (Some(_), Some(_)) => "the network and the broadcast address".to_owned(),
        _ => called.to_owned(),
    };
    let mut finding =
        Diagnostic::new(&codes::RANGE_HOLDS_EDGE, format!("the range holds {called} of `{}`", subnet.name.value))
            .label(range.span(), what)
            .label(prefix.span(), format!("the subnet is {}", prefix.value));
    let (first, last) =
        (if low.is_some() { next(first) } else { first }, if high.is_some() { previous(last) } else { last });
    if first <= last {
        let right = facts.written_as_at(range.span(), AddressRange { first, last });
        let order = format!("write `{right}`");
        finding = finding.help(order.as_str()).fix(order, range.span(), right);
    }
    out.report(finding);
}

/// DHCP does not give out what is reserved, unless by a lease of its own.
pub(crate) fn reserved_in_dhcp(facts: &Facts<'_>, out: &mut Diagnostics) {
    for subnet in &facts.network.subnets {
        let given: Ranges<Span> = subnet.dhcp.iter().map(|range| (range.value, range.span())).collect();
        for reservation in &subnet.reservations {
            let range = &reservation.range;
            let Some((dhcp, span)) = given.meeting(range.value) else { continue };
            let finding = Diagnostic::new(
                &codes::RESERVATION_IN_DHCP_RANGE,
                format!("DHCP gives out what `{}` reserves", subnet.name.value),
            )
            .label(range.span(), format!("{} is reserved", range.value))
            .label(*span, format!("DHCP gives out {dhcp}"))
            .help("make the DHCP range smaller, unless the reservation is a lease that is tied to a MAC");
            out.report(finding);
        }
    }
}

/// How many of the addresses in one range are shown.
const SHOWN: usize = 4;

/// A range and what to say of an address in it.
struct Taken<'a> {
    subnet: &'a Subnet,
    span: Span,
    reason: Option<&'a str>,
    code: &'static Code,
}

/// What has an address of its own does not take one that somebody else may get.
pub(crate) fn addresses_in_ranges(facts: &Facts<'_>, out: &mut Diagnostics) {
    let subnets = &facts.network.subnets;
    let given = subnets.iter().flat_map(|subnet| {
        let taken = |span| Taken { subnet, span, reason: None, code: &codes::ADDRESS_IN_DHCP_RANGE };
        subnet.dhcp.iter().map(move |range| (range.value, taken(range.span())))
    });
    let reserved = subnets.iter().flat_map(|subnet| {
        subnet.reservations.iter().map(move |reservation| {
            let span = reservation.range.span();
            let reason = reservation.reason.as_deref();
            (reservation.range.value, Taken { subnet, span, reason, code: &codes::RESERVED_ADDRESS })
        })
    });
    let (given, reserved): (Ranges<_>, Ranges<_>) = (given.collect(), reserved.collect());
    let mut found: IndexMap<Span, Found<'_, '_>> = IndexMap::new();
    for claim in &facts.claims {
        // A gateway's address is the pool's, and the pool is compared with the ranges as a whole.
        if claim.owner.is_balanced() {
            continue;
        }
        let Some((range, taken)) = reserved.holding(claim.address).or_else(|| given.holding(claim.address)) else {
            continue;
        };
        // That is how a reservation is meant.
        if taken.is_dhcp() && claim.is_reserved() {
            continue;
        }
        let found = found.entry(taken.span).or_insert_with(|| Found { range, taken, claims: Vec::new() });
        found.claims.push(claim);
    }
    for found in found.values() {
        // A range that is too large is one mistake; an address alone may well be at the wrong place itself.
        if let [one, other] = found.claims.as_slice()
            && found.code(&[one]) != found.code(&[other])
        {
            out.report(found.one(one));
            out.report(found.one(other));
            continue;
        }
        out.report(match found.claims.as_slice() {
            [claim] => found.one(claim),
            _ => found.several(),
        });
    }
}

/// A range with the addresses in it that somebody has.
struct Found<'f, 'a> {
    range: AddressRange,
    taken: &'f Taken<'a>,
    claims: Vec<&'f Claim<'a>>,
}

impl Taken<'_> {
    fn is_dhcp(&self) -> bool {
        *self.code == codes::ADDRESS_IN_DHCP_RANGE
    }

    /// Who may get the addresses of the range.
    fn label(&self, range: AddressRange) -> String {
        if self.is_dhcp() {
            return format!("DHCP gives out {range}");
        }
        let reason = self.reason.map_or_else(|| "for something else".to_owned(), |reason| format!("for {reason}"));
        format!("{range} is kept {reason}")
    }

    /// A machine may have its own address from the router's list of MACs, which routers keep in the range.
    fn may_be_a_lease(&self, claim: &Claim<'_>) -> bool {
        self.is_dhcp() && matches!(claim.owner, Owner::Host(_) | Owner::Node(_))
    }
}

impl Found<'_, '_> {
    fn one(&self, claim: &Claim<'_>) -> Diagnostic {
        let taken = self.taken;
        let name = &taken.subnet.name.value;
        let (title, help) = match (taken.is_dhcp(), &claim.owner) {
            (true, Owner::Node(_)) => (
                format!("`{}` is in the DHCP range of `{name}`", claim.address),
                "take an address outside the range, or write `reserved` for `address` where DHCP gives it",
            ),
            (true, _) => (
                format!("`{}` is in the DHCP range of `{name}`", claim.address),
                "take an address outside the range, or make the range smaller",
            ),
            (false, _) => (
                format!("`{}` is reserved in `{name}`", claim.address),
                "take another address, or leave this one out of the reservation",
            ),
        };
        Diagnostic::new(self.code(&[claim]), title)
            .label(claim.span, format!("{} has it", claim.owner))
            .label(taken.span, taken.label(self.range))
            .help(help)
    }

    fn several(&self) -> Diagnostic {
        let taken = self.taken;
        let name = &taken.subnet.name.value;
        let count = self.claims.len();
        let (title, help) = if taken.is_dhcp() {
            (
                format!("the DHCP range of `{name}` holds {count} addresses in use"),
                "make the range smaller, or write `reserved` for `address` where DHCP gives a node its own",
            )
        } else {
            (
                format!("what `{name}` reserves holds {count} addresses in use"),
                "make the reservation smaller, or take other addresses",
            )
        };
        let mut finding = Diagnostic::new(self.code(&self.claims), title).label(taken.span, taken.label(self.range));
        for claim in self.claims.iter().take(SHOWN) {
            finding = finding.label(claim.span, format!("{} has {}", claim.owner, claim.address));
        }
        finding.help(help)
    }

    fn code(&self, claims: &[&Claim<'_>]) -> &'static Code {
        let are_leases = claims.iter().all(|claim| self.taken.may_be_a_lease(claim));
        if are_leases { &codes::MACHINE_IN_DHCP_RANGE } else { self.taken.code }
    }
}
