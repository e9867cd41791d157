#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That run.py reads faults as they are meant, takes none that fits nowhere or at two places, and that ours fit."""

import unittest
from pathlib import Path

from run import ROOT, Fault, changed, read_faults

TEXT = """# A comment.

What is wrong
src/a.c: sign call
     f(a);
-    g(a);
+    g(b);

# More.

Less
src/b.c: ini
-h();
"""
FAULT = Fault("What is wrong", "src/a.c", ["sign", "call"], "    f(a);\n    g(a);\n", "    f(a);\n    g(b);\n")


class Faults(unittest.TestCase):
    def test_faults__are_read(self):
        self.assertEqual(read_faults(TEXT), [FAULT, Fault("Less", "src/b.c", ["ini"], "h();\n", "")])

    def test_faults__without_tests_or_lines_are_refused(self):
        for text in ("words\nsrc/a.c:\n-x\n+y\n", "words\nsrc/a.c: sign\n", "words\nsrc/a.c: sign\n-x\ny\n"):
            with self.assertRaises(ValueError):
                read_faults(text)

    def test_faults__change_whole_lines_that_are_there_once(self):
        text = "{\n    f(a);\n    g(a);\n}\n"
        self.assertEqual(changed(FAULT, text), "{\n    f(a);\n    g(b);\n}\n")
        self.assertEqual(changed(FAULT, text[2:]), "    f(a);\n    g(b);\n}\n")
        for other in ("", text + text, text.replace("g(a)", "g( a)"), text.replace("    f", "     f")):
            with self.assertRaises(ValueError):
                changed(FAULT, other)

    def test_faults__that_change_nothing_are_refused(self):
        with self.assertRaises(ValueError):
            changed(FAULT._replace(after=FAULT.before), FAULT.before)

    def test_faults__of_the_list_fit_the_sources(self):
        faults = read_faults(Path(__file__).with_name("faults.txt").read_text())
        self.assertGreaterEqual(len(faults), 20)
        for fault in faults:
            with self.subTest(fault.words):
                changed(fault, (ROOT / fault.file).read_text())
                for test in fault.tests:
                    self.assertTrue((ROOT / "tests" / "unit" / f"test_{test}.c").is_file())


if __name__ == "__main__":
    unittest.main()
