# SPDX-License-Identifier: Apache-2.0
"""--output json: one document on stdout, one object a line on stderr, all held against the shipped schemas."""

import json
import os

import rig  # first: it says what is missing

import schemas

DOMAIN = "mail.example.com"
ADDRESS = "news@mail.example.com"
JSON = ("--output", "json")
LOST = {"fault": "close", "pass_on": True}
# What the library renders: tests/records. What commands that look at DNS write: test_dns.py.
HELD_ELSEWHERE = {"records", "check", "check-state", "comparison", "doctor", "domain-dkim", "event", "onboard", "onboard-file",
                  "spf-merge", "step"}


def answer(action, response, **more):
    """A rule that makes this the answer of an action."""
    body = json.dumps({"Response": {"RequestId": "r-1", **response}}, ensure_ascii=False)
    return {"action": action, "fault": "answer", "body": body, **more}


class JsonTest(rig.CliTest):
    def told(self, err):
        """The objects on stderr, each held against the schema that it names."""
        objects = schemas.document_lines(err)
        for each in objects:
            self.assertIn("schema", each, err)
            name, version = each["schema"].removeprefix("tcses.").split("/")
            self.assertEqual((each["schema"][:6], version), ("tcses.", "1"))
            self.hold(name, json.dumps(each) + "\n")
        return objects

    def run_json(self, *arguments, status=0, **more):
        """Runs; returns stdout and the objects on stderr."""
        result = self.run_tool(*arguments, *JSON, **more)
        self.assertEqual(result.status, status, result)
        return result.out, self.told(result.err)

    def document_of(self, schema, *arguments, status=0, closed=True, **more):
        """The one document of a command, and nothing on stderr but the account, where something is changed."""
        out, told = self.run_json(*arguments, status=status, **more)
        self.assertIn([each["schema"] for each in told], ([], ["tcses.account/1"]), told)
        document = schemas.one_document(out)
        schemas.check_document(schema, document, closed=closed)
        return document

    def error_of(self, status, *arguments, **more):
        """The error of a command that fails with it as the last line, and nothing on stdout."""
        out, told = self.run_json(*arguments, status=status, **more)
        self.assertEqual(out, "")
        self.assertEqual([each["schema"] for each in told].count("tcses.error/1"), 1, told)
        self.assertEqual(told[-1]["schema"], "tcses.error/1")
        self.assertEqual(told[-1]["exit"], status)
        return told[-1]


