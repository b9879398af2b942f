//! Variables of Flux that a repository says in the clear: said once, and written wherever the files have them.

use crate::common::built;
use hnet_import::{Imported, Stays, import_in_place};

/// Of each file of a cluster its folder, and what its Flux Kustomization puts in.
fn repository(apps: &[(&str, &str)], files: &[(&str, &str)]) -> Imported {
    let sync = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system}\n\
                spec: {path: ./cluster}\n";
    let mut all = vec![("cluster/flux-system/gotk-sync.yaml".to_owned(), sync.to_owned())];
    for (folder, variables) in apps {
        let text = format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {folder}}}\n\
             spec: {{path: ./{folder}, postBuild: {{substitute: {{{variables}}}}}}}\n"
        );
        all.push((format!("cluster/{folder}.yaml"), text));
    }
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    import_in_place(all)
}

fn route(name: &str, host: &str, port: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: {name}\n  namespace: media\n\
         spec:\n  hostnames: [\"{host}\"]\n  parentRefs: [{{name: internal, namespace: network}}]\n  \
         rules:\n    - backendRefs:\n        - name: app\n          port: {port}\n"
    )
}

const GATEWAY: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n\
    metadata: {name: internal, namespace: network}\nspec:\n  gatewayClassName: envoy\n  \
    listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]\n";

#[test]
fn what_is_in_the_clear_is_said_once_and_files_keep_it() {
    let with_address = "addresses: [{type: IPAddress, value: &ip \"${IP}\"}]\n  \
                        infrastructure: {annotations: {lbipam.cilium.io/ips: *ip}}\n  listeners";
    let gateway = GATEWAY.replace("listeners", with_address);
    let pool = "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: ways-in}\n\
                spec: {allowFirstLastIPs: \"No\", blocks: [{cidr: \"${POOL}\"}]}\n";
    let certificate = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: home, namespace: network}\n\
                       spec:\n  secretName: home-tls\n  issuerRef: {name: own, kind: ClusterIssuer}\n  \
                       dnsNames: [\"${DOMAIN}\", '*.${DOMAIN}']\n  subject: {localities: [\"${DOMAIN}\"]}\n";
    let variables = "DOMAIN: home.example.org, IP: 192.168.20.44, POOL: 192.168.20.32/27, TOKEN: ghp_q8Xv2LmZ0pRt7Yb3q8Xv2LmZ0pRt7Yb3abcd, UNUSED: x";
    let made = repository(
        &[("network", variables), ("media", variables)],
        &[
            ("network/gateway.yaml", &gateway),
            ("network/pool.yaml", pool),
            ("network/certificate.yaml", certificate),
            ("media/one.yaml", &route("one", "one.${DOMAIN}", "80")),
            ("media/two.yaml", &route("two", "two.${SECRET_DOMAIN}", "80")),
            ("media/three.yaml", &route("three", "${TOKEN}.${DOMAIN}", "80")),
        ],
    );
    for said in [
        "  placeholder DOMAIN home.example.org;\n  placeholder IP 192.168.20.44;\n  placeholder POOL 192.168.20.32/27;\n\n",
        "hostname one.${DOMAIN};",
        "hostname two.${SECRET_DOMAIN};",
        "addresses ${POOL};",
        "names ${DOMAIN}, *.${DOMAIN};",
        "- ${DOMAIN}\n",
    ] {
        assert!(made.text.contains(said), "{said}\n{}", made.text);
    }
    assert!(!made.text.contains("placeholder TOKEN") && !made.text.contains("UNUSED"), "{}", made.text);
    let (text, files) = made.in_place().expect("it can be built in place");
    let stays: Vec<&str> =
        files.iter().filter(|(_, stays)| !matches!(stays, Stays::Built(_))).map(|(path, _)| path.as_str()).collect();
    // What looks like a secret is a symbol as one of a Secret is, and what stands beside it in one text is a value.
    assert_eq!(stays, ["media/three.yaml"], "{files:?}");
    assert!(text.contains("hostname ${TOKEN}.home.example.org;") && !text.contains("ghp_"), "{text}");
    let files = built(&text);
    let file = |path: &str| &files.iter().find(|(own, _)| own == path).expect("it is built").1;
    assert!(
        file("network/gateway.yaml").contains("lbipam.cilium.io/ips: \"${IP}\""),
        "{}",
        file("network/gateway.yaml")
    );
    assert!(file("network/certificate.yaml").contains("localities:\n      - \"${DOMAIN}\""));
    assert!(file("media/one.yaml").contains("- \"one.${DOMAIN}\""));
}

