#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Audits a running system: boots it, waits until its guests are ready, stops the
machine, takes the hypervisor's memory by QMP, and has memory-audit walk every table
in it. What lies where is told by the hypervisor's log ("map" lines, with -v). Ready is
when TIMES lines hold the text READY.
usage: live.py PVRUN BOARD SYSTEM.dts GUESTS[:GUESTS…] AUDIT [READY TIMES [PAGES]]
PAGES are the fewest in reach of User mode that make a running system."""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

STATE_AT = 0xC00  # vcpu_state in the vCPU's block, and its transition pairs (layout.h)
USER_PAIR, KERNEL_PAIR = STATE_AT + 0x3E0, STATE_AT + 0x3E8


class Monitor:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")
        self.lines.readline()  # the greeting
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                sys.exit(f"live.py: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return


def boot(pvrun, board, system, guests, monitor, ready, times):
    """Starts the system; the process and its log once the guests are ready."""
    process = subprocess.Popen(
        [pvrun, "-v", "--board", board, "--timeout", "120",
         *(f"--search={folder}" for folder in guests.split(":")),
         "--qemu-arg=-qmp", f"--qemu-arg=unix:{monitor},server=on,wait=off", system],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
    log = []
    for line in process.stdout:
        log.append(line)
        if sum(ready in seen for seen in log) == times:
            return process, log
    sys.exit("live.py: the guests were never ready:\n" + "".join(log[-20:]))


def write_plan(log, dump, folder):
    """One plan line for each map line; DACRs come from the vCPUs' blocks in the dump."""
    found = [re.search(r"hypervisor\| map (.*)", line) for line in log]
    words = [match.group(1).split() for match in found if match]
    base = next(int(w[1], 16) for w in words if w[0] == "hypervisor")
    word = lambda at: int.from_bytes(dump[at - base:at - base + 4], "little")
    plan = [f"dump {base:#x} ram.bin"]
    for kind, *rest in words:
        if kind == "hypervisor":
            plan += [f"hypervisor {rest[0]} {rest[1]}", f"space hypervisor {rest[2]} 1 1"]
        elif kind == "vm":
            plan.append(f"vm vm{rest[0]} {rest[1]} {rest[2]}")
        elif kind == "page":  # shared with the guest: cut out of what is the hypervisor's
            plan += [f"vm vm{rest[0]} {rest[1]} 0x1000", f"shared {rest[1]} 0x1000"]
        else:
            vm, first, count, block = rest[0], int(rest[1], 16), int(rest[2]), int(rest[3], 16)
            rights = f"{word(block + KERNEL_PAIR):#x} {word(block + USER_PAIR):#x}"
            plan += [f"space vm{vm} {first + i * 0x4000:#x} {rights}" for i in range(count)]
    with open(os.path.join(folder, "plan"), "w") as out:
        out.write("\n".join(plan) + "\n")


def main():
    pvrun, board, system, guests, audit, *more = sys.argv[1:]
    ready, times, pages = more + ["resident: ready", "2", "100"][len(more):]
    with tempfile.TemporaryDirectory() as folder:
        monitor = os.path.join(folder, "qmp")
        process, log = boot(pvrun, board, system, guests, monitor, ready, int(times))
        threading.Thread(target=lambda: process.stdout.read(), daemon=True).start()
        line = next(line for line in log if "hypervisor| map hypervisor" in line).split()
        machine = Monitor(monitor)
        machine.ask("stop")
        dump = os.path.join(folder, "ram.bin")
        machine.ask("pmemsave", val=int(line[3], 16), size=int(line[4], 16), filename=dump)
        machine.ask("quit")
        process.wait()
        with open(dump, "rb") as memory:
            write_plan(log, memory.read(), folder)
        done = subprocess.run([audit, os.path.join(folder, "plan")], text=True,
                              stdout=subprocess.PIPE)
        print(done.stdout, end="")
        counts = re.search(r"(\d+) spaces, (\d+) pages in reach of User mode", done.stdout)
        if not counts or int(counts[1]) < 3 or int(counts[2]) < int(pages):
            sys.exit("live.py: the dump holds too little to be a running system")
        sys.exit(done.returncode)


main()
