//! What the API server refuses of Envoy Gateway's objects: the rules of their kinds that words can break, one row each.
//!
//! A row says where a map is, and which of its words want or exclude each other. Start at [`LAWS`]; what is done with them is
//! `envoy_refused.rs`. (Envoy Gateway 1.9: `x-kubernetes-validations`, `required` and `maxItems` of its CRDs.)

use hnet_model::EnvoyKind::{self, Backend, Client, Destination, Extension, Filter, Proxy, Security};

/// A rule of a kind.
pub(super) struct Law {
    /// The kind.
    pub(super) kind: EnvoyKind,
    /// The keys that lead to each map that it is about; behind a key `[]` stands for each of a list, and `*` for any key.
    pub(super) at: &'static str,
    /// What must hold of such a map.
    pub(super) rule: Rule,
}

/// What must hold of a map.
pub(super) enum Rule {
    /// One of these is said, and no other; first what they say.
    One(&'static str, &'static [Key]),
    /// Not two of these are said; first what they say.
    AtMostOne(&'static str, &'static [Key]),
    /// One of these is said, or several; first what they say.
    Some(&'static str, &'static [Key]),
    /// Where one of the first is said, so is the other; last why.
    Wants(&'static [Key], Key, &'static str),
    /// Two are not said together; last why.
    NotBoth(Key, Key, &'static str),
    /// The first is not more than the second; then what the first is where it is not said.
    UpTo(Key, Key, Option<&'static str>),
    /// A list is no longer.
    Most(Key, usize),
    /// No two of a list have one name under this key; where it is empty, they are names. Last what is done with them.
    Once(Key, &'static str, &'static str),
}

/// What a map says, and the words for it.
pub(super) struct Key {
    /// The keys that lead to it from the map.
    pub(super) path: &'static str,
    /// What it must be, in the object; anything where there is none.
    pub(super) is: Option<&'static str>,
    /// The words of the source.
    pub(super) word: &'static str,
}

/// Something that is said.
const fn key(path: &'static str, word: &'static str) -> Key {
    Key { path, is: None, word }
}

/// Something that is said in one way.
const fn being(path: &'static str, is: &'static str, word: &'static str) -> Key {
    Key { path, is: Some(is), word }
}

const fn law(kind: EnvoyKind, at: &'static str, rule: Rule) -> Law {
    Law { kind, at, rule }
}

/// Why a number of proxies is said of no DaemonSet.
const ONE_A_NODE: &str = "one proxy runs on every node, so there are as many as nodes";
/// The services of a list.
const SERVICES: usize = 16;

/// All of them, in the order in which they are looked at: what one has told at a place, none tells there again.
pub(super) const LAWS: &[Law] = &[
    law(
        Proxy,
        "provider.kubernetes.*.container",
        Rule::AtMostOne("where the image is", &[key("image", "image"), key("imageRepository", "image-repository")]),
    ),
    law(
        Proxy,
        "provider.kubernetes",
        Rule::NotBoth(key("envoyHpa", "scale"), key("envoyDaemonSet", "run daemonset"), ONE_A_NODE),
    ),
    law(
        Proxy,
        "provider.kubernetes",
        Rule::NotBoth(key("envoyDaemonSet.replicas", "replicas"), key("envoyDaemonSet", "run daemonset"), ONE_A_NODE),
    ),
    law(Proxy, "provider.kubernetes.envoyHpa", Rule::UpTo(key("minReplicas", "min"), key("maxReplicas", "max"), None)),
    law(
        Proxy,
        "provider.kubernetes.envoyPDB",
        Rule::One("how many stay", &[key("minAvailable", "min-available"), key("maxUnavailable", "max-unavailable")]),
    ),
    law(
        Proxy,
        "telemetry.accessLog.settings[]",
        Rule::Some("where the access log is written", &[key("sinks", "file"), key("sinks", "to")]),
    ),
    law(
        Proxy,
        "telemetry.accessLog.settings[].format",
        Rule::AtMostOne("what is written of a request", &[key("text", "text"), key("json", "json")]),
    ),
    law(
        Proxy,
        "telemetry.tracing.provider",
        Rule::Wants(
            &[key("openTelemetry", "resource")],
            being("type", "OpenTelemetry", "by opentelemetry"),
            "OpenTelemetry alone is told so",
        ),
    ),
    law(Proxy, "telemetry.metrics", Rule::Most(key("sinks", "metrics-to"), 16)),
    law(Proxy, "telemetry.metrics.sinks[].openTelemetry", Rule::Most(key("backendRefs", "service"), SERVICES)),
    law(Proxy, "telemetry.accessLog", Rule::Most(key("settings", "access-log"), 50)),
    law(Proxy, "telemetry.accessLog.settings[]", Rule::Most(key("matches", "where"), 10)),
    law(Proxy, "telemetry.accessLog.settings[]", Rule::Most(key("sinks", "file"), 50)),
    law(Proxy, "telemetry.accessLog.settings[].sinks[].openTelemetry", Rule::Most(key("backendRefs", "to"), SERVICES)),
    law(Proxy, "telemetry.tracing.provider", Rule::Most(key("backendRefs", "to"), SERVICES)),
    law(Client, "tls", Rule::UpTo(key("minVersion", "tls-min"), key("maxVersion", "tls-max"), Some("1.2"))),
    law(
        Client,
        "tls",
        Rule::NotBoth(
            key("ciphers", "ciphers"),
            being("minVersion", "1.3", "tls-min 1.3"),
            "ciphers are chosen up to TLS 1.2 alone",
        ),
    ),
    law(Client, "tls.clientValidation", Rule::Most(key("caCertificateRefs", "authorities"), 8)),
    law(
        Client,
        "clientIPDetection",
        Rule::AtMostOne(
            "where the client's address is said",
            &[
                key("xForwardedFor.trustedCIDRs", "trusted-proxies"),
                key("xForwardedFor.numTrustedHops", "trusted-hops"),
                key("customHeader.name", "client-address-header"),
            ],
        ),
    ),
    law(
        Client,
        "clientIPDetection.customHeader",
        Rule::Wants(
            &[key("failClosed", "client-address-required")],
            key("name", "client-address-header"),
            "it is said of that header",
        ),
    ),
    law(Client, "headers.earlyRequestHeaders", Rule::Once(key("set", "set-header"), "name", "sets")),
    law(Client, "headers.earlyRequestHeaders", Rule::Once(key("add", "add-header"), "name", "adds")),
    law(Client, "headers.earlyRequestHeaders", Rule::Once(key("remove", "remove-header"), "", "removes")),
    law(Client, "headers.earlyRequestHeaders", Rule::Most(key("set", "set-header"), 64)),
    law(Client, "headers.earlyRequestHeaders", Rule::Most(key("add", "add-header"), 64)),
    law(Client, "headers.earlyRequestHeaders", Rule::Most(key("remove", "remove-header"), 64)),
    law(
        Backend,
        "",
        Rule::AtMostOne(
            "how answers are compressed",
            &[key("compressor", "compress"), key("compression", "compression")],
        ),
    ),
    law(
        Backend,
        "loadBalancer",
        Rule::Wants(
            &[
                key("consistentHash.type", "hash"),
                key("consistentHash.header", "header"),
                key("consistentHash.cookie", "cookie"),
            ],
            being("type", "ConsistentHash", "by hash"),
            "clients are told apart where a hash chooses",
        ),
    ),
    law(
        Backend,
        "loadBalancer",
        Rule::Wants(
            &[being("type", "ConsistentHash", "by hash")],
            key("consistentHash", "hash"),
            "a hash is made of something",
        ),
    ),
    law(Backend, "loadBalancer.consistentHash", Rule::Some("what clients are told apart by", &[key("type", "hash")])),
    law(
        Backend,
        "loadBalancer.consistentHash",
        Rule::Wants(
            &[key("header", "header")],
            being("type", "Header", "hash header"),
            "no header tells clients apart",
        ),
    ),
    law(
        Backend,
        "loadBalancer.consistentHash",
        Rule::Wants(
            &[key("cookie", "cookie")],
            being("type", "Cookie", "hash cookie"),
            "no cookie tells clients apart",
        ),
    ),
    law(
        Backend,
        "loadBalancer.consistentHash",
        Rule::Wants(&[being("type", "Header", "hash header")], key("header", "header"), "the header has a name"),
    ),
    law(
        Backend,
        "loadBalancer.consistentHash",
        Rule::Wants(&[being("type", "Cookie", "hash cookie")], key("cookie", "cookie"), "the cookie has a name"),
    ),
    law(
        Backend,
        "responseOverride[]",
        Rule::Some(
            "what is answered",
            &[
                key("response.statusCode", "status"),
                key("response.body", "text"),
                key("response.contentType", "content-type"),
            ],
        ),
    ),
    law(Backend, "responseOverride[].match", Rule::Most(key("statusCodes", "to"), 50)),
    law(
        Security,
        "oidc",
        Rule::One("what the issuer knows it by", &[key("clientID", "client"), key("clientIDRef", "client-from")]),
    ),
    law(
        Security,
        "extAuth",
        Rule::One(
            "which service is asked",
            &[key("http.backendRefs", "service"), key("grpc.backendRefs", "grpc-service")],
        ),
    ),
    law(
        Security,
        "extAuth",
        Rule::NotBoth(
            key("http.path", "path"),
            key("grpc.backendRefs", "grpc-service"),
            "by gRPC no path is asked for",
        ),
    ),
    law(
        Security,
        "extAuth",
        Rule::NotBoth(
            key("http.headersToBackend", "headers-to-backend"),
            key("grpc.backendRefs", "grpc-service"),
            "by gRPC the service itself says which headers go on",
        ),
    ),
    law(Security, "extAuth.http", Rule::Most(key("backendRefs", "service"), SERVICES)),
    law(Security, "extAuth.grpc", Rule::Most(key("backendRefs", "grpc-service"), SERVICES)),
    law(Security, "jwt.providers[]", Rule::Some("by which keys tokens are signed", &[key("remoteJWKS", "keys")])),
    law(Security, "jwt", Rule::Most(key("providers", "provider"), 16)),
    law(Security, "jwt.providers[]", Rule::Most(key("audiences", "audiences"), 8)),
    law(
        Security,
        "apiKeyAuth.extractFrom[]",
        Rule::One(
            "where a request has its key",
            &[key("headers", "headers"), key("cookies", "cookies"), key("params", "parameters")],
        ),
    ),
    law(
        Security,
        "authorization.rules[]",
        Rule::Some(
            "whom a rule is about",
            &[
                key("principal.clientCIDRs", "from"),
                key("principal.jwt", "token-of"),
                key("principal.headers", "header"),
            ],
        ),
    ),
    law(
        Security,
        "authorization.rules[].principal.jwt",
        Rule::Some("whose token it is", &[key("provider", "token-of")]),
    ),
    law(
        Security,
        "authorization.rules[].principal.jwt",
        Rule::Some("what a token must say", &[key("claims", "claim"), key("scopes", "scopes")]),
    ),
    law(
        Security,
        "",
        Rule::Wants(
            &[key("authorization.rules[].principal.jwt", "token-of")],
            key("jwt", "jwt"),
            "tokens are looked at by those who sign them",
        ),
    ),
    law(Security, "authorization.rules[].principal.jwt", Rule::Most(key("claims", "claim"), 16)),
    law(Security, "authorization.rules[].principal.jwt.claims[]", Rule::Most(key("values", "is"), 128)),
    law(Security, "authorization.rules[].principal.jwt", Rule::Most(key("scopes", "scopes"), 16)),
    law(Security, "authorization.rules[].principal", Rule::Most(key("headers", "header"), 256)),
    law(Security, "authorization.rules[].principal.headers[]", Rule::Most(key("values", "is"), 256)),
    law(Security, "authorization.rules[].operation", Rule::Most(key("methods", "methods"), 16)),
    law(
        Extension,
        "wasm[].code",
        Rule::NotBoth(
            key("http.sha256", "sha256"),
            key("image", "image"),
            "an image says its own hash: `image NAME@sha256:…`",
        ),
    ),
    law(
        Extension,
        "wasm[]",
        Rule::One("where the program is got", &[key("code.image", "image"), key("code.http.url", "url")]),
    ),
    law(Extension, "", Rule::Most(key("wasm", "wasm"), 16)),
    law(Extension, "", Rule::Most(key("lua", "lua"), 16)),
    law(Extension, "", Rule::Most(key("extProc", "process"), 16)),
    law(Extension, "extProc[]", Rule::Most(key("backendRefs", "process"), SERVICES)),
    law(
        Filter,
        "directResponse.body",
        Rule::AtMostOne("what is answered", &[key("inline", "text"), key("valueRef", "text-from")]),
    ),
    law(
        Filter,
        "credentialInjection",
        Rule::Wants(
            &[key("header", "credential-header"), key("overwrite", "overwrite")],
            key("credential", "credential"),
            "it is said of what a Secret holds",
        ),
    ),
    law(Destination, "", Rule::One("where requests go", &[key("endpoints", "host"), key("endpoints", "address")])),
    law(
        Destination,
        "",
        Rule::NotBoth(
            key("endpoints[].fqdn", "host"),
            key("endpoints[].ip", "address"),
            "names are asked for in another way than addresses",
        ),
    ),
    law(Destination, "", Rule::Most(key("endpoints", "host"), 256)),
    law(
        Destination,
        "tls",
        Rule::NotBoth(
            key("caCertificateRefs", "authorities"),
            being("insecureSkipVerify", "true", "any-certificate"),
            "nobody is asked who signed it where any certificate is taken",
        ),
    ),
    law(Destination, "tls", Rule::Most(key("caCertificateRefs", "authorities"), 8)),
];
