#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What Linux's requests to devices cost in instructions, natively and as a guest. Of a disk
(natively QEMU's virtio-mmio): 1 MiB read in order, 4 KiB read at random. Of the network
between two VMs, both of them counted (natively two machines on QEMU's virtio-mmio cards,
joined by a socket): 1 MiB by TCP, 64 bytes by UDP and back. Whole runs are counted by the
plugin trap_count, once with more work and once with less, and subtracted; idle processors
execute nothing. A reader that sleeps executes more than one whose answer comes before
that, and the host's time decides it: so QEMU's null device answers here, after LATENCY,
when every reader sleeps. The least of --repeat runs counts. Writes
bench/linux-devices-<board>-<transport>.json.

usage: device_figures.py BUILD-DIR BOARD [--native DIR] [--ported DIR] [--transport T]
"""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import devices
import guest

LATENCY = 200_000 # ns
# Name, what each machine does, with how much, and with how much less.
ROWS = (("read_mib", ("seq",), 64, 0),
        ("read_4k", ("random",), 2000, 0),
        ("tcp_mib", ("tcp-send", "tcp-receive"), 16, 2),
        ("udp_ping", ("ping-send", "ping-receive"), 2000, 100))
DISK_BYTES = 64 << 20
# The instruction clock, which does not run ahead while all sleep: the disk's latency is the
# host's time.
CLOCK = [word.replace("sleep=off", "sleep=on") for word in guest.ICOUNT]
ANNEX = 0xFFFC0000


class counter:
    def __init__(self, given, work):
        self.given, self.work = given, work
        self.initramfs = devices.build_initramfs(given.build)
        self.disk = work / "disk.img" # in whose place the null device stands
        with self.disk.open("wb") as file:
            file.truncate(DISK_BYTES)

    def medium(self):
        """QEMU's name of the disk: zeros."""
        null = {"driver": "null-co", "size": DISK_BYTES, "read-zeroes": True,
                "latency-ns": LATENCY}
        return "json:" + json.dumps({"driver": "raw", "file": null})

    def plugin(self, counts="counts"):
        return f"{self.given.build}/tests/lib/trap_count.so,out={self.work}/{counts},first={ANNEX:#x}"

    def total(self, counts="counts"):
        """Instructions, those of the hypervisor, entries into it."""
        first, *groups = map(json.loads, (self.work / counts).read_text().splitlines())
        return (first["hypervisor"] + first["guest"], first["hypervisor"],
                sum(group["visits"] for group in groups))

    def native_machine(self, what, size, device, counts):
        data = guest.BOARDS[self.given.board]
        command = ["qemu-system-arm", *data["qemu"], "-nic", "none", "-m", str(guest.MEMORY),
                   "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot",
                   "-kernel", self.given.native / "zImage", "-initrd", self.initramfs, "-append",
                   f"console={data['console']} quiet do={what} size={size}",
                   # Two clocks that run ahead while they wait would retransmit for nothing.
                   *(CLOCK if "virtio-blk-device,drive=d" in device else ()),
                   "-global", "virtio-mmio.force-legacy=false", *device,
                   "-plugin", self.plugin(counts)]
        if data["tree"]:
            command += ["-dtb", guest.native_tree(self.given.native, data["tree"])]
        return guest.watch(command, rb"devices [\w-]+: (PASS|FAIL)", 300)

    def native(self, cases, size):
        """Each case in a machine of its own; those of a network joined by a socket."""
        devices = [("-drive", f"if=none,id=d,readonly=on,file={self.medium().replace(',', ',,')}",
                    "-device", "virtio-blk-device,drive=d")]
        if len(cases) == 2:
            path = self.work / "cable"
            devices = [("-netdev", f"stream,id=n,server={server},addr.type=unix,addr.path={path}",
                        "-device", f"virtio-net-device,netdev=n,mac=52:54:00:00:00:0{i}")
                       for i, server in enumerate(("off", "on"))]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            texts = []
            for i in reversed(range(len(cases))): # who listens comes first
                texts.append(pool.submit(self.native_machine, cases[i], size, devices[i], f"n{i}"))
                while len(cases) == 2 and not (self.work / "cable").exists():
                    time.sleep(0.1)
        for case, text in zip(reversed(cases), texts):
            if f"devices {case}: PASS" not in text.result():
                sys.exit(f"device_figures.py: {case} failed natively:\n{text.result()}")
        if len(cases) == 2:
            (self.work / "cable").unlink(missing_ok=True)
        return tuple(map(sum, zip(*(self.total(f"n{i}") for i in range(len(cases))))))

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
        more = ["-plugin", self.plugin()]
        if len(what) == 1:
            more += [*CLOCK[:2], "-set", f"drive.paravane1.file={self.medium()}"]
        done = subprocess.run(
            [self.given.build / "bin/pvrun", "--board", self.given.board, "--ram", "512",
             "--icount", "--timeout", "600", *(f"--qemu-arg={word}" for word in more),
             source], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        if any(f"devices {case}: PASS" not in done.stdout for case, _, _ in what):
            sys.exit(f"device_figures.py: {what} failed:\n{done.stdout[-3000:]}{done.stderr}")
        return self.total()

    def ported(self, cases, size):
        transport = f'transport = "{self.given.transport}";'
        device = (f'net {{ {transport} }};' if len(cases) == 2 else
                  f'block {{ {transport} drive = "{self.disk}"; read-only; }};')
        return self.vms(*((case, size, device) for case in cases))

    def row(self, run, what, size, less):
        """Of one unit: the least of all runs that there is."""
        def least(size):
            return min(run(what, size) for _ in range(self.given.repeat))
        return [(more - few) / (size - less) for more, few in zip(least(size), least(less))]


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("board", choices=guest.BOARDS)
    options.add_argument("--native", type=pathlib.Path)
    options.add_argument("--ported", type=pathlib.Path)
    options.add_argument("--transport", choices=("mmio", "page"), default="mmio")
    options.add_argument("--repeat", type=int, default=1)
    options.add_argument("--rows", help="names, with commas between them; all otherwise")
    given = options.parse_args()
    given.build = given.build.resolve()
    given.native = given.native or guest.newest("native")
    given.ported = given.ported or guest.newest("ported")
    if given.native is None or given.ported is None:
        print("device_figures.py: a native and a ported kernel are needed: skipped")
        sys.exit(77)
    rows = []
    print(f"requests to devices, {given.board}, {given.transport}: native, guest, ratio, "
          "hypervisor's part, exits")
    with tempfile.TemporaryDirectory() as work:
        count = counter(given, pathlib.Path(work))
        for name, cases, size, less in ROWS:
            if given.rows and name not in given.rows.split(","):
                continue
            bare = count.row(count.native, cases, size, less)[0]
            guest_side, hypervisor, exits = count.row(count.ported, cases, size, less)
            rows.append({"name": name, "native": round(bare), "paravane": round(guest_side),
                         "hypervisor": round(hypervisor), "exits": round(exits, 1)})
            print(f"  {name:10}{bare:12.0f}{guest_side:12.0f}  x{guest_side / bare:.3f}"
                  f"{hypervisor:12.0f}{exits:10.1f}", flush=True)
    target = given.build / "bench" / f"linux-devices-{given.board}-{given.transport}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"transport": given.transport, "rows": rows}, indent=1) + "\n")


main()
