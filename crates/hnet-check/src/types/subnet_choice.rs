//! From which subnets addresses are picked.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::values::{self, has_placeholder, refuse};
use hnet_language::{Scope, Type, ValueType};
use hnet_syntax::tree::Value;

/// A subnet from which addresses are picked or, with `!` before it, are not; or that this is left to Talos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SubnetChoice {
    /// It is left to Talos.
    Off,
    /// A prefix, perhaps with `!` before it.
    Prefix(String),
}

impl ValueType for SubnetChoice {
    const TYPE: Type = Type::Plain {
        called: "a prefix, perhaps with `!` before it, or `off`",
        examples: "`10.0.0.0/24`, `!10.0.0.9/32`",
    };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if value.text == "off" {
            return Ok(SubnetChoice::Off);
        }
        let prefix = value.text.strip_prefix('!').unwrap_or(&value.text);
        if !has_placeholder(value) {
            let part = Value::word(prefix, value.part(value.text.len() - prefix.len()..value.text.len()));
            values::prefix(prefix).map_err(|wrong| refuse(wrong, &part, out))?;
        }
        Ok(SubnetChoice::Prefix(value.text.to_string()))
    }
}
