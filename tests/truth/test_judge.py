# SPDX-License-Identifier: Apache-2.0
"""The judge of the truth test is held against logs of which each tells one lie."""

import copy
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))

from judge import Judge  # noqa: E402
from support import run_tests  # noqa: E402

HIDES, SHOWS = 0, 1
ADDRESS = "a1@truth.example.com"
CREATE, DELETE, SET = "CreateEmailAddress", "DeleteEmailAddress", "UpdateEmailSmtpPassWord"
NO_SUCH = "InvalidParameterValue.NoSuchSender"
BODIES = {CREATE: {"EmailAddress": ADDRESS, "EmailSenderName": "Truth"}, DELETE: {"EmailAddress": ADDRESS},
          SET: {"EmailAddress": ADDRESS, "Password": "KpTr49-1"}, "ListEmailAddress": {},
          "UpdateEmailIdentity": {"EmailIdentity": "truth.example.com"}}


class Log:
    """Made as the programs make it: one call after the other, each of its requests with its fate."""

    def __init__(self):
        self.calls, self.journal = [], []
        self.proxy = {"connections": [], "requests": []}
        self.pages = [{"action": "ListEmailAddress", "answer": {"Response": {"EmailSenders": []}}}]

    def call(self, action, told, *fates, code=None, reconcile=False):
        """A fate is (rule or None, whether it arrived, its effect, its code[, another action])."""
        call = {"call": len(self.calls) + 1, "action": action, "key": ADDRESS, "status": "OK" if told == "done" else "API",
                "told": told, "code": code, "reconcile": reconcile,
                "max_attempts": 4, "body": BODIES[action], "requests": []}
        for number, (rule, arrived, effect, answer, *other) in enumerate(fates, 1):
            name = other[0] if other else action
            trace = f"{call['call']}.{number}"
            call["requests"].append({"action": name, "stage": "sent" if rule == HIDES else "answered", "status": "OK"})
            fault = None if rule is None else "some"
            self.proxy["requests"].append({"trace": trace, "rule": rule, "fault": fault, "whole": True})
            if arrived:
                self.journal.append({"headers": {"x-trace": trace}, "action": name, "effect": effect, "code": answer,
                                     "body": BODIES[name]})
        call["attempts"] = sum(request["action"] == action for request in call["requests"])
        self.calls.append(call)
        return call

    def there(self, has_password=False):
        """What the service lists at the end: the one address."""
        sender = {"EmailAddress": ADDRESS, "SmtpPwdType": int(has_password)}
        self.pages[0]["answer"]["Response"]["EmailSenders"] = [sender]

    def wrong(self):
        return Judge(self.calls, self.pages, self.journal, self.proxy, {HIDES}).run()


DONE = (None, True, True, None)
DONE_UNSEEN = (HIDES, True, True, None)
LOST = (HIDES, False, False, None)


def refused(code):
    return None, True, False, code


