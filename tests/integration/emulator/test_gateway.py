# SPDX-License-Identifier: Apache-2.0
"""What all actions share: HTTP, headers, the body, the journal and the admin interface."""

import base64
import concurrent.futures
import email.utils
import json
import socket
import threading
import time
import unittest

from harness import GUANGZHOU, EmulatorTest, signed_headers

MEGABYTE = 1 << 20
ACTIONS_WITHOUT_PARAMETERS = ("ListEmailAddress", "ListEmailIdentities", "ListAddressUnsubscribeConfig")


class Headers(EmulatorTest):
    def changed(self, name, value, body=b"{}"):
        headers = signed_headers(self.emulator.authority, "ListEmailAddress", body)
        headers.pop(name)
        if value is not None:
            headers[name] = value
        return self.emulator.post(body, headers)

    def test_emulator__refuses_a_missing_header(self):
        for name in ("X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region", "Authorization"):
            self.assert_code(self.changed(name.lower(), None), "MissingParameter", name)

    def test_emulator__refuses_an_unknown_action(self):
        for name in ("SendEmail", "listemailaddress", "腾讯云"):
            response = self.changed("x-tc-action", name.encode())
            self.assert_code(response, "InvalidAction")

    def test_emulator__answers_bytes_that_are_no_text_with_text(self):
        self.assert_code(self.changed("x-tc-action", b"\xff\xfe"), "InvalidAction", "??")
        self.assertEqual(self.emulator.journal()[0]["action"], "??")

    def test_emulator__refuses_another_version(self):
        self.assert_code(self.changed("x-tc-version", "2020-10-03"), "NoSuchVersion")

    def test_emulator__refuses_another_region(self):
        self.assert_code(self.changed("x-tc-region", "ap-beijing"), "UnsupportedRegion", "ap-beijing")

    def test_emulator__refuses_a_timestamp_that_is_no_number(self):
        for text in ("now", "-1", "1.5", "9" * 30):
            self.assert_code(self.changed("x-tc-timestamp", text), "InvalidParameter", "X-TC-Timestamp")

    def test_emulator__refuses_another_content_type(self):
        for value in ("application/x-www-form-urlencoded", "application/jsonp", "text/plain", None):
            self.assert_code(self.changed("content-type", value), "UnsupportedProtocol")

    def test_emulator__takes_a_charset_in_the_content_type(self):
        headers = signed_headers(self.emulator.authority, "ListEmailAddress", b"{}")
        headers["content-type"] = "application/json; charset=utf-8"
        response = self.emulator.post(b"{}", headers)
        self.assert_code(response, "AuthFailure.SignatureFailure", "content-type:application/json; charset=utf-8")

    def test_emulator__checks_in_order(self):
        headers = {"host": self.emulator.authority, "content-type": "application/json", "x-tc-action": "No"}
        expected = (
            ("x-tc-version", "1", "MissingParameter"),
            ("x-tc-timestamp", "1", "MissingParameter"),
            ("x-tc-region", "nowhere", "MissingParameter"),
            ("authorization", "none", "InvalidAction"),
            ("x-tc-action", "ListEmailAddress", "NoSuchVersion"),
            ("x-tc-version", "2020-10-02", "UnsupportedRegion"),
            ("x-tc-region", GUANGZHOU, "AuthFailure.InvalidAuthorization"),
        )
        for name, value, code in expected:
            headers[name] = value
            self.assert_code(self.emulator.post(b"noise", headers), code)


