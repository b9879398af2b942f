//! From which subnets addresses are picked.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::values::{self, has_placeholder, refuse};
use hnet_language::{Indexed, Scope, Type, ValueType};
use hnet_model::{IpNet, Reason, Traced};
use hnet_syntax::tree::Value;

use crate::spaces;

/// A subnet from which addresses are picked or, with `!` before it, are not; or that this is left to Talos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SubnetChoice {
    /// It is left to Talos.
    Off,
    /// Prefixes, perhaps with `!` before each: one that is written, or those of a subnet.
    Prefixes(Vec<String>),
    /// The prefixes of a subnet that is named.
    Subnet(Vec<String>),
}

/// Where addresses of machines are picked from, by choices. Of a subnet that is named no virtual IP is meant, as where
/// the subnet is derived; a prefix that is written is meant as it stands.
pub(crate) fn picked(choices: Vec<Traced<SubnetChoice>>) -> Vec<Traced<String>> {
    let of_choice = |Traced { value, origin }| {
        let (prefixes, origin) = match value {
            SubnetChoice::Off => (Vec::new(), origin),
            SubnetChoice::Prefixes(prefixes) => (prefixes, origin),
            SubnetChoice::Subnet(prefixes) => (prefixes, origin.because(Reason::NodeSubnet)),
        };
        prefixes.into_iter().map(move |prefix| Traced::new(prefix, origin))
    };
    choices.into_iter().flat_map(of_choice).collect()
}

impl ValueType for SubnetChoice {
    const TYPE: Type = Type::Plain {
        called: "a prefix or a subnet, perhaps with `!` before it, or `off`",
        examples: "`lan`, `10.0.0.0/24`, `!lan[9]`",
    };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if value.text == "off" {
            return Ok(SubnetChoice::Off);
        }
        if has_placeholder(value) {
            return Ok(SubnetChoice::Prefixes(vec![value.text.to_string()]));
        }
        let prefix = value.text.strip_prefix('!').unwrap_or(&value.text);
        let sign = &value.text[..value.text.len() - prefix.len()];
        let part = Value::word(prefix, value.part(sign.len()..value.text.len()));
        let prefixes = if let Some(named) = scope.prefixes_of(&part) {
            let named = named?;
            if sign.is_empty() {
                return Ok(SubnetChoice::Subnet(named.iter().map(IpNet::to_string).collect()));
            }
            named
        } else if let Some(indexed) = scope.index(&part, out) {
            match indexed? {
                Indexed { first, last: None, .. } => vec![IpNet::from(first)],
                Indexed { .. } => vec![values::prefix(prefix).map_err(|wrong| refuse(wrong, &part, out))?],
            }
        } else if prefix.starts_with(|c: char| c.is_ascii_alphabetic()) && values::name(prefix).is_ok() {
            scope.resolve(&[spaces::SUBNET], &part, out)?;
            Vec::new()
        } else {
            vec![values::prefix(prefix).map_err(|wrong| refuse(wrong, &part, out))?]
        };
        Ok(SubnetChoice::Prefixes(prefixes.iter().map(|prefix| format!("{sign}{prefix}")).collect()))
    }
}
