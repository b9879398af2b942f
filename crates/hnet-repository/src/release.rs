//! The charts of a cluster: where their values stand, joined into one place, later ones before earlier.

use std::collections::BTreeMap;

use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Map, Problem, Text, Value, ValueKind};
use smol_str::SmolStr;

use crate::argo;
use crate::document::Document;
use crate::files::Files;
use crate::kustomize::CHART;
use crate::kustomize::patch::{overlay, set_value};
use crate::paths;

/// What installs a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installer {
    /// A HelmRelease of Flux.
    Flux,
    /// `helmCharts` of a kustomization.
    Kustomize,
    /// An Application of Argo CD.
    Argo,
    /// A HelmChart of k3s, or a HelmChartConfig for one that k3s brings along.
    K3s,
    /// A helmfile, before GitOps runs.
    Helmfile,
}

/// A chart with its values.
#[derive(Clone, Debug)]
pub struct Release {
    /// What installs it.
    pub installer: Installer,
    /// The name of the release.
    pub name: SmolStr,
    /// Its namespace, where something says it.
    pub namespace: Option<SmolStr>,
    /// The name of the chart.
    pub chart: SmolStr,
    /// The version as it is written, with its place.
    pub version: Option<(SmolStr, Span)>,
    /// The effective values, each with its own place.
    pub values: Value,
    /// Where the values stand, in the order in which they are laid over each other.
    pub places: Vec<Span>,
    /// What gives way to what: the place that is hidden, and the one that hides it.
    pub hidden: Vec<(Span, Span)>,
    /// What of the texts with values could not be read.
    pub problems: Vec<Problem>,
    /// Whether other values come in that are not known: of a secret, or a file that is made.
    pub has_unknown_values: bool,
    /// The object that installs it.
    pub span: Span,
    /// The file of that object.
    pub file: FileId,
}

impl Release {
    /// Where the values that win stand, or what installs it.
    #[must_use]
    pub fn place(&self) -> Span {
        self.places.last().copied().unwrap_or(self.span)
    }

    fn new(installer: Installer, name: &str, chart: &str, span: Span, file: FileId) -> Release {
        Release {
            installer,
            name: name.into(),
            namespace: None,
            chart: chart.into(),
            version: None,
            values: Value::of(ValueKind::Map(Map::new()), span),
            places: Vec::new(),
            hidden: Vec::new(),
            problems: Vec::new(),
            has_unknown_values: false,
            span,
            file,
        }
    }

    /// Lays the values of a text over those that are there.
    fn read(&mut self, text: &Text) {
        let yaml = text.yaml();
        self.problems.extend_from_slice(yaml.problems());
        yaml.root().into_iter().for_each(|root| self.add(&root.value()));
    }

    /// Lays further values over those that are there.
    fn add(&mut self, values: &Value) {
        if values.as_map().is_none() {
            self.has_unknown_values |= !values.is_null();
            return;
        }
        let hidden = &mut self.hidden;
        overlay(&mut self.values, values, &mut |loser, winner| hidden.push((loser, winner)));
        if self.places.is_empty() {
            self.values.span = values.span;
        }
        self.places.push(values.span);
    }
}

fn versioned(value: Option<&Value>) -> Option<(SmolStr, Span)> {
    value.and_then(|value| Some((value.as_str()?.into(), value.span)))
}

/// The charts among the objects of a cluster.
pub(crate) fn releases(documents: &[Document], files: &Files<'_>) -> Vec<Release> {
    let mut by_name: BTreeMap<(&str, &str, &str), &Document> = BTreeMap::new();
    for document in documents {
        by_name
            .entry((document.kind(), document.namespace.as_deref().unwrap_or_default(), document.name()))
            .or_insert(document);
        // For references whose namespace nothing says.
        by_name.entry((document.kind(), "", document.name())).or_insert(document);
    }
    let look = |kind: &str, namespace: &str, name: &str| {
        by_name.get(&(kind, namespace, name)).or_else(|| by_name.get(&(kind, "", name))).copied()
    };
    let mut all = Vec::new();
    for document in documents {
        match document.kind() {
            "HelmRelease" => all.extend(flux(document, &look)),
            CHART => all.extend(kustomize(document)),
            "HelmChart" | "HelmChartConfig" if document.group() == "helm.cattle.io" => all.extend(k3s(document, &look)),
            "Application" => all.extend(argo_sources(document, files)),
            _ => {}
        }
    }
    all
}

