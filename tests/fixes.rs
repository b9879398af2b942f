//! Every edit that a message offers, made: what it belongs to is gone, and nothing else is wrong afterwards.
//!
//! The sources are those of the pages and the cases, and the same with a word of theirs spoilt.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use hnet::{Input, Options};
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Fix, Severity};
use hnet_syntax::TokenKind;
use hnet_testing::{files, page, root, run_all};
use serde::Deserialize as _;
use serde_yaml::Value;

/// Of the words of the sources, every so many-th is spoilt: a prime, so that all places have their turn.
const STRIDE: usize = 13;

fn pages() -> Vec<PathBuf> {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("crates/hnet-diagnostics/explain"), ".md"));
    pages
}

/// The sources of a page that are whole projects of one file.
fn sources(path: &std::path::Path) -> Vec<page::Block> {
    let text = fs::read_to_string(path).expect("the page was listed just now");
    let mut blocks = page::blocks(&text);
    blocks.retain(|block| block.language == "hnet" && !block.has("fragment") && block.value("file").is_none());
    blocks
}

#[test]
fn a_fix_mends_what_it_belongs_to() {
    run_all(&pages(), |path| {
        let of = |block: &page::Block| {
            let failures = faults(&block.text, &[]).into_iter();
            failures.map(|fault| format!("{}:{} {fault}", path.display(), block.line)).collect::<Vec<_>>()
        };
        sources(path).iter().flat_map(of).collect()
    });
}

/// All that is offered about a source, made as `hnet check --fix` does it: what had one sensible way is gone, nothing is
/// wrong that was not before, and to do it again changes nothing.
#[test]
fn all_fixes_together_mend_what_they_belong_to() {
    let together = |text: &str| -> Vec<String> {
        let (before, done) = (found(text), mended(text));
        let Some(after) = done.texts.get("network.hnet") else {
            let offered = before.iter().filter(|one| one.fixes.len() == 1).map(|one| one.code.number);
            return offered.map(|number| format!("nothing was done about {number}")).collect();
        };
        let mut faults = Vec::new();
        let left = done.compilation.diagnostics.iter().filter(|one| one.fixes.len() == 1);
        faults.extend(left.map(|one| format!("left: {} `{}`, {}", one.code.number, one.title, one.fixes[0].title)));
        let counts = stopping(&before);
        let hidden = before.iter().any(|one| one.code.number.starts_with("HN0"));
        let new = stopping(&done.compilation.diagnostics);
        let new = new.into_iter().filter(|(code, count)| !hidden && *count > counts.get(code).copied().unwrap_or(0));
        faults.extend(new.map(|(code, _)| format!("new: {code}")));
        if !mended(after).made.is_empty() {
            faults.push("done again it changes more".to_owned());
        }
        faults
    };
    run_all(&pages(), |path| {
        let of = |block: &page::Block| {
            let faults = together(&block.text).into_iter();
            faults.map(|fault| format!("{}:{} {fault}", path.display(), block.line)).collect::<Vec<_>>()
        };
        sources(path).iter().flat_map(of).collect()
    });
}

/// The same of sources in which many words are spoilt. What comes to light behind a mistake may stop the build, so only
/// what is left to be mended counts.
#[test]
fn all_fixes_of_many_slips_leave_none_behind() {
    run_all(&pages(), |path| {
        let mut failures = Vec::new();
        for block in sources(path) {
            let tokens = hnet_syntax::parse(FileId::default(), &block.text, &mut Diagnostics::new()).tokens;
            for stride in [3, 5] {
                let mut spoilt = String::new();
                let mut end = 0;
                for (at, token) in tokens.iter().enumerate().filter(|(at, _)| (at + block.line) % stride == 0) {
                    let place = token.span.range();
                    let written = &block.text[place.clone()];
                    spoilt.push_str(&block.text[end..place.start]);
                    end = place.end;
                    spoilt.push_str(&match token.kind {
                        TokenKind::Word if at % 2 == 0 => written.to_uppercase(),
                        TokenKind::Word => written.chars().skip(1).collect(),
                        TokenKind::Semicolon | TokenKind::Comma if at % 4 == 0 => String::new(),
                        _ => written.to_owned(),
                    });
                }
                spoilt.push_str(&block.text[end..]);
                let done = mended(&spoilt);
                let left = done.compilation.diagnostics.iter().filter(|one| one.fixes.len() == 1);
                let left = left.map(|one| format!("{} `{}`, {}", one.code.number, one.title, one.fixes[0].title));
                let left: Vec<String> = left.collect();
                let text = done.texts.get("network.hnet").unwrap_or(&spoilt);
                let more = mended(text).made;
                if !left.is_empty() || !more.is_empty() {
                    failures.push(format!(
                        "{}:{} by {stride}: {left:?} {more:?}\n{spoilt}",
                        path.display(),
                        block.line
                    ));
                }
            }
        }
        failures
    });
}

