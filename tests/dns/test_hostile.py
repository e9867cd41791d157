# SPDX-License-Identifier: Apache-2.0
"""The doctor against servers that are broken or mean harm: test_hostile.py DOCTOR"""

import collections
import pathlib
import random
import socket
import struct
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import rig  # noqa: E402
import scripted  # noqa: E402
from rig import SLOWNESS, SOA, zone  # noqa: E402
from scripted import AA, CNAME, NS, SELF, TC, TXT, Question, ScriptedServer, framed, record, txt_data  # noqa: E402
from test_servers import DOMAIN, EXPECTED, GOOD, ORIGIN, RECORDS, ServerTest  # noqa: E402

TRY_MS = 200 * SLOWNESS
# What a look may take beyond the time that it was given.
MARGIN_MS = 250 * SLOWNESS
LIE = record(SELF, TXT, txt_data(b"v=spf1 -all"))


def nothing(question, send):
    """Hears it, and says nothing; a connection is held."""
    return True


class HostileTest(ServerTest):
    """The domain's only server is a script. A good one that the parent does not name has its zone too, at number 13."""

    def scripted(self, on_udp=None, on_tcp=None, number=11):
        server = ScriptedServer(self.net.address(number), self.net.port, on_udp, on_tcp)
        self.net.others.append(server)
        return server

    def setUp(self):
        super().setUp()
        self.net.serve("knotd", 13, {ORIGIN: zone(ORIGIN, {"ns1": 11, "ns2": 13}, *GOOD)})
        self.alone = {ORIGIN: {"ns1.example.test": 11}}

    def true_answer(self, question, over_tcp=True):
        return scripted.ask(self.net.address(13), self.net.port, question.raw, over_tcp)

    def begin(self, on_udp=None, on_tcp=None, beside_good=False, truthful=False):
        """`truthful`: the zone itself, and what the way to it is asked for, are answered rightly over UDP."""
        def about_records(question, send):
            if question.type in (SOA, NS):
                return send(self.true_answer(question))
            return on_udp(question, send)
        server = self.scripted(about_records if truthful else on_udp, on_tcp)
        parents = {ORIGIN: {"ns1.example.test": 11, "ns2.example.test": 13}} if beside_good else self.alone
        self.world(parents, (13,))
        return server

    def short(self, **options):
        return self.look(**{"query_timeout": TRY_MS, "timeout": 20000 * SLOWNESS, **options})

    def expect_unknown(self, report):
        self.assertEqual((report["zone"], report["overall"]), (ORIGIN, "unknown"), report)
        self.assertEqual(set(self.statuses(report).values()), {"unknown"})
        for one in report["records"]:
            self.assertTrue(all(answer["state"] == "failed" and answer["problem"] for answer in one["answers"]), one)

    def expect_ok(self, report):
        self.assertEqual(set(self.statuses(report).values()), {"ok"}, report)


