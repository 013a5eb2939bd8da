#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Finds runs of six non-trivial lines that a folder shares with a kernel's sources.

usage: six_lines.py FOLDER SOURCES     SOURCES is an unpacked tree or a tar archive
       six_lines.py --self-test FOLDER
Exits with 1 and names the places when there is such a run.
"""
import os
import re
import sys
import tarfile
import tempfile

RUN = 6
TRIVIAL = re.compile(rb"[\s{}()*/#\\;,.\-=+]*|#\s*(include|endif|else)\b.*|(return|break|else|do|"
                     rb"help|default y|bool|end)\b.{0,4}|.*SPDX-License-Identifier.*")


def lines_of(data):
    """Non-trivial lines with their numbers, blanks made single."""
    for number, line in enumerate(data.split(b"\n"), 1):
        line = b" ".join(line.split())
        if len(line) > 2 and not TRIVIAL.fullmatch(line):
            yield number, line


def files_of(sources):
    if os.path.isdir(sources):
        for folder, _, names in os.walk(sources):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.islink(path) and os.path.isfile(path):
                    with open(path, "rb") as file:
                        yield path, file.read()
        return
    with tarfile.open(sources) as archive:
        for member in archive:
            if member.isfile():
                yield member.name, archive.extractfile(member).read()


def runs(folder):
    """Our runs by their lines, and every line without its blanks."""
    places, known = {}, set()
    for path, data in files_of(folder):
        ours = list(lines_of(data))
        known.update(line.replace(b" ", b"") for _, line in ours)
        for i in range(len(ours) - RUN + 1):
            key = tuple(line for _, line in ours[i:i + RUN])
            places[key] = f"{path}:{ours[i][0]}"
    return places, known


def shared(folder, sources):
    places, known = runs(folder)
    found = {}
    for path, data in files_of(sources):
        if b"\0" in data[:1024]:
            continue
        # Most files share next to nothing; lines may repeat within a run.
        if len(known.intersection(data.translate(None, b" \t\r").split(b"\n"))) < RUN // 2:
            continue
        theirs = list(lines_of(data))
        for i in range(len(theirs) - RUN + 1):
            key = tuple(line for _, line in theirs[i:i + RUN])
            if key in places:
                found.setdefault(places[key], f"{path}:{theirs[i][0]}")
    return found


def self_test(folder):
    """A planted copy of six of our lines is found, and one of five is not."""
    places, _ = runs(folder)
    lines = list(next(iter(places)))
    for count, wanted in ((RUN, 1), (RUN - 1, 0)):
        with tempfile.TemporaryDirectory() as tree:
            with open(os.path.join(tree, "copy.c"), "wb") as file:
                file.write(b"int before;\n\t" + b"\n\n\t".join(lines[:count]) + b"\nint behind;\n")
            if len(shared(folder, tree)) < wanted or (wanted == 0 and shared(folder, tree)):
                sys.exit(f"FAIL: {count} shared lines")
    print("PASS")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        return self_test(sys.argv[2])
    found = shared(sys.argv[1], sys.argv[2])
    for ours, theirs in sorted(found.items()):
        print(f"{ours}: {RUN} lines as in {theirs}")
    if found:
        sys.exit(1)
    print(f"no run of {RUN} lines in common")


main()
