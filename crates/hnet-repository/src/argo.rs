//! Argo CD: what Applications take from this repository, and which Applications an ApplicationSet makes.

use hnet_yaml::{Map, Value, ValueKind};
use smol_str::SmolStr;

use crate::document::{Document, Step};
use crate::kustomize::patch::{set, set_value};
use crate::note::What;
use crate::paths;
use crate::switch;
use crate::walk::{ARGO, Source, Walk, leads_on};

/// The sources of an Application.
pub(crate) fn sources(application: &Value) -> impl Iterator<Item = &Value> {
    let spec = application.get("spec");
    let several = spec.and_then(|spec| spec.get("sources")).map(Value::items).unwrap_or_default();
    several.iter().chain(spec.and_then(|spec| spec.get("source")))
}

/// The cluster that an Application fills, by its address or name: nothing for the one in which Argo CD runs.
pub(crate) fn destination(application: &Value) -> SmolStr {
    let at = |key| application.str_at(&["spec", "destination", key]).unwrap_or_default().trim_end_matches('/');
    let address = at("server").trim_end_matches(".cluster.local");
    if at("name") == "in-cluster" || address == "https://kubernetes.default.svc" {
        return SmolStr::default();
    }
    if address.is_empty() { at("name").into() } else { address.into() }
}

/// Whether a revision is a tag, a commit or a range of tags, and not `HEAD` or a branch.
fn is_pinned(revision: &str) -> bool {
    if let Some(branch) = revision.strip_prefix("refs/") {
        return branch.starts_with("tags/");
    }
    let is_commit = (7..=40).contains(&revision.len())
        && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
        && revision.bytes().any(|byte| byte.is_ascii_digit());
    let is_version = revision.strip_prefix('v').unwrap_or(revision).starts_with(|c: char| c.is_ascii_digit());
    is_commit || is_version || revision.contains(['~', '^', '<', '>', '=', '*'])
}

