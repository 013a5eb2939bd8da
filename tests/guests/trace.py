#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs a test system under pvrun --trace and reads the file as a viewer would: valid
JSON in the trace event format, times that never go back, spans that close on their own
thread and never overlap (there is one core), and the kinds of record that it must hold.
usage: trace.py PVRUN BOARD SYSTEM.dts GUESTS KIND…"""
import collections
import json
import os
import subprocess
import sys
import tempfile


def main():
    pvrun, board, system, guests, *kinds = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace.json")
        done = subprocess.run(
            [pvrun, "--board", board, "--search", guests, "--icount", "--timeout", "100",
             "--trace", path, system],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        with open(path) as file:
            events = json.load(file)["traceEvents"]
    seen = collections.Counter()
    open_on, last, named = None, 0.0, set()
    for event in events:
        thread = event["tid"]
        if event["ph"] == "M":
            named.add(thread)
            continue
        if event["ts"] < last:
            sys.exit(f"time goes back at {event}")
        last = event["ts"]
        if event["ph"] == "B":
            if open_on is not None:
                sys.exit(f"{event} while {open_on} runs")
            open_on = thread
            seen[f"runs {thread}"] += 1
        elif event["ph"] == "E":
            if open_on != thread:
                sys.exit(f"{event} while {open_on} runs")
            open_on = None
        else:
            seen[event["name"]] += 1
    missing = [kind for kind in kinds if not seen[kind]]
    if missing or open_on is not None or not {1, 2} <= named:
        print(done.stdout[-2000:])
        sys.exit(f"missing {missing}, open {open_on}, named {named}, seen {dict(seen)}")
    print("PASS:", ", ".join(f"{count} {kind}" for kind, count in sorted(seen.items())))


main()
