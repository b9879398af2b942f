//! Large sources of many shapes: the whole compile is linear in each.
//!
//! Each shape is compiled at two sizes, or compared with a repository, and the larger may take only so much longer. What
//! counts is the time of this thread on a processor, not on the wall, so a busy machine changes little; the least of
//! several runs stands. It is long, since each shape is a function that writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cpu_time::ThreadTime;
use hnet::{Around, Input, Options, Unwritten};
use hnet_compare::files::Documents;
use hnet_diagnostics::{Source, Sources};
use hnet_repository::Change;

/// The smaller size.
const SIZE: usize = 200;
/// How much larger the other is.
const TIMES: usize = 8;
/// How much longer it may take: linear work with a logarithm in it and colder caches, and far from the 64 of a square.
const LONGER: u32 = 20;
/// Below this nothing can be told.
const LEAST: Duration = Duration::from_millis(20);

/// What a shape is called, and its source at a size.
type Shape = (&'static str, fn(usize) -> String);

/// Statements one after the other, each made of its number.
fn each(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// An address of 10.0.0.0/8 by its number.
fn address(number: usize) -> String {
    format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255)
}

fn network(inside: &str) -> String {
    format!("network n <\nsubnet lan 10.0.0.0/8;\n{inside}>\n")
}

const SHAPES: &[Shape] = &[
    ("words that are none", |n| network(&each(n, |at| format!("word-{at} x;\n")))),
    ("one word that is none", |n| network(&"a;".repeat(n))),
    ("misspelt declarations", |n| network(&each(n, |at| format!("hots h{at} address {};\n", address(at + 1))))),
    ("brackets in brackets", |n| network(&format!("dns {}{};\n", "[ ".repeat(n), "] ".repeat(n)))),
    ("brackets that open lists", |n| network(&format!("dns {};\n", "[a, ".repeat(n)))),
    ("marks of YAML before quotes", |n| network(&format!("a |\n{}k: \"\"\"x\"\"\"\n;\n", "k: |\n".repeat(100 * n)))),
    ("hosts", |n| network(&each(n, |at| format!("host h{at} address {};\n", address(at + 1))))),
    ("hosts of one name", |n| network(&each(n, |at| format!("host h address {};\n", address(at + 1))))),
    ("hosts of one address", |n| network(&each(n, |at| format!("host h{at} address 10.0.0.7;\n")))),
    ("hosts of one address, each allowed", |n| {
        let host = |at| format!("# hnet: allow HN302 because of a test\nhost h{at} address 10.0.0.7;\n");
        network(&each(6 * n, host))
    }),
    ("hosts in no subnet", |n| network(&each(n, |at| format!("host h{at} address 192.{}.{}.1;\n", at >> 8, at & 255)))),
    ("hosts with one MAC", |n| {
        network(&each(n, |at| format!("host h{at} address {} mac 02:00:5e:00:00:01;\n", address(at + 1))))
    }),
    ("addresses of one host", |n| {
        network(&format!("host h address {};\n", (1..=n).map(address).collect::<Vec<_>>().join(", ")))
    }),
    ("subnets", |n| network(&each(n, |at| format!("subnet s{at} 172.{}.{}.0/24;\n", at >> 8, at & 255)))),
    ("subnets of one prefix", |n| network(&each(n, |at| format!("subnet s{at} 172.16.0.0/24;\n")))),
    ("subnets with one VLAN", |n| {
        network(&each(n, |at| format!("subnet s{at} 172.{}.{}.0/24 vlan 40;\n", at >> 8, at & 255)))
    }),
    ("nested subnets", |n| network(&each(n, |at| format!("subnet s{at} fd00::/{};\n", 8 + at % 113)))),
    ("DHCP ranges of one subnet", |n| {
        network(&format!(
            "subnet t 172.16.0.0/12 < {} >\n",
            each(n, |at| format!("dhcp t[{}-{}];\n", at * 4, at * 4 + 5))
        ))
    }),
    ("reservations of one subnet", |n| {
        network(&format!(
            "subnet t 172.16.0.0/12 < {} >\n",
            each(n, |at| format!("reserve t[{}-{}];\n", at * 4, at * 4 + 5))
        ))
    }),
    ("routers in a row", |n| {
        network(&format!("router r0;\n{}", each(n, |at| format!("router r{} uplink r{at};\n", at + 1))))
    }),
    ("switches in a circle", |n| network(&each(n, |at| format!("switch s{at} uplink s{};\n", (at + 1) % n)))),
    ("hosts at one switch", |n| {
        network(&format!(
            "switch s ports 8;\n{}",
            each(n, |at| format!("host h{at} address {} switch s;\n", address(at + 1)))
        ))
    }),
    ("nodes", |n| {
        network(&each(n, |at| format!("node n{at} address {} disk /dev/sda mac {};\n", address(at + 1), mac(at))))
    }),
    ("nodes without anything", |n| network(&each(n, |at| format!("node n{at};\n")))),
    ("nodes with one disk by serial", |n| {
        network(&each(n, |at| format!("node n{at} address {} disk \"serial == 'x'\";\n", address(at + 1))))
    }),
    ("interfaces of one node", |n| {
        let interface = |at| format!("interface i{at} < mac {}; address {}/32; >\n", mac(at), address(at + 1));
        network(&format!("node n < disk /dev/sda; {} >\n", each(n, interface)))
    }),
    ("members of one bond, each with an address", |n| {
        let interface = |at| format!("interface i{at} < mac {}; address {}/32; >\n", mac(at), address(at + 1));
        let members =
            (0..n).map(|at| if at % 2 == 0 { format!("i{at}") } else { mac(at) }).collect::<Vec<_>>().join(", ");
        let bond = format!("bond bond0 < mode active-backup; members {members}; >");
        network(&format!("node n < disk /dev/sda; {} {bond} >\n", each(n, interface)))
    }),
    ("modules, files and mounts of one node", |n| {
        let said = |at| format!("kernel-modules m{at}; file /var/f{at} content a;\n");
        let mount = |at| format!("mount /var/m{at};\n");
        let (machine, kubelet) = (each(n, said), each(n, mount));
        network(&format!("node n < disk /dev/sda; address 10.0.0.1; machine < {machine} > kubelet < {kubelet} > >\n"))
    }),
    ("VLANs of one interface", |n| {
        let vlan = |at| format!("vlan {} address {}/32;\n", at % 4000, address(at + 1));
        network(&format!("node n < disk /dev/sda; interface i < mac {}; {} > >\n", mac(1), each(n, vlan)))
    }),
    ("labels of one node", |n| {
        network(&format!("node n < address 10.0.0.1; disk /dev/sda; {} >\n", each(n, |at| format!("label a{at}=b;\n"))))
    }),
    ("profiles in one `like`", |n| {
        let names: Vec<String> = (0..n).map(|at| format!("p{at}")).collect();
        network(&format!(
            "{}node n < like {}; >\n",
            each(n, |at| format!("profile p{at} < disk /dev/sda; >\n")),
            names.join(", ")
        ))
    }),
    ("profiles that take each other", |n| {
        network(&format!(
            "profile p0 < disk /dev/sda; >\n{}node n like p{n};\n",
            each(n, |at| format!("profile p{} < like p{at}; >\n", at + 1))
        ))
    }),
    ("nodes with a chain of profiles each", |n| {
        let profiles = each(20, |at| format!("profile p{} < like p{at}; >\n", at + 1));
        network(&format!(
            "profile p0 < disk /dev/sda; >\n{profiles}{}",
            each(n, |at| format!("node n{at} like p20;\n"))
        ))
    }),
    ("`let`s behind each other", |n| {
        network(&format!(
            "let a0 10.0.0.1;\n{}host h address a{n};\n",
            each(n, |at| format!("let a{} a{at};\n", at + 1))
        ))
    }),
    ("`let`s that double", |n| {
        network(&format!(
            "let a0 10.0.0.1;\n{}host h address a{n};\n",
            each(n, |at| format!("let a{} a{at}, a{at};\n", at + 1))
        ))
    }),
    ("uses of one `let`", |n| {
        network(&format!("let a 10.0.0.1;\n{}", each(n, |at| format!("host h{at} address a;\n"))))
    }),
    ("unknown names", |n| network(&each(n, |at| format!("router r{at} uplink edge-{at};\n")))),
    ("one unknown name", |n| network(&each(n, |at| format!("router r{at} uplink edge;\n")))),
    ("clusters", |n| network(&each(n, |at| format!("cluster c{at};\n")))),
    ("clusters with nodes", |n| {
        network(&each(n, |at| format!("cluster c{at} < node n{at} address {} disk /dev/sda; >\n", address(at + 1))))
    }),
    ("statements beside several clusters", |n| {
        network(&format!(
            "cluster a; cluster b;\n{}",
            each(n, |at| format!("gateway g{at} address {};\n", address(at + 1)))
        ))
    }),
    ("pools", |n| network(&each(n, |at| format!("pool p{at} < addresses {}; announce l2; >\n", address(at + 1))))),
    ("pools of one range", |n| {
        network(&each(n, |at| format!("pool p{at} < addresses 10.0.0.1-10.0.0.9; announce l2; >\n")))
    }),
    ("ranges of one pool", |n| {
        network(&format!(
            "pool p < addresses {}; announce l2; >\n",
            (1..=n).map(address).collect::<Vec<_>>().join(", ")
        ))
    }),
    ("interface patterns of one pool", |n| {
        let patterns: Vec<String> = (0..n).map(|at| format!("\"^eth{at}$\"")).collect();
        network(&format!(
            "node n address 10.0.0.1 disk /dev/sda;\npool p < addresses 10.0.1.1; announce l2 < interfaces {}; > >\n",
            patterns.join(", ")
        ))
    }),
    ("gateways", |n| {
        network(&each(n, |at| format!("gateway g{at} < address {}; listener http port 80; >\n", address(at + 1))))
    }),
    ("gateways of one address", |n| {
        network(&each(n, |at| format!("gateway g{at} < address 10.0.0.1; listener http port 80; >\n")))
    }),
    ("gateways of one external address", |n| {
        let class = |at: usize| if at.is_multiple_of(2) { "envoy" } else { "eg" };
        let patch = "patch \"spec: {addresses: [{value: 10.0.0.5}]}\"";
        network(&each(n, |at| format!("gateway g{at} < class {}; listener http port 80; {patch}; >\n", class(at))))
    }),
    ("addresses of one gateway's patch", |n| {
        let list: Vec<String> = (0..n).map(|at| format!("{{value: {}}}", address(at + 1))).collect();
        let patch = format!("patch \"spec: {{addresses: [{}]}}\"", list.join(", "));
        network(&format!("gateway g < class envoy; listener http port 80; {patch}; >\n"))
    }),
    ("listeners of one gateway", |n| {
        network(&format!(
            "gateway g < address 10.0.0.1; {} >\n",
            each(n, |at| format!("listener l{at} port {};\n", at % 65_000 + 1))
        ))
    }),
    ("listeners of one port", |n| {
        network(&format!(
            "gateway g < address 10.0.0.1; {} >\n",
            each(n, |at| format!("listener l{at} port 80 hostname a{at}.example.com;\n"))
        ))
    }),
    ("routes", |n| routes(n, |at| format!("hostname a{at}.example.com; through g; to web/app:80;"))),
    ("routes of one name", |n| routes(n, |_| "hostname a.example.com; through g; to web/app:80;".to_owned())),
    ("routes to unknown services", |n| routes(n, |at| format!("hostname a{at}.example.com; through g; to svc-{at};"))),
    ("routes through an unknown gateway", |n| {
        routes(n, |at| format!("hostname a{at}.example.com; through gg; to web/app:80;"))
    }),
    ("routes through an unknown listener", |n| {
        routes(n, |at| format!("hostname a{at}.example.com; through g/x; to web/app:80;"))
    }),
    ("routes that redirect in a row", |n| {
        routes(n, |at| format!("hostname a{at}.example.com; through g; redirect-host a{}.example.com;", at + 1))
    }),
    ("names of one route", |n| {
        let names: Vec<String> = (0..n).map(|at| format!("a{at}.example.com")).collect();
        routes(1, |_| format!("hostname {}; through g; to web/app:80;", names.join(", ")))
    }),
    ("services", |n| network(&each(n, |at| format!("service s{at} web/app-{at}:80;\n")))),
    ("services for one host", |n| {
        network(&format!("host nas address 10.0.0.5;\n{}", each(n, |at| format!("service s{at} host nas port 80;\n"))))
    }),
    ("certificates of the same names", |n| {
        network(&format!(
            "certificate-issuer i kind ClusterIssuer;\n{}",
            each(n, |at| format!("certificate c{at} < names example.com; issuer i; >\n"))
        ))
    }),
    ("zones", |n| {
        network(&format!("dns < {} >\n", each(n, |at| format!("zone z{at}.home.arpa < forward 10.0.0.1; >\n"))))
    }),
    ("records of one zone", |n| {
        network(&format!(
            "dns < zone home.arpa < {} > >\n",
            each(n, |at| format!("record r{at}.home.arpa address {};\n", address(at + 1)))
        ))
    }),
    ("names that a tunnel publishes", |n| {
        let publish = each(n, |at| format!("publish a{at}.example.com to web/app:80;\n"));
        network(&format!("tunnel t < id 6ff42ae2-765d-4adf-8112-31c55c1551ef; {publish} >\n"))
    }),
    ("manifests", |n| {
        network(&each(n, |at| {
            format!(
                "manifest \"\"\"\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a{at}\n  namespace: web\n\"\"\";\n"
            )
        }))
    }),
    ("manifests beside hosts", |n| {
        let host = |at| format!("host h{at} address {};\n", address(at + 1));
        let manifest =
            |at| format!("manifest \"\"\"\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: a{at}\n\"\"\";\n");
        network(&format!("{}{}", each(3 * n, host), each(3 * n, manifest)))
    }),
    ("Helm values that nothing reads, behind others", |n| {
        let others = each(20 * n, |at| format!("        k{at}: v\n"));
        let values = each(n / 2, |at| format!("      a{at}{at}{at}: 1\n"));
        network(&format!("cilium 1.20.0 < values \"\"\"\n      extraConfig:\n{others}{values}    \"\"\"; >\n"))
    }),
    ("a manifest of many lines", |n| {
        let lines = each(n, |at| format!("  k{at}: v\n"));
        network(&format!(
            "manifest \"\"\"\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: web\ndata:\n{lines}\"\"\";\n"
        ))
    }),
    ("placeholders in one text", |n| {
        let words = each(n, |at| format!("w{at}${{D}} "));
        network(&format!(
            "placeholder D x;\npool p < addresses 10.0.0.1; announce l2; annotations \"a=b {words}\"; >\n"
        ))
    }),
    ("comments", |n| network(&"# comment\n".repeat(n))),
    ("doc comments", |n| network(&format!("{}host h address 10.0.0.1;\n", "## doc\n".repeat(n)))),
    ("bodies that are not closed", |n| format!("network n <\n{}", "host a <\n".repeat(n))),
    ("includes of nothing", |n| network(&each(n, |at| format!("include \"f{at}.hnet\";\n")))),
];

fn mac(number: usize) -> String {
    format!("02:00:{:02x}:{:02x}:{:02x}:01", number >> 16 & 255, number >> 8 & 255, number & 255)
}

fn routes(count: usize, body: impl Fn(usize) -> String) -> String {
    let routes = each(count, |at| format!("route r{at} < {} >\n", body(at)));
    network(&format!("gateway g < address 10.0.0.1; listener http port 80; >\n{routes}"))
}

/// The least time that the thread needed for a compile, of a few.
fn time(source: &str, runs: usize) -> Duration {
    let times = (0..runs).map(|_| {
        let start = ThreadTime::now();
        let _ = hnet::compile(Input::one("network.hnet", source), &Options::default());
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

#[test]
fn the_compile_is_linear_in_every_shape() {
    let mut failures = Vec::new();
    for (name, shape) in SHAPES {
        let (small, large) = (shape(SIZE), shape(SIZE * TIMES));
        // Nearly always one run of each tells it.
        let holds = [1, 3, 5].into_iter().any(|runs| time(&large, runs) <= time(&small, runs).max(LEAST) * LONGER);
        if !holds {
            failures.push(format!(
                "{name}: {:?} at {SIZE}, {:?} at {}",
                time(&small, 3),
                time(&large, 1),
                SIZE * TIMES
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Routes that no file of the output holds, each of which the repository says otherwise, as one comparison.
fn compared(count: usize) -> Duration {
    let route = |at| format!("route r{at} < hostname a{at}.example.com; through g; to web/app:80; >\n");
    let gateway = "existing < gateway g < class envoy; listener http < port 80; allow all; > > >\n";
    let source = format!("network n <\n{gateway}{}output routes off;\n>\n", each(count, route));
    let mut files = Sources::new();
    for at in 0..count {
        let text = format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r{at}, namespace: web}}\n\
             spec:\n  hostnames: [b{at}.example.com]\n"
        );
        files.add(Source::new(format!("r{at}.yaml"), text));
    }
    let mut compilation = hnet::check(Input::one("network.hnet", source), &Options::default());
    let network = compilation.network.as_ref().expect("nothing stops the build");
    let start = ThreadTime::now();
    let unwritten = Unwritten::of(network, &compilation.sources).expect("no route is written");
    let around = Around { files: &files, ours: &BTreeSet::new(), called: &|path| path.to_owned() };
    let found = unwritten.findings(&around, &mut compilation.sources);
    let took = start.elapsed();
    assert_eq!(found.len(), count, "each differs");
    took
}

/// Machines of which the talconfig says other disks and addresses, each with a file of patches, as one comparison.
fn machines(count: usize) -> Duration {
    let own = |at: usize| address(2 * at + 2);
    let node = |at| format!("node n{at} < disk /dev/sda; interface eth0 < address {}/8; > >\n", own(at));
    let source = format!(
        "network n <\nsubnet lan 10.0.0.0/8;\ncluster home < pods 172.16.0.0/12; services 192.168.0.0/16; endpoint 10.255.0.1; >\n{}\
         output < talos off; infrastructure off; bootstrap off; docs off; >\n>\n",
        each(count, node)
    );
    let there = |at| {
        let links = format!("networkInterfaces: [{{interface: eth0, addresses: [{}/8]}}]", address(2 * at + 3));
        format!("  - {{hostname: n{at}, ipAddress: {}, controlPlane: true, installDisk: /dev/sdb, {links}}}\n", own(at))
    };
    let mut files = Sources::new();
    let talconfig = format!("clusterName: home\nendpoint: https://10.255.0.1:6443\nnodes:\n{}", each(count, there));
    files.add(Source::new("talos/talconfig.yaml", talconfig));
    for at in 0..count {
        let servers = each(16, |more| format!("  - {}\n", address((1 << 20) + 16 * at + more)));
        let text = format!("machine:\n network:\n  nameservers:\n{servers}\n");
        files.add(Source::new(format!("talos/patches/n{at}.yaml"), text));
    }
    let mut compilation = hnet::check(Input::one("network.hnet", source), &Options::default());
    let network = compilation.network.as_ref().expect("the network is read");
    let start = ThreadTime::now();
    let unwritten = Unwritten::of(network, &compilation.sources).expect("no machine is written");
    let around = Around { files: &files, ours: &BTreeSet::new(), called: &|path| path.to_owned() };
    let found = unwritten.findings(&around, &mut compilation.sources);
    let took = start.elapsed();
    assert_eq!(found.len(), 2 * count, "each differs");
    took
}

#[test]
fn machines_are_compared_in_linear_time() {
    assert_linear(SIZE, &machines);
}

/// What is done at a size takes only so much longer at a larger one.
fn assert_linear(small: usize, done: &dyn Fn(usize) -> Duration) {
    let large = small * TIMES;
    let least = |count, runs| (0..runs).map(|_| done(count)).min().unwrap_or_default();
    let holds = [1, 3].into_iter().any(|runs| least(large, runs) <= least(small, runs).max(LEAST) * LONGER);
    assert!(holds, "{:?} at {small}, {:?} at {large}", done(small), done(large));
}

#[test]
fn what_is_written_nowhere_is_compared_in_linear_time() {
    assert_linear(SIZE / 4, &compared);
}

/// A change of a repository by one cluster.
fn change<'a>(there: &'a Sources, written: &'a BTreeMap<String, &'a str>, removed: &'a BTreeSet<String>) -> Change<'a> {
    Change { there, folder: "", written, removed, clusters: &["n"], cluster_of: &|_| None }
}

/// Files of which two clusters say where each goes, as what is asked of each of them.
fn owned(count: usize) -> Duration {
    let cluster = |name: &str| {
        let files = each(count, |at| format!("file {name}/r{at}.yaml < holds HTTPRoute/web/r{at}; >\n"));
        let gateway = "gateway g < class envoy; listener http port 80; >";
        format!("cluster {name} <\n{gateway}\n# hnet: allow HN642 because of a test\noutput < {files} > >\n")
    };
    let source = format!("network n <\n{}{}>\n", cluster("one"), cluster("two"));
    let checked = hnet::check(Input::one("network.hnet", source), &Options::default());
    let network = checked.network.as_ref().expect("the network is read");
    let start = ThreadTime::now();
    let owners = hnet_emit::Context { network, sources: &checked.sources }.owners();
    let found = (0..count).filter(|at| owners.cluster_of(&format!("two/r{at}.yaml")) == Some(1)).count();
    let took = start.elapsed();
    assert_eq!(found, count, "each is of the second");
    took
}

#[test]
fn a_cluster_is_found_by_its_files_in_linear_time() {
    assert_linear(SIZE, &owned);
}

/// Objects of as many folders that are written with another version, each patched by the kustomization of its folder, as a
/// change of a repository.
fn repatched(count: usize) -> Duration {
    let route = |version: &str, at: usize| {
        format!(
            "apiVersion: gateway.networking.k8s.io/{version}\nkind: HTTPRoute\nmetadata: {{name: r{at}, namespace: web}}\n"
        )
    };
    let (mut there, mut written) = (Sources::new(), BTreeMap::new());
    for at in 0..count {
        let patch = "{target: {kind: HTTPRoute, version: v1beta1}, patch: 'spec: {hostnames: [a.example.com]}'}";
        let text = format!("resources: [route.yaml]\npatches: [{patch}]\nlabels: [{{pairs: {{a: b}}}}]\n");
        there.add(Source::new(format!("r{at}/kustomization.yaml"), text));
        there.add(Source::new(format!("r{at}/route.yaml"), route("v1beta1", at)));
        written.insert(format!("r{at}/route.yaml"), route("v1", at));
    }
    let written = written.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
    let start = ThreadTime::now();
    let (sides, _) = change(&there, &written, &BTreeSet::new()).sides();
    let took = start.elapsed();
    assert_eq!(sides.iter().map(|side| side.repatched.len()).sum::<usize>(), count, "each is lost");
    took
}

#[test]
fn patches_that_no_longer_fit_are_found_in_linear_time() {
    assert_linear(SIZE, &repatched);
}

/// Routes that nobody has in a repository of as many others, with as many variables, as one comparison.
fn surrounded(count: usize) -> Duration {
    let route = |name: &str, at: usize| {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}{at}, namespace: web}}\nspec: {{hostnames: ['${{V{at}}}.example.com']}}\n"
        )
    };
    let variables = each(count, |at| format!("      V{at}: a\n"));
    let root = format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: flux-system, namespace: flux-system}}\n\
         spec:\n  path: ./a\n  postBuild:\n    substitute:\n{variables}"
    );
    let mut there = Sources::new();
    there.add(Source::new("a/flux-system/gotk-sync.yaml", root));
    for at in 0..count {
        there.add(Source::new(format!("a/r{at}.yaml"), route("r", at)));
    }
    let texts: Vec<(String, String)> = (0..count).map(|at| (format!("n{at}.yaml"), route("n", at))).collect();
    let said = Documents::read(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let start = ThreadTime::now();
    let found = change(&there, &BTreeMap::new(), &BTreeSet::new()).beside(said);
    let took = start.elapsed();
    assert_eq!(found.objects.iter().filter(|beside| !beside.is_there).count(), count, "none is there");
    assert_eq!(found.clusters[0].variables.len(), count, "all are known");
    took
}

