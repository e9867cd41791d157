# SPDX-License-Identifier: Apache-2.0
"""By value: test_values.py VALUES-PROGRAM. Every field of every request arrives under its name; the SDK sends the same
for the same object; every field of every response is read back."""

import json
import subprocess
import sys
import unittest

from support import FIELDS, Sdk, need_sdk

from canned import CannedService
from harness import Emulator

TAGS = [{"TagKey": "first key", "TagValue": "first value"}, {"TagKey": "第二个键", "TagValue": "第二个值"}]
REQUESTS = {
    "CreateEmailIdentity": {"EmailIdentity": "create.example.com", "DKIMOption": 2, "TagList": TAGS},
    "GetEmailIdentity": {"EmailIdentity": "get.example.com"},
    "ListEmailIdentities": {"TagList": TAGS, "Limit": 31, "Offset": 4294967297},
    "UpdateEmailIdentity": {"EmailIdentity": "update.example.com", "NewAPI": True, "DKIMOption": 0},
    "DeleteEmailIdentity": {"EmailIdentity": "delete.example.com"},
    "CreateEmailAddress": {"EmailAddress": "create@mail.example.com", "EmailSenderName": "新闻 \"编辑部\" \U0001f4e7\\"},
    "ListEmailAddress": {},
    "DeleteEmailAddress": {"EmailAddress": "delete@mail.example.com"},
    "UpdateEmailSmtpPassWord": {"Password": "Right12pasS/\"", "EmailAddress": "password@mail.example.com"},
    "CreateAddressUnsubscribeConfig": {
        "Address": "create-link@mail.example.com", "UnsubscribeConfig": "10", "Status": 1},
    "UpdateAddressUnsubscribeConfig": {
        "Address": "update-link@mail.example.com", "UnsubscribeConfig": "7", "Status": 0},
    "DeleteAddressUnsubscribeConfig": {"Address": "delete-link@mail.example.com"},
    "ListAddressUnsubscribeConfig": {"Offset": 9007199254740991, "Limit": "73"},
}


def leaves(value):
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


class Maker:
    """Makes responses with every field of the table, each with a value of its own; booleans take turns."""

    def __init__(self, first_boolean):
        self.count = 0
        self.boolean = first_boolean

    def response(self, action):
        return self.object(FIELDS["actions"][action]["response"])

    def object(self, fields):
        return {name: self.value(kind.rstrip("!"), name) for name, kind in fields.items()}

    def value(self, kind, name):
        self.count += 1
        if kind.startswith("["):
            return [self.value(kind.strip("[]"), name) for _ in range(2)]
        if kind in FIELDS["objects"]:
            return self.object(FIELDS["objects"][kind])
        if kind == "bool":
            self.boolean = not self.boolean
            return self.boolean
        return f"{name} 值 {self.count} \U0001f4e7" if kind == "string" else 100000 + self.count


class Values(unittest.TestCase):
    def library(self, endpoint):
        done = subprocess.run([PROGRAM, endpoint], capture_output=True, encoding="utf-8", check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def bodies(self, emulator):
        """{action: body} of what came in since the last time."""
        entries = emulator.journal()
        self.assertEqual(emulator.admin("DELETE", "requests")[0], 200)
        found = {entry["action"]: json.loads(entry["body"]) for entry in entries}
        self.assertEqual(len(found), len(entries))
        return found

    def test_values__the_samples_fill_every_field_with_a_value_of_its_own(self):
        tag = set(FIELDS["objects"]["TagList"])
        self.assertEqual(set(REQUESTS), set(FIELDS["actions"]))
        for action, sample in REQUESTS.items():
            self.assertEqual(set(sample), set(FIELDS["actions"][action]["request"]), action)
            self.assertTrue(all(set(entry) == tag for entry in sample.get("TagList", [])))
            values = [repr(leaf) for leaf in leaves(sample)]
            self.assertEqual(len(values), len(set(values)), action)

    def test_values__each_field_of_a_request_arrives_under_its_name(self):
        with Emulator() as emulator:
            self.library(emulator.endpoint)
            ours = self.bodies(emulator)
        for action, sample in REQUESTS.items():
            self.assertEqual(ours.get(action), sample, action)
        self.assertEqual(set(ours), set(REQUESTS))

    def test_values__requests_arrive_as_the_sdk_sends_them(self):
        need_sdk()
        sdk = Sdk()
        self.addCleanup(sdk.close)
        with Emulator() as emulator:
            self.library(emulator.endpoint)
            ours = self.bodies(emulator)
            for action, sample in REQUESTS.items():
                sdk.call(emulator.port, action, sample)
            theirs = self.bodies(emulator)
        self.assertEqual(theirs, REQUESTS)
        self.assertEqual(ours, theirs)

    def check_responses(self, first_boolean):
        maker = Maker(first_boolean)
        responses = {action: maker.response(action) for action in FIELDS["actions"]}
        with CannedService(responses) as service:
            read = self.library(service.endpoint)
        for action, response in responses.items():
            self.assertEqual(read[action], response, action)
        self.assertEqual(service.bodies, REQUESTS)
        return leaves(responses)

    def test_values__responses_are_read_back_field_by_field(self):
        values = self.check_responses(first_boolean=True)
        distinct = [value for value in values if not isinstance(value, bool)]
        self.assertEqual(len(distinct), len(set(distinct)))
        self.assertGreater(len(values), 80)

    def test_values__responses_are_read_back_with_every_boolean_the_other_way(self):
        self.check_responses(first_boolean=False)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
