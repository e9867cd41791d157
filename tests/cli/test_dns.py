# SPDX-License-Identifier: Apache-2.0
"""The commands that look at DNS, against real servers: knotd for the zone, unbound as the resolver, and an emulator that
verifies by what the zone's server answers."""

import fcntl
import json
import os
import pathlib
import subprocess

import rig  # first: it says what is missing

import schemas
from dns_cli import DOMAIN, FAST, SERVER, ZONE, DnsCli, dns


class WholeWay(DnsCli):
    def test_dns__from_a_bare_zone_to_a_domain_that_is_watched(self):
        before = self.succeed(*self.look("domain", "doctor", DOMAIN))
        self.assert_seen(before, "Nothing is in the way", f"tcses domain create {DOMAIN}", f"zone {ZONE}")
        lines = self.create()
        red = self.run_tool(*self.look("domain", "doctor", DOMAIN))
        self.assertEqual(red.status, 6, red)
        self.assert_seen(red.out, "missing", "MX", "SPF", "DKIM", "DMARC", f"tcses domain records {DOMAIN}")
        self.assertEqual(self.run_tool("domain", "verify", DOMAIN).status, 5)
        self.serve(*lines)
        green = self.succeed(*self.look("domain", "doctor", DOMAIN))
        self.assert_seen(green, "All is in place", f"tcses domain verify {DOMAIN} --wait")
        self.succeed(*self.look("domain", "verify", DOMAIN, "--wait"))
        self.succeed("address", "create", f"noreply@{DOMAIN}")
        submitted = self.submissions()
        self.assert_seen(self.succeed(*self.look("domain", "check", "--all")), "recorded", DOMAIN)
        self.assert_seen(self.succeed(*self.look("domain", "check", DOMAIN)), "ok")
        self.assertEqual(self.succeed(*self.look("domain", "check", "--quiet")), "")
        self.serve(*[line for line in lines if "v=spf1" not in line])
        wrong = self.run_tool(*self.look("domain", "check", "--all"))
        self.assertEqual(wrong.status, 6, wrong)
        self.assert_seen(wrong.out, "wrong", f"TXT {DOMAIN}")
        self.succeed("domain", "verify", DOMAIN)
        self.assertEqual(self.submissions(), submitted)
        self.serve(*lines)
        self.succeed(*self.look("domain", "check", "--all"))

    def test_dns__what_changes_and_stays_right_is_told_until_it_is_accepted(self):
        lines = self.create()
        self.serve(*lines)
        self.succeed(*self.look("domain", "check"))
        self.serve(*[line.replace("include:qcloudmail.com", "ip4:192.0.2.9 include:qcloudmail.com") for line in lines])
        result = self.run_tool(*self.look("domain", "check", "--output", "json"))
        self.assertEqual(result.status, 10, result)
        (domain,) = self.hold("check", result.out)["domains"]
        self.assertEqual((domain["state"], domain["exit"]), ("drifted", 10))
        self.assertIn("ip4:192.0.2.9", domain["changes"][0]["now"])
        self.succeed(*self.look("domain", "check", "--accept"))
        self.succeed(*self.look("domain", "check"))
        state = pathlib.Path(self.home, ".local/state/tcses/check.json")
        schemas.check_document("check-state", json.loads(state.read_text()))
        state.write_text("{}")
        self.fail_with(3, *self.look("domain", "check"))

    def test_dns__what_the_service_no_longer_finds_right_is_told_though_dns_is(self):
        lines = self.create()
        self.serve(*lines)
        self.succeed("domain", "verify", DOMAIN)
        self.succeed(*self.look("domain", "check"))
        self.serve(*[line for line in lines if "_dmarc" not in line])
        self.run_tool("domain", "verify", DOMAIN, "--force")
        self.serve(*lines)
        result = self.run_tool(*self.look("domain", "check", "--output", "json"))
        self.assertEqual(result.status, 6, result)
        (domain,) = self.hold("check", result.out)["domains"]
        self.assertIn({"code": "REGRESSED", "record": f"TXT _dmarc.{DOMAIN} at the service", "before": "ok", "now": "not ok"},
                      domain["changes"])
        self.assertNotIn(f"TXT _dmarc.{DOMAIN}", [change["record"] for change in domain["changes"]])

    def test_dns__several_profiles_are_checked_in_one_run(self):
        file = pathlib.Path(self.home, ".tencentcloud/credentials")
        file.parent.mkdir()
        right = "secret_id = AKIDEMULATOR\nsecret_key = emulator-secret-key\nregion = ap-guangzhou\n"
        file.write_text(f"[one]\n{right}[two]\n{right}[bad]\n{right.replace('emulator-secret-key', 'another')}")
        self.serve(*self.create())
        result = self.run_tool(*self.look("domain", "check", "--output", "json"), "--profile", "one", "--profile", "two")
        self.assertEqual(result.status, 0, result)
        found = self.hold("check", result.out)["domains"]
        self.assertEqual([(d["profile"], d["domain"], d["state"]) for d in found],
                         [("one", DOMAIN, "recorded"), ("two", DOMAIN, "recorded")])
        result = self.run_tool(*self.look("domain", "check"), "--profile", "bad", "--profile", "two")
        self.assertEqual(result.status, 2, result)
        self.assert_seen(result.out, f"ok         {DOMAIN}  two")  # the one does not keep the other from being looked at

    def test_dns__what_can_not_be_asked_is_not_missing(self):
        self.serve(*self.create())
        self.succeed(*self.look("domain", "check"))
        self.net.stop(self.server)
        self.server = None
        result = self.run_tool(*self.look("domain", "doctor", DOMAIN, "--output", "json"))
        self.assertEqual(result.status, 3, result)
        self.assertEqual({r["status"] for r in self.hold("doctor", result.out)["records"]}, {"unknown"})
        checked = self.run_tool(*self.look("domain", "check", "--output", "json"))
        self.assertEqual(checked.status, 3, checked)
        self.assertEqual(self.hold("check", checked.out)["domains"][0]["state"], "unknown")
        self.assert_seen(self.run_tool(*self.look("domain", "check")).out, "DNS could not be asked for", "connection refused")


