#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That an input is really played and a fault really fails, and which inputs are kept: test_rig.py PROGRAM, which is
fuzz_planted with standalone.c."""

import os
import subprocess
import sys
import tempfile
import unittest

from pick import pick, read

PROGRAM = ""


def play(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)


class Rig(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as stream:
            stream.write(content)
        return path

    def test_standalone__plays_every_file(self):
        self.write("a", b"harmless")
        self.write("b", b"")
        done = play(self.folder, self.write("c", b"\0\xff"))
        self.assertEqual((done.returncode, done.stdout), (0, "4 inputs played\n"))

    def test_standalone__a_check_that_does_not_hold_names_the_input(self):
        self.write("a", b"harmless")
        path = self.write("b", b"check")
        done = play(self.folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("fuzz_planted.c", done.stderr)
        self.assertIn("does not hold", done.stderr)
        self.assertIn(f"while it played {path}", done.stderr)

    def test_standalone__nothing_to_play_fails(self):
        for arguments in ([], [self.folder], [os.path.join(self.folder, "missing")]):
            done = play(*arguments)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertNotEqual(done.stderr, "", arguments)

    def test_pick__those_first_that_reach_most_beyond_the_first_inputs(self):
        first, others = os.path.join(self.folder, "first"), os.path.join(self.folder, "others")
        os.mkdir(first)
        os.mkdir(others)
        reached = {"first/a": "1 2 3", "others/b": "1 2 3", "others/c": "3 4", "others/d": "4 5 6", "others/e": "1 6 7"}
        paths = [self.write(name, name.encode()) for name in reached]
        lines = [str(len(paths)), "0", *paths]
        for index, features in enumerate(reached.values()):
            lines += [f"STARTED {index} 7", f"FT {index} {features}", f"COV {index} 1"]
        control = read(self.write("control", "\n".join(lines).encode()))
        picked = [os.path.basename(path) for path in pick(control, 9, first)]
        self.assertEqual(picked, ["d", "e"])
        self.assertEqual(len(list(pick(control, 1, first))), 1)
        self.assertEqual(list(pick(control, 0, first)), [])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
