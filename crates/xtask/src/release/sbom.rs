//! A list of contents for scanners: CycloneDX 1.5, <https://cyclonedx.org/docs/1.5/json/>.
//!
//! It holds no time and no number of its own, so that the same sources give the same bytes.

use serde_json::{Value, json};

use super::dependencies::Crate;
use super::table::{LICENCE, NAME};

/// The list of what a program of the workspace is made of, which is the crate `root`.
pub(super) fn sbom(root: &str, version: &str, crates: &[Crate]) -> String {
    let reference = |name: &str, version: &str| format!("pkg:cargo/{name}@{version}");
    let components: Vec<Value> = crates
        .iter()
        .filter(|one| one.name != root)
        .map(|one| {
            let mut component = json!({
                "type": "library",
                "bom-ref": reference(&one.name, &one.version),
                "name": one.name,
                "version": one.version,
                "scope": "required",
                "licenses": [{ "expression": one.licence }],
            });
            // Crates of the workspace are in no registry.
            if let Some(hash) = &one.sha256 {
                component["purl"] = reference(&one.name, &one.version).into();
                component["hashes"] = json!([{ "alg": "SHA-256", "content": hash }]);
            }
            component
        })
        .collect();
    let uses: Vec<Value> = crates
        .iter()
        .map(|one| {
            let mut on: Vec<String> = one.uses.iter().map(|(name, version)| reference(name, version)).collect();
            on.sort();
            json!({ "ref": reference(&one.name, &one.version), "dependsOn": on })
        })
        .collect();
    let list = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": {
            "type": "application",
            "bom-ref": reference(root, version),
            "name": NAME,
            "version": version,
            "licenses": [{ "expression": LICENCE }],
        }},
        "components": components,
        "dependencies": uses,
    });
    serde_json::to_string_pretty(&list).expect("strings are always JSON") + "\n"
}
