# SPDX-License-Identifier: Apache-2.0
"""A domain's whole way with two clients and real DNS servers: the official Node.js SDK changes, the tool looks. The
zone's records are written from the SDK's answers, by nothing of ours. And where doctor and service do not agree."""

import importlib.util
import struct
import time

import rig  # first: it says what is missing

from peer import PeerTest, Refused

spec = importlib.util.spec_from_file_location("cli_test_dns", rig.program.HERE / "test_dns.py")
test_dns = importlib.util.module_from_spec(spec)
spec.loader.exec_module(test_dns)

dns, DOMAIN, ZONE, SERVER = test_dns.dns, test_dns.DOMAIN, test_dns.ZONE, test_dns.SERVER
ADDRESS = f"noreply@{DOMAIN}"
READS = {"GetEmailIdentity", "ListEmailIdentities", "ListEmailAddress"}
PURPOSES = ["MX", "SPF", "DKIM", "DMARC"]
WATCHED_ROUNDS = 5


def zone_lines(attributes):
    """{purpose: a line for the zone file}, of Attributes as the service gives them."""
    lines = {}
    for row in attributes:
        first = row["SendDomain"].split(".")[0]
        purpose = "MX" if row["Type"] == "MX" else "DMARC" if first == "_dmarc" else (
            "DKIM" if "._domainkey." in row["SendDomain"] else "SPF")
        value = f"10 {row['ExpectedValue']}" if row["Type"] == "MX" else dns.txt(row["ExpectedValue"])
        lines[purpose] = f"{row['SendDomain']}. {row['Type']} {value}"
    return lines


class FlowTest(test_dns.DnsCli):
    def use_emulator(self, *options):
        """In the place of the one that each test has."""
        self.emulator = rig.harness.Emulator("--verify", "dns", *options)
        self.addCleanup(self.emulator.__exit__, None, None, None)
        self.endpoint = self.emulator.endpoint

    def publish(self, lines):
        """Serves the zone with these lines, and waits until the resolver has forgotten what was before."""
        self.serve(*lines.values())
        end = time.monotonic() + rig.program.DEADLINE_SECONDS
        for line in lines.values():
            name, kind = line.split()[0].rstrip("."), {"MX": 15, "TXT": dns.TXT}[line.split()[1]]
            while struct.unpack("!H", self.net.warm(name, kind)[6:8])[0] == 0:
                self.assertLess(time.monotonic(), end, name)

    def doctor(self, status):
        """{purpose: its report} after this exit status; what stands on the screen is in self.shown_by_doctor."""
        words = self.look("domain", "doctor", DOMAIN)
        shown = self.run_tool(*words)
        result = self.run_tool(*words, "--output", "json")
        self.assertEqual((shown.status, result.status), (status, status), shown)
        self.shown_by_doctor = shown.out
        return {record["purpose"]: record for record in self.hold("doctor", result.out)["records"]}

    def statuses(self, status):
        return [record["status"] for record in self.doctor(status).values()]

    def codes(self, record):
        return [finding["code"] for finding in record["findings"]]


# ---- the SDK and the tool ----


class SdkFlow(PeerTest, FlowTest):
    def done_by_tool(self):
        return {entry["action"] for entry in self.emulator.journal()
                if "tcses" in entry["headers"].get("x-tc-requestclient", "")}

    def submit(self):
        """{purpose: Status}, and whether the domain is verified, of the SDK's submission."""
        answer = self.peer.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
        seen = dict(zip(zone_lines(answer["Attributes"]), [row["Status"] for row in answer["Attributes"]]))
        return seen, answer["VerifiedForSendingStatus"]

    def is_verified(self):
        return self.peer.call("GetEmailIdentity", EmailIdentity=DOMAIN)["VerifiedForSendingStatus"]


