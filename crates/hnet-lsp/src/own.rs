//! The requests beyond the standard: written files, pictures, objects, links.
//!
//! Start at [`Server::own`]; `web/src/protocol.ts` says what each answers.

use hnet_diagnostics::claim;
use hnet_draw::{Theme, View};
use indexmap::IndexMap;

use crate::Server;
use crate::documents::Compiled;
use crate::json::{Json, Writer};
use crate::messages::Failure;
use crate::pictures;
use crate::places::{location, offset};
use crate::protocol::{position, text};

impl Server {
    pub(crate) fn own(&mut self, method: &str, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        match method {
            "hnet/outputs" => self.outputs(parameters, out),
            "hnet/origins" => self.origins(parameters, out)?,
            "hnet/picture" => self.picture(parameters, out)?,
            "hnet/objects" => self.objects(parameters, out)?,
            "hnet/links" => self.links(parameters, out)?,
            "hnet/zip" => self.zip(parameters, out),
            method => return Err(Failure::no_such_method(method)),
        }
        Ok(())
    }

    /// The project that is asked about; none where nothing is open.
    fn of_project(&mut self, parameters: &Json) -> Option<&Compiled> {
        let uri = parameters.get("uri").text().or(self.root.as_deref()).or(self.documents.first())?.to_owned();
        self.documents.project(&uri)
    }

    fn outputs(&mut self, parameters: &Json, out: &mut Writer) {
        let Some(outputs) = self.of_project(parameters).and_then(|compiled| compiled.project.outputs()) else {
            return out.raw("null");
        };
        out.open();
        out.key("files").open_list();
        for (path, file) in &outputs.files {
            out.open();
            out.key("path").text(path);
            out.key("text").text(file.text());
            out.close();
        }
        out.close_list();
        out.close();
    }

    fn origins(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let path = text(parameters, "path")?;
        let compiled = self.of_project(parameters);
        let file = compiled.and_then(|compiled| Some((compiled, compiled.project.outputs()?.files.get(path)?)));
        let Some((compiled, file)) = file else {
            out.raw("null");
            return Ok(());
        };
        let mut known = IndexMap::new();
        let (mut lines, mut next) = (Vec::new(), 0);
        out.open();
        out.key("origins").open_list();
        for origin in file.origins() {
            if let Some(at) = claim(&mut known, (origin.span, origin.reason as u8), next) {
                lines.push(*at);
                continue;
            }
            out.open();
            location(compiled, origin.span).write(out.key("location"));
            out.key("reason").text_or_null(origin.reason.sentence());
            out.close();
            lines.push(next);
            next += 1;
        }
        out.close_list();
        out.key("lines").open_list();
        lines.into_iter().for_each(|line| out.number(line));
        out.close_list();
        out.close();
        Ok(())
    }

    fn picture(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let (view, theme) = (view(parameters)?, theme(parameters)?);
        match self.of_project(parameters).and_then(|compiled| compiled.project.picture(view)) {
            None => out.raw("null"),
            Some(picture) => pictures::write(out, picture, view, theme),
        }
        Ok(())
    }

    /// What changes in a picture that the client shows.
    pub(crate) fn changes(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let (view, theme) = (view(parameters)?, theme(parameters)?);
        let known = parameters.get("known").number().unwrap_or(0);
        // Taken out for a moment, since the project is borrowed from the server as well.
        let mut shown = std::mem::take(&mut self.shown);
        match self.of_project(parameters).and_then(|compiled| compiled.project.picture(view)) {
            None => out.raw("null"),
            Some(picture) => pictures::write_changes(out, picture, view, theme, known, &mut shown),
        }
        self.shown = shown;
        Ok(())
    }

    fn objects(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let view = view(parameters)?;
        let compiled = self.of_project(parameters);
        let picture = compiled.and_then(|compiled| Some((compiled, compiled.project.picture(view)?)));
        let Some((compiled, picture)) = picture else {
            out.raw("null");
            return Ok(());
        };
        out.open();
        out.key("description").text(&picture.description);
        out.key("objects").open_list();
        for object in &picture.objects {
            out.open();
            out.key("id").text(&object.id);
            out.key("kind").text(object.kind);
            out.key("name").text(&object.name);
            out.key("says").text(&object.says);
            match object.span {
                Some(span) => location(compiled, span).write(out.key("location")),
                None => out.key("location").raw("null"),
            }
            out.close();
        }
        out.close_list();
        out.close();
        Ok(())
    }

    fn links(&mut self, parameters: &Json, out: &mut Writer) -> Result<(), Failure> {
        let view = if *parameters.get("view") == Json::Null { View::Topology } else { view(parameters)? };
        let position = position(parameters)?;
        let (compiled, file) = self.file(parameters)?;
        let offset = offset(compiled.project.compilation.sources.get(file), position);
        let links = compiled.project.links(file, offset, view);
        out.open();
        match links.span {
            Some(span) => location(compiled, span).write(out.key("location")),
            None => out.key("location").raw("null"),
        }
        out.key("objects").open_list();
        links.objects.iter().for_each(|id| out.text(id));
        out.close_list();
        out.key("lines").open_list();
        for line in &links.lines {
            out.open();
            out.key("path").text(&line.path);
            out.key("line").number(u32::try_from(line.line - 1).unwrap_or(u32::MAX));
            out.close();
        }
        out.close_list();
        out.close();
        Ok(())
    }

    fn zip(&mut self, parameters: &Json, out: &mut Writer) {
        let compiled = self.of_project(parameters);
        let zip = compiled
            .and_then(|compiled| Some((compiled.project.compilation.network.as_ref()?, compiled.project.zip()?)));
        let Some((network, bytes)) = zip else { return out.raw("null") };
        out.open();
        out.key("name").text(&format!("{}.zip", network.name.value));
        out.key("base64").text(&base64(&bytes));
        out.close();
    }
}

/// The picture that a message is about.
fn view(parameters: &Json) -> Result<View, Failure> {
    let name = text(parameters, "view")?;
    View::from_name(name).ok_or_else(|| Failure::parameters(&format!("there is no view `{name}`")))
}

/// The colours that a picture is wanted in.
fn theme(parameters: &Json) -> Result<Theme, Failure> {
    match parameters.get("theme").text() {
        None | Some("automatic") => Ok(Theme::Automatic),
        Some("light") => Ok(Theme::Light),
        Some("dark") => Ok(Theme::Dark),
        Some(other) => Err(Failure::parameters(&format!("there is no theme `{other}`"))),
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
