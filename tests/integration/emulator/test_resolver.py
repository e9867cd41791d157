# SPDX-License-Identifier: Apache-2.0
"""--verify dns with resolvers that are slow, silent, wrong or hostile, and what goes on meanwhile."""

import socket
import struct
import threading
import time
import unittest

from harness import GUANGZHOU, HONGKONG, Emulator
from nameserver import (MX, TXT, ZONE, Fake, Knot, free_port, needs_knot, question_of, send_over_tcp, truncated,
                        with_code, with_records)
from test_dns import lines, statuses

NAME = "mail." + ZONE
SERVFAIL = 2
REFUSED = 5
# A look-up ends after four seconds; the rest is room for a slow machine.
BOUND = 7
# The least that ends a look-up because its time is over.
GIVES_UP = 3.5


class Submission(threading.Thread):
    """One UpdateEmailIdentity on its way."""

    def __init__(self, emulator, **params):
        super().__init__(daemon=True)
        self.emulator = emulator
        self.params = params
        self.response = None
        self.seconds = None
        self.start()

    def run(self):
        begin = time.monotonic()
        try:
            self.response = self.emulator.call("UpdateEmailIdentity", EmailIdentity=NAME, **self.params)
        except (OSError, ValueError) as error:
            self.response = error
        self.seconds = time.monotonic() - begin

    def wait(self):
        self.join(30)
        return self.response


class ResolverTest(unittest.TestCase):
    def fake(self, over_udp=None, over_tcp=None):
        server = Fake(over_udp, over_tcp)
        self.addCleanup(server.stop)
        return server

    def start(self, resolver, *options):
        emulator = Emulator("--verify", "dns", "--resolver", resolver, *options)
        self.addCleanup(emulator.__exit__, None, None, None)
        self.assertNotIn("Error", emulator.call("CreateEmailIdentity", EmailIdentity=NAME))
        return emulator

    def submit(self, emulator):
        submission = Submission(emulator)
        self.assertNotIn("Error", submission.wait())
        return submission

    def assert_nothing(self, response):
        self.assertEqual([(row["CurrentValue"], row["Status"]) for row in response["Attributes"]], [("", False)] * 4)
        self.assertFalse(response["VerifiedForSendingStatus"])


class Failing(ResolverTest):
    """Name servers that never give an answer of use."""

    def test_resolver__down(self):
        submission = self.submit(self.start(f"127.0.0.1:{free_port()}"))
        self.assert_nothing(submission.response)
        self.assertLess(submission.seconds, GIVES_UP, "a closed port is no reason to wait")

    def test_resolver__out_of_reach(self):
        """No packet leaves for the broadcast address."""
        submission = self.submit(self.start("255.255.255.255:53"))
        self.assert_nothing(submission.response)
        self.assertLess(submission.seconds, GIVES_UP)

    def test_resolver__refuses(self):
        for code in (SERVFAIL, REFUSED):
            server = self.fake(lambda query, send, code=code: send(with_code(query, code)))
            submission = self.submit(self.start(server.address))
            self.assert_nothing(submission.response)
            self.assertLess(submission.seconds, GIVES_UP)
            self.assertEqual({kind for kind, _ in server.queries}, {"udp"})

    def test_resolver__without_an_end(self):
        """All at once, because each takes its four seconds."""
        over = threading.Event()
        self.addCleanup(over.set)

        def flood(query, send):
            while not over.wait(0.001):
                send(b"\0" * 12 + query)

        def drip(query, connection):
            connection.sendall(struct.pack(">H", 60000))
            while not over.wait(0.05):
                connection.sendall(b"x")

        def hold(query, connection):
            over.wait(60)

        servers = {
            "silent": self.fake(None, hold),
            "silent, then no TCP": self.fake(None, None),
            "floods": self.fake(flood, hold),
            "drips": self.fake(lambda query, send: send(truncated(query)), drip),
            "holds": self.fake(lambda query, send: send(truncated(query)), hold),
        }
        submissions = {words: Submission(self.start(server.address)) for words, server in servers.items()}
        for words, submission in submissions.items():
            with self.subTest(words):
                self.assert_nothing(submission.wait())
                self.assertLess(submission.seconds, BOUND)
                if words != "silent, then no TCP":
                    self.assertGreater(submission.seconds, GIVES_UP)

    def test_resolver__wrong_over_tcp(self):
        def answer(query):
            return with_code(query, 0)

        for words, over_tcp in {
            "closes": None,
            "closes in the prefix": lambda query, connection: connection.sendall(b"\0"),
            "closes in the answer": lambda query, connection: connection.sendall(b"\0\x30" + answer(query)[:20]),
            "nothing": lambda query, connection: connection.sendall(b"\0\0"),
            "truncated": lambda query, connection: send_over_tcp(connection, truncated(query)),
            "another id": lambda query, connection: send_over_tcp(connection, b"\xff\xff" + answer(query)[2:]),
            "rubbish": lambda query, connection: send_over_tcp(connection, answer(query)[:12] + b"\xc0\x0c" * 400),
            "64 KB": lambda query, connection: send_over_tcp(connection, answer(query) + b"\0" * (65535 - len(query))),
            "refused": lambda query, connection: send_over_tcp(connection, with_code(query, REFUSED)),
        }.items():
            with self.subTest(words):
                server = self.fake(lambda query, send: send(truncated(query)), over_tcp)
                submission = self.submit(self.start(server.address))
                self.assert_nothing(submission.response)
                self.assertLess(submission.seconds, GIVES_UP)
                self.assertIn("tcp", {kind for kind, _ in server.queries})