#[test]
fn a_fix_mends_a_slip() {
    run_all(&pages(), |path| {
        let mut failures = Vec::new();
        for block in sources(path) {
            let text = &block.text;
            let sound = found(text);
            let tokens = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tokens;
            let words = tokens.iter().filter(|token| token.kind == TokenKind::Word).map(|token| token.span.range());
            for (at, word) in words.enumerate().filter(|(at, _)| (at + block.line) % STRIDE == 0) {
                let written = &text[word.clone()];
                let (first, last) = (&written[..1.min(written.len())], written.char_indices().last());
                let shorter = last.map_or("", |(last, _)| &written[..last]);
                // A letter too few, a capital, what other languages write, a word that is missing, and one that is there twice.
                let slips = [
                    shorter.to_owned(),
                    first.to_uppercase() + &written[first.len()..],
                    format!("{written}:"),
                    String::new(),
                    format!("{written} {written}"),
                ];
                let slip = &slips[at / STRIDE % slips.len()];
                let spoilt = [&text[..word.start], slip, &text[word.end..]].concat();
                let place = format!("{}:{} `{written}` as `{slip}`", path.display(), block.line);
                // What the spoilt word says may be read only once something else is mended.
                let name = slip.split(['[', ' ']).next().unwrap_or_default();
                let of_slip = |fault: &String| {
                    let says = |new: &str| new.contains(&format!("`{slip}` has")) || new.contains(&format!("`{name}`"));
                    !name.is_empty() && fault.rsplit("then ").next().is_some_and(says)
                };
                failures.extend(
                    faults(&spoilt, &sound)
                        .into_iter()
                        .filter(|fault| !of_slip(fault))
                        .map(|fault| format!("{place}: {fault}")),
                );
            }
        }
        failures
    });
}

fn found(text: &str) -> Vec<Diagnostic> {
    hnet::check(Input::one("network.hnet", text), &Options::default()).diagnostics
}

fn mended(text: &str) -> hnet::Mended {
    let load = |changed: &BTreeMap<String, String>| {
        Input::one("network.hnet", changed.get("network.hnet").map_or(text, String::as_str))
    };
    hnet::mend(&Options::default(), &BTreeSet::new(), load, |_| {})
}

/// How often each code stops the build.
fn stopping(found: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in found.iter().filter(|finding| finding.severity.stops()) {
        *counts.entry(finding.code.number).or_default() += 1;
    }
    counts
}

/// What is wrong with the fixes that are offered about a text, but for what is found in the text that was spoilt.
fn faults(text: &str, unspoilt: &[Diagnostic]) -> Vec<String> {
    let before = found(text);
    let mut faults = Vec::new();
    for finding in &before {
        for fix in &finding.fixes {
            faults.extend(
                fault(text, &before, unspoilt, finding, fix)
                    .map(|fault| format!("{} `{}`, {}: {fault}", finding.code.number, finding.title, fix.title)),
            );
        }
    }
    faults
}

fn fault(
    text: &str,
    before: &[Diagnostic],
    unspoilt: &[Diagnostic],
    finding: &Diagnostic,
    fix: &Fix,
) -> Option<String> {
    let after = found(&fix.made(text));
    // Of several alike each has a fix of its own.
    let offers = |one: &Diagnostic| one.fixes.iter().any(|own| own.title == fix.title);
    let same = |one: &&Diagnostic| one.code == finding.code && one.title == finding.title && offers(one);
    let (was, is) = (before.iter().filter(same).count(), after.iter().filter(same).count());
    if is >= was {
        return Some("it is still found".to_owned());
    }
    // What was not read before may have mistakes of its own, which it had before the fix as well.
    if finding.code.number.starts_with("HN0") {
        return None;
    }
    let (counts, hidden) = (stopping(before), stopping(unspoilt));
    let more = stopping(&after).into_iter().find(|(code, count)| {
        // A mistake of the source itself, which the slip hid, is not the fix's.
        *count > [&counts, &hidden].into_iter().filter_map(|had| had.get(code).copied()).max().unwrap_or(0)
    });
    more.map(|(code, _)| {
        let new = after.iter().find(|one| one.code.number == code).map_or("", |one| &one.title);
        format!("then {code} `{new}` is found")
    })
}

