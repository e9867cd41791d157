#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Picks the inputs that are worth keeping: pick.py CONTROL COUNT FOLDER. Prints the names of at most COUNT files of
libFuzzer's control file (-set_cover_merge=1 -merge_control_file=CONTROL), those first that reach most of what no file
of FOLDER, and none picked before, reaches."""

import os
import sys


def read(control):
    """{file: set of features} as the control file has them."""
    with open(control, encoding="utf-8", errors="surrogateescape") as stream:
        lines = stream.read().splitlines()
    files = lines[2:2 + int(lines[0])]
    parts = [line.split() for line in lines if line.startswith("FT ")]
    return {files[int(part[1])]: set(part[2:]) for part in parts}


def pick(features, count, folder):
    reached = set().union(*(found for file, found in features.items() if os.path.dirname(file) == folder))
    left = {file: found - reached for file, found in features.items()}
    while left and count > 0:
        best = max(sorted(left), key=lambda file: (len(left[file]), -os.path.getsize(file)))
        if not left[best]:
            return
        yield best
        count -= 1
        taken = left.pop(best)
        left = {file: found - taken for file, found in left.items()}


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    for name in pick(read(sys.argv[1]), int(sys.argv[2]), sys.argv[3]):
        print(name)
