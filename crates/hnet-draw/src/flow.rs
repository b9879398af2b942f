//! The flow: a request as a sequence of messages, once for each way in.
//!
//! Neighbours only speak to neighbours, so a message's words stand between two lifelines. Start at
//! [`sequences`], which says what is drawn; Mermaid is written from it, too.

use hnet_model::{Cluster, GatewayId, Listener, ListenerId, PublishTarget, Route, RouteKind};

use crate::card::Card;
use crate::entries::{Entry, Routes, entries, tunnel_entries};
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style};
use crate::scene::{About, Cover, Frame, On, Picture, middle, pixels, start};
use crate::survey::{Survey, listener_port, service_name};
use crate::words::{counted, joined};

const MARGIN: i32 = 40;
const PITCH: i32 = 250;
const CARD_WIDTH: i32 = 200;
const STEP: i32 = 40;

/// How many ways in are told; whoever reads so many knows the others.
const MANY: usize = 12;

/// Something that is said between two neighbours, or done by one.
pub(crate) struct Step {
    /// Who speaks, by its position.
    pub(crate) from: usize,
    /// Who is spoken to; the same where it does something itself.
    pub(crate) to: usize,
    pub(crate) words: String,
    pub(crate) answer: bool,
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
    pub(crate) about: About,
    pub(crate) participants: Vec<Participant>,
    pub(crate) steps: Vec<Step>,
}

/// The sequences of the first ways in, through tunnels and then from the LAN; and how many more ways there are.
pub(crate) fn sequences(survey: &Survey<'_>) -> (Vec<Sequence>, usize) {
    let mut sequences = Vec::new();
    let mut more = 0;
    for cluster in &survey.network.clusters {
        more += through_tunnels(cluster, &mut sequences);
    }
    let servers = survey.network.subnets.iter().filter_map(|subnet| subnet.name_servers.first());
    let servers: Vec<String> = servers.map(|first| first.value.to_string()).collect();
    let resolver = match servers.first() {
        Some(first) if servers.iter().all(|server| server == first) => first,
        _ => "of the subnet",
    };
    for cluster in &survey.network.clusters {
        let ways = cluster.gateways.iter().zip(entries(cluster, &[], 1)).zip(answering(cluster));
        for ((gateway, Routes { entries, .. }), listener) in ways {
            if sequences.len() == MANY {
                more += 1;
                continue;
            }
            let address = gateway.addresses.first();
            let address = address.map_or("its virtual IP".to_owned(), |first| first.value.to_string());
            let speaks = listener.map_or("HTTP".to_owned(), listener_port);
            let (host, service) = example(&entries, "any name");
            let name = gateway.name.value.as_str();
            // What is asked for without a name is asked for by a port.
            let kind = entries.first().map_or(RouteKind::Http, |entry| entry.kind);
            let asked = if kind.has_hostnames() { host } else { name };
            let path = ["lan", cluster.name.value.as_str(), gateway.namespace.value.as_str(), name];
            let title = format!("From the LAN through gateway {name}");
            sequences.push(Sequence {
                about: About::new("sequence", &path, &title, Some(gateway.span)),
                participants: vec![
                    participant("resolver", resolver, Icon::Names, false),
                    participant("client", "on the LAN", Icon::Person, false),
                    participant(name, "gateway", Icon::Gate, false),
                    behind(service),
                ],
                steps: vec![
                    message(1, 0, &["where is ", asked, "?"]),
                    answer(0, 1, &address),
                    message(1, 2, &[&speaks, " at ", &address]),
                    message(2, 2, &routes_by(&entries)),
                    message(2, 3, &[kind.carries()]),
                    answer(3, 2, "answer"),
                    answer(2, 1, "answer"),
                ],
            });
        }
    }
    (sequences, more)
}