fn flux<'d>(document: &Document, look: &impl Fn(&str, &str, &str) -> Option<&'d Document>) -> Option<Release> {
    let spec = document.value.get("spec")?;
    let own = document.namespace.as_deref().unwrap_or_default();
    let name = spec.get("releaseName").and_then(Value::as_str).unwrap_or(document.name());
    let named = spec.at(&["chart", "spec"]);
    let (chart, version) = match (named, spec.get("chartRef")) {
        (Some(chart), _) => {
            (chart.str_at(&["chart"]).map(paths::name).unwrap_or_default(), versioned(chart.get("version")))
        }
        (None, Some(reference)) => {
            let at = |key| reference.get(key).and_then(Value::as_str);
            let source = look(at("kind")?, at("namespace").unwrap_or(own), at("name")?);
            let spec = source.and_then(|source| source.value.get("spec"));
            let url = spec.and_then(|spec| spec.get("url").or(spec.get("chart"))).and_then(Value::as_str);
            let reference = spec.and_then(|spec| spec.get("ref"));
            let tag = reference
                .and_then(|tag| tag.get("tag").or(tag.get("semver")))
                .or(spec.and_then(|spec| spec.get("version")));
            (url.map_or(at("name")?, paths::name), versioned(tag))
        }
        (None, None) => return None,
    };
    let mut release = Release::new(Installer::Flux, name, chart, document.value.span, document.file);
    release.version = version;
    release.namespace =
        spec.get("targetNamespace").and_then(Value::as_str).map(SmolStr::from).or(document.namespace.clone());
    for from in spec.items_of("valuesFrom") {
        let text = |key| from.get(key).and_then(Value::as_str);
        let key = text("valuesKey").unwrap_or("values.yaml");
        let map =
            look("ConfigMap", own, text("name").unwrap_or_default()).filter(|_| text("kind") == Some("ConfigMap"));
        match map.and_then(|map| map.value.at(&["data", key])).and_then(Value::text) {
            Some(values) if from.get("targetPath").is_none() => {
                release.read(values);
            }
            _ => release.has_unknown_values = true,
        }
    }
    if let Some(values) = spec.get("values") {
        release.add(values);
    }
    Some(release)
}

/// A chart of k3s with the values of its HelmChartConfig, which has its name.
fn k3s<'d>(document: &Document, look: &impl Fn(&str, &str, &str) -> Option<&'d Document>) -> Option<Release> {
    let (namespace, name) = (document.namespace.as_deref().unwrap_or_default(), document.name());
    let spec = document.value.get("spec")?;
    let is_config = document.kind() == "HelmChartConfig";
    if is_config && look("HelmChart", namespace, name).is_some() {
        return None;
    }
    let chart = spec.get("chart").and_then(Value::as_str).map_or(name, paths::name);
    let mut release = Release::new(Installer::K3s, name, chart, document.value.span, document.file);
    release.version = versioned(spec.get("version"));
    let target = spec.get("targetNamespace").and_then(Value::as_str);
    release.namespace = target.map(SmolStr::from).or(document.namespace.clone());
    let config =
        look("HelmChartConfig", namespace, name).filter(|_| !is_config).and_then(|config| config.value.get("spec"));
    for values in [Some(spec), config].into_iter().flatten().filter_map(|spec| spec.get("valuesContent")?.text()) {
        release.read(values);
    }
    Some(release)
}

fn kustomize(document: &Document) -> Option<Release> {
    let spec = document.value.get("spec")?;
    let chart = spec.get("name").and_then(Value::as_str)?;
    let mut release = Release::new(Installer::Kustomize, document.name(), chart, spec.span, document.file);
    release.version = versioned(spec.get("version"));
    release.namespace = document.namespace.clone();
    let inline = spec.get("valuesInline");
    let how = spec.get("valuesMerge").and_then(Value::as_str).unwrap_or("override");
    let files = document.value.items_of("values");
    let order: Vec<&Value> = match how {
        "merge" => inline.into_iter().chain(files).collect(),
        "replace" if inline.is_some() => inline.into_iter().collect(),
        _ => files.iter().chain(inline).collect(),
    };
    order.into_iter().for_each(|values| release.add(values));
    Some(release)
}

