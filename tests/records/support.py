# SPDX-License-Identifier: Apache-2.0
"""What the tests of written records share: answers of the service, and the library's writing of them.

A test is run as test_X.py WRITE_RECORDS [ARGUMENT OF unittest]...
"""

import json
import os
import random
import shutil
import subprocess
import sys
import unittest

PANEL, BIND, DNSPOD, TERRAFORM, JSON = range(5)
WRITE = sys.argv.pop(1)
KEY_2048 = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0eNmw42S+2RhcGjt14wCcDJBU6gwky6CCXXoDf1p7qKYdDbEE9T4kGieFhF6" \
    "l3y3sOTfxQju7hZ5wZAtRppLyInOeVNkztAUivdIlmMwbJuqBQZ2r60tB/tSKlWReVubroR9C43fpBQjdMJjlvbcKPoH8AvBcD6NOmVOfChRnNgj" \
    "tATMNdojKl1Wni8A2aDvPDI0UqQrpzO6yeOT9wLrecLf1DJEcgAImZSaGr3t5W+23BB5CLc9LWZzsoK2om+0NwxON8bXuYIlpXubT6sRcTPYJoZu" \
    "yUAcPFV0g+hSYyugBRECHeJNfKJQ++YLussCnNIqTN61PpMzTcQWUN+LLQIDAQAB"
USUAL = [
    ("MX", "mail.example.com", "mxbiz1.qq.com."),
    ("TXT", "mail.example.com", "v=spf1 include:qcloudmail.com ~all"),
    ("TXT", "qcloud._domainkey.mail.example.com", "v=DKIM1; k=rsa; p=" + KEY_2048),
    ("TXT", "_dmarc.mail.example.com", "v=DMARC1; p=none"),
]


def odd_values():
    """Values that a reader could take for something else, and of lengths at which strings are split."""
    some = random.Random(1)
    text = [chr(c) for c in range(0x20, 0x7F)] + ["你", "é", "\U0001F600"]
    return [
        "", " ", '"', "\\", '\\"', '"" ""', "a;b", "( ) @ $ORIGIN x.", "\\;\\000\\999", "${x} %{y} $${z} %%{w} ${${", "你好",
        "$", "$$", "%", "{", "${", "%{", "\\${", '"${"', "'", "# // /* */", "<<EOT",
        *("x" * length for length in (254, 255, 256, 510, 511, 64770)),
        *("\\" * length for length in (254, 255, 256)), "é" * 128,
        *("".join(some.choice(text) for _ in range(some.randrange(600))) for _ in range(40)),
        *("".join(some.choice('$%{}a\\"') for _ in range(some.randrange(12))) for _ in range(200)),
    ]


def answer(records, domain="mail.example.com"):
    return {"EmailIdentity": domain, "Attributes": [
        {"Type": kind, "SendDomain": name, "ExpectedValue": value, "CurrentValue": "", "Status": False}
        for kind, name, value in records]}


def written(format_number, records, zone="example.com"):
    text = json.dumps(answer(records), ensure_ascii=False).encode()
    done = subprocess.run([WRITE, str(format_number), zone], input=text, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return done.stdout.decode()


def needs(tool, package):
    """A tool that a bare machine may lack, but not a build server."""
    missing = shutil.which(tool) is None
    if missing and "CI" in os.environ:
        raise SystemExit(f"{tool} is not installed: apt-get install {package}")
    return unittest.skipIf(missing, f"{tool} is not installed: its judgement is not tried")
