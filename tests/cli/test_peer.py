# SPDX-License-Identifier: Apache-2.0
"""The peer of this folder: the official SDK calls each action, and sees what another client did."""

import contextlib
import io
import json
import os
import sys
import unittest
import unittest.mock

import rig  # first: it says what is missing

import harness
import peer
import program

DOMAIN, ADDRESS = "mail.example.com", "news@mail.example.com"


class PeerTest(peer.PeerTest, rig.CliTest):
    tool = [sys.executable, "-B", str(program.HERE / "stand_in.py")]

    def environment(self, **settings):
        return super().environment(PYTHONPATH=os.path.dirname(harness.__file__), **settings)

    def test_peer__calls_every_action(self):
        setting = {"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}
        for action, params in (
            ("CreateEmailIdentity", {"EmailIdentity": DOMAIN}),
            ("UpdateEmailIdentity", {"EmailIdentity": DOMAIN}),
            ("GetEmailIdentity", {"EmailIdentity": DOMAIN}),
            ("ListEmailIdentities", {}),
            ("CreateEmailAddress", {"EmailAddress": ADDRESS}),
            ("UpdateEmailSmtpPassWord", {"EmailAddress": ADDRESS, "Password": "Right12pasS"}),
            ("ListEmailAddress", {}),
            ("CreateAddressUnsubscribeConfig", setting),
            ("UpdateAddressUnsubscribeConfig", setting),
            ("ListAddressUnsubscribeConfig", {}),
            ("DeleteAddressUnsubscribeConfig", {"Address": ADDRESS}),
            ("DeleteEmailAddress", {"EmailAddress": ADDRESS}),
            ("DeleteEmailIdentity", {"EmailIdentity": DOMAIN}),
        ):
            self.peer.call(action, **params)
        self.assertEqual(len(self.actions()), 13)
        self.assertEqual(set(self.actions()), peer.ACTIONS)

    def test_peer__sees_what_the_tool_did_and_the_other_way_round(self):
        self.succeed("CreateEmailIdentity", json.dumps({"EmailIdentity": DOMAIN}))
        listed = self.peer.call("ListEmailIdentities")["EmailIdentities"]
        self.assertEqual([domain["IdentityName"] for domain in listed], [DOMAIN])
        self.verify(DOMAIN)
        self.peer.call("CreateEmailAddress", "ap-hongkong", EmailAddress=ADDRESS)
        self.assertEqual(self.peer.call("ListEmailAddress")["EmailSenders"], [])
        self.assertEqual(len(self.peer.call("ListEmailAddress", "ap-hongkong")["EmailSenders"]), 1)

    def test_peer__tells_what_the_service_refused(self):
        with self.assertRaisesRegex(peer.Refused, "NotExistDomain") as refused:
            self.peer.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        self.assertEqual(refused.exception.code, "InvalidParameterValue.NotExistDomain")
        with self.assertRaises(ValueError):
            self.peer.call("SendEmail")

    def test_peer__gets_every_page(self):
        names = [f"m{number}.example.com" for number in range(7)]
        for name in names:
            self.peer.call("CreateEmailIdentity", EmailIdentity=name)
        listed = self.peer.every_page("ListEmailIdentities", "EmailIdentities", limit=3)
        self.assertEqual([domain["IdentityName"] for domain in listed], names)
        self.assertEqual(self.actions().count("ListEmailIdentities"), 3)
        settings = self.peer.every_page("ListAddressUnsubscribeConfig", "AddressUnsubscribeConfigList", limit="2")
        self.assertEqual(settings, [])


class Unreachable(unittest.TestCase):
    def test_peer__is_skipped_without_node(self):
        class Made(PeerTest):
            def runTest(self):
                self.fail("not skipped")

        result, printed = unittest.TestResult(), io.StringIO()
        without_node = unittest.mock.patch.object(peer.peers.shutil, "which", return_value=None)
        with without_node, contextlib.redirect_stdout(printed):
            Made().run(result)
        self.assertEqual(printed.getvalue(), "")  # nothing between the lines that are counted
        self.assertEqual((result.failures, result.errors), ([], []))
        self.assertIn("not tried: node is not installed", result.skipped[0][1])


if __name__ == "__main__":
    rig.main()
