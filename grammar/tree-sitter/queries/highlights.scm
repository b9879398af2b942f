; Written by `cargo xtask editors` from the vocabulary. Change crates/xtask/src/editors/templates/highlights.scm.
; No two patterns take the same node, so it does not matter whether an editor prefers the first or the last.

(comment) @comment
(doc_comment) @comment.documentation
(string) @string
(block_string) @string
["<" ">"] @punctuation.bracket
[";" ","] @punctuation.delimiter

; What has a body is a statement; without one the vocabulary says it.
(statement keyword: (keyword) @keyword body: (body))

((statement !body keyword: (keyword) @keyword)
  (#any-of? @keyword
    "access-log" "acme" "acme-dns" "advertise" "announce" "answer" "api-keys" "api-server" "ask" "at"
    "authorize" "backend" "backend-policy" "balance" "bond" "bridge" "ca" "certificate" "certificate-issuer"
    "claim" "client-certificate" "client-policy" "cloudflare" "cluster" "controller-manager" "cors"
    "deny-from" "deny-to" "digitalocean" "discovery" "disruption" "dummy" "etcd" "existing" "existing-volume"
    "extension-policy" "extension-service" "external-account" "external-dns" "file" "firewall" "gateway-api"
    "gitops" "http-ingress" "http-route" "http3" "hubble" "include" "interface" "internet" "jwt"
    "kernel-modules" "kube-prism" "kube-span" "kubelet" "let" "limit" "listener" "lua" "machine" "match"
    "metrics-to" "mirror" "monitoring" "mount" "network" "node" "oidc" "output" "overlay" "partition" "peer"
    "placeholder" "pool" "process" "profile" "prometheus" "publish" "raw-volume" "record" "registry-mirror"
    "reserve" "retry" "rfc2136" "route" "route-filter" "route53" "rule" "scale" "scheduler" "secret-store"
    "security-policy" "self-signed" "shared" "solver" "spread" "static-host" "swap-volume" "talos-api-access"
    "tpm" "tracing" "user-volume" "volume" "wasm" "watchdog" "webhook" "wireguard"))

((statement !body keyword: (keyword) @property)
  (#any-of? @property
    "accept" "access-cookie" "access-key-id" "access-key-id-from" "access-time" "account" "account-key"
    "ad-actor-sys-prio" "ad-lacp-active" "ad-select" "ad-user-port-key" "add-header" "add-response-header"
    "addresses" "admission-control" "advertise-kubernetes-networks" "advertisement" "after" "algorithm"
    "all-slaves-active" "allow" "allow-down-peer-bypass" "allowed-ips" "alpn" "annotation-filter"
    "annotation-prefix" "annotations" "any-certificate" "arch" "argocd" "args" "arp-all-targets"
    "arp-interval" "arp-ip-targets" "arp-validate" "as" "ask-duration" "asked" "audiences" "audit-policy"
    "authorities" "authority" "authorization" "backend-timeout" "backend-tls-policies" "block-size" "body"
    "boot" "bootstrap" "bpf-masquerade" "buffer" "bus-path" "by" "ca-certificate" "cache" "certificate-names"
    "certificate-profile" "certificates" "check-secure-boot" "cidr-group" "cipher" "ciphers" "class"
    "class-annotation" "client" "client-address-header" "client-address-required" "client-from"
    "client-protocol" "cloudflared" "cluster-dns" "cluster-rules" "cname" "cni" "common-name" "communities"
    "compress" "compression" "concurrency" "config" "config-map" "connect-retry" "connect-timeout"
    "connection-timeout" "connection-window" "connections" "connector" "content" "content-type" "cookie"
    "cookie-domain" "cookies" "core-dns" "coredns" "corefile" "countries" "credential" "credential-header"
    "credentials" "data" "datastore" "default-action" "default-deny" "default-route" "default-search"
    "devices" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric" "dns-address"
    "dns-domain" "docs" "domain" "domains" "down-after" "downdelay" "drain-at-least" "drain-timeout" "driver"
    "duration" "email" "endpoint" "endpoints" "environment" "envoy-headers" "escaped-slashes" "exact-path"
    "except" "excluded-networks" "existing-account" "expose" "extensions" "external-secrets"
    "external-traffic-policy" "factory" "fail-open" "fail-over-mac" "families" "filesystem" "filter"
    "final-newline" "firewall-mark" "first-and-last" "flux" "folder" "for" "forward" "forward-kube-dns"
    "forward-token" "found-by" "gateway-labels" "gateways" "gateways-with" "graceful-restart" "group" "grow"
    "grpc-method" "grpc-routes" "grpc-service" "hardware-address" "harvest-extra-endpoints" "hash"
    "header-regex" "headers" "headers-to-backend" "health-path" "hide" "hold-time" "holds" "host-dns"
    "hostname" "icmp" "id" "id-cookie" "idle" "idle-timeout" "image-repository" "infrastructure" "instance"
    "interfaces" "interval" "ip-family" "is" "issuer" "issuer-urls" "issuers" "json" "k3s" "keep-request-id"
    "kernel-arguments" "kernel-name" "key-encoding" "key-rotation" "key-size" "keys" "kind" "kms" "kube-proxy"
    "kubernetes" "kubernetes-api" "l2-policies" "label" "label-filter" "labels" "lacp-rate" "like" "limits"
    "listen-port" "load-balancer" "load-balancer-class" "local-preference" "lock-to-state" "log-level"
    "logout" "lp-interval" "mac" "machines" "manifest" "manifests" "manifests-directory" "max" "max-age"
    "max-size" "max-unavailable" "members" "merge" "merge-gateways" "merge-slashes" "meta" "method" "methods"
    "metric" "miimon" "min" "min-available" "min-links" "min-size" "missed-max" "mode" "monitors" "mtu"
    "multihop" "name" "name-servers" "names" "namespaces" "node-id" "node-labels" "node-subnets" "nodes" "ntp"
    "ntp-boot-timeout" "num-peer-notif" "observe" "ocsp" "omni" "on-invalid" "only" "op" "optional" "options"
    "organizational-units" "organizations" "origins" "otherwise" "override-path" "overwrite" "owner-id"
    "packets-per-slave" "parameters" "password" "passwords" "patch" "path" "path-regex" "pci-id" "pcrs"
    "peer-notify-delay" "percent" "permanent-mac" "permissions" "physical" "platform" "pod-annotations"
    "pod-labels" "pods" "policies" "pools" "port" "port-name" "ports" "preferred-chain" "preshared-key"
    "primary" "primary-reselect" "priority-class" "private-key" "probes" "project" "project-quota" "property"
    "protocol" "proxied" "proxy" "public-key" "query" "query-regex" "reached-at" "read-only" "redirect"
    "redirect-host" "redirect-port" "redirect-status" "reference-grants" "refresh" "region"
    "register-with-fqdn" "registry" "relay" "remove-header" "remove-response-header" "renew-before" "replicas"
    "repository" "request-timeout" "requests" "requests-per-connection" "resend-igmp" "reserved"
    "resolve-member-names" "resource" "retries" "revision" "revocation-lists" "rewrite-full-path"
    "rewrite-host" "rewrite-path" "role" "roles" "root" "routers" "routes" "routes-with" "routing" "run"
    "sample" "schedule-on-control-planes" "scopes" "search" "seccomp-profile" "secret" "secret-annotations"
    "secret-authorities" "secret-key" "secret-labels" "secrets" "secure" "secure-boot" "server-name"
    "service-annotations" "service-labels" "service-type" "services" "set-header" "set-response-header"
    "settings" "sha256" "size" "skew" "skip-fallback" "source" "sources" "speaks" "static" "static-pod"
    "status" "statuses" "stp" "stream-idle-timeout" "stream-window" "streams" "subnets" "substitute-from"
    "sysctls" "sysfs" "system" "table" "taints" "talconfig" "talos" "talos-api" "tcp-routes" "text"
    "text-from" "through" "timeout" "times" "tlb-dynamic-lb" "tls" "tls-max" "tls-min" "tls-mode" "tofu"
    "token" "token-of" "topf" "trusted-hops" "trusted-proxies" "ttl" "txt-prefix" "type" "udev-rules" "ui"
    "uki" "underscores" "up-after" "updelay" "uplink" "url" "usages" "use" "use-carrier" "uuid" "values"
    "verify" "version" "virtual-ip" "vlan-filtering" "wait" "wait-at-most" "waiting" "weight" "where"
    "xmit-hash-policy" "zones"))

