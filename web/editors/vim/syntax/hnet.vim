" Colours of hnet, for Vim and Neovim.
" Written by `cargo xtask editors` from the vocabulary. Change crates/xtask/src/editors/templates/hnet.vim.
if exists('b:current_syntax')
  finish
endif

syntax iskeyword @,48-57,-,_,.,/,[,]

" The first word of a statement, then what stands behind it. Where a body opens on the line it is no field.
syntax match hnetHead /[^[:space:]<>;,"#][^[:space:]<>;,"]*/ contains=hnetField,hnetOnly nextgroup=hnetArguments skipwhite skipempty
syntax match hnetOpening /[^[:space:]<>;,"#][^[:space:]<>;,"]*\ze\%([[:space:]][^;<>"#]*\)\?</ contains=hnetStatement nextgroup=hnetArguments skipwhite skipempty
syntax region hnetArguments contained start=/[^[:space:]<>;]/ end=/\ze[;<>]/ contains=hnetText,hnetBlock,hnetComment,hnetDoc,hnetNumber,hnetInline,hnetConstant
syntax match hnetNumber contained /\%([[:space:],]\|^\)\@1<=[[/-]*[0-9][^[:space:]<>;,"]*/

syntax region hnetText start=/"/ skip=/\\./ end=/"/ oneline
syntax region hnetBlock start=/"""/ end=/"""/
syntax match hnetComment /\%([[:space:]<>;,"]\|^\)\@1<=#.*$/ contains=@Spell
syntax match hnetDoc /\%([[:space:]<>;,"]\|^\)\@1<=##\%(#\)\@!.*$/ contains=@Spell
syntax match hnetMark /[<>;,]/

syntax keyword hnetStatement contained
      \ access-log acme acme-dns address advertise announce answer api-keys api-server ask at authorize
      \ backend backend-policy balance bgp bond bridge ca certificate certificate-issuer cilium claim
      \ client-certificate client-policy client-rate-limit cloudflare cluster controller-manager cors
      \ deny-from deny-to digitalocean discovery disk disruption dns dummy encryption envoy etcd existing
      \ existing-volume extension-policy extension-service external-account external-dns file firewall from
      \ gateway gateway-api gitops header host http-ingress http-route http2 http3 hubble image include
      \ interface internet jwt keepalive kernel-modules key kube-prism kube-span kubelet l2-lease let limit
      \ listener lua machine match metrics-to mirror monitoring mount namespace network node oidc operator
      \ output overlay partition peer placeholder policy pool process profile prometheus provider
      \ proxy-protocol publish raw-volume record records registry-mirror reserve retry rfc2136 route
      \ route-filter route53 router rule scale scheduler secret-store security-policy self-signed service
      \ shared solver spread static-host subnet swap-volume switch talos-api-access tell to tpm tracing tunnel
      \ user-volume vlan volume wasm watchdog webhook wireguard zone
syntax keyword hnetOnly contained
      \ access-log acme acme-dns advertise announce answer api-keys api-server ask at authorize backend
      \ backend-policy balance bond bridge ca certificate certificate-issuer claim client-certificate
      \ client-policy client-rate-limit cloudflare cluster controller-manager cors deny-from deny-to
      \ digitalocean discovery disruption dummy etcd existing existing-volume extension-policy
      \ extension-service external-account external-dns file firewall gateway-api gitops http-ingress
      \ http-route http3 hubble include interface internet jwt kernel-modules kube-prism kube-span kubelet
      \ l2-lease let limit listener lua machine match metrics-to mirror monitoring mount network node oidc
      \ operator output overlay partition peer placeholder pool process profile prometheus publish raw-volume
      \ record registry-mirror reserve rfc2136 route route-filter route53 rule scale scheduler secret-store
      \ security-policy self-signed shared solver spread static-host swap-volume talos-api-access tpm tracing
      \ user-volume volume wasm watchdog webhook wireguard
syntax keyword hnetField contained
      \ accept access-cookie access-key-id access-key-id-from access-time account account-key
      \ ad-actor-sys-prio ad-lacp-active ad-select ad-user-port-key add-header add-response-header address
      \ addresses admission-control advertise-kubernetes-networks advertisement after algorithm
      \ all-slaves-active allow allow-down-peer-bypass allowed-ips alpn annotate-nodes annotation-filter
      \ annotation-prefix annotations any-certificate arch argocd args arp-all-targets arp-interval
      \ arp-ip-targets arp-validate as ask-duration asked audiences audit-policy authorities authority
      \ authorization backend-timeout backend-tls-policies bandwidth-manager bbr bgp block-size body boot
      \ bootstrap bpf-clock-probe bpf-masquerade buffer burst bus-path by ca-certificate cache
      \ certificate-names certificate-profile certificates check-secure-boot cidr-group cilium cipher ciphers
      \ class class-annotation client client-address-header client-address-required client-from
      \ client-protocol cloudflared cluster-dns cluster-id cluster-name cluster-rules cname cni cni-exclusive
      \ common-name communities compress compression concurrency config config-map connect-retry
      \ connect-timeout connection-timeout connection-window connections connector content content-type cookie
      \ cookie-domain cookies core-dns coredns corefile countries credential credential-header credentials
      \ dashboard-annotations dashboards data datapath datastore default-action default-deny default-route
      \ default-search devices dhcp dhcp-client-id dhcp-families dhcp-ignore-hostname dhcp-metric disk
      \ distributed-lru dns dns-address dns-domain docs domain domains down-after downdelay drain-at-least
      \ drain-timeout driver duration egress-gateway email encrypt-nodes encryption endpoint endpoint-routes
      \ endpoints environment envoy envoy-headers escaped-slashes exact-path except excluded-networks
      \ existing-account expose extensions external-secrets external-traffic-policy factory fail-open
      \ fail-over-mac families filesystem filter final-newline firewall-mark first-and-last flux folder for
      \ forward forward-kube-dns forward-token found-by from gateway gateway-alpn gateway-app-protocol
      \ gateway-external-traffic-policy gateway-host-network gateway-labels gateway-proxy-protocol
      \ gateway-trusted-hops gateways gateways-with graceful-restart group grow grpc-method grpc-routes
      \ grpc-service hardware-address harvest-extra-endpoints hash header header-regex headers
      \ headers-to-backend health-check health-path hide hold-time holds host host-dns host-firewall
      \ host-legacy-routing hostname http2 icmp id id-cookie idle idle-timeout image image-repository
      \ infrastructure ingress-controller ingress-default ingress-load-balancer instance interfaces interval
      \ ip-family ipv4-big-tcp ipv6-big-tcp ipv6-masquerade is issuer issuer-urls issuers json k3s
      \ keep-request-id keepalive kernel-arguments kernel-name key key-encoding key-rotation key-size keys
      \ kind kms kube-proxy kubernetes kubernetes-api kubernetes-policies l2-policies label label-filter
      \ labels lacp-rate like limits listen-port load-balancer load-balancer-acceleration
      \ load-balancer-algorithm load-balancer-class local-preference local-redirect-policies lock-to-state
      \ log-level logout lp-interval mac machines manifest manifests manifests-directory max max-age max-size
      \ max-unavailable members merge merge-gateways merge-slashes meta method methods metric metrics miimon
      \ min min-available min-links min-size missed-max mode monitors mtu multihop name name-servers names
      \ namespace namespaces node-id node-labels node-subnets nodes ntp ntp-boot-timeout num-peer-notif
      \ object-name observe ocsp omni on-invalid only op open-metrics optional options organizational-units
      \ organizations origins other-connections otherwise override-path overwrite owner-id packets-per-slave
      \ parameters password passwords patch path path-regex pci-id pcrs peer-notify-delay percent
      \ permanent-mac permissions physical platform pmtu-discovery pod-annotations pod-labels pods policies
      \ policy policy-enforcement pools port port-name ports preallocate-maps preferred-chain preshared-key
      \ primary primary-reselect priority-class private-key probes project project-quota property protocol
      \ provider proxied proxy proxy-protocol public-key qps query query-regex reached-at read-only records
      \ redirect redirect-host redirect-port redirect-status reference-grants refresh region
      \ register-with-fqdn registry relay remove-header remove-response-header renew-before renew-deadline
      \ replicas repository request-timeout requests requests-per-connection resend-igmp reserved
      \ resolve-member-names resource retries retry revision revocation-lists rewrite-full-path rewrite-host
      \ rewrite-path role roles root router routers routes routes-with routing run sample
      \ schedule-on-control-planes scopes sctp search seccomp-profile secret secret-annotations
      \ secret-authorities secret-key secret-labels secrets secure secure-boot server-name service
      \ service-annotations service-labels service-topology service-type services set-header
      \ set-response-header settings sha256 size skew skip-fallback skip-unreachable-nodes socket-lb
      \ socket-lb-host-only socket-lb-terminate source sources speaks static static-pod status statuses stp
      \ stream-idle-timeout stream-window streams subnet subnets substitute-from switch sysctls sysfs system
      \ table taints talconfig talos talos-api tcp-connections tcp-routes tell text text-from through timeout
      \ times tlb-dynamic-lb tls tls-max tls-min tls-mode to tofu token token-of topf tproxy trusted-hops
      \ trusted-proxies ttl tunnel txt-prefix type udev-rules ui uki underscores up-after updelay uplink url
      \ usages use use-carrier uuid values verify version virtual-ip vlan vlan-bypass vlan-filtering wait
      \ wait-at-most waiting weight where xmit-hash-policy zone zones
syntax keyword hnetInline contained
      \ accept access-cookie access-key-id access-key-id-from access-time account account-key
      \ ad-actor-sys-prio ad-lacp-active ad-select ad-user-port-key add-header add-response-header address
      \ addresses admission-control advertise-kubernetes-networks advertisement after algorithm
      \ all-slaves-active allow allow-down-peer-bypass allowed-ips alpn annotate-nodes annotation-filter
      \ annotation-prefix annotations any-certificate arch argocd args arp-all-targets arp-interval
      \ arp-ip-targets arp-validate as ask-duration asked audiences audit-policy authorities authority
      \ authorization backend-timeout backend-tls-policies bandwidth-manager bbr bgp block-size body boot
      \ bootstrap bpf-clock-probe bpf-masquerade buffer burst bus-path by ca-certificate cache
      \ certificate-names certificate-profile certificates check-secure-boot cidr-group cilium cipher ciphers
      \ class class-annotation client client-address-header client-address-required client-from
      \ client-protocol cloudflared cluster-dns cluster-id cluster-name cluster-rules cname cni cni-exclusive
      \ common-name communities compress compression concurrency config config-map connect-retry
      \ connect-timeout connection-timeout connection-window connections connector content content-type cookie
      \ cookie-domain cookies core-dns coredns corefile countries credential credential-header credentials
      \ dashboard-annotations dashboards data datapath datastore default-action default-deny default-route
      \ default-search devices dhcp dhcp-client-id dhcp-families dhcp-ignore-hostname dhcp-metric disk
      \ distributed-lru dns dns-address dns-domain docs domain domains down-after downdelay drain-at-least
      \ drain-timeout driver duration egress-gateway email encrypt-nodes encryption endpoint endpoint-routes
      \ endpoints environment envoy envoy-headers escaped-slashes exact-path except excluded-networks
      \ existing-account expose extensions external-secrets external-traffic-policy factory fail-open
      \ fail-over-mac families filesystem filter final-newline firewall-mark first-and-last flux folder for
      \ forward forward-kube-dns forward-token found-by from gateway gateway-alpn gateway-app-protocol
      \ gateway-external-traffic-policy gateway-host-network gateway-labels gateway-proxy-protocol
      \ gateway-trusted-hops gateways gateways-with graceful-restart group grow grpc-method grpc-routes
      \ grpc-service hardware-address harvest-extra-endpoints hash header header-regex headers
      \ headers-to-backend health-check health-path hide hold-time holds host host-dns host-firewall
      \ host-legacy-routing hostname http2 icmp id id-cookie idle idle-timeout image image-repository
      \ infrastructure ingress-controller ingress-default ingress-load-balancer instance interfaces interval
      \ ip-family ipv4-big-tcp ipv6-big-tcp ipv6-masquerade is issuer issuer-urls issuers json k3s
      \ keep-request-id keepalive kernel-arguments kernel-name key key-encoding key-rotation key-size keys
      \ kind kms kube-proxy kubernetes kubernetes-api kubernetes-policies l2-policies label label-filter
      \ labels lacp-rate like limits listen-port load-balancer load-balancer-acceleration
      \ load-balancer-algorithm load-balancer-class local-preference local-redirect-policies lock-to-state
      \ log-level logout lp-interval mac machines manifest manifests manifests-directory max max-age max-size
      \ max-unavailable members merge merge-gateways merge-slashes meta method methods metric metrics miimon
      \ min min-available min-links min-size missed-max mode monitors mtu multihop name name-servers names
      \ namespace namespaces node-id node-labels node-subnets nodes ntp ntp-boot-timeout num-peer-notif
      \ object-name observe ocsp omni on-invalid only op open-metrics optional options organizational-units
      \ organizations origins other-connections otherwise override-path overwrite owner-id packets-per-slave
      \ parameters password passwords patch path path-regex pci-id pcrs peer-notify-delay percent
      \ permanent-mac permissions physical platform pmtu-discovery pod-annotations pod-labels pods policies
      \ policy policy-enforcement pools port port-name ports preallocate-maps preferred-chain preshared-key
      \ primary primary-reselect priority-class private-key probes project project-quota property protocol
      \ provider proxied proxy proxy-protocol public-key qps query query-regex reached-at read-only records
      \ redirect redirect-host redirect-port redirect-status reference-grants refresh region
      \ register-with-fqdn registry relay remove-header remove-response-header renew-before renew-deadline
      \ replicas repository request-timeout requests requests-per-connection resend-igmp reserved
      \ resolve-member-names resource retries retry revision revocation-lists rewrite-full-path rewrite-host
      \ rewrite-path role roles root router routers routes routes-with routing run sample
      \ schedule-on-control-planes scopes sctp search seccomp-profile secret secret-annotations
      \ secret-authorities secret-key secret-labels secrets secure secure-boot server-name service
      \ service-annotations service-labels service-topology service-type services set-header
      \ set-response-header settings sha256 size skew skip-fallback skip-unreachable-nodes socket-lb
      \ socket-lb-host-only socket-lb-terminate source sources speaks static static-pod status statuses stp
      \ stream-idle-timeout stream-window streams subnet subnets substitute-from switch sysctls sysfs system
      \ table taints talconfig talos talos-api tcp-connections tcp-routes tell text text-from through timeout
      \ times tlb-dynamic-lb tls tls-max tls-min tls-mode to tofu token token-of topf tproxy trusted-hops
      \ trusted-proxies ttl tunnel txt-prefix type udev-rules ui uki underscores up-after updelay uplink url
      \ usages use use-carrier uuid values verify version virtual-ip vlan vlan-bypass vlan-filtering wait
      \ wait-at-most waiting weight where xmit-hash-policy zone zones
syntax keyword hnetConstant contained
      \ * 1.0 1.1 1.2 1.3 301 302 303 307 308 5xx 802.3ad A AAAA CNAME CONNECT CRI CiliumNetworkPolicy
      \ ClusterIssuer ClusterSecretStore DELETE EPHEMERAL ETCD GET HEAD IMAGECACHE Issuer KUBELET LOG MX NAPTR
      \ NS NetworkPolicy OPTIONS PATCH POST PTR PUT SRV STATE SecretStore TRACE TXT accept active
      \ active-backup aes-xts-plain64 akamai all allow always ambassador-host amd64 any anyway append argocd
      \ arm64 auto aws aws-sd azure backup balance-alb balance-rr balance-tlb balance-xor bandwidth
      \ best-effort better bgp block broadcast brotli btrfs cancelled cert-sign client-auth cloudstack cluster
      \ code-signing connect-failure connector content-commitment contour-httpproxy control-plane cookie count
      \ cpu crd create create-only critical crl-sign daemonset data-encipherment datadog deadline-exceeded
      \ debug decipher-only dedicated default deny deployment digital-ocean digital-signature directory
      \ disabled disk disk-image drop dsr dual-stack dynamodb ecdsa ecdsa-256 ecdsa-384 ecdsa-521 ed25519
      \ egress email-protection empty encap2+3 encap3+4 encipher-only end-connection end-stream equinixMetal
      \ error exoscale experimental ext4 external f5-transportserver f5-virtualserver failure fake fast filter
      \ filter-active filter-backup flannel flux follow forward frr gateway-error gateway-grpcroute
      \ gateway-httproute gateway-tcproute gateway-tlsroute gateway-udproute gcp gloo-proxy grpc gzip h2c hash
      \ hcloud header health host http https hybrid ignore info ingress init internal ipsec-end-system
      \ ipsec-tunnel ipsec-user ipv4 ipv6 iso istio-gateway istio-virtualservice json keep key-agreement
      \ key-encipherment kong-tcpingress kube-apiserver l2 layer2 layer2+3 layer3+4 least-requests list
      \ load-balancer local mac maglev md5 memory metal microsoft-sgc mikrotik native netkit netkit-l2
      \ netscape-sgc never no_read_workqueue no_write_workqueue nocloud node node-port none noop ocsp-signing
      \ off on opennebula openshift-route openstack opentelemetry opnsense oracle os:admin os:etcd:backup
      \ os:impersonator os:operator os:reader overwrite partition passthrough pkcs1 pkcs8 pod pods pxe random
      \ redirect refused-stream reject remote-node reset reset-before-request resource-exhausted retriable-4xx
      \ retriable-status-codes rsa rsa-2048 rsa-3072 rsa-4096 rsa-8192 s/mime same_cpu_crypt scaleway
      \ server-auth service services sha1 sha256 sha512 shared signing skipper-routegroup slow snat
      \ source-address stable standard strategic sync tcp terminate testing-only text timestamping tls trace
      \ traefik-proxy tunnel turns txt udp unavailable unifi unmanaged unstructured upcloud upsert-only v1 v2
      \ veth vmware vultr wait warn wireguard worker world ws wss xchacha12,aes-adiantum-plain64
      \ xchacha20,aes-adiantum-plain64 xfs zipkin zstd

highlight default link hnetStatement Statement
highlight default link hnetOnly Statement
highlight default link hnetField Identifier
highlight default link hnetInline Identifier
highlight default link hnetConstant Constant
highlight default link hnetArguments Normal
highlight default link hnetNumber Number
highlight default link hnetText String
highlight default link hnetBlock String
highlight default link hnetComment Comment
highlight default link hnetDoc SpecialComment
highlight default link hnetMark Delimiter

syntax sync minlines=200
let b:current_syntax = 'hnet'
