//! `--talos`: the network as it would be on another version of Talos, so that a move is seen before it is made.

use clap::Args;
use hnet::Options;
use hnet_model::{Distribution, Network, Version};

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

/// What a move of machines takes by hand: Talos is upgraded through each minor version between.
/// (siderolabs/talos, `website/content/v1.14/talos-guides/upgrading-talos.md`, Supported Upgrade Paths.)
pub(super) fn by_hand(before: &Network, after: &Network) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for new in &after.clusters {
        let Some(old) = before.clusters.iter().find(|old| old.name.value == new.name.value) else { continue };
        let (Distribution::Talos(from), Distribution::Talos(to)) = (&old.distribution, &new.distribution) else {
            continue;
        };
        steps.extend(path(new.name.value.as_str(), &from.value, &to.value));
    }
    steps
}

/// The way of a cluster up from one version to another.
fn path(cluster: &str, from: &Version, to: &Version) -> Option<String> {
    if from.major != to.major || from.minor >= to.minor {
        return None;
    }
    let each: Vec<String> = (from.minor + 1..=to.minor).map(|minor| format!("{}.{minor}", to.major)).collect();
    let end = if each.len() == 1 { "then" } else { "at the end" };
    Some(format!(
        "upgrade each machine of `{cluster}` to Talos {}, and apply its new configuration {end}",
        each.join(", then ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_minor_version_is_a_step() {
        let of = |from, to| path("home", &Version::of(1, from), &Version::of(1, to));
        assert_eq!((of(13, 13), of(13, 12)), (None, None));
        let said = "upgrade each machine of `home` to Talos 1.14, and apply its new configuration then";
        assert_eq!(of(13, 14).as_deref(), Some(said));
        let said =
            "upgrade each machine of `home` to Talos 1.12, then 1.13, and apply its new configuration at the end";
        assert_eq!(of(11, 13).as_deref(), Some(said));
    }
}
