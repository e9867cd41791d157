# SPDX-License-Identifier: Apache-2.0
"""The Terraform format, as HashiCorp's own parser reads it (read_terraform.go)."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import KEY_2048, TERRAFORM, USUAL, needs, odd_values, written

SOURCES = Path("/usr/share/gocode")
PARSER = SOURCES / "src" / "github.com" / "hashicorp" / "hcl" / "v2"


@needs("go", "golang-go golang-github-hashicorp-hcl-v2-dev")
@unittest.skipUnless(PARSER.exists() or "CI" in os.environ, "golang-github-hashicorp-hcl-v2-dev is not installed")
class Terraform(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.reader = Path(cls.folder.name) / "read_terraform"
        settings = {"GO111MODULE": "off", "GOPATH": str(SOURCES), "GOCACHE": cls.folder.name + "/cache", "GOFLAGS": ""}
        subprocess.run(["go", "build", "-o", cls.reader, Path(__file__).parent / "read_terraform.go"],
                       env={**os.environ, **settings}, check=True)

    def read(self, text):
        done = subprocess.run([self.reader], input=text.encode(), capture_output=True, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        return json.loads(done.stdout)

    def test_terraform__the_usual_records(self):
        common = {"type": "resource", "domain": "example.com", "record_line": "默认", "ttl": 600}
        kind = "tencentcloud_dnspod_record"
        self.assertEqual(self.read(written(TERRAFORM, USUAL)), [
            {**common, "labels": [kind, "ses_mail_example_com_mx"], "sub_domain": "mail", "record_type": "MX",
             "value": "mxbiz1.qq.com.", "mx": 10},
            {**common, "labels": [kind, "ses_mail_example_com_spf"], "sub_domain": "mail", "record_type": "TXT",
             "value": "v=spf1 include:qcloudmail.com ~all"},
            {**common, "labels": [kind, "ses_mail_example_com_dkim"], "sub_domain": "qcloud._domainkey.mail",
             "record_type": "TXT", "value": "v=DKIM1; k=rsa; p=" + KEY_2048},
            {**common, "labels": [kind, "ses_mail_example_com_dmarc"], "sub_domain": "_dmarc.mail", "record_type": "TXT",
             "value": "v=DMARC1; p=none"},
        ])

    def test_terraform__no_value_is_changed(self):
        values = odd_values()
        records = [("TXT", f"t{number}.mail.example.com", value) for number, value in enumerate(values)]
        read = self.read(written(TERRAFORM, records))
        for value, resource in zip(values, read, strict=True):
            with self.subTest(value=value[:80]):
                self.assertEqual(resource["value"], value)
        self.assertEqual(len({label for resource in read for label in resource["labels"][1:]}), len(values))

    def test_terraform__the_reader_sees_templates(self):
        for text in '"${x}"', '"%{ if x }a%{ endif }"', '"a':
            with self.subTest(text), self.assertRaises(AssertionError):
                self.read(f'resource "a" "b" {{\n  value = {text}\n}}\n')


if __name__ == "__main__":
    unittest.main()
