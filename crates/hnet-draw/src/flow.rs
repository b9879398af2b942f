//! The flow: a request as a sequence of messages, once for each way in.
//!
//! Neighbours only speak to neighbours, so a message's words stand between two lifelines. Start at
//! [`sequences`], which says what is drawn; Mermaid is written from it, too.

use hnet_model::{Cluster, GatewayId, Listener, ListenerId, PublishTarget};

use crate::card::Card;
use crate::entries::{Entry, entries, tunnel_entries};
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style};
use crate::scene::{About, Anchor, Cover, Frame, Picture, Shape, text};
use crate::survey::{Survey, joined, listener_port, service_name};

const MARGIN: i32 = 40;
const PITCH: i32 = 250;
const CARD_WIDTH: i32 = 200;
const STEP: i32 = 40;

/// Something that is said between two neighbours, or done by one.
pub(crate) enum Step {
    /// From one participant to another, by their positions.
    Message { from: usize, to: usize, words: String, answer: bool },
    /// What a participant does.
    Note { at: usize, words: String },
}

/// Who takes part.
pub(crate) struct Participant {
    pub(crate) name: String,
    pub(crate) what: String,
    icon: Icon,
    /// Whether it stands on the way from outside.
    tunnel: bool,
}

/// One way of a request.
pub(crate) struct Sequence {
    pub(crate) id: Vec<String>,
    pub(crate) title: String,
    pub(crate) span: hnet_model::Span,
    pub(crate) participants: Vec<Participant>,
    pub(crate) steps: Vec<Step>,
}

/// The sequences of all ways in: through tunnels first, then from the LAN.
pub(crate) fn sequences(survey: &Survey<'_>) -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for cluster in &survey.network.clusters {
        through_tunnels(cluster, &mut sequences);
    }
    let mut servers: Vec<String> = Vec::new();
    for subnet in &survey.network.subnets {
        if let Some(first) = subnet.name_servers.first() {
            servers.push(first.value.to_string());
        }
    }
    hnet_collections::sort(&mut servers);
    servers.dedup();
    let resolver = match servers.as_slice() {
        [only] => only.clone(),
        _ => "of the subnet".to_owned(),
    };
    for cluster in &survey.network.clusters {
        let answering = answering(cluster);
        for ((gateway, entries), listener) in cluster.gateways.iter().zip(entries(cluster, &[])).zip(answering) {
            let address =
                gateway.addresses.first().map_or("its virtual IP".to_owned(), |first| first.value.to_string());
            let speaks = listener.map_or("HTTP".to_owned(), listener_port);
            let (host, service) = example(&entries, "any name", "its service");
            let name = gateway.name.value.as_str();
            let participants = vec![
                participant("resolver", &resolver, Icon::Names, false),
                participant("client", "on the LAN", Icon::Person, false),
                participant(name, "gateway", Icon::Gate, false),
                behind(&service),
            ];
            let mut steps = vec![
                message(1, 0, format!("where is {host}?")),
                answer(0, 1, address.clone()),
                message(1, 2, format!("{speaks} at {address}")),
                Step::Note { at: 2, words: routes_by(&entries) },
                message(2, 3, "HTTP".to_owned()),
            ];
            steps.extend([answer(3, 2, "answer".to_owned()), answer(2, 1, "answer".to_owned())]);
            sequences.push(Sequence {
                id: vec![
                    "lan".to_owned(),
                    cluster.name.value.to_string(),
                    gateway.namespace.value.to_string(),
                    name.to_owned(),
                ],
                title: format!("From the LAN through gateway {name}"),
                span: gateway.span,
                participants,
                steps,
            });
        }
    }
    sequences
}

