# SPDX-License-Identifier: Apache-2.0
"""Looks at a domain whose only DNS server spoils its answers at random, again and again:

    fuzz_server.py DOCTOR [--seconds N] [--seed S]

Answers are those of a real server, changed: bits, lengths, counts, ids, questions, pointers, pieces cut off, moved, repeated
or blown up to 64 KB; kept back, sent twice, or cut in the middle over TCP. The zone has no SPF record. Each look has to end
in time, with 0 and a whole report, and may not find that record. One line of figures at the end; exits with 1 after a finding,
which is printed with its seed (threads make two runs with the same one differ)."""

import argparse
import json
import pathlib
import random
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import rig  # noqa: E402
import scripted  # noqa: E402
from rig import SOA, zone  # noqa: E402
from scripted import AA, MX, NS, SELF, TC, TXT, ScriptedServer, framed, record  # noqa: E402
from test_servers import DOMAIN, EXPECTED, GOOD, ORIGIN  # noqa: E402

TRY_MS, LOOK_MS, MARGIN_MS = 60, 1500, 1500
THREADS = 8  # looks that go on at once
BAD, TRUE = 11, 13


class Spoiler:
    """What is done to one answer, by chance."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.sent = 0

    def flip(self, packet):
        data = bytearray(packet)
        for _ in range(self.chance.choice((1, 1, 2, 8, 64))):
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
        return bytes(data)

    def overwrite(self, packet):
        data = bytearray(packet)
        at = self.chance.randrange(2, len(data))
        value = self.chance.choice((b"\0", b"\xff", b"\xc0", b"\x3f", b"\x40", b"\x80", struct.pack("!H", 0xC000 | at & 0x3FFF),
                                    struct.pack("!H", 0xC000 | self.chance.randrange(len(data)) & 0x3FFF), b"\xff\xff"))
        data[at : at + len(value)] = value
        return bytes(data)

    def cut(self, packet):
        return packet[: self.chance.randrange(len(packet) + 1)]

    def move(self, packet):
        begin, end, to = sorted(self.chance.randrange(len(packet)) for _ in range(3))
        return packet[:begin] + packet[end:to] + packet[begin:end] + packet[to:]

    def repeat(self, packet):
        at = self.chance.randrange(12, len(packet))
        return packet + packet[at:] * self.chance.choice((1, 2, 30))

    def lie(self, packet):
        counts = struct.pack("!4H", *(self.chance.choice((0, 1, 2, 255, 65535)) for _ in range(4)))
        return packet[:4] + counts + packet[12:]

    def set_flags(self, packet):
        return packet[:2] + struct.pack("!H", self.chance.randrange(65536)) + packet[4:]

    def take_id(self, packet):
        return self.chance.randbytes(2) + packet[2:]

    def noise(self, packet):
        return packet[:12] + self.chance.randbytes(self.chance.choice((0, 1, 40, 500, 4000)))

    def blow_up(self, packet):
        kind, data = self.chance.choice(((TXT, b"\xff" + b"x" * 255), (MX, b"\0\1" + SELF), (TXT, b"\0"), (5, SELF), (2, SELF)))
        one = record(SELF, kind, data)
        count = min(65535 // len(one), self.chance.choice((10, 1000, 5000)))
        body = one * count
        return packet[:2] + struct.pack("!5H", 0x8000 | AA, 1, count, 0, 0) + packet[12:] + body[: 65000 - len(packet)]

    def truncate(self, packet):
        return packet[:2] + struct.pack("!H", struct.unpack("!H", packet[2:4])[0] | TC) + packet[4:]

    def spoil(self, question, packet):
        self.sent += 1
        # What leads to the zone is left alone more often: behind it is the more to spoil.
        if question.type in (SOA, NS) and self.chance.random() < 0.8:
            return packet
        ways = (self.flip, self.overwrite, self.cut, self.move, self.repeat, self.lie, self.set_flags, self.take_id, self.noise,
                self.blow_up, self.truncate, lambda packet: packet)
        for _ in range(self.chance.choice((0, 1, 1, 1, 2, 3))):
            if len(packet) > 13:
                packet = self.chance.choice(ways)(packet)
        return packet[:65535]


class Fuzz:
    def __init__(self, doctor, seed):
        self.doctor, self.seed = doctor, seed
        self.spoiler = Spoiler(seed)
        self.looks = 0
        self.fault = None  # of this program
        self.statuses = {}

    def true_answer(self, question):
        """Asked over TCP, so that it is whole."""
        return scripted.ask(self.net.address(TRUE), self.net.port, question.raw, True)

    def guarded(self, script):
        """A script that breaks is told: a server that keeps silent since would find nothing."""
        def run(question, send):
            try:
                return script(question, send)
            except OSError:  # the library has hung up, or the real server is gone: the look tells
                raise
            except Exception as problem:
                self.fault = repr(problem)
                raise
        return run

    def on_udp(self, question, send):
        if self.spoiler.chance.random() < 0.02:
            return
        for _ in range(self.spoiler.chance.choice((1, 1, 1, 1, 2, 5))):
            send(self.spoiler.spoil(question, self.true_answer(question))[:4000])

    def on_tcp(self, question, send):
        stream = framed(self.spoiler.spoil(question, self.true_answer(question)))
        if self.spoiler.chance.random() < 0.2:
            stream = self.spoiler.cut(stream)
        at = 0
        while at < len(stream):
            size = self.spoiler.chance.choice((1, 7, 1400, 70000))
            send(stream[at : at + size])
            at += size if size > 7 or at < 50 else 70000
        return self.spoiler.chance.random() < 0.1

    def begin(self):
        self.net = rig.Net()
        lines = [line for line in GOOD if "v=spf1" not in line]
        self.net.serve("knotd", TRUE, {ORIGIN: zone(ORIGIN, {"ns1": BAD}, *lines)})
        self.net.parent({ORIGIN: {f"ns1.{ORIGIN}": BAD}})
        self.net.resolver({ORIGIN: [TRUE]})
        self.net.others.append(ScriptedServer(self.net.address(BAD), self.net.port, self.guarded(self.on_udp), self.guarded(self.on_tcp)))
        self.answer = self.net.folder / "answer.json"
        self.answer.write_text(json.dumps(EXPECTED))

    def look(self):
        """None, or what is wrong."""
        # Half of the looks trust the liar with everything, as their resolver.
        resolver = self.net.at(self.spoiler.chance.choice((rig.RESOLVER, BAD)))
        options = {"resolver": resolver, "port": self.net.port, "timeout": LOOK_MS, "query-timeout": TRY_MS, "threads": THREADS}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        begun = time.monotonic()
        try:
            done = subprocess.run([self.doctor, *words, "run", DOMAIN, self.answer], capture_output=True, timeout=120, check=False)
        except subprocess.TimeoutExpired as late:
            return f"no end: {late}"
        took = int((time.monotonic() - begun) * 1000)
        if done.returncode != 0 or done.stderr:
            return f"exit {done.returncode} after {took} ms\n{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}"
        try:
            reports = [json.loads(line) for line in done.stdout.decode().splitlines()]
        except ValueError as problem:
            return f"no report: {problem}\n{done.stdout!r}"
        return self.fault or self.judge(reports)

    def judge(self, reports):
        if len(reports) != THREADS:
            return f"{len(reports)} reports in place of {THREADS}"
        for report in reports:
            self.looks += 1
            if report["status"] != 0:
                return f"status {report['status']}: {report}"
            if report["ms"] > LOOK_MS + MARGIN_MS:
                return f"it took {report['ms']} ms"
            for found in report["records"]:
                key = (found["purpose"], found["status"])
                self.statuses[key] = self.statuses.get(key, 0) + 1
                if found["purpose"] == "SPF" and found["status"] in ("ok", "propagating"):
                    return f"a record that does not exist is {found['status']}: {found}"
        return None

    def run(self, seconds):
        end = time.monotonic() + seconds
        problem = None
        self.begin()
        try:
            while problem is None and time.monotonic() < end:
                problem = self.look()
        finally:
            self.net.close()
        return problem


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("doctor")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=int.from_bytes(random.randbytes(4)))
    given = parser.parse_args()
    rig.need("knotd", "unbound")
    fuzz = Fuzz(str(pathlib.Path(given.doctor).resolve()), given.seed)
    problem = fuzz.run(given.seconds)
    shown = ", ".join(f"{purpose} {status} {count}" for (purpose, status), count in sorted(fuzz.statuses.items()))
    print(f"{fuzz.looks} looks, {fuzz.spoiler.sent} answers spoiled, {given.seconds} s, {0 if problem is None else 1} findings ({shown})")
    if problem is not None:
        print(f"seed {given.seed}: {problem}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
