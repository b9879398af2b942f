//! A Corefile that the source writes itself: its braces, the plugins that the rest of what is written asks, the
//! cluster's domain, and no forward that leads back.
//!
//! Reads blocks and the words of their lines, as CoreDNS's lexer cuts them, and knows a few plugins. Start at
//! [`corefiles`].

use std::net::{IpAddr, SocketAddr};

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Cluster, HostName, Traced};

use crate::facts::Facts;
use crate::nodes::resolvers::check_family;
use crate::ways_in::dns_zones::{check_forward, lies_in};

/// Each written Corefile is one that CoreDNS reads, and does what is asked of it.
pub(crate) fn corefiles(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some()) {
        let Some(corefile) = cluster.dns.as_ref().and_then(|dns| dns.corefile.as_ref()) else { continue };
        let place = |line: usize| line_place(facts, corefile, line);
        // What a placeholder or another file brings is not known.
        let imports = || corefile.value.lines().any(|line| words(line).first() == Some(&"import"));
        let is_open = corefile.value.contains("${") || corefile.value.contains("{$") || imports();
        let blocks = match read(&corefile.value) {
            Ok(blocks) => blocks,
            Err(_) if is_open => continue,
            Err(broken) => {
                out.report(
                    Diagnostic::new(&codes::BROKEN_COREFILE, broken.title)
                        .label(place(broken.line), broken.label)
                        .help(broken.help),
                );
                continue;
            }
        };
        for line in blocks.iter().flat_map(Block::forwards) {
            check_forwards(facts, cluster, place(line.number), &line, out);
        }
        if is_open {
            continue;
        }
        domain(cluster, &blocks, &place, out);
        plugins(cluster, corefile, &blocks, out);
    }
}

/// A server block: the names before its brace, and the lines in it.
struct Block<'c> {
    names: Vec<&'c str>,
    lines: Vec<Line<'c>>,
}

/// A line of a block, with how deep it stands: a plugin of the block at 1, what is said of a plugin below.
struct Line<'c> {
    number: usize,
    depth: usize,
    words: Vec<&'c str>,
}

/// A line that forwards: whom it asks, none where that is no address.
struct Forward {
    number: usize,
    servers: Vec<Option<IpAddr>>,
}

/// What keeps CoreDNS from reading a Corefile.
struct Broken {
    line: usize,
    title: &'static str,
    label: &'static str,
    help: &'static str,
}

fn read(text: &str) -> Result<Vec<Block<'_>>, Broken> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    // Names that wait for their brace, and the lines of the braces that are open.
    let (mut names, mut open): (Vec<&str>, Vec<usize>) = (Vec::new(), Vec::new());
    for (number, line) in text.lines().enumerate() {
        let mut words = words(line);
        if words == ["}"] {
            let Some(_) = open.pop() else {
                return Err(Broken {
                    line: number,
                    title: "the Corefile has a `}` too many",
                    label: "no block is open here",
                    help: "leave it out, or add the `{` that it closes",
                });
            };
            continue;
        }
        // A block may stand in one word, `{$NAME}`, which is no brace.
        let opens = words.last() == Some(&"{");
        if opens {
            words.pop();
        }
        match blocks.last_mut().filter(|_| !open.is_empty()) {
            Some(block) if !words.is_empty() => block.lines.push(Line { number, depth: open.len(), words }),
            Some(_) => {}
            None => names.extend(words),
        }
        if opens {
            if open.is_empty() {
                blocks.push(Block { names: std::mem::take(&mut names), lines: Vec::new() });
            }
            open.push(number);
        }
    }
    match open.first() {
        Some(line) => Err(Broken {
            line: *line,
            title: "a block of the Corefile is not closed",
            label: "no `}` closes what is opened here",
            help: "add a line `}`: CoreDNS does not start without it",
        }),
        None => Ok(blocks),
    }
}

/// The words of a line without its comment; what stands in quotes is one word.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() && !rest.starts_with('#') {
        let end = match rest.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map_or(rest.len(), |end| end + 2),
            None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        let (word, behind) = rest.split_at(end);
        words.push(word.trim_matches('"'));
        rest = behind.trim_start();
    }
    words
}

