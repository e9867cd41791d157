# SPDX-License-Identifier: Apache-2.0
"""--output json: one document on standard output, held to its schema; an object a line on standard error."""

import json
import os
import sys

import rig
import schemas

FAST = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 and not sys.argv[3].startswith("-") else None
DOMAIN, ADDRESS = "mail.example.com", "news@mail.example.com"


class Documents(rig.CliTest):
    options = ("--max-domains", "200")

    def make(self):
        self.succeed("domain", "create", DOMAIN, "--tag", "team=shop")
        self.verify(DOMAIN)
        self.succeed("address", "create", ADDRESS, "--name", "通知")

    def test_json__of_every_command(self):
        made = self.document("domain", "domain", "create", DOMAIN, "--tag", "a=b")
        self.assertEqual((made["EmailIdentity"], made["DKIMOption"]), (DOMAIN, 1))
        self.assertEqual(len(made["Attributes"]), 4)
        self.assertFalse(self.document("domain", "domain", "show", DOMAIN)["VerifiedForSendingStatus"])
        self.assertTrue(self.document("domain", "domain", "verify", DOMAIN)["VerifiedForSendingStatus"])
        self.assertEqual(self.document("domain-list", "domain", "list")["EmailIdentities"][0]["TagList"],
                         [{"TagKey": "a", "TagValue": "b"}])
        self.assertEqual(self.document("address", "address", "create", ADDRESS)["EmailAddress"], ADDRESS)
        self.assertEqual(len(self.document("address-list", "address", "list")["EmailSenders"]), 1)
        self.document("address-password", "address", "password", ADDRESS, stdin="Right12pasS\n")
        generated = self.document("address-password", "address", "password", ADDRESS, "--generate")["Password"]
        self.assertRegex(generated, "^[A-Za-z0-9]{20}$")
        self.document("unsubscribe", "unsubscribe", "set", ADDRESS, "en")
        self.document("unsubscribe", "unsubscribe", "set", ADDRESS, "th", "--off")
        listed = self.document("unsubscribe-list", "unsubscribe", "list")["AddressUnsubscribeConfigList"]
        self.assertEqual(listed, [{"Address": ADDRESS, "UnsubscribeConfig": "10", "Status": 0}])
        self.document("unsubscribe", "unsubscribe", "delete", ADDRESS, "--yes")
        status = self.document("status", "status")
        self.assertEqual((len(status["EmailIdentities"]), len(status["EmailSenders"])), (1, 1))
        self.assertEqual(self.document("call", "call", "ListEmailAddress")["EmailSenders"][0]["EmailAddress"], ADDRESS)
        self.document("address", "address", "delete", ADDRESS, "--yes")
        self.document("domain-delete", "domain", "delete", DOMAIN, "--yes")

    def test_json__of_regions(self):
        self.make()
        elsewhere = self.document("address-list", "address", "list", "--region", "ap-hongkong")
        self.assertEqual(elsewhere["EmailSenders"], [])
        self.assertEqual(elsewhere["OtherRegions"][0]["EmailSenders"][0]["EmailSenderName"], "通知")
        regions = self.document("address-list-all", "address", "list", "--all-regions")["Regions"]
        self.assertEqual([(r["Region"], len(r["EmailSenders"])) for r in regions],
                         [("ap-guangzhou", 1), ("ap-hongkong", 0)])
        filtered = self.document("address-list-all", "address", "list", "--all-regions", "--domain", "other.example.com")
        self.assertEqual([len(r["EmailSenders"]) for r in filtered["Regions"]], [0, 0])

    def test_json__of_dry_runs(self):
        self.make()
        for arguments, action in ((("domain", "create", "b.example.com"), "CreateEmailIdentity"),
                                  (("domain", "delete", DOMAIN), "DeleteEmailIdentity"),
                                  (("address", "create", "b@mail.example.com", "--name", "x"), "CreateEmailAddress"),
                                  (("address", "delete", ADDRESS), "DeleteEmailAddress"),
                                  (("unsubscribe", "set", ADDRESS, "en"), "CreateAddressUnsubscribeConfig")):
            result = self.run_tool(*arguments, "--dry-run", "--output", "json")
            self.assertEqual(result.status, 10, result)
            self.assertEqual(self.hold("dry-run", result.out)["Action"], action)

    def test_json__a_dry_run_hides_a_password(self):
        body = json.dumps({"EmailAddress": ADDRESS, "Password": "Secret12pasS"})
        result = self.run_tool("call", "UpdateEmailSmtpPassWord", "-", "--dry-run", "--output", "json", stdin=body)
        self.assertEqual(result.status, 10, result)
        self.assertEqual(self.hold("dry-run", result.out)["Request"]["Password"], "***")

    def test_json__lists_have_all_pages(self):
        for number in range(150):
            self.assertIn("RequestId", self.emulator.call("CreateEmailIdentity", EmailIdentity=f"m{number}.example.com"))
        names = [item["IdentityName"] for item in self.document("domain-list", "domain", "list")["EmailIdentities"]]
        self.assertEqual(names, [f"m{number}.example.com" for number in range(150)])
        self.assertEqual(self.actions().count("ListEmailIdentities"), 2)

    def test_json__keeps_what_the_service_adds(self):
        answer = {"Response": {"EmailSenders": [{"EmailAddress": ADDRESS, "New": {"deep": [1, "2"]}, "SmtpPwdType": "1"}],
                               "Later": None, "RequestId": "r"}}
        self.break_with({"fault": "answer", "body": json.dumps(answer)})
        out = self.succeed("address", "list", "--output", "json")
        self.assertEqual(json.loads(out), {"Region": "ap-guangzhou", **answer["Response"]})

    def test_json__on_a_terminal_is_indented(self):
        terminal = self.terminal("domain", "list", "--output", "json")
        self.assertEqual(terminal.finish(), 0)
        self.assertIn('\n  "EmailIdentities": []', terminal.screen)


