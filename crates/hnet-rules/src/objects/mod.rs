//! What is written as an object, and what is written for nothing.

pub(crate) mod filled_in;
pub(crate) mod identity;
pub(crate) mod object_limits;
pub(crate) mod output_folders;
mod overlay_contradictions;
pub(crate) mod overlay_types;
pub(crate) mod overlays;
pub(crate) mod ports;
pub(crate) mod raw_manifests;
pub(crate) mod unused;
