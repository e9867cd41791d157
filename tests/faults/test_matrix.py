# SPDX-License-Identifier: Apache-2.0
"""test_matrix.py CALLER CERTIFICATES: each cell of matrix.md, over real sockets. The cells of a column are made one
after the other, the columns beside each other, since some cells wait for a time-out."""

import socket
import sys
import threading
import unittest

import matrix
from server import FaultServer
from support import WRAPPER, Caller, run_tests

PROGRAM, CERTIFICATES = sys.argv[1:3]
# For an attempt that must fail for lack of time. The next one gets no more, and has to succeed after "once".
FAILS_AFTER_MS = {"once": 8000, "always": 2000} if WRAPPER else {"once": 1000, "always": 250}
CELLS = matrix.cells(matrix.TABLE.read_text(encoding="utf-8"))
ENDS = {}


def way_there(way, server, other, refusing, often):
    """The endpoint, further endpoints and client-side faults of a call that goes this way."""
    count = 1 if often == "once" else -1
    named = "http://ses.test:" + server.http.rpartition(":")[2]
    return {
        "http": {"endpoint": server.http},
        "https": {"endpoint": server.https},
        "name": {"endpoint": named, "fail_resolve": count},
        "refused": {"endpoint": server.http, "fail_connect": 1} if often == "once" else {"endpoint": refusing},
        "send": {"endpoint": server.http, "fail_send": count},
        "refused, next": {"endpoint": refusing, "fallback_endpoints": [server.http]},
        "name, next": {"endpoint": named, "fail_resolve": -1, "fallback_endpoints": [server.http]},
        "refused, refused": {"endpoint": refusing, "fallback_endpoints": [refusing]},
        "http, next": {"endpoint": server.http, "fallback_endpoints": [other.http]},
    }[way]


def rules_for(setting, column, own, where, often):
    """The faults are those of the call's own action alone: what is read back is answered."""
    more = {"times": 1} if often == "once" and where != "one after the other" else {}
    rules = [{**rule, **more, **({"action": own["action"]} if rule["on"] == "request" else {})}
             for rule in setting.rules]
    return [matrix.NOTHING_THERE, *rules] if column == "`reconcile`, not made" else rules


def make(caller, refusing, where, what, often, column):
    """Brings the cell about with servers of its own. Returns (setting, how the call ended, what the servers saw)."""
    own = matrix.COLUMNS[column]
    setting = matrix.ROWS[where, what](own["action"], FAILS_AFTER_MS[often])
    with FaultServer(certificates=CERTIFICATES) as server, FaultServer() as other:
        server.set_rules(rules_for(setting, column, own, where, often))
        end = caller.call(**own, **setting.command, **way_there(setting.way, server, other, refusing, often),
                          ca_file=CERTIFICATES + "/ca.pem")
        return setting, end, (server.journal(), other.journal())


def make_column(column):
    refusing = socket.socket()  # bound, but it does not listen
    refusing.bind(("127.0.0.1", 0))
    try:
        with refusing, Caller(PROGRAM) as caller:
            for where, what, often, its_column, _ in CELLS:
                if its_column == column:
                    end = make(caller, f"http://127.0.0.1:{refusing.getsockname()[1]}", where, what, often, column)
                    ENDS[where, what, often, column] = end
    except Exception as error:  # pylint: disable=broad-except
        ENDS[column] = error


def setUpModule():
    threads = [threading.Thread(target=make_column, args=(column,)) for column in matrix.COLUMNS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Matrix(unittest.TestCase):
    def test_matrix__each_row_is_brought_about_and_each_class_has_a_column(self):
        self.assertEqual({cell[:2] for cell in CELLS}, set(matrix.ROWS))
        self.assertEqual({cell[3] for cell in CELLS}, set(matrix.COLUMNS))

    def test_matrix__every_call_was_made_and_the_program_ended_well(self):
        self.assertEqual([end for key, end in ENDS.items() if key in matrix.COLUMNS], [])

    def check(self, where, what, often, column, cell):
        setting, end, (seen, seen_by_other) = ENDS[where, what, often, column]
        message = f"{end}\nseen: {seen}"
        attempts, status, outcome = matrix.expected(cell)
        self.assertEqual((end["attempts"], end["status"], end["outcome"]), (attempts, status, outcome), message)
        self.assertEqual(end["has_response"], status == "ok", message)
        if status != "ok":
            self.assertEqual(end["error_attempts"], attempts, message)
        self.assertEqual(seen_by_other["requests"], [])
        action = matrix.COLUMNS[column]["action"]
        whole = [request for request in seen["requests"] if request["whole"] and request["action"] == action]
        by_reading = where == "send" and "reconcile" in column and attempts == 1
        arrived = attempts if setting.sees_all else int(status == "ok" and not by_reading)
        self.assertEqual(len(whole), arrived, message)
        if "SignatureExpire` with a Date" in what:
            first, second = (int(request["timestamp"]) for request in whole)
            self.assertAlmostEqual(second - first, matrix.AHEAD_SECONDS, delta=60)


def add_tests():
    for cell in CELLS:
        words = ", ".join(cell[:4]).replace("`", "").replace(" ", "_").replace("#", "")
        setattr(Matrix, "test_matrix__" + words, lambda self, cell=cell: self.check(*cell))


add_tests()

if __name__ == "__main__":
    run_tests(sys.modules[__name__])
