# SPDX-License-Identifier: Apache-2.0
"""The rig of this folder, with small programs in the tool's place: it sees what there is, and fails where it has to."""

import json
import os
import pathlib
import re
import signal
import sys
import tempfile
import unittest
import unittest.mock

import rig  # first: it says what is missing

import harness
import program
import schemas
import transcript

SHORT = 2  # a deadline that is meant to pass; what is looked for before it takes milliseconds
HERE = program.HERE


class RigTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.env = program.environment(self.home)

    def sh(self, text, **more):
        return program.run(["sh", "-c", text], self.env, **more)

    def terminal(self, command, **more):
        made = rig.Terminal(["sh", "-c", command] if isinstance(command, str) else command, self.env, **more)
        self.addCleanup(made.__exit__)
        return made

    def shown(self, command, **more):
        made = self.terminal(command, **more)
        self.assertEqual(made.finish(), 0, made.screen)
        return made.screen


class Environment(RigTest):
    def seen(self, **settings):
        lines = program.run(["env"], program.environment(self.home, **settings)).out.splitlines()
        return dict(line.split("=", 1) for line in lines)

    def test_rig__environment_is_clean(self):
        foreign = {"TENCENTCLOUD_TOKEN": "foreign", "http_proxy": "http://127.0.0.1:1"}
        with unittest.mock.patch.dict(os.environ, foreign):
            seen = self.seen()
        self.assertNotIn("TENCENTCLOUD_TOKEN", seen)
        self.assertNotIn("http_proxy", seen)
        self.assertNotIn("TCSES_ENDPOINT", seen)
        self.assertNotIn("NO_COLOR", seen)
        self.assertEqual((seen["HOME"], seen["LANG"], seen["TENCENTCLOUD_SECRET_ID"]),
                         (str(self.home), "C.UTF-8", "AKIDEMULATOR"))

    def test_rig__environment_is_what_the_test_says(self):
        seen = self.seen(keys=("A", "B"), region=None, locale="zh_CN.UTF-8", no_color=True, endpoint="http://e",
                         TCCLI_PROFILE="p", TERM=None)
        self.assertEqual((seen["TENCENTCLOUD_SECRET_ID"], seen["TENCENTCLOUD_SECRET_KEY"]), ("A", "B"))
        self.assertEqual((seen["LANG"], seen["NO_COLOR"], seen["TCSES_ENDPOINT"], seen["TCCLI_PROFILE"]),
                         ("zh_CN.UTF-8", "1", "http://e", "p"))
        self.assertNotIn("TENCENTCLOUD_REGION", seen)
        self.assertNotIn("TERM", seen)
        self.assertNotIn("TENCENTCLOUD_SECRET_ID", self.seen(keys=None))

    @unittest.skipUnless("LOCPATH" in os.environ, "the locales were not made")
    def test_rig__environment_has_the_locales(self):
        for locale, charset in (("C.UTF-8", "UTF-8"), ("zh_CN.UTF-8", "UTF-8"), ("en_US.UTF-8", "UTF-8"),
                                ("C", "ANSI_X3.4-1968")):
            result = program.run(["locale", "charmap"], program.environment(self.home, locale=locale))
            self.assertEqual((result.out, result.err), (charset + "\n", ""), locale)


class Pipes(RigTest):
    def test_rig__pipes_give_status_and_both_outputs(self):
        result = self.sh("echo 出; echo err >&2; exit 7")
        self.assertEqual((result.status, result.out, result.err), (7, "出\n", "err\n"))
        self.assertEqual(self.sh("kill -9 $$").status, -9)

    def test_rig__pipes_give_what_is_to_be_read(self):
        self.assertEqual(self.sh("cat", stdin="密码\n").out, "密码\n")

    def test_rig__pipes_give_nothing_unless_told(self):
        asks = "import program\nprint(program.run(['cat'], program.environment('.')).out)"
        outer = program.run([sys.executable, "-B", "-c", asks], {**self.env, "PYTHONPATH": str(HERE)}, stdin="foreign")
        self.assertEqual((outer.out, outer.err), ("\n", ""))

    def test_rig__pipes_are_no_terminal(self):
        self.assertEqual(self.sh("test -t 0 || test -t 1 || test -t 2; echo $?").out, "1\n")
        self.assertEqual(self.sh("(: </dev/tty) 2>/dev/null || echo none").out, "none\n")

    def test_rig__pipes_end_at_the_deadline_with_what_was_said(self):
        with self.assertRaisesRegex(AssertionError, "(?s)no end in 2 s.*begun.*warned"):
            self.sh("echo begun; echo warned >&2; sleep 1000 & sleep 1000", deadline=SHORT)