; A file that is included begins with statements.
((source_file (statement !body keyword: (keyword) @keyword))
  (#not-any-of? @keyword
    "access-log" "acme" "acme-dns" "advertise" "announce" "answer" "api-keys" "api-server" "ask" "at"
    "authorize" "backend" "backend-policy" "balance" "bond" "bridge" "ca" "certificate" "certificate-issuer"
    "claim" "client-certificate" "client-policy" "cloudflare" "cluster" "controller-manager" "cors"
    "deny-from" "deny-to" "digitalocean" "discovery" "disruption" "dummy" "etcd" "existing" "existing-volume"
    "extension-policy" "extension-service" "external-account" "external-dns" "file" "firewall" "gateway-api"
    "gitops" "http-ingress" "http-route" "http3" "hubble" "include" "interface" "internet" "jwt"
    "kernel-modules" "kube-prism" "kube-span" "kubelet" "let" "limit" "listener" "lua" "machine" "match"
    "metrics-to" "mirror" "monitoring" "mount" "network" "node" "oidc" "output" "overlay" "partition" "peer"
    "placeholder" "pool" "process" "profile" "prometheus" "publish" "raw-volume" "record" "registry-mirror"
    "reserve" "retry" "rfc2136" "route" "route-filter" "route53" "rule" "scale" "scheduler" "secret-store"
    "security-policy" "self-signed" "shared" "solver" "spread" "static-host" "swap-volume" "talos-api-access"
    "tpm" "tracing" "user-volume" "volume" "wasm" "watchdog" "webhook" "wireguard")
  (#any-of? @keyword
    "access-log" "acme" "acme-dns" "address" "advertise" "announce" "answer" "api-keys" "api-server" "ask"
    "at" "authorize" "backend" "backend-policy" "balance" "bgp" "bond" "bridge" "ca" "certificate"
    "certificate-issuer" "cilium" "claim" "client-certificate" "client-policy" "cloudflare" "cluster"
    "controller-manager" "cors" "deny-from" "deny-to" "digitalocean" "discovery" "disk" "disruption" "dns"
    "dummy" "encryption" "envoy" "etcd" "existing" "existing-volume" "extension-policy" "extension-service"
    "external-account" "external-dns" "file" "firewall" "from" "gateway" "gateway-api" "gitops" "header"
    "host" "http-ingress" "http-route" "http2" "http3" "hubble" "image" "include" "interface" "internet" "jwt"
    "keepalive" "kernel-modules" "key" "kube-prism" "kube-span" "kubelet" "let" "limit" "listener" "lua"
    "machine" "match" "metrics-to" "mirror" "monitoring" "mount" "namespace" "network" "node" "oidc" "output"
    "overlay" "partition" "peer" "placeholder" "policy" "pool" "process" "profile" "prometheus" "provider"
    "proxy-protocol" "publish" "raw-volume" "record" "records" "registry-mirror" "reserve" "retry" "rfc2136"
    "route" "route-filter" "route53" "router" "rule" "scale" "scheduler" "secret-store" "security-policy"
    "self-signed" "service" "shared" "solver" "spread" "static-host" "subnet" "swap-volume" "switch"
    "talos-api-access" "tell" "to" "tpm" "tracing" "tunnel" "user-volume" "vlan" "volume" "wasm" "watchdog"
    "webhook" "wireguard" "zone"))

((source_file (statement !body keyword: (keyword) @_keyword subject: (subject) @type))
  (#not-any-of? @_keyword
    "backend" "backend-policy" "bond" "bridge" "certificate" "certificate-issuer" "client-policy" "cluster"
    "dummy" "extension-policy" "external-dns" "interface" "internet" "let" "listener" "network" "node"
    "placeholder" "pool" "profile" "route" "route-filter" "rule" "secret-store" "security-policy" "wireguard")
  (#any-of? @_keyword
    "backend" "backend-policy" "bgp" "bond" "bridge" "certificate" "certificate-issuer" "client-policy"
    "cluster" "dummy" "envoy" "extension-policy" "external-dns" "gateway" "host" "interface" "internet" "let"
    "listener" "namespace" "network" "node" "placeholder" "policy" "pool" "profile" "records" "route"
    "route-filter" "router" "rule" "secret-store" "security-policy" "service" "subnet" "switch" "tunnel"
    "wireguard"))

