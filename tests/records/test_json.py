# SPDX-License-Identifier: Apache-2.0
"""The two JSON formats, as a parser reads them; the one of our own against its schema."""

import json
import unittest
from pathlib import Path

from support import DNSPOD, JSON, KEY_2048, USUAL, odd_values, written

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = Path(__file__).resolve().parents[2] / "cli" / "schemas" / "records.json"
ODD = [("TXT", f"t{number}.mail.example.com", value) for number, value in enumerate(odd_values())]


class Json(unittest.TestCase):
    def test_json__requests_to_dnspod(self):
        line = {"RecordLine": "默认", "RecordLineId": "0", "TTL": 600}
        expected = [
            {"Domain": "example.com", "SubDomain": "mail", "RecordType": "MX", "Value": "mxbiz1.qq.com.", "MX": 10, **line},
            {"Domain": "example.com", "SubDomain": "mail", "RecordType": "TXT", "Value": USUAL[1][2], **line},
            {"Domain": "example.com", "SubDomain": "qcloud._domainkey.mail", "RecordType": "TXT",
             "Value": "v=DKIM1; k=rsa; p=" + KEY_2048, **line},
            {"Domain": "example.com", "SubDomain": "_dmarc.mail", "RecordType": "TXT", "Value": "v=DMARC1; p=none", **line},
        ]
        self.assertEqual(json.loads(written(DNSPOD, USUAL)), expected)

    def test_json__no_value_is_changed(self):
        values = [value for _, _, value in ODD]
        self.assertEqual([request["Value"] for request in json.loads(written(DNSPOD, ODD))], values)
        self.assertEqual([record["Value"] for record in json.loads(written(JSON, ODD, "-"))["Records"]], values)

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed: the schema is not tried")
    def test_json__keeps_to_its_schema(self):
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        for records, zone in (USUAL, "example.com"), (ODD, "-"):
            document = json.loads(written(JSON, records, zone))
            jsonschema.validate(document, schema)
            members = schema["properties"]["Records"]["items"]
            self.assertEqual(set(document), set(schema["properties"]))
            self.assertEqual(set(document["Records"][0]), set(members["properties"]))
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate({**document, "Records": [{**document["Records"][0], "TTL": "600"}]}, schema)


if __name__ == "__main__":
    unittest.main()
