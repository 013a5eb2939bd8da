# SPDX-License-Identifier: BSD-2-Clause
"""Runs Linux on one of the boards, natively under QEMU or above the hypervisor by
pvrun, with the same initramfs and the same instruction clock. Used by bench.py,
matrix.py and bad_input.py."""
import os
import pathlib
import re
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time

from userland import ROOT

CACHE = pathlib.Path(os.environ.get("PARAVANE_CACHE") or
                     os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
                                  "paravane"))
MEMORY = 192  # MiB, natively and in the VM
BOARDS = {
    "virt-a15": {"qemu": ["-M", "virt", "-cpu", "cortex-a15"],
                 "ram": 0x40000000, "console": "ttyAMA0", "tree": None},
    "vexpress-a9": {"qemu": ["-M", "vexpress-a9", "-cpu", "cortex-a9"], "ram": 0x60000000,
                    "console": "ttyAMA0", "tree": "vexpress-v2p-ca9"},
}
ICOUNT = ["-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2024-01-01,clock=vm"]


class outcome:
    def __init__(self, text, status):
        self.text, self.status = text, status  # status: pvrun's; None where we ended QEMU


def newest(prefix):
    """The folder of the newest kernel of a kind (native, ported, level0 …), or None."""
    done = [p.parent for p in (CACHE / "linux").glob(f"{prefix}-*/done")
            if re.fullmatch(prefix + "-[0-9a-f]{16}", p.parent.name)]
    return max(done, key=lambda p: (p / "done").stat().st_mtime, default=None)


def native_tree(kernel, name):
    """The board's own device tree, compiled from the kernel's source, with the seed for
    random numbers that QEMU's virt and pvrun give as well: a kernel without one pays for
    each number as long as it waits for entropy."""
    source = (kernel / "objects/source").resolve()
    if not source.exists():
        source = max((CACHE / "linux").glob("source-*"))
    target = kernel / f"{name}-seeded.dtb"
    if not target.exists():
        text = subprocess.run(
            ["cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp", "-I", source / "include",
             "-I", source / "arch/arm/boot/dts", source / f"arch/arm/boot/dts/{name}.dts"],
            check=True, capture_output=True).stdout
        text += b"/ { chosen { rng-seed = [" + b"5a" * 32 + b"]; }; };\n"
        part = target.with_suffix(f".{os.getpid()}")
        subprocess.run(["dtc", "-q", "-O", "dtb", "-o", part, "-"], input=text, check=True)
        os.replace(part, target)
    return target


def watch(command, end, timeout):
    """Runs QEMU until it prints `end` or closes its output; the text."""
    environment = {**os.environ, "QEMU_AUDIO_DRV": "none"}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=environment)
    text, until = b"", time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < until:
            if not selector.select(1):
                continue
            got = os.read(process.stdout.fileno(), 65536)
            text += got
            if not got or re.search(end, text):
                break
        else:
            text += f"\n(timed out after {timeout} s)\n".encode()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    return text.decode(errors="replace").replace("\r", "")


def run_native(board, kernel, initramfs, arguments="", plugin=None, end=rb"bench: done",
               timeout=600, icount=True):
    data = BOARDS[board]
    command = ["qemu-system-arm", *data["qemu"], "-nic", "none", "-m", str(MEMORY), "-display",
               "none", "-monitor", "none", "-serial", "stdio", "-no-reboot",
               "-kernel", kernel / "zImage", "-initrd", initramfs,
               "-append", f"console={data['console']} {arguments}"]
    if icount:
        command += ICOUNT
    if data["tree"]:
        command += ["-dtb", native_tree(kernel, data["tree"])]
    if plugin:
        command += ["-plugin", plugin]
    return outcome(watch(command, end, timeout), None)


def native_entry(kernel, board):
    """Address and first word of the kernel after its decompression."""
    with (kernel / "Image").open("rb") as image:
        return BOARDS[board]["ram"] + 0x8000, struct.unpack("<I", image.read(4))[0]


def kernel_entry(vmlinux):
    """Guest-physical address and first word of an ELF kernel linked at 0xc0000000."""
    data = vmlinux.read_bytes()
    entry, headers = struct.unpack_from("<II", data, 24)
    size, count = struct.unpack_from("<HH", data, 42)
    for i in range(count):
        kind, offset, address, _, length = struct.unpack_from("<IIIII", data, headers + i * size)
        if kind == 1 and address <= entry < address + length:
            word = struct.unpack_from("<I", data, offset + entry - address)[0]
            moved = 0x80000000 if entry >= 0xC0000000 else 0  # link-base to the VM's RAM
            return entry - moved, word
    sys.exit(f"{vmlinux}: its entry lies in no segment")


def system_source(kernel, initramfs, arguments, extra="", more=""):
    return f"""/dts-v1/;
/ {{
	compatible = "paravane,system";
	vm@1 {{
		label = "linux";
		memory = <{MEMORY}>;
		kernel = "{kernel}";
		link-base = <0xc0000000>;
		ramdisk = "{initramfs}";
		arguments = "{arguments}";
		{extra}
	}};
	{more}
}};
"""


def run_paravane(build, board, kernel, initramfs, arguments="", plugin=None, timeout=900,
                 icount=True, extra="", more="", ram=512, options=()):
    """The ported kernel as vm@1 `linux`; its console's text and pvrun's status."""
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "system.dts").write_text(
            system_source(kernel, initramfs, "console=hvc0 " + arguments, extra, more))
        command = [build / "bin/pvrun", "--board", board, "--ram", str(ram), "--quiet", "--log-dir",
                   work / "logs", "--timeout", str(timeout), *options]
        if icount:
            command.append("--icount")
        if plugin:
            command += ["--qemu-arg", "-plugin", "--qemu-arg", plugin]
        done = subprocess.run([*command, work / "system.dts"], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=timeout + 60,
                              env={**os.environ, "QEMU_AUDIO_DRV": "none"})
        log = work / "logs/linux.log"
        text = log.read_text(errors="replace") if log.exists() else ""
    text += (done.stderr + (b"" if text else done.stdout)).decode(errors="replace")
    return outcome(text.replace("\r", ""), done.returncode)
