//! Services of the cluster that ask a load balancer for addresses, also in the values of charts, and the hosts behind
//! services without pods. They stay their owners', and are known: nothing else may have their addresses.
//!
//! Start at [`services`] and [`hosts`].

use hnet_diagnostics::Span;
use hnet_manifests::versions::gateway_services;
use hnet_model::Name;
use hnet_observe::Beside;
use hnet_repository::Cluster;
use hnet_syntax::tree::{Statement, Value as Word};
use indexmap::{IndexMap, IndexSet};

use crate::gateway::{Names, leaves_of};
use crate::kubernetes::Content;
use crate::objects::Object;
use crate::report::{Report, Unread};
use crate::say::{self, Piece};
use crate::there::{Meant, Of};
use crate::wires::Wires;

/// What services are counted under.
const KIND: &str = "Service";

/// The services of a cluster that ask for addresses, as statements of what exists.
pub(crate) fn services(all: &Cluster, contents: &[Content], names: &Names, wires: &Wires) -> Vec<Content> {
    let mut beside = Beside::default();
    let said = contents.iter().map(|content| &content.piece.said).filter(|said| said.keyword.text == "service");
    let taken = said.filter_map(|said| said.arguments.first()).map(|name| name.value.text.to_string());
    beside.names.insert("service", taken.chain(names.services.outside().iter().map(|own| own.own.clone())).collect());
    let asks = |statement: &&Statement| {
        statement.keyword.text == "service"
            && statement.statements().iter().any(|field| matches!(&*field.keyword.text, "annotations" | "addresses"))
    };
    let facts = hnet_observe::observe(all, &mut beside, Span::default());
    let found = facts.statements.iter().filter(asks).map(|statement| by_address(statement, wires));
    let content = |statement: Statement| {
        let values = |field: &Statement| field.arguments.len();
        let fields = statement.statements().iter().map(values).sum();
        Content::there(Piece::new(statement, fields), KIND, None)
    };
    found.map(content).collect()
}

/// A service with the addresses that it asks for in the place of the annotation that does.
fn by_address(statement: &Statement, wires: &Wires) -> Statement {
    let head = Statement { end: Statement::new("", statement.span).end, ..statement.clone() };
    let mut fields: Vec<Statement> = Vec::new();
    for field in statement.statements() {
        if field.keyword.text != "annotations" {
            // A port over TCP and over UDP is one.
            let mut field = field.clone();
            let mut seen = IndexSet::new();
            field.arguments.retain(|argument| seen.insert(argument.value.text.clone()));
            fields.push(field);
            continue;
        }
        let mut others: Vec<&Word> = field.arguments.iter().map(|argument| &argument.value).collect();
        let keys = others.iter().map(|value| value.text.split('=').next().unwrap_or_default());
        let asking = gateway_services::asking(keys).map(|at| others.remove(at));
        if let Some(first) = asking {
            let texts = first.text.split_once('=').map_or("", |(_, texts)| texts).split(',').map(str::trim);
            fields.push(say::list("addresses", first.span, texts.map(|text| (wires.said(text), first.span))));
        }
        if let Some(first) = others.first() {
            fields.push(Statement::new("annotations", first.span).with_list(others.into_iter().cloned()));
        }
    }
    head.holding(fields)
}

/// The hosts outside a cluster with the services that lead to them. `known` are the names of what has addresses.
pub(crate) fn hosts(
    objects: &[Object],
    names: &Names,
    wires: &Wires,
    known: &mut IndexSet<String>,
    hosts: &mut IndexMap<Vec<String>, Piece>,
    report: &mut Report,
) -> Vec<Content> {
    report.as_yaml.extend(names.services.without_words().iter().cloned());
    let mut contents = Vec::new();
    for own in names.services.outside() {
        let texts: Vec<String> = own.addresses.iter().map(|address| wires.said(&address.text)).collect();
        let stays = |why: String| Unread::new(own.span, format!("`{KIND}` {}: {why}", own.name));
        let all = leaves_of(objects, &own.objects);
        let host = match hosts.get(&texts) {
            Some(host) => host.said.arguments[0].value.text.to_string(),
            None => {
                let candidates = [own.name.clone(), format!("{}-host", own.name)];
                let numbered = (2..).map(|number| format!("{}-{number}", own.name));
                let free = |name: &String| Name::new(name).is_ok() && !known.contains(name);
                let Some(name) = candidates.into_iter().chain(numbered).take(100).find(free) else { continue };
                known.insert(name.clone());
                let said = texts.iter().cloned().zip(own.addresses.iter().map(|address| address.span));
                let addresses = say::list("address", own.addresses[0].span, said);
                let host = say::field("host", &name, own.span).holding([addresses]);
                hosts.insert(texts, Piece::new(host, 0));
                name
            }
        };
        let kinds: Vec<&str> = own.objects.iter().skip(1).map(|at| objects[*at].kind.as_str()).collect();
        let left = if kinds.contains(&"Endpoints") {
            vec![stays("`Endpoints` say where it leads, and hnet writes EndpointSlices".to_owned())]
        } else {
            vec![stays("its EndpointSlice is called otherwise than hnet calls it, or says more".to_owned())]
        };
        let meant = Meant { of: Of::Host { namespace: own.namespace.clone(), name: own.name.clone() }, left };
        let mut content = Content::there(Piece::new(own.statement(&host), own.fields().min(all)), KIND, Some(meant));
        content.laid = all.saturating_sub(own.fields());
        contents.push(content);
    }
    contents
}

/// The values that statements say, also within.
pub(crate) fn values<'s>(statements: impl IntoIterator<Item = &'s Statement>, all: &mut IndexSet<String>) {
    for statement in statements {
        all.extend(statement.arguments.iter().map(|argument| argument.value.text.to_string()));
        values(statement.statements(), all);
    }
}
