//! Server blocks with their plugins, of a Corefile and of the values of CoreDNS's chart.

use hnet_diagnostics::Span;
use hnet_yaml::{Text, Value};

use super::texts_of;
use crate::take::{Said, leaves, scalar};

/// A server block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Its zones.
    pub(super) zones: Vec<Said>,
    /// Its plugins, in the order of the file.
    pub(super) plugins: Vec<Plugin>,
    /// Where it stands.
    pub(super) span: Span,
    /// How many fields its head has.
    fields: usize,
}

/// A plugin.
#[derive(Clone, Debug)]
pub(super) struct Plugin {
    pub(super) name: String,
    pub(super) args: Vec<String>,
    pub(super) body: Vec<String>,
    pub(super) span: Span,
    pub(super) fields: usize,
}

impl Block {
    /// Whether it answers what no other does.
    pub(super) fn is_rest(&self) -> bool {
        matches!(self.zones.as_slice(), [zone] if zone.text == ".")
    }

    /// Its zones as one text.
    pub(super) fn zone(&self) -> String {
        let zones: Vec<&str> = self.zones.iter().map(|zone| zone.text.as_str()).collect();
        zones.join(" ")
    }

    /// The plugins of a name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Plugin> {
        self.plugins.iter().filter(move |plugin| plugin.name == name)
    }

    /// Whether it has a plugin that says the same.
    pub(super) fn holds(&self, wanted: &Plugin) -> bool {
        self.plugins.iter().any(|own| own.meaning() == wanted.meaning())
    }

    /// How many fields it has.
    pub(super) fn fields(&self) -> usize {
        self.fields + self.plugins.iter().map(|plugin| plugin.fields).sum::<usize>()
    }

    /// A block of the chart's `servers`; none where it is another one than of DNS at its port.
    pub(super) fn of_chart(server: &Value) -> Option<Block> {
        if server.str_at(&["port"]).is_some_and(|port| port != "53") {
            return None;
        }
        let zones = server.items_of("zones").iter().map(|zone| {
            let is_plain = zone.str_at(&["scheme"]).is_none_or(|scheme| scheme.is_empty() || scheme == "dns://");
            zone.get("zone").and_then(scalar).filter(|_| is_plain).map(named)
        });
        let zones = zones.collect::<Option<Vec<_>>>().filter(|zones| !zones.is_empty())?;
        let plugins: Vec<Plugin> = server.items_of("plugins").iter().filter_map(plugin).collect();
        let of_plugins: usize = plugins.iter().map(|plugin| plugin.fields).sum();
        Some(Block { zones, fields: leaves(server).saturating_sub(of_plugins), plugins, span: server.span })
    }
}

impl Plugin {
    /// What it says, by which two are the same.
    fn meaning(&self) -> (&str, Vec<&str>, &[String]) {
        // A listener at all addresses is the default, as is the plain protocol.
        let arg = |arg: &'_ str| -> usize {
            ["0.0.0.0:", "dns://"].iter().find(|start| arg.starts_with(**start)).map_or(0, |start| match *start {
                "0.0.0.0:" => start.len() - 1,
                _ => start.len(),
            })
        };
        (&self.name, self.args.iter().map(|text| &text[arg(text)..]).collect(), &self.body)
    }
}

/// A zone without the dot at its end.
fn named(zone: Said) -> Said {
    let text = match zone.text.trim_end_matches('.') {
        "" => ".".to_owned(),
        text => text.to_owned(),
    };
    Said { text, ..zone }
}

fn plugin(value: &Value) -> Option<Plugin> {
    let args = texts_of(value, "parameters").join(" ");
    Some(Plugin {
        name: value.str_at(&["name"])?.to_owned(),
        args: args.split_whitespace().map(str::to_owned).collect(),
        body: texts_of(value, "configBlock"),
        span: value.span,
        fields: leaves(value),
    })
}

/// A line without its comment and the blanks around it.
pub(super) fn without_comment(line: &str) -> String {
    let mut in_quotes = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        in_quotes ^= c == '"';
        if c == '#' && !in_quotes && before.is_whitespace() {
            return line[..at].trim().to_owned();
        }
        before = c;
    }
    line.trim().to_owned()
}

/// The blocks of a Corefile; none where it holds something else, such as parts of other files.
pub(crate) fn read(text: &Text) -> Option<Vec<Block>> {
    let mut at = 0;
    let lines = text.split('\n').map(|line| {
        let start = at;
        at += line.len() + 1;
        (without_comment(line), text.part(start..start + line.len()))
    });
    let mut lines = lines.filter(|(line, _)| !line.is_empty());
    let mut blocks = Vec::new();
    while let Some((head, span)) = lines.next() {
        let zones = head.strip_suffix('{')?.split_whitespace().map(|zone| {
            let zone = zone.strip_prefix("dns://").unwrap_or(zone);
            let (name, port) = zone.rsplit_once(':').unwrap_or((zone, "53"));
            (port == "53").then(|| named(Said { text: name.to_owned(), span, comments: None }))
        });
        let zones = zones.collect::<Option<Vec<_>>>()?;
        let mut block = Block { fields: zones.len(), zones, plugins: Vec::new(), span };
        loop {
            let (line, span) = lines.next()?;
            if line == "}" {
                break;
            }
            let mut words = line.split_whitespace().map(str::to_owned);
            let mut plugin = Plugin { name: words.next()?, args: words.collect(), body: Vec::new(), span, fields: 1 };
            if plugin.args.last().map(String::as_str) == Some("{") {
                plugin.args.pop();
                let mut depth = 1;
                loop {
                    let (line, _) = lines.next()?;
                    depth = if line == "}" { depth - 1 } else { depth + usize::from(line.ends_with('{')) };
                    if depth == 0 {
                        break;
                    }
                    plugin.body.push(line);
                    plugin.fields += 1;
                }
            }
            block.plugins.push(plugin);
        }
        blocks.push(block);
    }
    Some(blocks)
}
