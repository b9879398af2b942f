//! Addresses, ranges and MACs: written out, indexed, or by the name of something that has one.

use std::net::IpAddr;
use std::rc::Rc;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_model::{Address, AddressRange, InterfaceAddress, IpNet, Mac};
use hnet_syntax::tree::{Value, ValueKind};

use super::{ValueType, has_placeholder, refuse};
use crate::names::Indexed;
use crate::scope::{Scope, Space};
use crate::values;
use crate::vocabulary::Type;

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
    const TYPE: Type = Type::Plain { called: "a host name or an address", examples: "`time.cloudflare.com`, `lan[1]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(NameOrAddress::Name(value.text.to_string()));
        }
        if let Some(indexed) = scope.index(value, out) {
            return Ok(NameOrAddress::Addresses(AddressOrName::Address(Address::Known(indexed?.first))));
        }
        if let Ok(address) = values::address(&value.text) {
            return Ok(NameOrAddress::Addresses(AddressOrName::Address(Address::Known(address))));
        }
        if let Some((declared, addresses)) = scope.addresses(value).filter(|(_, addresses)| !addresses.is_empty()) {
            return Ok(NameOrAddress::Addresses(AddressOrName::of(declared.space, addresses)));
        }
        values::host_name(&value.text, true)
            .map(|name| NameOrAddress::Name(name.to_string()))
            .map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for Address {
    const TYPE: Type = Type::Plain { called: "an address", examples: "`192.168.10.1`, `lan[1]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(Address::Placeholder(value.text.to_string()));
        }
        match scope.index(value, out) {
            Some(indexed) => single(indexed?, value, out).map(Address::Known),
            None => values::address(&value.text).map(Address::Known).map_err(|wrong| refuse(wrong, value, out)),
        }
    }
}

fn single(indexed: Indexed, value: &Value, out: &mut Diagnostics) -> Result<IpAddr, Reported> {
    match indexed.last {
        None => Ok(indexed.first),
        Some(_) => Err(out.report(
            Diagnostic::new(&codes::NOT_AN_ADDRESS, format!("`{}` is a range", value.text))
                .label(value.span, "one address is wanted here")
                .help("index one address: `lan[11]`"),
        )),
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
        AddressOrName::Named { addresses, is_router: space == Space::Router }
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
    const TYPE: Type = Type::Plain {
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
            let wanted = [Space::Router, Space::Host, Space::Node, Space::Gateway, Space::Switch];
            return scope.resolve(&wanted, value, out).map(|found| AddressOrName::of(found.space, Rc::default()));
        }
        Address::read(value, scope, out).map(AddressOrName::Address)
    }
}

impl ValueType for InterfaceAddress {
    const TYPE: Type =
        Type::Plain { called: "an address with its prefix length", examples: "`192.168.10.11/24`, `lan[11]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(InterfaceAddress::Placeholder(value.text.to_string()));
        }
        if let Some(indexed) = scope.index(value, out) {
            let indexed = indexed?;
            let address = single(indexed, value, out)?;
            let net = IpNet::new(address, indexed.prefix.prefix_len()).unwrap_or(indexed.prefix);
            return Ok(InterfaceAddress::Known(net));
        }
        values::interface_address(&value.text).map(InterfaceAddress::Known).map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for AddressRange {
    const TYPE: Type =
        Type::Plain { called: "a range of addresses", examples: "`lan[32-63]`, `10.0.0.32-10.0.0.63`, `10.0.0.32/27`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if let Some(indexed) = scope.index(value, out) {
            let Indexed { first, last, .. } = indexed?;
            let last = last.unwrap_or(first);
            if last < first {
                return Err(out.report(
                    Diagnostic::new(&codes::NOT_A_RANGE, format!("`{}` ends before it starts", value.text))
                        .label(value.span, format!("from {first} to {last}"))
                        .help("write the lower end first"),
                ));
            }
            return Ok(AddressRange { first, last });
        }
        values::range(&value.text).map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for Mac {
    const TYPE: Type = Type::Plain { called: "a MAC address", examples: "`02:00:5e:00:00:11`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(Mac::Placeholder(value.text.to_string()));
        }
        values::mac(&value.text, false).map_err(|wrong| refuse(wrong, value, out))
    }
}

/// A MAC, or a glob over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MacPattern(pub(crate) Mac);

impl ValueType for MacPattern {
    const TYPE: Type =
        Type::Plain { called: "a MAC address, perhaps with `*`", examples: "`02:00:5e:00:00:11`, `02:00:5e:*`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(MacPattern(Mac::Placeholder(value.text.to_string())));
        }
        values::mac(&value.text, true).map(MacPattern).map_err(|wrong| refuse(wrong, value, out))
    }
}
