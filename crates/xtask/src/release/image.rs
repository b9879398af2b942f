//! An image for containers, without a daemon: an OCI layout, <https://github.com/opencontainers/image-spec>.
//!
//! It holds the program alone, which needs nothing else, and one manifest for each processor.

use std::path::Path;

use serde_json::{Value, json};

use super::table::{LICENCE, NAME, Release, SUMMARY};
use super::work;

/// Writes the layout into an empty folder, of the programs by the names of their processors.
pub(super) fn layout(release: &Release, programs: &[(&str, &Path)], folder: &Path) -> Result<(), String> {
    let blob = |bytes: &[u8], kind: &str| -> Result<Value, String> {
        let hash = work::sha256(bytes);
        work::write(&folder.join("blobs/sha256").join(&hash), bytes)?;
        let kind = format!("application/vnd.oci.image.{kind}");
        Ok(json!({ "mediaType": kind, "digest": format!("sha256:{hash}"), "size": bytes.len() }))
    };
    let mut manifests = Vec::new();
    for (processor, program) in programs {
        let content = folder.join("content");
        work::empty(&content)?;
        work::copy(program, &content.join("hnet"))?;
        let tar = work::tar(&content, release.epoch)?;
        let unpacked = work::sha256(&tar);
        work::empty(&content)?;
        let layer = content.join("layer.tar");
        work::write(&layer, tar)?;
        let layer = blob(&work::gzip(&layer)?, "layer.v1.tar+gzip")?;
        std::fs::remove_dir_all(&content).map_err(|error| format!("cannot remove `{}`: {error}", content.display()))?;
        let config = json!({
            "architecture": processor,
            "os": "linux",
            // A folder of the user's is laid there.
            "config": { "Entrypoint": ["/hnet"], "WorkingDir": "/work", "Labels": labels(release) },
            "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{unpacked}")] },
        });
        let config = blob(config.to_string().as_bytes(), "config.v1+json")?;
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": [layer],
        });
        let mut manifest = blob(manifest.to_string().as_bytes(), "manifest.v1+json")?;
        manifest["platform"] = json!({ "architecture": processor, "os": "linux" });
        manifests.push(manifest);
    }
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": manifests,
        "annotations": labels(release),
    });
    work::write(&folder.join("index.json"), index.to_string())?;
    work::write(&folder.join("oci-layout"), json!({ "imageLayoutVersion": "1.0.0" }).to_string())
}

fn labels(release: &Release) -> Value {
    json!({
        "org.opencontainers.image.title": NAME,
        "org.opencontainers.image.description": SUMMARY,
        "org.opencontainers.image.version": release.version,
        "org.opencontainers.image.licenses": LICENCE,
        "org.opencontainers.image.source": release.repository,
    })
}
