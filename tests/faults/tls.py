# SPDX-License-Identifier: Apache-2.0
"""TLS of server.py, and handshakes that end too early."""

import pathlib
import ssl
import threading


class Certificates:
    """The contexts of the certificates in a directory, made when they are first wanted."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.lock = threading.Lock()
        self.contexts = {}

    def context(self, name):
        with self.lock:
            if name not in self.contexts:
                made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                made.load_cert_chain(self.directory / (name + ".pem"), self.directory / (name + ".key"))
                self.contexts[name] = made
            return self.contexts[name]


def first_flight(context, sock):
    """Reads the client's first words; returns what the server would say to them."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    engine = context.wrap_bio(incoming, outgoing, server_side=True)
    while outgoing.pending == 0:
        read = sock.recv(65536)
        if not read:
            break
        incoming.write(read)
        try:
            engine.do_handshake()
        except ssl.SSLError:  # it wants more of the client
            pass
    return outgoing.read()
