#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What requests to virtual devices cost, counted from outside: runs
tests/guests/bench-devices on one board under QEMU with the plugin trap_count, once for
each kind of request and transport, and writes bench/devices-<board>.json. Of each:
instructions that the hypervisor executed a request, entries into it, and instructions
altogether (both guests and the hypervisor; not for disks of the board, whose own time
is in it).

usage: devices.py BUILD-DIR BOARD
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import hypervisor as base

ROUNDS = 200
VM = """	vm@{id} {{
		label = "vm{id}"; // the peer comes first
		memory = <4>; kernel = "bench-devices.elf"; priority = <{id}>;
		arguments = "{arguments}"; devices {{ {device} }};
	}};
"""
BLOCK = "block {{ transport = \"{transport}\"; size-mib = <1>; }};"
DRIVE = "block {{ transport = \"{transport}\"; drive = \"drive.img\"; read-only; }};"
NET = "net {{ transport = \"{transport}\"; }};"
VSOCK = "vsock {{ transport = \"{transport}\"; cid = <{cid}>; }};"
# Name, argument, device, whether a second VM answers, what it is.
CASES = (
    ("block_4k", "block", BLOCK, False, "4 KiB read from a disk in RAM"),
    ("block_128k", "large", BLOCK, False, "128 KiB read from a disk in RAM"),
    ("drive_4k", "block", DRIVE, False, "4 KiB read from a disk of the board"),
    ("drive_128k", "large", DRIVE, False, "128 KiB read from a disk of the board"),
    ("net_ping", "net", NET, True, "frame of 60 bytes to another VM and one back"),
    ("vsock_ping", "vsock", VSOCK, True, "64 bytes to another VM and back"),
)


def system(case, transport):
    name, argument, device, peer, _ = case
    vms = VM.format(id=1, arguments=argument, device=device.format(transport=transport, cid=3))
    if peer:
        vms += VM.format(id=2, arguments="echo " + argument,
                         device=device.format(transport=transport, cid=4))
    return "/dts-v1/;\n/ {\n\tcompatible = \"paravane,system\";\n" + vms + "};\n"


def run(build, board, case, transport, marks, work):
    (work / "system.dts").write_text(system(case, transport))
    (work / "drive.img").write_bytes(bytes(1 << 20))
    hypervisor = build / "hypervisor" / board
    subprocess.run([build / "bin/pvrun", "--board", board, "--search", build / "guests",
                    "--build-only", "-q", "-o", work / "image", work / "system.dts"], check=True)
    plugin = (f"{build}/tests/lib/trap_count.so,out={work}/counts,first={base.ANNEX:#x},"
              f"begin={marks[0]:#x},end={marks[1]:#x}")
    command = ["qemu-system-arm", *base.BOARDS[board], "-nic", "none", "-m", "256",
               "-kernel", hypervisor / "paravane.bin", "-initrd", work / "image",
               "-display", "none", "-serial", f"file:{work}/log", "-semihosting-config",
               "enable=on,target=native", "-icount", "shift=0,sleep=off", "-seed", "1",
               "-rtc", "base=2024-01-01,clock=vm", "-global", "virtio-mmio.force-legacy=false",
               "-drive", f"if=none,format=raw,id=d,file={work}/drive.img,readonly=on",
               "-device", "virtio-blk-device,drive=d", "-plugin", plugin]
    if (hypervisor / "board.dtb").exists():
        command += ["-dtb", hypervisor / "board.dtb"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env={**os.environ, "QEMU_AUDIO_DRV": "none"}) as qemu:
        try: # a peer goes on for ever: end when the one that measures has
            for _ in range(1200):
                log = (work / "log").read_bytes() if (work / "log").exists() else b""
                if b": PASS" in log or b": FAIL" in log or qemu.poll() is not None:
                    break
                try:
                    qemu.wait(0.1)
                except subprocess.TimeoutExpired:
                    pass
        finally:
            qemu.terminate()
        errors = qemu.communicate()[1].decode()
    log = (work / "log").read_text(errors="replace")
    took = re.search(r"(0x[0-9a-f]{8})", log)
    if ": PASS" not in log or not took:
        sys.exit(f"devices.py: {case[0]} failed on {board}:\n{errors}{log}")
    groups = [json.loads(line) for line in (work / "counts").read_text().splitlines()[1:]]
    return {"name": f"{case[0]}_{transport}",
            "hypervisor": round(sum(g["sum"] for g in groups) / ROUNDS),
            "exits": round(sum(g["visits"] for g in groups) / ROUNDS, 1),
            "altogether": None if case[2] is DRIVE else int(took.group(1), 16)}


def main():
    build, board = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    guest = base.symbols(build / "guests/bench-devices.elf")
    marks = guest["bench_begin"], guest["bench_end"]
    rows = []
    print(f"requests to devices on {board}: hypervisor's instructions, exits, altogether")
    for case in CASES:
        for transport in ("page", "mmio"):
            with tempfile.TemporaryDirectory() as work:
                row = run(build, board, case, transport, marks, pathlib.Path(work))
            rows.append(row)
            print(f"  {row['name']:18}{row['hypervisor']:8}{row['exits']:7}"
                  f"{row['altogether'] or '-':>9}  {case[4]}", flush=True)
    target = build / "bench" / f"devices-{board}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"rows": rows}, indent=1) + "\n")


main()
