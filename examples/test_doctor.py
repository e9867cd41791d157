#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The example doctor.c against the emulator and real DNS servers:
test_doctor.py BUILT-EXAMPLES PATH-OF-TCSES-EMULATOR"""

import importlib.util
import os
import pathlib
import socket
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

if len(sys.argv) < 3:
    sys.exit(__doc__)
BUILT = pathlib.Path(sys.argv.pop(1)).resolve()
os.environ["TCSES_EMULATOR"] = os.path.abspath(sys.argv.pop(1))
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests/integration/emulator")]

import test_examples  # noqa: E402

spec = importlib.util.spec_from_file_location("dns_rig", ROOT / "tests/dns/rig.py")
dns = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dns)

test_examples.BUILT = BUILT
ZONE, DOMAIN, SERVER = "shop.test", "mail.shop.test", 11


class Doctor(test_examples.ExampleTest):
    def setUp(self):
        super().setUp()
        self.net = dns.Net()
        self.addCleanup(self.net.close)
        self.server = None
        self.serve()
        self.net.parent({ZONE: {f"ns1.{ZONE}": SERVER}})
        self.net.resolver({ZONE: [SERVER]})
        created = self.emulator.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
        self.records = created["Attributes"]

    def serve(self, *lines):
        if self.server is not None:
            self.net.stop(self.server)
        zone = dns.zone(ZONE, {"ns1": SERVER}, *lines)
        self.server = self.net.serve("knotd", SERVER, {ZONE: zone})

    def lines(self):
        """The records that the service wants to see, for a zone file."""
        return [f"{record['SendDomain']}. {record['Type']} " +
                (f"10 {record['ExpectedValue']}" if record["Type"] == "MX" else dns.txt(record["ExpectedValue"]))
                for record in self.records]

    def doctor(self, domain=DOMAIN, **more):
        return self.run_example("doctor", domain, self.emulator.endpoint, self.net.at(dns.RESOLVER), str(self.net.port),
                                **more)

    def test_doctor__all_is_right(self):
        self.serve(*self.lines())
        out, err = self.doctor()
        self.assertEqual(err, "")
        self.assertEqual(out.splitlines(), [f"{DOMAIN}: ok"] + [
            f"   {record['Type']} {record['SendDomain']}: ok" for record in self.records])
        self.assertEqual(self.actions(), ["CreateEmailIdentity", "GetEmailIdentity"])

    def test_doctor__what_is_missing_and_what_is_wrong(self):
        self.serve(*[line for line in self.lines() if not line.startswith("_dmarc")][1:],
                   f"{DOMAIN}. MX 10 mxbiz1.qq.com.{ZONE}.")
        out, _ = self.doctor(status=6)
        self.assertIn(f"   TXT {DOMAIN}: ok\n", out)
        mx = out.index(f"   MX {DOMAIN}: wrong\n      NAME_DOUBLED: ")
        dmarc = out.index(f"   TXT _dmarc.{DOMAIN}: missing\n      DMARC_NONE: ")
        to_do = "      to do: In the DNS console of shop.test, "
        for words in (to_do, "host mail and replace its value", "\nmxbiz1.qq.com.\n"):
            self.assertIn(words, out[mx:dmarc])
        for words in (to_do + "add a record: host _dmarc.mail", "\nv=DMARC1; p=none\n"):
            self.assertIn(words, out[dmarc:])

    def test_doctor__right_but_not_seen_everywhere_yet(self):
        self.net.warm(DOMAIN)
        self.serve(*self.lines())
        out, _ = self.doctor(status=5)
        self.assertIn(f"   TXT {DOMAIN}: propagating\n      NEG_CACHED: ", out)
        self.assertRegex(out, r"Caches have all of it in \d+ s at the latest")

    def test_doctor__could_not_ask_is_not_missing(self):
        self.serve(*self.lines())
        self.net.stop(self.server)
        out, _ = self.doctor(status=3)
        # Of the domain, and of each record.
        self.assertEqual(out.count(": unknown\n      RESOLVER_ERROR: "), 1 + len(self.records), out)
        self.assertNotIn(": missing\n", out)

    def test_doctor__what_fails_before_dns_is_asked(self):
        _, err = self.run_example("doctor", status=1)
        self.assertIn("email_identity", err)
        _, err = self.doctor(status=2, keys={})
        self.assertIn("credentials", err)
        out, err = self.doctor("other.test", status=4)
        self.assertIn("InvalidParameterValue.NotExistDomain", err)
        self.assertEqual(out, "")
        with socket.create_server(("127.0.0.1", 0)) as closed:
            endpoint = "http://127.0.0.1:%d" % closed.getsockname()[1]
        _, err = self.run_example("doctor", DOMAIN, endpoint, status=3)
        self.assertIn("could not reach", err)


if __name__ == "__main__":
    dns.need("knotd", "unbound")
    unittest.main(verbosity=1)
