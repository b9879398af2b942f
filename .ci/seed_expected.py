#!/usr/bin/env python3
"""Compare the examples with what the seed document's own YAML blocks say, by meaning:
seed_expected.py EXPECTED EXAMPLES

What the document says must be in the output, value for value. The output may say more only where
an API server would write the same default, and differ only where the document is known to be wrong
(an older API version, the placeholder of a MAC, a file name that k3s does not read).
"""
import pathlib
import re
import sys

import yaml

# What an object may hold beyond what the document says: defaults and the writer's own marks.
MAY_BE_ADDED = {
    "metadata.annotations", "metadata.labels",
    "spec.listeners[].tls.certificateRefs[].group", "spec.listeners[].tls.certificateRefs[].kind",
    "spec.listeners[].allowedRoutes.namespaces.from", "spec.listeners[].allowedRoutes.kinds",
    "spec.listeners[].tls.mode", "spec.addresses", "spec.infrastructure",
    # The document shows a control plane without saying what the cluster's endpoint is.
    "networkInterfaces[].vip",
}


def different(expected, found, path=""):
    """Where the output contradicts the document, or adds what it may not add."""
    general = re.sub(r"\[\d+\]", "[]", path)
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            below = f"{path}.{key}".lstrip(".")
            if key not in found:
                yield f"{below}: missing"
            elif key in expected:
                yield from different(expected[key], found[key], below)
            elif re.sub(r"\[\d+\]", "[]", below) not in MAY_BE_ADDED:
                yield f"{below}: added, {found[key]!r}"
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{path}: {len(expected)} entries expected, {len(found)} found"
        for at, (left, right) in enumerate(zip(expected, found)):
            yield from different(left, right, f"{path}[{at}]")
    elif general.endswith("hardwareAddr"):
        if not re.fullmatch(r"[0-9a-f][26ae](:[0-9a-f]{2}){5}", found):
            yield f"{path}: {found!r} is no locally administered MAC"
    elif general == "apiVersion" and "gateway.networking.k8s.io" in expected:
        if found != "gateway.networking.k8s.io/v1":
            yield f"{path}: {found!r}"
    elif expected != found:
        yield f"{path}: {expected!r} expected, {found!r} found"


def blocks(data):
    """The server blocks of Corefile texts, white space aside."""
    return {" ".join(line.split()) for line in re.split(r"(?<=})\s*\n", "\n".join(data)) if line.strip()}


def compare(name, expected, documents):
    if name.startswith("talconfig"):
        node = expected["nodes"][0]
        found = [n for document in documents for n in document.get("nodes") or [] if n.get("hostname") == node["hostname"]]
        if not found:
            return [f"no talconfig has a node {node['hostname']}"]
        # The document shows the network of a node and nothing else of it.
        return list(different(node, {key: found[0].get(key) for key in node}))
    same = [d for d in documents if d.get("kind") == expected["kind"]
            and d["metadata"].get("name") == expected["metadata"]["name"]
            and d["metadata"].get("namespace") == expected["metadata"]["namespace"]]
    if not same:
        return [f"no example has the {expected['kind']} {expected['metadata']['namespace']}/{expected['metadata']['name']}"]
    if expected["kind"] == "ConfigMap":
        keys = same[0]["data"]
        wrong = [f"data.{key}: k3s reads only files that end in .server" for key in keys if not key.endswith(".server")]
        missing = blocks(expected["data"].values()) - blocks(keys.values())
        return wrong + [f"data: missing {block!r}" for block in missing]
    return list(different(expected, same[0]))


def main():
    expected, examples = map(pathlib.Path, sys.argv[1:3])
    documents = []
    for path in sorted(examples.glob("*/out/**/*.yaml")):
        documents += [d for d in yaml.safe_load_all(path.read_text()) if isinstance(d, dict)]
    failed = False
    for path in sorted(expected.glob("*.yaml")):
        problems = compare(path.name, yaml.safe_load(path.read_text()), documents)
        failed |= bool(problems)
        print(f"{path.name}: " + ("the same by meaning" if not problems else "; ".join(problems)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
