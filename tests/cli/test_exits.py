# SPDX-License-Identifier: Apache-2.0
"""The exit codes of the tool, each reached; and that a command line that is wrong sends nothing."""

import os
import pathlib
import signal
import subprocess
import unittest

import rig  # first: it says what is missing

import program

DOMAIN = "mail.example.com"
ADDRESS = "news@mail.example.com"
LOST = {"fault": "close", "pass_on": True}  # the service has done it, and its answer is lost
BUSY = {"fault": "refuse", "code": "RequestLimitExceeded", "message": "too many"}


class ExitsTest(rig.CliTest):
    def exits(self, status, *arguments, **more):
        """Fails as said, with one report; returns it."""
        err = self.fail_with(status, *arguments, **more)
        self.assertEqual(err.count("tcses: "), 1, err)
        return err


class Zero(ExitsTest):
    def test_exits__0_is_done(self):
        self.succeed("domain", "create", DOMAIN)
        self.succeed("domain", "verify", DOMAIN)
        self.succeed("status")
        self.assertEqual(self.changes(), ["CreateEmailIdentity", "UpdateEmailIdentity"])


class Usage(ExitsTest):
    def refuses(self, *words, of, **more):
        err = self.exits(1, *of, **more)
        self.assertEqual(self.actions(), [], of)
        self.assert_seen(err, *words)
        self.assertEqual(len(err.splitlines()), 1, err)

    def test_exits__1_of_unknown_words(self):
        self.refuses('"domain frobnicate"', "domain create", "domain verify", of=["domain", "frobnicate", DOMAIN])
        self.refuses('"frobnicate"', "status", "address", of=["frobnicate"])
        self.refuses('"domain"', "domain list", of=["domain"])
        self.refuses("--colour", of=["status", "--colour"])
        self.refuses("--colour=x", of=["status", "--colour=x"])
        self.refuses("-x", of=["-x", "status"])
        self.refuses("-x", of=["-vx", "status"])
        self.refuses('"Status"', of=["Status"])

    def test_exits__1_of_no_command_shows_the_help(self):
        err = self.fail_with(1)
        self.assert_seen(err, "Usage: tcses", "domain create", "Exit status")

    def test_exits__1_of_abbreviated_options(self):
        self.refuses("--out", "--output", of=["status", "--out", "json"])
        self.refuses("--reg=ap-hongkong", "--region", of=["--reg=ap-hongkong", "status"])
        self.refuses("--dry", "--dry-run", of=["domain", "create", DOMAIN, "--dry"])
        self.refuses("--ye", "--yes", of=["domain", "delete", DOMAIN, "--ye"])
        self.refuses("--de", of=["domain", "verify", DOMAIN, "--wait", "--de", "5m"])
        self.refuses("--d", of=["domain", "create", DOMAIN, "--d", "1024"])

    def test_exits__1_of_options_of_another_command(self):
        for option, command in ((["--wait"], ["domain", "show", DOMAIN]), (["--force"], ["domain", "delete", DOMAIN]),
                                (["--dkim", "1024"], ["address", "create", ADDRESS]), (["--tag", "a=b"], ["status"]),
                                (["--generate"], ["address", "create", ADDRESS]), (["--off"], ["unsubscribe", "list"]),
                                (["--all-regions"], ["domain", "list"]), (["--service", "sts"], ["status"])):
            self.refuses(option[0], " ".join(command[:2]), of=[*command, *option])
            self.refuses(option[0], of=[*option, *command])

    def test_exits__1_of_operands_that_are_missing_or_too_many(self):
        self.refuses("domain create NAME", "missing", of=["domain", "create"])
        self.refuses("address password ADDRESS", "missing", of=["address", "password", "--generate"])
        self.refuses("unsubscribe set ADDRESS LANGUAGE", "missing", of=["unsubscribe", "set", ADDRESS])
        self.refuses("call ACTION", "missing", of=["call"])
        self.refuses("other.example.com", "too much", of=["domain", "create", DOMAIN, "other.example.com"])
        self.refuses("other", "too much", of=["status", "other"])
        self.refuses("{}", "too much", of=["call", "ListEmailAddress", "{}", "{}"])

    def test_exits__1_of_options_without_a_value_or_with_one_too_many(self):
        self.refuses("--region", "REGION", of=["status", "--region"])
        self.refuses("--dkim", "BITS", of=["domain", "create", DOMAIN, "--dkim"])
        self.refuses("--yes", "no value", of=["domain", "delete", DOMAIN, "--yes=no"])
        self.refuses("--wait", "no value", of=["domain", "verify", DOMAIN, "--wait=2h"])

    def test_exits__1_of_values_that_are_none(self):
        self.refuses("--output yaml", "table or json", of=["status", "--output", "yaml"])
        self.refuses("--output ", "table or json", of=["status", "--output="])
        self.refuses("--language fr", "zh-CN or en-US", of=["status", "--language", "fr"])
        self.refuses("--dkim 4096", "1024, 2048 or both", of=["domain", "create", DOMAIN, "--dkim", "4096"])
        self.refuses("--tag team", "KEY=VALUE", of=["domain", "create", DOMAIN, "--tag", "a=b", "--tag", "team"])
        self.refuses("--tag =news", "KEY=VALUE", of=["domain", "list", "--tag", "=news"])
        self.refuses("--deadline goes with --wait", of=["domain", "verify", DOMAIN, "--deadline", "2h"])
        self.refuses("fr-CA", "zh-TW", of=["unsubscribe", "set", ADDRESS, "fr-CA"])

    def test_exits__1_of_times_that_are_none(self):
        for time in ("", "0s", "30", "s", "-5s", "1.5h", "5 m", "5m ", "30S", "1y", "366d", "99999999999999999999s",
                     "9223372036854775807ms"):
            self.refuses(f"--timeout {time}", of=["status", "--timeout=" + time])
            self.refuses(f"--deadline {time}", of=["domain", "verify", DOMAIN, "--wait", "--deadline=" + time])
        self.refuses("--timeout 25d", of=["status", "--timeout", "25d"])  # more than 2^31 ms
        self.succeed("status", "--timeout", "1m30s")

    def test_exits__1_of_names_that_are_none(self):
        for command in ("create", "show", "verify", "delete"):
            self.refuses(ADDRESS, "address, not a domain", of=["domain", command, ADDRESS])
            self.refuses("localhost", of=["domain", command, "localhost"])
            self.refuses('""', of=["domain", command, ""])
        for command in (["create"], ["delete"], ["password", "--generate"]):
            self.refuses(DOMAIN, "prefix@domain", of=["address", *command, DOMAIN])
        url = "https://mail.example.com/"
        self.refuses(url, "mean mail.example.com", of=["domain", "show", url])
        self.refuses(DOMAIN, of=["unsubscribe", "set", DOMAIN, "en"])
        self.refuses("no domain", of=["address", "list", "--domain", "no domain"])

    def test_exits__1_of_a_body_that_is_none(self):
        self.refuses("JSON object", of=["call", "ListEmailAddress", "[]"])
        self.refuses("body ends too early", of=["call", "ListEmailAddress", "{"])
        self.refuses("body ends too early", of=["call", "ListEmailAddress", "-"], stdin="")
        self.refuses("body", of=["call", "ListEmailAddress", "-"], stdin="{} {}")

    def test_exits__1_of_a_password_on_the_command_line(self):
        body = '{"EmailAddress":"news@mail.example.com","Password":"Right12pasS"}'
        err = self.exits(1, "call", "UpdateEmailSmtpPassWord", body)
        self.assert_seen(err, "standard input", " - ")
        self.assertNotIn("Right12pasS", err)
        self.assertEqual(self.actions(), [])

    def test_exits__1_of_a_password_in_other_letters_on_the_command_line(self):
        for name in ("\\u0050assword", "Pass\\u0077ord"):
            err = self.exits(1, "call", "UpdateEmailSmtpPassWord", '{"EmailAddress":"a@b.example","%s":"x"}' % name)
            self.assert_seen(err, "standard input")
        self.assertEqual(self.actions(), [])

    def test_exits__1_of_no_password(self):
        self.exits(1, "address", "password", ADDRESS, stdin="")
        self.exits(1, "address", "password", ADDRESS, stdin="\n")
        self.assertEqual(self.actions(), [])

    def test_exits__1_of_no_region(self):
        for command in (["status"], ["domain", "create", DOMAIN], ["call", "ListEmailAddress"]):
            err = self.exits(1, *command, region=None)
            self.assert_seen(err, "no region", "--region ap-guangzhou", "--region ap-hongkong", "TENCENTCLOUD_REGION",
                             "tcses configure")
        self.assertEqual(self.actions(), [])

    def test_exits__1_of_a_delete_that_nobody_confirms(self):
        for command in (["domain", "delete", DOMAIN], ["address", "delete", ADDRESS],
                        ["unsubscribe", "delete", ADDRESS]):
            self.assert_seen(self.exits(1, *command), "--yes")
            self.assert_seen(self.exits(1, *command, stdin="y\n"), "--yes")
        self.assertEqual(self.actions(), [])

    def test_exits__1_of_an_endpoint_that_is_none(self):
        self.assert_seen(self.exits(1, "status", "--endpoint", "ftp://127.0.0.1"), "endpoint")
        self.assertEqual(self.actions(), [])

    def test_exits__1_is_told_as_json_where_that_was_asked_for(self):
        for options in (["--output", "json"], ["--output=json"]):
            for wrong in (["--colour"], ["--timeout", "x"], ["--language", "fr"]):
                told = self.hold("error", self.fail_with(1, "status", *wrong, *options))
                self.assertEqual((told["code"], told["exit"], told["outcome"]), ("Usage", 1, "not_done"))
        self.assertEqual(self.actions(), [])

    def test_exits__0_of_options_before_and_after_the_command(self):
        self.succeed("--timeout", "9s", "domain", "--language=en-US", "list", "--yes", "-vv")
        self.succeed("-v", "address", "list", "--domain", DOMAIN, "--", )
        self.fail_with(1, "domain", "show", "--", "--help")


