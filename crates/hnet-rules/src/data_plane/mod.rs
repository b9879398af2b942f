//! Cilium: versions, routing, announcements, values.

pub(crate) mod announcements;
pub(crate) mod cilium;
pub(crate) mod cilium_values;
pub(crate) mod interface_pattern;
