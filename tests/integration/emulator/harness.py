# SPDX-License-Identifier: Apache-2.0
"""What the emulator's tests share: the process, a client, and a TC3-HMAC-SHA256 signature made without libtcses."""

import hashlib
import hmac
import http.client
import json
import os
import select
import signal
import ssl
import subprocess
import time
import unittest
import urllib.parse

SECRET_ID = "AKIDEMULATOR"
SECRET_KEY = "emulator-secret-key"
GUANGZHOU = "ap-guangzhou"
HONGKONG = "ap-hongkong"
READY_SECONDS = 30

emulator_path = os.environ.get("TCSES_EMULATOR", "tcses-emulator")


def hmac_sha256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def day(timestamp):
    return time.strftime("%Y-%m-%d", time.gmtime(timestamp))


def canonical_request(headers, names, body, unsigned=False, query=""):
    payload = b"UNSIGNED-PAYLOAD" if unsigned else body
    lines = ["POST", "/", query]
    for name in names:
        value = headers[name].strip()
        lines.append(name + ":" + (value.lower() if name == "x-tc-action" else value))
    lines += ["", ";".join(names), hashlib.sha256(payload).hexdigest()]
    return "\n".join(lines)


def authorization(canonical, timestamp, names, service="ses", secret_id=SECRET_ID, key=SECRET_KEY, date=None):
    date = date or day(timestamp)
    scope = f"{date}/{service}/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed}"
    derived = hmac_sha256(hmac_sha256(hmac_sha256(("TC3" + key).encode(), date), service), "tc3_request")
    signature = hmac_sha256(derived, text).hex()
    return (
        f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )


def signed_headers(host, action, body, region=GUANGZHOU, timestamp=None, names=("content-type", "host"), unsigned=False,
                   signed_host=None, query="", **keys):
    """All headers of a request, in lower case. `keys` are those of authorization()."""
    timestamp = int(time.time()) if timestamp is None else timestamp
    headers = {
        "host": host,
        "content-type": "application/json",
        "x-tc-action": action,
        "x-tc-version": "2020-10-02",
        "x-tc-timestamp": str(timestamp),
        "x-tc-region": region,
    }
    if unsigned:
        headers["x-tc-content-sha256"] = "UNSIGNED-PAYLOAD"
    to_sign = dict(headers, host=signed_host or host)
    canonical = canonical_request(to_sign, names, body, unsigned, query)
    headers["authorization"] = authorization(canonical, timestamp, names, **keys)
    return headers


class Emulator:
    """A running emulator. Stops with SIGTERM at the end of the with block and must then exit with 0."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [emulator_path, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.line = self._ready_line()
        self.endpoint = json.loads(self.line)["endpoint"]
        self.authority = urllib.parse.urlsplit(self.endpoint).netloc
        self.port = urllib.parse.urlsplit(self.endpoint).port
        self.context = None

    def _ready_line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], READY_SECONDS)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            raise AssertionError("not ready: " + self.process.communicate()[1])
        return line

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        status, out, err = self.stop()
        if kind is None and (status != 0 or out or err):
            raise AssertionError(f"exit {status}, after the ready line {out!r}, on stderr {err!r}")

    def stop(self, number=signal.SIGTERM):
        """Returns the exit status and what was printed after the ready line."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=READY_SECONDS)
        return self.process.returncode, out, err

    def connect(self):
        host = urllib.parse.urlsplit(self.endpoint).hostname
        if self.endpoint.startswith("https"):
            return http.client.HTTPSConnection(host, self.port, context=self.context, timeout=READY_SECONDS)
        return http.client.HTTPConnection(host, self.port, timeout=READY_SECONDS)

    def send(self, method, target, body=b"", headers=None, connection=None):
        """Returns (status, headers, body as text). One connection a request unless one is given."""
        own = connection or self.connect()
        own.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in (headers or {"host": self.authority}).items():
            own.putheader(name, value)
        own.putheader("content-length", str(len(body)))
        own.endheaders(body)
        answer = own.getresponse()
        text = answer.read().decode()
        if connection is None:
            own.close()
        return answer.status, answer.headers, text

    def post(self, body, headers, connection=None):
        """A POST to the API; returns the Response object."""
        status, _, text = self.send("POST", "/", body, headers, connection)
        if status != 200:
            raise AssertionError(f"HTTP status {status}: {text}")
        envelope = json.loads(text)
        if list(envelope) != ["Response"]:
            raise AssertionError(f"not one Response alone: {text}")
        return envelope["Response"]

    def call(self, action, region=GUANGZHOU, connection=None, **params):
        body = json.dumps(params).encode()
        return self.post(body, signed_headers(self.authority, action, body, region), connection)

    def call_raw(self, action, body, **signing):
        return self.post(body, signed_headers(self.authority, action, body, **signing))

    def admin(self, method, path, content=None):
        body = b"" if content is None else json.dumps(content).encode()
        status, _, text = self.send(method, "/_emulator/" + path, body)
        return status, json.loads(text)

    def journal(self, query=""):
        return self.admin("GET", "requests" + query)[1]["requests"]

    def trust(self, certificate):
        self.context = ssl.create_default_context(cafile=certificate)


class EmulatorTest(unittest.TestCase):
    """A test with one emulator, started with `options` and stopped (exit 0, silent) when the test is over."""

    options = ()

    def setUp(self):
        self.emulator = Emulator(*self.options)
        self.addCleanup(self.emulator.__exit__, None, None, None)

    def assert_code(self, response, code, *words):
        error = response.get("Error")
        self.assertIsNotNone(error, response)
        self.assertEqual(error["Code"], code, error["Message"])
        self.assertEqual(set(response), {"Error", "RequestId"})
        for word in words:
            self.assertIn(word, error["Message"])

    def done(self, response):
        """The response of a call that must have succeeded, without its RequestId."""
        self.assertNotIn("Error", response)
        self.assertRegex(response["RequestId"], "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        return {name: value for name, value in response.items() if name != "RequestId"}

    def make_domain(self, name="mail.example.com", verified=True, **params):
        self.done(self.emulator.call("CreateEmailIdentity", EmailIdentity=name, **params))
        if verified:
            self.assertEqual(self.emulator.admin("POST", "domains/" + name, {"verified": True})[0], 200)

    def make_address(self, address="news@mail.example.com", region=GUANGZHOU, **params):
        self.done(self.emulator.call("CreateEmailAddress", region, EmailAddress=address, **params))
