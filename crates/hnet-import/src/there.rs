//! What is there and stays its owner's, compared with what hnet would write for the same words: where that is something
//! else, the words are not taken. Start at [`confirm`].

use std::collections::BTreeMap;

use hnet::{Input, Options};
use hnet_diagnostics::{Severity, codes};
use hnet_syntax::tree::{End, Statement, Tree};
use hnet_yaml::Value;

use crate::assemble::{Draft, Place};
use crate::cloudflared;
use crate::objects;
use crate::report::Report;
use crate::say;
use crate::settle::NAME;

/// What a statement of something that exists has to mean.
#[derive(Clone, Debug)]
pub(crate) enum Meant {
    /// The rules of a tunnel.
    Tunnel(Vec<cloudflared::Rule>),
}

/// Compares what exists with what hnet would write for it, once. What is something else is taken out and is listed.
/// Whether anything was.
pub(crate) fn confirm(draft: &mut Draft, report: &mut Report) -> bool {
    let mut gone = Vec::new();
    for cluster in 0..draft.clusters.len() {
        for at in 0..draft.clusters[cluster].contents.len() {
            let place = Place::Content(cluster, at);
            let Some(meant) = draft.clusters[cluster].contents[at].meant.take() else { continue };
            if let Err(why) = written(draft, place).and_then(|files| compare(&meant, &files)) {
                let content = &draft.clusters[cluster].contents[at];
                let said = &content.piece.said;
                let name = said.arguments.first().map_or("", |name| name.value.text.as_str());
                report.stays_yaml(said.span, format!("`{}` {name}: {why}", said.keyword.text));
                report.of(&content.kind).raw += content.piece.fields + content.laid;
                gone.push(place);
            }
        }
    }
    draft.remove(&gone);
    !gone.is_empty()
}

/// The files of a draft in which one statement of what exists is hnet's own, or what stops its build.
fn written(draft: &Draft, place: Place) -> Result<BTreeMap<String, String>, String> {
    let (mut tree, index) = draft.tree();
    let way = index.iter().find(|(_, places)| places.contains(&place)).map(|(way, _)| way.clone());
    way.and_then(|way| own(&mut tree, &way)).ok_or("it is not in the source")?;
    // A judgement of how the network is stops nothing here.
    let denied = codes::ALL.iter().filter(|code| code.severity == Severity::Denied);
    let options = Options { levels: denied.map(|code| (code.number, None)).collect(), warnings: None };
    let made = hnet::compile(Input::one(NAME, hnet_syntax::print(&tree)), &options);
    let stop = made.diagnostics.iter().find(|one| one.severity.stops());
    let why = || stop.map_or_else(String::new, |stop| format!("{} ({})", stop.title, stop.code.number));
    let files = made.outputs.ok_or_else(why)?.files;
    Ok(files.into_iter().map(|(path, file)| (path, file.text().to_owned())).collect())
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

/// Whether files say what is meant, or what they do not say.
fn compare(meant: &Meant, files: &BTreeMap<String, String>) -> Result<(), String> {
    match meant {
        Meant::Tunnel(rules) => {
            let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            let maps = objects::written(texts.filter(|(path, _)| path.contains("cloudflared/")));
            let config = maps.values().find_map(|map| map.value.at(&["data", "config.yaml"])).and_then(Value::text);
            let config = config.ok_or("hnet would write no configuration")?;
            let written = cloudflared::read(&config.yaml().root().ok_or("hnet would write no rules")?.value());
            let is_there = |rule: &&cloudflared::Rule| written.iter().any(|own| own.is(rule));
            match rules.iter().find(|rule| !is_there(rule)) {
                None if rules.len() == written.len() => Ok(()),
                None => Err("hnet would publish more".to_owned()),
                Some(rule) => Err(format!("hnet would lead `{}` elsewhere or otherwise", rule.name())),
            }
        }
    }
}
