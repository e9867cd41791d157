# SPDX-License-Identifier: Apache-2.0
"""The table of matrix.md, and how each of its rows is brought about."""

import email.utils
import pathlib
import re
import time

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "matrix.md"
COLUMNS = {
    "read": {"action": "GetEmailIdentity"},
    "idempotent": {"action": "UpdateEmailIdentity"},
    "create": {"action": "CreateEmailAddress"},
    "`reconcile`, made": {"action": "CreateEmailAddress", "reconcile": True},
    "`reconcile`, not made": {"action": "CreateEmailAddress", "reconcile": True},
    "delete": {"action": "DeleteEmailAddress"},
    "set": {"action": "UpdateEmailSmtpPassWord"},
}
# What reading back finds beside the success of the server, where it finds nothing.
NOTHING_THERE = {"action": "ListEmailAddress", "fault": "answer", "body": '{"Response": {"EmailSenders": []}}'}
# The refusal that tells a second attempt that the first one was made.
SAYS_DONE = {
    "CreateEmailAddress": "InvalidParameterValue.RepeatEmailAddress",
    "DeleteEmailAddress": "InvalidParameterValue.NoSuchSender",
    "UpdateEmailSmtpPassWord": "OperationDenied.RepeatPassWord",
}
CELL = re.compile(r"^(\d+), (?:(ok)|([A-Z]+), (not done|done|unknown))$")
EMPTY = "–"
PAGE = "<html><body>Who are you?</body></html>"
AHEAD_SECONDS = 7200


def lines_of(text):
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines()
            if line.startswith("|")]


def cells(text):
    """[(where, what, "once" or "always", column, cell)...] of all cells that can happen."""
    heads, _, *rows = lines_of(text)
    found = []
    for row in rows:
        if len(row) != len(heads):
            raise ValueError(f"a row of {len(row)} cells: {row}")
        named = dict(zip(heads, row))
        for often in named["how often"].split(" or "):
            found += [(named["where"], named["what happens"], often, column, named[column])
                      for column in COLUMNS if named[column] != EMPTY]
    return found


def expected(cell):
    """(attempts, status, outcome) of a cell."""
    match = CELL.match(cell)
    if not match:
        raise ValueError(f"not a cell: {cell}")
    attempts, ok, status, outcome = match.groups()
    return (int(attempts), "ok", "done") if ok else (int(attempts), status, outcome)


class Setting:
    """Rules for the server, options for the call, and the way there: "http", "https", "name" (which can not be
    resolved), "refused", "send" (requests break while they are being sent), with further hosts "refused, next",
    "name, next", "refused, refused" and "http, next"."""

    def __init__(self, *rules, way="http", on="request", **command):
        self.rules = [{"on": on, **rule} for rule in rules]
        self.command = command
        self.way = way
        self.sees_all = on == "request"  # each attempt reaches the server


def tls(fault):
    return Setting(fault, way="https", on="connection")


def refused(code, **more):
    return Setting({"fault": "refuse", "code": code, **more.pop("rule", {})}, **more)


def page(status, **more):
    return Setting({"fault": "answer", "status": status, "body": PAGE, **more})


def after(first, then, **fault):
    return Setting({"times": 1, **first}, {"fault": "refuse", "code": then, **fault})


def date():
    return email.utils.formatdate(time.time() + AHEAD_SECONDS, usegmt=True)


LATER = [["Retry-After", "3600"]]
WRONG_TYPE = '{"Response": {"IdentityType": {}, "RequestId": "r-1"}}'

