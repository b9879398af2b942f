//! `--talos`: the network as it would be on another version of Talos, so that a move is seen before it is made.

use clap::Args;
use hnet::{Options, leaves_machines};
use hnet_compare::Kind;
use hnet_compare::files::{Difference, Document};
use hnet_diagnostics::render::plain_line;
use hnet_diagnostics::{Notice, Severity, Sources};
use hnet_emit::Context;
use hnet_manifests::versions::talos::{Minor, NTS, Step, downgrade, minor, upgrade};
use hnet_model::{Cluster, Network, RawYaml, TimeSettings};

use crate::failure::Failure;
use crate::report::Report;

/// The version that clusters are taken to run.
#[derive(Debug, Args)]
pub(crate) struct OtherTalos {
    /// Take all clusters on Talos to run this version in place of the one that the source says
    #[arg(long, value_name = "VERSION")]
    talos: Option<String>,
}

impl OtherTalos {
    /// The options of the run, with that version.
    ///
    /// # Errors
    /// When it is no version.
    pub(super) fn options(&self, report: &Report) -> Result<Options, Failure> {
        let mut options = report.options.clone();
        if let Some(version) = &self.talos {
            let wrong = |why: String| Failure::new(format!("`--talos {version}`: {why}"));
            options.set_talos(version).map_err(|why| wrong(why).help("write its numbers, such as `1.14`"))?;
        }
        Ok(options)
    }

    /// The version, where one is asked for.
    pub(super) fn version(&self) -> Option<&str> {
        self.talos.as_deref()
    }
}

/// Of which clusters it is not known what a move changes in their machines: no file of them is written.
pub(super) fn not_compared(network: &Network, sources: &Sources) -> Vec<Notice> {
    let context = Context { network, sources };
    let left = network.clusters.iter().filter(|cluster| leaves_machines(&context, cluster));
    left.map(|cluster| Notice {
        severity: Severity::Warning,
        file: None,
        message: format!("the machines of cluster `{}` are not compared: their files stay yours", cluster.name.value),
        help: Some("see what they would be told with `machines FOLDER` in `output`".to_owned()),
        at: None,
    })
    .collect()
}

/// What a move of machines takes by hand: the steps of each cluster whose talconfig asks for other versions.
pub(super) fn by_hand(differences: &[Difference<'_>], network: &Network) -> Vec<String> {
    let mut all = Vec::new();
    for change in differences.iter().flat_map(|difference| &difference.changes) {
        let (Some(before), Some(after)) = (change.before, change.after) else { continue };
        let Some((from, to)) = versions(before).zip(versions(after)).filter(|_| after.kind == Kind::talconfig()) else {
            continue;
        };
        let name = plain_line(&after.name).into_owned();
        let down = in_turn(downgrade(from.0, to.0).into_iter().map(Step::Talos));
        // What a newer one has words for, an older one does not read.
        all.extend(down.map(|steps| format!("apply the new configuration to `{name}`, and take it back to {steps}")));
        let begins_nts = from.0 < NTS && NTS <= to.0;
        let asks = |cluster: &&Cluster| cluster.name.value.as_str() == after.name && asks_whom_talos_knows(cluster);
        if begins_nts && network.clusters.iter().any(|cluster| asks(&cluster)) {
            all.push(format!(
                "let the machines of `{name}` reach time.cloudflare.com at port 4460/tcp, or name time servers by `ntp`: \
                 where none are named, Talos {}.{} asks by NTS, and a machine without the time does not start",
                NTS.0, NTS.1
            ));
        }
        let up = in_turn(upgrade(from, to).into_iter());
        all.extend(
            up.map(|steps| {
                format!("upgrade `{name}` to {steps}; apply the new configuration when all machines run it")
            }),
        );
    }
    all
}

/// Whether a machine of a cluster takes the time from the servers that Talos has by itself.
fn asks_whom_talos_knows(cluster: &Cluster) -> bool {
    let says = |time: &TimeSettings| !time.servers.is_empty() || time.enabled.is_some_and(|enabled| !enabled.value);
    let names_some = |patch: &RawYaml| {
        patch.value.get("kind").and_then(|kind| kind.as_str()) == Some("TimeSyncConfig")
            || patch.value.get("machine").is_some_and(|machine| machine.get("time").is_some())
    };
    !says(&cluster.time)
        && !cluster.patches.iter().any(names_some)
        && cluster.nodes.iter().any(|node| !says(&node.time) && !node.patches.iter().any(names_some))
}

/// Steps one after the other; none where there are none.
fn in_turn(steps: impl Iterator<Item = Step>) -> Option<String> {
    steps.map(named).reduce(|all, step| format!("{all}, then {step}"))
}

/// The versions of Talos and of Kubernetes that a talconfig asks for.
fn versions(talconfig: &Document) -> Option<(Minor, Minor)> {
    let of = |key| minor(talconfig.value.get(key)?.as_str()?);
    Some((of("talosVersion")?, of("kubernetesVersion")?))
}

fn named(step: Step) -> String {
    match step {
        Step::Talos((major, minor)) => format!("Talos {major}.{minor}"),
        Step::Kubernetes((major, minor)) => format!("Kubernetes {major}.{minor}"),
    }
}
