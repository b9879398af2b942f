;;; hnet-mode.el --- hnet, a language for home and edge networks  -*- lexical-binding: t; -*-

;; Written by `cargo xtask editors' from the vocabulary.
;; Change crates/xtask/src/editors/templates/hnet-mode.el.
;; SPDX-License-Identifier: MIT OR Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "25.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indentation and comments for .hnet files; with eglot (part of Emacs 29) the rest comes from `hnet lsp'.

;;; Code:

(defgroup hnet nil
  "Networks written in hnet."
  :group 'languages)

(defcustom hnet-indent-offset 2
  "How far a body is indented."
  :type 'integer
  :group 'hnet)

(defconst hnet-mode--statements
  '(
    "access-log" "acme" "acme-dns" "address" "advertise" "announce" "answer" "api-keys" "api-server" "ask"
    "at" "authorize" "backend" "backend-policy" "balance" "bgp" "bond" "bridge" "ca" "certificate"
    "certificate-issuer" "cilium" "claim" "client-certificate" "client-policy" "client-rate-limit"
    "cloudflare" "cluster" "controller-manager" "cors" "deny-from" "deny-to" "digitalocean" "discovery" "disk"
    "disruption" "dns" "dummy" "encryption" "envoy" "etcd" "existing" "existing-volume" "extension-policy"
    "extension-service" "external-account" "external-dns" "file" "firewall" "from" "gateway" "gateway-api"
    "gitops" "header" "host" "http-ingress" "http-route" "http2" "http3" "hubble" "image" "include"
    "interface" "internet" "jwt" "keepalive" "kernel-modules" "key" "kube-prism" "kube-span" "kubelet"
    "l2-lease" "let" "limit" "listener" "lua" "machine" "match" "metrics-to" "mirror" "monitoring" "mount"
    "namespace" "network" "node" "oidc" "operator" "output" "overlay" "partition" "peer" "placeholder"
    "policy" "pool" "process" "profile" "prometheus" "provider" "proxy-protocol" "publish" "raw-volume"
    "record" "records" "registry-mirror" "reserve" "retry" "rfc2136" "route" "route-filter" "route53" "router"
    "rule" "scale" "scheduler" "secret-store" "security-policy" "self-signed" "service" "shared" "solver"
    "spread" "static-host" "subnet" "swap-volume" "switch" "talos-api-access" "tell" "to" "tpm" "tracing"
    "tunnel" "user-volume" "vlan" "volume" "wasm" "watchdog" "webhook" "wireguard" "zone")
  "The words that start a statement.")

(defconst hnet-mode--fields
  '(
    "accept" "access-cookie" "access-key-id" "access-key-id-from" "access-time" "account" "account-key"
    "ad-actor-sys-prio" "ad-lacp-active" "ad-select" "ad-user-port-key" "add-header" "add-response-header"
    "address" "addresses" "admission-control" "advertise-kubernetes-networks" "advertisement" "after"
    "algorithm" "all-slaves-active" "allow" "allow-down-peer-bypass" "allowed-ips" "alpn" "annotate-nodes"
    "annotation-filter" "annotation-prefix" "annotations" "any-certificate" "arch" "argocd" "args"
    "arp-all-targets" "arp-interval" "arp-ip-targets" "arp-validate" "as" "ask-duration" "asked" "audiences"
    "audit-policy" "authorities" "authority" "authorization" "backend-timeout" "backend-tls-policies"
    "bandwidth-manager" "bbr" "bgp" "block-size" "body" "boot" "bootstrap" "bpf-clock-probe" "bpf-masquerade"
    "buffer" "burst" "bus-path" "by" "ca-certificate" "cache" "certificate-names" "certificate-profile"
    "certificates" "check-secure-boot" "cidr-group" "cilium" "cipher" "ciphers" "class" "class-annotation"
    "client" "client-address-header" "client-address-required" "client-from" "client-protocol" "cloudflared"
    "cluster-dns" "cluster-id" "cluster-name" "cluster-rules" "cname" "cni" "cni-exclusive" "common-name"
    "communities" "compress" "compression" "concurrency" "config" "config-map" "connect-retry"
    "connect-timeout" "connection-timeout" "connection-window" "connections" "connector" "content"
    "content-type" "cookie" "cookie-domain" "cookies" "core-dns" "coredns" "corefile" "countries" "credential"
    "credential-header" "credentials" "dashboard-annotations" "dashboards" "data" "datapath" "datastore"
    "default-action" "default-deny" "default-route" "default-search" "devices" "dhcp" "dhcp-client-id"
    "dhcp-families" "dhcp-ignore-hostname" "dhcp-metric" "disk" "distributed-lru" "dns" "dns-address"
    "dns-domain" "docs" "domain" "domains" "down-after" "downdelay" "drain-at-least" "drain-timeout" "driver"
    "duration" "egress-gateway" "email" "encrypt-nodes" "encryption" "endpoint" "endpoint-routes" "endpoints"
    "environment" "envoy" "envoy-headers" "escaped-slashes" "exact-path" "except" "excluded-networks"
    "existing-account" "expose" "extensions" "external-secrets" "external-traffic-policy" "factory"
    "fail-open" "fail-over-mac" "families" "filesystem" "filter" "final-newline" "firewall-mark"
    "first-and-last" "flux" "folder" "for" "forward" "forward-kube-dns" "forward-token" "found-by" "from"
    "gateway" "gateway-alpn" "gateway-app-protocol" "gateway-external-traffic-policy" "gateway-host-network"
    "gateway-labels" "gateway-proxy-protocol" "gateway-trusted-hops" "gateways" "gateways-with"
    "graceful-restart" "group" "grow" "grpc-method" "grpc-routes" "grpc-service" "hardware-address"
    "harvest-extra-endpoints" "hash" "header" "header-regex" "headers" "headers-to-backend" "health-check"
    "health-path" "hide" "hold-time" "holds" "host" "host-dns" "host-firewall" "host-legacy-routing"
    "hostname" "http2" "icmp" "id" "id-cookie" "idle" "idle-timeout" "image" "image-repository"
    "infrastructure" "ingress-controller" "ingress-default" "ingress-load-balancer" "instance" "interfaces"
    "interval" "ip-family" "ipv4-big-tcp" "ipv6-big-tcp" "ipv6-masquerade" "is" "issuer" "issuer-urls"
    "issuers" "json" "k3s" "keep-request-id" "keepalive" "kernel-arguments" "kernel-name" "key" "key-encoding"
    "key-rotation" "key-size" "keys" "kind" "kms" "kube-proxy" "kubernetes" "kubernetes-api"
    "kubernetes-policies" "l2-policies" "label" "label-filter" "labels" "lacp-rate" "like" "limits"
    "listen-port" "load-balancer" "load-balancer-acceleration" "load-balancer-algorithm" "load-balancer-class"
    "local-preference" "local-redirect-policies" "lock-to-state" "log-level" "logout" "lp-interval" "mac"
    "machines" "manifest" "manifests" "manifests-directory" "max" "max-age" "max-size" "max-unavailable"
    "members" "merge" "merge-gateways" "merge-slashes" "meta" "method" "methods" "metric" "metrics" "miimon"
    "min" "min-available" "min-links" "min-size" "missed-max" "mode" "monitors" "mtu" "multihop" "name"
    "name-servers" "names" "namespace" "namespaces" "node-id" "node-labels" "node-subnets" "nodes" "ntp"
    "ntp-boot-timeout" "num-peer-notif" "object-name" "observe" "ocsp" "omni" "on-invalid" "only" "op"
    "open-metrics" "optional" "options" "organizational-units" "organizations" "origins" "other-connections"
    "otherwise" "override-path" "overwrite" "owner-id" "packets-per-slave" "parameters" "password" "passwords"
    "patch" "path" "path-regex" "pci-id" "pcrs" "peer-notify-delay" "percent" "permanent-mac" "permissions"
    "physical" "platform" "pmtu-discovery" "pod-annotations" "pod-labels" "pods" "policies" "policy"
    "policy-enforcement" "pools" "port" "port-name" "ports" "preallocate-maps" "preferred-chain"
    "preshared-key" "primary" "primary-reselect" "priority-class" "private-key" "probes" "project"
    "project-quota" "property" "protocol" "provider" "proxied" "proxy" "proxy-protocol" "public-key" "qps"
    "query" "query-regex" "reached-at" "read-only" "records" "redirect" "redirect-host" "redirect-port"
    "redirect-status" "reference-grants" "refresh" "region" "register-with-fqdn" "registry" "relay"
    "remove-header" "remove-response-header" "renew-before" "renew-deadline" "replicas" "repository"
    "request-timeout" "requests" "requests-per-connection" "resend-igmp" "reserved" "resolve-member-names"
    "resource" "retries" "retry" "revision" "revocation-lists" "rewrite-full-path" "rewrite-host"
    "rewrite-path" "role" "roles" "root" "router" "routers" "routes" "routes-with" "routing" "run" "sample"
    "schedule-on-control-planes" "scopes" "sctp" "search" "seccomp-profile" "secret" "secret-annotations"
    "secret-authorities" "secret-key" "secret-labels" "secrets" "secure" "secure-boot" "server-name" "service"
    "service-annotations" "service-labels" "service-topology" "service-type" "services" "set-header"
    "set-response-header" "settings" "sha256" "size" "skew" "skip-fallback" "skip-unreachable-nodes"
    "socket-lb" "socket-lb-host-only" "socket-lb-terminate" "source" "sources" "speaks" "static" "static-pod"
    "status" "statuses" "stp" "stream-idle-timeout" "stream-window" "streams" "subnet" "subnets"
    "substitute-from" "switch" "sysctls" "sysfs" "system" "table" "taints" "talconfig" "talos" "talos-api"
    "tcp-connections" "tcp-routes" "tell" "text" "text-from" "through" "timeout" "times" "tlb-dynamic-lb"
    "tls" "tls-max" "tls-min" "tls-mode" "to" "tofu" "token" "token-of" "topf" "tproxy" "trusted-hops"
    "trusted-proxies" "ttl" "tunnel" "txt-prefix" "type" "udev-rules" "ui" "uki" "underscores" "up-after"
    "updelay" "uplink" "url" "usages" "use" "use-carrier" "uuid" "values" "verify" "version" "virtual-ip"
    "vlan" "vlan-bypass" "vlan-filtering" "wait" "wait-at-most" "waiting" "weight" "where" "xmit-hash-policy"
    "zone" "zones")
  "The words that take a value.")

