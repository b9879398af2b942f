//! What people wrote beside what an import reads: it stands at what became of that, or is listed.

use hnet_import::{Imported, import};

fn imported(files: &[(&str, &str)]) -> Imported {
    import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
}

const GATEWAY: &str = "\
# Who comes from outside.
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: external
  namespace: network
  annotations:
    a.example.com/b: c
    # Read by the status page:
    # it groups by this.
    a.example.com/group: outside # NOTE: inherited by all routes
spec:
  gatewayClassName: cilium
  # The one that the router forwards to.
  addresses:
    # hostname: old.example.com
    - {type: IPAddress, value: 192.168.20.40}
  listeners:
    # A run that is switched off
    # - name: http
    #   port: 80
    #   protocol: HTTP
    - name: https
      port: 443 # `dual: stack`, see below
      protocol: HTTPS
      hostname: \"*.example.com\"
      tls: {certificateRefs: [{name: wildcard}]}
";

/// Above and behind a field, of a field that is said in words and of one that is one of several in a list.
#[test]
fn what_people_wrote_stands_at_what_it_is_about() {
    let made = imported(&[("gateway.yaml", GATEWAY)]);
    let start = made.text.find("  # Who comes").or_else(|| made.text.find("  gateway")).expect("it is there");
    let end = made.text.find("  existing").unwrap_or(made.text.len());
    insta::assert_snapshot!(made.text[start..end].trim_end(), @r#"
    # Who comes from outside.
    gateway external <
      namespace network;
      # The one that the router forwards to.
      address 192.168.20.40;
      listener https <
        # `dual: stack`, see below
        port 443;
        hostname *.example.com;
        tls wildcard;
        allow same;
      >
      # Read by the status page:
      # it groups by this.
      # NOTE: inherited by all routes
      annotations a.example.com/b=c, a.example.com/group=outside;
    >
    "#);
    let lost: Vec<&str> = made.report.lost.iter().map(|own| own.why.as_str()).collect();
    insta::assert_snapshot!(lost.join("\n"), @r#"
    # hostname: old.example.com
    # A run that is switched off
    # - name: http
    # port: 80
    # protocol: HTTP
    "#);
    assert_eq!(made.report.comments.kept, 6, "{:?}", made.report.comments);
}

/// Where one stands that looks like a secret it does not go into the source.
#[test]
fn a_secret_in_a_comment_is_not_taken_along() {
    let token = format!("ghp_{}", "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX");
    let text = GATEWAY.replace("The one that the router forwards to.", &format!("The old token was {token} here"));
    let made = imported(&[("gateway.yaml", &text)]);
    assert!(!made.text.contains("ghp_"), "{}", made.text);
    assert!(made.report.lost.iter().any(|own| own.why.contains("ghp_")), "{:?}", made.report.lost);
}

/// What a comment says of a part of a schematic stands above the image that is made of it, once for all that are alike.
#[test]
fn comments_go_along_into_a_profile() {
    for comment in ["the BIOS lies about it", "== the BIOS lies about it"] {
        goes_along_into_a_profile(comment);
    }
}

fn goes_along_into_a_profile(comment: &str) {
    let machine = |name: &str| {
        format!(
            "  - hostname: {name}
    ipAddress: {name}.home.arpa
    installDisk: /dev/sda
    schematic:
      customization:
        # {comment} ==
        extraKernelArgs: [net.ifnames=0]
    nodeLabels: {{a: b}}
"
        )
    };
    let head = "clusterName: home\ntalosVersion: v1.13.9\nendpoint: https://k8s.home.arpa:6443\nnodes:\n";
    let made = imported(&[("talconfig.yaml", &format!("{head}{}{}{}", machine("a"), machine("b"), machine("c")))]);
    assert!(made.text.contains("profile worker"), "{}", made.text);
    assert_eq!(made.text.matches(&format!("# {comment}\n")).count(), 1, "{}", made.text);
    assert!(made.report.lost.is_empty(), "{:?}", made.report.lost);
    let counts = &made.report.comments;
    assert_eq!((counts.kept, counts.moved, counts.dropped), (3, 0, 0), "{}", made.text);
}

/// Each comment is counted once, whatever became of what it stands in.
#[test]
fn each_comment_is_counted_once() {
    let talconfig = "\
# What runs at home.
clusterName: home
talosVersion: v1.13.9
endpoint: https://k8s.home.arpa:6443
nodes:
  - {hostname: a, ipAddress: a.home.arpa, installDisk: /dev/sda, controlPlane: true}
  - {hostname: b, ipAddress: b.home.arpa, installDisk: /dev/sda}
  - {hostname: c, ipAddress: c.home.arpa, installDisk: /dev/sda}
worker:
  # They are old.
  talosImageURL: ghcr.io/siderolabs/installer
patches:
  - |-
    machine:
      time:
        # It has its own clock.
        servers: [time.example.org]
      sysctls:
        a: b
  - \"@./patch.yaml\"
controlPlane:
  patches: [\"@./patch.yaml\"]
";
    let patch = "cluster:\n  # Nobody reads it.\n  apiServer: {extraArgs: {a: b}}\n  ########\n";
    let made = imported(&[("talconfig.yaml", talconfig), ("patch.yaml", patch)]);
    let counts = made.report.comments;
    assert_eq!(counts.kept + counts.moved + counts.dropped, 5, "{counts:?}\n{}", made.text);
    assert_eq!((counts.dropped, made.report.lost.len()), (1, 0), "{counts:?} {:?}\n{}", made.report.lost, made.text);
}

/// The plan of k3s's upgrade controller says which k3s a cluster is; one of another version scheme does not.
#[test]
fn a_cluster_of_k3s_is_none_of_talos() {
    let plan = "\
apiVersion: upgrade.cattle.io/v1
kind: Plan
metadata: {name: server, namespace: system-upgrade}
spec:
  # renovate: datasource=github-releases depName=k3s-io/k3s
  version: v1.36.3+k3s1
  upgrade: {image: rancher/k3s-upgrade}
";
    let made = imported(&[("gateway.yaml", GATEWAY), ("plan.yaml", plan)]);
    let said = "    # renovate: datasource=github-releases depName=k3s-io/k3s\n    k3s 1.36.3+k3s1;\n";
    assert!(made.text.contains(said), "{}", made.text);
    let made = imported(&[("gateway.yaml", GATEWAY), ("plan.yaml", &plan.replace("+k3s1", "+rke2r1"))]);
    assert!(!made.text.contains("k3s"), "{}", made.text);
}
