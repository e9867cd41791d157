# SPDX-License-Identifier: Apache-2.0
"""What a person sees: held against expected/*.txt, in pipes and on terminals of several widths, in both languages."""

import re

import wcwidth

import rig

DOMAIN, ADDRESS = "mail.example.com", "noreply@mail.example.com"
CHINESE = "zh_CN.UTF-8"


class Screens(rig.CliTest):
    options = ("--foreign-domain", "taken.example.com")

    def fill(self):
        """An account with something of each kind."""
        call = self.emulator.call
        call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=1)
        call("CreateEmailIdentity", EmailIdentity="xn--fsqu00a.cn", DKIMOption=2,
             TagList=[{"TagKey": "team", "TagValue": "shop"}])
        self.verify(DOMAIN)
        for prefix, alias in (("noreply", "通知中心"), ("news", "Example Shop"), ("a", "")):
            call("CreateEmailAddress", EmailAddress=f"{prefix}@{DOMAIN}", EmailSenderName=alias)
        call("UpdateEmailSmtpPassWord", EmailAddress=ADDRESS, Password="Right12pasS")
        call("CreateAddressUnsubscribeConfig", Address=ADDRESS, UnsubscribeConfig="1", Status=1)
        call("CreateAddressUnsubscribeConfig", Address=f"news@{DOMAIN}", UnsubscribeConfig="2", Status=0)

    READS = (("status",), ("domain", "list"), ("domain", "list", "--tag", "team=shop"), ("domain", "show", DOMAIN),
             ("domain", "show", "例子.cn"), ("address", "list"), ("address", "list", "--all-regions"),
             ("address", "list", "--region", "ap-hongkong"), ("unsubscribe", "list"))

    def show_reads(self, script, show, **more):
        for arguments in self.READS:
            show(script, *arguments, **more)
        script.hide(rig.DKIM_KEY, "KEY")
        script.check()

    def test_screens__in_pipes(self):
        script = self.transcript("pipes")
        self.show(script, "status")
        self.fill()
        self.show_reads(script, self.show)

    def test_screens__in_chinese(self):
        self.fill()
        self.show_reads(self.transcript("chinese"), self.show, locale=CHINESE)

    def test_screens__on_terminals(self):
        self.fill()
        for width in (60, 80, 200):
            self.show_reads(self.transcript(f"terminal-{width}"), self.show_terminal, width=width)

    def test_screens__changes(self):
        script = self.transcript("changes")
        for arguments in (("domain", "create", DOMAIN, "--dkim", "1024"), ("domain", "create", "b.example.com", "--dry-run"),
                          ("domain", "verify", DOMAIN), ("domain", "verify", DOMAIN),
                          ("address", "create", ADDRESS, "--name", "通知中心"), ("address", "delete", ADDRESS, "--dry-run"),
                          ("unsubscribe", "set", ADDRESS, "zh-CN"), ("unsubscribe", "set", ADDRESS, "en", "--off"),
                          ("unsubscribe", "delete", ADDRESS, "--yes"), ("address", "delete", ADDRESS, "--yes"),
                          ("domain", "delete", DOMAIN, "--yes")):
            self.show(script, *arguments)
        script.hide(rig.DKIM_KEY, "KEY")
        script.check()

    def errors(self, name, **more):
        script = self.transcript(name)
        self.emulator.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
        for arguments in (("domain", "show", "nope.example.com"), ("domain", "create", DOMAIN),
                          ("domain", "create", "taken.example.com"), ("address", "create", ADDRESS),
                          ("address", "delete", ADDRESS, "--yes"), ("domain", "create", "https://mail．example.com/"),
                          ("domain", "list", "--wait"), ("domain", "delete", DOMAIN)):
            self.show(script, *arguments, **more)
        self.show(script, "status", region=None, **more)
        self.show(script, "status", keys=("AKIDNOBODY", "x"), **more)
        self.show(script, "status", endpoint="http://127.0.0.1:1", **more)
        self.break_with({"fault": "refuse", "code": "UnauthorizedOperation", "message": "words of the service"})
        self.show(script, "domain", "list", **more)
        self.break_with({"action": "CreateEmailIdentity", "fault": "close", "pass_on": True})
        self.show(script, "domain", "create", "c.example.com", **more)
        script.check()

    def test_screens__errors(self):
        self.errors("errors")

    def test_screens__errors_in_chinese(self):
        self.errors("errors-chinese", locale=CHINESE)

    # ---- what holds for all of them ----

    def test_screens__values_are_whole_at_any_width(self):
        self.fill()
        key = re.search(r"p=(\S+)", self.succeed("domain", "show", DOMAIN))[0]
        for width in (60, 80, 200):
            terminal = self.terminal("domain", "show", DOMAIN, width=width)
            terminal.finish()
            self.assertIn(b"\nv=DKIM1; k=rsa; " + key.encode() + b"\r\n", terminal.raw)

    def test_screens__columns_align(self):
        self.fill()
        for arguments, heading in ((("address", "list"), "SMTP PASSWORD"), (("domain", "list"), "SENDING")):
            lines = self.succeed(*arguments).splitlines()
            column = wcwidth.wcswidth(lines[0][:lines[0].index(heading)])
            for line in lines[1:-1]:
                before = next(i for i in range(len(line) + 1) if wcwidth.wcswidth(line[:i]) == column)
                self.assertEqual(line[before - 2:before], "  ", line)
                self.assertNotEqual(line[before], " ", line)

    def test_screens__fit_the_terminal(self):
        self.fill()
        for arguments in (("domain", "list"), ("address", "list"), ("address", "list", "--all-regions")):
            terminal = self.terminal(*arguments, width=60)
            terminal.finish()
            for line in terminal.printed.splitlines():
                self.assertLessEqual(wcwidth.wcswidth(line), 60, line)

    def test_screens__colour_is_for_terminals_that_want_it(self):
        self.fill()
        for arguments in (("domain", "show", DOMAIN), ("domain", "list"), ("domain", "show", "nope.example.com")):
            colourful = self.terminal(*arguments)
            colourful.finish()
            self.assertRegex(colourful.raw, rb"\x1b\[[0-9;]*m")
            for plain in ({"no_color": True}, {"TERM": "dumb"}):
                terminal = self.terminal(*arguments, **plain)
                terminal.finish()
                self.assert_no_color(terminal.raw)
            result = self.run_tool(*arguments)
            self.assertNotIn(b"\x1b", result.out_bytes + result.err_bytes)

    def test_screens__the_language_is_the_users(self):
        for settings, expected in (({"locale": "C"}, "Domains"), ({"locale": CHINESE}, "域名"),
                                   ({"locale": "zh_CN.UTF-8", "LOCPATH": "/nowhere"}, "域名"),
                                   ({"locale": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "域名"),
                                   ({"locale": CHINESE, "LC_MESSAGES": "en_US.UTF-8"}, "Domains")):
            self.assertIn(expected, self.succeed("status", **settings), settings)
        self.assertIn("Domains", self.succeed("status", "--language", "en-US", locale=CHINESE))
        self.assertEqual(self.emulator.journal()[-1]["headers"]["x-tc-language"], "en-US")

    def test_screens__wide_characters_are_told_also_in_plain_c(self):
        self.fill()
        self.assertEqual(self.succeed("address", "list", locale="C"), self.succeed("address", "list"))


if __name__ == "__main__":
    rig.main()