# {(where, what happens): what(action, milliseconds for an attempt that must fail)}
ROWS = {
    ("resolve", "the name can not be resolved"): lambda action, ms: Setting(way="name", on="connection"),
    ("connect", "the connection is refused"): lambda action, ms: Setting(way="refused", on="connection"),
    ("TLS", "the handshake breaks off"): lambda action, ms: tls({"fault": "handshake", "at": 100}),
    ("TLS", "the handshake stands still"): lambda action, ms: Setting(
        {"fault": "silent"}, way="https", on="connection", connect_timeout_ms=ms),
    ("TLS", "something answers in the clear"): lambda action, ms: tls({"fault": "clear"}),
    ("TLS", "the certificate has expired"): lambda action, ms: tls({"fault": "certificate", "name": "expired"}),
    ("TLS", "the certificate is for another name"): lambda action, ms: tls(
        {"fault": "certificate", "name": "wrong-name"}),
    ("send", "the connection breaks in the head of the request"): lambda action, ms: Setting(
        way="send", on="connection"),
    ("send", "the connection breaks in its body"): lambda action, ms: Setting(
        way="send", on="connection", break_in_body=True),
    ("no answer", "the connection is closed"): lambda action, ms: Setting({"fault": "close"}),
    ("no answer", "the connection is reset"): lambda action, ms: Setting({"fault": "reset"}),
    ("no answer", "the time for the attempt runs out"): lambda action, ms: Setting(
        {"fault": "silent"}, attempt_timeout_ms=ms),
    ("half an answer", "it ends in its head"): lambda action, ms: Setting({"fault": "none", "cut": 40}),
    ("half an answer", "it ends in its body"): lambda action, ms: Setting({"fault": "none", "cut": {"body": 20}}),
    ("half an answer", "the time for the attempt runs out in its body"): lambda action, ms: Setting(
        {"fault": "none", "cut": {"body": 20}, "then": "silent"}, attempt_timeout_ms=ms),
    ("whole answer", "not JSON (a page with HTTP 200)"): lambda action, ms: page(200),
    ("whole answer", "larger than `max_response_bytes`"): lambda action, ms: Setting(
        {"fault": "answer", "body": ['{"Response": {}}', {"repeat": " ", "times": 2000}]}, max_response_bytes=2000),
    ("whole answer", "a field of a wrong type"): lambda action, ms: Setting({"fault": "answer", "body": WRONG_TYPE}),
    ("whole answer", "`InternalError`"): lambda action, ms: refused("InternalError"),
    ("whole answer", "`FailedOperation.ServiceNotAvailable`"): lambda action, ms: refused(
        "FailedOperation.ServiceNotAvailable"),
    ("whole answer", "`RequestLimitExceeded`"): lambda action, ms: refused("RequestLimitExceeded"),
    ("whole answer", "`RequestLimitExceeded`, Retry-After beyond `timeout_ms`"): lambda action, ms: refused(
        "RequestLimitExceeded", rule={"headers": LATER}),
    ("whole answer", "`LimitExceeded` (a quota)"): lambda action, ms: refused("LimitExceeded"),
    ("whole answer", "`AuthFailure.TokenFailure`, and there are newer keys"): lambda action, ms: refused(
        "AuthFailure.TokenFailure"),
    ("whole answer", "`AuthFailure.TokenFailure`, and there are none"): lambda action, ms: refused(
        "AuthFailure.TokenFailure", same_keys=True),
    ("whole answer", "`AuthFailure.SignatureExpire` with a Date"): lambda action, ms: refused(
        "AuthFailure.SignatureExpire", rule={"headers": [["Date", date()]]}),
    ("whole answer", "`AuthFailure.SignatureExpire` without one"): lambda action, ms: refused(
        "AuthFailure.SignatureExpire"),
    ("whole answer", "`OperationDenied` (a plain refusal)"): lambda action, ms: refused("OperationDenied"),
    ("whole answer", "`FailedOperation.Novel` (a code that nobody has described)"): lambda action, ms: refused(
        "FailedOperation.Novel"),
    ("whole answer", "HTTP 503"): lambda action, ms: page(503),
    ("whole answer", "HTTP 503, Retry-After beyond `timeout_ms`"): lambda action, ms: page(503, headers=LATER),
    ("whole answer", "HTTP 429"): lambda action, ms: page(429),
    ("whole answer", "HTTP 404"): lambda action, ms: page(404),
    ("whole answer", "HTTP 302 (a redirect)"): lambda action, ms: page(
        302, headers=[["Location", "http://127.0.0.1:1/"]]),
    ("one after the other", "no answer, then a refusal that says it is done"): lambda action, ms: after(
        {"fault": "close"}, SAYS_DONE[action]),
    ("one after the other", "throttled, then a refusal that says it is done"): lambda action, ms: after(
        {"fault": "refuse", "code": "RequestLimitExceeded"}, SAYS_DONE[action]),
    ("one after the other", "no answer, then another refusal"): lambda action, ms: after(
        {"fault": "close"}, "OperationDenied"),
    ("one after the other", "no answer, then throttled for good"): lambda action, ms: after(
        {"fault": "close"}, "RequestLimitExceeded"),
    ("further hosts", "the first refuses connections, the next answers"): lambda action, ms: Setting(
        way="refused, next", on="connection"),
    ("further hosts", "the name of the first can not be resolved, the next answers"): lambda action, ms: Setting(
        way="name, next", on="connection"),
    ("further hosts", "all refuse connections"): lambda action, ms: Setting(way="refused, refused", on="connection"),
    ("further hosts", "the first gives no answer, the next would"): lambda action, ms: Setting(
        {"fault": "close"}, way="http, next"),
}
