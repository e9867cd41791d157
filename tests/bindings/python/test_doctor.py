# SPDX-License-Identifier: Apache-2.0
"""libtcses-dns through ctypes: real zones looked at, and the whole tree of a report read."""

import ctypes
import importlib.util
import pathlib
import re
import socket
import tempfile
import threading
import unittest

import test_python
from test_python import HERE, PythonTest
from tcses import Tcses

spec = importlib.util.spec_from_file_location("dns_rig", HERE.parent.parent / "dns" / "rig.py")
dns = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dns)

ZONE, DOMAIN, SERVER = "shop.test", "mail.shop.test", 11
LONG_MS = 120000
CHINESE = re.compile("[\u4e00-\u9fff]")
LIBC = ctypes.CDLL(None)
LIBC.malloc.restype, LIBC.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
LIBC.free.restype, LIBC.free.argtypes = None, [ctypes.c_void_p]


def load(folder):
    """Both libraries out of an install tree, by the names of their soname links."""
    links = [path for path in pathlib.Path(folder).rglob("lib*.so.*") if path.name.count(".") == 3]
    files = {path.name.split(".so")[0]: path for path in links}
    (layout,) = pathlib.Path(folder).rglob("layout.json")
    return Tcses(str(files["libtcses"]), str(layout), {"tcses-dns": str(files["libtcses-dns"])})


class Counter:
    """An allocator that counts what is not given back."""

    def __init__(self, tcses):
        fields = dict(tcses.structs["tcses_allocator"]._fields_)
        self.live, self.taken = 0, 0
        self.allocator = tcses.new("tcses_allocator", allocate=fields["allocate"](self.allocate),
                                   release=fields["release"](self.release))

    def allocate(self, _, count):
        self.live += 1
        self.taken += 1
        return LIBC.malloc(count)

    def release(self, _, block):
        self.live -= 1
        LIBC.free(block)


