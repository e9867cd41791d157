# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command-line tool are written with: class CliTest, and main().

A test program is called with the tool, the emulator, and perhaps --update (writes the expected files) and -k WORD.
"""

import os
import re
import socket
import sys
import tempfile

sys.dont_write_bytecode = True
NEEDED = "python3-pyte and python3-jsonschema, which its tests need"

try:
    import schemas
    import terminal
except ImportError as missing:
    if missing.name not in ("pyte", "jsonschema", "wcwidth") or "CI" in os.environ:
        raise
    print(f"1..0 # SKIP tcses is not tried: {NEEDED}, are not there ({missing})")
    sys.exit(0)

import program  # noqa: E402
import transcript  # noqa: E402
from support import run_tests  # noqa: E402

sys.path.insert(0, str(program.HERE.parent / "integration" / "emulator"))

import harness  # noqa: E402
from server import FaultServer  # noqa: E402

Result, Terminal, Transcript = program.Result, terminal.Terminal, transcript.Transcript
DKIM_KEY = transcript.DKIM_KEY


class CliTest(harness.EmulatorTest):
    """A test with an emulator (started with `options`), an empty home and the tool.

    `settings` are those of program.environment(): keys=(ID, KEY) or None, region, locale, no_color, endpoint, and
    any variable by its name; None unsets it.
    """

    tool = None  # the command; None: the program that main() was called with
    shown = "tcses"  # its name in transcripts

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="tcses-")
        self.addCleanup(folder.cleanup)
        self.home = folder.name
        self.endpoint = self.emulator.endpoint

    # ---- the tool ----

    def environment(self, **settings):
        settings.setdefault("endpoint", self.endpoint)
        return program.environment(self.home, **settings)

    def command(self, arguments):
        return [*(self.tool or [os.path.abspath(sys.argv[1])]), *arguments]

    def run_tool(self, *arguments, stdin=None, deadline=program.DEADLINE_SECONDS, **settings):
        """Through pipes; returns a Result."""
        return program.run(self.command(arguments), self.environment(**settings), stdin, deadline)

    def terminal(self, *arguments, width=80, height=24, deadline=program.DEADLINE_SECONDS, **settings):
        """On a terminal; returns a Terminal, which ends with the test."""
        made = Terminal(self.command(arguments), self.environment(**settings), width, height, deadline)
        self.addCleanup(made.__exit__, None, None, None)
        return made

    def succeed(self, *arguments, **more):
        """Through pipes; returns what is on stdout, after exit 0."""
        result = self.run_tool(*arguments, **more)
        self.assertEqual(result.status, 0, result)
        return result.out

    def fail_with(self, status, *arguments, **more):
        """Through pipes; returns what is on stderr, after this exit status and nothing on stdout."""
        result = self.run_tool(*arguments, **more)
        self.assertEqual((result.status, result.out), (status, ""), result)
        return result.err

    def document(self, schema, *arguments, **more):
        """The one JSON document on stdout, held against cli/schemas/SCHEMA.json, after exit 0."""
        return self.hold(schema, self.succeed(*arguments, "--output", "json", **more))

    def hold(self, schema, text):
        document = schemas.one_document(text)
        schemas.check_document(schema, document)
        return document

    # ---- transcripts ----

    def transcript(self, name):
        return Transcript(name, self.home)

    def show(self, script, *arguments, **more):
        """Runs through pipes into the transcript."""
        result = self.run_tool(*arguments, **more)
        script.add([self.shown, *arguments], result.status, result.out, result.err)
        return result

    def show_terminal(self, script, *arguments, typing=lambda terminal: None, **more):
        """Runs on a terminal into the transcript; `typing(terminal)` does what a person would."""
        made = self.terminal(*arguments, **more)
        typing(made)
        made.finish()
        script.add([self.shown, *arguments], made.status, made.screen)
        return made

    # ---- the service ----

    def verify(self, domain="mail.example.com", verified=True):
        self.assertEqual(self.emulator.admin("POST", "domains/" + domain, {"verified": verified})[0], 200)

    def actions(self):
        """What the emulator was asked to do, in order."""
        return [entry["action"] for entry in self.emulator.journal()]

    def changes(self):
        """The actions that had an effect."""
        return [entry["action"] for entry in self.emulator.journal() if entry["effect"]]

    def break_with(self, *rules):
        """From now on the tool reaches the emulator through a server that plays these rules (tests/faults/server.py);
        returns it: journal(), set_rules([...])."""
        server = FaultServer(self.emulator.endpoint)
        server.__enter__()
        self.addCleanup(server.__exit__)
        server.set_rules(list(rules))
        self.endpoint = server.http
        return server

    # ---- what is seen ----

    def assert_seen(self, text, *words):
        for word in words:
            self.assertIn(word, text)

    def assert_no_color(self, raw):
        self.assertIsNone(re.search(rb"\x1b\[[0-9;]*m", raw), raw)


class Nobody:
    """An endpoint that refuses connections: a port that is taken for as long as the test runs, and not listened at."""

    def __init__(self, test):
        bound = socket.socket()
        test.addCleanup(bound.close)
        bound.bind(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{bound.getsockname()[1]}"


def main():
    """Runs the tests of the program that was called: TOOL EMULATOR [--update] [-k WORD]."""
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} TCSES TCSES-EMULATOR [--update] [-k WORD]")
    harness.emulator_path = os.path.abspath(sys.argv[2])
    run_tests(sys.modules["__main__"])
