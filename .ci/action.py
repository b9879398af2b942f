#!/usr/bin/env python3
"""The GitHub Action and the template for GitLab, their scripts run as a runner would: action.py HNET

Each `run:` under bash with its environment set, in small repositories with git; `gh` is one that writes down what it is
asked. The scripts for GitLab under sh. Fails at the first thing that is not as it should be.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
HNET = pathlib.Path(sys.argv[1]).resolve()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())

GH = """#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$*" in
*--paginate*) cat "$GH_KNOWN" 2>/dev/null || true ;;
*body=@*) for word in "$@"; do case $word in body=@*) cp "${word#body=@}" "$GH_BODY" ;; esac; done ;;
esac
"""


def expression(text, context):
    """The value of what stands in `${{ }}`, or of a condition: names, texts, `==`, `!=` and `&&`."""
    words = re.findall(r"'[^']*'|==|!=|&&|[\w.-]+", text)
    value = lambda word: word[1:-1] if word.startswith("'") else context.get(word, "")
    if len(words) == 1:
        return value(words[0])
    terms = " ".join(words).split(" && ")
    results = []
    for term in terms:
        left, operator, right = re.findall(r"'[^']*'|\S+", term)
        results.append((value(left) == value(right)) == (operator == "=="))
    return all(results)


def filled(text, context):
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: str(expression(found[1], context)), text)


class Run:
    """A run of the action in a folder."""

    def __init__(self, folder, event="push", known="", **inputs):
        self.text, self.statuses, self.failed = "", {}, False
        with tempfile.TemporaryDirectory() as name:
            temp = pathlib.Path(name)
            (temp / "bin").mkdir()
            (temp / "bin/gh").write_text(GH)
            (temp / "bin/gh").chmod(0o755)
            (temp / "known").write_text(known)
            context = {f"inputs.{key}": str(row.get("default", "")) for key, row in ACTION["inputs"].items()}
            for key, value in {"program": str(HNET), **inputs}.items():
                if f"inputs.{key}" not in context:
                    sys.exit(f"the action has no input {key}")
                context[f"inputs.{key}"] = value
            context |= {"github.event_name": event, "github.event.pull_request.number": "7"}
            for step in ACTION["runs"]["steps"]:
                if "if" in step and not expression(step["if"], context):
                    continue
                if "${{" in step["run"]:
                    sys.exit(f"{step['name']}: a text of somebody's comes into the script")
                output = temp / "output"
                output.write_text("")
                environment = {
                    "PATH": f"{temp}/bin:{os.environ['PATH']}",
                    "HOME": name,
                    "RUNNER_TEMP": name,
                    "GITHUB_OUTPUT": str(output),
                    "GITHUB_STEP_SUMMARY": str(temp / "summary"),
                    "GITHUB_REPOSITORY": "owner/repository",
                    **{f"GH_{what.upper()}": str(temp / what) for what in ("log", "known", "body")},
                    **{key: filled(text, context) for key, text in step.get("env", {}).items()},
                }
                where = pathlib.Path(folder) / filled(step.get("working-directory", "."), context)
                # As a runner calls it.
                shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
                done = subprocess.run(shell, cwd=where, env=environment, capture_output=True, text=True, check=False)
                self.text += done.stdout + done.stderr
                self.statuses[step["name"]] = done.returncode
                if done.returncode != 0:
                    self.failed = True
                    break
                if "id" in step:
                    context[f"steps.{step['id']}.outcome"] = "success"
                    for line in output.read_text().splitlines():
                        key, value = line.split("=", 1)
                        context[f"steps.{step['id']}.outputs.{key}"] = value
            read = lambda name: (temp / name).read_text() if (temp / name).exists() else ""
            self.asked, self.body, self.summary = read("log"), read("body"), read("summary")


def expect(run, failed, *texts):
    last = list(run.statuses)[-1]
    if run.failed != failed or last != "Say how it ended":
        sys.exit(f"it ended at `{last}`, failed: {run.failed}\n{run.text}")
    for text in texts:
        if text not in run.text + run.body + run.asked:
            sys.exit(f"nowhere: {text}\n{run.text}\n{run.asked}\n{run.body}")


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


class Template(yaml.SafeLoader):
    """YAML with GitLab's own tag."""


Template.add_constructor("!reference", lambda loader, node: loader.construct_sequence(node))