class DoctorTest(PythonTest):
    """A zone at one server, with the lines that the test puts into it, and an emulator that verifies by them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        test_python.install(folder.name)
        cls.tcses = load(folder.name)

    def setUp(self):
        self.net = dns.Net()
        self.addCleanup(self.net.close)
        self.server = None
        self.serve()
        self.net.parent({ZONE: {f"ns1.{ZONE}": SERVER}})
        self.net.resolver({ZONE: [SERVER]})
        self.options = ("--verify", "dns", "--resolver", self.net.at(SERVER))
        super().setUp()

    def serve(self, *lines):
        if self.server is not None:
            self.net.stop(self.server)
        zone = dns.zone(ZONE, {"ns1": SERVER}, *lines, ttl=1, soa_ttl=1)
        self.server = self.net.serve("knotd", SERVER, {ZONE: zone})

    def create(self):
        """Creates the domain; returns {"MX", "SPF", "DKIM", "DMARC": a line for the zone file}."""
        rows = self.call("create_email_identity", email_identity=DOMAIN)["attributes"]
        lines = [f"{row['send_domain']}. {row['type']} " + ("10 " + row["expected_value"] if row["type"] == "MX" else
                                                            dns.txt(row["expected_value"])) for row in rows]
        return dict(zip(("MX", "SPF", "DKIM", "DMARC"), lines))

    def expected(self):
        """The set of what the service expects, made of its answer as it lies in memory."""
        get = self.tcses.new("tcses_get_email_identity_request", email_identity=DOMAIN)
        response = ctypes.POINTER(self.tcses.structs["tcses_get_email_identity_response"])()
        self.tcses.check("tcses_get_email_identity", self.client, ctypes.byref(get), None, ctypes.byref(response))
        made = ctypes.POINTER(self.tcses.structs["tcses_record_set"])()
        request = self.tcses.new("tcses_record_set_request", domain=DOMAIN, attributes=response.contents.attributes,
                                 attributes_count=response.contents.attributes_count)
        self.tcses.check("tcses_record_set_new", ctypes.byref(request), None, ctypes.byref(made))
        self.tcses.function("tcses_get_email_identity_response_free")(response)
        self.addCleanup(self.tcses.function("tcses_record_set_free"), made)
        return made

    def new_options(self, **options):
        options = {"resolver": self.net.at(dns.RESOLVER), "port": self.net.port, **options}
        return self.tcses.new("tcses_doctor_options", **options)

    def ask(self, function, struct, *arguments, **options):
        """Calls a function of the doctor and returns what it made, as Python values; None for nothing."""
        out = ctypes.POINTER(self.tcses.structs[struct])()
        self.tcses.check(function, ctypes.byref(self.new_options(**options)), *arguments, ctypes.byref(out))
        try:
            return self.tcses.python(out.contents) if out else None
        finally:
            self.tcses.function(struct + "_free")(out)

    def look(self, domain=None, expected=None, cancel=None, **options):
        request = self.tcses.new("tcses_doctor_request", domain=domain, cancel=cancel,
                                 **({"expected": expected} if expected else {}))
        return self.ask("tcses_doctor_run", "tcses_doctor_report", ctypes.byref(request), **options)

    def status_name(self, status):
        return self.tcses.function("tcses_record_status_name")(status).decode()


class Report(DoctorTest):
    def test_doctor__all_is_right(self):
        self.serve(*self.create().values())
        report = self.look(expected=self.expected())
        self.assertEqual((report["domain"], report["zone"], report["status"]), (DOMAIN, ZONE, self.tcses.RECORD_OK))
        self.assertEqual(report["findings"], [])
        (server,) = report["servers"]
        self.assertEqual((server["name"], server["address"], server["problem"], server["serial"]),
                         (f"ns1.{ZONE}", self.net.at(SERVER), None, 1))
        self.assertEqual([record["expected"]["purpose"] for record in report["records"]],
                         [self.tcses.PURPOSE_MX, self.tcses.PURPOSE_SPF, self.tcses.PURPOSE_DKIM,
                          self.tcses.PURPOSE_DMARC])
        for record in report["records"]:
            self.assertEqual((record["status"], record["equals_expectation"], record["is_valid"], record["findings"]),
                             (self.tcses.RECORD_OK, self.tcses.TRUE, self.tcses.TRUE, []))
            (answer,) = record["answers"]
            self.assertEqual((answer["state"], answer["is_authoritative"], answer["ttl"], answer["problem"]),
                             (self.tcses.ANSWER_RECORDS, self.tcses.TRUE, 1, None))
            self.assertEqual(record["recursive"]["server"], "resolver")
            self.assertEqual(record["recursive"]["values"], answer["values"])
        self.assertEqual(report["records"][0]["answers"][0]["values"], ["10 mxbiz1.qq.com"])
        self.assertEqual(report["records"][1]["answers"][0]["raw"], ['"v=spf1 include:qcloudmail.com ~all"'])

    def test_doctor__what_is_wrong_in_both_languages(self):
        lines = self.create()
        self.serve(f"{DOMAIN}. MX 10 mxbiz1.qq.com.{ZONE}.", lines["SPF"], lines["SPF"].replace("~all", "-all"),
                   f"{DOMAIN}. TXT \"\\228\\189\\160\\255\"", lines["DKIM"])
        report = self.look(expected=self.expected())
        self.assertEqual([self.status_name(record["status"]) for record in report["records"]],
                         ["wrong", "conflict", "ok", "missing"])
        self.assertEqual(self.status_name(report["status"]), "conflict")
        codes = []
        for record in report["records"]:
            for finding in record["findings"]:
                codes.append(finding["code"])
                self.assertRegex(finding["chinese"], CHINESE)
                self.assertNotRegex(finding["english"], CHINESE)
                self.assertEqual(finding["severity"], self.tcses.FINDING_ERROR)
                self.assertRegex(finding["fix_chinese"], CHINESE)
                self.assertIn("DNS console of shop.test", finding["fix_english"])
        self.assertEqual(codes, ["NAME_DOUBLED", "SPF_MULTI", "DMARC_NONE"])
        mx, spf, _, dmarc = report["records"]
        self.assertEqual(mx["findings"][0]["fix_value"], "mxbiz1.qq.com.")
        self.assertEqual(dmarc["findings"][0]["fix_value"], "v=DMARC1; p=none")
        self.assertEqual((dmarc["answers"][0]["state"], dmarc["answers"][0]["values"]), (self.tcses.ANSWER_NO_NAME, []))
        self.assertIsNone(dmarc["recursive"])
        # Text is text, and what is none is still readable.
        self.assertEqual(len(spf["answers"][0]["values"]), 3)
        self.assertIn("你\\255", spf["answers"][0]["values"])

    def test_doctor__could_not_ask(self):
        lines = self.create()
        self.serve(*lines.values())
        self.net.stop(self.server)
        report = self.look(expected=self.expected())
        self.assertEqual({record["status"] for record in report["records"]}, {self.tcses.RECORD_UNKNOWN})
        self.assertEqual({record["is_valid"] for record in report["records"]}, {self.tcses.UNSET})
        self.assertTrue(all(answer["state"] == self.tcses.ANSWER_FAILED and answer["problem"]
                            for record in report["records"] for answer in record["answers"]))
        self.assertIsNotNone(report["servers"][0]["problem"])
        for record in report["records"]:
            self.assertEqual([finding["code"] for finding in record["findings"]], ["RESOLVER_ERROR"])

    def test_doctor__before_the_domain_is_created(self):
        self.assertEqual(self.status_name(self.look(DOMAIN)["status"]), "ok")
        self.serve(f"{DOMAIN}. CNAME cdn.{ZONE}.", f"cdn.{ZONE}. A 192.0.2.1")
        report = self.look(DOMAIN)
        self.assertEqual((self.status_name(report["status"]), report["records"]), ("conflict", []))
        self.assertIn("CNAME_BLOCKS", [finding["code"] for finding in report["findings"]])

    def test_doctor__gives_back_all_that_it_takes(self):
        self.create()
        counter = Counter(self.tcses)
        report = self.look(expected=self.expected(), allocator=ctypes.pointer(counter.allocator))
        self.assertEqual(len(report["records"]), 4)
        self.assertGreater(counter.taken, 0)
        self.assertEqual(counter.live, 0)
        self.failure(self.look, "no domain", allocator=ctypes.pointer(counter.allocator))
        self.assertEqual(counter.live, 0)
        for name in ("tcses_doctor_report_free", "tcses_dns_comparison_free", "tcses_dns_answer_free"):
            self.tcses.function(name)(None)

    def test_doctor__what_can_not_be_looked_at(self):
        for where, wrong in (("resolver", {"resolver": "nowhere"}), ("port", {"port": 65536}),
                             ("timeout_ms", {"timeout_ms": -1}), ("reserved", {"reserved2": 1})):
            error = self.failure(self.look, DOMAIN, **wrong)
            self.assertEqual((error.status, error.field), (self.tcses.ERR_ARGUMENT, where))
            self.assertIn(where, error.message)
        self.assertEqual(self.failure(self.look).field, "domain")
        self.assertEqual(self.failure(self.look, "a..b").field, "domain")
        self.create()
        self.assertEqual(self.failure(self.look, "other.test", self.expected()).field, "domain")


class Silent:
    """A server that takes questions and answers none."""

    def __init__(self, test):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        test.addCleanup(self.socket.close)
        self.socket.settimeout(60)
        self.socket.bind(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self.socket.getsockname()[1]}"

    def wait_for_question(self):
        self.socket.recv(512)


class Cancel(DoctorTest):
    def setUp(self):
        super().setUp()
        self.cancel = self.tcses.make("tcses_cancel_new", None)
        self.addCleanup(self.tcses.function("tcses_cancel_unref"), self.cancel)

    def trigger(self):
        self.tcses.function("tcses_cancel_trigger")(self.cancel)

    def test_doctor__a_look_is_ended_from_another_thread(self):
        silent = Silent(self)

        def end_it():
            silent.wait_for_question()
            self.trigger()

        other = threading.Thread(target=end_it)
        other.start()
        error = self.failure(self.look, DOMAIN, cancel=self.cancel, resolver=silent.at, timeout_ms=LONG_MS,
                             query_timeout_ms=LONG_MS)
        other.join()
        self.assertEqual((error.status, error.message), (self.tcses.ERR_CANCELLED, "cancelled"))

    def test_doctor__a_look_that_was_cancelled_before(self):
        self.trigger()
        error = self.failure(self.look, DOMAIN, cancel=self.cancel)
        self.assertEqual(error.status, self.tcses.ERR_CANCELLED)


class Others(DoctorTest):
    def test_doctor__the_zone_that_a_name_lies_in(self):
        zone = self.ask("tcses_dns_find_zone", "tcses_text", DOMAIN.encode())
        self.assertEqual(zone["text"], ZONE)
        self.assertIsNone(self.ask("tcses_dns_find_zone", "tcses_text", b"nobody.example"))

    def test_doctor__the_texts_of_a_name_merged_with_what_is_expected(self):
        self.serve(f"{DOMAIN}. TXT \"v=spf1 mx \" \"-all\"", f"{DOMAIN}. TXT {dns.txt('你好')}")
        found = self.ask("tcses_dns_find_texts", "tcses_dns_answer", DOMAIN.encode())
        self.assertEqual(sorted(found["values"]), ["v=spf1 mx -all", "你好"])
        self.assertEqual(self.merge(found["values"]), "v=spf1 mx include:qcloudmail.com -all")

    def merge(self, values):
        texts = (ctypes.c_char_p * len(values))(*[value.encode() for value in values])
        request = self.tcses.new("tcses_spf_merge_request", records=texts, records_count=len(values),
                                 expected="v=spf1 include:qcloudmail.com ~all")
        result = ctypes.POINTER(self.tcses.structs["tcses_spf_merge_result"])()
        self.tcses.check("tcses_spf_merge", ctypes.byref(request), None, ctypes.byref(result))
        try:
            self.assertEqual(result.contents.action, self.tcses.MERGE_CHANGED)
            return result.contents.record.decode()
        finally:
            self.tcses.function("tcses_spf_merge_result_free")(result)

    def test_doctor__what_the_new_servers_lack(self):
        self.serve(f"www.{ZONE}. A 192.0.2.1")
        self.net.serve("knotd", 12, {ZONE: dns.zone(ZONE, {"ns1": 12})})
        servers = (ctypes.c_char_p * 1)(self.net.at(12).encode())
        request = self.tcses.new("tcses_doctor_request", domain=DOMAIN)
        found = self.ask("tcses_doctor_compare", "tcses_dns_comparison", ctypes.byref(request), servers=servers,
                         servers_count=1)
        self.assertEqual((found["zone"], found["problem"]), (ZONE, None))
        self.assertIn({"name": f"www.{ZONE}", "type": "A", "old_values": ["192.0.2.1"], "new_values": []},
                      found["differences"])


class Gate(DoctorTest):
    """The function of the one library as the callback of the other."""

    def setUp(self):
        super().setUp()
        self.doctor_options = self.new_options()
        self.gate = self.tcses.new("tcses_doctor_gate", options=ctypes.pointer(self.doctor_options))
        self.addCleanup(self.free_report)

    def free_report(self):
        self.tcses.function("tcses_doctor_report_free")(self.gate.report)
        self.gate.report = None

    def onboard(self):
        """The state of the course, and of its steps."""
        kind = self.tcses.callbacks["tcses_verification_ready_fn"]
        is_ready = ctypes.cast(self.tcses.function("tcses_doctor_is_ready"), kind)
        request = self.tcses.new("tcses_onboard_request", domain=DOMAIN, is_ready=is_ready,
                                 ready_ctx=ctypes.addressof(self.gate))
        report = ctypes.POINTER(self.tcses.structs["tcses_onboard_report"])()
        progress = self.tcses.callbacks["tcses_onboard_progress_fn"]()
        self.tcses.check("tcses_onboard", self.client, ctypes.byref(request), None, progress, None,
                         ctypes.byref(report))
        try:
            return [step["state"] for step in self.tcses.python(report.contents)["steps"]]
        finally:
            self.tcses.function("tcses_onboard_report_free")(report)

    def submissions(self):
        return [entry["action"] for entry in self.emulator.journal()].count("UpdateEmailIdentity")

    def test_doctor__onboard_submits_nothing_before_dns_is_right(self):
        lines = self.create()
        self.serve(lines["MX"], lines["SPF"], lines["DKIM"])
        self.assertEqual(self.onboard(), [self.tcses.STEP_EXISTED, self.tcses.STEP_WAITING, self.tcses.STEP_PLANNED])
        self.assertEqual(self.submissions(), 0)
        seen = self.tcses.python(self.gate.report.contents)
        self.assertEqual([self.status_name(record["status"]) for record in seen["records"]],
                         ["ok", "ok", "ok", "missing"])
        self.serve(*lines.values())
        self.assertEqual(self.onboard(), [self.tcses.STEP_EXISTED, self.tcses.STEP_EXISTED, self.tcses.STEP_DONE])
        self.assertEqual(self.submissions(), 1)
        self.assertEqual(self.onboard(), [self.tcses.STEP_EXISTED] * 3)
        self.assertEqual(self.submissions(), 1)

    def test_doctor__a_moment_of_silence_does_not_open_a_gate_that_was_shut(self):
        lines = self.create()
        self.serve(lines["MX"], lines["SPF"], lines["DKIM"])
        self.onboard()
        self.net.stop(self.server)
        self.server = None
        self.onboard()
        self.assertEqual(self.submissions(), 0)
        self.onboard()  # silence that lasts is no reason to wait for ever
        self.assertEqual(self.submissions(), 1)


if __name__ == "__main__":
    dns.need("knotd", "unbound")
    unittest.main()