fn through_tunnels(cluster: &Cluster, sequences: &mut Vec<Sequence>) {
    let mut reached = tunnel_entries(cluster);
    for (at, tunnel) in cluster.tunnels.iter().enumerate() {
        let name = tunnel.name.value.as_str();
        for (position, publish) in tunnel.publish.iter().enumerate() {
            let hostname = publish.hostname.value.as_str();
            let mut participants = vec![
                participant("visitor", "on the internet", Icon::Person, false),
                participant("Cloudflare", "its nearest site", Icon::Cloud, true),
                participant(name, "cloudflared", Icon::Tunnel, true),
            ];
            let id = vec!["internet".to_owned(), cluster.name.value.to_string(), name.to_owned(), position.to_string()];
            let (title, host, mut steps) = match publish.target.value {
                PublishTarget::Listener(gateway, listener) => {
                    let Some(entries) = reached.remove(&(at, gateway)) else { continue };
                    let GatewayId(gateway) = gateway;
                    let gateway = &cluster.gateways[gateway];
                    let (host, service) = example(&entries, hostname, "its service");
                    participants.push(participant(gateway.name.value.as_str(), "gateway", Icon::Gate, true));
                    participants.push(behind(&service));
                    let steps = vec![
                        message(2, 3, listener_port(&gateway.listeners[listener.0])),
                        Step::Note { at: 3, words: routes_by(&entries) },
                        message(3, 4, "HTTP".to_owned()),
                    ];
                    (format!("From the internet through gateway {}", gateway.name.value), host, steps)
                }
                PublishTarget::Service(service) => {
                    let service = service_name(cluster, service);
                    participants.push(behind(&service));
                    (
                        format!("From the internet to {service}"),
                        hostname.to_owned(),
                        vec![message(2, 3, "HTTP".to_owned())],
                    )
                }
            };
            let mut all = vec![
                message(0, 1, format!("HTTPS {host}")),
                Step::Note { at: 1, words: "TLS ends here".to_owned() },
                message(1, 2, "through the tunnel".to_owned()),
            ];
            all.append(&mut steps);
            all.extend((1..participants.len()).rev().map(|from| answer(from, from - 1, "answer".to_owned())));
            sequences.push(Sequence { id, title, span: publish.target.span(), participants, steps: all });
        }
    }
}

fn participant(name: &str, what: &str, icon: Icon, tunnel: bool) -> Participant {
    Participant { name: name.to_owned(), what: what.to_owned(), icon, tunnel }
}

/// A service, `namespace/name:port`.
fn behind(service: &str) -> Participant {
    let (namespace, name) = service.split_once('/').unwrap_or(("service", service));
    participant(name, namespace, Icon::Box, false)
}

fn message(from: usize, to: usize, words: String) -> Step {
    Step::Message { from, to, words, answer: false }
}

fn answer(from: usize, to: usize, words: String) -> Step {
    Step::Message { from, to, words, answer: true }
}

/// By gateway the listener through which its first route with a backend is reached; its first listener where no
/// route says one.
fn answering(cluster: &Cluster) -> Vec<Option<&Listener>> {
    let mut said: Vec<Option<ListenerId>> = vec![None; cluster.gateways.len()];
    let mut seen = vec![false; cluster.gateways.len()];
    for route in cluster.routes.iter().filter(|route| route.rules.iter().any(|rule| !rule.backends.is_empty())) {
        for parent in &route.parents {
            let GatewayId(at) = parent.value.gateway;
            if !std::mem::replace(&mut seen[at], true) {
                said[at] = parent.value.listener;
            }
        }
    }
    let gateways = cluster.gateways.iter().zip(said);
    gateways.map(|(gateway, said)| gateway.listeners.get(said.map_or(0, |said| said.0))).collect()
}

fn example(entries: &[Entry], host: &str, service: &str) -> (String, String) {
    let row = entries.iter().find_map(|entry| entry.rows.first());
    row.map_or((host.to_owned(), service.to_owned()), |(host, service)| (host.clone(), service.clone()))
}

fn routes_by(entries: &[Entry]) -> String {
    match entries {
        [] => "no route yet".to_owned(),
        [first, ..] => format!("route {}", first.about.name),
    }
}

