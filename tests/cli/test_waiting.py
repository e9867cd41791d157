# SPDX-License-Identifier: Apache-2.0
"""`domain verify`, with and without --wait: the tool with a clock whose waits take a part of their time."""

import json
import os
import re
import signal
import subprocess
import sys

import rig  # first: it says what is missing

import program
import schemas
from wcwidth import wcswidth

CHINESE = "zh_CN.UTF-8"
NAME = "mail.example.com"
VERIFY = ("domain", "verify", NAME)
WAIT = (*VERIFY, "--wait")
MINUTE = 60000
# How much later than planned a step may be seen: calls take their real time.
LATE_MS = 10000 * program.SLOWNESS
FAST, REAL = "6000", "1"


class WaitTest(rig.CliTest):
    options = ("--verify", "manual")

    def setUp(self):
        super().setUp()
        self.tool = [os.path.abspath(sys.argv[sys.argv.index("--fast") + 1])]
        self.make_domain(verified=False)
        self.begun = len(self.emulator.journal())

    def environment(self, **settings):
        return super().environment(**{"TCSES_TEST_SPEED": FAST, **settings})

    def since(self):
        """G for each read and U for each submission."""
        return "".join(action[0] for action in self.actions()[self.begun:])

    def progress(self, err):
        """The objects on stderr, each held to its schema: those of progress."""
        documents = schemas.document_lines(err)
        for document in documents:
            schemas.check_document(document["schema"].split(".")[1].split("/")[0], document)
        return [document for document in documents if document["schema"] == "tcses.progress/1"]


class Schedule(WaitTest):
    def test_waiting__submits_at_once_and_then_by_the_plan(self):
        result = self.run_tool(*WAIT, "--deadline", "40m", "--output", "json")
        self.assertEqual((result.status, result.out), (9, ""))
        self.assertEqual(self.since(), "GU" "GU" "GU" + "GGGG" "U" + ("G" * 9 + "U") * 3 + "G")
        seen = {}
        for document in self.progress(result.err):
            seen.setdefault(document["submissions"], document)
        for number, minutes in ((1, 0), (2, 1), (3, 3), (4, 8), (5, 18), (6, 28), (7, 38)):
            late = seen[number]["elapsed_ms"] - minutes * MINUTE
            self.assertTrue(0 <= late < LATE_MS, (number, late))
            told_later = {1: 1, 2: 2, 3: 5}.get(number, 10) * MINUTE - seen[number]["next_submission_ms"]
            self.assertTrue(0 <= told_later < LATE_MS, (number, told_later))

    def test_waiting__deadline_is_two_hours_unless_told(self):
        result = self.run_tool(*WAIT, "--output", "json", TCSES_TEST_SPEED="60000")
        self.assertEqual(result.status, 9)
        self.assertAlmostEqual(self.progress(result.err)[0]["left_ms"], 120 * MINUTE, delta=LATE_MS)
        self.assertEqual(self.since().count("U"), 15)

    def test_waiting__deadline_is_told(self):
        told = self.fail_with(9, *WAIT, "--deadline", "90s")
        self.assert_seen(told, f"tcses: {NAME} is not verified in the time given", "4 of 4", "submissions: 2",
                         f"tcses domain show {NAME}")
        self.assert_seen(self.fail_with(9, *WAIT, "--deadline", "90s", locale=CHINESE), "等待超时：",
                         f"查看缺失的记录：tcses domain show {NAME}")
        error = schemas.one_document(self.fail_with(9, *WAIT, "--deadline", "90s", "--output", "json").splitlines(True)[-1])
        schemas.check_document("error", error)
        self.assertEqual((error["code"], error["exit"]), ("WaitTimedOut", 9))