class Transport(HostileTest):
    def test_transport__what_a_question_looks_like(self):
        """No recursion wanted of a server, but of the resolver; one question, and room for 1,232 bytes."""
        asked, of_resolver = [], []

        def keep(list_of_them, number):
            def script(question, send):
                list_of_them.append(question)
                send(scripted.ask(self.net.address(number), self.net.port, question.raw, False))
            return script
        self.begin(keep(asked, 13))
        self.scripted(keep(of_resolver, rig.RESOLVER), None, 3)
        self.expect_ok(self.short(resolver=self.net.at(3)))
        for questions, flags in ((asked, 0), (of_resolver, 0x0100)):
            self.assertGreater(len(questions), 4)
            for one in questions:
                self.assertEqual(struct.unpack_from("!5H", one.raw, 2), (flags, 1, 0, 0, 1))
                self.assertEqual(one.raw[12 + len(one.section) :], b"\0\0\x29\x04\xd0\0\0\0\0\0\0")
            self.assertGreater(len({one.raw[:2] for one in questions}), len(questions) - 2, "an id is a guess")

    def test_transport__one_that_drops_packets(self):
        server = self.begin(nothing, nothing, beside_good=True)
        report = self.short()
        self.expect_ok(report)
        self.assertEqual(self.problems(report), {"ns1.example.test": "timed out", "ns2.example.test": None})
        # Once on the way to the zone, which does not wait for it, and once with all its time: then never again.
        self.assertLessEqual((server.udp_count, server.tcp_count), (4, 2))

    def test_transport__one_that_answers_over_tcp_alone(self):
        """Packets are dropped: the second try is over TCP too."""
        server = self.begin(nothing, lambda question, send: send(framed(self.true_answer(question))))
        self.expect_ok(self.short())
        self.assertGreater(server.tcp_count, 5)

    def test_transport__one_that_listens_on_tcp_alone(self):
        """The port is closed for packets: TCP at once."""
        self.begin(None, lambda question, send: send(framed(self.true_answer(question))))
        report = self.short(query_timeout=30000)
        self.expect_ok(report)
        self.assertLess(report["ms"], 20000)

    def test_transport__all_answers_are_truncated(self):
        server = self.begin(lambda question, send: send(question.reply(flags=AA | TC)),
                            lambda question, send: send(framed(self.true_answer(question))))
        self.expect_ok(self.short())
        self.assertEqual(server.udp_count, server.tcp_count)

    def test_transport__what_is_truncated_is_not_believed(self):
        """It says that the name is not there, and cuts that off; there is no TCP."""
        self.begin(lambda question, send: send(question.reply(code=3, flags=AA | TC)))
        report = self.short()
        self.expect_unknown(report)
        self.assertEqual(report["servers"][0]["problem"], "truncated, and over TCP: connection refused")

    def test_transport__what_comes_from_a_cache_is_not_believed(self):
        """A resolver in the place of a server: right words, without authority."""
        def answer(question, send):
            truth = bytearray(self.true_answer(question))
            truth[2] &= ~(AA >> 8)
            send(bytes(truth))
        self.begin(answer)
        report = self.short()
        self.expect_unknown(report)
        self.assertEqual(report["servers"][0]["problem"], "not authoritative")
        self.assertEqual(self.record(report, "MX")["answers"][0]["problem"], "not authoritative")

    def test_transport__authority_for_the_zone_alone_is_not_enough(self):
        self.begin(lambda question, send: send(question.reply(code=3, flags=0)), truthful=True)
        self.expect_unknown(self.short())

    def test_transport__codes_that_are_no_answer(self):
        for code, problem in ((1, "FORMERR"), (2, "SERVFAIL"), (4, "NOTIMP"), (5, "REFUSED"),
                              (9, "not authoritative (NOTAUTH)"), (15, "an error code that is unknown")):
            with self.subTest(problem):
                self.net.close()
                self.setUp()
                self.begin(lambda question, send: send(question.reply(code=code)), truthful=True)
                report = self.short()
                self.expect_unknown(report)
                self.assertEqual(self.record(report, "MX")["answers"][0]["problem"], problem)

    def test_transport__does_not_know_edns(self):
        def answer(question, send):
            send(question.reply(code=1, section=b"") if question.has_edns else self.true_answer(question))
        self.begin(answer)
        self.expect_ok(self.short())

    def test_transport__does_not_know_edns_and_says_so_while_tcp_is_under_way(self):
        """The question over TCP is longer than the one that takes its place: nothing may be sent in its stead."""
        asked, heard = set(), collections.defaultdict(threading.Event)

        def over_udp(question, send):
            key = (question.name, question.type)
            if not question.has_edns:
                send(self.true_answer(question))
            elif key in asked:
                heard[key].wait(10)
                send(question.reply(code=1, section=b""))
            asked.add(key)

        def over_tcp(question, send):
            heard[question.name, question.type].set()
            return True

        server = self.begin(over_udp, over_tcp, truthful=True)
        self.expect_ok(self.short())
        whole = [stream for stream in server.held if stream.fileno() >= 0]  # the others broke off before the question
        self.assertGreater(len(whole), 0)
        for stream in whole:
            try:
                self.assertEqual(stream.recv(1), b"", "more came than a question")
            except ConnectionResetError:
                pass

    def test_transport__tcp_that_breaks_off(self):
        """In the length, behind it, in the message; a length of nothing; nonsense; drop by drop."""
        truncated = lambda question, send: send(question.reply(flags=AA | TC))

        def drip(question, send):
            for byte in framed(self.true_answer(question)):
                if self.server.ended.wait(0.05 * SLOWNESS):
                    return
                send(bytes([byte]))

        for ending in (lambda question, send: None,
                       lambda question, send: send(b"\x02"),
                       lambda question, send: send(b"\x02\x00"),
                       lambda question, send: send(framed(self.true_answer(question))[:-1]),
                       lambda question, send: send(b"\0\0"),
                       lambda question, send: send(framed(b"\0" * 11)),
                       lambda question, send: send(framed(question.reply(identity=question.other_identity()))),
                       lambda question, send: send(framed(question.reply(flags=AA | TC))),
                       lambda question, send: send(b"\xff\xff" + question.raw) or True,
                       drip):
            with self.subTest():
                self.net.close()
                self.setUp()
                self.server = self.begin(truncated, ending)
                self.expect_unknown(self.short())


