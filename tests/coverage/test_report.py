#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""That report.py counts what gcov tells, and lets nothing pass that excused.txt does not say."""

import unittest
from pathlib import Path

from report import Excuse, judge, judge_branches, lines_of, missing_of, never_taken, read_excuses, table

ROOT = Path("/root")
CALL = "src/call/a.c"
BASE = "src/base/b.c"
TEXTS = {CALL: ["int a;", "    if (a)", "    if (a)", "    b();"], BASE: ["if (b)"]}
ENTRY = f"# A comment.\n\n{CALL}\n    if (a)\n    2 branches: never,\n    as it is\n"


def document(file, *lines):
    """What gcov says of an object: lines are (number, count, branches...)."""
    entries = [
        {"line_number": number, "count": count, "function_name": "f", "branches": [{"count": n} for n in branches]}
        for number, count, *branches in lines]
    return {"current_working_directory": "/root/build/x", "files": [{"file": f"../../{file}", "lines": entries}]}


def lines(*documents):
    return lines_of(list(documents), ROOT)


class Count(unittest.TestCase):
    def test_report__a_line_of_several_objects_is_reached_where_one_reaches_it(self):
        found = lines(document(CALL, (2, 0, 0, 0)), document(CALL, (2, 3, 0, 3)))
        self.assertEqual(found, {(CALL, 2): (3, (0, 3))})

    def test_report__functions_that_a_macro_makes_on_one_line_keep_their_branches(self):
        twice = document(CALL, (2, 1, 0, 1), (2, 1, 1, 0))
        twice["files"][0]["lines"][1]["function_name"] = "g"
        self.assertEqual(lines(twice), {(CALL, 2): (2, (0, 1, 1, 0))})

    def test_report__headers_from_elsewhere_do_not_count(self):
        self.assertEqual(lines(document("../usr/include/x.h", (1, 0))), {})
        self.assertEqual(lines(document("tests/unit/x.c", (1, 0))), {})

    def test_report__a_line_a_folder(self):
        rows = table(lines(document(CALL, (1, 1), (2, 0, 0, 0)), document(BASE, (1, 1, 1, 0))), {})
        self.assertEqual([row.split()[:5] for row in rows[1:]], [
            ["base", "100.0", "%", "1", "of"], ["call", "50.0", "%", "1", "of"], ["all", "66.7", "%", "2", "of"]])
        self.assertIn("25.0 %     1 of    4", rows[-1])

    def test_report__names_what_was_missed(self):
        found = lines(document(CALL, (1, 1), (2, 1, 0, 1), (4, 0)))
        self.assertEqual(
            missing_of(found, TEXTS),
            [f"{CALL}:2: 1 branches never taken: if (a)", f"{CALL}:4: not reached: b();"])


class Judge(unittest.TestCase):
    def missing(self, *call_lines):
        return never_taken(lines(document(CALL, *call_lines), document(BASE, (1, 1, 0, 0))), TEXTS)

    def test_report__only_some_folders_need_every_branch(self):
        self.assertEqual(self.missing((2, 5, 2, 3)), {})
        self.assertEqual(self.missing((2, 5, 0, 5)), {(CALL, "if (a)"): [2]})

    def test_report__an_excuse_is_for_as_many_branches_as_it_says(self):
        missing = self.missing((2, 5, 0, 5), (3, 1, 1, 0))
        self.assertEqual(judge_branches(missing, {(CALL, "if (a)"): Excuse(2, "why")}), [])
        for branches in (1, 3):
            problems = judge_branches(missing, {(CALL, "if (a)"): Excuse(branches, "why")})
            self.assertEqual(problems, [f"{CALL}:2, 3: 2 branches never taken, {branches} excused: if (a)"])
        self.assertEqual(judge_branches(missing, {}), [f"{CALL}:2, 3: 2 branches never taken, 0 excused: if (a)"])

    def test_report__an_excuse_that_fits_nothing_is_an_error(self):
        for place in ((CALL, "if (gone)"), ("src/call/gone.c", "if (a)")):
            problems = judge_branches({}, {place: Excuse(1, "why")})
            self.assertEqual(problems, [f"excused.txt: {place[0]} has no branch that is never taken in: {place[1]}"])

    def test_report__too_few_lines(self):
        enough = lines(document(BASE, *[(1 + n, int(n > 0)) for n in range(20)]))
        few = lines(document(BASE, *[(1 + n, int(n > 1)) for n in range(20)]))
        self.assertEqual(judge(enough, {BASE: [""] * 20}, {}), [])
        self.assertEqual(
            judge(few, {BASE: [""] * 20}, {}), ["only 90.0 % of the lines of src/ and dns/ were reached, 95.0 % at least"])


class Excuses(unittest.TestCase):
    def test_report__reads_excuses(self):
        self.assertEqual(read_excuses("# Nothing\n"), {})
        self.assertEqual(read_excuses(ENTRY), {(CALL, "if (a)"): Excuse(2, "never, as it is")})

    def test_report__refuses_an_excuse_without_a_reason(self):
        place = f"{CALL}\nif (a)\n"
        for text in (place, place + "1 branch:\n", f"{CALL}\n2 branches: why\n", ENTRY + "\n" + ENTRY):
            with self.assertRaises(ValueError):
                read_excuses(text)


if __name__ == "__main__":
    unittest.main()
