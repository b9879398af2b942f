//! DNS records: their names, and what these lead to.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::values::{self, has_placeholder, is_like_ipv4, refuse};
use hnet_language::{Scope, Type, ValueType};
use hnet_model::{HostName, RecordType, placeholders};
use hnet_syntax::tree::Value;

use super::{AddressOrName, RecordTypeWord};

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordTarget {
    /// An address, or all that something has.
    Addresses(AddressOrName),
    /// Another name.
    Name(HostName),
    /// A placeholder: an address or a name.
    Open(String),
}

impl ValueType for RecordTarget {
    const TYPE: Type = Type::Address {
        called: "an address, the name of something that has one, or a host name",
        examples: "`lan[20]`, `nas`, `home.example.com`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let has_dot = text.contains('.') && !text.contains(['[', ':']) && !is_like_ipv4(text);
        if placeholders::is_alone(text) {
            return Ok(RecordTarget::Open(text.to_owned()));
        }
        if has_dot || has_placeholder(value) || text.contains("://") {
            let name = values::host_name(text, false);
            return name.map(RecordTarget::Name).map_err(|wrong| refuse(wrong, value, out));
        }
        AddressOrName::read(value, scope, out).map(RecordTarget::Addresses)
    }
}

impl RecordTypeWord {
    /// The type.
    pub(crate) fn kind(self) -> RecordType {
        match self {
            RecordTypeWord::A => RecordType::A,
            RecordTypeWord::Aaaa => RecordType::Aaaa,
            RecordTypeWord::Cname => RecordType::Cname,
            RecordTypeWord::Ns => RecordType::Ns,
            RecordTypeWord::Ptr => RecordType::Ptr,
            RecordTypeWord::Txt => RecordType::Txt,
            RecordTypeWord::Mx => RecordType::Mx,
            RecordTypeWord::Srv => RecordType::Srv,
            RecordTypeWord::Naptr => RecordType::Naptr,
        }
    }
}
