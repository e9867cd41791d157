# SPDX-License-Identifier: Apache-2.0
"""Reads the corpus (corpus/README.md tells its language) for tests in Python, and answers from it like a resolver."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("corpus")
FILES = ("good", "mx", "spf", "dkim", "dmarc", "names", "servers", "before")
VIEWS = ("ns1", "ns2", "cache")
SPF = "v=spf1 include:qcloudmail.com ~all"
OTHER = "qcloud-verification=4f1c"
TTL = 600


class Row(NamedTuple):
    """A record; `values` are a TXT's strings, else one text in the form of a zone file. None: there is no such record."""

    name: str
    ttl: int
    type: str
    values: list[bytes] | None
    failure: str = ""


@dataclass
class Case:
    name: str
    about: str
    domain: str = "mail.example.com"
    origin: str = "example.com"
    expect: str = "1024"
    saw: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    out: list[Row] = field(default_factory=list)
    overlays: dict[str, list[Row]] = field(default_factory=lambda: {view: [] for view in VIEWS})
    fails: dict[str, str] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, list[str]] = field(default_factory=dict)
    status: str = ""
    differs: dict[tuple[str, str], str] = field(default_factory=dict)
    unserved: str = ""

    def expected(self) -> list[tuple[str, str, str, str]]:
        """What the service asks for: record, type, name, value."""
        keys = {"1024": ["qcloudgz1024"], "2048": ["qcloudgz2048"], "both": ["qcloudgz1024", "qcloudgz2048"],
                "old": ["mail"]}.get(self.expect, ["qcloudgz1024"])
        rows = [("mx", "MX", self.domain, "mxbiz1.qq.com."), ("spf", "TXT", self.domain, SPF)]
        for number, selector in enumerate(keys):
            key = VALUES["1024"] if "2048" not in selector else VALUES["2048cut"] + VALUES["2048rest"]
            head = "k=rsa;p=" if selector == "mail" else "v=DKIM1; k=rsa; p="
            rows.append(("dkim2" if number else "dkim", "TXT", f"{selector}._domainkey.{self.domain}", head + key))
        rows.append(("dmarc", "TXT", f"_dmarc.{self.domain}", "v=DMARC1; p=none"))
        if self.expect == "other":
            rows.append(("other", "TXT", self.domain, OTHER))
        return rows

    def view(self, which: str) -> list[Row]:
        """The zone as one of the servers, or the cache, has it."""
        overlay = self.overlays[which]
        replaced = {(row.name, row.type) for row in overlay}
        return [row for row in self.rows if (row.name, row.type) not in replaced] + \
            [row for row in overlay if row.values is not None]

    def is_simple(self) -> bool:
        """Whether every server and the cache have the same, and answer."""
        return not any(self.overlays.values()) and not self.fails


VALUES = dict(line.split(" ", 1) for line in (FOLDER / "values.txt").read_text().splitlines()
              if line and not line.startswith("#"))


def expand(text: str) -> str:
    return re.sub(r"\$([a-z0-9]+)", lambda match: VALUES.get(match[1], match[0]), text)


def absolute(name: str, origin: str) -> str:
    """In lower case, without a final dot."""
    full = origin if name == "@" else name if name.endswith(".") else f"{name}.{origin}"
    return full.rstrip(".").lower()


def strings_of(text: str) -> list[bytes]:
    """The quoted strings of a TXT record, their escapes undone."""
    found = []
    for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', text):
        octets = re.sub(rb"\\(\d{3}|.)", lambda match: bytes([int(match[1])]) if match[1].isdigit() else match[1],
                        quoted.encode())
        found.append(octets)
    return found


def row_of(line: str, origin: str) -> Row:
    name, rest = expand(line).split(None, 1)
    ttl = re.match(r"(\d+)\s+", rest)
    rest = rest[ttl.end():] if ttl else rest
    kind, data = rest.split(None, 1)
    seconds = int(ttl[1]) if ttl else TTL
    name = absolute(name, origin)
    if data == "none" or data.startswith("fails "):
        return Row(name, seconds if ttl else 180, kind, None, data[6:] if data != "none" else "")
    return Row(name, seconds, kind, strings_of(data) if kind == "TXT" else [data.encode()])


def add_good(case: Case, records: str) -> None:
    for wanted in records.split():
        for record, kind, name, value in case.expected():
            if record.rstrip("2") == wanted:
                pieces = [value[:255], value[255:]] if len(value) > 255 else [value]
                values = [piece.encode() for piece in pieces] if kind == "TXT" else [f"10 {value}".encode()]
                case.rows.append(Row(name, TTL, kind, values))


