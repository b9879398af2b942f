//! The nodes that announce a pool.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_language::{Scope, Type, ValueType};
use hnet_model::{Announcer, Name};
use hnet_syntax::tree::Value;

use crate::spaces;

/// Some nodes: `all`, `workers`, or one by its name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnnouncerRef(pub(crate) Announcer);

impl ValueType for AnnouncerRef {
    const TYPE: Type = Type::Plain { called: "`all`, `workers`, or the name of a node", examples: "`workers`, `cp-1`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let is_declared = || scope.find(spaces::NODE, &value.text).is_some();
        Ok(AnnouncerRef(match value.text.as_str() {
            "all" if !is_declared() => Announcer::All,
            "workers" if !is_declared() => Announcer::Workers,
            _ => {
                scope.resolve(&[spaces::NODE], value, out)?;
                Announcer::Node(Name::read(value, scope, out)?)
            }
        }))
    }
}
