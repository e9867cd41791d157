# SPDX-License-Identifier: Apache-2.0
"""The doctor against real DNS servers: test_servers.py DOCTOR"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import rig  # noqa: E402
from rig import RESOLVER, SLOWNESS, TXT, txt, zone  # noqa: E402

HERE = pathlib.Path(__file__).parent
DOMAIN, ORIGIN = "mail.example.test", "example.test"
VALUES = dict(line.split(" ", 1) for line in (HERE / "corpus" / "values.txt").read_text().splitlines() if " " in line)
KEY = "v=DKIM1; k=rsa; p=" + VALUES["1024"]
LONG_KEY = "v=DKIM1; k=rsa; p=" + VALUES["2048cut"] + VALUES["2048rest"]
SELECTOR = "qcloudgz1024"
SPF, DMARC = "v=spf1 include:qcloudmail.com ~all", "v=DMARC1; p=none"
RECORDS = [("MX", DOMAIN, "mxbiz1.qq.com."), ("TXT", DOMAIN, SPF), ("TXT", f"{SELECTOR}._domainkey.{DOMAIN}", KEY),
           ("TXT", f"_dmarc.{DOMAIN}", DMARC)]
EXPECTED = {"Response": {"EmailIdentity": DOMAIN, "Attributes": [
    {"Type": kind, "SendDomain": name, "ExpectedValue": value, "CurrentValue": "", "Status": False}
    for kind, name, value in RECORDS]}}
MX = "mail MX 10 mxbiz1.qq.com."
GOOD = [MX, f"mail TXT {txt(SPF)}", f"{SELECTOR}._domainkey.mail TXT {txt(KEY)}", f"_dmarc.mail TXT {txt(DMARC)}"]
TWO = {"ns1": 11, "ns2": 12}
PARENTS_TWO = {ORIGIN: {"ns1.example.test": 11, "ns2.example.test": 12}}
QUICK = {"query_timeout": 300 * SLOWNESS, "timeout": 15000 * SLOWNESS}


class ServerTest(rig.DnsTest):
    def two(self, first, second, kinds=("knotd", "nsd"), **options):
        """Two servers of the domain's zone, with these lines; the parent, and the resolver."""
        for kind, number, lines in zip(kinds, (11, 12), (first, second)):
            self.net.serve(kind, number, {ORIGIN: zone(ORIGIN, TWO, *lines, **options)})
        self.world()

    def world(self, delegations=PARENTS_TWO, numbers=(11, 12)):
        self.net.parent(delegations)
        self.net.resolver({ORIGIN: numbers})

    def look(self, domain=DOMAIN, answer=EXPECTED, **options):
        return self.ok(self.net.doctor("run", domain, answer, **{**QUICK, **options}))

    def statuses(self, report):
        return {record["purpose"]: record["status"] for record in report["records"]}

    def record(self, report, purpose):
        (found,) = [record for record in report["records"] if record["purpose"] == purpose]
        return found

    def problems(self, report):
        return {server["name"]: server["problem"] for server in report["servers"]}

    def at(self, purpose, report):
        """{server: its answer}"""
        return {answer["server"]: answer for answer in self.record(report, purpose)["answers"]}


