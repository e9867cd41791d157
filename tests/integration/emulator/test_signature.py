# SPDX-License-Identifier: Apache-2.0
"""The signature is really checked."""

import subprocess
import time
import unittest

from harness import SECRET_KEY, EmulatorTest, authorization, canonical_request, day, signed_headers

BODY = '{"EmailIdentity":"mail.example.com"}'.encode()
MINUTE = 60


class Signature(EmulatorTest):
    def sent(self, body=BODY, **signing):
        return self.emulator.call_raw("CreateEmailIdentity", body, **signing)

    def with_authorization(self, text):
        headers = signed_headers(self.emulator.authority, "ListEmailAddress", b"{}")
        headers["authorization"] = text
        return self.emulator.post(b"{}", headers)

    def test_emulator__takes_a_right_signature(self):
        self.done(self.sent())

    def test_emulator__takes_text_in_any_script(self):
        body = '{"EmailAddress":"a@mail.example.com","EmailSenderName":"腾讯云邮件 📮"}'.encode()
        self.make_domain()
        self.done(self.emulator.call_raw("CreateEmailAddress", body))

    def test_emulator__takes_any_set_of_signed_headers(self):
        names = ("content-type", "host", "x-tc-action", "x-tc-region", "x-tc-timestamp", "x-tc-version")
        self.done(self.sent(names=names))

    def test_emulator__takes_an_unsigned_payload(self):
        self.done(self.sent(unsigned=True))

    def test_emulator__takes_a_host_signed_without_its_port(self):
        self.done(self.sent(signed_host="127.0.0.1"))

    def test_emulator__takes_any_name_for_itself(self):
        for host in (f"ses.localhost:{self.emulator.port}", "ses.tencentcloudapi.com"):
            self.done(self.emulator.post(b"{}", signed_headers(host, "ListEmailAddress", b"{}")))

    def test_emulator__takes_a_token_without_asking_for_it(self):
        headers = signed_headers(self.emulator.authority, "ListEmailAddress", b"{}")
        headers["x-tc-token"] = "token-of-a-role"
        self.done(self.emulator.post(b"{}", headers))
        self.assertEqual(self.emulator.journal()[0]["headers"]["x-tc-token"], "token-of-a-role")

    def test_emulator__refuses_a_wrong_key_and_shows_what_it_computed(self):
        headers = signed_headers(self.emulator.authority, "CreateEmailIdentity", BODY, key="wrong")
        response = self.emulator.post(BODY, headers)
        canonical = canonical_request(headers, ("content-type", "host"), BODY)
        text = "TC3-HMAC-SHA256\n" + headers["x-tc-timestamp"] + "\n"
        self.assert_code(response, "AuthFailure.SignatureFailure", canonical, text)

    def test_emulator__never_shows_the_right_signature(self):
        headers = signed_headers(self.emulator.authority, "CreateEmailIdentity", BODY, key="wrong")
        canonical = canonical_request(headers, ("content-type", "host"), BODY)
        right = authorization(canonical, int(headers["x-tc-timestamp"]), ("content-type", "host"))
        message = self.emulator.post(BODY, headers)["Error"]["Message"]
        self.assertNotIn(right[-64:], message)
        self.assertNotIn(SECRET_KEY, message)

    def test_emulator__refuses_a_body_changed_by_one_byte(self):
        headers = signed_headers(self.emulator.authority, "CreateEmailIdentity", BODY)
        self.assert_code(self.emulator.post(BODY + b" ", headers), "AuthFailure.SignatureFailure")

    def test_emulator__refuses_a_signed_header_that_was_changed(self):
        names = ("content-type", "host", "x-tc-action")
        headers = signed_headers(self.emulator.authority, "CreateEmailIdentity", BODY, names=names)
        headers["x-tc-action"] = "DeleteEmailIdentity"
        self.assert_code(self.emulator.post(BODY, headers), "AuthFailure.SignatureFailure", "deleteemailidentity")

    def test_emulator__refuses_a_foreign_host(self):
        self.assert_code(self.sent(signed_host="ses.example.com"), "AuthFailure.SignatureFailure")

    def test_emulator__refuses_another_day_in_the_scope(self):
        yesterday = day(time.time() - 24 * 60 * MINUTE)
        self.assert_code(self.sent(date=yesterday), "AuthFailure.SignatureFailure", yesterday)

    def test_emulator__refuses_a_scope_day_that_was_not_signed(self):
        headers = signed_headers(self.emulator.authority, "CreateEmailIdentity", BODY)
        today = day(int(headers["x-tc-timestamp"]))
        headers["authorization"] = headers["authorization"].replace(f"/{today}/", "/2020-01-01/")
        self.assert_code(self.emulator.post(BODY, headers), "AuthFailure.SignatureFailure", "2020-01-01")

    def test_emulator__refuses_another_service_and_names_it(self):
        self.assert_code(self.sent(service="127"), "AuthFailure.SignatureFailure", "service 127", "--any-service")

    def test_emulator__refuses_an_unknown_id(self):
        self.assert_code(self.sent(secret_id="AKIDNOBODY"), "AuthFailure.SecretIdNotFound", "AKIDNOBODY")

    def test_emulator__refuses_a_stale_timestamp(self):
        for seconds in (-6 * MINUTE, 6 * MINUTE):
            response = self.sent(timestamp=int(time.time()) + seconds)
            self.assert_code(response, "AuthFailure.SignatureExpire")

    def test_emulator__takes_a_timestamp_within_five_minutes(self):
        for seconds in (-4 * MINUTE, 4 * MINUTE):
            self.done(self.emulator.call_raw("ListEmailAddress", b"{}", timestamp=int(time.time()) + seconds))

    def test_emulator__refuses_an_authorization_of_another_form(self):
        signature = "0" * 64
        scope = f"AKIDEMULATOR/{day(time.time())}/ses/tc3_request"
        names = "content-type;host"
        for text in (
            "Basic abc",
            "SKIP",
            "TC3-HMAC-SHA256 ",
            f"TC3-HMAC-SHA1 Credential={scope}, SignedHeaders={names}, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={names}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature=abc",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={'G' * 64}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential=AKIDEMULATOR, SignedHeaders={names}, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential=AKIDEMULATOR/ses/tc3_request, SignedHeaders={names}, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential={scope}_, SignedHeaders={names}, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=content-type, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={names};host, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={names};x-absent, Signature={signature}",
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=;{names}, Signature={signature}",
        ):
            with self.subTest(text):
                self.assert_code(self.with_authorization(text), "AuthFailure.InvalidAuthorization")

    def test_emulator__a_refused_call_has_no_effect(self):
        self.sent(key="wrong")
        self.assertEqual(self.emulator.call("ListEmailIdentities")["Total"], 0)
        self.assertEqual([entry["effect"] for entry in self.emulator.journal()], [False, False])