class Screen(RigTest):
    def test_rig__terminal_has_the_size(self):
        for width, height in ((60, 24), (200, 50)):
            self.assertEqual(self.shown("stty size", width=width, height=height), f"{height} {width}\n")

    def test_rig__terminal_changes_its_size(self):
        terminal = self.terminal("trap 'stty size; exit 0' WINCH; echo ready; while :; do read -r _; done", width=80)
        terminal.wait_for("ready")
        terminal.resize(100, 30)
        terminal.wait_for("30 100")
        self.assertEqual(terminal.finish(), 0)

    def test_rig__terminal_shows_wide_characters(self):
        self.assertEqual(self.shown("printf '新闻ab|\\r\\n'"), "新闻ab|\n")
        terminal = self.terminal("printf '新闻|\\033[1Gx\\033[10G|'")
        terminal.finish()
        self.assertEqual(terminal.screen, "x 闻|    |\n")
        self.assertEqual(self.shown("printf '新闻\\033[2Gx'"), " x闻\n")

    def test_rig__terminal_wraps_wide_characters_whole(self):
        self.assertEqual(self.shown("printf '1234新闻'", width=5), "1234\n新闻\n")
        self.assertEqual(self.shown("printf '123新闻'", width=5), "123新\n闻\n")

    def test_rig__terminal_keeps_what_scrolled(self):
        terminal = self.terminal("seq 1 100", height=10)
        terminal.finish()
        self.assertEqual(terminal.screen, "".join(f"{n}\n" for n in range(1, 101)))
        self.assertEqual(terminal.window.split(), [str(n) for n in range(92, 101)])

    def test_rig__terminal_shows_what_a_redrawn_line_became(self):
        terminal = self.terminal("printf 'waiting 1'; printf '\\r\\033[Kdone\\n'")
        terminal.finish()
        self.assertEqual(terminal.screen, "done\n")
        self.assertIn("waiting 1", terminal.printed)

    def test_rig__terminal_gives_all_bytes(self):
        terminal = self.terminal("printf '\\033[31mred\\033[0m\\033]0;title\\007\\n'")
        terminal.finish()
        self.assertIn(b"\x1b[31mred\x1b[0m", terminal.raw)
        self.assertEqual((terminal.screen, terminal.printed), ("red\n", "red\n"))

    def test_rig__terminal_is_given_all_of_a_long_output(self):
        self.assertEqual(len(self.shown("seq 1 9000").splitlines()), 9000)


