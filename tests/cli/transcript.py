# SPDX-License-Identifier: Apache-2.0
"""What commands showed, held against expected/NAME.txt. `--update` on the test's command line writes these files."""

import difflib
import re
import shlex
import sys
import unicodedata

from program import HERE

EXPECTED = HERE / "expected"
UPDATE = "--update" in sys.argv

# Also one that a terminal broke into lines.
DKIM_KEY = re.compile(r"(?<=p=)[A-Za-z0-9+/]{20,}(?:\n[A-Za-z0-9+/]+(?=[=\n]))*=*")


def letters(match):
    """As long as what it stands for, so that columns stay where they are."""
    return re.sub("[0-9a-f]", "x", match[0])


def date_letters(match):
    shape = "YYYY-MM-DD hh:mm:ss"[:len(match[0].rstrip("Z"))]
    return shape.replace(" ", match[0][10:11] or " ") + "Z" * match[0].endswith("Z")


# What differs from one run to the next in any output.
ALWAYS = (
    (re.compile(r"(?<=127\.0\.0\.1:)\d+|(?<=localhost:)\d+|(?<=\[::1\]:)\d+"), lambda match: "N" * len(match[0])),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), letters),
    (re.compile(r"\b20\d\d-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?Z?"), date_letters),
    (re.compile(r"\b[12]\d{9}\b"), "TTTTTTTTTT"),  # seconds since 1970
)


def visible(text):
    """Control characters and blanks at the end of a line can be seen."""
    text = re.sub(r" +$", lambda match: "·" * len(match[0]), text, flags=re.M)
    return "".join(f"\\x{ord(char):02x}" if unicodedata.category(char) == "Cc" and char != "\n" else char
                   for char in text)


def marked(text, mark=""):
    """The lines, each behind the mark."""
    if text and not text.endswith("\n"):
        text += "[no newline]\n"
    return "".join(mark + line + "\n" for line in visible(text).split("\n")[:-1])


class Transcript:
    """Commands and what they showed. hide() says what else varies."""

    def __init__(self, name, home=None):
        self.name = name
        self.text = ""
        self.hidden = []
        if home:
            self.hide(re.escape(str(home)), "/home/user")

    def hide(self, pattern, replacement):
        """A pattern, or a compiled one (DKIM_KEY), and what stands in its place; each match for itself."""
        self.hidden.append((re.compile(pattern), replacement))

    def add(self, shown, status, out, err=""):
        """A command as `shown` ("tcses status" or a list), and what came of it."""
        line = shown if isinstance(shown, str) else shlex.join(shown)
        self.text += "\n" * bool(self.text) + f"$ {line}\n{marked(out)}{marked(err, 'stderr: ')}[exit {status}]\n"

    def normal(self):
        text = self.text
        for pattern, replacement in [*self.hidden, *ALWAYS]:
            text = pattern.sub(replacement, text)
        return text

    def check(self):
        """Fails with what differs from the expected file."""
        file, seen = EXPECTED / (self.name + ".txt"), self.normal()
        if UPDATE:
            EXPECTED.mkdir(exist_ok=True)
            file.write_text(seen, encoding="utf-8")
        expected = file.read_text(encoding="utf-8") if file.exists() else ""
        if seen != expected:
            lines = difflib.unified_diff(expected.splitlines(True), seen.splitlines(True), f"expected/{file.name}",
                                         "seen (write it with --update)")
            raise AssertionError("not as expected:\n" + "".join(lines))