impl<'c> Block<'c> {
    fn plugins(&self) -> impl Iterator<Item = &Line<'c>> {
        self.lines.iter().filter(|line| line.depth == 1)
    }

    /// The lines that forward, each with those whom it asks.
    fn forwards(&self) -> Vec<Forward> {
        let forwards = self.plugins().filter(|line| line.words.first() == Some(&"forward"));
        let servers = |line: &Line<'_>| line.words.iter().skip(2).map(|server| address(server)).collect();
        forwards.map(|line| Forward { number: line.number, servers: servers(line) }).collect()
    }

    /// The zones that it answers, without schemes and ports.
    fn zones(&self) -> impl Iterator<Item = &'c str> {
        let names = self.names.iter().flat_map(|names| names.split(',')).filter(|name| !name.is_empty());
        names.map(|name| {
            let name = name.split_once("://").map_or(name, |(_, name)| name);
            name.rsplit_once(':').map_or(name, |(zone, _)| zone)
        })
    }
}

/// The address of a server as `forward` writes it: with a scheme before it or a port behind it.
fn address(server: &str) -> Option<IpAddr> {
    let server = server.split_once("://").map_or(server, |(_, server)| server);
    let server = server.split('%').next().unwrap_or(server);
    let bare = server.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| server.parse::<SocketAddr>().ok().map(|server| server.ip()))
}

/// Those whom a line asks. What is wrong with several of them in one way is one mistake.
fn check_forwards(facts: &Facts<'_>, cluster: &Cluster, place: Span, line: &Forward, out: &mut Diagnostics) {
    let mut found = Diagnostics::default();
    for server in line.servers.iter().flatten() {
        check_forward(facts, cluster, place, *server, &mut found);
    }
    let mut said: Vec<Diagnostic> = Vec::new();
    for finding in found.iter() {
        match said.iter().position(|same| same.code == finding.code) {
            Some(at) => {
                let same = said.remove(at);
                said.insert(at, same.label(place, finding.title.as_str()));
            }
            None => said.push(finding.clone()),
        }
    }
    let is_sound = said.is_empty();
    said.into_iter().for_each(|finding| {
        out.report(finding);
    });
    let servers: Option<Vec<IpAddr>> = line.servers.iter().copied().collect();
    let servers: Vec<Traced<IpAddr>> =
        servers.unwrap_or_default().into_iter().map(|server| Traced::written(server, place)).collect();
    if is_sound {
        check_family(facts, cluster, &servers, out);
    }
}

/// The plugin `kubernetes` answers the cluster's domain.
fn domain(cluster: &Cluster, blocks: &[Block<'_>], place: &dyn Fn(usize) -> Span, out: &mut Diagnostics) {
    let own = &cluster.dns_domain;
    let mut wrong = None;
    for block in blocks {
        for line in block.plugins().filter(|line| line.words.first() == Some(&"kubernetes")) {
            // Without zones it answers those of its block.
            let said = line.words.get(1..).unwrap_or_default();
            let of_block: Vec<&str> = block.zones().collect();
            let zones = if said.is_empty() { &of_block } else { said };
            let answers = |zone: &&str| {
                let zone = zone.trim_end_matches('.');
                zone.is_empty() || lies_in(&own.value, &HostName::checked(zone))
            };
            if zones.iter().any(answers) {
                return;
            }
            wrong.get_or_insert(line.number);
        }
    }
    let Some(line) = wrong else { return };
    out.report(
        Diagnostic::new(&codes::COREFILE_LACKS_PLUGIN, format!("the Corefile does not answer `{}`", own.value))
            .label(place(line), "names of services end in other domains here")
            .label(own.span(), format!("the kubelets let pods look for names of `{}`", own.value))
            .help(format!("write `kubernetes {} in-addr.arpa ip6.arpa`", own.value)),
    );
}

/// A plugin that the rest of what is written asks.
struct Wanted {
    plugin: &'static str,
    /// The line that it takes.
    line: String,
    why: &'static str,
    /// The same in a word, beside others.
    briefly: &'static str,
}

/// The Corefile has the plugins that the rest of what is written asks.
fn plugins(cluster: &Cluster, corefile: &Traced<String>, blocks: &[Block<'_>], out: &mut Diagnostics) {
    let is_missing = |plugin: &str| {
        !blocks.iter().flat_map(Block::plugins).any(|line| line.words.first().is_some_and(|first| *first == plugin))
    };
    let mut missing = vec![
        Wanted {
            plugin: "health",
            line: "health".to_owned(),
            why: "the kubelet asks it on port 8080, and kills the pod without an answer",
            briefly: "the kubelet kills the pod",
        },
        Wanted {
            plugin: "ready",
            line: "ready".to_owned(),
            why: "the kubelet asks it on port 8181, and the pod gets no queries without an answer",
            briefly: "it gets no queries",
        },
        Wanted {
            plugin: "kubernetes",
            line: format!("kubernetes {} in-addr.arpa ip6.arpa", cluster.dns_domain.value),
            why: "pods ask it for the names of services, and nothing answers them",
            briefly: "nothing answers for services",
        },
    ];
    missing.retain(|wanted| is_missing(wanted.plugin));
    lacks(corefile, &missing, out);
    if let Some(monitoring) = cluster.monitoring.as_ref().filter(|_| is_missing("prometheus")) {
        out.report(
            Diagnostic::new(&codes::COREFILE_WITHOUT_METRICS, "the Corefile has no `prometheus`")
                .label(corefile.span(), "monitoring asks it for metrics on port 9153")
                .label(monitoring.span, "asked for here")
                .help("add a line `prometheus :9153` to its first block"),
        );
    }
}

/// A Corefile without some plugins, which is one mistake.
fn lacks(corefile: &Traced<String>, missing: &[Wanted], out: &mut Diagnostics) {
    let (title, label) = match missing {
        [] => return,
        [one] => (format!("the Corefile has no `{}`", one.plugin), one.why.to_owned()),
        several => {
            let names: Vec<String> = several.iter().map(|wanted| format!("no `{}`", wanted.plugin)).collect();
            let briefly: Vec<&str> = several.iter().map(|wanted| wanted.briefly).collect();
            (format!("the Corefile has {}", listed(&names)), format!("without them {}", listed(&briefly)))
        }
    };
    let lines = hnet_diagnostics::quoted(missing.iter().map(|wanted| wanted.line.as_str()), ", ");
    let order = match missing {
        [_] => format!("add a line {lines} to its first block"),
        _ => format!("add these lines to its first block: {lines}"),
    };
    out.report(Diagnostic::new(&codes::COREFILE_LACKS_PLUGIN, title).label(corefile.span(), label).help(order));
}

/// `a`, `a and b`, `a, b and c`.
fn listed(parts: &[impl AsRef<str>]) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => parts.concat(),
    }
}

