//! Addresses for which the name of something that has one may stand.

use std::net::IpAddr;
use std::rc::Rc;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_language::values::{self, has_placeholder, refuse};
use hnet_language::{Scope, Space, Type, ValueType};
use hnet_model::{Address, IpNet};
use hnet_syntax::tree::{Value, ValueKind};

use crate::spaces;

/// A host name, or an address or the name of something that has some, for certificates and NTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NameOrAddress {
    /// A name that somebody else resolves, or a text with a placeholder.
    Name(String),
    /// Addresses.
    Addresses(AddressOrName),
}

impl NameOrAddress {
    /// The name, or all addresses.
    pub(crate) fn all(self) -> Vec<String> {
        match self {
            NameOrAddress::Name(name) => vec![name],
            NameOrAddress::Addresses(addresses) => texts(addresses.all()),
        }
    }

    /// The name, or the addresses of a server that machines with such prefixes ask.
    pub(crate) fn servers_for(self, prefixes: &[IpNet]) -> Vec<String> {
        match self {
            NameOrAddress::Name(name) => vec![name],
            NameOrAddress::Addresses(addresses) => texts(addresses.servers_for(prefixes)),
        }
    }
}

fn texts(addresses: Vec<Address>) -> Vec<String> {
    addresses.iter().map(Address::to_string).collect()
}

impl ValueType for NameOrAddress {
    const TYPE: Type =
        Type::Address { called: "a host name or an address", examples: "`time.cloudflare.com`, `lan[1]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(NameOrAddress::Name(value.text.to_string()));
        }
        if let Some(indexed) = scope.index(value, out) {
            return Ok(NameOrAddress::Addresses(AddressOrName::Address(Address::Known(indexed?.first))));
        }
        match values::address(&value.text) {
            Ok(address) => return Ok(NameOrAddress::Addresses(AddressOrName::Address(Address::Known(address)))),
            Err(wrong) if values::is_like_ipv4(&value.text) => return Err(refuse(wrong, value, out)),
            Err(_) => {}
        }
        if let Some((declared, addresses)) = scope.addresses(value).filter(|(_, addresses)| !addresses.is_empty()) {
            return Ok(NameOrAddress::Addresses(AddressOrName::of(declared.space, addresses)));
        }
        values::host_name(&value.text, true)
            .map(|name| NameOrAddress::Name(name.to_string()))
            .map_err(|wrong| refuse(wrong, value, out))
    }
}

/// An address, or the name of something that has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AddressOrName {
    /// An address.
    Address(Address),
    /// All addresses of what is named.
    Named {
        addresses: Rc<[IpAddr]>,
        /// Whether it is a router, which has an address in each of its subnets.
        is_router: bool,
    },
}

impl AddressOrName {
    fn of(space: Space, addresses: Rc<[IpAddr]>) -> Self {
        AddressOrName::Named { addresses, is_router: space == spaces::ROUTER }
    }

    /// All its addresses.
    pub(crate) fn all(self) -> Vec<Address> {
        match self {
            AddressOrName::Address(address) => vec![address],
            AddressOrName::Named { addresses, .. } => known(addresses.to_vec()),
        }
    }

    /// Of each family the addresses that lie in one of the prefixes, or else all.
    pub(crate) fn near(self, prefixes: &[IpNet]) -> Vec<Address> {
        match self {
            AddressOrName::Address(address) => vec![address],
            AddressOrName::Named { addresses, .. } => known(nearest(&addresses, prefixes)),
        }
    }

    /// The addresses at which machines with such prefixes ask it: those of the machines' families, where it has some,
    /// and the near ones of them. Of a router one for each family: the others lead to the same machine.
    pub(crate) fn servers_for(self, prefixes: &[IpNet]) -> Vec<Address> {
        let (addresses, is_router) = match self {
            AddressOrName::Address(address) => return vec![address],
            AddressOrName::Named { addresses, is_router } => (addresses, is_router),
        };
        let mut servers = nearest(&addresses, prefixes);
        if is_router {
            let of_family = |six: bool| servers.iter().copied().find(|address| address.is_ipv6() == six);
            let one_each = [of_family(false), of_family(true)];
            servers.retain(|address| one_each.contains(&Some(*address)));
            servers.dedup();
        }
        let of_family = |address: &IpAddr| prefixes.iter().any(|prefix| prefix.addr().is_ipv4() == address.is_ipv4());
        if servers.iter().any(of_family) {
            servers.retain(of_family);
        }
        known(servers)
    }
}

fn known(addresses: Vec<IpAddr>) -> Vec<Address> {
    addresses.into_iter().map(Address::Known).collect()
}

/// Of each family the addresses that lie in one of the prefixes, or else all.
fn nearest(addresses: &[IpAddr], prefixes: &[IpNet]) -> Vec<IpAddr> {
    let is_near = |address: &&IpAddr| prefixes.iter().any(|prefix| prefix.contains(*address));
    let near: Vec<IpAddr> = addresses.iter().filter(is_near).copied().collect();
    let has_near = |six: bool| near.iter().any(|address| address.is_ipv6() == six);
    match (has_near(false), has_near(true)) {
        (true, true) => near,
        (false, false) => addresses.to_vec(),
        (_, six) => {
            let far = addresses.iter().copied().filter(|address| address.is_ipv6() != six);
            let mut both: Vec<IpAddr> = near.into_iter().chain(far).collect();
            // IPv4 stays before IPv6, which is the order in which both are nearly always said.
            both.sort_by_key(|address| address.is_ipv6());
            both
        }
    }
}

impl ValueType for AddressOrName {
    const TYPE: Type = Type::Address {
        called: "an address, or the name of something that has one",
        examples: "`1.1.1.1`, `lan[1]`, `edge`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if let Some((declared, addresses)) = scope.addresses(value) {
            if addresses.is_empty() {
                if let Some(reported) = scope.lost_address(value, out) {
                    return Err(reported);
                }
                return Err(out.report(
                    Diagnostic::new(&codes::NAME_WITHOUT_ADDRESS, format!("`{}` has no address", value.text))
                        .label(value.span, "an address is wanted here")
                        .label(declared.span, "declared without an address")
                        .help(format!("give `{}` an `address`, or write the address here", value.text)),
                ));
            }
            return Ok(AddressOrName::of(declared.space, addresses));
        }
        let looks_like_name = value.text.starts_with(|c: char| c.is_ascii_alphabetic())
            && !value.text.contains([':', '[', '.', '$'])
            && value.kind == ValueKind::Word;
        if looks_like_name {
            let wanted = [spaces::ROUTER, spaces::HOST, spaces::NODE, spaces::GATEWAY, spaces::SWITCH];
            return scope.resolve(&wanted, value, out).map(|found| AddressOrName::of(found.space, Rc::default()));
        }
        Address::read(value, scope, out).map(AddressOrName::Address)
    }
}
