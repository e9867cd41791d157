#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The corpus, served by real servers and asked for by the library: test_corpus.py DOCTOR [unittest options].

Every case gets zones of its own below "test", c17.test in place of example.com, so that a few servers hold them all:
two that the zones are delegated to (knotd), the one of "test" (nsd), one for what lies elsewhere (knotd), and unbound,
which asks a server of its own for what the cache has. What a real server can't be made to say has its reason in the
corpus.
"""

import json
import socket
import subprocess
import unittest
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import rig
from corpus import Case, Row, line_of, read_corpus, read_elsewhere, zone_text

NS1, NS2, CACHE, OTHERS, SILENT = 11, 12, 13, 14, 15
NUMBERS = {"ns1": NS1, "ns2": NS2, "silent": SILENT}


def renamed(text: str, number: int) -> str:
    text = text.replace("example.com", f"c{number}.test").replace("provider.test", f"p{number}.test")
    text = text.replace("xn--fiqs8s.test", f"xn--fiqs8s.i{number}.test")
    return "origin test" if text == "origin com" else text


def top(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def serving(case: Case, which: str) -> str:
    """The server that the zone is delegated to in the place of ns1 or ns2."""
    return "silent" if case.fails.get(which) == "timed out" else which


def cuts(case: Case) -> list[str]:
    return sorted({row.name for row in case.rows if row.type == "NS" and row.name != case.origin})


class World:
    """Which server has which zones, for all cases."""

    def __init__(self, cases: list[tuple[int, Case]]) -> None:
        self.zones: dict[int, dict[str, str]] = defaultdict(dict)
        self.rows: dict[str, list[Row]] = defaultdict(list)  # of zones elsewhere
        self.stubs: dict[str, list[int]] = {}
        self.top_lines = [f"{name}.dns A {{{number}}}" for name, number in NUMBERS.items()]
        for number, case in cases:
            self.add(number, case)
        for origin, rows in self.rows.items():
            self.zones[OTHERS][origin] = zone_text(origin, rows)
            self.stubs[origin] = [OTHERS]

    def add(self, number: int, case: Case) -> None:
        for row in case.out + read_elsewhere(lambda text: renamed(text, number)):
            self.add_elsewhere(number, case, row)
        for cut in cuts(case):
            self.rows[cut] += []
        if case.origin == "test":
            return
        minimum = min([row.ttl for row in case.overlays["cache"] if row.values is None], default=180)
        self.zones[CACHE][case.origin] = zone_text(case.origin, case.view("cache"), minimum=minimum)
        self.stubs[case.origin] = [CACHE]
        for which in ("ns1", "ns2"):
            self.top_lines.append(f"{case.origin}. NS {serving(case, which)}.dns.test.")
            if which not in case.fails:
                self.zones[NUMBERS[which]][case.origin] = zone_text(
                    case.origin, case.view(which), case.serials.get(which, 2026010101))

    def add_elsewhere(self, number: int, case: Case, row: Row) -> None:
        cut = [cut for cut in cuts(case) if row.name.endswith(cut)]
        own = [zone for zone in (f"p{number}.test", f"c{number}.test") if row.name.endswith(zone)]
        if top(row.name) == "test" and not cut + own:
            self.top_lines.append(line_of(row))
            return
        zone = (cut + own + [top(row.name)])[0]
        if row not in self.rows[zone]:
            self.rows[zone].append(row)


def answer_of(case: Case) -> dict:
    """What the service would have said of the domain."""
    attributes = [{"Type": kind, "SendDomain": name, "ExpectedValue": value, "CurrentValue": case.saw.get(record, ""),
                   "Status": False} for record, kind, name, value in case.expected()]
    return {"Response": {"IdentityType": "DOMAIN", "Attributes": attributes, "RequestId": "r"}}


def wanted(case: Case) -> dict:
    """What the corpus says: of each record, of the domain, of the whole if it is said."""
    found = {}
    for record, *_ in case.expected() if case.expect != "none" else []:
        status, equals, valid, *codes = case.verdicts.get(record, ["ok", "yes", "yes"])
        found[record] = [status, equals, valid, *[code[1:] for code in codes]]
    found["domain"] = [code[1:] for code in case.verdicts.get("domain", [])]
    return found


def told(case: Case, report: dict) -> dict:
    words = ["unset", "no", "yes"]
    found = {record: [r["status"], words[r["equals"]], words[r["valid"]], *r["findings"]]
             for (record, *_), r in zip(case.expected(), report["records"])}
    found["domain"] = report["findings"]
    return found


class Corpus(rig.DnsTest):
    def start(self, world: World) -> None:
        net = self.net
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        silent.bind((net.address(SILENT), net.port))
        net.others.append(silent)
        for number in (NS1, NS2, CACHE, OTHERS):
            net.serve("knotd", number, world.zones[number])
        net.parent({}, others="\n".join(world.top_lines))
        net.resolver(world.stubs)

    def ask(self, number: int, case: Case) -> dict:
        words = [*rig.WRAPPER, rig.PROGRAM, "--resolver", self.net.at(rig.RESOLVER), "--port", str(self.net.port),
                 "--query-timeout", str(300 * rig.SLOWNESS), "run", case.domain]
        if case.expect != "none":
            file = self.net.folder / f"answer{number}.json"
            file.write_text(json.dumps(answer_of(case)))
            words.append(str(file))
        done = subprocess.run(words, capture_output=True, text=True, timeout=120 * rig.SLOWNESS, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return json.loads(done.stdout)

    def test_corpus__is_judged_so_through_real_servers(self):
        cases = [(number, case) for number, case in enumerate(read_corpus(renamed)) if not case.unserved]
        self.assertGreaterEqual(len(cases), 200)
        self.start(World(cases))
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda pair: self.ask(*pair), cases))
        for (_, case), result in zip(cases, results):
            with self.subTest(case.name, about=case.about):
                self.assertEqual(result["status"], 0)
                self.assertEqual(told(case, result), wanted(case))
                if case.status:
                    self.assertEqual(result["overall"], case.status)


if __name__ == "__main__":
    rig.need("knotd", "nsd", "unbound")
    rig.main()
