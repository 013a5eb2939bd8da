#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What pvrun says of bad input. Each case is a system whose second VM is wrong in one
way; wanted are the exit status, one clear line, and that the first VM, a witness that
takes ticks, is not disturbed: it ends with PASS where the system starts at all, and
nothing starts where the description is refused.

usage: bad_input.py BUILD-DIR BOARD [--linux]     --linux: the cases that boot Linux
Closes with the line 'N passed, N failed'.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import guest
import userland

REFUSED, BAD_INPUT, IO, KILLED = 12, 3, 4, 10
WITNESS = """vm@1 { label = "witness"; memory = <4>; kernel = "witness.elf"; priority = <16>;
	      arguments = "%s"; };"""
LINUX_MEMORY = 64


def system(vm, witness=""):
    return f"""/dts-v1/;
/ {{ compatible = "paravane,system";
	{WITNESS % witness}
	vm@2 {{ label = "bad"; {vm} }};
}};
"""


class case:
    """A wrong system: `status` and one `line` are wanted. Without `starts` it is pvrun
    that refuses, with this line alone; with it the witness must pass, unless `witness` is
    None: then nothing may pass."""

    def __init__(self, name, vm, status, line, starts=False, options=(), witness=""):
        self.name, self.vm, self.status, self.line = name, vm, status, line
        self.starts, self.options, self.witness = starts, options, witness

    def run(self, build, board, work):
        (work / "system.dts").write_text(system(self.vm, self.witness or ""))
        command = [build / "bin/pvrun", "--board", board, "--search", work, "--timeout", "300",
                   "--icount", *self.options, work / "system.dts"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=400, env={**os.environ, "QEMU_AUDIO_DRV": "none"})
        return done.returncode, done.stdout.replace("\r", ""), done.stderr

    def judge(self, status, out, errors):
        """What is wrong with the outcome, or nothing."""
        if status != self.status:
            return f"exit status {status}, wanted {self.status}"
        text = out + errors
        if len(re.findall(self.line, text, re.M)) != 1:
            return f"not exactly one line: {self.line}"
        if self.starts and ("PASS" in out) != (self.witness is not None):
            return "the witness did not pass, or something passed that may not start"
        if not self.starts and (out or len(errors.strip().splitlines()) != 1):
            return "refused, yet more was printed than one line"
        return ""


def changed_note(source, target, version):
    """A copy of a guest whose note states another ABI version."""
    data = bytearray(source.read_bytes())
    at = data.index(b"Paravane\0\0\0\0") + 12
    data[at:at + 4] = version.to_bytes(4, "little")
    target.write_bytes(data)


def small_cases(build, work):
    """Cases with the small guests, ready in every build."""
    hello = build / "guests/hello.elf"
    changed_note(hello, work / "newer.elf", 0x7F000000)
    (work / "cut.elf").write_bytes(hello.read_bytes()[:3000])
    (work / "raw.bin").write_bytes(bytes(4096))
    (work / "large.cpio").write_bytes(bytes(8 << 20))
    cutter = work / "cut-image"  # stands in for QEMU: damages the image, then starts QEMU
    cutter.write_text("""#!/bin/sh
previous=
for word in "$@"; do
    [ "$previous" = -initrd ] && truncate -s 16384 "$word"
    previous=$word
done
exec qemu-system-arm "$@"
""")
    cutter.chmod(0o755)
    error = r"^pvrun: error: vm@2: .*"
    return [
        case("a kernel without the note", 'memory = <4>; kernel = "hello.native.elf";', REFUSED,
             error + r"has no \.note\.paravane: port it"),
        case("a raw kernel without a note",
             'memory = <4>; kernel = "raw.bin"; load-address = <0x40008000>;', REFUSED,
             error + "has no ELF note"),
        case("a kernel for a newer ABI", 'memory = <4>; kernel = "newer.elf";', REFUSED,
             error + r"is built for ABI 127\.0\.0, served is"),
        case("a kernel file cut off", 'memory = <4>; kernel = "cut.elf";', BAD_INPUT,
             error + "not in the file"),
        case("a kernel file that is not there", 'memory = <4>; kernel = "none.elf";', IO,
             error + "cannot read .*none.elf"),
        case("a ramdisk that does not fit",
             'memory = <4>; kernel = "hello.elf"; ramdisk = "large.cpio";', BAD_INPUT,
             error + "ramdisk of 8 MiB does not fit .*give [0-9]+ MiB more"),
        case("more memory than the board has", 'memory = <1024>; kernel = "hello.elf";', BAD_INPUT,
             "^pvrun: error: .*"),
        case("a system image cut off", 'memory = <4>; kernel = "hello.elf";', REFUSED,
             "^pvrun: the hypervisor refused the image: vm@2 bad: load: .*", starts=True,
             options=["--qemu", cutter], witness=None),
    ]


def linux_cases(build, work, kernel):
    """Cases that boot the ported Linux until it gives up."""
    image = userland.image()
    busybox = userland.fetch(build, ["busybox-static"], depends=False)
    image.file("/bin/busybox", busybox / "bin/busybox")
    image.link("/bin/false", "busybox")
    ramdisk = image.write(work / "ends.cpio")
    vm = f'memory = <{LINUX_MEMORY}>; kernel = "{kernel}"; link-base = <0xc0000000>; '
    panic = r"^bad\| .*Kernel panic - not syncing: "
    large = work / "large.cpio"
    large.write_bytes(os.urandom(1 << 20) * (LINUX_MEMORY + 1))
    cut = work / "vmlinux-cut"
    cut.write_bytes(kernel.read_bytes()[:1 << 20])
    native = guest.newest("native")
    cases = [
        case("no root device", vm + 'arguments = "console=hvc0 quiet root=/dev/vda";', KILLED,
             panic + "VFS: Unable to mount root fs", starts=True, witness="ticks 4000"),
        case("a first program that ends",
             vm + f'arguments = "console=hvc0 quiet rdinit=/bin/false"; ramdisk = "{ramdisk}";', KILLED,
             panic + "Attempted to kill init!", starts=True, witness="ticks 4000"),
        case("an initramfs larger than the VM", vm + f'ramdisk = "{large}";', BAD_INPUT,
             "^pvrun: error: vm@2: ramdisk of .* does not fit"),
        case("a vmlinux cut off", vm.replace(str(kernel), str(cut)), BAD_INPUT,
             "^pvrun: error: vm@2: kernel .*"),
    ]
    if native:
        cases.append(case("a vmlinux that was not ported",
                          vm.replace(str(kernel), str(native / "vmlinux")), REFUSED,
                          r"^pvrun: error: vm@2: .*has no \.note\.paravane"))
    return cases


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("board", choices=guest.BOARDS)
    parser.add_argument("--linux", action="store_true")
    parser.add_argument("--ported", type=pathlib.Path, default=guest.newest("ported"))
    given = parser.parse_args()
    build = given.build.resolve()
    if given.linux and given.ported is None:
        print("bad_input.py: needs a ported kernel in the cache (tests/linux/README.md)")
        sys.exit(77)
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        cases = (linux_cases(build, work, given.ported / "vmlinux") if given.linux
                 else small_cases(build, work))
        for one in cases:
            status, out, errors = one.run(build, given.board, work)
            wrong = one.judge(status, out, errors)
            failed += bool(wrong)
            print(f"{'FAIL' if wrong else 'ok':5} {one.name}" + (f": {wrong}" if wrong else ""))
            if wrong:
                print("\n".join((out + errors).splitlines()[-20:]))
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
