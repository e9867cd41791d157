# SPDX-License-Identifier: Apache-2.0
"""A service that breaks exchanges by rule, so that the same rules break the same calls each time.

    python3 server.py [--upstream URL] [--certificates DIRECTORY] [--rules FILE] [--stdin]

It prints one line when it is ready, and stops at SIGTERM or SIGINT (with --stdin also when its standard input ends):

    {"http": "http://127.0.0.1:N", "https": "https://127.0.0.1:N" or null, "control": N}

Without --upstream it answers by itself, with a success of the real shape for each action; it checks nothing. With it
(http://HOST:PORT, the emulator) requests are passed on byte by byte, signature and Host included, and answers come
back. TLS needs the directory that tests/integration/support/make_certificates.sh fills; unless a rule says otherwise
the certificate is "good". In a Python program: `with FaultServer(upstream, certificates) as server:` and then
`server.http`, `server.https`, `server.set_rules([...])`, `server.journal()`, `server.clear_journal()`.

Control: a TCP port of 127.0.0.1. A line of JSON is a command, and its answer is a line of JSON:

    {"rules": [...]}         in force from now on, all counts at 0, the journal empty  -> {"ok": true}
    {"journal": true}        what was seen -> {"connections": [...], "requests": [...]}
    {"clear": true}          empties the journal -> {"ok": true}
    anything else            -> {"error": "what is wrong with it"}

Rules are tried in order for each connection that is accepted, and for each request whose head has come; the first that
fits and claims it is played. Where none does, all goes well. A rule is an object:

    on       "request" (what is meant without it) or "connection"
    action   only requests of this action, or of these (a list)
    skip     pass over the first so many that fit: "the third" is skip 2, times 1
    times    play it so often, then never again; without it: always
    chance   play it for about this share (0.0 to 1.0) of those that fit; which ones hangs on `seed` (a number), the
             rule's place in the list and the count of those that fitted, on nothing else
    fault    what is done, below, with its own parameters beside it

Faults on a connection:

    reset         TCP reset at once
    close         closed at once
    silent        nothing is sent, until the client goes
    cut-request   reset when `at` bytes (a number) have been read (through TLS: of what is inside)
    certificate   TLS with the certificate `name`: good, wrong-name, expired, not-yet, unknown, self-signed
    handshake     `at` bytes of the server's first flight (0: none), then closed; "then": "reset" or "silent" instead
    clear         to the first bytes that come, `text` is sent in the clear, and the connection closed
    none          nothing: what fits goes by the rules behind this one

Faults on a request:

    reset         TCP reset, no answer
    close         closed, no answer
    silent        no answer, until the client goes
    cut-request   reset when `at` bytes of it (head included; at least the head) have been read; never passed on
    answer        this answer: `status` (200), `reason`, `headers` ([[name, value]...]), `body` (a text), `gzip` (true:
                  packed, and said so), `framing` ("length", "chunked" or "close"), `length` (declared in place of the
                  true one)
    refuse        the service's refusal: `code`, `message`, `headers`
    raw           `text` in place of an answer
    none          the answer that is due

With each of them (cut-request aside) the request is not passed on before, unless "pass_on" is true; "none" passes on
unless it is false. So "reset" is a request lost before the service, and "reset" with pass_on is an answer lost after
it. What sends an answer also takes:

    cut      how much of it is sent: a number of bytes from its first one, negative from its end, or "any"; or
             {"body": number} from the first byte of the body. Then as "then" says, else closed
    pace_ms  a byte each so many milliseconds, until the client goes
    then     "keep", "close", "reset" or "silent" after the answer

A text is a string, {"base64": ...}, {"repeat": string, "times": n} (not held in memory: "endless" is a large n), or a
list of such. A number of bytes may be "any": one that `seed` and count draw.

The journal has, for each connection, {"connection": n, "tls": bool, "fault": name or null}, and for each request
{"connection", "request": n, "action", "bytes": how many of it came, "whole": did all, "passed_on": was it passed on and
answered, "fault": name or null, "rule": index or null, "sent": bytes of the answer, "body": its first 4 KiB, and the
headers "host", "authorization", "timestamp", "region", "trace" (X-Trace, by which a client can tell its requests
apart)}. An entry is there before the client can know of its end.
"""

