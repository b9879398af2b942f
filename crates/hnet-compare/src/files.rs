//! Folders of YAML, object by object: what is another, new, gone or called otherwise, and what of it would hurt.
//!
//! Start at [`Documents::read`] and [`Difference::between`].

pub mod bases;
mod both;
mod control_plane;
mod devices;
mod difference;
mod documents;
mod forms;
pub mod generated;
mod hurt;
mod installation;
mod installer;
pub mod jinja;
mod links;
mod machines;
mod masks;
mod meaning;
mod omni;
mod on_disk;
mod restored;
mod talconfig;
mod templates;
mod tofu;
mod topf;
mod volumes;
mod whole;
mod words;

pub use difference::{Change, Difference, Fate, What};
pub use documents::{Document, Documents, Template, Unread};
pub use hurt::Harm;
pub use installation::disk_of_expression;
pub use installer::{Factory, OF_SCHEMATIC, schematic_of};
pub use machines::{OF_CONTROL_PLANES, in_one_form};
pub use meaning::Meaning;
pub use restored::{Restored, restored};
pub use talconfig::{JOINED_LISTS, undoubled};
pub use templates::{Filled, fill};
pub use tofu::is_tofu;
pub use words::sides;

#[cfg(test)]
mod tests;
