# SPDX-License-Identifier: Apache-2.0
"""What the tool asks, on a terminal and off it: confirmation, keys, passwords; and what Ctrl-C does meanwhile."""

import fcntl
import json
import os
import pathlib
import signal
import stat
import struct
import subprocess
import sys
import termios
import time

import rig  # first: it says what is missing

import program

CHINESE = "zh_CN.UTF-8"
SECRET_ID, SECRET_KEY = program.KEYS
PASSWORD = "Abcd1234Efgh"
OLD_FILE = """# keys of the shop
[default]
secret_id = AKIDOLD
secret_key = oldkey
token = oldtoken
region = ap-hongkong
colour = blue

[work]
secret_id = AKIDWORK ; of the office
secret_key = workkey"""


class AskingTest(rig.CliTest):
    def answer(self, question, how, *command, **settings):
        """Waits for the question, does `how` (a text to enter, or a letter with Ctrl as "^C"), and the end."""
        made = self.terminal(*command, **settings)
        made.wait_for(question)
        if how.startswith("^"):
            made.press(how[1])
        else:
            made.enter(how)
        made.finish()
        return made

    def ahead(self, lines, *command, **settings):
        """On a terminal where all these lines were typed before the tool began."""
        made = rig.Terminal(["sh", "-c", 'echo ready; read -r _; exec "$0" "$@"', *self.command(command)],
                            self.environment(**settings))
        self.addCleanup(made.__exit__, None, None, None)
        made.wait_for("ready")
        made.type("go\r" + lines)
        return made


