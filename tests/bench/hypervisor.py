#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The hypervisor's figures, counted from outside: runs tests/guests/bench on one board
under QEMU with the plugin trap_count and writes bench/hypervisor-<board>.json. A row
is the mean number of instructions from a guest's trap to the next guest instruction.
The core image's are printed beside them; of it only the bytes are a row.

usage: hypervisor.py BUILD-DIR BOARD
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

BOARDS = {
    "virt-a15": ["-M", "virt,dtb-randomness=off", "-cpu", "cortex-a15"],
    "vexpress-a9": ["-M", "vexpress-a9", "-cpu", "cortex-a9"],
}
ANNEX = 0xFFFC0000  # the hypervisor is from here to the end of its window
VECTORS = 0xFFFE1000
IRQ_VECTOR = VECTORS + 0x18


def symbols(elf):
    out = subprocess.run(["llvm-nm-19", elf], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in out.splitlines():
        fields = line.split()
        if len(fields) == 3:
            found[fields[2]] = int(fields[0], 16)
    return found


def run(build, board, image_name, work):
    image = work / "bench.itb"
    hypervisor = build / "hypervisor" / image_name
    source = pathlib.Path(__file__).parent.parent / "guests" / "bench" / "system.dts"
    subprocess.run([build / "bin/pvrun", "--board", board, "--search", build / "guests",
                    "--build-only", "-q", "-o", image, source], check=True)
    command = ["qemu-system-arm", *BOARDS[board], "-nic", "none", "-m", "256",
               "-kernel", hypervisor / "paravane.bin", "-initrd", image, "-display", "none",
               "-serial", f"file:{work}/log", "-semihosting-config", "enable=on,target=native",
               "-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2024-01-01,clock=vm",
               "-plugin", f"{build}/tests/lib/trap_count.so,out={work}/counts,first={ANNEX:#x}"]
    if (hypervisor / "board.dtb").exists():
        command += ["-dtb", hypervisor / "board.dtb"]
    done = subprocess.run(command, timeout=120, stdin=subprocess.DEVNULL,
                          env={**os.environ, "QEMU_AUDIO_DRV": "none"}, capture_output=True)
    log = (work / "log").read_bytes()
    if done.returncode != 0 or log.count(b": PASS") != 2:
        sys.exit(f"hypervisor.py: the benchmark failed on {board}: status {done.returncode}\n"
                 f"{done.stderr.decode()}{log.decode(errors='replace')}")
    return [json.loads(line) for line in (work / "counts").read_text().splitlines()[1:]]


def mean(groups, keep, skip_most=False):
    chosen = [g for g in groups if keep(int(g["pc"], 16), int(g["entry"], 16))]
    visits = sum(g["visits"] for g in chosen)
    if visits == 0:
        sys.exit("hypervisor.py: no visit where one was expected")
    if skip_most:  # the first of its kind pays for tables that later ones share
        chosen = [dict(g, sum=g["sum"] - g["most"], visits=g["visits"] - 1) for g in chosen]
        visits = sum(g["visits"] for g in chosen)
    return round(sum(g["sum"] for g in chosen) / visits)


def figures(build, board, image_name):
    guest = symbols(build / "guests/bench.elf")
    own = symbols(build / "hypervisor" / image_name / "paravane.elf")
    with tempfile.TemporaryDirectory() as work:
        groups = run(build, board, image_name, pathlib.Path(work))

    def at(name):
        return lambda pc, entry: pc == guest[name]

    return {
        "service_call": mean(groups, at("bench_service")),
        "svc_reflect": mean(groups, at("bench_reflect")),
        "svc_return": mean(groups, at("entry_syscall_return")),
        "trap_level0_mean": mean(
            groups, lambda pc, entry: guest["bench_level0"] <= pc < guest["bench_level0_end"]
            and entry == VECTORS + 8),
        "shadow_fill": mean(groups, at("bench_fill"), skip_most=True),
        "vm_switch": mean(groups, at("bench_yield"), skip_most=True),
        "irq_inject": mean(groups, lambda pc, entry: entry == IRQ_VECTOR
                           and pc not in (guest["bench_idle"], guest["bench_yield"])),
        "idle_round_trip": mean(groups, at("bench_idle")),
        "resident_bytes": own["resident_bytes"],
    }


def main():
    build, board = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    rows = figures(build, board, board)
    core = figures(build, board, f"{board}-core")
    rows["resident_core_bytes"] = core["resident_core_bytes"] = core.pop("resident_bytes")
    target = build / "bench" / f"hypervisor-{board}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(
        {"rows": [{"name": name, "instructions": value} for name, value in rows.items()]},
        indent=1) + "\n")
    print(f"hypervisor on {board} (instructions; bytes for the last two){'core image':>12}")
    for name, value in rows.items():
        print(f"  {name:20}{value:8}{core.get(name, ''):>33}")


if __name__ == "__main__":
    main()
