# SPDX-License-Identifier: BSD-2-Clause
"""bench.py --profile: where instructions of rows were executed, by function, natively
and under Paravane side by side."""
import bisect
import collections
import pathlib
import re
import subprocess
import tempfile

SHOWN = 45


def plain(name):
    """A C++ name without the arguments of functions and templates."""
    shorter = re.sub(r"\(anonymous namespace\)::", "", name)
    while (cut := re.sub(r"<[^<>]*>|\([^()]*\)( const)?$", "", shorter)) != shorter:
        shorter = cut
    return re.sub(r"^(.* )?(\w+::)*(\w+::\w+)$", r"\3", shorter)


class symbols:
    def __init__(self, elf, shift=0):
        out = subprocess.run(["llvm-nm-19", "--demangle", "--numeric-sort", elf],
                             capture_output=True, text=True)
        pairs = [f.split(maxsplit=2) for f in out.stdout.splitlines()]
        kept = [(int(f[0], 16) + shift, plain(f[2])) for f in pairs
                if len(f) == 3 and f[1] in "tTwW" and not f[2].startswith("$")]
        self.addresses, self.names = [k[0] for k in kept], [k[1] for k in kept]

    def name(self, pc):
        at = bisect.bisect_right(self.addresses, pc) - 1
        return self.names[at] if at >= 0 else f"{pc:#x}"


def by_function(pcs, kernel, hypervisor):
    sums = collections.Counter()
    for line in pcs.read_text().splitlines():
        pc, count = line.split()
        pc, count = int(pc, 16), int(count)
        if hypervisor and 0xFFFC0000 <= pc <= 0xFFFEFFFF:
            sums["hv: " + hypervisor.name(pc)] += count
        elif pc >= 0xFFFF0000 or pc < 0xC0000000:
            sums["vectors" if pc >= 0xFFFF0000 else "user"] += count
        else:
            sums[kernel.name(pc)] += count
    return sums


def collect(given, side, measure):
    kernel = given.native if side == "native" else given.ported
    elf = given.build / "hypervisor" / given.board / "paravane.elf"
    with tempfile.TemporaryDirectory() as work:
        pcs = pathlib.Path(work) / "pcs"
        rows = measure(side, pcs)
        sums = by_function(pcs, symbols(kernel / "vmlinux"),
                           symbols(elf) if side == "paravane" else None)
    return rows, sums


def run(given, measure):
    native_rows, native = collect(given, "native", measure)
    rows, paravane = collect(given, "paravane", measure) if given.ported else (None, {})
    for name, row in (rows or native_rows).items():
        if "entries" in row:
            entries = " ".join(f"{k} {v:.2f}" for k, v in row["entries"].items())
            print(f"{name}: native {native_rows[name]['count']:.1f}"
                  + (f", Paravane {row['count']:.1f}, entries an operation: {entries}"
                     if rows else ""))
    names = sorted(set(native) | set(paravane),
                   key=lambda n: -abs(paravane.get(n, 0) - (native.get(n, 0) if rows else 0))
                   if rows else -native[n])
    print(f"{'function':44} {'native':>12} {'Paravane':>12} {'difference':>12}   (all chosen rows)")
    for name in names[:SHOWN]:
        here, there = native.get(name, 0), paravane.get(name, 0)
        print(f"{name[:44]:44} {here:12,} {there:12,} {there - here:+12,}")


VECTORS = {4: "undefined", 8: "svc", 12: "prefetch", 16: "data", 24: "irq"}


def print_traps(given, groups):
    """Entries of the hypervisor by vector and guest function, costliest first."""
    kernel = symbols(given.ported / "vmlinux")
    sums = collections.defaultdict(lambda: [0, 0])
    for group in groups:
        pc, entry = int(group["pc"], 16), int(group["entry"], 16)
        name = kernel.name(pc) if 0xC0000000 <= pc < 0xFFFC0000 else "user"
        found = sums[VECTORS.get(entry & 0xFF, f"{entry:#x}"), name]
        found[0] += group["visits"]
        found[1] += group["sum"]
    print(f"{'vector':10} {'guest function':40} {'entries':>9} {'hypervisor':>12} {'each':>8}")
    for (vector, name), (visits, total) in sorted(sums.items(), key=lambda s: -s[1][1])[:SHOWN]:
        print(f"{vector:10} {name[:40]:40} {visits:9,} {total:12,} {total / visits:8.1f}")