class Keys(ExitsTest):
    def test_exits__2_of_keys_that_are_unknown_or_wrong(self):
        err = self.exits(2, "status", keys=("AKIDNOBODY", "key"))
        self.assert_seen(err, "AuthFailure.SecretIdNotFound", "tcses configure", "Request id")
        err = self.exits(2, "domain", "create", DOMAIN, keys=("AKIDEMULATOR", "another"))
        self.assert_seen(err, "AuthFailure.SignatureFailure", "tcses configure")
        self.assertEqual(self.changes(), [])

    def test_exits__2_of_a_profile_that_is_not_there(self):
        err = self.exits(2, "status", "--profile", "work")
        self.assert_seen(err, "work", self.home + "/.tencentcloud/credentials", self.home + "/.tccli/work.credential")
        self.assertEqual(self.actions(), [])

    def test_exits__2_of_a_token_that_is_over(self):
        self.break_with({"fault": "refuse", "code": "AuthFailure.TokenFailure", "message": "over"})
        self.assert_seen(self.exits(2, "status", TENCENTCLOUD_TOKEN="t"), "AuthFailure.TokenFailure", "Get new ones")


class Network(ExitsTest):
    def test_exits__3_of_a_refused_connection(self):
        self.endpoint = rig.Nobody(self).endpoint
        for command in (["status"], ["domain", "create", DOMAIN], ["address", "create", ADDRESS]):
            err = self.exits(3, *command, "--timeout", "300ms")
            self.assert_seen(err, self.endpoint.partition("//")[2], "network")
            self.assertNotIn("may have taken effect", err)

    def test_exits__3_of_a_certificate_that_is_not_trusted(self):
        with rig.FaultServer(self.emulator.endpoint, os.environ["TCSES_CERTIFICATES"]) as server:
            for name in ("unknown", "self-signed", "expired"):
                server.set_rules([{"on": "connection", "fault": "certificate", "name": name}])
                err = self.exits(3, "domain", "create", DOMAIN, "--endpoint", server.https, "--timeout", "500ms")
                self.assert_seen(err, "CA certificates", server.https.partition("//")[2])
                self.assertNotIn("may have taken effect", err)
        self.assertEqual(self.actions(), [])

    def test_exits__3_of_reads_that_are_not_answered(self):
        for rule in (LOST, {"fault": "reset"}, {"fault": "answer", "status": 500, "body": "broken"},
                     {"fault": "answer", "body": "no JSON"}, {"fault": "answer", "body": '{"Response":[]}'},
                     {"fault": "silent"}, {"fault": "none", "cut": -3}):
            self.break_with(rule)
            for command in (["status"], ["domain", "show", DOMAIN], ["call", "ListEmailAddress"]):
                err = self.exits(3, *command, "--timeout", "250ms")
                self.assertNotIn("taken effect", err)
                self.assertNotIn("took effect", err)


