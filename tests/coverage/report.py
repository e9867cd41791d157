#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the tests reached of src/ and dns/: report.py BUILD.

BUILD was made with -Db_coverage=true, gcc and no optimisation, and tests have run in it. Prints a line for each folder
of src/, and one for dns/. Fails when fewer than 95 of 100 lines were reached, when a branch of call/, credentials/, codec/ or workflow/
was never taken that excused.txt does not name, and when excused.txt names what is no longer so. Lines and branches that were not
reached are listed in BUILD/coverage-missing.txt.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXCUSED = Path(__file__).with_name("excused.txt")
LINES_GOAL = 95.0
WHOLE_FOLDERS = ("call", "credentials", "codec", "workflow")
OBJECTS = ("src/libtcses-internal.a.p/*", "dns/libtcses-dns-internal.a.p/*", "tests/unit/test_*.p/*_dns_*")
REASON = re.compile(r"(\d+) branch(?:es)?: (.+)", re.S)


class Line(NamedTuple):
    count: int
    branches: tuple[int, ...]


class Excuse(NamedTuple):
    branches: int
    reason: str


# (file, number): what ran there. (file, text of the line): why some of its branches are never taken.
Lines = dict[tuple[str, int], Line]
Excuses = dict[tuple[str, str], Excuse]


def documents_of(build: Path) -> list[dict]:
    """What gcov says of each object of the libraries, and of those that tests are made of."""
    notes = sorted(str(file.resolve()) for objects in OBJECTS for file in build.glob(objects + ".gcno"))
    if not notes or not any(build.glob(OBJECTS[0] + ".gcda")):
        sys.exit(f"{build}: no test has run in a build with -Db_coverage=true there")
    with tempfile.TemporaryDirectory() as folder:
        command = ["gcov", "--json-format", "--branch-probabilities", "--stdout", *notes]
        output = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def source_name(document: dict, file: dict, root: Path) -> str | None:
    """The file's path below the root; None of a header from elsewhere."""
    path = (Path(document["current_working_directory"]) / file["file"]).resolve()
    return str(path.relative_to(root)) if path.is_relative_to(root / "src") or path.is_relative_to(root / "dns") else None


def folder_of(name: str) -> str:
    """"call" for src/call/x.c, "dns" for dns/x.c."""
    return name.removeprefix("src/").split("/")[0]


def lines_of(documents: list[dict], root: Path) -> Lines:
    """A line that several objects hold, as in a header, was reached where one of them reached it."""
    parts: dict[tuple[str, int, str], Line] = {}
    for document in documents:
        for file in document["files"]:
            name = source_name(document, file, root)
            for line in file["lines"] if name else []:
                key = (name, line["line_number"], line.get("function_name", ""))
                branches = tuple(branch["count"] for branch in line["branches"])
                before = parts.get(key, Line(0, (0,) * len(branches)))
                sums = tuple(a + b for a, b in zip(before.branches, branches, strict=True))
                parts[key] = Line(before.count + line["count"], sums)
    lines: Lines = {}
    for (name, number, _), part in parts.items():
        before = lines.get((name, number), Line(0, ()))
        lines[name, number] = Line(before.count + part.count, before.branches + part.branches)
    return lines


def read_excuses(text: str) -> Excuses:
    """Blocks of: the file, its line, "N branches: reason"; and lines of comment."""
    excuses: Excuses = {}
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for block in filter(None, (block.strip() for block in re.split(r"\n\s*\n", kept))):
        file, line, *rest = [part.strip() for part in block.splitlines()] + [""]
        found = REASON.fullmatch(" ".join(rest).strip())
        if not found or (file, line) in excuses:
            raise ValueError(f"no entry, or a second one for its line: {block}")
        excuses[file, line] = Excuse(int(found[1]), found[2])
    return excuses


def never_taken(lines: Lines, texts: dict[str, list[str]]) -> dict[tuple[str, str], list[int]]:
    """The numbers of the lines with branches never taken, each as often as it has such, by file and text."""
    missing = defaultdict(list)
    for (file, number), line in sorted(lines.items()):
        if folder_of(file) in WHOLE_FOLDERS:
            missing[file, texts[file][number - 1].strip()] += [number] * line.branches.count(0)
    return {place: numbers for place, numbers in missing.items() if numbers}


def judge_branches(missing: dict[tuple[str, str], list[int]], excuses: Excuses) -> list[str]:
    problems = []
    for (file, text), numbers in missing.items():
        excused = excuses[file, text].branches if (file, text) in excuses else 0
        if len(numbers) != excused:
            where = ", ".join(str(number) for number in sorted(set(numbers)))
            problems.append(f"{file}:{where}: {len(numbers)} branches never taken, {excused} excused: {text}")
    for file, text in excuses.keys() - missing.keys():
        problems.append(f"excused.txt: {file} has no branch that is never taken in: {text}")
    return problems


def percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 100.0


def reached(lines: Lines, folder: str) -> tuple[int, int, int, int]:
    """Lines reached, lines, branches taken, branches of a folder ("": of all)."""
    inside = [line for (file, _), line in lines.items() if not folder or folder_of(file) == folder]
    branches = [count for line in inside for count in line.branches]
    return sum(line.count > 0 for line in inside), len(inside), sum(count > 0 for count in branches), len(branches)


def table(lines: Lines, excuses: Excuses) -> list[str]:
    rows = [f"{'src, dns':14}{'lines reached':>24}{'branches taken':>24}{'excused':>10}"]
    for folder in [*sorted({folder_of(file) for file, _ in lines}), ""]:
        line_part, line_all, part, whole = reached(lines, folder)
        excused = sum(e.branches for (file, _), e in excuses.items() if not folder or folder_of(file) == folder)
        rows.append(
            f"{folder or 'all':14}{percent(line_part, line_all):8.1f} % {line_part:5} of {line_all:4}"
            f"{percent(part, whole):8.1f} % {part:5} of {whole:4}{excused or '':>9}")
    return rows


def missing_of(lines: Lines, texts: dict[str, list[str]]) -> list[str]:
    return [
        f"{file}:{number}: {'not reached' if line.count == 0 else f'{line.branches.count(0)} branches never taken'}: "
        f"{texts[file][number - 1].strip()}"
        for (file, number), line in sorted(lines.items()) if line.count == 0 or 0 in line.branches]


def judge(lines: Lines, texts: dict[str, list[str]], excuses: Excuses) -> list[str]:
    problems = judge_branches(never_taken(lines, texts), excuses)
    part, whole, _, _ = reached(lines, "")
    if percent(part, whole) < LINES_GOAL:
        problems.append(f"only {percent(part, whole):.1f} % of the lines of src/ and dns/ were reached, {LINES_GOAL} % at least")
    return problems


def main(build: Path) -> int:
    # A source that was taken away leaves its notes in the build.
    lines = {place: line for place, line in lines_of(documents_of(build), ROOT).items() if (ROOT / place[0]).is_file()}
    texts = {file: (ROOT / file).read_text().splitlines() for file, _ in lines}
    excuses = read_excuses(EXCUSED.read_text())
    problems = judge(lines, texts, excuses)
    print(*table(lines, excuses), *problems, sep="\n")
    (build / "coverage-missing.txt").write_text("\n".join([*missing_of(lines, texts), ""]))
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
