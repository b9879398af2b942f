//! The pictures of the network beside its documentation, `docs/<view>.svg`.
//!
//! They show the whole network, so with several clusters they stand outside of their folders. How they
//! look is `hnet-draw`'s business. Start at [`emit`].

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_draw::View;
use hnet_model::{Network, Part, Place};

use crate::context::join;
use crate::{Context, OutputFile, Receiver};

/// The path of a picture in the output; none where the source leaves the documentation out.
#[must_use]
pub fn path(network: &Network, view: View) -> Option<String> {
    let folder = match network.output.place(Part::Docs).map(|place| &place.value) {
        None => Part::Docs.default_folder().to_owned(),
        Some(Place::Folder(folder)) => folder.to_string(),
        Some(Place::Off | Place::Files(_)) => return None,
    };
    Some(join(&folder, &format!("{}.svg", view.name())))
}

/// Draws a view. Each object's lines come from the text that it stands for.
pub(crate) fn emit(view: View, context: &Context<'_>, outputs: &mut dyn Receiver) {
    let Some(path) = path(context.network, view) else { return };
    let (text, parts) = hnet_draw::draw(context.network, view).svg_parts();
    let origin = |span: Option<Span>| Origin::derived(span.unwrap_or(context.network.span), Reason::Shape);
    let parts = parts.into_iter().map(|(end, span)| (end, origin(span)));
    outputs.insert(path, OutputFile::with_parts(text, parts));
}
