//! What Talos runs for a cluster: the components that it brings along, and how those of the control plane are started.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Flag, List, One, Setting, statement};
use hnet_model::{
    AdmissionControl, ApiServer, Arguments, BundledCni, Cilium, ControlPlane, Dns, Etcd, Name, Owned as _, RawYaml,
    Scheduler, Span, TalosApiAccess, Traced,
};

use super::node::pairs;
use crate::types::{CniWord, SubnetChoice, TalosRoleWord, YamlOrOff, picked};

statement! {
    /// What Talos runs for a cluster.
    ControlPlaneStatement = "control-plane" Unnamed () {
        /// The CNI that Talos installs: `none` where something else does.
        "cni" cni: One<CniWord> [only "Talos", default "`none` where Cilium is declared, else flannel"];
        /// Whether Talos installs kube-proxy.
        "kube-proxy" kube_proxy: Flag [only "Talos", default "off where Cilium is declared, else on"];
        /// Whether Talos installs CoreDNS.
        "core-dns" core_dns: Flag [only "Talos", default "off where `dns` is declared, else on"];
        /// The API server.
        "api-server" api_server: Option<ApiServerStatement> [only "Talos"];
        /// The controller manager.
        "controller-manager" controller_manager: Option<ControllerManagerStatement> [only "Talos"];
        /// The scheduler.
        "scheduler" scheduler: Option<SchedulerStatement> [only "Talos"];
        /// etcd.
        "etcd" etcd: Option<EtcdStatement> [only "Talos"];
        /// Who in the cluster may use Talos's API.
        "talos-api-access" talos_api_access: Option<TalosApiAccessStatement> [only "Talos", default "nobody"];
    }
}

statement! {
    /// How Talos starts the API server: `api-server < args bind-address=0.0.0.0; >`
    ApiServerStatement = "api-server" Unnamed () [idle] {
        /// Its arguments, without hyphens before them.
        "args" args: List<Setting>;
        /// The plugins that judge what is admitted, as Talos lists them: a list of `name` and `configuration`. With `off`
        /// those that Talos configures by itself are left out.
        "admission-control" admission_control: One<YamlOrOff> [default "Talos's own: PodSecurity"];
        /// The policy of the audit log.
        "audit-policy" audit_policy: One<RawYaml> [default "Talos's own"];
    }
}

statement! {
    /// How Talos starts the controller manager: `controller-manager < args bind-address=0.0.0.0; >`
    ControllerManagerStatement = "controller-manager" Unnamed () [idle] {
        /// Its arguments, without hyphens before them.
        "args" args: List<Setting>;
    }
}

statement! {
    /// How Talos starts the scheduler: `scheduler < args bind-address=0.0.0.0; >`
    SchedulerStatement = "scheduler" Unnamed () [idle] {
        /// Its arguments, without hyphens before them.
        "args" args: List<Setting>;
        /// Its configuration, a `KubeSchedulerConfiguration`.
        "config" config: One<RawYaml>;
    }
}

statement! {
    /// How Talos runs etcd: `etcd < args listen-metrics-urls=http://0.0.0.0:2381; >`
    EtcdStatement = "etcd" Unnamed () [idle] {
        /// Its arguments, without hyphens before them.
        "args" args: List<Setting>;
        /// The subnets of the addresses at which members reach each other, exclusions with `!` last; `off` leaves it to Talos.
        "subnets" subnets: List<SubnetChoice> [default "those of the nodes' own addresses, without virtual IPs"];
    }
}

statement! {
    /// Who in the cluster may use Talos's API: `talos-api-access < namespaces system-upgrade; roles os:admin; >`
    TalosApiAccessStatement = "talos-api-access" Unnamed () {
        /// The namespaces whose pods may ask.
        "namespaces" namespaces: List<Name> [required];
        /// The roles that they may ask for.
        "roles" roles: List<TalosRoleWord> [required];
    }
}

/// YAML that is what is wanted.
fn sound(yaml: RawYaml, is_it: bool, wanted: &str, out: &mut Diagnostics) -> Option<RawYaml> {
    if is_it {
        return Some(yaml);
    }
    let found = Diagnostic::new(&codes::NOT_YAML, format!("the YAML is not {wanted}"));
    out.report(found.label(yaml.span, format!("{wanted} is wanted here")));
    None
}

