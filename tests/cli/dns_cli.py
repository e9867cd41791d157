# SPDX-License-Identifier: Apache-2.0
"""What the tests of the commands that look at DNS are written with: class DnsCli. Real servers: knotd for the zone, unbound
as the resolver, and an emulator that verifies by what the zone's server answers."""

import importlib.util
import os
import sys

import rig  # first: it says what is missing

spec = importlib.util.spec_from_file_location("dns_rig", rig.program.HERE.parent / "dns" / "rig.py")
dns = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dns)

FAST = os.path.abspath(sys.argv[sys.argv.index("--fast") + 1]) if "--fast" in sys.argv else None
ZONE, DOMAIN, SERVER = "shop.test", "mail.shop.test", 11


class DnsCli(rig.CliTest):
    """A zone of one's own at one server, with the lines that the test puts into it."""

    def setUp(self):
        self.net = dns.Net()
        self.addCleanup(self.net.close)
        self.server = None
        self.serial = 0
        self.serve()
        self.net.parent({ZONE: {f"ns1.{ZONE}": SERVER}})
        self.net.resolver({ZONE: [SERVER]})
        self.options = ("--verify", "dns", "--resolver", self.net.at(SERVER))
        super().setUp()

    def serve(self, *lines):
        if self.server is not None:
            self.net.stop(self.server)
        self.serial += 1
        zone = dns.zone(ZONE, {"ns1": SERVER}, *lines, serial=self.serial, ttl=1, minimum=1, soa_ttl=1)
        self.server = self.net.serve("knotd", SERVER, {ZONE: zone})

    def environment(self, **settings):
        settings.setdefault("TCSES_DNS_PORT", str(self.net.port))
        return super().environment(**settings)

    def look(self, *arguments):
        return [*arguments, "--resolver", self.net.at(dns.RESOLVER)]

    def create(self):
        """Creates the domain; returns the lines that its zone needs."""
        self.succeed("domain", "create", DOMAIN)
        text = self.succeed("domain", "records", DOMAIN, "--zone", ZONE, "--format", "bind")
        return [line for line in text.splitlines() if line and not line.startswith(";")]

    def submissions(self):
        return self.actions().count("UpdateEmailIdentity")
