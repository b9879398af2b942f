#!/usr/bin/env python3
"""What hnet says to other programs, checked as they would: forms.py HNET MULTITOOL-FOLDER

Every source of the cases and of the explain pages is checked by the program, many at once, in each form for machines:
a line of JSON against docs/messages.schema.json, SARIF against the standard's schema and GitHub's own rules by
Microsoft's validator, GitLab's report against what GitLab documents. One line a problem; exit 1 if there are any.
"""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent
HNET, MULTITOOL = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1, "pattern": "^[^\n]*$"},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}:[0-9]+$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    # Relative to the repository, and without `./`.
                    "path": {"type": "string", "pattern": "^(?!/|\\./).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}

# A site for the program is not known yet.
ALLOWED = {"SARIF2005"}


def closed(schema):
    """The schema with all members said: what it does not know would be a member that nobody documented."""
    schema = copy.deepcopy(schema)
    todo = [schema]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            if "properties" in part:
                part["additionalProperties"] = False
            todo.extend(part.values())
        elif isinstance(part, list):
            todo.extend(part)
    return schema


def problems(validator, value, of):
    for error in validator.iter_errors(value):
        best = jsonschema.exceptions.best_match([error])
        yield f"{of}: {'/'.join(map(str, best.absolute_path))}: {best.message[:200]}"


def run(folder, *arguments):
    """What the program prints, with its status."""
    done = subprocess.run([HNET, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2) or "panicked" in done.stderr:
        sys.exit(f"hnet {' '.join(arguments[:3])} …: {done.stderr[:2000]}")
    return done


def sources(folder):
    """Writes each source of one file as a project of its own; their folders."""
    pages = sorted(ROOT.glob("tests/cases/**/*.md")) + sorted(ROOT.glob("crates/hnet-diagnostics/explain/*.md"))
    names = []
    for page in pages:
        for text in re.findall(r"^```hnet\n(.*?)^```", page.read_text(), re.S | re.M):
            name = f"{len(names):05}"
            (folder / name).mkdir()
            (folder / name / "network.hnet").write_text(text)
            names.append(name)
    return names


def multitool(log, report):
    """What Microsoft's validator says by the rules of the standard and of GitHub: its exit status says nothing."""
    program = MULTITOOL / "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    kinds = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--log", "ForceOverwrite"]
    done = subprocess.run(
        [program, "validate", log, *kinds, "--output", report], env=environment, capture_output=True, text=True, check=False
    )
    if not report.exists():
        sys.exit(f"the validator did nothing: {done.stdout[:2000]}{done.stderr[:2000]}")
    for result in json.loads(report.read_text())["runs"][0]["results"]:
        if result["ruleId"] not in ALLOWED:
            yield f"{log.name}: {result['ruleId']}: {json.dumps(result['message'])[:300]}"


def main():
    found, counts = [], {"findings": 0, "notices": 0, "results": 0, "issues": 0}
    schema = json.loads((ROOT / "docs/messages.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    lines = {
        name: jsonschema.Draft202012Validator(closed({**schema["$defs"][name], "$defs": schema["$defs"]}))
        for name in ("finding", "notice")
    }
    sarif = json.loads((MULTITOOL / "node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json").read_text())
    sarif = jsonschema.Draft7Validator(sarif)
    gitlab = jsonschema.Draft202012Validator(GITLAB)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        names = sources(folder)
        # What is said of files, and why the run failed; an audit.
        runs = [
            ("check", *names),
            ("check", "none"),
            ("build", "homelab", "-o", "elsewhere", "--check"),
            ("audit", "adopting"),
            ("fmt", "--check", *[f"{name}/network.hnet" for name in names]),
        ]
        subprocess.run(["cp", "-r", ROOT / "tests/adopting", ROOT / "examples/homelab", folder], check=True)
        for number, arguments in enumerate(runs):
            of = " ".join(arguments[:2])
            for line in run(folder, *arguments, "--message-format", "json").stdout.splitlines():
                value = json.loads(line)
                kind = "finding" if "code" in value else "notice"
                counts[kind + "s"] += 1
                found += problems(lines[kind], value, f"json, {of}")
            log = folder / f"{number}.sarif"
            done = run(folder, *arguments, "--message-format", "sarif")
            log.write_text(done.stdout)
            value = json.loads(done.stdout)
            counts["results"] += len(value["runs"][0]["results"])
            found += problems(sarif, value, f"sarif, {of}")
            found += multitool(log, folder / f"{number}.report")
            value = json.loads(run(folder, *arguments, "--message-format", "gitlab").stdout)
            counts["issues"] += len(value)
            found += problems(gitlab, value, f"gitlab, {of}")
            prints = [issue["fingerprint"] for issue in value]
            if len(prints) != len(set(prints)):
                found.append(f"gitlab, {of}: fingerprints stand twice")
    print("\n".join(found[:50]))
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    # A check that looked at nothing has found nothing.
    if found or min(counts.values()) == 0 or counts["findings"] < 1000 or counts["notices"] < 20:
        sys.exit(1)


main()