class Progress(WaitTest):
    options = ("--verify", "after=2")

    def test_waiting__pipes_have_plain_lines(self):
        result = self.run_tool(*WAIT)
        self.assertEqual(result.status, 0)
        self.assertRegex(result.err, r"\AAccount of key AKID... \(environment\), region ap-guangzhou\n"
                         r"0:0\d  next try in (1:00|0:5\d)  missing: MX, SPF, DKIM, DMARC\n"
                         r"0:3\d  next try in 0:[23]\d  missing: MX, SPF, DKIM, DMARC\n\Z")
        self.assertTrue(result.out.startswith(f"{NAME}  verified  DKIM 1024\n"), result.out)

    def test_waiting__pipes_have_plain_lines_in_chinese(self):
        result = self.run_tool(*WAIT, locale=CHINESE)
        self.assertRegex(result.err, r"\n0:0\d  (1:00|0:5\d) 后再试  缺失：MX、SPF、DKIM、DMARC\n"
                         r"0:3\d  0:[23]\d 后再试  缺失：MX、SPF、DKIM、DMARC\n\Z")
        self.assertTrue(result.out.startswith(f"{NAME}  已验证  DKIM 1024\n"), result.out)

    def test_waiting__json_has_an_object_a_change(self):
        result = self.run_tool(*WAIT, "--output", "json")
        self.assertEqual(result.status, 0)
        self.assertTrue(self.hold("domain", result.out)["VerifiedForSendingStatus"])
        progress = self.progress(result.err)
        self.assertEqual([(document["submissions"], document["VerifiedForSendingStatus"]) for document in progress],
                         [(0, False), (1, False), (1, False), (2, True)])
        self.assertEqual(progress[0]["missing"], ["MX", "SPF", "DKIM", "DMARC"])
        self.assertTrue(progress[-1]["VerifiedForSendingStatus"])

    def test_waiting__terminal_redraws_one_line(self):
        made = self.terminal(*WAIT)
        self.assertEqual(made.finish(), 0)
        lines = made.screen.splitlines()
        self.assertEqual(lines[0], "Account of key AKID... (environment), region ap-guangzhou")
        self.assertRegex(lines[1], r"^0:\d\d  next try in 0:0\d  missing: MX, SPF, DKIM, DMARC$")
        self.assertEqual(lines[2], f"{NAME}  verified  DKIM 1024")
        drawn = re.findall(r"\r(0:\d\d)  next try in (\d:\d\d)  missing: MX, SPF, DKIM, DMARC", made.printed)
        self.assertGreater(len(drawn), 30)
        self.assertEqual(drawn, sorted(drawn, key=lambda times: times[0]))
        self.assertRegex(" ".join(drawn[0]), r"^0:0\d (1:00|0:5\d)$")

    def test_waiting__dumb_terminal_has_plain_lines(self):
        made = self.terminal(*WAIT, TERM="dumb")
        self.assertEqual(made.finish(), 0)
        self.assertNotIn(b"\x1b", made.raw)
        self.assertRegex(made.screen, r"\n0:0\d  next try in .*  missing: MX, SPF, DKIM, DMARC\n0:3\d  next")

    def test_waiting__narrow_terminal_keeps_to_one_line(self):
        for width in (20, 40):
            for locale in ("C.UTF-8", CHINESE):
                made = self.terminal(*WAIT, "--force", width=width, locale=locale)
                self.assertEqual(made.finish(), 0)
                drawn = [line.split("\n")[0] for line in made.printed.split("\r")[1:]]
                self.assertGreater(len(drawn), 0)
                for line in drawn:
                    self.assertLess(wcswidth(line), width, line)
                self.emulator.admin("POST", "domains/" + NAME, {"verified": False})

    def test_waiting__says_when_it_ends_and_not_when_it_would_try(self):
        result = self.run_tool(*WAIT, "--deadline", "45s")
        self.assertEqual(result.status, 9)
        self.assertRegex(result.err, r"\n0:0\d  ends in 0:4\d  missing: MX, SPF, DKIM, DMARC\n"
                         r"0:3\d  ends in 0:1\d  missing: MX, SPF, DKIM, DMARC\n")