class Body(EmulatorTest):
    def test_emulator__refuses_what_is_no_json_object(self):
        for body in (b"", b"noise", b"[]", b"null", b'"text"', b'{"a":1', b"{}{}", b'{"a":"\xff"}', b"\0" * 100):
            with self.subTest(body):
                self.assert_code(self.emulator.call_raw("ListEmailAddress", body), "InvalidParameter")

    def test_emulator__takes_a_body_in_chunks(self):
        body = b'{"EmailIdentity":"mail.example.com"}'
        connection = self.emulator.connect()
        connection.putrequest("POST", "/", skip_host=True)
        for name, value in signed_headers(self.emulator.authority, "CreateEmailIdentity", body).items():
            connection.putheader(name, value)
        connection.putheader("transfer-encoding", "chunked")
        connection.endheaders([body[:10], body[10:]], encode_chunked=True)
        self.done(json.load(connection.getresponse())["Response"])
        connection.close()

    def test_emulator__refuses_deep_nesting(self):
        self.assert_code(self.emulator.call_raw("ListEmailAddress", b"[" * 100000), "InvalidParameter")

    def test_emulator__refuses_a_name_given_twice(self):
        body = b'{"EmailIdentity":"a.example.com","EmailIdentity":"b.example.com"}'
        self.assert_code(self.emulator.call_raw("CreateEmailIdentity", body), "InvalidParameter")

    def test_emulator__refuses_more_than_ten_megabytes(self):
        padding = b" " * (10 * MEGABYTE - 2)
        self.done(self.emulator.call_raw("ListEmailAddress", b"{}" + padding))
        response = self.emulator.call_raw("ListEmailAddress", b"{}" + padding + b" ")
        self.assert_code(response, "RequestSizeLimitExceeded")
        entry = self.emulator.journal()[1]
        self.assertEqual((entry["body"], entry["body_length"]), (None, 10 * MEGABYTE + 1))

    def test_emulator__names_an_unknown_parameter(self):
        for action in ACTIONS_WITHOUT_PARAMETERS:
            self.assert_code(self.emulator.call(action, Surprise=1), "UnknownParameter", "`Surprise`")

    def test_emulator__names_an_unknown_member_of_a_list(self):
        tags = [{"TagKey": "a", "TagValue": "b"}, {"TagKey": "a", "TagValue": "b", "Tag": "c"}]
        response = self.emulator.call("ListEmailIdentities", TagList=tags)
        self.assert_code(response, "UnknownParameter", "`TagList.1.Tag`")

    def test_emulator__names_a_missing_member_of_a_list(self):
        response = self.emulator.call("ListEmailIdentities", TagList=[{"TagKey": "a"}])
        self.assert_code(response, "MissingParameter", "`TagList.0.TagValue`")

    def test_emulator__refuses_the_wrong_type(self):
        for name, value in (("TagList", {}), ("TagList", ["a"]), ("Limit", "1"), ("Limit", 1.5), ("Limit", -1),
                            ("Offset", True), ("TagList", [{"TagKey": 1, "TagValue": "b"}])):
            with self.subTest(name, value=value):
                self.assert_code(self.emulator.call("ListEmailIdentities", **{name: value}), "InvalidParameter", name)

    def test_emulator__takes_null_for_not_sent(self):
        self.done(self.emulator.call("ListEmailIdentities", Limit=None, TagList=None))
        response = self.emulator.call("CreateEmailIdentity", EmailIdentity=None)
        self.assert_code(response, "MissingParameter", "`EmailIdentity`")


class Required(EmulatorTest):
    def test_emulator__names_each_missing_parameter(self):
        required = {
            "CreateEmailIdentity": ("EmailIdentity",),
            "GetEmailIdentity": ("EmailIdentity",),
            "UpdateEmailIdentity": ("EmailIdentity",),
            "DeleteEmailIdentity": ("EmailIdentity",),
            "CreateEmailAddress": ("EmailAddress",),
            "DeleteEmailAddress": ("EmailAddress",),
            "UpdateEmailSmtpPassWord": ("Password", "EmailAddress"),
            "CreateAddressUnsubscribeConfig": ("Address", "UnsubscribeConfig", "Status"),
            "UpdateAddressUnsubscribeConfig": ("Address", "UnsubscribeConfig", "Status"),
            "DeleteAddressUnsubscribeConfig": ("Address",),
        }
        for action, names in required.items():
            for name in names:
                others = {other: 1 if other == "Status" else "1" for other in names if other != name}
                self.assert_code(self.emulator.call(action, **others), "MissingParameter", f"`{name}`")


