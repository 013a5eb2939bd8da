#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What stays of a hypervisor's image after boot: that it refers to nothing that is
dropped, by the relocations that the link kept (--emit-relocs), and is no larger than
--most bytes. --parts prints where the bytes go, by the symbols' names. --idle prints the resident functions that nothing resident refers to (but
by calls within a section): what is named there could perhaps be dropped as well.

usage: resident.py [--parts] [--idle] [--most BYTES] IMAGE.elf
"""
import argparse
import collections
import re
import subprocess
import sys

RESIDENT = {".text", ".rodata", ".data", ".annex_text", ".annex_data"}
DROPPED = {".boot", ".head"}
# What constants may refer to all the same: the kit's table of a transport has its
# start-up members beside the others. Only pvn_block_start() and what it calls use them,
# and they are dropped too.
ALLOWED = {"mmio_offered", "mmio_accept", "mmio_config_read", "mmio_config_write",
           "mmio_config_generation", "mmio_queue_limit", "mmio_queue_enable"}

# By what a symbol's name has before its arguments; the first that fits.
PARTS = (("shadow MMU", r"mmu::|slot_set"), ("instruction plane", r"arm::plane::|abi::plane::"),
         ("devices", r"backend::|device_glue|^pvn_|^mmio_"), ("loading, SHA-256", r"boot::"),
         ("traps, delivery, world switch", r"arm::|^trap_|^see_to$|^panic_trap$"),
         ("core, board", r"paravane::"))


def readelf(option, elf):
    done = subprocess.run(["llvm-readelf-19", "-W", option, elf], check=True,
                          capture_output=True, text=True)
    return done.stdout.splitlines()


class image:
    def __init__(self, elf):
        rows = (re.match(r" *\[ *(\d+)\] (\S+) +\S+ +([0-9a-f]{8}) [0-9a-f]+ ([0-9a-f]+)", line)
                for line in readelf("-S", elf))
        self.sections = {int(r[1]): (r[2], int(r[3], 16), int(r[4], 16)) for r in rows if r}
        rows = (re.match(r" *\d+: ([0-9a-f]{8}) +(\d+) FUNC +\S+ +\S+ +(\d+) (.*)$", line)
                for line in readelf("-s", elf))
        self.functions = [(int(r[1], 16) & ~1, int(r[2]), r[4]) for r in rows
                          if r and self.sections[int(r[3])][0] in RESIDENT]
        self.references = list(self.read_references(elf))

    @staticmethod
    def read_references(elf):
        """(section and address of the place, address and name of the symbol) of each."""
        section = None
        for line in readelf("-r", elf):
            head = re.match(r"Relocation section '\.rel(\S+)'", line)
            section = head[1] if head else section
            row = re.match(r"([0-9a-f]{8}) +[0-9a-f]{8} (R_ARM_\S+) +([0-9a-f]{8}) +(\S+)", line)
            if row and row[2] not in ("R_ARM_V4BX", "R_ARM_NONE"):
                yield section, int(row[1], 16), int(row[3], 16) & ~1, row[4]

    def section_at(self, address):
        for name, start, size in self.sections.values():
            if name in RESIDENT | DROPPED and start <= address < start + size:
                return name
        return None

    def function_at(self, address):
        for start, size, name in self.functions:
            if start <= address < start + max(size, 1):
                return name
        return f"{address:#x}"

    def parts(self, elf):
        done = subprocess.run(["llvm-nm-19", "-S", "-C", elf], check=True, capture_output=True,
                              text=True)
        sizes = collections.Counter()
        for line in done.stdout.splitlines():
            row = re.match(r"([0-9a-f]{8}) ([0-9a-f]{8}) \S ([^(]*)", line)
            if row and self.section_at(int(row[1], 16)) in RESIDENT:
                name = next((n for n, rule in PARTS if re.search(rule, row[3])), None)
                sizes[name] += int(row[2], 16)
        del sizes[None]
        sizes["entry.S, texts, memcpy, padding"] = self.bytes() - sum(sizes.values())
        return sizes.most_common()

    def bytes(self):
        return sum(size for name, _, size in self.sections.values() if name in RESIDENT)

    def wrong(self):
        """References to what is dropped, and allowed ones that do not exist."""
        met = set()
        for section, place, target, name in self.references:
            if section not in RESIDENT or self.section_at(target) not in DROPPED:
                continue
            if section == ".rodata" and name in ALLOWED:
                met.add(name)
            else:
                yield f"{section}: {self.function_at(place)} refers to {name}, which is dropped"
        for name in sorted(ALLOWED - met if met else ()): # a core image has no back ends
            yield f"{name} is allowed and nothing refers to it"

    def idle(self):
        used = {target for section, place, target, _ in self.references if section in RESIDENT
                and self.function_at(target) != self.function_at(place)}
        return [(size, name) for start, size, name in self.functions if size and start not in used]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("--most", type=int, default=1 << 20)
    parser.add_argument("elf")
    given = parser.parse_args()
    found = image(given.elf)
    wrong = list(found.wrong())
    if sum(section in RESIDENT for section, *_ in found.references) < 500:
        wrong.append("hardly any relocation is left: was it linked with --emit-relocs?")
    if found.bytes() > given.most:
        wrong.append(f"{found.bytes()} bytes stay, {given.most} are the most")
    for line in sorted(set(wrong)):
        print(f"resident.py: {given.elf}: {line}", file=sys.stderr)
    if given.parts:
        for name, size in found.parts(given.elf):
            print(f"{size:6} {name}")
    if given.idle:
        for size, name in sorted(found.idle()):
            print(f"{size:6} {name}")
    print(f"{found.bytes()} bytes resident")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
