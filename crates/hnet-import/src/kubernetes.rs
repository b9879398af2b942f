//! The Kubernetes half: each object of the network in words, where it has some.
//!
//! What an object is in words is tried and compared with it (`rebuilt.rs`): what differs is laid over the words.

use hnet_syntax::tree::Statement;
use indexmap::IndexSet;

use crate::gateway::Names;
use crate::objects::{CLUSTER_ISSUER, ENVOY, ISSUER, Object};
use crate::report::{Report, Unread};
use crate::say::Piece;
use crate::take::leaves;
use crate::there::Meant;
use crate::wires::Wires;
use crate::{cilium, external_dns, gateway, manifests};

/// A statement of a cluster's contents, and the objects that it is.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    /// The statement.
    pub(crate) piece: Piece,
    /// The kind of the objects.
    pub(crate) kind: String,
    /// The objects, by their numbers, the main one first; none of what only helps others.
    pub(crate) objects: Vec<usize>,
    /// Whether none of its objects is the one that the statement is about.
    pub(crate) is_apart: bool,
    /// Whether it follows from others, so that it is not said at all.
    pub(crate) is_implied: bool,
    /// Whether it is said as YAML.
    pub(crate) is_raw: bool,
    /// How many fields are laid over its words as YAML.
    pub(crate) laid: usize,
    /// Whether it is somebody else's, and is only known.
    pub(crate) is_there: bool,
    /// What a statement of what is there must come out as, as long as that was not seen.
    pub(crate) meant: Option<Meant>,
}

impl Content {
    /// A statement that is no object, or only helps those that are.
    pub(crate) fn helping(said: Statement, kind: &str) -> Content {
        Content::of(Piece::new(said, 0), kind, Vec::new())
    }

    fn of(piece: Piece, kind: &str, objects: Vec<usize>) -> Content {
        Content {
            piece,
            kind: kind.to_owned(),
            objects,
            is_apart: false,
            is_implied: false,
            is_raw: false,
            laid: 0,
            is_there: false,
            meant: None,
        }
    }

    /// Something that is there and stays its owner's.
    pub(crate) fn there(piece: Piece, kind: &str, meant: Option<Meant>) -> Content {
        Content { is_there: true, meant, ..Content::of(piece, kind, Vec::new()) }
    }

    /// Lists that something which is there has no words, since they would mean something else.
    pub(crate) fn refuse(&self, why: &str, report: &mut Report) {
        let said = &self.piece.said;
        let name = said.arguments.first().map_or("", |name| name.value.text.as_str());
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        report.stays_yaml(said.span, format!("`{}`{name}: {why}", said.keyword.text));
        report.of(&self.kind).unread += self.piece.fields + self.laid;
    }

    /// The same as YAML.
    pub(crate) fn say_as_yaml(&mut self, objects: &[Object]) {
        let each = self.objects.iter().map(|at| manifests::lift(&objects[*at]));
        let mut pieces: Vec<Piece> = each.collect();
        let fields = pieces.iter().map(|piece| piece.fields).sum();
        if pieces.is_empty() {
            return;
        }
        let mut first = pieces.remove(0);
        for piece in pieces {
            for argument in piece.said.arguments {
                let comma = Some(argument.value.span);
                first.said.arguments.push(hnet_syntax::tree::Argument { comma, ..argument });
            }
        }
        self.piece = Piece { fields, ..first };
        self.is_raw = true;
        self.laid = 0;
    }
}

/// The kinds that have words, in the order of a source.
const KINDS: [&str; 22] = [
    CLUSTER_ISSUER,
    ISSUER,
    "Certificate",
    "CiliumLoadBalancerIPPool",
    cilium::CLUSTER_CONFIG,
    "EnvoyProxy",
    "Gateway",
    "ClientTrafficPolicy",
    "BackendTrafficPolicy",
    "EnvoyExtensionPolicy",
    "HTTPRouteFilter",
    "Backend",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
    external_dns::KIND,
    "SecurityPolicy",
    "CiliumClusterwideNetworkPolicy",
    "CiliumNetworkPolicy",
    "NetworkPolicy",
];

