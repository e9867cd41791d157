#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the emulator's tests: run.py PATH-OF-TCSES-EMULATOR [ARGUMENT OF unittest]..."""

import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent

if len(sys.argv) < 2:
    sys.exit("usage: run.py PATH-OF-TCSES-EMULATOR [ARGUMENT OF unittest]...")
os.environ["TCSES_EMULATOR"] = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, str(HERE))


def load_tests(loader, tests, _pattern):
    """Module by module: two classes of one name would hide each other here."""
    tests.addTests(loader.loadTestsFromName(path.stem) for path in sorted(HERE.glob("test_*.py")))
    return tests


if __name__ == "__main__":
    result = unittest.main(verbosity=1, exit=False).result
    for reason in sorted({reason for _, reason in result.skipped}):
        print(reason)
    sys.exit(not result.wasSuccessful())
