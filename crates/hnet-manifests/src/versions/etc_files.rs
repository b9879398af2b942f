//! Files below `/etc` that Talos keeps for itself, from the version on in which such files have documents.
//!
//! What `EtcFileConfig` refuses: siderolabs/talos, `pkg/machinery/config/types/runtime/etc_file.go` on main. Start at
//! [`has_document`]. The file of containerd that others may write stays a file, too: documents of its kind may not have its
//! name, `customization` (`types/cri/customization.go`).

static FILES: [&str; 7] =
    ["extensions.yaml", "hosts", "localtime", "machine-id", "os-release", "resolv.conf", "xattr.conf"];

static FOLDERS: [&str; 12] = [
    "apparmor",
    "apparmor.d",
    "ca-certificates",
    "cni",
    "cri",
    "iscsi",
    "kubernetes",
    "lvm",
    "nvme",
    "pki",
    "selinux",
    "ssl",
];

/// Whether a file, by its path below `/etc`, may be said by a document: none is read for what Talos writes itself, or
/// for what begins with a dot.
#[must_use]
pub fn has_document(below_etc: &str) -> bool {
    let top = below_etc.split('/').next().unwrap_or(below_etc);
    !(below_etc.starts_with('.') || FILES.contains(&below_etc) || FOLDERS.contains(&top))
}

#[cfg(test)]
mod tests {
    use super::has_document;

    #[test]
    fn what_talos_writes_itself_has_no_document() {
        for name in ["hosts", "ssl/certs/ca.pem", "apparmor.d/x", "cri", ".hidden"] {
            assert!(!has_document(name), "{name}");
        }
        for name in ["nfsmount.conf", "hosts.allow", "sslx/y", "frr/hosts"] {
            assert!(has_document(name), "{name}");
        }
    }
}
