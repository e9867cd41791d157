# SPDX-License-Identifier: Apache-2.0
"""The official Node.js SDK runs every action against the emulator. It shares no code with this project, so what both
agree on is what the service speaks."""

import json
import unittest

from support import FIELDS, HERE, Sdk, need_sdk_for_all

from harness import HONGKONG, EmulatorTest

DOMAIN = "mail.example.com"
ADDRESS = "news@mail.example.com"


class SdkTest(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        cls.sdk = Sdk()
        cls.addClassCleanup(cls.sdk.close)

    def call(self, action, region="ap-guangzhou", **params):
        """The response of a call that succeeds, without its RequestId."""
        outcome = self.sdk.call(self.emulator.port, action, params, region)
        self.assertIn("response", outcome, outcome)
        self.assertTrue(outcome["response"].pop("RequestId"))
        return outcome["response"]

    def refused(self, code, action, **params):
        more = params.pop("more", {})
        outcome = self.sdk.call(self.emulator.port, action, params, **more)
        self.assertIn("error", outcome, outcome)
        self.assertEqual(outcome["error"]["code"], code, outcome)
        self.assertTrue(outcome["error"]["requestId"])
        return outcome["error"]["message"]


class Actions(SdkTest):
    def test_sdk__runs_every_action(self):
        self.domains()
        self.addresses()
        self.unsubscribe()
        self.deletes()
        actions = {entry["action"] for entry in self.emulator.journal()}
        self.assertEqual(actions, set(FIELDS["actions"]))
        self.assertEqual(len(actions), 13)
        self.assertEqual({entry["code"] for entry in self.emulator.journal()}, {None})

    def domains(self):
        tag = {"TagKey": "team", "TagValue": "新闻"}
        created = self.call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=1, TagList=[tag])
        self.assertEqual((created["IdentityType"], created["VerifiedForSendingStatus"]), ("DOMAIN", False))
        self.assertEqual([row["Type"] for row in created["Attributes"]], ["MX", "TXT", "TXT", "TXT"])
        self.assertFalse(any(row["Status"] for row in created["Attributes"]))
        read = self.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        self.assertEqual((read["Attributes"], read["TagList"]), (created["Attributes"], [tag]))
        submitted = self.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
        self.assertTrue(submitted["VerifiedForSendingStatus"])
        self.assertTrue(all(row["CurrentValue"] == row["ExpectedValue"] for row in submitted["Attributes"]))
        listed = self.call("ListEmailIdentities", TagList=[tag], Limit=10, Offset=0)
        self.assertEqual([domain["IdentityName"] for domain in listed["EmailIdentities"]], [DOMAIN])
        self.assertEqual(listed["Total"], 1)

    def addresses(self):
        self.assertEqual(self.call("CreateEmailAddress", EmailAddress=ADDRESS, EmailSenderName="新闻编辑部"), {})
        self.assertEqual(self.call("UpdateEmailSmtpPassWord", EmailAddress=ADDRESS, Password="Right12pasS"), {})
        (sender,) = self.call("ListEmailAddress")["EmailSenders"]
        self.assertEqual((sender["EmailAddress"], sender["EmailSenderName"], sender["SmtpPwdType"]),
                         (ADDRESS, "新闻编辑部", 1))
        self.assertEqual(self.call("ListEmailAddress", HONGKONG), {"EmailSenders": []})

    def unsubscribe(self):
        first = {"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}
        second = {"Address": ADDRESS, "UnsubscribeConfig": "7", "Status": 0}
        self.assertEqual(self.call("CreateAddressUnsubscribeConfig", **first), {})
        self.assertEqual(self.call("UpdateAddressUnsubscribeConfig", **second), {})
        listed = self.call("ListAddressUnsubscribeConfig", Offset=0, Limit="10")
        self.assertEqual(listed["AddressUnsubscribeConfigList"], [second])
        self.assertEqual(self.call("DeleteAddressUnsubscribeConfig", Address=ADDRESS), {})
        self.assertEqual(self.call("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"], [])

    def deletes(self):
        self.assertEqual(self.call("DeleteEmailAddress", EmailAddress=ADDRESS), {})
        self.assertEqual(self.call("DeleteEmailIdentity", EmailIdentity=DOMAIN), {})
        self.assertEqual(self.call("ListEmailIdentities")["EmailIdentities"], [])

    def test_sdk__gets_the_codes_of_the_service(self):
        self.refused("InvalidParameterValue.NotExistDomain", "GetEmailIdentity", EmailIdentity=DOMAIN)
        self.refused("InvalidParameterValue.InvalidEmailIdentity", "CreateEmailIdentity", EmailIdentity="no domain")
        self.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
        self.refused("InvalidParameterValue.RepeatCreation", "CreateEmailIdentity", EmailIdentity=DOMAIN)
        self.refused("OperationDenied.DomainNotVerified", "CreateEmailAddress", EmailAddress=ADDRESS)
        self.refused("InvalidParameterValue.NoSuchSender", "DeleteEmailAddress", EmailAddress=ADDRESS)
        self.refused("MissingParameter", "GetEmailIdentity")
        self.refused("UnknownParameter", "GetEmailIdentity", EmailIdentity=DOMAIN, Colour="green")

    def test_sdk__is_refused_with_wrong_credentials(self):
        wrong_key = {"secretId": "AKIDEMULATOR", "secretKey": "another"}
        message = self.refused("AuthFailure.SignatureFailure", "ListEmailAddress", more={"credential": wrong_key})
        self.assertIn("content-type;host", message)
        unknown = {"secretId": "AKIDNOBODY", "secretKey": "emulator-secret-key"}
        self.refused("AuthFailure.SecretIdNotFound", "ListEmailAddress", more={"credential": unknown})
        self.refused("UnsupportedRegion", "ListEmailAddress", more={"region": "ap-nowhere"})

    def test_sdk__with_an_address_for_endpoint_signs_another_service(self):
        self.refused("AuthFailure.SignatureFailure", "ListEmailAddress", more={"endpoint": "127.0.0.1"})

    def test_sdk__sends_a_token(self):
        credential = {"secretId": "AKIDEMULATOR", "secretKey": "emulator-secret-key", "token": "temporary"}
        outcome = self.sdk.call(self.emulator.port, "ListEmailAddress", {}, credential=credential, language="zh-CN")
        self.assertEqual(outcome["response"]["EmailSenders"], [])
        (entry,) = self.emulator.journal()
        self.assertEqual((entry["headers"]["x-tc-token"], entry["headers"]["x-tc-language"]), ("temporary", "zh-CN"))


class LockFile(unittest.TestCase):
    def test_sdk__the_lock_file_pins_every_package_and_names_no_registry(self):
        packages = json.loads((HERE / "package-lock.json").read_text())["packages"]
        self.assertIn("node_modules/tencentcloud-sdk-nodejs-ses", packages)
        for path, package in packages.items():
            self.assertNotIn("resolved", package, path)
            if path:
                self.assertTrue(package["integrity"].startswith("sha512-"), path)


class AnyService(SdkTest):
    options = ("--any-service",)

    def test_sdk__with_an_address_for_endpoint_needs_any_service(self):
        outcome = self.sdk.call(self.emulator.port, "ListEmailAddress", {}, endpoint="127.0.0.1")
        self.assertEqual(outcome["response"]["EmailSenders"], [])
        self.assertIn("/127/tc3_request", self.emulator.journal()[0]["headers"]["authorization"])


if __name__ == "__main__":
    need_sdk_for_all()
    unittest.main()