class Service(ExitsTest):
    options = ("--no-delete",)

    def test_exits__4_of_what_the_service_refuses(self):
        err = self.exits(4, "domain", "show", DOMAIN)
        self.assert_seen(err, "InvalidParameterValue.NotExistDomain", "tcses domain create mail.example.com",
                         "Request id")
        self.make_domain()
        self.assert_seen(self.exits(4, "domain", "delete", DOMAIN, "--yes"), "enterprise")
        self.make_address()
        err = self.exits(4, "address", "password", ADDRESS, stdin="weak\n")
        self.assert_seen(err, "tcses address password news@mail.example.com --generate")
        self.assertNotIn("weak", err)
        self.assert_seen(self.exits(4, "address", "delete", "no@mail.example.com", "--yes"), "--all-regions")
        self.assertEqual(self.exits(4, "call", "FrobnicateEmailIdentity").count("Request id"), 1)
        self.assertEqual(self.exits(4, "status", "--region", "ap-nowhere").count("ap-hongkong"), 1)

    def test_exits__4_of_a_dry_run_of_what_is_not_there(self):
        self.assert_seen(self.exits(4, "domain", "delete", DOMAIN, "--dry-run"), "NotExistDomain")
        self.assert_seen(self.exits(4, "address", "delete", ADDRESS, "--dry-run"), ADDRESS, "ap-guangzhou")
        self.assertEqual(self.changes(), [])


