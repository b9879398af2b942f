#!/usr/bin/env python3
"""Validate the Talos files of builds: talos_schema.py SCHEMAS OUT...

Each document of talos/machines/*.yaml is validated by itself against the schema of the Talos
version in use, which talos/talconfig.yaml names; talconfig.yaml against talhelper's schema.
One line a problem; exit 1 if there are any.
"""
import json
import pathlib
import re
import sys

import jsonschema
import yaml

# Kinds that Talos registers and its published schema lacks or misnames (siderolabs/talos,
# v1.14.0-rc.1: network/kubespan_endpoints.go, runtime/unattended_install.go).
NOT_IN_SCHEMA = {"KubeSpanEndpointsConfig", "UnattendedInstallConfig", "ImageVerificationConfig"}


def version_key(path):
    return [int(part) for part in re.search(r"v(\d+)\.(\d+)", path.name).groups()]


def schema_for(folder, version):
    """The schema of the same minor version; of the newest where there is none so new."""
    found = sorted(folder.glob("talos-machine-config-*v*.json"), key=version_key)
    wanted = [int(part) for part in version.lstrip("v").split(".")[:2]]
    same = [path for path in found if version_key(path) == wanted]
    if not same and wanted < version_key(found[-1]):
        raise SystemExit(f"there is no schema of Talos {version}")
    return json.loads((same or found[-1:])[-1].read_text())


def problems(schema, definition, document):
    root = {"$schema": schema["$schema"], "$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    for error in jsonschema.Draft202012Validator(root).iter_errors(document):
        yield f"{'/'.join(map(str, error.absolute_path)) or '(document)'}: {error.message[:300]}"


def definition_of(schema, document):
    """The name of the definition that describes a document; none for a kind that it does not know."""
    if "kind" not in document:
        return "v1alpha1.Config"
    for name, definition in schema["$defs"].items():
        kinds = definition.get("properties", {}).get("kind", {}).get("enum", [])
        versions = definition.get("properties", {}).get("apiVersion", {}).get("enum", [])
        if document["kind"] in kinds and document.get("apiVersion") in versions:
            return name
    return None


def check(schemas, out):
    talconfig_path = out / "talos" / "talconfig.yaml"
    if not talconfig_path.exists():
        return
    talconfig = yaml.safe_load(talconfig_path.read_text())
    talhelper = json.loads((schemas / "talhelper-talconfig.schema.json").read_text())
    for error in jsonschema.Draft202012Validator(talhelper).iter_errors(talconfig):
        yield f"{talconfig_path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
    schema = schema_for(schemas, talconfig["talosVersion"])
    machines = sorted((out / "talos" / "machines").glob("*.yaml"))
    if len(machines) != len(talconfig["nodes"]):
        yield f"{out}: {len(machines)} machine files for {len(talconfig['nodes'])} nodes"
    for path in machines:
        for document in yaml.safe_load_all(path.read_text()):
            if document is None:
                continue
            definition = definition_of(schema, document)
            if definition is None:
                if document["kind"] not in NOT_IN_SCHEMA:
                    yield f"{path}: Talos {talconfig['talosVersion']} knows no document {document['kind']}"
                continue
            for problem in problems(schema, definition, document):
                yield f"{path}: {document.get('kind', 'v1alpha1')}: {problem}"


def main():
    schemas, outs = pathlib.Path(sys.argv[1]), [pathlib.Path(path) for path in sys.argv[2:]]
    found = [problem for out in outs for problem in check(schemas, out)]
    print("\n".join(found + [f"{len(outs)} builds, {len(found)} problems with Talos's schemas"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
