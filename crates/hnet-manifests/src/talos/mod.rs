//! What Talos, talhelper and topf read.
//!
//! [`v1alpha1`] holds the core document's fields, [`documents`] the typed documents that replace them
//! one by one ([`crate::versions::talos`] says when), [`bond`] what both say of bonds, [`talhelper`] the talconfig,
//! [`topf`] topf's file of a cluster, [`schematic`] what an image is made of. Only what hnet writes has a field here. Field
//! names are those of the JSON schemas of Talos 1.11 to 1.14.

pub mod bond;
mod devices;
pub mod documents;
mod firewall;
mod links;
pub mod omni;
pub mod schematic;
pub mod services;
pub mod talhelper;
pub mod topf;
pub mod topf_templates;
pub mod v1alpha1;
pub mod volumes;
pub mod wireguard;

use hnet_diagnostics::Traced;
use serde::Serialize;

use crate::object::Map;

/// A value of a map that a patch sets, or takes away where a generator wrote it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Entry {
    /// The value.
    Value(Traced<String>),
    /// Nothing: the generator's entry is removed.
    Delete(Deletion),
}

/// Labels, annotations and taints of a node object, by key.
pub type NodeMap = Map<Entry>;

/// Talos's strategic merge directive that removes what stands there. It is how a default of
/// `talosctl gen config` is taken away; RFC 6902 patches cannot be applied to several documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Deletion {
    #[serde(rename = "$patch")]
    directive: &'static str,
}

impl Deletion {
    /// `$patch: delete`.
    pub const DELETE: Deletion = Deletion { directive: "delete" };
}

/// Permissions of a file: a number that is written in octal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename = "$hnet::Octal")]
pub struct Octal(pub u32);

impl Octal {
    /// What the type is called in what serializers are told.
    pub const MARKER: &'static str = "$hnet::Octal";
}

/// Where the kubelet may pick the node's address from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeIp {
    /// Prefixes; one with `!` before it excludes and stands last.
    pub valid_subnets: Vec<Traced<String>>,
}
