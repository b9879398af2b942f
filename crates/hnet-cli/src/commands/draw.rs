//! `hnet draw`: a view of the network as SVG or Mermaid, on standard output.

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;
use hnet_draw::View;

use crate::Outcome;
use crate::failure::{Failure, print};
use crate::load::Project;
use crate::report::Report;

/// What is drawn, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Draw {
    /// The source [default: network.hnet, or the only .hnet file here]
    file: Option<PathBuf>,
    /// What the picture shows
    #[arg(long, value_enum, default_value = "topology")]
    view: Shown,
    /// The form of the picture
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
}

/// The views by the names of the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shown {
    /// The physical and the logical network, tier under tier
    Topology,
    /// How a request travels from the internet and from the LAN
    Traffic,
    /// Who has which address
    Addresses,
    /// A request on each way in, message by message
    Flow,
}

/// The forms of a picture.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A vector graphic for browsers and documents, light and dark
    Svg,
    /// Text that Markdown renderers draw
    Mermaid,
}

impl Draw {
    /// Prints the picture.
    pub(crate) fn run(self, report: &Report) -> Result<Outcome, Failure> {
        let project = Project::open(self.file.as_deref())?;
        let compilation = hnet::check(project.input, &report.options);
        report.stopping(&compilation.diagnostics, &compilation.sources, &project.folder)?;
        let Some(network) = &compilation.network else { return Ok(Outcome::Wrong) };
        let view = match self.view {
            Shown::Topology => View::Topology,
            Shown::Traffic => View::Traffic,
            Shown::Addresses => View::Addresses,
            Shown::Flow => View::Flow,
        };
        let text = match self.format {
            Format::Svg => hnet_draw::draw(network, view).svg(),
            Format::Mermaid => hnet_draw::mermaid(network, view),
        };
        print(io::stdout(), &text)?;
        Ok(Outcome::Clean)
    }
}
