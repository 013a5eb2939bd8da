#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Linux's figures: runs the bench of tests/linux/bench on one board, natively and above
the hypervisor, and prints instructions per operation side by side. They are counted
from outside by the plugin row_count; the guest's own clock, where one nanosecond is one
instruction, must agree. Writes bench/linux-6.1-<board>.json in the build folder.

With --profile, prints instead where the instructions of the chosen rows were executed:
natively, in the ported kernel and in the hypervisor, by function.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import figures
import guest
import profile_rows
import userland

HERE = pathlib.Path(__file__).resolve().parent
ROWS = ("boot null read write stat fstat open_close clock select_10 select_100 select_500 "
        "sig_install sig_deliver prot_fault pipe unix ctx_2 ctx_8 ctx_16 fork exec sh mmap "
        "page_fault file_fault file_read pipe_bandwidth sha256sum_64m sqlite3 shell_500 "
        "idle_second").split()
RESOLUTION = {"virt-a15": 32, "vexpress-a9": 2000}  # ns: two ticks of the board's counter


def build_bench(build):
    sources = sorted((HERE / "bench").glob("*.[chS]"))
    return userland.compile_program(build, "bench", sources)


def build_initramfs(build, program):
    busybox = userland.fetch(build, ["busybox-static"], depends=False)
    sqlite = userland.fetch(build, ["sqlite3"])
    image = userland.image()
    image.file("/init", program)
    image.file("/bin/busybox", busybox / "bin/busybox")
    image.link("/bin/hello", "/init")
    for applet in ("sh", "sha256sum", "grep"):
        image.link(f"/bin/{applet}", "busybox")
    image.program(sqlite, "/usr/bin/sqlite3", "/bin/sqlite3")
    image.file("/bench.sql", HERE / "bench/bench.sql")
    return image.write(build / "linux/bench.cpio")


def marks(program, rows):
    """The plugins' arguments for the addresses of the marks, and for a boot's profile."""
    out = subprocess.run(["llvm-nm-19", program], check=True, capture_output=True, text=True)
    found = {f[2]: int(f[0], 16) for f in map(str.split, out.stdout.splitlines()) if len(f) == 3}
    return (f"begin={found['mark_begin']:#x},end={found['mark_end']:#x}"
            + (",boot=1" if rows == ["boot"] else ""))


def parse(text, counts, board):
    """Rows as the guest printed them joined with what the plugin counted."""
    printed = [line.split()[2:] for line in text.splitlines() if line.startswith("bench: row ")]
    if "bench: done" not in text:
        sys.exit(f"bench.py: the bench did not end on {board}; the console's tail:\n"
                 + "\n".join(text.splitlines()[-40:]))
    if len(counts) != len(printed) + 1:
        sys.exit(f"bench.py: {len(printed)} rows printed, {len(counts) - 1} counted")
    rows = {"boot": {"count": counts[0]["instructions"],
                     "hypervisor": counts[0]["hypervisor"]}}
    for (name, operations, nanoseconds), counted in zip(printed, counts[1:]):
        operations = int(operations)
        rows[name] = {"count": counted["instructions"] / operations,
                      "hypervisor": counted["hypervisor"] / operations,
                      "clock": int(nanoseconds) / operations,
                      "slack": RESOLUTION[board] / operations}
        rows[name]["entries"] = {key: counted[key] / operations for key in counted
                                 if key not in ("name", "instructions", "hypervisor")}
    return rows


def disagreements(side, rows):
    """Rows whose clock and count differ by more than 1 % and the clock's resolution.
    Time passes without instructions in idle_second, so it has only a count."""
    return [f"{side} {name}: the clock says {row['clock']:.1f}, the count {row['count']:.1f}"
            for name, row in rows.items() if "clock" in row and name != "idle_second"
            and abs(row["clock"] - row["count"]) > row["count"] * 0.01 + row["slack"]]


