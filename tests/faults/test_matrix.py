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


def endpoint(server, scheme):
    port = server.http.rpartition(":")[2]
    return {"https": server.https, "name": "http://ses.test:" + port}.get(scheme, server.http)


def make(caller, refusing_port, where, what, often, column):
    """Brings the cell about with a server of its own. Returns (setting, how the call ended, what the server saw)."""
    own = matrix.COLUMNS[column]
    setting = matrix.ROWS[where, what](own["action"], FAILS_AFTER_MS[often])
    times = {"times": 1} if often == "once" and where != "one after the other" else {}
    command = {**own, **setting.command, "ca_file": CERTIFICATES + "/ca.pem"}
    count = 1 if often == "once" else -1
    command.update({"name": {"fail_resolve": count}, "refused": {"fail_connect": count}, "send": {"fail_send": count}}
                   .get(setting.scheme, {}))
    if setting.scheme == "refused" and often == "always":
        command.update(endpoint=f"http://127.0.0.1:{refusing_port}", fail_connect=0)
    with FaultServer(certificates=CERTIFICATES) as server:
        server.set_rules([{**rule, **times} for rule in setting.rules])
        end = caller.call(**{"endpoint": endpoint(server, setting.scheme), **command})
        return setting, end, server.journal()


def make_column(column):
    refusing = socket.socket()  # bound, but it does not listen
    refusing.bind(("127.0.0.1", 0))
    try:
        with refusing, Caller(PROGRAM) as caller:
            for where, what, often, its_column, _ in CELLS:
                if its_column == column:
                    end = make(caller, refusing.getsockname()[1], where, what, often, column)
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
        setting, end, seen = ENDS[where, what, often, column]
        message = f"{end}\nseen: {seen}"
        attempts, status, outcome = matrix.expected(cell)
        self.assertEqual((end["attempts"], end["status"], end["outcome"]), (attempts, status, outcome), message)
        self.assertEqual(end["has_response"], status == "ok", message)
        if status != "ok":
            self.assertEqual(end["error_attempts"], attempts, message)
        whole = [request for request in seen["requests"] if request["whole"]]
        self.assertEqual(len(whole), attempts if setting.sees_all else int(status == "ok"), message)
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
