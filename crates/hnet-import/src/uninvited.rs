//! What a build of an import would write that nobody had: the source's `output` leaves it out.
//!
//! hnet derives more than most repositories hold: what Prometheus scrapes, grants by names of its own, the release of a
//! chart that is installed already. Whoever imports a network asked for none of it. Start at [`leave_out`].

use std::collections::BTreeSet;

use hnet_model::Part;
use indexmap::IndexMap;

use crate::assemble::Draft;
use crate::objects::{self, Key, Object};
use crate::rebuilt::is_manifest;
use crate::report::Report;
use crate::talos::{Form, NO_DISK};

/// Files of derived objects, by what their paths end in, and the part of the output that they are.
const DERIVED: [(&str, &str); 7] = [
    ("/namespace.yaml", "namespaces"),
    ("/services.yaml", "services"),
    ("/reference-grants.yaml", GRANTS),
    ("/backend-tls-policies.yaml", "backend-tls-policies"),
    ("/external-secret.yaml", "external-secrets"),
    ("/service-monitor.yaml", "monitors"),
    ("/pod-monitor.yaml", "monitors"),
];

const GRANTS: &str = "reference-grants";

/// Where a build puts the values of Cilium's chart, beside what renders it.
const VALUES: &str = "infrastructure/networking/cilium/values.yaml";

/// Leaves out the parts of the output that hold what was not there. Whether there was one that is not left out yet.
pub(crate) fn leave_out(draft: &mut Draft, files: &[IndexMap<String, String>]) -> bool {
    let mut found: IndexMap<&'static str, &'static str> = IndexMap::new();
    for (cluster, files) in draft.clusters.iter().zip(files) {
        let known: BTreeSet<Key> = cluster.objects.iter().map(Object::key).collect();
        for (path, text) in files {
            let was_written = draft.own.iter().any(|own| own.ends_with(path.as_str()));
            if let Some(part) = other(path, text).filter(|_| !was_written) {
                found.insert(part, if part == "cilium" { VALUES } else { "off" });
            }
            let Some((_, part)) = DERIVED.iter().find(|(end, _)| path.ends_with(end) && !is_manifest(path)) else {
                continue;
            };
            // A namespace that exists is somebody's, and would go with all that is in it where two own it.
            let is_there = |key: &Key| match *part {
                "namespaces" => was_written,
                _ => known.contains(key),
            };
            let written = objects::written(std::iter::once((path.as_str(), text.as_str())));
            if !written.keys().all(is_there) {
                found.insert(part, "off");
            }
        }
    }
    let is_decided =
        |part: &str| draft.output.contains_key(part) || part == MACHINES && draft.output.contains_key(TALCONFIG);
    found.retain(|part, _| !is_decided(part));
    if found.contains_key(GRANTS) {
        // Those that some of hnet's would have stood for are written as they are.
        for content in draft.clusters.iter_mut().flat_map(|cluster| &mut cluster.contents) {
            (content.is_raw, content.is_implied) = (content.is_raw || content.is_implied, false);
        }
    }
    let is_any = !found.is_empty();
    draft.output.extend(found);
    sort(draft);
    is_any
}

fn sort(draft: &mut Draft) {
    let order = |part: &str| Part::ALL.iter().position(|own| own.word() == part);
    draft.output.sort_by_cached_key(|part, _| order(part));
}

const TALCONFIG: &str = "talconfig";
const MACHINES: &str = "machines";

/// Writes machines in the form in which they were there: what `talosctl` lays over each where these were whole
/// configurations, a template where it was one of Omni, unless that `stops` the build. Whether that is new.
pub(crate) fn keep_form(draft: &mut Draft, stops: &dyn Fn(&Draft) -> bool, report: &mut Report) -> bool {
    let mut forms = draft.clusters.iter().filter(|cluster| cluster.talconfig.is_some()).map(|cluster| cluster.own.form);
    let Some(form) = forms.next().flatten().filter(|first| forms.all(|form| form == Some(*first))) else {
        return false;
    };
    let is_writable = draft.clusters.iter().all(|cluster| cluster.talconfig.is_none() || cluster.own.is_writable);
    if draft.output.contains_key(TALCONFIG) || !is_writable {
        return false;
    }
    let mut own = draft.clone();
    own.output.insert(TALCONFIG, "off");
    match form {
        Form::Machines => _ = own.output.shift_remove(MACHINES),
        Form::Omni => {
            own.output.insert(MACHINES, "off");
            own.output.insert("omni", "omni");
            own.clusters.iter_mut().for_each(|cluster| cluster.own.leave_disks_to_omni());
        }
        Form::Topf => return false,
    }
    sort(&mut own);
    if stops(&own) {
        return false;
    }
    if form == Form::Omni {
        report.unread.retain(|one| !one.why.ends_with(NO_DISK));
    }
    *draft = own;
    true
}

/// The part of the output that a file is which holds no derived objects.
fn other(path: &str, text: &str) -> Option<&'static str> {
    let lies_in = |folder: &str| path.starts_with(folder) || path.contains(&format!("/{folder}"));
    if lies_in("bootstrap/") {
        Some("bootstrap")
    } else if lies_in("talos/machines/") {
        Some(MACHINES)
    } else if path.ends_with("cilium/kustomization.yaml") && text.contains("\nhelmCharts:") {
        Some("cilium")
    } else {
        None
    }
}