class Agreement(ServerTest):
    def test_servers__that_agree(self):
        self.two(GOOD, GOOD, serial=2026112501)
        report = self.look()
        self.assertEqual(report["overall"], "ok", report)
        self.assertEqual(report["zone"], ORIGIN)
        self.assertEqual(report["findings"], [])
        self.assertEqual(self.problems(report), {"ns1.example.test": None, "ns2.example.test": None})
        self.assertEqual([server["serial"] for server in report["servers"]], [2026112501] * 2)
        self.assertEqual([server["address"] for server in report["servers"]], [self.net.at(11), self.net.at(12)])
        for record in report["records"]:
            self.assertEqual((record["status"], record["equals"], record["findings"]), ("ok", 2, []), record)
            self.assertEqual([answer["aa"] for answer in record["answers"]], [True, True])
            self.assertEqual([answer["ttl"] for answer in record["answers"]], [600, 600])
            self.assertFalse(record["recursive"]["aa"])
            self.assertEqual(record["recursive"]["server"], "resolver")
        mx, dkim = self.at("MX", report), self.at("DKIM", report)
        self.assertEqual(mx["ns1.example.test"]["values"], ["10 mxbiz1.qq.com"])
        self.assertEqual(mx["ns2.example.test"]["raw"], ["10 mxbiz1.qq.com."])
        self.assertEqual(dkim["ns1.example.test"]["values"], [KEY])

    def test_servers__named_says_the_same(self):
        self.net.serve("named", rig.NAMED, {ORIGIN: zone(ORIGIN, {"ns1": rig.NAMED}, *GOOD, serial=9)})
        self.world({ORIGIN: {"ns1.example.test": rig.NAMED}}, (rig.NAMED,))
        report = self.look()
        self.assertEqual((report["overall"], report["servers"][0]["serial"]), ("ok", 9), report)

    def test_servers__that_disagree(self):
        self.two(GOOD, [MX, *GOOD[2:], 'mail 1234 TXT "v=spf1 -all"'])
        report = self.look()
        self.assertEqual(self.statuses(report), {"MX": "ok", "SPF": "propagating", "DKIM": "ok", "DMARC": "ok"})
        spf = self.at("SPF", report)
        self.assertEqual(spf["ns1.example.test"]["values"], [SPF])
        self.assertEqual(spf["ns2.example.test"]["values"], ["v=spf1 -all"])
        self.assertEqual(spf["ns2.example.test"]["ttl"], 1234)
        self.assertIsNone(self.record(report, "SPF")["recursive"])

    def test_servers__nothing_there_is_missing(self):
        self.two(["other A 192.0.2.1"], ["other A 192.0.2.1"], minimum=120)
        report = self.look()
        self.assertEqual(report["overall"], "missing")
        for record in report["records"]:
            self.assertEqual([(answer["state"], answer["ttl"]) for answer in record["answers"]], [("no_name", 120)] * 2)

    def test_servers__name_without_the_type_is_no_data(self):
        self.two(["mail A 192.0.2.1"], ["mail A 192.0.2.1"], minimum=9999, soa_ttl=77)
        for answer in self.record(self.look(), "MX")["answers"]:
            self.assertEqual((answer["state"], answer["ttl"], answer["aa"]), ("no_data", 77, True))

    def test_servers__nobody_is_asked_who_would_remember_that_there_is_nothing(self):
        """The resolver is asked for no name of the zone but its servers'; not for the zone either, which may be new."""
        self.two(["other A 192.0.2.1"], ["other A 192.0.2.1"])
        self.assertEqual(self.look()["overall"], "missing")
        asked = self.net.asked_of_resolver()
        self.assertEqual({name for name in asked if name.endswith(ORIGIN)}, {"ns1." + ORIGIN, "ns2." + ORIGIN})
        self.assertIn("test", asked)

    def test_servers__before_a_domain_is_created(self):
        self.two(["other A 192.0.2.1"], ["other A 192.0.2.1"])
        self.assertEqual(self.look(answer=None)["overall"], "ok")
        self.assertEqual(self.look("MAIL.Example.TEST.", answer=None)["domain"], DOMAIN)


