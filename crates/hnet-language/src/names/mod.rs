//! What names mean: declarations, `let` values, profiles, prefixes and addresses; and what files include.
//!
//! Start at [`Scope`].

pub mod include;
mod index;
mod layer;
mod lost;
mod placeholders;
mod places;
mod scope;
mod unfold;
mod unknown;

pub use include::Includes;
pub(crate) use include::files;
pub use places::{Definition, Indexed, Names, Places};
pub use scope::{Declared, Lookahead, Scope, members_of};
pub use unfold::PROFILES;
pub(crate) use unfold::too_many_profiles;
pub use unknown::say_once;
