//! Where packets come from, and at which ports they arrive.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::values::{self, has_placeholder, refuse};
use hnet_language::{Scope, Space, Type, ValueType};
use hnet_model::{IpNet, PortRange};
use hnet_syntax::tree::Value;

use super::AddressOrName;
use crate::spaces;

/// What may be named as a source.
const NAMED: &[Space] = &[spaces::SUBNET, spaces::ROUTER, spaces::HOST, spaces::NODE, spaces::GATEWAY, spaces::SWITCH];

/// The prefixes that packets come from: of a subnet its own, of anything else that is named those of its addresses alone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sources(pub(crate) Vec<String>);

impl ValueType for Sources {
    const TYPE: Type =
        Type::Address { called: "a prefix, a subnet, or an address", examples: "`lan`, `10.0.0.0/24`, `lan[20]`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(Sources(vec![value.text.to_string()]));
        }
        if value.text.contains('/') {
            let prefix = values::prefix(&value.text).map_err(|wrong| refuse(wrong, value, out))?;
            return Ok(Sources(vec![prefix.to_string()]));
        }
        if let Some(prefixes) = scope.prefixes_of(value) {
            return Ok(Sources(prefixes?.iter().map(IpNet::to_string).collect()));
        }
        let is_name = value.text.starts_with(|c: char| c.is_ascii_alphabetic()) && values::name(&value.text).is_ok();
        if is_name && scope.addresses(value).is_none() {
            scope.resolve(NAMED, value, out)?;
            return Ok(Sources(Vec::new()));
        }
        let alone = |address: hnet_model::Address| match address {
            hnet_model::Address::Known(address) => IpNet::from(address).to_string(),
            hnet_model::Address::Placeholder(text) => text,
        };
        AddressOrName::read(value, scope, out).map(|read| Sources(read.all().into_iter().map(alone).collect()))
    }
}

/// A port, or a range of ports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ports(pub(crate) PortRange);

impl ValueType for Ports {
    const TYPE: Type = Type::Plain { called: "a port or a range of ports", examples: "`9100`, `30000-32767`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let read = values::ports(&value.text).map(|(first, last)| Ports(PortRange { first, last }));
        read.map_err(|wrong| refuse(wrong, value, out))
    }
}
