//! Templates of topf's patches, filled in as far as they hold nothing but names of `topf.yaml`. Start at [`fill`].

use hnet_manifests::talos::topf_templates::{actions, meaning};
use hnet_yaml::Text;
use smol_str::SmolStr;

use crate::Value;

/// A template that is filled in.
#[derive(Debug)]
pub struct Filled {
    /// What comes of it.
    pub text: Text,
    /// Whether anything of a machine is in it.
    pub is_of_one: bool,
}

/// A file with what `topf.yaml` says in the place of plain names, where it is a template, and with placeholders for
/// variables of topf's environment; none where it holds anything else. Dollars that topf leaves as they are become doubled,
/// as a source has them.
#[must_use]
pub fn fill(text: &Text, is_template: bool, topf: &Value, node: &Value) -> Option<Filled> {
    let source = text.as_str();
    let mut parts = Vec::new();
    let mut is_of_one = false;
    let variable = |name: &str| format!("${{{name}}}");
    let literal = |text: &str| text.replace("${", "$${");
    for (range, action) in if is_template { actions(source)? } else { Vec::new() } {
        is_of_one |= action.starts_with(".Node.");
        let said = match meaning(action, &variable, &literal) {
            Some(meant) => SmolStr::from(meant),
            None => known(action, topf, node)?,
        };
        parts.push((range, said));
    }
    let is_within = |at: usize| parts.iter().any(|(range, _)| range.contains(&at));
    let dollars: Vec<_> = source.match_indices("${").map(|(at, _)| at).filter(|at| !is_within(*at)).collect();
    parts.extend(dollars.into_iter().map(|at| (at..at + 1, SmolStr::new_static("$$"))));
    parts.sort_by_key(|(range, _)| range.start);
    let text = if parts.is_empty() { text.clone() } else { text.replaced(&parts) };
    Some(Filled { text, is_of_one })
}

/// What a name of a template stands for; none of what is no plain name, has another form in Go than in YAML, or is a secret.
fn known(name: &str, topf: &Value, node: &Value) -> Option<SmolStr> {
    let field = match name {
        ".ClusterName" => topf.get("clusterName"),
        ".ClusterEndpoint" => topf.get("clusterEndpoint"),
        ".KubernetesVersion" => topf.get("kubernetesVersion"),
        ".TalosVersion" => topf.get("talosVersion"),
        ".Node.Host" => node.get("host"),
        ".Node.IP" => node.get("ip"),
        ".Node.Role" => node.get("role"),
        _ => None,
    };
    let said = match field {
        // These are texts to topf, however they are written.
        Some(Value::Text(text) | Value::Number(text)) => text.as_str(),
        Some(_) => return None,
        None => {
            let (within, path) = match name.strip_prefix(".Node.Data.") {
                Some(path) => (node, path),
                None => (topf, name.strip_prefix(".Data.")?),
            };
            match within.at(&std::iter::once("data").chain(path.split('.')).collect::<Vec<_>>())? {
                Value::Text(text) => text,
                Value::Number(number) if is_as_written(number) => number,
                Value::Bool(true) => "true",
                Value::Bool(false) => "false",
                _ => return None,
            }
        }
    };
    let is_open = !said.is_empty() && !said.starts_with("ENC[") && !said.contains("ref+");
    is_open.then(|| SmolStr::new(said))
}

/// Whether Go writes a number as it stands.
fn is_as_written(number: &str) -> bool {
    number == "0" || !number.starts_with('0') && number.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::FileId;
    use hnet_yaml::{Reader, Text};

    use crate::Value;

    #[test]
    fn only_plain_names_are_filled_in() {
        let value = |text: &str| {
            let yaml = hnet_yaml::parse(FileId(0), text);
            Value::of(&yaml.root().expect("it holds something").value(), Reader::Talos)
        };
        let topf = value(
            "clusterName: home\ndata: {vlan: 20, key: 'ENC[AES]', deep: {er: x}, on: true, said: '010', octal: 010, half: 0.50}",
        );
        let node = value("host: a\ndata: {uuid: u}");
        let fill = |text: &str| {
            let filled = super::fill(&Text::verbatim(text, FileId(0), 0), true, &topf, &node)?;
            Some(filled.text.as_str().to_owned())
        };
        assert_eq!(fill("a: {{ .Node.Host }}-{{.Data.vlan}}").as_deref(), Some("a: a-20"));
        assert_eq!(fill("a: {{ .Data.deep.er }} {{ .Node.Data.uuid }}").as_deref(), Some("a: x u"));
        assert_eq!(fill("a: b").as_deref(), Some("a: b"));
        assert_eq!(fill("a: {{ env \"A\" | quote }} ${A}").as_deref(), Some("a: \"${A}\" $${A}"));
        assert_eq!(fill("a: {{ .Data.on }} {{ .Data.said }}").as_deref(), Some("a: true 010"));
        for other in [
            "{{ .Data.none }}",
            "{{- .Node.Host }}",
            "{{ if true }}",
            "{{ .Data.key }}",
            "{{ .Node.IP }}",
            "{{ .Node.Host",
            "{{ env \"A\" | upper }}",
            "{{ .Data.octal }}",
            "{{ .Data.half }}",
        ] {
            assert_eq!(fill(other), None, "{other}");
        }
    }
}
