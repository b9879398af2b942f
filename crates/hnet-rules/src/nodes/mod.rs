//! Machines, their links, and the cluster that they are.

pub(crate) mod bonds;
pub(crate) mod cluster_prefixes;
mod components;
mod encrypted_twice;
pub(crate) mod firewall;
pub(crate) mod image_parts;
pub(crate) mod kube_span;
pub(crate) mod links;
pub(crate) mod machines;
pub(crate) mod members;
pub(crate) mod node_names;
mod node_prefix;
pub(crate) mod omni;
pub(crate) mod parted_disks;
mod patched_links;
pub(crate) mod picked_subnets;
pub(crate) mod resolvers;
pub(crate) mod taken_away;
mod talos_owned;
pub(crate) mod talos_patches;
mod talos_said;
pub(crate) mod talos_settings;
mod talos_types;
pub(crate) mod virtual_ips;
pub(crate) mod volumes;
pub(crate) mod wireguard;
pub(crate) mod wireguard_routes;
