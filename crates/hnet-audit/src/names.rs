//! The names that hnet makes to tell things apart, put back to what the files say: no file has an interface `lan0`, and a
//! machine is called `srv-1.example.net` there, with its dots. Start at [`Made::undo`].

use hnet_diagnostics::{Diagnostic, Sources, Span};
use hnet_syntax::tree::{Statement, Tree};

use crate::is_behind;

/// The made names of a tree.
pub(crate) struct Made {
    /// Those of machines, with what is written.
    nodes: Vec<(String, String)>,
    /// Those of routers, which only routes speak of.
    routers: Vec<String>,
    links: Vec<Link>,
}

/// An interface that is selected, or whose name is none of the language's.
struct Link {
    name: String,
    written: String,
    /// All that is said of it.
    places: Vec<Span>,
}

impl Made {
    /// Those of a tree.
    pub(crate) fn of(tree: &Tree, sources: &Sources) -> Made {
        let mut made = Made { nodes: Vec::new(), routers: Vec::new(), links: Vec::new() };
        let statements = tree.statements.iter().flat_map(Statement::statements);
        for statement in statements {
            let Some((name, written)) = name(statement, sources) else { continue };
            match statement.keyword.text.as_str() {
                "node" => {
                    if let Some(written) = written.filter(|written| plain(written).starts_with(&plain(&name))) {
                        made.nodes.push((name, written));
                    }
                    let links = statement.statements().iter().filter(|inner| {
                        matches!(&*inner.keyword.text, "interface" | "bond" | "bridge" | "dummy" | "wireguard")
                    });
                    made.links.extend(links.filter_map(|link| Link::of(link, sources)));
                }
                "router" => made.routers.push(name),
                _ => {}
            }
        }
        made
    }

    /// Says in a finding what is written.
    pub(crate) fn undo(&self, finding: &mut Diagnostic, sources: &Sources) {
        let places: Vec<Span> = finding.labels.iter().map(|label| label.span).collect();
        let is_endpoint = |place: &Span| is_behind("endpoint:", *place, sources);
        // What no machine has may be virtual, or that of a balancer before them.
        let is_lone = finding.labels.iter().any(|label| label.text.contains(VIRTUAL) && is_endpoint(&label.span));
        let mended = |text: &str, places: &[Span]| {
            let mut text = text.to_owned();
            for (name, written) in
                self.nodes.iter().filter(|(name, _)| text.contains(name.as_str())).collect::<Vec<_>>()
            {
                text = text.replace(&format!("`{name}`"), &format!("`{written}`"));
            }
            for name in &self.routers {
                text = text.replace(&format!("router `{name}`"), "the gateway");
            }
            if is_lone {
                text = text.replace(VIRTUAL, "the endpoint of cluster");
            }
            self.links_in(&text, places)
        };
        finding.title = mended(&finding.title, &places);
        finding.help = finding.help.take().map(|help| mended(&help, &places));
        for label in &mut finding.labels {
            label.text = mended(&label.text, &[label.span]);
        }
    }

    /// A text that names interfaces, which are those at the places.
    fn links_in(&self, text: &str, places: &[Span]) -> String {
        let is_meant = |link: &&Link| {
            places.iter().any(|place| link.places.contains(place)) && text.contains(&format!("`{}`", link.name))
        };
        let mut text = text.to_owned();
        let meant: Vec<&Link> = self.links.iter().filter(is_meant).collect();
        for link in &meant {
            let name = format!("`{}`", link.name);
            // What several machines share stands at one place.
            let is_one = meant.iter().all(|other| other.name != link.name || other.written == link.written);
            text = match is_one {
                true => text.replace(&name, &format!("`{}`", link.written)),
                false => text.replace(&format!("interface {name}"), "an interface").replace(&name, "an interface"),
            };
        }
        text
    }
}

/// How the rules call the address of an endpoint that no node has.
const VIRTUAL: &str = "the virtual IP of cluster";

impl Link {
    fn of(statement: &Statement, sources: &Sources) -> Option<Link> {
        let (name, written) = name(statement, sources)?;
        let mut places = Vec::new();
        all_places(statement, &mut places);
        Some(Link { name, written: written?, places })
    }
}

fn all_places(statement: &Statement, places: &mut Vec<Span>) {
    places.push(statement.keyword.span);
    places.extend(statement.arguments.iter().map(|argument| argument.value.span));
    statement.statements().iter().for_each(|inner| all_places(inner, places));
}

/// The name of a statement, and what is written where it stands, if that is another.
fn name(statement: &Statement, sources: &Sources) -> Option<(String, Option<String>)> {
    let value = &statement.arguments.first()?.value;
    let name = value.text.to_string();
    let written = sources.text(value.span).trim().trim_matches(['"', '\'']);
    let is_other = written != name && !written.is_empty() && written.len() <= 80 && !written.contains(['\n', '`']);
    Some((name, is_other.then(|| written.to_owned())))
}

/// A name as the language takes it.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase()).collect()
}