/// What two Flux Kustomizations say differently has no one meaning, and what is unknown in one is no value in another.
#[test]
fn what_means_two_things_is_not_said() {
    let made = repository(
        &[("one", "HOST: one.example.org, D: example.org, PORT: '80'"), ("two", "HOST: two.example.org")],
        &[
            ("one/gateway.yaml", GATEWAY),
            ("one/route.yaml", &route("one", "${HOST}", "${PORT}")),
            ("two/route.yaml", &route("two", "${HOST}", "80")),
            ("one/three.yaml", &route("three", "three.${D}", "80")),
            ("two/four.yaml", &route("four", "four.${D}", "80")),
        ],
    );
    assert!(!made.text.contains("placeholder"), "{}", made.text);
    for said in ["one.example.org;", "two.example.org;", "three.example.org;", "four.${D};", "media/app:80;"] {
        assert!(made.text.contains(said), "{said}\n{}", made.text);
    }
    built(&made.text);
}

/// What a thing is called is its name, however a file writes it.
#[test]
fn names_are_values() {
    let made = repository(
        &[("media", "APP: jellyfin, DOMAIN: example.org")],
        &[
            ("media/gateway.yaml", GATEWAY),
            ("media/route.yaml", &route("${APP}", "${APP}.${DOMAIN}", "80").replace("name: app", "name: ${APP}")),
        ],
    );
    assert!(made.text.contains("route jellyfin <"), "{}", made.text);
    assert!(made.text.contains("hostname ${APP}.${DOMAIN};"), "{}", made.text);
    assert!(made.text.contains("media/jellyfin:80;"), "{}", made.text);
    built(&made.text);
}

/// What Flux takes for one dollar stays two in the file, beside variables and without.
#[test]
fn a_dollar_that_stands_for_itself_stays_doubled() {
    let route = route("one", "one.${DOMAIN}", "80")
        .replace("  namespace: media\n", "  namespace: media\n  annotations: {note: \"say $${HOME} at ${DOMAIN}\"}\n");
    let made = repository(
        &[("media", "DOMAIN: example.org")],
        &[("media/gateway.yaml", GATEWAY), ("media/route.yaml", &route)],
    );
    assert!(made.text.contains("annotations \"note=say $${HOME} at ${DOMAIN}\";"), "{}", made.text);
    let (text, files) = made.in_place().expect("it can be built in place");
    assert!(files.iter().all(|(_, stays)| matches!(stays, Stays::Built(_))), "{files:?}\n{text}");
    assert!(built(&text).iter().any(|(_, file)| file.contains("note: \"say $${HOME} at ${DOMAIN}\"")));
}

/// A literal that is what a variable stands for is none of it: each stays as the file has it.
#[test]
fn a_literal_of_the_same_value_stays_a_literal() {
    let certificate = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: home, namespace: network}\n\
                       spec:\n  secretName: home-tls\n  issuerRef: {name: own, kind: ClusterIssuer}\n  \
                       dnsNames: [home.example.org]\n  subject: {organizations: [\"${DOMAIN}\"], \
                       organizationalUnits: [home.example.org], localities: [\"${OTHER}\"]}\n";
    let made = repository(
        &[("network", "DOMAIN: home.example.org, OTHER: home.example.org")],
        &[("network/gateway.yaml", GATEWAY), ("network/certificate.yaml", certificate)],
    );
    let (text, _) = made.in_place().expect("it can be built in place");
    let files = built(&text);
    let file = &files.iter().find(|(path, _)| path == "network/certificate.yaml").expect("it is built").1;
    for said in [
        "dnsNames:\n    - home.example.org\n",
        "organizations:\n      - \"${DOMAIN}\"\n",
        "organizationalUnits:\n      - home.example.org\n",
        "localities:\n      - \"${OTHER}\"\n",
    ] {
        assert!(file.contains(said), "{said}\n{file}\n{text}");
    }
}
