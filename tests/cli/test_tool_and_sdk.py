# SPDX-License-Identifier: Apache-2.0
"""Every action through the tool, its result seen by the official Node.js SDK; and made by the SDK, seen by the tool."""

import json

import rig  # first: it says what is missing

from peer import ACTIONS, PeerTest, Refused

DOMAIN = "mail.example.com"
ADDRESS = "news@mail.example.com"
ALIAS = "新闻编辑部"
TAG = {"TagKey": "team", "TagValue": "新闻"}
HONGKONG = "ap-hongkong"


class SharedTest(PeerTest, rig.CliTest):
    options = ("--verify", "after=2", "--max-domains", "120", "--max-addresses", "120")

    def call(self, action, **params):
        """Through `tcses call`, with the request on the command line; the answer without its RequestId."""
        answer = json.loads(self.succeed("call", action, json.dumps(params)))
        self.assertTrue(answer.pop("RequestId"))
        return answer

    def assert_refused(self, code, action, **params):
        with self.assertRaises(Refused) as refused:
            self.peer.call(action, **params)
        self.assertEqual(refused.exception.code, code)

    def assert_all_by(self, name):
        """Each action has had its effect by requests of this client, as its headers tell."""
        done = {entry["action"] for entry in self.emulator.journal()
                if entry["code"] is None and name in entry["headers"].get("x-tc-requestclient", "")}
        self.assertEqual(done, ACTIONS)


class ByTool(SharedTest):
    def test_tool_and_sdk__the_sdk_sees_what_the_commands_did(self):
        self.domains()
        self.addresses()
        self.unsubscribe()
        self.deletes()
        self.assert_all_by("tcses")

    def domains(self):
        made = self.document("domain", "domain", "create", DOMAIN, "--dkim", "both", "--tag", "team=新闻")
        seen = self.peer.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        self.assertEqual((seen["Attributes"], seen["DKIMOption"], seen["TagList"]), (made["Attributes"], 2, [TAG]))
        self.assertFalse(seen["VerifiedForSendingStatus"])
        self.assertEqual(self.run_tool("domain", "verify", DOMAIN).status, 5)
        self.succeed("domain", "verify", DOMAIN)
        seen = self.peer.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        self.assertTrue(seen["VerifiedForSendingStatus"])
        shown = self.document("domain", "domain", "show", DOMAIN)
        self.assertEqual({name: shown[name] for name in seen}, seen)
        listed = self.document("domain-list", "domain", "list", "--tag", "team=新闻")
        self.assertEqual(listed["EmailIdentities"],
                         self.peer.call("ListEmailIdentities", TagList=[TAG])["EmailIdentities"])

    def addresses(self):
        self.succeed("address", "create", ADDRESS, "--name", ALIAS)
        (seen,) = self.peer.call("ListEmailAddress")["EmailSenders"]
        self.assertEqual((seen["EmailAddress"], seen["EmailSenderName"], seen["SmtpPwdType"]), (ADDRESS, ALIAS, 0))
        password = self.succeed("address", "password", ADDRESS, "--generate").strip()
        self.assertEqual(self.peer.call("ListEmailAddress")["EmailSenders"][0]["SmtpPwdType"], 1)
        # The service has this very password.
        self.assert_refused("OperationDenied.RepeatPassWord", "UpdateEmailSmtpPassWord", EmailAddress=ADDRESS,
                            Password=password)
        self.assertEqual(self.document("address-list", "address", "list")["EmailSenders"],
                         self.peer.call("ListEmailAddress")["EmailSenders"])
        self.succeed("address", "create", "hk@mail.example.com", "--region", HONGKONG)
        (seen,) = self.peer.call("ListEmailAddress", HONGKONG)["EmailSenders"]
        self.assertEqual(seen["EmailAddress"], "hk@mail.example.com")

    def unsubscribe(self):
        for language, number, options, status in (("en", "2", [], 1), ("th", "10", ["--off"], 0)):
            self.succeed("unsubscribe", "set", ADDRESS, language, *options)
            seen = self.peer.call("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"]
            self.assertEqual(seen, [{"Address": ADDRESS, "UnsubscribeConfig": number, "Status": status}])
        listed = self.document("unsubscribe-list", "unsubscribe", "list")
        self.assertEqual(listed["AddressUnsubscribeConfigList"], seen)

    def deletes(self):
        self.succeed("unsubscribe", "delete", ADDRESS, "--yes")
        self.assertEqual(self.peer.call("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"], [])
        self.succeed("address", "delete", ADDRESS, "--yes")
        self.assertEqual(self.peer.call("ListEmailAddress")["EmailSenders"], [])
        self.succeed("address", "delete", "hk@mail.example.com", "--yes", "--region", HONGKONG)
        self.succeed("domain", "delete", DOMAIN, "--yes")
        self.assert_refused("InvalidParameterValue.NotExistDomain", "GetEmailIdentity", EmailIdentity=DOMAIN)

    def test_tool_and_sdk__the_sdk_sees_what_call_did(self):
        link = {"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}
        other = {"Address": ADDRESS, "UnsubscribeConfig": "7", "Status": 0}
        self.call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=1, TagList=[TAG])
        self.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
        self.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
        self.assert_both_see("GetEmailIdentity", EmailIdentity=DOMAIN)
        self.assert_both_see("ListEmailIdentities", TagList=[TAG], Limit=10, Offset=0)
        self.call("CreateEmailAddress", EmailAddress=ADDRESS, EmailSenderName=ALIAS)
        password = {"EmailAddress": ADDRESS, "Password": "Right12pasS"}
        self.succeed("call", "UpdateEmailSmtpPassWord", "-", stdin=json.dumps(password))
        self.assert_refused("OperationDenied.RepeatPassWord", "UpdateEmailSmtpPassWord", **password)
        self.assert_both_see("ListEmailAddress")
        self.call("CreateAddressUnsubscribeConfig", **link)
        self.assertEqual(self.assert_both_see("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"], [link])
        self.call("UpdateAddressUnsubscribeConfig", **other)
        self.assertEqual(self.assert_both_see("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"], [other])
        self.call("DeleteAddressUnsubscribeConfig", Address=ADDRESS)
        self.assertEqual(self.assert_both_see("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"], [])
        self.call("DeleteEmailAddress", EmailAddress=ADDRESS)
        self.assertEqual(self.assert_both_see("ListEmailAddress")["EmailSenders"], [])
        self.call("DeleteEmailIdentity", EmailIdentity=DOMAIN)
        self.assertEqual(self.assert_both_see("ListEmailIdentities")["EmailIdentities"], [])
        self.assert_all_by("tcses")

    def assert_both_see(self, action, **params):
        seen = self.peer.call(action, **params)
        self.assertEqual(self.call(action, **params), seen)
        return seen


