# SPDX-License-Identifier: Apache-2.0
"""Answers that no service gives, and how a call of one attempt must end: the cases of test_hostile.py."""

import base64
import gzip

MIB = 1 << 20
ENDLESS = 10 ** 10
PAGE = "<html><body>Who are you?</body></html>"
GOOD = '{"Response": {"RequestId": "r-1"}}'
BLANKS_PACKED = gzip.compress(b'{"Response": {' + b" " * (64 * MIB) + b"}}", 1)


def octets(data):
    return {"base64": base64.b64encode(data).decode()}


def many(text, times):
    return {"repeat": text, "times": times}


def body(*pieces, **more):
    """An answer with HTTP 200 and this body."""
    return {"fault": "answer", "body": list(pieces), **more}


def raw(*pieces, **more):
    return {"fault": "raw", "text": list(pieces), **more}


def refusal(error):
    return body('{"Response": {"Error": ' + error + '}}')


OK = ("ok", "done", "no error")
BROKEN = ("NETWORK", "unknown", "the exchange broke off with 127.0.0.1")
TOO_LARGE = ("RESPONSE", "unknown", "the answer is larger than allowed")
TOO_EARLY = ("RESPONSE", "unknown", "the answer ends too early")
NOT_JSON = ("RESPONSE", "unknown", "the answer is not JSON")
NOT_UTF8 = ("RESPONSE", "unknown", "the answer is not UTF-8")
TOO_DEEP = ("RESPONSE", "unknown", "the answer is nested too deep")
TWICE = ("RESPONSE", "unknown", "has a key twice in one object")
HAS_NUL = ("RESPONSE", "unknown", "has a NUL character in a text")
HUGE_NUMBER = ("RESPONSE", "unknown", "has a number that is too large")
NO_TIME = ("TIMEOUT", "unknown", "no answer in time from 127.0.0.1")


def gateway(status, outcome="unknown"):
    return ("HTTP", outcome, f"HTTP status {status} from 127.0.0.1")


def shape(field, wanted, outcome="unknown"):
    """A refusal of the decoder, which names the place."""
    return ("RESPONSE", outcome, f"{field}: expected {wanted}")


