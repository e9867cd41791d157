#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes first inputs for the fuzz targets, from which a search starts: seeds.py FOLDER [STAMP]. They go to
FOLDER/TARGET/ and are made from tests/data, from answers as the service gives them, and from values at the edge. STAMP
is a file to touch when they are written."""

import json
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(os.path.dirname(HERE), "data")
END = b"\xff"  # ends a text
ACTIONS = ["CreateEmailIdentity", "GetEmailIdentity", "ListEmailIdentities", "UpdateEmailIdentity",
           "DeleteEmailIdentity", "CreateEmailAddress", "ListEmailAddress",
           "DeleteEmailAddress", "UpdateEmailSmtpPassWord",
           "CreateAddressUnsubscribeConfig", "UpdateAddressUnsubscribeConfig", "DeleteAddressUnsubscribeConfig",
           "ListAddressUnsubscribeConfig"]
SAMPLES = {"string": "text", "uint64": 1, "bool": True}


def load(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as stream:
        return json.load(stream)


def sample(kind, objects):
    """A value of a kind as ses-fields.json names it."""
    kind = kind.rstrip("!")
    if kind.startswith("["):
        return [sample(kind[1:-1], objects)] * 2
    return SAMPLES[kind] if kind in SAMPLES else {name: sample(of, objects) for name, of in objects[kind].items()}


def answer(action, fields):
    kinds = fields["actions"][action]["response"]
    return json.dumps({"Response": {name: sample(kind, fields["objects"]) for name, kind in kinds.items()}}).encode()


def text(value):
    return b"\x01" + value.encode() + END


def number(value, size):
    return value.to_bytes(size, "little")


def decode_seeds(fields):
    refusal = b'{"Response":{"Error":{"Code":"InternalError","Message":"m"},"RequestId":"r"}}'
    for index, action in enumerate(ACTIONS):
        yield bytes([index, 0]) + answer(action, fields)
        yield bytes([index, 3]) + answer(action, fields)
    yield b"\0\0" + refusal
    identity = b'{"SendIp":["1.2.3.4",5],"TagList":[],"DKIMOption":"2"}'
    yield b"\2\0" + b'{"Response":{"EmailIdentities":[null,' + identity + b'],"Total":"7"}}'
    times = b'[{"CreatedTimestamp":"2024-02-29 23:59:59"},{"CreatedTimestamp":1e9}]'
    yield b"\6\0" + b'{"Response":{"EmailSenders":' + times + b"}}"
    yield b"\0\0" + b"[" * 2100
    for value in ["2147483646", "2147483647", '"2147483648"', "-1", "1.5", "1e3", "18446744073709551616", '"0"', "true",
                  '"x"']:
        yield b"\0\0" + b'{"Response":{"DKIMOption":' + value.encode() + b"}}"
        yield b"\2\0" + b'{"Response":{"Total":' + value.encode() + b"}}"
        yield b"\3\0" + b'{"Response":{"VerifiedForSendingStatus":' + value.encode() + b"}}"
    for length in (15, 16, 17, 2031, 2032, 2033):
        yield b"\1\0" + b'{"Response":{"IdentityType":"' + b"x" * length + b'","Attributes":[{"Type":"y"}]}}'
    profile = b'{"secretId":"AKIDx","secretKey":"key","token":null}'
    keys = b'{"TmpSecretId":"AKIDx","TmpSecretKey":"k","Token":"t","ExpiredTime":1735693200,"Code":"Success"}'
    yield b"\x12\0" + b'{"Response":{"Credentials":' + keys + b',"ExpiredTime":1735693200}}'
    yield b"\x12\0" + b'{"Response":{"Credentials":null}}'
    for which in range(13, 20):
        yield bytes([which, 0]) + profile
        yield bytes([which, 0]) + b'{"_sys_param":' + profile + b',"":' + profile + b',"Credentials":' + profile + b"}"


def sign_request(secret_id, secret_key, service, payload, headers, timestamp, unsigned=1):
    given = b"".join(b"\x01" + text(name) + text(value) for name, value in headers)
    return (text(secret_id) + text(secret_key) + text(service) + b"\0\0" + payload.encode() + END + b"\0" +
            bytes([unsigned + 1, 0, 3]) + number(timestamp, 8) + bytes([len(headers)]) + given + b"\0")


def signer_seeds():
    host = [("content-type", "application/json"), ("host", "ses.tencentcloudapi.com")]
    plain = sign_request("AKIDx", "key", "ses", "{}", host, 1735689600)
    yield b"\0" + plain
    yield b"\0" + plain + sign_request("AKIDx", "other", "ses", "", host, 1735776000, 2) + plain
    yield b"\x05" + plain + sign_request("", "", "", "", [], 0)
    yield b"\0" + plain + sign_request("AKIDx", "key", "cvm", "{}", host, 1735689600) + plain
    yield b"\0" + plain + sign_request("AKIDx", "key", "ses", "{}", host, 1735689600 + 86400) + plain
    for value in ["a\nb", "a\r", "\x7f", " \ta\t "]:
        yield b"\0" + sign_request("AKIDx", "key", "ses", "{}", host + [("x-tc-action", value)], 253402300799)
    for vector in load("tc3-vectors.json").values():
        timestamp = int(vector["string_to_sign"].split("\n")[1])
        lines = vector["canonical_request"].split("\n")
        headers = [tuple(line.split(":", 1)) for line in lines[3:-3] if ":" in line]
        yield b"\0" + sign_request("AKIDx", "key", "cvm", vector["inputs"].get("payload", ""), headers, timestamp)


def arguments_seeds():
    for value in ["mail.example.com", "notice@mail.example.com", "中文", "ap-guangzhou", "demo/1.0 (x)",
                  "X-TC-Action", "a\x7f", "a\x80", "", "a\nb", "\ud7ff", "x" * 64,
                  "x" * 65, "x" * 101, "x" * 63 + ".y", "x" * 64 + ".y"]:
        yield b"\0\0" + value.encode()
    for value in ["ses.tencentcloudapi.com", "http://127.0.0.1:8080", "https://[::1]:443/", "a:65536", "x@y:1/"]:
        yield b"\1\0" + value.encode()
    tags = b"\2" + 2 * (b"\0\0" + text("key") + text('va"l\\ue')) + b"\0"
    yield b"\2\0\0\0\0" + text("mail.example.com") + b"\3" + tags + b"\0"
    yield b"\2\0\1\0\0" + text("mail.example.com")
    yield b"\2\0\2\0\0" + tags + b"\1\5\2\0\1"
    yield b"\2\0\3\0\0" + text("mail.example.com") + b"\2\3"
    yield b"\2\0\5\0\0" + text("a@mail.example.com") + text("通知")
    yield b"\2\0\x08\0\0" + text("aaBB11ccDD") + text("a@mail.example.com")
    yield b"\2\0\x09\0\0" + text("a@mail.example.com") + text("1") + b"\3\0"
    yield b"\2\0\x0c\0\1\1\4" + b"\1\5\1\5\0"
    options = text("ap-guangzhou") + text("ses.tencentcloudapi.com") + text("zh-CN") + text("demo 1.0")
    options += b"\0" + 5 * b"\0" + 4 * b"\0"
    options += b"\2" + text("ses.intl.tencentcloudapi.com") + text("b:1") + b"\0"
    sts = text("sts") + text("2018-08-13") + text("AssumeRole") + b"\0\0\5\3\0" + b'{"a":"b"}' + END
    yield b"\5\0" + options + b"\0\0" + sts + 10 * b"\0"
    yield b"\5\0" + options + b"\1\2" + b"\0\0" + text("GetEmailIdentity") + b"\0\0\0\0{}" + END + 9 * b"\0"
    yield b"\5\0" + text("") + 5 * b"\0" + 10 * b"\0" + b"\xff" + text("http://p:1") + b"\0\0\0\0"
    yield b"\5\x09" + options + b"\0\0" + sts + 10 * b"\0"
    texts = ["role", "sts:1", "qcs::cam::uin/1:roleName/x", "ap-guangzhou", "p", "f", "t"]
    yield b"\7\0" + b"".join(text(value) for value in texts)


def profile_seeds():
    ini = b"[default]\nsecret_id = AKIDx\nsecret_key = SecretKeyExample0000000000000000\n"
    ini += b"[p]\r\nsecret_id=AKIDp\nsecret_key=k\ntoken=t\n"
    other = b"\xef\xbb\xbf# c\n;c\n[ p ] # x\nsecret_id=AKIDp\nsecret_id=AKIDq\nsecret_key=\ntoken=\n"
    cli = b'{"secretId":"AKIDp","secretKey":"k","token":"t"}'
    region = b'{"_sys_param":{"region":"ap-hongkong","output":"json"}}'
    for kind in range(8):
        yield bytes([kind, 0]) + b"p" + END + ini + END + cli + END + region + END + other + END + cli + END
        yield bytes([kind, 0]) + b"p" + END + END + cli + END + b'{"region":"ap-guangzhou"}' + END + ini
        yield bytes([kind, 0]) + END + ini + END + b'{"secretId":"AKIDo","secretKey":"k"}' + END + region
    bad = b"[p]\nsecret_id=AKIDp\nsecret_key=SecretKeyExample0000000000000000 x\n"
    yield b"\0\0" + b"p" + END + bad + END + END
    yield b"\0\0" + b"p" + END + END + b'{"secretId":"AKIDp","secretKey":"SecretKeyExample0000000000000000 x"}' + END
    yield b"\0\0" + b"p" + END + END + b'{"secretId":"AKIDp","secretKey":"SecretKeyExample0000000000000000" x}' + END
    yield b"\0\0" + b"p" + END + b"[q]\nsecret_id=AKIDq\nsecret_key=k\n[p]\n" + END + END
    yield b"\4\x0a" + b"p" + END + ini + END + cli + END + region
    half = b"[p]\nsecret_id=AKIDp\n"
    yield b"\4\0" + b"p" + END + half + END + cli + END + b"[" + END + b"[p" + END + b"{" + END + b"1"


def packet_seeds():
    """Behind a right head: what may follow the question, which lies at offset 12. NAME of fuzz_packet.c is asked for."""
    a, ns, cname, soa, mx, txt, aaaa, srv, caa, dname = range(10)  # indexes into its types
    kinds = [1, 2, 5, 6, 15, 16, 28, 33, 257, 39]
    own = b"\xc0\x0c"
    parent = b"\xc0\x20"  # mail.example.test

    def record(kind, data, name=own, ttl=60):
        return name + struct.pack("!HHIH", kinds[kind], 1, ttl, len(data)) + data

    def seed(kind, answers=(), authority=(), additional=(), flags=b"\4\0", fail_at=0):
        counts = bytes([len(answers), len(authority), len(additional)])
        return bytes([kind, fail_at]) + flags + counts + b"".join([*answers, *authority, *additional])

    zone = record(soa, b"\1a\0\1b\0" + struct.pack("!5I", 7, 1, 2, 3, 4), parent)
    key = b"\xff" + b"v=DKIM1; p=".ljust(255, b"A") + b"\4tail"
    data = {a: b"\x7f\0\0\1", ns: b"\2ns" + parent, cname: b"\1x" + parent, soa: b"\0\0" + bytes(20), mx: b"\0\x0a\2mx\0",
            txt: key, aaaa: bytes(15) + b"\1", srv: bytes(6) + b"\0", caa: b"\0\5issueca.test", dname: b"\1d\0"}
    for kind, value in data.items():
        yield seed(kind, [record(kind, value), record(kind, value)])
        yield seed(kind, [record(kind, value)], fail_at=5)
        yield seed(kind, authority=[zone])
    odd = b'\x0b\xc3\xa9\xff"\\\t\0 \xe4\xb8'
    yield seed(txt, [record(txt, odd), record(txt, b"\0"), record(txt, b"")], additional=[b"\0\0\x29\4\xd0\0\0\0\0\0\0"])
    yield seed(txt, [record(cname, parent), record(txt, key, parent)])
    yield seed(txt, [record(cname, own)])
    yield seed(txt, [record(dname, b"\1y\0", parent), record(txt, key, b"\x08selector\x0a_domainkey\1y\0")])
    yield seed(soa, authority=[record(ns, b"\2ns" + parent, parent)],
               additional=[record(a, data[a], b"\2ns" + parent), record(aaaa, data[aaaa], b"\2ns" + parent)], flags=b"\0\0")
    yield seed(txt, authority=[zone], flags=b"\4\3")
    for code in range(1, 16):
        yield seed(txt, flags=bytes([4, code]))
    yield seed(txt, [b"\xc0\xff" + record(txt, key)[2:]])
    yield b"\x80\0" + bytes(12)


def client_call(action, flags, *steps, fail_at=0):
    return bytes([action, flags, fail_at]) + b"".join(steps)


def client_seeds():
    def failure(status, stage):
        return bytes([0, 0, status, stage, 0])

    def refusal(code, headers=b""):
        return (bytes([1, 2]) + headers + END if headers else bytes([1, 0])) + bytes([code])

    def gateway(status):  # an index into numbers of client_wire.c
        return bytes([3, 2 + 32]) + date + END + bytes([status]) + b"\0\1"

    def success(variant, expiry=b"\1", flags=0):
        return bytes([3, flags, variant]) + expiry

    unsent, lost = failure(0, 1), failure(0, 2)
    date = b"Date: Wed, 01 Jan 2025 00:10:00 GMT\nRetry-After: 3"
    plain = 10 * b"\0"  # the options; the source of credentials follows
    for action in range(15):
        for reconcile in (0, 3):
            yield plain[:1] + b"\3" + plain[2:] + b"\0" + client_call(action, 32 + reconcile, lost, lost, success(0))
        yield plain + b"\0" + client_call(action, 32, unsent, refusal(1, date), success(0))
        yield plain + b"\0" + client_call(action, 32, lost, refusal(5), fail_at=9) + client_call(action, 34, success(3))
    for source in range(9):
        keys = success(0) * 2 if source in (3, 6) else success(0, flags=16)
        yield plain[:9] + b"\2" + bytes([source]) + client_call(6, 32, keys, refusal(2), keys, success(0)) * 2
        yield plain[:9] + b"\0" + bytes([source]) + client_call(7, 32, refusal(3, date), success(1), success(1))
    for status in range(12):
        yield plain + b"\0" + client_call(6, 32, gateway(status), gateway(2), success(0))
        yield plain + b"\0" + client_call(5, 34, gateway(status), success(2), gateway(3), success(0))
    yield plain + b"\0" + client_call(6, 32 + 4, refusal(1), refusal(3, date), success(0))
    for clock in (1 << 63, (1 << 63) - 1, 0):  # the first is the smallest of all times, the second the largest
        keys = bytes([3, 4]) + number(clock, 8) + b"\0\3" + number(2**64 - 1, 8)
        for source in (4, 5):
            yield plain[:9] + b"\2" + bytes([source]) + client_call(6, 32, keys, refusal(3, date), success(0))
    for code in range(20):
        yield plain + b"\0" + client_call(5, 34, lost, refusal(code), success(2), success(1), refusal(code))
        yield plain + b"\0" + client_call(8, 32, lost, refusal(code), success(2))
    yield plain + b"\0" + client_call(5, 32, b"\5\x32" + date + END + b"\0" + b'{"Response":{"RequestId":"r"}}' + END)


def fails(value):
    """Each with and without an allocation that fails."""
    yield b"\0" + value
    yield b"\3" + value


def spf_seeds():
    records = ["v=spf1 include:qcloudmail.com ~all", "v=spf1 a mx:x.y/24//64 ip4:192.0.2.1/8 ip6:2001:db8::/32 -all exp=e.f",
               "v=spf1 exists:%{i}.%{l2r-+}.x.%{d2} ptr redirect=r.s x=%%", "V=SPF1  ?all include:qcloudmail.com",
               "v=spf1 -include:QCloudMail.com. redirect=%{d}", "v=spf1 a:bad", "v=spf10", "v=spf1 ip4:1.2.3"]
    for record in records:
        yield from fails(record.encode())
        yield from fails(record.encode() + END + records[1].encode() + END + records[2].encode() + END + records[0].encode())


def dkim_seeds():
    key = ("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDeLSIM6YtPvzQ7zHw9+uJa30LJzNJhuF5k+SWWmAay2Pdlema+Gv3pjAoJtAbj2D5whRa8"
           "TX2l6kF4WmwiNvCI7Q4W6TRFljwXucKp2lxv/BsdptufZlqTqCSZAu8qhdr59hU5KVwWdzMbXa0Eqg/lQ7Aq/Rbq30RF4zNVk6oJtwIDAQAB")
    usual = b"v=DKIM1; k=rsa; p=" + key.encode()
    yield usual
    for other in (key[:60] + " \t" + key[60:], key[:100], "", "MAYCAX8CAQM=", key.replace("A", "B", 3)):
        yield usual + END + b"v=DKIM1; t=y:s; h=sha1:sha256; s=email; n=x; p=" + other.encode()
    yield b"k=ed25519; p=V1kccrd4yyTSLdY0jutLmGUB21MP/5Wk1x41TAt4rAY=" + END + b'"v=DKIM1\\; p=x...'


def dmarc_seeds():
    long = b"v=DMARC1; p=quarantine; sp=none; np=reject; rua=mailto:a@b.c!10m,https://x.y; fo=0:1:d:s; pct=20; t=y; psd=n; ri=1"
    for expected in b"v=DMARC1; p=none", long, b"v = DMARC1 ;p=None; adkim=r; aspf=s; ruf=mailto:x@y.z; rf=afrf", b"p=none":
        for inherited in b"v=DMARC1; p=reject; pct=50; t=y", long, b"":
            yield from fails(expected + END + inherited)


def records_seeds():
    def record(kind, name, value):
        return bytes([kind]) + text(name) + number(len(value), 2) + value + text("seen") + b"\2"

    names = text("example.com") + text("mail.example.com")
    usual = (record(1, "mail.example.com", b"10 mxbiz1.qq.com.") + record(0, "mail.example.com", b"v=spf1 include:q.com ~all") +
             record(0, "s._domainkey.mail.example.com", b"k=ed25519; p=V1kccrd4yyTSLdY0jutLmGUB21MP/5Wk1x41TAt4rAY=") +
             record(0, "_dmarc.mail.example.com", b"v=DMARC1; p=none"))
    odd = (record(0, "a.example.com", bytes(range(1, 256)) * 2) + record(2, "b.example.com", b"c.example.net.") +
           record(3, "c.example.com", b"1 2 3 d.example.com.") + record(0, "d.example.com", b'${a} %{b} $${ "\\ '))
    for content in usual, odd:
        yield from fails(b"\0" + names + content)
        yield from fails(b"\0\0" + text("mail.example.com") + content)
    answer_ = b'{"Response":{"EmailIdentity":"a.b","Attributes":[{"Type":"MX","SendDomain":"a.b","ExpectedValue":"m.x"}]}}'
    yield from fails(b"\1\0\0" + answer_)
    yield from fails(b"\1" + names + answer_[12:-1])


def seeds():
    fields = load("ses-fields.json")
    yield "arguments", arguments_seeds()
    yield "client", client_seeds()
    yield "decode", decode_seeds(fields)
    yield "dkim", dkim_seeds()
    yield "dmarc", dmarc_seeds()
    yield "packet", packet_seeds()
    yield "profile", profile_seeds()
    yield "records", records_seeds()
    yield "signer", signer_seeds()
    yield "spf", spf_seeds()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    for target, inputs in seeds():
        folder = os.path.join(sys.argv[1], target)
        os.makedirs(folder, exist_ok=True)
        for index, content in enumerate(inputs):
            with open(os.path.join(folder, f"seed-{index:02}"), "wb") as stream:
                stream.write(content)
    for stamp in sys.argv[2:]:
        open(stamp, "w").close()


if __name__ == "__main__":
    main()
