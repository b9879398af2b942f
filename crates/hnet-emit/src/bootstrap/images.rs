//! How the image factory is told what is in the images of machines. Start at [`tell`].

use hnet_model::Cluster;

use crate::Context;
use crate::component::Steps;
use crate::markdown::shell::Commands;
use crate::talos;

/// Begins the step, where a factory has to be told of an image.
pub(super) fn tell(context: &Context<'_>, cluster: &Cluster, steps: &mut Steps) {
    let untold = talos::untold(context, cluster);
    let mut commands = Commands::default();
    for (path, schematic) in &untold {
        for (factory, origin) in &schematic.factories {
            let (file, place) = (format!("@{path}"), format!("https://{factory}/schematics"));
            commands.run("curl -X POST --data-binary {} {}", &[&file, &place], *origin);
        }
    }
    let Some((_, first)) = untold.first().and_then(|(_, own)| own.factories.first()) else { return };
    let said = "The factory makes only what it was told once, and answers with the id that the machines have. Its page has the \
                images to boot from.";
    steps.begin("Tell the image factory what is in the images", &[said], *first).commands(&commands);
}