class NotReady(ExitsTest):
    options = ("--verify", "manual")

    def test_exits__5_of_a_domain_that_is_not_verified(self):
        self.make_domain(verified=False)
        result = self.run_tool("domain", "verify", DOMAIN)
        self.assertEqual(result.status, 5, result)
        self.assert_seen(result.out, "not verified", "--wait")
        self.assertEqual(self.changes().count("UpdateEmailIdentity"), 1)
        self.assert_seen(self.exits(5, "address", "create", ADDRESS), "tcses domain verify mail.example.com --wait")

    def test_exits__5_of_too_many_calls(self):
        server = self.break_with(BUSY)
        for command in (["domain", "create", DOMAIN], ["domain", "list"]):
            err = self.exits(5, *command)
            self.assert_seen(err, "RequestLimitExceeded", "Try again")
            self.assertNotIn("taken effect", err)
        self.assertGreater(len(server.journal()["requests"]), 2)
        self.assertEqual(self.actions(), [])


class Conflict(ExitsTest):
    options = ("--foreign-domain", "taken.example.com")

    def test_exits__7_of_what_exists_or_is_another_accounts(self):
        self.make_domain()
        self.make_address()
        err = self.exits(7, "domain", "create", DOMAIN)
        self.assert_seen(err, "RepeatCreation", "tcses domain show mail.example.com")
        self.assert_seen(self.exits(7, "domain", "create", "taken.example.com"), "mail.taken.example.com")
        self.assert_seen(self.exits(7, "address", "create", ADDRESS), "tcses address list")
        self.assert_seen(self.exits(7, "domain", "delete", DOMAIN, "--yes"), "--all-regions --domain mail.example.com")

    def test_exits__7_of_a_dry_run_of_what_exists(self):
        self.make_domain()
        self.make_address()
        self.assert_seen(self.exits(7, "domain", "create", DOMAIN, "--dry-run"), DOMAIN)
        self.assert_seen(self.exits(7, "address", "create", ADDRESS, "--dry-run"), ADDRESS)


