//! What a pool gives out: ranges, and prefixes, which know their first and last address.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::{Scope, Type, ValueType};
use hnet_model::{AddressRange, IpNet, address_at};
use hnet_syntax::tree::Value;

/// A range of addresses, with the prefix that it is written as, if it is written so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RangeOrPrefix {
    range: AddressRange,
    pub(crate) prefix: Option<IpNet>,
}

impl ValueType for RangeOrPrefix {
    const TYPE: Type = <AddressRange as ValueType>::TYPE;

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let range = AddressRange::read(value, scope, out)?;
        // `lan[32-63]` and `10.0.0.1-10.0.0.9` have no slash.
        let length = value.text.rsplit_once('/').and_then(|(_, length)| length.parse().ok());
        let prefix = length.and_then(|length| IpNet::new(range.first, length).ok());
        Ok(RangeOrPrefix { range, prefix: prefix.filter(|prefix| prefix.broadcast() == range.last) })
    }
}

impl RangeOrPrefix {
    /// What of it is given out: of a prefix of more than two addresses not the first and the last, unless those are
    /// as well. (Cilium's `allowFirstLastIPs`, which leaves prefixes of one or two addresses alone, too.)
    pub(crate) fn given_out(self, first_and_last: bool) -> AddressRange {
        match self.prefix.filter(|prefix| !first_and_last && prefix.max_prefix_len() - prefix.prefix_len() > 1) {
            Some(prefix) => {
                let at = |index| address_at(prefix, index);
                let (first, last) = (at(1).unwrap_or(self.range.first), at(-2).unwrap_or(self.range.last));
                AddressRange { first, last }
            }
            None => self.range,
        }
    }
}