class Confirmation(AskingTest):
    CREATE = ("domain", "create", "mail.example.com")
    QUESTION = "Create the sending domain mail.example.com? [y/N] "

    def test_asking__create_says_what_it_takes(self):
        made = self.answer(self.QUESTION, "n", *self.CREATE)
        self.assertEqual(made.screen, "Account of key AKID... (environment), region ap-guangzhou\n"
                         "It takes one of the account's ten domains and may be permanent.\n"
                         f"{self.QUESTION}n\ntcses: not confirmed: nothing is changed\n")

    def test_asking__create_is_confirmed(self):
        for number, word in enumerate(("y", "yes", "Y", "YES")):
            name = f"mail{number}.example.com"
            made = self.answer(f"{name}? [y/N] ", word, "domain", "create", name)
            self.assertEqual(made.status, 0, made.screen)
        self.assertEqual(self.changes(), ["CreateEmailIdentity"] * 4)

    def test_asking__create_is_confirmed_in_chinese(self):
        made = self.answer("创建发信域名 xn--efvy88h.example.com (新闻.example.com)？ [y/N] ", "是", "domain", "create",
                           "新闻.example.com", locale=CHINESE)
        self.assertEqual(made.status, 0, made.screen)
        self.assert_seen(made.screen, "这会占用账号十个域名中的一个")
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])

    def test_asking__create_is_not_confirmed(self):
        for answer in ("n", "", "no", "yess", "y n", "N", "x" * 100, "^D"):
            made = self.answer(self.QUESTION, answer, *self.CREATE)
            self.assertEqual(made.status, 1, made.screen)
            self.assert_seen(made.screen, "tcses: not confirmed: nothing is changed\n")
        self.assertEqual(self.actions(), [])

    def test_asking__interrupt_sends_nothing(self):
        for command, question in ((self.CREATE, self.QUESTION), (("domain", "delete", "a.example.com"), "? [y/N] "),
                                  (("address", "delete", "a@mail.example.com"), "? [y/N] ")):
            made = self.answer(question, "^C", *command)
            self.assertEqual(made.status, 130, made.screen)
            self.assertTrue(made.screen.endswith("[y/N] ^C\n"), made.screen)
        self.assertEqual(self.actions(), [])

    def test_asking__terminate_and_hang_up_send_nothing(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            made = self.terminal(*self.CREATE)
            made.wait_for(self.QUESTION)
            made.process.send_signal(number)
            self.assertEqual(made.finish(), 128 + number)
        self.assertEqual(self.actions(), [])

    def test_asking__create_asks_nobody_off_a_terminal(self):
        self.succeed(*self.CREATE)
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])

    def test_asking__yes_asks_nothing(self):
        made = self.terminal(*self.CREATE, "--yes")
        self.assertEqual(made.finish(), 0)
        self.assertNotIn("[y/N]", made.screen)
        for command in (("domain", "delete", "mail.example.com"),):
            made = self.terminal("--yes", *command)
            self.assertEqual(made.finish(), 0)
            self.assertNotIn("[y/N]", made.screen)
        self.assertEqual(self.changes(), ["CreateEmailIdentity", "DeleteEmailIdentity"])

    def test_asking__delete_is_confirmed(self):
        self.make_domain()
        self.make_address()
        self.emulator.call("CreateAddressUnsubscribeConfig", Address="news@mail.example.com", UnsubscribeConfig="1",
                           Status=1)
        before = len(self.changes())
        deletions = ((("unsubscribe", "delete", "news@mail.example.com"),
                      "Delete the unsubscribe link of news@mail.example.com? [y/N] "),
                     (("address", "delete", "news@mail.example.com"),
                      "Delete the sender address news@mail.example.com and its SMTP password? [y/N] "),
                     (("domain", "delete", "mail.example.com"), "Delete the sending domain mail.example.com? [y/N] "))
        for command, question in deletions:
            for answer in ("n", "", "^D"):
                self.assertEqual(self.answer(question, answer, *command).status, 1)
        self.assertEqual(len(self.changes()), before)
        for command, question in deletions:
            self.assertEqual(self.answer(question, "y", *command).status, 0)
        self.assertEqual(self.changes()[before:],
                         ["DeleteAddressUnsubscribeConfig", "DeleteEmailAddress", "DeleteEmailIdentity"])

    def test_asking__delete_needs_yes_off_a_terminal(self):
        self.make_domain()
        for command in (("domain", "delete", "mail.example.com"), ("address", "delete", "a@mail.example.com"),
                        ("unsubscribe", "delete", "a@mail.example.com")):
            self.assert_seen(self.fail_with(1, *command, stdin="y\n"), "--yes")
            self.assert_seen(self.fail_with(1, *command, locale=CHINESE), "此处无法询问确认：如需继续请加 --yes")
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])
        self.succeed("domain", "delete", "mail.example.com", "--yes")

    def test_asking__dry_run_asks_nothing(self):
        self.make_domain()
        for command in (("domain", "create", "new.example.com"), ("domain", "delete", "mail.example.com")):
            made = self.terminal(*command, "--dry-run")
            self.assertEqual(made.finish(), 10, made.screen)
            self.assertNotIn("[y/N]", made.screen)

    def test_asking__answer_may_be_typed_ahead(self):
        made = self.ahead("y\r", *self.CREATE)
        self.assertEqual(made.finish(), 0, made.screen)
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])