class Check(DnsCli):
    def state(self):
        return json.loads(pathlib.Path(self.home, ".local/state/tcses/check.json").read_text())

    def check(self, status, *more):
        result = self.run_tool(*self.look("domain", "check", *more))
        self.assertEqual(result.status, status, result)
        return result.out

    def zone_lines(self):
        text = self.succeed("domain", "records", DOMAIN, "--zone", ZONE, "--format", "bind")
        return [line for line in text.splitlines() if line and not line.startswith(";")]

    def test_check__what_is_asked_for_since_is_looked_at_too(self):
        self.succeed("domain", "create", DOMAIN, "--dkim", "1024")
        old = self.zone_lines()
        self.serve(*old)
        self.succeed("domain", "verify", DOMAIN)
        self.check(0)
        self.assertEqual(self.run_tool(*self.look("domain", "dkim", DOMAIN, "--to", "2048")).status, 5)
        self.assert_seen(self.check(6), f"TXT qcloudgz2048._domainkey.{DOMAIN}", "was not asked for", "is  missing")
        self.serve(*self.zone_lines())
        self.check(10)
        self.check(0, "--accept")
        self.succeed(*self.look("domain", "dkim", DOMAIN, "--to", "2048"))
        self.assert_seen(self.check(10), f"TXT qcloudgz1024._domainkey.{DOMAIN}", "is  not asked for")

    def test_check__says_what_was_and_what_is_and_what_to_do(self):
        lines = self.create()
        self.serve(*lines)
        self.check(0)
        self.serve(*[line for line in lines if "v=spf1" not in line and "_dmarc" not in line])
        out = self.check(6)
        self.assertEqual(out.splitlines()[1:4], [f"           TXT {DOMAIN}",
                                                '             was ok "v=spf1 include:qcloudmail.com ~all"',
                                                "             is  missing"])
        self.assert_seen(out, f"TXT _dmarc.{DOMAIN}", f"tcses domain doctor {DOMAIN}")
        chinese = self.run_tool(*self.look("domain", "check"), locale="zh_CN.UTF-8").out
        self.assert_seen(chinese, '原为 正常 "v=spf1', "现为 缺失", f"tcses domain doctor {DOMAIN}")

    def test_check__a_dry_run_accepts_nothing(self):
        lines = self.create()
        self.check(0, "--dry-run")
        self.assertFalse(pathlib.Path(self.home, ".local").exists())
        self.check(0)
        before = self.state()
        self.serve(*lines)
        self.check(0, "--accept", "--dry-run")
        self.assertEqual(self.state(), before)

    def test_check__an_account_without_domains_is_said(self):
        self.assert_seen(self.run_tool(*self.look("domain", "check")).err, "no domains")
        self.assertEqual(self.run_tool(*self.look("domain", "check", "--quiet")).err, "")

    def test_check__of_a_profile_that_can_not_be_asked_each_domain_is_unknown(self):
        self.serve(*self.create())
        self.check(0)
        result = self.run_tool(*self.look("domain", "check", "--all", "--output", "json"), keys=("AKIDNOBODY", "x"))
        self.assertEqual(result.status, 2, result)
        self.assertEqual([(d["domain"], d["state"], d["exit"]) for d in self.hold("check", result.out)["domains"]],
                         [(DOMAIN, "unknown", 2)])

    def test_check__two_at_once_both_count(self):
        self.create()
        self.check(0)
        path = pathlib.Path(self.home, ".local/state/tcses/check.json")
        other = self.state()
        path.write_text(json.dumps({**other, "domains": {}}))
        asked = len(self.actions())
        lock = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with subprocess.Popen(self.command(self.look("domain", "check", DOMAIN)), env=self.environment(),
                                  stdout=subprocess.DEVNULL) as process:
                while "GetEmailIdentity" not in self.actions()[asked:]:
                    self.assertIsNone(process.poll())
                path.write_text(json.dumps({**other, "domains": {"/other.test": {"verified": "yes"}}}))
                fcntl.flock(lock, fcntl.LOCK_UN)
        finally:
            os.close(lock)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(set(self.state()["domains"]), {"/other.test", f"/{DOMAIN}"})
        self.assertEqual([file.name for file in sorted(path.parent.iterdir())], ["check.json"])