class WholeWay(SdkFlow):
    def test_flow__the_sdk_changes_and_the_tool_looks(self):
        self.succeed(*self.look("domain", "doctor", DOMAIN))
        lines = zone_lines(self.peer.call("CreateEmailIdentity", EmailIdentity=DOMAIN)["Attributes"])
        self.assertEqual(list(lines), PURPOSES)
        self.assertEqual(self.statuses(6), ["missing"] * 4)
        self.assertEqual(self.submit(), (dict.fromkeys(PURPOSES, False), False))
        with self.assertRaises(Refused):
            self.peer.call("CreateEmailAddress", EmailAddress=ADDRESS)
        self.publish(lines)
        self.assertEqual(self.statuses(0), ["ok"] * 4)
        self.assertEqual(self.submit(), (dict.fromkeys(PURPOSES, True), True))
        self.assertTrue(self.is_verified())
        self.peer.call("CreateEmailAddress", EmailAddress=ADDRESS)
        self.assertIn(ADDRESS, self.succeed("address", "list"))
        self.keep()
        self.lose(lines)
        self.assertLessEqual(self.done_by_tool(), READS)

    def keep(self):
        """What keeps an eye on a verified domain submits nothing."""
        submitted = self.submissions()
        self.succeed(*self.look("domain", "check", "--all"))
        self.succeed(*self.look("domain", "check", DOMAIN))
        self.assert_seen(self.run_tool("domain", "verify", DOMAIN).err, "not submitted again")
        self.succeed("domain", "verify", DOMAIN)
        self.succeed(*self.look("domain", "verify", DOMAIN, "--wait"))
        self.watch()
        self.assertEqual(self.submissions(), submitted)
        self.assertTrue(self.is_verified())

    def watch(self):
        before = self.actions().count("GetEmailIdentity")
        self.tool = [test_dns.FAST]
        terminal = self.terminal(*self.look("domain", "watch", DOMAIN, "--every", "15m"))
        end = time.monotonic() + rig.program.DEADLINE_SECONDS
        while self.actions().count("GetEmailIdentity") < before + WATCHED_ROUNDS:
            self.assertIsNone(terminal.process.poll())
            self.assertLess(time.monotonic(), end, terminal.printed)
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)
        self.tool = None

    def lose(self, lines):
        """A record goes: the service takes its word back at the next submission, and the doctor says which it is."""
        self.serve(*[line for purpose, line in lines.items() if purpose != "DKIM"])
        self.assertTrue(self.is_verified())
        self.assertEqual(self.submit(), ({**dict.fromkeys(PURPOSES, True), "DKIM": False}, False))
        self.assertFalse(self.is_verified())
        records = self.doctor(6)
        self.assertEqual([record["status"] for record in records.values()], ["ok", "ok", "missing", "ok"])
        self.assertEqual(self.codes(records["DKIM"]), ["DKIM_NONE"])
        self.assertIn(records["DKIM"]["findings"][0]["fix_value"], self.shown_by_doctor.splitlines())
        checked = self.run_tool(*self.look("domain", "check", "--output", "json"))
        self.assertEqual(checked.status, 6, checked)
        (domain,) = self.hold("check", checked.out)["domains"]
        changes = {change["record"]: (change["before"], change["now"]) for change in domain["changes"]}
        self.assertEqual(changes["verified"], ("yes", "no"))
        self.assertEqual(changes[f"TXT {records['DKIM']['name']}"][1], "missing")
        self.publish(lines)
        self.assertEqual(self.statuses(0), ["ok"] * 4)
        self.assertEqual(self.submit()[1], True)
        self.succeed(*self.look("domain", "check"))


class TooEarly(SdkFlow):
    """The service asks a resolver that remembers for long what it did not find."""

    def setUp(self):
        super().setUp()
        self.use_emulator("--resolver", self.net.at(dns.RESOLVER))
        self.peer.emulator = self.emulator

    def serve(self, *lines):
        if self.server is not None:
            self.net.stop(self.server)
        self.server = self.net.serve("knotd", SERVER, {ZONE: dns.zone(ZONE, {"ns1": SERVER}, *lines)})

    def forget(self):
        """The resolver as it is when its memory of nothing has run out."""
        (process,) = [process for process, _ in self.net.processes if process.args[0] == "unbound"]
        self.net.stop(process)
        self.net.start(self.net.folder / "resolver", process.args, dns.RESOLVER, "test")

    def test_flow__a_submission_too_early_is_remembered(self):
        lines = zone_lines(self.peer.call("CreateEmailIdentity", EmailIdentity=DOMAIN)["Attributes"])
        self.assertFalse(self.submit()[1])
        self.serve(*lines.values())
        self.assertFalse(self.submit()[1])
        records = self.doctor(5)
        for purpose in PURPOSES:
            record = records[purpose]
            self.assertEqual((record["status"], self.codes(record)), ("propagating", ["NEG_CACHED"]))
            self.assertGreater(record["wait_seconds"], 0)
        self.forget()
        self.assertEqual(self.statuses(0), ["ok"] * 4)
        self.assertTrue(self.submit()[1])


