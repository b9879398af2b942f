//! `network`: everything.

use hnet_language::{Each, List, One, Text, statement};
use hnet_model::{Address, HostName, Shared};

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
        /// An address that several machines have on purpose.
        "shared" shared: Vec<SharedStatement>;
        /// A Kubernetes cluster. With one, what belongs to it may stand beside it.
        "cluster" cluster: Vec<ClusterStatement>;
        /// Where the files go.
        "output" output: Option<OutputStatement>;
    }
}

statement! {
    /// Addresses that several machines have on purpose, since they take turns (VRRP, CARP) or each answers who is
    /// near (anycast): `shared lan[1] for "the two routers, by VRRP";`
    SharedStatement = "shared" Unnamed (
        /// The addresses.
        addresses: List<Address> [required],
    ) {
        /// What shares them, and how.
        "for" reason: One<Text>;
    }
}

impl SharedStatement {
    pub(crate) fn lower(self) -> impl Iterator<Item = Shared> {
        let Self { head: _, addresses, reason } = self;
        let reason = reason.map(|reason| reason.value.0);
        addresses.0.into_iter().map(move |address| Shared { address, reason: reason.clone() })
    }
}