class Quota(ExitsTest):
    options = ("--max-domains", "10", "--max-addresses", "1")

    def test_exits__8_of_quotas(self):
        for n in range(10):
            self.make_domain(f"d{n}.example.com")
        self.assert_seen(self.exits(8, "domain", "create", DOMAIN), "ten domains", "tcses domain list")
        self.assert_seen(self.exits(8, "domain", "create", DOMAIN, "--dry-run"), "ten")
        self.make_address("a@d0.example.com")
        self.assert_seen(self.exits(8, "address", "create", "b@d0.example.com"), "tcses address list")


class Waiting(ExitsTest):
    options = ("--verify", "manual")

    def test_exits__9_of_a_wait_that_is_over(self):
        self.tool = [os.environ["TCSES_FAST"]]
        self.make_domain(verified=False)
        err = self.fail_with(9, "domain", "verify", DOMAIN, "--wait", "--deadline", "30m", TCSES_TEST_SPEED="20000")
        self.assert_seen(err, "tcses domain show mail.example.com")
        self.assertGreater(self.actions().count("UpdateEmailIdentity"), 3)

    def interrupted_by(self, number):
        """Waits for a domain until the first progress is there, then sends the signal; returns (status, out, err)."""
        command = [*program.WRAPPER, *self.command(["domain", "verify", DOMAIN, "--wait"])]
        with subprocess.Popen(command, env=self.environment(), cwd=self.home, start_new_session=True, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            lines = [process.stderr.readline(), process.stderr.readline()]
            self.assert_seen(lines[1], "next try")
            process.send_signal(number)
            try:
                out, err = process.communicate(timeout=program.DEADLINE_SECONDS)
            except subprocess.TimeoutExpired:
                program.kill_all_of(process)
                raise
        return process.returncode, out, err

    def test_exits__130_and_143_of_signals(self):
        self.make_domain(verified=False)
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            status, out, err = self.interrupted_by(number)
            self.assertEqual((status, out), (code, ""), err)
            self.assert_seen(err, "interrupted", "goes on")


class DryRun(ExitsTest):
    def test_exits__10_of_dry_runs(self):
        self.make_domain("other.example.com", verified=False)
        self.make_domain()
        self.make_address()
        before = self.changes()
        for command, action in (
            (["domain", "create", "new.example.com"], "CreateEmailIdentity"),
            (["domain", "verify", "other.example.com"], "UpdateEmailIdentity"),
            (["domain", "verify", "other.example.com", "--wait"], "UpdateEmailIdentity"),
            (["domain", "delete", DOMAIN], "DeleteEmailIdentity"),
            (["address", "create", "new@mail.example.com"], "CreateEmailAddress"),
            (["address", "delete", ADDRESS], "DeleteEmailAddress"),
            (["address", "password", ADDRESS], "UpdateEmailSmtpPassWord"),
            (["unsubscribe", "set", ADDRESS, "en"], "CreateAddressUnsubscribeConfig"),
            (["unsubscribe", "delete", ADDRESS], "DeleteAddressUnsubscribeConfig"),
            (["call", "CreateEmailIdentity", '{"EmailIdentity":"new.example.com"}'], "CreateEmailIdentity"),
        ):
            result = self.run_tool(*command, "--dry-run")
            self.assertEqual(result.status, 10, result)
            self.assert_seen(result.out, "nothing is changed", action)
            self.assertIn("Account of key", result.err)
        self.assertEqual(self.changes(), before)


class Unknown(ExitsTest):
    def assert_unknown(self, rule, *command, **more):
        server = self.break_with(rule)
        err = self.exits(11, *command, **more)
        self.assert_seen(err, "may have taken effect")
        return [entry["action"] for entry in server.journal()["requests"]]

    def test_exits__11_of_a_create_whose_answer_is_lost_and_it_is_sent_once(self):
        self.make_domain()
        for command, action in ((["domain", "create", "new.example.com"], "CreateEmailIdentity"),
                                (["address", "create", ADDRESS], "CreateEmailAddress"),
                                (["call", "CreateEmailAddress", '{"EmailAddress":"b@mail.example.com"}'],
                                 "CreateEmailAddress")):
            self.assertEqual(self.assert_unknown(LOST, *command), [action])
        self.assertEqual(self.changes()[1:], ["CreateEmailIdentity", "CreateEmailAddress", "CreateEmailAddress"])

    def test_exits__11_of_a_create_that_the_gateway_answers(self):
        for status in (500, 502, 503, 504):
            rule = {"fault": "answer", "status": status, "body": "<html>broken</html>"}
            self.assertEqual(self.assert_unknown(rule, "domain", "create", DOMAIN), ["CreateEmailIdentity"])

    def test_exits__11_of_an_internal_error(self):
        for code in ("InternalError", "InternalError.Database"):
            rule = {"fault": "refuse", "code": code, "message": "broken"}
            self.assertEqual(self.assert_unknown(rule, "domain", "create", DOMAIN), ["CreateEmailIdentity"])

    def test_exits__11_of_a_create_that_is_never_answered(self):
        rule = {"fault": "silent", "pass_on": True}
        self.assert_unknown(rule, "domain", "create", DOMAIN, "--timeout", "500ms")

    def test_exits__11_of_a_create_that_the_service_never_saw_as_nobody_can_know(self):
        self.assertEqual(self.assert_unknown({"fault": "reset"}, "domain", "create", DOMAIN), ["CreateEmailIdentity"])
        self.assertEqual(self.actions(), [])

    def test_exits__11_of_other_changes_that_are_never_answered(self):
        self.make_domain()
        self.make_address()
        for command in (["address", "delete", ADDRESS, "--yes"], ["address", "password", ADDRESS, "--generate"],
                        ["domain", "verify", "--force", DOMAIN]):
            server = self.break_with({"action": ["DeleteEmailAddress", "UpdateEmailSmtpPassWord",
                                                 "UpdateEmailIdentity"], "fault": "close"})
            result = self.run_tool(*command, "--timeout", "5s")
            self.assertEqual(result.status, 11, result)
            self.assert_seen(result.err, "may have taken effect")
            self.assertTrue(server.journal()["requests"])
            # A password that may be set and that nobody knows would be lost.
            self.assertEqual(len(result.out), 21 if "--generate" in command else 0, result)

    def test_exits__11_of_an_answer_that_cannot_be_read_says_that_it_is_done(self):
        for body in ("no JSON", '{"Response":{"RequestId":7,"Attributes":"x"}}'):
            self.break_with({"action": "CreateEmailIdentity", "fault": "answer", "body": body})
            err = self.exits(11, "domain", "create", DOMAIN)
            self.assertRegex(err, "may have taken effect|It took effect")
        self.assertIn("It took effect", err)

    def test_exits__130_of_a_change_that_is_interrupted_says_what_is_known(self):
        self.break_with({"action": "CreateEmailIdentity", "fault": "silent", "pass_on": True})
        terminal = self.terminal("domain", "create", DOMAIN, "--yes")
        terminal.wait_for("Account of key")
        while "CreateEmailIdentity" not in self.actions():
            self.assertIsNone(terminal.process.poll(), terminal.screen)
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130, terminal.screen)
        self.assertIn("may have taken effect", terminal.screen)


