# SPDX-License-Identifier: Apache-2.0
"""Questions on the terminal: what can't be undone, secrets, and the profile that configure writes."""

import os
import pathlib
import stat

import rig

DOMAIN, ADDRESS = "mail.example.com", "news@mail.example.com"
KEY = "emulator-secret-key"


class Confirming(rig.CliTest):
    def answer(self, text, *arguments, locale="C.UTF-8", asked="[y/N]"):
        terminal = self.terminal(*arguments, locale=locale)
        terminal.wait_for(asked)
        if len(text) == 1 and text in "CD":
            terminal.press(text)
        else:
            terminal.enter(text)
        return terminal.finish(), terminal.screen

    def test_confirming__a_create_repeats_the_name(self):
        status, screen = self.answer("y", "domain", "create", DOMAIN)
        self.assertEqual(status, 0)
        self.assert_seen(screen, "Account of key AKID...", "one of the account's ten", "permanent",
                         f"Create the sending domain {DOMAIN}?")
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])

    def test_confirming__anything_else_is_no(self):
        for text in ("n", "", "nein", "yess", "D"):
            with self.subTest(text):
                status, screen = self.answer(text, "domain", "create", DOMAIN)
                self.assertEqual(status, 1)
                self.assert_seen(screen, "nothing is changed")
        self.assertEqual(self.answer("C", "domain", "create", DOMAIN)[0], 130)
        self.assertEqual(self.changes(), [])

    def test_confirming__in_chinese(self):
        status, screen = self.answer("是", "domain", "create", "例子.cn", locale="zh_CN.UTF-8")
        self.assertEqual(status, 0)
        self.assert_seen(screen, "xn--fsqu00a.cn (例子.cn)")
        self.assertEqual(self.answer("yes", "domain", "delete", "例子.cn", locale="zh_CN.UTF-8")[0], 0)

    def test_confirming__deletes(self):
        self.succeed("domain", "create", DOMAIN)
        self.verify(DOMAIN)
        self.succeed("address", "create", ADDRESS)
        self.assertEqual(self.answer("n", "address", "delete", ADDRESS)[0], 1)
        self.assertEqual(self.answer("y", "address", "delete", ADDRESS)[0], 0)
        self.assertEqual(self.answer("n", "domain", "delete", DOMAIN)[0], 1)
        self.assertEqual(self.answer("Y", "domain", "delete", DOMAIN)[0], 0)
        self.assertEqual(self.changes()[-2:], ["DeleteEmailAddress", "DeleteEmailIdentity"])

    def test_confirming__is_left_out_with_yes(self):
        terminal = self.terminal("domain", "create", DOMAIN, "--yes")
        self.assertEqual(terminal.finish(), 0)
        self.assertNotIn("[y/N]", terminal.screen)


class Passwords(rig.CliTest):
    def setUp(self):
        super().setUp()
        self.succeed("domain", "create", DOMAIN)
        self.verify(DOMAIN)
        self.succeed("address", "create", ADDRESS)

    def passwords(self):
        return [entry["body"] for entry in self.emulator.journal() if entry["action"] == "UpdateEmailSmtpPassWord"]

    def typed(self, first, second):
        terminal = self.terminal("address", "password", ADDRESS)
        terminal.wait_for("New SMTP password: ")
        self.assertFalse(terminal.echoes)
        terminal.enter(first)
        terminal.wait_for("Once more: ")
        terminal.enter(second)
        return terminal.finish(), terminal

    def test_passwords__are_typed_twice_unseen(self):
        status, terminal = self.typed("Right12pasS", "Right12pasS")
        self.assertEqual(status, 0)
        self.assertNotIn("Right12pasS", terminal.printed)
        self.assert_seen(terminal.screen, "minutes")
        self.assertEqual(len(self.passwords()), 1)

    def test_passwords__that_differ_are_not_set(self):
        status, terminal = self.typed("Right12pasS", "Wrong12pasS")
        self.assertEqual(status, 1)
        self.assertEqual(self.passwords(), [])

    def test_passwords__interrupted_leave_the_terminal_as_it_was(self):
        terminal = self.terminal("address", "password", ADDRESS)
        terminal.wait_for("New SMTP password: ")
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)
        self.assertTrue(terminal.echoes)
        self.assertEqual(self.passwords(), [])

    def test_passwords__from_standard_input(self):
        self.succeed("address", "password", ADDRESS, stdin="Right12pasS\nmore\n")
        self.assertIn("Right12pasS", self.passwords()[0])
        self.fail_with(1, "address", "password", ADDRESS, stdin="")
        self.fail_with(1, "address", "password", ADDRESS, stdin="\n")
        self.assertEqual(len(self.passwords()), 1)

    def test_passwords__that_are_too_weak_are_the_services_to_refuse(self):
        err = self.fail_with(4, "address", "password", ADDRESS, stdin="weak\n")
        self.assert_seen(err, "InvalidSmtpPassWord", "10 to 20 characters", "--generate")

    def test_passwords__generated_are_shown_once_also_when_nobody_knows(self):
        out = self.succeed("address", "password", ADDRESS, "--generate").strip()
        self.assertIn(out, self.passwords()[0])
        self.break_with({"action": "UpdateEmailSmtpPassWord", "fault": "close", "pass_on": True})
        result = self.run_tool("address", "password", ADDRESS, "--generate", "--timeout", "3s")
        self.assertEqual(result.status, 11, result)
        self.assertIn(result.out.strip(), self.passwords()[-1])


