//! Pictures of the checked network: SVG and Mermaid.
//!
//! Sees only the model, never syntax, and lays out in whole pixels, so that the command line and the browser
//! give the same bytes. Start at [`draw`]; a view fills a [`Picture`], whose form is in `scene`.

mod addresses;
mod card;
mod entries;
mod flow;
mod icons;
#[cfg(test)]
mod lint;
mod measure;
mod mermaid;
mod palette;
#[cfg(test)]
mod samples;
mod scene;
mod survey;
mod svg;
#[cfg(test)]
mod tests;
mod topology;
mod traffic;
mod tree;
mod words;

use hnet_model::Network;

use palette::Style;
use scene::{On, start};
use survey::Survey;

pub use scene::{Frame, Object, Picture, TableRow};
pub use svg::Theme;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// The physical and the logical network, tier under tier.
    Topology,
    /// How a request travels from the internet and from the LAN.
    Traffic,
    /// Who has which address.
    Addresses,
    /// A request on each way in, message by message.
    Flow,
}

impl View {
    /// All views.
    pub const ALL: [View; 4] = [View::Topology, View::Traffic, View::Addresses, View::Flow];

    /// Its name, as the command line takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            View::Topology => "topology",
            View::Traffic => "traffic",
            View::Addresses => "addresses",
            View::Flow => "flow",
        }
    }

    /// The view of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// Draws a view of a network.
#[must_use]
pub fn draw(network: &Network, view: View) -> Picture {
    let survey = Survey::new(network);
    let picture = match view {
        View::Topology => topology::draw(&survey),
        View::Traffic => traffic::draw(&survey),
        View::Addresses => addresses::draw(&survey),
        View::Flow => flow::draw(&survey),
    };
    picture.finish()
}

/// A view of a network as Mermaid text.
#[must_use]
pub fn mermaid(network: &Network, view: View) -> String {
    mermaid::write(&Survey::new(network), view)
}

/// Writes a picture's title and the line under it; says where the rest may start.
pub(crate) fn heading(picture: &mut Picture, title: &str, lead: &str) -> i32 {
    picture.fitted(On::Page, start(40, 58), Style::Title, title, 540);
    picture.text(On::Page, start(40, 82), Style::Lead, lead);
    112
}
