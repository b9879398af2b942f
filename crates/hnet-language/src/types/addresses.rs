//! Addresses, ranges and MACs: written out or indexed.

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_model::{Address, AddressRange, InterfaceAddress, IpNet, Mac};
use hnet_syntax::tree::Value;

use super::ValueType;
use crate::declaration::Type;
use crate::names::{Indexed, Scope};
use crate::values::{self, has_placeholder, refuse};

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
pub struct MacPattern(pub Mac);

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
