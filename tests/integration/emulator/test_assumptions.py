# SPDX-License-Identifier: Apache-2.0
"""docs/assumptions.md and the marks in the emulator's source name the same guesses."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
MARK = re.compile(r"\bA[1-9][0-9]*\b")


def marks():
    """The pairs of number and file that the source has."""
    return {
        (number, f"emulator/{path.name}")
        for path in (ROOT / "emulator").glob("*.[ch]")
        for number in MARK.findall(path.read_text(encoding="utf-8"))
    }


def rows():
    """The pairs that the table has."""
    found = []
    for line in (ROOT / "docs/assumptions.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if MARK.fullmatch(cells[0]):
            found.append((cells[0], cells[-1].split(", ")))
    return found


class Assumptions(unittest.TestCase):
    def test_emulator__numbers_each_assumption_once(self):
        self.assertEqual([number for number, _ in rows()], [f"A{i + 1}" for i in range(len(rows()))])

    def test_emulator__marks_assumptions_where_the_table_says(self):
        table = {(number, file) for number, files in rows() for file in files if file.startswith("emulator/")}
        self.assertEqual(table, marks())


if __name__ == "__main__":
    unittest.main()
