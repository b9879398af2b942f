//! Model to files, with an origin for each line.
//!
//! Sees only the checked network, never syntax; reads and writes no files. [`emit`] runs the [`EMITTERS`],
//! each of which writes one part of the output through [`yaml`] and [`Outputs`].

mod bootstrap;
mod cilium;
mod cloudflared;
mod context;
mod coredns;
mod docs;
mod gateway;
mod kubernetes;
mod manifests;
mod markdown;
mod networking;
mod outputs;
pub mod pictures;
#[cfg(test)]
mod samples;
mod talos;
pub mod yaml;

use hnet_diagnostics::Sources;
use hnet_model::Network;

pub use context::Context;
pub use outputs::{OutputFile, Outputs};

/// Who writes a part of the output.
#[derive(Clone, Copy, Debug)]
pub struct Emitter {
    /// What it is called.
    pub name: &'static str,
    /// What it writes, for people.
    pub writes: &'static str,
    /// Writes it.
    pub emit: fn(&Context<'_>, &mut Outputs),
}

/// All emitters, in the order in which they run: no two write one file, but `networking` lists what is there.
pub const EMITTERS: &[Emitter] = &[
    Emitter { name: "talos", writes: "Talos machine configuration, and talhelper's talconfig", emit: talos::emit },
    Emitter { name: "cilium", writes: "Cilium's chart with its values, pools, announcements", emit: cilium::emit },
    Emitter { name: "coredns", writes: "cluster DNS", emit: coredns::emit },
    Emitter { name: "gateway", writes: "gateways, routes, grants, certificates", emit: gateway::emit },
    Emitter { name: "cloudflared", writes: "the connectors of Cloudflare tunnels", emit: cloudflared::emit },
    Emitter { name: "manifests", writes: "objects that the source writes out", emit: manifests::emit },
    Emitter { name: "networking", writes: "the kustomization of all these", emit: networking::emit_kustomization },
    Emitter { name: "argocd", writes: "what Argo CD syncs", emit: networking::emit_application_set },
    Emitter { name: "bootstrap", writes: "what must stand before GitOps can run", emit: bootstrap::emit },
    Emitter { name: "pictures", writes: "the pictures beside the documentation", emit: pictures::emit },
    Emitter { name: "docs", writes: "the network's own documentation", emit: docs::emit },
];

/// The files of a network. The network has no errors; `sources` are what it was read from.
#[must_use]
pub fn emit(network: &Network, sources: &Sources) -> Outputs {
    let context = Context { network, sources };
    let mut outputs = Outputs::default();
    for emitter in EMITTERS {
        (emitter.emit)(&context, &mut outputs);
    }
    outputs
}
