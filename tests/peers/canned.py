# SPDX-License-Identifier: Apache-2.0
"""A service that gives prepared answers."""

import http.server
import json
import threading


class CannedService(http.server.ThreadingHTTPServer):
    """Answers each action with its prepared response, or what a function of the region gives, and keeps the request's
    body. Serves in a thread of its own for as long as the `with` lasts."""

    def __init__(self, responses):
        super().__init__(("127.0.0.1", 0), CannedHandler)
        self.responses = responses
        self.bodies = {}
        self.thread = threading.Thread(target=self.serve_forever)
        self.endpoint = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def response(self, action, region):
        prepared = self.responses[action]
        return prepared(region) if callable(prepared) else prepared


class CannedHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: the second would wait for the first's acknowledgement

    def do_POST(self):
        action = self.headers["X-TC-Action"]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies[action] = json.loads(body)
        answer = json.dumps({"Response": self.server.response(action, self.headers["X-TC-Region"])}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Nothing on standard error."""
