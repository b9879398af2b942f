//! `internet`, `router`, `switch`, `host`: what is cabled.

use crate::types::{AsNumber, RouterSystemWord, SwitchRef, UplinkRef};
use hnet_language::{Count, List, One, statement};
use hnet_model::{Address, Host, Internet, Mac, Router, RouterSystem, Switch};

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
        /// Its AS number, where it speaks BGP with nodes: `as 64513;`
        "as" as_number: One<AsNumber>;
        /// What it runs. With it, its side of BGP is written as well, for a person to take over.
        "system" system: One<RouterSystemWord>;
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
        let Self { head, uplink, address, as_number, system } = self;
        let system = system.map(|system| {
            system.map(|system| match system {
                RouterSystemWord::Frr => RouterSystem::Frr,
                RouterSystemWord::UniFi => RouterSystem::UniFi,
                RouterSystemWord::MikroTik => RouterSystem::MikroTik,
                RouterSystemWord::OpnSense => RouterSystem::OpnSense,
            })
        });
        Some(Router {
            name: head.name?,
            doc: head.doc,
            uplink: uplink.map(|uplink| uplink.map(|to| to.0)),
            addresses: address.0,
            as_number: as_number.map(|number| number.map(|AsNumber(number)| number)),
            system,
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