class Keyboard(RigTest):
    def test_rig__typing_answers_what_is_asked(self):
        terminal = self.terminal("printf 'name? '; read -r n; printf 'sure? '; read -r y; echo $n $y; exit 4")
        terminal.wait_for("name? ")
        terminal.enter("新闻")
        terminal.wait_for("sure? ")
        terminal.enter("y")
        self.assertEqual(terminal.finish(), 4)
        self.assertEqual(terminal.screen, "name? 新闻\nsure? y\n新闻 y\n")

    def test_rig__typing_is_not_shown_without_echo(self):
        terminal = self.terminal("stty -echo; printf 'password: '; read -r p; stty echo; echo; echo ${#p}; read -r _")
        terminal.wait_for("password: ")
        self.assertFalse(terminal.echoes)
        terminal.enter("secret")
        terminal.wait_for("6")
        self.assertTrue(terminal.echoes)
        terminal.press("D")
        terminal.finish()
        self.assertNotIn(b"secret", terminal.raw)

    def test_rig__typing_interrupts(self):
        for before in (signal.SIG_DFL, signal.SIG_IGN):
            self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, before))
            terminal = self.terminal("echo ready; exec sleep 1000")
            terminal.wait_for("ready")
            terminal.press("C")
            self.assertEqual(terminal.finish(), -signal.SIGINT)

    def test_rig__typing_goes_through_when_it_is_much(self):
        terminal = self.terminal("stty raw -echo; echo ready; head -c 100000 | wc -c")
        terminal.wait_for("ready")
        terminal.type("x" * 100000)
        terminal.wait_for("100000")
        self.assertEqual(terminal.finish(), 0)

    def test_rig__waiting_looks_behind_what_was_found(self):
        terminal = self.terminal("echo again; echo again", deadline=SHORT)
        terminal.wait_for("again")
        terminal.wait_for(re.compile("ag.in"))
        with self.assertRaisesRegex(AssertionError, "(?s)ended without 'again'.*again"):
            terminal.wait_for("again")

    def test_rig__waiting_sees_the_window(self):
        terminal = self.terminal("echo first; read -r _; printf '\\033[2J\\033[Hsecond'; read -r _")
        terminal.wait_until(lambda window: window == "first\n")
        terminal.enter()
        terminal.wait_until(lambda window: window == "second\n")
        terminal.enter()
        terminal.finish()
        with self.assertRaisesRegex(AssertionError, "ended without a third"):
            terminal.wait_until(lambda window: "third" in window, "a third")

    def test_rig__waiting_ends_at_the_deadline_with_the_screen(self):
        waits = (lambda terminal: terminal.wait_for("never"), lambda terminal: terminal.finish(),
                 lambda terminal: terminal.wait_until(lambda _: False))
        endless = "echo 新闻 begun; sleep 1000 & sleep 1000"
        terminals = [self.terminal(endless, width=60, deadline=SHORT) for _ in waits]
        for terminal, wait in zip(terminals, waits):
            with self.assertRaisesRegex(AssertionError, r"(?s)no .* in 2 s.*\+-{60}\+\n新闻 begun\n\+-{60}\+"):
                wait(terminal)
            self.assertEqual(terminal.process.wait(program.DEADLINE_SECONDS), -9)

    def test_rig__terminal_of_a_program_that_is_not_there(self):
        with self.assertRaises(FileNotFoundError):
            self.terminal(["/nonexistent/tcses"])


