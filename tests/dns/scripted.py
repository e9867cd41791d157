# SPDX-License-Identifier: Apache-2.0
"""A DNS server that does what a script says, over UDP and TCP, and packets as no real server sends them."""

import socket
import struct
import threading

A, NS, CNAME, MX, TXT = 1, 2, 5, 15, 16
AA, TC = 0x0400, 0x0200
SELF = b"\xc0\x0c"  # the question's name


class Question:
    """What was asked: `raw` is the whole packet."""

    def __init__(self, raw):
        self.raw = raw
        at = 12
        while raw[at] != 0:
            at += raw[at] + 1
        self.name = raw[12 : at + 1]
        self.type = struct.unpack_from("!H", raw, at + 1)[0]
        self.section = raw[12 : at + 5]
        self.has_edns = len(raw) > at + 5

    def reply(self, answers=(), code=0, flags=AA, authority=(), additional=(), identity=None, section=None, counts=None):
        """A packet; `counts` of records may lie."""
        head = self.raw[:2] if identity is None else struct.pack("!H", identity)
        section = self.section if section is None else section
        counts = counts or (1 if section else 0, len(answers), len(authority), len(additional))
        body = b"".join([*answers, *authority, *additional])
        return head + struct.pack("!5H", 0x8000 | flags | code, *counts) + section + body

    def other_identity(self, by=1):
        return (struct.unpack("!H", self.raw[:2])[0] + by) & 0xFFFF


def record(name, kind, data, ttl=60):
    return name + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def txt_data(*strings):
    return b"".join(bytes([len(one)]) + one for one in strings)


def ask(address, port, packet, over_tcp):
    """The answer of a real server."""
    kind = socket.SOCK_STREAM if over_tcp else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as sender:
        sender.settimeout(10)
        sender.connect((address, port))
        if not over_tcp:
            sender.send(packet)
            return sender.recv(65535)
        sender.sendall(struct.pack("!H", len(packet)) + packet)
        return take_message(sender)


def take_exactly(stream, length):
    data = b""
    while len(data) < length:
        piece = stream.recv(length - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def take_message(stream):
    return take_exactly(stream, struct.unpack("!H", take_exactly(stream, 2))[0])


def framed(packet):
    return struct.pack("!H", len(packet)) + packet


class ScriptedServer:
    """Listens at an address. The scripts are called with a Question and `send`, on threads of their own; None: not there.

    on_udp(question, send): send(packet) as often as wanted. on_tcp(question, send): send(bytes), which are not framed; the
    connection is closed when it returns, unless it returns True: then at the end of all.
    """

    def __init__(self, address, port, on_udp=None, on_tcp=None):
        self.sockets, self.held = [], []
        self.ended = threading.Event()
        self.udp_count = self.tcp_count = 0
        if on_udp is not None:
            self.udp = self.bind(socket.SOCK_DGRAM, address, port)
            threading.Thread(target=self.serve_udp, args=[on_udp], daemon=True).start()
        if on_tcp is not None:
            self.tcp = self.bind(socket.SOCK_STREAM, address, port)
            self.tcp.listen(64)
            threading.Thread(target=self.serve_tcp, args=[on_tcp], daemon=True).start()

    def bind(self, kind, address, port):
        made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        self.sockets.append(made)
        return made

    def serve_udp(self, script):
        while not self.ended.is_set():
            try:
                packet, sender = self.udp.recvfrom(4096)
            except OSError:
                return
            if len(packet) < 17:  # the end wakes it up with nothing
                continue
            self.udp_count += 1
            self.safely(script, Question(packet), lambda data, to=sender: self.udp.sendto(data, to))

    def serve_tcp(self, script):
        while not self.ended.is_set():
            try:
                stream, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_stream, args=[script, stream], daemon=True).start()

    def serve_stream(self, script, stream):
        self.held.append(stream)
        try:
            question = Question(take_message(stream))
        except OSError:
            stream.close()
            return
        self.tcp_count += 1
        if not self.safely(script, question, stream.sendall):
            stream.close()

    @staticmethod
    def safely(script, *arguments):
        """The library may have hung up."""
        try:
            return script(*arguments)
        except OSError:
            return None

    def close(self):
        self.ended.set()
        for one in [*self.sockets, *self.held]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
