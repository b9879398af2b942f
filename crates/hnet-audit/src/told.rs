//! Which findings an audit tells, how loudly, and what it says to do: one row for each code.
//!
//! What the programs accept and run is a warning at most. An error is what the API, Talos or the controller refuses, or
//! two live objects that exclude each other. A code without a row is about sources, or a judgement that needs more than
//! files can say, and is not told. Advice in words of the language means nothing to YAML, so a row has its own.

use hnet_diagnostics::{Code, Severity, codes};

/// What an audit says to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Help {
    /// What the rule says.
    Kept,
    /// This.
    Is(&'static str),
}

/// A row.
pub(crate) struct Told {
    /// The code.
    pub(crate) code: &'static Code,
    /// How serious it is for what runs.
    pub(crate) severity: Severity,
    /// What to do.
    pub(crate) help: Help,
}

/// The row of a code.
pub(crate) fn row(code: &Code) -> Option<&'static Told> {
    TOLD.iter().find(|row| row.code == code)
}

macro_rules! told {
    ($($code:ident $severity:ident $help:expr;)+) => {
        /// All rows.
        static TOLD: &[Told] = &[$(Told { code: &codes::$code, severity: Severity::$severity, help: $help }),+];
    };
}

use Help::{Is, Kept};

told! {
    // The only names of the tree that can be unknown are listeners that a gateway does not have.
    UNKNOWN_NAME Error Is("name a listener of the gateway, or leave `sectionName` out");
    UNKNOWN_TALOS_KEY Warning Kept;
    BOND_MEMBER_BY_CHANGING_MAC Warning Kept;
    BOND_MEMBER_FITS_SEVERAL Warning Is("select each card by its own `permanentAddr` or `busPath`");
    EVEN_CONTROL_PLANES Warning Kept;
    NOT_YAML Warning Kept;
    NOT_AN_ADDRESS Error Is("write an address: what is none is refused, or nothing gets it");
    NOT_A_PREFIX Error Is("write a prefix: what is none is refused");
    NOT_AN_INTERFACE_ADDRESS Error Is("write an address with the length of its prefix, as in 192.168.1.11/24");
    NOT_A_RANGE Error Is("write the first address and the last, or a prefix: what is neither gives nothing");
    NOT_A_MAC Error Is("write six pairs of hexadecimal digits with colons between them");
    NOT_A_HOST_NAME Error Is("write labels of letters, digits and hyphens with dots between them");
    NOT_A_VLAN_ID Error Is("write a number from 1 to 4094");
    NOT_A_PORT Error Is("write a number from 1 to 65535");
    NUMBER_OUT_OF_RANGE Error Is("write a number that its reader takes");
    HOST_BITS Warning Is("write the prefix that it is read as, or the one that was meant");
    ADDRESS_USED_TWICE Error Is("give one of the two another address");
    MAC_USED_TWICE Warning Is("write each machine's own MAC");
    OVERLAPPING_PREFIXES Warning Is("prefixes of pods, services and wires must not share addresses");
    OVERLAPPING_POOLS Error Is("give each pool addresses of its own: Cilium takes the later one out of use");
    GATEWAY_NOT_ON_LINK Warning Is("a gateway must be reached without another gateway");
    OWN_GATEWAY Warning Is("write the router's address");
    TWO_DEFAULT_ROUTES Warning Is("keep one, or give one of them another metric");
    DHCP_AND_DEFAULT_ROUTE Warning Is("keep one of the two, or give one another metric");
    POOL_HOLDS_USED Warning Is("leave the address out of the pool: a service may get it");
    ADDRESS_IN_CLUSTER_PREFIX Warning Is("give the cluster a prefix that nothing on the wires uses");
    VIRTUAL_IP_ON_WORKER Warning Is("leave it out here: the control planes elect who has it");
    ENDPOINT_ON_WORKER Warning Is("write the address of a control plane, or a virtual IP that they share");
    ENDPOINT_PORT Warning Is("leave the port 6443, or let the API servers listen on it: `localAPIServerPort`");
    VIRTUAL_IP_OUTSIDE_LINK Warning Is("take an address of the link's subnet, or move it to the link that has it");
    NODE_RESTRICTION Error Kept;
    SELECTOR_USED_TWICE Warning Is("select each interface by its own MAC, bus path or kernel name");
    DISK_OF_SEVERAL_NODES Warning Is("a serial number is of one disk");
    KUBERNETES_OUTSIDE_TALOS_WINDOW Error Kept;
    GATEWAY_ADDRESS_IN_NO_POOL Error Is("add the address to a pool, or ask for one of a pool");
    SERVICE_ADDRESS_IN_NO_POOL Error Kept;
    POOL_REFUSES_GATEWAY Error Is("let the pool's selector take the namespace, or take an address of another pool");
    GATEWAYS_SHARE_ADDRESS Error Kept;
    LISTENER_WITHOUT_CERTIFICATE Error Is("name a certificate under `tls.certificateRefs`");
    TLS_ON_HTTP Error Is("write `protocol: HTTPS`, or leave `tls` out");
    PASSTHROUGH_ON_HTTPS Error Is("write `protocol: TLS` to pass TLS on, or name a certificate to end it");
    SEVERAL_CERTIFICATES Warning Is("put all names into one certificate, or make a listener for each");
    LISTENER_CONFLICT Error Is("give one of the two another port or host name");
    TERMINATE_AND_PASSTHROUGH Warning Is("give one of the two another port, or host names that do not meet");
    NAME_NOT_COVERED Warning Is("add the name to the certificate's `dnsNames`");
    PORT_NOT_OF_SERVICE Warning Is("name a port of the service, not of its pods");
    OBJECT_LIMIT Error Is("split the object");
    ROUTE_ON_TLS_LISTENER Error Is("name a listener for HTTP or HTTPS");
    NAMESPACE_NOT_ADMITTED Error Is("let `allowedRoutes.namespaces` of the listener admit it");
    NO_LISTENER_TAKES_NAME Warning Is("give a listener the host name, or a wildcard above it");
    APEX_UNDER_WILDCARD Warning Is("give the gateway a listener for the name itself");
    REDIRECT_LOOP Warning Is("bind the redirect to the listener for HTTP alone, by `sectionName`");
    PARENT_REPEATED Error Is("leave one out, or give each its own `sectionName`");
    ROUTE_WITHOUT_BACKEND Warning Is("name a backend: requests are answered with an error");
    NO_BACKEND_HAS_WEIGHT Warning Is("give one of them a weight above 0");
    REDIRECT_WITH_BACKEND Error Is("leave one of the two out");
    CLAIMED_TWICE Warning Is("give one another host name or path, or a listener of its own by `sectionName`: the older wins");
    DSR_OVER_TUNNEL Error Is("write `routingMode: native`, or dispatch by Geneve");
    MASQUERADE_AND_HOST_DNS Warning Is("switch `forwardKubeDNSToHost` off, or forward cluster DNS elsewhere");
    FORWARD_TO_HOST_DNS_OFF Warning Is("switch `hostDNS` on, or the forwarding off");
    HUBBLE_WITHOUT_RELAY Error Is("switch `hubble.relay.enabled` on: the chart refuses the user interface without it");
    ANNOUNCES_NO_IPV6 Warning Is("Cilium answers NDP from 1.19 on");
    UNKNOWN_HELM_VALUE Warning Kept;
    HELM_VALUE_IS_OWNED Warning Is("change one of the two");
    HELM_VALUE_OF_WRONG_TYPE Error Kept;
    HELM_VALUES_REFUSED Error Kept;
}

#[cfg(test)]
mod tests {
    use hnet_rules::RULES;

    use super::TOLD;

    /// Each row is reached: a rule reports its code, or the checker does, of a value.
    #[test]
    fn each_row_is_of_a_rule_or_of_a_value() {
        for row in TOLD {
            let of_rule = RULES.iter().any(|rule| rule.codes.contains(&row.code));
            let of_value = row.code.number.starts_with("HN2") || row.code == &hnet_diagnostics::codes::UNKNOWN_NAME;
            assert!(of_rule || of_value, "{}", row.code.number);
        }
    }

    #[test]
    fn no_code_has_two_rows() {
        let mut numbers: Vec<&str> = TOLD.iter().map(|row| row.code.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), TOLD.len());
    }
}
