# SPDX-License-Identifier: Apache-2.0
"""The five actions on sending domains, and how a domain becomes verified."""

import base64
import unittest

from harness import GUANGZHOU, HONGKONG, Emulator, EmulatorTest

NAME = "mail.example.com"


def key_bits(record):
    """The size of the RSA key in a DKIM record, read from its DER without a library."""
    data = base64.b64decode(record.split("p=")[1], validate=True)

    def element(offset):
        length = data[offset + 1]
        start = offset + 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[start:start + count], "big")
            start += count
        return data[offset], start, length

    tag, start, length = element(0)
    assert tag == 0x30 and start + length == len(data), "one sequence"
    tag, algorithm, algorithm_length = element(start)
    assert data[algorithm:algorithm + 11].hex() == "06092a864886f70d010101", "rsaEncryption"
    tag, bits, _ = element(algorithm + algorithm_length)
    assert tag == 0x03 and data[bits] == 0, "a bit string"
    tag, numbers, _ = element(bits + 1)
    tag, modulus, modulus_length = element(numbers)
    tag, exponent, exponent_length = element(modulus + modulus_length)
    assert int.from_bytes(data[exponent:exponent + exponent_length], "big") == 65537
    return int.from_bytes(data[modulus:modulus + modulus_length], "big").bit_length()


