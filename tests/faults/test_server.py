# SPDX-License-Identifier: Apache-2.0
"""test_server.py EMULATOR CERTIFICATES: the server of this folder does what its rules say, and tells what it saw."""

import contextlib
import http.client
import json
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import unittest

import answers
from server import FaultServer
from support import LOST_AFTER_SECONDS, run_tests

EMULATOR, CERTIFICATES = sys.argv[1:3]
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration" / "emulator"))

import harness  # noqa: E402

harness.emulator_path = EMULATOR
DOMAIN = {"EmailIdentity": "mail.example.com"}


def ask(server, action, params=None, connection=None):
    """The Response of one signed call; None if there was none."""
    authority = server.http.rpartition("/")[2]
    body = json.dumps(DOMAIN if params is None else params).encode()
    own = connection or http.client.HTTPConnection(authority, timeout=LOST_AFTER_SECONDS)
    try:
        own.request("POST", "/", body, harness.signed_headers(authority, action, body))
        return json.loads(own.getresponse().read())["Response"]
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        if connection is None:
            own.close()


def answered(server, action, count):
    return [ask(server, action) is not None for _ in range(count)]


class Rules(unittest.TestCase):
    def test_server__answers_each_action_in_its_shape(self):
        fields = json.loads((HERE.parent / "data" / "ses-fields.json").read_text(encoding="utf-8"))["actions"]
        with FaultServer() as server:
            for action, shape in fields.items():
                self.assertEqual(set(ask(server, action)), set(shape["response"]), action)
            self.assertEqual(ask(server, "Novel")["Error"]["Code"], "InvalidAction")
        self.assertEqual(set(answers.SUCCESSES), set(fields))

    def test_server__plays_a_rule_after_some_and_so_many_times(self):
        with FaultServer() as server:
            server.set_rules([{"action": "GetEmailIdentity", "skip": 1, "times": 2, "fault": "close"}])
            self.assertEqual(answered(server, "GetEmailIdentity", 5), [True, False, False, True, True])
            self.assertEqual(answered(server, "ListEmailAddress", 2), [True, True])
            self.assertEqual([entry["fault"] for entry in server.journal()["requests"]],
                             [None, "close", "close", None, None, None, None])

    def test_server__first_rule_that_claims_is_played(self):
        with FaultServer() as server:
            server.set_rules([{"times": 1, "fault": "refuse", "code": "A"}, {"fault": "refuse", "code": "B"}])
            self.assertEqual([ask(server, "X")["Error"]["Code"] for _ in range(3)], ["A", "B", "B"])
            self.assertEqual([entry["rule"] for entry in server.journal()["requests"]], [0, 1, 1])

    def test_server__chance_hangs_on_the_seed_alone(self):
        drawn = []
        for seed in (1, 1, 2):
            with FaultServer() as server:
                server.set_rules([{"chance": 0.5, "seed": seed, "fault": "reset"}])
                drawn.append(answered(server, "GetEmailIdentity", 40))
        self.assertEqual(drawn[0], drawn[1])
        self.assertNotEqual(drawn[0], drawn[2])
        self.assertIn(sum(drawn[0]), range(10, 31))

    def test_server__rules_that_are_wrong_are_refused(self):
        with FaultServer() as server:
            for rule in ({"fault": "none", "on": "tuesday"}, {"fault": "novel"}, {"fault": "reset", "at": 1},
                         {"fault": "none", "then": "later"}, {"fault": "answer", "framing": "none"}):
                with self.assertRaises(ValueError):
                    server.set_rules([rule])


