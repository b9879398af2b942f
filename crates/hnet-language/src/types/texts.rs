//! Texts and numbers that need no names.

use hnet_diagnostics::{Diagnostics, Reported};
use hnet_model::{
    Duration, HostName, IcmpMessage, IpNet, Name, ObjectName, Pattern, Place, PolicyPort, RawYaml, SelectorTerm, Taint,
    Version,
};
use hnet_syntax::tree::Value;

use super::{ValueType, yaml};
use crate::declaration::Type;
use crate::names::Scope;
use crate::values::{self, Wrong, has_placeholder, refuse};

/// Types that are a text of their own, without names: one row each.
macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident($inner:ty) = $called:literal, $examples:literal,
        $read:expr $(, entry $entry:path)?;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub $inner);

        impl ValueType for $name {
            const TYPE: Type = Type::Plain { called: $called, examples: $examples };

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                let read: fn(&str) -> Result<$inner, Wrong> = $read;
                read(&value.text).map($name).map_err(|wrong| refuse(wrong, value, out))
            }

            $(fn entry(&self) -> Option<(&str, &str)> {
                Some($entry(&self.0))
            })?
        }
    )+};
}

texts! {
    /// A TCP or UDP port.
    Port(u16) = "a port", "`443`", values::port;
    /// A VLAN id.
    VlanId(u16) = "a VLAN id", "`40`", values::vlan_id;
    /// The size of the largest packet.
    Mtu(u32) = "an MTU in bytes", "`1500`, `9000`", |text| integer(text, 68..=65535);
    /// A small count.
    Count(u32) = "a number", "`3`", |text| integer(text, 0..=10_000);
    /// A backend's share of the requests, of which the Gateway API takes up to a million.
    Weight(u32) = "a weight", "`90`", |text| integer(text, 0..=1_000_000);
    /// A route's priority.
    Metric(u32) = "a metric", "`1024`", |text| integer(text, 0..=4_294_967_295);
    /// A path of a request.
    UrlPath(String) = "a path", "`/api`", values::path;
    /// A folder of the output.
    Folder(String) = "a folder", "`kubernetes/networking`", values::relative_path;
    /// A folder for several files, or that there are none.
    FolderOrOff(Place) = "a folder or `off`", "`kubernetes/networking`, `off`", values::folder_or_off;
    /// A folder, a pattern of files, or that there are none.
    FilesOrOff(Place) = "a folder, a pattern of files or `off`",
        "`kubernetes/network`, `\"kubernetes/apps/{namespace}/{name}/httproute.yaml\"`, `off`", values::place;
    /// The folder of the whole output.
    OutputFolder(String) = "a folder, or `.`", "`generated`, `.`", values::root;
    /// A repository.
    RepositoryUrl(String) = "a URL", "`https://github.com/me/home-ops.git`, `ssh://git@…`",
        |text| values::url(text, &["https", "http", "ssh", "git"]);
    /// Where something is asked for by HTTP.
    HttpUrl(String) = "a URL", "`https://mirror.example.com`", |text| values::url(text, &["https", "http"]);
    /// `key=value` of a Kubernetes label.
    Label((String, String)) = "a label", "`topology.kubernetes.io/zone=rack1`", values::label, entry key_and_value;
    /// `key=value` of a Kubernetes annotation.
    Annotation((String, String)) = "an annotation", "`\"example.com/note=any text\"`", values::annotation, entry key_and_value;
    /// `Name: value` of an HTTP header.
    Header((String, String)) = "a header", "`\"X-Forwarded-Proto: https\"`", values::header;
    /// The name of an HTTP header.
    HeaderName(String) = "a header's name", "`X-Forwarded-For`", values::header_name;
    /// `name=value` of a parameter behind a path.
    Query((String, String)) = "a parameter", "`format=json`", values::query;
    /// What describes paths.
    PathPattern(String) = "a regular expression", "`\"/api/v[0-9]+/.*\"`", values::path_pattern;
    /// A service or a method of gRPC.
    GrpcName(String) = "a name of gRPC", "`grpc.health.v1.Health`, `Check`", values::grpc_name;
    /// Where a page comes from.
    WebOrigin(String) = "an origin", "`https://app.example.com`, `\"https://*.example.com\"`, `*`", values::origin;
    /// A share.
    Percent(u32) = "a share in percent", "`10`", |text| integer(text, 0..=100);
    /// `key=value` of a machine or a program.
    Setting((String, String)) = "a setting", "`net.core.rmem_max=67108864`, `\"feature-gates=A=true,B=true\"`",
        values::setting, entry key_and_value;
    /// The path of a file or a folder of a machine.
    SystemPath(String) = "an absolute path", "`/etc/nfsmount.conf`", values::system_path;
    /// A size of something on a disk.
    Size(String) = "a size", "`100GiB`, `2.5TB`", values::size;
    /// A size of something on a disk, or a share of the disk.
    SizeOrShare(String) = "a size, or a share of the disk", "`200GiB`, `80%`", values::size_or_share;
    /// The permissions of a file.
    Permissions(u32) = "permissions in octal", "`0o644`", values::permissions;
    /// What a label of pods or nodes must be.
    LabelTerm(SelectorTerm) = "what a label must be", "`app=web`, `app`, `!app`, `\"app in (web, api)\"`, `*`",
        values::selector_term;
    /// A port of a policy, with what carries it.
    CarriedPort(PolicyPort) = "a port with what carries it", "`8080`, `53/udp`, `30000-32767`", values::policy_port;
    /// A message of ICMP.
    IcmpType(IcmpMessage) = "a message of ICMP", "`EchoRequest`, `8`, `EchoRequest/ipv6`", values::icmp_message;
    /// Host names, with `*` for parts.
    NamePattern(String) = "a host name, perhaps with `*`", "`api.github.com`, `*.example.com`", values::name_pattern;
    /// The name of a DNS record: a host name that may start with `*.`, with labels that may start with `_`.
    RecordName(HostName) = "a name", "`mc.example.com`, `*.example.com`, `_dmarc.example.com`", values::record_name;
    /// What Kubernetes calls an object that has no label of its own.
    Subdomain(HostName) = "a name of Kubernetes", "`wildcard-tls`, `example.com-tls`, `${DOMAIN/./-}-tls`",
        values::subdomain;
    /// A host name that may start with `*.`.
    Wildcard(HostName) = "a host name, perhaps with `*.`", "`grafana.example.com`, `*.example.com`",
        |text| values::host_name(text, true);
}

