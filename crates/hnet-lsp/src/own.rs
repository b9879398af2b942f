//! The requests beyond the standard: written files, pictures, objects, links, secrets, and what exists as a
//! source.
//!
//! Start at [`Server::own`]; `web/src/protocol.ts` says what each takes and answers.

use hnet_diagnostics::{Span, claim, codes};
use hnet_draw::{Theme, View};
use indexmap::IndexMap;
use lsp_server::ResponseError;
use lsp_types::{Location, Position, TextDocumentIdentifier, Uri};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::documents::Compiled;
#[cfg(feature = "import")]
use crate::import::import;
use crate::places::{location, offset};
use crate::{Server, failure, pictures, read, result};

#[derive(Deserialize)]
struct OfProject {
    uri: Option<Uri>,
}

#[derive(Deserialize)]
struct OriginsParams {
    path: String,
    uri: Option<Uri>,
}

#[derive(Deserialize)]
struct PictureParams {
    view: String,
    theme: Option<String>,
    /// The number of the picture that is shown.
    #[serde(default)]
    known: i64,
    uri: Option<Uri>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinksParams {
    view: Option<String>,
    text_document: TextDocumentIdentifier,
    position: Position,
}

#[derive(Deserialize)]
struct PageParams {
    code: String,
    page: String,
}

#[derive(Serialize)]
struct Outputs<'a> {
    files: Vec<OutputFile<'a>>,
}

#[derive(Serialize)]
struct OutputFile<'a> {
    path: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Origins {
    origins: Vec<Origin>,
    lines: Vec<u32>,
}

#[derive(Serialize)]
struct Origin {
    location: Location,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Objects<'a> {
    description: &'a str,
    objects: Vec<Object<'a>>,
}

#[derive(Serialize)]
struct Object<'a> {
    id: &'a str,
    kind: &'a str,
    name: &'a str,
    says: &'a str,
    location: Option<Location>,
}

#[derive(Serialize)]
struct Links {
    location: Option<Location>,
    objects: Vec<String>,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    path: String,
    line: usize,
}

#[derive(Serialize)]
struct Secrets {
    secrets: Vec<Secret>,
}

#[derive(Serialize)]
struct Secret {
    location: Location,
    what: &'static str,
}

#[derive(Serialize)]
struct Zip {
    name: String,
    base64: String,
}

impl Server {
    pub(crate) fn own(&mut self, method: &str, parameters: Value) -> Result<Value, ResponseError> {
        match method {
            "hnet/outputs" => result(self.outputs(&read(parameters)?)),
            "hnet/origins" => result(self.origins(&read(parameters)?)),
            "hnet/picture" => {
                let parameters: PictureParams = read(parameters)?;
                let (view, theme) = (view(&parameters.view)?, theme(parameters.theme.as_deref())?);
                let compiled = self.of_project(parameters.uri.as_ref());
                let picture = compiled.and_then(|compiled| compiled.project.picture(view));
                result(picture.map(|picture| pictures::whole(picture, view, theme)))
            }
            "hnet/changes" => result(self.changes(&read(parameters)?)?),
            "hnet/objects" => result(self.objects(&read(parameters)?)?),
            "hnet/links" => result(self.links(&read(parameters)?)?),
            "hnet/page" => {
                let PageParams { code, page } = read(parameters)?;
                result(codes::find(&code).map(|code| code.with_seriousness(&page)))
            }
            "hnet/secrets" => result(self.secrets()),
            "hnet/zip" => result(self.zip(&read(parameters)?)),
            #[cfg(feature = "import")]
            "hnet/import" => result(import(read(parameters)?)),
            method => Err(failure::no_such_method(method)),
        }
    }

    /// The project that is asked about; none where nothing is open.
    fn of_project(&mut self, asked: Option<&Uri>) -> Option<&Compiled> {
        let uri = asked.map(|uri| uri.0.as_str());
        let uri = uri.or(self.root.as_deref()).or(self.documents.first())?.to_owned();
        self.documents.project(&uri)
    }

