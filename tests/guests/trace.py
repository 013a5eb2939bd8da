#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs a test system under pvrun --trace and reads the file as a viewer would: valid
JSON in the trace event format and what Perfetto's reader of it (src/trace_processor/
importers/json) asks beyond that, times that never go back, spans that close on their own
thread and never overlap (there is one core), and the kinds of record that it must hold.
The system's first VM takes 60 ticks of a millisecond, which tells the unit of the times.
usage: trace.py PVRUN BOARD SYSTEM.dts GUESTS KIND…"""
import collections
import json
import math
import os
import subprocess
import sys
import tempfile


def check_shape(text, events):
    """What the reader drops, misreads or gives up on, without saying so."""
    if not "".join(text[:64].split()).startswith('{"traceEvents":[{'):
        sys.exit("not what a trace is told by: its first bytes")
    if "\\u" in text or "displayTimeUnit" in text:
        sys.exit("an escape or a key that the reader does not take for what it is")
    for event in events:
        scalars = {name: value for name, value in event.items() if name != "args"}
        whole = all(isinstance(event[name], int) and event[name] >= 0 for name in ("pid", "tid"))
        if any(isinstance(value, (list, dict)) for value in scalars.values()) or not whole:
            sys.exit(f"not flat, or without process and thread: {event}")
        if event["ph"] not in "BEiM" or not isinstance(event["name"], str):
            sys.exit(f"no phase or name: {event}")
        if not isinstance(event["ts"], float) or not 0 <= event["ts"] < math.inf:
            sys.exit(f"no time: {event}")
        if event["ph"] == "i" and event["s"] != "t":
            sys.exit(f"an instant of no thread: {event}")
        if event["ph"] == "M" and not event["args"]["name"]:
            sys.exit(f"a name without letters: {event}")
        if not isinstance(event.get("args", {}), dict):
            sys.exit(f"arguments without names: {event}")


def main():
    pvrun, board, system, guests, *kinds = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace.json")
        done = subprocess.run(
            [pvrun, "--board", board, "--search", guests, "--icount", "--timeout", "100",
             "--trace", path, system],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        with open(path) as file:
            text = file.read()
    events = json.loads(text)["traceEvents"]
    check_shape(text, events)
    seen = collections.Counter()
    open_on, last, named = None, 0.0, set()
    for event in events:
        thread = event["tid"]
        if event["ph"] == "M":
            named.add(thread if event["name"] == "thread_name" else event["name"])
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
    if not 60_000 <= last <= 1_000_000:
        sys.exit(f"the trace ends after {last} us")
    missing = [kind for kind in kinds if not seen[kind]]
    if missing or open_on is not None or not {1, 2, "process_name"} <= named:
        print(done.stdout[-2000:])
        sys.exit(f"missing {missing}, open {open_on}, named {named}, seen {dict(seen)}")
    print("PASS:", ", ".join(f"{count} {kind}" for kind, count in sorted(seen.items())))


main()