class TestJudge(unittest.TestCase):
    def setUp(self):
        self.log = Log()

    def expect(self, words):
        wrong = self.log.wrong()
        self.assertEqual(len(wrong), 1, wrong)
        self.assertIn(words, wrong[0])

    def expect_right(self):
        self.assertEqual(self.log.wrong(), [])

    def test_judge__a_true_log_is_right(self):
        self.log.call(CREATE, "unknown", DONE_UNSEEN)
        self.log.call(SET, "done", LOST, DONE)
        self.log.call(SET, "not done", refused("OperationDenied.RepeatPassWord"), code="OperationDenied.RepeatPassWord")
        self.log.call("ListEmailAddress", "done", DONE_UNSEEN[:2] + (False, None), (None, True, False, None))
        self.log.there(has_password=True)
        self.expect_right()

    def test_judge__not_done_that_was_done(self):
        self.log.call(CREATE, "not done", DONE_UNSEEN)
        self.log.there()
        self.expect("told as not done, but was")

    def test_judge__done_that_was_not(self):
        self.log.call(CREATE, "done", LOST)
        self.expect("told as done, but was not")

    def test_judge__read_that_was_refused(self):
        self.log.call("ListEmailAddress", "done", refused("InternalError"))
        self.expect("told as read, but was not")

    def test_judge__done_twice(self):
        self.log.call(CREATE, "done", (None, True, True, None), DONE)
        self.log.there()
        self.expect("done 2 times")

    def test_judge__created_again_blindly(self):
        self.log.call(CREATE, "done", LOST, DONE)
        self.log.there()
        self.expect("repeated though nobody knew")

    def test_judge__created_again_after_a_look(self):
        self.log.call(CREATE, "done", LOST, (None, True, False, None, "ListEmailAddress"), DONE, reconcile=True)
        self.log.there()
        self.expect_right()

    def test_judge__done_twice_is_right_where_it_is_the_same(self):
        self.log.call("UpdateEmailIdentity", "done", DONE_UNSEEN, DONE)
        self.expect_right()

    def test_judge__deleted_as_the_refusal_shows(self):
        self.log.call(CREATE, "done", DONE)
        self.log.call(DELETE, "done", DONE_UNSEEN, refused(NO_SUCH))
        self.expect_right()

    def test_judge__deleted_only_as_a_refusal_alone_shows(self):
        self.log.call(DELETE, "done", refused(NO_SUCH))
        self.expect("told as done, but was not")

    def test_judge__unknown_though_the_refusal_shows_it(self):
        self.log.call(CREATE, "done", DONE)
        self.log.call(DELETE, "unknown", DONE_UNSEEN, refused(NO_SUCH), code=NO_SUCH)
        self.expect("shows that it was done")

    def test_judge__unknown_where_the_refusal_shows_nothing(self):
        self.log.call(SET, "unknown", LOST, refused(NO_SUCH), code=NO_SUCH)
        self.expect_right()

    def test_judge__unknown_without_a_reason(self):
        self.log.call(CREATE, "unknown", refused("InvalidParameterValue.IllegalEmailAddress"))
        self.expect("nothing was hidden")

    def test_judge__unknown_after_a_timeout_of_the_clients_own(self):
        call = self.log.call(CREATE, "unknown", (None, True, True, None))
        call["requests"][0].update(stage="sent", status="TIMEOUT")
        self.log.there()
        self.expect_right()

    def test_judge__unknown_of_what_was_never_sent(self):
        call = self.log.call(CREATE, "unknown", LOST)
        call["requests"][0]["stage"] = "unsent"
        self.expect("nothing was hidden")

    def test_judge__unknown_though_it_was_read_back(self):
        self.log.call(CREATE, "unknown", DONE_UNSEEN, (None, True, False, None, "ListEmailAddress"), reconcile=True)
        self.log.there()
        self.expect("reading back showed it")

    def test_judge__read_back_in_vain_too_often(self):
        for _ in range(4):
            self.log.call(CREATE, "unknown", LOST, (HIDES, False, False, None, "ListEmailAddress"), reconcile=True)
        self.expect("stayed unknown")

    def test_judge__read_back_in_vain_where_the_sender_is_gone(self):
        nothing_there = (None, True, False, None, "ListEmailAddress")
        for _ in range(4):
            self.log.call(CREATE, "unknown", LOST, nothing_there, refused(NO_SUCH), code=NO_SUCH, reconcile=True)
        self.expect_right()

    def test_judge__more_arrived_than_was_sent(self):
        self.log.call(CREATE, "done", DONE)
        again = copy.deepcopy(self.log.journal[0])
        again.update(effect=False, code="InvalidParameterValue.RepeatEmailAddress")
        self.log.journal.append(again)
        self.log.there()
        self.expect("2 requests arrived of 1")

    def test_judge__attempts_that_were_not_made(self):
        self.log.call(CREATE, "unknown", LOST)["attempts"] = 2
        self.expect("told 2 attempts, made 1")

    def test_judge__a_call_that_told_nothing(self):
        self.log.call(CREATE, "done", DONE)
        self.log.calls.clear()
        self.log.there()
        self.expect("told nothing")

    def test_judge__another_end(self):
        self.log.call(CREATE, "done", DONE)
        self.expect("at the end")

    def test_judge__more_lost_than_broken(self):
        self.log.call(CREATE, "unknown", LOST)
        self.log.proxy["requests"].clear()
        self.expect("lost on the way")
        self.log.proxy["connections"].append({"fault": "reset"})
        self.expect_right()


if __name__ == "__main__":
    run_tests(sys.modules[__name__])
