//! What control planes are told of the components that they run, in the shape that a Talos version wants.

use hnet_manifests::talos::Deletion;
use hnet_manifests::talos::documents::{
    Document, KubeAPIServerConfig, KubeAdmissionControlConfig, KubeAuditPolicyConfig, KubeControllerManagerConfig,
    KubeCoreDNSConfig, KubeProxyConfig, KubeSchedulerConfig, KubeTalosAPIAccessConfig,
};
use hnet_manifests::talos::v1alpha1::{ApiServer, Args, Component, Etcd, Switch, TalosApiAccess};
use hnet_manifests::versions::talos::Topic;
use hnet_model::{AdmissionControl, Arguments, BundledCni, ControlPlane, Origin, RawYaml, Scheduler, Traced};

use super::settings::Settings;
use super::shape::Shaped;
use crate::yaml::{Node, Value};

/// The plugin that Talos configures by itself. (siderolabs/talos v1.14.0-rc.1, `pkg/machinery/config/generate`.)
const POD_SECURITY: &str = "PodSecurity";

/// Arguments by key, the last of a key.
fn by_key(args: &Arguments) -> Args {
    args.iter().map(|(key, value)| (key.value.clone(), Traced::new(value.clone(), key.origin))).collect()
}

/// Where arguments begin.
fn start(args: &Arguments) -> Option<Origin> {
    args.first().map(|(key, _)| key.origin)
}

impl Shaped {
    /// What control planes alone are told.
    pub(super) fn control_plane(&mut self, settings: &Settings<'_>) {
        // Only control planes are generated with the CNI's document, so only theirs can be removed.
        if let (Some(cni), Some(_)) = (settings.cni, settings.control_plane)
            && cni.value == BundledCni::None
            && self.is_document(Topic::Cni)
        {
            self.document(Document::removed("KubeFlannelCNIConfig", None, cni.origin));
        }
        if let Some(on) = settings.kube_proxy {
            if self.is_document(Topic::KubeProxy) {
                self.document(Document::new(KubeProxyConfig { enabled: on }, on.origin));
            } else {
                self.cluster_field().proxy = Some(Switch { disabled: on.map(|on| !on) });
            }
        }
        if let Some(on) = settings.core_dns {
            if self.is_document(Topic::CoreDns) {
                self.document(Document::new(KubeCoreDNSConfig { enabled: on }, on.origin));
            } else {
                self.cluster_field().core_dns = Some(Switch { disabled: on.map(|on| !on) });
            }
        }
        self.api_server(settings);
        if let Some(ControlPlane { controller_manager, scheduler, etcd, talos_api_access, .. }) = settings.control_plane
        {
            if let Some(origin) = start(controller_manager) {
                let component = Component { extra_args: by_key(controller_manager) };
                match self.is_document(Topic::ControllerManager) {
                    true => self.document(Document::new(KubeControllerManagerConfig(component), origin)),
                    false => self.cluster_field().controller_manager = Some(component),
                }
            }
            self.scheduler(scheduler);
            talos_api_access.iter().for_each(|access| self.talos_api_access(access));
            if start(&etcd.args).is_some() {
                self.cluster_field().etcd.get_or_insert_default().extra_args = by_key(&etcd.args);
            }
        }
        if !settings.etcd_subnets.is_empty() {
            let etcd: &mut Etcd = self.cluster_field().etcd.get_or_insert_default();
            etcd.advertised_subnets.clone_from(&settings.etcd_subnets);
        }
    }

    fn api_server(&mut self, settings: &Settings<'_>) {
        let names = settings.certificate_names;
        let said = settings.control_plane.map(|control_plane| &control_plane.api_server);
        let args = said.map(|said| &said.args).filter(|args| !args.is_empty());
        if let Some(origin) = names.first().map(|name| name.origin).or(args.and_then(start)) {
            let (names, extra_args) = (names.to_vec(), args.map(by_key).unwrap_or_default());
            if self.is_document(Topic::ApiServer) {
                let config = KubeAPIServerConfig { cert_extra_sans: names, extra_args };
                self.document(Document::new(config, origin));
            } else {
                let api_server = self.api_server_field();
                (api_server.cert_sans, api_server.extra_args) = (names, extra_args);
            }
        }
        let Some(said) = said else { return };
        match &said.admission_control {
            Some(AdmissionControl::Off(origin)) if self.is_document(Topic::AdmissionControl) => {
                self.document(Document::removed("KubeAdmissionControlConfig", Some(POD_SECURITY), *origin));
            }
            Some(AdmissionControl::Off(origin)) => {
                self.api_server_field().admission_control = Some(Traced::new(Deletion::DELETE, *origin));
            }
            Some(AdmissionControl::Plugins(plugins)) if self.is_document(Topic::AdmissionControl) => {
                self.plugins(plugins);
            }
            Some(AdmissionControl::Plugins(plugins)) => {
                self.raw_field(&["cluster", "apiServer", "admissionControl"], plugins);
            }
            None => {}
        }
        if let Some(policy) = &said.audit_policy {
            if self.is_document(Topic::AuditPolicy) {
                let document = Document::new(KubeAuditPolicyConfig {}, Origin::written(policy.span));
                self.document_with(document, &["configuration"], Node::from_raw(policy));
            } else {
                self.raw_field(&["cluster", "apiServer", "auditPolicy"], policy);
            }
        }
    }

    fn api_server_field(&mut self) -> &mut ApiServer {
        self.cluster_field().api_server.get_or_insert_default()
    }

    /// Each plugin of a list as a document of its own.
    fn plugins(&mut self, plugins: &RawYaml) {
        let all = Node::from_raw(plugins);
        let Value::Sequence(items) = all.value else { return };
        for item in items {
            let Some(Value::Text(name)) = item.get("name").map(|name| &name.value) else { continue };
            let document =
                Document::new(KubeAdmissionControlConfig { name: Traced::new(name.clone(), item.origin) }, item.origin);
            match item.get("configuration") {
                Some(configuration) => self.document_with(document, &["configuration"], configuration.clone()),
                None => self.document(document),
            }
        }
    }

    fn talos_api_access(&mut self, access: &hnet_model::TalosApiAccess) {
        let hnet_model::TalosApiAccess { namespaces, roles, span } = access;
        let origin = Origin::written(*span);
        let is_document = self.is_document(Topic::TalosApiAccess);
        let access = TalosApiAccess {
            enabled: (!is_document).then(|| Traced::new(true, origin)),
            allowed_roles: roles.clone(),
            allowed_kubernetes_namespaces: namespaces.clone(),
        };
        match is_document {
            true => self.document(Document::new(KubeTalosAPIAccessConfig(access), origin)),
            false => self.features_field().talos_api_access = Some(access),
        }
    }

    fn scheduler(&mut self, scheduler: &Scheduler) {
        let Scheduler { args, config } = scheduler;
        let origin = start(args).or(config.as_ref().map(|config| Origin::written(config.span)));
        let Some(origin) = origin else { return };
        let component = Component { extra_args: by_key(args) };
        if self.is_document(Topic::Scheduler) {
            let document = Document::new(KubeSchedulerConfig(component), origin);
            match config {
                Some(config) => self.document_with(document, &["config"], Node::from_raw(config)),
                None => self.document(document),
            }
            return;
        }
        self.cluster_field().scheduler = Some(component);
        if let Some(config) = config {
            self.raw_field(&["cluster", "scheduler", "config"], config);
        }
    }
}
