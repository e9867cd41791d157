# SPDX-License-Identifier: Apache-2.0
"""Holds what a client told about its calls against what the service did.

    calls    what each call told: the lines of calls.c
    pages    what is there at the end, read without faults
    journal  the emulator's: every request that reached it, and whether it had an effect. This is the truth.
    proxy    what stood between them: every request that it saw, and the fault that it played
    hiding   the indexes of the rules after which a client can not know what became of its request
"""

import collections
import dataclasses

READS = {"GetEmailIdentity", "ListEmailIdentities", "ListEmailAddress", "ListAddressUnsubscribeConfig"}
CREATES = {"CreateEmailAddress", "CreateEmailIdentity", "CreateAddressUnsubscribeConfig"}
DELETES = {"DeleteEmailAddress", "DeleteEmailIdentity", "DeleteAddressUnsubscribeConfig"}
SETS = {"UpdateEmailSmtpPassWord"}
# After a request of which nobody knows, these show that it was done.
PROOFS = {**dict.fromkeys(DELETES, {"InvalidParameterValue.NoSuchSender", "InvalidParameterValue.NotExistDomain"}),
          **dict.fromkeys(SETS, {"OperationDenied.RepeatPassWord"})}
# Done twice they are done once.
UPDATES = {"UpdateEmailIdentity", "UpdateAddressUnsubscribeConfig"}


class State:
    """What is there, as the journal has it so far."""

    def __init__(self):
        self.domains = set()
        self.passwords = {}  # of each address; None if it has none
        self.links = {}  # (language, status) of each address that has one

    def apply(self, action, body):
        if action == "CreateEmailIdentity":
            self.domains.add(body["EmailIdentity"])
        elif action == "DeleteEmailIdentity":
            self.domains.discard(body["EmailIdentity"])
        elif action == "CreateEmailAddress":
            self.passwords[body["EmailAddress"]] = None
        elif action == "DeleteEmailAddress":
            self.passwords.pop(body["EmailAddress"], None)
            self.links.pop(body["EmailAddress"], None)
        elif action == "UpdateEmailSmtpPassWord":
            self.passwords[body["EmailAddress"]] = body["Password"]
        elif action in ("CreateAddressUnsubscribeConfig", "UpdateAddressUnsubscribeConfig"):
            self.links[body["Address"]] = (body["UnsubscribeConfig"], body["Status"])
        elif action == "DeleteAddressUnsubscribeConfig":
            self.links.pop(body["Address"], None)

    def is_as_asked(self, action, body):
        """Whether a request, had it been done last, would have left things as they are."""
        if action == "CreateEmailIdentity":
            return body["EmailIdentity"] in self.domains
        if action == "DeleteEmailIdentity":
            return body["EmailIdentity"] not in self.domains
        if action == "CreateEmailAddress":
            return body["EmailAddress"] in self.passwords
        if action == "DeleteEmailAddress":
            return body["EmailAddress"] not in self.passwords
        if action == "UpdateEmailSmtpPassWord":
            return self.passwords.get(body["EmailAddress"]) == body["Password"]
        if action == "CreateAddressUnsubscribeConfig":
            return self.links.get(body["Address"]) == (body["UnsubscribeConfig"], body["Status"])
        if action == "DeleteAddressUnsubscribeConfig":
            return body["Address"] not in self.links
        return False


@dataclasses.dataclass
class Call:
    """One call, and what became of it."""

    told: dict
    entries: list = dataclasses.field(default_factory=list)  # of the journal, for the call's own action
    is_as_asked: bool = False  # was it when the service answered the last request of this call
    hidden: int = 0  # requests of which the client could not know what became
    lost: int = 0  # those among them that the proxy never saw
    blindly: int = 0  # requests of a create after one that was hidden, without a look in between
    ends_hidden: bool = False  # whether the last request is among them
    ends_plainly: bool = False  # whether the service's own answer to the last one came through untouched

    @property
    def effects(self):
        return sum(entry["effect"] for entry in self.entries)

    @property
    def name(self):
        return f"call {self.told['call']}, {self.told['action']} {self.told['key']}"


