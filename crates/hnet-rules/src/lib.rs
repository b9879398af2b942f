//! The rules of a whole network: each refuses one thing that would break it.
//!
//! A rule is a function over the model, one file for each theme, one row in [`RULES`], which says the codes that it may
//! report and the facts that it needs. It knows no syntax.
//! Rules run on what is sound: a value that failed is not in the model, and [`Facts::whole`] says
//! of a statement whether it lost one, so a rule about something missing asks that first. A network that was read from
//! what exists holds some facts and can hold others never; a rule that needs one of those does not run ([`Held`]).

mod addresses;
mod causes;
mod data_plane;
mod facts;
mod held;
mod nodes;
mod objects;
mod once;
mod open;
mod ways_in;

use hnet_diagnostics::{Code, Diagnostics, Sources, Span, codes};
use hnet_model::Network;
use indexmap::IndexSet;

use facts::Facts;
pub use held::{Held, Need};
pub use objects::unused::words;
pub use open::Open;

/// Reports all that breaks a rule. `holes` are the statements that lost a value, by the spans of their heads.
pub fn apply(network: &Network, holes: &IndexSet<Span>, open: Open, sources: &Sources, out: &mut Diagnostics) {
    let mut facts = Facts::new(network, holes, sources, Held::all());
    facts.open = open;
    run(&facts, Held::all(), out);
}

/// The same for a network that holds only some facts: what needs others does not run.
pub fn apply_held(network: &Network, holes: &IndexSet<Span>, sources: &Sources, held: Held, out: &mut Diagnostics) {
    run(&Facts::new(network, holes, sources, held), held, out);
}

fn run(facts: &Facts<'_>, held: Held, out: &mut Diagnostics) {
    for rule in RULES.iter().filter(|rule| rule.runs(held)) {
        let before = out.iter().count();
        (rule.function)(facts, out);
        let foreign = out.iter().skip(before).find(|one| !rule.codes.contains(&one.code));
        debug_assert!(foreign.is_none(), "`{}` says a code that its row lacks: {foreign:?}", rule.name);
    }
    causes::say_once(facts.network, out);
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// The codes that it may report.
    pub codes: &'static [&'static Code],
    /// The facts that it needs.
    pub needs: &'static [Need],
    function: fn(&Facts<'_>, &mut Diagnostics),
}

impl Rule {
    /// Whether it runs where these facts are held.
    #[must_use]
    pub fn runs(&self, held: Held) -> bool {
        self.needs.iter().all(|need| held.has(*need))
    }
}

macro_rules! rules {
    ($($theme:ident::$file:ident::$rule:ident [$($code:ident),+] $($need:ident)+;)+) => {
        /// All rules, theme by theme.
        pub static RULES: &[Rule] = &[$(Rule {
            name: stringify!($rule),
            codes: &[$(&codes::$code),+],
            needs: &[$(Need::$need),+],
            function: $theme::$file::$rule,
        }),+];
    };
}

