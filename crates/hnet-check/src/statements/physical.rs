//! `internet`, `router`, `switch`, `host`: what is cabled.

use crate::types::{SwitchRef, UplinkRef};
use hnet_language::{Count, List, One, statement};
use hnet_model::{Address, Host, Internet, Mac, Router, Switch};

statement! {
    /// An uplink to the outside.
    InternetStatement = "internet" Named () {}
}

statement! {
    /// A router: it leads from its subnets to its uplink.
    RouterStatement = "router" Named () {
        /// The internet, router or switch that it is plugged into.
        "uplink" uplink: One<UplinkRef>;
        /// Its addresses, one for each subnet that it routes.
        "address" address: List<Address>;
    }
}

statement! {
    /// A switch.
    SwitchStatement = "switch" Named () {
        /// The router or switch that it is plugged into.
        "uplink" uplink: One<UplinkRef>;
        /// Its management address.
        "address" address: One<Address>;
        /// How many ports it has.
        "ports" ports: One<Count>;
    }
}

statement! {
    /// A device that is no node of a cluster: a NAS, a printer, a camera.
    HostStatement = "host" Named () {
        /// Its addresses.
        "address" address: List<Address>;
        /// Its MAC.
        "mac" mac: One<Mac>;
        /// The switch that it is plugged into.
        "switch" switch: One<SwitchRef>;
    }
}

impl InternetStatement {
    pub(crate) fn lower(self) -> Option<Internet> {
        let Self { head } = self;
        Some(Internet { name: head.name?, doc: head.doc, span: head.span })
    }
}

impl RouterStatement {
    pub(crate) fn lower(self) -> Option<Router> {
        let Self { head, uplink, address } = self;
        Some(Router {
            name: head.name?,
            doc: head.doc,
            uplink: uplink.map(|uplink| uplink.map(|to| to.0)),
            addresses: address.0,
            span: head.span,
        })
    }
}

impl SwitchStatement {
    pub(crate) fn lower(self) -> Option<Switch> {
        let Self { head, uplink, address, ports } = self;
        let ports = ports.map(|ports| ports.map(|Count(ports)| ports));
        Some(Switch {
            name: head.name?,
            doc: head.doc,
            uplink: uplink.map(|uplink| uplink.map(|to| to.0)),
            address,
            ports,
            span: head.span,
        })
    }
}

impl HostStatement {
    pub(crate) fn lower(self) -> Option<Host> {
        let Self { head, address, mac, switch } = self;
        let switch = switch.map(|switch| switch.map(|SwitchRef(switch)| switch));
        Some(Host { name: head.name?, doc: head.doc, addresses: address.0, mac, switch, span: head.span })
    }
}