def add_verdict(case: Case, rest: str) -> None:
    record, *words = rest.split()
    if record == "status":
        case.status = words[0]
    else:
        case.verdicts[record] = words


def add_line(case: Case, word: str, rest: str) -> None:
    if word == "good":
        add_good(case, rest)
    elif word == "zone":
        case.rows.append(row_of(rest, case.origin))
    elif word == "out":
        case.out.append(row_of(rest, case.origin))
    elif word in VIEWS:
        case.overlays[word].append(row_of(rest, case.origin))
    elif word == "fails":
        case.fails[rest.split()[0]] = rest.split(None, 1)[1]
    elif word == "serial":
        case.serials[rest.split()[0]] = int(rest.split()[1])
    elif word == "=":
        add_verdict(case, rest)
    elif word == "differs":
        judge, record, words = rest.split(None, 2)
        case.differs[judge, record] = words
    elif word == "unserved":
        case.unserved = rest
    elif word not in ("fix", "wait"):
        raise ValueError(f"{case.name}: {word} {rest}")


def read_case(title: str, lines: list[str], rename: Callable[[str], str]) -> Case:
    name, about = title.split(None, 1)
    case = Case(name, about.strip(), rename(Case.domain), rename(Case.origin))
    words = [(rename(line).split(None, 1) + [""])[:2] for line in lines]
    for word, rest in words:
        if word in ("domain", "origin", "expect"):
            setattr(case, word, rest)
        elif word == "saw":
            case.saw[rest.split()[0]] = expand(rest.split(None, 1)[1][1:-1])
    for word, rest in words:
        if word not in ("domain", "origin", "expect", "saw"):
            add_line(case, word, rest)
    return case


def read_corpus(rename: Callable[[str, int], str] = lambda text, number: text) -> list[Case]:
    """All cases, their lines renamed each by its number."""
    cases: list[Case] = []
    for file in FILES:
        for block in (FOLDER / f"{file}.txt").read_text().split("\n== ")[1:]:
            title, *lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
            number = len(cases)
            cases.append(read_case(title, lines, lambda text, number=number: rename(text, number)))
    return cases


def read_elsewhere(rename: Callable[[str], str] = lambda text: text) -> list[Row]:
    lines = (FOLDER / "elsewhere.txt").read_text().splitlines()
    return [row_of(rename(line).split(None, 1)[1], "test") for line in lines if line.startswith("out ")]


ELSEWHERE = read_elsewhere()


# ---- zone files ----


def quoted(octets: bytes) -> str:
    """A string as zone files have it; a single quote would end unbound's."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in "\"\\'" else f"\\{b:03d}" for b in octets) + '"'


def line_of(row: Row) -> str:
    data = " ".join(map(quoted, row.values)) if row.type == "TXT" else row.values[0].decode()
    return f"{row.name}. {row.ttl} {row.type} {data}"


def zone_text(origin: str, rows: list[Row], serial: int = 2026010101, minimum: int = 180,
              servers: tuple[str, ...] = ("ns1.dns.test.", "ns2.dns.test.")) -> str:
    """A zone as a file."""
    lines = [f"$ORIGIN {origin}.", f"@ 600 SOA ns1.dns.test. root.dns.test. {serial} 7200 900 604800 {minimum}"]
    if not any(row.type == "NS" and row.name == origin for row in rows):
        lines += [f"@ 600 NS {server}" for server in servers]
    return "\n".join(lines + [line_of(row) for row in rows]) + "\n"


class Resolver:
    """Answers from a case's zone, as its first server has it, and from what is elsewhere."""

    def __init__(self, case: Case) -> None:
        self.zones = [case.view("ns1"), case.out, ELSEWHERE]

    def answering(self, zone: list[Row], name: str) -> str | None:
        """The name whose records answer: itself, or the wildcard at the closest name that is there (RFC 4592)."""
        there = {".".join(row.name.split(".")[i:]) for row in zone for i in range(row.name.count(".") + 1)}
        if name in there:
            return name
        while "." in name and name not in there:
            name = name.split(".", 1)[1]
        return f"*.{name}" if f"*.{name}" in there else None

    def find(self, name: str, kind: str, depth: int = 0) -> list[Row]:
        for zone in self.zones:
            owner = self.answering(zone, name)
            rows = [row for row in zone if row.name == owner]
            alias = [row for row in rows if row.type == "CNAME" and kind != "CNAME"]
            if alias and depth < 8:
                return self.find(absolute(alias[0].values[0].decode(), "example.com"), kind, depth + 1)
            if rows:
                return [row for row in rows if row.type == kind]
        return []

    def texts(self, name: str) -> list[bytes]:
        return [b"".join(row.values) for row in self.find(name.rstrip(".").lower(), "TXT")]