class Onboard(DnsCli):
    def onboard(self, *more):
        return self.look("onboard", DOMAIN, "--address", "noreply", "--address", "notice", "--name", "通知中心", *more)

    def test_onboard__stops_at_dns_and_goes_on(self):
        dry = self.run_tool(*self.onboard("--dry-run"))
        self.assertEqual(dry.status, 10, dry)
        self.assertEqual(self.changes(), [])
        first = self.run_tool(*self.onboard())
        self.assertEqual(first.status, 5, first)
        self.assert_seen(first.out, "done", DOMAIN, "waiting", "v=spf1 include:qcloudmail.com ~all", "run the same command again")
        self.assertEqual(first.out.count("v=spf1 include:qcloudmail.com ~all"), 1, first.out)
        self.assertEqual(self.submissions(), 0)
        text = self.succeed("domain", "records", DOMAIN, "--zone", ZONE, "--format", "bind")
        self.serve(*[line for line in text.splitlines() if line and not line.startswith(";")])
        result = self.run_tool(*self.onboard("--output", "json"))
        self.assertEqual(result.status, 0, result)
        (domain,) = self.hold("onboard", result.out)["domains"]
        self.assertEqual([(step["step"], step["state"]) for step in domain["steps"] if step["step"] != "records"],
                         [("domain", "existed"), ("verification", "done"), ("address", "done"), ("address", "done")])
        for line in result.err.splitlines():
            document = json.loads(line)
            schemas.check_document(document["schema"].split(".")[1].split("/")[0], document)
        changed = self.changes()
        again = self.succeed(*self.onboard())
        self.assert_seen(again, "there", f"noreply@{DOMAIN}")
        self.assertEqual(self.changes(), changed)

    def test_onboard__what_is_there_otherwise_is_told_and_left(self):
        self.succeed("domain", "create", DOMAIN, "--dkim", "1024")
        self.verify(DOMAIN)
        self.succeed("address", "create", f"notice@{DOMAIN}", "--name", "old")
        changed = self.changes()
        result = self.run_tool(*self.look("onboard", DOMAIN, "--address", "notice", "--name", "new"))
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.out, "its DKIM key has another size", "its name is another one")
        self.assertEqual(self.changes(), changed)

    def test_onboard__a_wait_that_is_over_is_no_fault_of_the_network(self):
        for command in (self.onboard("--wait", "--deadline", "1s"), self.look("onboard", DOMAIN, "--wait", "--deadline", "1s")):
            result = self.run_tool(*command)
            self.assertEqual(result.status, 9, result)
            self.assert_seen(result.out, "not verified in the time given", "same command again")
            self.assertNotIn("network", result.out)
        self.assert_seen(self.fail_with(1, *self.onboard("--deadline", "1s")), "--wait")
        self.assert_seen(self.fail_with(1, "domain", "dkim", DOMAIN, "--to", "2048", "--deadline", "1s"), "--wait")

    def test_onboard__what_could_not_be_shown_is_done_all_the_same(self):
        self.serve(*self.create())
        for number, output in enumerate(("table", "json")):
            command = self.command(self.look("onboard", DOMAIN, "--address", f"a{number}", "--output", output))
            with open("/dev/full", "w") as full:
                result = subprocess.run(command, env=self.environment(), stdout=full, stderr=subprocess.PIPE, text=True)
            self.assertEqual(result.returncode, 11, result)
            self.assert_seen(result.stderr, "It took effect" if output == "table" else '"outcome":"done"')

    def test_onboard__shows_what_to_add_before_it_waits(self):
        terminal = self.terminal(*self.onboard("--wait", "--yes"), width=200)
        terminal.wait_for("v=spf1 include:qcloudmail.com ~all")
        terminal.wait_for("once they are seen")
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)
        self.verify(DOMAIN)
        change = self.terminal(*self.look("domain", "dkim", DOMAIN, "--to", "1024", "--wait"), width=200)
        change.wait_for("qcloudgz1024._domainkey")
        change.wait_for("once they are seen")
        change.press("C")
        self.assertEqual(change.finish(), 130)

    def test_onboard__the_worst_of_several_steps_counts(self):
        self.serve(*self.create())
        self.succeed("domain", "verify", DOMAIN)
        refused = {"action": "CreateEmailAddress", "fault": "refuse", "message": "refused"}
        self.break_with({**refused, "times": 1, "code": "FailedOperation.ExceedSenderLimit"},
                        {**refused, "code": "UnauthorizedOperation"})
        result = self.run_tool(*self.onboard())
        self.assertEqual(result.status, 12, result)

    def test_onboard__from_the_file_that_export_writes(self):
        text = "\n".join(self.create())
        self.serve(text)
        self.succeed("domain", "verify", DOMAIN)
        self.succeed("address", "create", f"news@{DOMAIN}", "--name", "新闻")
        file = pathlib.Path(self.home, "account.json")
        file.write_text(self.succeed("export"))
        self.succeed("address", "delete", f"news@{DOMAIN}", "--yes")
        self.succeed(*self.look("onboard", "-f", str(file)))
        (sender,) = self.document("address-list", "address", "list")["EmailSenders"]
        self.assertEqual((sender["EmailAddress"], sender["EmailSenderName"]), (f"news@{DOMAIN}", "新闻"))

    def test_onboard__what_is_wrong_is_named_before_anything_is_sent(self):
        file = pathlib.Path(self.home, "plan.json")
        for plan, where in (({}, "schema"), ({"schema": "tcses.onboard/1", "domains": [{}]}, "domains[0].domain"),
                            ({"schema": "tcses.onboard/1", "domains": [{"domain": DOMAIN, "dkim": "7"}]}, "domains[0].dkim"),
                            ({"schema": "tcses.onboard/1", "domains": [{"domain": DOMAIN, "addresses": [{"prefix": "a@b"}]}]},
                             "domains[0].addresses[0].prefix")):
            file.write_text(json.dumps(plan))
            self.assert_seen(self.fail_with(1, "onboard", "-f", str(file)), where)
        self.fail_with(1, "onboard")
        file.write_text(json.dumps({"schema": "tcses.onboard/1", "domains": [{"domain": DOMAIN}]}))
        for more in ([DOMAIN], ["--address", "a"], ["--name", "x"], ["--dkim", "1024"], ["--tag", "a=b"]):
            self.assert_seen(self.fail_with(1, "onboard", "-f", str(file), *more), "the file says")
        self.assert_seen(self.fail_with(1, "onboard", DOMAIN, "--name", "x"), "--address")
        self.assert_seen(self.fail_with(1, "onboard", DOMAIN, "--address", f"a@{DOMAIN}"), "before the @")
        self.assert_seen(self.fail_with(1, "onboard", DOMAIN, "--address", "a b"), f"ab@{DOMAIN}")
        self.assertEqual(self.actions(), [])

    def test_onboard__nothing_in_a_file_is_passed_over(self):
        file = pathlib.Path(self.home, "plan.json")
        first = {"domain": "one.test"}
        long = {"prefix": "a" * 128}
        for domains, where in (({}, "domains: has to be a list"), (["a"], "domains[0]: has to be an object"),
                               ([first, {"domain": 5}], "domains[1].domain: has to be a text"),
                               ([first, {"domain": "a b"}], 'domains[1].domain: "a b"'),
                               ([{"domain": DOMAIN, "dkim": 1024}], "domains[0].dkim"),
                               ([{"domain": DOMAIN, "adresses": []}], "domains[0].adresses: nothing has that name"),
                               ([{"domain": DOMAIN, "addresses": {}}], "domains[0].addresses: has to be a list"),
                               ([first, {"domain": DOMAIN, "addresses": [long]}], "domains[1].addresses[0].prefix"),
                               ([{"domain": DOMAIN, "addresses": [{"prefix": "a b"}]}], "domains[0].addresses[0].prefix"),
                               ([{"domain": DOMAIN, "addresses": [{"prefix": "a", "name": 7}]}],
                                "domains[0].addresses[0].name"),
                               ([{"domain": DOMAIN, "tags": [{"key": "a", "value": "b", "c": ""}]}], "domains[0].tags[0].c")):
            file.write_text(json.dumps({"schema": "tcses.onboard/1", "domains": domains}))
            self.assert_seen(self.fail_with(1, "onboard", "-f", str(file)), f"{file}: {where}")
        file.write_text('{"schema": "tcses.onboard/1"}')
        self.assert_seen(self.fail_with(1, "onboard", "-f", str(file)), f"{file}: domains: is missing")
        file.write_text('{"schema": "tcses.onboard/1",\n "domains": [,]}')
        self.assert_seen(self.fail_with(1, "onboard", "-f", str(file)), f"{file}:2:")
        file.write_text("[]")
        self.assert_seen(self.fail_with(1, "onboard", "-f", str(file)), "no JSON object")
        self.assertEqual(self.actions(), [])


