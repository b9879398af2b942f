//! Addresses, wires, and who is on them.

pub(crate) mod cables;
pub(crate) mod dhcp_ranges;
pub(crate) mod misplaced_addresses;
pub(crate) mod name_servers;
pub(crate) mod node_routes;
pub(crate) mod overlaps;
pub(crate) mod resolvers;
pub(crate) mod segments;
pub(crate) mod used_twice;
pub(crate) mod vlans;
