#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What Linux's requests to devices cost in instructions, natively on QEMU's virtio-mmio
disk and as a guest: 1 MiB read in order, 4 KiB read at random. Whole runs are counted by
the plugin trap_count, once with the work and once without it, and subtracted; idle
processors execute nothing. The disk answers in the host's time, so that rows differ by
some percent between runs. Writes bench/linux-devices-<board>.json.

usage: device_figures.py BUILD-DIR BOARD [--native DIR] [--ported DIR] [--transport T]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import devices
import guest

SEQUENTIAL, RANDOM = 64, 1000  # MiB, blocks
DISK_BYTES = 64 << 20
ANNEX = 0xFFFC0000


class counter:
    def __init__(self, given, work):
        self.given, self.work = given, work
        self.initramfs = devices.build_initramfs(given.build)
        self.disk = work / "disk.img"
        with self.disk.open("wb") as file:
            file.truncate(DISK_BYTES)

    def plugin(self):
        return f"{self.given.build}/tests/lib/trap_count.so,out={self.work}/counts,first={ANNEX:#x}"

    def total(self):
        first = json.loads((self.work / "counts").read_text().splitlines()[0])
        return first["hypervisor"] + first["guest"]

    def native(self, what, size):
        data = guest.BOARDS[self.given.board]
        command = ["qemu-system-arm", *data["qemu"], "-nic", "none", "-m", str(guest.MEMORY),
                   "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot",
                   "-kernel", self.given.native / "zImage", "-initrd", self.initramfs, "-append",
                   f"console={data['console']} quiet do={what} size={size}", *guest.ICOUNT,
                   "-global", "virtio-mmio.force-legacy=false", "-drive",
                   f"if=none,format=raw,id=d,readonly=on,file={self.disk}",
                   "-device", "virtio-blk-device,drive=d", "-plugin", self.plugin()]
        if data["tree"]:
            command += ["-dtb", guest.native_tree(self.given.native, data["tree"])]
        text = guest.watch(command, rb"devices \w+: (PASS|FAIL)", 300)
        if f"devices {what}: PASS" not in text:
            sys.exit(f"device_figures.py: {what} failed natively:\n{text}")
        return self.total()

    def vms(self, *what):
        """VMs of (case, size, devices); the total."""
        vms = ""
        for number, (case, size, own) in enumerate(what, 1):
            vms += f"""vm@{number} {{ label = "{case}"; memory = <{guest.MEMORY // len(what)}>;
		kernel = "{self.given.ported}/vmlinux"; link-base = <0xc0000000>;
		ramdisk = "{self.initramfs}"; arguments = "{devices.arguments(case, size)}";
		devices {{ {own} }}; }};
"""
        source = self.work / "system.dts"
        source.write_text("/dts-v1/;\n/ { compatible = \"paravane,system\";\n" + vms + "};\n")
        counts = self.work / "counts"
        counts.unlink(missing_ok=True)
        done = subprocess.run(
            [self.given.build / "bin/pvrun", "--board", self.given.board, "--ram", "512",
             "--icount", "--timeout", "600", "--qemu-arg", "-plugin", "--qemu-arg", self.plugin(),
             source], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        if any(f"devices {case}: PASS" not in done.stdout for case, _, _ in what):
            sys.exit(f"device_figures.py: {what} failed:\n{done.stdout[-3000:]}{done.stderr}")
        return self.total()

    def ported(self, what, size):
        return self.vms((what, size, f'block {{ transport = "{self.given.transport}"; '
                                     f'drive = "{self.disk}"; read-only; }};'))


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("board", choices=guest.BOARDS)
    options.add_argument("--native", type=pathlib.Path)
    options.add_argument("--ported", type=pathlib.Path)
    options.add_argument("--transport", choices=("mmio", "page"), default="mmio")
    given = options.parse_args()
    given.build = given.build.resolve()
    given.native = given.native or guest.newest("native")
    given.ported = given.ported or guest.newest("ported")
    if given.native is None or given.ported is None:
        print("device_figures.py: a native and a ported kernel are needed: skipped")
        sys.exit(77)
    rows = []
    with tempfile.TemporaryDirectory() as work:
        count = counter(given, pathlib.Path(work))
        for name, what, size in (("read_mib", "seq", SEQUENTIAL), ("read_4k", "random", RANDOM)):
            sides = []
            for side in (count.native, count.ported):
                before = side("none", 0)
                sides.append((side(what, size) - before) / size)
            rows.append({"name": name, "native": round(sides[0]), "paravane": round(sides[1])})
            print(f"  {name:10}{sides[0]:12.0f}{sides[1]:12.0f}  x{sides[1] / sides[0]:.3f}",
                  flush=True)
    target = given.build / "bench" / f"linux-devices-{given.board}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"transport": given.transport, "rows": rows}, indent=1) + "\n")


main()