class Documents(JsonTest):
    def test_json__domain_commands_give_the_answer_of_the_service(self):
        created = self.document_of("domain", "domain", "create", DOMAIN, "--tag", "team=新闻", "--dkim", "both")
        self.assertEqual((created["EmailIdentity"], created["DKIMOption"], created["VerifiedForSendingStatus"]),
                         (DOMAIN, 2, False))
        self.assertEqual([row["Type"] for row in created["Attributes"]], ["MX", "TXT", "TXT", "TXT", "TXT"])
        verified = self.document_of("domain", "domain", "verify", DOMAIN)
        self.assertTrue(verified["VerifiedForSendingStatus"])
        shown = self.document_of("domain", "domain", "show", DOMAIN)
        self.assertEqual(shown["TagList"], [{"TagKey": "team", "TagValue": "新闻"}])
        self.assertEqual(self.service("GetEmailIdentity", EmailIdentity=DOMAIN), self.without_ours(shown))
        deleted = self.document_of("domain-delete", "domain", "delete", DOMAIN, "--yes")
        self.assertEqual(set(deleted), {"EmailIdentity", "RequestId"})

    def service(self, action, **params):
        response = self.emulator.call(action, **params)
        response.pop("RequestId")
        return response

    def without_ours(self, document):
        return {name: value for name, value in document.items() if name not in ("EmailIdentity", "Region", "RequestId")}

    def test_json__domain_list_is_that_of_the_service(self):
        self.make_domain()
        listed = self.document_of("domain-list", "domain", "list")
        self.assertEqual(self.without_ours(listed), self.service("ListEmailIdentities"))
        none = self.document_of("domain-list", "domain", "list", "--tag", "no=one")
        self.assertEqual((none["EmailIdentities"], none["Total"]), ([], 0))

    def test_json__address_commands_give_the_answer_of_the_service(self):
        self.make_domain()
        created = self.document_of("address", "address", "create", ADDRESS, "--name", "新闻编辑部")
        self.assertEqual((created["EmailAddress"], set(created)), (ADDRESS, {"EmailAddress", "RequestId"}))
        listed = self.document_of("address-list", "address", "list")
        self.assertEqual((listed["Region"], listed["EmailSenders"][0]["EmailSenderName"]), ("ap-guangzhou", "新闻编辑部"))
        self.assertEqual(self.without_ours(listed), self.service("ListEmailAddress"))
        given = self.document_of("address-password", "address", "password", ADDRESS, stdin="Right12pasS\n")
        self.assertEqual(set(given), {"EmailAddress", "RequestId"})
        made = self.document_of("address-password", "address", "password", ADDRESS, "--generate")
        self.assertEqual(set(made), {"EmailAddress", "RequestId", "Password"})
        self.assertIn(f'"{made["Password"]}"', self.emulator.journal()[-1]["body"])
        self.document_of("address", "address", "delete", ADDRESS, "--yes")

    def test_json__address_lists_of_regions(self):
        self.make_domain()
        self.make_address("a@mail.example.com", "ap-hongkong")
        self.make_address("b@mail.example.com", "ap-hongkong")
        listed = self.document_of("address-list", "address", "list")
        (other,) = listed["OtherRegions"]
        self.assertEqual((listed["EmailSenders"], other["Region"], len(other["EmailSenders"])), ([], "ap-hongkong", 2))
        everywhere = self.document_of("address-list-all", "address", "list", "--all-regions")
        self.assertEqual([(each["Region"], len(each["EmailSenders"])) for each in everywhere["Regions"]],
                         [("ap-guangzhou", 0), ("ap-hongkong", 2)])
        self.make_domain("other.example.com")
        self.make_address("c@other.example.com", "ap-hongkong")
        chosen = self.document_of("address-list", "address", "list", "--domain", "Other.Example.com", "--region",
                                  "ap-hongkong")
        self.assertEqual([each["EmailAddress"] for each in chosen["EmailSenders"]], ["c@other.example.com"])
        self.assertNotIn("OtherRegions", chosen)

    def test_json__unsubscribe_commands(self):
        self.make_domain()
        self.make_address()
        for language in ("en", "zh-CN"):
            done = self.document_of("unsubscribe", "unsubscribe", "set", ADDRESS, language)
            self.assertEqual(done["Address"], ADDRESS)
            self.assertEqual(done["RequestId"], self.emulator.journal()[-1]["request_id"])
        listed = self.document_of("unsubscribe-list", "unsubscribe", "list")
        self.assertEqual(listed["AddressUnsubscribeConfigList"],
                         [{"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}])
        self.document_of("unsubscribe", "unsubscribe", "delete", ADDRESS, "--yes")
        self.assertEqual(self.document_of("unsubscribe-list", "unsubscribe", "list")["AddressUnsubscribeConfigList"], [])

    def test_json__status(self):
        self.make_domain()
        self.make_address()
        status = self.document_of("status", "status")
        self.assertEqual((status["KeyId"], status["KeySource"], status["Region"], status["Endpoint"].rstrip("/")),
                         ("AKID...", "environment", "ap-guangzhou", self.endpoint))
        self.assertEqual(status["EmailIdentities"], self.service("ListEmailIdentities")["EmailIdentities"])
        self.assertEqual(status["EmailSenders"], self.service("ListEmailAddress")["EmailSenders"])

    def test_json__configure(self):
        answers = "AKIDEMULATOR\nemulator-secret-key\n2\n"
        made = self.document_of("configure", "configure", stdin=answers, keys=None, region=None)
        self.assertEqual((made["Profile"], made["Region"], made["File"]),
                         ("default", "ap-hongkong", os.path.join(self.home, ".tencentcloud", "credentials")))

    def test_json__call_gives_what_came(self):
        self.make_domain()
        got = self.document_of("call", "call", "GetEmailIdentity", '{"EmailIdentity":"mail.example.com"}', closed=False)
        got.pop("RequestId")
        self.assertEqual(got, self.service("GetEmailIdentity", EmailIdentity=DOMAIN))
        # Without --output json too.
        self.assertEqual(self.hold_call(self.succeed("call", "ListEmailAddress"))["EmailSenders"], [])

    def hold_call(self, text):
        document = schemas.one_document(text)
        schemas.check_document("call", document, closed=False)
        return document

    def test_json__dry_runs(self):
        self.make_domain()
        self.make_address()
        for command, action, request in (
            (["domain", "create", "new.example.com", "--tag", "a=b=c", "--tag", "d="], "CreateEmailIdentity",
             {"EmailIdentity": "new.example.com", "DKIMOption": 1,
              "TagList": [{"TagKey": "a", "TagValue": "b=c"}, {"TagKey": "d", "TagValue": ""}]}),
            (["domain", "create", "new.example.com", "--dkim", "1024"], "CreateEmailIdentity",
             {"EmailIdentity": "new.example.com", "DKIMOption": 0}),
            (["domain", "verify", DOMAIN, "--force"], "UpdateEmailIdentity", {"EmailIdentity": DOMAIN}),
            (["domain", "delete", DOMAIN], "DeleteEmailIdentity", {"EmailIdentity": DOMAIN}),
            (["address", "create", "b@mail.example.com", "--name", "新"], "CreateEmailAddress",
             {"EmailAddress": "b@mail.example.com", "EmailSenderName": "新"}),
            (["address", "delete", ADDRESS], "DeleteEmailAddress", {"EmailAddress": ADDRESS}),
            (["address", "password", ADDRESS], "UpdateEmailSmtpPassWord", {"EmailAddress": ADDRESS}),
            (["unsubscribe", "set", ADDRESS, "th", "--off"], "CreateAddressUnsubscribeConfig",
             {"Address": ADDRESS, "UnsubscribeConfig": "10", "Status": 0}),
            (["unsubscribe", "delete", ADDRESS], "DeleteAddressUnsubscribeConfig", {"Address": ADDRESS}),
            (["call", "UpdateEmailIdentity", '{"EmailIdentity":"a.example"}'], "UpdateEmailIdentity",
             {"EmailIdentity": "a.example"}),
        ):
            would = self.document_of("dry-run", *command, "--dry-run", status=10)
            self.assertEqual((would["Action"], would["Request"]), (action, request))

    def test_json__a_dry_run_is_what_is_then_sent(self):
        command = ["domain", "create", DOMAIN, "--tag", "team=新闻", "--dkim", "both"]
        would = self.document_of("dry-run", *command, "--dry-run", status=10)
        self.document_of("domain", *command)
        self.assertEqual(json.loads(self.emulator.journal()[-1]["body"]), would["Request"])

    def test_json__a_dry_run_hides_a_password(self):
        body = '{"EmailAddress":"news@mail.example.com","Password":"Right12pasS"}'
        would = self.document_of("dry-run", "call", "UpdateEmailSmtpPassWord", "-", "--dry-run", status=10, stdin=body)
        self.assertEqual(would["Request"], {"EmailAddress": ADDRESS, "Password": "***"})

    def test_json__on_a_terminal_it_is_indented(self):
        self.make_domain()
        terminal = self.terminal("domain", "list", *JSON, width=400)
        self.assertEqual(terminal.finish(), 0)
        printed = terminal.printed
        self.assertTrue(printed.startswith('{\n  "EmailIdentities": [\n    {\n'), printed)
        listed = schemas.one_document(printed)
        self.assertEqual(listed["EmailIdentities"], self.document_of("domain-list", "domain", "list")["EmailIdentities"])
        self.assertEqual(self.succeed("domain", "list", *JSON).count("\n"), 1)
        self.assert_no_color(terminal.raw)

    def test_json__is_the_same_in_every_language(self):
        self.make_domain()
        first = self.service("ListEmailIdentities")
        for settings in ({"locale": "zh_CN.UTF-8"}, {"locale": "C"}, {"locale": "C.UTF-8"}):
            self.assertEqual(self.without_ours(self.document_of("domain-list", "domain", "list", **settings)), first)


class Pages(JsonTest):
    options = ("--max-domains", "200", "--max-addresses", "200")

    def test_json__all_pages_are_one_document(self):
        names = [f"d{n:03}.example.com" for n in range(150)]
        for name in names:
            self.make_domain(name, verified=name == names[0])
        asked = len(self.emulator.journal())
        listed = self.document_of("domain-list", "domain", "list")
        self.assertEqual(sorted(each["IdentityName"] for each in listed["EmailIdentities"]), names)
        self.assertEqual(listed["Total"], 150)
        self.assertGreater(len(self.emulator.journal()), asked + 1)
        status = self.document_of("status", "status")
        self.assertEqual(status["EmailIdentities"], listed["EmailIdentities"])

    def test_json__all_pages_of_unsubscribe_links(self):
        self.make_domain()
        addresses = [f"a{n:03}@mail.example.com" for n in range(130)]
        for address in addresses:
            self.make_address(address)
            self.done(self.emulator.call("CreateAddressUnsubscribeConfig", Address=address, UnsubscribeConfig="2",
                                         Status=1))
        asked = len(self.emulator.journal())
        listed = self.document_of("unsubscribe-list", "unsubscribe", "list")
        self.assertEqual(sorted(each["Address"] for each in listed["AddressUnsubscribeConfigList"]), addresses)
        self.assertGreater(len(self.emulator.journal()), asked + 1)
        # One of the second page is changed, not created once more.
        self.document_of("unsubscribe", "unsubscribe", "set", addresses[-1], "th", "--off")
        self.assertEqual(self.changes()[-1], "UpdateAddressUnsubscribeConfig")


class Answers(JsonTest):
    """Answers that the emulator does not give, and that the service may."""

    def test_json__unknown_fields_are_kept(self):
        new = {"Novel": {"Deep": [1, 0.5, None, True, "新"]}}
        record = {"Type": "TXT", "SendDomain": DOMAIN, "ExpectedValue": "v", **new}
        self.break_with(
            answer("ListEmailIdentities", {"EmailIdentities": [{"IdentityName": DOMAIN, **new}], "Total": 1, **new}),
            answer("ListEmailAddress", {"EmailSenders": [{"EmailAddress": ADDRESS, **new}], **new}),
            answer("ListAddressUnsubscribeConfig",
                   {"AddressUnsubscribeConfigList": [{"Address": ADDRESS, **new}], "Total": 1, **new}),
            answer(["GetEmailIdentity", "CreateEmailIdentity"], {"Attributes": [record], **new}),
            answer(["CreateEmailAddress", "DeleteEmailIdentity"], new))
        for schema, command, inside in (
            ("domain-list", ["domain", "list"], lambda document: document["EmailIdentities"][0]),
            ("address-list", ["address", "list"], lambda document: document["EmailSenders"][0]),
            ("address-list-all", ["address", "list", "--all-regions"], lambda document: document["Regions"][1]),
            ("unsubscribe-list", ["unsubscribe", "list"], lambda document: document["AddressUnsubscribeConfigList"][0]),
            ("domain", ["domain", "show", DOMAIN], lambda document: document["Attributes"][0]),
            ("domain", ["domain", "create", DOMAIN], lambda document: document["Attributes"][0]),
            ("address", ["address", "create", ADDRESS], lambda document: document),
            ("domain-delete", ["domain", "delete", DOMAIN, "--yes"], lambda document: document),
            ("status", ["status"], lambda document: document["EmailIdentities"][0]),
            ("call", ["call", "ListEmailAddress"], lambda document: document["EmailSenders"][0]),
        ):
            document = self.document_of(schema, *command, closed=False)
            self.assertEqual(inside(document)["Novel"], new["Novel"], command)
            if schema not in ("status", "address-list-all"):
                self.assertEqual(document["Novel"], new["Novel"], command)

    def test_json__absent_fields_stay_absent_and_numbers_stay_texts(self):
        items = [{"IdentityName": "a.example"},
                 {"IdentityName": "b.example", "DailyQuota": "50000", "CurrentReputationLevel": "3", "DKIMOption": "1"},
                 {"IdentityName": "c.example", "DailyQuota": None, "TagList": None, "SendIp": None}]
        self.break_with(answer("ListEmailIdentities", {"EmailIdentities": items, "Total": "3"}))
        listed = self.document_of("domain-list", "domain", "list")
        self.assertEqual((listed["EmailIdentities"], listed["Total"]), (items, "3"))
        self.assertNotIn("MaxDailyQuota", listed)

    def test_json__lists_that_are_null_or_absent_are_empty(self):
        for value in ({}, {"EmailIdentities": None, "EmailSenders": None, "AddressUnsubscribeConfigList": None}):
            self.break_with(answer(["ListEmailIdentities", "ListEmailAddress", "ListAddressUnsubscribeConfig"], value))
            for schema, command, name in (("domain-list", ["domain", "list"], "EmailIdentities"),
                                          ("address-list", ["address", "list"], "EmailSenders"),
                                          ("unsubscribe-list", ["unsubscribe", "list"], "AddressUnsubscribeConfigList"),
                                          ("status", ["status"], "EmailSenders")):
                self.assertEqual(self.document_of(schema, *command, closed=False)[name], [], command)
            everywhere = self.document_of("address-list-all", "address", "list", "--all-regions", closed=False)
            self.assertEqual([each["EmailSenders"] for each in everywhere["Regions"]], [[], []])

    def test_json__records_that_are_absent_or_null(self):
        for value in ({}, {"Attributes": None}):
            self.break_with(answer("GetEmailIdentity", value))
            self.assertEqual(self.document_of("domain", "domain", "show", DOMAIN).get("Attributes"), None)

    def test_json__a_number_of_more_than_64_bits_does_not_hide_a_change(self):
        for number in ("12345678901234567890", "-98765432109876543210", "9223372036854775807"):
            body = '{"Response":{"RequestId":"r-1","Attributes":[],"Novel":%s}}' % number
            self.break_with({"action": "CreateEmailIdentity", "fault": "answer", "body": body})
            created = self.document_of("domain", "domain", "create", DOMAIN, closed=False)
            self.assertEqual(float(created["Novel"]), float(number))
        self.assertEqual(created["Novel"], 9223372036854775807)

    def test_json__texts_come_as_they_are(self):
        text = '"\\/\b\f\n\r\t\x1f\x7f新😀 </script>'
        self.break_with(answer("CreateEmailIdentity", {"Attributes": [], "Novel": text}))
        self.assertEqual(self.document_of("domain", "domain", "create", DOMAIN, closed=False)["Novel"], text)


class Errors(JsonTest):
    options = ("--verify", "manual")

    def test_json__error_of_a_refusal_by_value(self):
        error = self.error_of(4, "domain", "show", DOMAIN)
        self.assertEqual(error, {
            "schema": "tcses.error/1",
            "code": "InvalidParameterValue.NotExistDomain",
            "message": error["message"],
            "request_id": self.emulator.journal()[-1]["request_id"],
            "http_status": 200,
            "outcome": "not_done",
            "retryable": False,
            "exit": 4,
            "hint": "Create it (tcses domain create mail.example.com), or look whose keys these are: tcses status"})
        self.assert_seen(error["message"], "NotExistDomain", DOMAIN)

    def test_json__error_of_a_lost_answer_by_value(self):
        server = self.break_with(LOST)
        error = self.error_of(11, "domain", "create", DOMAIN)
        self.assertEqual({**error, "message": "", "hint": ""}, {
            "schema": "tcses.error/1", "code": "NETWORK", "message": "", "request_id": None, "http_status": None,
            "outcome": "unknown", "retryable": False, "exit": 11, "hint": ""})
        self.assert_seen(error["message"], server.http.partition("//")[2])
        self.assertEqual(self.changes(), ["CreateEmailIdentity"])

    def test_json__error_of_an_answer_that_cannot_be_read_by_value(self):
        self.break_with(answer("CreateEmailIdentity", {"Attributes": "none"}))
        error = self.error_of(11, "domain", "create", DOMAIN)
        self.assertEqual({**error, "message": ""}, {
            "schema": "tcses.error/1", "code": "RESPONSE", "message": "", "request_id": "r-1", "http_status": 200,
            "outcome": "done", "retryable": False, "exit": 11, "hint": None})
        self.assert_seen(error["message"], "Attributes")

    def test_json__error_of_a_read_is_never_of_unknown_outcome(self):
        for rule in (LOST, {"fault": "answer", "status": 503, "body": ""}, {"fault": "answer", "body": "no JSON"},
                     answer("ListEmailIdentities", {"EmailIdentities": 7}), {"fault": "silent"},
                     {"fault": "refuse", "code": "InternalError", "message": "broken"}):
            self.break_with(rule)
            for command in (["domain", "list"], ["call", "ListEmailIdentities"]):
                result = self.run_tool(*command, *JSON, "--timeout", "300ms")
                if result.status == 0:  # call takes any answer
                    continue
                error = self.told(result.err)[-1]
                self.assertEqual((error["outcome"], error["exit"] in (3, 4, 5)), ("not_done", True), error)

    def test_json__error_tells_what_may_be_repeated(self):
        self.break_with({"fault": "refuse", "code": "RequestLimitExceeded", "message": "slow"})
        error = self.error_of(5, "domain", "create", DOMAIN)
        self.assertEqual((error["code"], error["outcome"], error["retryable"]),
                         ("RequestLimitExceeded", "not_done", True))
        self.break_with({"fault": "answer", "status": 502, "body": "<html>"})
        error = self.error_of(3, "domain", "list")
        self.assertEqual((error["http_status"], error["outcome"], error["retryable"]), (502, "not_done", True))

    def test_json__errors_of_the_tool_itself(self):
        nobody = rig.Nobody(self)
        for status, command, code, settings in (
            (1, ["domain", "frobnicate"], "Usage", {}),
            (1, ["domain", "list"], "NoRegion", {"region": None}),
            (1, ["domain", "delete", DOMAIN], "Usage", {}),
            (2, ["domain", "list", "--profile", "nobody"], "CREDENTIALS", {}),
            (3, ["domain", "list", "--timeout", "100ms"], "NETWORK", {"endpoint": nobody.endpoint}),
        ):
            error = self.error_of(status, *command, **settings)
            self.assertEqual((error["code"], error["outcome"], error["request_id"]), (code, "not_done", None), error)

    def test_json__errors_repeat_bytes_that_are_no_text_readably(self):
        error = self.error_of(1, "domain", "show", b"a\xff\xe6\x96\xb0\xe6.example.com")
        self.assert_seen(error["message"], '"a?新?.example.com"')
        for option in (["--name", b"\xff"], ["--name", b"\xff", "--dry-run"]):
            self.assert_seen(self.error_of(1, "address", "create", ADDRESS, *option)["message"], "--name", "UTF-8")
        self.assert_seen(self.error_of(1, "domain", "list", "--tag", b"a=\xc0\x80")["message"], "--tag", "UTF-8")
        self.assertEqual(self.actions(), [])

    def test_json__errors_that_are_cut_stay_whole_characters(self):
        for start in ("", "a", "ab"):
            error = self.error_of(1, "domain", "create", DOMAIN, "--dkim", start + "新" * 2000)
            self.assert_seen(error["message"], "新新")

    def test_json__error_of_a_wait(self):
        self.tool = [os.environ["TCSES_FAST"]]
        self.make_domain(verified=False)
        out, told = self.run_json("domain", "verify", DOMAIN, "--wait", "--deadline", "20m", status=9,
                                  TCSES_TEST_SPEED="20000")
        self.assertEqual(out, "")
        names = [each["schema"] for each in told]
        self.assertEqual((names[0], names[-1]), ("tcses.account/1", "tcses.error/1"))
        self.assertEqual(set(names[1:-1]), {"tcses.progress/1"})
        steps = told[1:-1]
        self.assertEqual(steps[-1]["submissions"], self.actions().count("UpdateEmailIdentity"))
        self.assertEqual({each["EmailIdentity"] for each in steps}, {DOMAIN})
        self.assertEqual(sorted(steps[0]["missing"]), ["DKIM", "DMARC", "MX", "SPF"])
        self.assertEqual(sorted(each["elapsed_ms"] for each in steps), [each["elapsed_ms"] for each in steps])
        self.assertLessEqual(max(each["elapsed_ms"] + each["left_ms"] for each in steps), 20 * 60000)
        self.assertEqual((told[-1]["code"], told[-1]["outcome"]), ("WaitTimedOut", "not_done"))


class Verification(JsonTest):
    options = ("--verify", "after=2")

    def test_json__a_domain_that_is_not_verified_yet_is_a_document_and_exit_5(self):
        self.make_domain(verified=False)
        first = self.document_of("domain", "domain", "verify", DOMAIN, status=5)
        self.assertFalse(first["VerifiedForSendingStatus"])
        self.assertTrue(self.document_of("domain", "domain", "verify", DOMAIN)["VerifiedForSendingStatus"])

    def test_json__a_wait_that_succeeds_ends_with_the_document(self):
        self.tool = [os.environ["TCSES_FAST"]]
        self.make_domain(verified=False)
        out, told = self.run_json("domain", "verify", DOMAIN, "--wait", TCSES_TEST_SPEED="20000")
        document = self.hold("domain", out)
        self.assertTrue(document["VerifiedForSendingStatus"])
        self.assertEqual([each["VerifiedForSendingStatus"] for each in told[1:]][-1], True)
        self.assertEqual(told[-1]["missing"], [])


class Log(JsonTest):
    def test_json__the_log_is_objects_too(self):
        levels = {}
        for v in ("-v", "-vv", "-vvv", "-vvvv"):
            _, told = self.run_json("domain", "list", v)
            self.assertEqual({each["schema"] for each in told}, {"tcses.log/1"})
            levels[v] = {each["level"] for each in told}
        self.assertEqual((levels["-v"], levels["-vvv"], levels["-vvvv"]), ({1}, {1, 3}, {1, 3}))
        self.break_with({"fault": "refuse", "code": "RequestLimitExceeded", "message": "slow", "times": 1})
        _, told = self.run_json("domain", "list", "-vv")
        self.assertEqual({each["level"] for each in told}, {1, 2})

    def test_json__warnings_are_objects_too(self):
        folder = os.path.join(self.home, ".tencentcloud")
        os.mkdir(folder)
        file = os.path.join(folder, "credentials")
        with open(file, "w", encoding="utf-8") as text:
            text.write("[default]\nsecret_id = AKIDEMULATOR\nsecret_key = emulator-secret-key\n")
        os.chmod(file, 0o644)
        _, told = self.run_json("domain", "create", DOMAIN, keys=None)
        self.assertEqual([each["schema"] for each in told], ["tcses.warning/1", "tcses.account/1"])
        self.assert_seen(told[0]["message"], file, "chmod 600")


class Schemas(JsonTest):
    def test_json__every_schema_is_well_formed_and_used_here(self):
        shipped = {file.stem for file in schemas.SCHEMAS.glob("*.json")} - HELD_ELSEWHERE
        with open(__file__, encoding="utf-8") as text:
            words = text.read()
        for name in sorted(shipped):
            schemas.load(name, schemas.SCHEMAS)
            self.assertTrue(f'"{name}"' in words or f'tcses.{name}/1' in words, name)

    def test_json__an_error_contradicts_itself_in_no_schema(self):
        error = {"schema": "tcses.error/1", "code": "NETWORK", "message": "lost", "request_id": None, "http_status": None,
                 "outcome": "unknown", "retryable": False, "exit": 11, "hint": None}
        schemas.check_document("error", error)
        for wrong in ({"outcome": "not_done"}, {"exit": 3}, {"exit": 0}, {"http_status": 1}, {"message": ""},
                      {"novel": 1}, {"schema": "tcses.error/2"}):
            with self.assertRaises(AssertionError, msg=wrong):
                schemas.check_document("error", {**error, **wrong})


if __name__ == "__main__":
    rig.main()
