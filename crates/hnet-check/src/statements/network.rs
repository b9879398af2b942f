//! `network`: everything.

use hnet_language::{Each, One, statement};
use hnet_model::HostName;

use super::cluster::ClusterStatement;
use super::output::OutputStatement;
use super::physical::{HostStatement, InternetStatement, RouterStatement, SwitchStatement};
use super::subnet::SubnetStatement;

statement! {
    /// A whole network: the wires, the machines, the cluster, the ways in. Its name may be left out;
    /// then it is the file's.
    NetworkStatement = "network" MayBeNamed () {
        /// The domain that it publishes names under.
        "domain" domain: One<HostName>;
        /// An uplink to the outside.
        "internet" internet: Each<InternetStatement>;
        /// A router.
        "router" router: Each<RouterStatement>;
        /// A switch.
        "switch" switch: Each<SwitchStatement>;
        /// A device that is no node.
        "host" host: Each<HostStatement>;
        /// The addresses of a wire or VLAN.
        "subnet" subnet: Each<SubnetStatement>;
        /// A Kubernetes cluster. With one, what belongs to it may stand beside it.
        "cluster" cluster: Vec<ClusterStatement>;
        /// Where the files go.
        "output" output: Option<OutputStatement>;
    }
}
