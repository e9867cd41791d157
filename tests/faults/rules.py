# SPDX-License-Identifier: Apache-2.0
"""Which fault is played when: the rules of server.py, whose head describes them."""

import random
import threading

COMMON = {"on", "action", "skip", "times", "chance", "seed", "fault"}
ANSWERING = {"pass_on", "cut", "pace_ms", "then"}
# {where: {fault: its own parameters}}
FAULTS = {
    "connection": {
        "reset": set(), "close": set(), "silent": set(), "cut-request": {"at"}, "certificate": {"name"},
        "handshake": {"at", "then"}, "clear": {"text"}, "none": set(),
    },
    "request": {
        "reset": {"pass_on"}, "close": {"pass_on"}, "silent": {"pass_on"}, "cut-request": {"at"}, "none": ANSWERING,
        "answer": ANSWERING | {"status", "reason", "headers", "body", "framing", "length", "gzip"},
        "refuse": ANSWERING | {"code", "message", "headers"}, "raw": ANSWERING | {"text"},
    },
}
THEN = (None, "keep", "close", "reset", "silent")
FRAMINGS = (None, "length", "chunked", "close")


class Rule:
    """One rule with its counts. `play(count)` is a pure function of the rule and of how many fitted before."""

    def __init__(self, index, fields):
        self.index = index
        self.fields = fields
        self.on = fields.get("on", "request")
        self.fault = fields.get("fault")
        if self.on not in FAULTS or self.fault not in FAULTS[self.on]:
            raise ValueError(f"rule {index}: no fault {self.fault!r} on {self.on!r}")
        unknown = set(fields) - COMMON - FAULTS[self.on][self.fault]
        if unknown:
            raise ValueError(f"rule {index}: {self.fault!r} has no {sorted(unknown)}")
        if fields.get("then") not in THEN or fields.get("framing") not in FRAMINGS:
            raise ValueError(f"rule {index}: 'then' is one of {THEN}, 'framing' of {FRAMINGS}")
        actions = fields.get("action")
        self.actions = [actions] if isinstance(actions, str) else actions
        self.fitted = 0
        self.played = 0
        self.random = None

    def get(self, name, default=None):
        return self.fields.get(name, default)

    def fits(self, action):
        return self.actions is None or action in self.actions

    def claims(self):
        """Counts one that fits; whether it is this rule's to play."""
        count = self.fitted
        self.fitted += 1
        if count < self.get("skip", 0) or self.played >= self.get("times", self.played + 1):
            return False
        draw = random.Random(f"{self.get('seed', 0)}/{self.index}/{count}")
        if draw.random() >= self.get("chance", 1):
            return False
        self.played += 1
        self.random = draw
        return True


class Played:
    """A fault that is to be played now."""

    def __init__(self, rule):
        self.rule = rule
        self.fault = rule.fault
        self.random = rule.random

    def get(self, name, default=None):
        return self.rule.get(name, default)

    def place(self, wanted, length):
        """A place in so many bytes: a number, one from the end if negative, or "any"."""
        if wanted == "any":
            return self.random.randint(0, length)
        return min(wanted, length) if wanted >= 0 else max(length + wanted, 0)


class Rules:
    """The rules in force. The first that claims a connection or request plays its fault."""

    def __init__(self):
        self.lock = threading.Lock()
        self.all = []

    def replace(self, rules):
        fresh = [Rule(index, fields) for index, fields in enumerate(rules)]
        with self.lock:
            self.all = fresh

    def pick(self, on, action=None):
        """What to play, or None."""
        with self.lock:
            for rule in self.all:
                if rule.on == on and rule.fits(action) and rule.claims():
                    return Played(rule)
        return None