class Wait(DnsCli):
    """verify --wait, whose hours pass at once."""
    tool = [FAST]

    def wait(self, *more, speed="3000"):
        return self.run_tool(*self.look("domain", "verify", DOMAIN, "--wait"), *more, TCSES_TEST_SPEED=speed)

    def progress(self, result):
        documents = schemas.document_lines(result.err)
        for document in documents:
            schemas.check_document(document["schema"].split(".")[1].split("/")[0], document)
        return [document for document in documents if document["schema"] == "tcses.progress/1"], documents[-1]

    def test_wait__submits_nothing_before_dns_is_right(self):
        lines = self.create()
        self.serve(*[line for line in lines if "v=spf1" not in line])
        result = self.wait("--output", "json", "--deadline", "50m")
        self.assertEqual((result.status, self.submissions()), (9, 0), result)
        progress, error = self.progress(result)
        self.assertEqual({(p["dns"], *p["not_in_dns"]) for p in progress if p["dns"]}, {("not_ready", "SPF")})
        self.assert_seen(error["message"], "not submitted")
        self.assert_seen(error["hint"], f"tcses domain doctor {DOMAIN}")
        told = self.wait("--deadline", "5m")
        self.assertEqual((told.status, told.out.count("once these are right in DNS")), (9, 1), told)
        self.assert_seen(told.out, "[SPF_NONE]", "v=spf1 include:qcloudmail.com ~all")
        self.assert_seen(told.err, "not right in DNS: SPF", f"tcses domain doctor {DOMAIN}")
        self.assertEqual(self.submissions(), 0)

    def test_wait__submits_once_dns_is_right(self):
        lines = self.create()
        # Slow enough for a server to begin anew between two looks: silence that lasts would be no reason to wait.
        terminal = self.terminal(*self.look("domain", "verify", DOMAIN, "--wait"), width=120, TCSES_TEST_SPEED="10")
        terminal.wait_for("not right in DNS: MX, SPF, DKIM, DMARC")
        self.serve(*lines)
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(self.submissions(), 1)

    def test_wait__submits_where_dns_can_not_be_asked(self):
        self.serve(*self.create())
        closed = ("--resolver", f"{self.net.address(99)}:{self.net.port}")
        result = self.run_tool("domain", "verify", DOMAIN, "--wait", *closed, "--output", "json")
        self.assertEqual((result.status, self.submissions()), (0, 1), result)
        self.assertEqual(self.progress(result)[0][-1]["dns"], "unknown")

    def test_wait__without_dns_if_so_told(self):
        self.serve(*self.create())
        result = self.run_tool("domain", "verify", DOMAIN, "--wait", "--resolver", "none", "--output", "json")
        self.assertEqual((result.status, self.submissions()), (0, 1), result)
        self.assertEqual(self.progress(result)[0][-1]["dns"], None)
        self.assertIn(f"{DOMAIN}.", self.succeed("domain", "records", DOMAIN, "--format", "bind", TCSES_RESOLVER="none"))
        for command in (["doctor", DOMAIN], ["check"], ["spf-merge", DOMAIN]):
            self.assert_seen(self.fail_with(1, "domain", *command, TCSES_RESOLVER="none"), '"none"', "TCSES_RESOLVER")
        self.assert_seen(self.fail_with(1, "domain", "verify", DOMAIN, "--resolver", "none"), "--wait")