class Http(EmulatorTest):
    def test_emulator__refuses_other_methods_and_paths(self):
        for method, target, status in (("GET", "/", 405), ("PUT", "/", 405), ("POST", "/other", 404),
                                       ("GET", "/other", 404), ("POST", "//", 404)):
            self.assertEqual(self.emulator.send(method, target)[0], status, (method, target))
        self.assertEqual(self.emulator.send("GET", "/")[1]["Allow"], "POST")

    def test_emulator__answers_head_without_a_body(self):
        status, _, text = self.emulator.send("HEAD", "/")
        self.assertEqual((status, text), (405, ""))

    def test_emulator__signs_with_the_query_as_it_came(self):
        headers = signed_headers(self.emulator.authority, "ListEmailAddress", b"{}", query="a=%20b&c")
        status, _, text = self.emulator.send("POST", "/?a=%20b&c", b"{}", headers)
        self.assertEqual((status, "Error" in json.loads(text)["Response"]), (200, False))

    def test_emulator__sends_json_and_the_date(self):
        _, headers, _ = self.emulator.send("POST", "/", b"{}")
        self.assertEqual(headers["Content-Type"], "application/json")
        sent = email.utils.parsedate_to_datetime(headers["Date"]).timestamp()
        self.assertLess(abs(sent - time.time()), 30)
        self.assertEqual(len(headers.get_all("Date")), 1)

    def test_emulator__keeps_a_connection(self):
        connection = self.emulator.connect()
        for _ in range(100):
            self.done(self.emulator.call("ListEmailAddress", connection=connection))
        self.assertEqual({entry["connection"] for entry in self.emulator.journal()}, {1})
        connection.close()

    def test_emulator__counts_connections_and_requests(self):
        for _ in range(3):
            self.done(self.emulator.call("ListEmailAddress"))
        _, stats = self.emulator.admin("GET", "stats")
        self.assertEqual(stats, {"connections": 4, "api_connections": 3, "requests": 3})

    def test_emulator__serves_many_connections_at_once(self):
        self.make_domain()

        def work(worker):
            connection = self.emulator.connect()
            for _ in range(50):
                self.done(self.emulator.call("GetEmailIdentity", connection=connection,
                                             EmailIdentity="mail.example.com"))
            connection.close()
            return worker

        open_before = self.emulator.admin("GET", "stats")[1]["api_connections"]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual(list(pool.map(work, range(16))), list(range(16)))
        stats = self.emulator.admin("GET", "stats")[1]
        self.assertEqual(stats["api_connections"] - open_before, 16)
        self.assertEqual(stats["requests"], 1 + 16 * 50)

    def test_emulator__one_of_many_equal_creates_wins(self):
        def create(_):
            return self.emulator.call("CreateEmailIdentity", EmailIdentity="mail.example.com").get("Error", {})

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            codes = [error.get("Code") for error in pool.map(create, range(32))]
        self.assertEqual(codes.count(None), 1)
        self.assertEqual(codes.count("InvalidParameterValue.RepeatCreation"), 31)

    def test_emulator__request_ids_differ(self):
        ids = {self.emulator.call("ListEmailAddress")["RequestId"] for _ in range(50)}
        self.assertEqual(len(ids), 50)


