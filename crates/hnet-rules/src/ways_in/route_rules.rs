//! What may stand together in one rule of a route.
//!
//! The Gateway API's definitions refuse a whole route for one rule that says too much (gateway-api v1.6.1,
//! `config/crd`, its validations of `rules`). Start at [`rewrites`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::versions::gateway_api;
use hnet_model::{
    Cluster, Filter, HeaderChange, Match, PathMatch, PathRewrite, Redirect, Rewrite, Route, RouteRule, Traced,
};
use indexmap::IndexMap;

use crate::facts::Facts;

/// Each rule of each route.
fn each_rule<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Cluster, &'a Route, &'a RouteRule)> {
    let routes = facts.network.clusters.iter().flat_map(|cluster| cluster.routes.iter().map(move |it| (cluster, it)));
    routes.flat_map(|(cluster, route)| route.rules.iter().map(move |rule| (cluster, route, rule)))
}

/// A path is replaced where the rule has one prefix, which is `/` where it says none.
pub(crate) fn rewrites(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (_, _, rule) in each_rule(facts) {
        let rewrite = rule.filters.iter().find_map(|filter| match &filter.value {
            Filter::Rewrite(Rewrite { path, .. }) | Filter::Redirect(Redirect { path, .. }) => {
                path.as_ref().filter(|path| matches!(path.value, PathRewrite::Prefix(_))).map(Traced::span)
            }
            _ => None,
        });
        let Some(rewrite) = rewrite else { continue };
        let paths: Vec<&Traced<PathMatch>> = rule.matches.iter().filter_map(|one| one.path.as_ref()).collect();
        let code = &codes::REWRITE_WITHOUT_ONE_PATH;
        let finding = match &paths[..] {
            [] => continue,
            [path] => match path.value {
                PathMatch::Prefix(_) => continue,
                PathMatch::Exact(_) | PathMatch::Regex(_) => {
                    let (what, word) = match path.value {
                        PathMatch::Regex(_) => ("a regular expression", "path-regex"),
                        _ => ("an exact path", "exact-path"),
                    };
                    Diagnostic::new(code, "`rewrite-path` replaces the start of a path")
                        .label(rewrite, "this is to stand in its place")
                        .label(path.span(), format!("{what} has no start that is replaced"))
                        .help(format!("write `path` in place of `{word}`, or `rewrite-full-path`"))
                }
            },
            several => {
                let title = format!("`rewrite-path` replaces one path, and the rule has {}", several.len());
                let mut finding = Diagnostic::new(code, title).label(rewrite, "this is to stand in the place of all");
                for (at, path) in several.iter().take(MOST_SHOWN).enumerate() {
                    finding = finding.label(path.span(), if at == 0 { "one" } else { "another" });
                }
                finding.help("write a `rule` for each `path`, each with its own `rewrite-path`")
            }
        };
        out.report(finding);
    }
}

/// The most paths that a message points to.
const MOST_SHOWN: usize = 4;

/// A rule asks for a header once, and changes it once. Names are compared without case, those of parameters with it.
pub(crate) fn headers_repeated(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (_, _, rule) in each_rule(facts) {
        let mut before: Option<&Match> = None;
        for one in &rule.matches {
            // Those of one condition that differ by their path alone ask for the same.
            let places = |one: &Match| one.headers.iter().chain(&one.queries).map(Traced::span).collect::<Vec<_>>();
            if before.is_some_and(|before| places(before) == places(one)) {
                continue;
            }
            before = Some(one);
            let mut asked = Headers::new("the rule asks for header", "one condition asks for one value of a header");
            for header in &one.headers {
                asked.meet(&header.value.name, header.span(), out);
            }
            let mut asked = Headers::new("the rule asks for parameter", "one condition asks for one value of it");
            asked.has_case = true;
            for query in &one.queries {
                asked.meet(&query.value.name, query.span(), out);
            }
        }
        for is_request in [true, false] {
            let mut set = Headers::new(
                if is_request { "the rule sets request header" } else { "the rule sets response header" },
                "a rule sets a header once",
            );
            let mut added = Headers::new("the rule adds header", "a rule adds a header once");
            let mut removed = Headers::new("the rule removes header", "once is enough");
            for filter in &rule.filters {
                let change = match (&filter.value, is_request) {
                    (Filter::RequestHeader(change), true) | (Filter::ResponseHeader(change), false) => change,
                    _ => continue,
                };
                let list = match change {
                    HeaderChange::Set(..) => &mut set,
                    HeaderChange::Add(..) => &mut added,
                    HeaderChange::Remove(..) => &mut removed,
                };
                list.meet(change.name(), filter.span(), out);
            }
        }
    }
}

/// The headers that one list of a rule names.
struct Headers {
    does: &'static str,
    why: &'static str,
    has_case: bool,
    places: IndexMap<String, Span>,
}

impl Headers {
    fn new(does: &'static str, why: &'static str) -> Self {
        Headers { does, why, has_case: false, places: IndexMap::new() }
    }

    fn meet(&mut self, name: &str, place: Span, out: &mut Diagnostics) {
        let key = if self.has_case { name.to_owned() } else { name.to_ascii_lowercase() };
        let Some(first) = claim(&mut self.places, key, place) else { return };
        out.report(
            Diagnostic::new(&codes::HEADER_REPEATED, format!("{} `{name}` twice", self.does))
                .label(place, format!("again; {}", self.why))
                .label(*first, "it stands here already")
                .help(match self.has_case {
                    true => "leave one of the two out, or write a `match` for each",
                    false => "leave one of the two out; case does not tell headers apart",
                }),
        );
    }
}

/// The experimental definitions are stricter about values than the standard ones.
pub(crate) fn header_values(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (cluster, _, rule) in each_rule(facts) {
        let Some(api) = &cluster.gateway_api else { continue };
        if !api.experimental.value || api.version.value.minor() < gateway_api::STRICT_HEADER_VALUES {
            continue;
        }
        let asked = rule
            .matches
            .iter()
            .flat_map(|one| &one.headers)
            .map(|header| (header.value.name.as_str(), header.value.value.as_str(), header.span()));
        let set = rule.filters.iter().filter_map(|filter| match &filter.value {
            Filter::RequestHeader(change) | Filter::ResponseHeader(change) => {
                Some((change.name(), change.value()?, filter.span()))
            }
            _ => None,
        });
        for (name, value, place) in asked.chain(set) {
            let blank = |byte: u8| matches!(byte, b' ' | b'\t');
            let why = if !value.is_ascii() {
                "the experimental Gateway API takes only ASCII characters"
            } else if value.as_bytes().windows(2).any(|pair| blank(pair[0]) && blank(pair[1])) {
                "the experimental Gateway API takes no two spaces in a row"
            } else {
                continue;
            };
            out.report(
                Diagnostic::new(&codes::NOT_A_HEADER, format!("the value of header `{name}` is refused"))
                    .label(place, why)
                    .label(api.experimental.span(), "this asks for the experimental definitions")
                    .help("write the value otherwise, or take the standard definitions"),
            );
        }
    }
}
