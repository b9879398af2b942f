//! Cluster DNS that runs already: of CoreDNS's chart, or a Corefile in its ConfigMap. The other way is
//! `hnet-emit/src/coredns/`.
//!
//! What of it has words is said in `existing`: who answers, and zones with answers of their own. A zone is said only where
//! words say all that it answers. Start at [`dns`].

mod corefile;

use std::net::IpAddr;

use hnet_diagnostics::Span;
use hnet_repository::{Cluster, ConfigKind, Document, Holder};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use crate::kubernetes::Content;
use crate::report::{Report, Unread};
use crate::say::{self, Piece};
use crate::take::{Said, scalar};
use crate::there::{Meant, Of};
use crate::wires::Wires;

use corefile::Plugin;
pub(crate) use corefile::{Block, read};

/// What it is counted under.
const KIND: &str = "CoreDNS";

/// Why parts of a Corefile stay where they are.
const K3S: &str = "CoreDNS: k3s's own reads this besides, and no file says which k3s it is";

/// Plugins that change nothing of what is answered.
const QUIET: [&str; 12] = [
    "errors",
    "log",
    "cache",
    "prometheus",
    "reload",
    "loop",
    "loadbalance",
    "ready",
    "health",
    "bufsize",
    "minimal",
    "debug",
];

/// The DNS of a cluster as a statement of what exists.
pub(crate) fn dns(cluster: &Cluster, is_k3s: bool, wires: &Wires, report: &mut Report) -> Option<Content> {
    let Some((blocks, place, mut fields)) = of_chart(cluster).or_else(|| of_map(cluster)) else {
        list_parts(cluster, report);
        return None;
    };
    if is_k3s {
        // How many pods run is a word for the DNS that hnet runs itself, which it does on Talos.
        fields.clear();
    }
    let all: usize = blocks.iter().map(Block::fields).sum();
    let stays = |span: Span, why: String| Unread::new(span, format!("CoreDNS: {why}"));
    let mut left: Vec<Unread> = Vec::new();
    let mut said: Vec<Block> = Vec::new();
    let mut is_open = false;
    for block in blocks {
        let statement = if block.is_rest() { rest(&block, wires) } else { zone(&block, wires) };
        match statement {
            Ok(statement) => {
                fields.extend(statement);
                said.push(block);
            }
            Err(why) => {
                // Who answers the rest would be taken for the node's own resolvers.
                is_open |= block.is_rest();
                left.push(stays(block.span, format!("`{}` {why}", block.zone())));
            }
        }
    }
    if is_open || said.is_empty() {
        report.as_yaml.extend(left);
        report.of(KIND).unread += all;
        return None;
    }
    let statement = Statement::new("dns", place);
    let statement = if fields.is_empty() { statement } else { statement.holding(fields) };
    let mut content = Content::there(Piece::new(statement, 0), KIND, Some(Meant { of: Of::Dns(said), left }));
    content.laid = all;
    Some(content)
}

/// Lists the parts that k3s's own CoreDNS reads besides: which k3s that is, no file says.
fn list_parts(cluster: &Cluster, report: &mut Report) {
    for part in cluster.configs.iter().filter(|config| config.kind == ConfigKind::CorefilePart) {
        report.stays_yaml(part.text.span(), K3S);
        report.of(KIND).unread += part.text.lines().filter(|line| !line.trim_matches([' ', '}']).is_empty()).count();
    }
}

/// The blocks of CoreDNS's chart, and how many pods it runs.
fn of_chart(cluster: &Cluster) -> Option<(Vec<Block>, Span, Vec<Statement>)> {
    let release = cluster.charts("coredns").next().filter(|release| !release.has_unknown_values)?;
    let servers = release.values.get("servers")?;
    let blocks = servers.items().iter().map(Block::of_chart).collect::<Option<Vec<_>>>()?;
    let replicas = release.values.get("replicaCount").and_then(scalar);
    Some((blocks, servers.span, count(replicas)))
}

