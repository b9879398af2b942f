//! The table of diagnostics: one row each, with its page.
//!
//! The first digit of a number says the layer: see [`LAYERS`]. A number is never used again.

/// The layers, by the first digits of the numbers of their codes.
pub const LAYERS: &[(char, &str)] = &[
    ('0', "syntax"),
    ('1', "words and names"),
    ('2', "values"),
    ('3', "addresses"),
    ('4', "nodes and cluster"),
    ('5', "ways in: gateways, routes, DNS, tunnels"),
    ('6', "versions and targets"),
    ('7', "expectations"),
    ('8', "repositories: what an audit finds"),
    ('9', "advice"),
];

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot be compiled, or a program that reads the files surely refuses them. Nothing is written, and
    /// nothing changes that.
    Error,
    /// A judgement, however sure. Nothing is written, unless it is allowed.
    Denied,
    /// Files are written; somebody should look.
    Warning,
    /// Only said.
    Note,
}

impl Severity {
    /// The word in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Denied => "denied",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn stops(self) -> bool {
        matches!(self, Severity::Error | Severity::Denied)
    }
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `HN301`.
    pub number: &'static str,
    /// The rule in a few words, as a name for it: `address-outside-subnet`.
    pub name: &'static str,
    /// How serious a finding is unless a flag or the source says otherwise.
    pub severity: Severity,
}

impl Code {
    /// The page that `hnet explain` prints: Markdown, whose wrong example raises this code and
    /// whose right example is clean. Before the examples it says how serious a finding is.
    #[must_use]
    pub fn page(&self) -> String {
        let page = ALL.iter().zip(PAGES).find(|(code, _)| **code == self).map_or("", |(_, page)| page);
        self.with_seriousness(page)
    }

    /// Its page, as it stands in `explain/`, with the sentence of its seriousness.
    #[must_use]
    pub fn with_seriousness(&self, page: &str) -> String {
        match page.split_once("\n## ") {
            Some((about, rest)) => format!("{about}\n{}\n\n## {rest}", self.seriousness()),
            None => page.to_owned(),
        }
    }

    /// The layer that it belongs to.
    #[must_use]
    pub fn layer(&self) -> &'static str {
        let digit = self.number.chars().nth("HN".len());
        LAYERS.iter().find(|(first, _)| Some(*first) == digit).map_or("", |(_, layer)| layer)
    }

    /// What follows from a finding and how it can be allowed, as a sentence of Markdown.
    #[must_use]
    pub fn seriousness(&self) -> String {
        let number = self.number;
        if self.number.starts_with("HN8") {
            let level = match self.severity {
                Severity::Error | Severity::Denied => "**Denied**: `hnet audit` ends with status 1",
                Severity::Warning | Severity::Note => "**Warning**: `hnet audit` says it",
            };
            return format!(
                "{level}, unless it is meant and allowed: `# hnet: allow {number} because …` \
                 behind it or above it, or `-A {number}`."
            );
        }
        let allow = format!("`# hnet: allow {number} because …` before the statement, or `-A {number}`");
        match self.severity {
            Severity::Error => "**Error**: nothing is written, and it cannot be allowed.".to_owned(),
            Severity::Denied => {
                format!("**Denied**: nothing is written, unless it is meant and allowed: {allow}.")
            }
            Severity::Warning => format!("**Warning**: the files are written. Where it is meant, allow it: {allow}."),
            Severity::Note => format!("**Note**: it is only said. To silence it: {allow}."),
        }
    }
}

macro_rules! codes {
    ($($constant:ident = $number:literal $name:literal $severity:ident;)+) => {
        $(
            #[doc = concat!("`", $number, "`: ", $name, ".")]
            pub static $constant: Code = Code {
                number: $number,
                name: $name,
                severity: Severity::$severity,
            };
        )+

        /// All rows in the order of their numbers.
        pub static ALL: &[&Code] = &[$(&$constant),+];

        /// Their pages, apart from the rows: the browser's module has no use for them and leaves
        /// them out, since the page fetches one when somebody reads it.
        static PAGES: &[&str] = &[$(include_str!(concat!("../explain/", $number, ".md"))),+];
    };
}

