#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Linux's own virtio drivers against the hypervisor's devices, by both transports:
  disk    a file system of the host on a disk of the board, soaked, then checked by fsck
  net     a stream between two Linux VMs, compared by hash
  vsock   a stream to a bare-metal VM that echoes it
  failing a disk of the board with a sector that cannot be read
  uplink  a file of the host through the board's network card, compared by hash

usage: devices.py BUILD-DIR BOARD [--size MIB] [--only NAME] [--ported DIR]
Closes with the line 'N passed, N failed'; exit status 77 without a ported kernel.
"""
import argparse
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

import guest
import userland

HERE = pathlib.Path(__file__).resolve().parent
CASES = "disk", "net", "vsock", "failing", "uplink"


def build_initramfs(build):
    busybox = userland.fetch(build, ["busybox-static"], depends=False)
    image = userland.image()
    image.file("/init", HERE / "devices/init")
    image.file("/bin/busybox", busybox / "bin/busybox")
    image.file("/bin/vsock", userland.compile_program(build, "vsock", [HERE / "devices/vsock.c"]))
    image.file("/bin/blockread",
               userland.compile_program(build, "blockread", [HERE / "devices/blockread.c"]))
    image.file("/bin/stream",
               userland.compile_program(build, "stream", [HERE / "devices/stream.c"]))
    for folder in ("/proc", "/tmp", "/mnt"):
        image.folder(folder)
    return image.write(build / "linux/devices.cpio")


def arguments(what, size):
    return f"console=hvc0 quiet do={what} size={size}"


class runner:
    def __init__(self, given, work):
        self.given, self.work = given, work
        self.kernel = given.ported / "vmlinux"
        self.initramfs = build_initramfs(given.build)

    def linux(self, number, what, devices, memory=64):
        return f"""vm@{number} {{
		label = "{what}"; memory = <{memory}>; kernel = "{self.kernel}";
		link-base = <0xc0000000>; ramdisk = "{self.initramfs}";
		arguments = "{arguments(what, self.given.size)}";
		devices {{ {devices} }};
	}};
"""

    def failing(self, transport):
        image, rules = self.work / "bad.img", self.work / "rules"
        with image.open("wb") as file:
            file.truncate(16 << 20)
        rules.write_text('[inject-error]\nevent = "none"\nerrno = "5"\nsector = "8192"\niotype = "read"\n')
        device = f'block {{ transport = "{transport}"; drive = "{image}"; }};'
        return self.run(self.linux(1, "failing", device), ["devices failing: PASS"], "--qemu-arg",
                        "-set", "--qemu-arg", f"drive.paravane1.file=blkdebug:{rules}:{image}")

    def uplink(self, transport):
        content = os.urandom(self.given.size << 20)
        (self.work / "tftp").mkdir()
        (self.work / "tftp/file").write_bytes(content)
        system = f'uplink {{ netdev = "user,tftp={self.work}/tftp"; }};\n' + self.linux(
            1, "uplink", f'net {{ transport = "{transport}"; }};',
            64 + 2 * self.given.size) # a tmpfs takes half of the RAM
        return self.run(system, ["devices uplink: PASS", hashlib.sha256(content).hexdigest()])

    def run(self, vms, wanted, *more):
        """What is wrong, or nothing."""
        source = self.work / "system.dts"
        source.write_text("/dts-v1/;\n/ { compatible = \"paravane,system\";\n" + vms + "};\n")
        # By instructions, so that a loaded host changes nothing, if not told otherwise.
        command = [self.given.build / "bin/pvrun", "--board", self.given.board,
                   *([] if self.given.host_clock else ["--icount"]),
                   "--ram", "512", "--search", self.given.build / "guests", "--timeout",
                   str(self.given.timeout or 120 + 10 * self.given.size), *more, source]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace")
        text = done.stdout + done.stderr
        missing = [line for line in wanted if line not in text]
        if done.returncode == 0 and not missing and "bug:" not in text:
            return None
        return f"status {done.returncode}, missing {missing}:\n" + "\n".join(text.splitlines()[-40:])

    def disk(self, transport):
        disk, copy = self.work / "disk.img", self.work / "copy.img"
        with disk.open("wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", disk], check=True)
        copy.write_bytes(bytes(1 << 20))
        devices = (f'block@0 {{ transport = "{transport}"; drive = "{disk}"; }}; '
                   f'block@1 {{ transport = "{transport}"; drive = "{copy}"; }}; '
                   f'entropy {{ transport = "{transport}"; }};')
        problem = self.run(self.linux(1, "disk", devices), ["devices disk: PASS"])
        if problem:
            return problem
        check = subprocess.run(["/sbin/e2fsck", "-fn", disk], capture_output=True, text=True)
        if check.returncode != 0:
            return "e2fsck: " + check.stdout + check.stderr
        held = subprocess.run(["/sbin/debugfs", "-R", "cat /file", disk], capture_output=True)
        return None if held.stdout == copy.read_bytes() else "the file differs on the host"

    def net(self, transport):
        devices = f'net {{ transport = "{transport}"; }};'
        return self.run(self.linux(1, "send", devices) + self.linux(2, "receive", devices),
                        ["devices send: PASS", "devices receive: PASS"])

    def vsock(self, transport):
        server = f"""vm@2 {{ label = "server"; memory = <4>; kernel = "vsock.elf"; arguments = "s";
		devices {{ vsock {{ transport = "{transport}"; cid = <3>; }}; }}; }};
"""
        devices = f'vsock {{ transport = "{transport}"; cid = <4>; }};'
        return self.run(self.linux(1, "vsock", devices) + server,
                        ["devices vsock: PASS", "vsock server: PASS"])


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("board", choices=guest.BOARDS)
    options.add_argument("--size", type=int, default=8, help="MiB to move")
    options.add_argument("--only", choices=CASES)
    options.add_argument("--transport", choices=("mmio", "page"))
    options.add_argument("--ported", type=pathlib.Path, help="folder that holds vmlinux")
    options.add_argument("--timeout", type=int, help="seconds for one run")
    options.add_argument("--host-clock", action="store_true",
                         help="time is the host's, not counted instructions")
    given = options.parse_args()
    given.build = given.build.resolve()
    given.ported = given.ported or guest.newest("ported")
    if given.ported is None:
        print("devices.py: no ported kernel in the cache: skipped")
        sys.exit(77)
    given.ported = given.ported.resolve()
    passed = failed = 0
    for name in (given.only,) if given.only else CASES:
        for transport in (given.transport,) if given.transport else ("mmio", "page"):
            with tempfile.TemporaryDirectory() as work:
                problem = getattr(runner(given, pathlib.Path(work)), name)(transport)
            print(f"{'FAIL' if problem else 'ok':5} {name} by {transport}", flush=True)
            if problem:
                print(problem)
            failed, passed = failed + bool(problem), passed + (not problem)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