class Judge:
    def __init__(self, calls, pages, journal, proxy, hiding):
        self.calls = {call["call"]: Call(call) for call in calls}
        self.pages = pages
        self.proxy = proxy
        self.hiding = hiding
        self.wrong = []
        self.state = State()
        self.replay(journal)
        self.find_hidden()

    def accuse(self, text):
        self.wrong.append(text)

    # ---- the facts ----

    def replay(self, journal):
        """Gives each entry to its call. What is 0 was asked before or after, without faults."""
        for entry in journal:
            number = int(entry["headers"]["x-trace"].partition(".")[0])
            call = self.calls.get(number)
            if entry["effect"]:
                self.state.apply(entry["action"], entry["body"])
            if call is None:
                if number != 0:
                    self.accuse(f"call {number} reached the service and told nothing")
                continue
            if entry["action"] == call.told["action"]:
                call.entries.append(entry)
            call.is_as_asked = self.state.is_as_asked(call.told["action"], call.told["body"])

    def find_hidden(self):
        """The client's requests, one by one, beside what the proxy did with them."""
        seen = collections.defaultdict(list)
        for request in self.proxy["requests"]:
            seen[request["trace"]].append(request)
        for call in self.calls.values():
            for number, sent in enumerate(call.told["requests"], 1):
                # Before this one is looked at, these are of the one before.
                call.blindly += call.ends_hidden and sent["action"] in CREATES
                fates = seen[f"{call.told['call']}.{number}"]
                # Where libcurl repeated it by itself the client knows of the last one alone.
                is_hidden = not fates or fates[-1]["rule"] in self.hiding or not fates[-1]["whole"]
                call.ends_hidden = sent["stage"] != "unsent" and (is_hidden or sent["status"] == "TIMEOUT")
                call.ends_plainly = not call.ends_hidden and fates[-1:] != [] and fates[-1]["fault"] is None
                call.hidden += call.ends_hidden
                call.lost += call.ends_hidden and not fates and sent["status"] != "TIMEOUT"

    # ---- the judgement ----

    def run(self):
        for call in self.calls.values():
            self.judge_repetition(call)
            {"done": self.judge_done, "not done": self.judge_not_done, "unknown": self.judge_unknown}[
                call.told["told"]](call)
        self.judge_end()
        self.judge_lost()
        self.judge_settled()
        return self.wrong

    def judge_repetition(self, call):
        told = call.told
        sent = sum(request["action"] == told["action"] for request in told["requests"])
        if call.effects > 1 and told["action"] not in UPDATES:
            self.accuse(f"{call.name}: done {call.effects} times")
        # Reads alone may be repeated by libcurl itself.
        if len(call.entries) > sent and told["action"] not in READS:
            self.accuse(f"{call.name}: {len(call.entries)} requests arrived of {sent} that were sent")
        if call.blindly:
            self.accuse(f"{call.name}: repeated though nobody knew what became of it")
        if told["status"] != "OK" and told["attempts"] != sent:
            self.accuse(f"{call.name}: told {told['attempts']} attempts, made {sent}")

    def judge_done(self, call):
        if call.told["action"] in READS:
            if not any(entry["code"] is None for entry in call.entries):
                self.accuse(f"{call.name}: told as read, but was not")
            return
        if call.effects == 0 and not (call.hidden > 0 and call.is_as_asked):
            self.accuse(f"{call.name}: told as done, but was not")

    def judge_not_done(self, call):
        if call.effects > 0:
            self.accuse(f"{call.name}: told as not done, but was")

    def judge_unknown(self, call):
        """It must not be told where the last answer shows what became of the call."""
        told = call.told
        if told["action"] in READS:
            return
        if call.hidden == 0:
            self.accuse(f"{call.name}: told as unknown, but nothing was hidden")
        if not call.ends_hidden and told["code"] in PROOFS.get(told["action"], ()):
            self.accuse(f"{call.name}: told as unknown, but {told['code']} shows that it was done")
        reads_back = told["requests"] and told["requests"][-1]["action"] in READS
        if reads_back and call.ends_plainly and call.is_as_asked:
            self.accuse(f"{call.name}: told as unknown, but reading back showed it")

    def judge_end(self):
        """What is there is what the journal says, so that the journal can be believed."""
        there = collections.defaultdict(dict)
        for page in self.pages:
            answer = page["answer"]["Response"]
            for item in answer.get("EmailSenders", []):
                there["passwords"][item["EmailAddress"]] = item["SmtpPwdType"] != 0
            for item in answer.get("AddressUnsubscribeConfigList", []):
                there["links"][item["Address"]] = (item["UnsubscribeConfig"], item["Status"])
            for item in answer.get("EmailIdentities", []):
                there["domains"][item["IdentityName"]] = True
        due = {"passwords": {address: password is not None for address, password in self.state.passwords.items()},
               "links": self.state.links, "domains": dict.fromkeys(self.state.domains, True)}
        for kind, items in due.items():
            if items != there[kind]:
                self.accuse(f"{kind} at the end: {sorted(set(items.items()) ^ set(there[kind].items()))[:5]}")

    def judge_lost(self):
        """A request that the proxy never saw was lost with its connection. There are no more of these than that."""
        broken = sum(connection["fault"] is not None for connection in self.proxy["connections"])
        ended = sum(request["fault"] is not None for request in self.proxy["requests"])
        lost = sum(call.lost for call in self.calls.values())
        if lost > broken + ended:
            self.accuse(f"{lost} requests were lost on the way, but only {broken + ended} connections were broken")

    def judge_settled(self):
        """Reading back must be worth it: it fails where each of its own requests is broken, or none is left.

        What is there but differs settles nothing: the refusal that it is there already leaves the call unknown. Nor does
        the refusal that the sender is gone: what the create had made of a link would have gone with it.
        """
        calls = [call for call in patient(self.hidden_creates())
                 if not any(word in (call.told["code"] or "") for word in ("Repeat", "NoSuchSender"))]
        counts = unknown_of(calls, True)
        if counts["unknown"] > 3 + counts["all"] * 0.05:
            self.accuse(f"{counts['unknown']} of {counts['all']} creates stayed unknown though they were read back")

    def hidden_creates(self):
        return [call for call in self.calls.values() if call.told["action"] in CREATES and call.hidden > 0]

    def figures(self):
        """Counts for people."""
        told = collections.Counter((class_of(call.told["action"]), call.told["told"]) for call in self.calls.values())
        creates = self.hidden_creates()
        return {
            "calls": len(self.calls),
            "requests": sum(len(call.told["requests"]) for call in self.calls.values()),
            "arrived": sum(len(call.entries) for call in self.calls.values()),
            "told": {name: {word: told[name, word] for word in ("done", "not done", "unknown")}
                     for name in ("read", "create", "delete", "set", "update")},
            "calls with a hidden request": sum(call.hidden > 0 for call in self.calls.values()),
            "done, as a later refusal or reading showed": sum(
                call.told["told"] == "done" and call.hidden > 0 and call.told["requests"][-1]["action"] in (
                    READS if call.told["action"] in CREATES else DELETES | SETS) for call in self.calls.values()),
            "creates with a hidden request, not to be settled": unknown_of(creates, False),
            "creates with a hidden request, to be settled by reading back": unknown_of(creates, True),
            "the same, with more than one attempt": unknown_of(patient(creates), True),
        }


def class_of(action):
    for name, actions in (("read", READS), ("create", CREATES), ("delete", DELETES), ("set", SETS)):
        if action in actions:
            return name
    return "update"


def patient(calls):
    """Those whose requests were tried more than once."""
    return [call for call in calls if call.told["max_attempts"] > 1]


def unknown_of(calls, reconcile):
    """How many of them stayed unknown."""
    chosen = [call for call in calls if call.told["reconcile"] is reconcile]
    return {"all": len(chosen), "unknown": sum(call.told["told"] == "unknown" for call in chosen)}
