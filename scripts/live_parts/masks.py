# SPDX-License-Identifier: Apache-2.0
"""Takes names, keys, addresses and ids out of answers, so that they can be shown to others. A text stays only where it
is known to be harmless; every other one is replaced, the same by the same."""

import re

HARMLESS_FIELDS = ("IdentityType", "Type", "Code", "UnsubscribeConfig", "Limit")
DOMAIN_FIELDS = ("EmailIdentity", "IdentityName", "SendDomain")
ADDRESS_FIELDS = ("EmailAddress", "Address")
RECORD_FIELDS = ("ExpectedValue", "CurrentValue")
HARMLESS_RECORDS = ("", "mxbiz1.qq.com", "mxbiz1.qq.com.")
HARMLESS_TERMS = re.compile(
    r"v=spf1|include:qcloudmail\.com|[~?+-]?all|v=DKIM1;?|k=rsa;?|v=DMARC1;?|p=(none|quarantine|reject);?")
SELECTOR = re.compile(r"[\w-]+\._domainkey|_dmarc")
DATE = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


class Masks:
    def __init__(self):
        self.given = {}  # original: replacement
        self.counts = {}

    def give(self, kind, original):
        if original not in self.given:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.given[original] = kind.replace("N", str(self.counts[kind]))
        return self.given[original]

    def mask(self, value, field=""):
        if isinstance(value, dict):
            return {name: self.mask(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.mask(inner, field) for inner in value]
        if field == "CreatedTimestamp" and value is not None:
            return self.time(value)
        return self.text(value, field) if isinstance(value, str) else value

    def time(self, value):
        """Another time of the same form."""
        if isinstance(value, str):
            return "2024-12-10 16:44:16" if DATE.fullmatch(value) else "1733820256" if value.isdigit() else "a text"
        return 1733820256

    def text(self, value, field):
        if field in HARMLESS_FIELDS or value == "":
            return value
        if field in DOMAIN_FIELDS:
            return self.domain(value)
        if field in ADDRESS_FIELDS and "@" in value:
            local, _, domain = value.rpartition("@")
            return self.give("senderN", local) + "@" + self.domain(domain)
        if field in RECORD_FIELDS:
            return self.record(value)
        return self.give("request-N" if field == "RequestId" else "text-N", value)

    def domain(self, name):
        """A domain known already keeps the labels before it, if they are those of a record."""
        for known in sorted(self.given, key=len, reverse=True):
            front = name[: -len(known) - 1]
            if name.endswith("." + known) and SELECTOR.fullmatch(front):
                return front + "." + self.given[known]
        return self.give("domainN.example", name)

    def record(self, value):
        if value in HARMLESS_RECORDS:
            return value
        return " ".join(self.term(term) for term in value.split(" "))

    def term(self, term):
        """Of a record's value, what is the same for everybody; `k=rsa;p=...` may stand without a space."""
        if HARMLESS_TERMS.fullmatch(term) or term == "":
            return term
        front, equals, key = term.rpartition("p=")
        if equals and len(key) > 40:
            return front + equals + self.give("keyN", key) + f"-of-{len(key)}"
        return self.give("term-N", term)

    def leaks(self, value, field=""):
        """Whether an original is still in what was masked. Short ones may be there by chance and are not looked for."""
        if isinstance(value, dict):
            return any(self.leaks(inner, name) for name, inner in value.items())
        if isinstance(value, list):
            return any(self.leaks(inner, field) for inner in value)
        if not isinstance(value, str) or field in HARMLESS_FIELDS:
            return False
        return any(len(original) > 5 and original in value for original in self.given)
