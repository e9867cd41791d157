# SPDX-License-Identifier: Apache-2.0
"""--help and the manual pages tell of the same commands and options, and the examples work."""

import pathlib
import re
import shlex
import shutil
import subprocess
import unittest

import rig

ROOT = pathlib.Path(rig.program.HERE).parent.parent
DOMAIN, ADDRESS = "mail.example.com", "noreply@mail.example.com"
STANDARD_INPUT = {"configure": "AKIDEMULATOR\nemulator-secret-key\n"}


def source(name):
    return (ROOT / "cli" / name).read_text(encoding="utf-8")


def options_of(text):
    """Names of options as they begin lines of a help."""
    return set(re.findall(r"^ +(?:-\w, )?--([a-z-]+)", text, re.M))


class Help(rig.CliTest):
    def commands(self):
        return re.findall(r"^  ([a-z]+(?: [a-z-]+)?)  +\S", self.succeed("--help").split("Options,")[0], re.M)

    def test_help__lists_all_commands(self):
        table = re.findall(r'^    \{"([a-z -]+)",', source("commands.c"), re.M)
        self.assertEqual(self.commands(), table)
        self.assertGreater(len(table), 14)

    def test_help__tells_all_options_and_exit_codes(self):
        everything = options_of(self.succeed("--help"))
        for command in self.commands():
            everything |= options_of(self.succeed(*command.split(), "--help"))
        self.assertEqual(everything, set(re.findall(r'\[OPTION_\w+\] = \{"([a-z-]+)"', source("options.c"))))
        codes = set(re.findall(r"^ +EXIT_\w+ = (\d+)", source("exits.h"), re.M))
        for language in ("en-US", "zh-CN"):
            told = re.findall(r"(?<![\w.])(\d+) [^\d\s]", self.succeed("--help", "--language", language)
                              .split("Exit status" if language == "en-US" else "退出码")[1])
            self.assertLessEqual(codes, set(told))

    def test_help__is_there_in_chinese(self):
        for command in self.commands():
            out = self.succeed(*command.split(), "--help", locale="zh_CN.UTF-8")
            self.assertRegex(out, "[\u4e00-\u9fff]")
            self.assert_seen(out, "示例", f"tcses {command}")

    def test_help__fits_eighty_columns_where_it_is_a_table(self):
        for line in self.succeed("--help").splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_help__version(self):
        self.assertRegex(self.succeed("--version"), r"^tcses \d+\.\d+\.\d+\n$")

    def test_help__examples_work(self):
        played = 0
        for command in self.commands():
            examples = re.findall(r"^  (tcses .*)$", self.succeed(*command.split(), "--help").split("Example:")[1], re.M)
            self.assertTrue(examples, command)
            for example in examples:
                with self.subTest(example):
                    self.prepare(command)
                    words = shlex.split(example)[1:]
                    if command == "domain create":
                        words.append("--yes")
                    if command in ("domain delete", "address delete", "unsubscribe delete", "configure"):
                        words.append("--yes")
                    self.play(command, words)
                    played += 1
        self.assertGreater(played, 18)

    def play(self, command, words):
        # Nothing outside is asked: at this resolver nobody is.
        if command in ("domain doctor", "domain check"):
            words += ["--resolver", "127.0.0.1:1"]
        if command == "domain watch":  # never ends: test_dns.py plays it
            return
        result = self.run_tool(*words, stdin=STANDARD_INPUT.get(command))
        expected = {"domain doctor": 3, "domain check": 3, "domain spf-merge": 10}.get(command, 0)
        self.assertIn(result.status, (0, 10) if "--dry-run" in words else (expected,), result)

    def prepare(self, command):
        """What the examples stand on; each begins anew."""
        for name in [item["IdentityName"] for item in self.emulator.call("ListEmailIdentities")["EmailIdentities"]]:
            for sender in self.emulator.call("ListEmailAddress")["EmailSenders"]:
                self.emulator.call("DeleteEmailAddress", EmailAddress=sender["EmailAddress"])
            self.emulator.call("DeleteEmailIdentity", EmailIdentity=name)
        pathlib.Path(self.home, ".tencentcloud").mkdir(exist_ok=True)
        file = pathlib.Path(self.home, ".tencentcloud/credentials")
        file.write_text("[work]\nsecret_id = AKIDEMULATOR\nsecret_key = emulator-secret-key\n"
                        f"region = ap-guangzhou\nendpoint = {self.endpoint}\n")
        file.chmod(0o600)
        if command == "configure":
            STANDARD_INPUT["configure"] = "AKIDEMULATOR\nemulator-secret-key\n1\n"
        if command == "domain create":
            return
        for name in (DOMAIN, "old.example.com"):
            self.emulator.call("CreateEmailIdentity", EmailIdentity=name)
            self.verify(name)
        if command == "address create":
            return
        for prefix in ("noreply", "notice", "old"):
            self.emulator.call("CreateEmailAddress", EmailAddress=f"{prefix}@{DOMAIN}")
        if command == "unsubscribe delete":
            self.emulator.call("CreateAddressUnsubscribeConfig", Address=f"notice@{DOMAIN}", UnsubscribeConfig="1", Status=1)


class Manual(unittest.TestCase):
    def setUp(self):
        self.page = source("tcses.1")
        self.plain = re.sub(r"\\f.|\\", "", self.page)

    def test_manual__names_all_commands_and_options(self):
        for command in re.findall(r'^    \{"([a-z -]+)",', source("commands.c"), re.M):
            self.assertRegex(self.page, rf"(?m)^\.It Ic {command}\b")
        options = set(re.findall(r'\[OPTION_\w+\] = \{"([a-z-]+)"', source("options.c")))
        self.assertEqual(set(re.findall(r"Fl -([a-z-]+)", self.page)) | set(re.findall(r", Fl -([a-z-]+)", self.page)), options)

    def test_manual__tells_all_exit_codes(self):
        codes = set(re.findall(r"^ +EXIT_\w+ = (\d+)", source("exits.h"), re.M))
        part = self.page.split(".Sh EXIT STATUS")[1].split(".Sh ")[0]
        self.assertEqual(set(re.findall(r"^\.It (\d+)", part, re.M)), codes)

    def test_manual__names_the_variables_that_are_read(self):
        read = set(re.findall(r'getenv\("(\w+)"\)', "".join(source(path.name) for path in (ROOT / "cli").glob("*.c"))))
        for name in read - {"HOME", "TERM", "TCSES_DNS_PORT"}:
            self.assertIn(name, self.page)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_manual__has_no_fault(self):
        for page in ("cli/tcses.1", "emulator/tcses-emulator.1"):
            result = subprocess.run(["mandoc", "-T", "lint", ROOT / page], capture_output=True, text=True, check=False)
            faults = [line for line in result.stdout.splitlines()
                      if "referenced manual not found" not in line and "outdated mandoc.db" not in line]
            self.assertEqual(faults, [], page)


if __name__ == "__main__":
    rig.main()
