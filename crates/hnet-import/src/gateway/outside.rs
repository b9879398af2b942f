//! Services without pods: what stands behind them is outside the cluster. The other way is
//! `hnet-emit/src/gateway/outside.rs`.
//!
//! Such a service is hnet's where its EndpointSlices are called as hnet calls them, else it is there and stays its owner's.

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use hnet_model::Name;
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;

use super::GATEWAYS;
use crate::objects::Object;
use crate::report::Unread;
use crate::say;
use crate::take::{Said, leaves, scalar};

/// A service without pods.
#[derive(Clone, Debug)]
pub(crate) struct Outside {
    /// Its namespace.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
    /// The addresses that stand behind it.
    pub(crate) addresses: Vec<Said>,
    /// Its port, which is theirs.
    pub(crate) port: Said,
    /// It and what says where it leads, by their numbers.
    pub(crate) objects: Vec<usize>,
    /// What it is called in the source.
    pub(crate) own: String,
    /// What more is said of it.
    pub(super) fields: Vec<Statement>,
    /// Where it stands.
    pub(crate) span: Span,
}

impl Outside {
    /// Where routes find it.
    pub(super) fn address(&self) -> String {
        format!("{}/{}:{}", self.namespace, self.name, self.port.text)
    }

    /// It as a statement; what is outside has a name of its own.
    pub(crate) fn statement(&self, host: &str) -> Statement {
        let mut fields = vec![say::field("host", host, self.span), say::field("port", &self.port.text, self.port.span)];
        if self.namespace != GATEWAYS {
            fields.push(say::field("namespace", &self.namespace, self.span));
        }
        fields.extend(self.fields.iter().cloned());
        say::field("service", &self.own, self.span).holding(fields)
    }

    /// How many fields its words say.
    pub(crate) fn fields(&self) -> usize {
        self.addresses.len() + 3
    }
}

/// The services without pods among some objects, and why others of them have no words.
pub(super) fn outside(objects: &[Object]) -> (Vec<Outside>, Vec<Unread>) {
    let (mut all, mut left): (Vec<Outside>, Vec<Unread>) = (Vec::new(), Vec::new());
    let mut leading = leading(objects);
    for (at, object) in objects.iter().enumerate() {
        let spec = object.value.get("spec");
        let is_without_pods = |spec: &Value| {
            let is_named = spec.get("externalName").is_some() || spec.str_at(&["type"]) == Some("ExternalName");
            spec.get("selector").is_none() && !is_named
        };
        let is_it = object.kind == "Service" && object.group.is_empty() && spec.is_some_and(is_without_pods);
        let Some(behind) = is_it.then(|| leading.remove(&(object.namespace.as_deref(), &object.name))).flatten() else {
            continue;
        };
        match read(objects, at, behind) {
            Ok(found) => all.push(found),
            Err(why) => left.push(Unread::new(object.value.span, format!("`Service` {}: {why}", object.name))),
        }
    }
    (all, left)
}

/// What says where services lead, by their namespaces and names.
fn leading(objects: &[Object]) -> BTreeMap<(Option<&str>, &str), Vec<usize>> {
    let mut all: BTreeMap<(Option<&str>, &str), Vec<usize>> = BTreeMap::new();
    for (at, object) in objects.iter().enumerate() {
        let service = match (object.group.as_str(), object.kind.as_str()) {
            ("discovery.k8s.io", "EndpointSlice") => {
                object.value.str_at(&["metadata", "labels", "kubernetes.io/service-name"])
            }
            ("", "Endpoints") => Some(object.name.as_str()),
            _ => None,
        };
        if let Some(service) = service {
            all.entry((object.namespace.as_deref(), service)).or_default().push(at);
        }
    }
    all
}

fn read(objects: &[Object], at: usize, behind: Vec<usize>) -> Result<Outside, String> {
    let service = &objects[at];
    let namespace = service.namespace.clone().ok_or(super::NOWHERE)?;
    if Name::new(&service.name).is_err() || Name::new(&namespace).is_err() {
        return Err(super::SYMBOLIC.to_owned());
    }
    let [port] = service.value.at(&["spec", "ports"]).map(Value::items).unwrap_or_default() else {
        return Err("it has several ports, and a service for a host has one".to_owned());
    };
    let number = port.get("port").and_then(scalar).ok_or("its port has no number")?;
    let leads = port.str_at(&["targetPort"]).unwrap_or(&number.text);
    if leads != number.text || port.str_at(&["protocol"]).is_some_and(|protocol| protocol != "TCP") {
        return Err(format!(
            "its port {} leads to {leads}, and that of a service for a host to the same, over TCP",
            number.text
        ));
    }
    let mut addresses: Vec<Said> = Vec::new();
    for other in &behind {
        let value = &objects[*other].value;
        let (lists, ports): (Vec<&Value>, Vec<&Value>) = match objects[*other].kind.as_str() {
            "EndpointSlice" => {
                let endpoints = value.items_of("endpoints").iter();
                (
                    endpoints.flat_map(|one| one.items_of("addresses")).collect(),
                    value.items_of("ports").iter().collect(),
                )
            }
            _ => {
                let subsets = || value.items_of("subsets").iter();
                let ips = subsets().flat_map(|one| one.items_of("addresses")).filter_map(|one| one.get("ip"));
                (ips.collect(), subsets().flat_map(|one| one.items_of("ports")).collect())
            }
        };
        if ports.iter().any(|port| port.str_at(&["port"]) != Some(&number.text)) {
            return Err("what stands behind it has another port".to_owned());
        }
        for address in lists.into_iter().filter_map(scalar) {
            if address.text.parse::<std::net::IpAddr>().is_err() && !address.text.starts_with("${") {
                return Err(format!("`{}` stands behind it, and a host has addresses", address.text));
            }
            if addresses.iter().all(|known| known.text != address.text) {
                addresses.push(address);
            }
        }
    }
    if addresses.is_empty() {
        return Err("nothing stands behind it".to_owned());
    }
    Ok(Outside {
        namespace,
        own: service.name.clone(),
        name: service.name.clone(),
        addresses,
        port: number,
        objects: [at].into_iter().chain(behind).collect(),
        fields: Vec::new(),
        span: service.value.at(&["metadata", "name"]).map_or(service.value.span, |name| name.span),
    })
}

/// How many fields some objects have.
pub(crate) fn leaves_of(objects: &[Object], numbers: &[usize]) -> usize {
    numbers.iter().map(|at| leaves(&objects[*at].value)).sum()
}