#[test]
fn what_is_beside_what_is_said_is_found_in_linear_time() {
    assert_linear(SIZE / 4, &surrounded);
}

/// Gateways and routes of which each names a secret and a gateway that are not there, and nearly there, as one audit.
fn misspelt(count: usize) -> Duration {
    let objects = |at: usize| {
        format!(
            "---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: c{at}, namespace: web}}\n\
             spec: {{secretName: certificate-{at}, dnsNames: [a{at}.example.com], issuerRef: {{name: x, kind: ClusterIssuer}}}}\n\
             ---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gateway-{at}, namespace: web}}\n\
             spec:\n  gatewayClassName: envoy\n  listeners:\n  - {{name: a, port: 443, protocol: HTTPS, hostname: a{at}.example.com, \
             tls: {{certificateRefs: [{{name: certifcate-{at}}}]}}}}\n\
             ---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r{at}, namespace: web}}\n\
             spec: {{parentRefs: [{{name: gatewya-{at}}}], hostnames: [a{at}.example.com]}}\n"
        )
    };
    let mut files = Sources::new();
    files.add(Source::new("kustomization.yaml", "resources: [all.yaml]\n"));
    files.add(Source::new("all.yaml", each(count, objects)));
    let start = ThreadTime::now();
    let found = hnet_audit::audit(files, false);
    let took = start.elapsed();
    let of = |code: &str| found.findings.iter().filter(|one| one.diagnostic.code.number == code).count();
    // Of very many only the first are compared.
    assert!(of("HN570").min(of("HN571")) >= count.min(SIZE / 2), "{} and {}", of("HN570"), of("HN571"));
    took
}

#[test]
fn what_is_nearly_there_is_found_in_linear_time() {
    assert_linear(SIZE, &misspelt);
}
