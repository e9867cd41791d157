# SPDX-License-Identifier: Apache-2.0
"""What the measurements stand on: the build, the answers, the server, and programs that run on a core of their own."""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
TARGETS = ["bench/bare", "bench/ours", "bench/parse", "bench/server", "bench/count_allocations.so",
           "bench/other_trust.so"]
SYSTEM_BUNDLE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
WAIT_SECONDS = 600


class Failed(Exception):
    """A measurement that could not be made, in words for the user."""


def build(directory: pathlib.Path) -> None:
    """Builds what a user gets: optimised as distributions do it."""
    if not (directory / "build.ninja").exists():
        command("meson", "setup", str(directory), str(ROOT), "-Dbuildtype=debugoptimized", "-Dexamples=false")
    command("ninja", "-C", str(directory), *TARGETS)


def command(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(words)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def identity(records: int) -> str:
    """GetEmailIdentity's answer; 1.5 KB with the four records of a real account."""
    name = "mail.example.com"
    dkim = "v=DKIM1; k=rsa; p=" + 9 * "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
    rows = [("MX", name, "mxbiz1.qq.com."), ("TXT", name, "v=spf1 include:qcloudmail.com ~all"),
            ("TXT", "qcloudgz2048._domainkey." + name, dkim), ("TXT", "_dmarc." + name, "v=DMARC1; p=none")]
    attributes = [{"Type": kind, "SendDomain": domain, "ExpectedValue": value, "CurrentValue": value, "Status": True}
                  for kind, domain, value in (rows[i % 4] for i in range(records))]
    return answer({"IdentityType": "DOMAIN", "VerifiedForSendingStatus": True, "Attributes": attributes,
                   "DKIMOption": 1, "TagList": []})


def identities(count: int) -> str:
    """ListEmailIdentities' answer."""
    rows = [{"IdentityName": f"mail{i}.example.com", "IdentityType": "DOMAIN", "SendingEnabled": True,
             "CurrentReputationLevel": i % 5, "DailyQuota": 1000 + i, "SendIp": ["192.0.2.1"],
             "TagList": [{"TagKey": "team", "TagValue": f"number {i}"}], "DKIMOption": 1} for i in range(count)]
    return answer({"EmailIdentities": rows, "MaxReputationLevel": 5, "MaxDailyQuota": 100000, "Total": count})


def answer(fields: dict) -> str:
    return json.dumps({"Response": {**fields, "RequestId": "1e4a1cdd-5f5a-4a1e-9a71-4a0b3a2b3c4d"}},
                      separators=(",", ":"))


class Rig:
    """The programs of a build, and files for as long as the measuring lasts."""

    def __init__(self, directory: pathlib.Path, scratch: pathlib.Path):
        cores = sorted(os.sched_getaffinity(0))
        self.client_core, self.server_core = cores[0], cores[-1]
        self.programs = directory / "bench"
        self.library = next((directory / "src").glob("libtcses.so.*.*.*[0-9]"))
        self.scratch = scratch
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(scratch), "LC_ALL": "C",
            "TENCENTCLOUD_SECRET_ID": "AKIDBENCH0000000000000000000000000000",
            "TENCENTCLOUD_SECRET_KEY": "Bench000000000000000000000000000",
            "BENCH_SYSTEM_BUNDLE": str(SYSTEM_BUNDLE), "BENCH_BUNDLE": str(scratch / "bundle.pem")}

    def file(self, name: str, text: str) -> str:
        path = self.scratch / name
        path.write_text(text)
        return str(path)

    def run(self, *words: str, preload: str = "", before: tuple[str, ...] = (), **more: str) -> tuple[str, str]:
        """Runs a program on the client's core; what it wrote to its output and to its error output."""
        environment = {**self.environment, **more}
        program = [*before, str(self.programs / words[0]), *words[1:]]
        if preload:
            environment["LD_PRELOAD"] = str(self.programs / preload)
        done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=WAIT_SECONDS,
                              preexec_fn=lambda: os.sched_setaffinity(0, {self.client_core}))
        if done.returncode != 0:
            raise Failed(f"{' '.join(program)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout, done.stderr

    def measure(self, *words: str, **more: str) -> dict:
        return json.loads(self.run(*words, **more)[0])

    def certificates(self) -> list[str]:
        """The server's arguments for TLS; and the system's bundle with the CA of the server's certificate."""
        stamp = self.scratch / "certificates.stamp"
        if not stamp.exists():
            command("bash", str(ROOT / "tests/integration/support/make_certificates.sh"), "openssl", str(stamp))
        made = self.scratch / "certificates"
        (self.scratch / "bundle.pem").write_text(SYSTEM_BUNDLE.read_text() + (made / "ca.pem").read_text())
        return ["--tls", str(made / "good.pem"), str(made / "good.key")]

    @contextlib.contextmanager
    def server(self, text: str, *arguments: str):
        """A server on its own core, which answers with this text."""
        path = self.file("answer.json", text)
        process = subprocess.Popen([self.programs / "server", path, *arguments], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   preexec_fn=lambda: os.sched_setaffinity(0, {self.server_core}))
        try:
            line = process.stdout.readline()
            if not line:
                raise Failed("the server did not start")
            yield Server(self, process, "https" if "--tls" in arguments else "http", int(line))
        finally:
            process.stdin.close()
            process.wait(timeout=30)
            process.stdout.close()


class Server:
    def __init__(self, rig: Rig, process: subprocess.Popen, scheme: str, port: int):
        self.process = process
        self.port = port
        self.url = f"{scheme}://127.0.0.1:{port}"
        self.request = str(rig.scratch / "request.txt")
        rig.run("ours", "record", self.request, self.url)

    def bare(self, times: int) -> tuple[str, ...]:
        return "bare", self.request, self.url, str(times)

    def ours(self, times: int, how: str = "call") -> tuple[str, ...]:
        return "ours", how, self.url, str(times)

    def close(self) -> int:
        """Ends the server; how many connections were opened."""
        self.process.stdin.close()
        return int(self.process.stdout.read())


@contextlib.contextmanager
def open_rig(directory: pathlib.Path):
    with tempfile.TemporaryDirectory(prefix="tcses-bench-") as scratch:
        yield Rig(directory, pathlib.Path(scratch))