class BySdk(SharedTest):
    def test_tool_and_sdk__the_tool_sees_what_the_sdk_did(self):
        self.domains()
        self.addresses()
        self.unsubscribe()
        self.deletes()
        self.assert_all_by("SDK_NODEJS")

    def domains(self):
        made = self.peer.call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=0, TagList=[TAG])
        shown = self.document("domain", "domain", "show", DOMAIN)
        self.assertEqual((shown["Attributes"], shown["TagList"], shown["DKIMOption"]), (made["Attributes"], [TAG], 0))
        self.assertIn("not verified", self.succeed("domain", "show", DOMAIN))
        self.peer.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
        self.peer.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
        self.assertNotIn("not verified", self.succeed("domain", "show", DOMAIN))
        seen = self.peer.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        shown = self.document("domain", "domain", "show", DOMAIN)
        self.assertEqual({name: shown[name] for name in seen}, seen)
        listed = self.peer.call("ListEmailIdentities", Limit=5)["EmailIdentities"]
        self.assertEqual(self.document("domain-list", "domain", "list")["EmailIdentities"], listed)
        self.assertIn(DOMAIN, self.succeed("domain", "list", "--tag", "team=新闻"))

    def addresses(self):
        self.peer.call("CreateEmailAddress", EmailAddress=ADDRESS, EmailSenderName=ALIAS)
        self.assert_seen(self.succeed("address", "list"), ADDRESS, ALIAS, "not set")
        self.peer.call("UpdateEmailSmtpPassWord", EmailAddress=ADDRESS, Password="Right12pasS")
        self.assertNotIn("not set", self.succeed("address", "list"))
        self.assert_seen(self.fail_with(4, "address", "password", ADDRESS, stdin="Right12pasS\n"), "RepeatPassWord")
        self.assertEqual(self.document("address-list", "address", "list")["EmailSenders"],
                         self.peer.call("ListEmailAddress")["EmailSenders"])

    def unsubscribe(self):
        for action, link, words in (
                ("CreateAddressUnsubscribeConfig", {"UnsubscribeConfig": "1", "Status": 1}, ("zh-CN", "on")),
                ("UpdateAddressUnsubscribeConfig", {"UnsubscribeConfig": "7", "Status": 0}, ("ja", "off"))):
            self.peer.call(action, Address=ADDRESS, **link)
            self.assert_seen(self.succeed("unsubscribe", "list"), ADDRESS, *words)
            self.assertEqual(self.document("unsubscribe-list", "unsubscribe", "list")["AddressUnsubscribeConfigList"],
                             self.peer.call("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"])

    def deletes(self):
        self.peer.call("DeleteAddressUnsubscribeConfig", Address=ADDRESS)
        self.assertNotIn(ADDRESS, self.succeed("unsubscribe", "list"))
        self.peer.call("DeleteEmailAddress", EmailAddress=ADDRESS)
        self.assertNotIn(ADDRESS, self.succeed("address", "list", "--all-regions"))
        self.peer.call("DeleteEmailIdentity", EmailIdentity=DOMAIN)
        self.assertNotIn(DOMAIN, self.succeed("domain", "list"))
        self.fail_with(4, "domain", "show", DOMAIN)


class Pages(SharedTest):
    def test_tool_and_sdk__both_see_all_pages(self):
        for n in range(101):
            self.make_domain(f"d{n:03}.example.com", verified=n == 0)
        listed = self.document("domain-list", "domain", "list")["EmailIdentities"]
        self.assertEqual(listed, self.peer.every_page("ListEmailIdentities", "EmailIdentities"))
        self.assertEqual(len(listed), 101)
        for n in range(101):
            self.make_address(f"a{n:03}@d000.example.com")
            self.done(self.emulator.call("CreateAddressUnsubscribeConfig", Address=f"a{n:03}@d000.example.com",
                                         UnsubscribeConfig="2", Status=1))
        listed = self.document("unsubscribe-list", "unsubscribe", "list")["AddressUnsubscribeConfigList"]
        self.assertEqual(listed, self.peer.every_page("ListAddressUnsubscribeConfig", "AddressUnsubscribeConfigList",
                                                      limit="100"))
        self.assertEqual(len(listed), 101)


if __name__ == "__main__":
    rig.main()
