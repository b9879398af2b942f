//! Where objects go: into the folder of their component, which has a kustomization, or where the source puts them.
//!
//! A component writes its objects through a [`Folder`], part by part, and does not know where they come to lie. What is
//! to stand in one file comes together in [`Pieces`]. Start at [`Folder::objects`].

use std::collections::BTreeMap;

use hnet_diagnostics::{Origin, Span};
use hnet_manifests::kustomize::{HelmChart, Kustomization};
use hnet_model::{Cluster, Flux, Network, ObjectName, Part, Pattern, Traced, Values};
use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use crate::context::{RELEASE, VALUES, Where, join};
use crate::flux::{self, Chart};
use crate::kubernetes::shape;
use crate::overlay::{Over, Written};
use crate::yaml::{Node, Value};
use crate::{Context, OutputFile, Receiver};

/// The files of one component, or of all where several may write one file.
pub(crate) struct Pieces<'a> {
    context: Context<'a>,
    outputs: &'a mut dyn Receiver,
    /// The files that others may add to, each with the cluster that it is of; none where each is whole as it comes. What
    /// two clusters write into one place comes out twice.
    shared: Option<BTreeMap<(String, Span), OutputFile>>,
    /// What each kustomization of a cluster lists.
    folders: IndexMap<(String, Span), Listed>,
    stands: Stands,
}

/// Where objects went.
#[derive(Default)]
pub(crate) struct Stands {
    /// The folders and the patterns, each with whether it is a folder, and the parts of what stands there.
    pub(crate) places: IndexMap<(String, bool), IndexSet<Part>>,
    /// The folders, and the files that are in none of hnet's own, by the part that they are of.
    pub(crate) paths: IndexSet<(Part, String, bool)>,
}

impl Stands {
    fn note(&mut self, part: Part, target: &Target) {
        let folder = target.folder.as_ref().map(|(folder, _)| folder);
        self.places.entry((target.shown.clone(), folder.is_some())).or_default().insert(part);
        self.paths.insert((part, folder.unwrap_or(&target.path).clone(), folder.is_some()));
    }
}

/// Takes files, and keeps none.
pub(crate) struct Nowhere;

impl Receiver for Nowhere {
    fn insert(&mut self, _: String, _: OutputFile) {}
}

/// What a kustomization lists.
#[derive(Default)]
struct Listed {
    resources: Vec<Traced<String>>,
    charts: Vec<HelmChart>,
}

impl<'a> Pieces<'a> {
    /// For one component, whose files are handed over as they come.
    pub(crate) fn of_one(context: &Context<'a>, outputs: &'a mut dyn Receiver) -> Self {
        let (folders, stands) = (IndexMap::new(), Stands::default());
        Pieces { context: *context, outputs, shared: None, folders, stands }
    }

    /// For all components, whose files are handed over at the end.
    pub(crate) fn of_all(context: &Context<'a>, outputs: &'a mut dyn Receiver) -> Self {
        Pieces { shared: Some(BTreeMap::new()), ..Pieces::of_one(context, outputs) }
    }

    /// Objects of a part, so far none.
    pub(crate) fn objects(&self, cluster: &'a Cluster, part: Part, place: Option<Target>) -> Objects<'a> {
        let pattern = match self.context.place(cluster, part) {
            Some(Where::Files(pattern)) => Some(pattern),
            _ => None,
        };
        Objects {
            context: self.context,
            cluster,
            part,
            place,
            pattern,
            header: self.shared.is_none().then(|| self.context.header()),
            comment: None,
            files: IndexMap::new(),
            named: Vec::new(),
            recorded: self.outputs.records().then(Vec::new),
        }
    }

    /// Adds the files of objects.
    pub(crate) fn insert(&mut self, objects: Objects<'a>) {
        objects.recorded.into_iter().flatten().for_each(|written| self.outputs.record(written));
        objects.named.into_iter().for_each(|(name, has_file)| self.outputs.placed(objects.cluster, name, has_file));
        for (target, (file, first)) in objects.files {
            self.stands.note(objects.part, &target);
            if let Some((folder, name)) = target.folder {
                self.list(folder, Traced::new(name, first), objects.cluster.span);
            }
            match &mut self.shared {
                None => self.outputs.insert(target.path, file),
                Some(files) => {
                    let header = || OutputFile::with_header(&self.context.header());
                    files.entry((target.path, objects.cluster.span)).or_insert_with(header).append(file);
                }
            }
        }
    }

    fn list(&mut self, folder: String, resource: Traced<String>, span: Span) {
        let listed = self.folders.entry((folder, span)).or_default();
        if listed.resources.iter().all(|other| other.value != resource.value) {
            listed.resources.push(resource);
        }
    }

    /// Writes the kustomizations, and hands over what was held; says where objects went.
    pub(crate) fn finish(self) -> Stands {
        for ((path, _), file) in self.shared.into_iter().flatten() {
            self.outputs.insert(path, file);
        }
        for ((folder, span), Listed { resources, charts }) in self.folders {
            let kustomization = Kustomization { helm_charts: charts, ..Kustomization::of(resources) };
            let file = OutputFile::with_value(&self.context.header(), &kustomization, shape(span));
            self.outputs.insert(join(&folder, "kustomization.yaml"), file);
        }
        self.stands
    }
}

/// Where an object goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    /// The file.
    pub(crate) path: String,
    /// The folder whose kustomization lists it, and by which name; none where the user's does.
    pub(crate) folder: Option<(String, String)>,
    /// The folder or the pattern, for people.
    pub(crate) shown: String,
}