fn key_and_value((key, value): &(String, String)) -> (&str, &str) {
    (key, value)
}

fn integer(text: &str, bounds: std::ops::RangeInclusive<u64>) -> Result<u32, Wrong> {
    values::integer(text, bounds).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// A text that means itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

impl ValueType for Text {
    const TYPE: Type = Type::Plain { called: "a text", examples: "`eth0`, `\"size >= 100GB\"`" };

    fn read(value: &Value, _: &Scope<'_>, _: &mut Diagnostics) -> Result<Self, Reported> {
        Ok(Text(value.text.to_string()))
    }
}

/// Implements [`ValueType`] for types of the model that need no names.
macro_rules! plain {
    ($($type:ty = $called:literal, $examples:literal, $read:expr;)+) => {$(
        impl ValueType for $type {
            const TYPE: Type = Type::Plain { called: $called, examples: $examples };

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                let read: fn(&str) -> Result<$type, Wrong> = $read;
                read(&value.text).map_err(|wrong| refuse(wrong, value, out))
            }
        }
    )+};
}

plain! {
    Name = "a name", "`cp-1`", values::name;
    IpNet = "a prefix", "`10.0.0.0/24`, `fd00::/64`", values::prefix;
    Version = "a version", "`1.13`, `1.36.2`", values::version;
    Duration = "a duration", "`30s`, `1m30s`", values::duration;
    Taint = "a taint", "`dedicated=storage:NoSchedule`", values::taint;
    Pattern = "a file of YAML", "`kubernetes/network/gateways.yaml`", values::file;
    ObjectName = "an object", "`HTTPRoute/media/jellyfin`, `ClusterIssuer/letsencrypt`", values::object_name;
    HostName = "a host name", "`example.com`", |text| values::host_name(text, false);
}

/// A UUID, or a placeholder for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uuid(pub String);

impl ValueType for Uuid {
    const TYPE: Type = Type::Plain { called: "a UUID", examples: "`6ff42ae2-765d-4adf-8112-31c55c1551ef`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        if has_placeholder(value) {
            return Ok(Uuid(value.text.to_string()));
        }
        values::uuid(&value.text).map(Uuid).map_err(|wrong| refuse(wrong, value, out))
    }
}

impl ValueType for RawYaml {
    const TYPE: Type = Type::Document { called: "YAML", examples: "`\"\"\"…\"\"\"`, `from \"FILE\"`" };

    fn read(value: &Value, scope: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        yaml::read(value, scope.written(value.span), out)
    }
}