class Configure(AskingTest):
    def setUp(self):
        super().setUp()
        self.file = pathlib.Path(self.home) / ".tencentcloud" / "credentials"

    def environment(self, **settings):
        return super().environment(**{"keys": None, "region": None, **settings})

    def write_old(self):
        self.file.parent.mkdir()
        self.file.write_text(OLD_FILE, encoding="utf-8")

    def type_keys(self, made, key=SECRET_KEY, region=""):
        made.wait_for("SecretId: ")
        made.enter(SECRET_ID)
        made.wait_for("SecretKey: ")
        self.assertFalse(made.echoes)
        made.enter(key)
        made.wait_for("Region, 1 ap-guangzhou or 2 ap-hongkong [1]: ")
        self.assertTrue(made.echoes)
        made.enter(region)

    def assert_unchanged(self):
        self.assertEqual(self.file.read_text(encoding="utf-8"), OLD_FILE)
        self.assertEqual(os.listdir(self.file.parent), ["credentials"])

    def test_asking__configure_writes_what_works(self):
        made = self.terminal("configure")
        self.type_keys(made)
        self.assertEqual(made.finish(), 0, made.screen)
        self.assertNotIn(SECRET_KEY.encode(), made.raw)
        self.assert_seen(made.printed, "SecretKey: \n", "The keys work. Profile default with key AKID..., region ap-guangzhou")
        self.assertEqual(self.file.read_text(), f"[default]\nsecret_id = {SECRET_ID}\nsecret_key = {SECRET_KEY}\n"
                                                f"region = ap-guangzhou\nendpoint = {self.endpoint}\n")
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.file.parent.stat().st_mode), 0o700)
        self.assertEqual(self.actions(), ["ListEmailIdentities"])
        self.assert_seen(self.succeed("status", endpoint=None), "ap-guangzhou", self.endpoint, "profile default of")

    def test_asking__configure_asks_in_chinese(self):
        script = self.transcript("configure.zh-CN")

        def typing(made):
            for question, answer in (("SecretId: ", SECRET_ID), ("SecretKey: ", SECRET_KEY), ("[1]：", "2")):
                made.wait_for(question)
                made.enter(answer)

        made = self.show_terminal(script, "configure", "--profile", "work", typing=typing, locale=CHINESE)
        self.assertEqual(made.status, 0)
        script.check()
        self.assert_seen(self.file.read_text(), "[work]\n", "region = ap-hongkong\n")

    def test_asking__configure_asks_for_the_site(self):
        made = self.terminal("configure", endpoint=None)
        self.type_keys(made)
        made.wait_for("Site of the account, 1 China or 2 international [1]: ")
        made.enter("3")
        self.assertEqual(made.finish(), 1)
        self.assert_seen(made.screen, "3: take 1 (China) or 2 (international)")
        self.assertEqual(os.listdir(self.home), [])

    def test_asking__configure_replaces_only_what_is_its_own(self):
        self.write_old()
        made = self.terminal("configure")
        made.wait_for("has a profile default already. Replace its keys? [y/N] ")
        made.enter("y")
        self.type_keys(made)
        self.assertEqual(made.finish(), 0, made.screen)
        new = (f"secret_id = {SECRET_ID}\nsecret_key = {SECRET_KEY}\nregion = ap-guangzhou\n"
               f"endpoint = {self.endpoint}\ncolour = blue\n")
        head, tail = OLD_FILE.split("secret_id = AKIDOLD\n")
        self.assertEqual(self.file.read_text(), head + new + tail[tail.index("\n[work]"):] + "\n")
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)

    def test_asking__configure_adds_a_profile(self):
        self.write_old()
        made = self.terminal("configure", "--profile", "new", "--region", "ap-hongkong")
        made.wait_for("SecretId: ")
        made.enter(SECRET_ID)
        made.wait_for("SecretKey: ")
        made.enter(SECRET_KEY)
        self.assertEqual(made.finish(), 0, made.screen)
        self.assertEqual(self.file.read_text(), OLD_FILE + f"\n\n[new]\nsecret_id = {SECRET_ID}\n"
                         f"secret_key = {SECRET_KEY}\nregion = ap-hongkong\nendpoint = {self.endpoint}\n")
        self.assert_seen(self.succeed("status", "--profile", "new", endpoint=None), "ap-hongkong", "profile new of")

    def test_asking__configure_does_not_replace_unasked(self):
        self.write_old()
        for answer in ("n", "", "^D"):
            self.assertEqual(self.answer("[y/N] ", answer, "configure").status, 1)
        self.assertEqual(self.answer("[y/N] ", "^C", "configure").status, 130)
        self.assert_seen(self.fail_with(1, "configure", stdin=f"{SECRET_ID}\n{SECRET_KEY}\n\n"), "--yes")
        self.assert_unchanged()
        self.assertEqual(self.actions(), [])

    def test_asking__configure_that_fails_changes_nothing(self):
        self.write_old()
        made = self.terminal("configure", "--yes")
        self.type_keys(made, key="not the key")
        self.assertEqual(made.finish(), 2, made.screen)
        self.assert_seen(made.screen, "AuthFailure.SignatureFailure")
        self.assert_unchanged()
        made = self.terminal("configure", "--yes")
        self.type_keys(made, region="ap-nowhere")
        self.assertEqual(made.finish(), 4, made.screen)
        self.assert_unchanged()

    def test_asking__configure_that_fails_leaves_no_file(self):
        made = self.terminal("configure")
        self.type_keys(made, key="not the key")
        self.assertEqual(made.finish(), 2)
        self.assertEqual(list(self.file.parent.iterdir()), [])

    def test_asking__configure_is_interrupted_at_each_question(self):
        self.write_old()
        for number, question in enumerate(("SecretId: ", "SecretKey: ", "[1]: ")):
            made = self.terminal("configure", "--yes")
            for before, answer in (("SecretId: ", SECRET_ID), ("SecretKey: ", SECRET_KEY))[:number]:
                made.wait_for(before)
                made.enter(answer)
            made.wait_for(question)
            made.press("C")
            self.assertEqual(made.finish(), 130, made.screen)
            self.assert_unchanged()
        self.assertEqual(self.actions(), [])

    def test_asking__configure_is_interrupted_while_it_proves(self):
        self.write_old()
        server = self.break_with({"fault": "silent"})
        made = self.terminal("configure", "--yes")
        self.type_keys(made)
        while not server.journal()["requests"]:
            self.assertLess(time.monotonic(), made.until)
        made.press("C")
        self.assertEqual(made.finish(), 130, made.screen)
        self.assert_unchanged()

    def test_asking__configure_dry_run_proves_and_writes_nothing(self):
        made = self.terminal("configure", "--dry-run")
        self.type_keys(made)
        self.assertEqual(made.finish(), 10)
        self.assert_seen(made.printed, "The keys work. Dry run: ", "is not written to")
        self.assertEqual(list(self.file.parent.iterdir()), [])
        result = self.run_tool("configure", "--dry-run", "--output", "json", stdin=f"{SECRET_ID}\n{SECRET_KEY}\n\n")
        self.assertEqual(result.status, 10)
        self.assertEqual(self.hold("dry-run", result.out)["Request"]["Region"], "ap-guangzhou")
        self.assertNotIn(SECRET_KEY, result.out + result.err)

    def test_asking__configure_takes_the_file_of_the_environment(self):
        named = pathlib.Path(self.home) / "elsewhere" / "keys"
        made = self.terminal("configure", TENCENTCLOUD_CREDENTIALS_FILE=str(named))
        self.type_keys(made)
        self.assertEqual(made.finish(), 0, made.screen)
        self.assertEqual(stat.S_IMODE(named.stat().st_mode), 0o600)
        self.assertFalse(self.file.exists())
        self.succeed("status", TENCENTCLOUD_CREDENTIALS_FILE=str(named), endpoint=None)

    def test_asking__configure_leaves_a_link_one(self):
        self.write_old()
        place = pathlib.Path(self.home) / "dotfiles"
        place.mkdir()
        self.file.rename(place / "keys")
        self.file.symlink_to("../dotfiles/keys")
        self.succeed("configure", "--profile", "new", stdin=f"{SECRET_ID}\n{SECRET_KEY}\n\n")
        self.assertEqual(os.readlink(self.file), "../dotfiles/keys")
        self.assertTrue((place / "keys").read_text().startswith(OLD_FILE))
        self.assert_seen((place / "keys").read_text(), "[new]\n")
        self.assertEqual(os.listdir(place), ["keys"])

    def test_asking__configure_reads_from_a_pipe(self):
        result = self.run_tool("configure", stdin=f"{SECRET_ID}\n{SECRET_KEY}\n2\n")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertNotIn(SECRET_KEY, result.out)
        self.assert_seen(self.file.read_text(), "region = ap-hongkong\n")
        self.succeed("configure", "--yes", "--region", "ap-guangzhou", stdin=f"  {SECRET_ID}\r\n{SECRET_KEY} \r\n")
        self.assert_seen(self.file.read_text(), "region = ap-guangzhou\n", f"secret_key = {SECRET_KEY}\n")

    def test_asking__configure_ends_with_its_input(self):
        for given in ("", SECRET_ID, f"{SECRET_ID}\n{SECRET_KEY}\n"):
            self.assert_seen(self.fail_with(1, "configure", stdin=given), "the input ended: nothing is changed")
        self.assertEqual(os.listdir(self.home), [])

    def test_asking__configure_says_that_the_environment_comes_first(self):
        result = self.run_tool("configure", stdin=f"{SECRET_ID}\n{SECRET_KEY}\n\n", keys=program.KEYS)
        self.assertEqual(result.status, 0)
        self.assert_seen(result.err, "TENCENTCLOUD_SECRET_ID is set and comes before the profile")