/// Who reaches what, as the written files say it: an entry for each way in; none where nothing can be written.
fn reach(text: &str) -> Option<BTreeSet<String>> {
    // What is denied is written as well, as if it were allowed.
    let denied = hnet_diagnostics::codes::ALL.iter().filter(|code| code.severity == Severity::Denied);
    let levels = denied.map(|code| (code.number, Some(Severity::Warning))).collect();
    let compilation = hnet::compile(Input::one("network.hnet", text), &Options { levels, ..Options::default() });
    let mut objects = Vec::new();
    for (_, file) in compilation.outputs?.files.iter().filter(|(path, _)| path.ends_with(".yaml")) {
        let documents = serde_yaml::Deserializer::from_str(file.text());
        objects.extend(documents.map(|document| Value::deserialize(document).expect("what is written is YAML")));
    }
    let mut ways = BTreeSet::new();
    objects.iter().for_each(|object| ways_of(object, &mut ways));
    let rules: Vec<Value> = objects.iter().flat_map(tunnel_rules).collect();
    let gateways: Vec<&Value> = objects.iter().filter(|object| object["kind"] == "Gateway").collect();
    // A route that goes through a listener which a tunnel leads to is meant to be public.
    let is_public = |parent: &Value| {
        let mut gateways = gateways.iter().filter(|gateway| gateway["metadata"]["name"] == parent["name"]);
        let named = |listener: &&Value| parent.get("sectionName").is_none_or(|name| listener["name"] == *name);
        gateways.any(|gateway| {
            let service = format!("gateway-{}.", said(parent.get("name")));
            list(gateway, &["spec", "listeners"]).iter().filter(named).any(|listener| {
                let (host, port) = (said(listener.get("hostname")), format!(":{}", said(listener.get("port"))));
                rules.iter().any(|rule| {
                    let (name, to) = (said(rule.get("hostname")), said(rule.get("service")));
                    to.contains(&service) && to.ends_with(&port) && (covers(&name, &host) || covers(&host, &name))
                })
            })
        })
    };
    for route in objects.iter().filter(|object| said(object.get("kind")).ends_with("Route")) {
        let name = said(route["metadata"].get("name"));
        let public = list(route, &["spec", "parentRefs"]).iter().any(is_public);
        ways.extend(public.then(|| format!("internet: route {name}")));
    }
    Some(ways)
}

/// Whether a name, a wildcard or nothing, which is any, covers another.
fn covers(name: &str, host: &str) -> bool {
    name.is_empty() || name == host || name.strip_prefix('*').is_some_and(|parent| host.ends_with(parent))
}

/// What a tunnel publishes, if that is what an object configures.
fn tunnel_rules(object: &Value) -> Vec<Value> {
    let config = object["data"].get("config.yaml").and_then(Value::as_str).unwrap_or_default();
    let config: Value = serde_yaml::from_str(config).unwrap_or_default();
    list(&config, &["ingress"]).iter().filter(|rule| rule.get("hostname").is_some()).cloned().collect()
}

/// The items of a list at a path, none where there is none.
fn list<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    let at = path.iter().try_fold(value, |value, key| value.get(key));
    at.and_then(Value::as_sequence).map_or(&[], Vec::as_slice)
}

fn said(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => serde_yaml::to_string(value).expect("it was read").trim_end().to_owned(),
    }
}

/// What an object lets in, and to what.
fn ways_of(object: &Value, ways: &mut BTreeSet<String>) {
    let kind = object["kind"].as_str().unwrap_or_default();
    let name = said(object["metadata"].get("name"));
    match kind {
        "Gateway" => {
            for listener in list(object, &["spec", "listeners"]) {
                ways.insert(format!("gateway {name}: {}", said(listener.get("hostname"))));
                let from = &listener["allowedRoutes"]["namespaces"];
                let selected =
                    list(from, &["selector", "matchExpressions"]).iter().flat_map(|one| list(one, &["values"]));
                ways.extend(selected.map(|namespace| format!("gateway {name}: from {}", said(Some(namespace)))));
                // Where nothing names a listener its own namespace may.
                let from = said(from.get("from"));
                ways.extend((from != "Same").then(|| format!("gateway {name}: from {from}")));
            }
        }
        _ if kind.ends_with("Route") => {
            // Which of its names a gateway takes, and at which of its ports, is what the messages are about.
            let parents = list(object, &["spec", "parentRefs"]).iter();
            ways.extend(parents.map(|parent| format!("route {name}: through {}", said(parent.get("name")))));
        }
        "NetworkRuleConfig" => {
            for subnet in list(object, &["ingress"]) {
                ways.insert(format!("port {}: {}", said(object.get("portSelector")), said(Some(subnet))));
            }
        }
        "NetworkDefaultActionConfig" => drop(ways.insert(format!("ports: {}", said(object.get("ingress"))))),
        "Service" => drop(ways.insert(format!("service {name}: {}", said(object["spec"].get("type"))))),
        "ReferenceGrant" => drop(ways.insert(format!("grant {name}: {}", said(object.get("spec"))))),
        _ => ways.extend(tunnel_rules(object).iter().map(|rule| format!("tunnel: {}", said(Some(rule))))),
    }
}

/// A message may say how something is reached, and no edit of it may open a way that was not there. Of a source with an
/// error nobody knows what was there; what an error's edit names is what the source says.
#[test]
fn no_fix_of_what_can_be_written_opens_a_way_in() {
    run_all(&pages(), |path| {
        let mut failures = Vec::new();
        for block in sources(path) {
            let Some(before) = reach(&block.text) else { continue };
            for finding in found(&block.text) {
                for fix in &finding.fixes {
                    let Some(after) = reach(&fix.made(&block.text)) else { continue };
                    let opened: Vec<&String> = after.difference(&before).collect();
                    if !opened.is_empty() {
                        let code = finding.code.number;
                        failures.push(format!("{}:{} {code} {}: {opened:?}", path.display(), block.line, fix.title));
                    }
                }
            }
        }
        failures
    });
}
