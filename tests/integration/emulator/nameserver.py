# SPDX-License-Identifier: Apache-2.0
"""Name servers for tests: a real one (knotd) with a zone that tests change, and one that answers as a test wants."""

import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

SECONDS = 30
MX = 15
TXT = 16
ZONE = "example.com"
PLACES = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"


def missing(*programs):
    return [name for name in programs if not shutil.which(name, path=PLACES)]


# A build server has to have them.
needs_knot = unittest.skipIf(missing("knotd", "knotc") and "CI" not in os.environ,
                             "knot is not installed: --verify dns is not tried on a real name server")
needs_unbound = unittest.skipIf(missing("unbound") and "CI" not in os.environ,
                                "unbound is not installed: --verify dns is not tried on a resolver with a cache")

KNOT = """
server:
    listen: {host}@{port}
    rundir: "{folder}"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
control:
    listen: "{folder}/control"
database:
    storage: "{folder}"
log:
  - target: stdout
    any: info
template:
  - id: default
    storage: "{folder}"
    file: "zone"
    journal-content: none
    zonefile-sync: -1
zone:
  - domain: {zone}
"""

UNBOUND = """
server:
    interface: 127.0.0.1
    port: {port}
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: ""
    do-daemonize: no
    do-not-query-localhost: no
    module-config: "iterator"
    verbosity: 1
stub-zone:
    name: "{zone}"
    stub-addr: {authority}
remote-control:
    control-enable: no
"""