class Ends(WaitTest):
    def test_waiting__line_follows_the_window(self):
        made = self.terminal(*WAIT, width=80, TCSES_TEST_SPEED="10")
        made.wait_for("DMARC")
        made.resize(30, 24)
        made.wait_for(re.compile(r"\r\d+:\d\d  next try in \d:\d\d  miss[i]?\r"))
        made.resize(100, 24)
        made.wait_for("DMARC")
        made.press("C")
        self.assertEqual(made.finish(), 130)

    def test_waiting__interrupt_ends_at_once_and_the_command_goes_on(self):
        made = self.terminal(*WAIT, TCSES_TEST_SPEED=REAL)
        made.wait_for("next try in")
        made.press("C")
        self.assertEqual(made.finish(), 130)
        self.assertTrue(made.screen.endswith("tcses: the wait was interrupted\n  The same command goes on.\n"), made.screen)
        self.assertEqual(self.since(), "GU")
        self.verify()
        made = self.terminal(*WAIT, TCSES_TEST_SPEED=REAL)
        self.assertEqual(made.finish(), 0)
        self.assert_seen(made.screen, f"{NAME}  verified")

    def test_waiting__interrupt_ends_at_once_off_a_terminal(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            # The next step is half a minute away.
            with subprocess.Popen([*program.WRAPPER, *self.command(WAIT)], env=self.environment(TCSES_TEST_SPEED=REAL),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  text=True) as process:
                for line in process.stderr:
                    if "next try in 1:00" in line:
                        break
                process.send_signal(number)
                self.assertEqual(process.wait(20), 128 + number)

    def test_waiting__domain_that_is_not_there_ends_it(self):
        self.assert_seen(self.fail_with(4, "domain", "verify", "none.example.com", "--wait"), "NotExistDomain")
        self.assertEqual(self.since(), "G")

    def test_waiting__domain_that_goes_away_ends_it(self):
        self.break_with({"action": "GetEmailIdentity", "skip": 2, "fault": "refuse",
                         "code": "InvalidParameterValue.NotExistDomain", "message": "gone"})
        result = self.run_tool(*WAIT)
        self.assertEqual(result.status, 4)
        self.assert_seen(result.err, "0:30", "NotExistDomain: gone")

    def test_waiting__failures_are_shown_and_survived(self):
        self.break_with({"action": "GetEmailIdentity", "skip": 1, "times": 12, "fault": "close"},
                        {"action": "UpdateEmailIdentity", "skip": 1, "times": 2, "fault": "refuse",
                         "code": "InternalError", "message": "the service's own"})
        made = self.terminal(*WAIT, TCSES_TEST_SPEED="600")
        made.wait_for("failed: the exchange broke off")
        made.wait_for("missing: MX")
        self.verify()
        self.assertEqual(made.finish(), 0, made.screen)
        self.assert_seen(made.screen, f"{NAME}  verified")

    def test_waiting__failures_are_told_to_programs(self):
        self.break_with({"action": "GetEmailIdentity", "skip": 1, "times": 6, "fault": "close"})
        result = self.run_tool(*WAIT, "--deadline", "3m", "--output", "json")
        self.assertEqual(result.status, 9)
        failures = [document["failure"] for document in self.progress(result.err)]
        self.assertIsNone(failures[0])
        self.assertRegex(str(failures[2]), "the exchange broke off")
        self.assertIsNone(failures[-1])

    def test_waiting__missing_right_ends_it(self):
        self.break_with({"action": "UpdateEmailIdentity", "fault": "refuse", "code": "UnauthorizedOperation",
                         "message": "no"})
        self.assert_seen(self.fail_with(12, *WAIT), "ses:UpdateEmailIdentity")


class Submissions(WaitTest):
    def test_waiting__verified_domain_is_not_submitted(self):
        self.verify()
        for command in (VERIFY, WAIT):
            self.assert_seen(self.succeed(*command), f"{NAME}  verified")
            self.assertTrue(self.document("domain", *command)["VerifiedForSendingStatus"])
        self.assertNotIn("U", self.since())

    def test_waiting__verified_domain_is_submitted_by_force(self):
        self.verify()
        for command in (VERIFY, WAIT):
            before = self.since().count("U")
            self.succeed(*command, "--force")
            self.assertEqual(self.since().count("U"), before + 1)

    def test_waiting__once_submits_once(self):
        result = self.run_tool(*VERIFY)
        self.assertEqual(result.status, 5)
        self.assertEqual(self.since().count("U"), 1)
        self.assert_seen(result.out, f"{NAME}  not verified", "missing  MX", f"tcses domain verify {NAME} --wait")
        result = self.run_tool(*VERIFY, "--output", "json")
        self.assertEqual(result.status, 5)
        self.assertFalse(self.hold("domain", result.out)["VerifiedForSendingStatus"])

    def test_waiting__dry_run_submits_nothing(self):
        for command in (VERIFY, WAIT):
            result = self.run_tool(*command, "--dry-run")
            self.assertEqual(result.status, 10)
            self.assert_seen(result.out, "UpdateEmailIdentity")
        self.assertNotIn("U", self.since())
        self.verify()
        self.assertEqual(self.run_tool(*WAIT, "--dry-run").status, 0)
        self.assertEqual(json.loads(self.emulator.journal()[-1]["body"]), {"EmailIdentity": NAME})

    def test_waiting__options_are_checked_before(self):
        for options in (("--deadline", "1h"), ("--wait", "--deadline", "0s"), ("--wait", "--deadline", "-5m"),
                        ("--wait", "--deadline", "5"), ("--wait", "--deadline", "2 h"), ("--wait", "--deadline", "9999d")):
            self.fail_with(1, *VERIFY, *options)
        self.assertEqual(self.since(), "")


if __name__ == "__main__":
    rig.main()
