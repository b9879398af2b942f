//! What must hold of the pictures as a whole: the lint over random networks, stability, escaping, sameness.

use proptest::prelude::*;

use crate::lint::findings;
use crate::samples::{self, Sizes};
use crate::*;

fn sizes() -> impl Strategy<Value = Sizes> {
    let physical = (0..4usize, 0..5usize, 0..6usize, 0..14usize, 0..9usize);
    let logical = (0..4usize, 0..14usize, 0..12usize, 0..20usize, 0..4usize);
    (any::<u64>(), physical, logical).prop_map(
        |(seed, (internets, routers, switches, subnets, hosts), (clusters, nodes, gateways, routes, tunnels))| Sizes {
            seed,
            internets,
            routers,
            switches,
            subnets,
            hosts,
            clusters,
            nodes,
            gateways,
            routes,
            tunnels,
        },
    )
}

fn well_drawn(sizes: Sizes, view: View) -> Result<(), TestCaseError> {
    let found = findings(&draw(&samples::random(sizes), view));
    prop_assert!(found.is_empty(), "{found:#?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_topology_is_well_drawn(sizes in sizes()) {
        well_drawn(sizes, View::Topology)?;
    }

    #[test]
    fn every_traffic_is_well_drawn(sizes in sizes()) {
        well_drawn(sizes, View::Traffic)?;
    }

    #[test]
    fn every_address_plan_is_well_drawn(sizes in sizes()) {
        well_drawn(sizes, View::Addresses)?;
    }

    #[test]
    fn every_flow_is_well_drawn(sizes in sizes()) {
        well_drawn(sizes, View::Flow)?;
    }
}

#[test]
fn crowds_are_well_drawn() {
    for seed in 0..12 {
        let (internets, routers, switches, subnets, hosts) = (2, 3, 12, 9, 400);
        let (clusters, nodes, gateways, routes, tunnels) = (2, 900, 60, 400, 6);
        let sizes =
            Sizes { seed, internets, routers, switches, subnets, hosts, clusters, nodes, gateways, routes, tunnels };
        let network = samples::random(sizes);
        for view in View::ALL {
            let picture = draw(&network, view);
            assert_eq!(findings(&picture), Vec::<String>::new(), "{} of {seed}", view.name());
            assert!(picture.objects.len() < 2000, "{} of {seed}: {}", view.name(), picture.objects.len());
        }
    }
}

/// Networks in which a wire from an upper row of the edge tier once met the bends or the labels of lower rows.
#[test]
fn a_wire_between_the_columns_of_the_edge_keeps_clear_of_the_rows_below() {
    let shapes = [(11204668461636894546, (3, 5, 10, 7), (1, 11)), (6612020740994877961, (4, 5, 12, 2), (0, 0))];
    for (seed, (routers, switches, subnets, hosts), (clusters, nodes)) in shapes {
        let (internets, gateways, routes, tunnels) = (0, 0, 0, 0);
        let sizes =
            Sizes { seed, internets, routers, switches, subnets, hosts, clusters, nodes, gateways, routes, tunnels };
        let picture = draw(&samples::random(sizes), View::Topology);
        assert_eq!(findings(&picture), Vec::<String>::new(), "{seed}");
    }
}

#[test]
fn the_samples_are_well_drawn() {
    for network in [samples::home(), samples::tiny(), samples::large(), samples::empty("empty")] {
        for view in View::ALL {
            let picture = draw(&network, view);
            assert_eq!(findings(&picture), Vec::<String>::new(), "{} of {}", view.name(), network.name.value);
        }
    }
}

/// Frames by id, but for a gateway, its routes and what grows with them.
fn frames(picture: &Picture, besides: &str) -> Vec<(String, Frame)> {
    let mut frames: Vec<(String, Frame)> = (picture.objects.iter())
        .filter(|object| !object.id.starts_with("cluster") && !object.id.ends_with(besides))
        .map(|object| (object.id.clone(), object.frame))
        .collect();
    frames.sort_by(|one, other| one.0.cmp(&other.0));
    frames
}

#[test]
fn adding_a_route_moves_nothing_else() {
    let before = draw(&samples::home(), View::Topology);
    for title in ["new", "a-route-whose-name-is-far-too-long-for-one-line"] {
        for (gateway, name) in [(0, "external"), (1, "internal")] {
            let mut network = samples::home();
            samples::route(&mut network.clusters[0], title, ("default", "service-of-that-route", 80), &[gateway]);
            let after = draw(&network, View::Topology);
            let id = format!("gateway.home.network.{name}");
            let mut after_frames = frames(&after, &id);
            after_frames.retain(|(id, _)| !id.contains(title));
            assert_eq!(frames(&before, &id), after_frames, "{title} at {name}");
            assert_eq!(before.width, after.width);
        }
    }
}

