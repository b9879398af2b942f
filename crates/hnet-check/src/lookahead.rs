//! All words of networks, and what statements say of prefixes and addresses before any of them is read.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, Span, claim, codes};
use hnet_language::{Lookahead, Parts, Scope, Statement as _, Vocabulary};
use hnet_model::{Family, IpNet, LINK_WORDS};
use hnet_syntax::tree::{Statement, Value};
use indexmap::IndexMap;

use crate::foreign::FOREIGN;
use crate::spaces;
use crate::statements::cluster::{ClusterStatement, DEFAULT_PODS, DEFAULT_SERVICES};
use crate::statements::contents::ContentsStatement;
use crate::statements::existing::ExistingStatement;
use crate::statements::gateway::ListenerStatement;
use crate::statements::network::NetworkStatement;
use crate::statements::subnet::SubnetStatement;

/// The words of networks: the network, what belongs to a cluster, and the words of the language itself.
pub static VOCABULARY: Vocabulary = Vocabulary {
    root: NetworkStatement::KIND,
    part: ClusterStatement::KIND,
    contents: ContentsStatement::KIND,
    others: ExistingStatement::KIND,
    spaces: spaces::ALL,
    prefixed: &[spaces::SUBNET, spaces::CLUSTER],
    prefix_words: &["pods", "services"],
    address_word: "address",
    owner: (spaces::GATEWAY, ListenerStatement::KIND),
    foreign: FOREIGN,
};

/// What the statements of networks say.
pub(crate) struct Network;

impl Lookahead for Network {
    fn vocabulary(&self) -> &'static Vocabulary {
        &VOCABULARY
    }

    fn prefixes<'t>(
        &self,
        scope: &Scope<'t>,
        statement: &'t Statement,
        out: &mut Diagnostics,
    ) -> Vec<(&'static str, Result<Vec<IpNet>, Reported>)> {
        let Some(name) = statement.arguments.first().map(|argument| argument.value.text.as_str()) else {
            return Vec::new();
        };
        match statement.keyword.text.as_str() {
            "subnet" => {
                let values = statement.arguments.iter().skip(1).enumerate();
                let values = values.take_while(|(at, argument)| *at == 0 || argument.comma.is_some());
                let values: Vec<&Value> = values.map(|(_, argument)| &argument.value).collect();
                let prefixes = match values.as_slice() {
                    [] => Err(Parts::report_missing_value(statement, SubnetStatement::KIND, out)),
                    values => scope.read_prefixes(values, out).and_then(|read| one_of_each_family(name, &read, out)),
                };
                vec![("", prefixes)]
            }
            "cluster" => {
                let of = |(word, default): (&'static str, IpNet)| {
                    let prefixes = match scope.field_values(statement, word).as_slice() {
                        [] => Ok(vec![default]),
                        values => scope.read_prefixes(values, out).map(|read| without_places(&read)),
                    };
                    (word, prefixes)
                };
                [("pods", DEFAULT_PODS), ("services", DEFAULT_SERVICES)].map(of).to_vec()
            }
            _ => Vec::new(),
        }
    }

    fn addresses<'t>(&self, scope: &Scope<'t>, statement: &'t Statement) -> Option<Vec<&'t Value>> {
        let own = |statement: &'t Statement| {
            ["address", "reserved"].into_iter().flat_map(|word| scope.field_values(statement, word))
        };
        Some(match statement.keyword.text.as_str() {
            "router" | "switch" | "host" | "gateway" => scope.field_values(statement, "address"),
            "node" => scope
                .with_profiles(vec![statement])
                .iter()
                .flat_map(|layer| {
                    let interfaces = scope
                        .statements_of(layer)
                        .into_iter()
                        .filter(|nested| LINK_WORDS.contains(&&*nested.keyword.text));
                    let on_interfaces = interfaces.flat_map(|interface| {
                        let nested = scope.statements_of(interface).into_iter();
                        let vlans = nested.filter(|nested| nested.keyword.text == "vlan");
                        let on_vlans = vlans.flat_map(own);
                        own(interface).chain(on_vlans)
                    });
                    own(layer).chain(on_interfaces)
                })
                .collect(),
            _ => return None,
        })
    }
}

fn without_places(prefixes: &[(IpNet, Span)]) -> Vec<IpNet> {
    prefixes.iter().map(|(prefix, _)| *prefix).collect()
}

/// The prefixes of a subnet: one, or one for each family, so that an index says which is meant.
fn one_of_each_family(subnet: &str, prefixes: &[(IpNet, Span)], out: &mut Diagnostics) -> Result<Vec<IpNet>, Reported> {
    let mut failed = None;
    let mut first_of: IndexMap<Family, Span> = IndexMap::new();
    for (prefix, place) in prefixes {
        let family = Family::of(prefix.addr());
        let Some(first) = claim(&mut first_of, family, *place) else { continue };
        let title = format!("subnet `{subnet}` has two {} prefixes", family.called());
        failed = Some(
            out.report(
                Diagnostic::new(&codes::TWO_PREFIXES_OF_A_FAMILY, title)
                    .label(*place, "one too many")
                    .label(*first, "the first one")
                    .help("give each wire a subnet of its own, or write one prefix that holds both"),
            ),
        );
    }
    failed.map_or_else(|| Ok(without_places(prefixes)), Err)
}
