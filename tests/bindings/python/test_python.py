# SPDX-License-Identifier: Apache-2.0
"""The installed library through ctypes, against the emulator."""

import ctypes
import gc
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent.parent / "integration" / "emulator"))

from harness import SECRET_ID, SECRET_KEY, EmulatorTest  # noqa: E402
from tcses import Tcses, TcsesError  # noqa: E402

DOMAIN = "mail.example.com"
ADDRESS = "news@mail.example.com"
PASSWORD = "Right12pasS"
GROWTH_KIB = 512
CALLS = 10000


def install(folder):
    command = ["meson", "install", "-C", os.environ["TCSES_BUILD_ROOT"], "--no-rebuild", "--destdir", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"meson install: {done.stdout}{done.stderr}")


def load(folder):
    """The library out of an install tree, by the name of its soname link."""
    (library,) = [path for path in pathlib.Path(folder).rglob("libtcses.so.*") if path.name.count(".") == 3]
    (layout,) = pathlib.Path(folder).rglob("layout.json")
    return Tcses(str(library), str(layout))


class PythonTest(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        install(folder.name)
        cls.tcses = load(folder.name)

    def setUp(self):
        super().setUp()
        self.client = self.new_client()

    def credentials(self):
        handle = self.tcses.static_credentials(SECRET_ID.encode(), SECRET_KEY.encode())
        self.addCleanup(self.tcses.function("tcses_credentials_unref"), handle)
        return handle

    def new_client(self, **options):
        if "transport" not in options:
            options = {"endpoint": self.emulator.endpoint, "proxy": "", **options}
        options.setdefault("credentials", self.credentials())
        client = self.tcses.client(region="ap-guangzhou", **options)
        self.addCleanup(self.tcses.function("tcses_client_free"), client)
        return client

    def call(self, action, **fields):
        return self.tcses.call(self.client, action, **fields)

    def verified_domain(self, name=DOMAIN):
        self.call("create_email_identity", email_identity=name)
        self.call("update_email_identity", email_identity=name)

    def failure(self, function, *arguments, **named):
        with self.assertRaises(TcsesError) as caught:
            function(*arguments, **named)
        return caught.exception


class Layout(PythonTest):
    def test_python__structs_are_as_long_as_the_library_says(self):
        for name, struct in self.tcses.layout["structs"].items():
            mirror = self.tcses.structs[name]
            self.assertEqual(ctypes.sizeof(mirror), struct["size"], name)
            for field in struct["fields"]:
                self.assertEqual(getattr(mirror, field["name"]).offset, field["offset"], (name, field["name"]))

    def test_python__the_versions_agree(self):
        self.assertEqual(self.tcses.function("tcses_version")().decode(), self.tcses.layout["version"])
        major, minor, patch = map(int, self.tcses.layout["version"].split("."))
        self.assertEqual(self.tcses.function("tcses_version_number")(), major * 1000000 + minor * 1000 + patch)


class Flow(PythonTest):
    options = ("--verify", "after=2")

    def test_python__from_a_name_to_a_sender_address(self):
        self.domain()
        self.address()
        self.unsubscribe()
        self.call("delete_email_address", email_address=ADDRESS)
        self.call("delete_email_identity", email_identity=DOMAIN)
        self.assertEqual({entry["code"] for entry in self.emulator.journal()}, {None})
        self.assertEqual(len({entry["action"] for entry in self.emulator.journal()}), 13)
        self.assertEqual(self.emulator.admin("GET", "stats")[1]["api_connections"], 1)

    def domain(self):
        created = self.call("create_email_identity", email_identity=DOMAIN, dkim_option=self.tcses.DKIM_BOTH,
                            **self.tcses.tags([("team", "新闻")]))
        self.assertEqual(created["verified_for_sending_status"], self.tcses.FALSE)
        self.assertEqual([row["type"] for row in created["attributes"]], ["MX", "TXT", "TXT", "TXT", "TXT"])
        self.assertEqual(created["attributes"][0]["expected_value"], "mxbiz1.qq.com.")
        first = self.call("update_email_identity", email_identity=DOMAIN)
        second = self.call("update_email_identity", email_identity=DOMAIN)
        self.assertEqual([answer["verified_for_sending_status"] for answer in (first, second)],
                         [self.tcses.FALSE, self.tcses.TRUE])
        read = self.call("get_email_identity", email_identity=DOMAIN)
        self.assertEqual({row["status"] for row in read["attributes"]}, {self.tcses.TRUE})
        self.assertEqual(read["tag_list"], [{"tag_key": "team", "tag_value": "新闻"}])
        self.assertRegex(read["request_id"], "^[0-9a-f-]{36}$")
        (listed,) = self.call("list_email_identities", limit=10)["email_identities"]
        self.assertEqual((listed["identity_name"], listed["dkim_option"]), (DOMAIN, self.tcses.DKIM_BOTH))

    def address(self):
        self.call("create_email_address", email_address=ADDRESS, email_sender_name="新闻编辑部 📧")
        self.call("update_email_smtp_password", email_address=ADDRESS, password=PASSWORD)
        (sender,) = self.call("list_email_address")["email_senders"]
        self.assertEqual((sender["email_address"], sender["email_sender_name"], sender["smtp_pwd_type"]),
                         (ADDRESS, "新闻编辑部 📧", 1))
        self.assertGreater(sender["created_timestamp"], 1700000000)

    def unsubscribe(self):
        setting = {"address": ADDRESS, "unsubscribe_config": "1"}
        self.call("create_address_unsubscribe_config", status=self.tcses.UNSUBSCRIBE_OFF, **setting)
        self.call("update_address_unsubscribe_config", status=self.tcses.UNSUBSCRIBE_ON, **setting)
        listed = self.call("list_address_unsubscribe_config", limit=10)
        self.assertEqual(listed["address_unsubscribe_config_list"],
                         [dict(setting, status=self.tcses.UNSUBSCRIBE_ON)])
        self.assertEqual(listed["total"], 1)
        self.call("delete_address_unsubscribe_config", address=ADDRESS)

    def test_python__the_iterator_gives_each_domain_once(self):
        names = [f"d{i}.example.com" for i in range(7)]
        for name in names:
            self.call("create_email_identity", email_identity=name)
        found = [domain["identity_name"] for domain in self.tcses.domains(self.client, limit=3)]
        self.assertEqual(found, names)
        pages = [entry for entry in self.emulator.journal() if entry["action"] == "ListEmailIdentities"]
        self.assertEqual(len(pages), 3)

    def test_python__a_wait_tells_of_its_steps_and_ends_verified(self):
        self.call("create_email_identity", email_identity=DOMAIN)
        self.call("update_email_identity", email_identity=DOMAIN)
        request = self.tcses.new("tcses_verification_request", email_identity=DOMAIN)
        wait = self.tcses.make("tcses_verification_new", self.client, ctypes.byref(request), None)
        self.addCleanup(self.tcses.function("tcses_verification_free"), wait)
        told = []

        def progress(_, state):
            told.append((state.contents.last_step, state.contents.submissions, state.contents.is_verified))
            return self.tcses.OK

        kept = self.tcses.callbacks["tcses_verification_progress_fn"](progress)
        self.tcses.check("tcses_verification_wait", wait, kept, None)
        self.assertEqual(told, [(self.tcses.VERIFICATION_READ, 0, self.tcses.FALSE),
                                (self.tcses.VERIFICATION_SUBMITTED, 1, self.tcses.TRUE)])
        state = self.tcses.function("tcses_verification_get_state")(wait).contents
        self.assertEqual(state.email_identity.decode(), DOMAIN)
        self.assertEqual([state.attributes[i].contents.status for i in range(state.attributes_count)],
                         [self.tcses.TRUE] * 4)

    def test_python__a_generated_password_is_accepted(self):
        self.call("create_email_identity", email_identity=DOMAIN)
        for _ in range(2):
            self.call("update_email_identity", email_identity=DOMAIN)
        self.call("create_email_address", email_address=ADDRESS)
        room = ctypes.create_string_buffer(self.tcses.SMTP_PASSWORD_BYTES)
        for _ in range(20):
            self.tcses.check("tcses_smtp_password_generate", room, len(room))
            self.call("update_email_smtp_password", email_address=ADDRESS, password=room.value)

    def test_python__raw_json_is_kept_on_request(self):
        options = self.tcses.new("tcses_call_options", keep_raw_json=self.tcses.TRUE)
        kept = self.tcses.call(self.client, "list_email_address", options)
        self.assertEqual(len(kept["raw_json"]), kept["raw_json_length"])
        self.assertIn(kept["request_id"], kept["raw_json"])
        self.assertIsNone(self.call("list_email_address")["raw_json"])


class Mock(PythonTest):
    """The scripted transport: answers that the emulator never gives."""

    def scripted(self, action, answer):
        mock = self.tcses.make("tcses_mock_new", None)
        self.addCleanup(self.tcses.function("tcses_mock_free"), mock)
        exchange = self.tcses.new("tcses_mock_exchange", action=action, response_body=answer)
        self.tcses.check("tcses_mock_expect", mock, ctypes.byref(exchange))
        client = self.new_client(transport=self.tcses.function("tcses_mock_transport")(mock))
        return mock, client

    def test_python__what_is_absent_is_none(self):
        answer = '{"Response":{"EmailIdentities":[{"IdentityName":"a.example"}],"Total":null,"RequestId":"r"}}'
        mock, client = self.scripted("ListEmailIdentities", answer)
        response = self.tcses.call(client, "list_email_identities")
        self.assertEqual((response["total"], response["max_daily_quota"]), (None, None))
        (domain,) = response["email_identities"]
        self.assertEqual((domain["identity_name"], domain["identity_type"], domain["daily_quota"], domain["send_ip"]),
                         ("a.example", None, None, []))
        self.assertEqual(domain["sending_enabled"], self.tcses.UNSET)
        self.tcses.check("tcses_mock_verify", mock)

    def test_python__an_answer_of_the_wrong_type_names_its_place(self):
        mock, client = self.scripted("GetEmailIdentity", '{"Response":{"Attributes":{},"RequestId":"r"}}')
        error = self.failure(self.tcses.call, client, "get_email_identity", email_identity=DOMAIN)
        self.assertEqual((error.status, error.field, error.outcome),
                         (self.tcses.ERR_RESPONSE, "Response.Attributes", self.tcses.OUTCOME_DONE))
        self.tcses.check("tcses_mock_verify", mock)


class Sizes(PythonTest):
    """Programs compiled with an older or a newer header."""

    def request(self, extra=0, tail=0):
        """A create request `extra` bytes longer than today's, the last byte being `tail`."""
        today = self.tcses.structs["tcses_create_email_identity_request"]
        other = type("other", (today,), {"_fields_": [("more", ctypes.c_uint8 * extra)]})() if extra else today()
        self.tcses.function("tcses_create_email_identity_request_init")(
            ctypes.cast(ctypes.byref(other), ctypes.POINTER(today)), ctypes.sizeof(other))
        other.email_identity = DOMAIN.encode()
        if extra:
            other.more[extra - 1] = tail
        return other, ctypes.cast(ctypes.byref(other), ctypes.POINTER(today))

    def refused(self, request):
        error = self.failure(self.tcses.send, self.client, "create_email_identity", request)
        self.assertEqual((error.status, error.outcome), (self.tcses.ERR_ARGUMENT, self.tcses.OUTCOME_NOT_DONE))
        self.assertEqual(error.attempts, 0)
        self.assertEqual(self.emulator.journal(), [])
        return error

    def test_python__a_longer_request_is_fine_when_its_tail_is_zero(self):
        for extra in (8, 64, 4096 - ctypes.sizeof(self.tcses.structs["tcses_create_email_identity_request"])):
            keep, request = self.request(extra)
            self.assertEqual(keep.size, ctypes.sizeof(keep))
            self.tcses.send(self.client, "create_email_identity", request)
            self.call("delete_email_identity", email_identity=DOMAIN)

    def test_python__a_longer_request_with_an_unknown_field_set_is_refused(self):
        _, request = self.request(8, tail=1)
        self.assertIn("does not know", self.refused(request).message)

    def test_python__a_shorter_request_than_the_first_version_is_refused(self):
        keep, request = self.request()
        for size in (0, 8, ctypes.sizeof(keep) - 8, ctypes.sizeof(keep) - 1):
            keep.size = size
            self.assertIn("too small", self.refused(request).message)

    def test_python__a_size_that_was_never_set_is_refused(self):
        keep, request = self.request()
        for size in (4097, 2**63):
            keep.size = size
            self.assertIn("too large", self.refused(request).message)

    def test_python__nested_structs_and_options_follow_the_same_rule(self):
        keep, request = self.request()
        fields = self.tcses.tags([("team", "news")])
        keep.tag_list, keep.tag_list_count = fields["tag_list"], 1
        fields["tag_list"][0].contents.size = 8
        self.assertIn("tag_list[0]", self.refused(request).field)
        fields["tag_list"][0].contents.size = ctypes.sizeof(self.tcses.structs["tcses_tag"])
        options = self.tcses.new("tcses_call_options", size=8)
        error = self.failure(self.tcses.send, self.client, "create_email_identity", request, ctypes.byref(options))
        self.assertEqual(error.status, self.tcses.ERR_ARGUMENT)
        error = self.failure(self.tcses.client, size=8)
        self.assertEqual(error.status, self.tcses.ERR_ARGUMENT)
        self.assertEqual(self.emulator.journal(), [])


class Callbacks(PythonTest):
    def test_python__logs_to_a_function_of_its_own(self):
        lines = []
        log = self.tcses.callbacks["tcses_log_fn"](lambda ctx, level, line: lines.append((ctx, level, line.decode())))
        self.client = self.new_client(log=log, log_ctx=42, log_level=self.tcses.LOG_DEBUG)
        self.verified_domain()
        self.call("create_email_address", email_address=ADDRESS)
        self.call("update_email_smtp_password", email_address=ADDRESS, password=PASSWORD)
        self.assertEqual({ctx for ctx, _, _ in lines}, {42})
        self.assertLessEqual({level for _, level, _ in lines}, {self.tcses.LOG_INFO, self.tcses.LOG_DEBUG})
        text = "\n".join(line for _, _, line in lines)
        for action in ("CreateEmailIdentity", "UpdateEmailIdentity", "CreateEmailAddress", "UpdateEmailSmtpPassWord"):
            self.assertIn(action, text)
        for secret in (SECRET_KEY, PASSWORD, ADDRESS, "Signature="):
            self.assertNotIn(secret, text)

    def source(self, get):
        """Credentials from a Python function, and a list that grows when they are destroyed."""
        destroyed = []
        fields = dict(self.tcses.structs["tcses_credentials_ops"]._fields_)
        functions = {"get": fields["get"](get), "destroy": fields["destroy"](destroyed.append)}
        ops = self.tcses.new("tcses_credentials_ops", **functions)
        self.addCleanup(lambda kept: None, ops)
        return self.tcses.make("tcses_credentials_new_callback", ctypes.byref(ops), 7, None), destroyed

    def test_python__gives_credentials_of_its_own(self):
        asked = []

        def get(ctx, renew, answer):
            asked.append((ctx, renew))
            return self.tcses.function("tcses_credentials_answer_set")(
                answer, SECRET_ID.encode(), SECRET_KEY.encode(), b"temporary")

        source, destroyed = self.source(get)
        client = self.tcses.client(region="ap-guangzhou", proxy="", endpoint=self.emulator.endpoint, credentials=source)
        self.tcses.function("tcses_credentials_unref")(source)
        self.assertEqual(self.tcses.call(client, "list_email_address")["email_senders"], [])
        self.assertEqual(self.emulator.journal()[0]["headers"]["x-tc-token"], "temporary")
        self.assertEqual(asked[0], (7, self.tcses.FALSE))
        self.assertEqual(destroyed, [])
        self.tcses.function("tcses_client_free")(client)
        self.assertEqual(destroyed, [7])

    def test_python__a_source_that_fails_fails_the_call(self):
        def get(ctx, renew, answer):
            self.tcses.function("tcses_credentials_answer_explain")(answer, "保险库 is closed".encode())
            return self.tcses.ERR_SYSTEM

        source, _ = self.source(get)
        client = self.new_client(credentials=source)
        self.tcses.function("tcses_credentials_unref")(source)
        error = self.failure(self.tcses.call, client, "list_email_address")
        self.assertEqual((error.status, error.attempts), (self.tcses.ERR_CALLBACK, 0))
        self.assertIn("保险库 is closed", error.message)
        self.assertEqual(self.emulator.journal(), [])


class SilentServer:
    """Takes one connection and reads the request, and never answers."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def read_request(self):
        self.connection, _ = self.socket.accept()
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.connection.recv(65536)
        return received

    def close(self):
        self.connection.close()
        self.socket.close()


class Cancel(PythonTest):
    def test_python__a_second_thread_cancels_a_call(self):
        server = SilentServer()
        self.addCleanup(server.close)
        cancel = self.tcses.make("tcses_cancel_new", None)
        self.addCleanup(self.tcses.function("tcses_cancel_unref"), cancel)

        def trigger():
            server.read_request()
            self.tcses.function("tcses_cancel_trigger")(cancel)

        second = threading.Thread(target=trigger)
        second.start()
        client = self.new_client(endpoint=f"http://127.0.0.1:{server.port}")
        options = self.tcses.new("tcses_call_options", cancel=cancel, timeout_ms=600000, attempt_timeout_ms=600000)
        error = self.failure(self.tcses.call, client, "create_email_identity", options, email_identity=DOMAIN)
        second.join()
        self.assertEqual((error.status, error.outcome, error.attempts),
                         (self.tcses.ERR_CANCELLED, self.tcses.OUTCOME_UNKNOWN, 1))
        self.assertEqual(self.tcses.function("tcses_cancel_triggered")(cancel), 1)
        error = self.failure(self.tcses.call, client, "create_email_identity", options, email_identity=DOMAIN)
        self.assertEqual((error.status, error.outcome, error.attempts),
                         (self.tcses.ERR_CANCELLED, self.tcses.OUTCOME_NOT_DONE, 0))


class Errors(PythonTest):
    def test_python__an_error_of_the_service(self):
        error = self.failure(self.call, "create_email_address", email_address=ADDRESS)
        self.assertEqual(error.returned, self.tcses.ERR_API)
        self.assertEqual(error.status, self.tcses.ERR_API)
        self.assertEqual(error.code, self.tcses.layout["strings"]["TCSES_CODE_DOMAIN_NOT_VERIFIED"])
        self.assertEqual(error.request_id, self.emulator.journal()[0]["request_id"])
        self.assertIn("OperationDenied.DomainNotVerified", str(error))
        self.assertEqual((error.outcome, error.retryable, error.attempts, error.http_status),
                         (self.tcses.OUTCOME_NOT_DONE, self.tcses.FALSE, 1, 200))
        self.assertEqual((error.field, error.transport_code, error.transport_text), (None, 0, None))
        self.assertTrue(error.hint)

    def test_python__an_argument(self):
        error = self.failure(self.call, "create_email_identity")
        self.assertEqual((error.status, error.field, error.code), (self.tcses.ERR_ARGUMENT, "email_identity", None))
        self.assertEqual((error.outcome, error.attempts, error.http_status), (self.tcses.OUTCOME_NOT_DONE, 0, 0))

    def test_python__a_port_where_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        client = self.new_client(endpoint=f"http://127.0.0.1:{port}", max_attempts=1)
        error = self.failure(self.tcses.call, client, "create_email_identity", email_identity=DOMAIN)
        self.assertEqual((error.status, error.outcome, error.retryable),
                         (self.tcses.ERR_NETWORK, self.tcses.OUTCOME_NOT_DONE, self.tcses.TRUE))
        self.assertEqual((error.attempts, error.http_status, error.transport_code), (1, 0, 7))
        self.assertTrue(error.transport_text)

    def test_python__nothing_is_read_out_of_no_error(self):
        error = TcsesError(self.tcses, self.tcses.OK, None)
        self.assertEqual((error.status, error.code, error.outcome), (self.tcses.OK, None, 0))
        self.assertIsNotNone(error.message)


class Memory(PythonTest):
    def resident_kib(self):
        gc.collect()
        return int(re.search(r"VmRSS:\s+(\d+) kB", pathlib.Path("/proc/self/status").read_text()).group(1))

    def rounds(self, count):
        """Half of the calls succeed, half are refused by the service."""
        for _ in range(count // 2):
            self.call("get_email_identity", email_identity=DOMAIN)
            try:
                self.call("get_email_identity", email_identity="absent.example.com")
            except TcsesError as error:
                code = error.code
            self.assertEqual(code, "InvalidParameterValue.NotExistDomain")

    def test_python__ten_thousand_calls_take_no_more_memory(self):
        self.verified_domain()
        self.rounds(CALLS // 10)
        before = self.resident_kib()
        self.rounds(CALLS)
        grown = self.resident_kib() - before
        print(f"{CALLS} calls: from {before} KiB by {grown} KiB", file=sys.stderr)
        self.assertLess(grown, GROWTH_KIB)


if __name__ == "__main__":
    unittest.main()