(defconst hnet-mode--named
  '(
    "backend" "backend-policy" "bgp" "bond" "bridge" "certificate" "certificate-issuer" "client-policy"
    "cluster" "dummy" "envoy" "extension-policy" "external-dns" "gateway" "host" "interface" "internet" "let"
    "listener" "namespace" "network" "node" "placeholder" "policy" "pool" "profile" "records" "route"
    "route-filter" "router" "rule" "secret-store" "security-policy" "service" "subnet" "switch" "tunnel"
    "wireguard")
  "The statements that have a name.")

(defconst hnet-mode--end "\\(?:[] \t\n<>;,\"]\\|\\'\\)")

(defconst hnet-mode--font-lock
  (let ((start "\\(?:^\\|[<>;]\\)[ \t]*"))
    `((,(concat start (regexp-opt hnet-mode--named t) "[ \t]+\\([a-z0-9][^] \t\n<>;,\"]*\\)[^;<>\"\n]*<")
       (1 font-lock-keyword-face) (2 font-lock-type-face))
      (,(concat start "\\([a-z][a-z0-9-]*\\)\\(?:[ \t][^;<>\"\n]*\\)?<")
       (1 font-lock-keyword-face))
      (,(concat start (regexp-opt hnet-mode--fields t) hnet-mode--end)
       (1 font-lock-variable-name-face))
      (,(concat start (regexp-opt hnet-mode--statements t) hnet-mode--end)
       (1 font-lock-keyword-face))
      ("[ \t,]\\([[/-]*[0-9][^] \t\n<>;,\"]*\\]?\\)" (1 font-lock-constant-face))))
  "Colours.")

(defvar hnet-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?< "(>" table)
    (modify-syntax-entry ?> ")<" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?. "_" table)
    (modify-syntax-entry ?/ "_" table)
    table)
  "What characters are.")

(defun hnet-mode-indent-line ()
  "Indent the line by the bodies around it."
  (interactive)
  (let* ((closes (save-excursion (back-to-indentation) (eq (char-after) ?>)))
         (depth (car (save-excursion (syntax-ppss (line-beginning-position)))))
         (column (* hnet-indent-offset (max 0 (- depth (if closes 1 0))))))
    (if (nth 3 (save-excursion (syntax-ppss (line-beginning-position))))
        'noindent
      (save-excursion (indent-line-to column))
      (when (< (current-column) column) (back-to-indentation)))))

;;;###autoload
(define-derived-mode hnet-mode prog-mode "hnet"
  "Major mode for hnet."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-line-function #'hnet-mode-indent-line)
  (setq-local electric-indent-chars (append '(?>) electric-indent-chars))
  (setq-local font-lock-defaults '(hnet-mode--font-lock)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.hnet\\'" . hnet-mode))

(with-eval-after-load 'eglot
  (defvar eglot-server-programs)
  (add-to-list 'eglot-server-programs '(hnet-mode . ("hnet" "lsp"))))

(provide 'hnet-mode)
;;; hnet-mode.el ends here
