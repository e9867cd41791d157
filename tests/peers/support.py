# SPDX-License-Identifier: Apache-2.0
"""What the tests with peers share: the official Node.js SDK in a process, the emulator, and the table of fields."""

import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
FIELDS = json.loads((HERE.parent / "data" / "ses-fields.json").read_text())
CREDENTIAL = {"secretId": "AKIDEMULATOR", "secretKey": "emulator-secret-key"}
GUANGZHOU = "ap-guangzhou"

sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "integration" / "emulator"))


def need_sdk():
    """Skips the test that calls this where there is no Node.js or no way to npm's registry."""
    if shutil.which("node") is None:
        skip("the official Node.js SDK is not tried: node is not installed")
    if shutil.which("npm") is None:
        sys.exit("node is installed but npm is not: install npm, or take node away to skip this test")
    modules()


def need_sdk_for_all():
    """Skips the whole program instead, before its tests begin."""
    try:
        need_sdk()
    except unittest.SkipTest:
        sys.exit(SKIPPED)


def skip(reason):
    print(reason, flush=True)  # unittest itself tells no more than how many were skipped
    raise unittest.SkipTest(reason)


def modules():
    """The folder with the SDK, installed as the lock file says; once for all tests of a build folder."""
    folder = pathlib.Path(os.environ["TCSES_PEERS"])
    folder.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    with open(folder / "busy", "w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        done = folder / "installed"
        if not done.exists() or done.read_bytes() != lock:
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(HERE / name, folder / name)
            npm_ci(folder)
            done.write_bytes(lock)
    return folder / "node_modules"


# What npm says when it does not get through to its registry.
NO_WAY = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|"
                    r"SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE")


def npm_ci(folder):
    """Installs. A machine that can't reach npm's registry skips the test, with the reason; a CI run must not."""
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
    tried = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if tried.returncode == 0:
        return
    unreachable = NO_WAY.search(tried.stderr)
    if unreachable and "CI" not in os.environ:
        skip(f"the official Node.js SDK is not tried: npm can't reach its registry ({unreachable[0]})")
    sys.exit("npm ci could not install the official SDK; it needs the network, or npm's cache:\n" + tried.stderr)


class Sdk:
    """The SDK in a process of its own: a line in, a line out."""

    def __init__(self):
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment["NODE_PATH"] = str(modules())
        self.process = subprocess.Popen(["node", HERE / "sdk.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, encoding="utf-8", env=environment)

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError(f"the SDK's process ended with {self.process.wait()}")
        return json.loads(answer)

    def call(self, port, action, params, region=GUANGZHOU, endpoint="ses.localhost", **more):
        more.setdefault("credential", CREDENTIAL)
        return self.ask({"call": {"endpoint": endpoint, "port": port, "action": action, "params": params,
                                  "region": region, **more}})

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait(timeout=30) != 0:
            raise AssertionError(f"the SDK's process ended with {self.process.returncode}")
