//! The pictures as Mermaid text, for Markdown that renders it.
//!
//! Written from the same lists that the views paint, so both say the same. Start at [`write`].

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hnet_model::PublishTarget;

use crate::View;
use crate::addresses::plans;
use crate::flow::sequences;
use crate::survey::{Survey, existing, listeners, uplink};
use crate::traffic::bands;
use crate::words::listed;

/// A view of a network as Mermaid text.
pub(crate) fn write(survey: &Survey<'_>, view: View) -> String {
    let mut out = Writer { text: String::new(), count: 0 };
    match view {
        View::Topology => topology(survey, &mut out),
        View::Traffic => traffic(survey, &mut out),
        View::Addresses => address_plan(survey, &mut out),
        View::Flow => flow(survey, &mut out),
    }
    out.text
}

struct Writer {
    text: String,
    count: usize,
}

impl Writer {
    fn line(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.text.write_fmt(arguments).expect("writing to a string does not fail");
        self.text.push('\n');
    }

    /// Writes a box and says under which name.
    fn node(&mut self, indent: &str, words: &[&str]) -> String {
        let id = format!("n{}", self.count);
        self.count += 1;
        let words: Vec<String> = words.iter().filter(|part| !part.is_empty()).map(|part| escaped(part)).collect();
        self.line(format_args!("{indent}{id}[\"{}\"]", words.join("<br/>")));
        id
    }

    fn open(&mut self, title: &str) {
        let id = format!("g{}", self.count);
        self.count += 1;
        self.line(format_args!("  subgraph {id}[\"{}\"]", escaped(title)));
    }

    fn close(&mut self) {
        self.line(format_args!("  end"));
    }
}

/// Text that Mermaid takes as text, whatever is in it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '#' => out.push_str("#35;"),
            ';' => out.push_str("#59;"),
            '`' => out.push_str("#96;"),
            character if character.is_control() => out.push(' '),
            character => out.push(character),
        }
    }
    out
}

fn topology(survey: &Survey<'_>, out: &mut Writer) {
    let network = survey.network;
    out.line(format_args!("flowchart TB"));
    let internets: Vec<String> =
        network.internets.iter().map(|internet| out.node("  ", &[internet.name.value.as_str()])).collect();
    let mut devices = Vec::new();
    for router in &network.routers {
        devices.push(out.node("  ", &[router.name.value.as_str(), "router"]));
    }
    for switch in &network.switches {
        devices.push(out.node("  ", &[switch.name.value.as_str(), "switch"]));
    }
    let uplinks = network.routers.iter().map(|router| &router.uplink);
    let uplinks = uplinks.chain(network.switches.iter().map(|switch| &switch.uplink));
    for (up, device) in uplinks.zip(&devices) {
        let Some(up) = up else { continue };
        let parent = match uplink(network, up.value) {
            Ok(parent) => &devices[parent],
            Err(internet) => &internets[internet],
        };
        out.line(format_args!("  {parent} --- {device}"));
    }
    let segments: Vec<String> =
        survey.segments.iter().map(|segment| out.node("  ", &[&segment.title, &segment.prefixes])).collect();
    let mut served = vec![false; segments.len()];
    for (at, set) in survey.switched(&survey.ports()).into_iter().enumerate() {
        for segment in set {
            served[segment] = true;
            out.line(format_args!("  {} --- {}", devices[network.routers.len() + at], segments[segment]));
        }
    }
    for (at, set) in survey.routed().into_iter().enumerate() {
        for segment in set.into_iter().filter(|segment| !served[*segment]) {
            out.line(format_args!("  {} --- {}", devices[at], segments[segment]));
        }
    }
    for host in &network.hosts {
        let links = survey.host_links(host);
        let id = out.node("  ", &[host.name.value.as_str()]);
        for segment in Survey::segments_of(&links) {
            out.line(format_args!("  {} --- {id}", segments[segment]));
        }
    }
    for cluster in &network.clusters {
        topology_of(survey, cluster, &segments, out);
    }
}

