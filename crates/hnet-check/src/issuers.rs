//! Who issues certificates: the words of an Issuer and a ClusterIssuer, as tables. Secrets are named, and never stand in a
//! source. (cert-manager 1.21, `pkg/apis/certmanager/v1/types_issuer.go`, `pkg/apis/acme/v1/types_issuer.go`.)
//!
//! What has no row is said by `patch`, or whole as a `manifest`: Vault and Venafi, and the DNS of Akamai, Azure and Google.

use crate::told::{Table, table};

/// The words of an issuer.
#[must_use]
pub fn words() -> &'static Table {
    &ISSUER
}

table! {
    /// How certificates are issued.
    ISSUER = "certificate-issuer" () {
        /// By ACME: `acme letsencrypt < account letsencrypt; solver < cloudflare < token cloudflare/api-token; > > >`
        "acme" "acme" => Body(&ACME);
        /// By an authority whose key is known: `ca home-ca;`
        "ca" "ca" => Body(&AUTHORITY);
        /// Each certificate by its own key, as an authority of one's own begins.
        "self-signed" "selfSigned" => Body(&SELF_SIGNED);
    }
}

table! {
    /// By ACME.
    ACME = "acme" (
        /// Whose: `letsencrypt`, `letsencrypt-staging`, whose certificates nobody trusts, or the URL of a directory.
        "server" "server" => One(Known(
            "`letsencrypt`, `letsencrypt-staging` or a URL",
            &["letsencrypt", "letsencrypt-staging"],
            &["https://acme-v02.api.letsencrypt.org/directory", "https://acme-staging-v02.api.letsencrypt.org/directory"]
        )), required true
    ) {
        /// Who is told of what goes wrong.
        "email" "email" => One(Text);
        /// The Secret that cert-manager keeps the key of the account in.
        "account" "privateKeySecretRef.name" => One(Name), required true;
        /// The key in that Secret.
        "account-key" "privateKeySecretRef.key" => One(Text), default "tls.key";
        /// Whether that Secret must be there, and none is made.
        "existing-account" "disableAccountKeyGeneration" => Flag, default "off";
        /// What kind of certificates, as the server calls them: `shortlived`.
        "certificate-profile" "profile" => One(Text), default "the server's own";
        /// The chain that is taken where there are several: the common name of its root.
        "preferred-chain" "preferredChain" => One(Text);
        /// Whether the server is asked for the `duration` of certificates. Let's Encrypt refuses to be.
        "ask-duration" "enableDurationFeature" => Flag, default "off";
        /// Whether the server's own certificate is judged.
        "verify" "skipTLSVerify" => Unless, default "on";
        /// An account that the server has already, as it wants one of some.
        "external-account" "externalAccountBinding" => Body(&EXTERNAL_ACCOUNT);
        /// How it is shown whose a name is. Of several the one counts that is for the name most closely.
        "solver" "solvers" => Bodies(&SOLVER), required true;
    }
}

table! {
    /// An account that the server has: `external-account kid-1 < secret zerossl/hmac; >`
    EXTERNAL_ACCOUNT = "external-account" (
        /// What the server calls it.
        "id" "keyID" => One(Text), required true
    ) {
        /// The key that both share.
        "secret" "keySecretRef" => One(SecretKey), required true
    }
}

table! {
    /// How it is shown whose a name is: by a record of its DNS, as a wildcard needs, or by an answer by HTTP.
    SOLVER = "solver" () {
        /// The zones of the names that it is for.
        "zones" "selector.dnsZones" => List(Text), default "all";
        /// The names that it is for, and a wildcard as it is written.
        "names" "selector.dnsNames" => List(Text), default "all";
        /// Labels of the certificates that it is for.
        "labels" "selector.matchLabels" => List(Pair);
        /// Whether the record goes where a CNAME of it leads.
        "cname" "dns01.cnameStrategy" => One(Words(&["ignore", "follow"], &["None", "Follow"])), default "ignore";
        /// By the DNS of Cloudflare.
        "cloudflare" "dns01.cloudflare" => Body(&CLOUDFLARE);
        /// By that of Amazon.
        "route53" "dns01.route53" => Body(&ROUTE53);
        /// By that of DigitalOcean.
        "digitalocean" "dns01.digitalocean" => Body(&DIGITAL_OCEAN);
        /// By a server that takes updates as RFC 2136 says.
        "rfc2136" "dns01.rfc2136" => Body(&RFC2136);
        /// By an acme-dns, to which CNAMEs lead.
        "acme-dns" "dns01.acmeDNS" => Body(&ACME_DNS);
        /// By a program that cert-manager asks.
        "webhook" "dns01.webhook" => Body(&WEBHOOK);
        /// By HTTP, through gateways.
        "http-route" "http01.gatewayHTTPRoute" => Body(&HTTP_ROUTE);
        /// By HTTP, through an ingress.
        "http-ingress" "http01.ingress" => Body(&INGRESS);
    }
}

