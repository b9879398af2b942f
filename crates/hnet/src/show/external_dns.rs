//! Who publishes names.

use hnet_model::{ExternalDns, RecordPolicy, Registry};

use super::Show;
use super::overlay::owned;

pub(super) fn external_dns(own: &ExternalDns) -> Show {
    let ExternalDns {
        name,
        doc,
        version,
        annotation_prefix,
        provider,
        proxied,
        sources,
        domains,
        gateway,
        gateway_labels,
        labels,
        annotations,
        policy,
        registry,
        owner_id,
        txt_prefix,
        owner,
        span,
    } = own;
    let mut shown = Show::new("external-dns", &name.value, *span).doc(doc.as_ref());
    owned(*owner, *span, &mut shown);
    shown.maybe("version", version.as_ref());
    shown.maybe("annotation prefix", annotation_prefix.as_ref());
    shown.maybe("provider", provider.as_ref());
    proxied.iter().for_each(|proxied| shown.flag("proxied", proxied));
    shown.list("sources", sources);
    shown.list("domains", domains);
    shown.maybe("gateway", gateway.as_ref());
    shown.list("gateway labels", gateway_labels);
    shown.list("label filter", labels);
    shown.list("annotation filter", annotations);
    shown.each("policy", policy, |policy: &RecordPolicy| policy.word().to_owned());
    shown.each("registry", registry, |registry: &Registry| registry.word().to_owned());
    shown.maybe("owner id", owner_id.as_ref());
    shown.maybe("txt prefix", txt_prefix.as_ref());
    shown
}