class Oddity(HostileTest):
    def test_oddity__an_alias_in_the_place_of_the_soa(self):
        """A host that allows an alias at the zone's own name: it serves the zone all the same."""
        apex = Question(rig.question(ORIGIN, SOA, 0)).name
        alias = record(SELF, CNAME, b"\x03cdn\x07example\x03net\0")

        def answer(question, send):
            is_alias = question.name.lower() == apex and question.type != NS
            send(question.reply([alias]) if is_alias else self.true_answer(question))
        self.begin(answer)
        report = self.short()
        self.expect_ok(report)
        self.assertEqual(report["findings"], [])


    def test_oddity__silent_on_names_that_are_not_there(self):
        """Where else a record may be is asked after all records: what is known by then stays known."""
        names = {Question(rig.question(name, SOA, 0)).name for name in [ORIGIN] + [name for _, name, _ in RECORDS]}
        self.net.serve("knotd", 14, {ORIGIN: zone(ORIGIN, {"ns1": 11, "ns2": 13}, "mail A 192.0.2.1")})

        def answer(question, send):
            if question.name.lower() in names:
                send(scripted.ask(self.net.address(14), self.net.port, question.raw, False))
        self.begin(answer)
        self.assertEqual(set(self.statuses(self.short()).values()), {"missing"})


class Patience(HostileTest):
    def test_patience__the_way_down_waits_for_nobody_once_it_is_known(self):
        """Three of the top-level domain's four servers keep silent: that costs no time."""
        names = ["ns.zone", "ns2.zone", "ns3.zone", "ns4.zone"]
        for number in (51, 52, 53):
            self.scripted(nothing, nothing, number)
        servers = {name: number for name, number in zip(names, (rig.PARENT, 51, 52, 53))}
        self.net.serve("knotd", rig.PARENT, {
            "test": zone("test", servers, f"{ORIGIN}. NS ns2.{ORIGIN}.", f"ns2.{ORIGIN}. A {{13}}"),
            "com": zone("com", {"ns.zone.test.": rig.PARENT}, *rig.OTHERS), ".": zone(".", {"ns.zone.test.": rig.PARENT})})
        self.net.resolver({ORIGIN: [13]})
        report = self.look(query_timeout=20000, timeout=60000)
        self.assertEqual(report["zone"], ORIGIN)
        self.expect_ok(report)
        self.assertLess(report["ms"], 300 + 1000 * SLOWNESS)

    def test_patience__an_answer_of_no_use_is_no_reason_not_to_wait(self):
        """The first to answer refuses, the other takes its time."""
        def later(question, send):
            answer = scripted.ask(self.net.address(rig.PARENT), self.net.port, question.raw, False)
            threading.Timer(0.6, send, [answer]).start()
        self.scripted(lambda question, send: send(question.reply(code=5)), None, 51)
        self.scripted(later, None, 52)
        self.net.serve("knotd", rig.PARENT, {
            "test": zone("test", {"ns.zone": 51, "ns2.zone": 52}, f"{ORIGIN}. NS ns2.{ORIGIN}.", f"ns2.{ORIGIN}. A {{13}}"),
            "com": zone("com", {"ns.zone.test.": rig.PARENT}, *rig.OTHERS), ".": zone(".", {"ns.zone.test.": rig.PARENT})})
        self.net.resolver({ORIGIN: [13]})
        report = self.look(query_timeout=20000, timeout=60000)
        self.assertEqual(report["zone"], ORIGIN)
        self.expect_ok(report)