impl Walk<'_, '_> {
    /// What an Application makes of the folders of this repository. What its charts make is no object here.
    pub(crate) fn application(&mut self, maker: &Document) -> Vec<Document> {
        let (mut all, mut beside) = (Vec::new(), Vec::new());
        let cluster = destination(&maker.value);
        *self.clusters.entry(cluster.clone()).or_default() += 1;
        for source in sources(&maker.value) {
            let Some(path) = source.get("path") else { continue };
            let Some(text) = path.as_str().filter(|_| source.get("chart").is_none()) else { continue };
            if text.contains("{{") {
                self.builder.note(path.span, What::Unknown(text.into()));
                continue;
            }
            let plugin = source.field("plugin");
            if let Some(plugin) = plugin {
                self.builder.note(plugin.key.span(), What::NotEvaluated("plugin".into()));
            }
            let revision = source.get("targetRevision").filter(|revision| revision.as_str().is_some_and(is_pinned));
            if let Some(revision) = revision {
                self.builder.note(revision.span, What::OtherRevision(revision.as_str().unwrap_or_default().into()));
            }
            let is_known = plugin.is_none() && revision.is_none();
            // What is no YAML here may be some behind the plugin.
            let read = (!is_known).then(|| self.builder.read.clone());
            // Another branch may hold other files.
            let of = |key| source.get(key).and_then(Value::as_str).unwrap_or_default();
            let name = [of("repoURL"), of("targetRevision")].join(" ");
            (self.builder.is_whole, self.builder.ignored) = (is_known, None);
            let Some(folder) = self.folder(Source::Argo(name), text, path.span, is_known) else {
                continue;
            };
            let is_chart = self.files.get(&format!("{folder}/Chart.yaml")).is_some();
            let mut documents = if is_chart {
                Vec::new()
            } else if self.files.kustomization(&folder).is_some() {
                self.builder.folder(&folder, path.span)
            } else {
                let recurses = source.str_at(&["directory", "recurse"]) == Some("true");
                let mut documents = self.builder.plain_folder(&folder, recurses, path.span);
                for key in ["include", "exclude"] {
                    let Some(pattern) = source.at(&["directory", key]).and_then(Value::as_str) else { continue };
                    let pattern = pattern.trim_matches(['{', '}']);
                    let fits = |document: &Document| {
                        let path = self.files.sources.get(document.file).path();
                        let inner = path.get(folder.len()..).unwrap_or_default().trim_start_matches('/');
                        pattern.split(',').any(|pattern| paths::matches(pattern.trim(), inner))
                    };
                    documents.retain(|document| fits(document) == (key == "include"));
                }
                documents
            };
            if let Some(kustomize) = source.get("kustomize") {
                self.builder.transform(kustomize, &folder, &mut documents);
            }
            match read {
                Some(read) => {
                    self.builder.read = read;
                    beside.append(&mut documents);
                }
                None => all.append(&mut documents),
            }
        }
        // The namespace of the destination is for those objects that say none.
        if let Some(namespace) = maker.value.at(&["spec", "destination", "namespace"]) {
            let is_open = |document: &Document| {
                document.namespace.is_none() && !crate::document::is_cluster_scoped(document.kind())
            };
            for document in all.iter_mut().chain(&mut beside).filter(|document| is_open(document)) {
                set_value(&mut document.value, &["metadata", "namespace"], namespace.clone());
                document.because(Step::Namespace, namespace.span);
                document.find_namespace();
            }
        }
        let name = maker.value.at(&["metadata", "name"]).map_or(maker.value.span, |name| name.span);
        all.iter_mut().chain(&mut beside).for_each(|document| document.because(Step::Argo(maker.name().into()), name));
        if self.home.as_ref().is_some_and(|home| *home != cluster) {
            let place = maker.value.at(&["spec", "destination"]).map_or(name, |destination| destination.span);
            self.builder.note(place, What::OtherCluster(maker.name().into()));
            // Argo CD itself may run in another cluster than the one that it fills.
            let (on, others) = all.into_iter().partition(|document| cluster.is_empty() && leads_on(document));
            all = on;
            beside.extend::<Vec<Document>>(others);
        }
        self.beside.append(&mut beside);
        self.applied(all, switch::argo_leaves)
    }

    /// The Applications that an ApplicationSet makes.
    pub(crate) fn applications(&mut self, maker: &Document) -> Vec<Document> {
        let mut made = Vec::new();
        let Some(template) = maker.value.at(&["spec", "template"]) else { return made };
        for generator in maker.value.at(&["spec", "generators"]).map(Value::items).unwrap_or_default() {
            let parameters = self.parameters(generator);
            for parameters in parameters {
                let mut value = template.clone();
                fill(&mut value, &parameters);
                if let ValueKind::Map(map) = &mut value.kind {
                    map.retain(|key, _| key != "apiVersion" && key != "kind");
                }
                set(&mut value, &["apiVersion"], &format!("{ARGO}/v1alpha1"), template.span);
                set(&mut value, &["kind"], "Application", template.span);
                let mut document = Document::written(value, maker.file, maker.index as usize);
                document.because = maker.because.clone();
                document.because(Step::Argo(maker.name().into()), generator.span);
                made.push(document);
            }
        }
        made
    }

