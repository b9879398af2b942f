//! Model to files, with an origin for each line.
//!
//! Sees only the checked network, never syntax; reads and writes no files, and starts no threads: [`jobs`] are
//! for a caller who has some. Start at [`emit`], which runs the [`EMITTERS`]; each of them writes one part of
//! the output through [`yaml`] and gives its files to a [`Receiver`].

mod bootstrap;
mod cilium;
mod cloudflared;
mod component;
mod components;
mod context;
mod coredns;
mod docs;
mod external_dns;
mod flux;
mod gateway;
mod kubernetes;
mod kustomizations;
mod manifests;
mod markdown;
mod namespaces;
mod networking;
mod outputs;
pub mod overlay;
mod owners;
pub mod pictures;
mod place;
mod reach;
mod routers;
#[cfg(test)]
mod samples;
mod talos;
pub mod yaml;

use hnet_diagnostics::Sources;
use hnet_draw::View;
use hnet_model::Network;

use component::Component;
use components::COMPONENTS;
pub use context::{Context, Where};
pub use external_dns::annotation_prefix;
pub use outputs::{OutputFile, Outputs, Receiver};
pub use owners::Owners;
pub use talos::{Absent, Refused, SaidAgain, Told, unfilled};

/// Who writes a part of the output.
#[derive(Clone, Copy, Debug)]
pub struct Emitter {
    /// What it is called.
    pub name: &'static str,
    /// What it writes, for people.
    pub writes: &'static str,
    /// Writes it.
    emit: fn(&Context<'_>, &mut dyn Receiver),
}

/// All emitters but the components, those with the most work first. No two write one file, and none asks what
/// another has written.
#[rustfmt::skip]
pub const EMITTERS: &[Emitter] = &[
    Emitter { name: "docs", writes: "the network's own documentation", emit: docs::emit },
    Emitter { name: "talos", writes: "Talos machine configuration, and talhelper's talconfig", emit: talos::emit },
    Emitter { name: "topology", writes: "a picture of the network", emit: |to, out| pictures::emit(View::Topology, to, out) },
    Emitter { name: "traffic", writes: "a picture of the ways in", emit: |to, out| pictures::emit(View::Traffic, to, out) },
    Emitter { name: "addresses", writes: "a picture of the addresses", emit: |to, out| pictures::emit(View::Addresses, to, out) },
    Emitter { name: "flow", writes: "a picture of requests", emit: |to, out| pictures::emit(View::Flow, to, out) },
    Emitter { name: "bootstrap", writes: "what must stand before GitOps can run", emit: bootstrap::emit },
    Emitter { name: "routers", writes: "what routers are told of BGP", emit: routers::emit },
    Emitter { name: "networking", writes: "the kustomization over all components", emit: networking::emit_kustomization },
    Emitter { name: networking::SYNCS, writes: "what Argo CD or Flux is told", emit: networking::emit_syncs },
];

/// The folders of all components, by which they are called.
pub fn component_folders() -> impl Iterator<Item = &'static str> {
    COMPONENTS.iter().map(|component| component.folder())
}

/// A part of the output that is written without the others.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    context: Context<'a>,
    work: Work,
}

/// Who does a job.
#[derive(Clone, Copy, Debug)]
enum Work {
    Component(&'static dyn Component),
    /// All components and what syncs them, since they may write into one file.
    Objects,
    Emitter(&'static Emitter),
}

impl Job<'_> {
    /// Writes the part.
    pub fn run(&self, outputs: &mut dyn Receiver) {
        match self.work {
            Work::Component(component) => components::emit(component, &self.context, outputs),
            Work::Objects => components::emit_all(&self.context, outputs),
            Work::Emitter(emitter) => (emitter.emit)(&self.context, outputs),
        }
    }
}

/// The work of [`emit`] in parts that may run at the same time.
#[must_use]
pub fn jobs<'a>(network: &'a Network, sources: &'a Sources) -> Vec<Job<'a>> {
    let context = Context { network, sources };
    let jobs = |work: Vec<Work>| work.into_iter().map(|work| Job { context, work }).collect();
    if context.moves_objects() {
        let others = EMITTERS.iter().filter(|emitter| emitter.name != networking::SYNCS).map(Work::Emitter);
        return jobs([Work::Objects].into_iter().chain(others).collect());
    }
    let components = COMPONENTS.iter().map(|component| Work::Component(*component));
    jobs(components.chain(EMITTERS.iter().map(Work::Emitter)).collect())
}

/// The files of a network. The network has no errors; `sources` are what it was read from.
#[must_use]
pub fn emit(network: &Network, sources: &Sources) -> Outputs {
    let mut outputs = Outputs::default();
    jobs(network, sources).iter().for_each(|job| job.run(&mut outputs));
    outputs
}

#[cfg(test)]
mod tests {
    use crate::samples::{emitted, homelab, on_k3s};

    /// Threads may take the jobs in any order and at the same time.
    #[test]
    fn the_order_of_the_jobs_means_nothing() {
        for network in [homelab(), on_k3s()] {
            let sources = hnet_diagnostics::Sources::default();
            let jobs = super::jobs(&network, &sources);
            let parts: Vec<crate::Outputs> = std::thread::scope(|scope| {
                let alone = |job: &super::Job<'_>| {
                    let mut outputs = crate::Outputs::default();
                    job.run(&mut outputs);
                    outputs
                };
                let running: Vec<_> = jobs.iter().rev().map(|job| scope.spawn(move || alone(job))).collect();
                running.into_iter().map(|one| one.join().expect("no job fails")).collect()
            });
            let files: usize = parts.iter().map(|part| part.files.len()).sum();
            let mut outputs = crate::Outputs::default();
            parts.into_iter().for_each(|part| outputs.files.extend(part.files));
            assert_eq!(outputs.files.len(), files, "no two write one file");
            assert_eq!(outputs, emitted(&network));
        }
    }
}
