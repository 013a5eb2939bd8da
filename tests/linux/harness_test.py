#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The harness itself, without QEMU: what a spoiled row, a wrong clock or a bench that
stopped half-way must do, and the form of the JSON file."""
import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import bench
import figures
import matrix

LOG = "bench: start\nbench: row null 100 14000\nbench: row pipe 10 50000\nbench: done\n"
COUNTS = [{"name": "boot", "instructions": 65000000, "hypervisor": 0},
          {"name": "row", "instructions": 14010, "hypervisor": 4000, "svc": 200},
          {"name": "row", "instructions": 50100, "hypervisor": 9000}]


class figures_of_rows(unittest.TestCase):
    def test_rows_are_per_operation(self):
        rows = bench.parse(LOG, COUNTS, "virt-a15")
        self.assertEqual(rows["null"]["count"], 140.1)
        self.assertEqual(rows["null"]["entries"], {"svc": 2.0})
        self.assertEqual(bench.disagreements("native", rows), [])

    def test_a_wrong_clock_is_told(self):
        rows = bench.parse(LOG.replace("14000", "14400"), COUNTS, "virt-a15")
        self.assertEqual(len(bench.disagreements("paravane", rows)), 1)

    def test_a_bench_that_stopped_is_an_error(self):
        for text, counts in ((LOG.replace("bench: done", ""), COUNTS), (LOG, COUNTS[:2])):
            with self.assertRaises(SystemExit):
                bench.parse(text, counts, "virt-a15")

    def test_a_missed_aim_is_told(self):
        self.assertNotIn("missed", figures.aim_text("null", 138, 213))
        self.assertIn("missed", figures.aim_text("null", 138, 214))
        self.assertIn("missed", figures.aim_text("fork", 100, 141))

    def test_the_json_file(self):
        rows = bench.parse(LOG, COUNTS, "virt-a15")
        with tempfile.TemporaryDirectory() as build:
            figures.write_json(pathlib.Path(build), "virt-a15", 2, rows, rows)
            read = json.loads((pathlib.Path(build) / "bench/linux-6.1-virt-a15.json").read_text())
        self.assertEqual((read["board"], read["level"]), ("virt-a15", 2))
        self.assertEqual([row["name"] for row in read["rows"]], ["boot", "null", "pipe"])
        self.assertEqual(read["rows"][1]["native"], read["rows"][1]["paravane"])


class rows_of_the_matrix(unittest.TestCase):
    text = ("[ 1.0] noise\nmatrix: start\nmatrix: one| output\nmatrix: one# abc  ./file\n"
            "matrix: one = 0\nmatrix: two| x\nmatrix: two = 0\nmatrix: done\n")

    def failures(self, other):
        with contextlib.redirect_stdout(io.StringIO()):
            return matrix.judge(["one", "two"], matrix.parse(self.text), matrix.parse(other))

    def test_equal_runs_pass(self):
        self.assertEqual(self.failures(self.text), 0)

    def test_what_differs_fails(self):
        for before, after in (("output", "outpuu"), ("abc", "abd"), ("one = 0", "one = 1"),
                              ("matrix: two = 0\n", ""), ("matrix: two| x\n", "")):
            self.assertEqual(self.failures(self.text.replace(before, after)), 1, before)

    def test_a_row_that_fails_on_both_sides_fails(self):
        text = self.text.replace("two = 0", "two = 1")
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(matrix.judge(["two"], matrix.parse(text), matrix.parse(text)), 1)

    def test_quick_rows_exist(self):
        self.assertLessEqual(set(matrix.QUICK), set(matrix.all_rows()))


unittest.main()
