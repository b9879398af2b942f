//! The requests beyond the standard: written files, pictures, links, pages, the vocabulary.
//!
//! Start at [`Server::own`]; `web/src/protocol.ts` says what each answers.

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use hnet_draw::{Theme, View};
use serde_json::{Value, json};

use crate::Server;
use crate::documents::Compiled;
use crate::messages::{Failure, parameters};
use crate::places::{location, offset};
use crate::protocol::{OfProject, Origin, Place, Row};

impl Server {
    pub(crate) fn own(&mut self, method: &str, value: Value) -> Result<Value, Failure> {
        match method {
            "hnet/outputs" => self.outputs(parameters(value)?),
            "hnet/origins" => self.origins(parameters(value)?),
            "hnet/picture" => self.picture(parameters(value)?),
            "hnet/links" => self.links(parameters(value)?),
            "hnet/zip" => self.zip(parameters(value)?),
            "hnet/explain" => explain(parameters(value)?),
            "hnet/reference" => Ok(json!({ "statements": hnet_ide::reference::statements() })),
            "hnet/version" => Ok(json!({ "version": env!("CARGO_PKG_VERSION") })),
            method => Err(Failure::no_such_method(method)),
        }
    }

    /// The project that is asked about; none where nothing is open.
    fn of_project(&mut self, uri: Option<&str>) -> Option<&Compiled> {
        let uri = uri.or(self.root.as_deref()).or(self.documents.first()).map(str::to_owned)?;
        self.documents.project(&uri)
    }

    fn outputs(&mut self, of: OfProject) -> Result<Value, Failure> {
        let outputs = self.of_project(of.uri.as_deref()).and_then(|compiled| compiled.project.outputs());
        Ok(outputs.map_or(Value::Null, |outputs| {
            let file = |(path, file): (&String, &_)| {
                let file: &hnet_ide::OutputFile = file;
                json!({ "path": path, "text": file.text() })
            };
            json!({ "files": outputs.files.iter().map(file).collect::<Vec<_>>() })
        }))
    }

    fn origins(&mut self, of: OfProject) -> Result<Value, Failure> {
        let path = of.path.as_deref().ok_or_else(|| Failure::parameters("`path` is missing"))?;
        let Some(compiled) = self.of_project(of.uri.as_deref()) else { return Ok(Value::Null) };
        let file = compiled.project.outputs().and_then(|outputs| outputs.files.get(path));
        let Some(file) = file else { return Ok(Value::Null) };
        let mut known = BTreeMap::new();
        let (mut origins, mut lines) = (Vec::new(), Vec::new());
        for origin in file.origins() {
            let at = *known.entry(*origin).or_insert_with(|| {
                origins.push(Origin { location: location(compiled, origin.span), reason: origin.reason.sentence() });
                origins.len() - 1
            });
            lines.push(at);
        }
        Ok(json!({ "origins": origins, "lines": lines }))
    }

    fn picture(&mut self, of: OfProject) -> Result<Value, Failure> {
        let view = view(of.view.as_deref())?;
        let theme = match of.theme.as_deref() {
            None | Some("automatic") => Theme::Automatic,
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            Some(other) => return Err(Failure::parameters(format!("there is no theme `{other}`"))),
        };
        let Some(compiled) = self.of_project(of.uri.as_deref()) else { return Ok(Value::Null) };
        let Some(picture) = compiled.project.picture(view) else { return Ok(Value::Null) };
        let at = |span: Option<Span>| span.map(|span| location(compiled, span));
        let objects = picture.objects.iter().map(|object| Row {
            id: Some(&object.id),
            kind: object.kind,
            name: &object.name,
            says: &object.says,
            location: at(object.span),
        });
        let table = picture.table();
        let rows = table.iter().map(|row| Row {
            id: None,
            kind: row.kind,
            name: &row.name,
            says: &row.says,
            location: at(row.span),
        });
        Ok(json!({
            "view": view.name(),
            "title": picture.title,
            "description": picture.description,
            "svg": picture.svg_in(theme),
            "width": picture.width,
            "height": picture.height,
            "objects": objects.collect::<Vec<_>>(),
            "table": rows.collect::<Vec<_>>(),
        }))
    }

    fn links(&mut self, place: Place) -> Result<Value, Failure> {
        let view = match place.view.as_deref() {
            None => View::Topology,
            named => view(named)?,
        };
        let (compiled, file) = self.file(&place.text_document.uri)?;
        let offset = offset(compiled.project.compilation.sources.get(file), place.position);
        let links = compiled.project.links(file, offset, view);
        let line = |line: &hnet_ide::Line| json!({ "path": line.path, "line": line.line - 1 });
        Ok(json!({
            "location": links.span.map(|span| location(compiled, span)),
            "objects": links.objects,
            "lines": links.lines.iter().map(line).collect::<Vec<_>>(),
        }))
    }

    fn zip(&mut self, of: OfProject) -> Result<Value, Failure> {
        let Some(compiled) = self.of_project(of.uri.as_deref()) else { return Ok(Value::Null) };
        let (Some(bytes), Some(network)) = (compiled.project.zip(), &compiled.project.compilation.network) else {
            return Ok(Value::Null);
        };
        Ok(json!({ "name": format!("{}.zip", network.name.value), "base64": base64(&bytes) }))
    }
}

fn view(name: Option<&str>) -> Result<View, Failure> {
    let name = name.ok_or_else(|| Failure::parameters("`view` is missing"))?;
    View::from_name(name).ok_or_else(|| Failure::parameters(format!("there is no view `{name}`")))
}

fn explain(of: OfProject) -> Result<Value, Failure> {
    let code = of.code.as_deref().ok_or_else(|| Failure::parameters("`code` is missing"))?;
    Ok(hnet::levels::find(code).map_or(Value::Null, |code| {
        json!({
            "code": code.number,
            "name": code.name,
            "severity": code.severity.word(),
            "page": code.page,
        })
    }))
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
