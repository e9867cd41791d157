#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That scripts/test counts what ran, and takes no failure for a success."""

import os
import tempfile
import unittest

from count_tests import count

TAP = '<testcase name="1 - a" /><testcase name="2 - b"><failure /></testcase><testcase name="3 - c"><skipped /></testcase>'
UNITTEST = "<testcase>{}<system-err>{}\nRan {} tests in 0.1s\n\n{}\n</system-err></testcase>"


class Count(unittest.TestCase):
    def check(self, cases, status, expected):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "results.xml")
            with open(file, "w") as stream:
                stream.write(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
            self.assertEqual(count(file, status), expected)

    def test_count__each_line_of_tap(self):
        self.check(TAP, 1, (1, 1, 1))

    def test_count__each_case_of_unittest(self):
        self.check(UNITTEST.format("", "....", 4, "OK"), 0, (4, 0, 0))
        self.check(UNITTEST.format("", "..s", 3, "OK (skipped=1)"), 0, (2, 0, 1))
        self.check(UNITTEST.format("<failure/>", "..", 9, "FAILED (failures=2, errors=1, skipped=3)"), 1, (3, 3, 3))

    def test_count__a_program_that_fails_after_its_cases_passed(self):
        self.check(UNITTEST.format("<failure/>", "..", 2, "OK"), 1, (0, 1, 0))

    def test_count__a_run_that_failed_as_a_whole(self):
        self.check('<testcase name="a" />', 1, (1, 1, 0))

    def test_count__a_run_of_nothing(self):
        self.check("", 0, (0, 1, 0))
        self.check("<testcase><skipped /></testcase>", 0, (0, 1, 1))

    def test_count__results_that_are_missing(self):
        self.assertEqual(count("/does/not/exist", 0), (0, 1, 0))


if __name__ == "__main__":
    unittest.main()