class Journal(EmulatorTest):
    def test_emulator__shows_what_came_in(self):
        body = '{ "EmailIdentity" : "mail.example.com" }  '.encode()
        headers = signed_headers(self.emulator.authority, "CreateEmailIdentity", body)
        response = self.emulator.post(body, headers)
        entry = self.emulator.journal()[0]
        self.assertEqual(entry["headers"].pop("content-length"), str(len(body)))
        self.assertEqual(entry["headers"], headers)
        self.assertLess(abs(entry.pop("time") - time.time()), 30)
        del entry["headers"]
        self.assertEqual(entry, {
            "number": 1, "connection": 1, "method": "POST", "path": "/", "query": "", "action": "CreateEmailIdentity",
            "region": GUANGZHOU, "body": body.decode(), "body_length": len(body), "parsed": True, "status": 200,
            "code": None, "request_id": response["RequestId"], "effect": True})

    def test_emulator__shows_refusals_in_order(self):
        self.emulator.call("GetEmailIdentity", EmailIdentity="mail.example.com")
        self.emulator.send("GET", "/other?x=1")
        self.emulator.call_raw("ListEmailAddress", b"noise")
        seen = [(entry["number"], entry["status"], entry["code"], entry["effect"], entry["parsed"])
                for entry in self.emulator.journal()]
        self.assertEqual(seen, [(1, 200, "InvalidParameterValue.NotExistDomain", False, True),
                                (2, 404, None, False, False), (3, 200, "InvalidParameter", False, False)])

    def test_emulator__shows_bytes_that_are_no_text(self):
        for noise in (b"\xff\x00\xfe", b"\xff\xfe", b"\xff"):
            self.emulator.call_raw("ListEmailAddress", noise)
            entry = self.emulator.journal()[-1]
            self.assertIsNone(entry["body"])
            self.assertEqual(base64.b64decode(entry["body_base64"]), noise)

    def test_emulator__shows_zero_bytes_in_text(self):
        self.emulator.call_raw("ListEmailAddress", b"a\0b")
        self.assertEqual(self.emulator.journal()[0]["body"], "a\0b")

    def test_emulator__shows_what_came_after_a_number(self):
        for _ in range(3):
            self.emulator.call("ListEmailAddress")
        self.assertEqual([entry["number"] for entry in self.emulator.journal("?after=1")], [2, 3])
        self.assertEqual(self.emulator.admin("GET", "requests?after=x")[0], 400)

    def test_emulator__clears_the_journal_and_goes_on_counting(self):
        self.emulator.call("ListEmailAddress")
        self.assertEqual(self.emulator.admin("DELETE", "requests"), (200, {}))
        self.assertEqual(self.emulator.journal(), [])
        self.emulator.call("ListEmailAddress")
        self.assertEqual([entry["number"] for entry in self.emulator.journal()], [2])

    def test_emulator__drops_old_requests_beyond_64_megabytes(self):
        body = b"{}" + b" " * (9 * MEGABYTE)
        for _ in range(8):
            self.done(self.emulator.call_raw("ListEmailAddress", body))
        status, journal = self.emulator.admin("GET", "requests")
        self.assertEqual((status, journal["dropped"]), (200, 1))
        self.assertEqual([entry["number"] for entry in journal["requests"]], [2, 3, 4, 5, 6, 7, 8])

    def test_emulator__drops_old_requests_beyond_100000(self):
        request = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.emulator.port)) as client:
            sender = threading.Thread(target=client.sendall, args=(request * 100010,))
            sender.start()
            answers = 0
            rest = b""
            while answers < 100010:
                part = client.recv(1 << 16)
                self.assertTrue(part, "the connection stays open")
                received = rest + part
                answers += received.count(b"HTTP/1.1 404")
                rest = received[-len("HTTP/1.1 404") + 1:]
            sender.join()
        status, journal = self.emulator.admin("GET", "requests?after=100008")
        self.assertEqual((status, journal["dropped"]), (200, 10))
        self.assertEqual([entry["number"] for entry in journal["requests"]], [100009, 100010])

    def test_emulator__refuses_other_admin_requests(self):
        for method, path, status in (("POST", "requests", 405), ("GET", "domains/a.example.com", 405),
                                     ("GET", "other", 404), ("GET", "requests/1", 404), ("POST", "domains/", 404),
                                     ("POST", "stats", 405)):
            self.assertEqual(self.emulator.admin(method, path)[0], status, (method, path))

    def test_emulator__refuses_a_wrong_decision_about_a_domain(self):
        self.make_domain(verified=False)
        for content in (None, {}, [], {"verified": 1}, {"verified": True, "more": 1}):
            self.assertEqual(self.emulator.admin("POST", "domains/mail.example.com", content)[0], 400)
        self.assertEqual(self.emulator.admin("POST", "domains/other.example.com", {"verified": True})[0], 404)


if __name__ == "__main__":
    unittest.main()