class IPv6(HostileTest):
    def test_ipv6__a_server_is_asked(self):
        truth = lambda question, over_tcp: self.true_answer(question, over_tcp)
        try:
            server = ScriptedServer("::1", self.net.port, lambda question, send: send(truth(question, False)),
                                    lambda question, send: send(framed(truth(question, True))))
        except OSError as refused:
            self.skipTest(f"this machine has no ::1 ({refused})")
        self.net.others.append(server)
        self.world(self.alone, (13,))
        report = self.short(at=[f"[::1]:{self.net.port}", "::1"], port=self.net.port)
        self.assertEqual([(one["name"], one["address"], one["problem"]) for one in report["servers"]],
                         [("::1", f"[::1]:{self.net.port}", None)] * 2)
        self.assertEqual(self.statuses(report)["SPF"], "ok")

    def test_ipv6__an_address_that_can_not_be_reached_from_here_is_left_out(self):
        """No address of IPv6 says anything, be it that there is no way out, be it that the way leads nowhere. The server has
        another address, which says all that there is to know; one that has none other is told of."""
        lines = ["ns1 AAAA 2001:db8::1", "ns3 AAAA 2001:db8::3"]
        self.net.serve("nsd", 12, {ORIGIN: zone(ORIGIN, {"ns1": 12, "ns3": None}, *GOOD, *lines)})
        self.net.parent({ORIGIN: {"ns1.example.test": 12, "ns3.example.test": None}})
        self.net.resolver({ORIGIN: [12]})
        report = self.short()
        first, second = report["servers"]
        self.assertEqual((first["name"], first["address"], first["problem"]), ("ns1.example.test", self.net.at(12), None))
        self.assertEqual((second["name"], second["address"]),
                         ("ns3.example.test", f"[2001:db8::3]:{self.net.port}"))
        self.assertIn(second["problem"], ("no route to it", "timed out"))
        self.expect_ok(report)


