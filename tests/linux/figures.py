# SPDX-License-Identifier: BSD-2-Clause
"""How bench.py shows its rows: the table with aims and published figures, the JSON file,
the plot, and the difference of the two kernels' configurations."""
import json
import math

# (kind, value): instructions added at most, or ratio at most.
AIMS = {"null": ("add", 75), "read": ("add", 75), "write": ("add", 75), "fstat": ("add", 75),
        "sig_install": ("ratio", 1.3), "sig_deliver": ("ratio", 1.3), "prot_fault": ("ratio", 1.3),
        "pipe": ("ratio", 1.25), "fork": ("ratio", 1.4), "exec": ("ratio", 1.3),
        "sh": ("ratio", 1.15), "page_fault": ("ratio", 1.3), "boot": ("ratio", 1.05),
        "sha256sum_64m": ("ratio", 1.01), "sqlite3": ("ratio", 1.05), "shell_500": ("ratio", 1.05)}

# SICS thin hypervisor (V. Do, 2013), microseconds native and virtualized, on a simulator
# where one microsecond is 200 instructions. Its protection fault leaves the signal's
# delivery out, its page fault is one of a file.
SICS = {"null": (0.445, 5.705), "read": (1.64, 6.89), "write": (1.36, 6.63),
        "fstat": (2.50, 7.77), "select_10": (4.44, 9.71), "select_100": (35.0, 40.4),
        "sig_install": (1.59, 8.02), "sig_deliver": (28.8, 48.4), "prot_fault": (1.02, 8.45),
        "pipe": (22.1, 61.4), "fork": (2908, 6081), "exec": (3397, 6374), "sh": (31481, 44872),
        "file_fault": (4.20, 16.3)}


def aim_text(name, native, paravane):
    if name not in AIMS:
        return ""
    kind, value = AIMS[name]
    met = paravane - native <= value if kind == "add" else paravane / native <= value
    return ("≤ +%d" % value if kind == "add" else "≤ ×%g" % value) + ("" if met else " missed")


def sics_text(name):
    if name not in SICS:
        return ""
    native, virtual = SICS[name]
    return f"+{(virtual - native) * 200:,.0f} ×{virtual / native:.2f}"


def number(value):
    return f"{value:,.0f}"


def print_table(board, native, paravane):
    print(f"Linux 6.1 on {board}: instructions per operation")
    if not paravane:
        for name, row in native.items():
            print(f"| {name:15} | {number(row['count']):>14} |")
        return
    print(f"| {'row':15} | {'native':>14} | {'Paravane':>14} | {'hypervisor':>11} | {'added':>12} "
          f"| {'ratio':>6} | {'aim':14} | {'SICS':16} |")
    print("|---|---:|---:|---:|---:|---:|---|---|")
    for name, row in native.items():
        if name not in paravane:
            continue
        here, there = row["count"], paravane[name]["count"]
        print(f"| {name:15} | {number(here):>14} | {number(there):>14} "
              f"| {number(paravane[name]['hypervisor']):>11} | {'%+12s' % f'{there - here:+,.0f}'} "
              f"| {there / here:6.2f} | {aim_text(name, here, there):14} | {sics_text(name):16} |")


def write_json(build, board, level, native, paravane):
    rows = []
    for name, row in native.items():
        there = paravane[name]
        rows.append({"name": name, "native": round(row["count"], 2),
                     "paravane": round(there["count"], 2),
                     "hypervisor": round(there["hypervisor"], 2)})
        if "clock" in row:
            rows[-1] |= {"native_clock": round(row["clock"], 2),
                         "paravane_clock": round(there["clock"], 2),
                         "entries": {k: round(v, 3) for k, v in there["entries"].items()}}
    target = build / "bench" / f"linux-6.1-{board}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"board": board, "level": level, "rows": rows}, indent=1) + "\n")


def settings(kernel):
    for path in (kernel / "objects/.config", kernel / ".config"):
        if path.exists():
            lines = path.read_text().splitlines()
            return {line for line in lines if line.startswith("CONFIG_")}
    return set()


def print_configuration_difference(native, ported):
    one, other = settings(native), settings(ported)
    if not one or not other:
        print("configuration: not there for both kernels, so not compared")
        return
    lines = [f"-{line}" for line in sorted(one - other)] + \
            [f"+{line}" for line in sorted(other - one)]
    print("configuration, native to ported: " + ("equal" if not lines else ""))
    for line in lines:
        print(f"  {line}")


WIDTH, LEFT, ROW, TOP, HIGHEST = 760, 130, 20, 56, 16.0


def place(ratio):
    clipped = min(max(ratio, 0.9), HIGHEST)
    return LEFT + (WIDTH - LEFT - 60) * (math.log(clipped / 0.9) / math.log(HIGHEST / 0.9))


def write_plot(target, board, native, paravane):
    """Ratio to native on a logarithmic axis, one line a row; SICS's where published."""
    names = [name for name in native if name in paravane and name != "idle_second"]
    height = TOP + ROW * len(names) + 30
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
           f'<text x="10" y="20" font-size="14">Linux 6.1 on {board}: instructions, ratio to '
           'native</text>',
           f'<circle cx="16" cy="38" r="5" fill="#0b6"/><text x="26" y="42">Paravane</text>',
           f'<circle cx="106" cy="38" r="5" fill="none" stroke="#c33"/>'
           '<text x="116" y="42">SICS, Linux 2.6.34 (published)</text>']
    for tick in (1, 1.5, 2, 3, 5, 8, 12):
        x = place(tick)
        out.append(f'<line x1="{x:.0f}" y1="{TOP}" x2="{x:.0f}" y2="{height - 24}" '
                   f'stroke="{"#888" if tick == 1 else "#ddd"}"/>'
                   f'<text x="{x:.0f}" y="{height - 8}" text-anchor="middle">×{tick}</text>')
    for i, name in enumerate(names):
        y = TOP + ROW * i + ROW / 2
        ratio = paravane[name]["count"] / native[name]["count"]
        out.append(f'<text x="{LEFT - 10}" y="{y + 4:.0f}" text-anchor="end">{name}</text>')
        if name in SICS:
            out.append(f'<circle cx="{place(SICS[name][1] / SICS[name][0]):.0f}" cy="{y:.0f}" '
                       'r="5" fill="none" stroke="#c33"/>')
        out.append(f'<circle cx="{place(ratio):.0f}" cy="{y:.0f}" r="5" fill="#0b6"/>'
                   f'<text x="{WIDTH - 8}" y="{y + 4:.0f}" text-anchor="end">{ratio:.2f}</text>')
    target.write_text("\n".join(out) + "\n</svg>\n")
