//! Which CoreDNS belongs to a Kubernetes version: the one that kubeadm of that version installs.

/// Rows of a Kubernetes version and the CoreDNS from it on, oldest first. Sources: kubernetes/kubernetes,
/// `cmd/kubeadm/app/constants/constants.go`, `CoreDNSVersion`, of each release.
static ROWS: &[((u32, u32), &str)] =
    &[((1, 30), "1.11.3"), ((1, 33), "1.12.0"), ((1, 34), "1.12.1"), ((1, 35), "1.13.1")];

/// The CoreDNS version for a Kubernetes version: that of the newest row that is not above it.
#[must_use]
pub fn for_kubernetes(minor: (u32, u32)) -> &'static str {
    ROWS.iter().rev().find(|(since, _)| *since <= minor).unwrap_or(&ROWS[0]).1
}

#[cfg(test)]
mod tests {
    use super::for_kubernetes;

    #[test]
    fn a_version_between_rows_has_the_one_before() {
        assert_eq!(for_kubernetes((1, 20)), "1.11.3");
        assert_eq!(for_kubernetes((1, 32)), "1.11.3");
        assert_eq!(for_kubernetes((1, 34)), "1.12.1");
        assert_eq!(for_kubernetes((1, 36)), "1.13.1");
    }
}
