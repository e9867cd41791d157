# SPDX-License-Identifier: Apache-2.0
"""--verify dns against a real name server: what a submission finds there, and what it makes of it."""

import unittest

from harness import GUANGZHOU, HONGKONG, Emulator
from nameserver import ZONE, Knot, Unbound, needs_knot, needs_unbound, txt

NAME = "mail." + ZONE
MX = "mxbiz1.qq.com."
SPF = "v=spf1 include:qcloudmail.com ~all"
DMARC = "v=DMARC1; p=none"
ROWS = ["MX", "SPF", "DKIM", "DMARC"]


def line(row):
    """A row of the answer as a line of a zone file: exactly what the service asks for."""
    value = "10 " + row["ExpectedValue"] if row["Type"] == "MX" else txt(row["ExpectedValue"])
    return f"{row['SendDomain']}. {row['Type']} {value}"


def lines(response):
    return [line(row) for row in response["Attributes"]]


def statuses(response):
    return [row["Status"] for row in response["Attributes"]]


def currents(response):
    return [row["CurrentValue"] for row in response["Attributes"]]


class DnsTest(unittest.TestCase):
    """A test with a name server and an emulator that asks it."""

    def resolver(self):
        return self.knot.address

    def setUp(self):
        self.knot = Knot()
        self.addCleanup(self.knot.stop)
        self.emulator = Emulator("--verify", "dns", "--resolver", self.resolver())
        self.addCleanup(self.emulator.__exit__, None, None, None)

    def call(self, action, name=NAME, region=GUANGZHOU, **params):
        response = self.emulator.call(action, region, EmailIdentity=name, **params)
        self.assertNotIn("Error", response)
        return response

    def create(self, **params):
        return self.call("CreateEmailIdentity", **params)

    def submit(self, **params):
        return self.call("UpdateEmailIdentity", **params)

    def look(self):
        return self.call("GetEmailIdentity")