class Dkim(DnsCli):
    def lines(self):
        text = self.succeed("domain", "records", DOMAIN, "--zone", ZONE, "--format", "bind")
        return [line for line in text.splitlines() if line and not line.startswith(";")]

    def test_dkim__changes_the_key_without_a_gap(self):
        self.succeed("domain", "create", DOMAIN, "--dkim", "1024")
        self.serve(*self.lines())
        self.succeed("domain", "verify", DOMAIN)
        change = self.look("domain", "dkim", DOMAIN, "--to", "2048")
        self.assertEqual(self.run_tool(*change, "--dry-run").status, 10)
        first = self.run_tool(*change)
        self.assertEqual(first.status, 5, first)
        self.assert_seen(first.out, "qcloudgz2048._domainkey", "Keep the old key's record")
        self.serve(*self.lines())
        result = self.run_tool(*change, "--output", "json")
        self.assertEqual(result.status, 0, result)
        changed = self.hold("domain-dkim", result.out)
        self.assertEqual((changed["state"], changed["old_records"]), ("done", [f"qcloudgz1024._domainkey.{DOMAIN}"]))
        shown = self.document("domain", "domain", "show", DOMAIN)
        self.assertEqual((shown["DKIMOption"], shown["VerifiedForSendingStatus"]), (1, True))
        changed = self.changes()
        self.succeed(*change)
        self.assertEqual(self.changes(), changed)
        back = self.succeed(*self.look("domain", "dkim", DOMAIN, "--to", "1024"))
        self.assert_seen(back, "for a week", f"then delete TXT qcloudgz2048._domainkey.{DOMAIN}")
        self.fail_with(1, "domain", "dkim", DOMAIN)
        self.fail_with(1, "domain", "dkim", DOMAIN, "--to", "both")


