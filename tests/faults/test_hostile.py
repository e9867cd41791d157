# SPDX-License-Identifier: Apache-2.0
"""test_hostile.py CALLER CERTIFICATES: whatever comes back, a call ends in the error that says so, soon and in little
memory, and leaves no half of a response."""

import socket
import sys
import unittest

import answers
import hostile
from server import FaultServer
from support import SLOWNESS, WRAPPER, Caller, run_tests

PROGRAM, CERTIFICATES = sys.argv[1:3]
LIMIT = 4 * hostile.MIB
# The body grows by doubling, old and new at once, and is parsed; the rest comes on top.
GROWN_TIMES = 4
GROWN_KIB = 6 * 1024
ENDS_WITHIN_MS = 2000 * SLOWNESS
DRIP_TIMEOUT_MS = 3000 if WRAPPER else 300
# A tree of JSON takes more than its text: this much at most, for empty objects in a list.
TREE_TIMES = 128
READ, CREATE = "GetEmailIdentity", "CreateEmailIdentity"


class HostileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.caller = Caller(PROGRAM).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.caller.__exit__(None)

    def call(self, server, action=READ, endpoint=None, **options):
        options.setdefault("max_attempts", 1)
        return self.caller.call(action=action, endpoint=endpoint or server.http, ca_file=CERTIFICATES + "/ca.pem",
                                **options)

    def check(self, end, expected, attempts=1, limit=LIMIT):
        status, outcome, words = expected
        self.assertEqual((end["status"], end["outcome"], end["attempts"]), (status, outcome, attempts), end)
        self.assertIn(words, end["message"], end)
        self.assertEqual((end["has_response"], end["has_error"]), (status == "ok", status != "ok"), end)
        self.assertLess(end["ms"], ENDS_WITHIN_MS, end)
        self.assertLess(end["grown_kib"], (GROWN_KIB + GROWN_TIMES * limit // 1024) * SLOWNESS, end)

    def check_broken(self, end, is_sure):
        """The connection broke. Before the body was on its way, which is a race, the call counts as not done."""
        sure = end["outcome"] == "unknown" or is_sure
        self.check(end, hostile.BROKEN if sure else ("NETWORK", "not done", "could not reach 127.0.0.1"))

    def check_rule(self, rule, expected, **options):
        """The same for a read and a create; both with a single attempt."""
        for action in (READ, CREATE):
            with FaultServer() as server:
                server.set_rules([rule])
                self.check(self.call(server, action, **options), expected)


class Answers(HostileTest):
    def check_case(self, expected, rule):
        self.check_rule(rule, expected, attempt_timeout_ms=DRIP_TIMEOUT_MS if "pace_ms" in rule else 0)


def add_tests(cases):
    for name, case in cases.items():
        setattr(Answers, "test_hostile__" + name, lambda self, case=case: self.check_case(*case))


add_tests(hostile.CASES)
add_tests(hostile.MISTAKEN)


class Cuts(HostileTest):
    """Answers that end at every place."""

    @staticmethod
    def answer_chunks(rule):
        return [chunk for part in answers.told(rule) for chunk in part]

    def head_length(self, rule):
        return b"".join(self.answer_chunks(rule)).index(b"\r\n\r\n") + 4

    def check_framing(self, ended_in_body, **framing):
        rule = hostile.body(hostile.GOOD, **framing)
        head = self.head_length(rule)
        # The last line end says nothing that the last chunk has not said.
        whole = sum(map(len, self.answer_chunks(rule))) - (2 if framing.get("framing") == "chunked" else 0)
        with FaultServer() as server:
            for place in range(0, whole):
                server.set_rules([{**rule, "cut": place}])
                end = self.call(server, CREATE)
                self.check(end, ended_in_body if place >= head else hostile.BROKEN)

    def test_hostile__cut_anywhere_with_a_length(self):
        self.check_framing(hostile.BROKEN)

    def test_hostile__cut_anywhere_in_chunks(self):
        self.check_framing(hostile.BROKEN, framing="chunked")

    def test_hostile__cut_anywhere_without_a_length(self):
        self.check_framing(hostile.TOO_EARLY, framing="close")

    def test_hostile__reset_anywhere(self):
        rule = hostile.body(hostile.GOOD)
        with FaultServer() as server:
            for place in range(0, sum(map(len, self.answer_chunks(rule))), 7):
                server.set_rules([{**rule, "cut": place, "then": "reset"}])
                self.check(self.call(server, CREATE), hostile.BROKEN)

    def test_hostile__whole_answer_behind_which_the_connection_breaks(self):
        for then in ("close", "reset"):
            with FaultServer() as server:
                server.set_rules([{**hostile.body(hostile.GOOD), "then": then}])
                self.check(self.call(server, CREATE), hostile.OK)

    def test_hostile__body_that_drips(self):
        with FaultServer() as server:
            server.set_rules([{"fault": "none", "cut": {"body": 10}, "then": "silent"}])
            self.check(self.call(server, attempt_timeout_ms=DRIP_TIMEOUT_MS), hostile.NO_TIME)

    def test_hostile__request_cut_while_it_is_being_sent(self):
        for place in (0, 1, 300, 5000, 300000):
            with FaultServer() as server:
                server.set_rules([{"on": "connection", "fault": "cut-request", "at": place}])
                end = self.call(server, CREATE, pad=1000000)
                self.check_broken(end, is_sure=place >= 5000)
                self.assertEqual([request["whole"] for request in server.journal()["requests"]], [False])


class Limits(HostileTest):
    def test_hostile__largest_answer(self):
        for options, limit in (({}, LIMIT), ({"max_response_bytes": 1000}, 1000),
                               ({"max_response_bytes": 2 * LIMIT}, 2 * LIMIT)):
            for framing in ("length", "chunked", "close"):
                for more, expected in ((0, hostile.OK), (1, hostile.TOO_LARGE)):
                    blanks = hostile.many(" ", limit - len(hostile.GOOD) + more)
                    with FaultServer() as server:
                        server.set_rules([hostile.body(hostile.GOOD, blanks, framing=framing)])
                        self.check(self.call(server, **options), expected, limit=limit)

    def test_hostile__tree_of_json_is_of_bounded_size(self):
        count = hostile.MIB // 3 - 100
        for unit in ("{}", "[]", "0 "):
            for field in ("Attributes", "Unknown"):
                with FaultServer() as server:
                    server.set_rules([hostile.body('{"Response": {"%s": [null' % field, hostile.many("," + unit, count),
                                                   "]}}")])
                    end = self.call(server, max_response_bytes=hostile.MIB)
                wrong = field == "Attributes" and unit != "{}"
                self.assertEqual((end["status"], end["outcome"]), ("RESPONSE" if wrong else "ok", "done"), end)
                self.assertLess(end["grown_kib"], hostile.MIB // 1024 * TREE_TIMES * SLOWNESS, end)
                self.assertLess(end["ms"], ENDS_WITHIN_MS, end)


class Headers(HostileTest):
    """Headers that the library acts on."""

    def end_after(self, times, headers, **rule):
        with FaultServer() as server:
            server.set_rules([{"headers": headers, **times, **rule}])
            return self.call(server, max_attempts=0)

    def test_hostile__retry_after_that_says_nothing(self):
        for value in ("-5", "abc", "1e99", "", "0", "3.5", "0x10", "Fri, 99 Foo 2026 00:00:00 GMT",
                      "Thu, 01 Jan 1970 00:00:00 GMT", hostile.octets(b"\xff"), hostile.many("9x", 20000)):
            end = self.end_after({"times": 1}, [["Retry-After", value]], fault="answer", status=503)
            self.check(end, hostile.OK, attempts=2)

    def test_hostile__retry_after_beyond_all_time(self):
        for value in ("3600", "18446744073709551616", "99999999999999999999", hostile.many("9", 40000),
                      "Fri, 31 Dec 9999 23:59:59 GMT"):
            end = self.end_after({"times": 1}, [["Retry-After", value]], fault="answer", status=503)
            self.check(end, hostile.gateway(503))
            self.assertGreaterEqual(end["retry_after_ms"], 3600000)

    def test_hostile__date_that_is_none(self):
        for value in ("", "now", "Thu, 32 Foo 2026 00:00:00 GMT", "-1", hostile.octets(b"\xff"),
                      hostile.many("9", 40000)):
            end = self.end_after({}, [["Date", value]], fault="refuse", code="AuthFailure.SignatureExpire")
            self.check(end, ("API", "not done", "AuthFailure.SignatureExpire"))

    def test_hostile__date_that_makes_no_sense(self):
        for value in ("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:01 GMT"):
            end = self.end_after({}, [["Date", value]], fault="refuse", code="AuthFailure.SignatureExpire")
            self.check(end, ("API", "not done", "AuthFailure.SignatureExpire"), attempts=2)


class Redirects(HostileTest):
    def test_hostile__redirects_lead_nowhere(self):
        for status in (300, 301, 302, 303, 305, 307, 308):
            with FaultServer() as target, FaultServer() as server:
                server.set_rules([{"fault": "answer", "status": status, "headers": [["Location", target.http + "/"]]}])
                for action in (READ, CREATE):
                    self.check(self.call(server, action), hostile.gateway(status, "not done"))
                self.assertEqual(target.journal(), {"connections": [], "requests": []})


class Tls(HostileTest):
    def check_connection(self, rule, expected):
        with FaultServer(certificates=CERTIFICATES) as server:
            server.set_rules([{"on": "connection", **rule}])
            for action in (READ, CREATE):
                self.check(self.call(server, action, endpoint=server.https), expected)
            self.assertEqual(server.journal()["requests"], [])

    def test_hostile__certificates_that_prove_nothing(self):
        for name in ("wrong-name", "expired", "not-yet", "unknown", "self-signed"):
            self.check_connection({"fault": "certificate", "name": name},
                                  ("TLS", "not done", "no trusted TLS connection to 127.0.0.1"))

    def test_hostile__clear_text_on_the_tls_port(self):
        for text in (hostile.PAGE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", hostile.octets(b"\0" * 100),
                     hostile.many("x", 1000000)):
            self.check_connection({"fault": "clear", "text": text},
                                  ("NETWORK", "not done", "could not reach 127.0.0.1"))

    def test_hostile__handshake_cut_anywhere(self):
        for then in ("close", "reset"):
            for place in (*range(0, 600, 43), -1):
                self.check_connection({"fault": "handshake", "at": place, "then": then},
                                      ("NETWORK", "not done", "could not reach 127.0.0.1"))

    def test_hostile__handshake_after_whose_last_word_the_connection_breaks(self):
        """The client has nothing to wait for any more, and may have sent its request."""
        for then in ("close", "reset"):
            with FaultServer(certificates=CERTIFICATES) as server:
                server.set_rules([{"on": "connection", "fault": "handshake", "at": 100000, "then": then}])
                self.check_broken(self.call(server, CREATE, endpoint=server.https), is_sure=False)

    def test_hostile__reset_at_once(self):
        self.check_connection({"fault": "reset"}, ("NETWORK", "not done", "could not reach 127.0.0.1"))

    def test_hostile__answer_cut_under_tls(self):
        with FaultServer(certificates=CERTIFICATES) as server:
            for fault in ({"cut": 0}, {"cut": 30, "then": "reset"}, {"cut": {"body": 5}},
                          {"cut": {"body": 5}, "then": "reset"}):
                server.set_rules([{"fault": "none", **fault}])
                end = self.call(server, CREATE, endpoint=server.https)
                self.check(end, hostile.BROKEN)


class Connections(HostileTest):
    def test_hostile__connection_goes_on_after_each_kind_of_answer(self):
        """What is whole as HTTP costs no connection, and the next call finds nothing of it."""
        for rule in (hostile.body(hostile.PAGE, status=502), hostile.body("[]"), hostile.body(hostile.PAGE)):
            with FaultServer() as server:
                server.set_rules([{**rule, "times": 1}])
                self.check(self.call(server, calls=2), hostile.OK)
                self.assertEqual(len(server.journal()["connections"]), 1)

    def test_hostile__port_that_only_accepts(self):
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(1)
            end = self.call(None, endpoint=f"http://127.0.0.1:{deaf.getsockname()[1]}",
                            attempt_timeout_ms=DRIP_TIMEOUT_MS)
        self.check(end, hostile.NO_TIME)


if __name__ == "__main__":
    run_tests(sys.modules[__name__])
