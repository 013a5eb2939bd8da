#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs every block of guest-patches/NEW-GUEST.md as its reader would, and wants the toy
to say that all is well, natively and above the hypervisor.

usage: page_test.py PAGE BIN
"""
import os
import re
import subprocess
import sys
import tempfile


def main():
    page, tools = sys.argv[1:]
    with open(page, encoding="utf-8") as text:
        blocks = re.findall(r"^```sh\n(.*?)^```$", text.read(), re.S | re.M)
    if len(blocks) < 5:
        sys.exit("the page has lost its blocks")
    environment = dict(os.environ, PATH=os.path.abspath(tools) + ":" + os.environ["PATH"])
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["bash", "-c", "set -e\n" + "\n".join(blocks)], cwd=folder,
                              env=environment, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    native = len(re.findall(r"^toy: all is well\r?$", done.stdout, re.M))
    guest = len(re.findall(r"^toy\| toy: all is well\r?$", done.stdout, re.M))
    if done.returncode != 0 or native != 1 or guest != 1:
        print(done.stdout[-6000:])
        sys.exit(f"status {done.returncode}, {native} native and {guest} guest runs ended well")
    print("PASS")


main()
