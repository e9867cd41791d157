# SPDX-License-Identifier: Apache-2.0
"""The four actions on sender addresses."""

import time
import unittest

from harness import GUANGZHOU, HONGKONG, EmulatorTest

ADDRESS = "news@mail.example.com"
PASSWORD = "Right12pasS"


class Senders(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.make_domain()

    def create(self, address=ADDRESS, region=GUANGZHOU, **params):
        return self.emulator.call("CreateEmailAddress", region, EmailAddress=address, **params)

    def listed(self, region=GUANGZHOU):
        response = self.done(self.emulator.call("ListEmailAddress", region))
        self.assertEqual(list(response), ["EmailSenders"])
        return response["EmailSenders"]

    def test_emulator__creates_and_lists_addresses(self):
        self.assertEqual(self.done(self.create(EmailSenderName="新闻")), {})
        self.make_address("a.b+c@mail.example.com")
        first, second = self.listed()
        self.assertLess(abs(first.pop("CreatedTimestamp") - time.time()), 30)
        self.assertEqual(first, {"EmailAddress": ADDRESS, "EmailSenderName": "新闻", "SmtpPwdType": 0})
        self.assertEqual((second["EmailAddress"], second["EmailSenderName"]), ("a.b+c@mail.example.com", ""))

    def test_emulator__keeps_addresses_apart_by_region(self):
        self.make_address()
        self.assertEqual(self.listed(HONGKONG), [])
        response = self.emulator.call("DeleteEmailAddress", HONGKONG, EmailAddress=ADDRESS)
        self.assert_code(response, "InvalidParameterValue.NoSuchSender")
        self.make_address(region=HONGKONG)
        self.done(self.emulator.call("DeleteEmailAddress", GUANGZHOU, EmailAddress=ADDRESS))
        self.assertEqual((len(self.listed()), len(self.listed(HONGKONG))), (0, 1))

    def test_emulator__refuses_what_is_no_address(self):
        for address in ("", "news", "@mail.example.com", "news@", "news@mail", "a b@mail.example.com",
                        ".a@mail.example.com", "a.@mail.example.com", "a..b@mail.example.com", "a@b@mail.example.com",
                        "新闻@mail.example.com", "a" * 65 + "@mail.example.com",
                        "a@" + "b" * 60 + ".mail.example.com" * 4):
            with self.subTest(address):
                self.assert_code(self.create(address), "InvalidParameterValue.IllegalEmailAddress")

    def test_emulator__takes_an_address_of_128_characters(self):
        local = "a" * 60
        domain = "b" * (128 - 60 - 1 - len(".example.com")) + ".example.com"
        domain = domain[:30] + "." + domain[31:]
        self.make_domain(domain)
        self.assertEqual(len(f"{local}@{domain}"), 128)
        self.make_address(f"{local}@{domain}")
        response = self.create(f"{local}a@{domain}")
        self.assert_code(response, "InvalidParameterValue.IllegalEmailAddress")

    def test_emulator__refuses_an_alias_that_breaks_a_header(self):
        for alias in ("a\nb", "a\u007f", "<a>", 'a"b', "a@b", "字" * 65):
            with self.subTest(alias):
                self.assert_code(self.create(EmailSenderName=alias), "InvalidParameterValue.IllegalSenderName")
        self.done(self.create(EmailSenderName="字" * 64))

    def test_emulator__refuses_an_address_created_twice(self):
        self.make_address()
        for address in (ADDRESS, "News@Mail.example.com"):
            self.assert_code(self.create(address), "InvalidParameterValue.RepeatEmailAddress")

    def test_emulator__refuses_an_address_under_an_unverified_domain(self):
        self.make_domain("other.example.com", verified=False)
        for domain in ("other.example.com", "nowhere.example.com", "example.com", "sub.mail.example.com"):
            self.assert_code(self.create("a@" + domain), "OperationDenied.DomainNotVerified")
        self.assertEqual(self.listed(), [])

    def test_emulator__refuses_the_eleventh_address_of_a_region(self):
        for i in range(10):
            self.make_address(f"a{i}@mail.example.com")
        self.assert_code(self.create("a10@mail.example.com"), "OperationDenied.ExceedSenderLimit")
        self.make_address("a10@mail.example.com", HONGKONG)
        self.done(self.emulator.call("DeleteEmailAddress", EmailAddress="a5@mail.example.com"))
        self.make_address("a10@mail.example.com")
        self.assertEqual([row["EmailAddress"][:-17] for row in self.listed()],
                         ["a0", "a1", "a2", "a3", "a4", "a6", "a7", "a8", "a9", "a10"])

    def test_emulator__deletes_an_address(self):
        self.make_address()
        self.assertEqual(self.done(self.emulator.call("DeleteEmailAddress", EmailAddress="NEWS@mail.example.com")), {})
        response = self.emulator.call("DeleteEmailAddress", EmailAddress=ADDRESS)
        self.assert_code(response, "InvalidParameterValue.NoSuchSender")


class MoreSenders(EmulatorTest):
    options = ("--max-addresses", "2")

    def test_emulator__takes_another_limit_of_addresses(self):
        self.make_domain()
        self.make_address("a1@mail.example.com")
        self.make_address("a2@mail.example.com")
        response = self.emulator.call("CreateEmailAddress", EmailAddress="a3@mail.example.com")
        self.assert_code(response, "OperationDenied.ExceedSenderLimit")


class Passwords(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.make_domain()
        self.make_address()

    def set(self, password, address=ADDRESS, region=GUANGZHOU):
        return self.emulator.call("UpdateEmailSmtpPassWord", region, EmailAddress=address, Password=password)

    def test_emulator__sets_a_password(self):
        self.assertEqual(self.done(self.set(PASSWORD)), {})
        self.assertEqual(self.emulator.call("ListEmailAddress")["EmailSenders"][0]["SmtpPwdType"], 1)

    def test_emulator__refuses_passwords_that_are_too_simple(self):
        for password in ("", "Ab12Cd34X", "Ab12Cd34" * 2 + "Ab12C", "ab12cd34ef", "AB12CD34EF", "AbCdEfGhIj",
                         "Ab1Cd1EfGh", "AbAb12bbbb", "aBaB12BBBB", "Abcdef1XYZ"):
            with self.subTest(password):
                response = self.set(password)
                self.assert_code(response, "InvalidParameterValue.InvalidSmtpPassWord")
                if password:
                    self.assertNotIn(password, response["Error"]["Message"])

    def test_emulator__takes_passwords_of_10_to_20_characters(self):
        for password in ("AB12cd!?!?", "AB12cd" + "x" * 14):
            self.done(self.set(password))

    def test_emulator__refuses_the_password_it_has(self):
        self.done(self.set(PASSWORD))
        self.assert_code(self.set(PASSWORD), "OperationDenied.RepeatPassWord")
        self.done(self.set(PASSWORD + "1"))
        self.done(self.set(PASSWORD))

    def test_emulator__refuses_a_password_for_no_address(self):
        self.assert_code(self.set(PASSWORD, "other@mail.example.com"), "InvalidParameterValue.NoSuchSender")
        self.assert_code(self.set(PASSWORD, region=HONGKONG), "InvalidParameterValue.NoSuchSender")


if __name__ == "__main__":
    unittest.main()