class Doctor(DnsCli):
    def test_doctor__as_a_document(self):
        lines = self.create()
        self.serve(*[line for line in lines if "_dmarc" not in line])
        result = self.run_tool(*self.look("domain", "doctor", DOMAIN, "--output", "json"))
        self.assertEqual(result.status, 6, result)
        report = self.hold("doctor", result.out)
        self.assertEqual({r["purpose"]: r["status"] for r in report["records"]},
                         {"MX": "ok", "SPF": "ok", "DKIM": "ok", "DMARC": "missing"})
        self.assertEqual((report["zone"], report["status"]), (ZONE, "missing"))
        self.assertIn("DMARC_NONE", [f["code"] for f in report["records"][3]["findings"]])

    def test_doctor__of_a_saved_answer_without_keys(self):
        self.serve(*self.create())
        saved = pathlib.Path(self.home, "answer.json")
        saved.write_text(self.succeed("domain", "show", DOMAIN, "--output", "json"))
        asked = len(self.actions())
        out = self.succeed(*self.look("domain", "doctor", "--expected", str(saved)), keys=None, region=None)
        self.assert_seen(out, DOMAIN, "ok")
        self.assertEqual(len(self.actions()), asked)
        saved.write_text("{}")
        self.fail_with(3, *self.look("domain", "doctor", DOMAIN, "--expected", str(saved)), keys=None)
        self.fail_with(1, *self.look("domain", "doctor", DOMAIN, "--expected", "/nowhere"), keys=None)

    def test_doctor__of_servers_that_are_not_delegated_yet(self):
        lines = self.create()
        self.serve(*lines, "www A 192.0.2.1")
        self.net.serve("knotd", 12, {ZONE: dns.zone(ZONE, {"ns1": 12}, *lines)})
        new = ["--at", self.net.at(12)]
        self.assert_seen(self.succeed(*self.look("domain", "doctor", DOMAIN), *new), "safe to switch")
        result = self.run_tool(*self.look("domain", "doctor", DOMAIN), *new, "--compare")
        self.assertEqual(result.status, 6, result)
        self.assert_seen(result.out, f"www.{ZONE} A", "- ", "192.0.2.1")
        document = self.run_tool(*self.look("domain", "doctor", DOMAIN), *new, "--compare", "--output", "json")
        self.assertIn("192.0.2.1", str(self.hold("comparison", document.out)["differences"]))
        self.fail_with(1, *self.look("domain", "doctor", DOMAIN), "--compare")

    def test_doctor__of_new_servers_before_anybody_has_seen_them(self):
        lines = self.create()
        nobody = rig.Nobody(self).endpoint.removeprefix("http://")
        self.net.serve("knotd", 12, {ZONE: dns.zone(ZONE, {"ns1": 12}, *lines)})
        doctor = self.look("domain", "doctor", DOMAIN, "--at", self.net.at(12))
        self.net.warm(DOMAIN)
        self.assert_seen(self.succeed(*doctor), "All 4 are right", "safe to switch")
        silent = self.run_tool(*doctor, "--at", nobody)
        self.assertEqual(silent.status, 3, silent)
        self.assert_seen(silent.out, "too early to switch", "connection refused")
        self.assertNotIn("registered", silent.out)
        for order in ([*doctor, "--at", nobody], self.look("domain", "doctor", DOMAIN, "--at", nobody, "--at", self.net.at(12))):
            compared = self.run_tool(*order, "--compare")
            self.assertEqual(compared.status, 3, compared)
            self.assert_seen(compared.out, "connection refused")
        self.net.serve("knotd", 13, {ZONE: dns.zone(ZONE, {"ns1": 13}, *lines[1:])})
        apart = self.run_tool(*doctor, "--at", self.net.at(13))
        self.assertEqual(apart.status, 5, apart)
        self.assert_seen(apart.out, "do not switch yet")

    def test_doctor__what_it_says_at_the_end_can_be_done(self):
        self.assertNotIn("All 0", self.succeed(*self.look("domain", "doctor", DOMAIN, "--at", self.net.at(SERVER))))
        self.serve("mail CNAME elsewhere.test.")
        blocked = self.run_tool(*self.look("domain", "doctor", DOMAIN))
        self.assertEqual(blocked.status, 6, blocked)
        self.assertNotIn("domain records", blocked.out)
        self.serve()
        self.create()
        self.net.stop(self.server)
        self.server = None
        silent = self.run_tool(*self.look("domain", "doctor", DOMAIN))
        self.assertEqual(silent.status, 3, silent)
        self.assert_seen(silent.out, "look again later")
        self.assertNotIn("domain records", silent.out)

    def test_doctor__in_chinese(self):
        self.create()
        result = self.run_tool(*self.look("domain", "doctor", DOMAIN), locale="zh_CN.UTF-8")
        self.assertEqual(result.status, 6, result)
        self.assert_seen(result.out, "缺失", "应添加的记录")


