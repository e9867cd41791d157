#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That scripts/fuzz finds what is planted in tests/fuzz/fuzz_planted.c, with each sanitizer, and tells it."""

import os
import re
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
FUZZ = os.path.join(HERE, "fuzz")
BUILT = os.path.join(os.path.dirname(HERE), "build", "fuzz")
LINE = re.compile(r"^(\w+) +(\d+) executions .* (\d+) edges +(\d+) inputs +\d+ s +(\d+) findings$", re.M)


def fuzz(*arguments):
    return subprocess.run([FUZZ, *arguments], capture_output=True, text=True, errors="replace", check=False)


class Fuzz(unittest.TestCase):
    def test_fuzz__finds_a_planted_fault(self):
        done = fuzz("--seconds", "120", "planted")  # it ends at the first finding, in a second or two
        self.assertEqual(done.returncode, 1, done.stderr)
        target, executions, edges, _, findings = LINE.search(done.stdout).groups()
        self.assertEqual((target, findings), ("planted", "1"))
        self.assertGreater(int(executions), 0)
        self.assertGreater(int(edges), 0)
        self.assertEqual(len(os.listdir(os.path.join(BUILT, "findings", "planted"))), 1)

    def test_fuzz__each_kind_of_fault_ends_the_run(self):
        fuzz("--seconds", "1", "planted")
        words = {"check": "does not hold", "overrun": "heap-buffer-overflow", "overflow": "signed integer overflow",
                 "leak": "detected memory leaks"}
        environment = dict(os.environ, UBSAN_OPTIONS="halt_on_error=1")
        for fault, word in words.items():
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, fault)
                with open(path, "w", encoding="ascii") as stream:
                    stream.write(fault)
                done = subprocess.run([os.path.join(BUILT, "tests/fuzz/fuzz_planted"), "-runs=1", path], cwd=folder,
                                      env=environment, capture_output=True, text=True, errors="replace", check=False)
                self.assertNotEqual(done.returncode, 0, fault)
                self.assertIn(word, done.stderr)

    def test_fuzz__a_clean_target_succeeds(self):
        done = fuzz("--seconds", "2", "decode")
        self.assertEqual(done.returncode, 0, done.stderr)
        target, executions, edges, inputs, findings = LINE.search(done.stdout).groups()
        self.assertEqual((target, findings), ("decode", "0"))
        self.assertGreater(int(executions), int(inputs))
        self.assertGreater(int(edges), 300)

    def test_fuzz__arguments_that_make_no_sense(self):
        for arguments in (["nothing"], ["--seconds", "x"], ["--seconds"], ["--what"]):
            done = fuzz(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""), arguments)
            self.assertNotEqual(done.stderr, "", arguments)


if __name__ == "__main__":
    unittest.main()
