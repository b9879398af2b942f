//! Each talconfig, each networking tree and each whole repository as a source: how much is said in words, and that
//! nothing of it stops a build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use hnet::{Input, Options};
use hnet_diagnostics::{FileId, Sources};
use hnet_import::Fields;

use super::left::Left;
use super::{File, survive};

/// What is imported together, by what it is called.
pub(crate) fn groups(files: &[File]) -> BTreeMap<String, Vec<File>> {
    let mut groups: BTreeMap<String, Vec<File>> = BTreeMap::new();
    let is_read = |(path, _): &&File| [".yaml", ".yml", ".tpl"].iter().any(|end| path.ends_with(end));
    for (path, text) in files.iter().filter(is_read) {
        let mut parts = path.splitn(3, '/');
        let (Some(kind), Some(name)) = (parts.next(), parts.next()) else { continue };
        match (kind, parts.next()) {
            ("talos", None) => {
                let patches = files.iter().filter_map(|(other, text)| Some((patch_of(name, other)?, text.clone())));
                let own = ("talconfig.yaml".to_owned(), text.clone());
                let mut own = vec![own];
                // Of the clusters of a repository the first has the path.
                for (path, text) in patches {
                    if own.iter().all(|(known, _)| *known != path) {
                        own.push((path, text));
                    }
                }
                groups.insert(path.clone(), own);
            }
            ("k8s" | "trees", Some(rest)) => {
                groups.entry(format!("{kind}/{name}")).or_default().push((rest.to_owned(), text.clone()));
            }
            _ => {}
        }
    }
    groups
}

/// The path by which a talconfig names one of the patches in `talos/raw/`, which are called by their repository and their
/// path with hyphens.
fn patch_of(talconfig: &str, path: &str) -> Option<String> {
    let repository = talconfig.trim_end_matches(".yaml").trim_end_matches("__2").trim_end_matches("__3");
    let rest = path.strip_prefix("talos/raw/")?.strip_prefix(repository)?.strip_prefix("__")?;
    let rest = &rest[rest.find("patches-")?..];
    let folders = ["patches", "global", "controller", "worker", "networking"];
    Some(
        folders
            .iter()
            .fold(rest.to_owned(), |path, folder| path.replacen(&format!("{folder}-"), &format!("{folder}/"), 1)),
    )
}

/// Imports each group and prints its fields by kind, and what would stop a build, of which there may be nothing.
pub(crate) fn report(files: &[File], out: &mut String) -> usize {
    let mut sums: BTreeMap<String, Fields> = BTreeMap::new();
    let (mut stops, mut all, mut uninvited) = (0, 0, 0);
    let mut crashes = 0;
    let mut left = Left::default();
    for (name, files) in groups(files) {
        all += 1;
        let done = survive(&name, out, |_| {
            let made = hnet_import::import(files.clone());
            let found = hnet::compile(Input::one("network.hnet", made.text.clone()), &Options::default());
            let observing = made.observing(vec![("network.hnet".to_owned(), made.text.clone())]);
            (made, found, observing.err())
        });
        let Some((made, found, not_observing)) = done else {
            crashes += 1;
            continue;
        };
        if name.starts_with("talos/") {
            left.note(&name, &files, &made);
        }
        let mut each = Vec::new();
        for (kind, Fields { typed, raw, unread, observed }) in &made.report.fields {
            each.push(format!("{kind} {typed}/{raw}/{unread}/{observed}"));
            let sum = sums.entry(kind.clone()).or_default();
            (sum.typed, sum.raw, sum.unread) = (sum.typed + typed, sum.raw + raw, sum.unread + unread);
            sum.observed += observed;
        }
        let _ = writeln!(out, "   {name}: {}", each.join(", "));
        for one in &made.report.as_yaml {
            let source = made.sources.get(one.span.file);
            let place = source.position(one.span.range().start);
            let _ = writeln!(out, "      {}:{}: stays YAML: {}", source.path(), place.line, one.why);
        }
        let built = found.outputs.iter().flat_map(|outputs| &outputs.files);
        let built = built.map(|(path, file)| (path.as_str(), file.text()));
        for new in uninvited_in(built, &made.sources) {
            uninvited += 1;
            let _ = writeln!(out, "      was not there: {new}");
        }
        if let Some(hnet_import::NotObserving { by, why }) = not_observing {
            stops += 1;
            let _ = writeln!(out, "      observes nothing: with `observe {by}`, {why}");
        }
        for stop in found.diagnostics.iter().filter(|one| one.severity.stops()) {
            stops += 1;
            let _ = writeln!(out, "      stops: {} {}", stop.code.number, stop.title);
        }
    }
    left.print(out);
    let _ = writeln!(
        out,
        "   {all} imports, {stops} findings that stop a build, {uninvited} objects and files that were not there; \
         fields in words / as YAML / not / observed:"
    );
    for (kind, Fields { typed, raw, unread, observed }) in sums {
        let _ = writeln!(out, "   {kind}: {typed} / {raw} / {unread} / {observed}");
    }
    stops + crashes
}

/// What is built and was not there: objects that no file holds, the release of a chart, and files that are neither objects
/// nor documentation and have no like.
fn uninvited_in<'b>(built: impl Iterator<Item = (&'b str, &'b str)>, sources: &Sources) -> Vec<String> {
    let repository = hnet_repository::read(sources);
    let live = repository.clusters.iter().flat_map(|cluster| &cluster.documents);
    let others = repository.disabled.iter().chain(&repository.loose);
    let known: BTreeSet<(String, String)> =
        live.chain(others).map(|own| (own.kind().to_owned(), own.name().to_owned())).collect();
    let mut new = Vec::new();
    for (path, text) in built {
        let name = path.rsplit('/').next().unwrap_or_default();
        if !hnet_import::is_applied(path) {
            continue;
        }
        if name == "kustomization.yaml" {
            if text.contains("helmCharts:") {
                new.push(format!("the release in {path}"));
            }
            continue;
        }
        let yaml = hnet_yaml::parse(FileId(0), text);
        let mut holds_objects = false;
        for root in yaml.documents().filter_map(|document| document.root) {
            let document = hnet_repository::Document::written(root.value(), FileId(0), 0);
            if !document.is_object() || document.name().is_empty() {
                continue;
            }
            holds_objects = true;
            let key = (document.kind().to_owned(), document.name().to_owned());
            if !known.contains(&key) {
                new.push(format!("{} {} in {path}", key.0, key.1));
            }
        }
        let has_like = match name {
            "values.yaml" => true,
            _ => sources.iter().any(|(_, source)| source.path().rsplit('/').next() == Some(name)),
        };
        if !holds_objects && !has_like {
            new.push(path.to_owned());
        }
    }
    new
}