/// Adds the ways through the tunnels of a cluster; says how many it left out.
fn through_tunnels(cluster: &Cluster, sequences: &mut Vec<Sequence>) -> usize {
    let mut reached = tunnel_entries(cluster, 1);
    let mut more = 0;
    for (at, tunnel) in cluster.tunnels.iter().enumerate() {
        let name = tunnel.name.value.as_str();
        for (position, publish) in tunnel.publish.iter().enumerate() {
            let hostname = publish.hostname.value.as_str();
            let mut participants = vec![
                participant("visitor", "on the internet", Icon::Person, false),
                participant("Cloudflare", "its nearest site", Icon::Cloud, true),
                participant(name, "cloudflared", Icon::Tunnel, true),
            ];
            let mut steps = vec![
                message(0, 1, &["HTTPS ", hostname]),
                message(1, 1, &["TLS ends here"]),
                message(1, 2, &["through the tunnel"]),
            ];
            let title = match publish.target.value {
                PublishTarget::Listener(gateway, listener) => {
                    let Some(Routes { entries, .. }) = reached.take(at, gateway) else { continue };
                    let gateway = &cluster.gateways[gateway.0];
                    let (host, service) = example(&entries, hostname);
                    steps[0] = message(0, 1, &["HTTPS ", host]);
                    steps.push(message(2, 3, &[&listener_port(&gateway.listeners[listener.0])]));
                    steps.push(message(3, 3, &routes_by(&entries)));
                    steps.push(message(3, 4, &["HTTP"]));
                    participants.push(participant(gateway.name.value.as_str(), "gateway", Icon::Gate, true));
                    participants.push(behind(service));
                    format!("From the internet through gateway {}", gateway.name.value)
                }
                PublishTarget::Service(service) => {
                    let service = service_name(cluster, service);
                    steps.push(message(2, 3, &["HTTP"]));
                    participants.push(behind(&service));
                    format!("From the internet to {service}")
                }
            };
            if sequences.len() == MANY {
                more += 1;
                continue;
            }
            steps.extend((1..participants.len()).rev().map(|from| answer(from, from - 1, "answer")));
            let path = ["internet", cluster.name.value.as_str(), name, &position.to_string()];
            let about = About::new("sequence", &path, &title, Some(publish.target.span()));
            sequences.push(Sequence { about, participants, steps });
        }
    }
    more
}

fn participant(name: &str, what: &str, icon: Icon, tunnel: bool) -> Participant {
    Participant { name: name.to_owned(), what: what.to_owned(), icon, tunnel }
}

/// A service, `namespace/name:port`.
fn behind(service: &str) -> Participant {
    let (namespace, name) = service.split_once('/').unwrap_or(("service", service));
    participant(name, namespace, Icon::Box, false)
}

fn message(from: usize, to: usize, words: &[&str]) -> Step {
    Step { from, to, words: words.concat(), answer: false }
}

fn answer(from: usize, to: usize, words: &str) -> Step {
    Step { from, to, words: words.to_owned(), answer: true }
}

/// By gateway the listener through which its first route with a backend is reached; its first listener where no
/// route says one.
fn answering(cluster: &Cluster) -> Vec<Option<&Listener>> {
    let mut said: Vec<Option<ListenerId>> = vec![None; cluster.gateways.len()];
    let mut routes: Vec<&Route> = cluster.routes.iter().collect();
    routes.sort_by_key(|route| !route.kind.value.reads_requests());
    for route in routes.into_iter().filter(|route| route.rules.iter().any(|rule| !rule.backends.is_empty())) {
        for parent in &route.parents {
            let GatewayId(at) = parent.value.gateway;
            if said[at].is_none() {
                said[at] = cluster.gateways[at].attached(parent.value, route).next();
            }
        }
    }
    let gateways = cluster.gateways.iter().zip(said);
    gateways.map(|(gateway, said)| gateway.listeners.get(said.map_or(0, |said| said.0))).collect()
}

/// A name that a client asks for, and the service behind it.
fn example<'a>(entries: &'a [Entry], host: &'a str) -> (&'a str, &'a str) {
    let row = entries.first().and_then(|entry| entry.rows.first());
    row.map_or((host, "its service"), |(host, service)| (host, service))
}

