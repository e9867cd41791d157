# SPDX-License-Identifier: Apache-2.0
"""The manual page and the guide say what the program can do, and nothing else."""

import pathlib
import re
import shutil
import subprocess
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
PAGE = ROOT / "emulator" / "tcses-emulator.1"
GUIDE = ROOT / "docs" / "emulator.md"
# The project's own pages refer to each other and may not be installed where the test runs.
OWN_PAGE_ELSEWHERE = re.compile(r"referenced manual not found: Xr tcses(-emulator)? 1$")


def help_options():
    """{name: does it take a value} of --help."""
    shown = subprocess.run([harness.emulator_path, "--help"], capture_output=True, text=True, timeout=30, check=True)
    return {name: bool(value) for name, value in re.findall(r"^  --([a-z-]+)( \S+)?$", shown.stdout, re.M)}


def page_options(pattern, text):
    return {name: bool(value) for name, value in re.findall(pattern, text, re.M)}


class Manual(unittest.TestCase):
    def setUp(self):
        self.page = PAGE.read_text(encoding="utf-8")
        self.guide = GUIDE.read_text(encoding="utf-8")

    def test_manual__has_the_options_of_the_program(self):
        options = help_options()
        self.assertGreater(len(options), 10)
        self.assertEqual(page_options(r"^\.It Fl -([a-z-]+)( .+)?$", self.page), options)

    def test_manual__begins_with_the_options_of_the_program(self):
        synopsis = self.page.partition(".Sh SYNOPSIS")[2].partition(".Sh DESCRIPTION")[0]
        self.assertEqual(page_options(r"\bFl -([a-z-]+)( (?:Ar|Cm))?", synopsis), help_options())

    def test_manual__agrees_with_the_guide(self):
        options = set(help_options()) - {"help", "version"}
        rows = "".join(re.findall(r"^\| `--.*$", self.guide, re.M))
        self.assertEqual(set(re.findall(r"--([a-z-]+)", re.sub(r"\|[^|]*\|$", "|", rows, flags=re.M))), options)
        paths = set(re.findall(r"/_emulator/\w+", self.guide))
        self.assertEqual(set(re.findall(r"/_emulator/\w+", self.page)), paths)
        for word in (harness.SECRET_ID, harness.SECRET_KEY, "100,000", "64 MB"):
            self.assertIn(word, self.page)
            self.assertIn(word, self.guide)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed: the manual page's form is not tried")
    def test_manual__is_well_formed(self):
        command = ["mandoc", "-T", "lint", PAGE]
        checked = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        lines = (checked.stdout + checked.stderr).splitlines()
        self.assertEqual([line for line in lines if not OWN_PAGE_ELSEWHERE.search(line)], [])


if __name__ == "__main__":
    unittest.main()
