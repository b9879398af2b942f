//! How Envoy speaks with clients and with services: the words of a ClientTrafficPolicy and of a BackendTrafficPolicy.
//! (Envoy Gateway 1.9, `api/v1alpha1/clienttrafficpolicy_types.go` and `backendtrafficpolicy_types.go`.)

use super::proxy::COMPRESSIONS;
use crate::told::table;
use crate::told::values::HEADER_NAME;

/// The versions of TLS.
const VERSIONS: &[&str] = &["1.0", "1.1", "1.2", "1.3"];
/// What is done with a message that HTTP/2 does not allow.
const INVALID: (&[&str], &[&str]) = (&["end-connection", "end-stream"], &["TerminateConnection", "TerminateStream"]);

table! {
    /// How clients are spoken with.
    CLIENT = "client-policy" () {
        /// The oldest version of TLS that clients may speak.
        "tls-min" "tls.minVersion" => One(Words(VERSIONS, VERSIONS)), default "1.2";
        /// The newest one.
        "tls-max" "tls.maxVersion" => One(Words(VERSIONS, VERSIONS)), default "1.3";
        /// What is spoken over TLS, the most wanted first.
        "alpn" "tls.alpnProtocols" => List(Text), default "h2, http/1.1";
        /// How TLS may be encrypted, up to 1.2.
        "ciphers" "tls.ciphers" => List(Text);
        /// What certificates clients show.
        "client-certificate" "tls.clientValidation" => Body(&CLIENT_CERTIFICATE);
        /// HTTP/3, over UDP at the port of each HTTPS listener.
        "http3" "http3" => Body(&HTTP3);
        /// HTTP/2.
        "http2" "http2" => Body(&HTTP2);
        /// The proxies before Envoy whose word for the client's address is taken: those at these addresses.
        "trusted-proxies" "clientIPDetection.xForwardedFor.trustedCIDRs" => List(Prefix);
        /// The same, by how many of them there are.
        "trusted-hops" "clientIPDetection.xForwardedFor.numTrustedHops" => One(Number(0, 1000));
        /// The header that says the client's address.
        "client-address-header" "clientIPDetection.customHeader.name" => One(Like(&HEADER_NAME));
        /// Whether requests without that header are refused.
        "client-address-required" "clientIPDetection.customHeader.failClosed" => Flag, default "off";
        /// The PROXY protocol, by which something before Envoy says whose connection it is.
        "proxy-protocol" "proxyProtocol" => Body(&PROXY_PROTOCOL);
        /// How connections are seen to be alive.
        "keepalive" "tcpKeepalive" => Body(&KEEPALIVE);
        /// How much of a connection is held in memory.
        "buffer" "connection.bufferLimit" => One(Quantity), default "32Ki";
        /// How many connections there may be.
        "connections" "connection.connectionLimit.value" => One(Number(1, 4_294_967_295)), default "as many as come";
        /// How many connections are taken at once; 0 for all that wait.
        "accept" "connection.maxAcceptPerSocketEvent" => One(Number(0, 2_147_483_647)), default "1";
        /// How long a client may take to send a request; `0s` for as long as it likes.
        "request-timeout" "timeout.http.requestReceivedTimeout" => One(Duration), default "as long as it likes";
        /// How long a connection without requests stays.
        "idle-timeout" "timeout.http.idleTimeout" => One(Duration), default "1h";
        /// How long a request on which nothing moves stays.
        "stream-idle-timeout" "timeout.http.streamIdleTimeout" => One(Duration), default "5m";
        /// What is done with `%2F` and the like in paths.
        "escaped-slashes" "path.escapedSlashesAction" => One(Words(
            &["keep", "reject", "forward", "redirect"],
            &["KeepUnchanged", "RejectRequest", "UnescapeAndForward", "UnescapeAndRedirect"]
        )), default "redirect";
        /// Whether several slashes of a path become one.
        "merge-slashes" "path.disableMergeSlashes" => Unless, default "on";
        /// Headers that a request is given before anything looks at it.
        "set-header" "headers.earlyRequestHeaders.set" => List(Header);
        /// The same, beside what it has of the name.
        "add-header" "headers.earlyRequestHeaders.add" => List(Header);
        /// Headers that are taken from it then.
        "remove-header" "headers.earlyRequestHeaders.remove" => List(Text);
        /// What is done with headers that have underscores in their names.
        "underscores" "headers.withUnderscoresAction" => One(Words(
            &["allow", "reject", "drop"], &["Allow", "RejectRequest", "DropHeader"]
        )), default "reject";
        /// Whether `X-Request-ID` of clients is kept.
        "keep-request-id" "headers.preserveXRequestID" => Flag, default "off";
        /// Whether Envoy tells of itself in headers.
        "envoy-headers" "headers.enableEnvoyHeaders" => Flag, default "off";
        /// Where it is asked whether Envoy is well.
        "health-path" "healthCheck.path" => One(Text);
    }
}

