//! Model to files, with an origin for each line.
//!
//! Sees only the checked network, never syntax; reads and writes no files. [`emit`] runs the [`EMITTERS`],
//! each of which writes one part of the output through [`yaml`] and [`Outputs`].

mod context;
mod outputs;
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

/// All emitters. No two write one file, so their order means nothing.
pub const EMITTERS: &[Emitter] = &[];

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
