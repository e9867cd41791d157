# SPDX-License-Identifier: Apache-2.0
"""A program with a clean environment, run through pipes."""

import dataclasses
import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "faults"))

from support import SLOWNESS, WRAPPER  # noqa: E402

DEADLINE_SECONDS = 30 * SLOWNESS
KEYS = ("AKIDEMULATOR", "emulator-secret-key")
GUANGZHOU = "ap-guangzhou"
# What sanitizers, valgrind, uninstalled libraries and locales made for the tests need. All else is the test's to say.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LOCPATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


def environment(home, endpoint=None, keys=KEYS, region=GUANGZHOU, locale="C.UTF-8", no_color=False, **more):
    """Nothing of this process's environment gets through but PASSED_ON. What is None is not set."""
    made = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    made.update(HOME=str(home), LANG=locale, TERM="xterm-256color", TZ="UTC")
    made["TCSES_ENDPOINT"] = endpoint
    made["TENCENTCLOUD_SECRET_ID"], made["TENCENTCLOUD_SECRET_KEY"] = keys or (None, None)
    made["TENCENTCLOUD_REGION"] = region
    made["TCSES_RESOLVER"] = "none"  # the domains of most tests are not in any DNS
    made["NO_COLOR"] = "1" if no_color else None
    made.update(more)
    return {name: value for name, value in made.items() if value is not None}


@dataclasses.dataclass(frozen=True)
class Result:
    """How a run through pipes ended. A signal gives the status -NUMBER."""
    status: int
    out_bytes: bytes
    err_bytes: bytes

    @property
    def out(self):
        return self.out_bytes.decode("utf-8")

    @property
    def err(self):
        return self.err_bytes.decode("utf-8")


def kill_all_of(process):
    """The whole session, children that outlive their parent included."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(command, env, stdin=None, deadline=DEADLINE_SECONDS, cwd=None):
    """Runs to the end and returns a Result. `stdin` is a text or bytes; None: /dev/null. There is no terminal."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    with subprocess.Popen([*WRAPPER, *command], env=env, cwd=cwd or env["HOME"], start_new_session=True,
                          stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            out, err = process.communicate(given, timeout=deadline)
        except subprocess.TimeoutExpired:
            kill_all_of(process)
            out, err = process.communicate()
            raise AssertionError(f"no end in {deadline} s: {command}\n--- stdout\n{out.decode('utf-8', 'replace')}"
                                 f"\n--- stderr\n{err.decode('utf-8', 'replace')}") from None
        except BaseException:
            kill_all_of(process)
            raise
    return Result(process.returncode, out, err)
