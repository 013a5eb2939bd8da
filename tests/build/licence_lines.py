#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that every source file names its licence in its first two lines, and
that only what may be added to a Linux tree is offered under the GPL too."""
import pathlib
import subprocess
import sys

SUFFIXES = {".h", ".hpp", ".c", ".cpp", ".S", ".inc", ".py", ".sh", ".cmake", ".toml", ".dts", ".dtsi", ".ld"}
root = pathlib.Path(sys.argv[1])
listed = subprocess.run(["git", "-C", str(root), "ls-files"], capture_output=True, text=True)
if listed.returncode or not listed.stdout:
    print("not a git checkout: nothing to check")
    sys.exit(0)
bad = 0
for name in listed.stdout.split("\n"):
    path = root / name
    if path.suffix not in SUFFIXES and path.name != "CMakeLists.txt" or not path.is_file():
        continue
    if "/expected/" in name or "/fixtures/" in name or "/golden/" in name:
        continue
    head = "\n".join(path.read_text(errors="replace").splitlines()[:2])
    if "SPDX-License-Identifier:" not in head:
        bad += 1
        print(f"{name}:1: no SPDX-License-Identifier")
    elif "GPL" in head and not name.startswith(
            ("guest-patches/", "pv-drivers/", "tests/linux/matrix/module/")):
        bad += 1
        print(f"{name}:1: GPL outside the files for a Linux tree")
sys.exit(1 if bad else 0)