def gitlab(folder, job, **variables):
    """Whether a job of the template ends well, and the report that it leaves."""
    template = yaml.load((ROOT / "docs/hnet.gitlab-ci.yml").read_text(), Template)
    (folder / "bin").mkdir(exist_ok=True)
    shutil.copy(HNET, folder / "bin/hnet")
    environment = {**template["variables"], **variables, "PATH": f"{folder}/bin:{os.environ['PATH']}"}
    lines = template[".hnet"]["before_script"] + template[job]["script"]
    script = ["sh", "-ec", "\n".join(lines)]
    done = subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    report = json.loads((folder / template[job]["artifacts"]["reports"]["codequality"]).read_text())
    return done.returncode == 0, [issue["location"]["path"] for issue in report]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "home"
        shutil.copytree(ROOT / "examples/homelab", folder)
        shutil.copytree(ROOT / "tests/adopting/flux", folder / "flux")
        source = folder / "network.hnet"
        git(folder, "init")
        git(folder, "add", ".")
        git(folder, "commit", "-m", "before")

        run = Run(folder, output="out")
        expect(run, False, "hnet 0.")
        if run.asked or run.summary or "::" in run.text:
            sys.exit(f"more is said of a network that is sound: {run.text}")

        # A pull request that changes an address, and whose output was not built.
        git(folder, "checkout", "-b", "change")
        text = source.read_text()
        changed = re.sub(r"(?m)^(\s*host nas\b.*?)lan\[\d+\]", r"\1lan[77]", text, count=1)
        if changed == text:
            sys.exit("the example has no host nas any more")
        source.write_text(changed)
        git(folder, "commit", "-am", "change")
        git(folder, "checkout", "main")
        git(folder, "merge", "--no-ff", "-m", "merge", "change")
        inputs = {"output": "out", "comment": "true"}
        run = Run(folder, "pull_request", **inputs)
        expect(run, True, "::error file=out/", "### What this changes", "```mermaid", "--method POST repos/owner/repository/issues/7/comments")
        if "<!-- hnet -->" not in run.body or run.summary.strip() not in run.body:
            sys.exit(f"the comment: {run.body}")
        run = Run(folder, "pull_request", known="123\n", **inputs)
        expect(run, True, "--method PATCH repos/owner/repository/issues/comments/123")
        # What the source builds without saying where is compared with what was built before.
        run = Run(folder, "pull_request", build="false", comment="true")
        expect(run, False, "### What this changes")
        expect(Run(folder, "push", **{**inputs, "build": "false"}), False)

        # A source that is wrong, and names that would be orders.
        odd = "a b;$(touch owned)`touch owned`.hnet"
        (folder / odd).write_text("network x < subnet lan 10.0.0.0/33; >\n")
        run = Run(folder, "pull_request", files=f"network.hnet\n{odd}\n", build="false", comment="true", sarif="hnet.sarif")
        expect(run, True, "::error file=a b;$(touch owned)`touch owned`.hnet,line=1")
        if list(pathlib.Path(name).rglob("owned")):
            sys.exit("a name was run")
        results = json.loads((folder / "hnet.sarif").read_text())["runs"][0]["results"]
        if not any(result["level"] == "error" for result in results):
            sys.exit("the log holds no error")

        # An audit, with a baseline, and its findings beside those of the check.
        inputs = {"build": "false", "audit": "flux", "sarif": "hnet.sarif"}
        run = Run(folder, **inputs)
        expect(run, False, "::warning file=flux/")
        runs = json.loads((folder / "hnet.sarif").read_text())["runs"]
        if [one["automationDetails"]["id"] for one in runs] != ["hnet/check/", "hnet/audit/"] or not runs[1]["results"]:
            sys.exit(f"the log: {runs}")
        (folder / "hnet.sarif").unlink()
        base = folder / "known"
        subprocess.run([HNET, "audit", "flux", "--baseline", base, "--write-baseline"], cwd=folder, check=True, capture_output=True)
        run = Run(folder, baseline="known", **{**inputs, "files": "none"})
        expect(run, False)
        if "::" in run.text:
            sys.exit(f"what is known is said: {run.text}")
        # No baseline is a failure, and not a pass.
        expect(Run(folder, baseline="nothing", **inputs), True)

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copytree(ROOT / "examples/homelab", folder, dirs_exist_ok=True)
        shutil.copytree(ROOT / "tests/adopting/flux", folder / "flux")
        seen = [gitlab(folder, "hnet:check", HNET_OUTPUT="out"), gitlab(folder, "hnet:audit", HNET_AUDIT="flux")]
        with (folder / "network.hnet").open("a") as source:
            source.write("subnet;\n")
        seen.append(gitlab(folder, "hnet:check"))
        with (folder / "flux/kubernetes/apps/kustomization.yaml").open("a") as file:
            file.write("resources: [twice]\n")
        seen.append(gitlab(folder, "hnet:audit", HNET_AUDIT="flux"))
    broken = "flux/kubernetes/apps/kustomization.yaml"
    (sound, none), (whole, warned), (wrong, found), (refused, read) = seen
    if not (sound and not none and whole and warned and not wrong and found and not refused and broken in read):
        sys.exit(f"the template for GitLab: {seen}")
    print("the action and the template do what they say")


main()
