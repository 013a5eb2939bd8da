#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes an initramfs (cpio, newc) from files on the host, without root.

usage: initramfs.py OUT SPEC...   where each SPEC is one of
  dir:/path            a directory
  file:/path=HOSTFILE  a file, executable if HOSTFILE is
  link:/path=TARGET    a symbolic link
  @LIST                a file that holds specs, one a line
/dev/console is always there. The archive depends on the specs and the files'
bytes alone, so equal inputs give an equal archive.
"""
import os
import stat
import sys


def entry(out, inode, name, mode, data=b"", device=(0, 0), links=1):
    fields = [inode, mode, 0, 0, links, 0, len(data), 0, 0, *device, len(name) + 1, 0]
    header = b"070701" + b"".join(b"%08x" % f for f in fields)
    record = header + name.encode() + b"\0"
    out.write(record + b"\0" * (-len(record) % 4))
    out.write(data + b"\0" * (-len(data) % 4))


def parse(spec):
    kind, _, rest = spec.partition(":")
    path, _, value = rest.partition("=")
    if kind not in ("dir", "file", "link") or not path.startswith("/") or (kind != "dir") != bool(value):
        sys.exit(f"initramfs: {spec}: not dir:/path, file:/path=HOSTFILE or link:/path=TARGET")
    return kind, path.lstrip("/"), value


def specs(words):
    for word in words:
        if word.startswith("@"):
            with open(word[1:], encoding="utf-8") as listing:
                yield from listing.read().splitlines()
        else:
            yield word


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    target = sys.argv[1]
    with open(target + ".part", "wb") as out:
        entry(out, 1, "dev", stat.S_IFDIR | 0o755, links=2)
        entry(out, 2, "dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
        for inode, spec in enumerate(specs(sys.argv[2:]), 3):
            kind, path, value = parse(spec)
            if kind == "dir":
                entry(out, inode, path, stat.S_IFDIR | 0o755, links=2)
            elif kind == "link":
                entry(out, inode, path, stat.S_IFLNK | 0o777, value.encode())
            else:
                try:
                    with open(value, "rb") as source:
                        data = source.read()
                except OSError as error:
                    sys.exit(f"initramfs: {value}: {error.strerror}")
                executable = os.access(value, os.X_OK)
                entry(out, inode, path, stat.S_IFREG | (0o755 if executable else 0o644), data)
        entry(out, 0, "TRAILER!!!", 0)
    os.replace(target + ".part", target)


main()
