//! Writes what the sound sources of the project come out as, for the programs that read it: the examples, the cases
//! and what the pages of the diagnostics call right.
//!
//! `cargo run --package hnet-testing --example written -- FOLDER [TALOS KUBERNETES]` writes a folder for each; with
//! versions only those that have Talos, at that version. `cargo xtask consumers` runs it.
#![expect(clippy::disallowed_methods, reason = "a program that reads the project's own sources and writes files")]

use std::path::Path;
use std::{env, fs, io};

use hnet::{Compilation, Input, Options};
use hnet_testing::{files, projects, root};

/// Versions of Talos and Kubernetes.
struct Versions {
    talos: String,
    kubernetes: String,
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let usage = || io::Error::other("usage: written FOLDER [TALOS KUBERNETES]");
    let folder = arguments.next().ok_or_else(usage)?;
    let versions = match (arguments.next(), arguments.next()) {
        (Some(talos), Some(kubernetes)) => Some(Versions { talos, kubernetes }),
        (None, _) => None,
        _ => return Err(usage()),
    };
    if Path::new(&folder).exists() {
        fs::remove_dir_all(&folder)?;
    }
    for (name, input) in sources()? {
        // What is not sound as it stands shows a mistake.
        let Some(compilation) = sound(input.clone()) else { continue };
        let compilation = match &versions {
            Some(versions) => at_version(&input, compilation, versions),
            None => Some(compilation),
        };
        let outputs = compilation.and_then(|compilation| compilation.outputs);
        for (path, file) in outputs.iter().flat_map(|outputs| &outputs.files) {
            let path = Path::new(&folder).join(&name).join(path);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
            fs::write(path, file.text())?;
        }
    }
    Ok(())
}

/// The sources with a name each.
fn sources() -> io::Result<Vec<(String, Input)>> {
    let mut sources = Vec::new();
    for path in files(&root().join("examples"), "/network.hnet") {
        let folder = path.parent().expect("a file lies in a folder");
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let others = files(folder, ".hnet").into_iter().filter(|other| *other != path);
        let read = |path: &Path| {
            let name = path.strip_prefix(folder).expect("it lies in the folder").to_string_lossy().into_owned();
            Ok((name, fs::read_to_string(path)?))
        };
        let all = std::iter::once(path.clone()).chain(others).map(|path| read(&path)).collect::<io::Result<_>>()?;
        sources.push((name, Input { files: all, ..Input::default() }));
    }
    for folder in ["tests/cases", "crates/hnet-diagnostics/explain"] {
        for path in files(&root().join(folder), ".md") {
            let page = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path)?;
            sources.extend(projects(&text).into_iter().map(|(line, input)| (format!("{page}-{line}"), input)));
        }
    }
    Ok(sources)
}

fn sound(input: Input) -> Option<Compilation> {
    Some(hnet::compile(input, &Options::default())).filter(|compilation| compilation.outputs.is_some())
}

/// The same source at a version of Talos: rewritten where it says one; as it is where it says none, or has a patch,
/// which is written for a version, and is for this one. None where it has no Talos, or is refused for that version.
fn at_version(input: &Input, unchanged: Compilation, versions: &Versions) -> Option<Compilation> {
    let file = |(path, text): &(String, String)| (path.clone(), with_versions(text, versions));
    let rewritten = Input { files: input.files.iter().map(file).collect(), ..Input::default() };
    let has_patch = input.files.iter().any(|(_, text)| text.contains("patch "));
    let compilation = if has_patch || rewritten.files == input.files { unchanged } else { sound(rewritten)? };
    let files = &compilation.outputs.as_ref()?.files;
    let configuration = files.get("talos/talconfig.yaml").or_else(|| files.get("talos/topf.yaml"))?;
    let said = ["v", "\""].map(|before| format!("talosVersion: {before}{}", versions.talos));
    let is_it = |line: &str| {
        let mut rests = said.iter().filter_map(|said| line.strip_prefix(said.as_str()));
        rests.any(|rest| !rest.starts_with(char::is_numeric))
    };
    configuration.text().lines().any(is_it).then_some(compilation)
}

/// A text with other versions behind `talos` and `kubernetes`.
fn with_versions(text: &str, versions: &Versions) -> String {
    let mut changed = text.to_owned();
    for (word, version) in [("talos", &versions.talos), ("kubernetes", &versions.kubernetes)] {
        let before = format!("{word} ");
        let mut parts = changed.split(&before);
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let length = part.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(part.len());
            let is_word = result.ends_with(|c: char| c.is_whitespace() || c == ';');
            let is_version = part[..length].contains('.') && part[length..].starts_with([';', ' ']);
            result.push_str(&before);
            if is_word && is_version {
                result.push_str(version);
                result.push_str(&part[length..]);
            } else {
                result.push_str(part);
            }
        }
        changed = result;
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::{Versions, with_versions};

    #[test]
    fn a_source_is_taken_to_another_version() {
        let versions = Versions { talos: "1.9".to_owned(), kubernetes: "1.32.0".to_owned() };
        let source = "network n <\n  cluster c < talos 1.13; kubernetes 1.36.2;\n    endpoint talos 7;\n  >\n>\n";
        let found = "network n <\n  cluster c < talos 1.9; kubernetes 1.32.0;\n    endpoint talos 7;\n  >\n>\n";
        assert_eq!(with_versions(source, &versions), found);
        let other = "network n <\n  cluster c < k3s 1.36; >\n  host my-talos 1.13;\n  host talos;\n>\n";
        assert_eq!(with_versions(other, &versions), other);
    }
}
