//! The Corefile, each line with its origin.
//!
//! CoreDNS runs its plugins in an order of its own, whatever the order of the lines; several `template`s of one
//! zone are tried in the order of the lines. Start at [`whole`] and [`beside_k3s`].

use std::net::IpAddr;

use hnet_diagnostics::{Origin, Reason};
use hnet_model::{Address, Cluster, Dns, HostName, StaticRecord, Traced, Zone};

/// The seconds for which an answer of hnet's own is kept where the zone does not say.
const RECORD_SECONDS: u64 = 30;

/// Lines of a Corefile, indented by their depth.
#[derive(Default)]
struct Lines(Vec<Traced<String>>);

impl Lines {
    fn add(&mut self, depth: usize, text: impl AsRef<str>, origin: Origin) {
        self.0.push(Traced::new(format!("{:1$}{2}", "", 4 * depth, text.as_ref()), origin));
    }

    /// A line for each, all with one origin; leading blanks stay.
    fn fixed(&mut self, text: &str, origin: Origin) {
        self.0.extend(text.lines().map(|line| Traced::new(line.to_owned(), origin)));
    }
}

/// The whole Corefile of a cluster whose CoreDNS is hnet's.
pub(super) fn whole(cluster: &Cluster, dns: &Dns) -> Vec<Traced<String>> {
    let Dns { zones, forwards, replicas: _, corefile, config_map: _, overlay: _, span } = dns;
    if let Some(corefile) = corefile {
        return raw(corefile);
    }
    let shape = Origin::derived(*span, Reason::Shape);
    let domain = &cluster.dns_domain;
    let mut lines = Lines::default();
    lines.fixed(".:53 {\n    errors\n    health {\n        lameduck 5s\n    }\n    ready", shape);
    lines.add(1, format!("kubernetes {} in-addr.arpa ip6.arpa {{", domain.value), domain.origin);
    lines.fixed("        pods insecure\n        fallthrough in-addr.arpa ip6.arpa\n        ttl 30\n    }", shape);
    lines.fixed("    prometheus :9153", shape);
    forward(&mut lines, forwards, shape, &["max_concurrent 1000"]);
    lines.fixed("    cache 30\n    loop\n    reload\n    loadbalance\n}", shape);
    zones.iter().for_each(|zone| add_zone(&mut lines, zone, forwards));
    lines.0
}