@needs_knot
class Submissions(DnsTest):
    def test_dns__nothing_is_there_at_first(self):
        created = self.create()
        for response in (created, self.look(), self.submit(), self.look()):
            self.assertEqual(statuses(response), [False] * 4)
            self.assertEqual(currents(response), [""] * 4)
            self.assertFalse(response["VerifiedForSendingStatus"])

    def test_dns__records_come_one_by_one(self):
        wanted = lines(self.create())
        for count in range(1, 5):
            self.knot.serve(wanted[:count])
            before = self.look()
            response = self.submit()
            self.assertEqual(statuses(before), [i < count - 1 for i in range(4)], "a look does not ask DNS")
            self.assertEqual(statuses(response), [i < count for i in range(4)])
            for row in response["Attributes"]:
                self.assertEqual(row["CurrentValue"], row["ExpectedValue"] if row["Status"] else "")
            self.assertEqual(response["VerifiedForSendingStatus"], count == 4)
            after = self.look()
            self.assertEqual((after["Attributes"], after["VerifiedForSendingStatus"]),
                             (response["Attributes"], count == 4))

    def test_dns__each_row_has_to_be_right(self):
        wanted = lines(self.create())
        for absent, row in enumerate(ROWS):
            with self.subTest(row):
                self.knot.serve(wanted[:absent] + wanted[absent + 1:])
                response = self.submit()
                self.assertEqual(statuses(response), [i != absent for i in range(4)])
                self.assertFalse(response["VerifiedForSendingStatus"])

    def test_dns__a_record_removed_later_counts_at_the_next_submission(self):
        wanted = lines(self.create())
        self.knot.serve(wanted)
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        self.knot.serve(wanted[:1] + wanted[2:])
        self.assertTrue(self.look()["VerifiedForSendingStatus"])
        self.assertEqual(statuses(self.look()), [True] * 4)
        response = self.submit()
        self.assertEqual(statuses(response), [True, False, True, True])
        self.assertEqual(response["Attributes"][1]["CurrentValue"], "")
        self.assertFalse(response["VerifiedForSendingStatus"])
        self.assertFalse(self.look()["VerifiedForSendingStatus"])
        refused = self.emulator.call("CreateEmailAddress", EmailAddress="news@" + NAME)
        self.assertEqual(refused["Error"]["Code"], "OperationDenied.DomainNotVerified")
        self.knot.serve(wanted)
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        self.assertNotIn("Error", self.emulator.call("CreateEmailAddress", EmailAddress="news@" + NAME))

    def test_dns__a_wrong_record_is_shown_as_it_is(self):
        self.create()
        wrong = ["mx.other.example.", "v=spf1 mx -all", "v=DKIM1; k=rsa; p=AAAA", "v=DMARC1; p=maybe"]
        self.knot.serve([f"mail MX 5 {wrong[0]}", f"mail TXT {txt(wrong[1])}",
                         f"qcloudgz1024._domainkey.mail TXT {txt(wrong[2])}", f"_dmarc.mail TXT {txt(wrong[3])}"])
        response = self.submit()
        self.assertEqual(currents(response), wrong)
        self.assertEqual(statuses(response), [False] * 4)

    def test_dns__other_domains_are_left_alone(self):
        wanted = lines(self.create())
        other = self.create(name="other." + ZONE)
        self.knot.serve(wanted)
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        self.assertEqual(self.call("GetEmailIdentity", name="other." + ZONE)["Attributes"], other["Attributes"])
        self.assertFalse(self.submit(name="other." + ZONE)["VerifiedForSendingStatus"])

    def test_dns__a_domain_outside_the_zone_has_nothing(self):
        """The server refuses to answer for it."""
        self.create(name="mail.example.org")
        response = self.submit(name="mail.example.org")
        self.assertEqual((statuses(response), currents(response)), ([False] * 4, [""] * 4))

    def test_dns__a_name_too_long_for_dns_has_nothing(self):
        name = "a" * 60 + "." + "b" * 60 + "." + "c" * 60 + "." + "d" * 40 + "." + ZONE
        wanted = lines(self.create(name=name))
        self.assertGreater(len("qcloudgz1024._domainkey." + name), 253)
        self.knot.serve([one for one in wanted if "_domainkey" not in one])
        self.assertEqual(statuses(self.submit(name=name)), [True, True, False, True])

    def test_dns__a_deleted_domain_begins_anew(self):
        wanted = lines(self.create())
        self.knot.serve(wanted)
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        self.call("DeleteEmailIdentity")
        self.assertEqual(statuses(self.create()), [False] * 4)

    def test_dns__the_admin_decides_on_the_domain_and_not_on_its_rows(self):
        wanted = lines(self.create())
        self.assertEqual(self.emulator.admin("POST", "domains/" + NAME, {"verified": True})[0], 200)
        self.assertTrue(self.look()["VerifiedForSendingStatus"])
        self.assertEqual(statuses(self.look()), [False] * 4)
        self.assertFalse(self.submit()["VerifiedForSendingStatus"], "the next submission decides again")
        self.knot.serve(wanted)
        self.submit()
        self.emulator.admin("POST", "domains/" + NAME, {"verified": False})
        self.assertFalse(self.look()["VerifiedForSendingStatus"])
        self.assertEqual(statuses(self.look()), [True] * 4)
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])