fn topology_of(survey: &Survey<'_>, cluster: &hnet_model::Cluster, segments: &[String], out: &mut Writer) {
    let mut wires = Vec::new();
    out.open(cluster.name.value.as_str());
    for node in &cluster.nodes {
        let id = out.node("    ", &[node.name.value.as_str()]);
        for segment in Survey::segments_of(&survey.node_links(node)) {
            wires.push(format!("  {} --- {id}", segments[segment]));
        }
    }
    let gateways: Vec<String> = (cluster.gateways.iter())
        .map(|gateway| {
            let addresses = crate::words::joined(gateway.addresses.iter().map(|address| &address.value));
            out.node("    ", &[gateway.name.value.as_str(), &addresses, &listeners(gateway)])
        })
        .collect();
    let tunnels: Vec<String> = (cluster.tunnels.iter())
        .map(|tunnel| {
            let what = listed(&[existing(tunnel), "cloudflared"], " ");
            out.node("    ", &[tunnel.name.value.as_str(), &what])
        })
        .collect();
    out.close();
    for wire in wires {
        out.line(format_args!("{wire}"));
    }
    for (gateway, id) in cluster.gateways.iter().zip(&gateways) {
        for address in gateway.addresses.iter().filter_map(|address| address.value.known()) {
            if let Some(segment) = survey.segment_of(address) {
                out.line(format_args!("  {} -.- {id}", segments[segment]));
            }
        }
    }
    for (tunnel, id) in cluster.tunnels.iter().zip(&tunnels) {
        let cloud = out.node("  ", &["Cloudflare"]);
        out.line(format_args!("  {cloud} ==> {id}"));
        for publish in &tunnel.publish {
            if let PublishTarget::Listener(gateway, _) = publish.target.value {
                let name = escaped(publish.hostname.value.as_str());
                out.line(format_args!("  {id} == \"{name}\" ==> {}", gateways[gateway.0]));
            }
        }
    }
}

fn traffic(survey: &Survey<'_>, out: &mut Writer) {
    out.line(format_args!("flowchart LR"));
    for band in bands(survey) {
        out.open(band.title);
        let mut ids: Vec<String> = Vec::new();
        let mut wires = Vec::new();
        for hop in &band.hops {
            let card = &hop.stop.card;
            let id = out.node("    ", &[&card.about.name, &card.note]);
            if let Some(parent) = hop.parent {
                wires.push((ids[parent].clone(), hop.label.clone(), id.clone()));
            }
            for (from, to) in hop.stop.entries.iter().flat_map(|entry| &entry.rows) {
                let service = out.node("    ", &[to]);
                wires.push((id.clone(), from.clone(), service));
            }
            ids.push(id);
        }
        if band.hops.is_empty() {
            out.node("    ", &[band.otherwise]);
        }
        out.close();
        for (from, label, to) in wires {
            match label.as_str() {
                "" => out.line(format_args!("  {from} --> {to}")),
                label => out.line(format_args!("  {from} -- \"{}\" --> {to}", escaped(label))),
            }
        }
    }
}

fn address_plan(survey: &Survey<'_>, out: &mut Writer) {
    out.line(format_args!("flowchart LR"));
    for plan in plans(survey) {
        out.open(&format!("{} {}", plan.title, plan.prefix));
        let cells = plan.cells();
        for cell in &cells {
            out.node("    ", &[&plan.said(cell), &cell.what]);
        }
        if cells.is_empty() {
            out.node("    ", &["nothing taken"]);
        }
        out.close();
    }
}

fn flow(survey: &Survey<'_>, out: &mut Writer) {
    out.line(format_args!("sequenceDiagram"));
    let (sequences, _) = sequences(survey);
    let mut names: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for participant in sequences.iter().flat_map(|sequence| &sequence.participants) {
        let key = (participant.name.as_str(), participant.what.as_str());
        if !names.contains_key(&key) {
            let id = format!("p{}", names.len());
            out.line(format_args!("  participant {id} as {} ({})", escaped(key.0), escaped(key.1)));
            names.insert(key, id);
        }
    }
    for sequence in &sequences {
        let name = |at: usize| {
            let participant = &sequence.participants[at];
            &names[&(participant.name.as_str(), participant.what.as_str())]
        };
        let last = sequence.participants.len() - 1;
        out.line(format_args!("  Note over {},{}: {}", name(0), name(last), escaped(&sequence.about.name)));
        for step in &sequence.steps {
            let (from, to, words) = (name(step.from), name(step.to), escaped(&step.words));
            let arrow = if step.answer { "-->>" } else { "->>" };
            match step.from == step.to {
                true => out.line(format_args!("  Note over {from}: {words}")),
                false => out.line(format_args!("  {from}{arrow}{to}: {words}")),
            }
        }
    }
}