#[test]
fn a_gateway_with_many_routes_moves_only_its_own_rows() {
    let mut network = samples::home();
    let others = |picture: &Picture| {
        let mut frames = frames(picture, "gateway.home.network.internal");
        let own = |id: &str| id.starts_with("route.home.network.internal") || id == "more-routes.home.network.internal";
        frames.retain(|(id, _)| !own(id));
        frames
    };
    let before = others(&draw(&network, View::Topology));
    for at in 0..60 {
        samples::route(&mut network.clusters[0], &format!("more-{at}"), ("default", "more", 80), &[1]);
        assert_eq!(before, others(&draw(&network, View::Topology)), "{at}");
    }
}

/// The traffic picture grows to the side as well as down.
#[test]
fn many_routes_stand_in_columns() {
    let mut network = samples::home();
    network.clusters[0].routes.clear();
    let mut widths = Vec::new();
    for at in 1..=60 {
        samples::route(&mut network.clusters[0], &format!("route-{at}"), ("default", "service", 80), &[1]);
        let picture = draw(&network, View::Traffic);
        let gateway = picture.objects.iter().find(|object| object.id == "gateway.lan.home.network.internal");
        let width = gateway.expect("the gateway").frame.width;
        if widths.last().is_none_or(|(_, last)| *last != width) {
            widths.push((at, width));
        }
        assert!(picture.height < 1_600, "{} pixels with {at} routes", picture.height);
    }
    let columns = |columns| crate::card::GatewayCard::width(columns);
    assert_eq!(widths, [(1, 440), (15, columns(2)), (29, columns(3))]);
}

/// Whether tags are closed in order and text is escaped, as far as XML needs it.
fn well_formed(svg: &str) -> bool {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        let Some(end) = rest[at..].find('>') else { return false };
        let (text, tag) = (&rest[..at], &rest[at + 1..at + end]);
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
        let escaped = |text: &str| {
            text.match_indices('&').all(|(at, _)| entities.iter().any(|entity| text[at..].starts_with(entity)))
        };
        if !escaped(text)
            || !escaped(tag)
            || text.contains('>')
            || tag.contains('<')
            || tag.matches('"').count() % 2 == 1
        {
            return false;
        }
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name) => return false,
            None if !tag.ends_with('/') => open.push(tag.split(' ').next().unwrap_or_default()),
            _ => {}
        }
        rest = &rest[at + end + 1..];
    }
    open.is_empty()
}

#[test]
fn hostile_words_stay_words() {
    let mut network = samples::home();
    let hostile = "\"'/></text></svg><script>alert(1)</script>&nbsp;\u{1}\u{0}]]>\nnext line";
    network.doc = Some(hostile.to_owned());
    network.hosts[0].doc = Some(hostile.to_owned());
    network.subnets[0].doc = Some(hostile.to_owned());
    for node in &mut network.clusters[0].nodes {
        node.doc = Some(hostile.to_owned());
    }
    for view in View::ALL {
        let svg = draw(&network, view).svg();
        assert!(well_formed(&svg), "{}", view.name());
        assert!(!svg.contains("<script"), "{}", view.name());
        assert!(!svg.chars().any(|character| character.is_control() && character != '\n'), "{}", view.name());
        let mermaid = mermaid(&network, view);
        assert!(!mermaid.contains("<script"), "{mermaid}");
    }
    assert!(!well_formed("<a><b></a></b>") && !well_formed("<a>&nbsp;</a>") && !well_formed("<a>"));
}

#[test]
fn the_same_network_gives_the_same_bytes() {
    for view in View::ALL {
        let svg = || draw(&samples::home(), view).svg();
        assert_eq!(svg(), svg(), "{}", view.name());
    }
}

#[test]
fn objects_can_be_reached_and_are_named() {
    let svg = draw(&samples::home(), View::Topology).svg();
    let node = "<g id=\"node.home.cp-1\" class=\"o\" role=\"graphics-object\" tabindex=\"0\" \
                aria-label=\"node cp-1: control plane, 10.0.10.11, 10.0.20.11; EQ12, 16 GB\" data-kind=\"node\">";
    assert!(svg.contains(node), "{}", svg.lines().find(|line| line.contains("node.home.cp-1")).unwrap_or("none"));
    assert!(!svg.contains("var("), "librsvg paints variables black");
    assert!(!svg.contains("filter"), "librsvg drops what has a filter");
}

#[test]
fn the_parts_of_a_document_are_the_document() {
    let picture = draw(&samples::home(), View::Topology);
    let (whole, parts) = picture.svg_parts();
    assert_eq!(whole, picture.svg());
    assert_eq!(parts.last().map(|(end, _)| *end), Some(whole.len()));
    let mut start = 0;
    for (end, span) in parts {
        let text = &whole[start..end];
        start = end;
        assert!(text.ends_with('\n') || text.is_empty(), "{text}");
        assert!(span.is_none() || text.contains("data-kind"), "{text}");
    }
}

