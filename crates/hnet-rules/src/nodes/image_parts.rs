//! Which part of a machine's image each output says; what one does not say has no effect there. Start at [`unsaid`].

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_emit::Context;
use hnet_manifests::versions::talos::UKI_ARGUMENTS;
use hnet_model::{Cluster, Image, Origin, Part};

use crate::facts::Facts;

/// What an output does of a part of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// It says it.
    It,
    /// It has no place for it: it is of the image that the machine boots from, which another output may say.
    Medium,
    /// Whoever reads it decides this itself.
    Never,
}

/// The outputs that tell machines anything, in the order of the columns of [`PARTS`].
const OUTPUTS: [Part; 5] = [Part::Talconfig, Part::Machines, Part::Topf, Part::Tofu, Part::Omni];

/// Where an image says a part of it.
type Place = fn(&Image) -> Option<Origin>;

/// The parts of an image by their words, and what each of [`OUTPUTS`] does of them.
#[rustfmt::skip]
const PARTS: &[(&str, Place, [Says; 5])] = {
    use Says::{It, Medium, Never};
    &[
        ("image", |image| image.written.as_ref().map(|own| own.origin), [It, It, It, It, Never]),
        ("factory", |image| image.factory.as_ref().map(|own| own.origin), [It, It, It, It, Never]),
        ("platform", |image| image.platform.map(|own| own.origin), [It, It, It, It, Medium]),
        ("arch", |image| image.arch.map(|own| own.origin), [It, Medium, Medium, Medium, Medium]),
        ("secure-boot", |image| image.secure_boot.filter(|own| own.value).map(|own| own.origin), [It, It, It, It, Medium]),
        ("uki", |image| image.uki.filter(|own| own.value).map(|own| own.origin), [It, Medium, Medium, Medium, Medium]),
        ("boot", |image| image.boot.map(|own| own.origin), [It, Medium, Medium, Medium, Medium]),
        ("extensions", |image| image.extensions.first().map(|own| own.origin), [It, It, It, It, It]),
        ("kernel-arguments", |image| image.kernel_arguments.first().map(|own| own.origin), [It, It, It, It, It]),
        ("overlay", |image| image.overlay.as_ref().map(|own| own.name.origin), [It, It, It, It, Never]),
        ("meta", |image| image.meta.first().map(|(key, _)| key.origin), [It, It, It, It, Never]),
    ]
};

/// What is said of an image and no output, or not that for Omni, says.
pub(crate) fn unsaid(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    let mut told = BTreeSet::new();
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some()) {
        let is_written = OUTPUTS.map(|part| context.place(cluster, part).is_some());
        for image in cluster.nodes.iter().filter_map(|node| node.image.as_ref()) {
            let has_arguments = decides_arguments(cluster, image);
            for (word, place, says) in PARTS {
                let Some(origin) = place(image) else { continue };
                let of = |at: usize| match says[at] {
                    Says::Medium if *word == "uki" && has_arguments && OUTPUTS[at] != Part::Omni => Says::It,
                    says => says,
                };
                let of_written = || (0..OUTPUTS.len()).filter(|at| is_written[*at]).map(of);
                let is_never = of_written().any(|says| says == Says::Never);
                let is_nowhere = of_written().next().is_some() && of_written().all(|says| says != Says::It);
                if (is_never || is_nowhere) && told.insert((origin.span, *word)) {
                    out.report(finding(facts, cluster, word, origin, is_never));
                }
            }
        }
    }
}

/// Whether what the machine is told differs with a unified kernel image: its arguments are in that one.
fn decides_arguments(cluster: &Cluster, image: &Image) -> bool {
    cluster.talos().is_some_and(|talos| talos.value.minor() < UKI_ARGUMENTS) && !image.kernel_arguments.is_empty()
}

fn finding(facts: &Facts<'_>, cluster: &Cluster, word: &str, origin: Origin, is_of_omni: bool) -> Diagnostic {
    let found = match is_of_omni {
        true => Diagnostic::new(&codes::NOT_IN_OUTPUT, format!("Omni is not told the `{word}`"))
            .label(origin.span, "it decides this itself")
            .help("leave it out, or write no template for Omni"),
        false => Diagnostic::new(&codes::NOT_IN_OUTPUT, format!("nothing that is written says the `{word}`"))
            .label(origin.span, "it is of the image that a machine boots from")
            .help("leave it out, and choose it where you get the image; a talconfig says it"),
    };
    let asked = cluster.output.place(Part::Omni).or_else(|| facts.network.output.place(Part::Omni));
    match asked.filter(|_| is_of_omni) {
        Some(asked) => found.label(asked.span(), "a template for Omni is asked for here"),
        None => found,
    }
}
