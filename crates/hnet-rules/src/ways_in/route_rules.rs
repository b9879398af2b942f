//! What may stand together in one rule of a route.
//!
//! The Gateway API's definitions refuse a whole route for one rule that says too much (gateway-api v1.6.1,
//! `config/crd`, its validations of `rules`). Start at [`rewrites`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::versions::gateway_api;
use hnet_model::{Cluster, Filter, HttpRoute, Match, PathMatch, Redirect, RouteRule, Traced};
use indexmap::IndexMap;

use crate::facts::Facts;

/// Each rule of each route.
fn each_rule<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Cluster, &'a HttpRoute, &'a RouteRule)> {
    let routes = facts.network.clusters.iter().flat_map(|cluster| cluster.routes.iter().map(move |it| (cluster, it)));
    routes.flat_map(|(cluster, route)| route.rules.iter().map(move |rule| (cluster, route, rule)))
}

/// A path is replaced where the rule has one prefix, which is `/` where it says none.
pub(crate) fn rewrites(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (_, _, rule) in each_rule(facts) {
        let rewrite = rule.filters.iter().find_map(|filter| match &filter.value {
            Filter::RewritePrefix(_) => Some(filter.span()),
            Filter::Redirect(Redirect { prefix, .. }) => prefix.as_ref().map(Traced::span),
            Filter::SetRequestHeader(..) | Filter::SetResponseHeader(..) => None,
        });
        let Some(rewrite) = rewrite else { continue };
        let paths: Vec<&Traced<PathMatch>> = rule.matches.iter().filter_map(|one| one.path.as_ref()).collect();
        let code = &codes::REWRITE_WITHOUT_ONE_PATH;
        let finding = match &paths[..] {
            [] => continue,
            [path] => match path.value {
                PathMatch::Prefix(_) => continue,
                PathMatch::Exact(_) => Diagnostic::new(code, "`rewrite-path` replaces the start of a path")
                    .label(rewrite, "this is to stand in its place")
                    .label(path.span(), "an exact path has no start that is replaced")
                    .help("write `path` in place of `exact-path`"),
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

/// A rule asks for a header once, and sets it once. Names are compared without case.
pub(crate) fn headers_repeated(facts: &Facts<'_>, out: &mut Diagnostics) {
    for (_, _, rule) in each_rule(facts) {
        // The same headers belong to each of a rule's conditions.
        let headers = rule.matches.first().map_or(&[][..], |one: &Match| &one.headers);
        let mut asked = Headers::new("the rule asks for header", "a rule asks for one value of a header");
        for header in headers {
            asked.meet(&header.value.name, header.span(), out);
        }
        let mut of_request = Headers::new("the rule sets request header", "a rule sets a header once");
        let mut of_response = Headers::new("the rule sets response header", "a rule sets a header once");
        for filter in &rule.filters {
            match &filter.value {
                Filter::SetRequestHeader(name, _) => of_request.meet(name, filter.span(), out),
                Filter::SetResponseHeader(name, _) => of_response.meet(name, filter.span(), out),
                Filter::Redirect(_) | Filter::RewritePrefix(_) => {}
            }
        }
    }
}

/// The headers that one list of a rule names.
struct Headers {
    does: &'static str,
    why: &'static str,
    places: IndexMap<String, Span>,
}

impl Headers {
    fn new(does: &'static str, why: &'static str) -> Self {
        Headers { does, why, places: IndexMap::new() }
    }

    fn meet(&mut self, name: &str, place: Span, out: &mut Diagnostics) {
        let Some(first) = claim(&mut self.places, name.to_ascii_lowercase(), place) else { return };
        out.report(
            Diagnostic::new(&codes::HEADER_REPEATED, format!("{} `{name}` twice", self.does))
                .label(place, format!("again; {}", self.why))
                .label(*first, "it stands here already")
                .help("leave one of the two out; case does not tell headers apart"),
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
        let asked = rule.matches.first().map_or(&[][..], |one| &one.headers);
        let asked = asked.iter().map(|header| (&header.value.name, &header.value.value, header.span()));
        let set = rule.filters.iter().filter_map(|filter| match &filter.value {
            Filter::SetRequestHeader(name, value) | Filter::SetResponseHeader(name, value) => {
                Some((name, value, filter.span()))
            }
            Filter::Redirect(_) | Filter::RewritePrefix(_) => None,
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