def run_side(build, arguments, side, initramfs, plugin):
    command = f"quiet rows={','.join(arguments.rows)}" if arguments.rows else "quiet"
    if side == "native":
        return guest.run_native(arguments.board, arguments.native, initramfs, command, plugin,
                                rb"bench: (done|FAIL)|Kernel panic")
    return guest.run_paravane(build, arguments.board, arguments.ported / "vmlinux", initramfs,
                              command, plugin)


def measure(build, arguments, side, initramfs, program, pcs=None):
    with tempfile.TemporaryDirectory() as work:
        out = pathlib.Path(work) / "counts"
        kernel = (guest.native_entry(arguments.native, arguments.board) if side == "native"
                  else guest.kernel_entry(arguments.ported / "vmlinux"))
        plugin = (f"{build}/tests/lib/row_count.so,out={out},{marks(program, arguments.rows)},"
                  + "kernel=%#x:%#x" % kernel + (f",pcs={pcs}" if pcs else ""))
        ran = run_side(build, arguments, side, initramfs, plugin)
        counts = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    return parse(ran.text, counts, arguments.board)


def trap_groups(build, arguments, initramfs, program):
    """The hypervisor's entries inside the rows, by trapping guest instruction."""
    with tempfile.TemporaryDirectory() as work:
        out = pathlib.Path(work) / "traps"
        run_side(build, arguments, "paravane", initramfs,
                 f"{build}/tests/lib/trap_count.so,out={out},{marks(program, arguments.rows)}")
        return [json.loads(line) for line in out.read_text().splitlines()[1:]]


def take_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="the build folder")
    parser.add_argument("board", choices=guest.BOARDS)
    parser.add_argument("--rows", default="", help="only these, with commas between")
    parser.add_argument("--native-only", action="store_true")
    parser.add_argument("--native", type=pathlib.Path, metavar="DIR",
                        help="folder with zImage, Image, vmlinux; the cache's newest otherwise")
    parser.add_argument("--ported", type=pathlib.Path, metavar="DIR",
                        help="folder with vmlinux; the cache's newest otherwise")
    parser.add_argument("--level", type=int, default=2, help="of the ported kernel, for the report")
    parser.add_argument("--profile", action="store_true", help="by function, for --rows")
    parser.add_argument("--svg", type=pathlib.Path, help="also a plot")
    given = parser.parse_args()
    given.build = given.build.resolve()
    given.rows = [row for row in given.rows.split(",") if row]
    if unknown := set(given.rows) - set(ROWS):
        parser.error(f"no row {', '.join(sorted(unknown))}: there are {', '.join(ROWS)}")
    given.native = given.native or guest.newest("native")
    given.ported = None if given.native_only else given.ported or guest.newest("ported")
    return given


def main():
    given = take_arguments()
    if given.native is None:
        print(f"Linux on {given.board}: no figures, since the cache holds no kernel: "
              "build them first (tests/linux/README.md).")
        return
    program = build_bench(given.build)
    initramfs = build_initramfs(given.build, program)
    if given.profile:
        profile_rows.run(given, lambda side, pcs: measure(given.build, given, side, initramfs,
                                                          program, pcs))
        if given.ported:
            profile_rows.print_traps(given, trap_groups(given.build, given, initramfs, program))
        return
    native = measure(given.build, given, "native", initramfs, program)
    paravane = None
    if given.ported:
        figures.print_configuration_difference(given.native, given.ported)
        paravane = measure(given.build, given, "paravane", initramfs, program)
    elif not given.native_only:
        print("No ported kernel in the cache, so only native figures: build one first "
              "(tests/linux/README.md).")
    figures.print_table(given.board, native, paravane)
    if paravane and not given.rows:
        figures.write_json(given.build, given.board, given.level, native, paravane)
    if paravane and given.svg:
        figures.write_plot(given.svg, given.board, native, paravane)
    wrong = disagreements("native", native) + disagreements("paravane", paravane or {})
    for line in wrong:
        print("CLOCK AND COUNT DISAGREE:", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