def pair_of_sockets(host="127.0.0.1"):
    """A UDP and a listening TCP socket on one free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        udp = socket.socket(family, socket.SOCK_DGRAM)
        tcp = socket.socket(family, socket.SOCK_STREAM)
        udp.bind((host, 0))
        try:
            tcp.bind((host, udp.getsockname()[1]))
            tcp.listen(16)
            return udp, tcp
        except OSError:
            udp.close()
            tcp.close()


def free_port(host="127.0.0.1"):
    sockets = pair_of_sockets(host)
    port = sockets[0].getsockname()[1]
    for one in sockets:
        one.close()
    return port


def txt(value):
    """A value as a zone file has it: strings of at most 255 octets, in quotes."""
    octets = value if isinstance(value, bytes) else value.encode()
    parts = [octets[i:i + 255] for i in range(0, len(octets), 255)] or [b""]
    return " ".join('"' + "".join(f"\\{octet:03}" if octet in b'"\\' or not 32 <= octet < 127 else chr(octet)
                                  for octet in part) + '"' for part in parts)


class Server:
    """A program that serves DNS on a port of its own, with a file that it reads at its start. Stop it at the end."""

    def __init__(self, host="127.0.0.1"):
        self.host = host
        self.port = None
        self.process = None
        self.folder = tempfile.TemporaryDirectory()

    def start(self, program, options, configuration, ready):
        """Another program may take the port before this one does, which then stops: once more with another."""
        if missing(program):
            raise AssertionError("not installed: " + program)
        path = os.path.join(self.folder.name, "configuration")
        for _ in range(10):
            self.port = free_port(self.host)
            with open(path, "w", encoding="ascii") as file:
                file.write(configuration.format(host=self.host, port=self.port, folder=self.folder.name, zone=ZONE))
            self.process = subprocess.Popen([shutil.which(program, path=PLACES), *options, path],
                                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            lines = []
            for line in self.process.stdout:
                lines.append(line)
                if ready in line:
                    # What follows is not read; it is far less than a pipe holds.
                    return
            self.process.communicate(timeout=SECONDS)
        raise AssertionError(program + " does not start: " + "".join(lines))

    @property
    def address(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=SECONDS)
        self.folder.cleanup()


class Unbound(Server):
    """A recursive resolver with a cache, which asks the given server about ZONE."""

    def __init__(self, authority):
        super().__init__()
        configuration = UNBOUND.replace("{authority}", f"{authority.host}@{authority.port}")
        self.start("unbound", ["-p", "-c"], configuration, "start of service")


class Knot(Server):
    """A knotd that is the authority for ZONE."""

    def __init__(self, host="127.0.0.1"):
        super().__init__(host)
        self.serial = 0
        self.write_zone([])
        self.start("knotd", ["-c"], KNOT, "control, binding")
        # The control socket is there an instant after its line.
        while self._control("status") != 0:
            if self.process.poll() is not None:
                raise AssertionError("knotd has stopped")

    def _control(self, *words):
        done = subprocess.run([shutil.which("knotc", path=PLACES), "-s", self.folder.name + "/control", "-b", *words],
                              capture_output=True, timeout=SECONDS, check=False)
        return done.returncode

    def write_zone(self, lines):
        self.serial += 1
        with open(os.path.join(self.folder.name, "zone"), "w", encoding="ascii") as file:
            file.write(f"$ORIGIN {ZONE}.\n$TTL 60\n@ SOA ns hostmaster {self.serial} 60 60 600 60\n@ NS ns\n"
                       "ns A 127.0.0.1\n" + "".join(line + "\n" for line in lines))

    def serve(self, lines):
        """From now on these are the records, as lines of a zone file."""
        self.write_zone(lines)
        if self._control("zone-reload") != 0:
            raise AssertionError("knotd does not take the zone: " + repr(lines))

    def ask(self, query):
        """What it answers over TCP, thus whole."""
        with socket.create_connection((self.host, self.port), timeout=SECONDS) as connection:
            connection.sendall(struct.pack(">H", len(query)) + query)
            return receive_message(connection)


def receive(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise ConnectionError("closed in the middle")
        data += more
    return data


def receive_message(connection):
    return receive(connection, struct.unpack(">H", receive(connection, 2))[0])


class Fake:
    """
    A name server that answers as a test wants: over_udp(query, send) calls send(message) as often as it likes
    (send(message, by) from another socket), over_tcp(query, connection) writes what it likes. None: UDP says nothing,
    TCP closes the connection at once.
    """

    def __init__(self, over_udp=None, over_tcp=None):
        self.over_udp = over_udp
        self.over_tcp = over_tcp
        self.queries = []
        self.asked = threading.Event()
        self.udp_closing = threading.Event()
        self.tcp_closing = threading.Event()
        self.udp, self.tcp = pair_of_sockets()
        self.port = self.udp.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.threads = [threading.Thread(target=target, daemon=True) for target in (self._serve_udp, self._serve_tcp)]
        for thread in self.threads:
            thread.start()

    def _note(self, kind, query):
        self.queries.append((kind, query))
        self.asked.set()

    def _serve_udp(self):
        while True:
            query, client = self.udp.recvfrom(65535)
            if self.udp_closing.is_set():
                return
            self._note("udp", query)
            if self.over_udp is not None:
                threading.Thread(target=self._answer_udp, args=(query, client), daemon=True).start()

    def _answer_udp(self, query, client):
        """An answer that is late may find everything closed."""
        try:
            self.over_udp(query, lambda message, by=self.udp: by.sendto(message, client))
        except OSError:
            pass

    def _serve_tcp(self):
        while True:
            connection, _ = self.tcp.accept()
            if self.tcp_closing.is_set():
                connection.close()
                return
            threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()

    def _serve_connection(self, connection):
        with connection:
            connection.settimeout(SECONDS)
            try:
                query = receive_message(connection)
                self._note("tcp", query)
                if self.over_tcp is not None:
                    self.over_tcp(query, connection)
            except OSError:
                pass

    def close_udp(self):
        """From now on nobody listens there."""
        if self.udp.fileno() >= 0:
            self.udp_closing.set()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"", ("127.0.0.1", self.port))
            self.threads[0].join(SECONDS)
            self.udp.close()

    def stop(self):
        self.close_udp()
        self.tcp_closing.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        self.threads[1].join(SECONDS)
        self.tcp.close()


def with_code(query, code):
    """The answer to a query that holds nothing but a response code."""
    return query[:2] + bytes([0x80 | query[2] & 0x79, 0x80 | code]) + query[4:]


def with_records(query, records, owner=b"\xc0\x0c", kind_of_class=1):
    """The answer to a query with these records, as pairs of type and RDATA, in this order, by default of its name."""
    end = query.index(b"\0", 12) + 5
    header = query[:2] + struct.pack(">5H", 0x8180, 1, len(records), 0, 0)
    return header + query[12:end] + b"".join(owner + struct.pack(">HHIH", kind, kind_of_class, 60, len(data)) + data
                                             for kind, data in records)


def truncated(query):
    """The answer that did not fit."""
    return query[:2] + bytes([0x82 | query[2] & 0x79, 0x80]) + query[4:]


def send_over_tcp(connection, message):
    connection.sendall(struct.pack(">H", len(message)) + message)


def question_of(query):
    """(name, type) of a query."""
    labels = []
    offset = 12
    while query[offset]:
        labels.append(query[offset + 1:offset + 1 + query[offset]].decode())
        offset += 1 + query[offset]
    return ".".join(labels), struct.unpack(">H", query[offset + 1:offset + 3])[0]
