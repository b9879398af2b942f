//! What generators write into each machine configuration, which nobody chose: taken out where it is as they write it, and
//! said to be off where it is not there. Start at [`without`] and [`absent`].

use hnet_compare::Value as Meant;
use hnet_compare::files::generated::{
    DOCUMENTS, GENERATED, GENERATED_OF_CONTROL_PLANES, IMAGES, INSTALLER, KUBELET, LEFT_OUT, NAMES, OF_CLUSTER,
    OF_CLUSTER_DEFAULTS, SAID,
};
use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Reader, Value, ValueKind};

use super::laid;
use crate::make::{map_of, plain, put};
use crate::take::take;

/// Of what is generated to be on, that which is on where nobody says it, too. (`v1alpha1_provider.go` of Talos.)
const ON_ANYWAY: &[&str] = &["machine", "features", "rbac"];

const KUBE_PRISM: &[&str] = &["machine", "features", "kubePrism", "enabled"];
const HOST_DNS: &[&str] = &["machine", "features", "hostDNS", "enabled"];
const FORWARD: &[&str] = &["machine", "features", "hostDNS", "forwardKubeDNSToHost"];

/// What Talos takes for the policy where none is said.
const AUDIT_POLICY: &[&str] = &["cluster", "apiServer", "auditPolicy"];

/// The versions of which it is known what is generated without documents.
const KNOWN: std::ops::Range<(u32, u32)> = (1, 9)..(1, 14);

/// The tag of an image of the kubelet's usual name.
pub(super) fn kubernetes_in(document: &Value) -> Option<&Value> {
    let images = IMAGES.iter().filter(|(kind, _, name)| *name == KUBELET && document.str_at(&["kind"]) == *kind);
    let mut images = images.filter_map(|(_, path, _)| document.at(path));
    images.find(|image| image.as_str().is_some_and(|image| tag(image).is_some_and(|(name, _)| name == KUBELET)))
}

/// The name of an image and its tag.
pub(super) fn tag(image: &str) -> Option<(&str, &str)> {
    image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))
}

/// What generators were told of a cluster.
#[derive(Default)]
pub(super) struct Usual<'h> {
    /// The tag of Kubernetes's images.
    pub(super) kubernetes: Option<&'h str>,
    /// The host of the endpoint, which they put into the API server's certificate.
    pub(super) host: Option<&'h str>,
}

/// Takes out of a document what generators write of what they were told. What others of
/// its documents say otherwise stays, and so does what is laid over that.
pub(super) fn without(document: &mut Value, usual: &Usual<'_>, others: &[Value]) {
    if document.str_at(&["kind"]).is_some_and(|kind| DOCUMENTS.contains(&kind)) {
        *document = laid::empty(document.span);
        return;
    }
    for (kind, path, name) in IMAGES {
        let is_usual = |image: &str| tag(image).is_some_and(|(own, tag)| own == name && Some(tag) == usual.kubernetes);
        if document.str_at(&["kind"]) == kind && document.str_at(path).is_some_and(is_usual) {
            take(document, path);
        }
    }
    if document.get("kind").is_some() {
        return;
    }
    for path in LEFT_OUT.iter().chain(&OF_CLUSTER) {
        take(document, path);
    }
    let image = ["machine", "install", "image"];
    if document.str_at(&image).and_then(tag).is_some_and(|(name, _)| name == INSTALLER) {
        take(document, &image);
    }
    let is_host =
        |list: &Value| matches!(list.items(), [only] if only.as_str().is_some() && only.as_str() == usual.host);
    if document.at(NAMES).is_some_and(is_host) && others.iter().filter_map(|one| one.at(NAMES)).all(is_host) {
        take(document, NAMES);
    }
    let generated = [GENERATED, GENERATED_OF_CONTROL_PLANES, OF_CLUSTER_DEFAULTS].into_iter().flatten();
    for (path, said) in SAID.iter().chain(generated) {
        let all = others.iter().filter_map(|one| one.at(path));
        if document.at(path).is_some() && all.chain(document.at(path)).all(|value| is(value, said)) {
            take(document, path);
        }
    }
    without_empty(document);
}

/// Whether a value means what JSON says.
fn is(value: &Value, json: &str) -> bool {
    let usual = hnet_yaml::parse(FileId::default(), json);
    usual.root().is_some_and(|usual| Meant::of(&usual.value(), Reader::Talos) == Meant::of(value, Reader::Talos))
}

/// Takes out maps and lists that hold nothing.
fn without_empty(value: &mut Value) {
    let ValueKind::Map(fields) = &mut value.kind else { return };
    fields.values_mut().for_each(|field| without_empty(&mut field.value));
    let is_empty = |value: &Value| match &value.kind {
        ValueKind::Map(fields) => fields.is_empty(),
        ValueKind::List(items) => items.is_empty(),
        ValueKind::Scalar(..) => value.is_null(),
    };
    fields.retain(|_, field| !is_empty(&field.value));
}

/// What the documents of a machine as they are written lack and generators would write, as a part of the core document that
/// says so: of all machines, and of control planes.
pub(super) fn absent(documents: &[&Value], is_worker: bool, talos: (u32, u32), span: Span) -> [Value; 2] {
    let [mut of_all, mut of_control_planes] = [laid::empty(span), laid::empty(span)];
    if !KNOWN.contains(&talos) {
        return [of_all, of_control_planes];
    }
    let core = || documents.iter().filter(|document| document.get("kind").is_none());
    let is_said = |path: &[&str]| core().any(|document| document.at(path).is_some());
    let is_on = |(path, usual): &&(&[&str], &str)| *usual == "true" && *path != ON_ANYWAY && !is_said(path);
    for (path, _) in GENERATED.iter().filter(is_on) {
        // Documents of later versions say these.
        let says = |document: &&Value| match (*path, document.str_at(&["kind"])) {
            (KUBE_PRISM, Some("KubePrismConfig")) => true,
            (HOST_DNS | FORWARD, Some("ResolverConfig")) => document.get("hostDNS").is_some(),
            _ => false,
        };
        let is_elsewhere = documents.iter().any(says);
        let is_of_nothing = *path == FORWARD && !is_said(HOST_DNS);
        if !is_elsewhere && !is_of_nothing {
            put(&mut of_all, path, plain("false", span));
        }
    }
    let is_lost = |(path, _): &&(&[&str], &str)| !is_worker && *path != AUDIT_POLICY && !is_said(path);
    for (path, _) in GENERATED_OF_CONTROL_PLANES.iter().filter(is_lost) {
        put(&mut of_control_planes, path, map_of([("$patch", plain("delete", span))], span));
    }
    [of_all, of_control_planes]
}
