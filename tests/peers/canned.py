# SPDX-License-Identifier: Apache-2.0
"""A service that gives prepared answers."""

import http.server
import json


class CannedService(http.server.ThreadingHTTPServer):
    """Answers each action with its prepared response and keeps the request's body."""

    def __init__(self, responses):
        super().__init__(("127.0.0.1", 0), CannedHandler)
        self.responses = responses
        self.bodies = {}


class CannedHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        action = self.headers["X-TC-Action"]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies[action] = json.loads(body)
        answer = json.dumps({"Response": self.server.responses[action]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Nothing on standard error."""
