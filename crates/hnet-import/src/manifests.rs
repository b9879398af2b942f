//! Objects that no words say, as `manifest`. The other way is `hnet-emit/src/manifests.rs`.

use crate::objects::Object;
use crate::say::{self, Piece};
use crate::take::leaves;

/// An object as it is.
pub(crate) fn lift(object: &Object) -> Piece {
    Piece::new(say::block("manifest", &object.with_namespace()).apart(), leaves(&object.value))
}
