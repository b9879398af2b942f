//! How links ask DHCP, in both shapes. Start at [`Asked::of`].

use hnet_manifests::talos::documents::CommonDhcp;
use hnet_manifests::talos::v1alpha1::DhcpOptions;
use hnet_model::{ClientId, InterfaceAddress, LinkRef, Origin, Traced};

/// For which families a link asks DHCP, and where that is said: for those of which it is said, else for those of its
/// reserved addresses, and without any for IPv4, as Talos does by itself.
pub(super) struct Asked {
    pub(super) ipv4: Option<Origin>,
    pub(super) ipv6: Option<Origin>,
    /// How it asks for either.
    pub(super) common: CommonDhcp,
    /// Where the routes that DHCP brings are not wanted.
    pub(super) ignore_routes: Option<Traced<bool>>,
}

impl Asked {
    pub(super) fn of(link: LinkRef<'_>) -> Asked {
        let dhcp = link.vlan.map_or(link.interface.dhcp, |vlan| vlan.dhcp);
        if !dhcp.value {
            return Asked { ipv4: None, ipv6: None, common: CommonDhcp::default(), ignore_routes: None };
        }
        let ignore_routes = link.default_route().filter(|said| !said.value).map(|said| said.map(|_| true));
        let reserved = |six: bool| {
            let is_it =
                |own: &&Traced<InterfaceAddress>| own.value.known().is_some_and(|net| net.addr().is_ipv6() == six);
            link.reserved_addresses().iter().find(is_it).map(|own| own.origin)
        };
        let ipv6 = reserved(true);
        // A placeholder may be of either family, and most are IPv4.
        let only_ipv6 = ipv6.is_some() && link.reserved_addresses().iter().all(|own| own.value.known().is_some());
        let ipv4 = if only_ipv6 { reserved(false) } else { Some(dhcp.origin) };
        let options = link.dhcp_options();
        let or =
            |said: Option<Traced<bool>>, by_itself| said.map_or(by_itself, |said| said.value.then_some(said.origin));
        let common = CommonDhcp {
            route_metric: options.metric,
            ignore_hostname: options.ignore_host_name,
            client_identifier: options.client_id.map(|id| {
                id.map(|id| match id {
                    ClientId::Mac => "mac",
                    ClientId::None => "none",
                })
            }),
        };
        Asked { ipv4: or(options.ipv4, ipv4), ipv6: or(options.ipv6, ipv6), common, ignore_routes }
    }

    /// The same as options of a device, where they are not what Talos does by itself.
    pub(super) fn options(&self) -> Option<DhcpOptions> {
        let ipv4 = self.ipv6.filter(|_| self.ipv4.is_none()).map(|origin| Traced::new(false, origin));
        let ipv6 = self.ipv6.map(|origin| Traced::new(true, origin));
        let options = DhcpOptions { route_metric: self.common.route_metric, ipv4, ipv6 };
        (options != DhcpOptions::default()).then_some(options)
    }

    /// Whether talhelper makes of a device all that this says.
    pub(super) fn is_sayable_of_device(&self) -> bool {
        let CommonDhcp { route_metric: _, ignore_hostname, client_identifier } = &self.common;
        self.ipv6.is_none() && self.ignore_routes.is_none() && ignore_hostname.is_none() && client_identifier.is_none()
    }
}