    fn outputs(&mut self, asked: &OfProject) -> Option<Outputs<'_>> {
        let outputs = self.of_project(asked.uri.as_ref())?.project.outputs()?;
        let files = outputs.files.iter().map(|(path, file)| OutputFile { path, text: file.text() });
        Some(Outputs { files: files.collect() })
    }

    fn origins(&mut self, asked: &OriginsParams) -> Option<Origins> {
        let compiled = self.of_project(asked.uri.as_ref())?;
        let file = compiled.project.outputs()?.files.get(asked.path.as_str())?;
        let mut known = IndexMap::new();
        let (mut origins, mut lines, mut next) = (Vec::new(), Vec::new(), 0);
        for origin in file.origins() {
            if let Some(at) = claim(&mut known, (origin.span, origin.reason as u8), next) {
                lines.push(*at);
                continue;
            }
            origins.push(Origin { location: location(compiled, origin.span), reason: origin.reason.sentence() });
            lines.push(next);
            next += 1;
        }
        Some(Origins { origins, lines })
    }

    /// What changes in a picture that the client shows.
    fn changes(&mut self, asked: &PictureParams) -> Result<Option<pictures::Changes>, ResponseError> {
        let (view, theme) = (view(&asked.view)?, theme(asked.theme.as_deref())?);
        // Taken out for a moment, since the project is borrowed from the server as well.
        let mut shown = std::mem::take(&mut self.shown);
        let compiled = self.of_project(asked.uri.as_ref());
        let picture = compiled.and_then(|compiled| compiled.project.picture(view));
        let changes = picture.map(|picture| pictures::changed(picture, view, theme, asked.known, &mut shown));
        self.shown = shown;
        Ok(changes)
    }

    fn objects(&mut self, asked: &PictureParams) -> Result<Option<Objects<'_>>, ResponseError> {
        let view = view(&asked.view)?;
        let compiled = self.of_project(asked.uri.as_ref());
        let picture = compiled.and_then(|compiled| Some((compiled, compiled.project.picture(view)?)));
        Ok(picture.map(|(compiled, picture)| {
            let objects = picture.objects.iter().map(|object| Object {
                id: &object.id,
                kind: object.kind,
                name: &object.name,
                says: &object.says,
                location: object.span.map(|span| location(compiled, span)),
            });
            Objects { description: &picture.description, objects: objects.collect() }
        }))
    }

    fn links(&mut self, asked: &LinksParams) -> Result<Links, ResponseError> {
        let view = asked.view.as_deref().map_or(Ok(View::Topology), view)?;
        let (compiled, file) = self.file(&asked.text_document)?;
        let offset = offset(compiled.project.compilation.sources.get(file), asked.position);
        let links = compiled.project.links(file, offset, view);
        Ok(Links {
            location: links.span.map(|span: Span| location(compiled, span)),
            objects: links.objects,
            lines: links.lines.into_iter().map(|line| Line { path: line.path, line: line.line - 1 }).collect(),
        })
    }

    /// What must not leave this device with the open documents.
    fn secrets(&mut self) -> Secrets {
        let mut secrets = Vec::new();
        for uri in self.documents.uris() {
            let Some(compiled) = self.documents.project(&uri) else { continue };
            let file = compiled.file(&uri);
            let Some(file) = file else { continue };
            let compilation = &compiled.project.compilation;
            let mut own: Vec<_> = compilation.secrets.iter().filter(|(place, _)| place.file == file).copied().collect();
            let text = compilation.sources.get(file).text();
            let suspected = hnet_secrets::suspect(text).into_iter().map(|secret| (secret.place, secret.what));
            let held = hnet_secrets::hidden(text).into_iter().map(|place| (place, "a value of a Secret"));
            for (place, what) in suspected.chain(held) {
                let place = Span::new(file, place.start, place.end);
                if !own.iter().any(|(known, _)| known.start < place.end && place.start < known.end) {
                    own.push((place, what));
                }
            }
            own.sort();
            secrets.extend(own.into_iter().map(|(place, what)| Secret { location: location(compiled, place), what }));
        }
        Secrets { secrets }
    }

    fn zip(&mut self, asked: &OfProject) -> Option<Zip> {
        let project = &self.of_project(asked.uri.as_ref())?.project;
        let network = project.compilation.network.as_ref()?;
        Some(Zip { name: format!("{}.zip", network.name.value), base64: base64(&project.zip()?) })
    }
}

/// The picture that a message is about.
fn view(name: &str) -> Result<View, ResponseError> {
    View::from_name(name).ok_or_else(|| failure::parameters(format!("there is no view `{name}`")))
}

/// The colours that a picture is wanted in.
fn theme(name: Option<&str>) -> Result<Theme, ResponseError> {
    match name {
        None | Some("automatic") => Ok(Theme::Automatic),
        Some("light") => Ok(Theme::Light),
        Some("dark") => Ok(Theme::Dark),
        Some(other) => Err(failure::parameters(format!("there is no theme `{other}`"))),
    }
}

/// Base 64 as of RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_standard() {
        let texts: [(&[u8], &str); 5] =
            [(b"", ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"\xff\xee\xdd\xcc", "/+7dzA==")];
        for (bytes, text) in texts {
            assert_eq!(base64(bytes), text);
        }
    }
}
