# SPDX-License-Identifier: Apache-2.0
"""Several calls in a row through ctypes, against the emulator: each can be called again and goes on where it was."""

import ctypes
import time
import unittest

from test_python import DOMAIN, PythonTest

MINUTE = 60000
STATES = "?PDEWFU"
READS = {"GetEmailIdentity", "ListEmailAddress"}


class Clock:
    """The time of day for signatures, and hours that pass at once for waits."""

    def __init__(self, tcses):
        fields = dict(tcses.structs["tcses_clock"]._fields_)
        self.monotonic = 0
        self.clock = tcses.new("tcses_clock", wall_ms=fields["wall_ms"](lambda _: int(time.time() * 1000)),
                               monotonic_ms=fields["monotonic_ms"](lambda _: self.monotonic),
                               wait=fields["wait"](self.wait))

    def wait(self, _, milliseconds, cancel):
        self.monotonic += milliseconds


class WorkflowTest(PythonTest):
    def addresses(self, *prefixes):
        """The two fields of a list of addresses, each with its prefix in capitals as the alias."""
        kind = self.tcses.structs["tcses_onboard_address"]
        items = [ctypes.pointer(self.tcses.new("tcses_onboard_address", prefix=prefix, alias=prefix.upper()))
                 for prefix in prefixes]
        return {"addresses": (ctypes.POINTER(kind) * len(items))(*items), "addresses_count": len(items)}

    def course(self, function, client=None, progress=None, **fields):
        """Makes the call and returns the report as Python values."""
        request = self.tcses.new(f"tcses_{function}_request", **fields)
        heard = self.tcses.callbacks["tcses_onboard_progress_fn"](progress) if progress else None
        report = ctypes.POINTER(self.tcses.structs["tcses_onboard_report"])()
        self.tcses.check(f"tcses_{function}", client or self.client, ctypes.byref(request), None,
                         heard or self.tcses.callbacks["tcses_onboard_progress_fn"](), None, ctypes.byref(report))
        try:
            found = self.tcses.python(report.contents)
            for step in found["steps"]:
                step["code"] = step["error"] and self.tcses.function("tcses_error_code")(step["error"])
            return found
        finally:
            self.tcses.function("tcses_onboard_report_free")(report)

    def onboard(self, *prefixes, domain=DOMAIN, **fields):
        return self.course("onboard", domain=domain, **self.addresses(*prefixes), **fields)

    def ready(self, answer, asked):
        """An is_ready that notes how many records it was asked about."""
        def is_ready(_, domain, attributes, count, ask_again_ms):
            asked.append((domain.decode(), count, attributes[0].contents.type.decode(), ask_again_ms[0]))
            return answer()

        return self.tcses.callbacks["tcses_verification_ready_fn"](is_ready)

    def assert_steps(self, report, states):
        self.assertEqual("".join(STATES[step["state"]] for step in report["steps"]), states)

    def new_entries(self):
        """What the emulator was asked for since this was called last."""
        entries = self.emulator.journal()
        seen = getattr(self, "seen", 0)
        self.seen = len(entries)
        return entries[seen:]

    def assert_calls(self, *actions):
        self.assertEqual([entry["action"] for entry in self.new_entries()], list(actions))


class Ensure(WorkflowTest):
    options = ("--foreign-domain", "taken.example.com")

    def ensure_domain(self, **fields):
        request = self.tcses.new("tcses_create_email_identity_request", **fields)
        found = ctypes.c_int32()
        response = ctypes.POINTER(self.tcses.structs["tcses_get_email_identity_response"])()
        self.tcses.check("tcses_ensure_email_identity", self.client, ctypes.byref(request), None, ctypes.byref(found),
                         ctypes.byref(response))
        try:
            return found.value, self.tcses.python(response.contents)
        finally:
            self.tcses.function("tcses_get_email_identity_response_free")(response)

    def ensure_address(self, **fields):
        request = self.tcses.new("tcses_create_email_address_request", **fields)
        found = ctypes.c_int32()
        self.tcses.check("tcses_ensure_email_address", self.client, ctypes.byref(request), None, ctypes.byref(found))
        return found.value

    def test_ensure__a_domain(self):
        found, domain = self.ensure_domain(email_identity=DOMAIN, dkim_option=self.tcses.DKIM_2048)
        self.assertEqual(found, self.tcses.ENSURE_CREATED)
        self.assertEqual([row["type"] for row in domain["attributes"]], ["MX", "TXT", "TXT", "TXT"])
        self.assertEqual(domain["dkim_option"], self.tcses.DKIM_2048)
        self.assert_calls("GetEmailIdentity", "CreateEmailIdentity")
        self.assertEqual(self.ensure_domain(email_identity=DOMAIN.upper())[0], self.tcses.ENSURE_EXISTED)
        self.assertEqual(self.ensure_domain(email_identity=DOMAIN, dkim_option=self.tcses.DKIM_BOTH)[0],
                         self.tcses.ENSURE_DIFFERS)
        self.assert_calls("GetEmailIdentity", "GetEmailIdentity")
        error = self.failure(self.ensure_domain, email_identity="taken.example.com")
        self.assertEqual(error.code, self.tcses.layout["strings"]["TCSES_CODE_CREATED_BY_OTHER"])

    def test_ensure__an_address(self):
        self.verified_domain()
        self.new_entries()
        address = "news@" + DOMAIN
        found = [self.ensure_address(email_address=address, email_sender_name="新闻"),
                 self.ensure_address(email_address="news@" + DOMAIN.upper()),
                 self.ensure_address(email_address=address, email_sender_name="another")]
        self.assertEqual(found, [self.tcses.ENSURE_CREATED, self.tcses.ENSURE_EXISTED, self.tcses.ENSURE_DIFFERS])
        self.assert_calls("ListEmailAddress", "CreateEmailAddress", "ListEmailAddress", "ListEmailAddress")
        # The service takes capitals for the same.
        self.assertEqual(self.ensure_address(email_address="NEWS@" + DOMAIN), self.tcses.ENSURE_EXISTED)
        self.assert_calls("ListEmailAddress", "CreateEmailAddress", "ListEmailAddress")


