//! What external-dns reads and writes, by its version and its provider.

/// What the keys of annotations begin with until 0.21. (external-dns, `source/annotations/annotations.go`.)
pub const ALPHA_PREFIX: &str = "external-dns.alpha.kubernetes.io/";

/// The same from 0.22 on, which reads no other. (external-dns#6666.)
pub const PREFIX: &str = "external-dns.kubernetes.io/";

/// The first release with the newer prefix.
const WITHOUT_ALPHA: (u32, u32) = (0, 22);

/// What the keys of annotations begin with that a release reads unless it is told otherwise.
#[must_use]
pub fn annotation_prefix(minor: (u32, u32)) -> &'static str {
    if minor < WITHOUT_ALPHA { ALPHA_PREFIX } else { PREFIX }
}

/// What is known of one that runs: whether it publishes at Cloudflare, whether it reads records, and what the keys that it
/// reads begin with.
pub type Known<'p> = (bool, Option<bool>, Option<&'p str>);

/// What the keys of records' properties begin with: as the first that reads records has it, or the newest release. What is
/// written there is for Cloudflare, so those that publish there come first, and those that surely read records.
#[must_use]
pub fn prefix_of_records<'p>(all: impl IntoIterator<Item = Known<'p>>) -> &'p str {
    let mut read: Vec<Known<'p>> = all.into_iter().filter(|(_, reads, _)| *reads != Some(false)).collect();
    read.sort_by_key(|(is_of_cloudflare, reads, _)| (!is_of_cloudflare, reads.is_none()));
    read.into_iter().find_map(|(.., prefix)| prefix).unwrap_or(PREFIX)
}

/// The release of external-dns that a release of its chart runs: 1.21.1 runs 0.21. (The chart's `Chart.yaml`, 1.14 to 1.22.)
#[must_use]
pub fn of_chart((major, minor): (u32, u32)) -> Option<(u32, u32)> {
    (major == 1 && minor >= 14).then_some((0, minor))
}

/// The sources that the chart reads unless it is told others. (The chart's `values.yaml`.)
pub const DEFAULT_SOURCES: [&str; 2] = ["service", "ingress"];

/// The owner that the TXT registry writes unless it is told another. (external-dns, `pkg/apis/externaldns/types.go`.)
pub const DEFAULT_OWNER: &str = "default";

/// The provider whose zones all the world asks, and which refuses private addresses of names that it answers for itself
/// (Cloudflare, error 9003).
pub const CLOUDFLARE: &str = "cloudflare";

/// The property by which a record says whether Cloudflare answers for it.
pub const PROXIED: &str = "cloudflare-proxied";

/// Providers of external-dns by what the image of their webhook is called. (README of each.)
pub const WEBHOOKS: [(&str, &str); 6] = [
    ("unifi", "unifi"),
    ("mikrotik", "mikrotik"),
    ("opnsense", "opnsense"),
    ("adguard", "adguard"),
    ("technitium", "technitium"),
    ("pihole", "pihole"),
];