import argparse
import json
import os
import signal
import socket
import sys
import threading

sys.dont_write_bytecode = True

from connection import serve  # noqa: E402
from journal import Journal  # noqa: E402
from rules import Rules  # noqa: E402
from tls import Certificates  # noqa: E402


def listener():
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.bind(("127.0.0.1", 0))
    made.listen(128)
    return made


def shut(sock):
    """Ends it also for a thread that waits in it."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class FaultServer:
    def __init__(self, upstream=None, certificates=None):
        self.upstream = upstream
        self.certificates = Certificates(certificates) if certificates else None
        self.rules = Rules()
        self.seen = Journal()
        self.lock = threading.Lock()
        self.open = set()
        self.threads = []
        self.stopping = False
        self.listeners = {"http": listener(), "control": listener()}
        if self.certificates:
            self.listeners["https"] = listener()
        ports = {name: each.getsockname()[1] for name, each in self.listeners.items()}
        self.http = f"http://127.0.0.1:{ports['http']}"
        self.https = f"https://127.0.0.1:{ports['https']}" if self.certificates else None
        self.control = ports["control"]

    def __enter__(self):
        for name, each in self.listeners.items():
            self.start_thread(self.accept, each, name)
        return self

    def __exit__(self, *_):
        with self.lock:
            self.stopping = True
            for each in [*self.listeners.values(), *self.open]:
                shut(each)
        for thread in self.threads:
            thread.join()
        for each in self.listeners.values():
            each.close()

    def start_thread(self, run, *arguments):
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        with self.lock:
            self.threads = [each for each in self.threads if each.is_alive() or each.ident is None]
            self.threads.append(thread)
        thread.start()

    def accept(self, accepting, name):
        while True:
            try:
                sock, _ = accepting.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.start_thread(self.keep_open, sock, self.obey if name == "control" else self.serve_with(name))

    def serve_with(self, name):
        return lambda sock: serve(self, sock, name == "https")

    def keep_open(self, sock, run):
        """Runs with the socket known to __exit__, which ends it."""
        with self.lock:
            if self.stopping:
                sock.close()
                return
            self.open.add(sock)
        try:
            run(sock)
        finally:
            self.forget(sock)

    def forget(self, sock):
        with self.lock:
            self.open.discard(sock)
        sock.close()

    def swap_open(self, before, after):
        """A socket was wrapped by another, which now owns the connection."""
        with self.lock:
            self.open.discard(before)
            self.open.add(after)
            if self.stopping:
                shut(after)

    # ---- control ----

    def obey(self, sock):
        with sock.makefile("rwb") as lines:
            for line in lines:
                try:
                    lines.write(json.dumps(self.command(line)).encode() + b"\n")
                    lines.flush()
                except OSError:
                    return

    def command(self, line):
        try:
            command = json.loads(line)
            if "rules" in command:
                self.set_rules(command["rules"])
            elif "journal" in command:
                return self.journal()
            elif "clear" in command:
                self.clear_journal()
            else:
                return {"error": "no such command"}
        except (AttributeError, TypeError, ValueError) as error:
            return {"error": str(error)}
        return {"ok": True}

    def set_rules(self, rules):
        self.rules.replace(rules)
        self.clear_journal()

    def clear_journal(self):
        self.seen.clear()

    def journal(self):
        return self.seen.copy()


def stop_at_end_of_input():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--upstream")
    parser.add_argument("--certificates")
    parser.add_argument("--rules")
    parser.add_argument("--stdin", action="store_true")
    options = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    with FaultServer(options.upstream, options.certificates) as server:
        if options.rules:
            with open(options.rules, encoding="utf-8") as text:
                server.set_rules(json.load(text))
        if options.stdin:
            threading.Thread(target=stop_at_end_of_input, daemon=True).start()
        print(json.dumps({"http": server.http, "https": server.https, "control": server.control}), flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