/// The objects of the network as statements, in the order of a source. `prefix` is that of the annotations which external-dns
/// reads.
pub(crate) fn contents(
    objects: &[Object],
    names: &Names,
    wires: &Wires,
    prefix: &str,
    report: &mut Report,
) -> Vec<Content> {
    let mut contents = Vec::new();
    let mut done: IndexSet<usize> = IndexSet::new();
    let speaks_bgp = objects.iter().any(|object| object.kind == cilium::CLUSTER_CONFIG);
    for kind in KINDS {
        if kind == "HTTPRoute" {
            for (said, policy) in &names.services.statements {
                done.extend(*policy);
                let fields = policy.map_or(0, |at| leaves(&objects[at].value));
                let piece = Piece::new(said.clone(), fields);
                contents.push(Content {
                    is_apart: true,
                    ..Content::of(piece, "BackendTLSPolicy", policy.iter().copied().collect())
                });
            }
        }
        let of_kind = objects.iter().enumerate().filter(|(_, own)| own.is_of_the_network() && own.kind == kind);
        for (at, object) in of_kind {
            let mut own = vec![at];
            let said: Result<Statement, &str> = match kind {
                CLUSTER_ISSUER | ISSUER => gateway::issuer(objects, at),
                "Certificate" => gateway::certificate(object, names),
                "Gateway" => gateway::gateway(object, names, wires),
                _ if let Some(route) = gateway::route_kind(kind) => gateway::route(object, route, names),
                "CiliumClusterwideNetworkPolicy" | "CiliumNetworkPolicy" | "NetworkPolicy" => {
                    cilium::policy(object, wires)
                }
                external_dns::KIND => external_dns::records(object, wires, prefix),
                _ if ENVOY.contains(&kind) => gateway::envoy(objects, at).map(|(said, all)| {
                    own = all;
                    said
                }),
                cilium::CLUSTER_CONFIG => cilium::bgp(objects, at, &done).map(|(said, all)| {
                    own = all;
                    said
                }),
                _ => {
                    let policy = cilium::policy_of(objects, at, &done);
                    own.extend(policy);
                    cilium::pool(object, policy.map(|at| &objects[at]), speaks_bgp, wires)
                }
            };
            match said {
                Ok(said) => {
                    done.extend(own.iter().copied());
                    let fields = own.iter().map(|at| leaves(&objects[*at].value)).sum();
                    contents.push(Content::of(Piece::new(said, fields), kind, own));
                }
                Err(why) => {
                    report.as_yaml.push(Unread::new(object.value.span, format!("`{kind}` {}: {why}", object.name)))
                }
            }
        }
    }
    let issued = done.iter().map(|at| &objects[*at]).filter(|object| object.kind == "Certificate");
    let known = done.iter().map(|at| &objects[*at]).filter(|it| matches!(it.kind.as_str(), CLUSTER_ISSUER | ISSUER));
    let known: Vec<&Object> = known.collect();
    let issuers = gateway::others(issued, &known).into_iter().map(|said| Content::helping(said, "Certificate"));
    // Secrets that nothing here fills are somebody else's.
    let secrets = names.secrets.iter().map(|said| Content::there(Piece::new(said.clone(), 0), "Certificate", None));
    contents.splice(0..0, issuers.chain(secrets).collect::<Vec<_>>());
    for (at, object) in objects.iter().enumerate() {
        if object.is_of_the_network() && !done.contains(&at) {
            let piece = manifests::lift(object);
            contents.push(Content { is_raw: true, ..Content::of(piece, &object.kind, vec![at]) });
        }
    }
    let mut before = None;
    for content in &mut contents {
        content.piece.said.blank_before |= before.as_ref() != Some(&content.piece.said.keyword.text);
        before = Some(content.piece.said.keyword.text.clone());
    }
    contents
}