#[rustfmt::skip]
rules! {
    addresses::misplaced_addresses::misplaced_addresses [UNUSABLE_ADDRESS, ADDRESS_IN_CLUSTER_PREFIX, NETWORK_OR_BROADCAST, WRONG_LENGTH, ADDRESS_OUTSIDE_SUBNETS, NODE_ON_NO_SUBNET] Nodes;
    addresses::misplaced_addresses::prefixes [UNUSABLE_ADDRESS] Subnets;
    addresses::name_servers::name_servers [ADDRESS_IN_CLUSTER_PREFIX, UNUSABLE_ADDRESS, NETWORK_OR_BROADCAST, GATEWAY_AS_NAME_SERVER] Nodes;
    addresses::resolvers::contradicting [PRIVATE_AND_PUBLIC_RESOLVER] Subnets;
    addresses::resolvers::in_own_pool [SERVER_IN_OWN_POOL] Nodes Pools;
    addresses::used_twice::addresses [ADDRESS_USED_TWICE] Addresses;
    addresses::used_twice::macs_without_address [FIELD_WITHOUT_EFFECT] Source;
    addresses::used_twice::macs [MAC_USED_TWICE] Nodes;
    addresses::overlaps::prefixes [OVERLAPPING_PREFIXES] Prefixes;
    addresses::overlaps::pools [OVERLAPPING_POOLS] Pools;
    addresses::node_routes::without_hop [MISSING_FIELD] Source;
    addresses::node_routes::gateways [OWN_GATEWAY, GATEWAY_NOT_ON_LINK] Nodes;
    addresses::node_routes::default_routes [TWO_DEFAULT_ROUTES, DHCP_AND_DEFAULT_ROUTE] Nodes;
    addresses::node_routes::said_default_routes [DEFAULT_ROUTE_CONTRADICTED] Source;
    addresses::node_routes::links_in_one_subnet [TWO_LINKS_IN_SUBNET] Nodes;
    addresses::overlaps::pools_with_used_addresses [POOL_HOLDS_USED] Nodes Pools;
    addresses::overlaps::pools_with_dhcp [POOL_OVERLAPS_DHCP] Pools Dhcp;
    addresses::dhcp_ranges::addresses_in_ranges [ADDRESS_IN_DHCP_RANGE, RESERVED_ADDRESS, MACHINE_IN_DHCP_RANGE] Dhcp;
    addresses::dhcp_ranges::reserved_in_dhcp [RESERVATION_IN_DHCP_RANGE] Dhcp;
    addresses::segments::routers [ROUTER_OUTSIDE_SUBNET] Subnets;
    addresses::segments::subnets_without_router [SUBNET_WITHOUT_ROUTER] Subnets;
    addresses::vlans::vlan_used_twice [VLAN_USED_TWICE] Subnets;
    addresses::segments::vlan_differs [VLAN_DIFFERS, LINK_NAME_TWICE] Subnets;
    addresses::segments::packet_sizes [MTU_ABOVE_PARENT, MTU_TOO_SMALL] Nodes;
    addresses::segments::packet_sizes_of_members [MTU_ABOVE_PARENT] Nodes;
    addresses::segments::packet_sizes_of_a_subnet [MTU_DIFFERS] Subnets;
    addresses::cables::uplinks [UPLINKS_IN_A_CIRCLE] Cables;
    addresses::cables::ports [MORE_CABLES_THAN_PORTS] Cables;
    addresses::dhcp_ranges::ranges_outside_subnet [RANGE_OUTSIDE_SUBNET] Dhcp;
    addresses::dhcp_ranges::overlapping [OVERLAPPING_DHCP] Dhcp;
    addresses::dhcp_ranges::edges [RANGE_HOLDS_EDGE] Subnets;
    nodes::machines::members [CLUSTER_WITHOUT_NODES, CLUSTER_WITHOUT_CONTROL_PLANE, EVEN_CONTROL_PLANES] Source;
    nodes::machines::disks [NODE_WITHOUT_DISK] Source;
    nodes::machines::disks_of_several [DISK_OF_SEVERAL_NODES] Nodes;
    nodes::machines::reachable_and_useful [NODE_WITHOUT_ADDRESS, NOTHING_CARRIES_PODS] Source;
    nodes::virtual_ips::virtual_ips [VIRTUAL_IP_ON_WORKER, VIRTUAL_IP_OUTSIDE_LINK] Nodes;
    nodes::virtual_ips::endpoints [ENDPOINT_UNKNOWN, ENDPOINT_FROM_ELSEWHERE, VIRTUAL_IP_OUT_OF_REACH, ENDPOINT_PORT, ENDPOINT_ON_WORKER, ENDPOINT_IS_ONE_NODE] Nodes;
    nodes::virtual_ips::reached_at [REACHED_AT_VIRTUAL_IP] Source;
    nodes::cluster_prefixes::dns_address [DNS_ADDRESS_OUTSIDE_SERVICES] Prefixes;
    nodes::cluster_prefixes::families [FAMILIES_DIFFER, NODE_LACKS_FAMILY] Prefixes;
    nodes::cluster_prefixes::sizes [SERVICE_PREFIX_TOO_LARGE, POD_PREFIX_SIZE] Prefixes;
    nodes::machines::taints [KEY_REPEATED] Nodes;
    nodes::machines::node_restriction [NODE_RESTRICTION] Nodes;
    addresses::used_twice::selectors [SELECTOR_USED_TWICE] Nodes;
    nodes::node_names::node_names [NODE_NAME] Nodes;
    nodes::omni::machines [NOT_FOR_OMNI] Nodes;
    nodes::omni::refused [NOT_FOR_OMNI] Source;
    nodes::omni::placeholders [NOT_FOR_OMNI] Source;
    nodes::omni::unfilled [NOT_FILLED_IN] Source;
    nodes::image_parts::unsaid [NOT_IN_OUTPUT] Source;
    nodes::node_names::announcers [NODE_NAME] Pools Nodes;
    nodes::links::unsayable [NOT_IN_THIS_TALOS] Source;
    nodes::talos_settings::unsayable [NOT_IN_THIS_TALOS] Source;
    nodes::taken_away::taken_away [NOT_IN_THIS_TALOS, NOTHING_TO_TAKE_AWAY] Source;
    nodes::talos_settings::kube_prism [NOT_A_PORT] Source;
    nodes::talos_settings::twice [KEY_REPEATED] Source;
    nodes::picked_subnets::picked_subnets [NO_ADDRESS_TO_PICK] Source;
    nodes::volumes::unsayable [NOT_IN_THIS_TALOS] Source;
    nodes::volumes::without_keys [MISSING_FIELD] Source;
    nodes::volumes::twice [KEY_REPEATED] Source;
    nodes::volumes::refused [MISSING_FIELD, NOT_A_SIZE, FIELD_WITHOUT_EFFECT, DISK_TAKEN] Source;
    nodes::parted_disks::refused [MISSING_FIELD, NOT_IN_THIS_TALOS, DISK_TAKEN, KEY_REPEATED] Source;
    nodes::links::unasked [FIELD_WITHOUT_EFFECT] Source;
    nodes::links::aliases [ALIAS_IS_KERNEL_NAME] Source;
    nodes::links::names [LINK_NAME_TWICE] Nodes;
    nodes::bonds::changing_macs [BOND_MEMBER_BY_CHANGING_MAC] Source;
    nodes::bonds::fitting_several [BOND_MEMBER_FITS_SEVERAL] Nodes;
    nodes::members::members [MEMBER_OF_TWO, MEMBER_WITH_ADDRESS] Nodes;
    nodes::members::refused [LINK_REFUSED, MISSING_FIELD] Source;
    nodes::wireguard::keys [PEER_WITHOUT_KEY] Source;
    nodes::wireguard::conflicts [PEERS_CONFLICT] Source;
    nodes::wireguard::unanswered [PEER_NEVER_ANSWERS] Source;
    nodes::wireguard_routes::ports [PORT_TAKEN] Source;
    nodes::wireguard_routes::routes [TUNNEL_WITHOUT_WAY] Source;
    nodes::resolvers::reachable [FAMILY_OUT_OF_REACH, NO_NAME_SERVER_OF_FAMILY] Nodes;
    nodes::resolvers::upstreams [FAMILY_OUT_OF_REACH] Dns Prefixes;
    nodes::resolvers::too_many [TOO_MANY_NAME_SERVERS] Nodes;
    nodes::firewall::firewalls [FIREWALL_BLOCKS_CLUSTER] Nodes;
    nodes::firewall::excluding [RULES_EXCLUDE] Source;
    nodes::firewall::machines [FIREWALL_OF_UNKNOWN_MACHINES] Source;
    nodes::firewall::names [DUPLICATE_NAME] Source;
    nodes::firewall::without_effect [FIELD_WITHOUT_EFFECT] Source;
    nodes::kube_span::discovered [MESH_WITHOUT_DISCOVERY] Source;
    nodes::kube_span::unsayable [NOT_IN_THIS_TALOS] Source;
    ways_in::gateway_addresses::gateway_address_in_no_pool [GATEWAY_ADDRESS_IN_NO_POOL, POOL_REFUSES_GATEWAY] Gateways Pools;
    ways_in::service_addresses::service_address_in_no_pool [SERVICE_ADDRESS_IN_NO_POOL] Addresses Pools;
    ways_in::gateway_addresses::gateway_without_means [GATEWAY_WITHOUT_GATEWAY_API, GATEWAY_WITHOUT_POOL] Source;
    ways_in::gateway_addresses::gateways_share_address [GATEWAYS_SHARE_ADDRESS] Gateways;
    ways_in::sharing::elected_apart [ELECTED_APART] Source;
    ways_in::unread_annotations::unread_annotations [ANNOTATION_NOT_READ] Source;
    ways_in::envoy_refused::refused [ENVOY_REFUSED, HEADER_REPEATED] Source;
    ways_in::envoy::targets [POLICY_OF_NOTHING] Gateways;
    ways_in::envoy::conflicts [POLICIES_CONFLICT] Source;
    ways_in::envoy::proxies [ONE_SERVICE_OF_GATEWAYS, FAR_FROM_PROXIES] Source;
    ways_in::envoy::named [FIELD_WITHOUT_EFFECT, POLICY_OF_NOTHING] Source;
    ways_in::listeners::listener_tls [FIELD_WITHOUT_EFFECT, TLS_ON_HTTP, PASSTHROUGH_ON_HTTPS, LISTENER_WITHOUT_CERTIFICATE, SEVERAL_CERTIFICATES] Gateways;
    ways_in::listeners::listener_conflicts [LISTENER_CONFLICT, TERMINATE_AND_PASSTHROUGH] Gateways;
    ways_in::certificates::listener_certificate [NAME_NOT_COVERED] Gateways Certificates;
    ways_in::certificates::route_certificate [NAME_NOT_COVERED] Routes Certificates;
    ways_in::certificates::covers_something [CERTIFICATE_OF_NOTHING] Certificates;
    ways_in::certificates::lifetime [CERTIFICATE_TOO_SHORT] Certificates;
    ways_in::issuers::refused [ISSUER_REFUSED] Source;
    ways_in::issuers::solvers [NO_SOLVER_FOR_NAME] Source;
    ways_in::issuers::reached [ISSUER_ELSEWHERE, SAME_OBJECT] Source;
    ways_in::certificate_requests::refused [CERTIFICATE_REFUSED] Source;
    ways_in::certificate_requests::for_servers [NOT_FOR_SERVERS] Source;
    ways_in::route_kinds::of_kind [FIELD_WITHOUT_EFFECT, OBJECT_LIMIT, MISSING_FIELD, NOT_OF_A_REQUEST] Routes;
    ways_in::route_kinds::served [KIND_NOT_SERVED] Source;
    ways_in::route_attachment::route_attaches [NAMESPACE_NOT_ADMITTED, ROUTE_ON_TLS_LISTENER, NO_LISTENER_TAKES_NAME, APEX_UNDER_WILDCARD] Routes;
    ways_in::route_attachment::redirect_loops [REDIRECT_LOOP] Routes;
    ways_in::redirect_circles::redirect_circles [REDIRECT_LOOP] Routes;
    ways_in::route_attachment::parent_repeated [PARENT_REPEATED] Routes;
    ways_in::route_claims::route_answers [ROUTE_WITHOUT_BACKEND, NO_BACKEND_HAS_WEIGHT, REDIRECT_WITH_BACKEND] Routes;
    ways_in::route_claims::route_claims [CLAIMED_TWICE] Routes;
    objects::object_limits::object_limits [OBJECT_LIMIT] Routes;
    objects::identity::same_object [SAME_OBJECT, OBJECT_EXISTS] Source;
    objects::identity::connector_names [SAME_OBJECT] Source;
    objects::identity::long_names [DERIVED_NAME_TOO_LONG] Source;
    objects::identity::service_without_address [SERVICE_WITHOUT_ADDRESS] Source;
    objects::identity::service_names [NOT_A_NAME] Source;
    objects::ports::ports [PORT_NOT_OF_SERVICE] Routes;
    ways_in::route_rules::rewrites [REWRITE_WITHOUT_ONE_PATH] Routes;
    ways_in::route_rules::headers_repeated [HEADER_REPEATED] Routes;
    ways_in::route_rules::header_values [NOT_A_HEADER] Routes;
    ways_in::tunnels::publishes [PUBLISHED_TWICE, TLS_WITHOUT_EFFECT, WILDCARD_SERVER_NAME, PUBLISHED_TO_PASSTHROUGH, PUBLISHED_NAME_NOT_TAKEN, ROUTE_ON_TLS_LISTENER] Tunnels;
    ways_in::backend_tls::gateways_speak_tls [CERTIFICATE_NAME_NOT_SAID, GATEWAY_SPEAKS_PLAIN_HTTP, GATEWAY_API_TOO_OLD, FIELD_WITHOUT_EFFECT, POLICY_OF_ALL_PORTS] Source;
    ways_in::backend_tls::without_effect [TLS_WITHOUT_EFFECT, FIELD_WITHOUT_EFFECT] Source;
    ways_in::tunnels::unreachable_gateway [PUBLISHED_GATEWAY_UNKNOWN] Source;
    ways_in::tunnels::redirected [REDIRECT_LOOP] Tunnels Routes;
    ways_in::certificates::tunnel_server_name [SERVER_NAME_NOT_TAKEN, NAME_NOT_COVERED] Tunnels Certificates;
    ways_in::tunnels::deep_names [DEEPER_THAN_EDGE_CERTIFICATE] Tunnels;
    ways_in::tunnels::idle_tunnel [TUNNEL_WITHOUT_PUBLISH, TUNNEL_WITHOUT_CONNECTOR] Source;
    ways_in::tunnels::ids [TUNNEL_ID_TWICE] Tunnels;
    ways_in::dns_zones::forwards [FORWARD_LOOP, UNUSABLE_ADDRESS, NETWORK_OR_BROADCAST, GATEWAY_AS_NAME_SERVER] Dns;
    ways_in::dns_zones::zones [ZONE_REPEATED, ZONE_OF_CLUSTER] Dns;
    ways_in::dns_zones::records [ZONE_WITHOUT_ANSWER, RECORD_OUTSIDE_ZONE] Dns;
    ways_in::dns_zones::pods [DNS_WITHOUT_PODS] Source;
    ways_in::dns_zones::cluster_domain [ZONE_OF_CLUSTER] Dns;
    ways_in::corefile::corefiles [BROKEN_COREFILE, COREFILE_LACKS_PLUGIN, COREFILE_WITHOUT_METRICS, FORWARD_LOOP, UNUSABLE_ADDRESS, NETWORK_OR_BROADCAST, GATEWAY_AS_NAME_SERVER, FAMILY_OUT_OF_REACH] Dns;
    ways_in::publishers::prefixes [ANNOTATION_OF_OTHER_PREFIX] Source;
    ways_in::publishers::records_unread [RECORDS_NOT_READ] Source;
    ways_in::publishers::private_addresses [PRIVATE_AND_PROXIED] Source;
    ways_in::publishers::owners [OWNER_OF_TWO, DELETES_OF_OTHERS] Source;
    ways_in::records::aliases [ALIAS_NOT_ALONE] Source;
    ways_in::records::tunnels [MISSING_FIELD] Source;
    data_plane::cilium::versions [VERSION_UNKNOWN, GATEWAY_API_TOO_OLD] Source;
    data_plane::cilium::routing [DSR_OVER_TUNNEL, MASQUERADE_AND_HOST_DNS, NATIVE_ACROSS_SUBNETS] Cilium Nodes;
    data_plane::cilium::host_dns [FORWARD_TO_HOST_DNS_OFF] Nodes;
    data_plane::announcements::announcements [ANNOUNCED_BY_ANOTHER, POOL_NOT_ANNOUNCED] Source;
    data_plane::cilium::announced_off_the_wire [ANNOUNCED_OFF_THE_WIRE] Pools Subnets;
    data_plane::announcements::announcers [ANNOUNCED_OFF_THE_WIRE] Pools Subnets;
    data_plane::bgp::pools [TOLD_TO_NOBODY, TOLD_TO_ROUTERS_ALONE] Source;
    data_plane::bgp::peers [MISSING_FIELD, BGP_CONTRADICTS, UNUSABLE_ADDRESS] Source;
    data_plane::bgp::on_one_node [BGP_CONTRADICTS] Source;
    data_plane::bgp::without_effect [FIELD_WITHOUT_EFFECT] Source;
    data_plane::bgp::node_names [NODE_NAME] Pools Nodes;
    data_plane::cilium::announcing_interfaces [INTERFACE_OF_NO_NODE] Nodes Pools;
    data_plane::cilium::devices [INTERFACE_OF_NO_NODE, DEVICES_WITHOUT_ADDRESS] Nodes Cilium;
    data_plane::cilium::hubble_without_relay [HUBBLE_WITHOUT_RELAY] Cilium;
    data_plane::cilium::announced_ipv6 [ANNOUNCES_NO_IPV6] Cilium Pools;
    data_plane::policies::refused [POLICY_WITHOUT_RULES, NOT_OF_KUBERNETES, EXCEPTION_OUTSIDE, DNS_WITHOUT_PORT] Source;
    data_plane::policies::never_meant [NEVER_MEANT] Prefixes Pools Nodes;
    data_plane::policies::gateways_shut_out [GATEWAY_SHUT_OUT] Source;
    data_plane::cilium_values::helm_values [UNKNOWN_HELM_VALUE, HELM_VALUE_IS_OWNED, HELM_VALUE_OF_WRONG_TYPE, HELM_VALUES_REFUSED] Cilium;
    data_plane::cilium_owned::words [HELM_VALUE_IS_OWNED] Cilium;
    objects::raw_manifests::manifests [MANIFEST_INCOMPLETE, SECRET_IN_MANIFEST, DEAD_API_VERSION, PATCH_OF_WRONG_TYPE, PATCH_OF_UNKNOWN_FIELD, SERVICE_PORTS_REFUSED] Source;
    objects::overlays::overlays [PATCH_OF_NO_OBJECT, PATCH_OF_WRONG_TYPE, PATCH_OF_UNKNOWN_FIELD, PATCH_CONTRADICTS, SERVICE_PORTS_REFUSED] Source;
    nodes::talos_patches::talos_patches [PATCH_WITHOUT_TALOS, JSON_PATCH, PATCH_IN_WRONG_SHAPE, FIELD_OF_EARLIER_TALOS, LIST_IS_APPENDED, UNKNOWN_TALOS_KEY, PATCH_OF_WRONG_TYPE, PATCH_OF_OWNED, TWO_DEFAULT_ROUTES, ADDRESS_USED_TWICE, LINK_NAME_TWICE] Nodes;
    nodes::machines::kubernetes_version [NOT_A_VERSION, VERSION_UNKNOWN, KUBERNETES_OUTSIDE_TALOS_WINDOW, KUBERNETES_OF_K3S] Nodes;
    objects::output_folders::synced_folders [PART_IN_SYNCED_FOLDER] Source;
    objects::output_folders::files [ONE_FILE_TWICE, PLACE_OF_NO_OBJECT] Source;
    objects::output_folders::folders_of_one_name [FOLDERS_OF_ONE_NAME] Source;
    objects::output_folders::not_synced [FIELD_WITHOUT_EFFECT] Source;
    objects::output_folders::handed_to_nobody [FIELD_WITHOUT_EFFECT] Source;
    objects::output_folders::said_by_each [FIELD_WITHOUT_EFFECT] Source;
    objects::filled_in::by_flux [PLACEHOLDER_NOT_FILLED] Source;
    objects::unused::unused [UNUSED, GATEWAY_WITHOUT_ROUTE] Source;
    objects::unused::monitoring_without_target [MONITORING_WITHOUT_TARGET] Source;
    objects::unused::credentials_without_property [CREDENTIALS_WITHOUT_PROPERTY] Source;
    objects::unused::cilium_implied [CILIUM_IMPLIED] Source;
}

#[cfg(test)]
mod tests {
    use super::{Held, Need, RULES};

    /// What only a source can say runs for a source and for nothing that was read.
    #[test]
    fn a_rule_runs_where_all_that_it_needs_is_held() {
        let gateways = Held::from_iter([Need::Gateways]);
        let ran = |held: Held| RULES.iter().filter(|rule| rule.runs(held)).count();
        assert_eq!(ran(Held::all()), RULES.len());
        assert_eq!(ran(Held::default()), 0);
        let rule = |name: &str| RULES.iter().find(|rule| rule.name == name).expect("a rule of that name");
        assert!(rule("gateways_share_address").runs(gateways));
        assert!(!rule("gateway_address_in_no_pool").runs(gateways));
        assert!(rule("gateway_address_in_no_pool").runs(Held::from_iter([Need::Gateways, Need::Pools])));
    }
}
