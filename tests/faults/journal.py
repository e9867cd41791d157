# SPDX-License-Identifier: Apache-2.0
"""What server.py saw. Entries are added when something begins and completed while it goes on."""

import threading


class Journal:
    def __init__(self):
        self.lock = threading.Lock()
        self.connections = []
        self.requests = []
        self.connections_count = 0
        self.requests_count = 0

    def clear(self):
        with self.lock:
            self.connections = []
            self.requests = []
            self.connections_count = 0
            self.requests_count = 0

    def connection(self, tls):
        with self.lock:
            self.connections_count += 1
            entry = {"connection": self.connections_count, "tls": tls, "fault": None}
            self.connections.append(entry)
            return entry

    def request(self, connection):
        with self.lock:
            self.requests_count += 1
            entry = {"connection": connection, "request": self.requests_count, "action": None, "bytes": 0,
                     "whole": False, "passed_on": False, "fault": None, "rule": None, "sent": 0, "body": "",
                     "host": None, "authorization": None, "timestamp": None, "region": None,
                     "trace": None}
            self.requests.append(entry)
            return entry

    def note(self, entry, **values):
        with self.lock:
            entry.update(values)

    def copy(self):
        with self.lock:
            return {"connections": [dict(entry) for entry in self.connections],
                    "requests": [dict(entry) for entry in self.requests]}
