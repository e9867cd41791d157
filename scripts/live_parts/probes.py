# SPDX-License-Identifier: Apache-2.0
"""What can be found out about the assumptions of docs/assumptions.md. Each probe gives (holds, what was seen), or None
where this account can't tell. Those of READ send List and Get requests alone, and one of an action that does not exist;
those of REFUSED send changes that can't succeed because no one can own the domain; those of WRITE look at what the flow of
--write has left in `seen`."""

import re

GUANGZHOU, HONGKONG = "ap-guangzhou", "ap-hongkong"
ABSENT = "tcses-live-probe.invalid"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def code(response):
    return response["Error"]["Code"] if "Error" in response else "accepted"


def refuses(response, expected):
    return code(response) == expected, code(response)


def refused(*responses):
    """The finding where one of these is an error though all should be accepted; None where none is."""
    return next(((False, code(response)) for response in responses if "Error" in response), None)


def forbidden(finding):
    """Whether the account's rights, not the service's rules, gave the answer."""
    return finding is not None and "UnauthorizedOperation" in finding[1]


def all_of(*findings):
    return all(holds for holds, _ in findings), ", ".join(seen for _, seen in findings)


class Probes:
    def __init__(self, service, names, seen):
        self.service = service
        self.ask = service.ask
        self.names = names  # the account's domains
        self.seen = seen  # what the flow has left

    def domain(self):
        return self.names[0] if self.names else None

    def get(self, region=GUANGZHOU, name=None):
        return self.ask("GetEmailIdentity", {"EmailIdentity": name or self.domain()}, region)

    # ---- nothing but reading ----

    def a1(self):
        both = self.ask("NoSuchAction", {}, version="2000-01-01")
        region = self.ask("ListEmailAddress", {"Colour": "green"}, region="ap-nowhere")
        return all_of(refuses(both, "InvalidAction"), refuses(region, "UnsupportedRegion"))

    def a8(self):
        unknown = self.ask("GetEmailIdentity", {"Colour": "green"})
        null = self.ask("GetEmailIdentity", {"EmailIdentity": None})
        return all_of(refuses(unknown, "UnknownParameter"), refuses(null, "MissingParameter"))

    def a9(self):
        text = self.ask("ListEmailIdentities", {"Limit": "10"})
        negative = self.ask("ListEmailIdentities", {"Limit": -1})
        return all_of(refuses(text, "InvalidParameter"), refuses(negative, "InvalidParameter"))

    def a11(self):
        if not self.names:
            return None
        got = self.get()
        return refused(got) or self.records(got.get("Attributes") or [])

    def records(self, rows):
        types = [row["Type"] for row in rows]
        full = all(row["SendDomain"].rstrip(".").endswith(self.domain()) for row in rows)
        expected = ["MX"] + ["TXT"] * (len(rows) - 1)
        return full and len(rows) in (4, 5) and types == expected, " ".join(types) + (", full names" if full else "")

    def a12(self):
        if not self.names:
            return None
        answers = [self.get(region) for region in (GUANGZHOU, HONGKONG)]
        return refused(*answers) or self.selectors(*[answer.get("Attributes") or [] for answer in answers])

    def selectors(self, *regions):
        here, there = [{row["SendDomain"] for row in rows} for rows in regions]
        found = re.findall(r"(\w+)\._domainkey", " ".join(here))
        known = bool(found) and all(re.fullmatch(r"qcloud(gz|hk)(1024|2048)", name) for name in found)
        what = "the same" if here == there else "others"
        return here == there and known, f"{' '.join(found) or 'no selector'}, {what} from the other region"

    def a14(self):
        if not self.names:
            return None
        upper = self.get(name=self.domain().upper())
        return code(upper) == "accepted", "upper case: " + code(upper)

    def a18(self):
        over = self.ask("ListEmailIdentities", {"Limit": 101})
        past = self.ask("ListEmailIdentities", {"Limit": 10, "Offset": 1000})
        empty = past.get("EmailIdentities")
        return all_of(refuses(over, "InvalidParameterValue"), refused(past) or (empty == [], f"past the end {empty}"))

    def a19(self):
        tagged = self.seen.get("tags", [])
        if not tagged:
            return None
        both = self.ask("ListEmailIdentities", {"TagList": [tagged[0], {"TagKey": "tcses-absent", "TagValue": "x"}]})
        one = self.ask("ListEmailIdentities", {"TagList": tagged[:1]})
        counts = [len(answer.get("EmailIdentities") or []) for answer in (one, both)]
        told = f"{counts[0]} with the tag, {counts[1]} with an absent one too"
        return refused(one, both) or (counts[0] > 0 and counts[1] == 0, told)

    def a31(self):
        return refuses(self.ask("ListAddressUnsubscribeConfig", {"Limit": "ten"}), "InvalidParameterValue")

    def a32(self):
        answers = [self.ask("GetEmailIdentity", {"EmailIdentity": ABSENT}, language=language)
                   for language in ("en-US", "zh-CN")]
        ids = all(re.fullmatch(UUID, answer.get("RequestId") or "") for answer in answers)
        messages = {answer["Error"]["Message"] for answer in answers if "Error" in answer}
        seen = "UUIDs" if ids else "no UUIDs"
        return ids and len(messages) == 1, f"{seen}, {len(messages)} message(s) in two languages"

    def a33(self):
        none = self.ask("ListEmailIdentities", {}, region="")
        other = self.ask("ListEmailIdentities", {}, region="ap-shanghai")
        return all_of(refuses(none, "MissingParameter"), refuses(other, "UnsupportedRegion"))

    def a35(self):
        senders = self.seen.get("senders", [])
        if not senders:
            return None
        types = {(type(one.get("CreatedTimestamp")).__name__, one.get("SmtpPwdType") in (0, 1)) for one in senders}
        return types == {("int", True)}, ", ".join(f"{name}, type known: {known}" for name, known in sorted(types))

    def a37(self):
        if not self.names:
            return None
        got = self.get()
        listed = self.ask("ListEmailIdentities", {"Limit": 10})
        first = (listed.get("EmailIdentities") or [{}])[0]
        wanted = [(got, "DKIMOption"), (got, "TagList"), (listed, "Total")]
        wanted += [(first, name) for name in ("SendIp", "TagList", "DKIMOption")]
        wanted += [(sender, "SmtpPwdType") for sender in self.seen.get("senders", [])[:1]]
        missing = sorted({name for answer, name in wanted if answer.get(name) is None})
        return refused(got, listed) or (not missing, "missing: " + " ".join(missing) if missing else "all there")

    # ---- changes that must be refused ----

    def a15(self):
        answer = self.ask("CreateEmailIdentity", {"EmailIdentity": "no domain", "DKIMOption": 9})
        return refuses(answer, "InvalidParameterValue.InvalidEmailIdentity")

    def a21(self):
        answer = self.ask("DeleteEmailIdentity", {"EmailIdentity": ABSENT})
        return refuses(answer, "InvalidParameterValue.NotExistDomain")

    def a22(self):
        answer = self.ask("CreateEmailAddress", {"EmailAddress": "a@" + ABSENT})
        return refuses(answer, "OperationDenied.DomainNotVerified")

    def a26(self):
        answer = self.ask("UpdateEmailSmtpPassWord", {"EmailAddress": "a@" + ABSENT, "Password": "bad"})
        return refuses(answer, "InvalidParameterValue.NoSuchSender")

    def a27(self):
        setting = {"Address": "a@" + ABSENT, "UnsubscribeConfig": "1", "Status": 1}
        return refuses(self.ask("CreateAddressUnsubscribeConfig", setting), "InvalidParameterValue.NoSuchSender")

    # ---- what the flow saw ----

    def flow(self, name, expected):
        return None if name not in self.seen else (self.seen[name] == expected, str(self.seen[name]))

    def a13(self):
        return self.flow("first_dkim_option", 0)

    def a25(self):
        return self.flow("address_in_upper_case", "InvalidParameterValue.RepeatEmailAddress")

    def a28(self):
        return self.flow("second_setting", "InvalidParameterValue.RepeatCreation")

    def a30(self):
        return self.flow("settings_after_delete", 0)

    READ = (1, 8, 9, 11, 12, 14, 18, 19, 31, 32, 33, 35, 37)
    REFUSED = (15, 21, 22, 26, 27)
    WRITE = (13, 25, 28, 30)

    def run(self, numbers):
        """{number: (holds, seen)} of those that this account can tell."""
        found = {number: getattr(self, f"a{number}")() for number in numbers}
        return {number: finding for number, finding in found.items() if finding is not None and not forbidden(finding)}
