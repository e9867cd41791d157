# SPDX-License-Identifier: Apache-2.0
"""The program: options, the ready line, TLS, the clock, and how it stops."""

import email.utils
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

import harness
from harness import Emulator, EmulatorTest, signed_headers

HOUR = 3600


class Options(unittest.TestCase):
    def run_to_end(self, *options):
        command = [harness.emulator_path, *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        return done.returncode, done.stdout, done.stderr

    def assert_refused(self, words, *options):
        status, out, err = self.run_to_end(*options)
        self.assertEqual((status, out), (1, ""), err)
        self.assertIn(words, err)

    def test_emulator__refuses_options_it_can_not_use(self):
        for words, *options in (
            ("unrecognized", "--bogus"),
            ("invalid option", "-l"),
            ("requires an argument", "--listen"),
            ("options alone", "argument"),
            ("ID:KEY", "--secret", "id"),
            ("ID:KEY", "--secret", ":key"),
            ("ID:KEY", "--secret", "id:"),
            ("after=N", "--verify", "after=0"),
            ("after=N", "--verify", "after="),
            ("after=N", "--verify", "manual=1"),
            ("after=N", "--verify", "never"),
            ("after=N", "--verify", "dns=1"),
            ("needs --resolver", "--verify", "dns"),
            ("needs --resolver", "--verify", "dns", "--match", "literal"),
            ("need --verify dns", "--resolver", "127.0.0.1:53"),
            ("need --verify dns", "--match", "semantic"),
            ("need --verify dns", "--match", "literal", "--verify", "after=2"),
            ("need --verify dns", "--resolver", "[::1]:53", "--verify", "manual"),
            ("literal or semantic", "--verify", "dns", "--match", "exact"),
            ("literal or semantic", "--verify", "dns", "--match", ""),
            ("seconds", "--clock-offset", "1h"),
            ("seconds", "--clock-offset", "-"),
            ("number", "--max-domains", "many"),
            ("number", "--max-addresses", "-1"),
            ("go together", "--tls-cert", "cert.pem"),
            ("go together", "--tls-key", "key.pem"),
        ):
            with self.subTest(options):
                self.assert_refused(words, *options)

    def test_emulator__refuses_addresses_that_are_not_loopback(self):
        for address in ("0.0.0.0:0", "192.0.2.1:80", "[::]:0", "[2001:db8::1]:80", "[::ffff:127.0.0.1]:0"):
            with self.subTest(address):
                self.assert_refused("loopback", "--listen", address)

    def test_emulator__refuses_a_listen_address_it_can_not_read(self):
        for address in ("", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "localhost:0", "::1:0",
                        "[]:0", ":0"):
            with self.subTest(address):
                self.assert_refused("no address", "--listen", address)

    def test_emulator__refuses_a_resolver_it_can_not_read(self):
        for address in ("", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "localhost:53", "::1:53",
                        "::1", "[::1]", "[]:53", ":53", "1.1.1:53", "127.0.0.1:53 "):
            with self.subTest(address):
                self.assert_refused("with a port", "--verify", "dns", "--resolver", address)

    def test_emulator__refuses_a_port_in_use(self):
        with Emulator() as running:
            self.assert_refused("in use", "--listen", running.authority)

    def test_emulator__refuses_tls_files_it_can_not_use(self):
        self.assert_refused("cannot read", "--tls-cert", "/nonexistent", "--tls-key", "/nonexistent")
        with tempfile.NamedTemporaryFile("w") as file:
            self.assert_refused("cannot read", "--tls-cert", file.name, "--tls-key", file.name)
            file.write("no certificate")
            file.flush()
            self.assert_refused("TLS", "--tls-cert", file.name, "--tls-key", file.name)

    def test_emulator__refuses_a_closed_standard_output(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([harness.emulator_path], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)

    def test_emulator__explains_itself(self):
        status, out, err = self.run_to_end("--help")
        self.assertEqual((status, err), (0, ""))
        for word in ("--listen", "--tls-cert", "--secret", "--verify", "--any-service", harness.SECRET_ID,
                     harness.SECRET_KEY):
            self.assertIn(word, out)

    def test_emulator__tells_its_version(self):
        status, out, err = self.run_to_end("--version")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"^tcses-emulator \d+\.\d+\.\d+\n$")


class Process(unittest.TestCase):
    def test_emulator__prints_one_ready_line(self):
        with Emulator() as emulator:
            self.assertEqual(emulator.line, json.dumps({"endpoint": emulator.endpoint}, separators=(",", ":")) + "\n")
            self.assertRegex(emulator.endpoint, r"^http://127\.0\.0\.1:[1-9]\d*$")

    def test_emulator__listens_on_ipv6(self):
        with Emulator("--listen", "[::1]:0") as emulator:
            self.assertRegex(emulator.endpoint, r"^http://\[::1\]:[1-9]\d*$")
            self.assertNotIn("Error", emulator.call("ListEmailAddress"))
            headers = signed_headers(emulator.authority, "ListEmailAddress", b"{}", signed_host="[::1]")
            self.assertNotIn("Error", emulator.post(b"{}", headers))

    def test_emulator__listens_on_another_loopback_address(self):
        with Emulator("--listen", "127.0.0.2:0") as emulator:
            self.assertTrue(emulator.endpoint.startswith("http://127.0.0.2:"))
            self.assertNotIn("Error", emulator.call("ListEmailAddress"))

    def test_emulator__stops_on_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            emulator = Emulator()
            emulator.call("CreateEmailIdentity", EmailIdentity="mail.example.com")
            self.assertEqual(emulator.stop(number), (0, "", ""))

    def test_emulator__stops_with_open_connections_and_half_a_request(self):
        """With few threads for all connections, and with one for each."""
        for options in ((), ("--verify", "dns", "--resolver", "127.0.0.1:53")):
            with self.subTest(options):
                self.stop_in_the_middle(Emulator(*options))

    def stop_in_the_middle(self, emulator):
        idle = emulator.connect()
        emulator.call("ListEmailAddress", connection=idle)
        half = socket.create_connection(("127.0.0.1", emulator.port))
        half.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
        silent = socket.create_connection(("127.0.0.1", emulator.port))
        emulator.call("ListEmailAddress")
        self.assertEqual(emulator.stop(), (0, "", ""))
        for connection in (idle, half, silent):
            connection.close()

    def test_emulator__survives_clients_that_go_away(self):
        with Emulator() as emulator:
            half = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"
            for request in (b"", b"POST", half, b"\0\xff\r\n\r\n"):
                with socket.create_connection(("127.0.0.1", emulator.port)) as client:
                    client.sendall(request)
            self.assertNotIn("Error", emulator.call("ListEmailAddress"))

    def test_emulator__starts_again_on_the_same_port(self):
        first = Emulator()
        connection = first.connect()
        first.call("ListEmailAddress", connection=connection)
        first.stop()
        connection.close()
        with Emulator("--listen", first.authority) as second:
            self.assertEqual(second.endpoint, first.endpoint)


class Clock(unittest.TestCase):
    def test_emulator__runs_its_clock_ahead_or_behind(self):
        for offset in (HOUR, -HOUR):
            with Emulator("--clock-offset", str(offset)) as emulator:
                expired = emulator.call("ListEmailAddress")
                self.assertEqual(expired["Error"]["Code"], "AuthFailure.SignatureExpire")
                date = emulator.send("POST", "/")[1]["Date"]
                there = email.utils.parsedate_to_datetime(date).timestamp()
                self.assertLess(abs(there - time.time() - offset), 30)
                self.assertNotIn("Error", emulator.call_raw("ListEmailAddress", b"{}", timestamp=int(there)))


@unittest.skipUnless(shutil.which("openssl"), "openssl makes the certificates")
class Tls(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.cert = os.path.join(cls.folder.name, "cert.pem")
        cls.key = os.path.join(cls.folder.name, "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:ses.localhost", "-keyout", cls.key,
             "-out", cls.cert], check=True, capture_output=True)
        cls.options = ("--tls-cert", cls.cert, "--tls-key", cls.key)

    def test_emulator__serves_https(self):
        self.assertTrue(self.emulator.endpoint.startswith("https://127.0.0.1:"))
        self.emulator.trust(self.cert)
        connection = self.emulator.connect()
        for _ in range(10):
            self.done(self.emulator.call("ListEmailAddress", connection=connection))
        connection.close()
        self.assertEqual({entry["connection"] for entry in self.emulator.journal()}, {1})

    def test_emulator__https_is_not_trusted_by_itself(self):
        self.emulator.context = ssl.create_default_context()
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.emulator.call("ListEmailAddress")
        self.emulator.trust(self.cert)
        self.done(self.emulator.call("ListEmailAddress"))

    def test_emulator__survives_plain_http_where_https_is_spoken(self):
        with socket.create_connection(("127.0.0.1", self.emulator.port)) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\n\r\n")
            client.recv(100)
        self.emulator.trust(self.cert)
        self.done(self.emulator.call("ListEmailAddress"))

    def test_emulator__takes_a_large_body_over_https(self):
        self.emulator.trust(self.cert)
        self.done(self.emulator.call_raw("ListEmailAddress", b"{}" + b" " * 5000000))


if __name__ == "__main__":
    unittest.main()