class Transcripts(RigTest):
    def setUp(self):
        super().setUp()
        for name, value in (("EXPECTED", self.home), ("UPDATE", False)):
            patch = unittest.mock.patch.object(transcript, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def script(self, out="", err="", status=0):
        made = rig.Transcript("name", "/tmp/home-1")
        made.add(["tcses", "domain", "show", "a b"], status, out, err)
        return made

    def test_rig__transcript_shows_command_outputs_and_status(self):
        made = self.script("NAME\nx\n", "Account A\n", 4)
        made.add("tcses status", 0, "fine")
        self.assertEqual(made.normal(), "$ tcses domain show 'a b'\nNAME\nx\nstderr: Account A\n[exit 4]\n\n"
                                        "$ tcses status\nfine[no newline]\n[exit 0]\n")

    def test_rig__transcript_shows_what_is_hard_to_see(self):
        self.assertIn("\na··\n  b\\x1b[31mc\\x09\n", self.script("a  \n  b\x1b[31mc\t\n").normal())

    def test_rig__transcript_hides_what_varies(self):
        for seen, hidden in (
            ("http://127.0.0.1:40123/", "http://127.0.0.1:NNNNN/"),
            ("[::1]:40123 localhost:40123", "[::1]:NNNNN localhost:NNNNN"),
            ("6e4a0f6c-53d2-4f3f-9c4e-0d5b7f0f4a55", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
            ("2026-11-25", "YYYY-MM-DD"),
            ("2026-11-25 10:20", "YYYY-MM-DD hh:mm"),
            ("2026-11-25T10:20:30Z", "YYYY-MM-DDThh:mm:ssZ"),
            ("1763900000 17639000001", "TTTTTTTTTT 17639000001"),
            ("/tmp/home-1/.tencentcloud", "/home/user/.tencentcloud"),
        ):
            self.assertIn(f"\n{hidden}\n", self.script(seen + "\n").normal())

    def test_rig__transcript_leaves_the_rest_alone(self):
        for text in ("2048 1 of 10 quota 5000", "v=DKIM1; p=" + "A" * 40, "192.0.2.1:40123", "qcloudgz2048"):
            self.assertIn(f"\n{text}\n", self.script(text + "\n").normal())

    def test_rig__transcript_hides_what_the_test_says(self):
        made = self.script("v=DKIM1; p=" + "Ab+/" * 20 + "\nAb+/\nA==\npassword: aB3\n")
        made.hide(rig.DKIM_KEY, "KEY")
        made.hide("(?<=password: ).*", "PASSWORD")
        self.assertIn("\nv=DKIM1; p=KEY\npassword: PASSWORD\n", made.normal())

    def test_rig__transcript_fails_with_the_difference(self):
        (self.home / "name.txt").write_text("$ tcses domain show 'a b'\nold\n[exit 0]\n")
        with self.assertRaisesRegex(AssertionError, r"(?s)--- expected/name.txt.*\n-old\n\+new\n"):
            self.script("new\n").check()
        self.script("old\n").check()

    def test_rig__transcript_fails_without_a_file(self):
        with self.assertRaisesRegex(AssertionError, r"\+\[exit 0\]"):
            self.script().check()

    def test_rig__transcript_is_written_with_update(self):
        with unittest.mock.patch.object(transcript, "UPDATE", True):
            self.script("新\n").check()
        self.assertEqual((self.home / "name.txt").read_text("utf-8"), "$ tcses domain show 'a b'\n新\n[exit 0]\n")
        self.script("新\n").check()


DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Schemas(RigTest):
    def check(self, schema, document, **more):
        (self.home / "name.json").write_text(json.dumps({"$schema": DRAFT, **schema}))
        schemas.check_document("name", document, self.home, **more)

    def assert_refused(self, words, schema, document, **more):
        with self.assertRaisesRegex(AssertionError, words):
            self.check(schema, document, **more)

    def test_rig__schema_tells_each_fault_of_a_document(self):
        schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"items": {"type": "integer"}}}}
        self.check(schema, {"a": "x", "b": [1]})
        self.assert_refused(r"(?s)\$\.a: 1 is not.*\$\.b\[1\]: 'x' is not", schema, {"a": 1, "b": [1, "x"]})

    def test_rig__schema_refuses_members_it_does_not_name(self):
        inner = {"type": "object", "properties": {"a": {}}}
        schema = {"properties": {"list": {"items": inner}}}
        self.assert_refused("'b' was unexpected", schema, {"list": [{"a": 1, "b": 2}]})
        self.assert_refused("'b' was unexpected", inner, {"b": 2})
        self.check(schema, {"list": [{"b": 2}]}, closed=False)
        self.check({**inner, "additionalProperties": True}, {"b": 2})

    def test_rig__schema_may_be_made_of_others(self):
        (self.home / "part.json").write_text(json.dumps({"$schema": DRAFT, "properties": {"n": {"type": "integer"}}}))
        choice = {"properties": {"p": {"$ref": "part.json"}, "k": {"$ref": "#/$defs/k"}},
                  "allOf": [{"required": ["k"], "properties": {"k": {"const": 1}}}],
                  "$defs": {"k": {"type": "integer"}}}
        self.check(choice, {"p": {"n": 1}, "k": 1})
        self.assert_refused("is not of type 'integer'", choice, {"p": {"n": "x"}, "k": 1})
        self.assert_refused("'m' was unexpected", choice, {"p": {"m": 1}, "k": 1})
        self.assert_refused("no schema here", {"$ref": "elsewhere.json"}, {})

    def test_rig__schema_that_is_wrong_is_refused(self):
        self.assert_refused("unknown keywords .*'requierd'", {"properties": {"a": {"requierd": ["b"]}}}, {})
        self.assert_refused("not checked here", {"format": "novel"}, "x")
        self.assert_refused("is not valid", {"type": "text"}, "x")
        self.assert_refused("has to be one of", {"$schema": "http://json-schema.org/draft-07/schema#"}, {})

    def test_rig__document_is_one_and_alone(self):
        self.assertEqual(schemas.one_document('{"a": [1]}\n'), {"a": [1]})
        for text in ("", "{}", "{}\n\n", "{}\n{}\n", "{} x\n", '{"a": 1, "a": 2}\n', "NaN\n"):
            with self.assertRaises(AssertionError, msg=text):
                schemas.one_document(text)
        self.assertEqual(schemas.document_lines("1\n[2]\n"), [1, [2]])


