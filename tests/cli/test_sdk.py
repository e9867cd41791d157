# SPDX-License-Identifier: Apache-2.0
"""What the tool does is seen by the official Node.js SDK, and the other way round: every action."""

import json

import rig  # first: it says what is missing

import peer

DOMAIN, ADDRESS = "mail.example.com", "news@mail.example.com"


class Sdk(peer.PeerTest, rig.CliTest):
    def names(self):
        return [item["IdentityName"] for item in self.peer.call("ListEmailIdentities")["EmailIdentities"]]

    def test_sdk__sees_what_the_tool_does(self):
        self.succeed("domain", "create", DOMAIN, "--tag", "team=shop")
        seen = self.peer.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        self.assertEqual((seen["DKIMOption"], seen["TagList"]), (1, [{"TagKey": "team", "TagValue": "shop"}]))
        self.succeed("domain", "verify", DOMAIN)
        self.assertTrue(self.peer.call("GetEmailIdentity", EmailIdentity=DOMAIN)["VerifiedForSendingStatus"])
        self.succeed("address", "create", ADDRESS, "--name", "通知中心")
        self.succeed("address", "password", ADDRESS, "--generate")
        (sender,) = self.peer.call("ListEmailAddress")["EmailSenders"]
        self.assertEqual((sender["EmailAddress"], sender["EmailSenderName"], sender["SmtpPwdType"]),
                         (ADDRESS, "通知中心", 1))
        self.succeed("unsubscribe", "set", ADDRESS, "zh-CN")
        self.succeed("unsubscribe", "set", ADDRESS, "en", "--off")
        (setting,) = self.peer.every_page("ListAddressUnsubscribeConfig", "AddressUnsubscribeConfigList", limit="100")
        self.assertEqual(setting, {"Address": ADDRESS, "UnsubscribeConfig": "2", "Status": 0})
        self.succeed("unsubscribe", "delete", ADDRESS, "--yes")
        self.assertEqual(self.peer.every_page("ListAddressUnsubscribeConfig", "AddressUnsubscribeConfigList",
                                              limit="100"), [])
        self.succeed("address", "delete", ADDRESS, "--yes")
        self.assertEqual(self.peer.call("ListEmailAddress")["EmailSenders"], [])
        self.succeed("domain", "delete", DOMAIN, "--yes")
        self.assertEqual(self.names(), [])

    def test_sdk__does_what_the_tool_sees(self):
        self.peer.call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=2)
        shown = self.document("domain", "domain", "show", DOMAIN)
        self.assertEqual((len(shown["Attributes"]), shown["VerifiedForSendingStatus"]), (5, False))
        self.peer.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
        self.assertTrue(self.document("domain", "domain", "show", DOMAIN)["VerifiedForSendingStatus"])
        self.peer.call("CreateEmailAddress", EmailAddress=ADDRESS, EmailSenderName="新闻")
        self.peer.call("UpdateEmailSmtpPassWord", EmailAddress=ADDRESS, Password="Right12pasS")
        self.assert_seen(self.succeed("address", "list"), ADDRESS, "新闻", "set")
        self.peer.call("CreateAddressUnsubscribeConfig", Address=ADDRESS, UnsubscribeConfig="3", Status=1)
        self.assert_seen(self.succeed("unsubscribe", "list"), ADDRESS, "zh-TW", "on")
        self.peer.call("UpdateAddressUnsubscribeConfig", Address=ADDRESS, UnsubscribeConfig="4", Status=0)
        self.assert_seen(self.succeed("unsubscribe", "list"), "es", "off")
        self.peer.call("DeleteAddressUnsubscribeConfig", Address=ADDRESS)
        self.peer.call("DeleteEmailAddress", EmailAddress=ADDRESS)
        self.assertEqual(self.document("address-list", "address", "list")["EmailSenders"], [])
        self.peer.call("DeleteEmailIdentity", EmailIdentity=DOMAIN)
        self.assertEqual(self.document("domain-list", "domain", "list")["EmailIdentities"], [])

    def test_sdk__every_action_by_name(self):
        setting = {"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}
        for action, params in (("CreateEmailIdentity", {"EmailIdentity": DOMAIN}),
                               ("UpdateEmailIdentity", {"EmailIdentity": DOMAIN}),
                               ("GetEmailIdentity", {"EmailIdentity": DOMAIN}), ("ListEmailIdentities", {}),
                               ("CreateEmailAddress", {"EmailAddress": ADDRESS}), ("ListEmailAddress", {}),
                               ("UpdateEmailSmtpPassWord", {"EmailAddress": ADDRESS, "Password": "Right12pasS"}),
                               ("CreateAddressUnsubscribeConfig", setting), ("UpdateAddressUnsubscribeConfig", setting),
                               ("ListAddressUnsubscribeConfig", {}),
                               ("DeleteAddressUnsubscribeConfig", {"Address": ADDRESS}),
                               ("DeleteEmailAddress", {"EmailAddress": ADDRESS}),
                               ("DeleteEmailIdentity", {"EmailIdentity": DOMAIN})):
            self.document("call", "call", action, "-", stdin=json.dumps(params))
        self.assertEqual(set(self.actions()), peer.ACTIONS)


if __name__ == "__main__":
    rig.main()
