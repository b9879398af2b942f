//! `talos.tf` for OpenTofu, or Terraform: the machines for the provider `siderolabs/talos`, which lays over what it generates
//! for each the same file that `talosctl` takes as a patch. (siderolabs/terraform-provider-talos, `docs/`.)
//!
//! Machines are told apart by keys, since their names need be no names of resources. `file` fills in nothing, so each placeholder
//! of a patch is replaced by a variable. Start at [`emit`].

use std::fmt::Write as _;

use hnet_model::{Node as ModelNode, Origin, Role};
use indexmap::IndexMap;

use super::machines;
use super::plan::Plan;
use super::templates::note;
use crate::context::join;
use crate::{Context, OutputFile, Receiver, reach};

/// Writes the file, and those of machines that stand nowhere else.
pub(super) fn emit(context: &Context<'_>, plan: &Plan<'_>, folder: &str, outputs: &mut dyn Receiver) {
    let cluster = plan.cluster;
    let patch = |node: &ModelNode| context.machine(cluster, node.name.value.as_str());
    for node in cluster.nodes.iter().filter(|node| patch(node).is_none()) {
        outputs.insert(join(folder, &own(node)), machines::file(context, plan, node));
    }
    let origin = Origin::written(cluster.span);
    let mut file = OutputFile::with_header(&context.header());
    file.lines(HEAD, origin);
    let placeholders = super::placeholders(plan);
    for (name, origin) in &placeholders {
        file.lines(&format!("\nvariable {} {{\n  type      = string\n  sensitive = true\n}}\n", quoted(name)), *origin);
    }
    file.lines("\nlocals {\n  machines = {\n", origin);
    for node in &cluster.nodes {
        let path = patch(node).map_or_else(|| own(node), |path| relative(folder, &path));
        let role = match node.role.value {
            Role::ControlPlane => "controlplane",
            Role::Worker => "worker",
        };
        let (name, host) = (quoted(node.name.value.as_str()), quoted(&reach::host(node)));
        let mut text = format!("    {name} = {{\n");
        let _ = writeln!(text, "      type  = {}", quoted(role));
        let _ = writeln!(text, "      node  = {host}");
        let _ = writeln!(text, "      patch = {}", quoted(&path));
        text.push_str("    }\n");
        file.lines(&text, Origin::written(node.span));
    }
    file.lines("  }\n}\n", origin);
    let name = quoted(cluster.name.value.as_str());
    let release = quoted(&super::release(&plan.version.value));
    let hosts: Vec<String> = cluster.control_planes().map(|node| quoted(&reach::host(node))).collect();
    let machine = [
        ("cluster_name", name.clone(), cluster.name.origin),
        ("cluster_endpoint", quoted(&cluster.endpoint.value.url()), cluster.endpoint.origin),
        ("talos_version", release.clone(), plan.version.origin),
        ("kubernetes_version", quoted(&cluster.kubernetes.value.full()), cluster.kubernetes.origin),
    ];
    let secrets = "\n# The secrets are in OpenTofu's state. Those of a cluster that runs are taken over by `tofu import`.\nresource \"talos_machine_secrets\" \"cluster\" {\n";
    file.lines(secrets, origin);
    file.lines(&format!("  talos_version = {release}\n}}\n"), plan.version.origin);
    file.lines("\ndata \"talos_machine_configuration\" \"machine\" {\n  for_each           = local.machines\n", origin);
    for (key, value, origin) in machine {
        file.lines(&format!("  {key:<18} = {value}\n"), origin);
    }
    let mut patch = PATCH.to_owned();
    for name in placeholders.keys() {
        patch = format!("replace({patch}, {}, var.{name})", quoted(&format!("${{{name}}}")));
    }
    file.lines(OF_MACHINE, origin);
    file.lines(&format!("  config_patches     = [{patch}]\n"), origin);
    file.lines(MACHINE, origin);
    file.lines("\ndata \"talos_client_configuration\" \"cluster\" {\n", origin);
    file.lines(&format!("  cluster_name         = {name}\n"), cluster.name.origin);
    file.lines(&format!("  endpoints            = [{}]\n", hosts.join(", ")), origin);
    file.lines(CLIENT, origin);
    outputs.insert(join(folder, FILE), file);
}

/// The placeholders outside of patches, which nobody fills in.
pub(super) fn unfilled(plan: &Plan<'_>) -> IndexMap<String, Origin> {
    let endpoint = &plan.cluster.endpoint;
    let mut found = IndexMap::new();
    note(&endpoint.value.url(), endpoint.origin, &mut found);
    for node in &plan.cluster.nodes {
        let origin = node.address.as_ref().map_or(Origin::written(node.span), |address| address.origin);
        note(&reach::host(node), origin, &mut found);
    }
    found
}

/// What the file is called.
pub(crate) const FILE: &str = "talos.tf";

/// Where the provider comes from.
const HEAD: &str = "\
terraform {
  required_providers {
    talos = {
      source = \"siderolabs/talos\"
    }
  }
}
";

/// What each machine takes of the others.
const OF_MACHINE: &str = "  \
  machine_type       = each.value.type
  machine_secrets    = talos_machine_secrets.cluster.machine_secrets
";

/// Its patch, before values are put in.
const PATCH: &str = "file(\"${path.module}/${each.value.patch}\")";

/// How it is applied.
const MACHINE: &str = "\
}

resource \"talos_machine_configuration_apply\" \"machine\" {
  for_each                    = local.machines
  client_configuration        = talos_machine_secrets.cluster.client_configuration
  machine_configuration_input = data.talos_machine_configuration.machine[each.key].machine_configuration
  node                        = each.value.node
}
";

/// How `talosctl` gets in.
const CLIENT: &str = "  \
  client_configuration = talos_machine_secrets.cluster.client_configuration
}

output \"talosconfig\" {
  value     = data.talos_client_configuration.cluster.talos_config
  sensitive = true
}
";

/// The file of a machine that stands nowhere else.
fn own(node: &ModelNode) -> String {
    format!("machines/{}.yaml", node.name.value)
}

/// A path from a folder; both count from the same one.
fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to[..to.len() - 1]).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// A text as OpenTofu reads it, which fills in nothing.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' | '\\' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            '$' | '%' if signs.peek() == Some(&'{') => out.extend([sign, sign]),
            sign if sign.is_control() => _ = write!(out, "\\u{:04x}", u32::from(sign)),
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{quoted, relative};

    #[test]
    fn texts_are_filled_with_nothing() {
        assert_eq!(quoted("cp-1"), "\"cp-1\"");
        assert_eq!(quoted("a\"b\\c\n\u{7}"), "\"a\\\"b\\\\c\\n\\u0007\"");
        assert_eq!(quoted("${A} %{if} $ % {"), "\"$${A} %%{if} $ % {\"");
        assert_eq!(quoted("$${A}"), "\"$$${A}\"");
    }

    #[test]
    fn a_path_leads_from_the_folder() {
        for (folder, path, from) in [
            ("talos", "talos/machines/a.yaml", "machines/a.yaml"),
            ("infra/tofu", "talos/machines/a.yaml", "../../talos/machines/a.yaml"),
            ("", "talos/a.yaml", "talos/a.yaml"),
            ("a/b", "a.yaml", "../../a.yaml"),
            ("a", "a/a", "a"),
        ] {
            assert_eq!(relative(folder, path), from, "{folder} {path}");
        }
    }
}