table! {
    /// What certificates clients show: `client-certificate < authorities home-ca; >`
    CLIENT_CERTIFICATE = "client-certificate" () {
        /// The Secrets with those who sign them.
        "authorities" "caCertificateRefs" => List(Keyed("name", &Name, &[]));
        /// Whether clients without one may come in.
        "optional" "optional" => Flag, default "off";
    }
}

table! {
    /// HTTP/3.
    HTTP3 = "http3" () {}
}

table! {
    /// HTTP/2: `http2 < on-invalid end-stream; >`
    HTTP2 = "http2" () {
        /// What is done with a message that is not allowed.
        "on-invalid" "onInvalidMessage" => One(Words(INVALID.0, INVALID.1)), default "end-connection";
        /// How much may be on its way in a stream.
        "stream-window" "initialStreamWindowSize" => One(Quantity), default "64Ki";
        /// How much may be on its way in a connection.
        "connection-window" "initialConnectionWindowSize" => One(Quantity), default "1Mi";
        /// How many streams a connection may have.
        "streams" "maxConcurrentStreams" => One(Number(1, 2_147_483_647)), default "100";
    }
}

table! {
    /// The PROXY protocol: `proxy-protocol < optional; >`
    PROXY_PROTOCOL = "proxy-protocol" () {
        /// Whether connections without it are taken.
        "optional" "optional" => Flag, default "off";
    }
}

table! {
    /// How connections are seen to be alive: `keepalive < idle 60s; interval 10s; probes 3; >`
    KEEPALIVE = "keepalive" () {
        /// After what silence it is asked.
        "idle" "idleTime" => One(Duration);
        /// How long until it is asked again.
        "interval" "interval" => One(Duration);
        /// How often it is asked before the connection is given up.
        "probes" "probes" => One(Number(1, 1000));
    }
}

table! {
    /// How services are spoken with.
    BACKEND = "backend-policy" () {
        /// How answers are compressed, for clients that can read it.
        "compress" "compressor" => List(Keyed("type", &Words(COMPRESSIONS.0, COMPRESSIONS.1), &[]));
        /// The same under the name that earlier releases of Envoy Gateway have for it.
        "compression" "compression" => List(Keyed("type", &Words(COMPRESSIONS.0, COMPRESSIONS.1), &[]));
        /// How long a service may take to answer; `0s` for as long as it likes.
        "request-timeout" "timeout.http.requestTimeout" => One(Duration);
        /// How long a connection without requests stays.
        "idle-timeout" "timeout.http.connectionIdleTimeout" => One(Duration), default "1h";
        /// How long a request on which nothing moves stays.
        "stream-idle-timeout" "timeout.http.streamIdleTimeout" => One(Duration);
        /// How long a connection stays at most.
        "connection-timeout" "timeout.http.maxConnectionDuration" => One(Duration);
        /// How long connecting may take.
        "connect-timeout" "timeout.tcp.connectTimeout" => One(Duration), default "10s";
        /// How much of a connection is held in memory.
        "buffer" "connection.bufferLimit" => One(Quantity), default "32Ki";
        /// How connections are seen to be alive.
        "keepalive" "tcpKeepalive" => Body(&KEEPALIVE);
        /// What is asked again.
        "retry" "retry" => Body(&RETRY);
        /// Which of a service's pods gets a request.
        "balance" "loadBalancer" => Body(&BALANCE);
        /// What is too much for a service.
        "limit" "circuitBreaker" => Body(&LIMIT);
        /// HTTP/2.
        "http2" "http2" => Body(&HTTP2);
        /// Whether services are spoken to in the version of HTTP that the client speaks.
        "client-protocol" "useClientProtocol" => Flag, default "off";
        /// The version of the PROXY protocol by which a service is told whose connection it is.
        "proxy-protocol" "proxyProtocol.version" => One(Words(&["v1", "v2"], &["V1", "V2"]));
        /// What is answered in the place of an answer.
        "answer" "responseOverride" => Bodies(&ANSWER);
        /// Whether what a route has goes together with what its gateway has.
        "merge" "mergeType" => One(Words(&["strategic", "json"], &["StrategicMerge", "JSONMerge"])),
            default "it takes the place of it";
    }
}