# ---- where the doctor and the service do not agree ----


class ServiceSaysNo(FlowTest):
    """A service that compares letter by letter."""

    def setUp(self):
        super().setUp()
        self.use_emulator("--match", "literal", "--resolver", self.net.at(SERVER))
        self.lines = zone_lines(self.document("domain", "domain", "create", DOMAIN)["Attributes"])

    def refuse(self, purpose, before, after):
        """The zone is valid with `after` in the place of `before`, and refused; returns the record's finding."""
        lines = {**self.lines, purpose: self.lines[purpose].replace(before, after)}
        self.assertNotEqual(lines, self.lines)
        self.publish(lines)
        record = self.doctor(0)[purpose]
        self.assertEqual((record["status"], record["valid"]), ("ok", True))
        self.assertNotIn("SERVICE_REFUSES", self.codes(record))
        verify = self.run_tool("domain", "verify", DOMAIN)
        self.assertEqual(verify.status, 5, verify)
        self.assert_seen(verify.out, f"({purpose})", "differs", "seen: ")
        record = self.doctor(0)[purpose]
        self.assertEqual(record["seen_by_service"], record["authoritative"][0]["values"][0])
        self.assertEqual(self.codes(record), ["SERVICE_REFUSES"])
        (finding,) = record["findings"]
        self.assertEqual(finding["severity"], "warning")
        self.assert_seen(self.shown_by_doctor, finding["message"], finding["fix"])
        return finding

    def test_flow__valid_and_refused_is_explained(self):
        spf = self.refuse("SPF", "include:qcloudmail.com", "ip4:192.0.2.9 include:qcloudmail.com")
        self.assertEqual(spf["fix_value"], "v=spf1 include:qcloudmail.com ~all")
        self.refuse("DKIM", "k=rsa; ", "")
        # Nobody is told to weaken a policy.
        self.assertIsNone(self.refuse("DMARC", "p=none", "p=reject")["fix_value"])
        self.publish(self.lines)
        self.succeed("domain", "verify", DOMAIN)
        self.assertEqual([self.codes(record) for record in self.doctor(0).values()], [[]] * 4)


class ServiceSaysYes(FlowTest):
    """The service looks for what it needs, and the doctor at what others will make of the record too."""

    def accept(self, status, purpose, before, after):
        """The zone with `after` in the place of `before` is verified, and the doctor ends with the status; returns the
        record's report."""
        lines = zone_lines(self.document("domain", "domain", "create", DOMAIN)["Attributes"])
        changed = {**lines, purpose: lines[purpose].replace(before, after)}
        self.assertNotEqual(changed, lines)
        self.publish(changed)
        self.succeed("domain", "verify", DOMAIN)
        return self.doctor(status)[purpose]

    def test_flow__verified_and_the_doctor_warns(self):
        record = self.accept(0, "SPF", "~all", "+all")
        self.assertEqual((record["status"], self.codes(record)), ("ok", ["SPF_PLUS_ALL"]))
        self.assert_seen(self.shown_by_doctor, record["findings"][0]["message"], "All is in place")

    def test_flow__verified_and_receivers_regard_it_as_broken(self):
        record = self.accept(6, "SPF", "~all", f"include:nowhere.{ZONE} ~all")
        self.assertEqual((record["status"], self.codes(record)), ("wrong", ["SPF_INCLUDE_BROKEN"]))


if __name__ == "__main__":
    dns.need("knotd", "unbound", tap=True)
    rig.main()