class Forgery(HostileTest):
    """What does not fit the question is passed over, and the answer that comes later is taken."""

    def check(self, forge):
        def then_the_truth(question, send):
            forge(question, send)
            send(self.true_answer(question))

        with self.subTest("alone"):
            self.begin(lambda question, send: forge(question, send), None, truthful=True)
            self.expect_unknown(self.short())
        self.net.close()
        self.setUp()
        with self.subTest("before the truth"):
            self.begin(then_the_truth, None)
            self.expect_ok(self.short())

    def test_forgery__another_id(self):
        self.check(lambda question, send: [send(question.reply([LIE], identity=question.other_identity(by)))
                                           for by in (1, 2, 0xFFFF)])

    def test_forgery__another_question(self):
        def forge(question, send):
            for section in (rig.wire_name("other.test") + question.section[-4:], question.section[:-4] + b"\0\1\0\1",
                            question.section[:-1] + b"\3", question.section[:5]):
                send(question.reply([record(question.name, TXT, txt_data(b"lie"))], section=section))
        self.check(forge)

    def test_forgery__no_question_or_two(self):
        def forge(question, send):
            send(question.reply([record(question.name, TXT, txt_data(b"lie"))], section=b""))
            send(question.reply([LIE], section=question.section * 2, counts=(2, 1, 0, 0)))
        self.check(forge)

    def test_forgery__no_answer_at_all(self):
        def forge(question, send):
            send(question.raw)
            send(question.raw[:2])
            send(b"")
            send(question.reply([LIE], flags=AA | 0x2800))
        self.check(forge)

    def test_forgery__from_another_port(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((self.net.address(11), 0))

            def forge(question, send):
                other.sendto(question.reply([LIE]), send.__defaults__[0])
            self.check(forge)

    def test_forgery__a_flood(self):
        """For as long as the question is open."""
        def flood(question, send):
            for by in range(1, 20000):
                send(question.reply([LIE], identity=question.other_identity(by)))
        self.begin(flood, None, truthful=True)
        report = self.short(timeout=3000 * SLOWNESS)
        self.expect_unknown(report)
        self.assertLess(report["ms"], 3000 * SLOWNESS + MARGIN_MS)


class Malformed(HostileTest):
    def unusable(self, packets):
        """Each of these packets as the answer to everything; nothing is made of it."""
        packets = [packet if callable(packet) else (lambda question, packet=packet: packet) for packet in packets]
        current = []
        self.begin(lambda question, send: send(current[0](question)), None, truthful=True)
        for packet in packets:
            current[:] = [packet]
            with self.subTest():
                self.expect_unknown(self.short(query_timeout=100 * SLOWNESS))

    def test_malformed__names_that_never_end(self):
        here = lambda question: 12 + len(question.section)
        pointer = lambda at: struct.pack("!H", 0xC000 | at)
        rest = struct.pack("!HHIH", TXT, 1, 60, 2) + b"\1x"
        self.unusable([
            lambda question: question.reply([pointer(here(question)) + rest]),
            lambda question: question.reply([pointer(here(question) + 14) + rest, pointer(here(question)) + rest]),
            lambda question: question.reply([b"\1a" + pointer(here(question)) + rest]),
            lambda question: question.reply([pointer(0x3FFF) + rest]),
            lambda question: question.reply([b"\x3f" + rest]),
            lambda question: question.reply([b"\x80" + rest]),
            lambda question: question.reply([b"\x3f" + b"a" * 63 + b"\x3f" + b"b" * 63 + pointer(here(question)) + rest]),
            lambda question: question.reply([record(SELF, CNAME, pointer(here(question) + 12))]),
        ])

    def test_malformed__lengths_and_counts_that_lie(self):
        self.unusable([
            lambda question: question.reply([LIE], counts=(1, 65535, 0, 0)),
            lambda question: question.reply([LIE], counts=(1, 1, 65535, 65535)),
            lambda question: question.reply([SELF + struct.pack("!HHIH", TXT, 1, 60, 65535) + b"\1x"]),
            lambda question: question.reply([SELF + struct.pack("!HHIH", TXT, 1, 60, 1) + b"\xff"]),
            lambda question: question.reply([SELF + struct.pack("!HHIH", 15, 1, 60, 1) + b"\0"]),
            lambda question: question.reply([SELF + struct.pack("!HHI", TXT, 1, 60)]),
            lambda question: question.reply(authority=[record(b"\0", 6, b"\0\0" + b"\0" * 3)]),
        ])

    def test_malformed__cut_off_anywhere(self):
        """A right answer cut at each length, without a word that it is."""
        lengths = iter(range(12, 10000))
        seen = []

        def cut(question, send):
            answer = self.true_answer(question)
            length = next(lengths)
            seen.append(length < len(answer))
            send(answer[:length])
        self.begin(cut, None, truthful=True)
        while all(seen):
            self.assertIn(self.short(query_timeout=50 * SLOWNESS)["overall"], ("unknown",))

    def test_malformed__random_bytes(self):
        """Behind a right header, so that they are read."""
        chance = random.Random(20261125)

        def noise(question, send):
            body = chance.randbytes(chance.randrange(0, 600))
            send(question.reply(counts=(1, *(chance.randrange(0, 4) for _ in range(3)))) + body)
        self.begin(noise, None, truthful=True)
        for _ in range(30):
            report = self.short(query_timeout=50 * SLOWNESS)
            self.assertNotIn("ok", self.statuses(report).values())


class Excess(HostileTest):
    def over_tcp(self, make):
        self.begin(lambda question, send: send(question.reply(flags=AA | TC)),
                   lambda question, send: send(framed(make(question))))

    def test_excess__64_kilobytes(self):
        def fill(question):
            if question.type != TXT or not question.name.startswith(b"\4mail"):
                return self.true_answer(question)
            answers = [record(SELF, TXT, txt_data(b"%05d" % number + b"\0\xff\"\\" * 62)) for number in range(246)]
            return question.reply(answers)
        self.over_tcp(fill)
        report = self.short()
        (answer,) = self.record(report, "SPF")["answers"]
        self.assertEqual(self.record(report, "MX")["status"], "ok")
        self.assertIn((answer["state"], answer["problem"]), (("records", None), ("failed", "more records than can be")))

    def test_excess__thousands_of_records(self):
        def fill(question):
            if question.type != TXT or not question.name.startswith(b"\4mail"):
                return self.true_answer(question)
            return question.reply([record(SELF, TXT, txt_data(b"%05d" % number)) for number in range(3600)])
        self.over_tcp(fill)
        (answer,) = self.record(self.short(), "SPF")["answers"]
        self.assertEqual((answer["state"], answer["problem"]), ("failed", "more records than can be"))

    def test_excess__names_of_many_pointers(self):
        """Each record's name is a pointer to the one before it."""
        def chain(question):
            answers, at = [], 12 + len(question.section)
            for number in range(1000):
                target = 12 if number == 0 else at - 12
                answers.append(struct.pack("!H", 0xC000 | target) + struct.pack("!HHIH", NS, 1, 60, 0)[:8] + b"\0\0")
                at += 12
            return question.reply(answers, flags=AA)
        self.over_tcp(chain)
        self.assertEqual(self.short()["overall"], "unknown")

    def test_excess__cnames_without_an_end(self):
        """Twenty in one packet."""
        def many(question, send):
            names = [bytes([len(b"c%d" % number)]) + b"c%d" % number + b"\7example\4test\0" for number in range(20)]
            pairs = zip([question.name, *names], names)
            send(question.reply([record(owner, CNAME, target) for owner, target in pairs]))
        self.begin(many, None, truthful=True)
        self.expect_unknown(self.short())

    def test_excess__a_cname_more_at_each_question(self):
        def more(question, send):
            send(question.reply([record(SELF, CNAME, b"\1x" + SELF)]))
        self.begin(more, None, truthful=True)
        for one in self.short()["records"]:
            (answer,) = one["answers"]
            self.assertEqual((answer["cname"], answer["values"], answer["state"]), ("x." + one["name"], [], "records"))

    def test_excess__delegations_without_an_end(self):
        """Each server sends one on: to itself, upwards, to a name below, to hundreds, to nowhere."""
        glue = record(b"\3ns1\7example\4test\0", 1, socket.inet_aton(self.net.address(11)))
        down = record(b"\4mail\7example\4test\0", NS, b"\3ns1\7example\4test\0")
        crowd = [record(b"\4mail\7example\4test\0", NS, b"\4n%03d" % number + b"\7example\4test\0") for number in range(300)]
        for authority in ([record(b"\7example\4test\0", NS, b"\3ns1\7example\4test\0")],
                          [record(b"\4test\0", NS, b"\3ns1\7example\4test\0")], [record(b"\0", NS, b"\0")],
                          [down], crowd):
            with self.subTest():
                self.net.close()
                self.setUp()
                self.begin(lambda question, send: send(question.reply(flags=0, authority=authority, additional=[glue])), None)
                report = self.short(timeout=6000 * SLOWNESS)
                self.assertEqual(report["overall"], "unknown", report)
                self.assertLess(report["ms"], 6000 * SLOWNESS + MARGIN_MS)


class Bounds(HostileTest):
    def crowd(self):
        """20 servers that hear and keep silent."""
        names = {f"ns{number}.example.test": number for number in range(21, 41)}
        for number in names.values():
            self.scripted(nothing, nothing, number)
        self.net.serve("knotd", 14, {"silent.test": zone("silent.test", {"ns1": 14})})
        self.net.parent({"silent.test": names})
        self.net.resolver({"silent.test": [14]})

    def test_bounds__silence_costs_two_tries(self):
        self.crowd()
        report = self.look("silent.test", None, query_timeout=TRY_MS)
        self.assertEqual(len(report["servers"]), 20)
        self.assertEqual({server["problem"] for server in report["servers"]}, {"timed out"})
        self.assertLess(report["ms"], 2 * TRY_MS + 2 * MARGIN_MS + 1000)

    def test_bounds__all_together_take_the_time_given(self):
        self.crowd()
        for timeout in (1, 150, 600):
            report = self.look("silent.test", None, timeout=timeout, query_timeout=60000)
            self.assertEqual(report["overall"], "unknown")
            self.assertLess(report["ms"], timeout + MARGIN_MS)

    def test_bounds__every_function_takes_the_time_given(self):
        self.scripted(nothing, nothing, rig.RESOLVER)
        for what in ("run", "zone", "texts", "ready", "compare"):
            with self.subTest(what):
                result = self.net.doctor(what, DOMAIN, EXPECTED, timeout=200, query_timeout=60000,
                                         at=[] if what != "compare" else ["127.0.0.1"])
                self.assertEqual(result["status"], 0)
                self.assertLess(result["ms"], 2 * 200 + 2 * MARGIN_MS)  # "ready" looks twice

    def test_bounds__a_resolver_that_keeps_silent(self):
        """It is given up after two questions."""
        self.scripted(nothing, nothing, rig.RESOLVER)
        report = self.look(query_timeout=TRY_MS, timeout=60000)
        self.assertEqual(report["overall"], "unknown")
        self.assertLess(report["ms"], 4 * TRY_MS + 2 * MARGIN_MS)

    def test_bounds__a_cancel_is_seen_within_50_ms(self):
        self.crowd()
        for what in ("run", "compare"):
            result = self.net.doctor(what, "silent.test", timeout=60000, query_timeout=60000, cancel_after=300,
                                     at=[self.net.address(21)] if what == "compare" else [])
            self.assertEqual((result["status"], result["message"]), (-7, "cancelled"))
            self.assertLess(result["ms"], 300 + 50 * SLOWNESS)

    def test_bounds__a_cancel_before_the_look(self):
        result = self.net.doctor("run", DOMAIN, EXPECTED, cancel_after=0, timeout=60000, query_timeout=60000)
        self.assertIn(result["status"], (-7, 0))

    def test_bounds__threads_do_not_mind_each_other(self):
        """Two looks at once, of which neither waits for the other."""
        self.crowd()
        results = self.net.doctors("run", "silent.test", threads=4, query_timeout=TRY_MS)
        self.assertEqual([result["overall"] for result in results], ["unknown"] * 4)
        self.assertLess(max(result["ms"] for result in results), 2 * TRY_MS + 3 * MARGIN_MS + 1000)


if __name__ == "__main__":
    rig.need("knotd", "unbound")
    rig.main()
