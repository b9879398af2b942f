//! Pools and how they are announced.

use hnet_diagnostics::Span;
use hnet_syntax::tree::Statement;
use hnet_yaml::Reader;

use crate::gateway::{head, is_said};
use crate::objects::Object;
use crate::report::CommentCount;
use crate::say;
use crate::take::{scalar, take, take_bool, take_if, take_text};
use crate::wires::Wires;

/// The label by which a selector takes the services of a namespace.
const NAMESPACE: &str = "io.kubernetes.service.namespace";

/// A pool in words, with the policy that announces it where that has the pool's name.
pub(crate) fn pool(
    object: &Object,
    policy: Option<&Object>,
    wires: &Wires,
    counts: &mut CommentCount,
) -> Option<Statement> {
    let (mut value, statement, of_metadata) = head("pool", object, counts)?;
    if !of_metadata.iter().all(is_ours) {
        return None;
    }
    let mut addresses: Vec<(String, Span)> = Vec::new();
    let mut has_prefix = false;
    for block in take(&mut value, &["spec", "blocks"])?.value.items() {
        let mut block = block.clone();
        let (text, span) = match take_text(&mut block, &["cidr"]) {
            Some(prefix) => {
                has_prefix |= !prefix.text.ends_with("/32") && !prefix.text.ends_with("/128");
                (prefix.text, prefix.span)
            }
            None => {
                let start = take_text(&mut block, &["start"])?;
                let stop = take_text(&mut block, &["stop"]).unwrap_or_else(|| start.clone());
                (wires.said(&format!("{}-{}", start.text, stop.text)), block.span)
            }
        };
        is_said(&block).then_some(())?;
        addresses.push((text, span));
    }
    let (_, first) = addresses.first()?;
    let mut fields = vec![say::list("addresses", *first, addresses.iter().cloned())];
    let keeps = take_text(&mut value, &["spec", "allowFirstLastIPs"]).is_some_and(|said| said.text == "No");
    if has_prefix && !keeps {
        fields.push(Statement::new("first-and-last", object.value.span));
    }
    let off = |value: &hnet_yaml::Value| (value.as_bool(Reader::ApiServer) == Some(false)).then_some(());
    take_if(&mut value, &["spec", "disabled"], off);
    if let Some(namespace) = take_text(&mut value, &["spec", "serviceSelector", "matchLabels", NAMESPACE]) {
        fields.push(say::said("namespaces", &namespace, counts));
    }
    if let Some(policy) = policy {
        fields.push(announce(policy, counts)?);
    }
    is_said(&value).then(|| statement.holding(fields).apart())
}

/// Whether labels or annotations are those that hnet writes to every pool.
fn is_ours(field: &Statement) -> bool {
    field.arguments.iter().all(|argument| argument.value.text == "argocd.argoproj.io/sync-wave=1")
}

/// How a policy announces the pool of its name.
fn announce(policy: &Object, counts: &mut CommentCount) -> Option<Statement> {
    let (mut value, statement, of_metadata) = head("announce", policy, counts)?;
    if !of_metadata.iter().all(is_ours) {
        return None;
    }
    take_bool(&mut value, &["spec", "loadBalancerIPs"]).filter(|(on, _)| *on)?;
    let is_linux = |value: &hnet_yaml::Value| (value.as_str() == Some("linux")).then_some(());
    take_if(&mut value, &["spec", "nodeSelector", "matchLabels", "kubernetes.io/os"], is_linux);
    let mut fields = Vec::new();
    if let Some(interfaces) = take(&mut value, &["spec", "interfaces"]) {
        let each: Option<Vec<_>> = interfaces.value.items().iter().map(scalar).collect();
        let each = each?.into_iter().map(|one| hnet_syntax::tree::Value::string(&one.text, one.span));
        fields.push(Statement::new("interfaces", interfaces.value.span).with_list(each));
    }
    let said = say::field("announce", "l2", statement.span);
    is_said(&value).then(|| if fields.is_empty() { said } else { said.holding(fields) })
}