class Records(DnsCli):
    def test_records__are_relative_to_the_zone_that_dns_knows(self):
        self.create()
        out = self.succeed(*self.look("domain", "records", DOMAIN))
        self.assert_seen(out, "_dmarc.mail", "mxbiz1.qq.com", "v=spf1 include:qcloudmail.com ~all")
        self.assertNotIn("_dmarc." + DOMAIN, out)

    def test_records__go_together_with_what_is_there(self):
        self.serve('mail TXT "v=spf1 mx -all"', '_dmarc TXT "v=DMARC1; p=reject"', "mail MX 10 mxbiz1.qq.com.")
        self.succeed("domain", "create", DOMAIN)
        result = self.run_tool(*self.look("domain", "records", DOMAIN), "--format", "bind")
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.out, '"v=spf1 mx include:qcloudmail.com -all"', "p=reject")
        self.assertNotIn("p=none", result.out)
        self.assert_seen(result.err, "include:qcloudmail.com is missing", f"_dmarc.{ZONE}", "In DNS already, and right: MX")
        chinese = self.run_tool(*self.look("domain", "records", DOMAIN), locale="zh_CN.UTF-8")
        self.assert_seen(chinese.err, "警告", "DNS 中已有且正确：MX")
        named = self.run_tool(*self.look("domain", "records", DOMAIN), "--zone", ZONE, "--output", "json")
        values = {record["Purpose"]: record["Value"] for record in self.hold("records", named.out)["Records"]}
        self.assertEqual(values["SPF"], "v=spf1 mx include:qcloudmail.com -all")

    def test_records__where_what_is_there_has_to_be_mended_first(self):
        self.serve('mail TXT "v=spf1 mx -all"', 'mail TXT "v=spf1 ip4:nonsense -all"')
        self.succeed("domain", "create", DOMAIN)
        result = self.run_tool(*self.look("domain", "records", DOMAIN))
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.err, "Warning", "2 SPF records")
        self.assertNotIn("DMARC", result.err)

    def test_records__where_dns_can_not_be_asked(self):
        self.create()
        closed = ("--resolver", f"{self.net.address(99)}:{self.net.port}")
        result = self.run_tool("domain", "records", DOMAIN, *closed, "--format", "bind")
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.out, f"_dmarc.{DOMAIN}.", "p=none")
        self.assert_seen(result.err, "the zone was not found")

    def test_records__in_every_format(self):
        self.create()
        zone = ["--zone", ZONE]
        self.assert_seen(self.succeed("domain", "records", DOMAIN, *zone, "--format", "bind"), f"{DOMAIN}.", "IN", '"v=spf1')
        json.loads(self.succeed("domain", "records", DOMAIN, *zone, "--format", "dnspod"))
        self.assert_seen(self.succeed("domain", "records", DOMAIN, *zone, "--format", "terraform"), "tencentcloud_dnspod_record")
        for host in ("dnspod", "aliyun", "cloudflare"):
            self.succeed("domain", "records", DOMAIN, *zone, "--for", host)
        self.document("records", "domain", "records", DOMAIN, *zone)
        self.fail_with(1, "domain", "records", DOMAIN, *zone, "--format", "xml")
        self.fail_with(1, "domain", "records", DOMAIN, "--zone", "other.test")

    def test_records__in_chinese(self):
        self.create()
        self.assert_seen(self.succeed("domain", "records", DOMAIN, "--zone", ZONE, locale="zh_CN.UTF-8"), "主机记录", "记录值")


