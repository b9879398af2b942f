//! What Talos runs for a cluster.

use hnet_model::{AdmissionControl, ApiServer, BundledCni, ControlPlane, Etcd, Scheduler, TalosApiAccess};

use super::Show;
use super::overlay::{pairs, raw};

/// The components as far as the source says them.
pub(super) fn control_plane(components: &ControlPlane, shown: &mut Show) {
    let ControlPlane { cni, kube_proxy, core_dns, api_server, controller_manager, scheduler, etcd, talos_api_access } =
        components;
    shown.maybe("cni", cni.map(|cni| cni.map(BundledCni::word)).as_ref());
    if let Some(on) = kube_proxy {
        shown.flag("kube-proxy", on);
    }
    if let Some(on) = core_dns {
        shown.flag("core dns", on);
    }
    let ApiServer { args, admission_control, audit_policy } = api_server;
    pairs("api server", args, shown);
    match admission_control {
        Some(AdmissionControl::Off(origin)) => shown.texts("admission control", vec![("off".to_owned(), *origin)]),
        Some(AdmissionControl::Plugins(plugins)) => raw("admission control", std::slice::from_ref(plugins), shown),
        None => {}
    }
    raw("audit policy", audit_policy.as_slice(), shown);
    pairs("controller manager", controller_manager, shown);
    let Scheduler { args, config } = scheduler;
    pairs("scheduler", args, shown);
    raw("scheduler config", config.as_slice(), shown);
    let Etcd { args, subnets } = etcd;
    pairs("etcd", args, shown);
    if let Some(subnets) = subnets {
        shown.list("etcd subnets", subnets);
    }
    if let Some(TalosApiAccess { namespaces, roles, span: _ }) = talos_api_access {
        shown.list("talos api from", namespaces);
        shown.list("talos api as", roles);
    }
}