fn mapping(yaml: RawYaml, out: &mut Diagnostics) -> Option<RawYaml> {
    let is_sound = yaml.value.is_mapping();
    sound(yaml, is_sound, "a mapping", out)
}

fn arguments(args: List<Setting>) -> Arguments {
    pairs(args.0, |Setting(pair)| pair)
}

impl ControlPlaneStatement {
    /// Lowers it, beside the CNI and the DNS that the source says.
    pub(crate) fn lower(self, cilium: Option<&Cilium>, dns: Option<&Dns>, out: &mut Diagnostics) -> ControlPlane {
        let Self {
            head: _,
            cni,
            kube_proxy,
            core_dns,
            api_server,
            controller_manager,
            scheduler,
            etcd,
            talos_api_access,
        } = self;
        let cni = cni.map(|cni| {
            cni.map(|word| match word {
                CniWord::None => BundledCni::None,
                CniWord::Flannel => BundledCni::Flannel,
            })
        });
        let own_cilium = cilium.filter(|cilium| cilium.is_own()).map(|cilium| cilium.span);
        let own_dns = dns.filter(|dns| dns.is_own()).map(|dns| dns.span);
        let flannel = cni.filter(|cni| cni.value == BundledCni::Flannel).map(|cni| cni.span());
        let is_on = |flag: Flag| flag.0.filter(|on| on.value).map(|on| on.span());
        deny("Talos installs Flannel beside Cilium", flannel, own_cilium, "Cilium is the CNI", out);
        deny("kube-proxy runs beside Cilium", is_on(kube_proxy), own_cilium, "Cilium replaces it", out);
        deny("Talos installs CoreDNS beside hnet's", is_on(core_dns), own_dns, "hnet runs CoreDNS", out);
        let ApiServerStatement { head: _, args, admission_control, audit_policy } = api_server.unwrap_or_default();
        let api_server = ApiServer {
            args: arguments(args),
            admission_control: admission_control.and_then(|Traced { value, origin }| match value {
                YamlOrOff::Off => Some(AdmissionControl::Off(origin)),
                YamlOrOff::Yaml(plugins) => {
                    let is_sound = plugins.is_list_with("name");
                    sound(plugins, is_sound, "a list of plugins, each with its `name`", out)
                        .map(AdmissionControl::Plugins)
                }
            }),
            audit_policy: audit_policy.and_then(|policy| mapping(policy.value, out)),
        };
        let ControllerManagerStatement { head: _, args } = controller_manager.unwrap_or_default();
        let controller_manager = arguments(args);
        let SchedulerStatement { head: _, args, config } = scheduler.unwrap_or_default();
        let scheduler = Scheduler { args: arguments(args), config: config.and_then(|own| mapping(own.value, out)) };
        let EtcdStatement { head: _, args, subnets } = etcd.unwrap_or_default();
        let subnets = (!subnets.0.is_empty()).then(|| picked(subnets.0));
        let etcd = Etcd { args: arguments(args), subnets };
        let talos_api_access =
            talos_api_access.map(|TalosApiAccessStatement { head, namespaces, roles }| TalosApiAccess {
                namespaces: namespaces.0.into_iter().map(|name| name.map(|name| name.to_string())).collect(),
                roles: roles.0.into_iter().map(|role| role.map(|role| role.word().to_owned())).collect(),
                span: head.span,
            });
        ControlPlane {
            cni,
            kube_proxy: kube_proxy.0,
            core_dns: core_dns.0,
            api_server,
            controller_manager,
            scheduler,
            etcd,
            talos_api_access,
        }
    }
}

/// Denies what is said against something else that the source says.
fn deny(title: &str, said: Option<Span>, against: Option<Span>, why: &str, out: &mut Diagnostics) {
    let (Some(said), Some(against)) = (said, against) else { return };
    out.report(
        Diagnostic::new(&codes::COMPONENT_CONTRADICTS, title)
            .label(said, "Talos is told to run it")
            .label(against, why)
            .help("leave one of the two out"),
    );
}
