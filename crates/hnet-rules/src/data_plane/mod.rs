//! Cilium: versions, routing, announcements, values, network policies.

pub(crate) mod announcements;
pub(crate) mod bgp;
pub(crate) mod cilium;
pub(crate) mod cilium_owned;
pub(crate) mod cilium_values;
pub(crate) mod interface_pattern;
pub(crate) mod policies;
