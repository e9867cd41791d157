# SPDX-License-Identifier: Apache-2.0
"""A program on a pseudo-terminal, and what a person would see there."""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time

from program import DEADLINE_SECONDS, WRAPPER, kill_all_of
import pyte
from wcwidth import wcwidth

# Control sequences, operating system commands, and other escapes.
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
LINES_KEPT = 10000


class WideScreen(pyte.HistoryScreen):
    """A wide character that does not fit at the end of a line goes to the next, as in a terminal."""

    def draw(self, data):
        for char in data:
            if wcwidth(char) == 2 and self.cursor.x == self.columns - 1 and pyte.modes.DECAWM in self.mode:
                self.cursor.x = self.columns
            super().draw(char)


def line_text(line, columns):
    """The text of a line; half a wide character, its other half overwritten, is a blank."""
    cells = [line[x].data for x in range(columns)]
    text = []
    for x, cell in enumerate(cells):
        is_wide = cell != "" and wcwidth(cell[0]) == 2
        has_stub = x + 1 < columns and cells[x + 1] == ""
        follows_wide = x > 0 and cells[x - 1] != "" and wcwidth(cells[x - 1][0]) == 2
        if (is_wide and not has_stub) or (cell == "" and not follows_wide):
            text.append(" ")
        else:
            text.append(cell)
    return "".join(text).rstrip()


class Terminal:
    """A program that runs on a terminal of its own, its controlling one. `with` kills what still runs at its end.

    wait_for() goes through what is printed, in order: each call looks behind what the last one found. `screen` is
    what is seen, scrolled lines included; `window` only the lines that are in sight now; `raw` each byte that came.
    """

    def __init__(self, command, env, width=80, height=24, deadline=DEADLINE_SECONDS, cwd=None):
        self.command = command
        self.deadline = deadline
        self.until = time.monotonic() + deadline
        self.raw = b""
        self.status = None
        self.searched = 0
        self.closed = False
        self.display = WideScreen(width, height, history=LINES_KEPT)
        self.stream = pyte.ByteStream(self.display)
        if shutil.which(command[0], path=env["PATH"]) is None:
            raise FileNotFoundError(command[0])
        self.process = self.start([*WRAPPER, *command], env, cwd or env["HOME"], width, height)

    def start(self, command, env, cwd, width, height):
        self.master, slave = pty.openpty()
        try:
            self.resize(width, height)
            # setsid makes the terminal the controlling one, so that Ctrl-C becomes a signal; env undoes that a shell
            # has its background jobs ignore it.
            return subprocess.Popen(["setsid", "--ctty", "env", "--default-signal", *command], env=env, cwd=cwd,
                                    stdin=slave, stdout=slave, stderr=slave)
        finally:
            os.close(slave)
            os.set_blocking(self.master, False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            kill_all_of(self.process)
            self.process.kill()
            self.process.wait()
        os.close(self.master)

    def resize(self, width, height):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.display.resize(height, width)

    # ---- what is seen ----

    @property
    def window(self):
        return self.text_of([self.display.buffer[y] for y in range(self.display.lines)])

    @property
    def screen(self):
        rows = [*self.display.history.top, *(self.display.buffer[y] for y in range(self.display.lines))]
        return self.text_of(rows)

    def text_of(self, rows):
        return re.sub(r"\n+\Z", "\n", "".join(line_text(row, self.display.columns) + "\n" for row in rows))

    @property
    def printed(self):
        """All that came, without escapes: in order, and not as it was overwritten."""
        return ESCAPES.sub("", self.raw.decode("utf-8", "replace")).replace("\r\n", "\n")

    @property
    def echoes(self):
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def lost(self, what):
        kill_all_of(self.process)
        edge = "+" + "-" * self.display.columns + "+"
        seen = "\n".join([edge, *self.screen.splitlines(), edge])
        return AssertionError(f"{what}: {self.command}\n{seen}\nlast bytes: {self.raw[-200:]!r}")

    # ---- what is done ----

    def pump(self, waiting_for, writable=False):
        """Waits for output, or for room for input; takes what has come."""
        left = self.until - time.monotonic()
        ready, room, _ = select.select([self.master], [self.master] if writable else [], [], max(left, 0))
        if not ready and not room:
            raise self.lost(f"no {waiting_for} in {self.deadline} s")
        if ready:
            self.take()
        return bool(room)

    def take(self):
        try:
            chunk = os.read(self.master, 65536)
        except BlockingIOError:
            return
        except OSError:  # the last one who had the terminal open is gone
            chunk = b""
        self.closed = not chunk
        self.raw += chunk
        self.stream.feed(chunk)

    def wait_for(self, text):
        """Waits until this is printed: a text, or a compiled pattern; returns the match. Joins no lines that the
        terminal wrapped, as the program itself did not break them."""
        pattern = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))
        while (found := pattern.search(self.printed, self.searched)) is None:
            if self.closed:
                raise self.lost(f"ended without {pattern.pattern!r}")
            self.pump(repr(pattern.pattern))
        self.searched = found.end()
        return found

    def wait_until(self, holds, what="screen of that kind"):
        """Waits until `holds(text of the window)` is true."""
        while not holds(self.window):
            if self.closed:
                raise self.lost(f"ended without {what}")
            self.pump(what)

    def type(self, text):
        """As from a keyboard; the Enter key is \\r."""
        data = text.encode()
        while data:
            if self.closed:
                raise self.lost(f"ended before {text!r} was typed")
            if self.pump("room for input", writable=True):
                data = data[os.write(self.master, data):]

    def enter(self, text=""):
        self.type(text + "\r")

    def press(self, letter):
        """Ctrl and this letter: "C" interrupts, "D" ends the input, "Z" stops, "\\\\" quits."""
        self.type(chr(ord(letter.upper()) & 0x1F))

    def finish(self):
        """Waits for the end; returns the exit status, -NUMBER for a signal."""
        while not self.closed:
            self.pump("end")
        try:
            self.status = self.process.wait(max(self.until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            raise self.lost("gave up its terminal and did not end") from None
        return self.status
