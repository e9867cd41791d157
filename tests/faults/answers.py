# SPDX-License-Identifier: Apache-2.0
"""The bytes of answers: those that the service gives, and those that it never would."""

import base64
import gzip
import json

CHUNK_BYTES = 65536
DOMAIN = "mail.example.com"
ADDRESS = "news@mail.example.com"
SPF = "v=spf1 include:qcloudmail.com ~all"
DKIM = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDl"
REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect",
           308: "Permanent Redirect", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error",
           502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


def record(kind, name, expected, status):
    return {"Type": kind, "SendDomain": name, "ExpectedValue": expected, "CurrentValue": expected if status else "",
            "Status": status}


def domain(verified):
    return {
        "IdentityType": "DOMAIN",
        "VerifiedForSendingStatus": verified,
        "Attributes": [
            record("MX", DOMAIN, "mxbiz1.qq.com.", verified),
            record("TXT", DOMAIN, SPF, verified),
            record("TXT", "qcloudgz1024._domainkey." + DOMAIN, DKIM, verified),
            record("TXT", "_dmarc." + DOMAIN, "v=DMARC1; p=none", verified),
        ],
        "DKIMOption": 0,
    }


# What each action answers when all is well, without the RequestId.
SUCCESSES = {
    "CreateEmailIdentity": domain(False),
    "GetEmailIdentity": {**domain(True), "TagList": [{"TagKey": "team", "TagValue": "news"}]},
    "ListEmailIdentities": {
        "EmailIdentities": [{
            "IdentityName": DOMAIN, "IdentityType": "DOMAIN", "SendingEnabled": True, "CurrentReputationLevel": 3,
            "DailyQuota": 50000, "SendIp": ["203.0.113.7"], "TagList": [{"TagKey": "team", "TagValue": "news"}],
            "DKIMOption": 0}],
        "MaxReputationLevel": 5, "MaxDailyQuota": 200000, "Total": 1},
    "UpdateEmailIdentity": domain(True),
    "DeleteEmailIdentity": {},
    "CreateEmailAddress": {},
    "ListEmailAddress": {"EmailSenders": [
        {"EmailAddress": ADDRESS, "EmailSenderName": "新闻", "CreatedTimestamp": 1733820256, "SmtpPwdType": 1}]},
    "DeleteEmailAddress": {},
    "UpdateEmailSmtpPassWord": {},
    "CreateAddressUnsubscribeConfig": {},
    "UpdateAddressUnsubscribeConfig": {},
    "DeleteAddressUnsubscribeConfig": {},
    "ListAddressUnsubscribeConfig": {"AddressUnsubscribeConfigList": [
        {"Address": ADDRESS, "UnsubscribeConfig": "1", "Status": 1}], "Total": 1},
}


def request_id(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


def success(action, number):
    """The body of the answer that the service would give."""
    if action not in SUCCESSES:
        return refusal("InvalidAction", f"The action {action} does not exist.", number)
    return json.dumps({"Response": {**SUCCESSES[action], "RequestId": request_id(number)}}, ensure_ascii=False).encode()


def refusal(code, message, number):
    return json.dumps({"Response": {"Error": {"Code": code, "Message": message}, "RequestId": request_id(number)}},
                      ensure_ascii=False).encode()


def piece_bytes(piece):
    if isinstance(piece, str):
        yield piece.encode()
    elif "base64" in piece:
        yield base64.b64decode(piece["base64"])
    else:
        unit = piece["repeat"].encode()
        a_chunk = max(CHUNK_BYTES // len(unit), 1)
        left = piece["times"]
        while left > 0:
            yield unit * min(a_chunk, left)
            left -= a_chunk


def text_bytes(text):
    """The bytes of a text of a rule, in chunks: a string, a piece, or a list of pieces."""
    for piece in text if isinstance(text, list) else [text]:
        yield from piece_bytes(piece)


def text_length(text):
    pieces = text if isinstance(text, list) else [text]
    return sum(len(piece["repeat"].encode()) * piece["times"] if isinstance(piece, dict) and "repeat" in piece
               else len(b"".join(piece_bytes(piece))) for piece in pieces)


def header_bytes(headers):
    """[[name, value]...], where a value is a text; a piece in place of a pair is sent as it stands."""
    for header in headers:
        if isinstance(header, dict):
            yield from piece_bytes(header)
        else:
            yield header[0].encode() + b": "
            yield from text_bytes(header[1])
            yield b"\r\n"


def head_bytes(status, reason, headers):
    reason = REASONS.get(status, "Some Reason") if reason is None else reason
    yield f"HTTP/1.1 {status} {reason}\r\n".encode()
    yield from header_bytes(headers)
    yield b"\r\n"


def as_chunks(chunks):
    for chunk in chunks:
        yield f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n"
    yield b"0\r\n\r\n"


def plain(body, headers=(), status=200):
    """(head, body) of an answer with this body, in chunks."""
    own = [["Content-Type", "application/json"], ["Content-Length", str(len(body))], *headers]
    return head_bytes(status, None, own), iter([body])


def told(fault):
    """(head, body) of the fault "answer", in chunks."""
    text = fault.get("body", "")
    body, length = text_bytes(text), text_length(text)
    headers = list(fault.get("headers", []))
    if not any(isinstance(header, list) and header[0].lower() == "content-type" for header in headers):
        headers.insert(0, ["Content-Type", "application/json"])
    if fault.get("gzip"):
        packed = gzip.compress(b"".join(body), 1)
        body, length = iter([packed]), len(packed)
        headers.append(["Content-Encoding", "gzip"])
    framing = fault.get("framing", "length")
    if framing == "length":
        headers.append(["Content-Length", str(fault.get("length", length))])
    elif framing == "chunked":
        headers.append(["Transfer-Encoding", "chunked"])
        body = as_chunks(body)
    return head_bytes(fault.get("status", 200), fault.get("reason"), headers), body