class Onboard(WorkflowTest):
    options = ("--verify", "after=2")

    def test_onboard__the_whole_way_and_then_nothing(self):
        first = self.onboard("news", "bills")
        self.assert_steps(first, "DWWPP")
        self.assertEqual(first["state"], self.tcses.STEP_WAITING)
        self.assertEqual([row["type"] for row in first["attributes"]], ["MX", "TXT", "TXT", "TXT"])
        self.assert_calls("GetEmailIdentity", "CreateEmailIdentity", "UpdateEmailIdentity", "ListEmailAddress")
        second = self.onboard("news", "bills")
        self.assert_steps(second, "EEDDD")
        self.assertEqual([step["subject"] for step in second["steps"][3:]], ["news@" + DOMAIN, "bills@" + DOMAIN])
        self.assert_calls("GetEmailIdentity", "UpdateEmailIdentity", "ListEmailAddress", "CreateEmailAddress",
                          "CreateEmailAddress")
        third = self.onboard("news", "bills")
        self.assert_steps(third, "EEEEE")
        self.assertEqual(third["state"], self.tcses.STEP_EXISTED)
        entries = self.new_entries()
        self.assertEqual([entry["action"] for entry in entries], ["GetEmailIdentity", "ListEmailAddress"])
        self.assertFalse(any(entry["effect"] for entry in entries))

    def test_onboard__a_dry_run_changes_nothing(self):
        self.assert_steps(self.onboard("news", is_dry_run=self.tcses.TRUE), "PPPP")
        self.call("create_email_identity", email_identity=DOMAIN)
        self.new_entries()
        self.assert_steps(self.onboard("news", is_dry_run=self.tcses.TRUE), "EPPP")
        self.assert_calls("GetEmailIdentity", "ListEmailAddress")

    def test_onboard__nothing_is_submitted_before_dns_is_ready(self):
        asked, answers = [], [self.tcses.FALSE, self.tcses.FALSE, self.tcses.TRUE, self.tcses.TRUE]
        is_ready = self.ready(lambda: answers.pop(0), asked)
        self.assert_steps(self.onboard("news", is_ready=is_ready), "DWPP")
        self.assert_steps(self.onboard("news", is_ready=is_ready), "EWPP")
        self.assertEqual(asked, [(DOMAIN, 4, "MX", MINUTE)] * 2)
        self.assertNotIn("UpdateEmailIdentity", [entry["action"] for entry in self.new_entries()])
        self.assert_steps(self.onboard("news", is_ready=is_ready), "EEWP")
        self.assert_steps(self.onboard("news", is_ready=is_ready), "EEDD")
        self.assertEqual(self.onboard("news", is_ready=is_ready)["state"], self.tcses.STEP_EXISTED)
        self.assertEqual(len(asked), 4)

    def test_onboard__goes_on_after_each_step(self):
        """One domain for each place where the course is broken off; then all of it is done, and each once."""
        most = 5
        for stop_at in range(1, most + 1):
            domain, told = f"d{stop_at}.example.com", []

            def progress(_, step, state):
                told.append(step.contents.kind)
                return self.tcses.ERR_CALLBACK if len(told) == stop_at else self.tcses.OK

            error = self.failure(self.onboard, "news", "bills", domain=domain, progress=progress)
            self.assertEqual((error.status, len(told)), (self.tcses.ERR_CALLBACK, stop_at))
            for _ in range(2):
                self.onboard("news", "bills", domain=domain)
            self.assertEqual(self.onboard("news", "bills", domain=domain)["state"], self.tcses.STEP_EXISTED)
            done = sorted(entry["action"] for entry in self.new_entries() if entry["effect"])
            self.assertEqual(done, ["CreateEmailAddress"] * 2 + ["CreateEmailIdentity"] + ["UpdateEmailIdentity"] * 2)
        self.assertEqual(told, [self.tcses.STEP_DOMAIN, self.tcses.STEP_RECORDS, self.tcses.STEP_VERIFICATION,
                                self.tcses.STEP_ADDRESS, self.tcses.STEP_ADDRESS])

    def test_onboard__another_alias_is_told(self):
        self.verified_domain()
        self.call("update_email_identity", email_identity=DOMAIN)
        self.call("create_email_address", email_address="news@" + DOMAIN, email_sender_name="old")
        report = self.onboard("news")
        self.assert_steps(report, "EEEE")
        self.assertEqual(report["steps"][3]["differs"], self.tcses.TRUE)


