# SPDX-License-Identifier: Apache-2.0
"""Real DNS servers on loopback addresses of one's own, a recursive resolver, and the library's answers about them.

    class Tests(rig.DnsTest):
        def test_example__works(self):
            self.net.serve("nsd", 11, {"example.test": zone("example.test", {"ns1": 11}, "@ TXT hello")})
            self.net.parent({"example.test": {"ns1.example.test": 11}})
            self.net.resolver({"example.test": [11]})
            report = self.net.doctor("run", "example.test")

Server number N listens at 127.A.B.N, on one port for all. The program that asks is called doctor (doctor.c).
"""

import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True

WRAPPER = os.environ.get("TCSES_TEST_WRAPPER", "").split()
# How much longer everything may take than in a plain build.
SLOWNESS = 8 if WRAPPER else 3 if "TCSES_TEST_SLOW" in os.environ else 1
START_SECONDS = 20
NAMED, RESOLVER, PARENT = 1, 2, 10
PACKAGES = {"knotd": "knot", "nsd": "nsd", "named": "bind9", "unbound": "unbound"}
SKIPPED = 77


def need(*programs, tap=False):
    """Ends the whole test where a server is not installed; fails there if all must be. With `tap` it says so in TAP."""
    missing = [PACKAGES.get(name, name) for name in programs if shutil.which(name, path=search_path()) is None]
    if missing:
        reason = f"libtcses-dns is not tried against real servers: {', '.join(missing)}: not installed"
        print(f"1..0 # SKIP {reason}" if tap else reason)
        sys.exit(1 if "CI" in os.environ else 0 if tap else SKIPPED)


def search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


# ---- zones ----


def zone(origin, servers, *lines, serial=1, ttl=600, minimum=300, soa_ttl=3600):
    """A zone file. `servers`: {name (relative, or absolute with a dot at its end): number, or None for an address elsewhere}."""
    text = [f"$ORIGIN {origin.rstrip('.')}.", f"$TTL {ttl}"]
    first = next(iter(servers))
    text.append(f"@ {soa_ttl} IN SOA {first} hostmaster {serial} 7200 3600 1209600 {minimum}")
    for name, number in servers.items():
        text.append(f"@ IN NS {name}")
        if number is not None and (not name.endswith(".") or name.endswith(f"{origin}.")):
            text.append(f"{name} IN A {{{number}}}")
    return "\n".join([*text, *lines]) + "\n"


def txt(value):
    """A TXT value in a zone file, split at 255 octets."""
    data = value.encode()
    pieces = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
    shown = lambda byte: chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}"
    return " ".join('"' + "".join(map(shown, piece)) + '"' for piece in pieces)


# ---- packets, just enough to wait for a server ----


def wire_name(name):
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def question(name, kind, identity=0, flags=0):
    return struct.pack("!6H", identity, flags, 1, 0, 0, 0) + wire_name(name) + struct.pack("!2H", kind, 1)


SOA, TXT = 6, 16

# What the records refer to.
OTHERS = ["qcloudmail TXT \"v=spf1 ip4:192.0.2.0/24 -all\"", "mxbiz1.qq A 192.0.2.25"]