impl Target {
    /// A file of a folder of hnet's own.
    fn within(folder: String, file: &str) -> Self {
        Target { path: join(&folder, file), shown: folder.clone(), folder: Some((folder, file.to_owned())) }
    }
}

/// Objects of one part.
pub(crate) struct Objects<'a> {
    context: Context<'a>,
    cluster: &'a Cluster,
    part: Part,
    /// Where they go by default; none where the part is left out, or goes by a pattern.
    place: Option<Target>,
    pattern: Option<Pattern>,
    header: Option<Traced<String>>,
    /// What stands before the first object of a file.
    comment: Option<(String, Origin)>,
    /// The files so far, and what the first object in each is written because of.
    files: IndexMap<Target, (OutputFile, Origin)>,
    /// The objects so far, where the source puts single ones into files, and whether each has a file.
    named: Vec<(ObjectName, bool)>,
    /// The objects over which something is to be laid, where nothing else is wanted.
    recorded: Option<Vec<Written>>,
}

impl Objects<'_> {
    /// Adds an object with what is laid over it, unless all whose it is are somebody else's: this is where what exists
    /// is left out. Its lines have the given origin where they are not traced.
    pub(crate) fn add(&mut self, object: &impl Serialize, origin: Origin, over: Over<'_>) {
        if over.is_anothers() {
            return;
        }
        if let Some(recorded) = &mut self.recorded {
            if !over.is_nothing() {
                recorded.push(over.written(Node::of(object, origin)));
            }
            return;
        }
        if over.is_nothing() && !self.is_by_name() {
            let placeholders = &self.context.network.placeholders;
            if let Some(file) = self.place.clone().map(|place| self.file(place, origin)) {
                file.applied_value(object, origin, placeholders);
            }
        } else if let Some(node) = over.laid(Node::of(object, origin)) {
            self.add_document(&node, origin);
        }
    }

    /// Adds an object that the source writes out.
    pub(crate) fn add_node(&mut self, object: &Node) {
        if self.recorded.is_none() {
            self.add_document(object, object.origin);
        }
    }

    fn add_document(&mut self, node: &Node, origin: Origin) {
        let placeholders = &self.context.network.placeholders;
        if let Some(target) = self.target(node) {
            self.file(target, origin).applied_document(node, placeholders);
        }
    }

    /// Whether the way of an object depends on its name.
    fn is_by_name(&self) -> bool {
        self.pattern.is_some() || self.context.names_objects(self.cluster)
    }

    fn target(&mut self, object: &Node) -> Option<Target> {
        if !self.is_by_name() {
            return self.place.clone();
        }
        let text = |path: &[&str]| match &path.iter().try_fold(object, |node, key| node.get(key))?.value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let name = ObjectName {
            kind: text(&["kind"]).unwrap_or_default(),
            namespace: text(&["metadata", "namespace"]),
            name: text(&["metadata", "name"]).unwrap_or_default(),
        };
        let target = self.context.object(self.cluster, self.pattern.as_ref(), &name);
        let target = target.or_else(|| self.place.clone());
        if self.context.names_objects(self.cluster) {
            self.named.push((name, target.is_some()));
        }
        target
    }

    fn file(&mut self, target: Target, origin: Origin) -> &mut OutputFile {
        let (header, comment) = (&self.header, &self.comment);
        let (file, _) = self.files.entry(target).or_insert_with(|| {
            let mut file = header.as_ref().map_or_else(OutputFile::new, OutputFile::with_header);
            if let Some((comment, origin)) = comment {
                file.lines(&format!("# {comment}"), *origin);
            }
            (file, origin)
        });
        file
    }
}

impl Context<'_> {
    /// Where the source puts an object: by its name, or by the pattern of its part.
    pub(crate) fn object(&self, cluster: &Cluster, pattern: Option<&Pattern>, object: &ObjectName) -> Option<Target> {
        if let Some(own) = self.file_of(cluster, object) {
            let path = own.to_string();
            return Some(Target { shown: path.clone(), path, folder: None });
        }
        let pattern = pattern?;
        let ObjectName { kind, namespace, name } = object;
        let values = Values { kind, namespace: namespace.as_deref().unwrap_or_default(), name, ..Values::default() };
        Some(Target { path: pattern.path(values), folder: None, shown: pattern.to_string() })
    }
}

