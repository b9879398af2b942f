//! Routes in the values of charts.
//!
//! Those of the chart `app-template` are read as its templates read them; of other charts only what has the shape of a
//! route and is switched on, of which the name and the rules are not known. (bjw-s-labs, common library 4 and 5.)

use std::rc::Rc;

use hnet_repository::Release;
use hnet_yaml::{Field, Reader as Typed, Value, ValueKind};

use crate::Reader;
use crate::routes::{Rules, Shape};

/// The chart of bjw-s whose values hold most routes that people run.
pub(crate) const APP_TEMPLATE: &str = "app-template";

/// How deep a route may lie in the values of a chart.
const DEPTH: usize = 6;

impl Reader<'_> {
    /// The routes in the values of charts.
    pub(crate) fn routes_of_charts(&mut self) {
        let cluster = self.cluster;
        for release in &cluster.releases {
            let Some(namespace) = release.namespace.as_deref().filter(|own| hnet_model::Name::new(own).is_ok()) else {
                continue;
            };
            if release.chart == APP_TEMPLATE {
                self.routes_of_app_template(release, namespace);
            } else {
                self.routes_below(release, namespace, &release.values, 0);
            }
        }
    }

    fn routes_of_app_template(&mut self, release: &Release, namespace: &str) {
        let Some(routes) = release.values.get("route") else { return };
        let Some(items) = enabled(routes) else {
            self.unknown(routes.span, "which routes of a chart are enabled");
            return;
        };
        for field in &items {
            let value = &field.value;
            if value.str_at(&["kind"]).is_some_and(|kind| kind != "HTTPRoute") {
                continue;
            }
            let id = field.key.as_str();
            let name = match items.len() {
                1 => release.name.to_string(),
                _ => format!("{}-{id}", release.name),
            };
            let rules = Rules::Listed { finds_backends: true };
            let shape = Shape { name: &name, place: field.key.span(), namespace, value, rules };
            self.take(release, &shape);
        }
    }

    /// What has the shape of a route among values, and is switched on.
    fn routes_below(&mut self, release: &Release, namespace: &str, value: &Value, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match &value.kind {
            ValueKind::List(items) => {
                items.iter().for_each(|item| self.routes_below(release, namespace, item, depth + 1));
            }
            ValueKind::Map(_) => {
                let is_route = ["parentRefs", "hostnames"].iter().all(|key| !value.items_of(key).is_empty());
                if !is_route {
                    value.fields().for_each(|field| self.routes_below(release, namespace, &field.value, depth + 1));
                } else if value.get("enabled").and_then(|on| on.as_bool(Typed::Helm)) == Some(true) {
                    let place = value.get("hostnames").map_or(value.span, |names| names.span);
                    let (name, rules) = (&release.name, Rules::Unknown);
                    self.take(release, &Shape { name, place, namespace, value, rules });
                }
            }
            ValueKind::Scalar(..) => {}
        }
    }

    fn take(&mut self, release: &Release, shape: &Shape<'_>) {
        let known = Rc::clone(&self.known);
        let read = |value: &Value| filled(release, value.as_str()?).filter(|text| known.is_one(text));
        match self.route(shape, &read) {
            Ok(statement) => {
                self.facts.statements.push(statement);
                self.facts.counts.routes_of_charts += 1;
            }
            Err((span, cause)) => self.unknown(span, cause),
        }
    }
}

/// The items of a map that are switched on; none where that is not known of one.
pub(crate) fn enabled(items: &Value) -> Option<Vec<&Field>> {
    let all = items.fields().filter(|field| field.value.as_map().is_some());
    let states: Option<Vec<(bool, &Field)>> = all.map(|field| Some((is_on(&field.value)?, field))).collect();
    Some(states?.into_iter().filter(|(is_on, _)| *is_on).map(|(_, field)| field).collect())
}

/// Whether a truth value says yes, or nothing says anything.
fn is_on(value: &Value) -> Option<bool> {
    value.get("enabled").map_or(Some(true), |on| on.as_bool(Typed::Helm))
}

/// A text as the chart fills it: with the name and namespace of the release, and with values that are texts.
#[must_use]
pub fn filled(release: &Release, text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let end = start + rest[start..].find("}}")?;
        out.push_str(&rest[..start]);
        match rest[start + 2..end].trim_matches('-').trim() {
            ".Release.Name" => out.push_str(&release.name),
            ".Release.Namespace" => out.push_str(release.namespace.as_deref()?),
            path => {
                let keys: Vec<&str> = path.strip_prefix(".Values.")?.split('.').collect();
                let value = release.values.str_at(&keys).filter(|value| !value.contains("{{"))?;
                out.push_str(value);
            }
        }
        rest = &rest[end + 2..];
    }
    out.push_str(rest);
    Some(out)
}