fn argo_sources(document: &Document, files: &Files<'_>) -> Vec<Release> {
    let named: BTreeMap<&str, &Value> =
        argo::sources(&document.value).filter_map(|source| Some((source.get("ref")?.as_str()?, source))).collect();
    let own = |source: &Value| {
        let folder = source.get("path").and_then(Value::as_str).and_then(|path| files.folder_of(path, ""));
        let chart_file = folder.as_ref().and_then(|folder| files.get(&format!("{folder}/Chart.yaml")));
        let chart = source.get("chart").and_then(Value::as_str);
        (folder, chart_file.and_then(|file| file.documents.first()), chart.map(str::to_owned))
    };
    let mut all = Vec::new();
    for source in argo::sources(&document.value) {
        let (folder, chart_file, chart) = own(source);
        let helm = source.get("helm");
        let dependencies = chart_file.and_then(|chart| chart.get("dependencies")).map(Value::items).unwrap_or_default();
        let Some(name) = chart.or_else(|| chart_file?.str_at(&["name"]).map(str::to_owned)) else { continue };
        let release = helm.and_then(|helm| helm.str_at(&["releaseName"])).unwrap_or(document.name());
        let mut release = Release::new(Installer::Argo, release, paths::name(&name), source.span, document.file);
        release.version = versioned(source.get("targetRevision")).filter(|_| source.get("chart").is_some());
        release.namespace = document.value.str_at(&["spec", "destination", "namespace"]).map(SmolStr::from);
        let folder = folder.unwrap_or_default();
        if chart_file.is_some()
            && let Some(file) = files.get(&format!("{folder}/values.yaml"))
        {
            file.documents.first().into_iter().for_each(|values| release.add(values));
        }
        for file in helm.and_then(|helm| helm.get("valueFiles")).map(Value::items).unwrap_or_default() {
            let text = file.as_str().unwrap_or_default();
            let path = match text.strip_prefix('$').and_then(|rest| rest.split_once('/')) {
                Some((reference, path)) if named.contains_key(reference) => paths::join("", path),
                Some(_) => None,
                None => paths::join(&folder, text),
            };
            match path.and_then(|path| files.get(&path)) {
                Some(file) => file.documents.first().into_iter().for_each(|values| release.add(values)),
                None => release.has_unknown_values = true,
            }
        }
        if let Some(values) = helm.and_then(|helm| helm.get("values")).and_then(Value::text) {
            release.read(values);
        }
        if let Some(values) = helm.and_then(|helm| helm.get("valuesObject")) {
            release.add(values);
        }
        for parameter in helm.and_then(|helm| helm.get("parameters")).map(Value::items).unwrap_or_default() {
            let (Some(name), Some(value)) = (parameter.get("name").and_then(Value::as_str), parameter.get("value"))
            else {
                continue;
            };
            set_value(&mut release.values, &name.split('.').collect::<Vec<_>>(), value.clone());
        }
        all.extend(dependencies.iter().filter_map(|dependency| umbrella(&release, dependency)));
        all.push(release);
    }
    all
}

/// The chart that another is a hull of: its values stand below its name.
fn umbrella(hull: &Release, dependency: &Value) -> Option<Release> {
    let chart = dependency.get("name").and_then(Value::as_str)?;
    let key = dependency.get("alias").and_then(Value::as_str).unwrap_or(chart);
    let mut release = Release::new(hull.installer, &hull.name, chart, dependency.span, hull.file);
    release.namespace = hull.namespace.clone();
    release.version = versioned(dependency.get("version"));
    release.has_unknown_values = hull.has_unknown_values;
    release.hidden = hull.hidden.clone();
    hull.values.get(key).into_iter().for_each(|values| release.add(values));
    Some(release)
}

/// The charts of helmfiles, with the values that stand in files or in place.
pub(crate) fn helmfiles(files: &Files<'_>) -> Vec<Release> {
    let mut all = Vec::new();
    for file in files.all.values().filter(|file| !crate::roots::is_aside(&file.path)) {
        for value in &file.documents {
            let Some(releases) = value.get("releases").and_then(Value::as_list) else { continue };
            for entry in releases {
                let text = |key| entry.get(key).and_then(Value::as_str);
                let (Some(name), Some(chart)) = (text("name"), text("chart")) else { continue };
                let mut release = Release::new(Installer::Helmfile, name, paths::name(chart), entry.span, file.id);
                release.version = versioned(entry.get("version"));
                release.namespace = text("namespace").map(SmolStr::from);
                for values in entry.items_of("values") {
                    if values.as_map().is_some() {
                        release.add(values);
                        continue;
                    }
                    let path = values.as_str().and_then(|path| paths::join(paths::folder(&file.path), path));
                    match path.and_then(|path| files.get(&path)).filter(|file| !file.is_template) {
                        Some(file) => file.documents.first().into_iter().for_each(|values| release.add(values)),
                        None => release.has_unknown_values = true,
                    }
                }
                all.push(release);
            }
        }
    }
    all
}
