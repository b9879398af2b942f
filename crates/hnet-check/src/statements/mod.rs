//! The statements: one file each, with the declaration and how it lowers into the model.

pub(crate) mod certificate;
pub(crate) mod cilium;
pub(crate) mod cluster;
pub(crate) mod contents;
pub(crate) mod control_plane;
pub(crate) mod dns;
pub(crate) mod existing;
pub(crate) mod gateway;
pub(crate) mod gitops;
pub(crate) mod interface;
pub(crate) mod machine;
pub(crate) mod made;
pub(crate) mod monitoring;
pub(crate) mod namespace;
pub(crate) mod network;
pub(crate) mod node;
pub(crate) mod output;
pub(crate) mod overlay;
pub(crate) mod physical;
pub(crate) mod pool;
pub(crate) mod route;
pub(crate) mod secret_store;
pub(crate) mod service;
pub(crate) mod subnet;
pub(crate) mod subnets;
pub(crate) mod tunnel;