/// The row of a number such as `HN301`, in any case.
#[must_use]
pub fn find(number: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.number.eq_ignore_ascii_case(number))
}

codes! {
    MISSING_SEMICOLON = "HN001" "missing-semicolon" Error;
    MISSING_CLOSING_BRACKET = "HN002" "missing-closing-bracket" Error;
    STRAY_CLOSING_BRACKET = "HN003" "stray-closing-bracket" Error;
    CURLY_BRACKETS = "HN004" "curly-brackets" Error;
    STRAY_COMMA = "HN005" "stray-comma" Error;
    MISSING_VALUE = "HN006" "missing-value" Error;
    EMPTY_STATEMENT = "HN007" "empty-statement" Warning;
    BODY_WITHOUT_KEYWORD = "HN008" "body-without-keyword" Error;
    UNTERMINATED_STRING = "HN009" "unterminated-string" Error;
    UNTERMINATED_BLOCK_STRING = "HN010" "unterminated-block-string" Error;
    UNKNOWN_ESCAPE = "HN011" "unknown-escape" Error;
    EQUALS_SIGN = "HN012" "equals-sign" Error;
    QUOTED_KEYWORD = "HN013" "quoted-keyword" Error;
    ADJACENT_VALUES = "HN014" "adjacent-values" Error;
    UNREADABLE_CHARACTER = "HN015" "unreadable-character" Error;
    TOO_DEEP = "HN016" "too-deep" Error;
    TOO_LARGE = "HN017" "too-large" Error;
    NOT_UTF8 = "HN018" "not-utf-8" Error;
    MISSING_OPENING_BRACKET = "HN019" "missing-opening-bracket" Error;
    ALLOW_WITHOUT_REASON = "HN020" "allow-without-reason" Error;
    UNKNOWN_ALLOW = "HN021" "unknown-allow" Error;
    ALLOW_OF_ERROR = "HN022" "allow-of-error" Error;
    UNUSED_ALLOW = "HN023" "unused-allow" Warning;
    TOO_MANY_FINDINGS = "HN024" "too-many-findings" Note;
    TEXT_WITHOUT_QUOTES = "HN025" "text-without-quotes" Error;
    FOREIGN_COMMENT = "HN026" "foreign-comment" Error;
    DOC_OF_NOTHING = "HN027" "doc-comment-of-nothing" Warning;
    FOREIGN_LIST = "HN028" "foreign-list" Error;
    UNKNOWN_KEYWORD = "HN101" "unknown-keyword" Error;
    MISPLACED_KEYWORD = "HN102" "misplaced-keyword" Error;
    UNKNOWN_NAME = "HN103" "unknown-name" Error;
    DUPLICATE_NAME = "HN104" "duplicate-name" Error;
    MISSING_NAME = "HN105" "missing-name" Error;
    MISSING_FIELD = "HN106" "missing-field" Error;
    REPEATED_FIELD = "HN107" "repeated-field" Error;
    UNEXPECTED_VALUE = "HN108" "unexpected-value" Error;
    UNEXPECTED_BODY = "HN109" "unexpected-body" Error;
    FIELD_WITHOUT_VALUE = "HN110" "field-without-value" Error;
    WRONG_WORD = "HN111" "wrong-word" Error;
    INCLUDE_NOT_FOUND = "HN112" "include-not-found" Error;
    INCLUDE_CYCLE = "HN113" "include-cycle" Error;
    INCLUDE_LEAVES_PROJECT = "HN114" "include-leaves-project" Error;
    CIRCULAR_NAME = "HN115" "circular-name" Error;
    CLUSTER_NOT_SAID = "HN116" "cluster-not-said" Error;
    NO_NETWORK = "HN117" "no-network" Error;
    UNUSED_NAME = "HN118" "unused-name" Warning;
    NAME_WITHOUT_ADDRESS = "HN119" "name-without-address" Error;
    AMBIGUOUS_LISTENER = "HN120" "ambiguous-listener" Error;
    STANDS_FOR_TOO_MUCH = "HN121" "stands-for-too-much" Error;
    FIELD_WITHOUT_EFFECT = "HN122" "field-without-effect" Error;
    PLACEHOLDER_SLIP = "HN123" "placeholder-slip" Warning;
    NOT_AN_ADDRESS = "HN201" "not-an-address" Error;
    NOT_A_PREFIX = "HN202" "not-a-prefix" Error;
    HOST_BITS = "HN203" "host-bits-set" Error;
    NOT_AN_INTERFACE_ADDRESS = "HN204" "not-an-interface-address" Error;
    NOT_A_RANGE = "HN205" "not-a-range" Error;
    NOT_A_MAC = "HN206" "not-a-mac" Error;
    NOT_A_HOST_NAME = "HN207" "not-a-host-name" Error;
    NOT_A_NAME = "HN208" "not-a-name" Error;
    NOT_A_VLAN_ID = "HN209" "not-a-vlan-id" Error;
    NOT_A_PORT = "HN210" "not-a-port" Error;
    NUMBER_OUT_OF_RANGE = "HN211" "number-out-of-range" Error;
    NOT_A_VERSION = "HN212" "not-a-version" Error;
    NOT_A_DURATION = "HN213" "not-a-duration" Error;
    NOT_A_URL = "HN214" "not-a-url" Error;
    NOT_A_UUID = "HN215" "not-a-uuid" Error;
    NOT_A_PATH = "HN216" "not-a-path" Error;
    NOT_A_LABEL = "HN217" "not-a-label" Error;
    NOT_A_TAINT = "HN218" "not-a-taint" Error;
    NOT_AN_INDEX = "HN219" "not-an-index" Error;
    INDEX_OUTSIDE_PREFIX = "HN220" "index-outside-prefix" Error;
    WRONG_FAMILY = "HN221" "wrong-family" Error;
    CREDENTIAL = "HN222" "credential-in-source" Denied;
    VALUE_UNKNOWN = "HN223" "value-unknown" Error;
    NOT_YAML = "HN224" "not-yaml" Error;
    NOT_A_DISK = "HN225" "not-a-disk" Error;
    NOT_A_SERVICE = "HN226" "not-a-service" Error;
    NOT_A_SECRET_REFERENCE = "HN227" "not-a-secret-reference" Error;
    NOT_A_HEADER = "HN228" "not-a-header" Error;
    KEY_REPEATED = "HN229" "key-repeated" Error;
    NOT_A_PATTERN = "HN230" "not-a-pattern" Error;
    NOT_AN_OBJECT_NAME = "HN231" "not-an-object-name" Error;
    NOT_A_SETTING = "HN232" "not-a-setting" Error;
    NOT_OF_AN_IMAGE = "HN233" "not-of-an-image" Error;
    NOT_A_SIZE = "HN234" "not-a-size" Error;
    NOT_A_WIREGUARD_KEY = "HN237" "not-a-wireguard-key" Error;
    NOT_OF_A_REQUEST = "HN238" "not-of-a-request" Error;
    ADDRESS_OUTSIDE_SUBNETS = "HN301" "address-outside-subnets" Warning;
    ADDRESS_USED_TWICE = "HN302" "address-used-twice" Denied;
    MAC_USED_TWICE = "HN303" "mac-used-twice" Denied;
    NETWORK_OR_BROADCAST = "HN304" "network-or-broadcast-address" Denied;
    WRONG_LENGTH = "HN305" "wrong-prefix-length" Denied;
    OVERLAPPING_PREFIXES = "HN306" "overlapping-prefixes" Denied;
    OVERLAPPING_POOLS = "HN307" "overlapping-pools" Denied;
    GATEWAY_NOT_ON_LINK = "HN308" "gateway-not-on-link" Denied;
    OWN_GATEWAY = "HN309" "own-gateway" Error;
    TWO_DEFAULT_ROUTES = "HN310" "two-default-routes" Denied;
    DHCP_AND_DEFAULT_ROUTE = "HN311" "dhcp-and-default-route" Warning;
    TWO_LINKS_IN_SUBNET = "HN312" "two-links-in-one-subnet" Warning;
    POOL_HOLDS_USED = "HN313" "pool-holds-used-address" Denied;
    POOL_OVERLAPS_DHCP = "HN314" "pool-overlaps-dhcp" Denied;
    ADDRESS_IN_DHCP_RANGE = "HN315" "address-in-dhcp-range" Denied;
    ROUTER_OUTSIDE_SUBNET = "HN316" "router-outside-subnet" Denied;
    VLAN_USED_TWICE = "HN317" "vlan-used-twice" Denied;
    VLAN_DIFFERS = "HN318" "vlan-differs-from-subnet" Denied;
    MTU_ABOVE_PARENT = "HN319" "mtu-above-parent" Denied;
    MTU_TOO_SMALL = "HN320" "mtu-too-small-for-ipv6" Error;
    RANGE_OUTSIDE_SUBNET = "HN321" "range-outside-subnet" Denied;
    ADDRESS_IN_CLUSTER_PREFIX = "HN322" "address-in-cluster-prefix" Denied;
    UNUSABLE_ADDRESS = "HN323" "unusable-address" Denied;
    RESERVED_ADDRESS = "HN324" "reserved-address" Denied;
    NODE_ON_NO_SUBNET = "HN325" "node-on-no-subnet" Denied;
    TWO_PREFIXES_OF_A_FAMILY = "HN326" "two-prefixes-of-a-family" Error;
    SUBNET_WITHOUT_ROUTER = "HN327" "subnet-without-router" Warning;
    OVERLAPPING_DHCP = "HN328" "overlapping-dhcp-ranges" Denied;
    UPLINKS_IN_A_CIRCLE = "HN329" "uplinks-in-a-circle" Denied;
    MORE_CABLES_THAN_PORTS = "HN330" "more-cables-than-ports" Warning;
    MTU_DIFFERS = "HN331" "mtu-differs-in-subnet" Warning;
    RANGE_HOLDS_EDGE = "HN332" "range-holds-edge-address" Warning;
    MACHINE_IN_DHCP_RANGE = "HN333" "machine-in-dhcp-range" Warning;
    RESERVATION_IN_DHCP_RANGE = "HN334" "reservation-in-dhcp-range" Warning;
    DEFAULT_ROUTE_CONTRADICTED = "HN335" "default-route-contradicted" Error;
    CLUSTER_WITHOUT_NODES = "HN401" "cluster-without-nodes" Error;
    CLUSTER_WITHOUT_CONTROL_PLANE = "HN402" "cluster-without-control-plane" Denied;
    NODE_WITHOUT_DISK = "HN403" "node-without-disk" Error;
    VIRTUAL_IP_ON_WORKER = "HN404" "virtual-ip-on-worker" Denied;
    VIRTUAL_IP_OUTSIDE_LINK = "HN405" "virtual-ip-outside-link" Denied;
    VIRTUAL_IP_OUT_OF_REACH = "HN406" "virtual-ip-out-of-reach" Denied;
    ENDPOINT_ON_WORKER = "HN407" "endpoint-on-worker" Denied;
    ENDPOINT_IS_ONE_NODE = "HN408" "endpoint-is-one-node" Warning;
    DNS_ADDRESS_OUTSIDE_SERVICES = "HN409" "dns-address-outside-services" Error;
    FAMILIES_DIFFER = "HN410" "families-differ" Error;
    SERVICE_PREFIX_TOO_LARGE = "HN411" "service-prefix-too-large" Error;
    POD_PREFIX_SIZE = "HN412" "pod-prefix-size" Denied;
    NODE_RESTRICTION = "HN413" "node-restriction" Error;
    SELECTOR_USED_TWICE = "HN414" "selector-used-twice" Denied;
    ENDPOINT_UNKNOWN = "HN415" "endpoint-unknown" Error;
    NOT_IN_THIS_TALOS = "HN416" "not-in-this-talos" Error;
    ALIAS_IS_KERNEL_NAME = "HN417" "alias-is-kernel-name" Warning;
    TWO_SELECTORS = "HN418" "two-selectors" Error;
    LINK_NAME_TWICE = "HN419" "link-name-twice" Error;
    NODE_WITHOUT_ADDRESS = "HN421" "node-without-address" Error;
    NOTHING_CARRIES_PODS = "HN422" "nothing-carries-pods" Warning;
    ENDPOINT_PORT = "HN423" "endpoint-port" Warning;
    RESERVED_WITHOUT_DHCP = "HN424" "reserved-without-dhcp" Denied;
    FAMILY_OUT_OF_REACH = "HN425" "family-out-of-reach" Denied;
    DISK_OF_SEVERAL_NODES = "HN426" "disk-of-several-nodes" Denied;
    TOO_MANY_NAME_SERVERS = "HN427" "too-many-name-servers" Warning;
    FIREWALL_BLOCKS_CLUSTER = "HN428" "firewall-blocks-cluster" Warning;
    NODE_LACKS_FAMILY = "HN429" "node-lacks-family" Warning;
    NO_NAME_SERVER_OF_FAMILY = "HN430" "no-name-server-of-family" Warning;
    BOND_MEMBER_BY_CHANGING_MAC = "HN431" "bond-member-by-changing-mac" Warning;
    FIREWALL_OF_UNKNOWN_MACHINES = "HN432" "firewall-of-unknown-machines" Error;
    MESH_WITHOUT_DISCOVERY = "HN433" "mesh-without-discovery" Error;
    REACHED_AT_VIRTUAL_IP = "HN434" "reached-at-virtual-ip" Warning;
    NO_ADDRESS_TO_PICK = "HN435" "no-address-to-pick" Warning;
    DISK_TAKEN = "HN436" "disk-taken" Error;
    RULES_EXCLUDE = "HN437" "rules-exclude" Denied;
    BOND_MEMBER_FITS_SEVERAL = "HN438" "bond-member-fits-several" Warning;
    MEMBER_OF_TWO = "HN441" "member-of-two-links" Denied;
    MEMBER_WITH_ADDRESS = "HN442" "member-with-address" Denied;
    LINK_REFUSED = "HN443" "link-refused" Denied;
    PEER_WITHOUT_KEY = "HN444" "peer-without-key" Error;
    PEERS_CONFLICT = "HN445" "peers-conflict" Denied;
    PEER_NEVER_ANSWERS = "HN446" "peer-never-answers" Denied;
    PORT_TAKEN = "HN447" "port-taken" Denied;
    TUNNEL_WITHOUT_WAY = "HN448" "tunnel-without-way" Warning;
    TWO_DISTRIBUTIONS = "HN450" "two-distributions" Error;
    ENDPOINT_FROM_ELSEWHERE = "HN451" "endpoint-from-elsewhere" Warning;
    DATASTORE_ON_TALOS = "HN452" "datastore-on-talos" Error;
    COMPONENT_CONTRADICTS = "HN453" "component-contradicts" Denied;
    NODE_NAME = "HN454" "node-name" Denied;
    NOT_FOR_OMNI = "HN455" "not-for-omni" Error;
    NOT_IN_OUTPUT = "HN456" "not-in-output" Warning;
    NOT_FILLED_IN = "HN457" "not-filled-in" Error;
    GATEWAY_ADDRESS_IN_NO_POOL = "HN501" "gateway-address-in-no-pool" Denied;
    POOL_REFUSES_GATEWAY = "HN502" "pool-refuses-gateway" Denied;
    GATEWAY_WITHOUT_GATEWAY_API = "HN504" "gateway-without-gateway-api" Warning;
    GATEWAY_WITHOUT_POOL = "HN505" "gateway-without-pool" Warning;
    GATEWAYS_SHARE_ADDRESS = "HN506" "gateways-share-address" Denied;
    LISTENER_WITHOUT_CERTIFICATE = "HN507" "listener-without-certificate" Error;
    TLS_ON_HTTP = "HN508" "tls-on-http" Error;
    PASSTHROUGH_ON_HTTPS = "HN509" "passthrough-on-https" Error;
    SEVERAL_CERTIFICATES = "HN510" "several-certificates" Denied;
    LISTENER_CONFLICT = "HN511" "listener-conflict" Error;
    TERMINATE_AND_PASSTHROUGH = "HN512" "terminate-and-passthrough" Denied;
    NAME_NOT_COVERED = "HN513" "name-not-covered-by-certificate" Denied;
    OBJECT_LIMIT = "HN514" "object-limit" Error;
    ELECTED_APART = "HN515" "shared-address-elected-apart" Warning;
    POLICY_OF_ALL_PORTS = "HN516" "policy-of-all-ports" Denied;
    ADDRESS_ASKED_TWICE = "HN517" "address-asked-twice" Denied;
    ANNOTATION_NOT_READ = "HN518" "annotation-not-read" Denied;
    KIND_NOT_SERVED = "HN520" "kind-not-served" Denied;
    ROUTE_ON_TLS_LISTENER = "HN521" "route-on-tls-listener" Error;
    NAMESPACE_NOT_ADMITTED = "HN522" "namespace-not-admitted" Error;
    NO_LISTENER_TAKES_NAME = "HN523" "no-listener-takes-name" Denied;
    APEX_UNDER_WILDCARD = "HN524" "apex-under-wildcard" Denied;
    REDIRECT_LOOP = "HN525" "redirect-loop" Denied;
    PARENT_REPEATED = "HN526" "parent-repeated" Error;
    ROUTE_WITHOUT_BACKEND = "HN527" "route-without-backend" Denied;
    NO_BACKEND_HAS_WEIGHT = "HN528" "no-backend-has-weight" Denied;
    REDIRECT_WITH_BACKEND = "HN529" "redirect-with-backend" Error;
    CLAIMED_TWICE = "HN530" "claimed-twice" Denied;
    SAME_OBJECT = "HN531" "same-object" Error;
    SERVICE_WITHOUT_ADDRESS = "HN532" "service-without-address" Error;
    REWRITE_WITHOUT_ONE_PATH = "HN533" "rewrite-without-one-path" Error;
    HEADER_REPEATED = "HN534" "header-repeated" Error;
    PORT_NOT_OF_SERVICE = "HN535" "port-not-of-service" Error;
    TLS_WITHOUT_EFFECT = "HN536" "tls-without-effect" Error;
    DERIVED_NAME_TOO_LONG = "HN537" "derived-name-too-long" Error;
    GATEWAY_SPEAKS_PLAIN_HTTP = "HN538" "gateway-speaks-plain-http" Denied;
    CERTIFICATE_NAME_NOT_SAID = "HN539" "certificate-name-not-said" Error;
    PUBLISHED_NAME_NOT_TAKEN = "HN540" "published-name-not-taken" Denied;
    PUBLISHED_TWICE = "HN541" "published-twice" Denied;
    PUBLISHED_TO_PASSTHROUGH = "HN542" "published-to-passthrough" Warning;
    WILDCARD_SERVER_NAME = "HN543" "wildcard-server-name" Denied;
    SERVER_NAME_NOT_TAKEN = "HN544" "server-name-not-taken" Denied;
    DEEPER_THAN_EDGE_CERTIFICATE = "HN545" "deeper-than-edge-certificate" Warning;
    TUNNEL_WITHOUT_PUBLISH = "HN546" "tunnel-without-publish" Warning;
    TUNNEL_WITHOUT_CONNECTOR = "HN547" "tunnel-without-connector" Warning;
    PUBLISHED_GATEWAY_UNKNOWN = "HN548" "published-gateway-unknown" Error;
    TUNNEL_ID_TWICE = "HN549" "tunnel-id-twice" Denied;
    FORWARD_LOOP = "HN550" "forward-loop" Denied;
    ZONE_OF_CLUSTER = "HN551" "zone-of-cluster" Denied;
    ZONE_REPEATED = "HN552" "zone-repeated" Error;
    RECORD_OUTSIDE_ZONE = "HN553" "record-outside-zone" Denied;
    DNS_FIELD_WITHOUT_EFFECT = "HN554" "dns-field-without-effect" Error;
    COREFILE_LACKS_PLUGIN = "HN555" "corefile-lacks-plugin" Denied;
    ZONE_WITHOUT_ANSWER = "HN556" "zone-without-answer" Denied;
    GATEWAY_AS_NAME_SERVER = "HN557" "gateway-as-name-server" Denied;
    DNS_WITHOUT_PODS = "HN558" "dns-without-pods" Warning;
    PRIVATE_AND_PUBLIC_RESOLVER = "HN559" "private-and-public-resolver" Warning;
    SERVER_IN_OWN_POOL = "HN560" "server-in-own-pool" Warning;
    BROKEN_COREFILE = "HN561" "broken-corefile" Error;
    COREFILE_WITHOUT_METRICS = "HN562" "corefile-without-metrics" Warning;
    PORT_NOT_SAID = "HN563" "port-not-said" Error;
    OBJECT_EXISTS = "HN564" "object-exists" Error;
    OBSERVES_NO_CLUSTER = "HN565" "observes-no-cluster" Error;
    OBSERVED_NOT_READ = "HN566" "observed-not-read" Warning;
    WRITTEN_NOWHERE = "HN567" "written-nowhere" Warning;
    SERVICE_PORTS_REFUSED = "HN568" "service-ports-refused" Error;
    SERVICE_ADDRESS_IN_NO_POOL = "HN569" "service-address-in-no-pool" Denied;
    GATEWAY_NOT_THERE = "HN570" "gateway-not-there" Warning;
    SECRET_NOT_THERE = "HN571" "secret-not-there" Warning;
    POLICY_WITHOUT_RULES = "HN572" "policy-without-rules" Error;
    NOT_OF_KUBERNETES = "HN573" "not-of-network-policy" Error;
    EXCEPTION_OUTSIDE = "HN574" "exception-outside-prefix" Error;
    DNS_WITHOUT_PORT = "HN575" "dns-without-port" Error;
    NEVER_MEANT = "HN576" "end-never-meant" Warning;
    GATEWAY_SHUT_OUT = "HN577" "gateway-shut-out" Warning;
    CERTIFICATE_OF_NOTHING = "HN578" "certificate-of-nothing" Error;
    CERTIFICATE_TOO_SHORT = "HN579" "certificate-too-short" Error;
    ENVOY_REFUSED = "HN580" "envoy-refused" Error;
    POLICY_OF_NOTHING = "HN581" "policy-of-nothing" Denied;
    POLICIES_CONFLICT = "HN582" "policies-conflict" Denied;
    ONE_SERVICE_OF_GATEWAYS = "HN583" "one-service-of-gateways" Denied;
    ENVOY_VALUE = "HN584" "envoy-value" Error;
    RECORD_OF_OTHER_TYPE = "HN590" "record-of-another-type" Error;
    ALIAS_NOT_ALONE = "HN591" "alias-not-alone" Warning;
    ANNOTATION_OF_OTHER_PREFIX = "HN592" "annotation-of-another-prefix" Warning;
    RECORDS_NOT_READ = "HN593" "records-not-read" Warning;
    PRIVATE_AND_PROXIED = "HN594" "private-and-proxied" Denied;
    OWNER_OF_TWO = "HN595" "owner-of-two" Warning;
    DELETES_OF_OTHERS = "HN596" "deletes-of-others" Warning;
    VERSION_UNKNOWN = "HN601" "version-unknown" Warning;
    GATEWAY_API_TOO_OLD = "HN602" "gateway-api-too-old" Denied;
    DSR_OVER_TUNNEL = "HN603" "dsr-over-tunnel" Denied;
    NATIVE_ACROSS_SUBNETS = "HN604" "native-routing-across-subnets" Warning;
    MASQUERADE_AND_HOST_DNS = "HN605" "masquerade-and-host-dns" Warning;
    ANNOUNCED_OFF_THE_WIRE = "HN606" "announced-off-the-wire" Denied;
    INTERFACE_OF_NO_NODE = "HN607" "interface-of-no-node" Denied;
    HUBBLE_WITHOUT_RELAY = "HN608" "hubble-without-relay" Error;
    ANNOUNCES_NO_IPV6 = "HN609" "announces-no-ipv6" Denied;
    UNKNOWN_HELM_VALUE = "HN610" "unknown-helm-value" Denied;
    HELM_VALUE_IS_OWNED = "HN611" "helm-value-is-owned" Denied;
    MANIFEST_INCOMPLETE = "HN612" "manifest-incomplete" Error;
    SECRET_IN_MANIFEST = "HN613" "secret-in-manifest" Denied;
    DEAD_API_VERSION = "HN614" "dead-api-version" Denied;
    FORWARD_TO_HOST_DNS_OFF = "HN615" "forward-to-host-dns-off" Denied;
    ANNOUNCED_BY_ANOTHER = "HN616" "announced-by-another-pool" Warning;
    POOL_NOT_ANNOUNCED = "HN617" "pool-not-announced" Warning;
    DEVICES_WITHOUT_ADDRESS = "HN618" "devices-without-node-address" Denied;
    HELM_VALUE_OF_WRONG_TYPE = "HN619" "helm-value-of-wrong-type" Error;
    PATCH_OF_OWNED = "HN620" "patch-of-owned" Denied;
    PATCH_IN_WRONG_SHAPE = "HN621" "patch-in-wrong-shape" Error;
    JSON_PATCH = "HN622" "json-patch" Error;
    PATCH_WITHOUT_TALOS = "HN623" "patch-without-talos" Error;
    FIELD_WITHOUT_TALOS = "HN624" "field-without-talos" Denied;
    UNKNOWN_TALOS_KEY = "HN625" "unknown-talos-key" Denied;
    FIELD_OF_EARLIER_TALOS = "HN626" "field-of-earlier-talos" Warning;
    LIST_IS_APPENDED = "HN627" "list-is-appended" Denied;
    HELM_VALUES_REFUSED = "HN628" "helm-values-refused" Error;
    NOTHING_TO_TAKE_AWAY = "HN629" "nothing-to-take-away" Error;
    KUBERNETES_OUTSIDE_TALOS_WINDOW = "HN630" "kubernetes-outside-talos-window" Error;
    KUBERNETES_OF_K3S = "HN631" "kubernetes-of-k3s" Denied;
    TOLD_TO_ROUTERS_ALONE = "HN632" "told-to-routers-alone" Warning;
    TOLD_TO_NOBODY = "HN633" "told-to-nobody" Warning;
    BGP_CONTRADICTS = "HN634" "bgp-contradicts" Denied;
    FAR_FROM_PROXIES = "HN635" "far-from-proxies" Warning;
    PART_IN_SYNCED_FOLDER = "HN640" "part-in-synced-folder" Error;
    ONE_FILE_TWICE = "HN641" "one-file-twice" Error;
    PLACE_OF_NO_OBJECT = "HN642" "place-of-no-object" Denied;
    FOLDERS_OF_ONE_NAME = "HN643" "synced-folders-of-one-name" Error;
    OBJECT_PLACED_TWICE = "HN644" "object-placed-twice" Error;
    PLACEHOLDER_NOT_FILLED = "HN645" "placeholder-not-filled" Denied;
    PATCH_OF_NO_OBJECT = "HN650" "patch-of-no-object" Error;
    PATCH_CONTRADICTS = "HN651" "patch-contradicts" Denied;
    PATCH_OF_WRONG_TYPE = "HN652" "patch-of-wrong-type" Error;
    PATCH_OF_UNKNOWN_FIELD = "HN653" "patch-of-unknown-field" Denied;
    NO_SOLVER_FOR_NAME = "HN655" "no-solver-for-name" Denied;
    ISSUER_ELSEWHERE = "HN656" "issuer-elsewhere" Denied;
    ISSUER_REFUSED = "HN657" "issuer-refused" Error;
    CERTIFICATE_REFUSED = "HN658" "certificate-refused" Denied;
    NOT_FOR_SERVERS = "HN659" "certificate-not-for-servers" Denied;
    PATH_NOT_THERE = "HN801" "path-not-there" Denied;
    APPLIED_TWICE = "HN802" "applied-twice" Denied;
    TUNNEL_REFUSED = "HN803" "tunnel-refused" Denied;
    LINK_OF_NO_NODE = "HN804" "link-of-no-node" Warning;
    ANNOUNCEMENTS_OFF = "HN805" "announcements-off" Warning;
    EVEN_CONTROL_PLANES = "HN901" "even-control-planes" Warning;
    UNUSED = "HN910" "unused" Note;
    GATEWAY_WITHOUT_ROUTE = "HN911" "gateway-without-route" Note;
    MONITORING_WITHOUT_TARGET = "HN912" "monitoring-without-target" Note;
    CREDENTIALS_WITHOUT_PROPERTY = "HN913" "credentials-without-property" Note;
    CILIUM_IMPLIED = "HN914" "cilium-implied" Note;
    TAKEN_OVER = "HN915" "taken-over" Note;
}