class Records(EmulatorTest):
    def create(self, name=NAME, region=GUANGZHOU, **params):
        return self.done(self.emulator.call("CreateEmailIdentity", region, EmailIdentity=name, **params))

    def test_emulator__creates_a_domain_with_four_records(self):
        response = self.create()
        rows = response.pop("Attributes")
        self.assertEqual(response, {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": False, "DKIMOption": 0})
        self.assertEqual([(row["Type"], row["SendDomain"]) for row in rows], [
            ("MX", NAME), ("TXT", NAME), ("TXT", "qcloudgz1024._domainkey." + NAME), ("TXT", "_dmarc." + NAME)])
        values = [row["ExpectedValue"] for row in rows]
        self.assertEqual(values[:2], ["mxbiz1.qq.com.", "v=spf1 include:qcloudmail.com ~all"])
        self.assertRegex(values[2], "^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]+=*$")
        self.assertEqual(values[3], "v=DMARC1; p=none")
        for row in rows:
            self.assertEqual((row["CurrentValue"], row["Status"]), ("", False))
            self.assertEqual(len(row), 5)

    def test_emulator__names_selectors_by_region_and_key_size(self):
        for region, code in ((GUANGZHOU, "gz"), (HONGKONG, "hk")):
            for option, sizes in ((0, [1024]), (1, [2048]), (2, [1024, 2048])):
                rows = self.create(f"{code}{option}.example.com", region, DKIMOption=option)["Attributes"]
                keys = [row for row in rows if "_domainkey" in row["SendDomain"]]
                selectors = [row["SendDomain"].split(".")[0] for row in keys]
                self.assertEqual(selectors, [f"qcloud{code}{size}" for size in sizes])
                self.assertEqual([key_bits(row["ExpectedValue"]) for row in keys], sizes)

    def test_emulator__keeps_the_region_of_creation_in_the_selector(self):
        rows = self.create(region=HONGKONG)["Attributes"]
        self.assertEqual(self.emulator.call("GetEmailIdentity", GUANGZHOU, EmailIdentity=NAME)["Attributes"], rows)

    def test_emulator__gives_a_domain_the_same_keys_in_every_run(self):
        for name in ("a.example.com", "b.example.com", "c.example.com", "d.example.com"):
            rows = self.create(name, DKIMOption=2)["Attributes"]
            with Emulator() as other:
                again = other.call("CreateEmailIdentity", EmailIdentity=name, DKIMOption=2)["Attributes"]
            self.assertEqual(again, rows)

    def test_emulator__gives_domains_different_keys(self):
        keys = {self.create(f"d{i}.example.com")["Attributes"][2]["ExpectedValue"] for i in range(10)}
        self.assertGreater(len(keys), 1)

    def test_emulator__keeps_names_in_lower_case(self):
        self.assertEqual(self.create("Mail.Example.COM")["Attributes"][0]["SendDomain"], NAME)
        response = self.emulator.call("CreateEmailIdentity", EmailIdentity="MAIL.example.com")
        self.assert_code(response, "InvalidParameterValue.RepeatCreation")


class Domains(EmulatorTest):
    options = ("--foreign-domain", "taken.example.com")

    def test_emulator__refuses_names_that_are_no_domain(self):
        for name in ("", "example", "a..example.com", ".example.com", "example.com.", "-a.example.com",
                     "a-.example.com", "a_b.example.com", "a b.example.com", "10.0.0.1", "例子.example.com",
                     "a" * 64 + ".example.com", ("a" * 60 + ".") * 4 + "example.com", "user@example.com"):
            with self.subTest(name):
                response = self.emulator.call("CreateEmailIdentity", EmailIdentity=name)
                self.assert_code(response, "InvalidParameterValue.InvalidEmailIdentity")

    def test_emulator__takes_unusual_names(self):
        for name in ("a.cn", "xn--fsqu00a.example.com", "1.2.example3.com4", "a" * 63 + ".example.com"):
            self.make_domain(name, verified=False)

    def test_emulator__refuses_another_dkim_option(self):
        for action in ("CreateEmailIdentity", "UpdateEmailIdentity"):
            response = self.emulator.call(action, EmailIdentity=NAME, DKIMOption=3)
            self.assert_code(response, "InvalidParameterValue" if "Create" in action
                             else "InvalidParameterValue.NotExistDomain")
        self.make_domain()
        response = self.emulator.call("UpdateEmailIdentity", EmailIdentity=NAME, DKIMOption=3)
        self.assert_code(response, "InvalidParameterValue", "DKIMOption")

    def test_emulator__refuses_a_domain_created_twice(self):
        self.make_domain()
        for region in (GUANGZHOU, HONGKONG):
            response = self.emulator.call("CreateEmailIdentity", region, EmailIdentity=NAME)
            self.assert_code(response, "InvalidParameterValue.RepeatCreation")

    def test_emulator__refuses_a_domain_of_another_account(self):
        response = self.emulator.call("CreateEmailIdentity", EmailIdentity="Taken.example.com")
        self.assert_code(response, "InvalidParameterValue.CreatedByOther")

    def test_emulator__refuses_the_eleventh_domain_over_all_regions(self):
        for i in range(10):
            region = HONGKONG if i % 2 else GUANGZHOU
            self.done(self.emulator.call("CreateEmailIdentity", region, EmailIdentity=f"d{i}.example.com"))
        response = self.emulator.call("CreateEmailIdentity", EmailIdentity="d10.example.com")
        self.assert_code(response, "OperationDenied.ExceedDomainLimit")
        self.done(self.emulator.call("DeleteEmailIdentity", EmailIdentity="d3.example.com"))
        self.done(self.emulator.call("CreateEmailIdentity", EmailIdentity="d10.example.com"))

    def test_emulator__knows_a_domain_in_every_region(self):
        tags = [{"TagKey": "team", "TagValue": "news"}]
        self.make_domain(verified=False, TagList=tags, DKIMOption=1)
        for region in (GUANGZHOU, HONGKONG):
            response = self.done(self.emulator.call("GetEmailIdentity", region, EmailIdentity=NAME))
            self.assertEqual(len(response.pop("Attributes")), 4)
            self.assertEqual(response, {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": False, "DKIMOption": 1,
                                        "TagList": tags})

    def test_emulator__refuses_a_domain_that_does_not_exist(self):
        for action in ("GetEmailIdentity", "UpdateEmailIdentity", "DeleteEmailIdentity"):
            response = self.emulator.call(action, EmailIdentity=NAME)
            self.assert_code(response, "InvalidParameterValue.NotExistDomain")

    def test_emulator__deletes_a_domain(self):
        self.make_domain()
        self.assertEqual(self.done(self.emulator.call("DeleteEmailIdentity", EmailIdentity=NAME)), {})
        response = self.emulator.call("GetEmailIdentity", EmailIdentity=NAME)
        self.assert_code(response, "InvalidParameterValue.NotExistDomain")

    def test_emulator__keeps_a_domain_with_addresses_in_any_region(self):
        self.make_domain()
        self.make_domain("example.com")
        self.make_address("a@" + NAME, HONGKONG)
        response = self.emulator.call("DeleteEmailIdentity", GUANGZHOU, EmailIdentity=NAME)
        self.assert_code(response, "OperationDenied.SenderWithDomainIsNotEmpty")
        self.done(self.emulator.call("DeleteEmailIdentity", EmailIdentity="example.com"))
        self.done(self.emulator.call("DeleteEmailAddress", HONGKONG, EmailAddress="a@" + NAME))
        self.done(self.emulator.call("DeleteEmailIdentity", EmailIdentity=NAME))


class NoDelete(EmulatorTest):
    options = ("--no-delete",)

    def test_emulator__refuses_to_delete_for_an_account_that_may_not(self):
        self.make_domain()
        response = self.emulator.call("DeleteEmailIdentity", EmailIdentity=NAME)
        self.assert_code(response, "OperationDenied.NotAllowDelete")


class Listing(EmulatorTest):
    options = ("--max-domains", "250")

    def listed(self, **params):
        response = self.done(self.emulator.call("ListEmailIdentities", **params))
        return [row["IdentityName"] for row in response["EmailIdentities"]], response["Total"]

    def test_emulator__lists_domains_as_the_service_does(self):
        tags = [{"TagKey": "team", "TagValue": "news"}]
        self.make_domain(TagList=tags, DKIMOption=2)
        response = self.done(self.emulator.call("ListEmailIdentities"))
        row = response.pop("EmailIdentities")[0]
        self.assertEqual(set(response), {"MaxReputationLevel", "MaxDailyQuota", "Total"})
        for name in ("CurrentReputationLevel", "DailyQuota"):
            self.assertIsInstance(row.pop(name), int)
        self.assertEqual(row, {"IdentityName": NAME, "IdentityType": "DOMAIN", "SendingEnabled": True, "SendIp": [],
                               "TagList": tags, "DKIMOption": 2})

    def test_emulator__lists_nothing_for_a_new_account(self):
        self.assertEqual(self.listed(), ([], 0))

    def test_emulator__lists_in_pages(self):
        names = [f"d{i}.example.com" for i in range(250)]
        for name in names:
            self.make_domain(name, verified=False)
        self.assertEqual(self.listed(), (names[:100], 250))
        self.assertEqual(self.listed(Limit=100, Offset=200), (names[200:], 250))
        self.assertEqual(self.listed(Limit=3, Offset=99), (names[99:102], 250))
        self.assertEqual(self.listed(Offset=250), ([], 250))
        self.assertEqual(self.listed(Offset=2**63 - 1), ([], 250))
        self.assert_code(self.emulator.call("CreateEmailIdentity", EmailIdentity="d250.example.com"),
                         "OperationDenied.ExceedDomainLimit")

    def test_emulator__refuses_a_limit_over_one_hundred(self):
        for limit in (101, 2**63 - 1):
            self.assert_code(self.emulator.call("ListEmailIdentities", Limit=limit), "InvalidParameterValue", "Limit")

    def test_emulator__lists_by_tags(self):
        red = {"TagKey": "colour", "TagValue": "red"}
        blue = {"TagKey": "colour", "TagValue": "blue"}
        big = {"TagKey": "size", "TagValue": "big"}
        self.make_domain("red.example.com", verified=False, TagList=[red])
        self.make_domain("big.example.com", verified=False, TagList=[red, big])
        self.make_domain("none.example.com", verified=False)
        self.assertEqual(self.listed(TagList=[red]), (["red.example.com", "big.example.com"], 2))
        self.assertEqual(self.listed(TagList=[red, big]), (["big.example.com"], 1))
        self.assertEqual(self.listed(TagList=[blue]), ([], 0))
        self.assertEqual(self.listed(TagList=[]), (["red.example.com", "big.example.com", "none.example.com"], 3))
        self.assertEqual(self.listed(TagList=[red], Offset=1, Limit=1), (["big.example.com"], 2))


class Verification(unittest.TestCase):
    def submit(self, emulator, **params):
        response = emulator.call("UpdateEmailIdentity", EmailIdentity=NAME, **params)
        self.assertEqual(set(response) - {"DKIMOption"},
                         {"IdentityType", "VerifiedForSendingStatus", "Attributes", "RequestId"})
        return response

    def status(self, response):
        verified = response["VerifiedForSendingStatus"]
        for row in response["Attributes"]:
            self.assertEqual(row["Status"], verified)
            self.assertEqual(row["CurrentValue"], row["ExpectedValue"] if verified else "")
        return verified

    def created(self, *options):
        emulator = Emulator(*options)
        self.addCleanup(emulator.__exit__, None, None, None)
        self.assertNotIn("Error", emulator.call("CreateEmailIdentity", EmailIdentity=NAME))
        return emulator

    def look(self, emulator):
        return self.status(emulator.call("GetEmailIdentity", EmailIdentity=NAME))

    def test_emulator__verifies_at_the_first_submit(self):
        emulator = self.created()
        self.assertFalse(self.look(emulator))
        self.assertTrue(self.status(self.submit(emulator)))
        self.assertTrue(self.look(emulator))

    def test_emulator__verifies_at_the_nth_submit(self):
        emulator = self.created("--verify", "after=3")
        self.assertEqual([self.status(self.submit(emulator)) for _ in range(4)], [False, False, True, True])

    def test_emulator__looking_does_not_verify(self):
        emulator = self.created("--verify", "after=2")
        self.submit(emulator)
        self.assertEqual([self.look(emulator) for _ in range(3)], [False, False, False])

    def test_emulator__verifies_by_hand(self):
        emulator = self.created("--verify", "manual")
        self.assertEqual([self.status(self.submit(emulator)) for _ in range(3)], [False, False, False])
        answer = emulator.admin("POST", "domains/Mail.example.com", {"verified": True})
        self.assertEqual(answer, (200, {"name": NAME, "verified": True}))
        self.assertTrue(self.look(emulator))
        emulator.admin("POST", "domains/" + NAME, {"verified": False})
        self.assertFalse(self.look(emulator))

    def test_emulator__counts_submits_anew_after_a_decision(self):
        emulator = self.created("--verify", "after=2")
        self.submit(emulator)
        self.assertTrue(self.status(self.submit(emulator)))
        emulator.admin("POST", "domains/" + NAME, {"verified": False})
        self.assertEqual([self.status(self.submit(emulator)) for _ in range(2)], [False, True])

    def test_emulator__a_submit_may_change_the_keys(self):
        emulator = self.created("--verify", "manual")
        response = self.submit(emulator, DKIMOption=2, NewAPI=True)
        self.assertEqual((response["DKIMOption"], len(response["Attributes"])), (2, 5))
        self.assertEqual(self.submit(emulator)["DKIMOption"], 2)
        self.assertEqual(emulator.call("GetEmailIdentity", EmailIdentity=NAME)["DKIMOption"], 2)


if __name__ == "__main__":
    unittest.main()
