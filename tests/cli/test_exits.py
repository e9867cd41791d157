# SPDX-License-Identifier: Apache-2.0
"""How the tool ends: every exit status but 6, which only looks at DNS give, and what usage errors say."""

import json
import os
import signal
import sys

import rig

FAST = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 and not sys.argv[3].startswith("-") else None
DOMAIN, ADDRESS = "mail.example.com", "news@mail.example.com"
LOST = {"fault": "close", "pass_on": True}  # the answer is lost, after the service has done it


def refuse(code, **more):
    return {"fault": "refuse", "code": code, "message": "words of the service", **more}


class Exits(rig.CliTest):
    def make_domain(self):
        self.succeed("domain", "create", DOMAIN)

    def test_exits__0_done(self):
        self.make_domain()
        self.succeed("domain", "verify", DOMAIN)
        self.succeed("address", "create", ADDRESS)
        self.succeed("status")

    def test_exits__1_without_a_region(self):
        err = self.fail_with(1, "status", region=None)
        self.assert_seen(err, "ap-guangzhou", "ap-hongkong", "TENCENTCLOUD_REGION")
        self.assertEqual(self.actions(), [])

    def test_exits__2_keys(self):
        self.assert_seen(self.fail_with(2, "status", keys=("AKIDNOBODY", "key")), "SecretIdNotFound", "tcses configure")
        self.assert_seen(self.fail_with(2, "status", keys=("AKIDEMULATOR", "wrong")), "SignatureFailure")
        self.assert_seen(self.fail_with(2, "status", "--profile", "nowhere"), "nowhere")
        self.assert_seen(self.fail_with(2, "status", keys=("AKIDHALF", None)), "TENCENTCLOUD_SECRET_ID")

    def test_exits__3_network_and_not_done(self):
        closed = "http://127.0.0.1:1"
        self.assert_seen(self.fail_with(3, "domain", "create", DOMAIN, endpoint=closed), "127.0.0.1")
        self.fail_with(3, "status", endpoint=closed)

    def test_exits__3_a_read_without_an_answer(self):
        self.break_with({"fault": "close"})
        err = self.fail_with(3, "domain", "list")
        self.assertNotIn("may have taken effect", err)

    def test_exits__4_refused(self):
        self.assert_seen(self.fail_with(4, "domain", "show", DOMAIN), "NotExistDomain", "tcses domain create " + DOMAIN)
        self.assert_seen(self.fail_with(4, "call", "NoSuchAction"), "InvalidAction")

    def test_exits__5_not_ready(self):
        self.make_domain()
        err = self.fail_with(5, "address", "create", ADDRESS)
        self.assert_seen(err, "DomainNotVerified", f"tcses domain verify {DOMAIN} --wait")

    def test_exits__5_throttled(self):
        self.break_with(refuse("RequestLimitExceeded"))
        self.fail_with(5, "domain", "list", "--timeout", "2s")

    def test_exits__7_conflict(self):
        self.make_domain()
        self.assert_seen(self.fail_with(7, "domain", "create", DOMAIN), "RepeatCreation", "tcses domain show " + DOMAIN)
        self.assert_seen(self.fail_with(7, "domain", "create", DOMAIN, "--dry-run"), "domain show")
        self.verify(DOMAIN)
        self.succeed("address", "create", ADDRESS)
        self.fail_with(7, "address", "create", ADDRESS)
        self.fail_with(7, "domain", "delete", DOMAIN, "--yes")

    def test_exits__8_quota(self):
        for number in range(10):
            self.succeed("domain", "create", f"m{number}.example.com")
        self.assert_seen(self.fail_with(8, "domain", "create", DOMAIN), "ExceedDomainLimit")
        self.assert_seen(self.fail_with(8, "domain", "create", DOMAIN, "--dry-run"), "10")

    def test_exits__10_dry_run(self):
        result = self.run_tool("domain", "create", DOMAIN, "--dry-run")
        self.assertEqual(result.status, 10, result)
        self.assert_seen(result.out, "CreateEmailIdentity", '"DKIMOption":1')
        self.assertEqual(self.changes(), [])
        self.make_domain()
        self.assertEqual(self.run_tool("domain", "delete", DOMAIN, "--dry-run").status, 10)
        self.assertEqual(self.run_tool("domain", "verify", DOMAIN, "--dry-run").status, 10)
        self.assertEqual(self.run_tool("domain", "verify", DOMAIN, "--wait", "--dry-run").status, 10)
        self.assertEqual(self.run_tool("address", "create", ADDRESS, "--dry-run").status, 10)
        self.verify(DOMAIN)
        self.succeed("address", "create", ADDRESS)
        for arguments in (("address", "delete", ADDRESS), ("address", "password", ADDRESS),
                          ("unsubscribe", "set", ADDRESS, "en"), ("unsubscribe", "delete", ADDRESS),
                          ("call", "DeleteEmailAddress", json.dumps({"EmailAddress": ADDRESS}))):
            self.assertEqual(self.run_tool(*arguments, "--dry-run").status, 10, arguments)
        self.assertEqual(self.changes(), ["CreateEmailIdentity", "CreateEmailAddress"])

    def test_exits__0_dry_run_with_nothing_to_do(self):
        self.make_domain()
        self.verify(DOMAIN)
        self.succeed("domain", "verify", DOMAIN, "--dry-run")
        self.assertNotIn("UpdateEmailIdentity", self.actions())

    def test_exits__11_the_answer_is_lost(self):
        server = self.break_with({"action": "CreateEmailIdentity", **LOST})
        err = self.fail_with(11, "domain", "create", DOMAIN)
        self.assert_seen(err, "may have taken effect")
        creates = [r for r in server.journal()["requests"] if r["action"] == "CreateEmailIdentity"]
        self.assertEqual(len(creates), 1)
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])

    def test_exits__11_done_and_the_answer_unreadable(self):
        body = json.dumps({"Response": {"Attributes": 7, "RequestId": "r"}})
        self.break_with({"action": "CreateEmailIdentity", "fault": "answer", "body": body})
        self.assert_seen(self.fail_with(11, "domain", "create", DOMAIN), "took effect")

    def test_exits__11_the_service_does_not_know(self):
        self.break_with({"action": "CreateEmailIdentity", **refuse("InternalError")})
        self.fail_with(11, "domain", "create", DOMAIN)

    def test_exits__12_permission_names_the_action(self):
        for code in ("UnauthorizedOperation", "UnauthorizedOperation.CamNoAuth", "AuthFailure.UnauthorizedOperation"):
            with self.subTest(code):
                self.break_with(refuse(code))
                self.assert_seen(self.fail_with(12, "domain", "create", DOMAIN), "ses:CreateEmailIdentity",
                                 "QcloudSESFullAccess")
                self.assert_seen(self.fail_with(12, "address", "list"), "ses:ListEmailAddress")

    def interrupted(self, number, *arguments):
        self.break_with({"fault": "silent"})
        terminal = self.terminal(*arguments, keys=("AKIDEMULATOR", "emulator-secret-key"))
        terminal.wait_for("Account of key")
        terminal.process.send_signal(number)
        return terminal.finish()

    def test_exits__130_and_143_on_signals(self):
        self.assertEqual(self.interrupted(signal.SIGINT, "domain", "verify", DOMAIN), 130)
        self.assertEqual(self.interrupted(signal.SIGTERM, "domain", "verify", DOMAIN), 143)