fn routes_by(entries: &[Entry]) -> [&str; 2] {
    match entries {
        [] => ["no route yet", ""],
        [first, ..] => ["route ", &first.about.name],
    }
}

/// Draws the sequences of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let name = survey.network.name.value.as_str();
    let mut picture = Picture::new(format!("{name}, flow"), "requests as sequences of messages".to_owned());
    let mut y = crate::heading(&mut picture, name, "a request on each way in, message by message");
    let (sequences, more) = sequences(survey);
    let mut columns = 3;
    if sequences.is_empty() {
        picture.text(On::Page, start(MARGIN, y + 12), Style::Note, "no way in: no gateway, no tunnel");
        y += 60;
    }
    for sequence in sequences {
        columns = columns.max(sequence.participants.len());
        y = paint(&mut picture, sequence, y) + 36;
        picture.tier = picture.tier.saturating_add(1);
    }
    if more > 0 {
        let words = format!("and {} in", counted(more, "more way"));
        picture.text(On::Page, start(MARGIN, y), Style::Note, &words);
        y += 36;
    }
    picture.width = 2 * MARGIN + 32 + pixels(columns - 1) * PITCH + CARD_WIDTH;
    picture.height = y + 4;
    picture
}

/// Paints a sequence; says where it ends.
fn paint(picture: &mut Picture, sequence: Sequence, top: i32) -> i32 {
    let Sequence { about, participants, steps } = sequence;
    let center = |at: usize| MARGIN + 16 + CARD_WIDTH / 2 + pixels(at) * PITCH;
    let (width, height) = (pixels(participants.len() - 1) * PITCH + CARD_WIDTH, pixels(steps.len()) * STEP);
    let frame = Frame::new(MARGIN, top, 32 + width, 46 + 54 + 34 + height);
    let said = joined(steps.iter().map(|step| {
        let (from, to) = (participants[step.from].name.as_str(), participants[step.to].name.as_str());
        match step.from == step.to {
            true => format!("{from}: {}", step.words),
            false => format!("{from} to {to}: {}", step.words),
        }
    }));
    let path = about.id["sequence.".len()..].to_owned();
    let title = about.name.clone();
    let ground = picture.add(about.saying(&said), frame, Cover::Ground, None);
    let on = On::Object(ground);
    picture.area(on, frame, 16, Look::Cluster);
    picture.fitted(on, start(frame.x + 18, top + 28), Style::Group, &title, frame.width - 40);
    let cards = top + 46;
    let end = frame.bottom() - 14;
    for (at, Participant { name, what, icon, tunnel }) in participants.into_iter().enumerate() {
        let place = Frame::new(center(at) - CARD_WIDTH / 2, cards, CARD_WIDTH, 54);
        let about = About::new("participant", &[&path, &at.to_string()], &name, None).saying(&what);
        let mut card = Card::new(about, icon, &what);
        card.tunnel = tunnel;
        card.paint(picture, place, Some(ground));
        picture.wire(&[(center(at), place.bottom()), (center(at), end)], Stroke::Life);
    }
    let mut y = cards + 54 + 36;
    for Step { from, to, words, answer } in steps {
        let (from, to) = (center(from), center(to));
        if from != to {
            picture.arrow(&[(from, y), (to, y)], if answer { Stroke::Life } else { Stroke::Plain });
            picture.fitted(On::Page, start(from.min(to) + 14, y - 8), Style::Note, &words, PITCH - 28);
        } else {
            let words = Style::Fine.fit(&words, PITCH - 40);
            let width = Style::Fine.width(&words) + 20;
            let place = Frame::new(from - width / 2, y - 18, width, 24);
            let about = About::new("note", &[&path, &words], &words, None);
            let on = On::Object(picture.add(about, place, Cover::Strip, Some(ground)));
            picture.area(on, place, 7, Look::Tag);
            picture.text(on, middle(from, y - 2), Style::Fine, &words);
        }
        y += STEP;
    }
    frame.bottom()
}