@needs_knot
class Keys(DnsTest):
    def test_dns__one_of_two_keys_is_enough(self):
        wanted = lines(self.create(DKIMOption=2))
        for absent, row in enumerate(["MX", "SPF", "1024", "2048", "DMARC"]):
            with self.subTest(row):
                self.knot.serve(wanted[:absent] + wanted[absent + 1:])
                response = self.submit()
                self.assertEqual(statuses(response), [i != absent for i in range(5)])
                self.assertEqual(response["VerifiedForSendingStatus"], absent in (2, 3))
        self.knot.serve(wanted[:2] + wanted[4:])
        self.assertFalse(self.submit()["VerifiedForSendingStatus"])
        self.knot.serve(wanted)
        self.assertEqual(statuses(self.submit()), [True] * 5)

    def test_dns__a_key_is_changed_without_a_gap(self):
        old = lines(self.create())
        self.knot.serve(old)
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        both = self.submit(DKIMOption=2)
        self.assertEqual(statuses(both), [True, True, True, False, True])
        self.assertTrue(both["VerifiedForSendingStatus"])
        self.knot.serve(lines(both))
        self.assertEqual(statuses(self.submit()), [True] * 5)
        new = self.submit(DKIMOption=1)
        self.assertEqual((statuses(new), new["VerifiedForSendingStatus"]), ([True] * 4, True))
        self.knot.serve(lines(new))
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])

    def test_dns__a_key_changed_before_its_record_is_there_ends_the_verification(self):
        """What was seen of the other key does not count."""
        old = lines(self.create())
        self.knot.serve(old)
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        response = self.submit(DKIMOption=1)
        self.assertEqual(statuses(response), [True, True, False, True])
        self.assertFalse(response["VerifiedForSendingStatus"])
        self.knot.serve(lines(response))
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        response = self.submit(DKIMOption=0)
        self.assertEqual(statuses(response), [True, True, False, True])
        self.assertFalse(response["VerifiedForSendingStatus"])

    def test_dns__the_region_of_creation_names_the_selector(self):
        self.knot.serve(lines(self.create(region=HONGKONG)))
        self.assertTrue(self.submit(region=GUANGZHOU)["VerifiedForSendingStatus"])

    def test_dns__a_long_key_is_joined_from_its_strings(self):
        response = self.create(DKIMOption=1)
        wanted = lines(response)
        key = response["Attributes"][2]["ExpectedValue"]
        self.assertGreater(len(key), 255)
        owner = "qcloudgz2048._domainkey.mail TXT "
        for size in (1, 100, 255):
            parts = [txt(key[i:i + size]) for i in range(0, len(key), size)]
            self.knot.serve(wanted[:2] + wanted[3:] + [owner + "( " + " ".join(parts) + " )"])
            response = self.submit()
            self.assertEqual(response["Attributes"][2]["CurrentValue"], key)
            self.assertTrue(response["VerifiedForSendingStatus"])
        self.knot.serve(wanted[:2] + wanted[3:] + [owner + txt(key[:200]), owner + txt(key[200:])])
        self.assertEqual(statuses(self.submit()), [True, True, False, True], "two records are not joined")

    def test_dns__an_answer_too_long_for_udp_comes_over_tcp(self):
        wanted = lines(self.create())
        tokens = [f"mail TXT {txt(f'token-{i}=' + 'x' * 200)}" for i in range(200)]
        self.knot.serve(wanted + tokens)
        response = self.submit()
        self.assertEqual(statuses(response), [True] * 4)
        self.assertEqual(response["Attributes"][1]["CurrentValue"], SPF)


@needs_knot
@needs_unbound
class Cached(DnsTest):
    """Through a recursive resolver, which keeps what it was told."""

    def resolver(self):
        unbound = Unbound(self.knot)
        self.addCleanup(unbound.stop)
        return unbound.address

    def test_dns__is_asked_through_a_resolver(self):
        wanted = lines(self.create())
        self.knot.serve(wanted[:2] + ["qcloudgz1024._domainkey.mail CNAME key"] + wanted[3:] +
                        [wanted[2].replace("qcloudgz1024._domainkey.mail", "key")])
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])

    def test_dns__a_submission_before_the_records_fills_the_cache(self):
        wanted = lines(self.create())
        self.assertEqual(statuses(self.submit()), [False] * 4)
        self.knot.serve(wanted)
        self.assertEqual(statuses(self.submit()), [False] * 4, "the lack of a record lasts a minute here")

    def test_dns__a_record_that_is_gone_lasts_in_the_cache(self):
        self.knot.serve(lines(self.create()))
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])
        self.knot.serve([])
        self.assertTrue(self.submit()["VerifiedForSendingStatus"])


# A case: what stands at the row's name, as lines of a zone file with OWNER in front; whether it matches by the letter
# and by the sense; and the CurrentValue, if it is not the value of the only record.
OTHER_KEY = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAJ"


def texts(*values):
    return [f"OWNER TXT {txt(value)}" for value in values]