table! {
    /// The DNS of Cloudflare: `cloudflare < token cloudflare/api-token; >`
    CLOUDFLARE = "cloudflare" () {
        /// A token that may change records.
        "token" "apiTokenSecretRef" => One(SecretKey);
        /// The key of a whole account, in place of a token.
        "key" "apiKeySecretRef" => One(SecretKey);
        /// Whose account it is; a key needs it.
        "email" "email" => One(Text);
    }
}

table! {
    /// The DNS of Amazon: `route53 < region eu-central-1; access-key-id ID; secret-key route53/secret; >`
    ROUTE53 = "route53" () {
        /// Where it is asked.
        "region" "region" => One(Text);
        /// Its zone.
        "zone" "hostedZoneID" => One(Text), default "that of the name";
        /// A role that is taken on.
        "role" "role" => One(Text);
        /// What it knows the account by.
        "access-key-id" "accessKeyID" => One(Text);
        /// The same, in a Secret.
        "access-key-id-from" "accessKeyIDSecretRef" => One(SecretKey);
        /// The key of that account.
        "secret-key" "secretAccessKeySecretRef" => One(SecretKey);
    }
}

table! {
    /// The DNS of DigitalOcean: `digitalocean < token digitalocean/token; >`
    DIGITAL_OCEAN = "digitalocean" () {
        /// A token that may change records.
        "token" "tokenSecretRef" => One(SecretKey), required true
    }
}

table! {
    /// A server that takes updates: `rfc2136 192.168.10.53:53 < key acme; secret bind/acme; algorithm sha256; >`
    RFC2136 = "rfc2136" (
        /// Its address, mostly with a port.
        "server" "nameserver" => One(Text), required true
    ) {
        /// What it calls the key.
        "key" "tsigKeyName" => One(Text);
        /// The key.
        "secret" "tsigSecretSecretRef" => One(SecretKey);
        /// How it signs.
        "algorithm" "tsigAlgorithm" => One(Words(
            &["md5", "sha1", "sha256", "sha512"], &["HMACMD5", "HMACSHA1", "HMACSHA256", "HMACSHA512"]
        )), default "md5";
        /// How it is spoken to.
        "protocol" "protocol" => One(Words(&["tcp", "udp"], &["TCP", "UDP"])), default "udp";
    }
}

table! {
    /// An acme-dns: `acme-dns https://auth.acme-dns.io < account acme-dns/accounts.json; >`
    ACME_DNS = "acme-dns" (
        /// Where it answers.
        "host" "host" => One(Text), required true
    ) {
        /// Its accounts.
        "account" "accountSecretRef" => One(SecretKey), required true
    }
}

table! {
    /// A program that cert-manager asks: `webhook ionos < group acme.example.com; >`
    WEBHOOK = "webhook" (
        /// What it is called among those of its group.
        "solver" "solverName" => One(Text), required true
    ) {
        /// The group under which Kubernetes knows it.
        "group" "groupName" => One(Text), required true;
        /// What it is told.
        "config" "config" => One(Yaml)
    }
}

table! {
    /// By HTTP, through gateways, each with a listener for port 80: `http-route < gateways network/external; >`
    HTTP_ROUTE = "http-route" () {
        /// The gateways: `network/external`, or without the namespace that of the certificate.
        "gateways" "parentRefs" => List(Object("gateway.networking.k8s.io", "Gateway"));
        /// Labels of the routes.
        "labels" "labels" => List(Pair);
        /// What the service of the answer is.
        "service-type" "serviceType" => One(Words(&["cluster", "node-port"], &["ClusterIP", "NodePort"])),
            default "node-port";
    }
}

table! {
    /// By HTTP, through an ingress: `http-ingress < class nginx; >`
    INGRESS = "http-ingress" () {
        /// The class of the ingress that is made.
        "class" "ingressClassName" => One(Name);
        /// The same as an annotation, as old controllers read it.
        "class-annotation" "class" => One(Text);
        /// The ingress that is changed in place of one that is made.
        "name" "name" => One(Name);
        /// What the service of the answer is.
        "service-type" "serviceType" => One(Words(&["cluster", "node-port"], &["ClusterIP", "NodePort"])),
            default "node-port";
    }
}

table! {
    /// By an authority: `ca home-ca;`
    AUTHORITY = "ca" (
        /// The Secret with its certificate and key.
        "secret" "secretName" => One(Name), required true
    ) {
        /// Where lists of what it took back are got.
        "revocation-lists" "crlDistributionPoints" => List(Url);
        /// Where it is asked whether a certificate holds.
        "ocsp" "ocspServers" => List(Url);
        /// Where its own certificate is got.
        "issuer-urls" "issuingCertificateURLs" => List(Url);
    }
}

table! {
    /// Each certificate by its own key.
    SELF_SIGNED = "self-signed" () {
        /// Where lists of what was taken back are got.
        "revocation-lists" "crlDistributionPoints" => List(Url)
    }
}
