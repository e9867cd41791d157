# SPDX-License-Identifier: Apache-2.0
"""examples/watch/alert, against a receiver that takes a message only as WeCom, DingTalk and Feishu would."""

import json
import re
import tempfile
import time
import unittest
import urllib.parse

import rig  # first: it says what is missing

import program
import schemas
from dns_cli import DOMAIN
from watch_rig import CHINESE, ENGLISH, INSTALLED, PATH, RECIPES, ROOT, Receiver, openssl_hmac

SECRET = "SECret+/=0123456789"
KINDS = {"wecom": "/cgi-bin/webhook/send?key=k-7", "dingtalk": "/robot/send?access_token=t-7",
         "feishu": "/open-apis/bot/v2/hook/h-7"}
WELL = {"wecom": '{"errcode":0,"errmsg":"ok"}', "dingtalk": '{"errcode":0,"errmsg":"ok"}',
        "feishu": '{"code":0,"msg":"success","data":{}}'}
REFUSED = {"wecom": '{"errcode":93000,"errmsg":"invalid webhook url"}',
           "dingtalk": '{"errcode":310000,"errmsg":"sign not match"}',
           "feishu": '{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}'}
CHANGE = {"code": "REGRESSED", "record": "TXT mail.shop.test", "before": 'ok "v=spf1 include:qcloudmail.com ~all"', "now": "missing"}


def event(state="regressed", code=6, changes=(CHANGE,), domain=DOMAIN, profile=None):
    made = {"schema": "tcses.event/1", "profile": profile, "domain": domain, "state": state, "exit": code,
            "changes": list(changes)}
    schemas.check_document("event", made)
    return made


class AlertTest(unittest.TestCase):
    def alert(self, receiver, kind, document=None, secret="", locale=ENGLISH, url=None, **more):
        env = {"PATH": PATH, "LANG": locale, "TCSES_ALERT_PAUSE": "0", "TCSES_ALERT_SECRET": secret,
               "TCSES_ALERT_URL": receiver.address + KINDS[kind] if url is None else url, "HOME": "/", **more}
        result = program.run([RECIPES / "alert", kind], env, json.dumps(document or event()) + "\n")
        self.assertEqual(result.out, "")
        for hidden in (KINDS[kind], SECRET):
            self.assertNotIn(hidden, result.err)
        return result

    def text_of(self, kind, post, secret=""):
        """The message's text; holds everything else to what the service takes."""
        path, headers, body, command_lines = post
        self.assertEqual(headers["Content-Type"], "application/json; charset=utf-8")
        self.assertNotIn(KINDS[kind].encode(), command_lines)
        self.assertNotIn(SECRET.encode(), command_lines)
        document = schemas.parse(body)
        address, given = (path, None) if kind != "dingtalk" or not secret else self.signature_in_address(path)
        self.assertEqual(address, KINDS[kind])
        if kind == "dingtalk" and secret:
            self.assertEqual(given[1], openssl_hmac(secret, f"{given[0]}\n{secret}"))
            self.assertAlmostEqual(int(given[0]), time.time() * 1000, delta=3600000)
        if kind == "feishu" and secret:
            timestamp = document.pop("timestamp")
            self.assertEqual(document.pop("sign"), openssl_hmac(f"{timestamp}\n{secret}", ""))
            self.assertAlmostEqual(int(timestamp), time.time(), delta=3600)
        members = {"msg_type": "text", "content": ["text"]} if kind == "feishu" else {"msgtype": "text", "text": ["content"]}
        self.assertEqual(set(document), set(members))
        word, holder = members
        self.assertEqual(document[word], "text")
        self.assertEqual(list(document[holder]), members[holder])
        return document[holder][members[holder][0]]

    def signature_in_address(self, path):
        whole, _, query = path.partition("?")
        pairs = urllib.parse.parse_qsl(query, strict_parsing=True)
        self.assertEqual([name for name, _ in pairs], ["access_token", "timestamp", "sign"])
        return f"{whole}?access_token={pairs[0][1]}", (pairs[1][1], pairs[2][1])

    def take(self, kind, document=None, secret="", **more):
        receiver = Receiver(self, WELL[kind])
        result = self.alert(receiver, kind, document, secret, **more)
        self.assertEqual((result.status, result.err), (0, ""))
        (post,) = receiver.posts
        return self.text_of(kind, post, secret)