table! {
    /// What is asked again: `retry < times 2; after reset, connect-failure; >`
    RETRY = "retry" () {
        /// How often.
        "times" "numRetries" => One(Number(0, 1000)), default "2";
        /// After what.
        "after" "retryOn.triggers" => List(Words(TRIGGERS, TRIGGERS));
        /// After which statuses.
        "statuses" "retryOn.httpStatusCodes" => List(Number(100, 599));
        /// How long each try may take.
        "timeout" "perRetry.timeout" => One(Duration);
        /// How long is waited before the first one.
        "wait" "perRetry.backOff.baseInterval" => One(Duration);
        /// How long is waited at most.
        "wait-at-most" "perRetry.backOff.maxInterval" => One(Duration);
    }
}

/// What lets Envoy ask again.
const TRIGGERS: &[&str] = &[
    "5xx",
    "gateway-error",
    "reset",
    "reset-before-request",
    "connect-failure",
    "retriable-4xx",
    "refused-stream",
    "retriable-status-codes",
    "cancelled",
    "deadline-exceeded",
    "internal",
    "resource-exhausted",
    "unavailable",
];

table! {
    /// Which of a service's pods gets a request: `balance < by hash; hash source-address; >`
    BALANCE = "balance" () {
        /// How it is chosen.
        "by" "type" => One(Words(
            &["hash", "least-requests", "random", "turns"], &["ConsistentHash", "LeastRequest", "Random", "RoundRobin"]
        )), required true;
        /// What clients are told apart by, so that each keeps its pod.
        "hash" "consistentHash.type" => One(Words(
            &["source-address", "header", "cookie"], &["SourceIP", "Header", "Cookie"]
        ));
        /// The header that tells them apart.
        "header" "consistentHash.header.name" => One(Text);
        /// The cookie that tells them apart.
        "cookie" "consistentHash.cookie.name" => One(Text);
    }
}

table! {
    /// What is too much for a service: `limit < connections 100; >`
    LIMIT = "limit" () {
        /// How many connections there are at most.
        "connections" "maxConnections" => One(Number(0, 4_294_967_295)), default "1024";
        /// How many requests wait at most.
        "waiting" "maxPendingRequests" => One(Number(0, 4_294_967_295)), default "1024";
        /// How many requests are answered at once.
        "requests" "maxParallelRequests" => One(Number(0, 4_294_967_295)), default "1024";
        /// How many are asked again at once.
        "retries" "maxParallelRetries" => One(Number(0, 4_294_967_295)), default "1024";
        /// How many a connection gets.
        "requests-per-connection" "maxRequestsPerConnection" => One(Number(0, 4_294_967_295));
    }
}

table! {
    /// What is answered in the place of an answer: `answer < to 404, 503; text "not here"; >`
    ANSWER = "answer" () {
        /// The statuses in whose place.
        "to" "match.statusCodes" => List(Keyed("value", &Number(100, 599), &[("type", "Value")])), required true;
        /// The status.
        "status" "response.statusCode" => One(Number(100, 599));
        /// The text.
        "text" "response.body.inline" => One(Content), with "response.body.type" = "Inline";
        /// What the text is.
        "content-type" "response.contentType" => One(Text);
    }
}
