//! YAML that may be `off`, as which plugins judge what is admitted.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::{Scope, Type, ValueType};
use hnet_model::RawYaml;
use hnet_syntax::tree::Value;

/// YAML, or `off`.
#[derive(Clone, Debug)]
pub(crate) enum YamlOrOff {
    /// Nothing of what is there by itself.
    Off,
    /// This.
    Yaml(RawYaml),
}

impl ValueType for YamlOrOff {
    const TYPE: Type = Type::Document { called: "YAML, or `off`", examples: "`\"\"\"…\"\"\"`, `off`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if value.text == "off" { Ok(YamlOrOff::Off) } else { RawYaml::read(value, scope, out).map(YamlOrOff::Yaml) }
    }
}