class Service(rig.CliTest):
    tool = [sys.executable, "-B", str(HERE / "stand_in.py")]
    shown = "stand-in"
    DOMAIN = '{"EmailIdentity":"mail.example.com"}'

    def environment(self, **settings):
        return super().environment(PYTHONPATH=os.path.dirname(harness.__file__), **settings)

    def test_rig__tool_speaks_with_the_emulator(self):
        self.succeed("CreateEmailIdentity", self.DOMAIN)
        self.verify()
        answer = json.loads(self.run_tool("GetEmailIdentity", self.DOMAIN).out)
        self.assertTrue(answer["VerifiedForSendingStatus"])
        self.assertEqual((self.actions(), self.changes()),
                         (["CreateEmailIdentity", "GetEmailIdentity"], ["CreateEmailIdentity"]))
        refused = self.run_tool("GetEmailIdentity", self.DOMAIN, keys=("NOBODY", "key"))
        self.assertIn("SecretIdNotFound", refused.out)

    def test_rig__tool_meets_faults(self):
        server = self.break_with({"action": "ListEmailAddress", "times": 1, "fault": "close"})
        self.assertIn("no answer", self.fail_with(3, "ListEmailAddress"))
        self.succeed("ListEmailAddress")
        self.assertEqual([entry["fault"] for entry in server.journal()["requests"]], ["close", None])
        self.assertEqual(self.actions(), ["ListEmailAddress"])

    def test_rig__tool_that_ends_otherwise_is_found_out(self):
        with self.assertRaises(AssertionError):
            self.fail_with(3, "ListEmailAddress")
        self.break_with({"fault": "close"})
        with self.assertRaises(AssertionError):
            self.succeed("ListEmailAddress")

    def test_rig__tool_is_held_to_its_schema(self):
        folder = pathlib.Path(self.home)
        schema = {"$schema": DRAFT, "properties": {"EmailSenders": {"type": "array"}, "RequestId": {}}}
        (folder / "list.json").write_text(json.dumps(schema))
        with unittest.mock.patch.object(schemas.check_document, "__defaults__", (folder, True)):
            self.assertEqual(self.document("list", "ListEmailAddress")["EmailSenders"], [])
            with self.assertRaisesRegex(AssertionError, "'EmailIdentities'"):
                self.document("list", "ListEmailIdentities")

    def test_rig__tool_is_shown_in_pipes_and_on_terminals(self):
        script = self.transcript("none")
        self.assertEqual(self.show(script, "ListEmailAddress").status, 0)
        self.show_terminal(script, "ListEmailAddress", width=120)
        first, second = script.normal().split("\n\n")
        self.assertEqual(first, second.rstrip("\n"))
        self.assertIn('"RequestId": "xxxxxxxx-', first)

    def test_rig__color_is_found(self):
        self.assert_no_color(b"\x1b[Kplain")
        with self.assertRaises(AssertionError):
            self.assert_no_color(b"\x1b[1mbold")


class Main(RigTest):
    def run_program(self, text, *arguments, **more):
        (self.home / "test_made.py").write_text(text)
        return program.run([sys.executable, "-B", "test_made.py", *arguments],
                           {**self.env, "PYTHONPATH": str(HERE), **more})

    TESTS = """import unittest, rig
class Made(unittest.TestCase):
    def test_made__right(self): pass
    def test_made__wrong(self): self.fail("told")
if __name__ == "__main__": rig.main()
"""

    def test_rig__main_tells_and_counts_what_fails(self):
        result = self.run_program(self.TESTS, "tool", "emulator")
        self.assertEqual(result.status, 1)
        self.assertRegex(result.out, r"(?s)ok 1 - test_made__right\nnot ok 2 - test_made__wrong\n#.*told\n1\.\.2\n$")
        result = self.run_program(self.TESTS, "tool", "emulator", "-k", "right")
        self.assertEqual((result.status, result.out), (0, "ok 1 - test_made__right\n1..1\n"))

    def test_rig__main_skips_without_its_packages(self):
        blocked = "import sys\nsys.modules['pyte'] = None\nimport rig\n"
        result = self.run_program(blocked)
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertRegex(result.out, r"^1\.\.0 # SKIP tcses is not tried: .*python3-pyte")
        self.assertNotEqual(self.run_program(blocked, CI="yes").status, 0)


if __name__ == "__main__":
    rig.main()
