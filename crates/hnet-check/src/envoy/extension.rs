//! Programs that look at requests, what is answered for them, and what is no Service: the words of an EnvoyExtensionPolicy,
//! an HTTPRouteFilter and a Backend. (Envoy Gateway 1.9, `api/v1alpha1/`.)

use crate::told::table;

table! {
    /// Programs that look at requests.
    EXTENSION = "extension-policy" () {
        /// A program for WebAssembly.
        "wasm" "wasm" => Bodies(&WASM);
        /// A program in Lua, in a ConfigMap. Envoy Gateway runs none unless it is told to (`enableLua`, since 1.9).
        "lua" "lua" => Bodies(&LUA), with "type" = "ValueRef", "valueRef.group" = "", "valueRef.kind" = "ConfigMap";
        /// A service that sees requests and answers.
        "process" "extProc" => Bodies(&PROCESS);
        /// Whether what a route has goes together with what its gateway has.
        "merge" "mergeType" => One(Words(&["strategic", "json"], &["StrategicMerge", "JSONMerge"])),
            default "it takes the place of it";
    }
}

table! {
    /// A program for WebAssembly: `wasm errors < image ghcr.io/me/errors:1.0.0; >`
    WASM = "wasm" (
        /// What it is called.
        "name" "name" => One(Text)
    ) {
        /// The image that holds it.
        "image" "code.image.url" => One(Text), with "code.type" = "Image";
        /// Where it is got by HTTP.
        "url" "code.http.url" => One(Url), with "code.type" = "HTTP";
        /// The hash of what is got.
        "sha256" "code.http.sha256" => One(Text);
        /// Which of the programs in it.
        "root" "rootID" => One(Text);
        /// What it is told.
        "config" "config" => One(Yaml);
        /// Whether requests pass while it does not run.
        "fail-open" "failOpen" => Flag, default "off";
    }
}

table! {
    /// A program in Lua: `lua web-extensions;`
    LUA = "lua" (
        /// The ConfigMap that holds it, under the key `lua`.
        "config-map" "valueRef.name" => One(Name), required true
    ) {}
}

table! {
    /// A service that sees requests and answers: `process tools/inspector:9000;`
    PROCESS = "process" (
        /// The service.
        "service" "backendRefs" => List(Service), required true
    ) {
        /// Whether requests pass while it does not answer.
        "fail-open" "failOpen" => Flag, default "off";
        /// How long it may take.
        "timeout" "messageTimeout" => One(Duration), default "200ms";
    }
}

table! {
    /// What is answered, or done with a request, in place of what the Gateway API has.
    FILTER = "route-filter" () {
        /// The status that is answered.
        "status" "directResponse.statusCode" => One(Number(100, 599));
        /// The text that is answered.
        "text" "directResponse.body.inline" => One(Content),
            with "directResponse.body.type" = "Inline";
        /// The ConfigMap with the text that is answered.
        "text-from" "directResponse.body.valueRef.name" => One(Name),
            with "directResponse.body.type" = "ValueRef", "directResponse.body.valueRef.group" = "",
            "directResponse.body.valueRef.kind" = "ConfigMap";
        /// What the text is.
        "content-type" "directResponse.contentType" => One(Text);
        /// The header that a request is given, with what a Secret holds under the key `credential`.
        "credential-header" "credentialInjection.header" => One(Text), default "Authorization";
        /// That Secret.
        "credential" "credentialInjection.credential.valueRef.name" => One(Name);
        /// Whether it takes the place of what the request has.
        "overwrite" "credentialInjection.overwrite" => Flag, default "off";
    }
}

table! {
    /// Something that requests go to, which is no Service.
    DESTINATION = "backend" () {
        /// A host by name.
        "host" "endpoints" => Bodies(&HOST);
        /// An address.
        "address" "endpoints" => Bodies(&ADDRESS);
        /// What is spoken with it.
        "speaks" "appProtocols" => List(Words(
            &["h2c", "ws", "wss"], &["gateway.envoyproxy.io/h2c", "gateway.envoyproxy.io/ws", "gateway.envoyproxy.io/wss"]
        ));
        /// Whether its certificate is not looked at.
        "any-certificate" "tls.insecureSkipVerify" => Flag, default "off";
        /// The ConfigMaps with those who sign its certificate.
        "authorities" "tls.caCertificateRefs" => List(Keyed("name", &Name, &[("group", ""), ("kind", "ConfigMap")]));
        /// The same in Secrets.
        "secret-authorities" "tls.caCertificateRefs" => List(Keyed("name", &Name, &[("group", ""), ("kind", "Secret")]));
        /// The server name that is asked for.
        "server-name" "tls.sni" => One(Name);
        /// What is spoken over TLS.
        "alpn" "tls.alpnProtocols" => List(Text);
    }
}

table! {
    /// A host by name: `host nas.example.com port 443;`
    HOST = "host" (
        /// Its name.
        "name" "fqdn.hostname" => One(Name), required true
    ) {
        /// The port.
        "port" "fqdn.port" => One(Number(1, 65_535)), required true
    }
}

table! {
    /// An address: `address 192.168.1.10 port 443;`
    ADDRESS = "address" (
        /// It.
        "address" "ip.address" => One(Address), required true
    ) {
        /// The port.
        "port" "ip.port" => One(Number(1, 65_535)), required true
    }
}