class Trouble(ServerTest):
    def test_servers__a_lame_one(self):
        """It serves another zone, and refuses this one."""
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, TWO, *GOOD)})
        self.net.serve("nsd", 12, {"other.test": zone("other.test", {"ns2": 12})})
        self.world(numbers=(11,))
        report = self.look()
        self.assertEqual(self.problems(report), {"ns1.example.test": None, "ns2.example.test": "REFUSED"})
        self.assertEqual(set(self.statuses(report).values()), {"ok"})
        self.assertIn("ZONE_WRONG_NS", report["findings"])
        for record in report["records"]:
            self.assertEqual([answer["state"] for answer in record["answers"]], ["records", "failed"])

    def test_servers__all_are_lame(self):
        self.net.serve("knotd", 11, {"other.test": zone("other.test", {"ns2": 12})})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        report = self.look()
        self.assertEqual((report["zone"], report["overall"]), (ORIGIN, "unknown"))
        self.assertEqual(set(self.statuses(report).values()), {"unknown"})
        (server,) = report["servers"]
        self.assertEqual((server["address"], server["problem"]), (self.net.at(11), "REFUSED"), "the parent knows it")

    def test_servers__one_that_serves_the_parent_alone_is_lame(self):
        """It has no such name, with authority, and yet has nothing to say."""
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, TWO, *GOOD)})
        self.net.serve("nsd", 12, {"test": zone("test", {"a.nic": 12})})
        self.world(numbers=(11,))
        report = self.look()
        self.assertEqual(self.problems(report), {"ns1.example.test": None, "ns2.example.test": "not authoritative"})
        self.assertEqual(set(self.statuses(report).values()), {"ok"})

    def test_servers__one_that_is_not_there(self):
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, TWO, *GOOD)})
        self.world(numbers=(11,))
        report = self.look()
        self.assertEqual(self.problems(report)["ns2.example.test"], "connection refused")
        # An outage is no reason to change what is registered.
        self.assertEqual(report["findings"], ["RESOLVER_ERROR"])
        self.assertEqual(set(self.statuses(report).values()), {"ok"})
        self.assertEqual(report["findings"], ["RESOLVER_ERROR"])

    def test_servers__none_that_is_there(self):
        """They are down: that is no wrong delegation, which is said of servers that refuse."""
        server = self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        self.net.stop(server)
        report = self.look()
        self.assertEqual(self.problems(report), {"ns1.example.test": "connection refused"})
        self.assertEqual(set(self.statuses(report).values()), {"unknown"})
        self.assertEqual(report["findings"], ["RESOLVER_ERROR"])

    def test_servers__one_whose_name_has_no_address(self):
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11, "ns2": None}, *GOOD)})
        self.world({ORIGIN: {"ns1.example.test": 11, "ns2.example.test": None}}, (11,))
        report = self.look()
        self.assertEqual(report["servers"][1]["problem"], "its name has no address")
        self.assertIsNone(report["servers"][1]["address"])
        self.assertEqual(set(self.statuses(report).values()), {"ok"})

    def test_servers__the_parent_names_others_than_the_zone(self):
        for kind, number in (("knotd", 11), ("nsd", 12)):
            self.net.serve(kind, number, {ORIGIN: zone(ORIGIN, {"ns3": 12}, "ns1 A {11}", *GOOD)})
        self.world({ORIGIN: {"ns1.example.test": 11}})
        report = self.look()
        self.assertEqual([server["name"] for server in report["servers"]], ["ns1.example.test"])
        self.assertIn("ZONE_WRONG_NS", report["findings"])

    def test_servers__a_domain_that_is_not_delegated(self):
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        self.world({"other.test": {"ns1.other.test": 11}}, (11,))
        report = self.look()
        self.assertIsNone(report["zone"])
        self.assertIn("ZONE_NOT_DELEGATED", report["findings"])
        self.assertEqual(self.net.doctor("zone", DOMAIN)["zone"], None)

    def test_servers__answers_that_need_tcp(self):
        """Two keys of 2,048 bits and a heap of tokens at one name: more than a packet of UDP takes."""
        heap = [f'mail TXT "token-{number}={"x" * 180}"' for number in range(40)]
        self.two([*GOOD, *heap], [*GOOD, *heap])
        report = self.look()
        self.assertEqual(report["overall"], "ok", report)
        for answer in self.record(report, "SPF")["answers"]:
            self.assertEqual(len(answer["values"]), 41)

    def test_servers__a_split_key_is_one_value(self):
        lines = [f"{SELECTOR}._domainkey.mail TXT {txt(LONG_KEY)}"]
        self.two(lines, lines)
        for answer in self.record(self.look(), "DKIM")["answers"]:
            self.assertEqual(answer["values"], [LONG_KEY])
            self.assertEqual(answer["raw"], [txt(LONG_KEY)])

    def test_servers__bytes_that_are_no_text_are_escaped(self):
        lines = [r'mail TXT "caf\195\169 \200 \007\127 \"q\" \\ tab\009" "\192\128\224\128\128 \237\160\128 \244\144\128\128"',
                 r'mail TXT "\228\184" "\173 \194\155 \000 \240\159\152\128 \195"']
        self.two(lines, lines)
        values = self.at("SPF", self.look())["ns1.example.test"]["values"]
        self.assertEqual(sorted(values), [
            r'café \200 \007\127 "q" \ tab' + "\t" + r"\192\128\224\128\128 \237\160\128 \244\144\128\128",
            r"中 \194\155 \000 😀 \195"])


