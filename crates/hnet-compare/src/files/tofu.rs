//! `talos.tf` as hnet writes it, field by field: blocks within blocks, whose lines are names with values. What is no such line
//! is kept as it is, in its order. Start at [`value`].

use super::machines::put;
use crate::Value;

/// Whether a file is hnet's for OpenTofu, by its path.
#[must_use]
pub fn is_tofu(path: &str) -> bool {
    path.rsplit('/').next() == Some("talos.tf")
}

/// The key of the lines of a block that are no fields.
const LINES: &str = "lines";

/// What the text says; comments and the space around signs say nothing.
pub(super) fn value(text: &str) -> Value {
    let mut all = Value::Map(Vec::new());
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#'])) {
        let mut path: Vec<String> = blocks.concat();
        let field = line.split_once('=').map(|(name, said)| (names(name), said.trim()));
        if let Some(head) = line.strip_suffix('{') {
            let own = names(head);
            // What is there twice is another one.
            blocks.push(unlike(&all, &path, own));
        } else if line == "}" && blocks.pop().is_some() {
        } else if let Some((name, said)) = field.filter(|(name, said)| name.len() == 1 && !said.is_empty()) {
            path.extend(unlike(&all, &path, name));
            put_at(&mut all, &path, Value::Text(plain(said)));
        } else {
            path.push(LINES.to_owned());
            let mut lines = at(&all, &path).map(Value::items).unwrap_or_default().to_vec();
            lines.push(Value::Text(line.to_owned()));
            put_at(&mut all, &path, Value::List(lines));
        }
    }
    all
}

/// The names before a bracket or a sign of equality.
fn names(head: &str) -> Vec<String> {
    let parts = head.split('"').map(|part| part.trim().trim_end_matches('=').trim());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The names, the last of them otherwise where these are there.
fn unlike(all: &Value, path: &[String], mut names: Vec<String>) -> Vec<String> {
    while !names.is_empty() && at(all, &[path, &names].concat()).is_some() {
        names.last_mut().into_iter().for_each(|last| last.push_str(" again"));
    }
    names
}

/// A value as OpenTofu takes it in a text, in which an expression stands in brackets.
fn plain(said: &str) -> String {
    let inner = said.strip_prefix('"').and_then(|said| said.strip_suffix('"'));
    match inner.filter(|inner| !inner.is_empty() && !inner.contains('"')) {
        Some(inner) => inner.to_owned(),
        None if said.starts_with('"') => said.to_owned(),
        None => format!("${{{said}}}"),
    }
}

fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    value.at(&path.iter().map(String::as_str).collect::<Vec<_>>())
}

fn put_at(value: &mut Value, path: &[String], new: Value) {
    put(value, &path.iter().map(String::as_str).collect::<Vec<_>>(), new);
}

#[cfg(test)]
mod tests {
    use super::value;
    use crate::files::tests::said;

    const FILE: &str = "\
locals {
  machines = {
    \"cp-1\" = {
      type  = \"controlplane\"
      node  = \"10.0.0.1\"
    }
  }
}

# A comment.
data \"talos_machine_configuration\" \"machine\" {
  for_each       = local.machines
  config_patches = [file(\"${path.module}/${each.value.patch}\")]
}
";

    #[test]
    fn each_field_is_told() {
        assert_eq!(
            value(FILE).line(),
            "{locals: {machines: {cp-1: {type: controlplane, node: \"10.0.0.1\"}}}, data: {talos_machine_configuration: \
             {machine: {for_each: \"${local.machines}\", config_patches: \
             \"${[file(\\\"${path.module}/${each.value.patch}\\\")]}\"}}}}"
        );
        let spaced = FILE.replace("  =", "=").replace("# A comment.", "");
        let as_built = [("tofu/talos.tf", FILE)];
        assert_eq!(said(&[("tofu/talos.tf", &spaced)], &as_built), "same 1, others 0");
        let edited = FILE.replace("controlplane", "worker").replace(".machines\n", ".all\n") + "moved {\n  from\n}\n";
        insta::assert_snapshot!(said(&[("tofu/talos.tf", &edited)], &as_built), @r#"
        change OpenTofu (tofu/talos.tf:1)
          data.talos_machine_configuration.machine.for_each: "${local.all}" → "${local.machines}"
          locals.machines.cp-1.type: worker → controlplane
          moved: no longer {lines: [from]}
        same 0, others 0
        "#);
        insta::assert_snapshot!(said(&[], &as_built), @r"
        add OpenTofu (tofu/talos.tf:1)
        same 0, others 0
        ");
        let twice = format!("{FILE}{FILE}");
        insta::assert_snapshot!(said(&[("tofu/talos.tf", &twice)], &as_built), @r#"
        change OpenTofu (tofu/talos.tf:1)
          data.talos_machine_configuration."machine again": no longer {for_each: "${local.machines}", config_patches: "${[file(\"${path.module}/${each.value.patch}\")]}"}
          "locals again": no longer {machines: {cp-1: {type: controlplane, node: "10.0.0.1"}}}
        same 0, others 0
        "#);
    }
}
