//! What is in the images of machines, as files: topf reads them, and the image factory is told them, which makes no image of
//! what nobody has told it. Start at [`of`].

use hnet_manifests::talos::schematic::PUBLIC_FACTORY;
use hnet_manifests::talos::talhelper;
use hnet_model::{Cluster, Node, Origin, Part};

use super::image;
use crate::context::join;
use crate::{Context, OutputFile, Receiver};

/// What is in the images of some machines of a cluster.
pub(crate) struct Schematic {
    /// By what the factory knows it.
    pub(super) id: String,
    /// The file's path from the folder that it is written into.
    pub(super) file: String,
    /// The factories that are to make it, each by the first machine that has it from there.
    pub(crate) factories: Vec<(String, Origin)>,
    value: talhelper::Schematic,
    origin: Origin,
}

/// Those of a cluster. What Talos itself is, every factory knows.
pub(super) fn of(cluster: &Cluster) -> Vec<Schematic> {
    among(cluster, &|_| true)
}

/// Those of some machines of a cluster. Where there are several, each is called by the first machine that has it.
fn among(cluster: &Cluster, is_it: &dyn Fn(&Node) -> bool) -> Vec<Schematic> {
    let mut all: Vec<Schematic> = Vec::new();
    for node in cluster.nodes.iter().filter(|node| is_it(node)) {
        let Some(image) = node.image.as_ref().filter(|image| image.written.is_none() && image.is_made()) else {
            continue;
        };
        let Some(id) = image::schematic(image).id() else { continue };
        let origin = Origin::written(image.span);
        let factory = match &image.factory {
            Some(factory) => (factory.value.clone(), factory.origin),
            None => (PUBLIC_FACTORY.to_owned(), origin),
        };
        match all.iter_mut().find(|own| own.id == id) {
            Some(own) if own.factories.iter().any(|(name, _)| *name == factory.0) => {}
            Some(own) => own.factories.push(factory),
            None => all.push(Schematic {
                id,
                file: format!("schematics/{}.yaml", node.name.value),
                factories: vec![factory],
                value: image::of_talhelper(image),
                origin,
            }),
        }
    }
    if let [only] = all.as_mut_slice() {
        "schematic.yaml".clone_into(&mut only.file);
    }
    all
}

impl Schematic {
    /// Writes its file into a folder.
    pub(super) fn write(&self, context: &Context<'_>, folder: &str, outputs: &mut dyn Receiver) {
        let file = OutputFile::with_value(&context.header(), &self.value, self.origin);
        outputs.insert(join(folder, &self.file), file);
    }
}

/// What the factories have to be told before machines are installed, with the paths of the files. talhelper and Omni tell
/// them by themselves, but talhelper only the factory that all machines have.
pub(crate) fn untold(context: &Context<'_>, cluster: &Cluster) -> Vec<(String, Schematic)> {
    let is_by_place =
        [Part::Machines, Part::Topf, Part::Tofu].iter().any(|part| context.place(cluster, *part).is_some());
    let of_all = image::factory_of_all(&cluster.nodes);
    let is_it = |node: &Node| {
        let with_talhelper = || {
            let keys = node.image.as_ref().map(|image| image::keys(image, of_all.as_ref()));
            context.talconfig(cluster).is_some() && keys.is_some_and(|keys| keys.installer.is_some())
        };
        is_by_place || with_talhelper()
    };
    let folder = context.folder(cluster, Part::Topf).or_else(|| context.folder(cluster, Part::Bootstrap));
    let Some(folder) = folder.filter(|_| cluster.talos().is_some()) else { return Vec::new() };
    among(cluster, &is_it).into_iter().map(|own| (join(&folder, &own.file), own)).collect()
}

/// Writes beside the commands what they tell the factories, where topf has no files of it.
pub(crate) fn emit(context: &Context<'_>, cluster: &Cluster, outputs: &mut dyn Receiver) {
    if context.folder(cluster, Part::Topf).is_some() {
        return;
    }
    if let Some(folder) = context.folder(cluster, Part::Bootstrap) {
        untold(context, cluster).iter().for_each(|(_, own)| own.write(context, &folder, outputs));
    }
}