/// The files that k3s's own CoreDNS reads besides: one for each zone.
pub(super) fn beside_k3s(dns: &Dns) -> Vec<(String, Vec<Traced<String>>)> {
    let Dns { zones, forwards, replicas: _, corefile, config_map: _, overlay: _, span: _ } = dns;
    if let Some(corefile) = corefile {
        return vec![("hnet.server".to_owned(), raw(corefile))];
    }
    let file = |zone: &Zone| {
        let mut lines = Lines::default();
        add_zone(&mut lines, zone, forwards);
        // A key of a ConfigMap is letters, digits, `-`, `_` and `.`.
        let name = zone.name.value.as_str().replace(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_', "-");
        (format!("{name}.server"), lines.0)
    };
    zones.iter().map(file).collect()
}

fn raw(corefile: &Traced<String>) -> Vec<Traced<String>> {
    // The line end of the last line is written with it, said or not.
    let text = corefile.value.strip_suffix('\n').unwrap_or(&corefile.value);
    text.split('\n').map(|line| Traced::new(line.to_owned(), corefile.origin)).collect()
}

/// Where queries go on: to these servers, or to the node's own resolvers where there are none. Of several the first is
/// asked while it answers, as each resolver of a machine does it: CoreDNS would pick one at random, and servers that
/// do not know the same names then contradict each other.
fn forward(lines: &mut Lines, servers: &[Traced<Address>], shape: Origin, further: &[&str]) {
    let (to, origin) = match servers.first() {
        Some(first) => {
            let servers: Vec<String> = servers.iter().map(|server| server.value.to_string()).collect();
            (servers.join(" "), first.origin)
        }
        None => ("/etc/resolv.conf".to_owned(), shape.because(Reason::Default)),
    };
    let in_order = (servers.len() != 1).then_some("policy sequential");
    let settings: Vec<&str> = further.iter().copied().chain(in_order).collect();
    if settings.is_empty() {
        lines.add(1, format!("forward . {to}"), origin);
        return;
    }
    lines.add(1, format!("forward . {to} {{"), origin);
    settings.iter().for_each(|setting| lines.add(2, setting, shape));
    lines.add(1, "}", shape);
}

/// A zone. What its records do not answer goes on to who answers it or, where nobody is said to, to who answers the
/// rest: a zone of a few names must not hide the others.
fn add_zone(lines: &mut Lines, zone: &Zone, rest: &[Traced<Address>]) {
    let Zone { name, forward: forwarded, cache, records, span } = zone;
    let shape = Origin::derived(*span, Reason::Shape);
    lines.add(0, format!("{}:53 {{", name.value), name.origin);
    lines.add(1, "errors", shape);
    if let Some(cache) = cache {
        lines.add(1, format!("cache {}", cache.value.seconds()), cache.origin);
    }
    let seconds = cache.map_or(RECORD_SECONDS, |cache| cache.value.seconds());
    if records.iter().any(|record| record.name.value.is_wildcard()) {
        templates(lines, records, name, seconds);
    } else if !records.is_empty() {
        hosts(lines, records, seconds, shape);
    }
    forward(lines, forwarded.as_ref().map_or(rest, |forwarded| &forwarded.servers), shape, &[]);
    lines.add(0, "}", shape);
}

/// Exact names: `hosts` answers them, the next plugin the others.
fn hosts(lines: &mut Lines, records: &[StaticRecord], seconds: u64, shape: Origin) {
    lines.add(1, "hosts {", shape);
    for StaticRecord { name, addresses } in records {
        for address in addresses {
            lines.add(2, format!("{} {}", address.value, name.value), address.origin);
        }
    }
    lines.add(2, format!("ttl {seconds}"), shape);
    lines.add(2, "fallthrough", shape);
    lines.add(1, "}", shape);
}

/// Names with wildcards among them: a `template` for each, exact names before wildcards and deep before shallow,
/// since the first that fits answers.
fn templates(lines: &mut Lines, records: &[StaticRecord], zone: &Traced<HostName>, seconds: u64) {
    let mut sorted: Vec<&StaticRecord> = records.iter().collect();
    sorted.sort_by_key(|record| {
        let name = &record.name.value;
        (name.is_wildcard(), std::cmp::Reverse(name.as_str().split('.').count()))
    });
    for StaticRecord { name, addresses } in sorted {
        let pattern = pattern(&name.value);
        for (kind, is) in [("A", IpAddr::is_ipv4 as fn(&IpAddr) -> bool), ("AAAA", IpAddr::is_ipv6)] {
            // A placeholder is written as IPv4, which it is nearly always.
            let of_kind = |address: &&Traced<Address>| address.value.known().map_or(kind == "A", |known| is(&known));
            lines.add(1, format!("template IN {kind} {} {{", zone.value), name.origin);
            lines.add(2, format!("match {pattern}"), name.origin);
            let mut answers = addresses.iter().filter(of_kind).peekable();
            if answers.peek().is_none() {
                // Without this a client that asks for the family that the name lacks is told that there is no name.
                lines.add(2, "rcode NOERROR", name.origin);
            }
            for address in answers {
                let answer = format!("answer \"{{{{ .Name }}}} {seconds} IN {kind} {}\"", address.value);
                lines.add(2, answer, address.origin);
            }
            lines.add(2, "fallthrough", name.origin);
            lines.add(1, "}", name.origin);
        }
    }
}

/// A regular expression for the query names that a record answers; they end with a dot.
fn pattern(name: &HostName) -> String {
    // Brackets, since a backslash means something else in a Corefile's quotes.
    let base = name.base().replace('.', "[.]");
    if name.is_wildcard() { format!("^.+[.]{base}[.]$") } else { format!("^{base}[.]$") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hnet_diagnostics::Span;
    use hnet_model::{Duration, Forward};

    fn traced<T>(value: T) -> Traced<T> {
        Traced::written(value, Span::default())
    }

    fn address(text: &str) -> Traced<Address> {
        traced(Address::Known(text.parse().unwrap()))
    }

    fn zone(records: &[(&str, &[&str])], servers: &[&str], rest: &[&str], cache: Option<u64>) -> String {
        let record = |(name, addresses): &(&str, &[&str])| StaticRecord {
            name: traced(HostName::checked(name)),
            addresses: addresses.iter().map(|text| address(text)).collect(),
        };
        let zone = Zone {
            name: traced(HostName::checked("home.arpa")),
            forward: (!servers.is_empty())
                .then(|| Forward { servers: servers.iter().map(|text| address(text)).collect() }),
            cache: cache.map(|seconds| traced(Duration(seconds * 1000))),
            records: records.iter().map(record).collect(),
            span: Span::default(),
        };
        let mut lines = Lines::default();
        add_zone(&mut lines, &zone, &rest.iter().map(|text| address(text)).collect::<Vec<_>>());
        lines.0.iter().map(|line| format!("{}\n", line.value)).collect()
    }

    #[test]
    fn a_zone_is_forwarded_and_cached() {
        assert_eq!(
            zone(&[], &["192.168.1.1"], &["9.9.9.9"], Some(30)),
            "home.arpa:53 {\n    errors\n    cache 30\n    forward . 192.168.1.1\n}\n"
        );
    }

    #[test]
    fn exact_names_stand_in_hosts() {
        assert_eq!(
            zone(&[("nas.home.arpa", &["192.168.1.20", "2001:db8::20"])], &["192.168.1.1"], &[], None),
            "\
home.arpa:53 {
    errors
    hosts {
        192.168.1.20 nas.home.arpa
        2001:db8::20 nas.home.arpa
        ttl 30
        fallthrough
    }
    forward . 192.168.1.1
}
"
        );
    }

    #[test]
    fn an_exact_name_goes_before_the_wildcard_that_holds_it() {
        let text =
            zone(&[("*.home.arpa", &["192.168.1.50"]), ("nas.home.arpa", &["192.168.1.20"])], &[], &[], Some(60));
        assert_eq!(
            text,
            "\
home.arpa:53 {
    errors
    cache 60
    template IN A home.arpa {
        match ^nas[.]home[.]arpa[.]$
        answer \"{{ .Name }} 60 IN A 192.168.1.20\"
        fallthrough
    }
    template IN AAAA home.arpa {
        match ^nas[.]home[.]arpa[.]$
        rcode NOERROR
        fallthrough
    }
    template IN A home.arpa {
        match ^.+[.]home[.]arpa[.]$
        answer \"{{ .Name }} 60 IN A 192.168.1.50\"
        fallthrough
    }
    template IN AAAA home.arpa {
        match ^.+[.]home[.]arpa[.]$
        rcode NOERROR
        fallthrough
    }
    forward . /etc/resolv.conf {
        policy sequential
    }
}
"
        );
    }

    #[test]
    fn what_the_records_lack_goes_on_to_who_answers_the_rest() {
        let text = zone(&[("nas.example.com", &["192.168.1.20"])], &[], &["192.168.1.1", "1.1.1.1"], None);
        assert!(
            text.contains(
                "        fallthrough\n    }\n    forward . 192.168.1.1 1.1.1.1 {\n        policy sequential\n"
            ),
            "{text}"
        );
    }
}
