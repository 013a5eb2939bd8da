#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that dependencies between folders go one way.

Reads every #include "…" below the root, resolves it against the including
file's folder and the include roots, and compares the two rooms with ALLOWED.
Exit status 1 with one line per violation; 2 if the tree is not what it expects.
"""
import pathlib
import re
import sys

SOURCES = {".h", ".hpp", ".c", ".cpp", ".S"}
# Most specific room first: a file belongs to the first prefix that fits.
ROOMS = [
    "hypercall-abi/generator", "hypercall-abi/toolkit", "hypercall-abi/compare",
    "hypercall-abi/pvabi", "hypercall-abi",
    "porting-tool/census", "porting-tool/rewrite", "porting-tool/report", "porting-tool/pvport",
    "pv-drivers/core", "pv-drivers/frontends", "pv-drivers/glue", "pv-drivers",
    "hypervisor-min/lib", "hypervisor-min/core", "hypervisor-min/arch/arm/export",
    "hypervisor-min/arch", "hypervisor-min/device",
    "hypervisor-min/board", "hypervisor-min/boot", "hypervisor-min/backend",
    "hypervisor-min/pvrun", "hypervisor-min/image", "hypervisor-min",
    "guest-patches", "samples", "tests",
]
ABI = {"hypercall-abi", "hypercall-abi/generator", "hypercall-abi/toolkit", "hypercall-abi/compare"}
HYPERVISOR = "hypervisor-min/"
ALLOWED = {
    "hypercall-abi/generator": {"hypercall-abi/toolkit"},
    "hypercall-abi/toolkit": {"hypercall-abi/generator"},
    "hypercall-abi/compare": {"hypercall-abi/generator", "hypercall-abi/toolkit"},
    "hypercall-abi/pvabi": ABI,
    "hypercall-abi": set(),
    "porting-tool/census": ABI,
    "porting-tool/rewrite": ABI | {"porting-tool/census"},
    "porting-tool/report": ABI | {"porting-tool/census", "porting-tool/rewrite"},
    "porting-tool/pvport": ABI | {"porting-tool/census", "porting-tool/rewrite", "porting-tool/report"},
    "pv-drivers/core": set(),
    "pv-drivers/frontends": {"pv-drivers/core"},
    "pv-drivers/glue": {"pv-drivers/core", "pv-drivers/frontends"},
    "pv-drivers": {"pv-drivers/core", "pv-drivers/frontends", "pv-drivers/glue"},
    "hypervisor-min/lib": set(),
    # The CPU's part of a vCPU is chosen by include path: one export folder per arch.
    "hypervisor-min/core": {HYPERVISOR + "lib", HYPERVISOR + "arch/arm/export"},
    "hypervisor-min/arch/arm/export": {HYPERVISOR + "lib", HYPERVISOR + "arch"},
    # The wire's layout, and the drivers of a physical disk and card, are the kit's.
    "hypervisor-min/backend": {HYPERVISOR + "lib", HYPERVISOR + "core", HYPERVISOR + "boot",
                               "pv-drivers/core", "pv-drivers/frontends"},
    "hypervisor-min/device": {HYPERVISOR + "lib", HYPERVISOR + "core", HYPERVISOR + "arch"},
    "hypervisor-min/arch": {HYPERVISOR + "lib", HYPERVISOR + "core", HYPERVISOR + "arch/arm/export"},
    "hypervisor-min/board": {HYPERVISOR + "lib", HYPERVISOR + "core", HYPERVISOR + "device"},
    "hypervisor-min/boot": {HYPERVISOR + "lib", HYPERVISOR + "core", HYPERVISOR + "arch"},
    "hypervisor-min/image": None,
    "hypervisor-min/pvrun": ABI | {HYPERVISOR + "lib", HYPERVISOR + "boot"},
    "guest-patches": {"pv-drivers/core", "pv-drivers/frontends", "pv-drivers/glue"},
    "samples": None,
    "tests": None,
}
CPU_WORDS = re.compile(r"\b(arm|armv7|cp15|cpsr|spsr|dacr|ttbr0?|gicv?[12]?|neon|thumb|x86|riscv)\b", re.I)


def room_of(path):
    text = path.as_posix()
    return next((r for r in ROOMS if text.startswith(r + "/")), None)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files = [p.relative_to(root) for top in sorted({r.split("/")[0] for r in ROOMS})
             for p in (root / top).rglob("*") if p.suffix in SOURCES and p.is_file()]
    if len(files) < 20:
        print(f"{root}: only {len(files)} source files found; is this the repository's root?")
        return 2
    index = {p.as_posix(): p for p in files}
    problems = []
    for path in files:
        room = room_of(path)
        text = (root / path).read_text(errors="replace")
        if room == "hypervisor-min/core":
            for number, line in enumerate(text.splitlines(), 1):
                # Fields of a call have the names that the ABI gives them.
                if CPU_WORDS.search(re.sub(r"\bcall\.\w+", "", line)):
                    problems.append(f"{path}:{number}: core names a CPU: {line.strip()}")
        if ALLOWED[room] is None:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not match:
                continue
            name = match.group(1)
            candidates = [(path.parent / name), *(pathlib.Path(p) for p in index if p.endswith("/" + name))]
            targets = [index[c] for c in
                       (pathlib.PurePosixPath(*_normal(c.parts)).as_posix() for c in candidates)
                       if c in index]
            rooms = {room_of(t) for t in targets[:1]} if targets and targets[0].parent == path.parent \
                else {room_of(t) for t in targets}
            if rooms and not any(r == room or r in ALLOWED[room] for r in rooms):
                problems.append(f"{path}:{number}: {room} includes {name} from {', '.join(sorted(rooms))}")
    print("\n".join(problems) if problems else f"{len(files)} files, every include goes the allowed way")
    return 1 if problems else 0


def _normal(parts):
    out = []
    for part in parts:
        if part == "..":
            out.pop()
        elif part != ".":
            out.append(part)
    return out


sys.exit(main())