class Password(AskingTest):
    COMMAND = ("address", "password", "news@mail.example.com")

    def setUp(self):
        super().setUp()
        self.make_domain()
        self.make_address()

    def kind(self):
        """0 without a password."""
        return self.emulator.call("ListEmailAddress")["EmailSenders"][0]["SmtpPwdType"]

    def type_twice(self, first, second, **settings):
        made = self.terminal(*self.COMMAND, **settings)
        made.wait_for("New SMTP password: ")
        self.assertFalse(made.echoes)
        made.enter(first)
        made.wait_for("Once more: ")
        self.assertFalse(made.echoes)
        made.enter(second)
        made.finish()
        self.assertNotIn(first.encode(), made.raw)
        return made

    def test_asking__password_is_typed_twice_unseen(self):
        made = self.type_twice(PASSWORD, PASSWORD)
        self.assertEqual(made.status, 0, made.screen)
        self.assert_seen(made.screen, "New SMTP password:\nOnce more:\nThe SMTP password of news@mail.example.com is set.")
        self.assertNotEqual(self.kind(), 0)

    def test_asking__password_mistyped_is_not_set(self):
        made = self.type_twice(PASSWORD, PASSWORD + "x")
        self.assertEqual(made.status, 1)
        self.assert_seen(made.screen, "the two are not the same: nothing is changed")
        self.assertEqual(self.kind(), 0)

    def test_asking__password_is_refused_by_rule(self):
        made = self.type_twice("weakweakweak", "weakweakweak")
        self.assertNotEqual(made.status, 0)
        self.assert_seen(made.printed, "tcses address password news@mail.example.com --generate")
        self.assertEqual(self.kind(), 0)

    def test_asking__password_is_not_given(self):
        for answer in ("", "^D"):
            made = self.answer("New SMTP password: ", answer, *self.COMMAND)
            self.assertEqual(made.status, 1)
            self.assert_seen(made.screen, "no password was given")
        self.assert_seen(self.fail_with(1, *self.COMMAND), "no password was given")
        self.assertEqual(self.kind(), 0)

    def test_asking__password_comes_from_a_pipe(self):
        result = self.run_tool(*self.COMMAND, stdin=PASSWORD + "\n")
        self.assertEqual((result.status, result.out), (0, ""), result.err)
        self.assertNotIn(PASSWORD, result.err)
        self.assertNotEqual(self.kind(), 0)

    def test_asking__interrupt_shows_again_what_is_typed(self):
        for prompts in (("New SMTP password: ",), ("New SMTP password: ", "Once more: ")):
            # The shell keeps the terminal open, so that its state can be seen when the tool is gone.
            made = rig.Terminal(["sh", "-c", 'trap : INT; "$0" "$@"; echo "ended $?"; read -r _',
                                 *self.command(self.COMMAND)], self.environment())
            self.addCleanup(made.__exit__, None, None, None)
            for prompt in prompts[:-1]:
                made.wait_for(prompt)
                made.enter(PASSWORD)
            made.wait_for(prompts[-1])
            self.assertFalse(made.echoes)
            made.press("C")
            made.wait_for("ended 130")
            self.assertTrue(made.echoes)
            made.enter()
            made.finish()
        self.assertEqual(self.kind(), 0)

    def test_asking__what_was_typed_ahead_and_seen_is_no_password(self):
        made = self.ahead("Seen1234Seen\r", *self.COMMAND)
        made.wait_for("New SMTP password: ")
        made.enter(PASSWORD)
        made.wait_for("Once more: ")
        made.enter(PASSWORD)
        self.assertEqual(made.finish(), 0, made.screen)

    def test_asking__generated_password_is_shown_once(self):
        made = self.terminal(*self.COMMAND, "--generate")
        self.assertEqual(made.finish(), 0)
        password = made.screen.splitlines()[-1]
        self.assertRegex(password, "^[0-9A-Za-z]{20}$")
        self.assertEqual(made.raw.count(password.encode()), 1)
        self.assertEqual(json.loads(self.emulator.journal()[-1]["body"])["EmailAddress"], "news@mail.example.com")