# {name: (how it ends, the fault on the request)}
CASES = {
    # Nothing, or not enough.
    "nothing_closed": (BROKEN, {"fault": "close"}),
    "nothing_reset": (BROKEN, {"fault": "reset"}),
    "empty_body": (TOO_EARLY, body()),
    "length_beyond_the_body": (BROKEN, body(GOOD, length=len(GOOD) + 1, then="close")),
    "length_within_the_body": (TOO_EARLY, body(GOOD, length=len(GOOD) - 1)),
    "length_negative": (BROKEN, body(GOOD, length=-5)),
    "length_that_is_none": (BROKEN, body(GOOD, length="many")),
    "chunk_without_a_length": (BROKEN, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", GOOD)),
    "chunk_of_a_huge_length": (BROKEN, raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", many("f", 17), "\r\n", GOOD)),
    "chunks_without_an_end": (BROKEN, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")),
    # Someone else answers.
    "page_200": (NOT_JSON, body(PAGE, headers=[["Content-Type", "text/html"]])),
    **{f"page_{status}": (gateway(status), body(PAGE, status=status, headers=[["Content-Type", "text/html"]]))
       for status in (500, 502, 503, 504, 599)},
    **{f"page_{status}": (gateway(status, "not done"), body(PAGE, status=status)) for status in (400, 403, 404, 429)},
    "no_content_204": (gateway(204), {"fault": "answer", "status": 204}),
    "part_206": (gateway(206), body(GOOD, status=206)),
    "switched_101": (gateway(101), raw("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", GOOD)),
    "status_999": (gateway(999), body(GOOD, status=999)),
    "other_content_type": (OK, body(GOOD, headers=[["Content-Type", "image/png"]])),
    # Too much.
    "body_of_10_gb_with_its_length": (TOO_LARGE, body(many(" ", ENDLESS))),
    "body_of_10_gb_in_chunks": (TOO_LARGE, body(many(" ", ENDLESS), framing="chunked")),
    "body_of_10_gb_until_the_end": (TOO_LARGE, body(many(" ", ENDLESS), framing="close")),
    "page_of_10_gb": (TOO_LARGE, body(many("x", ENDLESS), status=502)),
    "headers_of_10_gb": (TOO_LARGE, raw("HTTP/1.1 200 OK\r\n", many("X-A: b\r\n", ENDLESS // 8))),
    "headers_1000": (OK, body(GOOD, headers=[many("X-A: b\r\n", 1000)])),
    "header_of_60_kib": (OK, body(GOOD, headers=[["X-A", many("a", 60 * 1024)]])),
    "header_of_90_kib": (TOO_LARGE, body(GOOD, headers=[["X-A", many("a", 90 * 1024)]])),
    "gzip_bomb": (NOT_JSON, raw(
        f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(BLANKS_PACKED)}\r\n\r\n",
        octets(BLANKS_PACKED))),
    "gzip_bomb_as_transfer_encoding": (TOO_LARGE, raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", octets(BLANKS_PACKED))),
    "error_code_and_message_of_1_mb": (("API", "unknown", "x" * 100), body(
        '{"Response": {"Error": {"Code": "', many("x", MIB), '", "Message": "', many("y", MIB), '"}}}')),
    "request_id_of_1_mb": (OK, body('{"Response": {"RequestId": "', many("r", MIB), '"}}')),
    # JSON that is none.
    "brackets_100000_deep": (TOO_DEEP, body('{"Response": ', many("[", 100000), many("]", 100000), "}")),
    "braces_100000_deep": (TOO_DEEP, body('{"Response": ', many('{"A":', 100000), "1", many("}", 100000), "}")),
    "brackets_never_closed": (TOO_DEEP, body('{"Response": ', many("[", 4 * MIB - 100))),
    "key_twice": (TWICE, body('{"Response": {"A": 1, "A": 1}}')),
    "key_twice_outside": (TWICE, body('{"Response": {}, "Response": {}}')),
    "nul_byte": (NOT_JSON, body('{"Response": {"A": "', octets(b"\0"), '"}}')),
    "nul_escaped": (HAS_NUL, body(r'{"Response": {"A": "a\u0000b"}}')),
    "nul_in_a_key": (HAS_NUL, body(r'{"Response": {"A\u0000": 1}}')),
    "nul_behind_the_end": (NOT_JSON, body(GOOD, octets(b"\0"))),
    "text_behind_the_end": (NOT_JSON, body(GOOD, GOOD)),
    "utf8_invalid": (NOT_UTF8, body('{"Response": {"A": "', octets(b"\xff\xfe"), '"}}')),
    "utf8_overlong": (NOT_UTF8, body('{"Response": {"A": "', octets(b"\xc0\xaf"), '"}}')),
    "utf8_surrogate": (NOT_UTF8, body('{"Response": {"A": "', octets(b"\xed\xa0\x80"), '"}}')),
    "utf16": (("RESPONSE", "unknown", "the answer"), body(octets(GOOD.encode("utf-16-le")))),
    "number_beyond_64_bits": (OK, body('{"Response": {"A": 18446744073709551616}}')),
    "number_beyond_64_bits_in_a_field": (shape("Response.DKIMOption", "a whole number", "done"), body(
        '{"Response": {"DKIMOption": 18446744073709551616}}')),
    "number_beyond_all": (HUGE_NUMBER, body('{"Response": {"A": 1', many("0", 400), "}}")),
    # JSON of another shape.
    "list_for_the_whole": (shape("Response", "an object"), body("[]")),
    "response_missing": (shape("Response", "an object"), body("{}")),
    **{f"response_{name}": (shape("Response", "an object"), body(f'{{"Response": {value}}}'))
       for name, value in {"null": "null", "text": '"x"', "number": "1", "boolean": "true", "list": "[]"}.items()},
    **{f"error_{name}": (shape("Response.Error", "an object"), refusal(value))
       for name, value in {"text": '"x"', "number": "1", "boolean": "true", "list": "[]"}.items()},
    "error_null": (OK, refusal("null")),
    **{f"error_code_{name}": (shape("Response.Error.Code", "a"), refusal(f'{{"Code": {value}}}'))
       for name, value in {"null": "null", "number": "1", "empty": '""', "list": "[]", "object": "{}"}.items()},
    "error_message_number": (shape("Response.Error.Message", "a string"), refusal('{"Code": "A", "Message": 1}')),
    "error_message_missing": (("API", "not done", "LimitExceeded: "), refusal('{"Code": "LimitExceeded"}')),
    # HTTP that is none.
    "nul_in_a_header": (BROKEN, raw("HTTP/1.1 200 OK\r\nX-A: a", octets(b"\0"), "b\r\n\r\n", GOOD)),
    # A byte a second.
    "drip_from_the_start": (NO_TIME, {"fault": "none", "pace_ms": 1000}),
}

# What libcurl sees as a failure of its own, and is none.
MISTAKEN = {
    "header_of_1_mb": (TOO_LARGE, body(GOOD, headers=[["X-A", many("a", MIB)]])),
    "header_of_10_gb": (TOO_LARGE, raw("HTTP/1.1 200 OK\r\nX-A: ", many("a", ENDLESS))),
    "status_line_of_10_gb": (TOO_LARGE, raw("HTTP/1.1 200 ", many("a", ENDLESS))),
    "body_without_a_head": (BROKEN, raw(GOOD)),
    "garbage_of_10_gb": (BROKEN, raw(many("a", ENDLESS))),
    "http2_frame": (BROKEN, raw(octets(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0d"))),
    "status_0": (BROKEN, raw("HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n")),
    "status_of_five_digits": (BROKEN, raw("HTTP/1.1 20000 OK\r\nContent-Length: 0\r\n\r\n")),
}