class Net:
    """One's own piece of loopback, with servers that end with it."""

    def __init__(self):
        pid = os.getpid()
        self.block = f"127.{1 + pid // 256 % 254}.{pid % 256}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tcses-dns-"))
        os.chmod(self.folder, 0o755)
        self.port = self.free_port()
        self.processes = []
        self.others = []

    def address(self, number):
        """named listens on what an interface is told to have, and nowhere else: it is number 1."""
        return "127.0.0.1" if number == NAMED else f"{self.block}.{number}"

    def at(self, number):
        return f"{self.address(number)}:{self.port}"

    def free_port(self):
        """Free for UDP and TCP at 127.0.0.1; nobody else uses the block."""
        while True:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
                udp.bind((self.address(NAMED), 0))
                try:
                    tcp.bind((self.address(NAMED), udp.getsockname()[1]))
                except OSError:
                    continue
                return udp.getsockname()[1]

    def close(self):
        for process, _ in self.processes:
            process.terminate()
        for process, log in self.processes:
            try:
                process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()
        for other in self.others:
            other.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- servers ----

    def start(self, folder, command, number, name):
        log = open(folder / "log", "w+b")
        path = dict(os.environ, PATH=search_path())
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=path)
        self.processes.append((process, log))
        self.wait_for(process, log, number, name)
        return process

    def wait_for(self, process, log, number, name):
        """Until it answers, whatever it says."""
        end = time.monotonic() + START_SECONDS * SLOWNESS
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(0.05)
            sender.connect((self.address(number), self.port))
            while time.monotonic() < end and process.poll() is None:
                try:
                    sender.send(question(name, SOA, 7))
                    if len(sender.recv(4096)) > 12:
                        return
                except ConnectionRefusedError:
                    # There is nothing to wait for but time: the port is not bound yet.
                    time.sleep(0.01)
                except TimeoutError:
                    pass
        log.seek(0)
        raise AssertionError(f"{process.args[0]} does not start:\n{log.read().decode(errors='replace')}")

    def zone_files(self, number, zones):
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"server{number}-", dir=self.folder))
        files = {}
        for origin, text in zones.items():
            for other in range(1, 255):
                text = text.replace(f"{{{other}}}", self.address(other))
            files[origin] = folder / f"zone{len(files)}"
            files[origin].write_text(text)
        return folder, files

    def serve(self, kind, number, zones):
        """An authoritative server: kind knotd, nsd or named; {origin: zone file}. It may take the place of one that was
        stopped."""
        folder, files = self.zone_files(number, zones)
        command = getattr(self, "configure_" + kind)(folder, number, files)
        return self.start(folder, command, number, next(iter(zones)))

    def configure_nsd(self, folder, number, files):
        zones = "".join(f'zone:\n  name: "{origin}"\n  zonefile: "{path}"\n' for origin, path in files.items())
        (folder / "conf").write_text(f"""server:
  ip-address: {self.address(number)}@{self.port}
  username: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/pid"
  xfrdfile: "{folder}/xfrd"
  zonelistfile: "{folder}/list"
  server-count: 1
remote-control:
  control-enable: no
{zones}""")
        return ["nsd", "-d", "-c", folder / "conf"]

    def configure_knotd(self, folder, number, files):
        names = {origin.rstrip(".") + ".": path for origin, path in files.items()}
        zones = "".join(f'  - domain: "{origin}"\n    file: "{path}"\n' for origin, path in names.items())
        (folder / "conf").write_text(f"""server:
    rundir: "{folder}"
    listen: {self.address(number)}@{self.port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: "{folder}"
template:
  - id: default
    storage: "{folder}"
    zonefile-sync: -1
    journal-content: none
zone:
{zones}""")
        return ["knotd", "-c", folder / "conf"]

    def configure_named(self, folder, number, files):
        zones = "".join(f'zone "{origin}" {{ type primary; file "{path}"; }};\n' for origin, path in files.items())
        (folder / "conf").write_text(f"""options {{
  directory "{folder}";
  listen-on port {self.port} {{ {self.address(number)}; }};
  listen-on-v6 {{ none; }};
  pid-file none;
  session-keyfile none;
  recursion no;
  dnssec-validation no;
  empty-zones-enable no;
  allow-query {{ any; }};
  notify no;
}};
controls {{ }};
zone "." {{ type hint; file "{os.devnull}"; }};
{zones}""")
        return ["named", "-f", "-g", "-n", "1", "-c", folder / "conf"]

    def parent(self, delegations, kind="knotd", others=""):
        """The server of the top-level domain test, and of all the rest of the world: {zone: {name of a server: number, or
        None for no glue}}."""
        lines = []
        for origin, servers in delegations.items():
            for name, number in servers.items():
                lines.append(f"{origin}. IN NS {name}.")
                if number is not None:
                    lines.append(f"{name}. IN A {self.address(number)}")
        here = {"a.nic.test.": PARENT}
        self.serve(kind, PARENT, {"test": zone("test", {"a.nic": PARENT}, *lines, others),
                                  "com": zone("com", here, *OTHERS), ".": zone(".", here)})

    def resolver(self, zones):
        """unbound, which knows where these zones are (it would look for their servers at port 53): {origin: [number]}."""
        folder = self.folder / "resolver"
        folder.mkdir()
        stubs = "".join(f"stub-zone:\n  name: \"{origin}\"\n" +
                        "".join(f"  stub-addr: {self.address(number)}@{self.port}\n" for number in numbers)
                        for origin, numbers in {".": [PARENT], "com": [PARENT], "test": [PARENT], **zones}.items())
        (folder / "conf").write_text(f"""server:
  interface: {self.address(RESOLVER)}@{self.port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  do-daemonize: no
  num-threads: 1
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  log-queries: yes
  module-config: "iterator"
  local-zone: "test." nodefault
  qname-minimisation: no
remote-control:
  control-enable: no
{stubs}""")
        self.resolver_log = folder / "log"
        return self.start(folder, ["unbound", "-d", "-c", folder / "conf"], RESOLVER, "test")

    def asked_of_resolver(self):
        """{name: the types that it was asked for}"""
        asked = {}
        for name, kind in re.findall(r"info: \S+ (\S+)\. (\S+) IN$", self.resolver_log.read_text(), re.M):
            asked.setdefault(name, set()).add(kind)
        return asked

    def warm(self, name, kind=TXT):
        """Makes the resolver ask, and keep what it gets."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(10)
            sender.connect((self.address(RESOLVER), self.port))
            sender.send(question(name, kind, 9, 0x0100))
            return sender.recv(4096)

    def stop(self, process):
        """Ends one server: its port is free afterwards."""
        process.terminate()
        process.wait(START_SECONDS)

    # ---- the library ----

    def doctors(self, what, domain, answer=None, **options):
        """The results of doctor.c, one a thread."""
        words = [*WRAPPER, PROGRAM]
        options = {"resolver": self.at(RESOLVER), "port": self.port, **options}
        for name, value in options.items():
            for one in value if isinstance(value, list) else [value]:
                words += ["--" + name.replace("_", "-"), str(one)]
        words += [what, domain]
        if answer is not None:
            path = self.folder / "answer.json"
            path.write_text(json.dumps(answer))
            words.append(str(path))
        done = subprocess.run(words, capture_output=True, text=True, timeout=120 * SLOWNESS)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def doctor(self, what, domain, answer=None, **options):
        (result,) = self.doctors(what, domain, answer, **options)
        return result


PROGRAM = None  # doctor.c, built: set by main()


class DnsTest(unittest.TestCase):
    def setUp(self):
        self.net = Net()
        self.addCleanup(self.net.close)

    def ok(self, result):
        self.assertEqual(result["status"], 0, result)
        return result


def main():
    """test_NAME.py DOCTOR [ARGUMENT OF unittest]..."""
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(module=sys.modules["__main__"])