class Spf(DnsCli):
    def merge(self, status, *arguments):
        result = self.run_tool(*self.look("domain", "spf-merge", DOMAIN), *arguments)
        self.assertEqual(result.status, status, result)
        return result.out

    def test_spf__nothing_there(self):
        self.assertEqual(self.merge(10), "v=spf1 include:qcloudmail.com ~all\n")

    def test_spf__what_dns_has_is_merged(self):
        self.serve('mail TXT "v=spf1 mx -all"', 'mail TXT "other"')
        self.assertEqual(self.merge(10), "v=spf1 mx include:qcloudmail.com -all\n")

    def test_spf__nothing_to_do(self):
        self.serve('mail TXT "v=spf1 include:qcloudmail.com -all"')
        self.assertEqual(self.merge(0), "v=spf1 include:qcloudmail.com -all\n")

    def test_spf__given_records(self):
        self.assertEqual(self.merge(10, "--record", "v=spf1 a ?all"), "v=spf1 a include:qcloudmail.com ?all\n")
        out = self.merge(6, "--record", "v=spf1 a -all", "--record", "v=spf1 mx ~all", "--output", "json")
        self.assertEqual(self.hold("spf-merge", out)["action"], "conflict")


class Watch(DnsCli):
    tool = [FAST]

    def test_watch__tells_each_change_once(self):
        lines = self.create()
        self.serve(*lines)
        told = pathlib.Path(self.home, "told")
        terminal = self.terminal(*self.look("domain", "watch", "--all", "--every", "15m", "--on-change", f"cat >> {told}"),
                                 width=200)
        state = pathlib.Path(self.home, ".local/state/tcses/check.json")
        while not state.exists():
            self.assertIsNone(terminal.process.poll())
        self.serve(*[line for line in lines if "_dmarc" not in line])
        terminal.wait_for("wrong")
        self.serve(*lines)
        terminal.wait_for("recovered")
        while "recovered" not in told.read_text():
            self.assertIsNone(terminal.process.poll())
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)
        events = [json.loads(line) for line in told.read_text().splitlines()]
        for event in events:
            schemas.check_document("event", event)
        self.assertEqual([event["state"] for event in events if event["state"] != "unknown"], ["regressed", "recovered"])
        self.assertEqual(self.submissions(), 0)


class WatchTrouble(DnsCli):
    tool = [FAST]

    def test_watch__ends_at_once_where_it_could_never_work(self):
        self.create()
        watch = self.look("domain", "watch")
        self.fail_with(2, *watch, keys=None)
        self.fail_with(2, *watch, keys=("AKIDNOBODY", "x"))
        self.fail_with(1, *watch, region=None)
        self.fail_with(1, *watch, "a@b")
        self.fail_with(1, *watch, DOMAIN, "--all")
        self.assert_seen(self.fail_with(3, *watch, XDG_STATE_HOME="/dev/null"), "/dev/null")

    def watch(self, hook=None):
        """A watch whose first look is over, what its command is given, and the service that it asks."""
        server = self.break_with()
        told = pathlib.Path(self.home, "told")
        told.touch()
        command = self.look("domain", "watch", "--all", "--on-change", hook or f"cat >> {told}")
        terminal = self.terminal(*command, width=200)
        terminal.wait_for("Ctrl-C ends it")
        return terminal, told, server

    def test_watch__that_the_account_can_not_be_asked_is_told(self):
        self.serve(*self.create())
        terminal, told, server = self.watch()
        server.set_rules([{"action": "ListEmailIdentities", "fault": "refuse", "code": "AuthFailure.SecretIdNotFound",
                           "message": "gone"}])
        terminal.wait_for(f"unknown    {DOMAIN}")
        server.set_rules([])
        terminal.wait_for("recovered")
        while "recovered" not in told.read_text():
            self.assertIsNone(terminal.process.poll())
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)
        events = [json.loads(line) for line in told.read_text().splitlines()]
        self.assertEqual([(event["domain"], event["state"], event["exit"]) for event in events],
                         [(DOMAIN, "unknown", 2), (DOMAIN, "recovered", 0)])

    def test_watch__a_command_that_fails_ends_nothing(self):
        lines = self.create()
        self.serve(*lines)
        terminal, _, _ = self.watch(hook="exec <&-; exit 3")
        self.serve(*lines[1:])
        terminal.wait_for("--on-change ended with 3")
        self.serve(*lines)
        terminal.wait_for("recovered")
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)


class Export(rig.CliTest):
    def test_export__has_domains_and_addresses(self):
        self.succeed("domain", "create", "mail.example.com", "--dkim", "both", "--tag", "a=b")
        self.verify("mail.example.com")
        self.succeed("address", "create", "news@mail.example.com", "--name", "新闻")
        self.assertEqual(self.document("onboard-file", "export")["domains"], [
            {"domain": "mail.example.com", "dkim": "both", "addresses": [{"prefix": "news", "name": "新闻"}],
             "tags": [{"key": "a", "value": "b"}]}])


if __name__ == "__main__":
    dns.need("knotd", "unbound", tap=True)
    rig.main()
