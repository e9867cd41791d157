# SPDX-License-Identifier: Apache-2.0
"""What has to be timed: medians of interleaved runs, side by side in one go. Trust the ratios, not the figures."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
import unittest

import counts
import rig as bench

CALLS = 2000
ROUNDS = 7
CONNECTIONS = 20
SIGNATURES = 20000


class Row:
    """One line of the table: a figure of the bare loop, of the library and of the Node.js SDK."""

    def __init__(self, what: str, unit: str):
        self.what = what
        self.unit = unit
        self.found: dict[str, list[float]] = {}

    def add(self, who: str, figure: float) -> None:
        self.found.setdefault(who, []).append(figure)

    def ratio(self, who: str) -> str:
        pairs = list(zip(self.found.get(who, []), self.found.get("bare", [])))
        return f"{statistics.median(a / b for a, b in pairs):.2f}" if pairs else ""

    def figure(self, who: str) -> str:
        if who not in self.found:
            return ""
        middle = statistics.median(self.found[who])
        return f"{middle:,.0f}" if middle >= 1000 else f"{middle:.3g}"

    def line(self) -> str:
        words = [f"{self.what} ({self.unit})", self.figure("bare"), self.figure("ours"), self.ratio("ours"),
                 self.figure("node"), self.ratio("node")]
        return "| " + " | ".join(words) + " |"


HEAD = ["| measured | bare | ours | ratio | Node SDK | ratio |", "|---|---|---|---|---|---|"]


def calls(rig: bench.Rig, node) -> list[Row]:
    """Calls one after the other over one connection."""
    cpu, rate, peak = Row("CPU a call", "us"), Row("requests a second", "1/s"), Row("peak memory", "MB")
    with rig.server(bench.identity(4)) as server:
        for _ in range(ROUNDS):
            for who, run in (("bare", server.bare), ("ours", server.ours)):
                add_calls(who, rig.measure(*run(CALLS)), cpu, rate, peak)
            if node:
                add_calls("node", node(server.port, CALLS), cpu, rate, peak)
    return [cpu, rate, peak]


def add_calls(who: str, found: dict, cpu: Row, rate: Row, peak: Row) -> None:
    cpu.add(who, found["cpu_us"] / found["times"])
    rate.add(who, found["times"] * 1e6 / found["wall_us"])
    peak.add(who, found["peak_kb"] / 1024)


def new_connections(rig: bench.Rig) -> list[Row]:
    """Calls that each open a TLS connection, with the certificates that the system trusts."""
    first, later = Row("first TLS connection of a unit, CPU", "ms"), Row("later TLS connections, CPU each", "ms")
    with rig.server(bench.identity(4), "--close", *rig.certificates()) as server:
        for _ in range(ROUNDS):
            for who, run in (("bare", server.bare), ("ours", server.ours)):
                found = rig.measure(*run(CONNECTIONS + 1), preload="other_trust.so")
                first.add(who, found["first_cpu_us"] / 1e3)
                later.add(who, found["cpu_us"] / found["times"] / 1e3)
    return [first, later]


def fresh_process(rig: bench.Rig, *server_arguments: str) -> list[Row]:
    """From the start of a process to its end after one call."""
    tls = "--tls" in server_arguments
    row = Row(f"fresh process, one call over {'TLS' if tls else 'HTTP'}", "ms")
    with rig.server(bench.identity(4), *server_arguments) as server:
        for _ in range(3 * ROUNDS):
            for who, run in (("bare", server.bare), ("ours", server.ours)):
                begin = time.monotonic()
                rig.run(*run(1), preload="other_trust.so" if tls else "")
                row.add(who, (time.monotonic() - begin) * 1e3)
    return [row]


def decoding(rig: bench.Rig, count: int, times: int) -> Row:
    """A whole call over a transport that answers at once, against json_loadb() of the same bytes."""
    path = rig.file(f"list{count}.json", bench.identities(count))
    row = Row(f"decoding {count:,} identities, bare: json_loadb()", "us")
    for _ in range(ROUNDS):
        for who, words in (("bare", ("parse", path)), ("ours", ("ours", "list", path))):
            found = rig.measure(*words, str(times))
            row.add(who, found["cpu_us"] / found["times"])
    return row


def signatures(rig: bench.Rig) -> Row:
    row = Row("signatures a second", "1/s")
    for _ in range(3):
        found = rig.measure("ours", "sign", str(SIGNATURES))
        row.add("ours", found["times"] * 1e6 / found["cpu_us"])
    return row


def counted(rig: bench.Rig, figures: dict[str, float], node) -> list[Row]:
    """The rows of what was counted already."""
    rows = []
    for what, name in (("instructions a call", "instructions"), ("heap allocations a call", "allocations")):
        row = Row(what, "count")
        if name in figures:
            row.add("bare", figures[name + "_bare"])
            row.add("ours", figures[name])
        rows.append(row)
    row = Row("connections for 1,000 calls", "count")
    row.add("bare", counts.connections(rig, lambda server: server.bare, 1000))
    row.add("ours", counts.connections(rig, lambda server: server.ours, 1000))
    if node:
        with rig.server(bench.identity(4)) as server:
            node(server.port, 1000)
            row.add("node", server.close())
    return rows + [row]


def node_sdk(rig: bench.Rig, directory: pathlib.Path):
    """A function that makes calls through the official Node.js SDK; None, after saying why, where it can't be had."""
    os.environ["TCSES_PEERS"] = str(directory / "tests" / "peers" / "npm")
    sys.path.insert(0, str(bench.ROOT / "tests" / "peers"))
    import support
    try:
        support.need_sdk()
    except unittest.SkipTest:
        return None

    def run(port: int, times: int) -> dict:
        environment = {**rig.environment, "NODE_PATH": str(support.modules())}
        done = subprocess.run(["node", str(bench.HERE / "node.js"), str(port), str(times)], env=environment,
                              capture_output=True, text=True, timeout=bench.WAIT_SECONDS,
                              preexec_fn=lambda: os.sched_setaffinity(0, {rig.client_core}))
        if done.returncode != 0:
            raise bench.Failed(f"bench/node.js failed:\n{done.stderr}")
        return json.loads(done.stdout)
    return run


def table(rig: bench.Rig, directory: pathlib.Path, figures: dict[str, float]):
    """The table, line by line, as it is measured."""
    node = node_sdk(rig, directory)
    yield from HEAD
    for row in calls(rig, node) + counted(rig, figures, node) + fresh_process(rig):
        yield row.line()
    if bench.SYSTEM_BUNDLE.exists():
        for row in new_connections(rig) + fresh_process(rig, *rig.certificates()):
            yield row.line()
    else:
        print(f"TLS is not measured: {bench.SYSTEM_BUNDLE} is missing", file=sys.stderr)
    yield decoding(rig, 100, 500).line()
    yield decoding(rig, 10000, 5).line()
    yield signatures(rig).line()