/// What a component writes through: its folder by default, and each part of it where the source puts that.
pub(crate) struct Folder<'p, 'a> {
    /// The network that its cluster is one of.
    pub(crate) network: &'a Network,
    context: Context<'a>,
    cluster: &'a Cluster,
    /// What the component's own folder is called.
    name: String,
    pieces: &'p mut Pieces<'a>,
}

impl<'p, 'a> Folder<'p, 'a> {
    /// That of a component in a cluster.
    pub(crate) fn new(context: &Context<'a>, cluster: &'a Cluster, name: &str, pieces: &'p mut Pieces<'a>) -> Self {
        Folder { network: context.network, context: *context, cluster, name: name.to_owned(), pieces }
    }

    /// A folder beside the component's own, whose name goes on where that of this one ends.
    pub(crate) fn beside(&mut self, suffix: &str) -> Folder<'_, 'a> {
        Folder::new(&self.context, self.cluster, &format!("{}{suffix}", self.name), self.pieces)
    }

    /// Whether a part stands in the component's own folder.
    pub(crate) fn is_own(&self, part: Part) -> bool {
        matches!(self.context.place(self.cluster, part), Some(Where::Own(_)))
    }

    /// The objects of a part, so far none, and what their file is called in a folder of hnet's own.
    pub(crate) fn objects(&self, part: Part, file: &str) -> Objects<'a> {
        let place = self.context.own_place(self.cluster, part, &self.name, file);
        self.pieces.objects(self.cluster, part, place)
    }

    /// The same with a comment about them.
    pub(crate) fn objects_after(&self, part: Part, file: &str, comment: &str, origin: Origin) -> Objects<'a> {
        Objects { comment: Some((comment.to_owned(), origin)), ..self.objects(part, file) }
    }

    /// Adds objects.
    pub(crate) fn insert(&mut self, objects: Objects<'a>) {
        self.pieces.insert(objects);
    }

    /// Adds an object of a part.
    pub(crate) fn object(&mut self, part: Part, file: &str, object: &impl Serialize, origin: Origin, over: Over<'_>) {
        let mut objects = self.objects(part, file);
        objects.add(object, origin, over);
        self.insert(objects);
    }

    /// Adds a chart that Flux installs: its source, and its release with the values. A user's own release takes the values
    /// alone.
    pub(crate) fn release(&mut self, part: Part, flux: &Flux, chart: Chart<'_>) {
        if let Some(Where::Files(_)) = self.context.place(self.cluster, part) {
            self.values(part, chart.values);
            return;
        }
        let origin = chart.origin;
        let (source, release) = flux::release(flux, chart);
        self.object(part, "ocirepository.yaml", &source, origin, Over::Nothing);
        let mut objects = self.objects(part, RELEASE);
        objects.add_node(&release);
        self.insert(objects);
    }

    /// Adds the values of a chart, which a kustomization of hnet's own renders; a user's takes the values alone.
    pub(crate) fn chart(&mut self, part: Part, chart: HelmChart, values: &Node) {
        if let Some(folder) = self.values(part, values) {
            self.pieces.folders.entry((folder, self.cluster.span)).or_default().charts.push(chart);
        }
    }

    /// Adds the file of values, and says which folder of hnet's own it is in.
    fn values(&mut self, part: Part, values: &Node) -> Option<String> {
        if self.pieces.outputs.records() {
            return None;
        }
        let target = match self.context.place(self.cluster, part)? {
            Where::Files(pattern) => {
                let path = pattern.path(Values::default());
                Target { shown: path.clone(), path, folder: None }
            }
            Where::Own(parent) => {
                Target::within(self.context.component(self.cluster, &parent, &self.name, part), VALUES)
            }
            Where::Folder(folder) => Target::within(folder, VALUES),
        };
        self.pieces.stands.note(part, &target);
        let mut file = OutputFile::with_header(&self.context.header());
        file.applied_document(values, &self.network.placeholders);
        self.pieces.outputs.insert(target.path, file);
        Some(target.folder?.0)
    }
}

impl Context<'_> {
    /// The file of a part in a folder of hnet's own: that of a component, or the one that the source gives it.
    pub(crate) fn own_place(&self, cluster: &Cluster, part: Part, component: &str, file: &str) -> Option<Target> {
        match self.place(cluster, part)? {
            Where::Own(parent) => Some(Target::within(self.component(cluster, &parent, component, part), file)),
            Where::Folder(folder) => Some(Target::within(folder, file)),
            Where::Files(_) => None,
        }
    }
}
