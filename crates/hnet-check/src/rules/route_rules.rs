//! What may stand together in one rule of a route.
//!
//! The Gateway API's definitions refuse a whole route for one rule that says too much (gateway-api v1.6.1,
//! `config/crd`, its validations of `rules`). Start at [`rewrites`].

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Cluster, Filter, HttpRoute, PathMatch, Redirect, RouteRule, Traced};

use super::Facts;

/// Each rule of each route.
fn each_rule<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Cluster, &'a HttpRoute, &'a RouteRule)> {
    let routes = facts.network.clusters.iter().flat_map(|cluster| cluster.routes.iter().map(move |it| (cluster, it)));
    routes.flat_map(|(cluster, route)| route.rules.iter().map(move |rule| (cluster, route, rule)))
}

/// A path is replaced where the rule has one prefix, which is `/` where it says none.
pub(super) fn rewrites(facts: &Facts<'_>, out: &mut Diagnostics) {
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