class Configure(rig.CliTest):
    def setUp(self):
        super().setUp()
        self.file = pathlib.Path(self.home, ".tencentcloud/credentials")

    def configure(self, *arguments, key=KEY, region="2", **more):
        more.setdefault("keys", None)
        more.setdefault("region", None)
        terminal = self.terminal("configure", *arguments, **more)
        terminal.wait_for("SecretId: ")
        terminal.enter("AKIDEMULATOR")
        terminal.wait_for("SecretKey: ")
        self.assertFalse(terminal.echoes)
        terminal.enter(key)
        terminal.wait_for("Region")
        terminal.enter(region)
        return terminal

    def test_configure__writes_what_is_proven(self):
        terminal = self.configure()
        self.assertEqual(terminal.finish(), 0, terminal.screen)
        self.assertNotIn(KEY, terminal.printed)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertEqual(self.file.read_text(), f"[default]\nsecret_id = AKIDEMULATOR\nsecret_key = {KEY}\n"
                                                f"region = ap-hongkong\nendpoint = {self.endpoint}\n")
        self.assertEqual(self.actions(), ["ListEmailIdentities"])
        out = self.succeed("status", keys=None, region=None, endpoint=None)
        self.assert_seen(out, "ap-hongkong", "profile default of", self.endpoint)

    def test_configure__asks_for_the_site(self):
        terminal = self.configure(endpoint=None, https_proxy="http://127.0.0.1:1")
        terminal.wait_for("Site")
        terminal.enter("3")
        self.assertEqual(terminal.finish(), 1)
        self.assertFalse(self.file.exists())

    def test_configure__keeps_what_else_is_there(self):
        self.file.parent.mkdir()
        self.file.write_text("# mine\n[default]\nsecret_id = old\nsecret_key = old\ntoken = old\nother = kept\n\n[b]\nx = y")
        terminal = self.terminal("configure", keys=None, region="ap-guangzhou")
        terminal.wait_for("Replace its keys?")
        terminal.enter("y")
        terminal.wait_for("SecretId: ")
        terminal.enter("AKIDEMULATOR")
        terminal.wait_for("SecretKey: ")
        terminal.enter(KEY)
        terminal.wait_for("Region")
        terminal.enter("")
        self.assertEqual(terminal.finish(), 0, terminal.screen)
        self.assertEqual(self.file.read_text(),
                         f"# mine\n[default]\nsecret_id = AKIDEMULATOR\nsecret_key = {KEY}\nregion = ap-guangzhou\n"
                         f"endpoint = {self.endpoint}\nother = kept\n\n[b]\nx = y\n")

    def untouched(self, before):
        self.assertEqual(self.file.read_text(), before)
        self.assertEqual(os.listdir(self.file.parent), ["credentials"])

    def test_configure__keys_that_do_not_work_change_nothing(self):
        before = "[other]\nsecret_id = a\nsecret_key = b\n"
        self.file.parent.mkdir()
        self.file.write_text(before)
        terminal = self.configure(key="wrong")
        self.assertEqual(terminal.finish(), 2)
        self.untouched(before)
        server = self.break_with({"fault": "silent"})
        terminal = self.configure()
        while not server.journal()["requests"]:
            self.assertIsNone(terminal.process.poll())
        terminal.press("C")
        self.assertEqual(terminal.finish(), 130)
        self.untouched(before)

    def test_configure__another_profile_and_file(self):
        file = pathlib.Path(self.home, "keys")
        link = pathlib.Path(self.home, "link")
        link.symlink_to(file)
        terminal = self.configure("--profile", "work", TENCENTCLOUD_CREDENTIALS_FILE=str(link))
        self.assertEqual(terminal.finish(), 0, terminal.screen)
        self.assertTrue(file.read_text().startswith("[work]\n"))
        self.assertTrue(link.is_symlink())

    def test_configure__from_a_pipe(self):
        answers = f"AKIDEMULATOR\n{KEY}\n"
        out = self.succeed("configure", "--region", "ap-guangzhou", stdin=answers, keys=None, region=None)
        self.assert_seen(out, "The keys work", str(self.file))
        self.assert_seen(self.fail_with(1, "configure", stdin=answers, keys=None), "--yes")
        document = self.document("configure", "configure", "--yes", "--region", "ap-guangzhou", stdin=answers, keys=None)
        self.assertEqual(document["Profile"], "default")
        self.fail_with(1, "configure", "--profile", "b", stdin="AKID\n", keys=None)

    def test_configure__warns_where_the_environment_comes_first(self):
        result = self.run_tool("configure", "--region", "ap-guangzhou", stdin=f"AKIDEMULATOR\n{KEY}\n")
        self.assertEqual(result.status, 0, result)
        self.assert_seen(result.err, "TENCENTCLOUD_SECRET_ID")


if __name__ == "__main__":
    rig.main()
