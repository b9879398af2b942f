//! The ends of policies that are names: namespaces, and services.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::values::{self, refuse};
use hnet_language::{Scope, Type, ValueType};
use hnet_model::{Name, ServiceId};
use hnet_syntax::tree::Value;

use super::ServiceName;
use crate::spaces;

/// A namespace, or any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamespaceChoice {
    /// This one.
    Named(Name),
    /// Whichever.
    Any,
}

impl ValueType for NamespaceChoice {
    const TYPE: Type = Type::Plain { called: "a namespace, or `*` for any", examples: "`monitoring`, `*`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if value.text == "*" {
            return Ok(NamespaceChoice::Any);
        }
        values::name(&value.text).map(NamespaceChoice::Named).map_err(|wrong| refuse(wrong, value, out))
    }
}

/// A service whose pods are meant: the name of a `service` statement, or `namespace/name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PolicyService {
    /// By hnet's own name.
    Declared(ServiceId),
    /// Written out.
    Written { namespace: Name, name: Name },
}

impl ValueType for PolicyService {
    const TYPE: Type = Type::Reference { called: "a service, or `namespace/name`", keywords: &["service"] };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if value.text.contains('/') {
            let ServiceName { namespace, name, port: _ } = ServiceName::read(value, scope, out)?;
            return Ok(PolicyService::Written { namespace, name });
        }
        scope.resolve(&[spaces::SERVICE], value, out).map(|found| PolicyService::Declared(ServiceId(found.at)))
    }
}
