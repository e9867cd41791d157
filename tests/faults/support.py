# SPDX-License-Identifier: Apache-2.0
"""What the tests of this folder share: the program that makes the calls, and results that meson counts one by one."""

import json
import os
import select
import shlex
import subprocess
import sys
import unittest

WRAPPER = shlex.split(os.environ.get("TCSES_TEST_WRAPPER", ""))
# How much longer everything may take, and how much more memory, than in a plain build.
SLOWNESS = 8 if WRAPPER else 3 if "TCSES_TEST_SLOW" in os.environ else 1
# What takes longer hangs.
LOST_AFTER_SECONDS = 60 * SLOWNESS


class Caller:
    """caller.c as a process, under the command of TCSES_TEST_WRAPPER if there is one (valgrind). It must end well."""

    def __init__(self, program):
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self.process = subprocess.Popen([*WRAPPER, program],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.stdin.close()
        status = self.process.wait(LOST_AFTER_SECONDS)
        self.process.stdout.close()
        if kind is None and status != 0:
            raise AssertionError(f"the program that makes the calls ended with {status}")

    def call(self, **command):
        """How the call ended: see caller.c."""
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], LOST_AFTER_SECONDS)[0]:
            self.process.kill()
            raise AssertionError(f"no end in {LOST_AFTER_SECONDS} s: {command}")
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"crashed ({self.process.wait()}): {command}")
        return json.loads(line)


class TapResult(unittest.TestResult):
    """Prints a line for each test, in the form that meson counts."""

    def __init__(self):
        super().__init__()
        self.number = 0

    def line(self, word, test, end=""):
        self.number += 1
        print(f"{word} {self.number} - {test.id().rpartition('.')[2]}{end}", flush=True)

    def addSuccess(self, test):
        self.line("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(test, self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        if err is not None:
            super().addSubTest(test, subtest, err)
            self.tell(subtest, (self.failures + self.errors)[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line("ok", test, " # SKIP " + reason)

    def tell(self, test, text):
        self.line("not ok", test)
        print("\n".join("# " + line for line in text.splitlines()), flush=True)


def run_tests(module):
    """Runs all tests of a module, or those whose names hold the word behind -k, and ends the program."""
    loader = unittest.TestLoader()
    if "-k" in sys.argv:
        loader.testNamePatterns = ["*" + sys.argv[sys.argv.index("-k") + 1] + "*"]
    result = TapResult()
    loader.loadTestsFromModule(module).run(result)
    print(f"1..{result.number}", flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)