class Interrupts(AskingTest):
    def test_asking__interrupt_ends_a_call_at_once(self):
        server = self.break_with({"fault": "silent"})
        made = self.terminal("domain", "list")
        while not server.journal()["requests"]:
            self.assertLess(time.monotonic(), made.until)
        made.press("C")
        self.assertEqual(made.finish(), 130, made.screen)

    def test_asking__interrupt_ends_the_reading_of_a_request(self):
        made = self.terminal("call", "DeleteEmailIdentity", "-")
        made.wait_for("The request as JSON, then Ctrl-D:")
        made.enter('{"EmailIdentity":')
        made.press("C")
        self.assertEqual(made.finish(), 130, made.screen)
        self.assertEqual(self.actions(), [])

    def test_asking__interrupt_that_throws_away_what_was_just_typed(self):
        self.tool = [os.path.abspath(sys.argv[sys.argv.index("--flushing") + 1])]
        for arguments, prompt in ((["call", "DeleteEmailIdentity", "-"], "then Ctrl-D:"), (["configure"], "SecretId")):
            made = self.terminal(*arguments)
            made.wait_for(prompt)
            made.enter('{"EmailIdentity":')
            self.assertEqual(made.finish(), 130, made.screen)

    def test_asking__request_is_typed(self):
        self.make_domain()
        made = self.terminal("call", "DeleteEmailIdentity", "-")
        made.wait_for("The request as JSON, then Ctrl-D:")
        made.enter('{"EmailIdentity": "mail.example.com"}')
        made.press("D")
        self.assertEqual(made.finish(), 0, made.screen)
        self.assertEqual(self.changes(), ["CreateEmailIdentity", "DeleteEmailIdentity"])

    def test_asking__second_interrupt_ends_at_once(self):
        """While an output that nobody takes keeps the tool from ending by itself."""
        items = [{"IdentityName": f"a{number}.example.com", "IdentityType": "DOMAIN", "SendingEnabled": True}
                 for number in range(1000)]
        self.break_with({"fault": "answer", "body": json.dumps({"Response": {
            "EmailIdentities": items, "Total": len(items), "RequestId": "r"}})})
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        command = [*program.WRAPPER, *self.command(("call", "ListEmailIdentities"))]
        with subprocess.Popen(command, env=self.environment(), stdout=writing, stderr=subprocess.DEVNULL) as process:
            os.close(writing)
            until = time.monotonic() + program.DEADLINE_SECONDS
            try:
                self.wait_while(lambda: self.waiting_bytes(reading) < fcntl.fcntl(reading, fcntl.F_GETPIPE_SZ), until)
                process.send_signal(signal.SIGINT)
                self.wait_while(lambda: self.is_pending(process.pid, signal.SIGINT), until)
                self.assertIsNone(process.poll())
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(program.DEADLINE_SECONDS), 130)
            finally:
                process.kill()

    def wait_while(self, holds, until):
        while holds():
            self.assertLess(time.monotonic(), until)

    def waiting_bytes(self, pipe):
        return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]

    def is_pending(self, pid, number):
        fields = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
        return bool(int(fields["ShdPnd"], 16) & 1 << (number - 1))


if __name__ == "__main__":
    rig.main()
