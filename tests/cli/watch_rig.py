# SPDX-License-Identifier: Apache-2.0
"""What the tests of examples/watch are written with: a receiver of messages, and a zone with a tool in PATH."""

import base64
import http.server
import json
import os
import pathlib
import shlex
import subprocess
import sys
import threading
import unittest

import rig  # first: it says what is missing

import program
from dns_cli import DnsCli, dns

ROOT = program.HERE.parent.parent
RECIPES = ROOT / "examples" / "watch"
INSTALLED = "/usr/local/lib/tcses"  # where the recipes expect their scripts
TOOL = os.path.abspath(sys.argv[1])
PATH = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]  # the recipes' python3 is this one
CHINESE, ENGLISH = "zh_CN.UTF-8", "C.UTF-8"
KEYS = dict(zip(("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"), program.KEYS), TENCENTCLOUD_REGION=program.GUANGZHOU)


def needed(what, package, is_there):
    """Skips the test where a program or module is not installed; fails there if all must be."""
    if not is_there:
        message = f"{what} is not tried: {package} is not installed"
        raise AssertionError(message) if "CI" in os.environ else unittest.SkipTest(message)


def module(name, package):
    try:
        return __import__(name, fromlist=["*"])
    except ImportError:
        needed(name, package, False)


# ---- messages ----


def openssl_hmac(key, data):
    """HMAC-SHA256 by another program than the script's."""
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + key.encode().hex(), "-binary"]
    made = subprocess.run(command, input=data.encode(), stdout=subprocess.PIPE, check=True)
    return base64.b64encode(made.stdout).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.owner.take(self, self.path, dict(self.headers), body)

    def log_message(self, *_):
        pass


class Receiver:
    """Keeps what is posted, and answers from `answers`: (status, body), None hangs up; then with `well`."""

    def __init__(self, test, well='{"errcode":0,"errmsg":"ok"}'):
        self.posts = []
        self.answers = []
        self.well = well
        self.arrived = threading.Condition()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.owner = self
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def take(self, handler, path, headers, body):
        with self.arrived:
            answer = self.answers.pop(0) if self.answers else (200, self.well)
            self.posts.append((path, headers, body, self.command_lines()))
            self.arrived.notify_all()
        if answer is None:
            handler.close_connection = True
            return
        data = answer[1].encode()
        handler.send_response(answer[0])
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    @staticmethod
    def command_lines():
        """Of all that runs, as everybody on the machine sees them."""
        seen = b""
        for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen += file.read_bytes()
            except OSError:  # ended meanwhile
                pass
        return seen

    def wait_for(self, count, read, deadline=program.DEADLINE_SECONDS):
        """Waits until that many posts are such that read(body) is not None; returns what it made of them."""
        found = lambda: [made for _, _, body, _ in self.posts if (made := read(body)) is not None]
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(found()) >= count, deadline):
                raise AssertionError(f"{self.posts} in {deadline} s, and not {count} messages")
            return found()


# ---- zones ----


class RecipeTest(DnsCli):
    """`tcses` in PATH is the tool, which asks the resolver of the test."""

    def setUp(self):
        super().setUp()
        self.lines = self.create()
        self.serve(*self.lines)
        self.folder = pathlib.Path(self.home)
        self.keys = dict(KEYS)
        self.put_tool(TOOL)

    def put_tool(self, tool):
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        words = shlex.join([*program.WRAPPER, tool])
        (folder / "tcses").write_text(f'#!/bin/sh\nexec {words} "$@" --resolver {self.net.at(dns.RESOLVER)}\n')
        (folder / "tcses").chmod(0o755)

    def base(self, **more):
        """What a recipe finds in its environment, but for what it sets itself."""
        made = self.environment(keys=None, region=None, **more)
        made["PATH"] = f"{self.folder / 'bin'}:{PATH}"
        return made

    def break_zone(self):
        self.serve(*[line for line in self.lines if "_dmarc" not in line])

    def change_zone(self):
        self.serve(*[line.replace("include:qcloudmail.com", "ip4:192.0.2.9 include:qcloudmail.com") for line in self.lines])