/// Draws the sequences of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let name = survey.network.name.value.as_str();
    let mut picture = Picture::new(format!("{name}, flow"), "requests as sequences of messages".to_owned());
    let mut y = crate::heading(&mut picture, name, "a request on each way in, message by message");
    let sequences = sequences(survey);
    let mut columns = 3;
    if sequences.is_empty() {
        picture.furniture.push(text(MARGIN, y + 12, Anchor::Start, Style::Note, "no way in: no gateway, no tunnel"));
        y += 60;
    }
    for sequence in &sequences {
        columns = columns.max(sequence.participants.len());
        y = paint(&mut picture, sequence, y) + 36;
        picture.tier = picture.tier.saturating_add(1);
    }
    let columns = i32::try_from(columns).unwrap_or(2);
    picture.width = 2 * MARGIN + 32 + (columns - 1) * PITCH + CARD_WIDTH;
    picture.height = y + 4;
    picture
}

fn paint(picture: &mut Picture, sequence: &Sequence, top: i32) -> i32 {
    let center = |at: usize| MARGIN + 16 + CARD_WIDTH / 2 + i32::try_from(at).unwrap_or(0) * PITCH;
    let count = i32::try_from(sequence.participants.len()).unwrap_or(1);
    let steps = i32::try_from(sequence.steps.len()).unwrap_or(0);
    let frame = Frame::new(MARGIN, top, 32 + (count - 1) * PITCH + CARD_WIDTH, 46 + 54 + 34 + steps * STEP);
    let path: Vec<&str> = sequence.id.iter().map(String::as_str).collect();
    let said = joined(sequence.steps.iter().map(|step| match step {
        Step::Message { from, to, words, .. } => {
            format!("{} to {}: {words}", sequence.participants[*from].name, sequence.participants[*to].name)
        }
        Step::Note { at, words } => format!("{}: {words}", sequence.participants[*at].name),
    }));
    let about = About::new("sequence", &path, sequence.title.as_str(), Some(sequence.span)).saying(said);
    let ground = picture.add(about, frame, Cover::Ground, None);
    let title = Style::Group.fit(&sequence.title, frame.width - 40);
    picture.shapes(ground).extend([
        Shape::Area { frame, radius: 16, look: Look::Cluster },
        text(frame.x + 18, top + 28, Anchor::Start, Style::Group, title),
    ]);
    let cards = top + 46;
    let end = frame.bottom() - 14;
    for (at, Participant { name, what, icon, tunnel }) in sequence.participants.iter().enumerate() {
        let place = Frame::new(center(at) - CARD_WIDTH / 2, cards, CARD_WIDTH, 54);
        let position = at.to_string();
        let mut path = path.clone();
        path.push(&position);
        let mut card = Card::new(About::new("participant", &path, name.as_str(), None).saying(what.as_str()), *icon)
            .note(Some(what.as_str()));
        card.tunnel = *tunnel;
        card.paint(picture, place, Some(ground));
        picture.wire(vec![(center(at), place.bottom()), (center(at), end)], Stroke::Life);
    }
    let mut y = cards + 54 + 36;
    for step in &sequence.steps {
        match step {
            Step::Message { from, to, words, answer } => {
                let stroke = if *answer { Stroke::Life } else { Stroke::Plain };
                picture.arrow(vec![(center(*from), y), (center(*to), y)], stroke);
                let left = center(*from).min(center(*to)) + 14;
                let words = Style::Note.fit(words, PITCH - 28);
                picture.furniture.push(text(left, y - 8, Anchor::Start, Style::Note, words));
            }
            Step::Note { at, words } => {
                let words = Style::Fine.fit(words, PITCH - 40);
                let width = Style::Fine.width(&words) + 20;
                let place = Frame::new(center(*at) - width / 2, y - 18, width, 24);
                let path: Vec<&str> = path.iter().copied().chain([words.as_str()]).collect();
                let about = About::new("note", &path, words.clone(), None);
                let object = picture.add(about, place, Cover::Strip, Some(ground));
                picture.shapes(object).extend([
                    Shape::Area { frame: place, radius: 7, look: Look::Tag },
                    text(center(*at), y - 2, Anchor::Middle, Style::Fine, words),
                ]);
            }
        }
        y += STEP;
    }
    frame.bottom()
}
