# SPDX-License-Identifier: Apache-2.0
"""The SDK's signer and ours agree on 1,000 requests made at random from a fixed seed: test_signer.py SIGN-PROGRAM."""

import base64
import calendar
import json
import random
import subprocess
import sys
import unittest
import urllib.parse

from support import Sdk, need_sdk_for_all

COUNT = 1000
SEED = 20201002
HOSTS = ("ses.tencentcloudapi.com", "ses.ap-guangzhou.tencentcloudapi.com", "ses.ap-hongkong.tencentcloudapi.com",
         "ses.intl.tencentcloudapi.com", "ses.internal.tencentcloudapi.com", "sts.tencentcloudapi.com", "127.0.0.1",
         "ses.localhost")
PORTS = ("", "", ":8080", ":65535", ":1")
TYPES = ("application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded",
         "application/octet-stream", "text/plain")
PIECES = ("", "a", "mail.example.com", "发信域名", "腾讯云邮件通知", "\U0001f4e7\U0001f680", "é", "\"\\/", "\t\n", "\u0000",
          "\u2028", " ", "x" * 300)
QUERIES = ("", "", "", "Action=ListEmailAddress", "a=1&b=%E5%8F%91", "Limit=10&Offset=0&Q=%20")
LEAP_DAYS = [(year, 2, 29) for year in (1972, 2000, 2024, 2028, 2096, 2400)]
OTHER_DAYS = [(1970, 1, 2), (1999, 12, 31), (2023, 2, 28), (2023, 3, 1), (2038, 1, 19), (2100, 3, 1), (9999, 12, 31)]


def timestamp(chance):
    """A second at the edge of a day, or any."""
    if chance.random() < 0.2:
        return chance.randrange(253402300800)
    midnight = calendar.timegm((*chance.choice(LEAP_DAYS + OTHER_DAYS), 0, 0, 0))
    return midnight + chance.choice((-1, 0, 1, 43200, 86399))


def text(chance, longest=6):
    return "".join(chance.choice(PIECES) for _ in range(chance.randrange(longest)))


def key(chance):
    return "".join(chance.choice("ABCxyz0189*-_=+/") for _ in range(chance.randrange(1, 65)))


def random_request(chance):
    host = chance.choice(HOSTS)
    content = {text(chance, 3): text(chance)}
    body = "" if chance.random() < 0.05 else json.dumps(content, ensure_ascii=chance.random() < 0.3)
    return {
        "method": "POST" if chance.random() < 0.9 else "GET",
        "authority": host + chance.choice(PORTS),
        "query": chance.choice(QUERIES),
        "type": chance.choice(TYPES),
        "payload": body,
        "timestamp": timestamp(chance),
        "service": chance.choice((host.split(".")[0], "ses")),
        "secretId": "AKID" + key(chance),
        "secretKey": key(chance),
        "token": chance.choice((None, "token-" + key(chance))),
    }


def for_the_sdk(request):
    url = f"https://{request['authority']}/" + ("?" + request["query"] if request["query"] else "")
    headers = {"Content-Type": request["type"], "Host": request["authority"]}
    if request["token"]:
        headers["X-TC-Token"] = request["token"]
    same = {name: request[name] for name in ("method", "timestamp", "service", "secretId", "secretKey")}
    payload = base64.b64encode(request["payload"].encode()).decode()
    return {"sign": {**same, "url": url, "payload_base64": payload, "headers": headers}}


def for_the_library(request):
    """The SDK signs the host without its port: so must we, to compare. Everything else is the same."""
    return {**request, "host": urllib.parse.urlsplit("//" + request["authority"]).hostname}


class Signer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        chance = random.Random(SEED)
        cls.requests = [random_request(chance) for _ in range(COUNT)]

    def library(self, requests):
        lines = "".join(json.dumps(for_the_library(request)) + "\n" for request in requests)
        done = subprocess.run([PROGRAM], input=lines, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_signer__agrees_with_the_sdk(self):
        sdk = Sdk()
        self.addCleanup(sdk.close)
        ours = self.library(self.requests)
        self.assertEqual(len(ours), COUNT)
        for request, authorization in zip(self.requests, ours):
            self.assertEqual(sdk.ask(for_the_sdk(request))["authorization"], authorization, request)
        self.assertEqual(len(set(ours)), COUNT)

    def test_signer__the_requests_are_as_different_as_they_should_be(self):
        edges = [request for request in self.requests if request["timestamp"] % 86400 in (0, 86399)]
        self.assertGreater(len(edges), 300)
        for name, least in (("authority", 30), ("type", 5), ("query", 4), ("service", 3), ("payload", 700)):
            self.assertGreaterEqual(len({request[name] for request in self.requests}), least, name)
        for piece in ("腾讯云", "\U0001f680"):
            self.assertGreater(sum(piece in request["payload"] for request in self.requests), 50)
        self.assertGreater(sum(request["token"] is not None for request in self.requests), 300)

    def test_signer__one_changed_byte_changes_the_signature(self):
        request = self.requests[0]
        changed = [{**request, "payload": request["payload"] + " "}, {**request, "timestamp": request["timestamp"] + 1},
                   {**request, "secretKey": request["secretKey"] + "0"}, {**request, "type": request["type"] + "0"}]
        self.assertEqual(len(set(self.library([request, *changed]))), 5)


if __name__ == "__main__":
    need_sdk_for_all()
    PROGRAM = sys.argv.pop(1)
    unittest.main()