class Errors(rig.CliTest):
    def error(self, status, *arguments, **more):
        """The object of the failure, after others of known schemas."""
        result = self.run_tool(*arguments, "--output", "json", **more)
        self.assertEqual((result.status, result.out), (status, ""), result)
        lines = [json.loads(line) for line in result.err.splitlines()]
        for line in lines:
            schemas.check_document(line["schema"].split(".")[1].split("/")[0], line)
        self.assertEqual(lines[-1]["schema"], "tcses.error/1")
        self.assertEqual(lines[-1]["exit"], status)
        return lines[-1]

    def test_errors__refused(self):
        error = self.error(4, "domain", "show", DOMAIN)
        self.assertEqual(error["code"], "InvalidParameterValue.NotExistDomain")
        self.assertEqual((error["outcome"], error["retryable"], error["http_status"]), ("not_done", False, 200))
        self.assertRegex(error["request_id"], "^[0-9a-f-]{36}$")
        self.assertIn("tcses domain create", error["hint"])

    def test_errors__unknown_and_done(self):
        self.break_with({"action": "CreateEmailIdentity", "fault": "close", "pass_on": True})
        error = self.error(11, "domain", "create", DOMAIN)
        self.assertEqual((error["outcome"], error["code"], error["request_id"]), ("unknown", "NETWORK", None))
        body = json.dumps({"Response": {"Attributes": 7, "RequestId": "r-1"}})
        self.break_with({"action": "CreateEmailIdentity", "fault": "answer", "body": body})
        error = self.error(11, "domain", "create", "b.example.com")
        self.assertEqual((error["outcome"], error["code"], error["request_id"]), ("done", "RESPONSE", "r-1"))

    def test_errors__of_a_read_are_not_done(self):
        self.break_with({"fault": "close"})
        error = self.error(3, "domain", "list")
        self.assertEqual((error["outcome"], error["retryable"]), ("not_done", True))

    def test_errors__usage(self):
        for arguments in (("status", "--nonsense"), ("domain", "lst"), ("status", "--timeout", "x"),
                          ("domain", "create", "a b")):
            error = self.error(1, *arguments)
            self.assertEqual((error["code"], error["outcome"]), ("Usage", "not_done"))
        self.assertEqual(self.error(1, "status", region=None)["code"], "NoRegion")

    def test_errors__in_chinese(self):
        error = self.error(4, "domain", "show", DOMAIN, "--language", "zh-CN")
        self.assertIn("请先创建域名", error["hint"])

    def test_errors__the_account_comes_before(self):
        result = self.run_tool("domain", "create", DOMAIN, "--output", "json")
        account = self.hold("account", result.err)
        self.assertEqual((account["key_id"], account["region"]), ("AKID...", "ap-guangzhou"))

    def test_errors__the_log_is_objects(self):
        result = self.run_tool("domain", "list", "--output", "json", "-vvv")
        lines = [json.loads(line) for line in result.err.splitlines()]
        self.assertGreaterEqual(len(lines), 3)
        for line in lines:
            schemas.check_document("log", line)
        self.hold("domain-list", result.out)


class Progress(rig.CliTest):
    options = ("--verify", "after=2")
    tool = [FAST]

    def test_progress__is_an_object_a_change(self):
        self.succeed("domain", "create", DOMAIN)
        result = self.run_tool("domain", "verify", DOMAIN, "--wait", "--output", "json")
        self.assertEqual(result.status, 0, result)
        self.assertTrue(self.hold("domain", result.out)["VerifiedForSendingStatus"])
        lines = [json.loads(line) for line in result.err.splitlines()]
        states = [line for line in lines if line["schema"] == "tcses.progress/1"]
        for state in states:
            schemas.check_document("progress", state)
        self.assertEqual(states[0]["missing"], ["MX", "SPF", "DKIM", "DMARC"])
        self.assertEqual([states[-1]["submissions"], states[-1]["VerifiedForSendingStatus"]], [2, True])


if __name__ == "__main__":
    rig.main()
