# SPDX-License-Identifier: Apache-2.0
"""scripts/live against the emulator, and against a service of another shape. It never meets the real service here:
every run names an endpoint of this machine."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from support import FIELDS

from canned import CannedService
from harness import HONGKONG, EmulatorTest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOMAIN = "mail.secret-company.example"
ADDRESS = "ceo.name@" + DOMAIN
ALIAS = "机密项目"
TAG = {"TagKey": "secret-team", "TagValue": "secret-project"}
READING = {action for action in FIELDS["actions"] if action.startswith(("Get", "List"))}
KEYS = {"TENCENTCLOUD_SECRET_ID": "AKIDEMULATOR", "TENCENTCLOUD_SECRET_KEY": "emulator-secret-key"}


class Live:
    """One run of the script: its exit status, what it printed, and what it saved."""

    def __init__(self, folder, endpoint, *options, **environment):
        self.folder = pathlib.Path(folder) / "answers"
        command = [sys.executable, "-B", ROOT / "scripts" / "live_parts" / "main.py", "--build",
                   os.environ["TCSES_BUILD_ROOT"], "--endpoint", endpoint, "--save", self.folder, *options]
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith("TENCENTCLOUD_") and not name.lower().endswith("_proxy")}
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False,
                              env=dict(clean, HOME=str(folder), **{**KEYS, **environment}))
        self.status, self.printed, self.complaint = done.returncode, done.stdout, done.stderr

    def saved(self):
        return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("*.json"))]

    def assumptions(self):
        """{number: holds} of the printed list, and the numbers that were not settled."""
        lines = self.printed.splitlines()
        told = {line.split()[0]: line.split()[1] for line in lines if line.startswith("  A") and len(line.split()) > 1}
        (left,) = [line for line in lines if line.strip().startswith("not settled")]
        return told, left.split(": ")[1].split()


class LiveTest(EmulatorTest):
    def run_live(self, *options, **environment):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Live(folder.name, self.emulator.endpoint, *options, **environment)

    def succeed(self, *options):
        live = self.run_live(*options)
        self.assertEqual((live.status, live.complaint), (0, ""), live.printed)
        return live

    def actions(self):
        return {entry["action"] for entry in self.emulator.journal()}


class Emulated(LiveTest):
    def account(self):
        self.make_domain(DOMAIN, TagList=[TAG])
        self.make_domain("second.example.org", verified=False)
        self.make_address(ADDRESS, EmailSenderName=ALIAS)
        self.make_address("info@" + DOMAIN, HONGKONG)
        setting = {"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}
        self.done(self.emulator.call("CreateAddressUnsubscribeConfig", **setting))
        self.emulator.admin("DELETE", "requests")

    def test_live__reads_an_account_and_changes_nothing(self):
        self.account()
        live = self.succeed()
        self.assertEqual(self.actions() - READING, {"NoSuchAction"})
        self.assertFalse(any(entry["effect"] for entry in self.emulator.journal()))
        self.assertIn("Read: 2 domains, 2 sender addresses in two regions", live.printed)
        self.assertIn(" 0 differences from the tables", live.printed)
        told, left = live.assumptions()
        self.assertEqual(set(told.values()), {"holds"})
        self.assertEqual({"A1", "A8", "A11", "A12", "A14", "A18", "A19", "A33", "A35", "A37"} - set(told), set())
        self.assertTrue({"A2", "A13", "A22", "A36"} <= set(left))
        self.assertFalse(set(told) & set(left))

    def test_live__saves_answers_that_name_nobody(self):
        self.account()
        live = self.succeed()
        self.assertGreater(len(live.saved()), 10)
        ids = {entry["request_id"] for entry in self.emulator.journal()}
        rows = self.emulator.call("GetEmailIdentity", EmailIdentity=DOMAIN)["Attributes"]
        keys = [row["ExpectedValue"].split("p=")[1] for row in rows if "k=rsa" in row["ExpectedValue"]]
        for name, text in live.saved():
            for secret in [DOMAIN, "secret", "ceo.name", ALIAS, "second.example.org", *ids, *keys, *KEYS.values()]:
                self.assertNotIn(secret, text, name)
        text = dict(live.saved())["002-GetEmailIdentity.json"]
        rows = json.loads(text)["response"]["Attributes"]
        self.assertEqual([row["ExpectedValue"].split("p=key")[0] for row in rows],
                         ["mxbiz1.qq.com.", "v=spf1 include:qcloudmail.com ~all", "v=DKIM1; k=rsa; ",
                          "v=DMARC1; p=none"])
        records = ["qcloudgz1024._domainkey.domain1.example", "_dmarc.domain1.example"]
        self.assertEqual([row["SendDomain"] for row in rows], ["domain1.example"] * 2 + records)

    def test_live__an_empty_account_leaves_more_open(self):
        told, left = self.succeed().assumptions()
        self.assertEqual(set(told.values()), {"holds"})
        self.assertTrue({"A11", "A12", "A35", "A37"} <= set(left))

    def test_live__runs_the_flow_with_a_new_domain(self):
        live = self.succeed("--write", DOMAIN)
        self.assertEqual(self.actions() - {"NoSuchAction"}, set(FIELDS["actions"]))
        told, _ = live.assumptions()
        self.assertTrue({"A13", "A15", "A21", "A22", "A25", "A26", "A27", "A28", "A30"} <= set(told))
        self.assertEqual(set(told.values()), {"holds"})
        self.assertEqual(self.emulator.call("ListEmailAddress")["EmailSenders"], [])
        self.assertEqual(self.emulator.call("ListEmailIdentities")["Total"], 1)

    def test_live__never_submits_a_verified_domain(self):
        self.make_domain(DOMAIN)
        self.emulator.admin("DELETE", "requests")
        self.succeed("--write", DOMAIN)
        changes = [entry["action"] for entry in self.emulator.journal() if entry["effect"]]
        self.assertNotIn("UpdateEmailIdentity", self.actions())
        self.assertEqual(changes[0], "CreateEmailAddress")
        self.assertEqual(changes[-1], "DeleteEmailAddress")

    def test_live__refused_changes_change_nothing(self):
        told, _ = self.succeed("--refused").assumptions()
        self.assertTrue({"A15", "A21", "A22", "A26", "A27"} <= set(told))
        self.assertFalse(any(entry["effect"] for entry in self.emulator.journal()))

    def test_live__says_why_it_can_not_be_done(self):
        live = self.run_live(TENCENTCLOUD_SECRET_KEY="another-key-than-the-right-one")
        self.assertEqual(live.status, 1)
        self.assertIn("AuthFailure.SignatureFailure", live.complaint)
        self.assertNotIn("another-key", live.complaint + live.printed)
        self.assertNotIn("Traceback", live.complaint)
        live = self.run_live("--write", "no domain")
        self.assertEqual(live.status, 1)
        self.assertIn("email_identity", live.complaint)

    def test_live__says_why_the_answers_are_not_saved(self):
        # the masked names end in .example, so this tag would still be in them
        self.make_domain(DOMAIN, TagList=[{"TagKey": "example", "TagValue": "x"}])
        live = self.run_live()
        self.assertEqual(live.status, 1)
        self.assertEqual(live.complaint, "scripts/live: answer 1 (ListEmailIdentities) would show something of yours; "
                         "nothing more is saved\n")
        self.assertEqual(live.saved(), [])
        live = self.run_live("--write", "no domain")
        self.assertEqual((live.status, live.complaint.count("\n")), (1, 1), live.complaint)
        for reason in ("email_identity", "would show something of yours"):
            self.assertIn(reason, live.complaint)

    def test_live__does_not_write_into_a_folder_in_use(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        (pathlib.Path(folder.name) / "answers").mkdir()
        (pathlib.Path(folder.name) / "answers" / "mine.txt").write_text("mine")
        live = Live(folder.name, self.emulator.endpoint)
        self.assertEqual((live.status, self.emulator.journal()), (1, []))
        self.assertIn("holds something already", live.complaint)


class NotVerified(LiveTest):
    options = ("--verify", "manual")

    def test_live__stops_where_dns_records_are_missing(self):
        live = self.succeed("--write", DOMAIN)
        self.assertIn("is not verified: put these records into DNS", live.printed)
        self.assertIn("missing MX", live.printed)
        self.assertFalse(any(entry["effect"] for entry in self.emulator.journal()
                             if entry["action"] == "CreateEmailAddress"))


class AnotherShape(unittest.TestCase):
    """A service that has changed: what differs from the tables is told, and what is new is masked too."""

    maxDiff = None

    RESPONSES = {
        "ListEmailIdentities": {
            "EmailIdentities": [], "MaxReputationLevel": "5", "NewThing": "secret words", "RequestId": "i"},
        "ListEmailAddress": {"EmailSenders": [{
            "EmailAddress": "a@secret.example", "CreatedTimestamp": "2023-01-02 03:04:05", "SmtpPwdType": 7}]},
        "ListAddressUnsubscribeConfig": {"AddressUnsubscribeConfigList": [], "Total": None, "RequestId": "i"},
        "GetEmailIdentity": {"IdentityType": "DOMAIN", "RequestId": "i"},
        "NoSuchAction": {"RequestId": "i"},
    }

    def test_live__tells_what_differs(self):
        with tempfile.TemporaryDirectory() as folder, CannedService(self.RESPONSES) as service:
            live = Live(folder, service.endpoint)
            self.assertEqual((live.complaint, live.status), ("", 2), live.printed)
            for line in ("ListEmailIdentities.MaxReputationLevel: string where uint64 should be",
                         "ListEmailIdentities.NewThing: not in the table (string)",
                         "ListEmailAddress.EmailSenders[].CreatedTimestamp: string where uint64 should be",
                         "ListAddressUnsubscribeConfig.Total: absent or null"):
                self.assertIn(line, live.printed)
            told, _ = live.assumptions()
            self.assertEqual((told["A1"], told["A35"]), ("DIFFERS", "DIFFERS"))
            text = "".join(text for _, text in live.saved())
            self.assertIn("2024-12-10 16:44:16", text)
            for secret in ("secret", "2023-01-02"):
                self.assertNotIn(secret, text)


class Refusing(unittest.TestCase):
    """A service that stops answering once the account is read: the probes tell its codes and the run goes on."""

    DOMAIN = {"IdentityName": "mail.example.org"}
    RECORDS = [{"Type": "MX", "SendDomain": "mail.example.org"},
               {"Type": "TXT", "SendDomain": "qcloudgz1024._domainkey.mail.example.org"}]
    GOT = {"Attributes": RECORDS, "TagList": [TAG]}

    @staticmethod
    def error(code):
        return {"Error": {"Code": code, "Message": "no"}, "RequestId": "i"}

    def findings(self, **responses):
        everything = {"ListEmailIdentities": {"EmailIdentities": [self.DOMAIN]}, "GetEmailIdentity": self.GOT,
                      "ListEmailAddress": {"EmailSenders": []}, "NoSuchAction": self.error("InvalidAction"),
                      "ListAddressUnsubscribeConfig": {"AddressUnsubscribeConfigList": []}, **responses}
        with tempfile.TemporaryDirectory() as folder, CannedService(everything) as service:
            live = Live(folder, service.endpoint)
        self.assertEqual((live.complaint, live.status), ("", 2), live.printed)
        found = {line.split()[0]: line.split(maxsplit=1)[1] for line in live.printed.splitlines()
                 if line.startswith("  A")}
        return found, live.assumptions()[1]

    def after(self, first, code):
        """Gives `first` once, then the error."""
        answers = iter([first])
        return lambda _: next(answers, self.error(code))

    def test_live__tells_the_code_of_a_region_that_refuses(self):
        for code in ("InvalidParameterValue.NotExistDomain", "UnauthorizedOperation.CamNoAuth"):
            found, left = self.findings(
                GetEmailIdentity=lambda region: self.GOT if region == "ap-guangzhou" else self.error(code))
            if code.startswith("Unauthorized"):
                self.assertIn("A12", left)
            else:
                self.assertEqual(found["A12"], "DIFFERS  " + code)
            self.assertIn("MX TXT", found["A11"])

    def test_live__tells_the_code_of_every_refused_probe(self):
        code = "InvalidParameterValue.NotExistDomain"
        found, _ = self.findings(GetEmailIdentity=self.after(self.GOT, code))
        for number in ("A11", "A12", "A37"):
            self.assertEqual(found[number], "DIFFERS  " + code, number)
        found, _ = self.findings(ListEmailIdentities=self.after({"EmailIdentities": [self.DOMAIN]}, code))
        self.assertEqual(found["A18"], f"DIFFERS  {code}, {code}")
        for number in ("A19", "A37"):
            self.assertEqual(found[number], "DIFFERS  " + code, number)

    def test_live__an_answer_without_records_holds_nothing(self):
        found, _ = self.findings(GetEmailIdentity={}, ListEmailIdentities=self.after(
            {"EmailIdentities": [self.DOMAIN]}, "InvalidParameterValue.NotExistDomain"))
        self.assertEqual(found["A12"], "DIFFERS  no selector, the same from the other region")
        for number in ("A11", "A32"):
            self.assertTrue(found[number].startswith("DIFFERS"), found[number])


if __name__ == "__main__":
    unittest.main()
