#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the examples against the emulator, as a user would: test_examples.py BUILT-EXAMPLES PATH-OF-TCSES-EMULATOR"""

import os
import pathlib
import re
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import unicodedata
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    BUILT = pathlib.Path(sys.argv.pop(1)).resolve()
    os.environ["TCSES_EMULATOR"] = os.path.abspath(sys.argv.pop(1))
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(ROOT / "tests/integration/emulator"))

from harness import SECRET_ID, SECRET_KEY, Emulator  # noqa: E402

KEYS = {"TENCENTCLOUD_SECRET_ID": SECRET_ID, "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
ALIAS = "通知中心"


def columns(text):
    """How many columns a terminal needs for the text, by Python's own tables."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


class ExampleTest(unittest.TestCase):
    """A test with an emulator, and a home without credentials."""

    options = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.emulator = Emulator(*self.options)
        self.addCleanup(self.emulator.__exit__, None, None, None)

    def run_example(self, name, *arguments, status=0, keys=None):
        """Returns what it printed to both streams."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("TENCENTCLOUD_")}
        environment = {**inherited, "HOME": str(self.home), "NO_PROXY": "*", **(KEYS if keys is None else keys)}
        done = subprocess.run([BUILT / name, *arguments], env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def actions(self):
        return [entry["action"] for entry in self.emulator.journal()]


class First(ExampleTest):
    def test_first__prints_the_records(self):
        out, _ = self.run_example("first", "mail.example.com", self.emulator.endpoint)
        self.assertEqual([line.split()[0] for line in out.splitlines()], ["MX", "TXT", "TXT", "TXT"])
        self.assertIn("MX mail.example.com mxbiz1.qq.com.\n", out)

    def test_first__says_what_is_wrong_and_fails(self):
        self.run_example("first", "mail.example.com", self.emulator.endpoint)
        _, err = self.run_example("first", "mail.example.com", self.emulator.endpoint, status=1)
        self.assertIn("InvalidParameterValue.RepeatCreation", err)
        _, err = self.run_example("first", status=1)
        self.assertIn("email_identity", err)
        _, err = self.run_example("first", "mail.example.com", self.emulator.endpoint, status=1, keys={})
        self.assertIn("credentials", err)


class AnswerLoser:
    """Passes each connection on to the emulator, but the first answer never comes back."""

    def __init__(self, endpoint):
        host, port = endpoint.removeprefix("http://").rstrip("/").rsplit(":", 1)
        self.upstream = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        self.listener.close()

    def serve(self):
        connections = 0
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            connections += 1
            with client, socket.create_connection(self.upstream) as service:
                request = client.recv(65536)
                while not request.endswith(b"}"):
                    request += client.recv(65536)
                service.sendall(request)
                answer = service.recv(65536)
                if connections > 1:
                    client.sendall(answer)


class CarefulCreate(ExampleTest):
    options = ("--verify", "after=1")

    def setUp(self):
        super().setUp()
        self.emulator.call("CreateEmailIdentity", EmailIdentity="mail.example.com")
        self.emulator.call("UpdateEmailIdentity", EmailIdentity="mail.example.com")

    def create(self, endpoint=None, **more):
        return self.run_example("careful_create", "a@mail.example.com", ALIAS, endpoint or self.emulator.endpoint, **more)

    def test_careful_create__creates(self):
        self.assertEqual(self.create(), ("", ""))

    def test_careful_create__a_refusal_is_not_there(self):
        self.create()
        _, err = self.create(status=1)
        self.assertIn("InvalidParameterValue.RepeatEmailAddress", err)

    def test_careful_create__settles_an_answer_that_was_lost(self):
        loser = AnswerLoser(self.emulator.endpoint)
        self.addCleanup(loser.close)
        self.assertEqual(self.create(loser.endpoint), ("", ""))
        self.assertEqual(self.actions()[-2:], ["CreateEmailAddress", "ListEmailAddress"])

    def test_careful_create__a_service_that_is_away_may_be_there_later(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            endpoint = "http://127.0.0.1:%d" % closed.getsockname()[1]
        _, err = self.create(endpoint, status=2)
        self.assertIn("could not reach", err)


class Onboard(ExampleTest):
    options = ("--verify", "after=2")

    def onboard(self, *arguments, **more):
        return self.run_example(
            "onboard", "--endpoint", self.emulator.endpoint, "--region", "ap-guangzhou", "--pause", "0", *arguments, **more
        )

    def whole(self, **more):
        return self.onboard("--submit", "--smtp-password", str(self.home / "password"), "--unverified",
                            "other.example.com", "mail.example.com", "noreply", "notice=" + ALIAS, **more)

    def test_onboard__goes_the_whole_way(self):
        out, err = self.whole()
        self.assertEqual(err, "")
        for words in ("1. The sending domain mail.example.com", "submission 1: 0 of 4 records seen, not verified yet",
                      "submission 2: 4 of 4 records seen, verified", "noreply@mail.example.com created",
                      "mail.example.com, verified",
                      "code        OperationDenied.DomainNotVerified", "outcome     not done", "hint        Put "):
            self.assertIn(words, out)
        self.assertRegex(out, r"request id  [0-9a-f]{8}-")
        self.assertEqual(self.actions(), [
            "GetEmailIdentity", "CreateEmailIdentity", "GetEmailIdentity", "UpdateEmailIdentity", "ListEmailAddress",
            "GetEmailIdentity", "UpdateEmailIdentity", "ListEmailAddress", "CreateEmailAddress", "CreateEmailAddress",
            "UpdateEmailSmtpPassWord", "ListEmailIdentities", "ListEmailAddress",
            "GetEmailIdentity", "CreateEmailIdentity", "CreateEmailAddress"])

    def test_onboard__shows_a_long_value_whole(self):
        out, _ = self.onboard("mail.example.com")
        expected = self.emulator.call("GetEmailIdentity", EmailIdentity="mail.example.com")["Attributes"]
        lines = [line.strip() for line in out.splitlines()]
        for record in expected:
            line = next(line for line in lines if re.match(rf"{record['Type']}\s+{re.escape(record['SendDomain'])}\s", line))
            self.assertTrue(record["ExpectedValue"] in line or record["ExpectedValue"] in lines)

    def test_onboard__lines_up_chinese_columns(self):
        out, _ = self.whole()
        lines = [line for line in out.splitlines() if re.match(r"   (Address|noreply@|notice@)\S*  ", line)]
        self.assertEqual(len(lines), 3)
        starts = {columns(line[:re.search(r"\S+( password)?$", line).start()]) for line in lines}
        self.assertEqual(len(starts), 1, lines)

    def test_onboard__keeps_the_password_off_the_screen(self):
        out, err = self.whole()
        file = self.home / "password"
        password = file.read_text().rstrip("\n")
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertRegex(password, "^[0-9A-Za-z]{20}$")
        sent = [entry["body"] for entry in self.emulator.journal() if entry["action"] == "UpdateEmailSmtpPassWord"]
        self.assertEqual(len(sent), 1)
        self.assertIn(password, sent[0])
        self.assertNotIn(password, out + err)

    def test_onboard__sets_no_password_that_it_cannot_save(self):
        _, err = self.onboard("--submit", "--smtp-password", str(self.home / "none" / "password"), "mail.example.com", "a",
                              status=1)
        self.assertIn("No such file", err)
        self.assertNotIn("UpdateEmailSmtpPassWord", self.actions())

    def test_onboard__a_second_run_finds_everything_done(self):
        self.whole()
        password = (self.home / "password").read_text()
        before = len(self.actions())
        out, _ = self.whole()
        self.assertEqual(out.count("there already"), 3)
        self.assertIn("Verification: done before", out)
        self.assertIn("left as an earlier run has set it", out)
        self.assertEqual((self.home / "password").read_text(), password)
        self.assertFalse(any(entry["effect"] for entry in self.emulator.journal()[before:]))
        self.assertNotIn("UpdateEmailIdentity", self.actions()[before:])

    def test_onboard__submits_nothing_unasked(self):
        out, _ = self.onboard("mail.example.com", "noreply")
        self.assertIn("again with --submit", out)
        self.assertEqual(self.actions(), ["GetEmailIdentity", "CreateEmailIdentity"])

    def test_onboard__gives_up_and_fails(self):
        _, err = self.onboard("--submit", "--tries", "1", "mail.example.com", "noreply", status=1)
        self.assertIn("still not verified", err)
        self.assertNotIn("CreateEmailAddress", self.actions())

    def test_onboard__a_refusal_fails_the_run(self):
        _, err = self.whole(status=1, keys={**KEYS, "TENCENTCLOUD_SECRET_KEY": "wrong"})
        self.assertIn("FAILED: look for the domain mail.example.com", err)
        self.assertIn("code        AuthFailure.SignatureFailure", err)

    def test_onboard__wrong_arguments_show_the_usage(self):
        for arguments in ((), ("--pause", "no", "mail.example.com"), ("--smtp-password", "f", "mail.example.com")):
            _, err = self.run_example("onboard", *arguments, status=2)
            self.assertIn("Usage: onboard", err)
        self.assertEqual(self.actions(), [])


class OnboardForeign(ExampleTest):
    options = ("--foreign-domain", "taken.example.com")

    def test_onboard__a_domain_of_another_account_fails(self):
        _, err = self.run_example("onboard", "--endpoint", self.emulator.endpoint, "--region", "ap-guangzhou",
                                  "taken.example.com", status=1)
        self.assertIn("FAILED: create the domain taken.example.com", err)
        self.assertIn("InvalidParameterValue.CreatedByOther", err)


class Others(ExampleTest):
    def test_generic_call__prints_the_answer(self):
        out, _ = self.run_example("generic_call", "ListEmailIdentities", '{"Limit": 5}', self.emulator.endpoint)
        self.assertRegex(out, r'^\{"Response": ?\{.*"EmailIdentities"')
        self.assertEqual(self.emulator.journal()[0]["body"], '{"Limit": 5}')
        _, err = self.run_example("generic_call", "NoSuchAction", "{}", self.emulator.endpoint, status=1)
        self.assertIn("InvalidAction", err)

    def test_sign__makes_headers_that_are_accepted(self):
        out, _ = self.run_example("sign", "ListEmailIdentities", "{}", self.emulator.authority)
        headers = dict(line.split(": ", 1) for line in out.splitlines())
        response = self.emulator.post(b"{}", {"host": self.emulator.authority, **headers})
        self.assertEqual(response["EmailIdentities"], [])
        response = self.emulator.post(b'{"Limit": 1}', {"host": self.emulator.authority, **headers})
        self.assertEqual(response["Error"]["Code"], "AuthFailure.SignatureFailure")

    def test_sign__needs_keys(self):
        _, err = self.run_example("sign", "ListEmailIdentities", "{}", status=1, keys={})
        self.assertIn("secret_id", err)

    def test_wrap_transport__adds_a_header_and_counts(self):
        out, _ = self.run_example("wrap_transport", self.emulator.endpoint)
        self.assertEqual(out, "0 domains\n1 requests, 0 of them failed\n")
        self.assertEqual(self.emulator.journal()[0]["headers"]["x-trace"], "42")


class Documents(unittest.TestCase):
    def test_readme__shows_the_first_program_as_it_is(self):
        program = (HERE / "first.c").read_text()
        for name in ("README.md", "README.zh-CN.md"):
            self.assertIn(f"```c\n{program}```\n", (ROOT / name).read_text(), name)

    def test_readme__names_the_packages_that_the_scripts_install(self):
        script = (ROOT / "scripts/common.sh").read_text()
        packages = set(re.search(r"^build_packages=\(([^)]*)\)", script, re.M)[1].split())
        for name in ("README.md", "README.zh-CN.md"):
            named = re.search(r"apt-get install (.*)", (ROOT / name).read_text())[1].split()
            self.assertEqual(set(named), packages - {"libc6-dev"}, name)

    def test_transport_guide__shows_the_example_as_it_is(self):
        page = (ROOT / "docs/transport.md").read_text()
        shown = re.findall(r"```c\n(.*?)```\n", page, re.S)
        self.assertEqual(len(shown), 1)
        self.assertIn(shown[0], (HERE / "wrap_transport.c").read_text())

    def test_readme__lists_every_example(self):
        listed = set(re.findall(r"^\| \[(\w+\.c)\]", (HERE / "README.md").read_text(), re.M))
        self.assertEqual(listed, {path.name for path in HERE.glob("*.c") if "int main(" in path.read_text()})

    def test_documents__links_lead_somewhere(self):
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), HERE / "README.md"]:
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
                self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")


if __name__ == "__main__":
    unittest.main(verbosity=1)
