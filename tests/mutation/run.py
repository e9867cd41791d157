#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that the unit tests notice deliberate faults: run.py FAULTS FOLDER [WORD].

Copies the tree into FOLDER, builds it there, and applies the faults of the file FAULTS one after the other (with WORD:
those whose words hold it). Each must still build, and make one of the unit tests named beside it fail. FAULTS says how
a fault is written. Exits with 1 if one survives, does not build, or does not fit the sources any more.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SECONDS_A_TEST = 15
SETUP = ["meson", "setup", "-Dbuildtype=debug", "-Demulator=false", "-Dexamples=false", "-Dwarning_level=0"]


class Fault(NamedTuple):
    words: str
    file: str
    tests: list[str]
    before: str
    after: str


def read_fault(block: str) -> Fault:
    """A block: words, "FILE: TEST TEST...", and lines that begin with "-" (taken out), "+" (put in) or " " (both)."""
    words, place, *lines = block.splitlines()
    file, _, tests = place.partition(": ")
    if not tests or not lines or any(line[:1] not in ("-", "+", " ") for line in lines):
        raise ValueError(f"no fault: {block}")
    before = "".join(line[1:] + "\n" for line in lines if line[0] in "- ")
    after = "".join(line[1:] + "\n" for line in lines if line[0] in "+ ")
    return Fault(words, file, tests.split(), before, after)


def read_faults(text: str) -> list[Fault]:
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return [read_fault(block.strip("\n")) for block in re.split(r"\n\s*\n", kept) if block.strip()]


def changed(fault: Fault, text: str) -> str:
    """The file's text with the fault in it. Whole lines are compared, and must be there once."""
    found = ("\n" + text).count("\n" + fault.before)
    if found != 1 or fault.before == fault.after:
        raise ValueError(f"{fault.file} has the lines of the fault \"{fault.words}\" {found} times, not once")
    return ("\n" + text).replace("\n" + fault.before, "\n" + fault.after)[1:]


def builds(build: Path, tests: set[str]) -> bool:
    programs = [f"tests/unit/test_{test}" for test in sorted(tests)]
    return subprocess.run(["ninja", "-C", build, *programs], capture_output=True, check=False).returncode == 0


def failing(build: Path, tests: list[str]) -> str | None:
    """The first test that fails or does not end."""
    for test in tests:
        try:
            result = subprocess.run(
                [build / "tests" / "unit" / f"test_{test}"], stdin=subprocess.DEVNULL, capture_output=True,
                timeout=SECONDS_A_TEST, check=False)
        except subprocess.TimeoutExpired:
            return f"{test} (which does not end)"
        if result.returncode != 0:
            return test
    return None


def attempt(fault: Fault, tree: Path, build: Path) -> tuple[bool, str]:
    """Whether the fault was caught, and in words what happened."""
    file = tree / fault.file
    text = file.read_text()
    file.write_text(changed(fault, text))
    try:
        if not builds(build, set(fault.tests)):
            return False, "does not build"
        test = failing(build, fault.tests)
        return test is not None, f"caught by {test}" if test else "SURVIVES " + ", ".join(fault.tests)
    finally:
        file.write_text(text)


def prepare(folder: Path, tests: set[str]) -> tuple[Path, Path]:
    """A new copy of the tree and a build of it, in which the tests pass."""
    tree, build = folder / "tree", folder / "build"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("build*", ".git", "node_modules", "__pycache__"))
    done = subprocess.run([*SETUP, build, tree], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    if not builds(build, tests):
        sys.exit(f"{tree} does not build without a fault")
    if (broken := failing(build, sorted(tests))):
        sys.exit(f"{broken} fails without a fault")
    return tree, build


def main(faults: list[Fault], folder: Path) -> int:
    started = time.monotonic()
    for fault in faults:
        changed(fault, (ROOT / fault.file).read_text())
    tree, build = prepare(folder, {test for fault in faults for test in fault.tests})
    caught = 0
    for fault in faults:
        is_caught, words = attempt(fault, tree, build)
        caught += is_caught
        print(f"{fault.file}: {fault.words}: {words}", flush=True)
    print(f"{len(faults)} faults, {caught} caught, {len(faults) - caught} not ({time.monotonic() - started:.0f} s)")
    return 0 if faults and caught == len(faults) else 1


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    os.environ.setdefault("CC", "gcc")
    word = sys.argv[3] if len(sys.argv) == 4 else ""
    chosen = [fault for fault in read_faults(Path(sys.argv[1]).read_text()) if word in fault.words]
    sys.exit(main(chosen, Path(sys.argv[2]).resolve()))
