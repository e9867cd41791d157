# SPDX-License-Identifier: Apache-2.0
"""domain verify --wait, hours of it at once: tests/cli/fast_clock.c."""

import os
import re
import sys

import rig

FAST = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 and not sys.argv[3].startswith("-") else None
DOMAIN = "mail.example.com"
LINE = re.compile(r"(\d+:\d\d(?::\d\d)?)  next try in (\d+:\d\d)  missing: MX, SPF, DKIM, DMARC")


class Waiting(rig.CliTest):
    tool = [FAST]
    options = ("--verify", "after=4")

    def setUp(self):
        super().setUp()
        self.succeed("domain", "create", DOMAIN)

    def submissions(self):
        return self.actions().count("UpdateEmailIdentity")

    def test_waiting__submits_on_a_slow_schedule_and_reads_in_between(self):
        result = self.run_tool("domain", "verify", DOMAIN, "--wait")
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.out, "verified")
        # The time to the next submission runs down, with the reads in between, and jumps up at each submission.
        left = [int(minutes) * 60 + int(seconds) for minutes, seconds in
                (next_try.split(":") for _, next_try in LINE.findall(result.err))]
        self.assertEqual([now for before, now in zip([0, *left], left) if now > before], [60, 120, 300])
        self.assertEqual(self.submissions(), 4)
        self.assertGreater(self.actions().count("GetEmailIdentity"), 6)

    def test_waiting__a_verified_domain_is_not_submitted(self):
        self.verify(DOMAIN)
        self.succeed("domain", "verify", DOMAIN, "--wait")
        self.succeed("domain", "verify", DOMAIN)
        self.assertEqual(self.submissions(), 0)
        self.succeed("domain", "verify", DOMAIN, "--wait", "--force")
        self.assertEqual(self.submissions(), 1)

    def test_waiting__on_a_terminal_is_one_line(self):
        terminal = self.terminal("domain", "verify", DOMAIN, "--wait", width=80)
        self.assertEqual(terminal.finish(), 0)
        lines = [line for line in terminal.screen.splitlines() if "next try" in line]
        self.assertEqual(len(lines), 1, terminal.screen)
        self.assertGreater(terminal.printed.count("next try"), 20)

    def test_waiting__never_wraps_in_a_narrow_window(self):
        terminal = self.terminal("domain", "verify", DOMAIN, "--wait", width=40)
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(len([line for line in terminal.screen.splitlines() if "next try" in line]), 1)

    def test_waiting__in_chinese(self):
        terminal = self.terminal("domain", "verify", DOMAIN, "--wait", locale="zh_CN.UTF-8")
        terminal.wait_for("后再试")
        self.assertEqual(terminal.finish(), 0)
        self.assert_seen(terminal.screen, "已验证")

    def test_waiting__ends_at_once_and_goes_on_later(self):
        terminal = self.terminal("domain", "verify", DOMAIN, "--wait", TCSES_TEST_SPEED="1")
        terminal.wait_for("next try")
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)
        self.assert_seen(terminal.screen, "The same command goes on")
        before = self.submissions()
        self.succeed("domain", "verify", DOMAIN, "--wait")
        self.assertEqual(self.submissions(), 4)
        self.assertEqual(before, 1)

    def test_waiting__survives_the_service_failing(self):
        self.break_with({"action": "UpdateEmailIdentity", "fault": "refuse", "code": "InternalError", "message": "oops",
                         "skip": 1, "times": 4})
        result = self.run_tool("domain", "verify", DOMAIN, "--wait")
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.err, "failed: InternalError: oops")

    def test_waiting__ends_where_time_mends_nothing(self):
        err = self.fail_with(4, "domain", "verify", "other.example.com", "--wait")
        self.assert_seen(err, "NotExistDomain")
        self.assertEqual(self.submissions(), 0)

    def test_waiting__once_says_what_comes_next(self):
        result = self.run_tool("domain", "verify", DOMAIN)
        self.assertEqual(result.status, 5)
        self.assert_seen(result.out, "not verified", f"tcses domain verify {DOMAIN} --wait")


if __name__ == "__main__":
    rig.main()