class Names(ServerTest):
    def test_names__cname_inside_the_zone(self):
        lines = [*GOOD[:2], GOOD[3], f"{SELECTOR}._domainkey.mail 99 CNAME key", f"key TXT {txt(KEY)}"]
        self.two(lines, lines)
        for answer in self.record(self.look(), "DKIM")["answers"]:
            self.assertEqual((answer["cname"], answer["values"], answer["ttl"]), ("key.example.test", [KEY], 99))

    def test_names__cname_out_of_the_zone(self):
        lines = [*GOOD[:2], GOOD[3], f"{SELECTOR}._domainkey.mail CNAME qcloudmail.com."]
        self.two(lines, lines)
        for answer in self.record(self.look(), "DKIM")["answers"]:
            self.assertEqual((answer["cname"], answer["values"], answer["state"]), ("qcloudmail.com", [], "records"))

    def test_names__cname_that_runs_in_a_circle(self):
        lines = [*GOOD[:2], GOOD[3], f"{SELECTOR}._domainkey.mail CNAME a", "a CNAME b", "b CNAME a"]
        self.two(lines, lines)
        for answer in self.record(self.look(), "DKIM")["answers"]:
            self.assertEqual(answer["state"], "failed", answer)

    def test_names__the_domain_itself_is_an_alias(self):
        lines = ["mail CNAME elsewhere", "elsewhere A 192.0.2.9"]
        self.two(lines, lines)
        report = self.look()
        self.assertEqual(report["zone"], ORIGIN)
        self.assertEqual(self.at("MX", report)["ns1.example.test"]["cname"], "elsewhere.example.test")
        self.assertEqual(self.statuses(report)["MX"], "conflict")

    def test_names__the_domain_is_an_alias_in_a_zone_beside_its_parent(self):
        """One server has both, so that no referral tells where the zone begins."""
        self.net.serve("knotd", rig.PARENT, {
            "test": zone("test", {"a.nic": rig.PARENT}, f"{ORIGIN}. NS a.nic"), "com": zone("com", {"a.nic.test.": 10}),
            ORIGIN: zone(ORIGIN, {"a.nic.test.": 10}, "mail CNAME elsewhere"), ".": zone(".", {"a.nic.test.": 10})})
        self.net.resolver({})
        self.assertEqual(self.look()["zone"], ORIGIN)

    def test_names__dname(self):
        lines = [*GOOD[:2], GOOD[3], "_domainkey.mail DNAME keys", f"{SELECTOR}.keys TXT {txt(KEY)}"]
        self.two(lines, lines)
        for answer in self.record(self.look(), "DKIM")["answers"]:
            self.assertEqual((answer["cname"], answer["values"]), (f"{SELECTOR}.keys.example.test", [KEY]))

    def test_names__the_domain_is_a_zone_of_its_own(self):
        """mail.example.test is delegated to one server, its parent to another."""
        inner = [line.replace("mail", "@", 1) if line.startswith("mail") else line.replace(".mail ", " ", 1)
                 for line in GOOD]
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, "mail NS ns.mail", "ns.mail A {12}")})
        self.net.serve("nsd", 12, {DOMAIN: zone(DOMAIN, {"ns": 12}, *inner)})
        self.net.parent({ORIGIN: {"ns1.example.test": 11}})
        self.net.resolver({ORIGIN: [11], DOMAIN: [12]})
        report = self.look()
        self.assertEqual((report["zone"], report["overall"]), (DOMAIN, "ok"))
        self.assertEqual([server["name"] for server in report["servers"]], ["ns.mail.example.test"])
        self.assertEqual(self.net.doctor("zone", DOMAIN)["zone"], DOMAIN)

    def test_names__one_server_has_the_zone_and_the_one_above(self):
        inner = [line.replace("mail", "@", 1) if line.startswith("mail") else line.replace(".mail ", " ", 1)
                 for line in GOOD]
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, "mail NS ns1.example.test."),
                                   DOMAIN: zone(DOMAIN, {"ns1.example.test.": 11}, *inner)})
        self.net.parent({ORIGIN: {"ns1.example.test": 11}})
        self.net.resolver({ORIGIN: [11], DOMAIN: [11]})
        report = self.look()
        self.assertEqual((report["zone"], report["overall"]), (DOMAIN, "ok"), report)

    def test_names__records_below_a_cut_come_from_the_resolver(self):
        """The keys lie in a zone of their own."""
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD[:2], GOOD[3],
                                                  "_domainkey.mail NS ns.keys", "ns.keys A {12}")})
        keys = f"_domainkey.{DOMAIN}"
        self.net.serve("nsd", 12, {keys: zone(keys, {"ns.keys.example.test.": 12}, f"{SELECTOR} TXT {txt(KEY)}")})
        self.net.parent({ORIGIN: {"ns1.example.test": 11}})
        self.net.resolver({ORIGIN: [11], keys: [12]})
        report = self.look()
        (answer,) = self.record(report, "DKIM")["answers"]
        self.assertEqual((answer["server"], answer["values"]), ("resolver", [KEY]))
        self.assertEqual(report["overall"], "ok", report)

    def test_names__a_zone_that_only_the_resolver_knows(self):
        """A network of its own: no top-level domain leads to it."""
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        self.net.serve("nsd", rig.PARENT, {"com": zone("com", {"a.nic.test.": 10}, *rig.OTHERS),
                                           ".": zone(".", {"a.nic.test.": 10})})
        self.net.resolver({ORIGIN: [11]})
        report = self.look()
        self.assertEqual((report["zone"], report["overall"]), (ORIGIN, "ok"), report)

    def test_names__in_another_script(self):
        name = "bücher.test"
        self.net.serve("knotd", 11, {"xn--bcher-kva.test": zone("xn--bcher-kva.test", {"ns1": 11})})
        self.net.parent({"xn--bcher-kva.test": {"ns1.xn--bcher-kva.test": 11}})
        self.net.resolver({"xn--bcher-kva.test": [11]})
        self.assertEqual(self.net.doctor("zone", "邮件." + name)["zone"], "xn--bcher-kva.test")