    /// The parameters of each Application that a generator makes.
    fn parameters(&mut self, generator: &Value) -> Vec<Value> {
        if let Some(elements) = generator.at(&["list", "elements"]) {
            return elements.items().to_vec();
        }
        let Some(git) = generator.get("git") else {
            for field in generator.fields().filter(|field| field.key.as_str() != "selector") {
                self.builder.note(field.key.span(), What::NotEvaluated(field.key.to_smol()));
            }
            return Vec::new();
        };
        let directories = git.items_of("directories");
        let files = git.items_of("files");
        let pattern = |item: &Value| item.get("path").and_then(Value::as_str).map(str::to_owned);
        let is_excluded = |path: &str| {
            let excluded = directories.iter().chain(files).filter(|item| item.str_at(&["exclude"]) == Some("true"));
            excluded.filter_map(pattern).any(|pattern| paths::matches(&pattern, path))
        };
        let mut found = Vec::new();
        let wanted = |item: &&Value| item.str_at(&["exclude"]) != Some("true");
        for item in directories.iter().filter(wanted) {
            let Some(pattern) = pattern(item) else { continue };
            let folders =
                self.files.folders().filter(|folder| paths::matches(&pattern, folder) && !is_excluded(folder));
            found.extend(
                folders
                    .filter(|folder| !paths::name(folder).starts_with('.'))
                    .map(|folder| parameters_of(folder, item, None)),
            );
        }
        for item in files.iter().filter(wanted) {
            let Some(pattern) = pattern(item) else { continue };
            let all: Vec<&str> =
                self.files.paths().filter(|path| paths::matches(&pattern, path) && !is_excluded(path)).collect();
            for path in all {
                let (id, text) = self.files.text(path).unwrap_or_default();
                self.builder.used.insert(id);
                let content = hnet_yaml::parse(id, text).root().map(hnet_yaml::Node::value);
                found.push(parameters_of(paths::folder(path), item, content));
            }
        }
        found
    }
}

/// What a generator of git says of a folder: `path` and its parts, and what its file says.
fn parameters_of(folder: &str, item: &Value, content: Option<Value>) -> Value {
    let span = item.span;
    let mut value = content.filter(|content| content.as_map().is_some());
    let value = value.get_or_insert_with(|| Value::of(ValueKind::Map(Map::new()), span));
    set_value(value, &["path"], Value::of(ValueKind::Map(Map::new()), span));
    set(value, &["path", "path"], folder, span);
    set(value, &["path", "basename"], paths::name(folder), span);
    set(value, &["path", "basenameNormalized"], &paths::name(folder).replace(['_', '.'], "-"), span);
    let segments = folder.split('/').map(|part| Value::text_at(part, span)).collect();
    set_value(value, &["path", "segments"], Value::of(ValueKind::List(segments), span));
    value.clone()
}

/// Puts parameters into the texts of a template, as far as they are plain: `{{path}}`, `{{ .path.basename }}`,
/// `{{ index .path.segments 1 }}`. What is more stays as it is written.
fn fill(template: &mut Value, parameters: &Value) {
    template.scalars_mut(&mut |text, _| {
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some(start) = text[at..].find("{{").map(|found| at + found) {
            let Some(end) = text[start..].find("}}").map(|found| start + found) else { break };
            at = end + 2;
            let expression = text[start + 2..end].trim().trim_matches('-').trim();
            if let Some(new) = evaluate(expression, parameters) {
                parts.push((start..at, new));
            }
        }
        if !parts.is_empty() {
            *text = text.replaced(&parts);
        }
    });
}

fn evaluate(expression: &str, parameters: &Value) -> Option<SmolStr> {
    let lookup = |path: &str| {
        let keys: Vec<&str> = path.trim_start_matches('.').split('.').collect();
        parameters.at(&keys)
    };
    if let Some(rest) = expression.strip_prefix("index ") {
        let (path, index) = rest.trim().split_once(' ')?;
        return lookup(path)?.items().get(index.trim().parse::<usize>().ok()?)?.as_str().map(SmolStr::from);
    }
    if let Some((path, index)) = expression.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
        return lookup(path)?.items().get(index.parse::<usize>().ok()?)?.as_str().map(SmolStr::from);
    }
    if expression.contains([' ', '|', '(', '"']) {
        return None;
    }
    let found = lookup(expression)?;
    // Without Go templates, `path` is the folder itself.
    found.as_str().or_else(|| found.str_at(&["path"])).map(SmolStr::from)
}
