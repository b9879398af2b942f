#!/usr/bin/env python3
"""Validate the Talos files of builds: talos_schema.py SCHEMAS OUT...,
or whole machine configurations: talos_schema.py --whole SCHEMAS VERSION FOLDER,
or what is laid over generated ones: talos_schema.py --patches SCHEMAS VERSION FOLDER

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

# What the schemas lack of fields that Talos still reads, since it would rather not: the machinery of each version takes
# them. Where the two disagree, Talos is right. (siderolabs/talos, `pkg/machinery/config/types/v1alpha1`, fields whose
# documentation is hidden.) Each with the versions of which something that hnet writes has the field; a row that nothing
# of such a version needs is a problem, so that none stays for longer than it must.
READ_ALL_THE_SAME = {
    ("v1alpha1: (document)", "persist"): {"1.11", "1.12", "1.13"},
    ("v1alpha1: machine/features", "stableHostname"): {"1.13"},
    ("v1alpha1: machine", "disks"): {"1.11", "1.12", "1.13", "1.14"},
    ("v1alpha1: machine", "env"): {"1.13"},
    ("v1alpha1: machine", "files"): {"1.14"},
    ("v1alpha1: machine", "network"): {"1.13"},
    ("v1alpha1: machine", "systemDiskEncryption"): {"1.11"},
    ("v1alpha1: cluster", "scheduler"): {"1.14"},
}


class Loader(yaml.SafeLoader):
    """YAML as Go reads it: octal numbers begin with `0o`."""


Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^0o[0-7]+$"), ["0"])
Loader.add_constructor(
    "tag:yaml.org,2002:int",
    lambda loader, node: int(node.value[2:], 8)
    if node.value.startswith("0o")
    else yaml.SafeLoader.construct_yaml_int(loader, node),
)


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
        for document in yaml.load_all(path.read_text(), Loader):
            if document is None:
                continue
            definition = definition_of(schema, document)
            if definition is None:
                if document["kind"] not in NOT_IN_SCHEMA:
                    yield f"{path}: Talos {talconfig['talosVersion']} knows no document {document['kind']}"
                continue
            for problem in problems(schema, definition, document):
                yield f"{path}: {document.get('kind', 'v1alpha1')}: {problem}"


def laid(document):
    """A patch less what it takes away."""
    if isinstance(document, list):
        return [laid(item) for item in document]
    if not isinstance(document, dict):
        return document
    kept = {key: laid(value) for key, value in document.items() if not (isinstance(value, dict) and "$patch" in value)}
    return {key: value for key, value in kept.items() if key != "$patch"}


def check_all(schemas, version, paths, whole):
    schema = schema_for(schemas, version)
    needed = set()
    for path in paths:
        for document in yaml.load_all(path.read_text(), Loader):
            if document is None:
                continue
            definition = definition_of(schema, document)
            kind = document.get("kind", "v1alpha1")
            if definition is None:
                if kind not in NOT_IN_SCHEMA:
                    yield f"{path}: Talos {version} knows no document {kind}"
                continue
            for problem in problems(schema, definition, document if whole else laid(document)):
                # What a patch does not say stands in what it is laid over.
                if not whole and problem.endswith("is a required property"):
                    continue
                unknown = re.fullmatch(r"(.*): Additional properties are not allowed \((.*) (?:was|were) unexpected\)", problem)
                rows = {(f"{kind}: {unknown[1]}", field) for field in re.findall("'([^']*)'", unknown[2])} if unknown else set()
                read = rows & READ_ALL_THE_SAME.keys()
                needed |= read
                if not unknown or rows - read:
                    yield f"{path}: {kind}: {problem}"
    for row, versions in READ_ALL_THE_SAME.items():
        if version in versions and row not in needed:
            yield f"{row[0]}: nothing has `{row[1]}`, or the schema of Talos {version} knows it: take the row out"


def main():
    if sys.argv[1] in ("--whole", "--patches"):
        _, mode, schemas, version, folder = sys.argv
        paths = sorted(pathlib.Path(folder).glob("*.yaml" if mode == "--whole" else "*/talos/machines/*.yaml"))
        found = list(check_all(pathlib.Path(schemas), version, paths, mode == "--whole"))
        print("\n".join(found[:50] + [f"{len(paths)} files, {len(found)} problems with the schema of Talos {version}"]))
        return 1 if found or not paths else 0
    schemas, outs = pathlib.Path(sys.argv[1]), [pathlib.Path(path) for path in sys.argv[2:]]
    found = [problem for out in outs for problem in check(schemas, out)]
    print("\n".join(found + [f"{len(outs)} builds, {len(found)} problems with Talos's schemas"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