/// The blocks of a Corefile in the ConfigMap that CoreDNS reads, and how many pods its Deployment runs.
fn of_map(cluster: &Cluster) -> Option<(Vec<Block>, Span, Vec<Statement>)> {
    let config = cluster.configs.iter().find(|config| config.kind == ConfigKind::Corefile)?;
    let Holder::Document(_) = config.holder else { return None };
    let is_it = |one: &&Document| one.name() == "coredns" && one.namespace.as_deref() == Some("kube-system");
    let replicas =
        cluster.of_kind("apps", "Deployment").find(is_it).and_then(|one| one.value.at(&["spec", "replicas"]));
    Some((read(&config.text)?, config.text.span(), count(replicas.and_then(scalar))))
}

fn count(replicas: Option<Said>) -> Vec<Statement> {
    let known = replicas.filter(|count| count.text.parse::<u32>().is_ok_and(|count| count > 0));
    known.map(|count| say::field("replicas", &count.text, count.span)).into_iter().collect()
}

/// Who answers what no zone does, or why that has no words.
fn rest(block: &Block, wires: &Wires) -> Result<Vec<Statement>, String> {
    let forwards: Vec<&Plugin> = block.named("forward").collect();
    if let Some(other) = forwards.iter().find(|forward| forward.args.first().map(String::as_str) != Some(".")) {
        return Err(format!(
            "asks others for `{}`, for which hnet would make a zone",
            other.args.first().map_or("", |zone| zone)
        ));
    }
    let [forward] = forwards[..] else { return Err("asks nobody, or in several ways".to_owned()) };
    let servers = servers(forward)?;
    Ok(forward_of(forward, &servers, wires).into_iter().collect())
}

/// A zone with its answers, or why it has no words.
fn zone(block: &Block, wires: &Wires) -> Result<Vec<Statement>, String> {
    let [zone] = block.zones.as_slice() else { return Err("are several zones in one".to_owned()) };
    let mut fields = Vec::new();
    let mut records: Vec<(String, Vec<(String, Span)>)> = Vec::new();
    let mut forwards = 0;
    for plugin in &block.plugins {
        match plugin.name.as_str() {
            "forward" if plugin.args.first().map(String::as_str) == Some(".") && forwards == 0 => {
                forwards += 1;
                let servers = servers(plugin)?;
                fields.extend(forward_of(plugin, &servers, wires));
            }
            "hosts" if plugin.args.is_empty() => hosts(plugin, &mut records)?,
            "template" => template(plugin, &mut records)?,
            "cache" => {
                if let [seconds] = plugin.args.as_slice()
                    && seconds.parse::<u64>().is_ok()
                {
                    fields.push(say::field("cache", &format!("{seconds}s"), plugin.span));
                }
            }
            quiet if QUIET.contains(&quiet) => {}
            other => return Err(format!("has `{other}`, which has no words")),
        }
    }
    for (name, addresses) in records {
        let place = addresses.first().map_or(block.span, |(_, span)| *span);
        let said = addresses.iter().map(|(address, span)| Word::said(&wires.said(address), *span));
        let record = say::field("record", &name, place).with(Word::said("address", place));
        fields.push(record.with_list(said));
    }
    if fields.is_empty() {
        return Err("answers nothing that has words".to_owned());
    }
    Ok(vec![say::field("zone", &zone.text, zone.span).holding(fields)])
}

/// The addresses that a `forward` leads to; none where it leads to the resolvers of the node.
fn servers(forward: &Plugin) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for server in forward.args.iter().skip(1) {
        let address = server.strip_prefix("dns://").unwrap_or(server);
        let is_known = address.parse::<IpAddr>().is_ok() || address.starts_with("${");
        match address {
            "/etc/resolv.conf" if forward.args.len() == 2 => return Ok(all),
            _ if is_known => all.push(address.to_owned()),
            _ => return Err(format!("asks `{server}`, which is no address")),
        }
    }
    Ok(all)
}

fn forward_of(forward: &Plugin, servers: &[String], wires: &Wires) -> Option<Statement> {
    let said = servers.iter().map(|server| (wires.server(server), forward.span));
    (!servers.is_empty()).then(|| say::list("forward", forward.span, said))
}

