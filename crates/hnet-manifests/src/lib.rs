//! What other programs read, as Rust types, and the versions they accept.

pub mod talos;
pub mod versions;