class Waited(rig.CliTest):
    options = ("--verify", "manual")
    tool = [FAST]

    def test_exits__9_the_wait_is_over(self):
        self.succeed("domain", "create", DOMAIN)
        err = self.fail_with(9, "domain", "verify", DOMAIN, "--wait", "--deadline", "10m")
        self.assert_seen(err, "tcses domain show " + DOMAIN)
        self.assertGreaterEqual(self.actions().count("UpdateEmailIdentity"), 4)


class Usage(rig.CliTest):
    """Each says what is wrong, and sends nothing."""

    def refused(self, *arguments, says=(), **more):
        err = self.fail_with(1, *arguments, **more)
        self.assert_seen(err, *says)
        self.assertEqual(self.actions(), [])

    def test_usage__commands(self):
        self.refused("domian", "list", says=["domian", "domain"])
        self.refused("domain", "lst", says=["domain lst", "domain list"])
        self.refused("domain", says=["domain create"])
        result = self.run_tool()
        self.assertEqual((result.status, result.out), (1, ""))
        self.assert_seen(result.err, "Usage: tcses")

    def test_usage__options(self):
        self.refused("status", "--nonsense", says=["--nonsense"])
        self.refused("status", "-x", says=["-x"])
        self.refused("status", "--reg", "ap-guangzhou", says=["--reg", "--region"])
        self.refused("status", "--region", says=["--region", "REGION"])
        self.refused("status", "--yes=1", says=["--yes"])
        self.refused("domain", "list", "--wait", says=["domain list", "--wait"])
        self.refused("domain", "verify", DOMAIN, "--deadline", "1h", says=["--wait"])

    def test_usage__operands(self):
        self.refused("domain", "create", says=["domain create NAME"])
        self.refused("domain", "create", DOMAIN, "more", says=["more"])
        self.refused("unsubscribe", "set", ADDRESS, "klingon", says=["klingon", "zh-CN"])

    def test_usage__values(self):
        self.refused("status", "--output", "xml", says=["xml", "json"])
        self.refused("status", "--language", "fr", says=["fr", "zh-CN"])
        for time in ("5", "x", "-1s", "0s", "1h30", "999999h", "1 h", ""):
            self.refused("status", "--timeout", time, says=["--timeout", "30s"])
        self.refused("domain", "create", DOMAIN, "--dkim", "4096", says=["4096", "2048"])
        self.refused("domain", "create", DOMAIN, "--tag", "novalue", says=["novalue", "KEY=VALUE"])
        self.refused("status", region="ap guangzhou", says=["region"])
        self.refused("status", endpoint="ftp://x", says=["endpoint"])

    def test_usage__times_that_are_taken(self):
        for time in ("250ms", "30s", "5m", "2h", "1h30m"):
            self.succeed("domain", "list", "--timeout", time)

    def test_usage__names(self):
        for typed, meant in (("https://Mail.example.com/path?x", "mail.example.com"), ("mail.example.com.", DOMAIN),
                             ("ｍａｉｌ．ｅｘａｍｐｌｅ．ｃｏｍ", DOMAIN), ("mail。example。com", DOMAIN), (" mail.example.com ", DOMAIN),
                             ("mail.example\u200b.com", DOMAIN), ("mail.example.com:443", DOMAIN)):
            with self.subTest(typed):
                self.refused("domain", "create", typed, says=["Did you mean " + meant])
        self.refused("address", "create", "news＠mail.example.com", says=["Did you mean " + ADDRESS])
        self.refused("address", "create", "mailto:" + ADDRESS, says=["Did you mean " + ADDRESS])
        self.refused("domain", "create", ADDRESS, says=["is an address"])
        self.refused("address", "create", DOMAIN, says=["prefix@domain"])
        self.refused("domain", "create", "localhost", says=["with a dot"])
        self.refused("domain", "create", "a_b.example.com", says=["a_b.example.com"])
        self.refused("domain", "create", "mail.exam\u00adple.com", says=["Did you mean " + DOMAIN])
        self.refused("domain", "create", "mail..example.com", says=["mail..example.com"])
        self.refused("domain", "create", "x" * 600 + ".com", says=["too long"])
        self.refused("domain", "create", "。", says=["no name"])

    def test_usage__deleting_needs_yes_without_a_terminal(self):
        self.succeed("domain", "create", DOMAIN)
        self.assert_seen(self.fail_with(1, "domain", "delete", DOMAIN), "--yes")
        self.assert_seen(self.fail_with(1, "address", "delete", ADDRESS), "--yes")
        self.assert_seen(self.fail_with(1, "unsubscribe", "delete", ADDRESS), "--yes")
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])

    def test_usage__a_password_is_not_taken_from_the_command_line(self):
        body = json.dumps({"EmailAddress": ADDRESS, "Password": "Secret12pasS"})
        self.refused("call", "UpdateEmailSmtpPassWord", body, says=["standard input"])
        self.refused("call", "ListEmailAddress", "{", says=["body"])


class Output(rig.CliTest):
    """Nothing that could not be written counts as said."""

    def to_full(self, *arguments):
        command = ["sh", "-c", 'exec "$@" >/dev/full', "sh", *self.command(arguments)]
        return rig.program.run(command, self.environment())

    def test_output__full(self):
        result = self.to_full("domain", "list")
        self.assertEqual(result.status, 3, result)
        self.assert_seen(result.err, "standard output")

    def test_output__full_after_a_change(self):
        result = self.to_full("domain", "create", DOMAIN)
        self.assertEqual(result.status, 11, result)
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])


if __name__ == "__main__":
    rig.main()
