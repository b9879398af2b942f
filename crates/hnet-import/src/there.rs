//! What is there, compared with what hnet would write for the same words: where that is something else, the words are not
//! taken; where all of it is there already as hnet writes it, it is said as hnet's own.
//!
//! Start at [`confirm`].

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_diagnostics::{Severity, codes};
use hnet_syntax::tree::{End, Statement, Tree};
use hnet_yaml::Value;
use indexmap::IndexMap;

use crate::assemble::{Draft, Place};
use crate::kubernetes::Content;
use crate::objects::{self, Key, Object};
use crate::placeholders::Said;
use crate::report::{Report, Unread};
use crate::say;
use crate::settle::NAME;
use crate::take::leaves;
use crate::{cloudflared, coredns, rebuilt};

/// What a statement of something that is there has to mean.
#[derive(Clone, Debug)]
pub(crate) struct Meant {
    /// What its files would have to say.
    pub(crate) of: Of,
    /// What of it has no words and stays where it is.
    pub(crate) left: Vec<Unread>,
}

/// What the files of something that is there have to say.
#[derive(Clone, Debug)]
pub(crate) enum Of {
    /// The rules of a tunnel.
    Tunnel {
        /// The namespace of its connector.
        namespace: String,
        /// What its objects are called: the configuration first.
        names: [String; 3],
        /// The rules.
        rules: Vec<cloudflared::Rule>,
    },
    /// The blocks of a Corefile.
    Dns(Vec<coredns::Block>),
    /// A service that leads to a host.
    Host {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

/// So many are built each by itself, where all at once do not build.
const ALONE: usize = 8;

/// The objects of the files of a draft, which are read once.
type Files = IndexMap<Key, Object>;

/// Compares what is there with what hnet would write for it, once. What is something else is taken out and is listed.
/// Whether the draft is another one now.
pub(crate) fn confirm(draft: &mut Draft, report: &mut Report) -> bool {
    let places: Vec<Place> = draft
        .clusters
        .iter()
        .enumerate()
        .flat_map(|(cluster, whole)| whole.contents.iter().enumerate().map(move |(at, own)| (cluster, at, own)))
        .filter(|(.., own)| own.meant.is_some())
        .map(|(cluster, at, _)| Place::Content(cluster, at))
        .collect();
    if places.is_empty() {
        return false;
    }
    // All at once, or each by itself where one of them stops the build.
    let together = written(draft, &places).ok().map(Rc::new);
    let mut alone = ALONE;
    let mut gone = Vec::new();
    let mut is_changed = false;
    for cluster in 0..draft.clusters.len() {
        for at in 0..draft.clusters[cluster].contents.len() {
            let place = Place::Content(cluster, at);
            let Some(Meant { of, left }) = draft.clusters[cluster].contents[at].meant.take() else { continue };
            let files = match &together {
                Some(files) => Ok(files.clone()),
                None if alone == 0 => Err("it was not compared, since there are too many".to_owned()),
                None => {
                    alone -= 1;
                    written(draft, &[place]).map(Rc::new)
                }
            };
            let found = files.and_then(|files| Ok((compare(&of, &files)?, files)));
            let whole = &mut draft.clusters[cluster];
            let content = &mut whole.contents[at];
            match found {
                Ok((told, files)) => {
                    if let Some(objects) = all_there(&whole.objects, &files, &of) {
                        take_over(content, objects, &whole.objects);
                        if let Of::Dns(_) = of {
                            content.piece.fields += whole.own.leave_dns_to_words();
                        }
                        is_changed = true;
                        continue;
                    }
                    if let Some((same, others)) = told {
                        content.laid -= same.min(content.laid);
                        content.piece.fields += same;
                        report.as_yaml.extend(others);
                    }
                    report.as_yaml.extend(left);
                }
                Err(why) => {
                    content.refuse(&why, report);
                    gone.push(place);
                }
            }
        }
    }
    draft.remove(&gone);
    is_changed || !gone.is_empty()
}

/// Says something that is there as hnet's own.
fn take_over(content: &mut Content, numbers: Vec<usize>, objects: &[Object]) {
    content.piece.fields = numbers.iter().map(|number| leaves(&objects[*number].value)).sum();
    (content.objects, content.is_there, content.laid) = (numbers, false, 0);
}

/// The objects of a cluster that hnet would write for something, where all are there and say nearly the same.
fn all_there(objects: &[Object], files: &Files, of: &Of) -> Option<Vec<usize>> {
    let mut all = Vec::new();
    for own in files.values().filter(|own| own.path.contains(of.folder()) && of.is_of(own)) {
        let at = objects.iter().position(|object| object.key() == own.key())?;
        let there = &objects[at];
        let compared = hnet_compare::compare(&own.compared(), &own.read(), &there.read(), &Facts::default());
        // A text that is laid over what it is made of would say all of it twice.
        let is_laid = || own.kind != "ConfigMap" && rebuilt::patch_of(&compared, there).is_some();
        if !compared.is_same() && !is_laid() {
            return None;
        }
        all.push(at);
    }
    // The main one first: what is laid over a statement is laid over its workload.
    all.sort_by_key(|at| match objects[*at].kind.as_str() {
        "Deployment" | "DaemonSet" => 0,
        "Service" => 1,
        _ => 2,
    });
    (!all.is_empty()).then_some(all)
}

/// The files of a draft in which statements of what is there are hnet's own, or what stops its build.
fn written(draft: &Draft, places: &[Place]) -> Result<Files, String> {
    let (mut tree, index) = draft.tree();
    let places: BTreeSet<Place> = places.iter().copied().collect();
    let ways = index.iter().filter(|(_, own)| own.iter().any(|place| places.contains(place)));
    let mut ways: Vec<&Vec<usize>> = ways.map(|(way, _)| way).collect();
    // The last first, so that the ways to the others stay what they are.
    ways.sort();
    for way in ways.into_iter().rev() {
        own(&mut tree, way).ok_or("it is not in the source")?;
    }
    // On k3s hnet adds to the DNS that k3s runs. What somebody's own says is seen where hnet writes all of it.
    leave_out(&mut tree.statements, "k3s");
    // A judgement of how the network is stops nothing here.
    let denied = codes::ALL.iter().filter(|code| code.severity == Severity::Denied);
    let options = Options { levels: denied.map(|code| (code.number, None)).collect(), ..Options::default() };
    let made = hnet::compile(Input::one(NAME, hnet_syntax::print(&tree)), &options);
    let stop = made.diagnostics.iter().find(|one| one.severity.stops());
    let why = || stop.map_or_else(String::new, |stop| format!("{} ({})", stop.title, stop.code.number));
    let files = made.outputs.ok_or_else(why)?.files;
    let said = Said::of(&tree, draft);
    let files: Vec<(&str, Cow<'_, str>)> =
        files.iter().map(|(path, file)| (path.as_str(), said.got(path, file.text()))).collect();
    Ok(objects::written(files.iter().map(|(path, text)| (*path, &**text))))
}

/// Leaves out the statements of a word.
fn leave_out(statements: &mut Vec<Statement>, word: &str) {
    statements.retain(|statement| statement.keyword.text != word);
    statements.iter_mut().filter_map(body).for_each(|inner| leave_out(inner, word));
}

/// Moves a statement out of `existing`, beside it.
fn own(tree: &mut Tree, way: &[usize]) -> Option<()> {
    let (last, before) = way.split_last()?;
    let (existing, around) = before.split_last()?;
    let mut statements = &mut tree.statements;
    for at in around {
        statements = body(statements.get_mut(*at)?)?;
    }
    let mut moved = body(statements.get_mut(*existing)?)?.remove(*last);
    let is_known = moved.statements().iter().any(|field| field.keyword.text == "id");
    if moved.keyword.text == "tunnel" && !is_known {
        let id = say::field("id", "${TUNNEL_ID}", moved.span);
        moved = moved.holding([id]);
    }
    if body(statements.get_mut(*existing)?)?.is_empty() {
        statements.remove(*existing);
    }
    statements.push(moved);
    Some(())
}

fn body(statement: &mut Statement) -> Option<&mut Vec<Statement>> {
    match &mut statement.end {
        End::Body(body) => Some(&mut body.statements),
        End::Semicolon(_) | End::Missing(_) => None,
    }
}

impl Of {
    /// The folder of the component that is written for it.
    fn folder(&self) -> &'static str {
        match self {
            Of::Tunnel { .. } => "/cloudflared/",
            Of::Dns(_) => "/coredns/",
            Of::Host { .. } => "/gateway/",
        }
    }

    /// Whether an object of that component is written for it.
    fn is_of(&self, object: &Object) -> bool {
        match self {
            Of::Dns(_) => object.kind != "Namespace" && object.kind != "Kustomization",
            Of::Tunnel { namespace, names, .. } => {
                names.contains(&object.name) && object.namespace.as_deref() == Some(namespace)
            }
            Of::Host { namespace, name } => {
                let leads = object.value.str_at(&["metadata", "labels", "kubernetes.io/service-name"]);
                let is_its = match object.kind.as_str() {
                    "Service" => object.name == *name,
                    "EndpointSlice" => leads == Some(name),
                    _ => false,
                };
                is_its && object.namespace.as_deref() == Some(namespace)
            }
        }
    }
}

/// Whether files say what is meant, or what they do not say. Of cluster DNS also how much of it they say, and what not.
fn compare(of: &Of, files: &Files) -> Result<Option<(usize, Vec<Unread>)>, String> {
    let maps = || files.values().filter(|own| own.kind == "ConfigMap" && own.path.contains(of.folder()));
    match of {
        Of::Tunnel { namespace, names: [map, ..], rules } => {
            let is_it = |object: &&Object| object.name == *map && object.namespace.as_deref() == Some(namespace);
            let map = maps().find(is_it);
            let config = map.and_then(|map| map.value.at(&["data", "config.yaml"])).and_then(Value::text);
            let config = config.ok_or("hnet would write no configuration")?;
            let written = cloudflared::read(&config.yaml().root().ok_or("hnet would write no rules")?.value());
            let is_there = |rule: &&cloudflared::Rule| written.iter().any(|own| own.is(rule));
            match rules.iter().find(|rule| !is_there(rule)) {
                None if rules.len() == written.len() => Ok(None),
                None => Err("hnet would publish more".to_owned()),
                Some(rule) => Err(format!("hnet would lead `{}` elsewhere or otherwise", rule.name())),
            }
        }
        // Its address and port are what they are.
        Of::Host { .. } => Ok(None),
        Of::Dns(blocks) => {
            let text = maps().find_map(|map| map.value.at(&["data", "Corefile"])).and_then(Value::text);
            let text = text.ok_or("hnet would write no Corefile")?;
            let written = coredns::read(text).ok_or("hnet would write another Corefile")?;
            coredns::compare(blocks, &written).map(Some)
        }
    }
}
