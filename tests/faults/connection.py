# SPDX-License-Identifier: Apache-2.0
"""One connection to server.py: what is read from it, passed on, and answered or broken."""

import http.client
import itertools
import select
import socket
import struct
import urllib.parse

import answers
import tls

BODY_KEPT = 4096
NO_TLS = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
UPSTREAM_SECONDS = 60
# Of the upstream's answer: these belong to its own connection.
HOP_HEADERS = ("connection", "keep-alive", "transfer-encoding", "content-length")


class Gone(Exception):
    """The client went, or the rules ended the connection."""


def hang_up(sock, how):
    """Ends the connection: "close", "reset", or "silent" (when the client does)."""
    if how == "silent":
        while sock.recv(65536):
            pass
    elif how == "reset":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
    raise Gone


def serve(server, sock, is_tls):
    """Runs one connection until its end."""
    connection = Connection(server, sock, is_tls)
    try:
        connection.run()
    except (Gone, OSError):  # ssl.SSLError is one; the client may go at any time
        pass
    finally:
        server.forget(connection.sock)


class Connection:
    def __init__(self, server, sock, is_tls):
        self.server = server
        self.sock = sock
        self.is_tls = is_tls
        self.entry = server.seen.connection(is_tls)
        self.unread = b""

    def run(self):
        played = self.server.rules.pick("connection")
        fault = played.fault if played else "none"
        self.server.seen.note(self.entry, fault=played.fault if played else None)
        if fault in ("reset", "close", "silent"):
            hang_up(self.sock, fault)
        if fault == "clear":
            self.speak_clear(played)
        if fault == "handshake":
            self.break_handshake(played)
        if self.is_tls:
            self.wrap(played.get("name") if fault == "certificate" else "good")
        if fault == "cut-request":
            self.cut_first(played)
        while self.read_more():
            self.exchange()

    # ---- connection faults ----

    def wrap(self, name):
        context = self.server.certificates.context(name)
        wrapped = context.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        self.server.swap_open(self.sock, wrapped)
        self.sock = wrapped
        try:
            wrapped.do_handshake()
        except OSError:
            hang_up(wrapped, "close")

    def speak_clear(self, played):
        if self.sock.recv(65536):
            for chunk in answers.text_bytes(played.get("text", NO_TLS)):
                self.sock.sendall(chunk)
        self.sock.shutdown(socket.SHUT_WR)
        hang_up(self.sock, "silent")

    def break_handshake(self, played):
        flight = tls.first_flight(self.server.certificates.context("good"), self.sock)
        self.sock.sendall(flight[:played.place(played.get("at", 0), len(flight))])
        hang_up(self.sock, played.get("then", "close"))

    def cut_first(self, played):
        entry = self.server.seen.request(self.entry["connection"])
        wanted, came = played.get("at", 0), 0
        while came < wanted:
            read = self.sock.recv(wanted - came)
            if not read:
                raise Gone
            came += len(read)
        self.server.seen.note(entry, bytes=came, fault="cut-request", rule=played.rule.index)
        hang_up(self.sock, "reset")

    # ---- reading ----

    def read_more(self):
        """False when the client has closed."""
        read = b"" if self.unread else self.sock.recv(65536)
        self.unread += read
        return bool(self.unread)

    def read_until(self, wanted, entry):
        while len(self.unread) < wanted:
            read = self.sock.recv(min(65536, wanted - len(self.unread)))
            if not read:
                raise Gone
            self.unread += read
            self.server.seen.note(entry, bytes=len(self.unread))

    def read_head(self, entry):
        """Returns (headers by lower-case name, length of the head)."""
        while b"\r\n\r\n" not in self.unread:
            self.read_until(len(self.unread) + 1, entry)
            self.unread += self.take_ready()
        length = self.unread.index(b"\r\n\r\n") + 4
        lines = self.unread[:length - 4].decode("latin-1").split("\r\n")
        headers = dict((line.partition(":")[0].lower(), line.partition(":")[2].strip()) for line in lines[1:])
        self.server.seen.note(entry, bytes=len(self.unread), action=headers.get("x-tc-action"),
                              host=headers.get("host"), authorization=headers.get("authorization"),
                              timestamp=headers.get("x-tc-timestamp"), region=headers.get("x-tc-region"),
                              trace=headers.get("x-trace"))
        return headers, length

    def take_ready(self):
        """What has come already, without waiting."""
        pending = self.sock.pending() if self.is_tls else 65536
        if pending == 0 or (not self.is_tls and not select.select([self.sock], [], [], 0)[0]):
            return b""
        return self.sock.recv(pending)

    # ---- one exchange ----

    def exchange(self):
        entry = self.server.seen.request(self.entry["connection"])
        headers, head_length = self.read_head(entry)
        action = headers.get("x-tc-action")
        played = self.server.rules.pick("request", action)
        if played:
            self.server.seen.note(entry, fault=played.fault, rule=played.rule.index)
        whole = head_length + int(headers.get("content-length", 0))
        if played and played.fault == "cut-request":
            self.cut_request(played, entry, whole)
        self.read_until(whole, entry)
        message, self.unread = self.unread[:whole], self.unread[whole:]
        body = message[head_length:head_length + BODY_KEPT].decode("utf-8", "replace")
        self.server.seen.note(entry, bytes=whole, whole=True, body=body)
        self.answer(played, entry, message, action)

    def cut_request(self, played, entry, whole):
        at = played.place(played.get("at", 0), whole)
        self.read_until(at, entry)
        self.server.seen.note(entry, bytes=min(at, len(self.unread)), whole=at >= whole)
        hang_up(self.sock, "reset")

    def due(self, entry, message, action, passes_on):
        """(head, body) of the answer that is due, in chunks."""
        if passes_on and self.server.upstream:
            return self.ask_upstream(entry, message)
        return answers.plain(answers.success(action, entry["request"]))

    def answer(self, played, entry, message, action):
        fault = played.fault if played else "none"
        passes_on = played.get("pass_on", fault == "none") if played else True
        head, body = self.due(entry, message, action, passes_on)
        if fault in ("reset", "close", "silent"):
            hang_up(self.sock, fault)
        if fault == "answer":
            head, body = answers.told(played)
        elif fault == "refuse":
            refusal = answers.refusal(played.get("code"), played.get("message", "Refused by rule."), entry["request"])
            head, body = answers.plain(refusal, played.get("headers", ()))
        elif fault == "raw":
            head, body = answers.text_bytes(played.get("text", "")), iter(())
        if played:
            self.send_broken(played, entry, head, body)
        else:
            self.send(entry, b"".join(head) + b"".join(body))

    def ask_upstream(self, entry, message):
        host = urllib.parse.urlsplit(self.server.upstream)
        with socket.create_connection((host.hostname, host.port), UPSTREAM_SECONDS) as upstream:
            # Its end is ours: no port is left waiting.
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            upstream.sendall(message)
            response = http.client.HTTPResponse(upstream, method="POST")
            response.begin()
            body = response.read()
        self.server.seen.note(entry, passed_on=True)
        headers = [[name, value] for name, value in response.getheaders() if name.lower() not in HOP_HEADERS]
        headers.append(["Content-Length", str(len(body))])
        return answers.head_bytes(response.status, response.reason, headers), iter([body])

    # ---- sending ----

    def send(self, entry, data):
        self.server.seen.note(entry, sent=entry["sent"] + len(data))
        self.sock.sendall(data)

    def send_paced(self, entry, data, pace_ms):
        """A byte at a time, for as long as the client waits and stays."""
        for byte in data:
            self.send(entry, bytes([byte]))
            if select.select([self.sock], [], [], pace_ms / 1000)[0]:
                raise Gone

    def send_broken(self, played, entry, head, body):
        cut, then, pace_ms = played.get("cut"), played.get("then"), played.get("pace_ms")
        chunks = itertools.chain(head, body) if cut is None else self.cut_chunks(played, cut, head, body)
        for chunk in chunks:
            if pace_ms is not None:
                self.send_paced(entry, chunk, pace_ms)
            else:
                self.send(entry, chunk)
        if then is None:
            then = "close" if cut is not None or played.get("framing") == "close" or played.fault == "raw" else "keep"
        if then != "keep":
            self.end_sending(then)

    @staticmethod
    def cut_chunks(played, cut, head, body):
        head, body = b"".join(head), b"".join(body)
        if isinstance(cut, dict):
            yield head + body[:played.place(cut["body"], len(body))]
        else:
            whole = head + body
            # Of a cut anywhere something is missing.
            yield whole[:played.place(cut, len(whole) - (cut == "any"))]

    def end_sending(self, then):
        """A close with bytes unread would be a reset: what was sent must arrive first."""
        if then == "close":
            self.take_ready()
        hang_up(self.sock, then)