class Caches(ServerTest):
    def test_caches__the_resolver_asked_too_early(self):
        first = self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, minimum=240)})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        self.net.warm(DOMAIN)
        self.net.stop(first)
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD, minimum=240)})
        report = self.look()
        spf = self.record(report, "SPF")
        self.assertEqual((spf["status"], spf["findings"]), ("propagating", ["NEG_CACHED"]))
        self.assertTrue(200 < spf["wait"] <= 240, spf)
        self.assertEqual(spf["recursive"]["state"], "no_name")
        self.assertEqual(report["overall"], "propagating")

    def test_caches__the_resolver_keeps_the_old_value(self):
        first = self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, 'mail 5000 TXT "v=spf1 -all"')})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        self.net.warm(DOMAIN)
        self.net.stop(first)
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        spf = self.record(self.look(), "SPF")
        self.assertEqual((spf["status"], spf["findings"]), ("propagating", ["OLD_CACHED"]))
        self.assertEqual(spf["recursive"]["values"], ["v=spf1 -all"])
        self.assertTrue(4900 < spf["wait"] <= 5000, spf)


class Options(ServerTest):
    def test_options__servers_that_are_not_delegated_yet(self):
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11})})
        self.net.serve("nsd", 12, {ORIGIN: zone(ORIGIN, {"ns2": 12}, *GOOD, serial=5)})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        self.assertEqual(self.look()["overall"], "missing")
        report = self.look(at=self.net.address(12))
        # What the resolver has is from the old server, and says nothing about the new one.
        self.assertEqual((report["zone"], self.statuses(report)["DKIM"]), (ORIGIN, "ok"))
        self.assertEqual(report["servers"], [{"name": self.net.address(12), "address": self.net.at(12), "problem": None,
                                              "serial": 5}])
        by_name = self.look(at=["ns1.example.test", f"{self.net.at(12)}"])
        self.assertEqual([server["name"] for server in by_name["servers"]], ["ns1.example.test", self.net.address(12)])
        self.assertEqual(self.record(by_name, "DKIM")["answers"][0]["state"], "no_name")

    def test_options__a_named_server_that_has_not_got_the_zone(self):
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        self.net.serve("nsd", 12, {"other.test": zone("other.test", {"ns2": 12})})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        report = self.look(at=self.net.at(12))
        self.assertEqual((report["zone"], report["overall"]), (ORIGIN, "unknown"))
        self.assertEqual(report["servers"][0]["problem"], "REFUSED")

    def test_options__what_can_not_be_used_is_refused(self):
        for options, field in (({"at": "a b"}, "servers[0]"), ({"at": ["127.0.0.1", "x:0"]}, "servers[1]"),
                               ({"resolver": "ns.example"}, "resolver"), ({"resolver": "127.0.0.1:x"}, "resolver"),
                               ({"timeout": -1}, "timeout_ms"), ({"query_timeout": -1}, "query_timeout_ms"),
                               ({"port": 65536}, "port")):
            with self.subTest(field):
                result = self.net.doctor("run", DOMAIN, **options)
                self.assertEqual((result["status"], result["field"]), (-1, field), result)
        for name in ("", "a..b", "x" * 64 + ".test", "a b", ".", "é" * 80):
            with self.subTest(name):
                self.assertEqual(self.net.doctor("run", name)["field"], "domain")
        self.assertEqual(self.net.doctor("zone", "a b")["field"], "name")
        self.assertEqual(self.net.doctor("compare", DOMAIN)["field"], "servers")

    def test_options__a_resolver_that_is_not_there(self):
        report = self.look(query_timeout=200)
        self.assertEqual((report["zone"], report["overall"]), (None, "unknown"))
        self.assertEqual(report["servers"], [])
        self.assertEqual(self.net.doctor("zone", DOMAIN, query_timeout=200)["zone"], None)
        self.assertEqual(self.net.doctor("texts", DOMAIN, query_timeout=200)["answer"]["state"], "failed")