class Bytes(unittest.TestCase):
    def receive(self, server, port=None):
        """All bytes that come back to one request, and whether the connection was reset."""
        sent = b"POST / HTTP/1.1\r\nX-TC-Action: DeleteEmailAddress\r\nContent-Length: 2\r\n\r\n{}"
        with socket.create_connection(("127.0.0.1", port or int(server.http.rpartition(":")[2]))) as client:
            client.settimeout(LOST_AFTER_SECONDS)
            client.sendall(sent)
            received = b""
            with contextlib.suppress(OSError):  # the reset may be there before it
                client.shutdown(socket.SHUT_WR)
            try:
                while chunk := client.recv(65536):
                    received += chunk
            except ConnectionResetError:
                return received, True
        return received, False

    def test_server__cuts_at_each_place(self):
        with FaultServer() as server:
            server.set_rules([])
            whole, _ = self.receive(server)
            body = answers.success("DeleteEmailAddress", 1)
            self.assertTrue(whole.endswith(body))
            for cut, length in ((0, 0), (7, 7), (-1, len(whole) - 1), (10 ** 6, len(whole)),
                                ({"body": 3}, len(whole) - len(body) + 3)):
                for then in ("close", "reset"):
                    server.set_rules([{"fault": "none", "cut": cut, "then": then}])
                    self.assertEqual(self.receive(server), (whole[:length], then == "reset"), cut)

    def test_server__sends_what_the_rule_says(self):
        with FaultServer() as server:
            server.set_rules([{"fault": "answer", "status": 503, "reason": "Busy", "headers": [["X", "y"]],
                               "body": ["a", {"repeat": "bc", "times": 2}, {"base64": "AP8="}], "framing": "chunked"}])
            received, _ = self.receive(server)
            head = b"HTTP/1.1 503 Busy\r\nContent-Type: application/json\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n"
            self.assertEqual(received, head + b"1\r\na\r\n4\r\nbcbc\r\n2\r\n\0\xff\r\n0\r\n\r\n")

    def test_server__tells_how_much_of_a_request_came(self):
        with FaultServer() as server:
            server.set_rules([{"on": "connection", "fault": "cut-request", "at": 11}])
            self.assertEqual(self.receive(server), (b"", True))
            (entry,) = server.journal()["requests"]
            self.assertEqual((entry["bytes"], entry["whole"], entry["fault"]), (11, False, "cut-request"))

    def test_server__shows_the_certificate_that_the_rule_names(self):
        context = ssl.create_default_context(cafile=CERTIFICATES + "/ca.pem")
        with FaultServer(certificates=CERTIFICATES) as server:
            port = int(server.https.rpartition(":")[2])
            server.set_rules([{"on": "connection", "skip": 1, "fault": "certificate", "name": "expired"}])
            with socket.create_connection(("127.0.0.1", port)) as first:
                context.wrap_socket(first, server_hostname="127.0.0.1").close()
            with socket.create_connection(("127.0.0.1", port)) as second:
                with self.assertRaisesRegex(ssl.SSLCertVerificationError, "expired"):
                    context.wrap_socket(second, server_hostname="127.0.0.1")


class Upstream(unittest.TestCase):
    def test_server__loses_requests_before_and_answers_after_the_upstream(self):
        for pass_on, made in ((False, 0), (True, 1)):
            for fault in ({"fault": "reset"}, {"fault": "close"}, {"fault": "answer", "status": 502},
                          {"fault": "none", "cut": 20}):
                with harness.Emulator() as emulator, FaultServer(emulator.endpoint) as server:
                    server.set_rules([{"times": 1, **fault, "pass_on": pass_on}])
                    self.assertIsNone(ask(server, "CreateEmailIdentity"))
                    self.assertEqual([entry["passed_on"] for entry in server.journal()["requests"]], [pass_on])
                    self.assertEqual(len(emulator.journal()), made)
                    again = ask(server, "CreateEmailIdentity")
                    self.assertEqual("Error" in again, pass_on, again)


class Process(unittest.TestCase):
    def test_server__obeys_the_control_port_and_ends_at_sigterm(self):
        command = [sys.executable, "-B", HERE / "server.py", "--stdin"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            ready = json.loads(process.stdout.readline())
            with socket.create_connection(("127.0.0.1", ready["control"])) as control, control.makefile("rw") as lines:
                replies = []
                for line in ('{"rules": [{"fault": "novel"}]}', '{"rules": []}', '{"journal": true}', "[]", "{"):
                    lines.write(line + "\n")
                    lines.flush()
                    replies.append(json.loads(lines.readline()))
            self.assertIn("novel", replies[0]["error"])
            self.assertEqual(replies[1:3], [{"ok": True}, {"connections": [], "requests": []}])
            self.assertTrue(all("error" in reply for reply in replies[3:]), replies)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(LOST_AFTER_SECONDS), 0)


if __name__ == "__main__":
    run_tests(sys.modules[__name__])
