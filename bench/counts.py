# SPDX-License-Identifier: Apache-2.0
"""What can be counted, and so repeats: instructions, allocations, connections, files read, bytes."""

import pathlib
import re
import shutil
import subprocess

import rig as bench

# The server answers when the client already waits, so that each call takes the same way through libcurl.
DELAY = ("--delay", "4")
FEW, MANY = 21, 121


def instructions(rig: bench.Rig, words_for) -> float:
    """Instructions a call: of many calls less those of few, so that starting and ending do not count."""
    totals = {}
    for times in (FEW, MANY):
        before = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={rig.scratch}/callgrind.out")
        text = rig.run(*words_for(times), before=before)[1]
        totals[times] = int(re.search(r"Collected : (\d+)", text)[1])
    return (totals[MANY] - totals[FEW]) / (MANY - FEW)


def allocations(rig: bench.Rig, words: tuple[str, ...]) -> float:
    """Heap allocations a call of the whole process."""
    found = rig.measure(*words, preload="count_allocations.so")
    return found["allocations"] / found["times"]


def own_allocations(rig: bench.Rig, records: int) -> float:
    """What the library asks of the client's allocator in a call that is answered with so many records."""
    with rig.server(bench.identity(records)) as server:
        found = rig.measure(*server.ours(MANY, "own"))
    return found["own_allocations"] / found["times"]


def connections(rig: bench.Rig, words_for, times: int) -> int:
    with rig.server(bench.identity(4)) as server:
        rig.run(*words_for(server)(times))
        return server.close()


def bundle_reads(rig: bench.Rig, words_for, times: int) -> int:
    """How often the system's certificates are read for that many calls, each on a new TLS connection."""
    with rig.server(bench.identity(4), "--close", *rig.certificates()) as server:
        return int(rig.run(*words_for(server)(times), preload="other_trust.so")[1])


def stripped_bytes(rig: bench.Rig) -> int:
    copy = rig.scratch / "stripped.so"
    subprocess.run(["strip", "-o", str(copy), str(rig.library)], check=True)
    return copy.stat().st_size


def all_counts(rig: bench.Rig) -> dict[str, float]:
    """The figures that limits.txt bounds, and those they come from."""
    figures: dict[str, float] = {}
    with rig.server(bench.identity(4), *DELAY) as server:
        figures["allocations_bare"] = allocations(rig, server.bare(MANY))
        figures["allocations"] = allocations(rig, server.ours(MANY))
        if shutil.which("valgrind"):
            figures["instructions_bare"] = instructions(rig, server.bare)
            figures["instructions"] = instructions(rig, server.ours)
            figures["instructions_ratio"] = figures["instructions"] / figures["instructions_bare"]
    figures["allocations_more_than_bare"] = figures["allocations"] - figures["allocations_bare"]
    figures["own_allocations"] = own_allocations(rig, 4)
    figures["own_allocations_more_for_12_records"] = own_allocations(rig, 12) - figures["own_allocations"]
    figures["own_allocations_more_for_100_records"] = own_allocations(rig, 100) - figures["own_allocations"]
    figures["connections"] = connections(rig, lambda server: server.ours, 100)
    if bench.SYSTEM_BUNDLE.exists() and shutil.which("openssl"):
        figures["bundle_reads"] = bundle_reads(rig, lambda server: server.ours, 10)
    if shutil.which("strip"):
        figures["stripped_kb"] = stripped_bytes(rig) / 1000
    return figures


def read_limits(path: pathlib.Path) -> dict[str, float]:
    limits = {}
    for line in path.read_text().splitlines():
        words = line.partition("#")[0].split()
        if words:
            name, limit = words
            limits[name] = float(limit)
    return limits


def judge(figures: dict[str, float], limits: dict[str, float], needed: bool) -> tuple[list[str], bool]:
    """A line for each limit, and whether all are kept. A figure that is missing breaks its limit if all are needed."""
    lines, kept = [], True
    for name, limit in limits.items():
        figure = figures.get(name)
        if figure is None:
            lines.append(f"{name:38} not measured: a program for it is missing")
            kept = kept and not needed
            continue
        within = figure <= limit
        kept = kept and within
        lines.append(f"{name:38} {figure:10.2f}   at most {limit:g}{'' if within else '   TOO MUCH'}")
    return lines, kept