; The name of what is declared.
((statement keyword: (keyword) @_keyword subject: (subject) @type body: (body))
  (#any-of? @_keyword
    "backend" "backend-policy" "bgp" "bond" "bridge" "certificate" "certificate-issuer" "client-policy"
    "cluster" "dummy" "envoy" "extension-policy" "external-dns" "gateway" "host" "interface" "internet" "let"
    "listener" "namespace" "network" "node" "placeholder" "policy" "pool" "profile" "records" "route"
    "route-filter" "router" "rule" "secret-store" "security-policy" "service" "subnet" "switch" "tunnel"
    "wireguard")
  (#not-eq? @type "like"))

((statement !body keyword: (keyword) @_keyword subject: (subject) @type)
  (#any-of? @_keyword
    "backend" "backend-policy" "bond" "bridge" "certificate" "certificate-issuer" "client-policy" "cluster"
    "dummy" "extension-policy" "external-dns" "interface" "internet" "let" "listener" "network" "node"
    "placeholder" "pool" "profile" "route" "route-filter" "rule" "secret-store" "security-policy" "wireguard"))

; Fields on the line of a statement.
((statement (value) @property body: (body))
  (#any-of? @property
    "accept" "access-cookie" "access-key-id" "access-key-id-from" "access-time" "account" "account-key"
    "ad-actor-sys-prio" "ad-lacp-active" "ad-select" "ad-user-port-key" "add-header" "add-response-header"
    "address" "addresses" "admission-control" "advertise-kubernetes-networks" "advertisement" "after"
    "algorithm" "all-slaves-active" "allow" "allow-down-peer-bypass" "allowed-ips" "alpn" "annotation-filter"
    "annotation-prefix" "annotations" "any-certificate" "arch" "argocd" "args" "arp-all-targets"
    "arp-interval" "arp-ip-targets" "arp-validate" "as" "ask-duration" "asked" "audiences" "audit-policy"
    "authorities" "authority" "authorization" "backend-timeout" "backend-tls-policies" "bgp" "block-size"
    "body" "boot" "bootstrap" "bpf-masquerade" "buffer" "bus-path" "by" "ca-certificate" "cache"
    "certificate-names" "certificate-profile" "certificates" "check-secure-boot" "cidr-group" "cilium"
    "cipher" "ciphers" "class" "class-annotation" "client" "client-address-header" "client-address-required"
    "client-from" "client-protocol" "cloudflared" "cluster-dns" "cluster-rules" "cname" "cni" "common-name"
    "communities" "compress" "compression" "concurrency" "config" "config-map" "connect-retry"
    "connect-timeout" "connection-timeout" "connection-window" "connections" "connector" "content"
    "content-type" "cookie" "cookie-domain" "cookies" "core-dns" "coredns" "corefile" "countries" "credential"
    "credential-header" "credentials" "data" "datastore" "default-action" "default-deny" "default-route"
    "default-search" "devices" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric"
    "disk" "dns" "dns-address" "dns-domain" "docs" "domain" "domains" "down-after" "downdelay"
    "drain-at-least" "drain-timeout" "driver" "duration" "email" "encryption" "endpoint" "endpoints"
    "environment" "envoy" "envoy-headers" "escaped-slashes" "exact-path" "except" "excluded-networks"
    "existing-account" "expose" "extensions" "external-secrets" "external-traffic-policy" "factory"
    "fail-open" "fail-over-mac" "families" "filesystem" "filter" "final-newline" "firewall-mark"
    "first-and-last" "flux" "folder" "for" "forward" "forward-kube-dns" "forward-token" "found-by" "from"
    "gateway" "gateway-labels" "gateways" "gateways-with" "graceful-restart" "group" "grow" "grpc-method"
    "grpc-routes" "grpc-service" "hardware-address" "harvest-extra-endpoints" "hash" "header" "header-regex"
    "headers" "headers-to-backend" "health-path" "hide" "hold-time" "holds" "host" "host-dns" "hostname"
    "http2" "icmp" "id" "id-cookie" "idle" "idle-timeout" "image" "image-repository" "infrastructure"
    "instance" "interfaces" "interval" "ip-family" "is" "issuer" "issuer-urls" "issuers" "json" "k3s"
    "keep-request-id" "keepalive" "kernel-arguments" "kernel-name" "key" "key-encoding" "key-rotation"
    "key-size" "keys" "kind" "kms" "kube-proxy" "kubernetes" "kubernetes-api" "l2-policies" "label"
    "label-filter" "labels" "lacp-rate" "like" "limits" "listen-port" "load-balancer" "load-balancer-class"
    "local-preference" "lock-to-state" "log-level" "logout" "lp-interval" "mac" "machines" "manifest"
    "manifests" "manifests-directory" "max" "max-age" "max-size" "max-unavailable" "members" "merge"
    "merge-gateways" "merge-slashes" "meta" "method" "methods" "metric" "miimon" "min" "min-available"
    "min-links" "min-size" "missed-max" "mode" "monitors" "mtu" "multihop" "name" "name-servers" "names"
    "namespace" "namespaces" "node-id" "node-labels" "node-subnets" "nodes" "ntp" "ntp-boot-timeout"
    "num-peer-notif" "observe" "ocsp" "omni" "on-invalid" "only" "op" "optional" "options"
    "organizational-units" "organizations" "origins" "otherwise" "override-path" "overwrite" "owner-id"
    "packets-per-slave" "parameters" "password" "passwords" "patch" "path" "path-regex" "pci-id" "pcrs"
    "peer-notify-delay" "percent" "permanent-mac" "permissions" "physical" "platform" "pod-annotations"
    "pod-labels" "pods" "policies" "policy" "pools" "port" "port-name" "ports" "preferred-chain"
    "preshared-key" "primary" "primary-reselect" "priority-class" "private-key" "probes" "project"
    "project-quota" "property" "protocol" "provider" "proxied" "proxy" "proxy-protocol" "public-key" "query"
    "query-regex" "reached-at" "read-only" "records" "redirect" "redirect-host" "redirect-port"
    "redirect-status" "reference-grants" "refresh" "region" "register-with-fqdn" "registry" "relay"
    "remove-header" "remove-response-header" "renew-before" "replicas" "repository" "request-timeout"
    "requests" "requests-per-connection" "resend-igmp" "reserved" "resolve-member-names" "resource" "retries"
    "revision" "revocation-lists" "rewrite-full-path" "rewrite-host" "rewrite-path" "role" "roles" "root"
    "router" "routers" "routes" "routes-with" "routing" "run" "sample" "schedule-on-control-planes" "scopes"
    "search" "seccomp-profile" "secret" "secret-annotations" "secret-authorities" "secret-key" "secret-labels"
    "secrets" "secure" "secure-boot" "server-name" "service" "service-annotations" "service-labels"
    "service-type" "services" "set-header" "set-response-header" "settings" "sha256" "size" "skew"
    "skip-fallback" "source" "sources" "speaks" "static" "static-pod" "status" "statuses" "stp"
    "stream-idle-timeout" "stream-window" "streams" "subnet" "subnets" "substitute-from" "switch" "sysctls"
    "sysfs" "system" "table" "taints" "talconfig" "talos" "talos-api" "tcp-routes" "tell" "text" "text-from"
    "through" "timeout" "times" "tlb-dynamic-lb" "tls" "tls-max" "tls-min" "tls-mode" "to" "tofu" "token"
    "token-of" "topf" "trusted-hops" "trusted-proxies" "ttl" "tunnel" "txt-prefix" "type" "udev-rules" "ui"
    "uki" "underscores" "up-after" "updelay" "uplink" "url" "usages" "use" "use-carrier" "uuid" "values"
    "verify" "version" "virtual-ip" "vlan" "vlan-filtering" "wait" "wait-at-most" "waiting" "weight" "where"
    "xmit-hash-policy" "zone" "zones"))

((statement keyword: (keyword) @_keyword subject: (subject) @property body: (body))
  (#not-any-of? @_keyword
    "backend" "backend-policy" "bgp" "bond" "bridge" "certificate" "certificate-issuer" "client-policy"
    "cluster" "dummy" "envoy" "extension-policy" "external-dns" "gateway" "host" "interface" "internet" "let"
    "listener" "namespace" "network" "node" "placeholder" "policy" "pool" "profile" "records" "route"
    "route-filter" "router" "rule" "secret-store" "security-policy" "service" "subnet" "switch" "tunnel"
    "wireguard")
  (#any-of? @property
    "accept" "access-cookie" "access-key-id" "access-key-id-from" "access-time" "account" "account-key"
    "ad-actor-sys-prio" "ad-lacp-active" "ad-select" "ad-user-port-key" "add-header" "add-response-header"
    "address" "addresses" "admission-control" "advertise-kubernetes-networks" "advertisement" "after"
    "algorithm" "all-slaves-active" "allow" "allow-down-peer-bypass" "allowed-ips" "alpn" "annotation-filter"
    "annotation-prefix" "annotations" "any-certificate" "arch" "argocd" "args" "arp-all-targets"
    "arp-interval" "arp-ip-targets" "arp-validate" "as" "ask-duration" "asked" "audiences" "audit-policy"
    "authorities" "authority" "authorization" "backend-timeout" "backend-tls-policies" "bgp" "block-size"
    "body" "boot" "bootstrap" "bpf-masquerade" "buffer" "bus-path" "by" "ca-certificate" "cache"
    "certificate-names" "certificate-profile" "certificates" "check-secure-boot" "cidr-group" "cilium"
    "cipher" "ciphers" "class" "class-annotation" "client" "client-address-header" "client-address-required"
    "client-from" "client-protocol" "cloudflared" "cluster-dns" "cluster-rules" "cname" "cni" "common-name"
    "communities" "compress" "compression" "concurrency" "config" "config-map" "connect-retry"
    "connect-timeout" "connection-timeout" "connection-window" "connections" "connector" "content"
    "content-type" "cookie" "cookie-domain" "cookies" "core-dns" "coredns" "corefile" "countries" "credential"
    "credential-header" "credentials" "data" "datastore" "default-action" "default-deny" "default-route"
    "default-search" "devices" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric"
    "disk" "dns" "dns-address" "dns-domain" "docs" "domain" "domains" "down-after" "downdelay"
    "drain-at-least" "drain-timeout" "driver" "duration" "email" "encryption" "endpoint" "endpoints"
    "environment" "envoy" "envoy-headers" "escaped-slashes" "exact-path" "except" "excluded-networks"
    "existing-account" "expose" "extensions" "external-secrets" "external-traffic-policy" "factory"
    "fail-open" "fail-over-mac" "families" "filesystem" "filter" "final-newline" "firewall-mark"
    "first-and-last" "flux" "folder" "for" "forward" "forward-kube-dns" "forward-token" "found-by" "from"
    "gateway" "gateway-labels" "gateways" "gateways-with" "graceful-restart" "group" "grow" "grpc-method"
    "grpc-routes" "grpc-service" "hardware-address" "harvest-extra-endpoints" "hash" "header" "header-regex"
    "headers" "headers-to-backend" "health-path" "hide" "hold-time" "holds" "host" "host-dns" "hostname"
    "http2" "icmp" "id" "id-cookie" "idle" "idle-timeout" "image" "image-repository" "infrastructure"
    "instance" "interfaces" "interval" "ip-family" "is" "issuer" "issuer-urls" "issuers" "json" "k3s"
    "keep-request-id" "keepalive" "kernel-arguments" "kernel-name" "key" "key-encoding" "key-rotation"
    "key-size" "keys" "kind" "kms" "kube-proxy" "kubernetes" "kubernetes-api" "l2-policies" "label"
    "label-filter" "labels" "lacp-rate" "like" "limits" "listen-port" "load-balancer" "load-balancer-class"
    "local-preference" "lock-to-state" "log-level" "logout" "lp-interval" "mac" "machines" "manifest"
    "manifests" "manifests-directory" "max" "max-age" "max-size" "max-unavailable" "members" "merge"
    "merge-gateways" "merge-slashes" "meta" "method" "methods" "metric" "miimon" "min" "min-available"
    "min-links" "min-size" "missed-max" "mode" "monitors" "mtu" "multihop" "name" "name-servers" "names"
    "namespace" "namespaces" "node-id" "node-labels" "node-subnets" "nodes" "ntp" "ntp-boot-timeout"
    "num-peer-notif" "observe" "ocsp" "omni" "on-invalid" "only" "op" "optional" "options"
    "organizational-units" "organizations" "origins" "otherwise" "override-path" "overwrite" "owner-id"
    "packets-per-slave" "parameters" "password" "passwords" "patch" "path" "path-regex" "pci-id" "pcrs"
    "peer-notify-delay" "percent" "permanent-mac" "permissions" "physical" "platform" "pod-annotations"
    "pod-labels" "pods" "policies" "policy" "pools" "port" "port-name" "ports" "preferred-chain"
    "preshared-key" "primary" "primary-reselect" "priority-class" "private-key" "probes" "project"
    "project-quota" "property" "protocol" "provider" "proxied" "proxy" "proxy-protocol" "public-key" "query"
    "query-regex" "reached-at" "read-only" "records" "redirect" "redirect-host" "redirect-port"
    "redirect-status" "reference-grants" "refresh" "region" "register-with-fqdn" "registry" "relay"
    "remove-header" "remove-response-header" "renew-before" "replicas" "repository" "request-timeout"
    "requests" "requests-per-connection" "resend-igmp" "reserved" "resolve-member-names" "resource" "retries"
    "revision" "revocation-lists" "rewrite-full-path" "rewrite-host" "rewrite-path" "role" "roles" "root"
    "router" "routers" "routes" "routes-with" "routing" "run" "sample" "schedule-on-control-planes" "scopes"
    "search" "seccomp-profile" "secret" "secret-annotations" "secret-authorities" "secret-key" "secret-labels"
    "secrets" "secure" "secure-boot" "server-name" "service" "service-annotations" "service-labels"
    "service-type" "services" "set-header" "set-response-header" "settings" "sha256" "size" "skew"
    "skip-fallback" "source" "sources" "speaks" "static" "static-pod" "status" "statuses" "stp"
    "stream-idle-timeout" "stream-window" "streams" "subnet" "subnets" "substitute-from" "switch" "sysctls"
    "sysfs" "system" "table" "taints" "talconfig" "talos" "talos-api" "tcp-routes" "tell" "text" "text-from"
    "through" "timeout" "times" "tlb-dynamic-lb" "tls" "tls-max" "tls-min" "tls-mode" "to" "tofu" "token"
    "token-of" "topf" "trusted-hops" "trusted-proxies" "ttl" "tunnel" "txt-prefix" "type" "udev-rules" "ui"
    "uki" "underscores" "up-after" "updelay" "uplink" "url" "usages" "use" "use-carrier" "uuid" "values"
    "verify" "version" "virtual-ip" "vlan" "vlan-filtering" "wait" "wait-at-most" "waiting" "weight" "where"
    "xmit-hash-policy" "zone" "zones"))

((statement !body keyword: (keyword) @_keyword [(subject) (value)] @property)
  (#any-of? @_keyword
    "access-log" "acme" "acme-dns" "advertise" "announce" "answer" "api-keys" "api-server" "ask" "at"
    "authorize" "balance" "ca" "claim" "client-certificate" "cloudflare" "controller-manager" "cors"
    "deny-from" "deny-to" "digitalocean" "discovery" "disruption" "etcd" "existing" "existing-volume"
    "extension-service" "external-account" "file" "firewall" "gateway-api" "gitops" "http-ingress"
    "http-route" "http3" "hubble" "include" "jwt" "kernel-modules" "kube-prism" "kube-span" "kubelet" "limit"
    "lua" "machine" "match" "metrics-to" "mirror" "monitoring" "mount" "oidc" "output" "overlay" "partition"
    "peer" "process" "prometheus" "publish" "raw-volume" "record" "registry-mirror" "reserve" "retry"
    "rfc2136" "route53" "scale" "scheduler" "self-signed" "shared" "solver" "spread" "static-host"
    "swap-volume" "talos-api-access" "tpm" "tracing" "user-volume" "volume" "wasm" "watchdog" "webhook")
  (#any-of? @property
    "accept" "access-cookie" "access-key-id" "access-key-id-from" "access-time" "account" "account-key"
    "ad-actor-sys-prio" "ad-lacp-active" "ad-select" "ad-user-port-key" "add-header" "add-response-header"
    "address" "addresses" "admission-control" "advertise-kubernetes-networks" "advertisement" "after"
    "algorithm" "all-slaves-active" "allow" "allow-down-peer-bypass" "allowed-ips" "alpn" "annotation-filter"
    "annotation-prefix" "annotations" "any-certificate" "arch" "argocd" "args" "arp-all-targets"
    "arp-interval" "arp-ip-targets" "arp-validate" "as" "ask-duration" "asked" "audiences" "audit-policy"
    "authorities" "authority" "authorization" "backend-timeout" "backend-tls-policies" "bgp" "block-size"
    "body" "boot" "bootstrap" "bpf-masquerade" "buffer" "bus-path" "by" "ca-certificate" "cache"
    "certificate-names" "certificate-profile" "certificates" "check-secure-boot" "cidr-group" "cilium"
    "cipher" "ciphers" "class" "class-annotation" "client" "client-address-header" "client-address-required"
    "client-from" "client-protocol" "cloudflared" "cluster-dns" "cluster-rules" "cname" "cni" "common-name"
    "communities" "compress" "compression" "concurrency" "config" "config-map" "connect-retry"
    "connect-timeout" "connection-timeout" "connection-window" "connections" "connector" "content"
    "content-type" "cookie" "cookie-domain" "cookies" "core-dns" "coredns" "corefile" "countries" "credential"
    "credential-header" "credentials" "data" "datastore" "default-action" "default-deny" "default-route"
    "default-search" "devices" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric"
    "disk" "dns" "dns-address" "dns-domain" "docs" "domain" "domains" "down-after" "downdelay"
    "drain-at-least" "drain-timeout" "driver" "duration" "email" "encryption" "endpoint" "endpoints"
    "environment" "envoy" "envoy-headers" "escaped-slashes" "exact-path" "except" "excluded-networks"
    "existing-account" "expose" "extensions" "external-secrets" "external-traffic-policy" "factory"
    "fail-open" "fail-over-mac" "families" "filesystem" "filter" "final-newline" "firewall-mark"
    "first-and-last" "flux" "folder" "for" "forward" "forward-kube-dns" "forward-token" "found-by" "from"
    "gateway" "gateway-labels" "gateways" "gateways-with" "graceful-restart" "group" "grow" "grpc-method"
    "grpc-routes" "grpc-service" "hardware-address" "harvest-extra-endpoints" "hash" "header" "header-regex"
    "headers" "headers-to-backend" "health-path" "hide" "hold-time" "holds" "host" "host-dns" "hostname"
    "http2" "icmp" "id" "id-cookie" "idle" "idle-timeout" "image" "image-repository" "infrastructure"
    "instance" "interfaces" "interval" "ip-family" "is" "issuer" "issuer-urls" "issuers" "json" "k3s"
    "keep-request-id" "keepalive" "kernel-arguments" "kernel-name" "key" "key-encoding" "key-rotation"
    "key-size" "keys" "kind" "kms" "kube-proxy" "kubernetes" "kubernetes-api" "l2-policies" "label"
    "label-filter" "labels" "lacp-rate" "like" "limits" "listen-port" "load-balancer" "load-balancer-class"
    "local-preference" "lock-to-state" "log-level" "logout" "lp-interval" "mac" "machines" "manifest"
    "manifests" "manifests-directory" "max" "max-age" "max-size" "max-unavailable" "members" "merge"
    "merge-gateways" "merge-slashes" "meta" "method" "methods" "metric" "miimon" "min" "min-available"
    "min-links" "min-size" "missed-max" "mode" "monitors" "mtu" "multihop" "name" "name-servers" "names"
    "namespace" "namespaces" "node-id" "node-labels" "node-subnets" "nodes" "ntp" "ntp-boot-timeout"
    "num-peer-notif" "observe" "ocsp" "omni" "on-invalid" "only" "op" "optional" "options"
    "organizational-units" "organizations" "origins" "otherwise" "override-path" "overwrite" "owner-id"
    "packets-per-slave" "parameters" "password" "passwords" "patch" "path" "path-regex" "pci-id" "pcrs"
    "peer-notify-delay" "percent" "permanent-mac" "permissions" "physical" "platform" "pod-annotations"
    "pod-labels" "pods" "policies" "policy" "pools" "port" "port-name" "ports" "preferred-chain"
    "preshared-key" "primary" "primary-reselect" "priority-class" "private-key" "probes" "project"
    "project-quota" "property" "protocol" "provider" "proxied" "proxy" "proxy-protocol" "public-key" "query"
    "query-regex" "reached-at" "read-only" "records" "redirect" "redirect-host" "redirect-port"
    "redirect-status" "reference-grants" "refresh" "region" "register-with-fqdn" "registry" "relay"
    "remove-header" "remove-response-header" "renew-before" "replicas" "repository" "request-timeout"
    "requests" "requests-per-connection" "resend-igmp" "reserved" "resolve-member-names" "resource" "retries"
    "revision" "revocation-lists" "rewrite-full-path" "rewrite-host" "rewrite-path" "role" "roles" "root"
    "router" "routers" "routes" "routes-with" "routing" "run" "sample" "schedule-on-control-planes" "scopes"
    "search" "seccomp-profile" "secret" "secret-annotations" "secret-authorities" "secret-key" "secret-labels"
    "secrets" "secure" "secure-boot" "server-name" "service" "service-annotations" "service-labels"
    "service-type" "services" "set-header" "set-response-header" "settings" "sha256" "size" "skew"
    "skip-fallback" "source" "sources" "speaks" "static" "static-pod" "status" "statuses" "stp"
    "stream-idle-timeout" "stream-window" "streams" "subnet" "subnets" "substitute-from" "switch" "sysctls"
    "sysfs" "system" "table" "taints" "talconfig" "talos" "talos-api" "tcp-routes" "tell" "text" "text-from"
    "through" "timeout" "times" "tlb-dynamic-lb" "tls" "tls-max" "tls-min" "tls-mode" "to" "tofu" "token"
    "token-of" "topf" "trusted-hops" "trusted-proxies" "ttl" "tunnel" "txt-prefix" "type" "udev-rules" "ui"
    "uki" "underscores" "up-after" "updelay" "uplink" "url" "usages" "use" "use-carrier" "uuid" "values"
    "verify" "version" "virtual-ip" "vlan" "vlan-filtering" "wait" "wait-at-most" "waiting" "weight" "where"
    "xmit-hash-policy" "zone" "zones"))

((statement !body keyword: (keyword) @_keyword (value) @property)
  (#any-of? @_keyword
    "backend" "backend-policy" "bond" "bridge" "certificate" "certificate-issuer" "client-policy" "cluster"
    "dummy" "extension-policy" "external-dns" "interface" "internet" "let" "listener" "network" "node"
    "placeholder" "pool" "profile" "route" "route-filter" "rule" "secret-store" "security-policy" "wireguard")
  (#any-of? @property
    "accept" "access-cookie" "access-key-id" "access-key-id-from" "access-time" "account" "account-key"
    "ad-actor-sys-prio" "ad-lacp-active" "ad-select" "ad-user-port-key" "add-header" "add-response-header"
    "address" "addresses" "admission-control" "advertise-kubernetes-networks" "advertisement" "after"
    "algorithm" "all-slaves-active" "allow" "allow-down-peer-bypass" "allowed-ips" "alpn" "annotation-filter"
    "annotation-prefix" "annotations" "any-certificate" "arch" "argocd" "args" "arp-all-targets"
    "arp-interval" "arp-ip-targets" "arp-validate" "as" "ask-duration" "asked" "audiences" "audit-policy"
    "authorities" "authority" "authorization" "backend-timeout" "backend-tls-policies" "bgp" "block-size"
    "body" "boot" "bootstrap" "bpf-masquerade" "buffer" "bus-path" "by" "ca-certificate" "cache"
    "certificate-names" "certificate-profile" "certificates" "check-secure-boot" "cidr-group" "cilium"
    "cipher" "ciphers" "class" "class-annotation" "client" "client-address-header" "client-address-required"
    "client-from" "client-protocol" "cloudflared" "cluster-dns" "cluster-rules" "cname" "cni" "common-name"
    "communities" "compress" "compression" "concurrency" "config" "config-map" "connect-retry"
    "connect-timeout" "connection-timeout" "connection-window" "connections" "connector" "content"
    "content-type" "cookie" "cookie-domain" "cookies" "core-dns" "coredns" "corefile" "countries" "credential"
    "credential-header" "credentials" "data" "datastore" "default-action" "default-deny" "default-route"
    "default-search" "devices" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric"
    "disk" "dns" "dns-address" "dns-domain" "docs" "domain" "domains" "down-after" "downdelay"
    "drain-at-least" "drain-timeout" "driver" "duration" "email" "encryption" "endpoint" "endpoints"
    "environment" "envoy" "envoy-headers" "escaped-slashes" "exact-path" "except" "excluded-networks"
    "existing-account" "expose" "extensions" "external-secrets" "external-traffic-policy" "factory"
    "fail-open" "fail-over-mac" "families" "filesystem" "filter" "final-newline" "firewall-mark"
    "first-and-last" "flux" "folder" "for" "forward" "forward-kube-dns" "forward-token" "found-by" "from"
    "gateway" "gateway-labels" "gateways" "gateways-with" "graceful-restart" "group" "grow" "grpc-method"
    "grpc-routes" "grpc-service" "hardware-address" "harvest-extra-endpoints" "hash" "header" "header-regex"
    "headers" "headers-to-backend" "health-path" "hide" "hold-time" "holds" "host" "host-dns" "hostname"
    "http2" "icmp" "id" "id-cookie" "idle" "idle-timeout" "image" "image-repository" "infrastructure"
    "instance" "interfaces" "interval" "ip-family" "is" "issuer" "issuer-urls" "issuers" "json" "k3s"
    "keep-request-id" "keepalive" "kernel-arguments" "kernel-name" "key" "key-encoding" "key-rotation"
    "key-size" "keys" "kind" "kms" "kube-proxy" "kubernetes" "kubernetes-api" "l2-policies" "label"
    "label-filter" "labels" "lacp-rate" "like" "limits" "listen-port" "load-balancer" "load-balancer-class"
    "local-preference" "lock-to-state" "log-level" "logout" "lp-interval" "mac" "machines" "manifest"
    "manifests" "manifests-directory" "max" "max-age" "max-size" "max-unavailable" "members" "merge"
    "merge-gateways" "merge-slashes" "meta" "method" "methods" "metric" "miimon" "min" "min-available"
    "min-links" "min-size" "missed-max" "mode" "monitors" "mtu" "multihop" "name" "name-servers" "names"
    "namespace" "namespaces" "node-id" "node-labels" "node-subnets" "nodes" "ntp" "ntp-boot-timeout"
    "num-peer-notif" "observe" "ocsp" "omni" "on-invalid" "only" "op" "optional" "options"
    "organizational-units" "organizations" "origins" "otherwise" "override-path" "overwrite" "owner-id"
    "packets-per-slave" "parameters" "password" "passwords" "patch" "path" "path-regex" "pci-id" "pcrs"
    "peer-notify-delay" "percent" "permanent-mac" "permissions" "physical" "platform" "pod-annotations"
    "pod-labels" "pods" "policies" "policy" "pools" "port" "port-name" "ports" "preferred-chain"
    "preshared-key" "primary" "primary-reselect" "priority-class" "private-key" "probes" "project"
    "project-quota" "property" "protocol" "provider" "proxied" "proxy" "proxy-protocol" "public-key" "query"
    "query-regex" "reached-at" "read-only" "records" "redirect" "redirect-host" "redirect-port"
    "redirect-status" "reference-grants" "refresh" "region" "register-with-fqdn" "registry" "relay"
    "remove-header" "remove-response-header" "renew-before" "replicas" "repository" "request-timeout"
    "requests" "requests-per-connection" "resend-igmp" "reserved" "resolve-member-names" "resource" "retries"
    "revision" "revocation-lists" "rewrite-full-path" "rewrite-host" "rewrite-path" "role" "roles" "root"
    "router" "routers" "routes" "routes-with" "routing" "run" "sample" "schedule-on-control-planes" "scopes"
    "search" "seccomp-profile" "secret" "secret-annotations" "secret-authorities" "secret-key" "secret-labels"
    "secrets" "secure" "secure-boot" "server-name" "service" "service-annotations" "service-labels"
    "service-type" "services" "set-header" "set-response-header" "settings" "sha256" "size" "skew"
    "skip-fallback" "source" "sources" "speaks" "static" "static-pod" "status" "statuses" "stp"
    "stream-idle-timeout" "stream-window" "streams" "subnet" "subnets" "substitute-from" "switch" "sysctls"
    "sysfs" "system" "table" "taints" "talconfig" "talos" "talos-api" "tcp-routes" "tell" "text" "text-from"
    "through" "timeout" "times" "tlb-dynamic-lb" "tls" "tls-max" "tls-min" "tls-mode" "to" "tofu" "token"
    "token-of" "topf" "trusted-hops" "trusted-proxies" "ttl" "tunnel" "txt-prefix" "type" "udev-rules" "ui"
    "uki" "underscores" "up-after" "updelay" "uplink" "url" "usages" "use" "use-carrier" "uuid" "values"
    "verify" "version" "virtual-ip" "vlan" "vlan-filtering" "wait" "wait-at-most" "waiting" "weight" "where"
    "xmit-hash-policy" "zone" "zones"))

; Words that are a statement in one body and a field in another.

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "address") (#any-of? @_in "bond" "bridge" "deny-from" "deny-to" "dummy" "from" "gateway" "host" "interface" "node" "peer" "profile" "record" "router" "static-host" "switch" "to" "vlan" "wireguard"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "address") (#any-of? @_in "backend"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "address") (#any-of? @_in "backend")
  (#any-of? @property "port"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "address") (#any-of? @_in "backend")
  (#any-of? @property "port"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "bgp") (#any-of? @_in "output"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "bgp") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "bgp") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "bgp") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "advertisement" "annotations" "as" "instance" "label" "labels" "nodes" "patch"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "cilium") (#any-of? @_in "output"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "cilium") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "cilium") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "bpf-masquerade" "devices" "encryption" "load-balancer" "routing" "values"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "cilium") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "bpf-masquerade" "devices" "encryption" "load-balancer" "routing" "values"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "disk") (#any-of? @_in "node" "profile" "raw-volume" "swap-volume" "user-volume" "volume"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "disk") (#any-of? @_in "machine"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "dns") (#any-of? @_in "subnet" "to"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "dns") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "dns") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "annotations" "config-map" "corefile" "forward" "labels" "patch" "replicas"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "dns") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "annotations" "config-map" "corefile" "forward" "labels" "patch" "replicas"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "encryption") (#any-of? @_in "cilium"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "encryption") (#any-of? @_in "raw-volume" "swap-volume" "user-volume" "volume"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "encryption") (#any-of? @_in "raw-volume" "swap-volume" "user-volume" "volume")
  (#any-of? @property "block-size" "cipher" "key-size" "options"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "encryption") (#any-of? @_in "raw-volume" "swap-volume" "user-volume" "volume")
  (#any-of? @property "block-size" "cipher" "key-size" "options"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "envoy") (#any-of? @_in "output"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "envoy") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "envoy") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "envoy") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "annotations" "class" "concurrency" "drain-at-least" "drain-timeout" "external-traffic-policy" "image" "image-repository" "ip-family" "labels" "limits" "load-balancer-class" "log-level" "merge-gateways" "namespace" "node-labels" "patch" "pod-annotations" "pod-labels" "priority-class" "replicas" "requests" "run" "service" "service-annotations" "service-labels" "service-type"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "from") (#any-of? @_in "rule"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "from") (#any-of? @_in "api-keys" "policy"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "from") (#any-of? @_in "api-keys" "policy")
  (#any-of? @property "address" "cidr-group" "cookies" "except" "gateway" "headers" "icmp" "namespace" "parameters" "pods" "port" "subnet" "tunnel"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "from") (#any-of? @_in "api-keys" "policy")
  (#any-of? @property "address" "cidr-group" "cookies" "except" "gateway" "headers" "icmp" "namespace" "parameters" "pods" "port" "subnet" "tunnel"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "gateway") (#any-of? @_in "deny-from" "deny-to" "external-dns" "from" "route" "to"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "gateway") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "gateway") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "gateway") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "address" "annotations" "class" "labels" "namespace" "patch" "proxy" "service-annotations" "service-labels"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "header") (#any-of? @_in "balance" "match" "route" "rule"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "host") (#any-of? @_in "service"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "host") (#any-of? @_in "backend" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "host") (#any-of? @_in "backend" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "host") (#any-of? @_in "backend" "network")
  (#any-of? @property "address" "mac" "port" "switch"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "http2") (#any-of? @_in "publish"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "http2") (#any-of? @_in "backend-policy" "client-policy"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "http2") (#any-of? @_in "backend-policy" "client-policy")
  (#any-of? @property "connection-window" "on-invalid" "stream-window" "streams"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "http2") (#any-of? @_in "backend-policy" "client-policy")
  (#any-of? @property "connection-window" "on-invalid" "stream-window" "streams"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "image") (#any-of? @_in "envoy" "overlay" "wasm"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "image") (#any-of? @_in "cluster" "node" "profile"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "image") (#any-of? @_in "cluster" "node" "profile")
  (#any-of? @property "arch" "boot" "extensions" "factory" "kernel-arguments" "meta" "platform" "secure-boot" "uki"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "image") (#any-of? @_in "cluster" "node" "profile")
  (#any-of? @property "arch" "boot" "extensions" "factory" "kernel-arguments" "meta" "platform" "secure-boot" "uki"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "keepalive") (#any-of? @_in "peer"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "keepalive") (#any-of? @_in "backend-policy" "client-policy"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "keepalive") (#any-of? @_in "backend-policy" "client-policy")
  (#any-of? @property "idle" "interval" "probes"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "keepalive") (#any-of? @_in "backend-policy" "client-policy")
  (#any-of? @property "idle" "interval" "probes"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "key") (#any-of? @_in "certificate" "cloudflare" "rfc2136"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "key") (#any-of? @_in "encryption"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "key") (#any-of? @_in "encryption")
  (#any-of? @property "kms" "lock-to-state" "node-id" "static"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "key") (#any-of? @_in "encryption")
  (#any-of? @property "kms" "lock-to-state" "node-id" "static"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "namespace") (#any-of? @_in "backend" "backend-policy" "certificate" "certificate-issuer" "client-policy" "deny-from" "deny-to" "envoy" "extension-policy" "from" "gateway" "gitops" "policy" "records" "route" "route-filter" "security-policy" "service" "to" "tunnel"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "namespace") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "namespace") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "namespace") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "annotations" "labels" "patch"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "policy") (#any-of? @_in "announce" "external-dns"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "policy") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "policy") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "policy") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "annotations" "cluster-dns" "default-deny" "kind" "labels" "namespace" "nodes" "patch" "pods"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "provider") (#any-of? @_in "external-dns"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "provider") (#any-of? @_in "jwt"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "provider") (#any-of? @_in "jwt")
  (#any-of? @property "audiences" "cookies" "headers" "issuer" "keys" "parameters"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "provider") (#any-of? @_in "jwt")
  (#any-of? @property "audiences" "cookies" "headers" "issuer" "keys" "parameters"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "proxy-protocol") (#any-of? @_in "backend-policy"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "proxy-protocol") (#any-of? @_in "client-policy"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "proxy-protocol") (#any-of? @_in "client-policy")
  (#any-of? @property "optional"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "proxy-protocol") (#any-of? @_in "client-policy")
  (#any-of? @property "optional"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "records") (#any-of? @_in "output"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "records") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "records") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "records") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "annotations" "labels" "namespace" "patch"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "router") (#any-of? @_in "peer" "subnet"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "router") (#any-of? @_in "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "router") (#any-of? @_in "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "router") (#any-of? @_in "network")
  (#any-of? @property "address" "as" "system" "uplink"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "service") (#any-of? @_in "ask" "deny-to" "discovery" "envoy" "to"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "service") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "service") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "service") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "addresses" "annotations" "ca-certificate" "host" "labels" "namespace" "patch" "port" "port-name" "ports" "protocol" "server-name"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "subnet") (#any-of? @_in "deny-from" "deny-to" "from" "to"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "subnet") (#any-of? @_in "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "subnet") (#any-of? @_in "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "subnet") (#any-of? @_in "network")
  (#any-of? @property "dhcp" "dns" "mtu" "router" "search" "vlan"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "switch") (#any-of? @_in "bond" "bridge" "dummy" "host" "interface" "node" "profile"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "switch") (#any-of? @_in "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "switch") (#any-of? @_in "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "switch") (#any-of? @_in "network")
  (#any-of? @property "address" "ports" "uplink"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "tell") (#any-of? @_in "api-keys"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "tell") (#any-of? @_in "provider"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "tell") (#any-of? @_in "provider")
  (#any-of? @property "as"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "tell") (#any-of? @_in "provider")
  (#any-of? @property "as"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "to") (#any-of? @_in "answer" "publish" "record" "tracing"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "to") (#any-of? @_in "access-log" "policy" "route" "rule"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "to") (#any-of? @_in "access-log" "policy" "route" "rule")
  (#any-of? @property "address" "cidr-group" "dns" "except" "gateway" "icmp" "name" "namespace" "pods" "port" "resource" "service" "subnet" "tunnel" "weight"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "to") (#any-of? @_in "access-log" "policy" "route" "rule")
  (#any-of? @property "address" "cidr-group" "dns" "except" "gateway" "icmp" "name" "namespace" "pods" "port" "resource" "service" "subnet" "tunnel" "weight"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "tunnel") (#any-of? @_in "deny-from" "deny-to" "from" "record" "to"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "tunnel") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @type)))
  (#eq? @_keyword "tunnel") (#any-of? @_in "cluster" "existing" "network"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "tunnel") (#any-of? @_in "cluster" "existing" "network")
  (#any-of? @property "annotations" "config-map" "connector" "credentials" "id" "labels" "namespace" "patch" "replicas" "run" "secret" "version"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "vlan") (#any-of? @_in "subnet"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "vlan") (#any-of? @_in "bond" "bridge" "dummy" "interface"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "vlan") (#any-of? @_in "bond" "bridge" "dummy" "interface")
  (#any-of? @property "address" "default-route" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric" "mtu" "reserved" "virtual-ip"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "vlan") (#any-of? @_in "bond" "bridge" "dummy" "interface")
  (#any-of? @property "address" "default-route" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric" "mtu" "reserved" "virtual-ip"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @property)))
  (#eq? @property "zone") (#any-of? @_in "route53"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @keyword)))
  (#eq? @keyword "zone") (#any-of? @_in "dns"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword (value) @property)))
  (#eq? @_keyword "zone") (#any-of? @_in "dns")
  (#any-of? @property "cache" "forward"))

((statement keyword: (keyword) @_in
    body: (body (statement !body keyword: (keyword) @_keyword subject: (subject) @property)))
  (#eq? @_keyword "zone") (#any-of? @_in "dns")
  (#any-of? @property "cache" "forward"))
; Values.
((value) @number
  (#match? @number "^[\\[/-]*[0-9]"))

((statement !body keyword: (keyword) @_keyword subject: (subject) @number)
  (#not-any-of? @_keyword
    "backend" "backend-policy" "bgp" "bond" "bridge" "certificate" "certificate-issuer" "client-policy"
    "cluster" "dummy" "envoy" "extension-policy" "external-dns" "gateway" "host" "interface" "internet" "let"
    "listener" "namespace" "network" "node" "placeholder" "policy" "pool" "profile" "records" "route"
    "route-filter" "router" "rule" "secret-store" "security-policy" "service" "subnet" "switch" "tunnel"
    "wireguard")
  (#match? @number "^[\\[/-]*[0-9]"))

((statement !body keyword: (keyword) @_keyword subject: (subject) @constant)
  (#any-of? @_keyword
    "accept" "access-cookie" "access-key-id" "access-key-id-from" "access-time" "account" "account-key"
    "ad-actor-sys-prio" "ad-lacp-active" "ad-select" "ad-user-port-key" "add-header" "add-response-header"
    "addresses" "admission-control" "advertise-kubernetes-networks" "advertisement" "after" "algorithm"
    "all-slaves-active" "allow" "allow-down-peer-bypass" "allowed-ips" "alpn" "annotation-filter"
    "annotation-prefix" "annotations" "any-certificate" "arch" "argocd" "args" "arp-all-targets"
    "arp-interval" "arp-ip-targets" "arp-validate" "as" "ask-duration" "asked" "audiences" "audit-policy"
    "authorities" "authority" "authorization" "backend-timeout" "backend-tls-policies" "block-size" "body"
    "boot" "bootstrap" "bpf-masquerade" "buffer" "bus-path" "by" "ca-certificate" "cache" "certificate-names"
    "certificate-profile" "certificates" "check-secure-boot" "cidr-group" "cipher" "ciphers" "class"
    "class-annotation" "client" "client-address-header" "client-address-required" "client-from"
    "client-protocol" "cloudflared" "cluster-dns" "cluster-rules" "cname" "cni" "common-name" "communities"
    "compress" "compression" "concurrency" "config" "config-map" "connect-retry" "connect-timeout"
    "connection-timeout" "connection-window" "connections" "connector" "content" "content-type" "cookie"
    "cookie-domain" "cookies" "core-dns" "coredns" "corefile" "countries" "credential" "credential-header"
    "credentials" "data" "datastore" "default-action" "default-deny" "default-route" "default-search"
    "devices" "dhcp" "dhcp-client-id" "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric" "dns-address"
    "dns-domain" "docs" "domain" "domains" "down-after" "downdelay" "drain-at-least" "drain-timeout" "driver"
    "duration" "email" "endpoint" "endpoints" "environment" "envoy-headers" "escaped-slashes" "exact-path"
    "except" "excluded-networks" "existing-account" "expose" "extensions" "external-secrets"
    "external-traffic-policy" "factory" "fail-open" "fail-over-mac" "families" "filesystem" "filter"
    "final-newline" "firewall-mark" "first-and-last" "flux" "folder" "for" "forward" "forward-kube-dns"
    "forward-token" "found-by" "gateway-labels" "gateways" "gateways-with" "graceful-restart" "group" "grow"
    "grpc-method" "grpc-routes" "grpc-service" "hardware-address" "harvest-extra-endpoints" "hash"
    "header-regex" "headers" "headers-to-backend" "health-path" "hide" "hold-time" "holds" "host-dns"
    "hostname" "icmp" "id" "id-cookie" "idle" "idle-timeout" "image-repository" "infrastructure" "instance"
    "interfaces" "interval" "ip-family" "is" "issuer" "issuer-urls" "issuers" "json" "k3s" "keep-request-id"
    "kernel-arguments" "kernel-name" "key-encoding" "key-rotation" "key-size" "keys" "kind" "kms" "kube-proxy"
    "kubernetes" "kubernetes-api" "l2-policies" "label" "label-filter" "labels" "lacp-rate" "like" "limits"
    "listen-port" "load-balancer" "load-balancer-class" "local-preference" "lock-to-state" "log-level"
    "logout" "lp-interval" "mac" "machines" "manifest" "manifests" "manifests-directory" "max" "max-age"
    "max-size" "max-unavailable" "members" "merge" "merge-gateways" "merge-slashes" "meta" "method" "methods"
    "metric" "miimon" "min" "min-available" "min-links" "min-size" "missed-max" "mode" "monitors" "mtu"
    "multihop" "name" "name-servers" "names" "namespaces" "node-id" "node-labels" "node-subnets" "nodes" "ntp"
    "ntp-boot-timeout" "num-peer-notif" "observe" "ocsp" "omni" "on-invalid" "only" "op" "optional" "options"
    "organizational-units" "organizations" "origins" "otherwise" "override-path" "overwrite" "owner-id"
    "packets-per-slave" "parameters" "password" "passwords" "patch" "path" "path-regex" "pci-id" "pcrs"
    "peer-notify-delay" "percent" "permanent-mac" "permissions" "physical" "platform" "pod-annotations"
    "pod-labels" "pods" "policies" "pools" "port" "port-name" "ports" "preferred-chain" "preshared-key"
    "primary" "primary-reselect" "priority-class" "private-key" "probes" "project" "project-quota" "property"
    "protocol" "proxied" "proxy" "public-key" "query" "query-regex" "reached-at" "read-only" "redirect"
    "redirect-host" "redirect-port" "redirect-status" "reference-grants" "refresh" "region"
    "register-with-fqdn" "registry" "relay" "remove-header" "remove-response-header" "renew-before" "replicas"
    "repository" "request-timeout" "requests" "requests-per-connection" "resend-igmp" "reserved"
    "resolve-member-names" "resource" "retries" "revision" "revocation-lists" "rewrite-full-path"
    "rewrite-host" "rewrite-path" "role" "roles" "root" "routers" "routes" "routes-with" "routing" "run"
    "sample" "schedule-on-control-planes" "scopes" "search" "seccomp-profile" "secret" "secret-annotations"
    "secret-authorities" "secret-key" "secret-labels" "secrets" "secure" "secure-boot" "server-name"
    "service-annotations" "service-labels" "service-type" "services" "set-header" "set-response-header"
    "settings" "sha256" "size" "skew" "skip-fallback" "source" "sources" "speaks" "static" "static-pod"
    "status" "statuses" "stp" "stream-idle-timeout" "stream-window" "streams" "subnets" "substitute-from"
    "sysctls" "sysfs" "system" "table" "taints" "talconfig" "talos" "talos-api" "tcp-routes" "text"
    "text-from" "through" "timeout" "times" "tlb-dynamic-lb" "tls" "tls-max" "tls-min" "tls-mode" "tofu"
    "token" "token-of" "topf" "trusted-hops" "trusted-proxies" "ttl" "txt-prefix" "type" "udev-rules" "ui"
    "uki" "underscores" "up-after" "updelay" "uplink" "url" "usages" "use" "use-carrier" "uuid" "values"
    "verify" "version" "virtual-ip" "vlan-filtering" "wait" "wait-at-most" "waiting" "weight" "where"
    "xmit-hash-policy" "zones")
  (#any-of? @constant
    "*" "1.0" "1.1" "1.2" "1.3" "301" "302" "303" "307" "308" "5xx" "802.3ad" "A" "AAAA" "CNAME" "CONNECT"
    "CRI" "CiliumNetworkPolicy" "ClusterIssuer" "ClusterSecretStore" "DELETE" "EPHEMERAL" "ETCD" "GET" "HEAD"
    "IMAGECACHE" "Issuer" "KUBELET" "LOG" "MX" "NAPTR" "NS" "NetworkPolicy" "OPTIONS" "PATCH" "POST" "PTR"
    "PUT" "SRV" "STATE" "SecretStore" "TRACE" "TXT" "accept" "active" "active-backup" "aes-xts-plain64"
    "akamai" "all" "allow" "always" "ambassador-host" "amd64" "any" "anyway" "append" "argocd" "arm64" "aws"
    "aws-sd" "azure" "backup" "balance-alb" "balance-rr" "balance-tlb" "balance-xor" "bandwidth" "better"
    "bgp" "block" "broadcast" "brotli" "btrfs" "cancelled" "cert-sign" "client-auth" "cloudstack" "cluster"
    "code-signing" "connect-failure" "connector" "content-commitment" "contour-httpproxy" "control-plane"
    "cookie" "count" "cpu" "crd" "create" "create-only" "critical" "crl-sign" "daemonset" "data-encipherment"
    "datadog" "deadline-exceeded" "debug" "decipher-only" "deny" "deployment" "digital-ocean"
    "digital-signature" "directory" "disk" "disk-image" "drop" "dsr" "dual-stack" "dynamodb" "ecdsa"
    "ecdsa-256" "ecdsa-384" "ecdsa-521" "ed25519" "egress" "email-protection" "empty" "encap2+3" "encap3+4"
    "encipher-only" "end-connection" "end-stream" "equinixMetal" "error" "exoscale" "experimental" "ext4"
    "external" "f5-transportserver" "f5-virtualserver" "failure" "fake" "fast" "filter" "filter-active"
    "filter-backup" "flannel" "flux" "follow" "forward" "frr" "gateway-error" "gateway-grpcroute"
    "gateway-httproute" "gateway-tcproute" "gateway-tlsroute" "gateway-udproute" "gcp" "gloo-proxy" "grpc"
    "gzip" "h2c" "hash" "hcloud" "header" "health" "host" "http" "https" "hybrid" "ignore" "info" "ingress"
    "init" "internal" "ipsec-end-system" "ipsec-tunnel" "ipsec-user" "ipv4" "ipv6" "iso" "istio-gateway"
    "istio-virtualservice" "json" "keep" "key-agreement" "key-encipherment" "kong-tcpingress" "kube-apiserver"
    "l2" "layer2" "layer2+3" "layer3+4" "least-requests" "list" "load-balancer" "local" "mac" "md5" "memory"
    "metal" "microsoft-sgc" "mikrotik" "native" "netscape-sgc" "never" "no_read_workqueue"
    "no_write_workqueue" "nocloud" "node" "node-port" "none" "noop" "ocsp-signing" "off" "on" "opennebula"
    "openshift-route" "openstack" "opentelemetry" "opnsense" "oracle" "os:admin" "os:etcd:backup"
    "os:impersonator" "os:operator" "os:reader" "overwrite" "partition" "passthrough" "pkcs1" "pkcs8" "pod"
    "pods" "pxe" "random" "redirect" "refused-stream" "reject" "remote-node" "reset" "reset-before-request"
    "resource-exhausted" "retriable-4xx" "retriable-status-codes" "rsa" "rsa-2048" "rsa-3072" "rsa-4096"
    "rsa-8192" "s/mime" "same_cpu_crypt" "scaleway" "server-auth" "service" "services" "sha1" "sha256"
    "sha512" "signing" "skipper-routegroup" "slow" "snat" "source-address" "stable" "standard" "strategic"
    "sync" "tcp" "terminate" "text" "timestamping" "tls" "trace" "traefik-proxy" "tunnel" "turns" "txt" "udp"
    "unavailable" "unifi" "unmanaged" "unstructured" "upcloud" "upsert-only" "v1" "v2" "vmware" "vultr" "wait"
    "warn" "wireguard" "worker" "world" "ws" "wss" "xchacha12,aes-adiantum-plain64"
    "xchacha20,aes-adiantum-plain64" "xfs" "zipkin" "zstd"))