/// The records of `hosts`.
fn hosts(plugin: &Plugin, records: &mut Vec<(String, Vec<(String, Span)>)>) -> Result<(), String> {
    for line in &plugin.body {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["ttl" | "fallthrough", ..] => {}
            [address, names @ ..] if address.parse::<IpAddr>().is_ok() => {
                names.iter().for_each(|name| record(records, name, address, plugin.span));
            }
            _ => return Err(format!("has `hosts` with `{line}`, which has no words")),
        }
    }
    Ok(())
}

/// The record of a `template`, as hnet writes it.
fn template(plugin: &Plugin, records: &mut Vec<(String, Vec<(String, Span)>)>) -> Result<(), String> {
    let lacks = || "has a `template` that is no record".to_owned();
    let pattern = plugin.body.iter().find_map(|line| line.strip_prefix("match ^")).ok_or_else(lacks)?;
    let name = pattern.strip_suffix("[.]$").or_else(|| pattern.strip_suffix("\\.$")).ok_or_else(lacks)?;
    let name = match name.strip_prefix(".+[.]") {
        Some(base) => format!("*.{base}"),
        None => name.to_owned(),
    };
    let name = name.replace("[.]", ".").replace("\\.", ".");
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '*');
    if !name.chars().all(is_name) {
        return Err(lacks());
    }
    for line in &plugin.body {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["match" | "rcode" | "fallthrough", ..] => {}
            ["answer", .., address] => record(records, &name, address.trim_end_matches('"'), plugin.span),
            _ => return Err(lacks()),
        }
    }
    Ok(())
}

fn record(records: &mut Vec<(String, Vec<(String, Span)>)>, name: &str, address: &str, span: Span) {
    let own = match records.iter().position(|(known, _)| known == name) {
        Some(at) => at,
        None => {
            records.push((name.to_owned(), Vec::new()));
            records.len() - 1
        }
    };
    records[own].1.push((address.to_owned(), span));
}

/// How many fields of what runs are what hnet would write, and what is not; or what hnet would answer otherwise.
pub(crate) fn compare(said: &[Block], written: &[Block]) -> Result<(usize, Vec<Unread>), String> {
    let (mut same, mut left) = (0, Vec::new());
    for block in said {
        let own = written.iter().find(|own| own.zone() == block.zone());
        let own = own.ok_or_else(|| format!("hnet would write no block of `{}`", block.zone()))?;
        let answers = |name: &str| matches!(name, "hosts" | "template") || name == "forward" && !block.is_rest();
        if let Some(plugin) = own.plugins.iter().find(|plugin| answers(&plugin.name) && !block.holds(plugin)) {
            return Err(format!("`{}` of `{}` would be another one", plugin.name, block.zone()));
        }
        let is_asked = |block: &Block| block.named("forward").next().map(servers);
        if is_asked(block) != is_asked(own) {
            return Err(format!("`{}` would ask others", block.zone()));
        }
        let others: Vec<&Plugin> = block.plugins.iter().filter(|plugin| !own.holds(plugin)).collect();
        same += block.fields() - others.iter().map(|plugin| plugin.fields).sum::<usize>();
        if let Some(first) = others.first() {
            let mut names: Vec<String> = others.iter().map(|plugin| format!("`{}`", plugin.name)).collect();
            names.dedup();
            let why =
                format!("CoreDNS: {} of `{}` have no words, or say more than those", names.join(", "), block.zone());
            left.push(Unread::new(first.span, why));
        }
    }
    if let Some(more) = written.iter().find(|own| said.iter().all(|block| block.zone() != own.zone())) {
        return Err(format!("hnet would answer `{}` as well", more.zone()));
    }
    Ok((same, left))
}

/// The values of a chart that hold a list of texts.
fn texts_of(value: &Value, key: &str) -> Vec<String> {
    let text = value.get(key).and_then(Value::as_str).unwrap_or_default();
    text.lines().map(corefile::without_comment).filter(|line| !line.is_empty()).collect()
}