MX_CASES = {
    "as expected": (["OWNER MX 10 mxbiz1.qq.com."], True, True, MX),
    "another preference": (["OWNER MX 0 mxbiz1.qq.com."], True, True, MX),
    "preferred to another": (["OWNER MX 5 mxbiz1.qq.com.", "OWNER MX 10 a.example.net."], True, True, MX),
    "after another": (["OWNER MX 30 mxbiz1.qq.com.", "OWNER MX 5 a.example.net."], True, True, MX),
    "the zone's name after it": (["OWNER MX 10 mxbiz1.qq.com"], False, False, "mxbiz1.qq.com.example.com."),
    "another host": (["OWNER MX 10 mxbiz2.qq.com."], False, False, "mxbiz2.qq.com."),
    "none of two": (["OWNER MX 20 a.example.net.", "OWNER MX 9 b.example.net."], False, False, "b.example.net."),
    "none of two, one nearer": (["OWNER MX 5 a.example.net.", "OWNER MX 9 mx.example.net."], False, False,
                                "a.example.net."),
    "refuses mail": (["OWNER MX 0 ."], False, False, "."),
    "a prefix of it": (["OWNER MX 10 mxbiz1.qq.co."], False, False, "mxbiz1.qq.co."),
    "odd letters": ([r"OWNER MX 10 mx\.biz1.qq.com."], False, False, r"mx\.biz1.qq.com."),
    "nothing": ([], False, False, ""),
}
SPF_CASES = {
    "as expected": (texts(SPF), True, True),
    "with more senders": (texts("v=spf1 mx include:a.example.net include:qcloudmail.com -all"), False, True),
    "in capitals": (texts("V=SPF1 INCLUDE:QCloudMail.com ~ALL"), False, True),
    "with a plus": (texts("v=spf1 +include:qcloudmail.com ~all"), False, True),
    "with a final dot": (texts("v=spf1 include:qcloudmail.com. ~all"), False, True),
    "with many spaces": (texts("v=spf1   include:qcloudmail.com   ~all "), False, True),
    "without all": (texts("v=spf1 include:qcloudmail.com"), False, True),
    "with redirect": (texts("v=spf1 include:qcloudmail.com redirect=a.example.net"), False, True),
    "in two strings": (['OWNER TXT "v=spf1 include:qcloud" "mail.com ~all"'], True, True, SPF),
    "beside other texts": (texts("google-site-verification=v=spf1", SPF, "zz"), True, True, SPF),
    "after all": (texts("v=spf1 -all include:qcloudmail.com"), False, False),
    "after +all": (texts("v=spf1 mx +all include:qcloudmail.com"), False, False),
    "with a minus": (texts("v=spf1 -include:qcloudmail.com ~all"), False, False),
    "with a question mark": (texts("v=spf1 ?include:qcloudmail.com ~all"), False, False),
    "redirected alone": (texts("v=spf1 redirect=qcloudmail.com"), False, False),
    "of a name like it": (texts("v=spf1 include:qcloudmail.com.cn include:xqcloudmail.com ~all"), False, False),
    "of a beginning of it": (texts("v=spf1 include:qcloudmail.co ~all"), False, False),
    "of nothing": (texts("v=spf1 include: ~all"), False, False),
    "of the root": (texts("v=spf1 include:. ~all"), False, False),
    "of no version": (texts("include:qcloudmail.com ~all"), False, False),
    "of another version": (texts("v=spf10 include:qcloudmail.com ~all"), False, False),
    "of the version alone": (texts("v=spf1"), False, False),
    "with a space before": (texts(" " + SPF), False, False),
    "with a tab": (texts("v=spf1\tinclude:qcloudmail.com ~all"), False, False),
    "in quotes": (texts(f'"{SPF}"'), False, False),
    "with a NUL byte": (texts(SPF.encode() + b"\0"), False, True, SPF + "\\000"),
    "without UTF-8": (texts(b"v=spf1 include:qcloudmail.com exp=\xff -all"), False, True,
                      "v=spf1 include:qcloudmail.com exp=? -all"),
    "twice": (texts(SPF, "v=spf1 mx -all"), True, False, SPF),
    "twice and never right": (texts("v=spf1 a ~all", "v=spf1 include:example.net ~all"), False, False,
                              "v=spf1 include:example.net ~all"),
    "another text alone": (texts("google-site-verification=abc"), False, False),
    "an empty text": (texts(""), False, False),
    "nothing": ([], False, False, ""),
}
DKIM_CASES = {
    "as expected": (texts("v=DKIM1; k=rsa; p=KEY"), True, True),
    "in the old form": (texts("k=rsa;p=KEY"), False, True),
    "of the key alone": (texts("p=KEY"), False, True),
    "in another order": (texts("v=DKIM1; p=KEY; k=rsa"), False, True),
    "with a final semicolon": (texts("v=DKIM1; k=rsa; p=KEY;"), False, True),
    "with spaces everywhere": (texts(" v = DKIM1 ;\t k = rsa ; p = KEY "), False, True),
    "with spaces in the key": (texts("v=DKIM1; k=rsa; p=MI GfMA\r\n\t0 REST"), False, True),
    "with other tags": (texts("v=DKIM1; h=sha256; k=rsa; t=y; n=note; x; p=KEY; s=email"), False, True),
    "in strings": (['OWNER TXT "v=DKIM1; k=rsa; p=MIGfMA" "0REST"'], True, True, "v=DKIM1; k=rsa; p=KEY"),
    "beside other texts": (texts("token", "v=DKIM1; k=rsa; p=KEY"), True, True, "v=DKIM1; k=rsa; p=KEY"),
    "of another key": (texts("v=DKIM1; k=rsa; p=" + OTHER_KEY), False, False),
    "cut off": (texts("v=DKIM1; k=rsa; p=MIGfMA0"), False, False),
    "with more after it": (texts("v=DKIM1; k=rsa; p=KEYA"), False, False),
    "in small letters": (texts("v=DKIM1; k=rsa; p=migfma0REST"), False, False),
    "revoked": (texts("v=DKIM1; k=rsa; p="), False, False),
    "of another type": (texts("v=DKIM1; k=ed25519; p=KEY"), False, False),
    "of another version": (texts("v=DKIM2; k=rsa; p=KEY"), False, False),
    "with a version in small letters": (texts("v=dkim1; k=rsa; p=KEY"), False, False),
    "with the version later": (texts("k=rsa; v=DKIM1; p=KEY"), False, False),
    "with two versions": (texts("v=DKIM1; v=DKIM1; k=rsa; p=KEY"), False, False),
    "with two types": (texts("v=DKIM1; k=rsa; k=rsa; p=KEY"), False, False),
    "with two keys": (texts("v=DKIM1; k=rsa; p=KEY; p=KEY"), False, False),
    "with a name in capitals": (texts("v=DKIM1; k=rsa; P=KEY"), False, False),
    "in quotes": (texts('"v=DKIM1; k=rsa; p=KEY"'), False, False),
    "with backslashes": (texts("v=DKIM1\\; k=rsa\\; p=KEY"), False, False),
    "without a key": (texts("v=DKIM1; k=rsa"), False, False),
    "twice": (texts("v=DKIM1; k=rsa; p=KEY", "v=DKIM1; k=rsa; p=" + OTHER_KEY), True, False, "v=DKIM1; k=rsa; p=KEY"),
    "twice the same in two forms": (texts("v=DKIM1; k=rsa; p=KEY", "k=rsa; p=KEY"), True, False,
                                    "v=DKIM1; k=rsa; p=KEY"),
    "nothing": ([], False, False, ""),
}
DMARC_CASES = {
    "as expected": (texts(DMARC), True, True),
    "with another policy": (texts("v=DMARC1; p=reject"), False, True),
    "with quarantine": (texts("v=DMARC1;p=Quarantine;"), False, True),
    "with more": (texts("v=DMARC1; sp=reject; rua=mailto:a@example.com; p=none; pct=50"), False, True),
    "with spaces": (texts("v = DMARC1 ; p = none"), False, True),
    "with a space before": (texts(" " + DMARC), False, True),
    "in strings": (['OWNER TXT "v=DMARC1; " "p=none"'], True, True, DMARC),
    "beside other texts": (texts("a", DMARC, "v=spf1 -all"), True, True, DMARC),
    "without a policy": (texts("v=DMARC1; sp=none"), False, False),
    "with no such policy": (texts("v=DMARC1; p=nothing"), False, False),
    "with an empty policy": (texts("v=DMARC1; p="), False, False),
    "with two policies": (texts("v=DMARC1; p=none; p=none"), False, False),
    "with two versions": (texts("v=DMARC1; v=DMARC1; p=none"), False, False),
    "with the version in small letters": (texts("v=dmarc1; p=none"), False, False),
    "of another version": (texts("v=DMARC10; p=none"), False, False),
    "with the version later": (texts("p=none; v=DMARC1"), False, False),
    "without semicolons": (texts("v=DMARC1 p=none"), False, False),
    "in quotes": (texts(f'"{DMARC}"'), False, False),
    "with backslashes": (texts("v=DMARC1\\; p=none"), False, False),
    "twice": (texts(DMARC, "v=DMARC1; p=reject"), True, False, DMARC),
    "twice and never as expected": (texts("v=DMARC1; p=quarantine", "v=DMARC1; p=nil"), False, False,
                                    "v=DMARC1; p=nil"),
    "nothing": ([], False, False, ""),
}


