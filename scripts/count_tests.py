#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the test cases of a run of `meson test`: count_tests.py STATUS RESULTS.junit.xml. Prints: passed failed skipped.

A program that speaks TAP has one case a line of it. One that is Python's unittest is a single case to Meson; how many ran
in it stands at the end of its output. Any other program is one case. STATUS is what `meson test` exited with: a run that
failed as a whole, or in which nothing ran, counts as a failure also if no case failed.
"""

import re
import sys
import xml.etree.ElementTree as tree

UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n\n(?:OK|FAILED)(?: \((.*)\))?$", re.M)


def count_unittest(text):
    """[passed, failed, skipped] of a run of unittest; None if the text is not of one."""
    found = UNITTEST.search(text)
    if not found:
        return None
    details = dict(re.findall(r"([a-z][a-z ]*)=(\d+)", found[2] or ""))
    failed = sum(int(details.get(name, 0)) for name in ("failures", "errors", "unexpected successes"))
    skipped = int(details.get("skipped", 0))
    return [int(found[1]) - failed - skipped, failed, skipped]


def count_case(case):
    failed = case.find("failure") is not None or case.find("error") is not None
    output = "\n".join(part.text or "" for part in case if part.tag in ("system-out", "system-err"))
    inner = count_unittest(output)
    if inner and (inner[1] > 0) == failed:
        return inner
    skipped = case.find("skipped") is not None
    return [int(not failed and not skipped), int(failed), int(skipped)]


def count(file, status):
    try:
        cases = [count_case(case) for case in tree.parse(file).getroot().iter("testcase")]
    except (OSError, tree.ParseError) as problem:
        print(f"{file}: {problem}", file=sys.stderr)
        cases = []
    passed, failed, skipped = [sum(column) for column in zip([0, 0, 0], *cases)]
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    return passed, failed, skipped


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(*count(sys.argv[2], int(sys.argv[1])))