class Asking(ResolverTest):
    def test_resolver__is_asked_by_the_rules(self):
        server = self.fake(lambda query, send: send(with_code(query, REFUSED)))
        self.submit(self.start(server.address))
        queries = [query for _, query in server.queries]
        self.assertEqual(sorted(question_of(query) for query in queries), [
            ("_dmarc." + NAME, TXT), (NAME, MX), (NAME, TXT), ("qcloudgz1024._domainkey." + NAME, TXT)])
        for query in queries:
            self.assertEqual(struct.unpack(">5H", query[2:12]), (0x0100, 1, 0, 0, 1), "recursion wanted, one question")
            name, kind, size = struct.unpack(">BHH", query[-11:-6])
            self.assertEqual((name, kind, size), (0, 41, 1232), "EDNS")
        self.assertGreater(len({query[:2] for query in queries}), 1, "an id of its own for each query")

    def test_resolver__may_answer_in_any_order(self):
        """Servers turn the order of records round from answer to answer."""
        hosts = [(MX, struct.pack(">H", preference) + host)
                 for preference, host in ((10, b"\1b\1x\0"), (10, b"\1a\1x\0"), (9, b"\1z\1x\0"), (300, b"\0"))]
        values = [(TXT, bytes([len(value)]) + value) for value in (b"v=spf1 b", b"v=spf1 a", b"v=spf", b"")]
        shown = set()
        for step in (1, -1):
            server = self.fake(lambda query, send, step=step: send(
                with_records(query, (hosts if question_of(query)[1] == MX else values)[::step])))
            rows = self.submit(self.start(server.address)).response["Attributes"]
            shown.add(tuple(row["CurrentValue"] for row in rows))
        self.assertEqual(shown, {("z.x.", "v=spf1 a", "v=spf", "v=spf")})

    def test_resolver__may_add_other_records(self):
        """What has another name, type or class is no answer."""
        host = (MX, b"\0\1\1a\0")
        text = (TXT, b"\1a")
        address = (1, b"\x7f\0\0\1")
        for sent, other in (
            ([host, text, address], {"owner": b"\1a\0"}),
            ([host, text], {"kind_of_class": 3}),
            ([address], {}),
        ):
            server = self.fake(lambda query, send, sent=sent, other=other: send(with_records(query, sent, **other)))
            self.assert_nothing(self.submit(self.start(server.address)).response)

        def with_error(query, send):
            answer = with_records(query, [host, text])
            send(answer[:3] + bytes([answer[3] | SERVFAIL]) + answer[4:])

        self.assert_nothing(self.submit(self.start(self.fake(with_error).address)).response)
        server = self.fake(lambda query, send: send(with_records(query, [host, text, address])))
        rows = self.submit(self.start(server.address)).response["Attributes"]
        self.assertEqual([row["CurrentValue"] for row in rows], ["a.", "a", "a", "a"])

    def test_resolver__may_have_any_address(self):
        for address in ("192.0.2.1:53", "[2001:db8::1]:53", "127.0.0.1:65535"):
            with Emulator("--verify", "dns", "--resolver", address) as emulator:
                self.assertNotIn("Error", emulator.call("ListEmailAddress"))


