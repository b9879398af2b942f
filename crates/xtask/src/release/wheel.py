"""Writes a wheel that holds a program: wheel.py WHEEL NAME VERSION TAG SUMMARY LICENCE PROGRAM README EPOCH LICENCE-FILE...

The format is https://packaging.python.org/en/latest/specifications/binary-distribution-format/: an archive with the
program among its scripts, which installers put beside Python's own, and what describes it. The same input gives the
same bytes.
"""
import base64
import hashlib
import pathlib
import sys
import time
import zipfile

wheel, name, version, tag, summary, licence, program, readme, epoch, *licences = sys.argv[1:]
stem = f"{name.replace('-', '_')}-{version}"
info = f"{stem}.dist-info"
texts = {pathlib.Path(path).name: pathlib.Path(path).read_bytes() for path in licences}
# The format knows no time before 1980.
when = max(time.gmtime(int(epoch))[:6], (1980, 1, 1, 0, 0, 0))

metadata = [
    "Metadata-Version: 2.4",
    f"Name: {name}",
    f"Version: {version}",
    f"Summary: {summary}",
    f"License-Expression: {licence}",
    *[f"License-File: {one}" for one in texts],
    "Requires-Python: >=3.8",
    "Description-Content-Type: text/markdown",
    "",
    pathlib.Path(readme).read_text(encoding="utf-8"),
]
tags = [f"Tag: {'-'.join(tag.split('-')[:2])}-{platform}" for platform in tag.split("-")[2].split(".")]
files = [
    (f"{stem}.data/scripts/{pathlib.Path(program).name}", pathlib.Path(program).read_bytes(), 0o755),
    *[(f"{info}/licenses/{one}", text, 0o644) for one, text in texts.items()],
    (f"{info}/METADATA", "\n".join(metadata).encode(), 0o644),
    (f"{info}/WHEEL", "\n".join(["Wheel-Version: 1.0", "Generator: hnet", "Root-Is-Purelib: false", *tags, ""]).encode(), 0o644),
]
record = ""
for path, content, _ in files:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record += f"{path},sha256={digest},{len(content)}\n"
files.append((f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode(), 0o644))

with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for path, content, mode in files:
        entry = zipfile.ZipInfo(path, when)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o100000 | mode) << 16
        # As if written on Unix, wherever it is.
        entry.create_system = 3
        archive.writestr(entry, content)