class Others(ServerTest):
    def test_texts__of_the_resolver(self):
        self.two(GOOD, GOOD)
        answer = self.ok(self.net.doctor("texts", DOMAIN))["answer"]
        self.assertEqual((answer["values"], answer["server"], answer["address"]),
                         ([SPF], "resolver", self.net.at(RESOLVER)))
        self.assertEqual(self.net.doctor("texts", "nobody.example.test")["answer"]["state"], "no_name")

    def test_zone__of_names_near_and_far(self):
        self.two(GOOD, GOOD)
        for name in (ORIGIN, DOMAIN, "a.b.c." + DOMAIN, f"_dmarc.{DOMAIN}"):
            self.assertEqual(self.ok(self.net.doctor("zone", name))["zone"], ORIGIN)
        self.assertEqual(self.net.doctor("zone", "test")["zone"], "test")

    def test_gate__opens_when_all_servers_are_right(self):
        self.two(GOOD, GOOD)
        self.assertEqual(self.net.doctor("ready", DOMAIN, EXPECTED)["ready"], 2)

    def test_gate__stays_shut_while_one_lags(self):
        self.two(GOOD, GOOD[:3], minimum=120)
        result = self.net.doctor("ready", DOMAIN, EXPECTED)
        self.assertEqual((result["ready"], result["again"]), (1, 120000), result)

    def test_gate__asks_again_after_five_minutes_at_the_latest(self):
        self.two(["mail A 192.0.2.1"], ["mail A 192.0.2.1"], minimum=3600)
        result = self.net.doctor("ready", DOMAIN, EXPECTED)
        self.assertEqual((result["ready"], result["again"]), (1, 300000), result)

    def test_gate__does_not_know_what_nobody_could_be_asked_for(self):
        self.assertEqual(self.net.doctor("ready", DOMAIN, EXPECTED, query_timeout=100)["ready"], 0)

    def test_gate__is_open_though_a_cache_lags(self):
        first = self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, minimum=240)})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        self.net.warm(DOMAIN)
        self.net.stop(first)
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        self.assertEqual(self.net.doctor("ready", DOMAIN, EXPECTED)["ready"], 2)

    def test_compare__what_the_new_servers_lack(self):
        www = ["www A 192.0.2.80", "@ MX 5 mx", "mx A 192.0.2.5", "_sip._tls SRV 1 1 443 www"]
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD, *www, "shop CNAME www")})
        self.net.serve("nsd", 12, {ORIGIN: zone(ORIGIN, {"ns2": 12}, *GOOD[:3], www[0], "m A 192.0.2.7", "mx A 192.0.2.5",
                                                "@ MX 5 MX", "shop A 192.0.2.80")})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        result = self.ok(self.net.doctor("compare", DOMAIN, EXPECTED, at=self.net.at(12)))
        self.assertEqual((result["zone"], result["problem"]), (ORIGIN, None))
        self.assertGreater(result["compared"], 200)
        found = {(one["name"], one["type"]): (one["old"], one["new"]) for one in result["differences"]}
        self.assertEqual(found, {
            ("_dmarc." + DOMAIN, "TXT"): ([txt(DMARC)], []),
            ("m." + ORIGIN, "A"): ([], ["192.0.2.7"]),
            ("_sip._tls." + ORIGIN, "SRV"): (["1 1 443 www.example.test."], []),
            ("shop." + ORIGIN, "CNAME"): (["www.example.test."], []),
            ("ns1." + ORIGIN, "A"): ([self.net.address(11)], []),
            ("ns2." + ORIGIN, "A"): ([], [self.net.address(12)]),
        })

    def test_compare__delegations(self):
        """What is delegated at the old servers has to be at the new ones too, or all below it is lost."""
        both, old = ["api NS NS.api", "api NS ns.provider.test.", "ns.api A 192.0.2.1"], ["app NS ns.provider.test."]
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD, *both, *old, "dev NS ns.provider.test.")})
        self.net.serve("nsd", 12, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD, *both, "dev NS other.provider.test.")})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        result = self.ok(self.net.doctor("compare", DOMAIN, EXPECTED, at=self.net.at(12)))
        found = [(one["name"], one["type"], one["old"], one["new"]) for one in result["differences"]]
        self.assertEqual(found, [("app." + ORIGIN, "NS", ["ns.provider.test."], []),
                                 ("dev." + ORIGIN, "NS", ["ns.provider.test."], ["other.provider.test."])])

    def test_compare__a_side_that_can_not_be_asked(self):
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        result = self.net.doctor("compare", DOMAIN, EXPECTED, at=self.net.at(99))
        self.assertEqual((result["problem"], result["differences"]), ("connection refused", []))

    def test_memory__that_runs_out_anywhere(self):
        """At each allocation of each function; nothing is left, and the error says what it was."""
        self.net.serve("knotd", 11, {ORIGIN: zone(ORIGIN, {"ns1": 11}, *GOOD)})
        self.world({ORIGIN: {"ns1.example.test": 11}}, (11,))
        for what, step, options in (("run", 1, {}), ("zone", 1, {}), ("texts", 1, {}),
                                    ("compare", 7, {"at": self.net.at(11)})):
            with self.subTest(what):
                result = self.net.doctor(what, DOMAIN, EXPECTED, fail_each=step, **options)
                self.assertEqual((set(result["failures"]), result["left"]), ({"-2", "last"}, 0), result)
                self.assertEqual(result["failures"]["last"], "0")
                self.assertGreater(result["runs"], 10)

    def test_threads__eight_looks_at_once(self):
        self.two(GOOD, GOOD)
        reports = self.net.doctors("run", DOMAIN, EXPECTED, threads=8)
        self.assertEqual([report["overall"] for report in reports], ["ok"] * 8)


if __name__ == "__main__":
    rig.need("knotd", "nsd", "named", "unbound")
    rig.main()