class Permission(ExitsTest):
    def test_exits__12_names_the_right_that_is_missing(self):
        for code in ("UnauthorizedOperation", "UnauthorizedOperation.CamNoPermission",
                     "AuthFailure.UnauthorizedOperation"):
            self.break_with({"fault": "refuse", "code": code, "message": "not allowed"})
            for command, action in ((["domain", "list"], "ListEmailIdentities"),
                                    (["domain", "create", DOMAIN], "CreateEmailIdentity"),
                                    (["call", "DeleteEmailAddress", "{}"], "DeleteEmailAddress")):
                err = self.exits(12, *command)
                self.assert_seen(err, code, f"ses:{action}.", "QcloudSESFullAccess", "Request id")
        self.assertEqual(self.actions(), [])


class Output(ExitsTest):
    def run_into(self, target, *arguments):
        """With stdout on a file of this name; None: closed. Returns (status, stderr)."""
        redirection = ">&-" if target is None else f">{target}"
        shell = ["sh", "-c", f'exec "$@" {redirection}', "sh", *self.command(arguments)]
        result = program.run(shell, self.environment())
        self.assertEqual(result.out, "")
        return result.status, result.err

    def test_exits__3_of_a_read_that_cannot_be_printed(self):
        self.make_domain()
        for target in ("/dev/full", None):
            for command in (["domain", "list"], ["domain", "show", DOMAIN], ["status"], ["--help"], ["--version"],
                            ["domain", "list", "--help"], ["status", "--output", "json"]):
                status, err = self.run_into(target, *command)
                self.assertEqual(status, 3, (target, command, err))
                self.assert_seen(err, "standard output")

    def test_exits__11_of_a_change_that_cannot_be_printed(self):
        for n, target in enumerate(("/dev/full", None)):
            for form in ("table", "json"):
                status, err = self.run_into(target, "domain", "create", f"{form}{n}.example.com", "--output", form)
                self.assertEqual(status, 11, (target, form, err))
                self.assert_seen(err, "standard output")
                told = "It took effect" if form == "table" else '"outcome":"done"'
                self.assert_seen(err, told)
        self.assertEqual(self.changes(), ["CreateEmailIdentity"] * 4)

    def test_exits__11_of_a_password_that_may_be_set_and_cannot_be_printed(self):
        self.break_with({"action": "UpdateEmailSmtpPassWord", "fault": "close"})
        status, err = self.run_into("/dev/full", "address", "password", ADDRESS, "--generate", "--output", "json")
        self.assertEqual(status, 11, err)
        lost, output = [self.hold("error", line) for line in err.splitlines(True)[1:]]
        self.assertEqual((lost["outcome"], output["code"], output["outcome"]), ("unknown", "Output", "unknown"))

    def test_exits__a_reader_that_has_left_ends_it_silently(self):
        self.make_domain()
        for command in (["domain", "list"], ["domain", "create", "new.example.com"]):
            reading, writing = os.pipe()
            os.close(reading)
            with os.fdopen(writing, "w") as pipe:
                done = subprocess.run([*program.WRAPPER, *self.command(command)], env=self.environment(), stdout=pipe,
                                      stderr=subprocess.PIPE, text=True, timeout=program.DEADLINE_SECONDS)
            self.assertEqual(done.returncode, -signal.SIGPIPE, done)
            self.assertNotIn("tcses:", done.stderr)


class Documented(unittest.TestCase):
    def test_exits__the_manual_page_has_every_code(self):
        page = (program.HERE.parent.parent / "cli" / "tcses.1").read_text()
        section = page.partition(".Sh EXIT STATUS")[2].partition(".Sh ")[0]
        codes = [line.split()[1] for line in section.splitlines() if line.startswith(".It ")]
        self.assertEqual(codes, [*map(str, range(13)), "130"])
        header = (program.HERE.parent.parent / "cli" / "exits.h").read_text()
        for code in codes:
            self.assertRegex(header, rf"EXIT_\w+ = {code}\b")


if __name__ == "__main__":
    rig.main()
