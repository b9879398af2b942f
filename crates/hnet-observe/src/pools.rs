//! Pools of addresses, and whether they are announced.

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Reader as Typed, Value};

use crate::Reader;
use crate::say;
use crate::say::words;

/// The label by which a selector takes the services of a namespace.
const NAMESPACE: &str = "io.kubernetes.service.namespace";

/// Charts that give addresses to load balancers beside Cilium.
const OTHERS: [&str; 4] = ["metallb", "kube-vip", "kube-vip-cloud-provider", "purelb"];

impl Reader<'_> {
    /// The pools, announced where a policy announces all services.
    pub(crate) fn pools(&mut self) {
        let policies = self.objects("cilium.io", "CiliumL2AnnouncementPolicy");
        let announces_all = |value: &&Value| {
            let is_on =
                value.at(&["spec", "loadBalancerIPs"]).and_then(|on| on.as_bool(Typed::ApiServer)) == Some(true);
            is_on && value.at(&["spec", "serviceSelector"]).is_none()
        };
        let policy = policies.iter().map(|policy| &policy.value).find(announces_all).map(|value| value.span);
        let has_others = self.cluster.releases.iter().any(|release| OTHERS.contains(&release.chart.as_str()))
            || self.cluster.documents.iter().any(|document| document.group().starts_with("metallb."));
        let mut is_all = !has_others && !self.cluster.may_hold_more("cilium.io", "CiliumLoadBalancerIPPool");
        for document in self.objects("cilium.io", "CiliumLoadBalancerIPPool") {
            let spec = document.value.get("spec");
            if spec.and_then(|spec| spec.get("disabled")).and_then(|off| off.as_bool(Typed::ApiServer)) == Some(true) {
                continue;
            }
            match spec.map_or(Err((document.value.span, "a pool has no `spec`".to_owned())), |spec| {
                self.pool(spec, document.name(), policy)
            }) {
                Ok(statement) => {
                    self.facts.statements.push(statement);
                    self.facts.counts.pools += 1;
                }
                Err((span, cause)) => {
                    self.unknown(span, cause);
                    is_all = false;
                }
            }
        }
        self.facts.has_all_pools = is_all;
    }

    fn pool(&mut self, spec: &Value, name: &str, policy: Option<Span>) -> Result<Statement, (Span, String)> {
        let own = self.name("pool", name, "pool").ok_or((spec.span, format!("`{name}` is no name")))?;
        let (mut addresses, mut has_prefix) = (Vec::new(), false);
        for block in spec.items_of("blocks").iter().chain(spec.items_of("cidrs")) {
            let plain = |value: &Value| {
                let text = self.known.plain(value).map(str::to_owned);
                text.ok_or_else(|| (value.span, format!("it holds `{}`", value.as_str().unwrap_or_default())))
            };
            if let Some(prefix) = block.get("cidr") {
                has_prefix = true;
                addresses.push(Word::said(&plain(prefix)?, prefix.span));
            } else {
                let start = block.get("start").ok_or((block.span, "a block has no `start`".to_owned()))?;
                let first = plain(start)?;
                let last = block.get("stop").map(plain).transpose()?.unwrap_or_else(|| first.clone());
                addresses.push(Word::said(&format!("{first}-{last}"), block.span));
            }
        }
        let first = addresses.first().map(|first| first.span).ok_or((spec.span, "it has no addresses".to_owned()))?;
        let mut fields = vec![words("addresses", first, addresses)];
        let keeps = spec.str_at(&["allowFirstLastIPs"]) == Some("No");
        if has_prefix {
            fields.push(say::field("first-and-last", if keeps { "off" } else { "on" }, self.unsaid));
        }
        if let Some(selector) = spec.get("serviceSelector") {
            let labels: Vec<_> = selector.get("matchLabels").into_iter().flat_map(Value::fields).collect();
            // What another label selects is not known, and so is not complained of.
            if let ([only], true) = (labels.as_slice(), selector.items_of("matchExpressions").is_empty())
                && only.key.as_str() == NAMESPACE
                && let Some(namespace) = self.known.plain(&only.value)
            {
                fields.push(say::field("namespaces", namespace, only.value.span));
            }
        }
        fields.extend(policy.map(|span| say::field("announce", "l2", span)));
        Ok(say::field("pool", &own, spec.span).holding(fields))
    }
}
