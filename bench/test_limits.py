# SPDX-License-Identifier: Apache-2.0
"""The gate can fail: held against figures that are made up."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import counts

LIMITS = {"allocations": 10.0, "ratio": 1.5}


class Limits(unittest.TestCase):
    def test_limits__a_figure_at_its_limit_is_kept(self):
        lines, kept = counts.judge({"allocations": 10, "ratio": 1.2, "unlimited": 99}, LIMITS, needed=True)
        self.assertTrue(kept)
        self.assertEqual(len(lines), 2)

    def test_limits__one_above_its_limit_fails_and_is_named(self):
        lines, kept = counts.judge({"allocations": 10.01, "ratio": 1.2}, LIMITS, needed=False)
        self.assertFalse(kept)
        self.assertIn("TOO MUCH", lines[0])
        self.assertNotIn("TOO MUCH", lines[1])

    def test_limits__what_is_missing_fails_only_where_all_is_needed(self):
        self.assertTrue(counts.judge({"ratio": 1}, LIMITS, needed=False)[1])
        self.assertFalse(counts.judge({"ratio": 1}, LIMITS, needed=True)[1])

    def test_limits__a_limit_that_only_just_holds_does_not_hold_when_halved(self):
        limits = counts.read_limits(pathlib.Path(counts.__file__).with_name("limits.txt"))
        at_limit = dict(limits)
        self.assertTrue(counts.judge(at_limit, limits, needed=True)[1])
        for name in limits:
            lower = {**limits, name: limits[name] / 2 - 0.01}
            self.assertFalse(counts.judge(at_limit, lower, needed=True)[1], name)


if __name__ == "__main__":
    unittest.main()