class Keys(EmulatorTest):
    options = ("--secret", "ID1:key1", "--secret", "ID2:key:2")

    def test_emulator__takes_each_secret_it_was_given(self):
        for secret_id, key in (("ID1", "key1"), ("ID2", "key:2")):
            self.done(self.emulator.call_raw("ListEmailAddress", b"{}", secret_id=secret_id, key=key))

    def test_emulator__all_ids_see_one_account(self):
        self.done(self.emulator.call_raw("CreateEmailIdentity", BODY, secret_id="ID1", key="key1"))
        response = self.emulator.call_raw("ListEmailIdentities", b"{}", secret_id="ID2", key="key:2")
        self.assertEqual(response["Total"], 1)

    def test_emulator__has_no_default_secret_beside_those_given(self):
        self.assert_code(self.emulator.call_raw("ListEmailAddress", b"{}"), "AuthFailure.SecretIdNotFound")

    def test_emulator__refuses_the_key_of_another_id(self):
        response = self.emulator.call_raw("ListEmailAddress", b"{}", secret_id="ID1", key="key:2")
        self.assert_code(response, "AuthFailure.SignatureFailure")


class AnyService(EmulatorTest):
    options = ("--any-service",)

    def test_emulator__any_service_takes_the_scope_service(self):
        for service in ("ses", "127"):
            self.done(self.emulator.call_raw("ListEmailAddress", b"{}", service=service))

    def test_emulator__any_service_still_checks_the_signature(self):
        response = self.emulator.call_raw("ListEmailAddress", b"{}", service="127", key="wrong")
        self.assert_code(response, "AuthFailure.SignatureFailure", "/127/tc3_request")


class Curl(EmulatorTest):
    """curl as the client, so that not every byte comes from one HTTP library."""

    def curl(self, headers, body):
        arguments = ["curl", "--silent", "--show-error", "--data-binary", "@-", self.emulator.endpoint + "/"]
        for name, value in headers.items():
            arguments += ["--header", f"{name}: {value}"]
        done = subprocess.run(arguments, input=body, capture_output=True, check=True)
        return done.stdout.decode()

    def signed(self, action, body, **signing):
        return self.curl(signed_headers(self.emulator.authority, action, body, **signing), body)

    def test_emulator__curl_gets_a_right_answer(self):
        self.assertIn('"IdentityType":"DOMAIN"', self.signed("CreateEmailIdentity", BODY))

    def test_emulator__curl_gets_a_refused_signature(self):
        answer = self.signed("CreateEmailIdentity", BODY, key="wrong")
        self.assertIn('"Code":"AuthFailure.SignatureFailure"', answer)
        self.assertIn(r"POST\n/\n\ncontent-type:application/json\nhost:" + self.emulator.authority, answer)

    def test_emulator__curl_gets_a_stale_timestamp(self):
        answer = self.signed("CreateEmailIdentity", BODY, timestamp=int(time.time()) - 6 * MINUTE)
        self.assertIn('"Code":"AuthFailure.SignatureExpire"', answer)

    def test_emulator__curl_gets_an_unknown_action(self):
        self.assertIn('"Code":"InvalidAction"', self.signed("CreateEverything", BODY))

    def test_emulator__curl_sends_a_megabyte_of_noise(self):
        noise = bytes((7 * i * i + i // 251) & 255 for i in range(1 << 20))
        self.assertIn('"Code":"InvalidParameter"', self.signed("CreateEmailIdentity", noise))
        self.done(self.emulator.call("ListEmailAddress"))

    def test_emulator__curl_keeps_its_connection(self):
        headers = signed_headers(self.emulator.authority, "ListEmailAddress", b"{}")
        options = [f"{name}: {value}" for name, value in headers.items()]
        arguments = ["curl", "--silent", "--data-binary", "{}", self.emulator.endpoint, self.emulator.endpoint]
        for option in options:
            arguments += ["--header", option]
        subprocess.run(arguments, capture_output=True, check=True)
        self.assertEqual({entry["connection"] for entry in self.emulator.journal()}, {1})


if __name__ == "__main__":
    unittest.main()
