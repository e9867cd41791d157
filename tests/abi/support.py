# SPDX-License-Identifier: Apache-2.0
"""What the tests of the ABI share: where things are (meson tells through the environment), and running a tool."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TCSES_SOURCE_ROOT"])
BUILD = pathlib.Path(os.environ["TCSES_BUILD_ROOT"])
LIBRARY = pathlib.Path(os.environ["TCSES_LIBRARY"])
ARCHIVE = pathlib.Path(os.environ["TCSES_ARCHIVE"])
# Absent where that part is not built.
DNS_LIBRARY = pathlib.Path(os.environ["TCSES_DNS_LIBRARY"]) if "TCSES_DNS_LIBRARY" in os.environ else None
DNS_ARCHIVE = pathlib.Path(os.environ["TCSES_DNS_ARCHIVE"]) if "TCSES_DNS_ARCHIVE" in os.environ else None
WITHOUT = () if DNS_LIBRARY else ("dns.h",)
VERSION = os.environ["TCSES_VERSION"]
CC = os.environ.get("CC", "cc").split()
INCLUDE = SOURCE / "include"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
SKIPPED = 77

sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "layout"))


def run(command, **options):
    """Runs a tool, which speaks English, and returns what it printed; a failure shows its output."""
    options["env"] = dict(options.get("env", os.environ), LC_ALL="C.UTF-8")
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def succeeds(command):
    return subprocess.run([str(word) for word in command], capture_output=True).returncode == 0


def skip_all(reason):
    print(reason)
    sys.exit(SKIPPED)


def need(*tools):
    """The whole test is skipped, with the reason, where a tool is missing."""
    for tool in tools:
        if shutil.which(tool) is None:
            skip_all(f"{tool} is not installed")


class AbiTest(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path
