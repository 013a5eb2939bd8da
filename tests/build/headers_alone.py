#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compiles every header of the project alone, each in the dialect of its room.

usage: headers_alone.py ROOT BUILD. Exit status 1 with the compiler's words for
each header that needs another one included before it.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

CXX = ["clang++-19", "-x", "c++", "-std=c++20"]
C = ["clang-19", "-x", "c", "-std=gnu99"]
ARM = ["--target=armv7a-none-eabi", "-ffreestanding", "-fno-exceptions", "-fno-rtti",
       "-isystem", "/usr/lib/picolibc/arm-none-eabi/include"]
# Headers that only make sense inside another system's tree.
FOREIGN = ("pv-drivers/glue/linux", "pv-drivers/glue/baremetal/pvn_baremetal_calls.h",
           "guest-patches/", "samples/", "tests/guests/")


def command(path, root, build):
    include = [f"-I{build}/include", f"-I{build}/include/paravane"]
    text = path.as_posix()
    for room in ("hypercall-abi", "hypercall-abi/generator", "hypercall-abi/toolkit", "porting-tool",
                 "hypervisor-min", "pv-drivers/core", "pv-drivers/frontends", "pv-drivers"):
        include.append(f"-I{root}/{room}")
    include.append(f"-I{path.parent if path.is_absolute() else root / path.parent}")
    if text.startswith("porting-tool/"):
        include += ["-isystem", "/usr/lib/llvm-19/include"]
    if text.startswith(("tests/hypervisor/plane", "tests/drivers", "hypervisor-min/arch/fake")):
        include.append(f"-I{root}/hypervisor-min/arch/fake/export")
    elif text.startswith(("hypervisor-min/", "tests/hypervisor")):
        include.append(f"-I{root}/hypervisor-min/arch/arm/export")
    if text.startswith("tests/"):
        include += [f"-I{root}", f"-I{root}/tests", '-DPARAVANE_TEST_DATA="."']
    arm_only = not text.startswith("hypervisor-min/arch/fake") and text.startswith((
        "hypervisor-min/core", "hypervisor-min/arch", "hypervisor-min/device",
        "hypervisor-min/image", "hypervisor-min/board"))
    base = C if path.suffix == ".h" else CXX
    return [*base, *(ARM if arm_only else []), "-fsyntax-only", "-Wall", "-Wextra",
            "-Wno-unused-function", "-Wno-unused-const-variable", *include,
            "-include", str(root / path), "/dev/null"]


def main():
    root, build = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others",
                             "--exclude-standard", "*.hpp", "*.h"],
                            capture_output=True, text=True)
    if listed.returncode:
        names = [p.relative_to(root).as_posix() for p in root.rglob("*") if p.suffix in (".h", ".hpp")
                 and not p.relative_to(root).parts[0].startswith("build")]
    else:
        names = listed.stdout.split("\n")
    headers = [pathlib.Path(n) for n in names if n and not n.startswith(FOREIGN) and (root / n).exists()]
    if len(headers) < 10:
        print(f"{root}: only {len(headers)} headers found; is this the repository's root?")
        return 2
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = pool.map(lambda h: subprocess.run(command(h, root, build), capture_output=True,
                                                 text=True), headers)
        for header, run in zip(headers, runs):
            if run.returncode:
                bad += 1
                print(f"{header}: does not compile alone\n{run.stderr}")
    print(f"{len(headers) - bad} of {len(headers)} headers compile alone")
    return 1 if bad else 0


sys.exit(main())
