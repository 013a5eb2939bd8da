#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The matrix of unmodified programs: runs the rows of tests/linux/matrix/rows in Linux
natively on a board of QEMU and a second time above the hypervisor, and compares each
row's exit status, output and hashes of files. A row passes when its status is 0 both
times and everything else is equal. --against native compares with the other board's
native kernel instead, which shows that the rows depend on neither.

Closes with the line 'N passed, N failed'.
"""
import argparse
import pathlib
import re
import sys

import guest
import userland

HERE = pathlib.Path(__file__).resolve().parent / "matrix"
# What ./test.sh runs each time; the others are --soak's.
QUICK = ("busybox dash coreutils perl sqlite3 threads signals floating kuser forkbomb ipc memory "
         "strace loopback").split()
PACKAGES = ["dash", "coreutils", "perl-base", "sqlite3", "openssl", "rt-tests", "gdb-minimal",
            "strace"]
PROGRAMS = ["/bin/dash", "/usr/bin/perl", "/usr/bin/sqlite3", "/usr/bin/openssl",
            "/usr/bin/hackbench", "/usr/bin/cyclictest", "/usr/bin/gdb", "/usr/bin/strace"]
COREUTILS = ("sort factor sha256sum sha512sum md5sum cksum split join numfmt printf paste stat "
             "truncate od tac comm base64 timeout true seq cat ls cp ln rm head wc").split()
OURS = "threads signals floating kuser forkbomb oom ipc memory load seed".split()
MISSING = "nothing printed"


def all_rows():
    return sorted(path.name for path in (HERE / "rows").iterdir())


def build_initramfs(build, module=None):
    root = userland.fetch(build, PACKAGES)
    busybox = userland.fetch(build, ["busybox-static"], depends=False)
    sources = sorted(p for p in (HERE / "programs").iterdir() if p.name != "debuggee.c")
    ours = userland.compile_program(build, "matrix-programs", sources, "-pthread")
    debuggee = userland.compile_program(build, "debuggee", [HERE / "programs/debuggee.c"],
                                        "-g", "-O0", f"-ffile-prefix-map={HERE}/programs/=")
    image = userland.image()
    image.file("/init", HERE / "init")
    image.file("/bin/busybox", busybox / "bin/busybox")
    for program in PROGRAMS:
        image.program(root, program, f"/usr/bin/{pathlib.Path(program).name}")
    for name in COREUTILS:
        path = next(p for p in (f"/usr/bin/{name}", f"/bin/{name}")
                    if userland.inside(root, p).exists())
        image.program(root, path, f"/usr/bin/{name}")
    image.file("/usr/bin/threads", ours)
    for name in OURS[1:]:
        image.link(f"/usr/bin/{name}", "threads")
    image.file("/usr/bin/debuggee", debuggee)
    image.file("/usr/src/debuggee.c", HERE / "programs/debuggee.c")
    image.tree(root, "/usr/lib/arm-linux-gnueabihf/perl-base")
    image.file("/usr/lib/ssl/openssl.cnf", userland.inside(root, "/etc/ssl/openssl.cnf"))
    image.file("/etc/passwd", HERE / "passwd")
    for row in all_rows():
        image.file(f"/rows/{row}", HERE / "rows" / row)
    if module:
        image.file("/matrix.ko", module)
    return image.write(build / "linux" / f"matrix{'-' + module.parent.name if module else ''}.cpio")


def parse(text):
    """{row: (status, output lines and hashes)} of what the init printed."""
    lines, results = {}, {}
    for line in text.splitlines():
        if match := re.match(r"matrix: ([\w-]+)([|#]) (.*)$", line):
            lines.setdefault(match[1], []).append(match[2] + match[3])
        elif match := re.match(r"matrix: ([\w-]+) = (\d+)$", line):
            results[match[1]] = (int(match[2]), lines.pop(match[1], []))
    return results


def run(given, side, rows):
    board = given.board
    if side == "other":
        board = next(b for b in guest.BOARDS if b != board)
    command = f"quiet rows={','.join(rows)}" if set(rows) != set(all_rows()) else "quiet"
    if side == "paravane":
        initramfs = build_initramfs(given.build, module_of(given.ported))
        ran = guest.run_paravane(given.build, board, given.ported / "vmlinux", initramfs, command,
                                 timeout=given.timeout)
    else:
        initramfs = build_initramfs(given.build, module_of(given.native))
        ran = guest.run_native(board, given.native, initramfs, command,
                               end=rb"matrix: done|Kernel panic", timeout=given.timeout)
    logs = given.build / "logs"
    logs.mkdir(exist_ok=True)
    (logs / f"matrix-{given.board}-{side}.log").write_text(ran.text)
    return parse(ran.text), ran


def module_of(kernel):
    path = kernel / "matrix.ko"
    return path if path.exists() else None


def difference(one, other):
    """The first lines that differ, for a person."""
    for a, b in zip(one + [MISSING], other + [MISSING]):
        if a != b:
            return f"    here:  {a}\n    there: {b}"
    return ""


def judge(rows, native, other):
    failed = 0
    for row in rows:
        here, there = native.get(row, (None, [])), other.get(row, (None, []))
        skipped = any("skipped: " in line for line in here[1] + there[1])
        good = here[0] == there[0] == 0 and (here[1] == there[1] or skipped)
        failed += not good
        print(f"{'skip' if good and skipped else 'ok' if good else 'FAIL':5} {row}")
        if not good:
            print(f"    status {here[0]} natively, {there[0]} there")
            print(difference(here[1], there[1]) or "\n".join(f"    {x}" for x in here[1][-15:]))
    return failed


def take_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="the build folder")
    parser.add_argument("board", choices=guest.BOARDS)
    parser.add_argument("--quick", action="store_true", help="the rows of ./test.sh only")
    parser.add_argument("--rows", help="only these, with commas between")
    parser.add_argument("--against", choices=["paravane", "native"], default="paravane")
    parser.add_argument("--native", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--ported", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--timeout", type=int, default=900, help="seconds for each run")
    given = parser.parse_args()
    given.build = given.build.resolve()
    given.native = given.native or guest.newest("native")
    given.ported = given.ported or guest.newest("ported")
    return given


def main():
    given = take_arguments()
    side = "paravane" if given.against == "paravane" else "other"
    if given.native is None or (side == "paravane" and given.ported is None):
        print("matrix.py: needs a native and a ported kernel in the cache "
              "(tests/linux/README.md)")
        sys.exit(77)
    rows = given.rows.split(",") if given.rows else QUICK if given.quick else all_rows()
    if unknown := set(rows) - set(all_rows()):
        sys.exit(f"matrix.py: no row {', '.join(sorted(unknown))}")
    native, _ = run(given, "native", rows)
    other, ran = run(given, side, rows)
    failed = judge(rows, native, other)
    if failed:
        print("the second run's console ends with:")
        print("\n".join(ran.text.splitlines()[-25:]))
    print(f"{len(rows) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