class Alert(AlertTest):
    def test_alert__is_taken_by_each_service(self):
        said = f'tcses: {DOMAIN}: wrong\nTXT {DOMAIN}\nwas ok "v=spf1 include:qcloudmail.com ~all"\nis missing'
        for kind in KINDS:
            self.assertEqual(self.take(kind), said, kind)

    def test_alert__is_signed_where_the_robot_asks_for_it(self):
        for kind in ("dingtalk", "feishu"):
            self.take(kind, secret=SECRET)

    def test_alert__is_in_the_language_of_the_locale(self):
        said = f'tcses: {DOMAIN}: 异常\nTXT {DOMAIN}\n原为 ok "v=spf1 include:qcloudmail.com ~all"\n现为 missing'
        self.assertEqual(self.take("wecom", locale=CHINESE), said)
        self.assertEqual(self.take("wecom", LC_ALL=CHINESE, LC_MESSAGES="en_US.UTF-8"), said)
        self.assertIn("wrong", self.take("wecom", locale=CHINESE, LC_MESSAGES="en_US.UTF-8"))

    def test_alert__of_each_state(self):
        for state, code, told in (("drifted", 10, "有变化，原来正确的仍然正确"), ("recovered", 0, "已恢复"),
                                  ("unknown", 3, "无法检查\n退出码 3")):
            self.assertEqual(self.take("feishu", event(state, code, (), profile="shop"), locale=CHINESE),
                             f"tcses: {DOMAIN} (配置 shop): {told}")
        self.assertEqual(self.take("wecom", event("unknown", 2, ())), f"tcses: {DOMAIN}: can't be looked at\nexit status 2")

    def test_alert__that_is_too_long_for_wecom_is_cut(self):
        text = self.take("wecom", event(changes=[dict(CHANGE, now="密钥" * 400)]))
        self.assertLessEqual(len(text.encode()), 2048)
        self.assertGreater(len(text.encode()), 1990)
        self.assertTrue(text.endswith("…"))

    def test_alert__that_is_refused_fails_and_is_not_repeated(self):
        for kind in KINDS:
            receiver = Receiver(self, REFUSED[kind])
            result = self.alert(receiver, kind, secret=SECRET)
            self.assertEqual(result.status, 1)
            self.assertEqual(result.err, f"alert: {kind}: {REFUSED[kind]}\n")
            self.assertEqual(len(receiver.posts), 1)

    def test_alert__answers_of_others_are_no_success(self):
        for kind, answer in (("wecom", "<html>welcome</html>"), ("dingtalk", '{"code":0}'), ("feishu", '{"errcode":0}'),
                             ("feishu", "[]"), ("wecom", "")):
            result = self.alert(Receiver(self, answer), kind)
            self.assertEqual((result.status, result.err), (1, f"alert: {kind}: {answer or 'an empty answer'}\n"))

    def test_alert__is_tried_again_when_the_server_fails(self):
        receiver = Receiver(self)
        receiver.answers = [(500, "oops"), None]
        self.assertEqual(self.alert(receiver, "wecom").status, 0)
        self.assertEqual(len(receiver.posts), 3)
        receiver.answers = [(500, "oops")] * 4
        result = self.alert(receiver, "wecom")
        self.assertEqual((result.status, result.err), (1, "alert: wecom: HTTP Error 500: Internal Server Error oops\n"))
        self.assertEqual((len(receiver.posts), len(receiver.answers)), (6, 1))

    def test_alert__is_not_tried_again_when_it_is_wrong(self):
        receiver = Receiver(self)
        receiver.answers = [(400, REFUSED["feishu"])]
        result = self.alert(receiver, "feishu")
        self.assertEqual((result.status, len(receiver.posts)), (1, 1))
        self.assertIn("19021", result.err)

    def test_alert__fails_where_nobody_listens(self):
        result = self.alert(None, "dingtalk", url=rig.Nobody(self).endpoint + KINDS["dingtalk"], secret=SECRET)
        self.assertEqual(result.status, 1)
        self.assertIn("refused", result.err)

    def test_alert__an_address_that_is_none_is_not_shown(self):
        for address in ("", "qyapi.weixin.qq.com" + KINDS["wecom"], "http://127.0.0.1:1/ " + KINDS["wecom"],
                        "http://127.0.0.1:x" + KINDS["wecom"], "http://127.0.0.1:1/密" + KINDS["wecom"]):
            result = self.alert(None, "wecom", url=address)
            self.assertEqual((result.status, result.err), (1, "alert: wecom: TCSES_ALERT_URL is no address\n"), address)

    def test_alert__wants_the_name_of_a_service(self):
        for arguments in ([], ["slack"], ["wecom", "feishu"]):
            result = program.run([RECIPES / "alert", *arguments], {"PATH": PATH, "HOME": "/"}, "")
            self.assertEqual(result.status, 1)
            self.assertIn("usage", result.err)

    def test_alert__can_be_tried_as_the_guide_says(self):
        guide = (ROOT / "docs/watch.md").read_text(encoding="utf-8")
        (script,) = [text for text in re.findall(r"^```sh\n(.*?)^```", guide, re.S | re.M) if "| " + INSTALLED in text]
        receiver = Receiver(self)
        with tempfile.NamedTemporaryFile("w", suffix=".env") as file:
            file.write((RECIPES / "watch.env").read_text().replace("https://...", receiver.address + KINDS["wecom"]))
            file.flush()
            script = script.replace("/etc/tcses/watch.env", file.name).replace(INSTALLED, str(RECIPES))
            result = program.run(["sh", "-c", script], {"PATH": PATH, "HOME": "/"})
        self.assertEqual((result.status, result.out, result.err), (0, "", ""))
        self.assertEqual(self.text_of("wecom", receiver.posts[0]), "tcses: mail.example.com: 已恢复")


if __name__ == "__main__":
    rig.main()