#[test]
fn a_theme_carries_its_own_colours_only() {
    let picture = draw(&samples::tiny(), View::Topology);
    let (light, dark) = palette::Ink::Page.colours();
    assert!(picture.svg().contains(light) && picture.svg().contains(dark));
    assert!(picture.svg_in(Theme::Light).contains(light) && !picture.svg_in(Theme::Light).contains(dark));
    assert!(picture.svg_in(Theme::Dark).contains(dark) && !picture.svg_in(Theme::Dark).contains(light));
}

#[test]
fn the_table_says_what_the_picture_shows() {
    let picture = draw(&samples::home(), View::Topology);
    let table = picture.table();
    let said = |kind: &str, name: &str| {
        table.iter().find(|row| row.kind == kind && row.name == name).map(|row| row.says.as_str()).unwrap_or("missing")
    };
    assert_eq!(said("subnet", "servers"), "10.0.10.0/24, VLAN 10, gateway 10.0.10.1");
    assert_eq!(said("switch", "usw-pro"), "13 machines on 24 ports");
    assert_eq!(said("route", "blog"), "blog.example.com to web/blog:80");
    assert_eq!(said("tunnel", "home"), "Cloudflare tunnel, 2 replicas, publishes *.example.com to external/https");
    assert_eq!(table.iter().filter(|row| row.kind == "node").count(), 6);
}

#[test]
fn a_tunnel_shows_only_the_routes_that_it_publishes() {
    let mut network = samples::home();
    network.clusters[0].tunnels[0].publish[0].hostname = said_name("blog.example.com");
    let picture = draw(&network, View::Traffic);
    let routes: Vec<&str> = (picture.objects.iter())
        .filter(|object| object.id.starts_with("route.internet"))
        .map(|object| object.name.as_str())
        .collect();
    assert_eq!(routes, ["blog"]);
}

fn said_name(name: &str) -> hnet_model::Traced<hnet_model::HostName> {
    samples::said(hnet_model::HostName::checked(name))
}

#[test]
fn a_view_is_known_by_its_name() {
    for view in View::ALL {
        assert_eq!(View::from_name(view.name()), Some(view));
    }
    assert_eq!(View::from_name("graph"), None);
}

#[test]
fn mermaid_says_the_same() {
    let topology = mermaid(&samples::tiny(), View::Topology);
    assert_eq!(
        topology,
        "flowchart TB\n  n0[\"isp\"]\n  n1[\"edge<br/>router\"]\n  n0 --- n1\n  n2[\"lan<br/>192.168.1.0/24\"]\n  \
         n1 --- n2\n  subgraph g3[\"attic\"]\n    n4[\"node-1\"]\n    \
         n5[\"web<br/>192.168.1.32<br/>https 443 *.example.com, http 80\"]\n  end\n  n2 --- n4\n  n2 -.- n5\n"
    );
    let flow = mermaid(&samples::tiny(), View::Flow);
    assert!(flow.starts_with("sequenceDiagram\n") && flow.contains("where is blog.example.com?"), "{flow}");
}

/// Each sabotage is found, so that a clean report means something.
#[test]
fn the_lint_finds_what_is_wrong() {
    use crate::palette::{Stroke, Style};
    use crate::scene::{About, Cover};
    let fine = || draw(&samples::home(), View::Topology);
    let found = |picture: Picture| findings(&picture).join("\n");
    let frame_of = |picture: &Picture, id: &str| {
        picture.objects.iter().find(|object| object.id == id).map(|object| object.frame).expect("the object is drawn")
    };

    let mut picture = fine();
    picture.text(On::Page, start(42, 58), Style::Note, "over the title");
    assert!(found(picture).contains("on each other"));

    let mut picture = fine();
    let node = frame_of(&picture, "node.home.cp-2");
    picture.wire(&[(node.x - 5, node.y + 30), (node.right() + 5, node.y + 30)], Stroke::Plain);
    assert!(found(picture).contains("runs through node.home.cp-2"));

    let mut picture = fine();
    picture.wire(&[(30, 50), (400, 50)], Stroke::Plain);
    let report = found(picture);
    assert!(report.contains("talos-home") && report.contains("ends in the air"), "{report}");

    let mut picture = fine();
    picture.wire(&[(500, 300), (510, 310)], Stroke::Plain);
    assert!(found(picture).contains("askew"));

    let mut picture = fine();
    let node = frame_of(&picture, "node.home.cp-2");
    picture.add(About::new("node", &["stray"], "stray", None), node, Cover::Card, None);
    assert!(found(picture).contains("lies on"));

    let mut picture = fine();
    picture.width -= 300;
    assert!(found(picture).contains("leaves what holds it"));

    let mut picture = fine();
    let wire = picture.wires.iter().find(|wire| matches!(wire, scene::Shape::Line { stroke: Stroke::Tone(0), .. }));
    picture.wires.extend(wire.cloned().into_iter().collect::<Vec<_>>());
    assert!(found(picture).contains("on each other"));
}
