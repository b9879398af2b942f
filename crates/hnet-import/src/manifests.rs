//! Objects that no words say, as `manifest`. The other way is `hnet-emit/src/manifests.rs`.

use hnet_yaml::Value;

use crate::objects::Object;
use crate::say::{self, Piece};
use crate::take::leaves;

/// An object as it is.
pub(crate) fn lift(object: &Object) -> Piece {
    let value = with_namespace(object);
    Piece::new(say::block("manifest", &value).apart(), leaves(&object.value))
}

/// An object with the namespace that a kustomization gives it, since hnet's files stand elsewhere.
pub(crate) fn with_namespace(object: &Object) -> Value {
    let mut value = object.value.clone();
    if let (Some(namespace), None) = (&object.namespace, value.at(&["metadata", "namespace"])) {
        let namespace = Value::text_at(namespace.as_str(), value.span);
        crate::make::put(&mut value, &["metadata", "namespace"], namespace);
    }
    value
}