class Waiting(WorkflowTest):
    options = ("--verify", "after=5")

    def test_onboard__waits_in_the_rhythm_of_submissions(self):
        clock, told, asked = Clock(self.tcses), [], []
        client = self.new_client(clock=ctypes.pointer(clock.clock))

        def progress(_, step, state):
            told.append((step.contents.kind, state.contents.submissions if state else None))
            return self.tcses.OK

        def answer():
            return self.tcses.TRUE if clock.monotonic >= 10 * MINUTE else self.tcses.FALSE

        report = self.onboard("news", client=client, progress=progress, is_ready=self.ready(answer, asked),
                              deadline_ms=120 * MINUTE)
        self.assert_steps(report, "DDDD")
        self.assertEqual(clock.monotonic, 28 * MINUTE)  # ready after 10; then 0, 1, 3, 8 and 18 minutes
        actions = [entry["action"] for entry in self.new_entries()]
        self.assertEqual(actions.count("UpdateEmailIdentity"), 5)
        self.assertEqual(len(asked), 10 + 5)
        self.assertEqual(told[0], (self.tcses.STEP_DOMAIN, None))
        self.assertEqual(told[1], (self.tcses.STEP_RECORDS, 0))
        self.assertEqual(told[-1], (self.tcses.STEP_ADDRESS, None))


class ChangeDkim(WorkflowTest):
    def change(self, **fields):
        return self.course("change_dkim", domain=DOMAIN, dkim_option=self.tcses.DKIM_2048, **fields)

    def test_change_dkim__to_the_larger_key_and_then_nothing(self):
        self.verified_domain()
        self.new_entries()
        self.assert_steps(self.change(is_dry_run=self.tcses.TRUE), "PPPP")
        self.assert_calls("GetEmailIdentity")
        report = self.change()
        # The emulator takes each record of a verified domain for seen.
        self.assert_steps(report, "DEED")
        self.assert_calls("GetEmailIdentity", "UpdateEmailIdentity", "UpdateEmailIdentity")
        keys = [row["send_domain"] for row in report["attributes"] if "_domainkey" in row["send_domain"]]
        self.assertEqual(keys, ["qcloudgz2048._domainkey." + DOMAIN])
        again = self.change()
        self.assert_steps(again, "EEEE")
        self.assert_calls("GetEmailIdentity")

    def test_change_dkim__goes_on_after_each_step(self):
        for stop_at in range(1, 5):
            self.call("create_email_identity", email_identity=DOMAIN)
            self.call("update_email_identity", email_identity=DOMAIN)
            told = []

            def progress(_, step, state):
                told.append(step.contents.kind)
                return self.tcses.ERR_CALLBACK if len(told) == stop_at else self.tcses.OK

            self.assertEqual(self.failure(self.change, progress=progress).status, self.tcses.ERR_CALLBACK)
            self.change()
            self.assertEqual(self.change()["state"], self.tcses.STEP_EXISTED)
            self.call("delete_email_identity", email_identity=DOMAIN)
        self.assertEqual(told, [self.tcses.STEP_BOTH_KEYS, self.tcses.STEP_RECORDS, self.tcses.STEP_VERIFICATION,
                                self.tcses.STEP_NEW_KEY])

    def test_change_dkim__of_a_domain_that_is_not_there(self):
        report = self.change()
        self.assert_steps(report, "FPPP")
        self.assertEqual(report["steps"][0]["code"].decode(),
                         self.tcses.layout["strings"]["TCSES_CODE_NOT_EXIST_DOMAIN"])


if __name__ == "__main__":
    unittest.main()