def unwritten(records):
    """The text of a record made by texts(): what it shows where a case names nothing else."""
    value = records[0].partition(" TXT ")[2][1:-1]
    for octet in b'"\\\t\r\n':
        value = value.replace(f"\\{octet:03}", chr(octet))
    return value


@needs_knot
class Judgement(unittest.TestCase):
    """Every case is a domain of its own, and one zone holds them all."""

    @classmethod
    def setUpClass(cls):
        cls.knot = Knot()
        cls.addClassCleanup(cls.knot.stop)
        cls.emulators = []
        for rule in ("literal", "semantic"):
            emulator = Emulator("--verify", "dns", "--resolver", cls.knot.address, "--match", rule,
                                "--max-domains", "999")
            cls.addClassCleanup(emulator.__exit__, None, None, None)
            cls.emulators.append(emulator)

    def place(self, name, row, records):
        """The domain's case, and its lines in the zone."""
        rows = [emulator.call("CreateEmailIdentity", EmailIdentity=name)["Attributes"] for emulator in self.emulators]
        self.assertEqual(rows[0], rows[1])
        wanted = rows[0][row]
        key = wanted["ExpectedValue"].partition("p=")[2]
        # A key always begins alike; cases that change its letters name the beginning.
        self.assertTrue("_domainkey" not in wanted["SendDomain"] or key.startswith("MIGfMA0"))
        fill = lambda text: text.replace("KEY", key).replace("REST", key[7:])  # noqa: E731
        return fill, [fill(record.replace("OWNER", wanted["SendDomain"] + ".")) for record in records]

    def check(self, row, cases):
        zone = []
        expected = []
        for number, (words, (records, literal, semantic, *shown)) in enumerate(cases.items()):
            fill, placed = self.place(f"{ROWS[row].lower()}{number}.{ZONE}", row, records)
            zone += placed
            value = shown[0] if shown else unwritten(records)
            expected.append((words, (literal, semantic), fill(value)))
        self.knot.serve(zone)
        for number, (words, matches, value) in enumerate(expected):
            for emulator, match, rule in zip(self.emulators, matches, ("literal", "semantic")):
                with self.subTest(words, rule=rule):
                    response = emulator.call("UpdateEmailIdentity", EmailIdentity=f"{ROWS[row].lower()}{number}.{ZONE}")
                    self.assertEqual(currents(response)[row], value)
                    self.assertEqual(statuses(response)[row], match)
                    # Nothing else is there. A text for SPF is no key and no policy of its own.
                    self.assertEqual(sum(statuses(response)), int(match))

    def test_dns__judges_mx(self):
        self.check(0, MX_CASES)

    def test_dns__judges_spf(self):
        self.check(1, SPF_CASES)

    def test_dns__judges_dkim(self):
        self.check(2, DKIM_CASES)

    def test_dns__judges_dmarc(self):
        self.check(3, DMARC_CASES)

    def test_dns__follows_an_alias_by_the_sense_alone(self):
        names = {"one": "alias", "two": "alias-alias", "away": "elsewhere.example.net.", "loop": "loop2"}
        zone = ["alias-alias CNAME alias", "loop2 CNAME loop._dmarc", "loop._dmarc CNAME loop2"]
        zone += [f"alias MX 10 {MX}", f"alias TXT {txt(SPF)}"]
        for name, target in names.items():
            self.place(f"{name}.{ZONE}", 0, [])
            zone += [f"{name} CNAME {target}"]
        self.knot.serve(zone)
        for name in names:
            for emulator, rule in zip(self.emulators, ("literal", "semantic")):
                with self.subTest(name, rule=rule):
                    response = emulator.call("UpdateEmailIdentity", EmailIdentity=f"{name}.{ZONE}")
                    found = rule == "semantic" and name in ("one", "two")
                    self.assertEqual(statuses(response), [found, found, False, False])
                    self.assertEqual(currents(response), [MX, SPF, "", ""] if found else [""] * 4)

    def test_dns__follows_an_alias_of_a_key(self):
        rows = [emulator.call("CreateEmailIdentity", EmailIdentity="aliased." + ZONE)["Attributes"]
                for emulator in self.emulators]
        key = rows[0][2]["ExpectedValue"]
        self.knot.serve([f"{rows[0][2]['SendDomain']}. CNAME key", f"key TXT {txt(key)}"])
        for emulator, match in zip(self.emulators, (False, True)):
            row = emulator.call("UpdateEmailIdentity", EmailIdentity="aliased." + ZONE)["Attributes"][2]
            self.assertEqual((row["Status"], row["CurrentValue"]), (match, key if match else ""))

    def test_dns__takes_a_wildcard_as_the_server_gives_it(self):
        self.place("wild." + ZONE, 0, [])
        self.knot.serve([f"*.wild TXT {txt(DMARC)}", f"wild MX 10 {MX}"])
        for emulator in self.emulators:
            response = emulator.call("UpdateEmailIdentity", EmailIdentity="wild." + ZONE)
            self.assertEqual(statuses(response), [True, False, False, True])


if __name__ == "__main__":
    unittest.main()