class Held:
    """A resolver that waits with its answers until it is told."""

    def __init__(self, test, knot):
        self.go = threading.Event()
        test.addCleanup(self.go.set)
        self.server = test.fake(
            lambda query, send: self.go.wait(30) and send(knot.ask(query)),
            lambda query, connection: self.go.wait(30) and send_over_tcp(connection, knot.ask(query)))
        self.address = self.server.address
        self.asked = self.server.asked


@needs_knot
class Meanwhile(ResolverTest):
    """While a look-up runs."""

    def setUp(self):
        self.knot = Knot()
        self.addCleanup(self.knot.stop)
        self.held = Held(self, self.knot)
        self.emulator = self.start(self.held.address)
        self.knot.serve(lines(self.emulator.call("GetEmailIdentity", EmailIdentity=NAME)))
        # Open and used before: more than the emulator would have threads for if they shared some.
        self.connections = [self.emulator.connect() for _ in range(32)]
        for connection in self.connections:
            self.emulator.call("GetEmailIdentity", connection=connection, EmailIdentity=NAME)
            self.addCleanup(connection.close)
        self.submission = Submission(self.emulator)
        self.assertTrue(self.held.asked.wait(30))

    def finish(self):
        self.held.go.set()
        return self.submission.wait()

    def test_resolver__others_are_answered(self):
        for connection in self.connections:
            looked = self.emulator.call("GetEmailIdentity", connection=connection, EmailIdentity=NAME)
            self.assertEqual(statuses(looked), [False] * 4)
        self.assertEqual(self.emulator.admin("GET", "stats")[0], 200)
        created = self.emulator.call("CreateEmailIdentity", EmailIdentity="other." + ZONE)
        self.assertNotIn("Error", created)
        self.assertTrue(self.submission.is_alive())
        self.assertTrue(self.finish()["VerifiedForSendingStatus"])
        codes = [entry["action"] for entry in self.emulator.journal()]
        self.assertEqual(codes[-1], "UpdateEmailIdentity", "the journal has it when it is answered")

    def test_resolver__the_domain_is_deleted(self):
        self.assertNotIn("Error", self.emulator.call("DeleteEmailIdentity", EmailIdentity=NAME))
        self.assertEqual(self.finish()["Error"]["Code"], "InvalidParameterValue.NotExistDomain")

    def test_resolver__the_domain_is_made_anew_elsewhere(self):
        self.emulator.call("DeleteEmailIdentity", EmailIdentity=NAME)
        self.emulator.call("CreateEmailIdentity", HONGKONG, EmailIdentity=NAME)
        response = self.finish()
        self.assertEqual(statuses(response), [True, True, False, True], "the key has another selector now")
        after = self.emulator.call("GetEmailIdentity", EmailIdentity=NAME)
        self.assertEqual(statuses(after), [True, True, False, True])

    def test_resolver__the_key_is_changed_by_another_submission(self):
        other = Submission(self.emulator, DKIMOption=1)
        # It is in effect once it can be seen; the look at DNS follows.
        while self.emulator.call("GetEmailIdentity", EmailIdentity=NAME)["DKIMOption"] != 1:
            pass
        response = self.finish()
        other.wait()
        self.assertEqual(response["DKIMOption"], 1)
        after = self.emulator.call("GetEmailIdentity", EmailIdentity=NAME)
        self.assertEqual(statuses(after), [True, True, False, True])
        self.assertFalse(after["VerifiedForSendingStatus"])

    def test_resolver__the_emulator_is_stopped(self):
        begin = time.monotonic()
        self.assertEqual(self.emulator.stop(), (0, "", ""))
        self.assertLess(time.monotonic() - begin, GIVES_UP)
        self.submission.wait()

    def test_resolver__the_client_goes_away(self):
        with socket.create_connection(("127.0.0.1", self.emulator.port)) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{")
        self.assertTrue(self.finish()["VerifiedForSendingStatus"])
        self.assertNotIn("Error", self.emulator.call("ListEmailAddress", GUANGZHOU))


@needs_knot
class Working(ResolverTest):
    """Name servers that are difficult, and answer in the end."""

    def setUp(self):
        self.knot = Knot()
        self.addCleanup(self.knot.stop)
        with Emulator() as emulator:
            self.knot.serve(lines(emulator.call("CreateEmailIdentity", EmailIdentity=NAME)))

    def assert_verified(self, server, seconds=GIVES_UP):
        submission = self.submit(self.start(server.address))
        self.assertEqual(statuses(submission.response), [True] * 4)
        self.assertLess(submission.seconds, seconds)
        return {kind for kind, _ in server.queries}

    def over_tcp(self, query, connection):
        send_over_tcp(connection, self.knot.ask(query))

    def test_resolver__speaks_tcp_alone(self):
        for over_udp in (lambda query, send: send(truncated(query)), lambda query, send: None):
            kinds = self.assert_verified(self.fake(over_udp, self.over_tcp))
            self.assertEqual(kinds, {"udp", "tcp"})

    def test_resolver__has_udp_closed(self):
        server = self.fake(None, self.over_tcp)
        server.close_udp()
        self.assertEqual(self.assert_verified(server), {"tcp"})

    def test_resolver__writes_tcp_in_pieces(self):
        def over_tcp(query, connection):
            answer = self.knot.ask(query)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for octet in struct.pack(">H", len(answer)) + answer:
                connection.sendall(bytes([octet]))

        self.assert_verified(self.fake(lambda query, send: send(truncated(query)), over_tcp))

    def test_resolver__loses_the_first_query(self):
        seen = set()

        def second_alone(query, send):
            if query in seen:
                send(self.knot.ask(query))
            seen.add(query)

        self.assertEqual(self.assert_verified(self.fake(second_alone)), {"udp"})

    def test_resolver__sends_strange_packets_first(self):
        def after_others(query, send):
            answer = self.knot.ask(query)
            wrong = with_code(query, 0)
            name_end = 12 + query[12] + 1
            send(b"")
            send(answer[:7])
            send(bytes([query[0] ^ 1]) + wrong[1:])
            send(query)
            send(wrong[:2] + bytes([wrong[2] | 0x28]) + wrong[3:])
            send(wrong[:12] + bytes([wrong[12]]) + b"X" * wrong[12] + wrong[name_end:])
            send(wrong[:4] + b"\0\0" + wrong[6:])
            question = wrong[12:-11]
            send(wrong[:4] + b"\0\2" + wrong[6:12] + question * 2 + wrong[-11:])
            send(wrong[:12] + question[:-4] + b"\0\1\0\1" + wrong[-11:])
            send(wrong[:12] + question[:-2] + b"\0\3" + wrong[-11:])
            send(wrong[:12] + b"\xc0\x0c" + b"\0\x10\0\1")
            send(wrong[:40])
            send(answer)

        self.assertEqual(self.assert_verified(self.fake(after_others)), {"udp"})

    def test_resolver__another_address_is_not_heard(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            elsewhere.bind(("127.0.0.1", 0))

            def lie_first(query, send):
                send(with_code(query, 0), elsewhere)
                send(self.knot.ask(query))

            self.assert_verified(self.fake(lie_first))

    def test_resolver__names_hosts_in_capitals(self):
        def capitals(query, send):
            send(self.knot.ask(query).replace(b"\x06mxbiz1\x02qq", b"\x06MXbiz1\x02QQ"))

        for rule in ("literal", "semantic"):
            server = self.fake(capitals)
            response = self.submit(self.start(server.address, "--match", rule)).response
            row = response["Attributes"][0]
            self.assertEqual((row["CurrentValue"], row["Status"]), ("MXbiz1.QQ.com.", True))

    def test_resolver__asks_with_capitals_back(self):
        def capitals(query, send):
            send(self.knot.ask(query).replace(b"\x07example\x03com", b"\x07EXAMPLE\x03Com"))

        self.assert_verified(self.fake(capitals))

    def test_resolver__speaks_ipv6(self):
        knot = Knot("::1")
        self.addCleanup(knot.stop)
        emulator = self.start(knot.address)
        knot.serve(lines(emulator.call("GetEmailIdentity", EmailIdentity=NAME)))
        self.assertTrue(self.submit(emulator).response["VerifiedForSendingStatus"])

    def test_resolver__recovers(self):
        """What could not be asked is not there, and is there again at the next submission."""
        up = threading.Event()
        up.set()

        def answer(query, send):
            send(self.knot.ask(query) if up.is_set() else with_code(query, SERVFAIL))

        server = self.fake(answer)
        emulator = self.start(server.address)
        self.assertTrue(self.submit(emulator).response["VerifiedForSendingStatus"])
        up.clear()
        self.assert_nothing(self.submit(emulator).response)
        up.set()
        self.assertTrue(self.submit(emulator).response["VerifiedForSendingStatus"])

    def test_resolver__serves_many_submissions_at_once(self):
        emulator = self.start(self.knot.address)
        submissions = [Submission(emulator) for _ in range(40)]
        for submission in submissions:
            self.assertEqual(statuses(submission.wait()), [True] * 4)


if __name__ == "__main__":
    unittest.main()