/// Where a line of the text stands in the source, which may indent it further.
fn line_place(facts: &Facts<'_>, text: &Traced<String>, number: usize) -> Span {
    let whole = text.span();
    let Some(wanted) = text.value.lines().nth(number).map(str::trim).filter(|line| !line.is_empty()) else {
        return whole;
    };
    // Of several such lines the one of this position among them.
    let before = text.value.lines().take(number).filter(|line| line.trim() == wanted).count();
    let mut start = 0;
    let mut same = Vec::new();
    for line in facts.sources.text(whole).split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed == wanted {
            let offset = start + line.len() - line.trim_start().len();
            same.push(whole.part(offset..offset + trimmed.len()));
        }
        start += line.len();
    }
    same.get(before).copied().unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::{address, read, words};

    #[test]
    fn a_line_is_cut_as_coredns_cuts_it() {
        assert_eq!(words("  forward . tls://9.9.9.9 { # safe"), ["forward", ".", "tls://9.9.9.9", "{"]);
        assert_eq!(words("answer \"{{ .Name }} 60\" x"), ["answer", "{{ .Name }} 60", "x"]);
        assert!(words("   # nothing").is_empty());
    }

    #[test]
    fn servers_have_schemes_and_ports() {
        for (text, expected) in [
            ("127.0.0.1", Some("127.0.0.1")),
            ("127.0.0.1:5300", Some("127.0.0.1")),
            ("tls://[::1]:853", Some("::1")),
            ("::1", Some("::1")),
            ("/etc/resolv.conf", None),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn braces_are_counted_and_blocks_have_names() {
        let blocks = read(".:53 {\n  health {\n    lameduck 5s\n  }\n}\nhome.arpa:53,\nlan {\n  errors\n}").ok();
        let blocks = blocks.expect("it is sound");
        let zones: Vec<Vec<&str>> = blocks.iter().map(|block| block.zones().collect()).collect();
        assert_eq!(zones, [vec!["."], vec!["home.arpa", "lan"]]);
        assert_eq!(blocks[0].plugins().count(), 1, "what is said of a plugin is none");
        assert_eq!(read(". {\n  health {\n}").err().map(|broken| broken.line), Some(0));
        assert_eq!(read(". {\n}\n}").err().map(|broken| broken.line), Some(2));
    }
}
